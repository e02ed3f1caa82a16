"""One leak over time: who was out of the gas's way when, the steps towards its end, and what flowed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from sim.common.types import Floats
from sim.report.figures.style import FAINT, INK, Figure, Title, colour_of, dash_of, finished, new
from sim.report.words import Words

AWAY, SHUT_IN = "#0072B2", "#56B4E9"
STEPS = {
    "noticed": ("circle-open", INK), "known": ("circle", INK), "works": ("triangle-up", "#8C6BB1"),
    "city": ("triangle-right", "#D55E00"), "curtain": ("diamond", "#56B4E9"), "lanes": ("diamond-wide", "#009E73"),
    "stopped": ("square", "#0072B2"), "closed": ("square-open", "#0072B2"), "gone": ("star", "#009E73"),
}
"""Steps of a leak with the mark of each; they differ in shape too, for print."""
TICKS_MIN = (0, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 7200, 10080)
MORE_TICKS_MIN = (1, 2, 10, 20, 45, 90, 180, 360)
"""Only where there is room."""
TICK_ROOM = 0.09
"""Of the axis: what one tick takes."""
NARROW_ROOM = 0.16
"""The same of a figure that shares its row with two others."""
LOG_FROM = 50.0
"""A flow that falls to less than one part in so many is drawn on a logarithmic scale."""
LATE_SHARE = 0.7
"""Of the axis: what is marked later has its words on the left."""
HEIGHTS = (0.98, 0.86, 0.74, 0.62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """People out of the gas's way over time, under one layout."""

    minute: Floats
    """Since the leak began."""
    away: Floats
    sheltered: Floats
    all: float
    """People in all three zones."""
    marks: Sequence[tuple[float, str]]
    """(minute, what happened)"""


def courses(course: Course, most: float, words: Words, title: Title) -> Figure:
    """Return who had left and who had shut themselves in, one on top of the other, up to all of them."""
    figure = minutes_axis(new(
        340, yaxis={"title": {"text": words("axis.people"), "font": {"size": 13}}, "tickformat": ","},
        margin={"l": 70, "r": 20, "t": 46, "b": 50},
    ), float(course.minute[-1]), words, words("axis.leak"), NARROW_ROOM)
    root = np.sqrt(course.minute).round(4).tolist()
    for name, people, colour in (("away", course.away, AWAY), ("shut_in", course.sheltered, SHUT_IN)):
        figure.add_scatter(
            x=root, y=[float(f"{n:.5g}") for n in people], mode="lines", stackgroup="safe", name=words(f"gas.{name}"),
            line={"width": 1, "color": colour, "shape": "hv"}, fillcolor=colour, hoverinfo="text",
            text=[
                f"{words.duration(m)}<br>{words(f'gas.{name}')}: {words.people(float(n))}"
                for m, n in zip(course.minute.tolist(), people.tolist(), strict=True)
            ],
        )
    figure.add_scatter(
        x=[root[0], root[-1]], y=[course.all] * 2, mode="lines", name=words("gas.all"), hoverinfo="text",
        text=[f"{words('gas.all')}: {words.people(course.all)}"] * 2, line={"color": INK, "dash": "dash", "width": 1.6},
    )
    figure.update_yaxes(range=[0.0, most * 1.25 or 1.0])
    for i, (minute, label) in enumerate(course.marks):
        if minute <= course.minute[-1]:
            late = math.sqrt(minute) > LATE_SHARE * root[-1]
            _mark(figure, math.sqrt(minute), label, HEIGHTS[i % len(HEIGHTS)], late=late)
    return finished(figure, title)


def _mark(figure: go.Figure, x: float, label: str, height: float, *, late: bool) -> None:
    figure.add_vline(x=x, line={"color": INK, "width": 1.2, "dash": "dot"})
    figure.add_annotation(
        x=x, y=height, yref="paper", text=label, showarrow=False, yanchor="top",
        xanchor="right" if late else "left", xshift=-3 if late else 3,
        font={"size": 11, "color": INK}, bgcolor="rgba(255,255,255,0.85)",
    )


def minutes_axis(
    figure: go.Figure, last_min: float, words: Words, title: str, room: float = TICK_ROOM
) -> go.Figure:
    """Give *figure* an axis of minutes that is stretched at the start: where the steps are drawn at their roots."""
    ticks: list[int] = []
    for minute in (*TICKS_MIN, *MORE_TICKS_MIN):
        apart = min((abs(math.sqrt(minute) - math.sqrt(other)) for other in ticks), default=math.inf)
        if minute <= last_min * 1.02 and apart >= room * math.sqrt(last_min):
            ticks.append(minute)
    labels = [_hours(m, words) if m >= 60 else str(m) for m in ticks]
    figure.update_xaxes(
        tickvals=[math.sqrt(minute) for minute in ticks], ticktext=labels,
        range=[-0.02 * math.sqrt(last_min), math.sqrt(last_min) * 1.04],
        title={"text": title, "font": {"size": 13}}, tickangle=0,
    )
    return figure


