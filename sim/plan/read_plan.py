"""Reads what holds for all layouts of a city: demand kinds, levels, kit, channels, targets, outside help.

Generic tables ship in ``sim/plan/tables``; a file of the same name in ``<city>/plan/`` takes their place. City tables
(``targets.csv``, ``mutual_aid.csv``, ``statements.csv``) stand in ``<city>/plan/`` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import as_file
from pathlib import Path
from typing import Any

from sim.city.model import City
from sim.city.table import (
    Column,
    Problems,
    Table,
    check_unique,
    has_table,
    look_up,
    nearest,
    read_table,
    without_echoes,
)
from sim.common.coefficients import Coefficient, Coefficients, package_table, read_coefficients
from sim.common.errors import InputError
from sim.common.types import NEVER, Text
from sim.hazard.scenario import VEHICLES
from sim.plan.model import (
    AidGroup,
    Channel,
    CrewType,
    DemandKind,
    Item,
    KitLine,
    Level,
    Plan,
    ReportLink,
    Skill,
    Target,
)

NAME = (Column("name_zh"), Column("name_en"))
BASIS = (Column("source"), Column("evidence"))
ORIGIN = (Column("source"), Column("confidence"))
FLAG: dict[str, Any] = {"low": 0, "high": 1}


def number(name: str, low: float = -NEVER, high: float = NEVER, **more: Any) -> Column:
    """Return a column of numbers between *low* and *high*."""
    return Column(name, float, low, high, **more)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "demand_kinds": (
        Column("kind"), *NAME, Column("unit_zh"), Column("unit_en"),
        Column("law", choices=("rescue", "fire", "task", "entry", "hold")),
        Column("priority", int, low=1, high=9), Column("helper"), number("without_helper", 0.0, 1.0),
        number("bystander_rate", 0.0), Column("local_responders", int, **FLAG),
        Column("direct_call", int, **FLAG),
        number("arrival_limit_min", 0.0, blank=NEVER), Column("works_call", int, **FLAG, required=False, blank=0),
        *BASIS, Column("note", required=False),
    ),
    "skills": (
        Column("kind"), Column("capability"), number("productivity", 0.0, 10.0), Column("leads", int, **FLAG), *BASIS,
    ),
    "crew_types": (
        Column("type"), Column("crew_size", int, low=1, high=200), Column("vehicle", choices=VEHICLES),
        number("productivity", 0.0, 10.0), number("recall_share", 0.0, 1.0), number("recall_min", 0.0), *BASIS,
    ),
    "levels": (
        Column("rank", int, low=1, high=4), *NAME, number("decision_min", 0.0), Column("recalls_off_duty", int, **FLAG),
        *BASIS,
    ),
    "level_indicators": (Column("rank", int, low=1, high=4), Column("indicator"), number("threshold"), *BASIS),
    "tiers": (
        Column("category_en"), Column("tier", int, low=1, high=5), Column("opens_rank", int, low=1, high=4), *BASIS,
    ),
    "report_links": (
        Column("link"), *NAME, number("median_min", 0.0), number("dark_median_min", 0.0), number("sigma", 0.0, 5.0),
        *BASIS,
    ),
    "channels": (
        Column("channel"), *NAME, number("cap_day", 0.0, 1.0), number("cap_night", 0.0, 1.0), number("p_per_min", 0.0),
        number("q_per_min", 0.0), number("people_per_device", 0.0),
        Column("device", choices=("", "loudspeakers", "screens")), Column("needs_power", int, **FLAG),
        Column("needs_communication", int, **FLAG), *BASIS,
    ),
    "kit": (
        Column("line"), *NAME, Column("items"), number("per_person", 1e-9), Column("cold_only", int, **FLAG),
        Column("indoor_free", int, **FLAG), *BASIS,
    ),
    "items": (
        Column("item_id"), *NAME, Column("unit_zh"), Column("unit_en"), number("persons_per_item", 0.0),
        number("volume_m3", 0.0), number("weight_kg", 0.0), *BASIS,
    ),
    "targets": (
        Column("target_id"), *NAME, Column("clause_zh"), Column("clause_en"), Column("source"),
        Column("kind", choices=("simulated", "ledger", "yearly")), Column("measure"),
        Column("statistic", choices=("mean", "p90", "share_of_replications", "value")),
        Column("sense", choices=("<=", "<", ">=", "=")), number("limit"), Column("unit_zh"), Column("unit_en"),
        number("assurance", 0.0, 1.0),
    ),
    "mutual_aid": (
        Column("group_id"), *NAME, Column("rank", int, low=1, high=4), Column("entry_nodes"), number("after_min", 0.0),
        Column("type"), Column("crews", int, low=0), Column("capabilities"), Column("trucks", int, low=0),
        Column("ambulances", int, low=0), *ORIGIN,
    ),
    "statements": (Column("target_id"), number("value", blank=NEVER), *ORIGIN),
}
COEFFICIENT = (
    Column("key"), number("value"), Column("unit"), *BASIS, number("low", blank=-NEVER, required=False),
    number("high", blank=NEVER, required=False), Column("note", required=False),
)
CITY_TABLES = ("targets", "mutual_aid", "statements")


def read_plan(city: City, overrides: Mapping[str, float] | None = None, file: str = "overrides") -> Plan:
    """Read the plan of *city*; *overrides* replace coefficients by key (*file* says whose they are).

    Raises :class:`InputError` with every problem of every table.
    """
    problems: Problems = []
    folder = city.folder / "plan"
    t = {name: table(folder, name, columns, problems) for name, columns in COLUMNS.items()}
    coefficients = _coefficients(folder, overrides or {}, file, problems)
    items = _items(t["items"])
    plan = Plan(
        kinds=_kinds(t["demand_kinds"], t["skills"], problems), crew_types=_crew_types(t["crew_types"]), items=items,
        levels=_levels(t["levels"], t["level_indicators"]), aid=_aid(t["mutual_aid"], city, t["crew_types"], problems),
        kit=_kit(t["kit"], items, problems), report_links=_links(t["report_links"]), channels=_channels(t["channels"]),
        targets=_targets(t["targets"], problems), coefficients=coefficients,
        statements={r["target_id"]: r["value"] for r in t["statements"].records() if r["value"] < NEVER},
    )
    if problems:
        raise InputError(without_echoes(problems))
    return plan


def table(folder: Path, name: str, columns: tuple[Column, ...], problems: Problems) -> Table:
    """Read the table *name* of the city's plan folder, or the generic one that ships with the product."""
    own = folder / f"{name}.csv"
    if has_table(own) or name in CITY_TABLES:
        return read_table(own, columns, problems)
    with as_file(package_table("plan", f"{name}.csv")) as path:
        return read_table(path, columns, problems)


