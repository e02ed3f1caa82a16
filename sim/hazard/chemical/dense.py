"""Clouds heavier than air: they slump, spread and creep (Britter & McQuaid 1988)."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.common.types import Bools, Floats
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.tables import rows

TINY = 1e-12


def reduced_gravity_ms2(density_kg_m3: float, air_kg_m3: float) -> float:
    """Return ``g (rho0 - rhoa)/rhoa``, never negative: a light gas does not slump."""
    return max(chemical_relations()["cloud_gravity_ms2"] * (density_kg_m3 - air_kg_m3) / air_kg_m3, 0.0)


def plume_is_dense(flow_m3s: float, gravity_ms2: float, wind_ms: float) -> bool:
    """Tell whether a steady release spreads by its own weight; *flow_m3s* at the density of release."""
    size = float(np.sqrt(flow_m3s / wind_ms))
    number = gravity_ms2 * flow_m3s / (wind_ms**3 * max(size, TINY))
    return bool(np.cbrt(number) >= chemical_relations()["bm_plume_criterion"])


def puff_is_dense(volume_m3: float, gravity_ms2: float, wind_ms: float) -> bool:
    """Tell whether a sudden release spreads by its own weight; *volume_m3* at the density of release."""
    number = np.sqrt(gravity_ms2 * volume_m3) / (wind_ms * max(float(np.cbrt(volume_m3)), TINY))
    return bool(number >= chemical_relations()["bm_puff_criterion"])


def seen_as_plume(x_m: Floats, duration_s: float, wind_ms: float) -> Bools:
    """Tell where a release of *duration_s* acts as a steady one, ``u Rd/x >= 2.5``; shape of *x_m*."""
    return np.asarray(wind_ms * duration_s >= chemical_relations()["bm_continuous"] * np.asarray(x_m))


def seen_as_puff(x_m: Floats, duration_s: float, wind_ms: float) -> Bools:
    """Tell where a release of *duration_s* acts as a sudden one, ``u Rd/x <= 0.6``; shape of *x_m*.

    Between this and :func:`seen_as_plume` the smaller concentration of both holds.
    """
    return np.asarray(wind_ms * duration_s <= chemical_relations()["bm_instantaneous"] * np.asarray(x_m))


@cache
def parts(model: str) -> tuple[tuple[float, tuple[tuple[float, float, float], ...]], ...]:
    """Return the correlation of *model* (``plume`` or ``puff``): ratio, then (alpha up to, slope, constant)."""
    found: dict[float, list[tuple[float, float, float]]] = {}
    for row in rows("chemical_dense"):
        if row["model"] == model:
            part = (float(row["alpha_to"]), float(row["slope"]), float(row["constant"]))
            found.setdefault(float(row["ratio"]), []).append(part)
    return tuple((ratio, tuple(lines)) for ratio, lines in sorted(found.items(), reverse=True))


def correlation(model: str, alpha: float) -> tuple[Floats, Floats]:
    """Return the concentration ratios, falling, and the log10 of the scaled distances at which they hold.

    *alpha* above the end of the table (1) counts as the end.
    """
    ratios, betas = [], []
    for ratio, lines in parts(model):
        a = min(alpha, lines[-1][0])
        _, slope, constant = next(line for line in lines if a <= line[0])
        ratios.append(ratio)
        betas.append(slope * a + constant)
    return np.array(ratios), np.array(betas)


def plume_alpha(flow_m3s: float, gravity_ms2: float, wind_ms: float) -> float:
    """Return ``0.2 log10(g0^2 q0 u^-5)``."""
    number = max(gravity_ms2**2 * flow_m3s / wind_ms**5, TINY)
    return float(chemical_relations()["bm_plume_alpha"] * np.log10(number))


def puff_alpha(volume_m3: float, gravity_ms2: float, wind_ms: float) -> float:
    """Return ``0.5 log10(g0 V0^(1/3)/u^2)``."""
    number = max(gravity_ms2 * float(np.cbrt(volume_m3)) / wind_ms**2, TINY)
    return float(chemical_relations()["bm_puff_alpha"] * np.log10(number))


def plume_ratio(scaled_x: Floats | float, alpha: float) -> Floats:
    """Return the mean concentration ratio C/C0 on the axis at ``x/D``, without heat; shape of *scaled_x*.

    Near the source ``306/(x'^2 + 306)``, then linear in log10 x', beyond the table as ``x'^-2``. Where the table of
    heavy clouds begins so near that both would overlap, the near formula is drawn in by the same factor.
    """
    k = chemical_relations()
    x = np.maximum(np.asarray(scaled_x, dtype=float), TINY)
    ratios, betas = correlation("plume", alpha)
    light_beta = parts("plume")[0][1][0][2]
    drawn_in = min(1.0, float(10.0 ** (betas[0] - light_beta)))
    reach = k["bm_plume_near_reach"]
    near = k["bm_plume_near"] / ((x / drawn_in) ** 2 + k["bm_plume_near"])
    joint = k["bm_plume_near"] / (reach**2 + k["bm_plume_near"])
    knots = np.concatenate([[np.log10(reach * drawn_in)], betas])
    middle = np.interp(np.log10(x), knots, np.concatenate([[joint], ratios]))
    far = ratios[-1] * (10.0 ** betas[-1] / x) ** 2
    return np.asarray(np.where(x < reach * drawn_in, near, np.where(x > 10.0 ** betas[-1], far, middle)))


def puff_ratio(scaled_x: Floats | float, alpha: float) -> Floats:
    """Return the greatest concentration ratio C/C0 when the front is at ``x/V0^(1/3)``; shape of *scaled_x*.

    Near the source ``3.24/(x'^2 + 3.24)``, but not below the first ratio of the table; beyond it as ``x'^-2``.
    """
    k = chemical_relations()
    x = np.maximum(np.asarray(scaled_x, dtype=float), TINY)
    ratios, betas = correlation("puff", alpha)
    near = np.maximum(k["bm_puff_near"] / (x**2 + k["bm_puff_near"]), ratios[0])
    middle = np.interp(np.log10(x), betas, ratios)
    far = ratios[-1] * (10.0 ** betas[-1] / x) ** 2
    return np.asarray(np.where(x < 10.0 ** betas[0], near, np.where(x > 10.0 ** betas[-1], far, middle)))


def heated(ratio: Floats | float, source_to_air: float) -> Floats:
    """Return the volume fraction of a cold or hot release from the ratio without heat: ``c/(c + (1 - c) T0/Ta)``."""
    c = np.asarray(ratio, dtype=float)
    return np.asarray(c / (c + (1.0 - c) * source_to_air))


def length_m(flow_m3s: float, gravity_ms2: float, wind_ms: float) -> float:
    """Return the buoyancy length ``q0 g0/u^3``."""
    return flow_m3s * gravity_ms2 / wind_ms**3


def plume_half_width_m(x_m: Floats | float, flow_m3s: float, gravity_ms2: float, wind_ms: float) -> Floats:
    """Return the half width of a dense plume at *x_m* (0 behind the source counts as 0), shape of *x_m*."""
    k = chemical_relations()
    lb = length_m(flow_m3s, gravity_ms2, wind_ms)
    x = np.maximum(np.asarray(x_m, dtype=float), 0.0)
    grown = k["bm_width_growth"] * np.cbrt(lb * x**2)
    return np.asarray(np.sqrt(flow_m3s / wind_ms) + k["bm_width_lb"] * lb + grown)


def plume_upwind_m(flow_m3s: float, gravity_ms2: float, wind_ms: float) -> float:
    """Return how far a dense plume creeps against the wind."""
    k = chemical_relations()
    lb = length_m(flow_m3s, gravity_ms2, wind_ms)
    return float(k["bm_upwind_d"] * np.sqrt(flow_m3s / wind_ms) + k["bm_upwind_lb"] * lb)


def plume_height_m(half_width_m: Floats, ratio: Floats, flow_m3s: float, wind_ms: float) -> Floats:
    """Return the height of a dense plume that holds what flows out, ``D^2/(2 b c')``."""
    return np.asarray(flow_m3s / wind_ms / (2.0 * np.asarray(half_width_m) * np.asarray(ratio)))


def puff_centre_m(seconds: Floats | float, wind_ms: float) -> Floats:
    """Return how far the centre of a sudden dense cloud has come."""
    return np.asarray(chemical_relations()["bm_puff_speed"] * wind_ms * np.asarray(seconds))


def puff_radius_m(seconds: Floats | float, volume_m3: float, gravity_ms2: float) -> Floats:
    """Return the radius of a sudden dense cloud, ``R^2 = R0^2 + 1.2 (g0 V0)^0.5 t``; R0 is that of a sphere."""
    spread = chemical_relations()["bm_puff_spread"] * np.sqrt(gravity_ms2 * volume_m3)
    return np.asarray(np.sqrt(first_radius_m(volume_m3) ** 2 + spread * np.asarray(seconds)))


def first_radius_m(volume_m3: float) -> float:
    """Return the radius of a sphere of *volume_m3*."""
    return float(np.cbrt(0.75 * volume_m3 / np.pi))
