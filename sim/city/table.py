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
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.common.errors import Problem
from sim.common.texts import in_both, text
from sim.common.types import Text

Problems = list[Problem]

SHEETS = (".xlsx", ".xls", ".xlsb", ".ods")
EXCEL_BEGINS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of a workbook, whatever its name."""
SEPARATORS = {"\t": "tabs", ";": "semicolons"}
"""What stands between the cells of a file that looks like CSV and is not."""
HEADER_ROWS = 5
"""How far down the header may stand."""
TINY = 1e-6
"""A lower limit up to this size means: more than nothing."""


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


def table_path(path: Path) -> Path:
    """Return the file in which the table *path* stands: itself, or a workbook of that name in its place."""
    if path.suffix.lower() != ".csv" or path.exists():
        return path
    return next((book for book in map(path.with_suffix, SHEETS) if book.is_file()), path)


def has_table(path: Path) -> bool:
    """Tell whether the table *path* stands there, as itself or as a workbook."""
    return table_path(path).exists()


def _cells(path: Path, problems: Problems) -> list[list[str]]:
    if path.suffix.lower() in SHEETS:
        return _sheet(path, problems)
    if _begin_of(path).startswith(EXCEL_BEGINS):
        params = {"name": path.with_suffix(".xlsx").name}
        problems.append(Problem(code="excel_file", file=path.name, params=params))
        return []
    content = decode(path, problems)
    if content is None:
        return []
    if not content.strip():
        problems.append(Problem(code="empty_file", file=path.name))
        return []
    lines = content.splitlines()
    bare = [line for line in lines[:HEADER_ROWS] if "," not in line]
    mark = next((name for sign, name in SEPARATORS.items() if any(line.count(sign) > 1 for line in bare)), None)
    if mark is None:
        return list(csv.reader(lines))
    problems.append(Problem(code="separator", file=path.name, params={"what": mark}))
    return []


def _begin_of(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(4)
    except OSError:
        return b""


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
    ignored: Collection[str] = (),
) -> Table:
    """Read *path* into :class:`Table`; every problem found goes into *problems*.

    Where there is no such file but a workbook of the same name (``teams.xlsx``), its first sheet is read.

    *aliases* maps headers as found to column names (a ledger in Chinese). Rows above the header (merged titles) are
    skipped when aliases are given. *clean* is applied to cells of number columns before they are read. *extra*
    allows columns that are not declared, *ignored* names some of them.
    """
    path = table_path(path)
    cells = _cells(path, problems)
    table = Table(path.name)
    if not cells:
        return table
    table.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    known = {column.name for column in columns}
    top = _header_row(cells, known, aliases or {})
    header = [(aliases or {}).get(name.strip(), name.strip()) for name in cells[top]]
    _check_header(table.file, [name for name in header if name not in ignored], columns, problems, extra=extra)
    if len(cells) == top + 1:
        problems.append(Problem(code="no_rows", file=table.file))
    place = {name: i for i, name in enumerate(header)}
    for number, row in enumerate(cells[top + 1 :], start=top + 2):
        if any(cell.strip() for cell in row):
            _take_row(table, number, row, columns, place, problems, clean)
    return table


def _header_row(cells: list[list[str]], known: set[str], aliases: Mapping[str, str]) -> int:
    """Return the row that looks most like a header among the first few."""
    if not aliases:
        return 0
    hits = [sum(aliases.get(cell.strip(), cell.strip()) in known for cell in row) for row in cells[:HEADER_ROWS]]
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
            near = nearest(name, known, SUGGESTIONS)
            problems.append(Problem(code="unknown_column", file=file, row=1, column=name, params={"near": near}))


SUGGESTIONS = 3
"""Columns that are suggested for one that is not known."""


def nearest(name: str, known: Iterable[str], most: int = 1) -> Text:
    """Return a half-sentence that names what of *known* *name* may have been meant for; empty if nothing is near."""
    near = ", ".join(difflib.get_close_matches(name, list(known), most))
    return Text(text("nearest", "zh", near=near), text("nearest", "en", near=near)) if near else Text("", "")


def _take_row(
    table: Table, number: int, row: list[str], columns: Sequence[Column], place: Mapping[str, int],
    problems: Problems, clean: Callable[[str], str] | None,
) -> None:
    table.rows.append(number)
    before = len(problems)
    for column in columns:
        i = place.get(column.name, -1)
        cell = row[i].strip() if 0 <= i < len(row) else ""
        if clean is not None and column.type is not str:
            cell = clean(cell)
        table.values.setdefault(column.name, []).append(_value(table.file, number, column, cell, problems, i >= 0))
    problems[before:] = [_swapped(problem, row, place) for problem in problems[before:]]


def _swapped(problem: Problem, row: list[str], place: Mapping[str, int]) -> Problem:
    """Return *problem*; where a latitude is one only in the place of the longitude, a clearer one."""
    if problem.column != "lat" or problem.code != "out_of_range" or "lon" not in place:
        return problem
    try:
        lon, lat = (float(row[place[name]]) for name in ("lon", "lat"))
    except (ValueError, IndexError):
        return problem
    if abs(lon) > 90.0 or not 90.0 < abs(lat) <= 180.0:
        return problem
    return replace(problem, code="lat_lon_swapped", column="lon", value=f"{lon:g}", params={"lat": f"{lat:g}"})


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
    if not math.isfinite(value):
        problems.append(Problem(code="not_a_number", file=file, row=row, column=column.name, value=cell))
        return column.type("0")
    if not column.low <= value <= column.high:
        params = {"span": span_of(column.low, column.high)}
        problems.append(
            Problem(code="out_of_range", file=file, row=row, column=column.name, value=cell, params=params)
        )
        return column.type("0")
    return value


def span_of(low: float, high: float) -> Text:
    """Return in words which numbers lie between *low* and *high*."""
    if 0.0 < low <= TINY:
        key = "span.positive" if math.isinf(high) else "span.positive_to"
    elif math.isinf(high):
        key = "span.from"
    else:
        key = "span.to" if math.isinf(low) else "span.between"
    low_word, high_word = (f"{end:,.10g}" for end in (low, high))
    return in_both(key, low=low_word, high=high_word)


ECHOES = frozenset({
    "unknown_reference", "repeated_id", "people_do_not_add_up", "shares_do_not_add_up", "road_to_itself",
    "graph_in_pieces", "more_ready_than_people", "nobody_lives_here", "no_place",
})
"""Problems that compare cells with other cells."""
ECHO_GROUPS = ("water.", "vessel.", "wind.")
"""So do all whose code begins with one of these."""
BAD_CELLS = ("empty_cell", "not_an_integer", "not_a_number", "out_of_range", "not_a_choice", "lat_lon_swapped")
"""Problems of one cell, in the place of which a stand-in is read."""


def without_echoes(problems: Sequence[Problem]) -> Problems:
    """Return *problems* without those that only follow from a cell of the same row, or from a missing column."""
    torn = {problem.file for problem in problems if problem.code in ("missing_column", "separator", "excel_file")}
    cells = {(problem.file, problem.row) for problem in problems if problem.code in BAD_CELLS}
    files = {file for file, _ in cells} | {p.file for p in problems if p.code == "unknown_reference"}

    def follows(problem: Problem) -> bool:
        if problem.code not in ECHOES and not problem.code.startswith(ECHO_GROUPS):
            return False
        of_file = problem.row is None and problem.file in files
        return problem.file in torn or of_file or (problem.file, problem.row) in cells

    return [problem for problem in problems if not follows(problem)]


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
            near = nearest(str(value), index)
            problems.append(table.problem("unknown_reference", i, column, what=what, near=near))
        found.append(index.get(value, 0))
    return found
