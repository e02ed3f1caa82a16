"""From degrees to the points of a drawing: one frame for all places of a map, true to scale in its middle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.drill.model import Place

WIDTH = 1000.0
"""Points; the height follows from the area."""
HEIGHTS = (420.0, 1100.0)
MARGIN = 0.05
"""Share of the drawing that stays free around the places."""
LEAST_DEGREES = 0.02
KM_PER_DEGREE = 111.32
BARS_KM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Lengths that a scale bar may have."""
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A drawing *width* by *height* points around a middle, lon and lat, with so many points to a kilometre."""

    lon: float
    lat: float
    per_km: float
    width: float
    height: float

    def at(self, position: Point) -> Point:
        """Return where (lon, lat) lies in the drawing; north is up."""
        east = (position[0] - self.lon) * KM_PER_DEGREE * math.cos(math.radians(self.lat))
        north = (position[1] - self.lat) * KM_PER_DEGREE
        return self.width / 2 + east * self.per_km, self.height / 2 - north * self.per_km

    @property
    def bar_km(self) -> float:
        """Length of the scale bar: the greatest that takes a quarter of the width at most."""
        fitting = [km for km in BARS_KM if km * self.per_km <= self.width / 4]
        return fitting[-1] if fitting else BARS_KM[0]


def frame_of(places: Iterable[Place]) -> Frame:
    """Return the frame that just holds *places*; a small piece of the sea where there are none."""
    positions = [position for place in places for position in place.coordinates] or [(0.0, 0.0)]
    west, east = _span([lon for lon, _ in positions])
    south, north = _span([lat for _, lat in positions])
    lat = (south + north) / 2
    wide = (east - west) * KM_PER_DEGREE * math.cos(math.radians(lat))
    tall = (north - south) * KM_PER_DEGREE
    free = 1 - 2 * MARGIN
    height = min(max(WIDTH * tall / wide, HEIGHTS[0]), HEIGHTS[1])
    per_km = min(WIDTH * free / wide, height * free / tall)
    return Frame(lon=(west + east) / 2, lat=lat, per_km=per_km, width=WIDTH, height=round(height, 1))


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    lacking = max(0.0, LEAST_DEGREES - (high - low)) / 2
    return low - lacking, high + lacking


def middle(points: Sequence[Point]) -> Point:
    """Return the centre of the area of a closed ring; the mean of its points if it has none."""
    area = x = y = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        cross = x0 * y1 - x1 * y0
        area, x, y = area + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    if abs(area) < 1e-9:
        return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
    return x / (3 * area), y / (3 * area)


def side_by_side(points: Sequence[Point], step: float) -> list[Point]:
    """Return *points*, those that lie on one spot moved apart on rings around it, *step* from each other."""
    seen: dict[tuple[int, int], int] = {}
    moved = []
    for x, y in points:
        spot = round(x / 2), round(y / 2)
        number = seen.get(spot, 0)
        seen[spot] = number + 1
        moved.append(_on_ring(x, y, number, step))
    return moved


def _on_ring(x: float, y: float, number: int, step: float) -> Point:
    if number == 0:
        return x, y
    ring, first = 1, 1
    while number >= first + 6 * ring:
        first += 6 * ring
        ring += 1
    angle = 2 * math.pi * (number - first) / (6 * ring)
    return x + ring * step * math.cos(angle), y + ring * step * math.sin(angle)
