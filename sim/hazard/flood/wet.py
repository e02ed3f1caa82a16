"""Who stands in how much water, when: the few numbers of a flood that its consequences need, by zone and share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Bools, Floats, Ints
from sim.hazard.casualties import day_slot
from sim.hazard.flood.field import SHARES, FloodField
from sim.hazard.flood.ground import FloodGround
from sim.hazard.flood.people import earth_house_falls, hazard_class

RIVER_SHARES = 5
"""Shares that the water of a breached dyke runs through before it stands: the lowest quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wet:
    """The wet zones of one flood; every array of shape (wet zones, SHARES) unless said otherwise."""

    zones: Ints
    """Zones with any water above ``road_wet_m`` where people live, sorted, (wet zones,)."""
    depth_m: Floats
    """Greatest depth."""
    velocity_ms: Floats
    """Fastest water that reaches them."""
    rise_m_per_h: Floats
    """Fastest rise, (wet zones,)."""
    hazard: Ints
    """AR&R class of the worst water, 0 to 6."""
    people: Floats
    """People there at that hour (not on the road)."""
    ground_people: Floats
    """Of these, the people in houses of one storey or on ground floors."""
    danger_min: Floats
    """First minute with ``danger_depth_m``; ``inf`` if never."""
    cut_off_min: Floats
    """First minute in water of class H3; ``inf`` if never."""
    home_min: Floats
    """First minute with ``homes_depth_m``."""
    dry_min: Floats
    """Last minute with ``danger_depth_m``; 0 if never."""
    fallen_min: Floats
    """When the earth houses of the share fall; ``inf`` if never."""

    def share_deeper(self, depth_m: float) -> Floats:
        """Return the share of the people of each wet zone in water of *depth_m* or more."""
        return np.asarray((self.depth_m >= depth_m).sum(axis=1) / SHARES)


def wet_of(field: FloodField, city: City, ground: FloodGround, c: Coefficients) -> Wet:
    """Return what *field* means for the people of every wet zone."""
    step_min = field.step_min
    deepest = field.deepest_m()
    zones = np.flatnonzero(deepest.max(axis=1) >= c["road_wet_m"])
    depth = field.depth_m[:, zones]
    peak = deepest[zones]
    velocity = _velocity(field, ground, zones, c)
    people, low = _people(field, city, zones, c)
    cut_off_m = np.minimum(c["cut_off_m"], c["cut_off_dv"] / np.maximum(velocity, 1e-9))
    fallen = earth_house_falls(depth, np.broadcast_to(velocity, depth.shape), field.every_min, c)
    return Wet(
        zones=zones, depth_m=peak, velocity_ms=velocity, rise_m_per_h=field.rise_m_per_h[:, zones].max(axis=0),
        hazard=hazard_class(peak, velocity), people=people, ground_people=low,
        danger_min=first_minute(depth >= c["danger_depth_m"], step_min),
        cut_off_min=first_minute(depth >= cut_off_m, step_min),
        home_min=first_minute(depth >= c["homes_depth_m"], step_min),
        dry_min=last_minute(depth >= c["danger_depth_m"], step_min), fallen_min=first_minute(fallen, step_min),
    )


def first_minute(happens: Bools, minutes: Floats) -> Floats:
    """Return the first minute of each column of *happens* (T, ...); ``inf`` if never."""
    return np.asarray(np.where(happens.any(axis=0), minutes[happens.argmax(axis=0)], NEVER))


def last_minute(happens: Bools, minutes: Floats) -> Floats:
    """Return the last minute of each column of *happens* (T, ...); 0 if never."""
    return np.asarray(np.where(happens.any(axis=0), minutes[::-1][happens[::-1].argmax(axis=0)], 0.0))


def _velocity(field: FloodField, ground: FloodGround, zones: Ints, c: Coefficients) -> Floats:
    """Return the fastest water at each share: that of the flood path for who lives in it, a drift for the others."""
    fast = field.velocity_ms[:, zones].max(axis=0)
    in_path = np.full(len(zones), RIVER_SHARES)
    if field.kind == "flash":
        paths = ground.water.paths
        in_path = np.array(
            [ground.path_shares[paths.zone == z].max(initial=0) for z in zones.tolist()], dtype=np.int64
        )
    swift = np.arange(SHARES) < in_path[:, None]
    return np.asarray(np.where(swift, fast[:, None], np.minimum(fast, c["ponded_ms"])[:, None]))


def _people(field: FloodField, city: City, zones: Ints, c: Coefficients) -> tuple[Floats, Floats]:
    """Return the people of each share under a roof when the water begins, and those of them near the ground.

    Everybody works and learns in the own township; who is on the road is another matter.
    """
    z = city.zones
    indoors = 1.0 - day_slot(city, field.begin_hour, weekend=field.weekend).road_outdoor
    town = z.people_urban[zones] / np.maximum(z.people[zones], 1)
    people = np.repeat((z.people[zones] * indoors / SHARES)[:, None], SHARES, axis=1)
    return people, people * (1.0 - town + town * c["ground_floor_share_urban"])[:, None]
