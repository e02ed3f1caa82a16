"""Water on the ground: filling low ground from the bottom, spreading on fans, drains, roads."""

from __future__ import annotations

import numpy as np

from sim.city.water_model import Levels
from sim.common.types import Floats, Ints
from sim.hazard.flood.tables import flood_relations

M2_PER_KM2 = 1e6


def volume_below_m3(levels: Levels, area_km2: Floats) -> Floats:
    """Return the water that fills each zone up to each height, shape (zones, levels): the area's integral."""
    h, share = levels.height_m, levels.area_share
    slices = np.diff(h) * (share[:, 1:] + share[:, :-1]) / 2.0
    filled = np.concatenate([np.zeros((len(share), 1)), np.cumsum(slices, axis=1)], axis=1)
    return np.asarray(filled * np.asarray(area_km2)[:, None] * M2_PER_KM2)


def water_level_m(volume_m3: Floats, levels: Levels, area_km2: Floats, zones: Ints | None = None) -> Floats:
    """Return how high *volume_m3* (T, zones) fills the low ground of each zone (bathtub), exactly.

    The area is linear between the heights of the table, so the volume is a parabola there; above the last height
    the walls are upright. *zones* says which rows of *levels* the columns are (default: all).
    """
    rows = np.arange(len(levels.area_share)) if zones is None else zones
    below = volume_below_m3(levels, area_km2)
    level = np.zeros_like(volume_m3)
    for j, z in enumerate(rows.tolist()):
        wet = np.flatnonzero(volume_m3[:, j])
        if len(wet):
            level[wet, j] = level_of(volume_m3[wet, j], levels.height_m, levels.area_share[z] * area_km2[z], below[z])
    return level


def level_of(volume_m3: Floats, height_m: Floats, area_km2: Floats, below_m3: Floats) -> Floats:
    """Return the level of *volume_m3* over one curve of *area_km2* by *height_m*; *below_m3* is its integral."""
    i = np.clip(np.searchsorted(below_m3, volume_m3, side="right") - 1, 0, len(height_m) - 1)
    j = np.minimum(i + 1, len(height_m) - 1)
    rest = (volume_m3 - below_m3[i]) / M2_PER_KM2
    span = np.where(j > i, height_m[j] - height_m[i], 1.0)
    slope = np.where(j > i, (area_km2[j] - area_km2[i]) / span, 0.0)
    base = area_km2[i]
    # Citardauq's form of the root: right for slope 0 and for an area that begins at 0.
    root = base + np.sqrt(base**2 + 2.0 * slope * rest)
    return np.asarray(height_m[i] + np.where(rest > 0.0, 2.0 * rest / np.where(root > 0.0, root, 1.0), 0.0))


def heights_of_shares(levels: Levels, share: Floats, curve: Floats) -> Floats:
    """Return the height below which each of *share* lies in each zone, (zones, shares); ``inf`` above the table."""
    heights = np.empty((len(curve), len(share)))
    for z, row in enumerate(curve):
        place = np.searchsorted(row, share, side="left")
        j = np.clip(place, 1, len(row) - 1)
        rise = row[j] - row[j - 1]
        part = np.where(rise > 0.0, (share - row[j - 1]) / np.where(rise > 0.0, rise, 1.0), 0.0)
        heights[z] = levels.height_m[j - 1] + part * (levels.height_m[j] - levels.height_m[j - 1])
        heights[z][place >= len(row)] = np.inf
    return heights


def drained_volume_m3(inflow_m3s: Floats, drain_m3s: Floats, step_min: float) -> Floats:
    """Return the water that stands in each zone at the end of each step, shape (T, zones).

    Drains run full while there is water: ``V = max(0, V + (I - D) dt)``, solved at once as a reflected sum.
    """
    net = np.cumsum((inflow_m3s - drain_m3s) * step_min * 60.0, axis=0)
    lowest = np.minimum(np.minimum.accumulate(net, axis=0), 0.0)
    return np.asarray(net - lowest)


def sheet_depth_m(flow_m3s: Floats, width_m: Floats, slope: Floats, roughness: float) -> Floats:
    """Return the depth of water that spreads over *width_m* of a fan, ``(q n/S^0.5)^0.6`` (Manning, wide)."""
    q = np.asarray(flow_m3s) / np.asarray(width_m)
    return np.asarray((q * roughness / np.sqrt(slope)) ** flood_relations()["manning_depth"])


def sheet_velocity_ms(flow_m3s: Floats, width_m: Floats, depth_m: Floats) -> Floats:
    """Return the mean velocity of that water; 0 where there is none."""
    return np.asarray(flow_m3s / (width_m * np.where(depth_m > 0.0, depth_m, np.inf)))


def wetted_loss_m3s(flow_m3s: Floats, width_m: Floats, length_km: Floats, loss_mm_h: float) -> Floats:
    """Return what a gravel fan takes in: the rate times the wetted area, at most all."""
    return np.asarray(np.minimum(flow_m3s, loss_mm_h / 3.6e6 * width_m * length_km * 1e3))


def rise_m_per_h(depth_m: Floats, step_min: float) -> Floats:
    """Return how fast the water rises in each step, never negative; shape of *depth_m* (T, zones)."""
    return np.asarray(np.maximum(np.diff(depth_m, axis=0, prepend=0.0), 0.0) * 60.0 / step_min)
