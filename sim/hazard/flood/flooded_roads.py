"""Roads under water: who can still drive there, from when to when, and the debris that a gully leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, Ints
from sim.hazard.flood.field import FloodField, every_min
from sim.hazard.flood.ground import FloodGround
from sim.hazard.flood.people import wet_road_speed_kmh
from sim.hazard.flood.wet import first_minute, last_minute
from sim.hazard.scenario import VEHICLES, Closures
from sim.hazard.tables import rows

WADES = {
    "engine": "engine", "truck": "four_wheel_drive", "ambulance": "large_car", "car": "small_car",
    "high_truck": "loader",
}
"""Row of ``flood_vehicles.csv`` that holds for each class of vehicles; boats float."""
MARKS_M = (0.3, 0.5, 0.7)
"""Depths at which one class after the other has to stop; with the first wet, at most four rows an edge."""


LEVEL_M = 0.05
"""Waters that differ by less than this are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WetRoads:
    """Water on the roads, as deep as it feels: fast water counts as deeper."""

    depth_m: Floats
    """(T, edges)"""
    step_min: Floats
    ford: Ints
    """Edges that cross a gully."""
    detour: Bools
    """Roads whose low spot under water can be driven round, (edges,); not the crossings of a gully."""


def wet_roads(field: FloodField, ground: FloodGround, c: Coefficients) -> WetRoads:
    """Return the depth on each road times the velocity where that is above 1 m/s.

    The limits of depth and of depth times velocity then are one: a small car stops at 0.3 m and at 0.3 m2/s. Where
    less than ``detour_share`` of a township's people stand in water, its streets lead round the deep spots, and only
    what a gully sends over a crossing shuts the way.
    """
    depth, zone = field.road_depth_m, ground.edge_zone
    ford = np.array(sorted({edge for edge, _ in ground.crossings}), dtype=np.int64)
    felt = depth * np.maximum(field.velocity_ms[:, zone], 1.0)
    wide = (field.deepest_m() >= c["danger_depth_m"]).mean(axis=1) >= c["detour_share"]
    detour = ~wide[zone]
    if len(ford):
        slope = dict.fromkeys(ford.tolist(), 0.0)
        for edge, gully in ground.crossings:
            slope[edge] = max(slope[edge], float(ground.water.gullies.reach_slope[gully]))
        own = np.where(detour[ford], _over_crossings(depth, ford, ground), depth[:, ford])
        steep = np.sqrt(np.array(list(slope.values()))) / c["channel_n"]
        felt[:, ford] = own * np.maximum(own ** (2.0 / 3.0) * steep, 1.0)
        detour[ford] = False
    return WetRoads(depth_m=felt, step_min=field.step_min, ford=ford, detour=detour)


def _over_crossings(depth: Floats, ford: Ints, ground: FloodGround) -> Floats:
    """Return what a gully sends over its crossings, (T, fords): more than stands or runs elsewhere in the township."""
    over = np.zeros((len(depth), len(ford)))
    plain = np.setdiff1d(np.arange(depth.shape[1]), ford)
    for i, edge in enumerate(ford.tolist()):
        same = plain[ground.edge_zone[plain] == ground.edge_zone[edge]]
        water = np.where(depth[:, same] > 0.0, depth[:, same] + ground.road_raise_m[same], 0.0)
        level = water.max(axis=1, initial=0.0) - ground.road_raise_m[edge]
        over[:, i] = np.where(depth[:, edge] > level + LEVEL_M, depth[:, edge], 0.0)
    return over


@cache
def limits_m() -> Floats:
    """Return the depth at which each class of vehicles has to stop, shape (vehicles,); ``inf`` for boats."""
    found = {row["vehicle"]: float(row["depth_m"]) for row in rows("flood_vehicles") if row["limit"] == "route"}
    return np.array([found[WADES[name]] if name in WADES else np.inf for name in VEHICLES])


def factors(from_m: float, to_m: float, free_kmh: float, c: Coefficients) -> Floats:
    """Return the speed factor of each class of vehicles on a road with *from_m* to *to_m* of water.

    Up to 0.3 m the speed of Pregnolato et al. in the middle of the span; above it those that may, wade; boats go.
    """
    first = MARKS_M[0]
    slow = float(wet_road_speed_kmh(0.5 * (from_m + min(to_m, first)), free_kmh)) if from_m < first else 0.0
    wade = min(c["road_wade_kmh"], free_kmh) if from_m >= first else max(slow, min(c["road_wade_kmh"], free_kmh))
    speed = np.where(limits_m() >= to_m - 1e-9, wade, 0.0)
    boat = VEHICLES.index("boat")
    speed[boat] = wade if from_m < first else min(c["road_boat_kmh"], free_kmh)
    return np.asarray(speed / free_kmh)


