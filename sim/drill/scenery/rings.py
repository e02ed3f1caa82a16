"""Closed rings of longitude and latitude that every reader of maps accepts: closed, anticlockwise, not crossing itself.

Degrees are taken as they are: what is asked here (turning, crossing, hulls) does not change if one axis is stretched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.hazard.geometry import moved

Point = tuple[float, float]
Ring = tuple[Point, ...]

MOST = 120
"""A ring with more corners is thinned out: warnings are sent over narrow links."""
DECIMALS = 5
"""About a metre."""
CIRCLE = 32
"""Corners of a circle."""


def clean(corners: Sequence[Point]) -> Ring | None:
    """Return *corners* as a ring; ``None`` if they enclose nothing.

    Repeated points go, a ring with more than :data:`MOST` corners is thinned out, and one that crosses itself is
    replaced by its convex hull: rather too much area than none.
    """
    points = [(round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in corners]
    ring = [point for i, point in enumerate(points) if point != points[i - 1]] if len(points) > 1 else points
    ring = _thinned(ring)
    if len(ring) < 3:
        return None
    if not is_simple(ring):
        return hull(ring)
    if area(ring) == 0.0:
        return None
    ring = ring if area(ring) > 0.0 else ring[::-1]
    return (*ring, ring[0])


def area(ring: Sequence[Point]) -> float:
    """Return the area in square degrees, negative if the corners go round clockwise; open or closed alike."""
    x, y = np.array(ring).T
    return 0.5 * float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def is_simple(ring: Sequence[Point]) -> bool:
    """Tell whether no two sides of an open ring cross or touch, but for neighbours in their common corner."""
    n = len(ring)
    sides = [(ring[i], ring[(i + 1) % n]) for i in range(n)]
    return not any(
        _meet(*sides[i], *sides[j]) for i in range(n) for j in range(i + 2, n) if (j + 1) % n != i
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    one, two, three, four = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if ((one > 0) != (two > 0)) and ((three > 0) != (four > 0)) and 0.0 not in (one, two, three, four):
        return True
    on = ((one, a, b, c), (two, a, b, d), (three, c, d, a), (four, c, d, b))
    return any(turn == 0.0 and _within(start, end, point) for turn, start, end, point in on)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(a: Point, b: Point, c: Point) -> bool:
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def hull(points: Sequence[Point]) -> Ring | None:
    """Return the convex hull of *points* as a closed ring (Andrew's monotone chain); ``None`` if it has no area."""
    ordered = sorted(set(points))
    half: list[Point] = []
    for way in (ordered, ordered[::-1]):
        part: list[Point] = []
        for point in way:
            while len(part) > 1 and _turn(part[-2], part[-1], point) <= 0.0:
                part.pop()
            part.append(point)
        half += part[:-1]
    return (*half, half[0]) if len(half) > 2 else None


def circle(lon: float, lat: float, km: float) -> Ring:
    """Return the ring of *km* around a point."""
    turns = np.arange(CIRCLE) * 2.0 * math.pi / CIRCLE
    ring = [moved(lon, lat, km * math.cos(turn), km * math.sin(turn)) for turn in turns.tolist()]
    corners = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in ring]
    return (*corners, corners[0])


def _thinned(ring: list[Point]) -> list[Point]:
    """Return *ring* without the corners that make the least difference (Visvalingam), until few enough are left."""
    ring = list(ring)
    while len(ring) > MOST:
        gone = [abs(_turn(ring[i - 1], ring[i], ring[(i + 1) % len(ring)])) for i in range(len(ring))]
        del ring[int(np.argmin(gone))]
    return ring
