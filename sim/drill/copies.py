"""Copies of one disaster: the plan is followed again and again, and only the chances of execution differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Any, TypeVar

from sim.city.model import City
from sim.hazard.redraw import redraw
from sim.hazard.scenario import VEHICLES, Scenario
from sim.plan.model import Layout, Plan
from sim.response.log import Log
from sim.response.respond import respond

A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a drill is played on: the disaster, who answers it, and how far execution varies between copies."""

    layout: Layout
    scenario: Scenario
    """Its horizon is the time that copies are played for: see :func:`cut`."""
    spread: Mapping[str, float]
    """Keys of ``execution.csv``."""
    seed: int


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
    teams = stage.layout.teams
    copy = redraw(stage.scenario, stage.spread, (team.team_id for team in teams), stage.seed, number)
    layout = replace(
        stage.layout,
        teams=tuple(replace(team, turnout_min=team.turnout_min * copy.turnout_factor[team.team_id]) for team in teams),
    )
    slower = {f"vehicle_{vehicle}_factor": 1.0 / copy.travel_factor for vehicle in VEHICLES}
    slower["access_speed_kmh"] = 1.0 / copy.travel_factor
    own = plan.coefficients
    driven = replace(plan, coefficients=own.with_overrides({key: own[key] * by for key, by in slower.items()}, ""))
    log = respond(city, driven, layout, copy.scenario, timeline=timeline)
    return Copy(number=number, scenario=copy.scenario, log=log)


# ---- on several cores ----------------------------------------------------------------------


_here: dict[str, Any] = {}
"""In a worker process: the city and the plan that it was given once."""


def _arrive(city: City, plan: Plan) -> None:
    signal(SIGINT, SIG_IGN)
    _here.update(city=city, plan=plan)


def _act(act: Callable[[City, Plan, Any], Any], item: Any) -> Any:
    return act(_here["city"], _here["plan"], item)


Play = Callable[[Callable[[City, Plan, A], T], Sequence[A]], Iterator[T]]


@contextmanager
def players(city: City, plan: Plan, workers: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Give a function ``play(act, items)`` that yields ``act(city, plan, item)`` for each item, in their order.

    With one worker everything is done in this process, one item when it is asked for. *act* must be a function of a
    module (or a ``partial`` of one), items and results must travel between processes. Workers ignore an interrupt:
    the parent stops them.
    """
    if workers <= 1:
        yield lambda act, items: (act(city, plan, item) for item in items)
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _arrive, (city, plan))
    try:
        yield lambda act, items: pool.map(partial(_act, act), items)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
