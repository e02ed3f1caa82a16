"""Measures of life and limb: who died, who came out alive and how soon, who still waits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.common.types import Bools, Floats, Ints
from sim.hazard.scenario import Scenario
from sim.measure.quantiles import Part, quantiles, ratio, share_of, sums
from sim.response.log import (
    DIED_EXPOSED,
    DIED_IN_CARE,
    DIED_TRAPPED,
    DIED_WAITING,
    SAVED,
    SPARED,
    TRAPPED,
    WAITING,
    Log,
)

DEAD = (DIED_TRAPPED, DIED_WAITING, DIED_IN_CARE, DIED_EXPOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """The casualties who were hurt within the horizon (the spared beside them), row by row."""

    zone: Ints
    outcome: Ints
    died: Bools
    """Within the horizon, trapped, waiting, in care or of what they took in."""
    death_min: Floats
    buried: Bools
    """Alive under rubble at first."""
    freed_alive: Bools
    freed_min: Floats
    freed_in_time: Bools
    """Alive within the rescue limit of being buried."""
    needs_hospital: Bools
    """Severity 2 and 3 at its worst, not spared."""
    to_hospital_min: Floats
    """From injury to the hospital's door; ``inf`` if never."""


def fates(log: Log, scenario: Scenario, rescue_limit_h: float) -> Fates:
    """Return what became of the casualties of the events within the horizon."""
    c, s = log.casualties, scenario.casualties
    spared = (c.outcome == SPARED) & (s.real_min <= log.horizon_min)
    rows = (c.hurt_min <= log.horizon_min) | spared
    zone, outcome, hurt_min, freed = s.zone[rows], c.outcome[rows], c.hurt_min[rows], c.freed_min[rows]
    buried = (s.demand[rows] >= 0) & (outcome != SPARED)
    alive = buried & (freed <= log.horizon_min) & (freed < s.trapped_death_min[rows])
    reached = c.hospital_min[rows] <= log.horizon_min
    return Fates(
        zone=zone, outcome=outcome, death_min=c.death_min[rows], buried=buried, freed_alive=alive, freed_min=freed,
        died=np.isin(outcome, DEAD), freed_in_time=_took_min(alive, hurt_min, freed) <= rescue_limit_h * 60.0,
        needs_hospital=(c.severity[rows] >= 2) & (outcome != SPARED),
        to_hospital_min=_took_min(reached, hurt_min, c.hospital_min[rows]),
    )


def _took_min(whom: Bools, start: Floats, end: Floats) -> Floats:
    """Return the minutes from *start* to *end*; ``inf`` for all but those *whom* it concerns."""
    return np.where(whom, end, np.inf) - np.where(whom, start, 0.0)


def washing_measures(log: Log, scenario: Scenario) -> dict[str, float]:
    """Return how many were washed, and how often somebody unwashed shut a hospital's door; nan if nobody was to be."""
    nobody = not scenario.casualties.contaminated.any()
    return {
        "washed": math.nan if nobody else float(log.washed),
        "hospitals_contaminated": math.nan if nobody else float(len(log.hospital_shut)),
    }


def people_measures(f: Fates, scenario: Scenario, zones: int) -> Part:
    """Return the measures of the casualties for the whole city and by zone."""
    dead_at_once = scenario.dead_at_once.astype(np.float64)
    outcome = sums(f.outcome, np.ones(len(f.outcome)), DIED_EXPOSED + 1)
    later, buried, freed = float(f.died.sum()), float(f.buried.sum()), float(f.freed_alive.sum())
    reached = f.needs_hospital & np.isfinite(f.to_hospital_min)
    values = {
        "deaths": float(dead_at_once.sum()) + later,
        "dead_at_once": float(dead_at_once.sum()),
        "deaths_later": later,
        "trapped_people": buried,
        "rescued_alive": freed,
        "rescued_alive_share_72h": ratio(float(f.freed_in_time.sum()), buried),
        "died_trapped": float(outcome[DIED_TRAPPED]),
        "died_waiting": float(outcome[DIED_WAITING]),
        "died_in_care": float(outcome[DIED_IN_CARE]),
        "died_exposed": float(outcome[DIED_EXPOSED]) if scenario.releases else math.nan,
        "still_trapped": float(outcome[TRAPPED]),
        "still_waiting": float(outcome[WAITING]),
        "spared": float(outcome[SPARED]),
        "saved": float(outcome[SAVED]),
        "hospital_p90_min": quantiles(f.to_hospital_min[reached], (0.9,))[0],
    }
    return values, _by_zone(f, dead_at_once, zones)


def _by_zone(f: Fates, dead_at_once: Floats, zones: int) -> dict[str, Floats]:
    def people(rows: Bools) -> Floats:
        return sums(f.zone, rows, zones)

    later, buried = people(f.died), people(f.buried)
    return {
        "deaths": dead_at_once + later,
        "deaths_later": later,
        "trapped_people": buried,
        "rescued_alive": people(f.freed_alive),
        "rescued_alive_share_72h": share_of(people(f.freed_in_time), buried),
    }
