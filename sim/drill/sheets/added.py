"""Injects that a designer wrote into the list by hand, and their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sim.common.types import Text
from sim.drill.model import Clause, Drill, Inject
from sim.drill.review.schedule import sim_of
from sim.drill.sheets.apply import clause_of, move_at
from sim.drill.sheets.columns import every_column
from sim.drill.sheets.compare import Compared
from sim.drill.sheets.diff import Added
from sim.drill.sheets.edits import MOST_LAT, NEEDED, unknown_ids
from sim.drill.sheets.rows import EXPECTED
from sim.drill.sheets.values import UnreadableError, Value, as_text, read

FORMS = {"inject": ("I-", 3), "contingency": ("C-", 3), "reserve": ("R-", 2), "admin": ("X-", 2)}
"""By kind: how an id begins and how many digits follow."""
READ = ("inject_id", "kind", "offset_min")
"""Columns that only a new row may fill."""
ID = re.compile(r"([A-Z])-(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row that is enough for an inject."""

    row: int
    kind: str
    item: str
    """Its id; empty for the next free one."""
    said: Mapping[str, Value]


def added(made: Compared) -> list[Added]:
    """Return the new injects of the list; rows that are none are noted in *made*."""
    lines = [line for row, cells in made.new if (line := _line(made, row, cells)) is not None]
    taken = {each.inject_id for each in made.drill.injects}
    found: list[Added] = []
    for line in sorted(lines, key=lambda each: not each.item):
        item = line.item or _free(line.kind, taken)
        code = _id_problem(line, item, taken)
        if code:
            made.problem(code, line.row, "inject_id", line.item, form=_form(line.kind, 1))
            continue
        taken.add(item)
        found.append(Added(inject=_inject(made.drill, item, line.kind, line.said), row=line.row))
    return sorted(found, key=lambda each: each.row)


def _line(made: Compared, row: int, cells: Mapping[str, object]) -> _Line | None:
    said = _read(made, row, cells)
    if said is None:
        return None
    item = str(said.get("inject_id", ""))
    kind = str(said.get("kind", "")) or _kind_of(item)
    if kind not in FORMS:
        made.problem("new_action" if kind == EXPECTED else "new_move", row, "kind", cells.get("kind"))
        return None
    return _Line(row=row, kind=kind, item=item, said=said) if _complete(made, row, kind, said) else None


def _kind_of(item: str) -> str:
    """Return what a row without a kind is, by its id."""
    known = {stem: kind for kind, (stem, _) in FORMS.items()} | {"A-": EXPECTED, "M-": "move"}
    return known.get(item[:2], "inject")


def _form(kind: str, number: int) -> str:
    stem, digits = FORMS[kind]
    return f"{stem}{number:0{digits}d}"


def _free(kind: str, taken: set[str]) -> str:
    """Return the next free id of *kind*: a number is never used twice, not even that of a removed row."""
    stem = FORMS[kind][0]
    used = [int(found[2]) for each in taken if (found := ID.fullmatch(each)) and each.startswith(stem)]
    return _form(kind, max(used, default=0) + 1)


def _id_problem(line: _Line, item: str, taken: set[str]) -> str:
    stem, digits = FORMS[line.kind]
    if line.kind == "contingency" and (not line.item or "I" + item[1:] not in taken):
        return "contingency_id"
    if item in taken:
        return "twice_new"
    return "" if re.fullmatch(rf"{stem}\d{{{digits},}}", item) else "bad_id"


def _read(made: Compared, row: int, cells: Mapping[str, object]) -> dict[str, Value] | None:
    """Return the row's values; ``None`` if one of them means nothing."""
    said: dict[str, Value] = {}
    known = len(made.problems)
    for column in every_column("msel"):
        cell = cells.get(column.key)
        if not as_text(cell):
            continue
        if column.edit != "yes" and column.key not in READ:
            made.keep(column.edit, row, "", column.key, None, as_text(cell))
            continue
        try:
            said[column.key] = read(column.kind, cell, made.drill)
        except UnreadableError as error:
            made.problem(error.code, row, column.key, cell, **error.params)
    return said if len(made.problems) == known else None


