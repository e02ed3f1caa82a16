"""Fires after shaking: ignitions, growth, spread."""

from __future__ import annotations

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.tables import relations

FT2_PER_M2 = 10.7639


def ignitions_per_million_m2(pga_g: Floats | float, c: Coefficients) -> Floats:
    """Return the expected ignitions that need the fire service per million m2 of floor (SPA Risk 2009, Hazus).

    The data behind the regression end at strong shaking; a parabola must not be followed beyond them.
    """
    pga = np.minimum(np.asarray(pga_g), c["ignition_pga_cap_g"])
    return np.asarray(np.maximum(c["ignition_a"] * pga**2 + c["ignition_b"] * pga, 0.0) * FT2_PER_M2)


def ren_xie_per_million_m2(pga_g: Floats | float) -> Floats:
    """Return the ignitions per million m2 of Ren & Xie 2004, about five times higher: the pessimistic branch."""
    pga, k = np.asarray(pga_g), relations()
    return np.asarray(10.0 * (k["ren_xie_a"] + k["ren_xie_b"] * pga + k["ren_xie_c"] * pga**2))


def heat_release_kw(seconds: Floats | float, alpha: float) -> Floats:
    """Return the heat release of a growing fire, alpha t^2."""
    return np.asarray(alpha * np.asarray(seconds) ** 2)


def minutes_to_limit(area_m2: Floats, c: Coefficients) -> Floats:
    """Return the minutes in which a fire grows to *area_m2* of floor."""
    return np.asarray(np.sqrt(area_m2 * c["fire_kw_per_m2"] / c["fire_alpha_kw_s2"]) / 60.0)


def sample_ignitions(mean: Floats, dispersion: float, rng: np.random.Generator) -> Ints:
    """Return counts around *mean* with variance *dispersion* times the mean (negative binomial; 1: Poisson)."""
    excess = dispersion - 1.0
    if excess > 1e-9:
        mean = np.where(mean > 0.0, rng.gamma(np.maximum(mean, 1e-12) / excess) * excess, 0.0)
    return np.asarray(rng.poisson(mean))


def spread_after_min(n: int, wind_ms: float, c: Coefficients, rng: np.random.Generator) -> Floats:
    """Return after how many minutes each of *n* fires jumps to a neighbour if nobody stops it; ``inf`` for never.

    A chance every ten minutes, by the distance of the neighbour; given up after some hours.
    """
    u = rng.random((2, n))
    chance = c["spread_per_10min"] * (1.0 + c["spread_wind"] * wind_ms)
    close, half = c["spread_close_share"], c["spread_close_share"] + c["spread_half_share"]
    near = np.minimum(np.select([u[0] < close, u[0] < half], [chance, 0.5 * chance], 0.0), 0.99)
    with np.errstate(divide="ignore"):
        tens = np.where(near > 0.0, np.maximum(np.ceil(np.log1p(-u[1]) / np.log1p(-near)), 1.0), np.inf)
    return np.asarray(np.where(10.0 * tens <= 60.0 * c["spread_hours"], 10.0 * tens, np.inf))
