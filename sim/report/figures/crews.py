"""How busy the teams were: by tier, the busiest teams, and crew by crew in one disaster."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.report.data import TeamRow
from sim.report.figures.style import REST, TRAVEL, WORK, Figure, Title, colour_of, finished, new
from sim.report.spans import Span
from sim.report.words import Words


def by_tier(shares: Sequence[Mapping[int, float]], layouts: Sequence[str], words: Words, title: Title) -> Figure:
    """Return bars of the share of time that the people of each tier were under way or at work, by layout."""
    tiers = sorted({tier for row in shares for tier, share in row.items() if not math.isnan(share)})
    names = [words(f"tier.{tier}") for tier in tiers]
    figure = new(360, barmode="group", bargap=0.3, margin={"l": 60, "r": 16, "t": 40, "b": 60})
    for i, (layout, row) in enumerate(zip(layouts, shares, strict=True)):
        values = [row.get(tier, math.nan) for tier in tiers]
        figure.add_bar(
            x=names,
            y=[v if math.isfinite(v) else 0.0 for v in values],
            name=layout,
            marker={"color": colour_of(i)},
            text=[words.percent(v, 0) for v in values],
            textposition="outside",
            textfont={"size": 11},
            cliponaxis=False,
            hoverinfo="text",
            hovertext=[f"{layout}<br>{n}: {words.percent(v)}" for n, v in zip(names, values, strict=True)],
        )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero", title_text=words("axis.busy"))
    figure.update_xaxes(showgrid=False)
    return finished(figure, title)


def busiest(rows: Sequence[TeamRow], names: Mapping[str, str], words: Words, title: Title) -> Figure:
    """Return stacked bars of travel and work for the teams *rows*, busiest first."""
    figure = new(110 + 27 * len(rows), barmode="stack", bargap=0.3, margin={"l": 10, "r": 44, "t": 30, "b": 40})
    labels = [shortened(names.get(row.team, row.team)) for row in rows]
    y = list(range(len(rows)))
    for key, colour, share in (("travel", TRAVEL, "travel_share"), ("work", WORK, "work_share")):
        values = [getattr(row, share) for row in rows]
        figure.add_bar(
            y=y,
            x=values,
            orientation="h",
            name=words(f"span.{key}"),
            marker={"color": colour},
            hoverinfo="text",
            hovertext=[
                words(
                    "hover.team",
                    team=names.get(row.team, row.team),
                    people=words.count(row.people),
                    travel=words.percent(row.travel_share),
                    work=words.percent(row.work_share),
                    jobs=words.count(row.jobs),
                )
                for row in rows
            ],
        )
    figure.add_scatter(
        y=y,
        x=[row.travel_share + row.work_share for row in rows],
        mode="text",
        showlegend=False,
        hoverinfo="skip",
        text=[f" {words.percent(row.travel_share + row.work_share, 0)}" for row in rows],
        textposition="middle right",
        textfont={"size": 11},
        cliponaxis=False,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, tickvals=y, ticktext=labels, tickfont={"size": 12})
    most = max((row.travel_share + row.work_share for row in rows), default=0.0)
    figure.update_xaxes(range=[0, min(1.0, 1.3 * most) or 1.0], tickformat=".0%")
    return finished(figure, title)


def gantt(spans: Sequence[Span], labels: Sequence[str], horizon_h: float, words: Words, title: Title) -> Figure:
    """Return one row for each of the crews *labels*: when it drove, worked and rested."""
    figure = new(
        130 + 19 * len(labels),
        barmode="overlay",
        bargap=0.25,
        xaxis_title_text=words("axis.since"),
        margin={"l": 10, "r": 16, "t": 40, "b": 50},
    )
    for kind, colour in (("rest", REST), ("travel", TRAVEL), ("work", WORK)):
        ours = [span for span in spans if span.kind == kind]
        figure.add_bar(
            y=[span.row for span in ours],
            base=[round(span.from_min / 60.0, 3) for span in ours],
            x=[round((span.to_min - span.from_min) / 60.0, 3) for span in ours],
            orientation="h",
            name=words(f"span.{kind}"),
            marker={"color": colour, "line": {"width": 0}},
            hoverinfo="text",
            hovertext=[span.text for span in ours],
        )
    rows = list(range(len(labels)))
    figure.update_yaxes(
        range=[len(labels) - 0.4, -0.6],
        showgrid=False,
        tickvals=rows,
        ticktext=list(labels),
        tickfont={"size": 11},
    )
    last_h = min(horizon_h, 1.02 * max(span.to_min for span in spans) / 60.0)
    figure.update_xaxes(range=[0, last_h], dtick=6 if last_h > 24 else 2)
    return finished(figure, title)


def shortened(name: str, most: int = 26) -> str:
    """Cut *name* to a width that leaves room for the bars; a Chinese character is as wide as two letters."""
    width = 0
    for i, character in enumerate(name):
        width += 2 if ord(character) > 0x2E80 else 1
        if width > most:
            return name[:i].rstrip() + "…"
    return name
