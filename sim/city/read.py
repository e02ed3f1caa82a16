"""Reads a city folder into a :class:`City`, checking everything in one go."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sim.city.facilities import read_chemical_sites, read_devices, read_hospitals, read_shelters
from sim.city.model import City, DaySlot, Fault, Outline, Provenance, Roads, Zones
from sim.city.table import Column, Problems, Table, check_unique, decode, look_up, read_table, without_echoes
from sim.city.vessels import read_vessels
from sim.city.water import read_water
from sim.city.wind import mean_wind_ms, read_wind_rose
from sim.common.errors import InputError, Problem
from sim.common.types import Text, frozen

Made = TypeVar("Made")
STRUCTURES = ("RC", "brick-concrete", "brick-wood", "adobe", "other")


def read_city(folder: Path | str) -> City:
    """Read the city in *folder* and check it whole.

    Raises :class:`InputError` with every problem found: missing files and columns, wrong types and ranges,
    references that lead nowhere, shares that do not add up, a road graph in pieces.
    """
    folder = Path(folder)
    problems: Problems = []
    if not folder.is_dir():
        raise InputError([Problem(code="missing_folder", file=str(folder))])
    about = _read_about(folder, problems)
    tables = {name: read_table(folder / f"{name}.csv", columns, problems) for name, columns in COLUMNS.items()}
    roads = _roads(tables["nodes"], tables["roads"], problems)
    zones = _zones(tables["townships"], roads, problems)
    city = _city(folder, about, tables, roads, zones, problems) if zones is not None and roads is not None else None
    if problems or city is None:
        raise InputError(without_echoes(problems))
    return city


def provenance_columns() -> tuple[Column, ...]:
    """Return the columns that say where a row comes from and how far it can be trusted."""
    return (Column("source"), Column("confidence"))


def _point() -> tuple[Column, ...]:
    return (Column("lon", float, low=-180.0, high=180.0), Column("lat", float, low=-90.0, high=90.0))


def _count(name: str) -> Column:
    return Column(name, int, low=0)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "townships": (
        Column("code"), Column("name_zh"), Column("name_pinyin", required=False), Column("name_en"), Column("type"),
        Column("county_code"), Column("county_zh"), Column("county_en"), _count("n_communities"), _count("n_villages"),
        _count("pop_2020"), _count("pop_urban"), _count("pop_rural"), _count("households"),
        Column("area_km2", float, low=1e-6), *_point(), Column("terrain"), Column("pga_g", float, low=0.0, high=2.0),
        Column("site_tg_s", float, low=0.0), Column("pop_confidence", required=False),
        Column("area_confidence", required=False), Column("coord_confidence", required=False), *provenance_columns(),
    ),
    "nodes": (
        Column("node_id"), Column("name_zh"), Column("name_en"), Column("kind"), *_point(), Column("county_code"),
        *provenance_columns(),
    ),
    "roads": (
        Column("edge_id"), Column("u"), Column("v"), Column("ref"), Column("road_class"),
        Column("bidirectional", int, low=0, high=1), Column("gc_km", float, low=0.0, required=False, blank=0.0),
        Column("detour_factor", float, low=0.5, required=False, blank=1.0), Column("length_km", float, low=1e-6),
        Column("speed_kmh", float, low=1.0, high=200.0), Column("time_min", float, low=0.0, required=False, blank=0.0),
        Column("lanes", int, low=1), Column("is_bridge", int, low=0, high=1), Column("flood_path", required=False),
        *provenance_columns(),
    ),
    "building_mix": (
        Column("county_code"), Column("county_zh"), Column("area", choices=("urban", "rural")),
        Column("structure_en", choices=STRUCTURES), Column("structure_zh"),
        Column("share_pct", float, low=0.0, high=100.0), *provenance_columns(),
    ),
    "time_of_day": (
        Column("slot"), Column("slot_zh"),
        *(Column(name, float, low=0.0, high=1.0) for name in ("home", "work", "school", "road_outdoor")),
        *provenance_columns(),
    ),
    "climate_monthly": (
        Column("month", int, low=1, high=12), Column("mean_temp_c", float, low=-60.0, high=60.0),
        Column("precip_mm", float, low=0.0), Column("storm_weight", float, low=0.0), *provenance_columns(),
    ),
    "wind_rose": (
        Column("direction_from"), Column("frequency_pct", float, low=0.0, high=100.0),
        Column("mean_speed_ms", float, low=0.0, high=60.0, blank=0.0), *provenance_columns(),
    ),
    "population_age": (
        Column("county_code"), Column("county_zh"), Column("age_group"), _count("male"), _count("female"),
        *provenance_columns(),
    ),
    "annual_indicators": (
        Column("indicator_zh"), Column("indicator_en"), Column("year", int), Column("value", float), Column("unit"),
        Column("kind"), *provenance_columns(),
    ),
}


def _read_about(folder: Path, problems: Problems) -> dict[str, Any]:
    """Read ``city.yaml``: id, name, datum, population year, currency."""
    text = decode(folder / "city.yaml", problems)
    about: Any = {}
    if text is not None:
        try:
            about = YAML(typ="safe", pure=True).load(text) or {}
        except YAMLError as error:
            problems.append(Problem(code="bad_yaml", file="city.yaml", value=" ".join(str(error).split())))
        else:
            for key in ("id", "name", "datum", "population_year", "currency"):
                if not isinstance(about, dict) or key not in about:
                    problems.append(Problem(code="missing_key", file="city.yaml", value=key))
    return about if isinstance(about, dict) else {}


def _roads(nodes: Table, edges: Table, problems: Problems) -> Roads | None:
    if not len(nodes) or not len(edges):
        return None
    check_unique(nodes, "node_id", problems)
    check_unique(edges, "edge_id", problems)
    index = {node: i for i, node in enumerate(nodes["node_id"])}
    u, v = (look_up(edges, end, index, problems, "node") for end in ("u", "v"))
    for i, (a, b) in enumerate(zip(edges["u"], edges["v"], strict=True)):
        if a == b:
            problems.append(edges.problem("road_to_itself", i, "v"))
    _check_one_piece(nodes, u, v, problems)
    return Roads(
        node_id=tuple(nodes["node_id"]), node_name=_names(nodes), node_kind=tuple(nodes["kind"]),
        node_lon=_floats(nodes["lon"]), node_lat=_floats(nodes["lat"]), edge_id=tuple(edges["edge_id"]),
        u=_ints(u), v=_ints(v), road_class=tuple(edges["road_class"]), ref=tuple(edges["ref"]),
        bidirectional=frozen(np.array(edges["bidirectional"], dtype=bool)), length_km=_floats(edges["length_km"]),
        speed_kmh=_floats(edges["speed_kmh"]), lanes=_ints(edges["lanes"]),
        is_bridge=frozen(np.array(edges["is_bridge"], dtype=bool)), flood_path=tuple(edges["flood_path"]),
    )


def _check_one_piece(nodes: Table, u: list[int], v: list[int], problems: Problems) -> None:
    n = len(nodes)
    graph = csr_array((np.ones(len(u)), (u, v)), shape=(n, n))
    count, piece = connected_components(graph, directed=False)
    if count > 1:
        sizes = Counter(piece.tolist()).most_common()
        words = [f"{size} × {nodes['node_id'][piece.tolist().index(label)]} …" for label, size in sizes[:5]]
        problems.append(
            Problem(code="graph_in_pieces", file="roads.csv", params={"count": count, "pieces": "; ".join(words)})
        )


def _zones(table: Table, roads: Roads | None, problems: Problems) -> Zones | None:
    if not len(table) or roads is None:
        return None
    check_unique(table, "code", problems)
    lon_is_larger = abs(float(np.median(roads.node_lat))) < abs(float(np.median(roads.node_lon)))
    for i, row in enumerate(table.records()):
        if row["pop_urban"] + row["pop_rural"] != row["pop_2020"]:
            total = row["pop_urban"] + row["pop_rural"]
            problems.append(table.problem("people_do_not_add_up", i, "pop_2020", sum=total))
        if row["pop_2020"] == 0:
            problems.append(table.problem("nobody_lives_here", i, "pop_2020"))
        if lon_is_larger and abs(row["lat"]) > abs(row["lon"]):
            problems.append(table.problem("lat_lon_swapped", i, "lon", lat=row["lat"]))
    places = zip(table["code"], table["lon"], table["lat"], strict=True)
    return Zones(
        code=tuple(table["code"]), name=_names(table), county=tuple(table["county_code"]),
        node=_ints([_nearest_node(roads, code, lon, lat) for code, lon, lat in places]),
        people=_ints(table["pop_2020"]), people_urban=_ints(table["pop_urban"]), people_rural=_ints(table["pop_rural"]),
        households=_ints(table["households"]), area_km2=_floats(table["area_km2"]), lon=_floats(table["lon"]),
        lat=_floats(table["lat"]), terrain=tuple(table["terrain"]), communities=_ints(table["n_communities"]),
        villages=_ints(table["n_villages"]), design_pga_g=_floats(table["pga_g"]),
    )


def _nearest_node(roads: Roads, code: str, lon: float, lat: float) -> int:
    """Return the node named like the township, else the nearest one."""
    if code in roads.node_id:
        return roads.node_id.index(code)
    return int(np.argmin((roads.node_lon - lon) ** 2 + (roads.node_lat - lat) ** 2))


def _city(
    folder: Path, about: dict[str, Any], tables: dict[str, Table], roads: Roads, zones: Zones, problems: Problems
) -> City:
    hospitals, t_hospitals = read_hospitals(folder, roads, zones, problems)
    shelters, t_shelters = read_shelters(folder, roads, zones, problems)
    outlines = _outlines(folder / "townships_voronoi.geojson", problems)
    sites, t_sites = read_chemical_sites(folder, roads, zones, outlines, problems)
    devices, t_devices = read_devices(folder, zones, problems)
    water, t_water = read_water(folder, zones, roads, problems)
    vessels, t_vessels = read_vessels(folder, sites, problems)
    used = [*tables.values(), t_hospitals, t_shelters, t_sites, t_devices, *t_water, *t_vessels]
    young, old = _age_shares(tables["population_age"])
    name = about.get("name") or {}
    return City(
        city_id=str(about.get("id", "")), name=Text(str(name.get("zh", "")), str(name.get("en", ""))), folder=folder,
        population_year=int(about.get("population_year", 0)), currency=str(about.get("currency", "")),
        zones=zones, roads=roads, hospitals=hospitals, shelters=shelters, chemical_sites=sites, devices=devices,
        building_mix=_building_mix(tables["building_mix"], set(zones.county), problems),
        day_slots=_day_slots(tables["time_of_day"], problems),
        month_temp_c=tuple(tables["climate_monthly"].values.get("mean_temp_c", ())),
        wind_mean_ms=mean_wind_ms(tables["wind_rose"]), wind_rose=read_wind_rose(tables["wind_rose"], problems),
        faults=_faults(folder / "faults.geojson", problems),
        indicators=tuple({k: str(v) for k, v in row.items()} for row in tables["annual_indicators"].records()),
        zone_outlines=outlines,
        county_outlines=_outlines(folder / "counties.geojson", problems),
        rivers=_outlines(folder / "hydro.geojson", problems),
        age_share_under_15=young, age_share_over_60=old, gdp_yuan=_gdp(tables["annual_indicators"]),
        provenance=tuple(_provenance(table) for table in used), water=water, vessels=vessels,
    )


def _building_mix(table: Table, counties: set[str], problems: Problems) -> dict[tuple[str, str], dict[str, float]]:
    mix: dict[tuple[str, str], dict[str, float]] = {}
    for row in table.records():
        mix.setdefault((row["county_code"], row["area"]), {})[row["structure_en"]] = row["share_pct"] / 100.0
    for county in sorted(counties):
        for area in ("urban", "rural"):
            total = sum(mix.get((county, area), {}).values())
            if abs(total - 1.0) > 0.005:
                problems.append(
                    Problem(code="shares_do_not_add_up", file=table.file, column="share_pct",
                            params={"group": f"{county} {area}", "sum": f"{100 * total:.1f}", "whole": 100})
                )
            elif total != 1.0:
                mix[county, area] = {k: v / total for k, v in mix[county, area].items()}
    return mix


def _day_slots(table: Table, problems: Problems) -> tuple[DaySlot, ...]:
    """Read slots such as ``weekday 06-08`` or ``weekend night`` (the hours of a day that no other slot names)."""
    slots = []
    for i, row in enumerate(table.records()):
        shares = [row[key] for key in ("home", "work", "school", "road_outdoor")]
        if abs(sum(shares) - 1.0) > 0.005:
            problems.append(
                table.problem("shares_do_not_add_up", i, "home", group=row["slot"], sum=f"{sum(shares):.3f}", whole=1)
            )
        day, _, hours = row["slot"].partition(" ")
        start, _, end = hours.partition("-")
        span = (int(start), int(end)) if start.isdigit() and end.isdigit() else (0, 24)
        slots.append(
            DaySlot(slot=row["slot"], weekend=day == "weekend", from_hour=span[0], to_hour=span[1], home=shares[0],
                    work=shares[1], school=shares[2], road_outdoor=shares[3])
        )
    return tuple(sorted(slots, key=lambda s: (s.weekend, s.to_hour - s.from_hour)))


def _age_shares(table: Table) -> tuple[float, float]:
    """Return the shares of people under 15 and of 60 and over; rows of totals are left out."""
    young = old = total = 0
    for row in table.records():
        digits = "".join(c if c.isdigit() else " " for c in row["age_group"]).split()
        if not digits:
            continue
        people, age = row["male"] + row["female"], int(digits[0])
        total += people
        young += people if age < 15 else 0
        old += people if age >= 60 else 0
    return (young / total, old / total) if total else (0.0, 0.0)


def _gdp(table: Table) -> float:
    """Return the latest GDP of the whole city in yuan (the table counts in units of 100 million)."""
    rows = [row for row in table.records() if row["indicator_en"] == "GDP"]
    return max(rows, key=lambda row: row["year"])["value"] * 1e8 if rows else 0.0


def _features(path: Path, problems: Problems) -> list[Any]:
    text = decode(path, problems)
    if text is None:
        return []
    try:
        return list(json.loads(text)["features"])
    except (ValueError, KeyError, TypeError) as error:
        problems.append(Problem(code="bad_geojson", file=path.name, value=str(error)))
        return []


def _faults(path: Path, problems: Problems) -> tuple[Fault, ...]:
    return _made(path, problems, _fault)


def _fault(feature: Mapping[str, Any]) -> Fault:
    about = feature["properties"]
    return Fault(
        fault_id=about["fault_id"], name=Text(about["name_zh"], about["name_en"]), kind=about["kind"],
        max_magnitude=float(about["max_magnitude"]),
        trace=tuple((float(x), float(y)) for x, y, *_ in feature["geometry"]["coordinates"]),
    )


def _outlines(path: Path, problems: Problems) -> tuple[Outline, ...]:
    return _made(path, problems, _outline)


def _outline(feature: Mapping[str, Any]) -> Outline:
    about = feature["properties"]
    name = Text(about.get("name_zh") or "", about.get("name_en") or "")
    return Outline(code=str(about.get("code", "")), name=name, rings=_rings(feature["geometry"]))


def _made(path: Path, problems: Problems, make: Callable[[Any], Made]) -> tuple[Made, ...]:
    """Return what *make* makes of each feature of the file; one that does not have what is needed is a problem."""
    made = []
    for number, feature in enumerate(_features(path, problems), start=1):
        try:
            made.append(make(feature))
        except (KeyError, ValueError, TypeError, IndexError) as error:
            what = f"feature {number}: {type(error).__name__} {error}"
            problems.append(Problem(code="bad_geojson", file=path.name, value=what))
    return tuple(made)


def _rings(geometry: Mapping[str, Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    kind, lines = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        lines = [lines]
    elif kind != "Polygon":
        lines = [ring for polygon in lines for ring in polygon]
    return tuple(tuple((float(p[0]), float(p[1])) for p in line) for line in lines)


def _provenance(table: Table) -> Provenance:
    words = [word or "unstated" for word in table.values.get("confidence", [])]
    sources = tuple(sorted({source for source in table.values.get("source", []) if source}))
    return Provenance(
        file=table.file, rows=len(table), confidence=dict(Counter(words)), sources=sources, sha256=table.sha256
    )


def _names(table: Table) -> tuple[Text, ...]:
    return tuple(Text(zh, en) for zh, en in zip(table["name_zh"], table["name_en"], strict=True))


def _ints(values: list[int]) -> Any:
    return frozen(np.array(values, dtype=np.int64))


def _floats(values: list[float]) -> Any:
    return frozen(np.array(values, dtype=np.float64))
