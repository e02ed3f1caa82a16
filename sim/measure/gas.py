"""Measures of accidents at plants: gas and whom it reached, what burned and burst, how far one thing led to the next.

Shares of those who had left or shut themselves in are known by exposure level, not by person: numbers of people are
means, not whole.
"""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import NEVER, Floats, Ints
from sim.hazard.release import Release
from sim.hazard.scenario import Event, Scenario
from sim.measure.exposure import happened
from sim.measure.quantiles import Part
from sim.response.log import DIED_EXPOSED, DONE, PREVENTED, GasLog, Log

YELLOW, ORANGE, RED = 1, 2, 3
"""Exposure levels of cells, as in :attr:`GasLog.cell_level`."""

PLANT_KINDS = ("release", "fire", "explosion")
"""Kinds of events that happen at plants."""

TRACE_SHARE = 0.02
"""Of the lowest yellow concentration: thinner gas is not counted as being there."""

SOON_MIN = 1e-6
"""Minutes that count as the same moment."""


def gas_measures(log: Log, scenario: Scenario, zones: int) -> Part:
    """Return what came out, who was in the way and who was hurt, names as in :mod:`sim.measure.measures`.

    nan where nothing can be released; whoever is in the way of two clouds counts at each.
    """
    nothing = 0.0 if scenario.releases else math.nan
    people = sum((row.people for row in log.gas), np.zeros(RED + 1))
    by_zone = np.full(zones, nothing)
    for row in log.gas:
        by_zone += people_by_zone(scenario.releases[row.release], row, zones)
    values = {
        "gas_red_people": float(people[RED]), "gas_orange_people": float(people[ORANGE]),
        "gas_yellow_people": float(people[YELLOW]),
        "gas_exposed_people": sum(exposed_people(scenario.releases[row.release], row) for row in log.gas),
        "gas_hurt": float(sum(hurt_people(log, release) for release in scenario.releases)),
        "gas_aired_kg": sum(row.aired_kg for row in log.gas), "gas_washed_kg": sum(row.washed_kg for row in log.gas),
        "leaks": float(len(log.gas)),
        "leaks_closed_by_crews": float(sum(is_closed(log, scenario, row) for row in log.gas)),
    }
    flows = [min(row.flow_ended_min, log.horizon_min) - row.began_min for row in log.gas]
    return {name: value + nothing for name, value in values.items()} | {
        "leak_flow_min": float(np.mean(flows)) if flows else math.nan,
    }, {"gas_orange_people": by_zone}


def people_by_zone(release: Release, row: GasLog, zones: int) -> Floats:
    """Return the people of each zone who were at first in cells that came to orange or red."""
    spots = release.spots
    there = row.cell_level[spots.cell] >= ORANGE
    return np.bincount(spots.zone[there], weights=spots.people[there], minlength=zones).astype(np.float64)


def exposed_people(release: Release, row: GasLog) -> float:
    """Return the people of orange and red cells who were neither away nor shut in when the gas came to their cell.

    Of a cell's people as many count as protected as of all people of its level at the start of the step in which the
    gas first is there.
    """
    spots = release.spots
    there = (row.cell_level[spots.cell] >= ORANGE) & (spots.people > 0.0)
    cell, people = spots.cell[there], spots.people[there]
    if not len(cell):
        return 0.0
    level, step = row.cell_level[cell], _came_in_step(release, row)[cell]
    protected = (row.away[step, level] + row.sheltered[step, level]) / row.people[level]
    return float((people * (1.0 - protected)).sum())


def _came_in_step(release: Release, row: GasLog) -> Ints:
    """Return the step in which gas first is in each cell: as the wind turns, not all cells lie in its way at first.

    The last step for a cell to which never more than traces came.
    """
    cells, steps = release.cells, len(row.rate_kg_min)
    trace = TRACE_SHARE * float(release.level_mg_m3[0].min())
    reached = np.flatnonzero(row.cell_level >= ORANGE)
    reach = cells.reach_mg_m3[:, reached][release.slot[:steps]]
    there = row.rate_kg_min[:, None] * reach > trace
    left = np.where(there.any(axis=0), row.edges_min[:-1][there.argmax(axis=0)], NEVER)
    left = np.where(cells.puff_mg_m3[reached] > trace, 0.0, left)
    step = np.full(len(row.cell_level), steps - 1)
    came = np.searchsorted(row.edges_min, left + cells.delay_min[reached], side="right") - 1
    step[reached] = np.minimum(came, steps - 1)
    return step


def hurt_people(log: Log, release: Release) -> int:
    """Return how many the cloud of *release* hurt or killed within the horizon."""
    first = release.exposed.first
    return int((log.casualties.hurt_min[first : first + len(release.exposed)] <= log.horizon_min).sum())


def died_exposed(log: Log, release: Release) -> int:
    """Return how many died of what they took in of *release*, within the horizon."""
    first = release.exposed.first
    return int((log.casualties.outcome[first : first + len(release.exposed)] == DIED_EXPOSED).sum())


def is_closed(log: Log, scenario: Scenario, row: GasLog) -> bool:
    """Tell whether crews closed a leak while something would still have come out of the vessel."""
    release = scenario.releases[row.release]
    d = release.demand
    if d < 0 or log.demands.state[d] != DONE:
        return False
    flows = np.flatnonzero(release.air_kg + release.pool_kg > 0.0)
    last_min = row.began_min + float(release.edges_min[flows[-1] + 1]) if len(flows) else -NEVER
    return bool(log.demands.done_min[d] < last_min - SOON_MIN)


def chain_measures(log: Log, scenario: Scenario) -> dict[str, float]:
    """Return what burned and burst, what did not, and how long the chain of causes became.

    nan where nothing can happen at a plant and no event leads to one of another kind.
    """
    demand = np.array([burst.demand for burst in scenario.bursts], dtype=np.int64)
    due = scenario.demands.real_min[demand] <= log.horizon_min
    spared = log.demands.state[demand] == PREVENTED
    depth = chain_depths(log, scenario)
    fires = sum(event.kind == "fire" and deep > 0 for event, deep in zip(scenario.events, depth, strict=True))
    values = {
        "explosions": float((due & ~spared).sum()), "explosions_averted": float((due & spared).sum()),
        "plant_fires": float(fires), "events_happened": float(sum(deep > 0 for deep in depth)),
        "chain_depth": float(max(depth, default=0)), "responders_hurt": log.crews_hurt,
    }
    nothing = 0.0 if has_chain(scenario) else math.nan
    return {name: value + nothing for name, value in values.items()}


def chain_depths(log: Log, scenario: Scenario) -> list[int]:
    """Return for each event how many in a row led to it, itself included; 0 if it did not come about."""
    depth: list[int] = []
    for number, event in enumerate(scenario.events):
        before = depth[event.parent] if event.parent >= 0 else 0
        depth.append(1 + before if happened(log, scenario, number) else 0)
    return depth


def has_chain(scenario: Scenario) -> bool:
    """Tell whether anything can happen at a plant, or one event may lead to another kind (an aftershock is none)."""
    events = scenario.events

    def leads_on(event: Event) -> bool:
        return event.parent >= 0 and event.kind != events[event.parent].kind

    return bool(scenario.bursts or scenario.releases) or any(
        event.kind in PLANT_KINDS or leads_on(event) for event in events
    )
