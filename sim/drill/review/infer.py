"""Simulates drills under drawn parameters, and infers from them what lies behind several actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.drill.copies import Stage
from sim.drill.model import Drill
from sim.drill.review.calibrate import DISCOUNT, require_indirect
from sim.drill.review.indirect import Case, Inference, factors_of, infer
from sim.drill.review.model import AsRun
from sim.drill.review.parameters import Parameter, behind
from sim.drill.review.replay import Run, times_under
from sim.drill.seek.space import spread_points
from sim.plan.model import Plan

DRAWS = 1024
"""Draws of the parameters, a power of two for Sobol's points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A drill that was held, its stage, and what the log says."""

    drill: Drill
    stage: Stage
    as_run: AsRun


def learn(
    city: City, plan: Plan, held: Sequence[Played], draws: int = DRAWS, *, workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Inference:
    """Return what the drills *held* say of the parameters behind their timed actions.

    Raises :class:`InputError` if they are too few (see :func:`sim.drill.review.calibrate.require_indirect`), or if all
    of them were scripted.
    """
    told = [each for each in held if DISCOUNT[each.drill.overview.notice] > 0.0]
    if not told:
        raise InputError([Problem(code="review.only_scripted", file=held[0].drill.overview.drill_id)])
    observed = [_observed(each) for each in told]
    require_indirect(len(told), sum(map(len, observed)), told[0].drill.overview.drill_id)
    unknown = behind(_steps(told, observed))
    factors = factors_of(spread_points(len(unknown), draws, told[0].stage.seed, "drill.learn"), unknown)
    cases = []
    for i, (each, times) in enumerate(zip(told, observed, strict=True)):
        runs = [_run(i * draws + number, row, unknown) for number, row in enumerate(factors.tolist())]
        cases.append(Case(
            drill_id=each.drill.overview.drill_id, discount=DISCOUNT[each.drill.overview.notice], observed=times,
            simulated=times_under(
                city, plan, each.stage, each.drill, each.as_run, runs, workers=workers,
                progress=_after(progress, i, len(told)),
            ),
        ))
    found = infer(cases, factors, unknown)
    return replace(found, beliefs=tuple(
        replace(each, in_use=plan.coefficients.get(each.key, None)) for each in found.beliefs
    ))


def _observed(played: Played) -> dict[str, float]:
    """Return the minutes of the timed actions that a log knows, by action."""
    timed = {action.action_id for action in played.drill.actions if action.timed and action.benchmark is not None}
    return {action_id: minutes for action_id, minutes in played.as_run.took if action_id in timed}


def _steps(held: Iterable[Played], observed: Iterable[Mapping[str, float]]) -> set[str]:
    return {
        action.trace.step for each, times in zip(held, observed, strict=True) for action in each.drill.actions
        if action.action_id in times
    }


def _run(number: int, row: Sequence[float], unknown: Sequence[Parameter]) -> Run:
    """Each draw meets chances of its own in each drill: one drill's luck is not the next one's."""
    return Run(number=number, factors={each.key: factor for each, factor in zip(unknown, row, strict=True)})


def _after(progress: Callable[[int, int], None] | None, before: int, drills: int) -> Callable[[int, int], None] | None:
    if progress is None:
        return None
    return lambda done, total: progress(before * total + done, drills * total)
