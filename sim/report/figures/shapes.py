"""The outlines of a cloud's cells on the ground: sectors of rings around the vessel, discs for those that are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats
from sim.hazard.geometry import offset_km
from sim.hazard.release import Release

SAME_RING = 1e-4
"""Cells whose distances differ by less than this share lie in one ring."""
RING_CELLS = 3
"""Fewer at one distance are no ring."""
STEP_RAD = np.radians(8.0)
CORNERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A closed outline, kilometres east and north of the vessel."""

    east: Floats
    north: Floats


def shapes_of(release: Release) -> list[Shape]:
    """Return the outline of every cell of *release*.

    Cells were laid out ring by ring from the vessel outwards, without gaps: their distances give the rings' edges, and
    their areas how wide they are.
    """
    cells = release.cells
    east, north = offset_km(release.lon, release.lat, cells.lon, cells.lat)
    radius, distance = cells.radius_m / 1e3, np.hypot(east, north)
    inner, outer = _edges(distance)
    shapes = []
    for i in range(len(distance)):
        span = outer[i] ** 2 - inner[i] ** 2
        width = 2.0 * np.pi * radius[i] ** 2 / span if span > 0.0 else np.inf
        if width <= 2.0 * np.pi * (1.0 + SAME_RING):
            shapes.append(_sector(float(np.arctan2(east[i], north[i])), float(width), float(inner[i]), float(outer[i])))
        else:
            shapes.append(_disc(float(east[i]), float(north[i]), float(radius[i])))
    return shapes


def _edges(distance: Floats) -> tuple[Floats, Floats]:
    """Return between which radii each cell lies; zeros for those that lie in no ring.

    A cell's middle halves the area of its ring, so that each ring's outer edge follows from its inner one.
    """
    inner, outer = np.zeros(len(distance)), np.zeros(len(distance))
    order = np.argsort(distance, kind="stable")
    ends = np.flatnonzero(np.diff(distance[order]) > SAME_RING * distance[order][1:]) + 1
    edge = 0.0
    for ring in np.split(order, ends):
        if len(ring) < RING_CELLS:
            continue
        far = 2.0 * float(distance[ring].mean()) ** 2 - edge**2
        if far <= edge**2:
            break
        inner[ring], outer[ring] = edge, np.sqrt(far)
        edge = float(np.sqrt(far))
    return inner, outer


def _sector(middle: float, width: float, inner: float, outer: float) -> Shape:
    steps = max(2, int(np.ceil(width / STEP_RAD)) + 1)
    angle = middle + np.linspace(-0.5, 0.5, steps) * width
    there, back = angle, angle[::-1] if inner > 0.0 else angle[:1]
    far, near = np.full(len(there), outer), np.full(len(back), inner)
    radius, turn = np.concatenate([far, near, far[:1]]), np.concatenate([there, back, there[:1]])
    return Shape(east=radius * np.sin(turn), north=radius * np.cos(turn))


def _disc(east: float, north: float, radius: float) -> Shape:
    turn = np.linspace(0.0, 2.0 * np.pi, CORNERS + 1)
    return Shape(east=east + radius * np.sin(turn), north=north + radius * np.cos(turn))
