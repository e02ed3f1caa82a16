"""Reads the city's ledgers: teams (队伍台账), stores and suppliers (物资台账), trucks, ambulances."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.city.model import City
from sim.city.table import Column, Problems, Table, check_unique, has_table, look_up, read_table, without_echoes
from sim.common.errors import InputError
from sim.common.texts import text
from sim.common.types import Text
from sim.plan.model import Depot, Plan, Team
from sim.plan.read_plan import ORIGIN, tier_table
from sim.plan.team_rows import LEFT_OUT, fill_in

NOWHERE = float("nan")
TEAMS = (
    Column("team_id"), Column("name_zh"), Column("name_en", required=False), Column("category_zh", required=False),
    Column("category_en", required=False), Column("type"), Column("status", required=False),
    Column("people", int, low=0), Column("ready_share", float, 0.0, 1.0, required=False, blank=float(LEFT_OUT)),
    Column("ready_people", int, low=0, required=False, blank=LEFT_OUT),
    Column("turnout_min", float, low=0.0, required=False, blank=float(LEFT_OUT)), Column("base_node", required=False),
    Column("county_code", required=False), Column("address_zh", required=False),
    Column("lon", float, -180.0, 180.0, required=False, blank=NOWHERE),
    Column("lat", float, -90.0, 90.0, required=False, blank=NOWHERE), Column("equipment_zh", required=False),
    Column("capabilities", required=False), Column("contact_role_zh", required=False),
    Column("synthetic", int, low=0, high=1, required=False, blank=0), Column("source", required=False),
    Column("confidence", required=False),
)
STORES = (
    Column("warehouse_id"), Column("name_zh"), Column("name_en"), Column("level"), Column("county_code"),
    Column("node"), Column("lon", float, -180.0, 180.0), Column("lat", float, -90.0, 90.0),
    Column("floor_area_m2", float, low=0.0, blank=0.0), Column("item_id"), Column("item_zh"), Column("item_en"),
    Column("item_category"), Column("quantity", int, low=0), Column("unit_zh"),
    Column("persons_per_item", float, low=0.0, blank=0.0), Column("volume_m3", float, low=0.0, blank=0.0),
    Column("counted_in_23448", int, low=0, high=1, required=False, blank=0), *ORIGIN,
)
SUPPLIERS = (
    Column("depot_id"), Column("name_zh"), Column("name_en"), Column("level", choices=("supplier", "producer", "aid")),
    Column("node"), Column("trucks", int, low=0), Column("opens_rank", int, low=1, high=4),
    Column("opens_after_min", float, low=0.0), Column("item_id"), Column("pieces", int, low=0),
    Column("pieces_per_h", int, low=0), *ORIGIN,
)
TRUCKS = (Column("depot_id"), Column("trucks", int, low=0), *ORIGIN)
BUSES = (Column("node"), Column("buses", int, low=0), *ORIGIN)
AMBULANCES = (Column("hospital_id"), Column("ambulances", int, low=0), *ORIGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the city has today, before any layout changes it."""

    teams: tuple[Team, ...]
    depots: tuple[Depot, ...]
    ambulances: Mapping[str, int]
    buses: Mapping[str, int]
    """Buses for evacuation by node id; a city without a table of them has none."""
    professional_firefighters: int
    """Full-time people of fire teams in the main force."""
    doubts: Mapping[str, Mapping[str, int]]
    """Rows by word of confidence for each file."""


