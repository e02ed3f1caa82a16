"""Reads what stands in a city: hospitals, shelters, plants, warning devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import ChemicalSites, Devices, Hospitals, Outline, Roads, Shelters, Zones
from sim.city.places import km_apart, km_outside
from sim.city.table import Column, Problems, Table, check_unique, look_up, read_table
from sim.common.types import Ints, Text, frozen

LON, LAT = Column("lon", float, -180.0, 180.0), Column("lat", float, -90.0, 90.0)
TAIL = (Column("synthetic", int, low=0, high=1, required=False, blank=0), Column("source"), Column("confidence"))
NEAR_OUTLINE_KM = 3.0
"""Outlines are drawn roughly: a plant so near to one still stands in the city."""
NEAR_CENTRE_KM = 30.0
"""Where there are no outlines: a plant farther from every township's centre stands in none."""


def read_hospitals(folder: Path, roads: Roads, zones: Zones, problems: Problems) -> tuple[Hospitals, Table]:
    """Read ``hospitals.csv``; a hospital belongs to the zone of its node."""
    table = read_table(
        folder / "hospitals.csv",
        (
            Column("hospital_id"), Column("name_zh"), Column("name_en"), Column("level", int, low=1, high=3),
            Column("beds", int, low=0), Column("icu_beds", int, low=0), Column("ed_surge_per_h", int, low=0),
            Column("nearest_node"), Column("county_code"), LON, LAT, *TAIL,
        ),
        problems,
    )
    check_unique(table, "hospital_id", problems)
    node = _nodes(table, "nearest_node", roads, problems)
    hospitals = Hospitals(
        hospital_id=_words(table, "hospital_id"), name=_names(table), level=_ints(table, "level"),
        beds=_ints(table, "beds"), icu_beds=_ints(table, "icu_beds"), surge_per_h=_ints(table, "ed_surge_per_h"),
        node=node, zone=_zones_of(node, roads, zones),
    )
    return hospitals, table


def read_shelters(folder: Path, roads: Roads, zones: Zones, problems: Problems) -> tuple[Shelters, Table]:
    """Read ``shelters.csv``."""
    table = read_table(
        folder / "shelters.csv",
        (
            Column("shelter_id"), Column("name_zh"), Column("name_en"), Column("kind"), Column("node"),
            Column("county_code"), LON, LAT, Column("effective_area_m2", float, low=0.0),
            Column("m2_per_person", float, low=0.1), Column("capacity", int, low=0), Column("stay"),
            Column("indoor", int, low=0, high=1), *TAIL,
        ),
        problems,
    )
    check_unique(table, "shelter_id", problems)
    node = _nodes(table, "node", roads, problems)
    shelters = Shelters(
        shelter_id=_words(table, "shelter_id"), name=_names(table), node=node, zone=_zones_of(node, roads, zones),
        capacity=_ints(table, "capacity"), indoor=frozen(np.array(table.values.get("indoor", []), dtype=bool)),
    )
    return shelters, table


def read_chemical_sites(
    folder: Path, roads: Roads, zones: Zones, outlines: Sequence[Outline], problems: Problems
) -> tuple[ChemicalSites, Table]:
    """Read ``chemical_sites.csv``; a plant that lies in no township is a problem."""
    table = read_table(
        folder / "chemical_sites.csv",
        (
            Column("site_id"), Column("name_zh"), Column("name_en"), Column("park_node"), Column("park_zh"),
            Column("county_code"), LON, LAT, Column("chemicals"), Column("chemicals_zh"), Column("main_chemical"),
            Column("main_cas"), Column("main_quantity_t", float, low=0.0),
            Column("gb18218_threshold_t", float, low=0.0),
            Column("q_ratio_sum", float, low=0.0), Column("major_hazard", int, low=0, high=1),
            Column("workers", int, low=0), Column("archetype", required=False), *TAIL,
        ),
        problems,
    )
    check_unique(table, "site_id", problems)
    _check_in_city(table, zones, outlines, problems)
    node = _nodes(table, "park_node", roads, problems)
    lon, lat = _floats(table, "lon"), _floats(table, "lat")
    sites = ChemicalSites(
        site_id=_words(table, "site_id"), name=_names(table), node=node, zone=nearest_zones(lon, lat, zones), lon=lon,
        lat=lat, main_chemical=_words(table, "main_chemical"), main_quantity_t=_floats(table, "main_quantity_t"),
        chemicals=_words(table, "chemicals"),
        major_hazard=frozen(np.array(table.values.get("major_hazard", []), dtype=bool)),
        workers=_ints(table, "workers"),
    )
    return sites, table