def _on_edge(factor: Floats, c: Coefficients) -> Floats:
    """Return the factor over a whole road of which ``road_wet_share`` is under water; 0 stays 0."""
    wet = c["road_wet_share"]
    slow = np.where(factor > 0.0, factor, 1.0)
    return np.asarray(np.where(factor > 0.0, 1.0 / (1.0 - wet + wet / slow), 0.0))


def water_closures(roads: WetRoads, city: City, prevented_by: Ints, c: Coefficients) -> Closures:
    """Return the roads under water: per edge nested spans, from the first wet to the deepest, at most four rows.

    *prevented_by* is the demand that keeps each edge dry, (edges,); times lie on a grid, so that the roads change
    seldom.
    """
    peak = roads.depth_m.max(axis=0)
    marks = (c["road_wet_m"], *MARKS_M)
    step = every_min(roads.step_min)
    grid = max(c["road_grid_flash_min"], step)
    edges, start, end, factor = [], [], [], []
    for k, mark in enumerate(marks):
        # Round a deep spot the way is the same however deep it is.
        deep = np.flatnonzero((peak >= mark) & ~(roads.detour & (mark > MARKS_M[0])))
        over = roads.depth_m[:, deep] >= mark
        first, last = first_minute(over, roads.step_min), last_minute(over, roads.step_min)
        for edge, a, b in zip(deep.tolist(), first.tolist(), last.tolist(), strict=True):
            top = min(marks[k + 1] if k + 1 < len(marks) else float(peak[edge]), float(peak[edge]))
            edges.append(edge)
            start.append(np.floor((a - step) / grid) * grid)
            end.append((np.floor(b / grid) + 1.0) * grid)
            speed = factors(mark, top, float(city.roads.speed_kmh[edge]), c)
            factor.append(np.maximum(speed, c["detour_factor"]) if roads.detour[edge] else _on_edge(speed, c))
    edge_of = np.array(edges, dtype=np.int64)
    return Closures(
        edge=edge_of, from_min=np.array(start), to_min=np.array(end),
        speed_factor=np.array(factor).reshape(-1, len(VEHICLES)), reason=("water",) * len(edges),
        prevented_by=prevented_by[edge_of], lasts_with=np.full(len(edges), -1),
    )


def debris_closures(roads: WetRoads, water: Closures, c: Coefficients) -> Closures:
    """Return the crossings on which a gully has left boulders and mud, shut from the end of the water on."""
    peak = roads.depth_m.max(axis=0)
    left = roads.ford[peak[roads.ford] >= c["debris_ford_m"]]
    dry = np.array([water.to_min[water.edge == edge].max() for edge in left.tolist()])
    return Closures(
        edge=left, from_min=dry, to_min=dry + c["debris_days"] * 1440.0,
        speed_factor=np.zeros((len(left), len(VEHICLES))), reason=("debris",) * len(left),
        prevented_by=np.full(len(left), -1), lasts_with=np.full(len(left), -1),
    )


def caught_vehicles(
    roads: WetRoads, deep: Bools, city: City, road_share: float, c: Coefficients, rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """Return (edge, minute, felt depth) of each vehicle that drives into water it cannot leave.

    Only on roads that are *deep* (edges,): traffic by class of road and hour, times the few who drive in before
    somebody stands there.
    """
    peak = roads.depth_m.max(axis=0)
    classes = ("motorway", "trunk")
    per_h = np.array(
        [c[f"vehicles_h_{word if word in classes else 'other'}"] for word in city.roads.road_class]
    ) * road_share / c["traffic_road_share"]
    mean = np.where(deep, per_h * c["drive_in_min"] / 60.0 * c["drive_in_share"], 0.0)
    u = rng.random(len(peak))
    # One uniform number for each road, turned into a count, so that more water never takes away a vehicle.
    count = _poisson(u, mean)
    edge = np.repeat(np.arange(len(peak)), count)
    minute = first_minute(roads.depth_m >= MARKS_M[0], roads.step_min)[edge]
    return edge, np.asarray(minute), peak[edge]


def _poisson(u: Floats, mean: Floats) -> Ints:
    """Return the Poisson variate at probability *u* for small means, by the inverse of the distribution."""
    count = np.zeros(len(u), dtype=np.int64)
    term = np.exp(-mean)
    below = term.copy()
    while (u >= below).any() and count.max(initial=0) < 100:
        more = u >= below
        count += more
        term = term * mean / np.maximum(count, 1)
        below = np.where(more, below + term, below)
    return count


LOST = ("low_clearance", "lost_best")


def lost_m() -> float:
    """Return the felt depth at which a low vehicle is carried away: LifeSim's best limit of depth times velocity."""
    found = [row for row in rows("flood_vehicles") if (row["vehicle"], row["limit"]) == LOST]
    return float(found[0]["dv_m2s"])
