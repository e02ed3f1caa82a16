"""The water of a city as it stands before any rain: gullies, basins, low ground, river and dykes, as frozen arrays.

Row *i* of every array of a table is the same thing; other tables point to it by its index, never by its code.
Units are in the names; levels of a river are metres above the gauge zero of its station.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.common.types import Floats, Ints, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Gullies:
    """Mountain gullies (山洪沟): catchment, mouth, and the channel that leads on from the mouth."""

    gully_id: tuple[str, ...]
    name: tuple[Text, ...]
    catchment_km2: Floats
    mouth_lon: Floats
    mouth_lat: Floats
    centroid_lon: Floats
    centroid_lat: Floats
    length_km: Floats
    slope: Floats
    concentration_time_h: Floats
    curve_number: Floats
    q20_m3s: Floats
    q50_m3s: Floats
    q100_m3s: Floats
    zones: tuple[tuple[int, ...], ...]
    """Townships below each gully."""
    channel_m3s: Floats
    """What the channel between its guide dykes holds at the mouth; more leaves it."""
    channel_depth_m: Floats
    low_dyke_m: Floats
    """Length of the guide dyke's low stretch, which goes first."""
    basin: Ints
    """Index of the detention basin that the channel feeds; -1: it leads to a drain and out of the city."""
    reach_km: Floats
    reach_slope: Floats
    crossing_width_m: Floats
    culvert_m3s: Floats
    """What passes under a road that crosses the gully; more runs over the road."""

    def __len__(self) -> int:
        return len(self.gully_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterBodies:
    """Detention basins, lakes and drains as the city lists them; ``storage_m3`` is 0 where none is known."""

    wb_id: tuple[str, ...]
    name: tuple[Text, ...]
    kind: tuple[str, ...]
    lon: Floats
    lat: Floats
    storage_m3: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Basins:
    """Detention basins (拦洪库) whose embankment, spillway and outlet are known; heights above the floor."""

    body: Ints
    """Index in :class:`WaterBodies`."""
    storage_m3: Floats
    """Held up to the spillway."""
    spill_height_m: Floats
    crest_height_m: Floats
    spill_width_m: Floats
    overtop_width_m: Floats
    outlet_m3s: Floats
    """Flow of the outlet when the water stands at the spillway."""

    def __len__(self) -> int:
        return len(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodPaths:
    """The ways that water takes from a gully or a basin through a township."""

    origin: Ints
    """Index of the gully, or number of gullies + index of the basin."""
    zone: Ints
    share: Floats
    """Of the water that leaves the origin; the shares of an origin sum to 1."""
    width_m: Floats
    slope: Floats
    length_km: Floats
    people_share: Floats
    """Of the township's people who live in the path."""

    def __len__(self) -> int:
        return len(self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Low ground of each zone: what share lies lower than each height above the lowest drain.

    ``height_m`` shape (levels,), the shares (zones, levels); shares never fall and need not reach 1.
    """

    height_m: Floats
    area_share: Floats
    people_share: Floats
    road_share: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Drainage:
    """What each zone's ground does with water."""

    local_area_km2: Floats
    """The part that drains to the zone's own low ground; area shares of :class:`Levels` are of it."""
    curve_number: Floats
    drain_m3s: Floats
    concentration_time_h: Floats
    farm_share: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Stations:
    """River stations from upstream to downstream with their rating ``Q = rating_c (h - zero_flow_m)^1.6``."""

    station_id: tuple[str, ...]
    name: tuple[Text, ...]
    lon: Floats
    lat: Floats
    chainage_km: Floats
    bed_m: Floats
    zero_flow_m: Floats
    rating_c: Floats
    bankfull_m3s: Floats
    mean_m3s: Floats
    jam_weight: Floats
    """How often an ice jam stands here rather than elsewhere."""

    def __len__(self) -> int:
        return len(self.station_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dykes:
    """River dykes, each before one zone; levels above the gauge zero of the station."""

    dyke_id: tuple[str, ...]
    name: tuple[Text, ...]
    zone: Ints
    station: Ints
    length_km: Floats
    standard_y: Floats
    crest_m: Floats
    ground_m: Floats
    """Lowest ground behind."""
    breach_width_m: Floats
    low_stretch_m: Floats
    """Length of the lowest stretch, over which the water comes first."""

    def __len__(self) -> int:
        return len(self.dyke_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floodplains:
    """Inhabited ground between a river and its dykes (滩地)."""

    zone: Ints
    station: Ints
    ground_low_m: Floats
    ground_high_m: Floats
    people_share: Floats
    area_km2: Floats

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """All that a flood needs to know of a city.

    Without gullies there are no flash floods, without stations no floods of the river.
    """

    gullies: Gullies
    bodies: WaterBodies
    basins: Basins
    paths: FloodPaths
    levels: Levels
    drainage: Drainage
    stations: Stations
    dykes: Dykes
    floodplains: Floodplains
    hydrology: tuple[Mapping[str, str], ...]
    """``hydrology.csv`` as it stands: known floods and design flows, to compare with."""
    design_rain: tuple[Mapping[str, str], ...]
    """``rain_intensity.csv`` as it stands."""
