"""The data files of a drill: tables as CSV, the record itself, and a schema of each."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from sim.drill.model import MODES, ROLES, Drill
from sim.drill.sheets.columns import KEYS, Column, every_column
from sim.drill.sheets.rows import EXPECTED, Row
from sim.drill.sheets.tables import rows_of
from sim.drill.sheets.values import Cell, coded
from sim.drill.store import schema, write_drill

FILES = {
    "injects": "msel", "expected_actions": "actions", "benchmarks": "benchmarks", "objectives": "objectives",
    "participants": "participants",
}
"""By file name: the sheet whose columns it has."""
MARKS = ("=", "+", "-", "@", "\t")
"""A text that begins so would be taken for a formula by a spreadsheet that opens a CSV."""
DROPPED = {"msel": ("seq",), "participants": ("contact", "rally_point")}
TYPES = {
    "number": "number", "share": "number", "coordinate": "number", "limit": "number", "offset": "number",
    "figure": "number", "int": "integer", "yes_no": "boolean",
}
ENUMS = {"mode": MODES, "role": ROLES}


def write_data(drill: Drill, folder: Path) -> list[Path]:
    """Write the data files into *folder* and its ``schema``, made if need be; equal drills give equal bytes."""
    (folder / "schema").mkdir(parents=True, exist_ok=True)
    written = []
    for name, sheet in FILES.items():
        table, described = folder / f"{name}.csv", folder / "schema" / f"{name}.json"
        table.write_bytes(table_csv(drill, sheet).encode("utf-8-sig"))
        described.write_bytes(_json(table_schema(name, sheet)))
        written += [table, described]
    record, described = folder / "drill.json", folder / "schema" / "drill.schema.json"
    write_drill(drill, record)
    described.write_bytes(_json(schema()))
    return [*written, record, described]


def table_csv(drill: Drill, sheet: str) -> str:
    """Return the rows of *sheet* with codes in place of words; texts that look like formulas are marked as texts."""
    layout = fields(sheet)
    rows = [row for row in rows_of(sheet, drill) if row.get("kind") != EXPECTED]
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow([each.key for each in layout])
    for row in rows:
        writer.writerow([_cell(each, row, drill) for each in layout])
    return made.getvalue()


def fields(sheet: str) -> list[Column]:
    """Return the columns of a data file: those of its *sheet* that come from the record."""
    return [each for each in every_column(sheet) if each.edit != "fill" and each.key not in DROPPED.get(sheet, ())]


def _cell(each: Column, row: Row, drill: Drill) -> Cell:
    value = row.get(each.key)
    if each.kind in TYPES and isinstance(value, str):
        return None
    cell = coded(each.kind, value, drill)
    if isinstance(cell, float) and each.kind == "int":
        return round(cell)
    return guarded(cell) if isinstance(cell, str) else cell


def guarded(said: str) -> str:
    """Return *said* with an apostrophe before it if it, without apostrophes, begins as a formula does."""
    return f"'{said}" if said.lstrip("'").startswith(MARKS) else said


def unguarded(said: str) -> str:
    """Return what was given to :func:`guarded`."""
    return said[1:] if said.startswith("'") and said.lstrip("'").startswith(MARKS) else said


def table_schema(name: str, sheet: str) -> dict[str, Any]:
    """Return the schema of a data file, in the words of Frictionless table schemas."""
    described = [_field(each) for each in fields(sheet)]
    return {"name": name, "fields": described, "primaryKey": list(KEYS[sheet]), "missingValues": [""]}


def _field(each: Column) -> Mapping[str, Any]:
    area = each.kind.partition(":")[2]
    required = each.key in KEYS[each.sheet]
    limits: dict[str, Any] = {"required": True} if required else {}
    if area in ENUMS:
        limits["enum"] = list(ENUMS[area])
    made: dict[str, Any] = {
        "name": each.key, "title": f"{each.name.zh} / {each.name.en}", "type": TYPES.get(each.kind, "string"),
    }
    return {**made, "constraints": limits} if limits else made


def _json(tree: Mapping[str, Any] | Sequence[Any]) -> bytes:
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()
