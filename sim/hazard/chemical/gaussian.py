"""Clouds that the air carries passively: how wide they grow, and what is in them."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.common.types import Floats
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.tables import rows

ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))


@cache
def sigma_curve(kind: str, stability: str, axis: str) -> tuple[float, float, float, float]:
    """Return factor, power, bend (1/m) and power of the bend of one sigma: ``factor x^power (1 + bend x)^q``."""
    for row in rows("chemical_sigmas"):
        if (row["kind"], row["class"], row["axis"]) == (kind, stability, axis):
            return float(row["factor"]), float(row["power"]), float(row["bend_per_m"]), float(row["bend_power"])
    msg = f"no sigma for {kind!r} {stability!r} {axis!r}"
    raise KeyError(msg)


def sigma_m(kind: str, stability: str, axis: str, x_m: Floats | float) -> Floats:
    """Return how far a cloud has spread at *x_m* downwind (standard deviation, m), shape of *x_m*.

    *kind* ``rural`` or ``urban``: plumes (Briggs 1973, 100 m to 10 km); ``puff``: CCPS 1999, where the spread along
    the wind is that across. Behind the source 0.
    """
    factor, power, bend, bend_power = sigma_curve(kind, stability, axis)
    x = np.maximum(np.asarray(x_m, dtype=float), 0.0)
    return np.asarray(factor * x**power * (1.0 + bend * x) ** bend_power)


def reflected(z_m: Floats | float, height_m: float, sigma_z_m: Floats) -> Floats:
    """Return the vertical part of the Gaussian forms: the source and its image below the ground."""
    z = np.asarray(z_m, dtype=float)
    below, above = (z - height_m) / sigma_z_m, (z + height_m) / sigma_z_m
    return np.asarray(np.exp(-0.5 * below**2) + np.exp(-0.5 * above**2))


def plume_kg_m3(
    rate_kg_s: float, wind_ms: float, sigma_y_m: Floats, sigma_z_m: Floats, *, y_m: Floats | float = 0.0,
    z_m: Floats | float = 0.0, height_m: float = 0.0,
) -> Floats:
    """Return the concentration (kg/m3) in a steady plume of *rate_kg_s*, from the sigmas at the point (CCPS 1999).

    The sigmas must be above 0. Shapes broadcast. *height_m* is that of the source; the ground reflects.
    """
    sy, sz = np.asarray(sigma_y_m), np.asarray(sigma_z_m)
    across = np.exp(-0.5 * (np.asarray(y_m) / sy) ** 2)
    return np.asarray(rate_kg_s / (2.0 * np.pi * wind_ms * sy * sz) * across * reflected(z_m, height_m, sz))


def puff_kg_m3(
    mass_kg: float | Floats, along_m: Floats | float, sigma_h_m: Floats, sigma_z_m: Floats, *,
    y_m: Floats | float = 0.0, z_m: Floats | float = 0.0,
) -> Floats:
    """Return the concentration (kg/m3) in a puff released at the ground, *along_m* from its centre (CCPS 1999).

    The sigmas must be above 0; that along the wind is that across. Shapes broadcast.
    """
    sh, sz = np.asarray(sigma_h_m), np.asarray(sigma_z_m)
    flat = np.exp(-0.5 * (np.asarray(along_m) ** 2 + np.asarray(y_m) ** 2) / sh**2)
    up = np.exp(-0.5 * (np.asarray(z_m) / sz) ** 2)
    return np.asarray(2.0 * mass_kg / (ROOT_TWO_PI**3 * sh**2 * sz) * flat * up)


def finite_kg_m3(
    x_m: Floats, y_m: Floats, minute: float, rate_kg_s: float, duration_min: float, wind_ms: float, stability: str
) -> Floats:
    """Return the concentration (kg/m3) at the ground at *minute* of a release of finite duration: a sum of puffs.

    One puff each 10 s at least, and so many that they overlap at the nearest point (CCPS 1999). Shape of *x_m*.
    """
    x, seconds = np.atleast_1d(np.asarray(x_m, dtype=float)), 60.0 * duration_min
    sh, sz = sigma_m("puff", stability, "y", x), sigma_m("puff", stability, "z", x)
    ahead = x > 0.0
    finest = float(sh[ahead].min()) / wind_ms if ahead.any() else np.inf
    count = int(np.ceil(seconds / min(chemical_relations()["puff_every_s"], max(finest, seconds / 1e4))))
    born = (np.arange(count) + 0.5) * seconds / count
    age = 60.0 * minute - born
    centre = np.where(age > 0.0, age, np.nan) * wind_ms
    safe_h, safe_z = np.where(ahead, sh, 1.0), np.where(ahead, sz, 1.0)
    each = puff_kg_m3(
        rate_kg_s * seconds / count, x[:, None] - centre, safe_h[:, None], safe_z[:, None],
        y_m=np.broadcast_to(np.asarray(y_m, dtype=float), x.shape)[:, None],
    )
    return np.asarray(np.where(ahead, np.nansum(each, axis=1), 0.0))


def peak_to_mean(minutes: Floats | float) -> Floats:
    """Return how much the highest mean over *minutes* exceeds that of ten minutes, at least 1 (Gifford 1976)."""
    k = chemical_relations()
    return np.asarray(np.maximum(k["sigma_mean_min"] / np.asarray(minutes, dtype=float), 1.0) ** k["peak_exponent"])
