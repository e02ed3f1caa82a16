"""Ground motion: PGA and PGV by Yu et al. 2013, and the ways between motion and intensity."""

from __future__ import annotations

from functools import cache
from math import exp, log, log10

import numpy as np

from sim.common.types import Floats
from sim.hazard.tables import relations, rows

G_CM_S2 = 980.665
BISECTIONS = 60


@cache
def _coefficients(quantity: str, axis: str, large: bool) -> tuple[float, ...]:
    row = next(
        r for r in rows("motion") if (r["quantity"], r["axis"], r["large"]) == (quantity, axis, str(int(large)))
    )
    return tuple(float(row[k]) for k in "abcde")


def median_motion(quantity: str, m: float, r_km: float, *, axis: str = "major", near_km: float | None = None) -> float:
    """Return median PGA (cm/s2) or PGV (cm/s) at epicentral distance *r_km* on one axis (Yu et al. 2013, eastern)."""
    k = relations()
    near = k["motion_near_km"] if near_km is None else near_km
    a, b, c, d, e = _coefficients(quantity, axis, m > k["motion_large_m"])
    r = (r_km**2 + near**2) ** 0.5
    return exp(a + b * m + c * log(r + d * exp(e * m)))


def _reach_km(quantity: str, m: float, level: float, axis: str) -> float:
    """Return the distance at which the motion falls to *level* on one axis, without the near-field term."""
    a, b, c, d, e = _coefficients(quantity, axis, m > relations()["motion_large_m"])
    return max(exp((log(level) - a - b * m) / c) - d * exp(e * m), 1e-9)


def motion_at(quantity: str, m: float, along_km: float, across_km: float) -> float:
    """Return the median motion off the axes: that of the major axis where the iso-motion ellipse cuts it."""
    low, high = 1e-6, median_motion(quantity, m, 0.0, near_km=0.0)
    for _ in range(BISECTIONS):
        middle = (low * high) ** 0.5
        ra, rb = (_reach_km(quantity, m, middle, axis) for axis in ("major", "minor"))
        low, high = (low, middle) if (along_km / ra) ** 2 + (across_km / rb) ** 2 > 1.0 else (middle, high)
    return median_motion(quantity, m, _reach_km(quantity, m, low, "major"))


def intensity_parts(pga_ms2: float, pgv_ms: float) -> tuple[float, float]:
    """Return the instrumental intensity of PGA alone and of PGV alone (GB/T 17742-2020)."""
    k = relations()
    return k["ii_pga_slope"] * log10(pga_ms2) + k["ii_pga_at_1"], k["ii_pgv_slope"] * log10(pgv_ms) + k["ii_pgv_at_1"]


def intensity_of_motion(pga_ms2: float, pgv_ms: float) -> float:
    """Return the instrumental intensity (GB/T 17742-2020) of PGA in m/s2 and PGV in m/s, between 1 and 12."""
    ia, iv = intensity_parts(pga_ms2, pgv_ms)
    switch = relations()["ii_velocity_from"]
    return min(max(iv if ia >= switch and iv >= switch else 0.5 * (ia + iv), 1.0), 12.0)


def pga_of_intensity(intensity: Floats) -> Floats:
    """Return PGA in g at which the instrumental intensity is *intensity* (GB/T 17742-2020 inverted)."""
    k = relations()
    return np.asarray(10.0 ** ((np.asarray(intensity) - k["ii_pga_at_1"]) / k["ii_pga_slope"]) / (G_CM_S2 / 100.0))


def worden_intensity(value: float, *, velocity: bool = False) -> float:
    """Return MMI of PGA in g or PGV in cm/s (Worden et al. 2012, as in USGS ShakeMap); a cross-check only."""
    k = relations()
    stem, y = ("worden_pgv", log10(value)) if velocity else ("worden_pga", log10(value * k["worden_g"]))
    part = "low" if y < k[f"{stem}_1"] else "mid" if y <= k[f"{stem}_2"] else "high"
    return k[f"{stem}_{part}_a"] + k[f"{stem}_{part}_b"] * y
