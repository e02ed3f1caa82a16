"""Decisions of command: a level or a warning follows the news or the report that, in the copies, makes it happen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER, Floats
from sim.drill.build.acts import USUAL, Act
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.said import said
from sim.drill.build.scenes import Scene
from sim.drill.expected import Trace
from sim.hazard.scenario import Danger
from sim.plan.model import Level, Plan

BEFORE_MIN = 0.05
"""A cause comes before its effect, but for rounding."""
LONGEST_MIN = 90.0
"""What comes later after a cause has another one."""
PASSING_MIN = 15.0
"""A level that a higher one follows so soon is only passed through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Something that may make command decide."""

    scene: Scene
    before: Trace | None
    """``None``: the news itself."""
    minutes: Floats
    """In each copy."""


def causes(scenes: Iterable[Scene], acts: Iterable[Act], plan: Plan, rehearsal: Rehearsal) -> list[Cause]:
    """Return what may cause decisions: readings of instruments, and reports of the trapped and of leaks."""
    found = [
        Cause(scene=scene, before=None, minutes=np.full(rehearsal.copies, scene.sim_min))
        for scene in scenes if scene.event.startswith("alert")
    ]
    return found + [
        Cause(scene=act.scene, before=act.trace, minutes=rehearsal.minutes(act.trace))
        for act in acts if act.step == "report" and act.trace is not None and _counts(act.scene, plan)
    ]


def _counts(scene: Scene, plan: Plan) -> bool:
    """Tell whether the duty room counts what *scene* tells towards a level."""
    kind = plan.kinds[scene.kind]
    return kind.law == "rescue" or kind.works_call


def cause_of(minutes: Floats, known: Sequence[Cause]) -> Cause | None:
    """Return the cause after which *minutes* come most steadily; ``None`` if none comes before them in every copy."""
    best: tuple[float, float] | None = None
    found = None
    for cause in known:
        both = np.isfinite(minutes) & np.isfinite(cause.minutes)
        if np.mean(both) < USUAL or np.mean(both) < np.mean(np.isfinite(minutes)):
            continue
        gap = minutes[both] - cause.minutes[both]
        if float(np.min(gap)) < -BEFORE_MIN or float(np.median(gap)) > LONGEST_MIN:
            continue
        rank = (round(float(np.std(gap)), 6), float(np.median(gap)))
        if best is None or rank < best:
            best, found = rank, cause
    return found


def levels(plan: Plan, known: Sequence[Cause], rehearsal: Rehearsal) -> list[Act]:
    """Return an act for every level that most copies open and that has a cause among *known*, the lowest first."""
    acts = []
    for level in plan.levels:
        trace = Trace(step="level", rank=level.rank)
        minutes = rehearsal.minutes(trace)
        if np.mean(np.isfinite(minutes)) < USUAL or _passing(level.rank, plan, rehearsal):
            continue
        cause = cause_of(minutes, [each for each in known if _reaches(each, level, rehearsal)])
        if cause is not None:
            acts.append(Act(
                scene=cause.scene, step="level", unit="command", before=cause.before, trace=trace,
                text=said("act.level", level=level.name), standard=said("look.level"), task=said("task.level"),
                capability="operational_coordination",
            ))
    return acts


def _reaches(cause: Cause, level: Level, rehearsal: Rehearsal) -> bool:
    """Tell whether *cause* can open *level*: a reading has to be as high as the level asks; reports add up."""
    if not cause.scene.event.startswith("alert"):
        return True
    told = [alert for alert in rehearsal.stage.scenario.alerts if alert.known_min == cause.scene.sim_min]
    return any(alert.value >= level.indicators.get(alert.indicator, NEVER) for alert in told)


def _passing(rank: int, plan: Plan, rehearsal: Rehearsal) -> bool:
    """Tell whether most copies open a higher level within minutes: nobody decides on this one for itself."""
    higher = [level.rank for level in plan.levels if level.rank < rank]
    minutes = rehearsal.minutes(Trace(step="level", rank=rank))
    soon = [rehearsal.minutes(Trace(step="level", rank=other)) <= minutes + PASSING_MIN for other in higher]
    return bool(soon) and float(np.mean(np.any(soon, axis=0))) >= USUAL


def warnings(
    scenes: Sequence[Scene], decided: Sequence[Act], others: Sequence[Cause], rehearsal: Rehearsal
) -> list[Act]:
    """Return an act for the warning of every event whose dangers are no news of their own.

    Of a cloud it counts from the news of the leak, against the minute at which the gas is with half of the people;
    of aftershocks from the level that it follows, else from what else may have caused it (*others*). What has to be
    left in time is news of its own (``danger:``).
    """
    scenario = rehearsal.stage.scenario
    told = {scenario.dangers[scene.number].event for scene in scenes if scene.event.startswith("danger")}
    acts = []
    for number in _first_of_each(scenario.dangers, told):
        trace = Trace(step="warn", danger=number)
        if np.mean(np.isfinite(rehearsal.minutes(trace))) < USUAL:
            continue
        danger = scenario.dangers[number]
        if danger.evacuate and danger.release < 0:
            continue
        leak = _leak_scene(scenes, rehearsal, danger)
        if leak is not None:
            left_min = danger.deadline_min - leak.sim_min
            limited = 0.0 < left_min < NEVER
            acts.append(_warning(leak, None, trace, "warn" if limited else "", round(left_min) if limited else None))
            continue
        known = [
            Cause(scene=act.scene, before=act.trace, minutes=rehearsal.minutes(act.trace))
            for act in decided if act.trace is not None
        ]
        minutes = rehearsal.minutes(trace)
        cause = cause_of(minutes, known) or cause_of(minutes, others)
        if cause is not None and not any((act.scene, act.before) == (cause.scene, cause.before) for act in acts):
            acts.append(_warning(cause.scene, cause.before, trace, "", None))
    return acts


def _warning(scene: Scene, before: Trace | None, trace: Trace, limit: str, limit_min: float | None) -> Act:
    return Act(
        scene=scene, step="warn", unit="warning", before=before, trace=trace, text=said("act.warn"),
        standard=said("look.warn"), task=said("task.warn"), capability="public_information_warning", limit=limit,
        limit_min=limit_min,
    )


def _leak_scene(scenes: Sequence[Scene], rehearsal: Rehearsal, danger: Danger) -> Scene | None:
    if danger.release < 0:
        return None
    tasks = rehearsal.stage.scenario.releases[danger.release].tasks
    return next((scene for scene in scenes if scene.event.startswith("demand") and scene.number in tasks), None)


def _first_of_each(dangers: Sequence[Danger], told: set[int]) -> list[int]:
    """Return one danger of each event not in *told*: that by whose deadline half of the people are in reach."""
    by_event: dict[int, list[int]] = {}
    for number, danger in enumerate(dangers):
        if danger.event not in told:
            by_event.setdefault(danger.event, []).append(number)
    found = []
    for numbers in by_event.values():
        order = sorted(numbers, key=lambda number: (dangers[number].deadline_min, number))
        people = np.cumsum([float(dangers[number].people.sum()) for number in order])
        found.append(order[int(np.searchsorted(people, people[-1] / 2.0))])
    return found
