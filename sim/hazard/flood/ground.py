"""What of a city's water does not change from flood to flood, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.city.facilities import nearest_zones
from sim.city.model import City
from sim.city.water_model import Water
from sim.common.coefficients import Coefficients
from sim.common.identity import ById
from sim.common.types import Floats, Ints
from sim.hazard.flood.cell import disc_points
from sim.hazard.flood.field import SHARES
from sim.hazard.flood.inundation import heights_of_shares, volume_below_m3
from sim.hazard.flood.routing import Pool, celerity_ms, muskingum_kernel
from sim.hazard.flood.unit_hydrograph import unit_hydrograph

FLASH_STEP_MIN, RIVER_STEP_MIN = 5.0, 60.0
CLASSES = ("motorway", "trunk", "bridge")
"""Roads that stand above the ground; all others follow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodGround:
    """Kernels of flow, heights of people and roads, discs that the rain falls on."""

    water: Water
    mouth: tuple[Floats, ...]
    """Flow at each gully's mouth after 1 mm of runoff in one step."""
    below: tuple[Floats, ...]
    """The same at the end of the reach behind the mouth."""
    own: tuple[Floats, ...]
    """Flow into each zone's low ground after 1 mm on its own area."""
    lon: Floats
    lat: Floats
    """Gullies' catchments, then zones."""
    disc_east: Floats
    disc_north: Floats
    people_height_m: Floats
    """Of each share of the people, (zones, SHARES)."""
    below_m3: Floats
    path_shares: Ints
    """How many of a zone's shares live in each flood path."""
    road_height_m: Floats
    """Of the lowest part of each road above the zone's lowest drain."""
    road_raise_m: Floats
    edge_zone: Ints
    crossings: tuple[tuple[int, int], ...]
    """(edge, gully) where a road crosses a flood path."""
    pools: tuple[Pool, ...]


def ground_of(city: City, water: Water, c: Coefficients) -> FloodGround:
    """Return the ground of *city*, from memory if it has been asked for before."""
    return _ground(ById(city), ById(water), ById(c))


@lru_cache(maxsize=8)
def _ground(city_key: ById[City], water_key: ById[Water], c_key: ById[Coefficients]) -> FloodGround:
    city, water, c = city_key.it, water_key.it, c_key.it
    g, z, d = water.gullies, city.zones, water.drainage
    lon, lat = np.concatenate([g.centroid_lon, z.lon]), np.concatenate([g.centroid_lat, z.lat])
    east, north = disc_points(np.concatenate([g.catchment_km2, z.area_km2]))
    share = (np.arange(SHARES) + 0.5) / SHARES
    roads = city.roads
    edge_zone = nearest_zones(
        0.5 * (roads.node_lon[roads.u] + roads.node_lon[roads.v]),
        0.5 * (roads.node_lat[roads.u] + roads.node_lat[roads.v]), z,
    )
    road_height = heights_of_shares(water.levels, np.array([c["road_low_share"]]), water.levels.road_share)[:, 0]
    step_h = FLASH_STEP_MIN / 60.0
    mouth = tuple(
        unit_hydrograph(area, tc, step_h)
        for area, tc in zip(g.catchment_km2.tolist(), g.concentration_time_h.tolist(), strict=True)
    )
    return FloodGround(
        water=water, mouth=mouth,
        below=tuple(_routed(kernel, water, i, c, step_h) for i, kernel in enumerate(mouth)),
        own=tuple(
            unit_hydrograph(area, tc, step_h)
            for area, tc in zip(d.local_area_km2.tolist(), d.concentration_time_h.tolist(), strict=True)
        ),
        lon=lon, lat=lat, disc_east=east, disc_north=north,
        people_height_m=heights_of_shares(water.levels, share, water.levels.people_share),
        below_m3=volume_below_m3(water.levels, d.local_area_km2),
        path_shares=np.round(water.paths.people_share * SHARES).astype(np.int64),
        road_height_m=road_height[edge_zone], road_raise_m=np.array([_raise_m(word, c) for word in roads.road_class]),
        edge_zone=edge_zone, crossings=_crossings(city, water), pools=_pools(water, c),
    )


def _routed(kernel: Floats, water: Water, i: int, c: Coefficients, step_h: float) -> Floats:
    g = water.gullies
    speed = celerity_ms(c["channel_radius_m"], float(g.reach_slope[i]), c["channel_n"])
    return muskingum_kernel(kernel, float(g.reach_km[i]) / (3.6 * speed), c["muskingum_x_gully"], step_h)


def _raise_m(road_class: str, c: Coefficients) -> float:
    return c[f"road_raise_{road_class if road_class in CLASSES else 'other'}_m"]


def _crossings(city: City, water: Water) -> tuple[tuple[int, int], ...]:
    g = water.gullies
    index = {name.zh: i for i, name in enumerate(g.name)} | {gully: i for i, gully in enumerate(g.gully_id)}
    words = ((edge, part.strip()) for edge, word in enumerate(city.roads.flood_path) for part in word.split(";"))
    return tuple((edge, index[word]) for edge, word in words if word in index)


def _pools(water: Water, c: Coefficients) -> tuple[Pool, ...]:
    b = water.basins
    names = ("storage_m3", "spill_height_m", "crest_height_m", "spill_width_m", "overtop_width_m", "outlet_m3s")
    rows = zip(*(getattr(b, name).tolist() for name in names), strict=True)
    return tuple(Pool(shape=c["basin_shape"], **dict(zip(names, row, strict=True))) for row in rows)
