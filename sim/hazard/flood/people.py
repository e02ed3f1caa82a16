"""What water does to people, vehicles and homes."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, Ints
from sim.hazard.flood.tables import columns, flood_relations
from sim.hazard.tables import rows


def death_share(
    depth_m: Floats | float, velocity_ms: Floats | float, rise_m_per_h: Floats | float, c: Coefficients, *,
    breach: Bools | bool = False,
) -> Floats:
    """Return the share of exposed people who die (Jonkman 2007), depth at the person; shapes broadcast.

    All where a *breach* tears at ``h v >= 7 m2/s`` and ``v >= 2 m/s``; the steep curve where deep water rises
    fast; the flat one elsewhere, and nobody below ``low_hazard_m``.
    """
    k = flood_relations()
    h, v, w = np.broadcast_arrays(depth_m, velocity_ms, rise_m_per_h)
    with np.errstate(divide="ignore"):
        log = np.log(h)
    torn = np.asarray(breach) & (h * v >= k["jonkman_breach_hv"]) & (v >= k["jonkman_breach_v"])
    rapid = (h >= k["jonkman_rapid_h"]) & (w >= k["jonkman_rapid_w"])
    fast = ndtr((log - k["jonkman_rapid_mu"]) / k["jonkman_rapid_sigma"])
    slow = ndtr((log - k["jonkman_rest_mu"]) / k["jonkman_rest_sigma"])
    return np.asarray(np.where(torn, 1.0, np.where(rapid, fast, np.where(h >= c["low_hazard_m"], slow, 0.0))))


def hazard_class(depth_m: Floats | float, velocity_ms: Floats | float) -> Ints:
    """Return 0 for dry ground, else 1 to 6 (AR&R H1-H6); shapes broadcast.

    Unsafe for small cars from 2, for vehicles, children and the old from 3, for everybody from 4, for weak
    buildings from 5.
    """
    depth_m, velocity_ms = np.broadcast_arrays(depth_m, velocity_ms)
    limits = zip(*columns("flood_classes", "depth_m", "dv_m2s", "velocity_ms"), strict=True)
    within = [(depth_m <= d) & (depth_m * velocity_ms <= dv) & (velocity_ms <= v) for d, dv, v in limits]
    worst = 1 + np.where(np.any(within, axis=0), np.argmax(within, axis=0), len(within))
    return np.asarray(np.where(depth_m > 0.0, worst, 0), dtype=np.int64)


def vehicle_passes(
    depth_m: Floats | float, velocity_ms: Floats | float, vehicle: str, limit: str = "route"
) -> Bools:
    """Tell where a *vehicle* may go (limit ``route``) or is not lost (``lost_low``, ``lost_best``, ``lost_high``).

    Vehicles and limits are the rows of ``flood_vehicles.csv``; ``KeyError`` for others.
    """
    found = [row for row in rows("flood_vehicles") if (row["vehicle"], row["limit"]) == (vehicle, limit)]
    if not found:
        raise KeyError((vehicle, limit))
    d, dv, v = (float(found[0][name]) for name in ("depth_m", "dv_m2s", "velocity_ms"))
    depth, speed = np.asarray(depth_m), np.asarray(velocity_ms)
    return np.asarray((depth <= d) & (depth * speed <= dv) & (speed <= v))


def wet_road_speed_kmh(depth_m: Floats | float, free_kmh: Floats | float) -> Floats:
    """Return the speed on a flooded road, at most *free_kmh*; 0 above 0.3 m (Pregnolato et al. 2017)."""
    k = flood_relations()
    w = np.asarray(depth_m) * 1e3
    speed = k["road_a"] * w**2 + k["road_b"] * w + k["road_c"]
    wet = np.where(w > 0.0, np.minimum(speed, free_kmh), free_kmh)
    return np.asarray(np.where(w <= k["road_shut_mm"] + 1e-9, wet, 0.0))


def damage_share(depth_m: Floats | float) -> Floats:
    """Return the damage to homes as a share of the greatest (JRC 2017, residential, Asia; straight lines between)."""
    depth, share = columns("flood_damage", "depth_m", "damage_share")
    return np.asarray(np.interp(depth_m, depth, share))


def earth_house_falls(depth_m: Floats, velocity_ms: Floats, step_min: float, c: Coefficients) -> Bools:
    """Tell which earth houses have fallen by each step, shape of *depth_m* (T, ...); once fallen, they stay so.

    They fall after ``earth_hours`` without a break at ``earth_depth_m``, or at once where ``D V`` reaches
    ``earth_dv_m2s``.
    """
    deep = depth_m >= c["earth_depth_m"]
    step = np.arange(1, len(deep) + 1).reshape(-1, *(1,) * (deep.ndim - 1))
    since = np.maximum.accumulate(np.where(deep, 0, step), axis=0)
    soaked = deep & ((step - since) * step_min >= c["earth_hours"] * 60.0)
    torn = depth_m * velocity_ms >= c["earth_dv_m2s"]
    return np.asarray(np.maximum.accumulate(soaked | torn, axis=0))


def stage_fragility(stage_m: Floats, crest_m: Floats, c: Coefficients) -> Floats:
    """Return the probability that a dyke has failed at *stage_m*: ``Phi((h - crest + 0.5)/0.4)``."""
    return np.asarray(ndtr((np.asarray(stage_m) - crest_m + c["dyke_shift_m"]) / c["dyke_sigma_m"]))
