"""Shaking as macroseismic intensity on ellipses: Yu et al. 2013, the attenuation of GB 18306-2015.

Logs are base 10, distances in km from the isoseismal centre, magnitude is Ms. Never rounded before use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.common.types import Floats
from sim.hazard.tables import rows

BISECTIONS = 40


@dataclass(frozen=True, slots=True)
class Attenuation:
    """One region's coefficients: ``I = A + B M + C log10(R + R0)`` on each axis."""

    a1: float
    a2: float
    b: float
    c1: float
    c2: float
    r01_km: float
    r02_km: float
    sigma: float


@cache
def attenuation(region: str = "eastern strong") -> Attenuation:
    """Return the coefficients of *region* (``attenuation.csv``)."""
    row = next(row for row in rows("attenuation") if row["region"] == region)
    return Attenuation(**{k: float(v) for k, v in row.items() if k not in ("region", "source", "evidence")})


def on_axis(m: float, r_km: Floats | float, *, major: bool, law: Attenuation | None = None) -> Floats:
    """Return the intensity at distance *r_km* along the major or the minor axis."""
    k = law or attenuation()
    a, c, r0 = (k.a1, k.c1, k.r01_km) if major else (k.a2, k.c2, k.r02_km)
    return np.asarray(a + k.b * m + c * np.log10(np.asarray(r_km) + r0))


def radius_km(m: float, intensity: Floats | float, *, major: bool, law: Attenuation | None = None) -> Floats:
    """Return the semi-axis of the ellipse of *intensity*; 0 where it is not reached."""
    k = law or attenuation()
    a, c, r0 = (k.a1, k.c1, k.r01_km) if major else (k.a2, k.c2, k.r02_km)
    return np.asarray(np.maximum(10.0 ** ((np.asarray(intensity) - a - k.b * m) / c) - r0, 0.0))


def epicentral(m: float, law: Attenuation | None = None) -> float:
    """Return the intensity at the centre."""
    k = law or attenuation()
    return float(k.a1 + k.b * m + k.c1 * np.log10(k.r01_km))


def intensity_at(m: float, along_km: Floats, across_km: Floats, law: Attenuation | None = None) -> Floats:
    """Return the intensity at points *along* strike and *across* it: the ellipse that passes through each.

    Monotone in I, so that bisection between 0 and the centre's intensity finds it.
    """
    k = law or attenuation()
    x, y = np.abs(np.asarray(along_km, dtype=float)), np.abs(np.asarray(across_km, dtype=float))
    low, high = np.zeros_like(x), np.full_like(x, epicentral(m, k))
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        ra = np.maximum(radius_km(m, middle, major=True, law=k), 1e-9)
        rb = np.maximum(radius_km(m, middle, major=False, law=k), 1e-9)
        outside = (x / ra) ** 2 + (y / rb) ** 2 > 1.0
        high = np.where(outside, middle, high)
        low = np.where(outside, low, middle)
    return np.asarray(0.5 * (low + high))


def strike_axes(east_km: Floats, north_km: Floats, strike_deg: float) -> tuple[Floats, Floats]:
    """Return (along, across) strike of offsets east and north; strike is clockwise from north."""
    s = np.radians(strike_deg)
    return np.asarray(east_km * np.sin(s) + north_km * np.cos(s)), np.asarray(east_km * np.cos(s) - north_km * np.sin(s))