def _complete(made: Compared, row: int, kind: str, said: dict[str, Value]) -> bool:
    """Tell whether *said* is enough for an inject; if not, note what is missing or wrong."""
    heads = made.given.heads
    wanted: dict[str, tuple[str, ...]] = {stem: (f"{stem}_zh", f"{stem}_en") for stem in NEEDED}
    wanted |= {"mode": ("mode",), "to_unit": ("to_unit",)}
    if kind in ("inject", "admin"):
        wanted["ex_time"] = ("ex_time", "offset_min")
    missing = [
        heads.get(keys[0], keys[0]) for keys in wanted.values()
        if all(said.get(key) in (None, "") for key in keys)
    ]
    if missing:
        made.problem("incomplete", row, "inject_id", said.get("inject_id") or "", missing=", ".join(missing))
        return False
    return not _wrong(made, row, said)


def _wrong(made: Compared, row: int, said: Mapping[str, Value]) -> bool:
    """Tell whether cells of a new row do not stand together, and note it."""
    known = {each.objective_id for each in made.drill.objectives}
    unknown = unknown_ids(said.get("objective"), known)
    at, lon, lat, clause = _minutes(said), said.get("lon"), said.get("lat"), clause_of(None, said)
    offset = said.get("offset_min")
    code, key = "", ""
    if at is not None and isinstance(offset, (int, float)) and abs(at - offset) >= 1.0:
        made.problem("time_mixed", row, "ex_time", at, time=made.given.heads.get("ex_time", ""),
                     offset=made.given.heads.get("offset_min", ""))
        return True
    if unknown:
        code, key = "unknown_objective", "objective"
    elif at is not None and at < 0:
        code, key = "before_start", "ex_time"
    elif (lon is None) != (lat is None):
        code, key = "half_point", "lon"
    elif isinstance(lat, (int, float)) and abs(lat) > MOST_LAT:
        code, key = "bad_coordinate", "lat"
    elif clause is not None and not any(clause.plan):
        code, key = "clause_plan", "clause"
    if code:
        params = {"wrong": ", ".join(unknown), "known": ", ".join(sorted(known))} if unknown else {}
        made.problem(code, row, key, as_text(said.get(key)), **params)
    return bool(code)


def _minutes(said: Mapping[str, Value]) -> float | None:
    at = said.get("ex_time")
    at = said.get("offset_min") if at is None else at
    return float(at) if isinstance(at, (int, float)) else None


def _inject(drill: Drill, item: str, kind: str, said: Mapping[str, Value]) -> Inject:
    at = _minutes(said)
    lon, lat = (said.get(key) for key in ("lon", "lat"))
    clause: Clause | None = clause_of(None, said)
    return Inject(
        inject_id=item, kind=kind, move_id=move_at(drill, at), ex_min=at,
        sim_min=sim_of(drill, at) if at is not None and kind == "inject" else None,
        title=_text(said, "title"), message=_text(said, "message"), mode=str(said["mode"]),
        from_role=_text(said, "from_role"), to_unit=str(said["to_unit"]), to_role=_text(said, "to_role"),
        controller=str(said.get("controller", "")), location=_text(said, "location"),
        lon=float(lon) if isinstance(lon, (int, float)) else None,
        lat=float(lat) if isinstance(lat, (int, float)) else None,
        action_ids=(), objective_ids=_list(said, "objective"), capability=str(said.get("capability", "")),
        clause=clause, condition=_text(said, "condition"), materials=_list(said, "materials"), timed=False,
        sim_event="", theme="", answers=(), first_report=Text("", ""), warning="",
    )


def _text(said: Mapping[str, Value], stem: str) -> Text:
    return Text(str(said.get(f"{stem}_zh", "")), str(said.get(f"{stem}_en", "")))


def _list(said: Mapping[str, Value], key: str) -> tuple[str, ...]:
    found = said.get(key, ())
    return found if isinstance(found, tuple) else ()
