"""Plays candidates: what the wishes measure in each copy, what the disaster is like, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.city.model import City
from sim.common.types import Floats
from sim.drill.copies import Stage, cut
from sim.drill.design import Wish
from sim.drill.seek.stress import values_of
from sim.drill.seek.stress_values import Facts, affected, busy_share
from sim.hazard.draw import HazardSpec, draw
from sim.hazard.redraw import execution_coefficients
from sim.hazard.scenario import Scenario
from sim.plan.model import Layout, Plan
from sim.response.log import DONE

FEATURES = (
    "demands", "work_crew_h", "casualties", "displaced", "closures", "outages", "in_danger", "events",
)
"""What a disaster is like before anybody answers it, see :func:`features_of`."""
OUTCOMES = (
    "done_share", "report_min", "arrival_min", "busy_share", "busiest_share", "affected", "warned", "level",
    "east_deg", "north_deg",
)
"""What came of one copy, see :func:`outcomes_of`."""
NO_LEVEL = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some copies of one candidate."""

    hazard: HazardSpec
    layout: Layout
    """Without the teams that are out."""
    seed: int
    """Of the draw of the disaster."""
    replication: int
    span_min: float
    wishes: tuple[Wish, ...]
    capabilities: tuple[str, ...]
    """Whose busy shares are told."""
    copy_seed: int
    first: int
    """Number of the first copy."""
    count: int
    """Copies; none: only what the disaster is like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What a task gave."""

    features: Floats
    """Shape (FEATURES,)."""
    hour: float
    """Of the day at which it begins."""
    values: Floats
    """Of each wish in each copy, shape (wishes, copies)."""
    outcomes: Floats
    """Shape (copies, OUTCOMES)."""
    busy: Floats
    """Busy share by capability, shape (copies, capabilities)."""


def play_task(city: City, plan: Plan, task: Task) -> Played:
    """Draw the disaster of *task* and play its copies; the same task gives the same result in every process."""
    scenario = draw(task.hazard, city, task.seed, task.replication)
    stage = stage_for(task.layout, cut(scenario, min(task.span_min, needed_min(task.wishes))), task.copy_seed)
    values, outcomes, busy = [], [], []
    for number in range(task.first, task.first + task.count):
        reached, facts = values_of(task.wishes, city, plan, stage, number)
        values.append(reached)
        busy.append(busy_of(facts, task.capabilities))
        outcomes.append(outcomes_of(facts, busy[-1]))
    return Played(
        features=features_of(scenario), hour=scenario.hour,
        values=np.array(values, dtype=np.float64).reshape(-1, len(task.wishes)).T,
        outcomes=np.array(outcomes, dtype=np.float64).reshape(-1, len(OUTCOMES)),
        busy=np.array(busy, dtype=np.float64).reshape(-1, len(task.capabilities)),
    )


def stage_for(layout: Layout, scenario: Scenario, seed: int) -> Stage:
    """Return the stage of a scenario that is cut already, with the usual spread of execution."""
    return Stage(layout=layout, scenario=scenario, spread=execution_coefficients(), seed=seed)


def without_teams(layout: Layout, out: Sequence[str]) -> Layout:
    """Return *layout* without the teams *out*."""
    return replace(layout, teams=tuple(team for team in layout.teams if team.team_id not in out)) if out else layout


def needed_min(wishes: Sequence[Wish]) -> float:
    """Return until when a copy has to be played for *wishes*; ``inf``: to its end."""
    return max((float(wish.params.get("until_min", np.inf)) for wish in wishes), default=np.inf)


def features_of(scenario: Scenario) -> Floats:
    """Return what the disaster is like, in the order of :data:`FEATURES`: counts, people and crew hours."""
    real = np.isfinite(scenario.demands.real_min)
    people: float = sum(float(danger.people.sum()) for danger in scenario.dangers)
    return np.array([
        real.sum(), scenario.demands.work_crew_min[real].sum() / 60.0, len(scenario.casualties),
        scenario.displaced.people.sum(), len(scenario.closures), len(scenario.outages), people, len(scenario.events),
    ], dtype=np.float64)


def capabilities_of(layout: Layout) -> tuple[str, ...]:
    """Return the capabilities of the teams of *layout* in the order of their names."""
    return tuple(sorted({capability for team in layout.teams for capability in team.capabilities}))


def busy_of(facts: Facts, capabilities: Sequence[str]) -> list[float]:
    """Return the busy share of the layout's crews with each of *capabilities*."""
    has = {team.team_id: team.capabilities for team in facts.layout.teams}
    return [
        busy_share(facts.log, np.array([capability in has.get(name, ()) for name in facts.log.crews.team], dtype=bool))
        for capability in capabilities
    ]


def outcomes_of(facts: Facts, busy: Sequence[float]) -> list[float]:
    """Return what came of a copy, in the order of :data:`OUTCOMES`; 0 where there was nothing to come of."""
    log, d = facts.log, facts.scenario.demands
    real, end_min = facts.real(), facts.log.horizon_min
    known = np.minimum(log.demands.known_min, end_min)[real]
    waited = np.minimum(np.minimum(log.demands.arrived_min, log.demands.done_min), end_min)[real] - known
    teams = {team.team_id for team in facts.layout.teams}
    crews = np.array([name in teams for name in log.crews.team], dtype=bool)
    people = affected(facts)
    weights = people if people.sum() > 0.0 else np.ones(len(people))
    return [
        float((log.demands.state[real] == DONE).mean()) if real.any() else 0.0,
        float((known - d.noticed_min[real]).clip(0.0).mean()) if real.any() else 0.0,
        float(waited.clip(0.0).mean()) if real.any() else 0.0,
        busy_share(log, crews), max(busy, default=0.0), float(people.sum()), float(len(log.warnings)),
        float(min((rank for _, rank in log.levels), default=NO_LEVEL)),
        float(np.average(facts.city.zones.lon, weights=weights)),
        float(np.average(facts.city.zones.lat, weights=weights)),
    ]
