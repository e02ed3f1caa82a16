"""Reads a table (CSV or Excel) into typed columns and collects everything that is wrong with it.

::

    table = read_table(path, [Column("node_id"), Column("lon", float, low=-180, high=180), ...], problems)
    table["lon"]        # list of values, one per row
    table.rows          # the spreadsheet row of each (header = 1), for problems found later

Nothing is raised here: the caller goes on with what could be read and raises all problems at once.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.common.errors import Problem

Problems = list[Problem]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, type (``str``, ``int``, ``float``) and the values that make sense."""

    name: str
    type: Callable[[str], Any] = str
    low: float = -math.inf
    high: float = math.inf
    required: bool = True
    """Must the column exist?"""
    blank: Any = None
    """Value of an empty cell; ``None`` means that a number may not be empty (text may)."""
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Table:
    """What could be read: values by column, the spreadsheet row of each record, the file's digest."""

    file: str
    values: dict[str, list[Any]] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    sha256: str = ""

    def __getitem__(self, column: str) -> list[Any]:
        return self.values[column]

    def __len__(self) -> int:
        return len(self.rows)

    def records(self) -> list[dict[str, Any]]:
        """Return one dict per row."""
        return [{name: column[i] for name, column in self.values.items()} for i in range(len(self))]

    def problem(self, code: str, i: int, column: str, **params: object) -> Problem:
        """Return a problem of row number *i* (0 is the first record)."""
        value = self.values[column][i] if column in self.values else ""
        return Problem(code=code, file=self.file, row=self.rows[i], column=column, value=str(value), params=params)


