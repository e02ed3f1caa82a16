"""Shaking as macroseismic intensity on ellipses: Yu et al. 2013, the attenuation of GB 18306-2015.

Logs are base 10, distances in km from the isoseismal centre, magnitude is Ms. Never rounded before use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.common.types import Floats
from sim.hazard.tables import rows

BISECTIONS = 22
"""Halves a bracket of less than one degree down to 1e-6."""


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


def regions() -> tuple[str, ...]:
    """Return the names of the regions that ``attenuation.csv`` knows."""
    return tuple(row["region"] for row in rows("attenuation"))


@cache
def attenuation(region: str = "eastern strong") -> Attenuation:
    """Return the coefficients of *region* (``attenuation.csv``)."""
    row = next(row for row in rows("attenuation") if row["region"] == region)
    return Attenuation(**{k: float(v) for k, v in row.items() if k not in ("region", "source", "evidence")})


def on_axis(m: Floats | float, r_km: Floats | float, *, major: bool, law: Attenuation | None = None) -> Floats:
    """Return the intensity at distance *r_km* along the major or the minor axis."""
    k = law or attenuation()
    a, c, r0 = (k.a1, k.c1, k.r01_km) if major else (k.a2, k.c2, k.r02_km)
    return np.asarray(a + k.b * np.asarray(m) + c * np.log10(np.asarray(r_km) + r0))


def radius_km(
    m: Floats | float, intensity: Floats | float, *, major: bool, law: Attenuation | None = None
) -> Floats:
    """Return the semi-axis of the ellipse of *intensity*; 0 where it is not reached."""
    k = law or attenuation()
    a, c, r0 = (k.a1, k.c1, k.r01_km) if major else (k.a2, k.c2, k.r02_km)
    return np.asarray(np.maximum(10.0 ** ((np.asarray(intensity) - a - k.b * np.asarray(m)) / c) - r0, 0.0))


def epicentral(m: float, law: Attenuation | None = None) -> float:
    """Return the intensity at the centre."""
    return float(on_axis(m, 0.0, major=True, law=law))


def intensity_at(m: Floats | float, along_km: Floats, across_km: Floats, law: Attenuation | None = None) -> Floats:
    """Return the intensity at points *along* strike and *across* it: the ellipse that passes through each.

    *m* is one magnitude or an array that broadcasts with the points. Monotone in I, so that bisection finds it
    between what the two axes give at the same distance; nowhere more than at the centre.
    """
    x, y = np.square(np.asarray(along_km, dtype=float)), np.square(np.asarray(across_km, dtype=float))
    m = np.asarray(m, dtype=float)
    r = np.sqrt(x + y)
    ends = on_axis(m, r, major=True, law=law), on_axis(m, r, major=False, law=law)
    centre = on_axis(m, 0.0, major=True, law=law)
    low, high = np.maximum(np.minimum(*ends) - 1e-3, 0.0), np.minimum(np.maximum(*ends) + 1e-3, centre)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        ra = np.maximum(radius_km(m, middle, major=True, law=law), 1e-9)
        rb = np.maximum(radius_km(m, middle, major=False, law=law), 1e-9)
        outside = x / (ra * ra) + y / (rb * rb) > 1.0
        high = np.where(outside, middle, high)
        low = np.where(outside, low, middle)
    return np.asarray(np.maximum(0.5 * (low + high), 0.0))


def strike_axes(east_km: Floats, north_km: Floats, strike_deg: Floats | float) -> tuple[Floats, Floats]:
    """Return (along, across) strike of offsets east and north; strike is clockwise from north."""
    sin, cos = np.sin(np.radians(strike_deg)), np.cos(np.radians(strike_deg))
    return np.asarray(east_km * sin + north_km * cos), np.asarray(east_km * cos - north_km * sin)
