"""What is expected after each piece of news: who does what, since when, and which moment of a log that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.common.types import NEVER, Floats, Text
from sim.drill.build.names import Names
from sim.drill.build.rehearsal import Rehearsal, middle
from sim.drill.build.said import said
from sim.drill.build.scenes import Scene, kinds, words_of
from sim.drill.expected import Trace
from sim.plan.model import Plan

SURE = 0.8
"""A scene is played only if its report comes in so many copies."""
USUAL = 0.5
"""A step is expected only if it happens in so many copies."""
WORTH_MIN = 1.0
"""A step whose P90 is shorter says nothing about anybody: it is not timed apart."""
LONGEST_MIN = 120.0
"""Work whose median is longer is not waited for in a drill."""
CALL_MIN = 5.0
"""A report that is mostly there by then came over the emergency number, not through the chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An expected action in the making."""

    scene: Scene
    step: str
    unit: str
    """``command``, ``warning``, ``relief``, ``zone:3``, ``site:0``, ``team:<id>``, ``hospital:1`` or ``depot:<id>``."""
    before: Trace | None
    """Moment from which it counts; ``None``: the news is received."""
    trace: Trace | None
    """``None``: something said or decided, which no log holds; it is not timed."""
    text: Text
    standard: Text
    task: Text
    capability: str
    limit: str = ""
    """Key of ``limits.csv``; empty without a limit."""
    limit_min: float | None = None


def since(rehearsal: Rehearsal, act: Act) -> Floats:
    """Return the minutes from the act's trigger to it in each copy; what came before its trigger took none."""
    if act.trace is None:
        return np.full(rehearsal.copies, NEVER)
    began = np.full(rehearsal.copies, act.scene.sim_min) if act.before is None else rehearsal.minutes(act.before)
    done = rehearsal.minutes(act.trace)
    took = np.full(rehearsal.copies, NEVER)
    known = np.isfinite(done) & np.isfinite(began)
    took[known] = np.maximum(0.0, done[known] - began[known])
    return took


def acts_of(scene: Scene, plan: Plan, names: Names, rehearsal: Rehearsal) -> tuple[Act, ...]:
    """Return what is expected after *scene*, in order; none if the copies do not agree that it happens."""
    kind, _, _ = scene.event.partition(":")
    found = {
        "demand": _of_demand, "shelter": _of_shelter, "danger": _of_danger, "alert": _of_talk, "event": _of_talk,
    }[kind]
    return tuple(found(scene, plan, names, rehearsal))


def settled(scene: Scene, rehearsal: Rehearsal) -> Scene:
    """Return *scene* at the minute of its news: what a leak asks for is told once the leak is known."""
    if scene.told_by < 0:
        return scene
    known_min = rehearsal.middle(Trace(step="report", demand=scene.number))
    return replace(scene, sim_min=known_min) if known_min < NEVER else scene


def talk(scene: Scene, unit: str) -> Act:
    """Return the act of assessing and deciding what *scene* says: an evaluator looks at it, no clock does."""
    row = kinds()[scene.kind]
    task = words_of(row, "task")
    return Act(
        scene=scene, step="state", unit=unit, before=None, trace=None, text=task, standard=words_of(row, "look"),
        task=task, capability=row["capability"],
    )


def _of_talk(scene: Scene, _plan: Plan, _names: Names, _rehearsal: Rehearsal) -> Iterator[Act]:
    yield talk(scene, "command")


def _of_danger(scene: Scene, _plan: Plan, _names: Names, rehearsal: Rehearsal) -> Iterator[Act]:
    """The warning, against the moment at which it is too late; then moving the people, which no log dates."""
    danger = rehearsal.stage.scenario.dangers[scene.number]
    trace = Trace(step="warn", danger=scene.number)
    if np.mean(np.isfinite(rehearsal.minutes(trace))) >= USUAL:
        left_min = danger.deadline_min - scene.sim_min
        yield Act(
            scene=scene, step="warn", unit="warning", before=None, trace=trace, text=said("act.warn"),
            standard=said("look.warn"), task=said("task.warn"), capability="public_information_warning",
            limit="warn" if 0.0 < left_min < NEVER else "",
            limit_min=round(left_min) if 0.0 < left_min < NEVER else None,
        )
    yield talk(scene, f"zone:{scene.zone}")