def read_ledger(city: City, plan: Plan) -> Ledger:
    """Read the ledgers of *city*; raises :class:`InputError` with every problem of every file."""
    problems: Problems = []
    aliases = _aliases(city.folder, "team")
    ignored = set(aliases.values()) - {column.name for column in TEAMS}
    teams = read_table(
        city.folder / "teams.csv", TEAMS, problems, aliases=aliases, clean=digits_of, ignored=ignored
    )
    fill_in(teams, city, problems)
    stores = read_table(city.folder / "warehouses.csv", STORES, problems, clean=digits_of)
    extra = {
        name: read_table(city.folder / "plan" / f"{name}.csv", columns, problems)
        for name, columns in (("suppliers", SUPPLIERS), ("trucks", TRUCKS), ("ambulances", AMBULANCES))
    }
    if has_table(city.folder / "plan" / "buses.csv"):
        extra["buses"] = read_table(city.folder / "plan" / "buses.csv", BUSES, problems)
    ledger = Ledger(
        teams=_teams(teams, city, plan, problems),
        depots=_depots(stores, extra["suppliers"], extra["trucks"], city, plan, problems),
        ambulances=_ambulances(extra["ambulances"], city, problems),
        buses=_buses(extra.get("buses", Table("buses.csv")), city, problems),
        professional_firefighters=sum(
            row["people"] for row in teams.records() if row["type"] == "fire" and row["status"] == "full_time"
        ),
        doubts={table.file: _count(table) for table in (teams, stores, *extra.values())},
    )
    if problems:
        raise InputError(without_echoes(problems))
    return ledger


def digits_of(cell: str) -> str:
    """Return the number in a ledger's cell such as ``约30人`` or ``6100余``; the cell itself if it has none."""
    found = re.fullmatch(r"[约近]?\s*(-?\d[\d,，]*(?:\.\d+)?)\s*[余多]?\s*[人名件套台辆顶床张个支只双艘把块条]?", cell)
    return re.sub("[,，]", "", found.group(1)) if found else cell


def _aliases(folder: Path, ledger: str) -> dict[str, str]:
    """Return Chinese headers by column; the ledger's own field names differ from ours in a few places."""
    ours = {"name": "name_zh", "category": "category_zh", "equipment": "equipment_zh", "address": "address_zh",
            "base": "base_node", "county": "county_code"}
    path = folder / "ledger_aliases.csv"
    if not has_table(path):
        return {}
    ignored: Problems = []
    columns = (Column("ledger"), Column("field"), Column("aliases_zh"), Column("required", int), *ORIGIN)
    table = read_table(path, columns, ignored)
    return {
        alias: ours.get(row["field"], row["field"])
        for row in table.records() if row["ledger"] == ledger for alias in row["aliases_zh"].split("|")
    }


def _teams(table: Table, city: City, plan: Plan, problems: Problems) -> tuple[Team, ...]:
    check_unique(table, "team_id", problems)
    node = look_up(table, "base_node", {n: i for i, n in enumerate(city.roads.node_id)}, problems, "node")
    look_up(table, "type", {name: i for i, name in enumerate(plan.crew_types)}, problems, "crew type")
    tiers = tier_table(city, problems)
    look_up(table, "category_en", {name: i for i, name in enumerate(tiers)}, problems, "category")
    teams = []
    for i, row in enumerate(table.records()):
        if row["ready_people"] > row["people"]:
            problems.append(table.problem("more_ready_than_people", i, "ready_people", people=row["people"]))
        tier, opens_rank = tiers.get(row["category_en"], (4, 4))
        teams.append(
            Team(
                team_id=row["team_id"], name=Text(row["name_zh"], row["name_en"]),
                category=Text(row["category_zh"], row["category_en"]), tier=tier, type=row["type"],
                people=row["people"], ready_people=row["ready_people"], turnout_min=row["turnout_min"], node=node[i],
                capabilities=tuple(c for c in row["capabilities"].split(";") if c), equipment=row["equipment_zh"],
                synthetic=bool(row["synthetic"]), confidence=row["confidence"], opens_rank=opens_rank,
            )
        )
    return tuple(teams)