def _hours(minutes: int, words: Words) -> str:
    return words("unit.value", value=words.trimmed(minutes / 60.0), unit=words("unit.h"))


Lane = Sequence[tuple[str, float]]
"""(step, minutes since the leak began) of one layout; steps that were never taken are missing."""


def lanes(rows: Sequence[Lane], labels: Sequence[str], words: Words, title: Title) -> Figure:
    """Return one lane for each layout with a mark for each step."""
    last = max((minute for row in rows for _, minute in row), default=1.0)
    figure = new(150 + 46 * len(rows), margin={"l": 10, "r": 20, "t": 74, "b": 50})
    minutes_axis(figure, max(last, 1.0), words, words("axis.leak"))
    for label, row in zip(labels, rows, strict=True):
        ends = [minute for step, minute in row if step in ("stopped", "closed", "gone")] or [last]
        figure.add_scatter(
            x=[0.0, math.sqrt(max(ends))], y=[label] * 2, mode="lines", showlegend=False, hoverinfo="skip",
            line={"color": FAINT, "width": 3},
        )
    for step, (symbol, colour) in STEPS.items():
        found = [
            (label, minute) for label, row in zip(labels, rows, strict=True) for name, minute in row if name == step
        ]
        if found:
            what = words(f"leak.step.{step}")
            figure.add_scatter(
                x=[round(math.sqrt(minute), 4) for _, minute in found], y=[label for label, _ in found], mode="markers",
                name=what, hoverinfo="text", cliponaxis=False,
                text=[f"{label}<br>{what}: {words.duration(minute)}" for label, minute in found],
                marker={
                    "symbol": symbol, "size": 18 if step == "closed" else 13, "color": colour,
                    "line": {"color": colour, "width": 2},
                },
            )
    figure.update_yaxes(
        categoryorder="array", categoryarray=list(labels), range=[len(labels) - 0.5, -0.5], showgrid=False
    )
    return finished(figure, title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What got into the air under one layout."""

    edges_min: Floats
    """Since the leak began."""
    kg_min: Floats


def flows(rows: Sequence[Flow | None], labels: Sequence[str], words: Words, title: Title) -> Figure | None:
    """Return the flow into the air under each layout; ``None`` if nothing flows for a while."""
    flowing = [row for row in rows if row is not None and row.kg_min.any()]
    if not flowing:
        return None
    last = max(float(row.edges_min[np.flatnonzero(row.kg_min)[-1] + 1]) for row in flowing)
    figure = minutes_axis(new(
        380, yaxis={"title": {"text": words("axis.kg_min"), "font": {"size": 13}}, "tickformat": ",~g"},
        margin={"l": 70, "r": 20, "t": 46, "b": 50},
    ), last, words, words("axis.leak"))
    for i, (label, row) in enumerate(zip(labels, rows, strict=True)):
        if row is None:
            continue
        steps = row.edges_min[:-1] < last
        figure.add_scatter(
            x=np.sqrt(np.append(row.edges_min[:-1][steps], min(last, float(row.edges_min[-1])))).round(4).tolist(),
            y=[float(f"{v:.4g}") if v > 0.0 else None for v in np.append(row.kg_min[steps], row.kg_min[steps][-1])],
            mode="lines", name=label, hoverinfo="text",
            text=[
                f"{label}<br>{words.duration(m)}: {words.number(v, 1)} {words('axis.kg_min')}"
                for m, v in zip(row.edges_min[:-1][steps].tolist(), row.kg_min[steps].tolist(), strict=True)
            ],
            line={"color": colour_of(i), "dash": dash_of(i), "width": 2.4, "shape": "hv"},
        )
    least = min(float(row.kg_min[row.kg_min > 0.0].min()) for row in flowing)
    most = max(float(row.kg_min.max()) for row in flowing)
    if most > LOG_FROM * least:
        low = math.log10(max(least, most / 1e4))
        figure.update_yaxes(type="log", range=[low - 0.1, math.log10(most) + 0.15], dtick=1)
    else:
        figure.update_yaxes(rangemode="tozero")
    return finished(figure, title)
