"""What a flood leaves behind for the rest of the product: water over time in every township, as frozen arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER, Floats, Ints, Text

SHARES = 20
"""Equal shares of a zone's people, those on the lowest ground first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """An embankment that is overtopped or torn; ``torn_min`` is ``inf`` while it only runs over."""

    kind: str
    """``guide_dyke``, ``basin`` or ``river_dyke``."""
    place: str
    """Id of the gully, basin or dyke."""
    zones: Ints
    overtopped_min: float
    torn_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A bag wall that would keep the water out if it stood by ``deadline_min``."""

    kind: str
    place: str
    name: Text
    lon: float
    lat: float
    zones: Ints
    deadline_min: float
    length_m: float
    height_m: float
    work_crew_min: float
    depth_m: Floats
    """Water in ``zones`` if this wall alone is held, shape (T, len(zones), SHARES)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodField:
    """One flood with every chance decided and no wall built. T steps, each at its end; zones, edges as in the city."""

    kind: str
    """``flash``, ``river`` or ``ice``."""
    month: int
    hour: float
    weekend: bool
    horizon_min: float
    step_min: Floats
    """Minutes since T0 (the first rain, the beginning of the rise or the jam) at the end of each step, (T,)."""
    depth_m: Floats
    """(T, zones, SHARES)"""
    velocity_ms: Floats
    """The fastest water in each zone, (T, zones)."""
    rise_m_per_h: Floats
    """At the lowest share, (T, zones)."""
    road_depth_m: Floats
    """(T, edges)"""
    discharge_m3s: Floats
    """At the mouths of the gullies, mean of each step, (T, gullies)."""
    river_m3s: Floats
    river_stage_m: Floats
    """(T, stations)"""
    rain_mm: Floats
    """Fallen in each step, (T, zones)."""
    arrival_min: Floats
    """First minute with depth of ``arrival_m`` anywhere in the zone, ``inf`` if never, (zones,)."""
    flooded_km2: Floats
    """Greatest area under water, (zones,)."""
    breaches: tuple[Breach, ...]
    walls: tuple[Wall, ...]
    volumes_m3: Mapping[str, float]
    """Where the water came from (``rain`` or ``from_river``) and where it is at the end; the rest sums to it."""
    notes: Mapping[str, float]

    @property
    def every_min(self) -> float:
        """Minutes from step to step."""
        return every_min(self.step_min)

    @property
    def begin_hour(self) -> float:
        """Hour of the day at which the water begins: that of T0, or later where something else came first."""
        return self.hour + (float(self.step_min[0]) - self.every_min) / 60.0

    def deepest_m(self) -> Floats:
        """Return the greatest depth of each share, shape (zones, SHARES)."""
        return np.asarray(self.depth_m.max(axis=0))


def every_min(step_min: Floats) -> float:
    """Return the minutes from one step to the next; a single step begins at T0."""
    return float(step_min[1] - step_min[0]) if len(step_min) > 1 else float(step_min[0])


def arrivals(step_min: Floats, depth_m: Floats, arrival_m: float) -> Floats:
    """Return the first minute at which any share of each zone stands in *arrival_m*; ``inf`` if never."""
    wet = depth_m.max(axis=2) >= arrival_m
    return np.asarray(np.where(wet.any(axis=0), step_min[wet.argmax(axis=0)], NEVER))
