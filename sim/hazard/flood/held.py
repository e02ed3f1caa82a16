"""What a bag wall that stands in time would spare: people, homes, roads, money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.field import SHARES, FloodField, Wall
from sim.hazard.flood.ground import FloodGround
from sim.hazard.flood.wet import Wet


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The walls that could be built and the greatest depth that is left with each, shape (walls, wet zones, SHARES).

    Where a wall has no say, the depth is that without it.
    """

    walls: tuple[Wall, ...]
    depth_m: Floats

    def spared_by(self, limit_m: Floats | float, wet: Wet) -> Ints:
        """Return the first wall that alone keeps each share (wet zones, SHARES) below *limit_m*; -1 for none."""
        spared = np.full(wet.depth_m.shape, -1, dtype=np.int64)
        for w in range(len(self.walls) - 1, -1, -1):
            spared[(wet.depth_m >= limit_m) & (self.depth_m[w] < limit_m)] = w
        return spared


def held_of(field: FloodField, wet: Wet) -> Held:
    """Return what each wall of *field* would leave."""
    depth = np.repeat(wet.depth_m[None], len(field.walls), axis=0)
    for w, wall in enumerate(field.walls):
        place = np.searchsorted(wet.zones, wall.zones)
        for i, (zone, j) in enumerate(zip(wall.zones.tolist(), place.tolist(), strict=True)):
            if j < len(wet.zones) and wet.zones[j] == zone:
                depth[w, j] = wall.depth_m[:, i].max(axis=0)
    return Held(walls=field.walls, depth_m=depth)


def dry_zones(held: Held, wet: Wet, ground: FloodGround, zones: int, c: Coefficients) -> Ints:
    """Return the first wall that alone keeps the whole ground behind the dykes of each zone dry, (zones,); -1: none.

    Who lives on the river's own side of the dyke is left out: no wall keeps them dry.
    """
    outside = np.zeros(zones, dtype=np.int64)
    plains = ground.water.floodplains
    for zone, share in zip(plains.zone.tolist(), plains.people_share.tolist(), strict=True):
        outside[zone] = max(outside[zone], round(share * SHARES))
    dry = np.full(zones, -1, dtype=np.int64)
    for w in range(len(held.walls) - 1, -1, -1):
        for j, zone in enumerate(wet.zones.tolist()):
            inside = slice(int(outside[zone]), SHARES)
            wet_before = wet.depth_m[j, inside].max(initial=0.0) >= c["road_wet_m"]
            if wet_before and held.depth_m[w, j, inside].max(initial=0.0) < c["road_wet_m"]:
                dry[zone] = w
    return dry