def read_devices(folder: Path, zones: Zones, problems: Problems) -> tuple[Devices, Table]:
    """Read ``warning_devices.csv`` and add up the devices of each township."""
    kinds = ("loudspeaker", "e-screen", "weather_station")
    table = read_table(
        folder / "warning_devices.csv",
        (
            Column("township_code"), Column("township_zh"), Column("township_en"), Column("county_code"),
            Column("device", choices=kinds), Column("device_zh"), Column("count", int, low=0), LON, LAT,
            Column("source"), Column("confidence"),
        ),
        problems,
    )
    index = {code: i for i, code in enumerate(zones.code)}
    zone = look_up(table, "township_code", index, problems, "township")
    counts = {kind: np.zeros(len(zones), dtype=np.int64) for kind in kinds}
    for z, kind, count in zip(zone, table.values.get("device", []), table.values.get("count", []), strict=True):
        if kind in counts:
            counts[kind][z] += count
    loudspeakers, screens, stations = (frozen(counts[kind]) for kind in kinds)
    return Devices(loudspeakers=loudspeakers, screens=screens, weather_stations=stations), table


def nearest_zones(lon: Any, lat: Any, zones: Zones) -> Ints:
    """Return the zone whose centre is nearest to each point (degrees, longitude shortened by the latitude)."""
    shrink = np.cos(np.radians(zones.lat.mean()))
    apart = ((lon[:, None] - zones.lon) * shrink) ** 2 + (lat[:, None] - zones.lat) ** 2
    return np.asarray(frozen(np.argmin(apart, axis=1).astype(np.int64)))


def _check_in_city(table: Table, zones: Zones, outlines: Sequence[Outline], problems: Problems) -> None:
    """Each place lies in a township or near one, or near the centre of one where not all have an outline."""
    drawn = set(zones.code) <= {outline.code for outline in outlines}
    points = list(zip(zones.lon.tolist(), zones.lat.tolist(), strict=True))
    for i, row in enumerate(table.records()):
        if drawn:
            away = min(km_outside(row["lon"], row["lat"], outline.rings) for outline in outlines)
        else:
            away = min(km_apart(row["lon"], row["lat"], *point) for point in points)
        if away > (NEAR_OUTLINE_KM if drawn else NEAR_CENTRE_KM):
            where = table.problem("vessel.plant_outside", i, "lon", km=f"{away:,.0f}")
            problems.append(replace(where, value=f"{row['lon']:g}, {row['lat']:g}"))


def _zones_of(node: Ints, roads: Roads, zones: Zones) -> Ints:
    return nearest_zones(roads.node_lon[node], roads.node_lat[node], zones)


def _nodes(table: Table, column: str, roads: Roads, problems: Problems) -> Ints:
    index = {node: i for i, node in enumerate(roads.node_id)}
    return np.asarray(frozen(np.array(look_up(table, column, index, problems, "node"), dtype=np.int64)))


def _names(table: Table) -> tuple[Text, ...]:
    zh, en = table.values.get("name_zh", []), table.values.get("name_en", [])
    return tuple(Text(a, b) for a, b in zip(zh, en, strict=True))


def _words(table: Table, column: str) -> tuple[str, ...]:
    return tuple(table.values.get(column, ()))


def _ints(table: Table, column: str) -> Ints:
    return np.asarray(frozen(np.array(table.values.get(column, []), dtype=np.int64)))


def _floats(table: Table, column: str) -> Any:
    return frozen(np.array(table.values.get(column, []), dtype=np.float64))
