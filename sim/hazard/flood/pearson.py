"""Design depths and flows: Pearson type III with Cs = 3.5 Cv, as Chinese practice has it."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainc, gammaincinv

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.flood.tables import flood_relations


def quantile(mean: float, cv: float, return_period_y: Floats | float) -> Floats:
    """Return the annual maximum that is exceeded once in *return_period_y* years, in the unit of *mean*.

    ``loc + Gamma(4/Cs^2) quantile``, scale = mean Cv Cs/2, loc = mean (1 - 2 Cv/Cs), Cs = 3.5 Cv.
    """
    cs = flood_relations()["pearson_cs_per_cv"] * cv
    gamma = gammaincinv(4.0 / cs**2, 1.0 - 1.0 / np.asarray(return_period_y))
    return np.asarray(mean * (1.0 - 2.0 * cv / cs) + mean * cv * cs / 2.0 * gamma)


def return_period_y(mean: float, cv: float, value: Floats | float) -> Floats:
    """Return how rare *value* is: the inverse of :func:`quantile`; at least 1 year, ``inf`` beyond all rarity."""
    cs = flood_relations()["pearson_cs_per_cv"] * cv
    gamma = np.maximum((np.asarray(value) - mean * (1.0 - 2.0 * cv / cs)) / (mean * cv * cs / 2.0), 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / (1.0 - gammainc(4.0 / cs**2, gamma)))


def shorter_depth_mm(depth_24h_mm: Floats | float, hours: float, c: Coefficients) -> Floats:
    """Return the depth of *hours* (at most 24) with the same return period as *depth_24h_mm*.

    ``H(24) (t/24)^(1-n2)`` from 1 h on, ``H(1) t^(1-n1)`` below. Coefficients ``depth_exponent_long`` and ``_short``.
    """
    hour = np.asarray(depth_24h_mm) * (max(hours, 1.0) / 24.0) ** (1.0 - c["depth_exponent_long"])
    return np.asarray(hour * min(hours, 1.0) ** (1.0 - c["depth_exponent_short"]))
