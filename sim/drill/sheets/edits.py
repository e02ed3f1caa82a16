"""Which of the changed cells of a row can stand together; the others become problems."""

from __future__ import annotations

from collections.abc import Mapping

from sim.common.types import Text
from sim.drill.model import Action, Drill, Inject
from sim.drill.sheets.apply import CLAUSE, clause_of
from sim.drill.sheets.columns import column
from sim.drill.sheets.compare import Cell, Compared
from sim.drill.sheets.diff import Change
from sim.drill.sheets.values import Value

NEEDED = ("title", "message", "from_role")
"""Texts that an inject must have in one language at least."""
MOST_LAT = 90.0


def inject_changes(made: Compared) -> list[Change]:
    """Return the changes of injects that the list asks for; what cannot be taken over is noted in *made*."""
    by_id = {each.inject_id: each for each in made.drill.injects}
    changes: list[Change] = []
    for item, cells in made.cells.items():
        held = by_id[item]
        left = {each.column.key: each for each in cells}
        _time(made, held, left)
        _texts(made, {stem: getattr(held, stem) for stem in NEEDED}, left)
        for key in ("mode", "to_unit"):
            if key in left and not left[key].after:
                _refuse(made, left, "needed", key, missing=left[key].head)
        known = {each.objective_id for each in made.drill.objectives}
        if "objective" in left and (wrong := unknown_ids(left["objective"].after, known)):
            names = ", ".join(sorted(known))
            _refuse(made, left, "unknown_objective", "objective", wrong=", ".join(wrong), known=names)
        _point(made, held, left)
        _clause(made, held, left)
        changes += [_change("inject", each) for each in left.values()]
    return changes


def action_changes(made: Compared) -> list[Change]:
    """Return the changes of expected actions; what cannot be taken over is noted in *made*."""
    by_id = {each.action_id: each for each in made.drill.actions}
    changes: list[Change] = []
    for item, cells in made.cells.items():
        left = {each.column.key: each for each in cells}
        _texts(made, {"action": by_id[item].action}, left)
        _clause(made, by_id[item], left)
        changes += [_change("action", each) for each in left.values()]
    return changes


def overview_changes(made: Compared) -> list[Change]:
    """Return the changes of the first sheet; a name in no language is refused."""
    changes: list[Change] = []
    for item, cells in made.cells.items():
        left = {each.column.key: each for each in cells}
        if item in ("name", "safety_word"):
            _texts(made, {"value": getattr(made.drill.overview, item)}, left)
        changes += [_change("overview", each) for each in left.values()]
    return changes


def unknown_ids(given: Value, known: set[str]) -> list[str]:
    """Return the ids of a list that are not *known*."""
    return [each for each in given if each not in known] if isinstance(given, tuple) else []


def _change(what: str, cell: Cell) -> Change:
    return Change(
        what=what, item_id=cell.item, field=cell.column.key, before=cell.before, after=cell.after,
        sheet=cell.column.sheet, row=cell.row,
    )


def _refuse(made: Compared, left: dict[str, Cell], code: str, *keys: str, **params: object) -> None:
    """Take the cells of *keys* out of what is changed, with one problem."""
    gone = [left.pop(key) for key in keys if key in left]
    said = "; ".join(str(each.after) for each in gone if each.after not in (None, ""))
    made.problem(code, gone[0].row, gone[0].column.key, said, **params)


def _time(made: Compared, held: Inject, left: dict[str, Cell]) -> None:
    """One of the two columns of time is enough; if both are changed they must agree."""
    time, offset = left.get("ex_time"), left.pop("offset_min", None)
    if offset is not None and time is None:
        left["ex_time"] = Cell(
            item=offset.item, column=column("msel", "ex_time"), row=offset.row, head=offset.head, before=held.ex_min,
            after=offset.after,
        )
    elif offset is not None and time is not None and not _agree(time.after, offset.after):
        left["offset_min"] = offset
        _refuse(made, left, "time_mixed", "ex_time", "offset_min", time=time.head, offset=offset.head)
    if "ex_time" in left and (code := _time_problem(made.drill, held, left["ex_time"].after)):
        _refuse(made, left, code, "ex_time")


def _agree(one: Value, other: Value) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) < 1.0
    return one == other


def _time_problem(drill: Drill, held: Inject, at: Value) -> str:
    if held.kind == "move" or (held.kind == "admin" and held.ex_min in (0.0, drill.overview.endex_min)):
        return "fixed_time"
    if held.kind in ("inject", "admin") and at is None:
        return "needs_time"
    return "before_start" if isinstance(at, (int, float)) and at < 0 else ""


def _texts(made: Compared, held: Mapping[str, Text], left: dict[str, Cell]) -> None:
    """A text that is needed stays in one language at least."""
    for stem, old in held.items():
        keys = (f"{stem}_zh", f"{stem}_en")
        said = [left[key].after if key in left else before for key, before in zip(keys, old, strict=True)]
        if any(key in left for key in keys) and not any(said):
            head = next(left[key].head for key in keys if key in left)
            _refuse(made, left, "needed", *keys, missing=head)


def _point(made: Compared, held: Inject, left: dict[str, Cell]) -> None:
    if not {"lon", "lat"} & set(left):
        return
    lon = left["lon"].after if "lon" in left else held.lon
    lat = left["lat"].after if "lat" in left else held.lat
    if (lon is None) != (lat is None):
        _refuse(made, left, "half_point", "lon", "lat")
    elif isinstance(lat, (int, float)) and abs(lat) > MOST_LAT:
        _refuse(made, left, "bad_coordinate", "lat", "lon")


def _clause(made: Compared, held: Inject | Action, left: dict[str, Cell]) -> None:
    """A clause has the name of its plan."""
    said: Mapping[str, Value] = {key: left[key].after for key in CLAUSE if key in left}
    old = held.clause if isinstance(held, Inject) else held.limit_clause
    found = clause_of(old, said)
    nameless = not any(found.plan) if found is not None else old is None
    if said and nameless:
        _refuse(made, left, "clause_plan", *CLAUSE)
