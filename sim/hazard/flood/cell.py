"""A storm as a moving ellipse: how much of it falls on a catchment or a township."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats
from sim.hazard.geometry import offset_km

RINGS = (1, 6, 12)
"""Points of each ring that stand for a disc; every point for the same area."""
HALVINGS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """One storm: what falls at the centre, when, and how the cell lies and moves."""

    total_mm: float
    """At the centre, over the whole storm."""
    return_period_y: float
    duration_min: float
    lon: float
    lat: float
    """Where the centre of the cell stands at the peak of the rain."""
    towards_deg: float
    """Where the cell moves (from north, clockwise); its long axis lies that way."""
    speed_kmh: float
    cell_km2: float
    """Area of the ellipse inside which it rains more than 1/e of the centre."""


def area_reduction(area_km2: Floats | float, per_km: float) -> Floats:
    """Return the mean rain over *area_km2* as a share of the point's: ``exp(-k F^0.5)``."""
    return np.asarray(np.exp(-per_km * np.sqrt(np.asarray(area_km2))))


def disc_points(area_km2: Floats) -> tuple[Floats, Floats]:
    """Return 19 points of equal weight for a disc of each area, km east and north of its middle: (places, 19)."""
    share = np.concatenate([[0.0], np.cumsum(RINGS)]) / sum(RINGS)
    radius = np.repeat([0.0, *np.sqrt((share[1:-1] + share[2:]) / 2.0)], RINGS)
    angle = np.concatenate([2.0 * np.pi * np.arange(n) / n for n in RINGS])
    reach = np.sqrt(np.asarray(area_km2) / np.pi)[:, None]
    return np.asarray(reach * radius * np.sin(angle)), np.asarray(reach * radius * np.cos(angle))


def cell_for_area(area_km2: float, per_km: float, axis_ratio: float) -> float:
    """Return the cell area whose mean over a disc of *area_km2* under it agrees with :func:`area_reduction`.

    The mean is taken over the points of :func:`disc_points`; it grows with the cell, so bisection finds it.
    """
    wanted = float(area_reduction(area_km2, per_km))
    east, north = disc_points(np.array([area_km2]))
    ellipse = np.pi * (east**2 / axis_ratio + north**2 * axis_ratio)
    low, high = 1e-6 * area_km2, 1e6 * area_km2
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if np.exp(-ellipse / middle).mean() < wanted else (low, middle)
    return high


def spatial_share(
    storm: Storm, minutes: Floats, peak_min: float, axis_ratio: float, east: Floats, north: Floats
) -> Floats:
    """Return the intensity at points (km from the storm's centre) as a share of the cell's middle, (T, *points)."""
    angle = np.radians(storm.towards_deg)
    moved = storm.speed_kmh * (minutes - peak_min) / 60.0
    along = east * np.sin(angle) + north * np.cos(angle)
    across = east * np.cos(angle) - north * np.sin(angle)
    along = along[None] - moved.reshape(-1, *(1,) * east.ndim)
    area = np.pi * (along**2 / axis_ratio + across[None] ** 2 * axis_ratio)
    return np.asarray(np.exp(-area / storm.cell_km2))


def rain_on(
    storm: Storm, shares: Floats, step_min: float, peak: float, axis_ratio: float,
    lon: Floats, lat: Floats, disc_east: Floats, disc_north: Floats,
) -> Floats:
    """Return the mean rain (mm) of each step on each disc, shape (T, places).

    *shares* is the storm's course in time (:func:`storm_shares`); the total at the storm's centre is ``total_mm``.
    """
    minutes = np.asarray((np.arange(len(shares), dtype=np.float64) + 0.5) * step_min)
    peak_min = peak * storm.duration_min
    east, north = offset_km(storm.lon, storm.lat, lon, lat)
    spread = spatial_share(
        storm, minutes, peak_min, axis_ratio, east[:, None] + disc_east, north[:, None] + disc_north
    ).mean(axis=2)
    centre = spatial_share(storm, minutes, peak_min, axis_ratio, np.zeros(1), np.zeros(1))[:, 0]
    return np.asarray(storm.total_mm * shares[:, None] * spread / (shares @ centre))
