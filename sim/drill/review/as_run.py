"""The drill as it was run: when each piece of news was really given, who was there, what was decided and when.

What enters the simulation, and how:

- News that came *x* minutes late is noticed *x* minutes later; the disaster itself goes on as it is (a fire has grown
  by then, the buried have waited). News of a shelter moves the hour at which its people leave their homes, that of a
  danger the minutes at which there is something to warn of, at which it is too late and at which it strikes. News
  of a demand cannot be given before it is true.
- A response level that was opened is opened as long after its trigger as in the drill, in every copy.
- A report, or an order to send a crew, whose minute is known: the duty room hears of that demand so that it can take
  the report down by then. Both are then no luck any more, and no percentile is given for them.
- Teams of a unit that did not come are not there.

Not in it: contingencies and reserves (they say again what is there, or nothing that is simulated), warnings (their
decision varies as planned), absent hospitals, townships and stores. What a leak asks for is told with the leak's own
report, however late its inject came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.drill.copies import Stage
from sim.drill.expected import Trace
from sim.drill.model import Action, Drill, Inject
from sim.drill.moments import READERS
from sim.drill.review.model import AsRun
from sim.drill.review.schedule import jumps
from sim.hazard.scenario import Scenario
from sim.plan.model import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs from the plan of the drill, in the terms of a simulation."""

    late: Mapping[str, float]
    """Minutes by which news came late (early: below zero), by the simulation's event: ``demand:17``."""
    injects: tuple[str, ...]
    """The injects of these events that did not come at their minute."""
    known: Mapping[int, float]
    """Minutes after T0 by which the duty room had heard of a demand, as the log has it."""
    levels: Mapping[int, float]
    """Minutes between the trigger and the opening of a level, by rank."""
    fixed: frozenset[str]
    """Actions that are taken from the log: they have no law of their own in this simulation."""
    teams: frozenset[str]
    """Teams that were not there."""


def changes_of(drill: Drill, as_run: AsRun) -> Changes:
    """Return what *as_run* changes in the simulated drill; see the head of this module."""
    injects = {inject.inject_id: inject for inject in drill.injects if inject.kind == "inject"}
    given = dict(as_run.injects)
    late = {
        inject.sim_event: given[inject_id] - inject.ex_min
        for inject_id, inject in injects.items()
        if inject_id in given and inject.sim_event and inject.ex_min is not None and inject.sim_min is not None
    }
    levels, known, fixed = _decided(drill, injects, as_run)
    return Changes(
        late=late, known=known, levels=levels, fixed=frozenset(fixed),
        injects=tuple(
            inject_id for inject_id, inject in injects.items() if abs(late.get(inject.sim_event, 0.0)) >= 1.0
        ),
        teams=frozenset(
            team for unit in drill.units if unit.unit_id in as_run.absent for team in unit.teams
        ),
    )


def _decided(
    drill: Drill, injects: Mapping[str, Inject], as_run: AsRun
) -> tuple[dict[int, float], dict[int, float], set[str]]:
    took, done = dict(as_run.took), dict(as_run.done)
    levels: dict[int, float] = {}
    known: dict[int, float] = {}
    fixed: set[str] = set()
    for action in drill.actions:
        step = action.trace.step
        if step == "level" and action.action_id in took:
            levels[action.trace.rank] = took[action.action_id]
        elif step in ("report", "order") and action.action_id in done and action.timed:
            minute = _scenario_min(drill, injects.get(action.inject_id), action, done[action.action_id])
            if minute is None:
                continue
            known[action.trace.demand] = max(minute, known.get(action.trace.demand, 0.0))
        else:
            continue
        fixed.add(action.action_id)
    return levels, known, fixed


def _scenario_min(drill: Drill, inject: Inject | None, action: Action, ex_min: float) -> float | None:
    """Return the scenario minute of an exercise minute by the clock of the action's own news; none across a jump."""
    if inject is None or inject.ex_min is None or inject.sim_min is None:
        return None
    if inject.sim_event != f"demand:{action.trace.demand}" or jumps(drill, inject.ex_min, ex_min):
        return None
    return inject.sim_min + ex_min - inject.ex_min


# ---- the stage as it was -------------------------------------------------------------------


def staged(stage: Stage, plan: Plan, changes: Changes) -> Stage:
    """Return *stage* with what is known of the drill; the levels' minutes are the plan's affair."""
    layout = replace(
        stage.layout, teams=tuple(team for team in stage.layout.teams if team.team_id not in changes.teams)
    )
    scenario = _heard(_told(stage.scenario, changes), plan, changes)
    return replace(
        stage, layout=layout, scenario=scenario, fixed=stage.fixed | {f"level.{rank}" for rank in changes.levels}
    )


