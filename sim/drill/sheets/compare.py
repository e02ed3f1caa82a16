"""Holds one sheet that came back against the one that would be written: row by row, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.common.errors import Problem
from sim.drill.model import Drill
from sim.drill.sheets.columns import KEYS, Column, every_column
from sim.drill.sheets.diff import Kept
from sim.drill.sheets.given import Given
from sim.drill.sheets.overview import BLANKS, TEXTS
from sim.drill.sheets.rows import EXPECTED, Row
from sim.drill.sheets.tables import rows_of
from sim.drill.sheets.values import UnreadableError, Value, as_text, coded, read, same, shown

ItemKey = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that differs, in a column that is taken over."""

    item: str
    column: Column
    row: int
    head: str
    before: Value
    after: Value


@dataclass(slots=True, kw_only=True)
class Compared:
    """What one sheet came to; filled while it is read."""

    given: Given
    file: Path
    drill: Drill
    cells: dict[str, list[Cell]] = field(default_factory=dict)
    """By item."""
    kept: list[Kept] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    new: list[tuple[int, Mapping[str, object]]] = field(default_factory=list)
    """Rows with no id, or with one that the record does not have."""

    @property
    def sheet(self) -> str:
        """Key of the sheet."""
        return self.given.sheet

    def problem(self, code: str, row: int | None, key: str, value: object, **params: object) -> None:
        """Note what cannot be taken over."""
        place = self.file.name + (f" [{self.given.name}]" if self.given.name else "")
        head = self.given.heads.get(key, key) or None
        self.problems.append(
            Problem(code=f"sheets.{code}", file=place, row=row, column=head, value=as_text(value)[:60], params=params)
        )

    def keep(self, reason: str, row: int | None, item: str, key: str, before: Value, after: Value) -> None:
        """Note a difference that leaves the record as it is."""
        self.kept.append(Kept(
            reason=reason, sheet=self.sheet, row=row, item_id=item, field=key, before=before, after=after
        ))


def compare(given: Given, file: Path, drill: Drill) -> Compared:
    """Return everything in which *given* differs from the same sheet of *drill*."""
    made = Compared(given=given, file=file, drill=drill)
    held = {_key(given.sheet, row): row for row in rows_of(given.sheet, drill)}
    found: dict[ItemKey, list[tuple[int, Mapping[str, object]]]] = {}
    for number, cells in given.rows:
        key = tuple(_id_of(given.sheet, each, cells, drill) for each in KEYS[given.sheet])
        if key in held:
            found.setdefault(key, []).append((number, cells))
        else:
            made.new.append((number, cells))
    mirrors = any(held[key].get("kind") == EXPECTED for key in found)
    for key, row in held.items():
        item = " ".join(key)
        if key not in found:
            if given.sheet != "msel" or row.get("kind") != EXPECTED or mirrors:
                made.missing.append(item)
        elif len(found[key]) > 1:
            lines = ", ".join(str(number) for number, _ in found[key])
            made.problem("twice", found[key][1][0], KEYS[given.sheet][0], item, rows=lines)
        else:
            _compare_row(made, item, row, *found[key][0])
    for head in given.unknown:
        made.keep("column", None, "", head, None, None)
    return made


def _key(sheet: str, row: Row) -> ItemKey:
    return tuple(str(row[key]) for key in KEYS[sheet])


def _id_of(sheet: str, key: str, cells: Mapping[str, object], drill: Drill) -> str:
    kind = next(each.kind for each in every_column(sheet) if each.key == key)
    said = as_text(cells.get(key))
    if sheet in ("overview", "score"):
        return said
    try:
        return str(read(kind, said, drill))
    except UnreadableError:
        return said


def _compare_row(made: Compared, item: str, held: Row, number: int, cells: Mapping[str, object]) -> None:
    """Compare the columns that the file has; one that it has not says nothing."""
    for column in every_column(made.sheet):
        key = column.key
        if key in KEYS[made.sheet] or key not in made.given.heads:
            continue
        edited = _edited(made.sheet, column, item, held)
        before, cell = held.get(key), cells.get(key)
        if _as_written(column, cell, before, made.drill):
            continue
        try:
            after = read(column.kind, cell, made.drill) if column.edit != "fill" else as_text(cell)
        except UnreadableError as error:
            if edited == "yes":
                made.problem(error.code, number, key, cell, **error.params)
                continue
            after = as_text(cell)
        if key == "checked" and edited == "yes":
            before, after = bool(before), bool(after)
        if same(column.kind, after, before, made.drill):
            continue
        if edited == "yes":
            head = made.given.heads[key]
            found = Cell(item=item, column=column, row=number, head=head, before=before, after=after)
            made.cells.setdefault(item, []).append(found)
        else:
            made.keep(edited, number, item, key, before, after)


def _as_written(column: Column, cell: object, value: Value, drill: Drill) -> bool:
    """Tell whether a cell stands as it was written, be that a word or a code: then it need not even be readable."""
    said = as_text(cell)
    return said in (as_text(shown(column.kind, value, drill)), as_text(coded(column.kind, value, drill)))


def _edited(sheet: str, column: Column, item: str, held: Row) -> str:
    """Return ``yes`` if a change of this cell is taken over, else the reason why not."""
    if sheet == "msel":
        if held.get("kind") == EXPECTED:
            return "mirror" if column.edit == "yes" or column.key == "offset_min" else column.edit
        return "yes" if column.key == "offset_min" else column.edit
    if sheet == "overview":
        return column.edit if item in TEXTS or column.edit != "yes" else "fill" if item in BLANKS else "auto"
    if sheet == "actions" or column.edit == "fill":
        return column.edit
    return "sheet"
