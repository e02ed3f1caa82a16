"""Plays a drill again as it was run, many copies of it, and says how long each action takes then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.city.model import City
from sim.drill.copies import Stage, play_copy, players
from sim.drill.expected import Trace
from sim.drill.model import Drill
from sim.drill.moments import moment_min
from sim.drill.review.as_run import changes_of, possible, since_trigger, staged, traces_of, triggers
from sim.drill.review.model import AsRun, Resimulate
from sim.plan.model import Plan

DIGITS = 1
"""Minutes are rounded as those of the benchmark are."""
CHUNK = 5
"""Copies that a worker plays before it says something."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Copies for one worker, under one set of coefficients."""

    stage: Stage
    traces: Mapping[str, Trace]
    """See :func:`sim.drill.review.as_run.traces_of`."""
    first: int
    count: int
    levels: Mapping[int, float]
    """Minutes of decision by rank in place of the plan's."""
    overrides: Mapping[str, float]
    """Coefficients of ``response.csv`` in place of the plan's."""


def play_part(city: City, plan: Plan, part: Part) -> list[dict[str, float]]:
    """Play the copies of *part* in this process; minutes since T0 by action id, ``inf`` for never."""
    levels = tuple(
        replace(each, decision_min=part.levels.get(each.rank, each.decision_min)) for each in plan.levels
    )
    own = replace(plan, levels=levels, coefficients=plan.coefficients.with_overrides(part.overrides, "review"))
    made = []
    for number in range(part.first, part.first + part.count):
        copy = play_copy(city, own, part.stage, number)
        made.append({each: moment_min(trace, copy.scenario, copy.log) for each, trace in part.traces.items()})
    return made


def parts_of(part: Part) -> list[Part]:
    """Return *part* cut into pieces for workers."""
    ends = range(part.first, part.first + part.count, CHUNK)
    return [replace(part, first=first, count=min(CHUNK, part.first + part.count - first)) for first in ends]


def resimulator(
    city: City, plan: Plan, stage: Stage, *, first: int, copies: int, workers: int = 1,
    progress: Progress | None = None,
) -> Resimulate:
    """Return a function that simulates a drill on *stage* as it was run; see :mod:`sim.drill.review.as_run`.

    The copies are numbered from *first*: with the numbers of the benchmark both bands meet the same chances.
    """

    def resimulate(drill: Drill, as_run: AsRun) -> Mapping[str, tuple[float | None, ...]]:
        changes = possible(changes_of(drill, as_run), stage.scenario, city.shelters.zone.tolist())
        given = triggers(drill, changes)
        part = Part(
            stage=staged(stage, plan, changes), traces=traces_of(drill), first=first, count=copies,
            levels=changes.levels, overrides={},
        )
        made: dict[str, list[float | None]] = {}
        with players(city, plan, min(workers, len(parts_of(part)))) as play:
            done = 0
            for moments in play(play_part, parts_of(part)):
                for each in moments:
                    for action_id, took in since_trigger(drill, each, given):
                        made.setdefault(action_id, []).append(round(took, DIGITS) if np.isfinite(took) else None)
                done += len(moments)
                if progress is not None:
                    progress(done, copies)
        return {key: tuple(values) for key, values in made.items() if key not in changes.fixed}

    return resimulate