def possible(changes: Changes, scenario: Scenario, shelter_zones: Sequence[int]) -> Changes:
    """Return *changes* fit for *scenario*: no news before it is true; of a shelter, the township that it serves."""
    demands = scenario.demands
    late = {}
    for event, late_min in changes.late.items():
        kind, _, number = event.partition(":")
        if kind == "demand":
            earliest = float(demands.real_min[int(number)] - demands.noticed_min[int(number)])
            late[event] = max(late_min, earliest)
        elif kind == "shelter":
            late[f"zone:{shelter_zones[int(number)]}"] = late_min
        late.setdefault(event, late_min)
    return replace(changes, late=late)


def _told(scenario: Scenario, changes: Changes) -> Scenario:
    """Return *scenario* with its news at the minutes at which they were given."""
    for event, late_min in changes.late.items():
        kind, _, number = event.partition(":")
        mover = {"demand": _demand, "alert": _alert, "danger": _danger, "zone": _zone}.get(kind)
        if mover is not None:
            scenario = mover(scenario, int(number), late_min)
    return scenario


def _demand(scenario: Scenario, number: int, late_min: float) -> Scenario:
    demands = scenario.demands
    noticed = demands.noticed_min.copy()
    noticed[number] += late_min
    return replace(scenario, demands=replace(demands, noticed_min=noticed))


def _alert(scenario: Scenario, number: int, late_min: float) -> Scenario:
    """All readings of the same minute are one piece of news."""
    minute = scenario.alerts[number].known_min
    return replace(scenario, alerts=tuple(
        replace(each, known_min=max(0.0, minute + late_min)) if each.known_min == minute else each
        for each in scenario.alerts
    ))


def _danger(scenario: Scenario, number: int, late_min: float) -> Scenario:
    told = scenario.dangers[number]
    return replace(scenario, dangers=tuple(
        replace(
            each, issue_from_min=max(0.0, each.issue_from_min + late_min),
            deadline_min=max(0.0, each.deadline_min + late_min), strike_min=max(0.0, each.strike_min + late_min),
        )
        if (each.event, each.issue_from_min) == (told.event, told.issue_from_min) else each
        for each in scenario.dangers
    ))


def _zone(scenario: Scenario, number: int, late_min: float) -> Scenario:
    displaced = scenario.displaced
    moved = np.where(displaced.zone == number, np.maximum(0.0, displaced.from_min + late_min), displaced.from_min)
    return replace(scenario, displaced=replace(displaced, from_min=moved))


def _heard(scenario: Scenario, plan: Plan, changes: Changes) -> Scenario:
    """Return *scenario* in which the duty room hears of each known demand in time to take it down by its minute."""
    demands, service_min = scenario.demands, plan.coefficients["duty_service_min"]
    noticed, watched = demands.noticed_min.copy(), demands.watched.copy()
    for number, minute in changes.known.items():
        noticed[number] = max(float(demands.real_min[number]), minute - service_min)
        watched[number] = True
    return replace(scenario, demands=replace(demands, noticed_min=noticed, watched=watched))


# ---- times in a copy -----------------------------------------------------------------------


HEARD = "heard:"
"""Before the id of an inject: the moment at which the duty room knows of it, where nobody is expected to report it."""


def traces_of(drill: Drill) -> dict[str, Trace]:
    """Return what to look for in a copy: each action that a log knows, by its id, and :data:`HEARD`."""
    made = {each.action_id: each.trace for each in drill.actions if each.trace.step in READERS}
    reported = {each.trace.demand for each in drill.actions if each.trace.step == "report"}
    for inject in drill.injects:
        kind, _, number = inject.sim_event.partition(":")
        if kind == "demand" and int(number) not in reported:
            made[HEARD + inject.inject_id] = Trace(step="report", demand=int(number))
    return made


def triggers(drill: Drill, changes: Changes) -> dict[str, float]:
    """Return the scenario minute at which each inject was given, for actions that count from it."""
    return {
        inject.inject_id: max(0.0, inject.sim_min + changes.late.get(inject.sim_event, 0.0))
        for inject in drill.injects if inject.sim_min is not None
    }


def since_trigger(
    drill: Drill, moments: Mapping[str, float], given: Mapping[str, float]
) -> Iterator[tuple[str, float]]:
    """Yield each timed action with the minutes since its own trigger in one copy; ``inf`` if it was not done.

    *moments* are the minutes since T0 of :func:`traces_of`, *given* those of the injects. What came before its trigger
    took no time, as in the benchmark.
    """
    for action in drill.actions:
        if not action.timed or action.action_id not in moments:
            continue
        begin = _begin(action, moments, given)
        took = moments[action.action_id] - begin if np.isfinite(begin) else float("inf")
        yield action.action_id, max(0.0, took)


def _begin(action: Action, moments: Mapping[str, float], given: Mapping[str, float]) -> float:
    if action.clock == "t0":
        return 0.0
    if action.clock == "previous" and action.predecessor:
        return moments.get(action.predecessor, float("inf"))
    crew = action.trace.step in ("order", "arrive")
    heard = moments.get(HEARD + action.inject_id) if crew else None
    return heard if heard is not None else given.get(action.inject_id, float("inf"))