def _of_shelter(scene: Scene, _plan: Plan, names: Names, rehearsal: Rehearsal) -> Iterator[Act]:
    yield talk(scene, "relief")
    depot = rehearsal.depot(scene.event)
    load, leave, deliver = (Trace(step=step, word=scene.event) for step in ("load", "leave", "deliver"))
    if not depot or middle(rehearsal.minutes(load)) == NEVER:
        return
    for step, trace, before in (("load", load, None), ("leave", leave, load), ("deliver", deliver, leave)):
        act = Act(
            scene=scene, step=step, unit=f"depot:{depot}", before=before, trace=trace, standard=said(f"look.{step}"),
            text=said(f"act.{step}", depot=names.of(depot), place=names.of(scene.place)), task=said("task.relief"),
            capability="logistics_supply_chain",
        )
        if _usual(rehearsal, act):
            yield act


def _usual(rehearsal: Rehearsal, act: Act) -> bool:
    """Tell whether *act* happens in most copies, and takes long enough to be timed and not too long to be seen."""
    took = since(rehearsal, act)
    half = middle(took)
    return half <= LONGEST_MIN and float(np.quantile(took, 0.9, method="higher")) >= WORTH_MIN


def _of_demand(scene: Scene, plan: Plan, names: Names, rehearsal: Rehearsal) -> Iterator[Act]:
    d, row = scene.number, kinds()[scene.kind]
    report, order, arrive = (Trace(step=step, demand=d) for step in ("report", "order", "arrive"))
    known = rehearsal.minutes(report)
    if np.mean(np.isfinite(known)) < SURE:
        return
    if scene.told_by < 0:
        yield _report(scene, plan, rehearsal, report)
    team = rehearsal.team(d)
    if not team:
        return
    task, look = words_of(row, "task"), words_of(row, "look")
    wait = np.where(np.isfinite(known), rehearsal.minutes(order) - np.where(np.isfinite(known), known, 0.0), NEVER)
    trigger: Trace | None = None if middle(wait) < -WORTH_MIN / 2 else report
    ordered = Act(
        scene=scene, step="order", unit="command", before=report, trace=order, text=said("act.order", task=task),
        standard=said("look.order"), task=said("task.order"), capability="operational_coordination",
    )
    # Where a crew is free the model orders it at once, which no duty officer can: only real waiting is timed apart.
    if trigger is not None and _usual(rehearsal, ordered) and middle(since(rehearsal, ordered)) >= WORTH_MIN:
        yield ordered
        trigger = order
    limit_min = plan.kinds[scene.kind].arrival_limit_min
    came = Act(
        scene=scene, step="arrive", unit=f"team:{team}", before=trigger, trace=arrive,
        text=said("act.arrive", team=names.team(team), task=task), standard=said("look.arrive"), task=task,
        capability=row["capability"], limit=f"arrive.{scene.kind}" if limit_min < NEVER else "",
        limit_min=limit_min if limit_min < NEVER else None,
    )
    if not _usual(rehearsal, came):
        return
    yield came
    yield from _work(scene, plan, names, rehearsal, came, task, look)


def _report(scene: Scene, plan: Plan, rehearsal: Rehearsal, report: Trace) -> Act:
    """Whoever sees it tells the city, or (over the emergency number, or by instrument) the city hears it itself."""
    demands = rehearsal.stage.scenario.demands
    took = rehearsal.middle(report) - scene.sim_min
    watched = bool(demands.watched[scene.number])
    called = watched or (plan.kinds[scene.kind].direct_call and took <= CALL_MIN)
    reporter = "command" if called else f"site:{scene.site}" if scene.site >= 0 else f"zone:{scene.zone}"
    key = "call" if called else "report"
    return Act(
        scene=scene, step="report", unit=reporter, before=None, trace=report, text=said(f"act.{key}"),
        standard=said(f"look.{key}"), task=said("task.report"), capability="situational_assessment",
        limit="" if watched else "report",
        limit_min=None if watched else plan.coefficients["report_deadline_min"],
    )


def _work(
    scene: Scene, plan: Plan, names: Names, rehearsal: Rehearsal, came: Act, task: Text, look: Text
) -> Iterator[Act]:
    d = scene.number
    if plan.kinds[scene.kind].law != "hold":
        done = Act(
            scene=scene, step="done", unit=came.unit, before=came.trace, trace=Trace(step="done", demand=d),
            text=said("act.done", task=task), standard=look, task=task, capability=came.capability,
        )
        if _usual(rehearsal, done):
            yield done
    hospital = rehearsal.hospital(d)
    if hospital >= 0:
        cared = Act(
            scene=scene, step="care", unit=f"hospital:{hospital}", before=came.trace,
            trace=Trace(step="care", demand=d), text=said("act.care", hospital=names.hospital(hospital)),
            standard=said("look.care"), task=said("task.care"), capability="public_health_ems",
        )
        if _usual(rehearsal, cared):
            yield cared
