"""Plays a drill again as it was run, many copies of it, and says how long each action takes then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.city.model import City
from sim.drill.build.benchmarks import DECIMALS
from sim.drill.copies import Stage, play_copy, players
from sim.drill.expected import Trace
from sim.drill.model import Drill
from sim.drill.moments import moment_min
from sim.drill.review.as_run import changes_of, possible, since_trigger, staged, traces_of, triggers
from sim.drill.review.model import AsRun, Resimulate
from sim.drill.review.parameters import changed
from sim.plan.model import Plan

CHUNK = 5
"""Copies that a worker plays before it says something."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One copy, with parameters of its own."""

    number: int
    factors: Mapping[str, float] = field(default_factory=dict)
    """See :mod:`sim.drill.review.parameters`; those in use for what is not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Copies for one worker."""

    stage: Stage
    traces: Mapping[str, Trace]
    """See :func:`sim.drill.review.as_run.traces_of`."""
    levels: Mapping[int, float]
    """Minutes of decision by rank in place of the plan's."""
    runs: tuple[Run, ...]


def play_part(city: City, plan: Plan, part: Part) -> list[dict[str, float]]:
    """Play the copies of *part* in this process; minutes since T0 of each trace, ``inf`` for never."""
    levels = tuple(
        replace(each, decision_min=part.levels.get(each.rank, each.decision_min)) for each in plan.levels
    )
    made = []
    for run in part.runs:
        own, stage = changed(replace(plan, levels=levels), part.stage, run.factors)
        copy = play_copy(city, own, stage, run.number)
        made.append({each: moment_min(trace, copy.scenario, copy.log) for each, trace in part.traces.items()})
    return made


def play_runs(
    city: City, plan: Plan, part: Part, workers: int, progress: Progress | None = None
) -> Iterator[dict[str, float]]:
    """Yield what each run of *part* gives, in their order."""
    cuts = range(0, len(part.runs), CHUNK)
    pieces = [replace(part, runs=part.runs[first : first + CHUNK]) for first in cuts]
    done = 0
    with players(city, plan, min(workers, len(pieces))) as play:
        for moments in play(play_part, pieces):
            done += len(moments)
            if progress is not None:
                progress(done, len(part.runs))
            yield from moments


def runs_from(first: int, copies: int) -> tuple[Run, ...]:
    """Return *copies* runs with the parameters in use."""
    return tuple(Run(number=number) for number in range(first, first + copies))


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
            stage=staged(stage, plan, changes), traces=traces_of(drill), levels=changes.levels,
            runs=runs_from(first, copies),
        )
        made: dict[str, list[float | None]] = {}
        for moments in play_runs(city, plan, part, workers, progress):
            for action_id, took in since_trigger(drill, moments, given):
                made.setdefault(action_id, []).append(round(took, DECIMALS) if np.isfinite(took) else None)
        return {key: tuple(values) for key, values in made.items() if key not in changes.fixed}

    return resimulate


def times_under(
    city: City, plan: Plan, stage: Stage, drill: Drill, as_run: AsRun, runs: Sequence[Run], *, workers: int = 1,
    progress: Progress | None = None,
) -> list[dict[str, float]]:
    """Return the minutes since its own trigger of each timed action under each of *runs*; ``inf`` for never.

    Injects and teams are those of the drill; what was reported, ordered and decided is simulated.
    """
    changes = possible(changes_of(drill, as_run), stage.scenario, city.shelters.zone.tolist())
    changes = replace(changes, levels={}, known={}, fixed=frozenset())
    given = triggers(drill, changes)
    part = Part(stage=staged(stage, plan, changes), traces=traces_of(drill), levels={}, runs=tuple(runs))
    return [
        dict(since_trigger(drill, moments, given)) for moments in play_runs(city, plan, part, workers, progress)
    ]