def tier_table(city: City, problems: Problems) -> dict[str, tuple[int, int]]:
    """Return (tier, rank from which it may be sent) by category of the ledger."""
    rows = table(city.folder / "plan", "tiers", COLUMNS["tiers"], problems)
    return {row["category_en"]: (row["tier"], row["opens_rank"]) for row in rows.records()}


def _coefficients(folder: Path, overrides: Mapping[str, float], file: str, problems: Problems) -> Coefficients:
    ours = read_coefficients(package_table("plan", "response.csv"))
    if has_table(folder / "response.csv"):
        ours = Coefficients({**ours.rows, **_own_coefficients(folder / "response.csv", ours, problems)})
    try:
        return ours.with_overrides(overrides, file)
    except InputError as error:
        problems.extend(error.problems)
        return ours


def _own_coefficients(path: Path, ours: Coefficients, problems: Problems) -> dict[str, Coefficient]:
    """Read the coefficients that the city has measured itself; each must be one that the model knows."""
    rows = read_table(path, COEFFICIENT, problems)
    check_unique(rows, "key", problems)
    for i, row in enumerate(rows.records()):
        if row["key"] not in ours:
            problems.append(rows.problem("unknown_coefficient", i, "key"))
    return {
        row["key"]: Coefficient(**{**row, "low": _known(row["low"]), "high": _known(row["high"])})
        for row in rows.records()
    }


def _known(value: float) -> float | None:
    return value if abs(value) < NEVER else None


def _text(row: Mapping[str, Any], stem: str = "name") -> Text:
    return Text(row[f"{stem}_zh"], row[f"{stem}_en"])


def _kinds(kinds: Table, skills: Table, problems: Problems) -> dict[str, DemandKind]:
    check_unique(kinds, "kind", problems)
    index = {kind: i for i, kind in enumerate(kinds.values.get("kind", []))}
    look_up(skills, "kind", index, problems, "demand kind")
    by_kind: dict[str, list[Skill]] = {}
    for row in skills.records():
        skill = Skill(capability=row["capability"], productivity=row["productivity"], leads=bool(row["leads"]))
        by_kind.setdefault(row["kind"], []).append(skill)
    return {
        row["kind"]: DemandKind(
            kind=row["kind"], name=_text(row), unit=_text(row, "unit"), law=row["law"], priority=row["priority"],
            skills=tuple(by_kind.get(row["kind"], ())), helper=row["helper"], without_helper=row["without_helper"],
            bystander_rate=row["bystander_rate"], local_responders=bool(row["local_responders"]),
            direct_call=bool(row["direct_call"]),
            arrival_limit_min=row["arrival_limit_min"], works_call=bool(row["works_call"]),
        )
        for row in kinds.records()
    }


