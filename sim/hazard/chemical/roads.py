"""Roads through gas: shut to all but crews in protective gear until the leak is closed and the gas has gone."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats, Ints
from sim.hazard.chemical.accident import Accidents
from sim.hazard.geometry import offset_km
from sim.hazard.release import Cells
from sim.hazard.scenario import VEHICLES, Closures

ENGINE = VEHICLES.index("engine")


def gas_closures(
    a: Accidents, vessel: int, minute: float, last_min: float, cells: Cells, level: Ints, leak: int
) -> Closures:
    """Return the roads that run through the orange or red zone, closed while the release flows if nobody acts."""
    bad = np.flatnonzero(level >= 2)
    v = a.vessels
    edges, since = _hit(a, float(v.lon[vessel]), float(v.lat[vessel]), cells, bad) if len(bad) else ([], [])
    n = len(edges)
    factor = np.zeros((n, len(VEHICLES)))
    factor[:, ENGINE] = a.c["gas_engine_factor"]
    start = minute + np.array(since)
    end = np.maximum(start, minute + last_min) + a.c["gas_clears_min"]
    return Closures(
        edge=np.array(edges, dtype=np.int64), from_min=start, to_min=end, speed_factor=factor, reason=("gas",) * n,
        prevented_by=np.full(n, -1), lasts_with=np.full(n, leak),
    )


def _hit(a: Accidents, lon: float, lat: float, cells: Cells, bad: Ints) -> tuple[list[int], list[float]]:
    """Return the roads that run through a bad cell, and the minutes until the gas is there."""
    r = a.city.roads
    from_km = np.array(offset_km(lon, lat, r.node_lon[r.u], r.node_lat[r.u]))
    to_km = np.array(offset_km(lon, lat, r.node_lon[r.v], r.node_lat[r.v]))
    at_km, radius_km = np.array(offset_km(lon, lat, cells.lon[bad], cells.lat[bad])), 1e-3 * cells.radius_m[bad]
    reach_km = float((np.hypot(*at_km) + radius_km).max())
    near = np.flatnonzero(_apart_km(from_km, to_km, np.zeros((2, 1)))[:, 0] <= reach_km)
    inside = _apart_km(from_km[:, near], to_km[:, near], at_km) <= radius_km
    first = np.where(inside, cells.delay_min[bad], np.inf).min(axis=1)
    hit = np.isfinite(first)
    return near[hit].tolist(), first[hit].tolist()


def _apart_km(from_km: Floats, to_km: Floats, points_km: Floats) -> Floats:
    """Return how near the straight ways between two places come to points, shape (ways, points); places are (2, n)."""
    way = (to_km - from_km)[:, :, None]
    seen = points_km[:, None, :] - from_km[:, :, None]
    along = np.clip((seen * way).sum(axis=0) / np.maximum((way**2).sum(axis=0), 1e-12), 0.0, 1.0)
    return np.asarray(np.hypot(*(seen - along * way)))
