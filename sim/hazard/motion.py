"""Ground motion: PGA and PGV by Yu et al. 2013, and the ways between motion and intensity."""

from __future__ import annotations

from functools import cache
from math import exp, log

import numpy as np

from sim.common.types import Floats
from sim.hazard.tables import rows

NEAR_KM = 15.0
"""GEM replaces R by sqrt(R^2 + 15^2); without it the near field reaches 1 g for every M of 6.5 and more."""
G_CM_S2 = 980.665


@cache
def _coefficients(quantity: str, axis: str, large: bool) -> tuple[float, ...]:
    row = next(
        r for r in rows("motion") if (r["quantity"], r["axis"], r["large"]) == (quantity, axis, str(int(large)))
    )
    return tuple(float(row[k]) for k in "abcde")


def median_motion(quantity: str, m: float, r_km: float, *, axis: str = "major", near_km: float = NEAR_KM) -> float:
    """Return median PGA (cm/s2) or PGV (cm/s) at epicentral distance *r_km* on one axis (Yu et al. 2013, eastern)."""
    a, b, c, d, e = _coefficients(quantity, axis, m > 6.5)
    r = (r_km**2 + near_km**2) ** 0.5
    return exp(a + b * m + c * log(r + d * exp(e * m)))


def intensity_of_motion(pga_ms2: float, pgv_ms: float) -> float:
    """Return the instrumental intensity (GB/T 17742-2020) of PGA in m/s2 and PGV in m/s, between 1 and 12."""
    ia = 3.17 * np.log10(pga_ms2) + 6.59
    iv = 3.00 * np.log10(pgv_ms) + 9.77
    return float(np.clip(iv if ia >= 6.0 and iv >= 6.0 else 0.5 * (ia + iv), 1.0, 12.0))


def pga_of_intensity(intensity: Floats) -> Floats:
    """Return PGA in g at which the instrumental intensity is *intensity* (GB/T 17742-2020 inverted)."""
    return np.asarray(10.0 ** ((np.asarray(intensity) - 6.59) / 3.17) / 9.80665)


def worden_intensity(value: float, *, velocity: bool = False) -> float:
    """Return MMI of PGA in g or PGV in cm/s (Worden et al. 2012, as in USGS ShakeMap); a cross-check only."""
    if velocity:
        y = np.log10(value)
        line = (4.62, 2.17) if y < -1.21 else (3.78, 1.47) if y <= 0.53 else (2.89, 3.16)
    else:
        y = np.log10(value * G_CM_S2)
        line = (1.71, 2.08) if y < 0.14 else (1.78, 1.55) if y <= 1.57 else (-1.60, 3.70)
    return float(line[0] + line[1] * y)
