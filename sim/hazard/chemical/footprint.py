"""The cells in the way of one cloud: a fan of rings downwind, finer than any plume is wide, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.cloud import arrival_min, half_width_m, plume_mg_m3, puff_mg_m3
from sim.hazard.chemical.crowd import Crowd
from sim.hazard.chemical.strength import Release0
from sim.hazard.chemical.weather import Air
from sim.hazard.geometry import KM_PER_DEGREE, offset_km
from sim.hazard.release import Cells, Spots

LOOKS = (-1.0 / 3.0, 0.0, 1.0 / 3.0)
"""Where across a cell, in widths, the concentration and the crowd are looked at; the cell has their mean."""
ACROSS, WIDE = 80, 1.5
"""Angles at which a plume is worked out at each distance, out to so many of its half widths."""
DEEP = 8
"""Points along a cell at which the crowd is looked at: a far cell is longer than a small town is wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """Cells around a source at (0, 0), in metres east and north, ring by ring."""

    east_m: Floats
    north_m: Floats
    area_m2: Floats
    wide_m: Floats
    """Across the wind."""
    inner_m: Floats
    outer_m: Floats
    """Radii between which a cell lies."""


def fan(reach_m: float, from_deg: Floats, spread_rad: Floats, rings_m: Floats, c: Coefficients) -> Fan:
    """Lay out the cells for winds *from_deg* (slots,).

    *rings_m* are the rings' edges, *spread_rad* (rings,) how far to each side of the wind a ring must go. The layout
    turns with the first wind, so that a mirrored world has mirrored cells.
    """
    turns = np.radians((from_deg - from_deg[0] + 180.0) % 360.0 - 180.0)
    first, widest = np.radians((from_deg[0] + 180.0) % 360.0), max(float(turns.max()), -float(turns.min()))
    inner = rings_m[:-1][rings_m[:-1] < reach_m]
    edges = zip(inner, rings_m[1:], spread_rad, strict=False)
    parts = [ring(r0, r1, first, widest + spread, spread, c) for r0, r1, spread in edges]
    east, north, area, wide, within, beyond = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Fan(east_m=east, north_m=north, area_m2=area, wide_m=wide, inner_m=within, outer_m=beyond)


def ring(r0: float, r1: float, first: float, half: float, spread: float, c: Coefficients) -> tuple[Floats, ...]:
    """Return the cells between two radii, *half* to each side of the direction *first* and no farther than round.

    East and north of the middle of each, its area, its width, its inner and its outer radius. They are narrower than
    a plume, which goes *spread* to each side, but for a cap on their number.
    """
    half = min(np.pi, half)
    step = max(min(c["cell_deg"] * np.pi / 180.0, spread / c["cells_per_half_width"]), 2.0 * half / c["cells_cap"])
    round_it = half >= np.pi
    count = int(np.ceil(2.0 * np.pi / step)) if round_it else 2 * int(np.ceil(half / step)) + 1
    width = min(step, 2.0 * np.pi / count)
    angle = first + (np.arange(count) - (count - 1) / 2.0) * width
    middle, same = np.sqrt(0.5 * (r0**2 + r1**2)), np.ones(count)
    return (
        middle * np.sin(angle), middle * np.cos(angle), same * 0.5 * width * (r1**2 - r0**2), same * middle * width,
        same * r0, same * r1,
    )


def rings(reach_m: float, c: Coefficients) -> Floats:
    """Return the edges of the rings from the vessel out to *reach_m*, each wider than the last by the same factor."""
    first = c["ring_first_m"]
    count = max(1, int(np.ceil(np.log(max(reach_m, 2.0 * first) / first) / np.log(c["ring_factor"]))))
    return np.asarray(np.concatenate([[0.0], first * c["ring_factor"] ** np.arange(count + 1)]))


