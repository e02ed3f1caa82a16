"""Opens a log: CSV in UTF-8 or GB18030, or the sheet of a workbook that has its header; titles above are skipped."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import shipped

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LOG_SHEETS = ("现场记录", "log")
HEADER_ROWS = 20
"""Titles, merged cells and notes may stand above the header; so many rows are looked through."""
LEAST_HITS = 2
"""Known columns that make a row a header."""
NEEDED = ({"time", "time_start", "time_end", "status"}, {"action_id", "text", "inject_id", "event_type"})
"""A header has one of each at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a log below its header."""

    columns: tuple[str, ...]
    """By place: a key of ``tables/log_headers.csv`` or the header as it stands."""
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    """Line number (1 = first of the sheet) and cells; empty lines are left out."""


def plain(said: object) -> str:
    """Return *said* without case, width and blanks: how words of headers and drop-downs are compared."""
    return "".join(unicodedata.normalize("NFKC", str(said)).lower().split())


@cache
def _headers() -> dict[str, str]:
    known = {plain(row["header"]): row["key"] for row in shipped("log_headers.csv")}
    keys = {row["key"] for row in shipped("log_headers.csv")}
    return {**known, **{plain(key): key for key in keys}, **{plain(key.replace("_", " ")): key for key in keys}}


def column_of(header: object) -> str:
    """Return the key of a *header*; bilingual ones (``时间 Time``) by either half; else the header itself."""
    said = str(header).replace("\n", " ").strip()
    known = _headers()
    if plain(said) in known:
        return known[plain(said)]
    for cut in (" ", "/", "|", "("):
        before, _, after = said.partition(cut)
        for half in (before, after.rstrip(")")):
            if after and plain(half) in known:
                return known[plain(half)]
    return said


def read_sheet(path: Path) -> Sheet:
    """Return the log in *path*. Raises :class:`InputError` if it cannot be read or has no header that is known."""
    found = [rows for _, rows in workbook_rows(path)] if path.suffix.lower() in WORKBOOKS else [csv_rows(path)]
    for rows in found:
        at = _header_at(rows)
        if at is not None:
            below = enumerate(rows[at + 1 :], start=at + 2)
            kept = tuple((i, row) for i, row in below if any(str(cell).strip() for cell in row if cell is not None))
            return Sheet(columns=_unique([column_of(cell) for cell in rows[at]]), rows=kept)
    seen = ", ".join(str(cell) for cell in (found[0][0] if found and found[0] else ()))[:80]
    raise InputError([Problem(code="review.no_header", file=path.name, value=seen)])


def _unique(columns: list[str]) -> tuple[str, ...]:
    """The first of two equal columns has the key; the second keeps a number, so that its cells are not lost."""
    seen: dict[str, int] = {}
    made = []
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(made)


def _header_at(rows: list[tuple[object, ...]]) -> int | None:
    known = set(_headers().values())
    best, most = None, LEAST_HITS - 1
    for at, row in enumerate(rows[:HEADER_ROWS]):
        hit = {column_of(cell) for cell in row if cell not in (None, "")} & known
        if len(hit) > most and all(hit & each for each in NEEDED):
            best, most = at, len(hit)
    return best


def csv_rows(path: Path) -> list[tuple[object, ...]]:
    """Return the rows of a CSV in UTF-8 or GB18030, parted by comma, tab or semicolon."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(path))]) from None
    except OSError as error:
        raise InputError([Problem(code="unreadable_file", file=path.name, value=str(error.strerror))]) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            said = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = said[:2000]
        mark = max(",\t;", key=first.count)
        return [tuple(row) for row in csv.reader(said.splitlines(keepends=True), delimiter=mark)]
    raise InputError([Problem(code="encoding", file=path.name)])


def workbook_rows(path: Path) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Return every sheet, the one that is named as the log first."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = sorted(book.sheet_names, key=lambda name: not any(mark in plain(name) for mark in LOG_SHEETS))
        return [
            (name, [tuple(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)])
            for name in names
        ]
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(path))]) from None
    except (CalamineError, OSError) as error:
        raise InputError([Problem(code="unreadable_file", file=path.name, value=str(error))]) from None
