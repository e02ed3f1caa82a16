"""The percentiles of several drills side by side: points, and no line before there are enough of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import csv_text, given
from sim.drill.model import Drill
from sim.drill.review.model import Point, Timeliness

FILE = "trend.csv"
COLUMNS = (
    "drill_id", "date", "notice", "capability", "step", "action_id", "u", "u_low", "u_high", "u_as_run", "state",
)
ENOUGH = 5
"""Drills from which a middle line is drawn."""


def points_of(drill: Drill, judged: Iterable[Timeliness]) -> list[Point]:
    """Return the actions of *drill* that have a percentile."""
    overview = drill.overview
    return [
        Point(
            drill_id=overview.drill_id, date=overview.date[:10], notice=overview.notice,
            capability=each.action.capability, step=each.action.trace.step, action_id=each.action.action_id,
            u=each.u.value, low=each.u.low, high=each.u.high,
            fair=each.u_as_run.value if each.u_as_run is not None else None, state=each.state,
        )
        for each in judged if each.u is not None
    ]


def joined(own: Sequence[Point], earlier: Iterable[Point]) -> tuple[Point, ...]:
    """Return all points by date; a drill that is reviewed again takes the place of its earlier review."""
    mine = {each.drill_id for each in own}
    known = {(each.drill_id, each.action_id): each for each in earlier if each.drill_id not in mine}
    return tuple(sorted([*known.values(), *own], key=lambda each: (each.date, each.drill_id, each.action_id)))


def drills_of(points: Iterable[Point]) -> list[str]:
    """Return the drills of *points* in order of date."""
    return list(dict.fromkeys(each.drill_id for each in sorted(points, key=lambda each: (each.date, each.drill_id))))


def middle(points: Sequence[Point]) -> float | None:
    """Return the median percentile; ``None`` without points."""
    return float(np.median([each.u for each in points])) if points else None


def as_csv(points: Sequence[Point]) -> str:
    """Return *points* as a table that later reviews take up."""
    return csv_text(COLUMNS, [
        (each.drill_id, each.date, each.notice, each.capability, each.step, each.action_id, f"{each.u:.3f}",
         f"{each.low:.3f}", f"{each.high:.3f}", "" if each.fair is None else f"{each.fair:.3f}", each.state)
        for each in points
    ])


def read_trend(file: Path) -> list[Point]:
    """Return what :func:`as_csv` wrote. Raises :class:`InputError` naming every row that is wrong."""
    made, problems = [], []
    for number, row in enumerate(given(file), start=2):
        try:
            fair = float(row["u_as_run"]) if row["u_as_run"] else None
            made.append(Point(
                drill_id=row["drill_id"], date=row["date"], notice=row["notice"], capability=row["capability"],
                step=row["step"], action_id=row["action_id"], u=float(row["u"]), low=float(row["u_low"]),
                high=float(row["u_high"]), fair=fair, state=row["state"],
            ))
        except (KeyError, TypeError, ValueError):
            problems.append(Problem(code="review.trend_row", file=file.name, row=number))
    if problems:
        raise InputError(problems)
    return made