def _crew_types(rows: Table) -> dict[str, CrewType]:
    fields = ("type", "crew_size", "vehicle", "productivity", "recall_share", "recall_min")
    return {row["type"]: CrewType(**{field: row[field] for field in fields}) for row in rows.records()}


def _items(rows: Table) -> dict[str, Item]:
    return {
        row["item_id"]: Item(
            item_id=row["item_id"], name=_text(row), unit=_text(row, "unit"), persons_per_item=row["persons_per_item"],
            volume_m3=row["volume_m3"], weight_kg=row["weight_kg"],
        )
        for row in rows.records()
    }


def _levels(levels: Table, indicators: Table) -> tuple[Level, ...]:
    thresholds: dict[int, dict[str, float]] = {}
    for row in indicators.records():
        thresholds.setdefault(row["rank"], {})[row["indicator"]] = row["threshold"]
    return tuple(
        Level(
            rank=row["rank"], name=_text(row), indicators=thresholds.get(row["rank"], {}),
            decision_min=row["decision_min"], recalls_off_duty=bool(row["recalls_off_duty"]),
        )
        for row in sorted(levels.records(), key=lambda row: -row["rank"])
    )


def _aid(rows: Table, city: City, crew_types: Table, problems: Problems) -> tuple[AidGroup, ...]:
    nodes = {node: i for i, node in enumerate(city.roads.node_id)}
    types = {name: i for i, name in enumerate(crew_types.values.get("type", []))}
    look_up(rows, "type", types, problems, "crew type")
    groups = []
    for i, row in enumerate(rows.records()):
        entries = row["entry_nodes"].split("|")
        for node in entries:
            if node not in nodes:
                near = nearest(node, nodes)
                problems.append(rows.problem("unknown_reference", i, "entry_nodes", what="node", near=near))
        groups.append(
            AidGroup(
                group_id=row["group_id"], name=_text(row), rank=row["rank"],
                entry_nodes=tuple(nodes.get(node, 0) for node in entries), after_min=row["after_min"], type=row["type"],
                crews=row["crews"], capabilities=tuple(row["capabilities"].split(";")), trucks=row["trucks"],
                ambulances=row["ambulances"],
            )
        )
    return tuple(groups)


def _kit(rows: Table, items: Mapping[str, Item], problems: Problems) -> tuple[KitLine, ...]:
    lines = []
    for i, row in enumerate(rows.records()):
        ids = tuple(row["items"].split("|"))
        for item in ids:
            if item not in items or items[item].persons_per_item <= 0:
                near = nearest(item, items)
                problems.append(rows.problem("unknown_reference", i, "items", what="relief item", near=near))
        lines.append(
            KitLine(line_id=row["line"], name=_text(row), items=ids, per_person=row["per_person"],
                    cold_only=bool(row["cold_only"]), indoor_free=bool(row["indoor_free"]))
        )
    return tuple(lines)


def _links(rows: Table) -> tuple[ReportLink, ...]:
    return tuple(
        ReportLink(link=row["link"], name=_text(row), median_min=row["median_min"],
                   dark_median_min=row["dark_median_min"], sigma=row["sigma"])
        for row in rows.records()
    )


def _channels(rows: Table) -> tuple[Channel, ...]:
    fields = ("channel", "cap_day", "cap_night", "p_per_min", "q_per_min", "people_per_device", "device")
    return tuple(
        Channel(
            name=_text(row), needs_power=bool(row["needs_power"]), needs_communication=bool(row["needs_communication"]),
            **{field: row[field] for field in fields},
        )
        for row in rows.records()
    )


def _targets(rows: Table, problems: Problems) -> tuple[Target, ...]:
    check_unique(rows, "target_id", problems)
    fields = ("target_id", "source", "kind", "measure", "statistic", "sense", "limit", "assurance")
    return tuple(
        Target(
            name=_text(row), clause=_text(row, "clause"), unit=_text(row, "unit"),
            **{field: row[field] for field in fields},
        )
        for row in rows.records()
    )


__all__ = ["read_plan", "table", "tier_table"]