def along(fan_: Fan, from_deg: float) -> tuple[Floats, Floats]:
    """Return the metres downwind and across the wind of each cell."""
    towards = np.radians((from_deg + 180.0) % 360.0)
    down = fan_.east_m * np.sin(towards) + fan_.north_m * np.cos(towards)
    across = fan_.east_m * np.cos(towards) - fan_.north_m * np.sin(towards)
    return np.asarray(down), np.asarray(across)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What feeds the cloud, for its footprint."""

    lon: float
    lat: float
    rate_kg_s: float
    """Of the steady release when it is strongest; 0 if there is only a puff."""
    puff_kg: float
    release: Release0


def footprint(source: Source, air: Air, from_deg: Floats, reach_m: float, c: Coefficients) -> tuple[Fan, Cells]:
    """Return the cells in the way of a cloud out to *reach_m*, and what it does in each."""
    edges = rings(reach_m, c)
    middle = np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2))
    rate = max(source.rate_kg_s, source.puff_kg / c["puff_as_rate_s"])
    half = half_width_m(middle, rate, source.release, air, c)
    spread = np.arctan2(c["half_widths"] * half, middle)
    cells = fan(reach_m, from_deg, spread, edges, c)
    flows = source.rate_kg_s > 0.0
    reach = _reach(cells, from_deg, source, air, c) if flows else np.zeros((len(from_deg), len(cells.east_m)))
    puff, puff_min, puff_delay = _puff(cells, float(from_deg[0]), source, air, c)
    delay = arrival_min(np.hypot(cells.east_m, cells.north_m), air)
    lon, lat = _on_the_map(cells, source)
    return cells, Cells(
        lon=lon, lat=lat, radius_m=np.sqrt(cells.area_m2 / np.pi), reach_mg_m3=reach,
        delay_min=np.where(puff > 0.0, puff_delay, delay), puff_mg_m3=puff, puff_min=puff_min,
    )


def _reach(cells: Fan, from_deg: Floats, source: Source, air: Air, c: Coefficients) -> Floats:
    """Return mg/m3 for 1 kg/min in each cell, for each wind, shape (slots, cells).

    A plume is worked out once, by distance and by the angle from the wind, and turned with the wind from then on.
    """
    radius = np.hypot(cells.east_m, cells.north_m)
    row_m, row = np.unique(radius.round(3), return_inverse=True)
    half = half_width_m(row_m, source.rate_kg_s, source.release, air, c)
    span = np.where(half >= row_m, np.pi, np.minimum(np.arctan2(WIDE * half, np.maximum(row_m, 1.0)), np.pi))
    angle = span[:, None] * np.linspace(0.0, 1.0, ACROSS)
    table = plume_mg_m3(
        row_m[:, None] * np.cos(angle), row_m[:, None] * np.sin(angle), source.rate_kg_s, source.release, air, c
    ) / (60.0 * source.rate_kg_s)
    at, wide = np.arctan2(cells.east_m, cells.north_m), cells.wide_m / np.maximum(radius, 1.0)
    found = np.zeros((len(from_deg), len(radius)))
    for slot, towards in enumerate(np.radians(from_deg + 180.0).tolist()):
        for look in LOOKS:
            off = np.abs((at + look * wide - towards + np.pi) % (2.0 * np.pi) - np.pi)
            place = np.minimum(off / span[row], 1.0) * (ACROSS - 1)
            low = np.minimum(place.astype(np.int64), ACROSS - 2)
            part = place - low
            seen = (1.0 - part) * table[row, low] + part * table[row, low + 1]
            found[slot] += np.where(off <= span[row], seen, 0.0) / len(LOOKS)
    return found


def _puff(cells: Fan, direction: float, source: Source, air: Air, c: Coefficients) -> tuple[Floats, Floats, Floats]:
    """Return the mean concentration while a puff passes each cell, how long it takes, and when it begins."""
    n = len(cells.east_m)
    if source.puff_kg <= 0.0:
        return np.zeros(n), np.zeros(n), np.zeros(n)
    down, across = along(cells, direction)
    found, minutes, begins = puff_mg_m3(down, across, source.puff_kg, source.release, air, c)
    return found, minutes, np.where(np.isfinite(begins), begins, 0.0)


def _on_the_map(cells: Fan, source: Source) -> tuple[Floats, Floats]:
    km_per_lon = KM_PER_DEGREE * float(np.cos(np.radians(source.lat)))
    return source.lon + cells.east_m / 1e3 / km_per_lon, source.lat + cells.north_m / 1e3 / KM_PER_DEGREE


def spots_of(cells: Fan, source: Source, crowd: Crowd) -> Spots:
    """Return everybody in the cells, by zone: who lives there, and the shifts of the plants."""
    here_east, here_north = offset_km(crowd.lon0, crowd.lat0, source.lon, source.lat)
    east, north = _points(cells)
    discs, density = crowd.near(here_east + east / 1e3, here_north + north / 1e3)
    people = density.reshape(len(discs), DEEP * len(LOOKS), len(cells.east_m)).mean(axis=1) * cells.area_m2 / 1e6
    found, cell = np.nonzero(people > 0.0)
    disc = discs[found]
    return Spots(
        cell=cell.astype(np.int64), zone=crowd.zone[disc].astype(np.int64), people=people[found, cell],
        at_work=crowd.at_work[disc], outdoors_share=np.full(len(cell), crowd.outdoors_share),
    )


def _points(cells: Fan) -> tuple[Floats, Floats]:
    """Return points spread evenly over each cell, metres east and north, point by point."""
    angle, middle = np.arctan2(cells.east_m, cells.north_m), np.hypot(cells.east_m, cells.north_m)
    inner, outer = cells.inner_m**2, cells.outer_m**2
    east, north = [], []
    for deep in (np.arange(DEEP) + 0.5) / DEEP:
        radius = np.sqrt(inner + deep * (outer - inner))
        for look in LOOKS:
            turned = angle + look * cells.wide_m / middle
            east.append(radius * np.sin(turned))
            north.append(radius * np.cos(turned))
    return np.concatenate(east), np.concatenate(north)
