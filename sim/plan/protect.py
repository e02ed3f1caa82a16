"""What people are told to do about a gas cloud: leave, or go in and shut everything.

Pure functions of a release as it would run if nobody stopped it; command knows no better when it gives the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.release import Release
from sim.hazard.scenario import Danger

Action = Literal["leave", "shelter"]
ProtectRule = Literal["auto", "shelter", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where the usual rule draws its lines."""

    passage_min: float
    """A cloud that passes faster is waited out indoors ..."""
    air_changes_per_h: float
    """... in houses that let no more air through than this."""
    lead_min: float
    """People leave only with so long to spare, beyond the way, before the gas is there."""

    @classmethod
    def of(cls, coefficients: Coefficients) -> Limits:
        """Take them from the coefficients of the plan."""
        return cls(
            passage_min=coefficients["shelter_passage_min"],
            air_changes_per_h=coefficients["shelter_air_changes_per_h"],
            lead_min=coefficients["leave_lead_min"],
        )


def protective_action(
    rule: ProtectRule, minutes_to_arrival: float, passage_min: float, air_changes_per_h: float, move_min: float,
    limits: Limits,
) -> Action:
    """Choose what the people of one zone are told when the warning goes out.

    *move_min* is the way out of the cloud's way, ``inf`` if there is none: then nobody is sent out, whatever the rule.
    """
    if move_min == NEVER:
        return "shelter"
    if rule != "auto":
        return rule
    if passage_min < limits.passage_min and air_changes_per_h <= limits.air_changes_per_h:
        return "shelter"
    return "leave" if minutes_to_arrival > limits.lead_min + move_min else "shelter"


def arrival_min(danger: Danger, release: Release, zone: int) -> float:
    """Return the minute since T0 at which a cloud comes to *zone*: when it has come to half of its people there.

    A danger of one zone says so itself; ``inf`` where nobody is in the way.
    """
    if len(danger.zones) == 1:
        return danger.strike_min
    here, weight = _of_zone(release, zone)
    return release.start_min + _median(release.cells.delay_min[here], weight)


def passage_min(release: Release, zone: int, arrival: float, now: float) -> float:
    """Return how long the gas will be in *zone* from *now* on, or from its *arrival* if that is yet to come."""
    if arrival == NEVER:
        return 0.0
    here, weight = _of_zone(release, zone)
    puff_min = _median(release.cells.puff_min[here], weight) if release.puff_kg > 0.0 and len(here) else 0.0
    return max(0.0, arrival + max(flow_min(release), puff_min) - max(now, arrival))


def flow_min(release: Release) -> float:
    """Return how long gas comes out if nobody stops it: straight from the vessel, and from the pool until it is dry.

    The pool is taken to keep the area that it has with all of the liquid in it.
    """
    edges = release.edges_min
    flows = np.flatnonzero(release.air_kg > 0.0)
    last = float(edges[flows[-1] + 1]) if len(flows) else 0.0
    fills, spilt_kg = np.flatnonzero(release.pool_kg > 0.0), float(release.pool_kg.sum())
    per_min = release.evaporation_kg_min_m2 * min(release.bund_m2, spilt_kg * release.pool_m2_per_kg)
    if not len(fills) or per_min <= 0.0:
        return last
    return max(last, float(edges[fills[-1] + 1]), float(edges[fills[0]]) + spilt_kg / per_min)


def _of_zone(release: Release, zone: int) -> tuple[Ints, Floats]:
    """Return the cells of the zone's people, and how many are in each."""
    mine = (release.spots.zone == zone) & (release.spots.people > 0.0)
    return release.spots.cell[mine], release.spots.people[mine]


def _median(values: Floats, weight: Floats) -> float:
    """Return the least of *values* up to which lies half of the weight; ``inf`` of none."""
    if not len(values):
        return NEVER
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(below, 0.5 * below[-1])])
