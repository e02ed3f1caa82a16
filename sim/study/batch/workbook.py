"""Writes the tables of a run as a workbook for Excel: a sheet per table, measures side by side with their units."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from sim.common.errors import InputError, Problem
from sim.measure.verdict import is_share
from sim.study.batch.cells_table import COLUMNS, identifier

MOST_ROWS = 1_048_575
"""Rows of a sheet of Excel below the header."""
BLOCK = 10_000
SUFFIXES = {"_h": "h", "_min": "min", "_yuan": "yuan", "_kg": "kg", "_m": "m"}
OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}
"""Rows go to the disk as they come, and a text stays a text whatever it looks like."""

Row = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What a sheet holds."""

    name: str
    header: Sequence[str]
    count: int
    rows: Callable[[], Iterator[Row]]


def write_workbook(connection: duckdb.DuckDBPyConnection, tables: Sequence[str], file: Path) -> None:
    """Write *tables* as sheets of the workbook *file*.

    The sheet ``measures`` has a row for each cell, layout and replication and a column for each measure, ``townships``
    the same by township. ``inf`` (never) stands as text, what is not a number as an empty cell. Raises
    :class:`InputError` with every table that has more rows than Excel can hold.
    """
    sheets = [sheet for table in tables for sheet in _sheets(connection, table)]
    problems = [
        Problem(code="export.too_long", file=sheet.name, value=f"{sheet.count:,}", params={"most": f"{MOST_ROWS:,}"})
        for sheet in sheets
        if sheet.count > MOST_ROWS
    ]
    if problems:
        raise InputError(problems)
    with opened(file) as disk:
        stream = _Stream(disk)
        _write_sheets(stream, sheets)
    if stream.refused is not None:
        raise stream.refused


def opened(file: Path) -> FileIO:
    """Return the new *file*, every write of which goes to the disk at once."""
    return FileIO(file, "x")


class _Stream:
    """A file that keeps what the disk refuses until the workbook is closed.

    Else the archive that the workbook is would try to end itself once more, when nobody can catch that any more.
    """

    def __init__(self, disk: FileIO) -> None:
        self.disk = disk
        self.refused: OSError | None = None

    def write(self, content: bytes) -> int:
        """Write *content* whole, or nothing from the first refusal on."""
        left = memoryview(content)
        try:
            while left and self.refused is None:
                left = left[self.disk.write(left) or 0 :]
        except OSError as error:
            self.refused = error
        return len(content)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to *place*, as of any file."""
        return self.disk.seek(place, whence)

    def tell(self) -> int:
        """Return the place, as of any file."""
        return self.disk.tell()

    def flush(self) -> None:
        """Do nothing: every write goes to the disk."""


def _write_sheets(stream: _Stream, sheets: Sequence[_Sheet]) -> None:
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for column, name in enumerate(sheet.header):
                page.set_column(column, column, max(8, min(len(name) + 2, 40)))
                page.write_string(0, column, name, bold)
            for number, row in enumerate(sheet.rows(), start=1):
                _write_row(page, number, row)


def _write_row(page: Any, number: int, row: Row) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(number, column, value)
        elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            page.write_number(number, column, value)
        elif isinstance(value, float) and not math.isnan(value):
            page.write_string(number, column, str(value))


# ---- sheets --------------------------------------------------------------------------------


def _sheets(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[_Sheet]:
    if table == "measures":
        yield from _measure_sheets(connection)
        return
    query = f"SELECT * FROM {table}"
    columns = _columns(connection, table)
    yield _Sheet(
        name=table, header=[_with_unit(name) for name in columns], count=_count(connection, query),
        rows=lambda: _rows(connection, query),
    )


def _measure_sheets(connection: duckdb.DuckDBPyConnection) -> Iterator[_Sheet]:
    """Yield the measures of the city and those of the townships, a column for each measure."""
    beside = _beside(connection)
    keys = [name for name in ("cell", "layout", "replication") if name in _columns(connection, "measures")]
    for name, where in (("measures", "zone = ''"), ("townships", "zone <> ''")):
        measures = [str(row[0]) for row in _rows(
            connection, f"SELECT measure FROM measures WHERE {where} GROUP BY measure ORDER BY measure"
        )]
        zone = ["zone"] if name == "townships" else []
        count = _count(connection, f"SELECT 1 FROM measures WHERE {where} GROUP BY {', '.join([*keys, *zone])}")
        if count:
            header = [*keys, *zone, *beside.names, *(f"{measure} [{unit_of(measure)}]" for measure in measures)]
            yield _Sheet(
                name=name, header=header, count=count,
                rows=_wide(connection, keys, where, measures, beside, with_zone=bool(zone)),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What stands beside the measures of a cell: its hazard and the values of the parameters."""

    names: Sequence[str]
    of_cell: dict[object, Row]


def _beside(connection: duckdb.DuckDBPyConnection) -> _Beside:
    columns = _columns(connection, "cells")
    names = [name for name in columns if name == "hazard" or name not in (*COLUMNS, "replications")]
    if not columns:
        return _Beside(names=[], of_cell={})
    rows = _rows(connection, f"SELECT cell, {', '.join(map(identifier, names))} FROM cells")
    return _Beside(names=[_with_unit(name) for name in names], of_cell={row[0]: row[1:] for row in rows})


def _wide(
    connection: duckdb.DuckDBPyConnection, keys: Sequence[str], where: str, measures: Sequence[str], beside: _Beside,
    *, with_zone: bool,
) -> Callable[[], Iterator[Row]]:
    """Return what gives the rows of a sheet: rows of one cell, layout and replication follow one another in the table.
    """
    query = f"SELECT {', '.join(keys)}, zone, measure, value FROM measures WHERE {where}"
    place, width = {measure: n for n, measure in enumerate(measures)}, len(keys)

    def rows() -> Iterator[Row]:
        for key, group in groupby(_rows(connection, query), lambda row: tuple(row[:width])):
            zones: dict[object, list[object]] = {}
            for row in group:
                line = zones.setdefault(row[width], [None] * len(measures))
                line[place[str(row[width + 1])]] = row[width + 2]
            for zone, line in zones.items():
                yield [*key, *([zone] if with_zone else []), *beside.of_cell.get(key[0], ()), *line]

    return rows


def unit_of(measure: str) -> str:
    """Return the unit of *measure*, which its name tells: a time, money, mass, depth, a share, or else a number."""
    stem = measure.split(".")[0]
    if is_share(measure):
        return "share"
    return next((unit for suffix, unit in SUFFIXES.items() if stem.endswith(suffix)), "number")


def _with_unit(column: str) -> str:
    """Return the name of a column with its unit, if its name tells one."""
    unit = next((unit for suffix, unit in SUFFIXES.items() if column.endswith(suffix)), "")
    return f"{column} [{unit}]" if unit else column


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    found = connection.cursor().execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position", [table]
    )
    return [str(row[0]) for row in found.fetchall()]


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.cursor().execute(f"SELECT count(*) FROM ({query})").fetchone()
    return int(found[0]) if found else 0


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[Row]:
    """Yield the rows of *query* block by block; several may be read side by side."""
    asked = connection.cursor().execute(query)
    while block := asked.fetchmany(BLOCK):
        yield from block