def _depots(
    stores: Table, suppliers: Table, trucks: Table, city: City, plan: Plan, problems: Problems
) -> tuple[Depot, ...]:
    nodes = {n: i for i, n in enumerate(city.roads.node_id)}
    items = {item: i for i, item in enumerate(plan.items)}
    for table in (stores, suppliers):
        look_up(table, "node", nodes, problems, "node")
        look_up(table, "item_id", items, problems, "relief item")
    look_up(trucks, "depot_id", {d: i for i, d in enumerate(stores.values.get("warehouse_id", []))}, problems, "store")
    owned = {row["depot_id"]: row["trucks"] for row in trucks.records()}
    depots: dict[str, dict[str, Any]] = {}
    for row in stores.records():
        depot = depots.setdefault(
            row["warehouse_id"],
            _depot(row["warehouse_id"], row, nodes, owned.get(row["warehouse_id"], 0), 4, 0.0),
        )
        depot["stock"][row["item_id"]] = depot["stock"].get(row["item_id"], 0) + row["quantity"]
    for row in suppliers.records():
        depot = depots.setdefault(
            row["depot_id"],
            _depot(row["depot_id"], row, nodes, row["trucks"], row["opens_rank"], row["opens_after_min"]),
        )
        depot["stock"][row["item_id"]] = depot["stock"].get(row["item_id"], 0) + row["pieces"]
        if row["pieces_per_h"]:
            depot["hourly"][row["item_id"]] = row["pieces_per_h"]
    return tuple(Depot(**depot) for depot in depots.values())


def _depot(
    depot_id: str, row: Mapping[str, Any], nodes: Mapping[str, int], trucks: int, rank: int, after: float
) -> dict[str, Any]:
    return {
        "depot_id": depot_id, "name": Text(row["name_zh"], row["name_en"]), "level": row["level"],
        "node": nodes.get(row["node"], 0), "stock": {}, "trucks": trucks, "opens_rank": rank, "opens_after_min": after,
        "hourly": {}, "synthetic": row["confidence"] == "synthetic" or "synthetic" in row["source"],
    }


def _ambulances(table: Table, city: City, problems: Problems) -> dict[str, int]:
    look_up(table, "hospital_id", {h: i for i, h in enumerate(city.hospitals.hospital_id)}, problems, "hospital")
    return {row["hospital_id"]: row["ambulances"] for row in table.records()}


def _buses(table: Table, city: City, problems: Problems) -> dict[str, int]:
    look_up(table, "node", {node: i for i, node in enumerate(city.roads.node_id)}, problems, "node")
    return {row["node"]: row["buses"] for row in table.records()}


def _count(table: Table) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in table.values.get("confidence", []):
        counts[word or "unstated"] = counts.get(word or "unstated", 0) + 1
    return counts


def ledger_lines(ledger: Ledger, lang: str) -> list[tuple[str, str]]:
    """Return (what, how much) for the ledgers in *lang*."""
    city_stock = sum(sum(d.stock.values()) for d in ledger.depots if d.level == "city")
    county_stock = sum(sum(d.stock.values()) for d in ledger.depots if d.level == "county")
    facts: dict[str, dict[str, object]] = {
        "teams": {
            "teams": len(ledger.teams), "people": sum(t.people for t in ledger.teams),
            "ready": sum(t.ready_people for t in ledger.teams),
        },
        "firefighters": {"people": ledger.professional_firefighters},
        "stock": {"city": city_stock, "county": county_stock},
        "depots": {
            "stores": sum(d.level in ("city", "county", "village") for d in ledger.depots),
            "suppliers": sum(d.level in ("supplier", "producer") for d in ledger.depots),
            "trucks": sum(d.trucks for d in ledger.depots if d.level != "aid"),
        },
        "ambulances": {"count": sum(ledger.ambulances.values())},
        "buses": {"count": sum(ledger.buses.values())},
    }
    return [
        (text(f"ledger.{what}", lang), text(f"ledger.{what}.value", lang, **values)) for what, values in facts.items()
    ]


def ledger_doubts(ledger: Ledger, lang: str) -> list[str]:
    """Return one line per ledger file that is not wholly measured or published."""
    lines = []
    for file, counts in ledger.doubts.items():
        if set(counts) <= {"measured", "published"}:
            continue
        parts = ", ".join(f"{text(f'confidence.{word}', lang)} {count}" for word, count in counts.items())
        lines.append(text("doubt.file", lang, file=file, rows=sum(counts.values()), parts=parts))
    return lines
