"""Where the disaster is: townships that shake or stand under water, the reach of a cloud, the ring around a leak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.types import NEVER, Text
from sim.drill.copies import Copy
from sim.drill.scenery.rings import Ring, circle, clean, hull
from sim.hazard.geometry import moved, offset_km
from sim.hazard.release import Release
from sim.response.log import DONE, GasLog

FELT = 6.0
"""Intensity from which a township is drawn: slight damage begins."""
WET_M = 0.01
GAS = ((3, "gas_red"), (2, "gas_orange"), (1, "gas_yellow"))
TOUCHES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """An area, with the scenario minutes in which it is there."""

    layer: str
    key: str
    """Of its name: ``scenery.place.<key>``."""
    name: Text
    """Of the township or vessel."""
    value: str
    ring: Ring
    from_min: float
    to_min: float
    about: tuple[tuple[str, str], ...]


def hazard_zones(city: City, copy: Copy) -> Iterator[Spell]:
    """Give every area of the disaster: outlines of townships, hulls of clouds, circles of cordons.

    The outline of a township stands for all of it: where in it the water is, no scenario says. A cloud is drawn as the
    convex hull of the vessel and all cells that came to its level over the whole course.
    """
    yield from _shaken(city, copy)
    yield from _wet(city, copy)
    for row in copy.log.gas:
        yield from _gas(copy, row)
        yield from _cordon(copy, row)


def zone_ring(city: City, zone: int) -> Ring | None:
    """Return the outer ring of a township; ``None`` if the city has no outline of it."""
    outline = next((each for each in city.zone_outlines if each.code == city.zones.code[zone]), None)
    return clean(outline.rings[0]) if outline is not None and outline.rings else None


def _shaken(city: City, copy: Copy) -> Iterator[Spell]:
    """Give the intensity of the first event where it is felt; it stays on the map."""
    intensity = copy.scenario.fields.get("intensity")
    if intensity is None:
        return
    for zone in np.flatnonzero(intensity[0] >= FELT).tolist():
        ring = zone_ring(city, zone)
        if ring is not None:
            value = f"{float(intensity[0][zone]):.1f}"
            yield Spell(
                layer="hazard_zone", key="intensity", name=city.zones.name[zone], value=value, ring=ring,
                from_min=copy.scenario.events[0].start_min, to_min=NEVER,
                about=(("zone", city.zones.code[zone]), ("intensity", value)),
            )


def _wet(city: City, copy: Copy) -> Iterator[Spell]:
    """Give the townships with water, from its first minute to its last."""
    series = copy.scenario.series.get("depth_m")
    if series is None:
        return
    for zone in np.flatnonzero(series.value.max(axis=0) >= WET_M).tolist():
        ring, there = zone_ring(city, zone), np.flatnonzero(series.value[:, zone] >= WET_M)
        if ring is not None:
            last, value = int(there[-1]) + 1, f"{float(series.value[:, zone].max()):.1f}"
            yield Spell(
                layer="hazard_zone", key="water", name=city.zones.name[zone], value=value, ring=ring,
                from_min=float(series.minute[there[0]]),
                to_min=float(series.minute[last]) if last < len(series.minute) else NEVER,
                about=(("zone", city.zones.code[zone]), ("max_depth_m", value)),
            )


def _gas(copy: Copy, row: GasLog) -> Iterator[Spell]:
    release = copy.scenario.releases[row.release]
    for level, key in GAS:
        ring = cloud_ring(release, row, level)
        if ring is not None:
            yield Spell(
                layer="hazard_zone", key=key, name=release.name, value="", ring=ring, from_min=row.began_min,
                to_min=row.ended_min, about=(("vessel", release.vessel), ("level", key.removeprefix("gas_"))),
            )


def cloud_ring(release: Release, row: GasLog, level: int) -> Ring | None:
    """Return the convex hull of the vessel and the cells that came to *level* or worse; ``None`` if there are none.

    Cells are discs of their area; the hull touches them in :data:`TOUCHES` directions.
    """
    cells, reached = release.cells, row.cell_level >= level
    if not reached.any():
        return None
    east, north = offset_km(release.lon, release.lat, cells.lon[reached], cells.lat[reached])
    east, north = np.append(east, 0.0), np.append(north, 0.0)
    radius = np.append(cells.radius_m[reached] / 1e3, 0.0)
    turn = np.arange(TOUCHES) * 2.0 * np.pi / TOUCHES
    far = (np.outer(np.cos(turn), east) + np.outer(np.sin(turn), north) + radius).argmax(axis=1)
    corners = zip(
        (east[far] + radius[far] * np.cos(turn)).tolist(), (north[far] + radius[far] * np.sin(turn)).tolist(),
        strict=True,
    )
    ring = hull([moved(release.lon, release.lat, x, y) for x, y in corners])
    return clean(ring[:-1]) if ring is not None else None


def _cordon(copy: Copy, row: GasLog) -> Iterator[Spell]:
    """Give the isolation distance around a leak, from when it is shut off until the gas has gone."""
    release, log = copy.scenario.releases[row.release], copy.log
    if release.cordon < 0 or release.isolation_m <= 0.0 or log.demands.state[release.cordon] != DONE:
        return
    stands = float(log.demands.done_min[release.cordon])
    if stands < row.ended_min:
        yield Spell(
            layer="cordon", key="cordon", name=release.name, value=f"{release.isolation_m:.0f}",
            ring=circle(release.lon, release.lat, release.isolation_m / 1e3), from_min=stands, to_min=row.ended_min,
            about=(("radius_m", f"{release.isolation_m:.0f}"),),
        )
