"""Where the people in danger were when it struck: out by themselves, out by bus, shut in, still there."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.figures.style import Figure, Title, finished, new
from sim.report.words import Words

Parts = tuple[float, float, float, float]
"""People out by themselves, out by bus, shut in from a cloud, exposed."""

WAYS = (("by_themselves", "#0072B2"), ("by_bus", "#56B4E9"), ("shut_in", "#009E73"), ("exposed", "#D55E00"))
ONLY_IF_ANY = "shut_in"
"""A way that only people before a cloud have: no floods' legend names it."""

LEAST_SHUT_IN = 0.01
"""Fewer are rounding."""
LEAST_LABEL = 0.06
"""A bar shorter than this share of the longest has no room for a number; hovering tells it."""


def stacked(parts: Sequence[Parts], layouts: Sequence[str], words: Words, title: Title) -> Figure:
    """Return one bar for each layout, split into the ways of the people in danger."""
    figure = new(
        110 + 44 * len(layouts),
        barmode="stack",
        bargap=0.35,
        margin={"l": 10, "r": 24, "t": 30, "b": 44},
        xaxis_title_text=words("axis.people"),
    )
    most = max(sum(part) for part in parts)
    for i, (way, colour) in enumerate(WAYS):
        people = [part[i] for part in parts]
        if way == ONLY_IF_ANY and max(people) < LEAST_SHUT_IN:
            continue
        shares = [part[i] / sum(part) if sum(part) > 0.0 else 0.0 for part in parts]
        said = [f"{words.people(n)} ({words.percent(s, 0)})" for n, s in zip(people, shares, strict=True)]
        figure.add_bar(
            y=list(layouts),
            x=[float(f"{n:.5g}") for n in people],
            orientation="h",
            name=words(f"evacuation.{way}"),
            marker={"color": colour, "line": {"color": "white", "width": 1}},
            hoverinfo="text",
            hovertext=[
                f"{layout}<br>{words(f'evacuation.{way}')}: {text}" for layout, text in zip(layouts, said, strict=True)
            ],
            text=[text if n >= LEAST_LABEL * most else "" for text, n in zip(said, people, strict=True)],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 12, "color": "black" if way == "by_bus" else "white"},
        )
    figure.update_xaxes(range=[0, most * 1.02 or 1.0], tickformat=",d")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return finished(figure, title)
