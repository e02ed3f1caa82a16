"""What the reviews of earlier drills left behind: observations, percentiles, and the drill as it was run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.review.calibrate import Observation, read_observations
from sim.drill.review.kept import FILE as AS_RUN
from sim.drill.review.model import Point
from sim.drill.review.trend import FILE as TREND
from sim.drill.review.trend import read_trend

OBSERVATIONS = "observations.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The files of one earlier review; those that are not there are ``None``."""

    folder: Path
    observations: Path
    trend: Path | None
    as_run: Path | None


def earlier_at(given: Path) -> Earlier:
    """Return the review that *given* is: its folder, the folder around that, or its observations.

    Raises :class:`InputError` if there is none.
    """
    if given.is_file():
        return Earlier(folder=given.parent, observations=given, trend=None, as_run=None)
    for folder in (given, given / "aar", *sorted(given.glob("*/aar"))):
        if (folder / OBSERVATIONS).is_file():
            return Earlier(
                folder=folder, observations=folder / OBSERVATIONS, trend=_there(folder / TREND),
                as_run=_there(folder / AS_RUN),
            )
    raise InputError([Problem(code="review.no_review", file=str(given))])


def observed_before(earlier: list[Earlier], drill_id: str) -> list[Observation]:
    """Return the observations of other drills than *drill_id*, each drill once."""
    found: dict[tuple[str, str], Observation] = {}
    for each in earlier:
        found.update({(one.drill_id, one.action_id): one for one in read_observations(each.observations)})
    return [one for one in found.values() if one.drill_id != drill_id]


def seen_before(earlier: list[Earlier]) -> list[Point]:
    """Return the percentiles of *earlier* drills."""
    return [point for each in earlier if each.trend is not None for point in read_trend(each.trend)]


def _there(file: Path) -> Path | None:
    return file if file.is_file() else None
