"""Reads the water of a city: gullies, basins, low ground, river stations and dykes.

A city without ``gullies.csv`` has no flash floods, one without ``river_stations.csv`` no river floods and no ice jams;
with neither there is no water to read. What stands there must be whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import Roads, Zones
from sim.city.table import Column, Problems, Table, check_unique, has_table, look_up, read_table
from sim.city.water_checks import (
    check_basins,
    check_cover,
    check_dykes,
    check_flood_paths_of_roads,
    check_gullies,
    check_levels,
    check_shares,
    check_stations,
)
from sim.city.water_model import (
    Basins,
    Drainage,
    Dykes,
    FloodPaths,
    Floodplains,
    Gullies,
    Levels,
    Stations,
    Water,
    WaterBodies,
)
from sim.common.types import Floats, Ints, Text, frozen

INF = float("inf")
TAIL = (Column("source"), Column("confidence"))
NAMES = (Column("name_zh"), Column("name_en"))
POINT = (Column("lon", float, -180.0, 180.0), Column("lat", float, -90.0, 90.0))


def _more(*names: str, low: float = 0.0, high: float = INF) -> tuple[Column, ...]:
    return tuple(Column(name, float, low, high) for name in names)


TINY = 1e-6
GULLY_TABLES = {
    "gullies": (
        Column("gully_id"), Column("name_zh"), Column("name_pinyin"), *_more("catchment_km2", low=TINY),
        Column("mouth_lon", float, -180.0, 180.0), Column("mouth_lat", float, -90.0, 90.0),
        *_more("concentration_time_h", "q20_m3s", "q50_m3s", "q100_m3s", low=TINY), Column("downstream_townships"),
        Column("in_city_six", required=False), Column("note", required=False), *TAIL,
    ),
    "gully_channels": (
        Column("gully_id"), *_more("length_km", low=TINY), *_more("slope", low=TINY, high=1.0),
        Column("centroid_lon", float, -180.0, 180.0), Column("centroid_lat", float, -90.0, 90.0),
        *_more("curve_number", low=30.0, high=100.0), *_more("channel_m3s"), *_more("channel_depth_m", low=TINY),
        *_more("low_dyke_m"), Column("basin"), *_more("reach_km"), *_more("reach_slope", low=TINY, high=1.0),
        *_more("crossing_width_m", low=TINY), *_more("culvert_m3s"), *TAIL,
    ),
    "flood_paths": (
        Column("from_id"), Column("code"), *_more("share", high=1.0), *_more("width_m", low=TINY),
        *_more("slope", low=TINY, high=1.0), *_more("length_km"), *_more("people_share", high=1.0), *TAIL,
    ),
}
BASIN_TABLES = {
    "water_bodies": (
        Column("wb_id"), *NAMES, Column("kind"), *POINT, Column("flood_storage_10k_m3", float, 0.0, blank=0.0),
        Column("note", required=False), *TAIL,
    ),
    "basins": (
        Column("wb_id"), *_more("spill_height_m", "crest_height_m", low=TINY),
        *_more("spill_width_m", "overtop_width_m", "outlet_m3s"), *TAIL,
    ),
}
GROUND_TABLES = {
    "hypsometry": (
        Column("code"), *_more("height_m"), *_more("area_share", "people_share", "road_share", high=1.0), *TAIL
    ),
    "zone_drainage": (
        Column("code"), *_more("local_area_km2", low=TINY), *_more("curve_number", low=30.0, high=100.0),
        *_more("drain_m3s"), *_more("concentration_time_h", low=TINY), *_more("farm_share", high=1.0), *TAIL,
    ),
}
RIVER_TABLES = {
    "river_stations": (
        Column("station_id"), *NAMES, *POINT, *_more("chainage_km"), *_more("bed_m", "zero_flow_m", low=-1e4, high=1e4),
        *_more("rating_c", "bankfull_m3s", "mean_m3s", low=TINY), *_more("jam_weight"), *TAIL,
    ),
    "dykes": (
        Column("dyke_id"), *NAMES, Column("code"), Column("station_id"), *_more("length_km", "standard_y", low=TINY),
        *_more("crest_m", "ground_m", low=-1e4, high=1e4), *_more("breach_width_m", low=TINY), *_more("low_stretch_m"),
        *TAIL,
    ),
    "floodplains": (
        Column("code"), Column("station_id"), *_more("ground_low_m", "ground_high_m", low=-1e4, high=1e4),
        *_more("people_share", high=1.0), *_more("area_km2"), *TAIL,
    ),
}
RECORD_TABLES = {
    "hydrology": (
        Column("item_zh"), Column("item_en"), Column("value", float), Column("unit"), Column("year", required=False),
        *TAIL,
    ),
    "rain_intensity": (*_more("return_period_y", "max_1h_mm", "max_6h_mm", "max_24h_mm", low=TINY), *TAIL),
}
TORN = (
    "missing_file", "missing_column", "empty_file", "no_rows", "unreadable_file", "encoding", "separator", "excel_file",
)


def read_water(folder: Path, zones: Zones, roads: Roads, problems: Problems) -> tuple[Water | None, list[Table]]:
    """Read the water tables of *folder*; every problem found goes into *problems*.

    Returns the water (``None`` if the city has neither gullies nor river stations, or if something is wrong with
    them) and the tables read.
    """
    known = len(problems)
    tables = _tables(folder, problems)
    if not tables:
        return None, []
    if any(problem.code in TORN for problem in problems[known:]):
        return None, list(tables.values())
    t = {name: tables.get(name, Table(f"{name}.csv")) for group in GROUPS for name in group}
    _check(t, zones, roads, problems)
    spots = _spots(t, zones, problems)
    water = _water(t, spots, zones) if len(problems) == known else None
    return water, list(tables.values())


GROUPS = (GULLY_TABLES, BASIN_TABLES, GROUND_TABLES, RIVER_TABLES, RECORD_TABLES)


def _tables(folder: Path, problems: Problems) -> dict[str, Table]:
    """Read the tables that belong together: each group as soon as its first table exists."""
    gullies, river = (has_table(folder / f"{name}.csv") for name in ("gullies", "river_stations"))
    if not gullies and not river:
        return {}
    wanted = dict(GROUND_TABLES)
    if gullies:
        wanted |= GULLY_TABLES
        wanted |= BASIN_TABLES if any(has_table(folder / f"{name}.csv") for name in BASIN_TABLES) else {}
    wanted |= RIVER_TABLES if river else {}
    wanted |= {name: columns for name, columns in RECORD_TABLES.items() if has_table(folder / f"{name}.csv")}
    return {name: read_table(folder / f"{name}.csv", columns, problems) for name, columns in wanted.items()}


def _check(t: dict[str, Table], zones: Zones, roads: Roads, problems: Problems) -> None:
    for name, key in (
        ("gullies", "gully_id"), ("gully_channels", "gully_id"), ("water_bodies", "wb_id"), ("basins", "wb_id"),
        ("zone_drainage", "code"), ("river_stations", "station_id"), ("dykes", "dyke_id"),
    ):
        check_unique(t[name], key, problems)
    check_gullies(t["gullies"], t["flood_paths"], zones, problems)
    check_cover(t["gully_channels"], "gully_id", t["gullies"].values.get("gully_id", []), "gully", problems)
    check_cover(t["hypsometry"], "code", zones.code, "township", problems)
    check_cover(t["zone_drainage"], "code", zones.code, "township", problems)
    check_levels(t["hypsometry"], problems)
    origins = [*t["gullies"].values.get("gully_id", []), *t["basins"].values.get("wb_id", [])]
    check_cover(t["flood_paths"], "from_id", origins, "gully", problems, strangers=False)
    check_shares(t["flood_paths"], problems)
    check_basins(t["basins"], t["water_bodies"], problems)
    check_stations(t["river_stations"], problems)
    check_dykes(t["dykes"], t["floodplains"], t["river_stations"], problems)
    check_flood_paths_of_roads(roads, t["gullies"], problems)


def _spots(t: dict[str, Table], zones: Zones, problems: Problems) -> dict[str, Ints]:
    """Return the index that each reference leads to; those that lead nowhere are problems."""
    zone = {code: i for i, code in enumerate(zones.code)}
    bodies, basins = _index(t["water_bodies"], "wb_id"), _index(t["basins"], "wb_id")
    gullies, stations = _index(t["gullies"], "gully_id"), _index(t["river_stations"], "station_id")
    origin = gullies | {wb_id: len(gullies) + i for wb_id, i in basins.items()}
    paths, dykes, plains = t["flood_paths"], t["dykes"], t["floodplains"]
    found = {
        "basin body": look_up(t["basins"], "wb_id", bodies, problems, "basin"),
        "path origin": look_up(paths, "from_id", origin, problems, "gully"),
        "path zone": look_up(paths, "code", zone, problems, "township"),
        "dyke zone": look_up(dykes, "code", zone, problems, "township"),
        "dyke station": look_up(dykes, "station_id", stations, problems, "station"),
        "plain zone": look_up(plains, "code", zone, problems, "township"),
        "plain station": look_up(plains, "station_id", stations, problems, "station"),
        "gully basin": look_up(t["gully_channels"], "basin", basins | {"": -1}, problems, "basin"),
    }
    return {name: _ints(indices) for name, indices in found.items()}


def _water(t: dict[str, Table], spots: dict[str, Ints], zones: Zones) -> Water:
    zone = {code: i for i, code in enumerate(zones.code)}
    paths, dykes, plains = t["flood_paths"], t["dykes"], t["floodplains"]
    return Water(
        gullies=_gullies(t["gullies"], t["gully_channels"], spots["gully basin"], zone),
        bodies=_bodies(t["water_bodies"]),
        basins=_basins(t["basins"], t["water_bodies"], spots["basin body"]),
        paths=FloodPaths(
            origin=spots["path origin"], zone=spots["path zone"],
            **_columns(paths, ("share", "width_m", "slope", "length_km", "people_share")),
        ),
        levels=_levels(t["hypsometry"], zones), drainage=_drainage(t["zone_drainage"], zones),
        stations=_stations(t["river_stations"]),
        dykes=Dykes(
            dyke_id=tuple(dykes.values.get("dyke_id", ())), name=_names(dykes), zone=spots["dyke zone"],
            station=spots["dyke station"],
            **_columns(dykes, ("length_km", "standard_y", "crest_m", "ground_m", "breach_width_m", "low_stretch_m")),
        ),
        floodplains=Floodplains(
            zone=spots["plain zone"], station=spots["plain station"],
            **_columns(plains, ("ground_low_m", "ground_high_m", "people_share", "area_km2")),
        ),
        hydrology=_records(t["hydrology"]), design_rain=_records(t["rain_intensity"]),
    )


def _gullies(table: Table, channels: Table, basin: Ints, zone: dict[str, int]) -> Gullies:
    words = table.values.get("downstream_townships", [])
    row = _index(channels, "gully_id")
    order = [row[gully] for gully in table.values.get("gully_id", [])]
    own = ("catchment_km2", "mouth_lon", "mouth_lat", "concentration_time_h", "q20_m3s", "q50_m3s", "q100_m3s")
    more = (
        "length_km", "slope", "centroid_lon", "centroid_lat", "curve_number", "channel_m3s", "channel_depth_m",
        "low_dyke_m", "reach_km", "reach_slope", "crossing_width_m", "culvert_m3s",
    )
    pairs = zip(table.values.get("name_zh", []), table.values.get("name_pinyin", []), strict=True)
    return Gullies(
        gully_id=tuple(table.values.get("gully_id", ())), name=tuple(Text(zh, en) for zh, en in pairs),
        zones=tuple(tuple(zone[code] for code in word.split(";") if code) for word in words),
        basin=_ints(basin[order].tolist()), **_columns(table, own), **_columns(channels, more, order),
    )


def _bodies(table: Table) -> WaterBodies:
    storage = np.array(table.values.get("flood_storage_10k_m3", []), dtype=np.float64) * 1e4
    return WaterBodies(
        wb_id=tuple(table.values.get("wb_id", ())), name=_names(table), kind=tuple(table.values.get("kind", ())),
        storage_m3=frozen(storage), **_columns(table, ("lon", "lat")),
    )


def _basins(table: Table, bodies: Table, body: Ints) -> Basins:
    storage = np.array(bodies.values.get("flood_storage_10k_m3", []), dtype=np.float64)[body] * 1e4
    names = ("spill_height_m", "crest_height_m", "spill_width_m", "overtop_width_m", "outlet_m3s")
    return Basins(body=body, storage_m3=frozen(storage), **_columns(table, names))


def _levels(table: Table, zones: Zones) -> Levels:
    heights = sorted(set(table["height_m"]))
    index = {height: k for k, height in enumerate(heights)}
    names = ("area_share", "people_share", "road_share")
    shares = {name: np.zeros((len(zones), len(heights))) for name in names}
    zone = {code: i for i, code in enumerate(zones.code)}
    for row in table.records():
        for name in names:
            shares[name][zone[row["code"]], index[row["height_m"]]] = row[name]
    return Levels(height_m=_floats(heights), **{name: frozen(array) for name, array in shares.items()})


def _drainage(table: Table, zones: Zones) -> Drainage:
    row = _index(table, "code")
    order = [row[code] for code in zones.code]
    names = ("local_area_km2", "curve_number", "drain_m3s", "concentration_time_h", "farm_share")
    return Drainage(**_columns(table, names, order))


def _stations(table: Table) -> Stations:
    names = (
        "lon", "lat", "chainage_km", "bed_m", "zero_flow_m", "rating_c", "bankfull_m3s", "mean_m3s", "jam_weight"
    )
    return Stations(station_id=tuple(table.values.get("station_id", ())), name=_names(table), **_columns(table, names))


def _index(table: Table, column: str) -> dict[str, int]:
    return {value: i for i, value in enumerate(table.values.get(column, []))}


def _names(table: Table) -> tuple[Text, ...]:
    zh, en = table.values.get("name_zh", []), table.values.get("name_en", [])
    return tuple(Text(a, b) for a, b in zip(zh, en, strict=True))


def _records(table: Table) -> tuple[dict[str, str], ...]:
    return tuple({key: str(value) for key, value in row.items()} for row in table.records())


def _columns(table: Table, names: Sequence[str], order: Sequence[int] | None = None) -> dict[str, Any]:
    """Return the columns *names* as arrays, the rows in *order*."""
    columns = {name: np.array(table.values.get(name, []), dtype=np.float64) for name in names}
    return {name: frozen(array if order is None else array[list(order)]) for name, array in columns.items()}


def _ints(values: Sequence[int]) -> Ints:
    return np.asarray(frozen(np.array(values, dtype=np.int64)))


def _floats(values: Sequence[float]) -> Floats:
    return np.asarray(frozen(np.array(values, dtype=np.float64)))
