"""What is in the air at a place: the one door to the dense and the passive clouds.

A release that the criterion calls dense follows Britter & McQuaid to the end of their table. Past it their tail holds
for the height until it grows faster than the sigmas of the weather would raise the cloud, and for the width as long as
its weight matters (Richardson number with the friction velocity above ``cloud_passive_ri``). From there the cloud grows
by the sigmas, from the size that it has, and keeps its mass. All other releases are Gaussian from the source, where
they are as wide as their pure vapour needs. Concentrations are means at the ground, in mg/m3.
"""

from __future__ import annotations

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats
from sim.hazard.chemical import dense
from sim.hazard.chemical.gaussian import plume_kg_m3, puff_kg_m3, sigma_m
from sim.hazard.chemical.heavy import PULSE_SIGMAS, DensePlume, DensePuff
from sim.hazard.chemical.strength import Release0, Strength, plume_strength, puff_strength
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.chemical.weather import Air

MG_PER_KG = 1e6


def _dense_plume(s: Strength, c: Coefficients) -> DensePlume | None:
    return DensePlume(s, c) if dense.plume_is_dense(s.volume, s.gravity, s.wind) else None


def _passive_plume_kg_m3(s: Strength, x_m: Floats, y_m: Floats) -> Floats:
    sigma_y, sigma_z = (np.hypot(s.pure_sigma_m, sigma_m(s.kind, s.stability, axis, x_m)) for axis in ("y", "z"))
    return plume_kg_m3(s.amount, s.wind, sigma_y, sigma_z, y_m=y_m)


def plume_mg_m3(
    x_m: Floats | float, y_m: Floats | float, rate_kg_s: float, release: Release0, air: Air,
    c: Coefficients | None = None,
) -> Floats:
    """Return the mean concentration (mg/m3) at the ground in a steady release, *x_m* downwind and *y_m* across.

    Shapes broadcast. Nearer than ``cloud_near_m`` to the source the concentration on the axis at that distance holds;
    behind it there is gas only as far as that, or as a dense cloud creeps against the wind.
    """
    c = c or chemical_coefficients()
    x, y = np.broadcast_arrays(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    if rate_kg_s <= 0.0:
        return np.zeros(x.shape)
    s = plume_strength(rate_kg_s, release, air, c)
    heavy = _dense_plume(s, c)
    at, axis = np.maximum(x, s.near_m), np.array(s.near_m)
    about = np.hypot(x, y) <= s.near_m
    if heavy is not None:
        about |= heavy.creeps(x, y)
        downwind, source = heavy.kg_m3(at, y), heavy.kg_m3(axis, np.array(0.0))
    else:
        downwind, source = _passive_plume_kg_m3(s, at, y), _passive_plume_kg_m3(s, axis, np.array(0.0))
    return np.asarray(np.where(about, source, np.where(x > 0.0, downwind, 0.0)) * MG_PER_KG)


def half_width_m(
    x_m: Floats | float, rate_kg_s: float, release: Release0, air: Air, c: Coefficients | None = None
) -> Floats:
    """Return how far from the axis nearly all of a steady cloud lies (three standard deviations), shape of *x_m*."""
    c = c or chemical_coefficients()
    s = plume_strength(max(rate_kg_s, dense.TINY), release, air, c)
    heavy, at = _dense_plume(s, c), np.maximum(np.asarray(x_m, dtype=float), s.near_m)
    if heavy is None:
        return np.asarray(np.maximum(3.0 * np.hypot(s.pure_sigma_m, sigma_m(s.kind, s.stability, "y", at)), s.near_m))
    half, edge = heavy.half_and_edge_m(at)
    return np.asarray(np.maximum(half + 3.0 * edge, s.near_m))


def arrival_min(x_m: Floats | float, air: Air) -> Floats:
    """Return when the front of a steady cloud comes to *x_m*, in minutes, carried by the wind at 10 m."""
    return np.asarray(np.maximum(np.asarray(x_m, dtype=float), 0.0) / air.speed_ms / 60.0)


def reach_m(
    threshold_mg_m3: float, rate_kg_s: float, release: Release0, air: Air, c: Coefficients | None = None
) -> float:
    """Return how far downwind a steady cloud is as strong as *threshold_mg_m3*, at most ``cloud_reach_km``.

    0 if it is nowhere so strong.
    """
    c = c or chemical_coefficients()
    x = np.geomspace(c["cloud_near_m"], c["cloud_reach_km"] * 1e3, 400)
    found = plume_mg_m3(x, np.zeros(1), rate_kg_s, release, air, c)
    above = np.flatnonzero(found >= threshold_mg_m3)
    if not len(above):
        return 0.0
    i = int(above[-1])
    if i == len(x) - 1:
        return float(x[-1])
    # Between two points both fall as a power, so logs are linear.
    part = np.log(found[i] / threshold_mg_m3) / np.log(found[i] / max(float(found[i + 1]), dense.TINY))
    return float(x[i] * (x[i + 1] / x[i]) ** part)


def puff_mg_m3(
    x_m: Floats | float, y_m: Floats | float, mass_kg: float, release: Release0, air: Air, c: Coefficients | None = None
) -> tuple[Floats, Floats, Floats]:
    """Return concentration (mg/m3), time that it lasts and time of arrival (minutes) where a sudden release passes.

    Concentration and time are those of the even pulse that gives the same dose as the cloud for n = 1 and n = 2 (for
    n = 2.75 a tenth less). Points that it does not reach have 0, 0 and ``inf``. Shapes broadcast; the source as in
    :func:`plume_mg_m3`.
    """
    c = c or chemical_coefficients()
    x, y = np.broadcast_arrays(np.asarray(x_m, dtype=float), np.asarray(y_m, dtype=float))
    if mass_kg <= 0.0:
        return np.zeros(x.shape), np.zeros(x.shape), np.full(x.shape, NEVER)
    s, shape = puff_strength(mass_kg, release, air, c), x.shape
    if dense.puff_is_dense(s.volume, s.gravity, s.wind):
        strong, lasts, comes = _slumping_then_drifting(DensePuff(s, c), x.ravel(), y.ravel())
    else:
        strong, lasts, comes = _passive_puff(s, x.ravel(), y.ravel())
    there = strong > 0.0
    lasts, comes = np.where(there, lasts / 60.0, 0.0), np.where(there, comes / 60.0, NEVER)
    return (strong * MG_PER_KG).reshape(shape), lasts.reshape(shape), comes.reshape(shape)


def _slumping_then_drifting(heavy: DensePuff, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    first_comes, leaves = heavy.crossing_s(x, y)
    early = first_comes <= heavy.passive_s
    strong, lasts, comes = heavy.drifting(x, y)
    if early.any():
        comes = np.where(early, first_comes, comes)
        strong[early], lasts[early] = heavy.slumping(first_comes[early], leaves[early])
    return strong, lasts, comes


def _passive_puff(s: Strength, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    at, about = np.maximum(x, s.near_m), np.hypot(x, y) <= s.near_m
    sigma_h, sigma_z = (np.hypot(s.pure_sigma_m, sigma_m("puff", s.stability, axis, at)) for axis in ("y", "z"))
    peak = puff_kg_m3(s.amount, 0.0, sigma_h, sigma_z, y_m=np.where(about, 0.0, y)) / np.sqrt(2.0)
    lasts = PULSE_SIGMAS * sigma_h / s.wind
    comes = np.where(about, 0.0, np.maximum(at / s.wind - lasts / 2.0, 0.0))
    return np.where(about | (x > 0.0), peak, 0.0), lasts, comes
