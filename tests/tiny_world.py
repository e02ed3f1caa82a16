"""Hand-made worlds for tests: a few zones on a line of road, a few crews and demands, numbers to check by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import ChemicalSites, City, DaySlot, Devices, Hospitals, Roads, Shelters, Vessels, WindRose, Zones
from sim.common.coefficients import Coefficients, package_table, read_coefficients
from sim.common.types import NEVER, Text
from sim.hazard.scenario import (
    VEHICLES,
    Alert,
    Casualties,
    Closures,
    Danger,
    Demands,
    Displaced,
    Event,
    Outages,
    Scenario,
)
from sim.plan.model import (
    AidGroup,
    Channel,
    CrewType,
    DemandKind,
    Depot,
    Item,
    KitLine,
    Layout,
    Level,
    Plan,
    ReportLink,
    Rules,
    Skill,
    Team,
)


def text(word: str) -> Text:
    return Text(word, word)


def ints(values: Sequence[int]) -> Any:
    return np.array(values, dtype=np.int64)


def floats(values: Sequence[float]) -> Any:
    return np.array(values, dtype=np.float64)


def city(
    nodes: int = 3,
    edges: Sequence[tuple[int, int, float]] = ((0, 1, 30.0), (1, 2, 30.0)),
    zone_nodes: Sequence[int] = (1, 2),
    people: int = 1000,
    area_km2: float = 0.0,
    communities: int = 0,
    hospitals: Sequence[tuple[int, int, int]] = (),
    shelters: Sequence[tuple[int, int, bool]] = (),
) -> City:
    """A city of *nodes* road nodes; *edges* are (u, v, minutes); one zone at each of *zone_nodes*.

    *hospitals*: (node, level, beds); *shelters*: (zone, places, indoor).
    """
    n = len(zone_nodes)
    zones = Zones(
        code=tuple(f"Z{i}" for i in range(n)), name=tuple(text(f"zone {i}") for i in range(n)), county=("C",) * n,
        node=ints(zone_nodes), people=ints([people] * n), people_urban=ints([people] * n), people_rural=ints([0] * n),
        households=ints([people // 3] * n), area_km2=floats([area_km2] * n),
        lon=floats([106.0 + 0.1 * i for i in range(n)]),
        lat=floats([39.0] * n), terrain=("plain",) * n, communities=ints([communities] * n), villages=ints([0] * n),
        design_pga_g=floats([0.2] * n),
    )
    e = len(edges)
    roads = Roads(
        node_id=tuple(f"N{i}" for i in range(nodes)), node_name=tuple(text(f"node {i}") for i in range(nodes)),
        node_kind=("junction",) * nodes, node_lon=floats([106.0 + 0.1 * i for i in range(nodes)]),
        node_lat=floats([39.0] * nodes), edge_id=tuple(f"E{i}" for i in range(e)), u=ints([u for u, _, _ in edges]),
        v=ints([v for _, v, _ in edges]), road_class=("primary",) * e, ref=("",) * e,
        bidirectional=np.ones(e, dtype=bool), length_km=floats([minutes for _, _, minutes in edges]),
        speed_kmh=floats([60.0] * e), lanes=ints([2] * e), is_bridge=np.zeros(e, dtype=bool), flood_path=("",) * e,
    )
    zone_of = {node: z for z, node in enumerate(zone_nodes)}
    return City(
        city_id="tiny", name=text("tiny"), folder=Path(), population_year=2020, currency="CNY", zones=zones,
        roads=roads,
        hospitals=Hospitals(
            hospital_id=tuple(f"H{i}" for i in range(len(hospitals))),
            name=tuple(text(f"hospital {i}") for i in range(len(hospitals))), level=ints([h[1] for h in hospitals]),
            beds=ints([h[2] for h in hospitals]), icu_beds=ints([1] * len(hospitals)),
            surge_per_h=ints([20] * len(hospitals)), node=ints([h[0] for h in hospitals]),
            zone=ints([zone_of.get(h[0], 0) for h in hospitals]),
        ),
        shelters=Shelters(
            shelter_id=tuple(f"S{i}" for i in range(len(shelters))),
            name=tuple(text(f"shelter {i}") for i in range(len(shelters))),
            node=ints([zone_nodes[s[0]] for s in shelters]), zone=ints([s[0] for s in shelters]),
            capacity=ints([s[1] for s in shelters]), indoor=np.array([s[2] for s in shelters], dtype=bool),
        ),
        chemical_sites=ChemicalSites(
            site_id=(), name=(), node=ints([]), zone=ints([]), lon=floats([]), lat=floats([]), main_chemical=(),
            main_quantity_t=floats([]), chemicals=(), major_hazard=np.zeros(0, dtype=bool), workers=ints([]),
        ),
        devices=Devices(loudspeakers=ints([0] * n), screens=ints([0] * n), weather_stations=ints([0] * n)),
        building_mix={}, day_slots=(), month_temp_c=(0.0,) * 12, wind_mean_ms=2.0,
        wind_rose=WindRose(
            from_deg=floats([0.0, 90.0, 180.0, 270.0]), share=floats([0.25] * 4), speed_ms=floats([2.0] * 4),
            calm_share=0.0,
        ),
        faults=(), indicators=(),
        zone_outlines=(), county_outlines=(), rivers=(), age_share_under_15=0.15, age_share_over_60=0.17,
        gdp_yuan=1e9, provenance=(),
    )


def with_plants(
    city_: City, vessels: Sequence[Mapping[str, Any]], *, sites: Sequence[tuple[float, float]] = ((106.0, 39.0),),
    workers: int = 0, outdoors: float = 0.1,
) -> City:
    """*city_* with plants at *sites* (lon, lat) of its first zone, served at node 0, and *vessels* (a row each).

    People are at home all day long but for those *outdoors*.
    """
    n, strings = len(sites), ("vessel_id", "name", "substance", "storage", "shape")
    columns: dict[str, Any] = {name: tuple(row[name] for row in vessels) for name in Vessels.__slots__}
    arrays = {name: np.array(column) for name, column in columns.items() if name not in strings}
    return replace(
        city_, vessels=Vessels(**(columns | arrays)),
        chemical_sites=ChemicalSites(
            site_id=tuple(f"C{i}" for i in range(n)), name=tuple(text(f"plant {i}") for i in range(n)),
            node=ints([0] * n), zone=ints([0] * n), lon=floats([s[0] for s in sites]),
            lat=floats([s[1] for s in sites]), main_chemical=("",) * n, main_quantity_t=floats([0.0] * n),
            chemicals=("",) * n, major_hazard=np.ones(n, dtype=bool), workers=ints([workers] * n),
        ),
        day_slots=(DaySlot(slot="all", weekend=False, from_hour=0, to_hour=24, home=1.0 - outdoors, work=0.0,
                           school=0.0, road_outdoor=outdoors),),
    )


def kind(
    name: str,
    law: str = "task",
    priority: int = 1,
    skills: Sequence[tuple[str, float, bool]] = (("fire", 1.0, True),),
    **changes: Any,
) -> DemandKind:
    fields: dict[str, Any] = {
        "helper": "", "without_helper": 1.0, "bystander_rate": 0.0, "local_responders": False, "direct_call": False,
        "arrival_limit_min": NEVER,
    }
    return DemandKind(
        kind=name, name=text(name), unit=text(""), law=law, priority=priority,
        skills=tuple(Skill(capability=c, productivity=p, leads=lead) for c, p, lead in skills), **(fields | changes),
    )


CREW_TYPES = {
    name: CrewType(type=name, crew_size=size, vehicle=vehicle, productivity=worth, recall_share=0.0, recall_min=180.0)
    for name, size, vehicle, worth in (
        ("fire", 6, "engine", 1.0), ("usar", 8, "engine", 1.0), ("aid", 10, "truck", 1.0), ("local", 6, "truck", 0.3),
    )
}


def coefficients(**changes: float) -> Coefficients:
    """The shipped coefficients with free-flow driving for everybody, no way inside zones, and *changes*."""
    table = read_coefficients(package_table("plan", "response.csv"))
    plain = {f"vehicle_{vehicle}_factor": 1.0 for vehicle in VEHICLES} | {"duty_service_min": 0.0}
    return table.with_overrides(plain | changes, "test")


def plan(
    kinds: Sequence[DemandKind] = (kind("job"),),
    levels: Sequence[Level] = (),
    aid: Sequence[AidGroup] = (),
    kit: Sequence[KitLine] = (),
    items: Mapping[str, Item] | None = None,
    report_links: Sequence[ReportLink] = (),
    channels: Sequence[Channel] = (),
    crew_types: Mapping[str, CrewType] | None = None,
    **changes: float,
) -> Plan:
    return Plan(
        kinds={k.kind: k for k in kinds}, crew_types=crew_types or CREW_TYPES, items=items or {}, levels=tuple(levels),
        aid=tuple(aid), kit=tuple(kit), report_links=tuple(report_links), channels=tuple(channels), targets=(),
        coefficients=coefficients(**changes), statements={},
    )


def team(
    team_id: str = "T1", node: int = 0, people: int = 6, capabilities: Sequence[str] = ("fire",), **changes: Any
) -> Team:
    fields: dict[str, Any] = {"type": "fire", "tier": 1, "turnout_min": 1.0, "opens_rank": 4}
    return Team(
        team_id=team_id, name=text(team_id), category=text("main force"), people=people,
        ready_people=changes.pop("ready_people", people), node=node, capabilities=tuple(capabilities), equipment="",
        synthetic=True, confidence="synthetic", **(fields | changes),
    )


def layout(
    teams: Sequence[Team] = (), depots: Sequence[Depot] = (), ambulances: Mapping[str, int] | None = None,
    buses: Mapping[str, int] | None = None, **rules: Any,
) -> Layout:
    return Layout(
        layout_id="tiny", name=text("tiny"), note=text(""), teams=tuple(teams), depots=tuple(depots),
        ambulances=ambulances or {}, buses=buses or {}, rules=Rules(**rules), changes=(),
    )


def demands(rows: Sequence[Mapping[str, Any]], city_: City) -> Demands:
    """One row per mapping: kind, zone, work, and whatever else differs from the plain case; sorted by real_min."""
    rows = sorted(rows, key=lambda row: row.get("real_min", 0.0))

    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    real = column("real_min", 0.0)
    zone = column("zone", 0)
    return Demands(
        kind=tuple(column("kind", "job")), zone=ints(zone),
        node=ints([row.get("node", int(city_.zones.node[z])) for row, z in zip(rows, zone, strict=True)]),
        event=ints(column("event", 0)), parent=ints(column("parent", -1)), real_min=floats(real),
        noticed_min=floats([row.get("noticed_min", r) for row, r in zip(rows, real, strict=True)]),
        quantity=floats(column("quantity", 1.0)), work_crew_min=floats(column("work", 60.0)),
        growth_per_min=floats(column("growth", 0.0)), growth_until_min=floats(column("growth_until", NEVER)),
        max_crews=ints(column("max_crews", 1)), people_at_stake=floats(column("stake", 0.0)),
        closure=ints(column("closure", -1)), outage=ints(column("outage", -1)),
        watched=np.array(column("watched", False), dtype=bool), place=tuple(column("place", "")),
    )


def casualties(rows: Sequence[Mapping[str, Any]] = ()) -> Casualties:
    def column(name: str, default: Any) -> list[Any]:
        return [row.get(name, default) for row in rows]

    return Casualties(
        demand=ints(column("demand", -1)), zone=ints(column("zone", 0)), event=ints(column("event", 0)),
        real_min=floats(column("real_min", 0.0)), severity=ints(column("severity", 2)),
        entrapment=ints(column("entrapment", 0)), work_crew_min=floats(column("work", 0.0)),
        trapped_death_min=floats(column("trapped_death_min", NEVER)),
        worsens_after_min=floats(column("worsens_after_min", NEVER)),
        dies_after_min=floats(column("dies_after_min", NEVER)), medic_draw=floats(column("medic_draw", 1.0)),
        treat_draw=floats(column("treat_draw", 0.0)), self_draw=floats(column("self_draw", 1.0)),
        avoid_draw=floats(column("avoid_draw", 1.0)), only_if=ints(column("only_if", -1)),
        contaminated=np.array(column("contaminated", False), dtype=bool),
    )


def scenario(city_: City, rows: Sequence[Mapping[str, Any]] = (), **changes: Any) -> Scenario:
    """A scenario of the demands *rows*; *changes* replace any other field."""
    table = demands(rows, city_)
    n, z = len(table), len(city_.zones)
    fields: dict[str, Any] = {
        "scenario_id": "tiny", "hazard": "none", "title": text("tiny"), "seed": 1, "replication": 0, "month": 6,
        "hour": 10.0, "weekend": False, "temp_c": 20.0, "wind_ms": 2.0, "horizon_min": 7200.0,
        "events": (Event(name=text("event"), start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=6.0),),
        "demands": table, "casualties": casualties(),
        "closures": closures([]), "outages": outages([]),
        "displaced": displaced([]), "alerts": (), "dangers": (), "fields": {},
        "dead_at_once": ints([0] * z), "slightly_injured": ints([0] * z), "damage": np.zeros((z, 6)),
        "loss_yuan": floats([0.0] * z), "campers": ints([0] * z),
        "draws": {"report": np.full((n, 4), 0.5), "scout": floats([0.5] * z), "access": floats([0.25] * n)},
        "notes": {},
    }
    return Scenario(**(fields | changes))


def closures(rows: Sequence[tuple[int, float, float, float]]) -> Closures:
    """Rows of (edge, from, to, speed factor for every vehicle)."""
    return Closures(
        edge=ints([r[0] for r in rows]), from_min=floats([r[1] for r in rows]), to_min=floats([r[2] for r in rows]),
        speed_factor=floats([[r[3]] * len(VEHICLES) for r in rows]) if rows else np.zeros((0, len(VEHICLES))),
        reason=("rockfall",) * len(rows), prevented_by=ints([-1] * len(rows)),
        lasts_with=ints([-1] * len(rows)),
    )


def outages(rows: Sequence[tuple[int, str, float, float]]) -> Outages:
    """Rows of (zone, kind, from, to)."""
    return Outages(
        zone=ints([r[0] for r in rows]), kind=tuple(r[1] for r in rows), from_min=floats([r[2] for r in rows]),
        to_min=floats([r[3] for r in rows]),
    )


def displaced(rows: Sequence[tuple[int, float, int]]) -> Displaced:
    """Rows of (zone, from, people)."""
    return Displaced(
        zone=ints([r[0] for r in rows]), from_min=floats([r[1] for r in rows]), people=ints([r[2] for r in rows]),
        prevented_by=ints([-1] * len(rows)),
    )


__all__ = ["NEVER", "Alert", "Danger", "Event"]
