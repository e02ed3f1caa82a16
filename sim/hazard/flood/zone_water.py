"""Depth and speed of the water in zones, from what flows into them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.water_model import Levels
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.ground import FLASH_STEP_MIN, FloodGround
from sim.hazard.flood.inundation import (
    drained_volume_m3,
    level_of,
    sheet_depth_m,
    sheet_velocity_ms,
    wetted_loss_m3s,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneWater:
    """Water in some zones (in their order), shapes (T, zones) unless said otherwise."""

    depth_m: Floats
    """(T, zones, SHARES)"""
    velocity_ms: Floats
    level_m: Floats
    """Of the standing water above the lowest drain."""
    path_depth_m: Floats
    """Of the deepest flood path."""
    standing_m3: Floats
    inflow_m3: float
    """All that came in, over all zones."""
    lost_m3: float
    """What the fans took in before."""
    path_km2: Floats
    """Area of the flood paths that carry water, (zones,)."""


def filled(level_m: Floats, height_m: Floats) -> Floats:
    """Return the depth over each share of the people, (T, zones, SHARES), for levels (T, zones)."""
    return np.asarray(np.maximum(level_m[:, :, None] - height_m[None], 0.0))


def levels_of(ground: FloodGround, standing_m3: Floats, zones: Ints) -> Floats:
    """Return the level of the standing water in *zones*."""
    levels: Levels = ground.water.levels
    area = levels.area_share * ground.water.drainage.local_area_km2[:, None]
    level = np.zeros_like(standing_m3)
    for j, z in enumerate(zones.tolist()):
        wet = np.flatnonzero(standing_m3[:, j])
        if len(wet):
            level[wet, j] = level_of(standing_m3[wet, j], levels.height_m, area[z], ground.below_m3[z])
    return level


def zone_water(
    ground: FloodGround, source_m3s: Floats, own_m3s: Floats, zones: Ints, c: Coefficients, later: Ints | None = None
) -> ZoneWater:
    """Return the water in *zones* from what leaves gullies and basins, *source_m3s* (T, gullies + basins), and from
    the rain on their own ground, *own_m3s* (T, all zones).

    It reaches each flood path so many steps *later*, (paths,); at once if that is left out.
    """
    paths, drainage = ground.water.paths, ground.water.drainage
    mine = np.flatnonzero(np.isin(paths.zone, zones))
    place = np.searchsorted(zones, paths.zone[mine])
    flow = source_m3s[:, paths.origin[mine]] * paths.share[mine]
    if later is not None:
        for p, steps in enumerate(later[mine].tolist()):
            flow[:, p] = np.concatenate([np.zeros(steps), flow[:, p]])[: len(flow)]
    loss = wetted_loss_m3s(flow, paths.width_m[mine], paths.length_km[mine], c["fan_loss_mm_h"])
    inflow = own_m3s[:, zones]
    np.add.at(inflow.T, place, (flow - loss).T)
    standing = drained_volume_m3(inflow, drainage.drain_m3s[zones], FLASH_STEP_MIN)
    level = levels_of(ground, standing, zones)
    depth = filled(level, ground.people_height_m[zones])
    sheet = sheet_depth_m(flow, paths.width_m[mine], paths.slope[mine], c["fan_n"])
    speed = sheet_velocity_ms(flow, paths.width_m[mine], sheet)
    velocity = np.where(depth[:, :, 0] > 0.0, c["ponded_ms"], 0.0)
    deepest = np.zeros_like(level)
    area = np.zeros(len(zones))
    for p, j in zip(range(len(mine)), place.tolist(), strict=True):
        if not flow[:, p].any():
            continue
        k = int(ground.path_shares[mine[p]])
        np.maximum(depth[:, j, :k], sheet[:, p, None], out=depth[:, j, :k])
        np.maximum(velocity[:, j], speed[:, p], out=velocity[:, j])
        np.maximum(deepest[:, j], sheet[:, p], out=deepest[:, j])
        area[j] += float(paths.width_m[mine[p]] * paths.length_km[mine[p]]) / 1e3
    seconds = FLASH_STEP_MIN * 60.0
    return ZoneWater(
        depth_m=depth, velocity_ms=velocity, level_m=level, path_depth_m=deepest, standing_m3=standing,
        inflow_m3=float(inflow.sum()) * seconds, lost_m3=float(loss.sum()) * seconds, path_km2=area,
    )
