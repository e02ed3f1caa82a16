"""The water that runs out of embankments which a shaking has torn open, as fields like those of any other flood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.flood.draw import field_of, flash_roads, flooded_km2, speed_behind_ms, standing_on_roads
from sim.hazard.flood.field import Breach, FloodField
from sim.hazard.flood.ground import FLASH_STEP_MIN, RIVER_STEP_MIN, FloodGround
from sim.hazard.flood.gullies import rule_of, zones_below
from sim.hazard.flood.inundation import sheet_depth_m, sheet_velocity_ms
from sim.hazard.flood.river import DykeFate, fill_behind, rated_m3s
from sim.hazard.flood.routing import level_pool
from sim.hazard.flood.shaken_walls import Shock, Torn
from sim.hazard.flood.tables import flood_relations
from sim.hazard.flood.zone_water import filled, zone_water
from sim.hazard.source import Moment

LEAST_STEPS = 2


def quake_fields(
    torn: Sequence[Torn], city: City, ground: FloodGround, moment: Moment, horizon_min: float, c: Coefficients
) -> list[tuple[Shock, FloodField]]:
    """Return one field for the basins and one for the dykes of each shock; a zone is wet in one of them only.

    Where two reach a zone, the deeper water stays: the volumes are not added, nor are its people hurt twice.
    """
    found = []
    for walls in torn:
        if len(walls.basin):
            found.append((walls.shock, basin_flood(walls, city, ground, moment, horizon_min, c)))
        if len(walls.dyke):
            found.append((walls.shock, dyke_flood(walls, city, ground, moment, horizon_min, c)))
    if len(found) < 2:
        return found
    keeps = np.argmax([field.deepest_m().max(axis=1) for _, field in found], axis=0)
    return [(shock, _without(field, np.flatnonzero(keeps != i), ground)) for i, (shock, field) in enumerate(found)]


def _without(field: FloodField, zones: Ints, ground: FloodGround) -> FloodField:
    """Return *field* with dry *zones*."""
    depth, speed, rise, road = (
        part.copy() for part in (field.depth_m, field.velocity_ms, field.rise_m_per_h, field.road_depth_m)
    )
    arrival, flooded = field.arrival_min.copy(), field.flooded_km2.copy()
    for part in (depth, speed, rise):
        part[:, zones] = 0.0
    road[:, np.isin(ground.edge_zone, zones)] = 0.0
    arrival[zones], flooded[zones] = NEVER, 0.0
    return replace(
        field, depth_m=depth, velocity_ms=speed, rise_m_per_h=rise, road_depth_m=road, arrival_min=arrival,
        flooded_km2=flooded,
    )


def _steps(walls: Torn, horizon_min: float, step_min: float, longest_min: float = NEVER) -> int:
    """Return the steps from the shock to the horizon, or for so long."""
    return max(LEAST_STEPS, ceil(min(horizon_min - walls.shock.minute, longest_min) / step_min))


def _ends(walls: Torn, steps: int, step_min: float) -> Floats:
    return np.asarray(walls.shock.minute + step_min * np.arange(1, steps + 1))


def spill_m3s(walls: Torn, steps: int, ground: FloodGround, c: Coefficients) -> tuple[Floats, float]:
    """Return what runs out of each torn basin, (steps, torn basins), and the water that is left in them, in m3.

    Each empties from its breach on by itself: level pool with Froehlich's peak, nothing comes in.
    """
    out, left = np.zeros((steps, len(walls.basin))), 0.0
    for j, (b, stored, after) in enumerate(
        zip(walls.basin.tolist(), walls.basin_m3.tolist(), walls.basin_after_min.tolist(), strict=True)
    ):
        first = round(after / FLASH_STEP_MIN)
        still = np.zeros(max(steps - first, 0))
        pooled = level_pool(still, FLASH_STEP_MIN, ground.pools[b], rule_of(1.0, c), stored, torn=True)
        out[first:, j] = pooled.spill_m3s
        left += float(pooled.stored_m3[-1]) if len(still) else stored
    return out, left


def travel_steps(sources_m3s: Floats, ground: FloodGround, c: Coefficients) -> Ints:
    """Return how many steps the water needs to the middle of each flood path: a kinematic wave at its greatest flow.

    0 for the paths that stay dry.
    """
    paths = ground.water.paths
    peak = sources_m3s.max(axis=0)[paths.origin] * paths.share
    depth = sheet_depth_m(peak, paths.width_m, paths.slope, c["fan_n"])
    speed = flood_relations()["celerity_per_velocity"] * sheet_velocity_ms(peak, paths.width_m, depth)
    minutes = 0.5 * paths.length_km * 1e3 / np.where(speed > 0.0, speed, np.inf) / 60.0
    return np.asarray(np.round(minutes / FLASH_STEP_MIN).astype(np.int64))


def basin_flood(
    walls: Torn, city: City, ground: FloodGround, moment: Moment, horizon_min: float, c: Coefficients
) -> FloodField:
    """Return the water of the basins that one shock has torn, along their flood paths and on the low ground."""
    water = ground.water
    g = len(water.gullies)
    steps = _steps(walls, horizon_min, FLASH_STEP_MIN, 60.0 * c["quake_basin_hours"])
    spill, left = spill_m3s(walls, steps, ground, c)
    sources = np.zeros((steps, g + len(water.basins)))
    sources[:, g + walls.basin] = spill
    zones = len(city.zones)
    later = travel_steps(sources, ground, c)
    wet = zone_water(ground, sources, np.zeros((steps, zones)), np.arange(zones), c, later)
    breaches = [
        Breach(kind="basin", place=water.bodies.wb_id[int(water.basins.body[b])], zones=zones_below(ground, g + b),
               overtopped_min=NEVER, torn_min=walls.shock.minute + after)
        for b, after in zip(walls.basin.tolist(), walls.basin_after_min.tolist(), strict=True)
    ]
    minutes = _ends(walls, steps, FLASH_STEP_MIN)
    ran, standing = float(spill.sum()) * FLASH_STEP_MIN * 60.0, float(wet.standing_m3[-1].sum())
    stage = walls.river.stage_m(minutes - walls.shock.minute, water.stations, c)
    return field_of(
        "flash", moment, horizon_min, city, minutes, c, depth=wet.depth_m, velocity=wet.velocity_ms,
        road=flash_roads(ground, wet, np.zeros((steps, g)), c), discharge=np.zeros((steps, g)),
        river=rated_m3s(stage, water.stations), stage=stage, rain=np.zeros((steps, zones)),
        flooded=flooded_km2(ground, wet.level_m.max(axis=0)) + wet.path_km2, breaches=breaches, walls=[],
        volumes={
            "from_basins": float(walls.basin_m3.sum()), "basins": left, "infiltrated": wet.lost_m3, "zones": standing,
            "on_the_way": ran - wet.lost_m3 - wet.inflow_m3, "outflow": wet.inflow_m3 - standing,
        },
        notes={},
    )


def dyke_flood(
    walls: Torn, city: City, ground: FloodGround, moment: Moment, horizon_min: float, c: Coefficients
) -> FloodField:
    """Return the water of the river behind the dykes that one shock has torn, until the river falls or the horizon."""
    water = ground.water
    steps, dykes, zones = _steps(walls, horizon_min, RIVER_STEP_MIN), water.dykes, len(city.zones)
    minutes = _ends(walls, steps, RIVER_STEP_MIN)
    stage = walls.river.stage_m(minutes - walls.shock.minute, water.stations, c)
    torn = np.full(len(dykes), NEVER)
    torn[walls.dyke] = walls.dyke_after_min
    never = np.full(len(dykes), NEVER)
    fate = DykeFate(overtopped_min=never, torn_min=torn, highest_m=stage[:, dykes.station].max(axis=0))
    behind = fill_behind(stage, ground, fate, c)
    depth = filled(behind.level_m, ground.people_height_m)
    breaches = [
        Breach(kind="river_dyke", place=dykes.dyke_id[k], zones=dykes.zone[k : k + 1], overtopped_min=NEVER,
               torn_min=walls.shock.minute + float(torn[k]))
        for k in walls.dyke.tolist()
    ]
    return field_of(
        "ice" if walls.river.iced else "river", moment, horizon_min, city, minutes, c, depth=depth,
        velocity=speed_behind_ms(behind, depth, c), road=standing_on_roads(ground, behind.level_m),
        discharge=np.zeros((steps, len(water.gullies))), river=rated_m3s(stage, water.stations), stage=stage,
        rain=np.zeros((steps, zones)), flooded=flooded_km2(ground, behind.level_m.max(axis=0)), breaches=breaches,
        walls=[],
        volumes={
            "from_river": behind.from_river_m3, "zones": float(behind.standing_m3[-1].sum()),
            "outflow": behind.back_m3,
        },
        notes={},
    )
