"""Copies of one disaster: the plan is followed again and again, and only the chances of execution differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import active_children, get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Any

from sim.city.model import City
from sim.hazard.redraw import Execution, redraw
from sim.hazard.scenario import VEHICLES, Scenario
from sim.plan.model import Layout, Plan
from sim.response.log import Log
from sim.response.respond import respond

TASKS = (
    "duty_service_min", "warning_decision_min", "request_delay_min", "request_dark_min", "load_min", "unload_min",
    "hand_out_min", "works_call_min", "bus_call_min", "scout_min", "first_aid_min", "ambulance_turnout_min",
)
"""Coefficients of ``response.csv`` that are somebody's work and take another time in every copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a drill is played on: the disaster, who answers it, and how far execution varies between copies."""

    layout: Layout
    scenario: Scenario
    """Its horizon is the time that copies are played for: see :func:`cut`."""
    spread: Mapping[str, float]
    """Keys of ``execution.csv``."""
    seed: int
    fixed: frozenset[str] = frozenset()
    """Tasks that take the same time in every copy: a decision of which it is known how long it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy, answered."""

    number: int
    scenario: Scenario
    log: Log


def cut(scenario: Scenario, span_min: float) -> Scenario:
    """Return *scenario* up to *span_min*: what comes later is not played."""
    return replace(scenario, horizon_min=min(scenario.horizon_min, span_min))


def play_copy(city: City, plan: Plan, stage: Stage, number: int, *, timeline: bool = False) -> Copy:
    """Play copy *number*; the same stage and number give the same copy on every machine and in any order."""
    tasks = [*TASKS, *(f"level.{level.rank}" for level in plan.levels), "warning_delay_min"]
    teams = [team.team_id for team in stage.layout.teams]
    copy = redraw(stage.scenario, stage.spread, teams, tasks, stage.seed, number)
    copy = replace(copy, task_factor={**copy.task_factor, **dict.fromkeys(stage.fixed, 1.0)})
    log = respond(city, _plan_of(plan, copy), _layout_of(stage.layout, copy), copy.scenario, timeline=timeline)
    return Copy(number=number, scenario=copy.scenario, log=log)


def _plan_of(plan: Plan, copy: Execution) -> Plan:
    """Return *plan* with the driving and the office work of *copy*."""
    own = plan.coefficients
    changed = {task: own[task] * copy.task_factor[task] for task in TASKS}
    driven = [*(f"vehicle_{vehicle}_factor" for vehicle in VEHICLES), "access_speed_kmh"]
    changed |= {key: own[key] / copy.travel_factor for key in driven}
    levels = tuple(
        replace(level, decision_min=level.decision_min * copy.task_factor[f"level.{level.rank}"])
        for level in plan.levels
    )
    return replace(plan, levels=levels, coefficients=own.with_overrides(changed, ""))


def _layout_of(layout: Layout, copy: Execution) -> Layout:
    """Return *layout* with the turnout of *copy*, and its delay of warnings where one is agreed."""
    teams = tuple(
        replace(team, turnout_min=team.turnout_min * copy.turnout_factor[team.team_id]) for team in layout.teams
    )
    delay_min = layout.rules.warning_delay_min
    agreed = None if delay_min is None else delay_min * copy.task_factor["warning_delay_min"]
    return replace(layout, teams=teams, rules=replace(layout.rules, warning_delay_min=agreed))


# ---- on several cores ----------------------------------------------------------------------


_here: dict[str, Any] = {}
"""In a worker process: the city and the plan that it was given once."""


def _arrive(city: City, plan: Plan) -> None:
    signal(SIGINT, SIG_IGN)
    _here.update(city=city, plan=plan)


def _act(act: Callable[[City, Plan, Any], Any], item: Any) -> Any:
    return act(_here["city"], _here["plan"], item)


Play = Callable[..., Iterator[Any]]
"""``play(act, items)`` gives ``act(city, plan, item)`` for each item, in their order; see :func:`players`."""


@contextmanager
def players(city: City, plan: Plan, workers: int) -> Iterator[Play]:
    """Give a function ``play(act, items)`` that yields ``act(city, plan, item)`` for each item, in their order.

    With one worker everything is done in this process, one item when it is asked for. *act* must be a function of a
    module (or a ``partial`` of one), items and results must travel between processes. Workers ignore an interrupt: the
    parent ends them, at once and without waiting for what they are at, as on any other error.
    """
    if workers <= 1:
        yield lambda act, items: (act(city, plan, item) for item in items)
        return
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _arrive, (city, plan))
    try:
        yield lambda act, items: pool.map(partial(_act, act), items)
    except BaseException:
        # An interrupt may come while the pool is half built or a worker half begun: waiting for it could be for ever.
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    pool.shutdown(wait=True)