def decode(path: Path, problems: Problems) -> str | None:
    """Return the text of a file in UTF-8 (with or without BOM) or GB18030; ``None`` (and a problem) otherwise."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        problems.append(Problem(code="missing_file", file=path.name, value=str(path)))
        return None
    except OSError as error:
        problems.append(Problem(code="unreadable_file", file=path.name, value=str(error.strerror)))
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    problems.append(Problem(code="encoding", file=path.name))
    return None


def _cells(path: Path, problems: Problems) -> list[list[str]]:
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        return _sheet(path, problems)
    text = decode(path, problems)
    if text is None:
        return []
    if not text.strip():
        problems.append(Problem(code="empty_file", file=path.name))
        return []
    return list(csv.reader(text.splitlines()))


def _sheet(path: Path, problems: Problems) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except FileNotFoundError:
        problems.append(Problem(code="missing_file", file=path.name, value=str(path)))
        return []
    except (CalamineError, OSError) as error:
        problems.append(Problem(code="unreadable_file", file=path.name, value=str(error)))
        return []
    return [[_plain(cell) for cell in row] for row in sheet.to_python()]


def _plain(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def read_table(
    path: Path,
    columns: Sequence[Column],
    problems: Problems,
    *,
    aliases: Mapping[str, str] | None = None,
    clean: Callable[[str], str] | None = None,
    extra: bool = False,
) -> Table:
    """Read *path* into :class:`Table`; every problem found goes into *problems*.

    *aliases* maps headers as found to column names (a ledger in Chinese). Rows above the header (merged titles) are
    skipped when aliases are given. *clean* is applied to cells of number columns before they are read. *extra*
    allows columns that are not declared.
    """
    cells = _cells(path, problems)
    table = Table(path.name)
    if not cells:
        return table
    table.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = {column.name for column in columns}
    top = _header_row(cells, known, aliases or {})
    header = [(aliases or {}).get(name.strip(), name.strip()) for name in cells[top]]
    _check_header(table.file, header, columns, problems, extra=extra)
    if len(cells) == top + 1:
        problems.append(Problem(code="no_rows", file=table.file))
    place = {name: i for i, name in enumerate(header)}
    for number, row in enumerate(cells[top + 1 :], start=top + 2):
        if any(cell.strip() for cell in row):
            _take_row(table, number, row, columns, place, problems, clean)
    return table


def _header_row(cells: list[list[str]], known: set[str], aliases: Mapping[str, str]) -> int:
    """Return the row that looks most like a header among the first five."""
    if not aliases:
        return 0
    hits = [sum(aliases.get(cell.strip(), cell.strip()) in known for cell in row) for row in cells[:5]]
    return hits.index(max(hits))


def _check_header(file: str, header: list[str], columns: Sequence[Column], problems: Problems, *, extra: bool) -> None:
    known = [column.name for column in columns]
    for column in columns:
        if column.required and column.name not in header:
            params = {"found": ", ".join(header[:12])}
            problems.append(Problem(code="missing_column", file=file, row=1, column=column.name, params=params))
    seen: set[str] = set()
    for name in header:
        if name and name in seen:
            problems.append(Problem(code="repeated_column", file=file, row=1, column=name))
        seen.add(name)
        if name not in known and not extra and name:
            near = difflib.get_close_matches(name, known, 1)
            params = {"near": near[0] if near else ", ".join(known)}
            problems.append(Problem(code="unknown_column", file=file, row=1, column=name, params=params))


def _take_row(
    table: Table, number: int, row: list[str], columns: Sequence[Column], place: Mapping[str, int],
    problems: Problems, clean: Callable[[str], str] | None,
) -> None:
    table.rows.append(number)
    for column in columns:
        i = place.get(column.name, -1)
        cell = row[i].strip() if 0 <= i < len(row) else ""
        if clean is not None and column.type is not str:
            cell = clean(cell)
        table.values.setdefault(column.name, []).append(_value(table.file, number, column, cell, problems, i >= 0))


def _value(file: str, row: int, column: Column, cell: str, problems: Problems, present: bool) -> Any:
    """Return the typed value of one cell; on a problem a stand-in of the right type, so that reading can go on."""
    if column.type is str:
        if column.choices and cell not in column.choices and present:
            problems.append(
                Problem(code="not_a_choice", file=file, row=row, column=column.name, value=cell,
                        params={"choices": ", ".join(column.choices)})
            )
        return cell if cell or column.blank is None else column.blank
    if not cell:
        if column.blank is None and present:
            problems.append(Problem(code="empty_cell", file=file, row=row, column=column.name))
        return column.type("0") if column.blank is None else column.blank
    try:
        value = column.type(cell)
    except ValueError:
        code = "not_an_integer" if column.type is int else "not_a_number"
        problems.append(Problem(code=code, file=file, row=row, column=column.name, value=cell))
        return column.type("0")
    if not math.isfinite(value) or not column.low <= value <= column.high:
        problems.append(
            Problem(code="out_of_range", file=file, row=row, column=column.name, value=cell,
                    params={"low": column.low, "high": column.high})
        )
        return column.type("0")
    return value


ECHOES = frozenset({
    "unknown_reference", "repeated_id", "people_do_not_add_up", "shares_do_not_add_up", "road_to_itself",
    "lat_lon_swapped", "graph_in_pieces", "more_ready_than_people",
})
"""Problems that compare cells with other cells."""


def without_echoes(problems: Sequence[Problem]) -> Problems:
    """Return *problems* without those that only follow from a column that is missing altogether."""
    torn = {problem.file for problem in problems if problem.code == "missing_column"}
    return [problem for problem in problems if not (problem.file in torn and problem.code in ECHOES)]


def check_unique(table: Table, column: str, problems: Problems) -> None:
    """Report every row whose *column* repeats an earlier row's."""
    seen: dict[Any, int] = {}
    for i, value in enumerate(table.values.get(column, [])):
        if value in seen:
            problems.append(table.problem("repeated_id", i, column, first=seen[value]))
        seen.setdefault(value, table.rows[i])


def look_up(table: Table, column: str, index: Mapping[str, int], problems: Problems, what: str) -> list[int]:
    """Return the index of each row's *column* in *index*; unknown ones are problems and become 0."""
    found = []
    for i, value in enumerate(table.values.get(column, [])):
        if value not in index:
            near = difflib.get_close_matches(str(value), list(index), 1)
            problems.append(table.problem("unknown_reference", i, column, what=what, near=near[0] if near else "-"))
        found.append(index.get(value, 0))
    return found
