"""Roads through gas: shut to all but crews in protective gear until the leak is closed and the gas has gone."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats, Ints
from sim.hazard.chemical.accident import Accidents
from sim.hazard.geometry import offset_km
from sim.hazard.scenario import VEHICLES, Cells, Closures

POINTS = 25
"""Along each road, at which it is looked at."""
ENGINE = VEHICLES.index("engine")


def gas_closures(
    a: Accidents, vessel: int, minute: float, last_min: float, cells: Cells, level: Ints, leak: int
) -> Closures:
    """Return the roads that run through the orange or red zone, closed while the release flows if nobody acts."""
    bad = np.flatnonzero(level >= 2)
    edges: list[int] = []
    since: list[float] = []
    if len(bad):
        v = a.vessels
        edges, since = _hit(a, float(v.lon[vessel]), float(v.lat[vessel]), cells, bad)
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
    """Return the roads with a point in a bad cell, and the minutes until the gas is there."""
    r = a.city.roads
    share = np.linspace(0.0, 1.0, POINTS)
    u_east, u_north = offset_km(lon, lat, r.node_lon[r.u], r.node_lat[r.u])
    v_east, v_north = offset_km(lon, lat, r.node_lon[r.v], r.node_lat[r.v])
    reach_km = float(np.hypot(*offset_km(lon, lat, cells.lon[bad], cells.lat[bad])).max())
    near = np.flatnonzero(_nearest_km(u_east, u_north, v_east, v_north) <= reach_km)
    c_east, c_north = offset_km(lon, lat, cells.lon[bad], cells.lat[bad])
    edges, since = [], []
    for edge in near.tolist():
        east = u_east[edge] + share * (v_east[edge] - u_east[edge])
        north = u_north[edge] + share * (v_north[edge] - u_north[edge])
        apart = np.hypot(east[:, None] - c_east, north[:, None] - c_north)
        inside = (apart <= 1e-3 * cells.radius_m[bad]).any(axis=0)
        if inside.any():
            edges.append(edge)
            since.append(float(cells.delay_min[bad][inside].min()))
    return edges, since


def _nearest_km(u_east: Floats, u_north: Floats, v_east: Floats, v_north: Floats) -> Floats:
    """Return how near the straight line between two nodes comes to (0, 0)."""
    east, north = v_east - u_east, v_north - u_north
    long = np.maximum(east**2 + north**2, 1e-12)
    t = np.clip(-(u_east * east + u_north * north) / long, 0.0, 1.0)
    return np.asarray(np.hypot(u_east + t * east, u_north + t * north))
