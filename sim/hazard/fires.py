"""Fires after shaking: ignitions, growth, spread."""

from __future__ import annotations

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats

FT2_PER_M2 = 10.7639


def ignitions_per_million_m2(pga_g: Floats | float, c: Coefficients) -> Floats:
    """Return the expected ignitions that need the fire service per million m2 of floor (SPA Risk 2009, Hazus)."""
    pga = np.asarray(pga_g)
    return np.asarray(np.maximum(c["ignition_a"] * pga**2 + c["ignition_b"] * pga, 0.0) * FT2_PER_M2)


def ren_xie_per_million_m2(pga_g: Floats | float) -> Floats:
    """Return the ignitions per million m2 of Ren & Xie 2004, about five times higher: the pessimistic branch."""
    pga = np.asarray(pga_g)
    return np.asarray(10.0 * (-0.11749 + 1.34534 * pga - 0.8476 * pga**2))


def heat_release_kw(seconds: Floats | float, alpha: float) -> Floats:
    """Return the heat release of a growing fire, alpha t^2."""
    return np.asarray(alpha * np.asarray(seconds) ** 2)


def minutes_to_limit(area_m2: Floats, c: Coefficients) -> Floats:
    """Return the minutes in which a fire grows to *area_m2* of floor."""
    return np.asarray(np.sqrt(area_m2 * c["fire_kw_per_m2"] / c["fire_alpha_kw_s2"]) / 60.0)
