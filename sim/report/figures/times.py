"""Where the time goes: reporting, waiting and driving by kind of demand, and which kit line was missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.report.figures.style import REPORT, TRAVEL, WAIT, Figure, Title, colour_of, finished, new
from sim.report.words import Words

Parts = Mapping[str, tuple[float, float, float]]
"""Mean minutes of (report, wait, travel) by kind."""

STEPS = (("report", REPORT), ("wait", WAIT), ("travel", TRAVEL))


def stacked(parts: Parts, kinds: Sequence[str], longest_min: float, words: Words, title: Title) -> Figure:
    """Return stacked bars of the mean minutes from *becomes real* to *first crew there*, one bar per kind."""
    figure = new(
        120 + 30 * len(kinds),
        barmode="stack",
        bargap=0.35,
        margin={"l": 10, "r": 46, "t": 30, "b": 44},
        xaxis_title_text=words("axis.hours"),
    )
    names = [words.of(words.kinds[kind].name) for kind in kinds]
    for i, (step, colour) in enumerate(STEPS):
        minutes = [parts[kind][i] if kind in parts else math.nan for kind in kinds]
        figure.add_bar(
            y=names,
            x=[m / 60.0 if math.isfinite(m) else 0.0 for m in minutes],
            orientation="h",
            name=words(f"step.{step}"),
            marker={"color": colour, "line": {"color": "white", "width": 1}},
            hoverinfo="text",
            hovertext=[
                f"{name}<br>{words(f'step.{step}')}: {words.duration(m)}"
                for name, m in zip(names, minutes, strict=True)
            ],
            textposition="none",
        )
    totals = [sum(parts[kind]) if kind in parts else math.nan for kind in kinds]
    figure.add_scatter(
        y=names,
        x=[t / 60.0 if math.isfinite(t) else 0.0 for t in totals],
        mode="text",
        showlegend=False,
        hoverinfo="skip",
        text=[f" {words.duration(t)}" for t in totals],
        textposition="middle right",
        textfont={"size": 12},
        cliponaxis=False,
    )
    figure.update_xaxes(range=[0, longest_min / 60.0 * 1.12 if longest_min > 0 else 1.0])
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return finished(figure, title)


def short_by_line(short: Sequence[Mapping[str, float]], layouts: Sequence[str], words: Words, title: Title) -> Figure:
    """Return bars of the people whom a kit line kept waiting beyond the limit, by line and layout."""
    lines = [line for line in words.kit if any(row.get(line, 0.0) > 0.0 for row in short)]
    names = [words.of(words.kit[line].name) for line in lines]
    figure = new(
        110 + (16 * len(layouts) + 16) * max(1, len(lines)),
        barmode="group",
        bargap=0.3,
        xaxis_title_text=words("axis.people"),
        margin={"l": 10, "r": 70, "t": 30, "b": 44},
    )
    for i, (layout, row) in enumerate(zip(layouts, short, strict=True)):
        people = [row.get(line, 0.0) for line in lines]
        figure.add_bar(
            y=names,
            x=people,
            orientation="h",
            name=layout,
            marker={"color": colour_of(i)},
            hoverinfo="text",
            text=[words.number(p) for p in people],
            textposition="outside",
            cliponaxis=False,
            textfont={"size": 11},
            hovertext=[f"{layout}<br>{name}: {words.number(p)}" for name, p in zip(names, people, strict=True)],
        )
    most = max((row.get(line, 0.0) for row in short for line in lines), default=0.0)
    figure.update_xaxes(range=[0, most * 1.15 or 1.0], tickformat=",d")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return finished(figure, title)
