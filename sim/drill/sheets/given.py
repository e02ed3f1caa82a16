"""Finds the sheets of a drill in a file that came back: which is which, where its head stands, what each column is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import shipped
from sim.drill.review.sheet import HEADER_ROWS, WORKBOOKS, csv_rows, plain, workbook_rows
from sim.drill.sheets.columns import KEYS, SHEETS, every_column
from sim.drill.sheets.data_files import unguarded
from sim.drill.sheets.say import say
from sim.drill.sheets.values import as_text

LEAST_HITS = {"msel": 4, "actions": 4}
"""Known columns that make a row the head of a sheet whose name says nothing; other sheets are known by their name."""
CUTS = ("\n", "/", "|", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One sheet as it came."""

    sheet: str
    """Key of the sheet that it is."""
    name: str
    """Its name in the file; empty for a CSV."""
    heads: Mapping[str, str]
    """By key of the known columns, in their order: the header as it stands."""
    unknown: tuple[str, ...]
    """Headers of other columns that hold something."""
    rows: tuple[tuple[int, Mapping[str, object]], ...]
    """Line number (1 = first of the sheet) and cells by key of column; blank lines are left out."""


def read_given(file: Path) -> list[Given]:
    """Return every sheet of *file* that is one of a drill, the best one of its kind first.

    Raises :class:`InputError` if the file cannot be read, holds none of a drill's sheets, or is a log to be reviewed.
    """
    is_book = file.suffix.lower() in WORKBOOKS
    sheets = workbook_rows(file) if is_book else [("", _unguarded(csv_rows(file)))]
    found = [given for name, rows in sheets if (given := _sheet(name, rows)) is not None]
    if not found:
        first = next((row for _, rows in sheets for row in rows), ())
        seen = ", ".join(as_text(cell) for cell in first)[:80]
        raise InputError([Problem(code="sheets.no_header", file=file.name, value=seen)])
    if all(each.sheet in ("log", "lists") for each in found):
        raise InputError([Problem(code="sheets.a_log", file=file.name)])
    return sorted(found, key=lambda each: (SHEETS.index(each.sheet), not _is_named(each.sheet, each.name)))


def _unguarded(rows: Sequence[Sequence[object]]) -> list[tuple[object, ...]]:
    return [tuple(unguarded(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]


def _is_named(sheet: str, name: str) -> bool:
    zh, en = (plain(say(f"sheet.{sheet}", lang)) for lang in ("zh", "en"))
    return plain(name) in {zh, en, zh + en, en + zh}


def _sheet(name: str, rows: Sequence[Sequence[object]]) -> Given | None:
    """Return what this sheet is, by its name, else by its head; ``None`` for one that is not of a drill."""
    named = [sheet for sheet in SHEETS if _is_named(sheet, name)]
    best: tuple[int, int, str] | None = None
    for sheet in named or (LEAST_HITS if name else [each for each in SHEETS if each != "lists"]):
        at, hits = _header(sheet, rows)
        least = 2 if named else LEAST_HITS.get(sheet, 4)
        if at is not None and hits >= least and (best is None or hits > best[0]):
            best = (hits, at, sheet)
    return None if best is None else _below(name, best[2], rows, best[1])


def _header(sheet: str, rows: Sequence[Sequence[object]]) -> tuple[int | None, int]:
    best, most = None, 0
    for at, row in enumerate(rows[:HEADER_ROWS]):
        hit = {key for cell in row if (key := key_of(sheet, as_text(cell)))}
        if len(hit) > most and set(KEYS[sheet]) <= hit:
            best, most = at, len(hit)
    return best, most


def _below(name: str, sheet: str, rows: Sequence[Sequence[object]], at: int) -> Given:
    heads: dict[str, str] = {}
    places: dict[int, str] = {}
    others: dict[int, str] = {}
    for j, cell in enumerate(rows[at]):
        head = as_text(cell)
        key = key_of(sheet, head)
        if key and key not in heads:
            heads[key], places[j] = " ".join(head.split()), key
        else:
            others[j] = " ".join(head.split())
    kept: list[tuple[int, Mapping[str, object]]] = []
    used: set[int] = set()
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        used |= {j for j, cell in enumerate(row) if j not in places and as_text(cell)}
        cells = {places[j]: cell for j, cell in enumerate(row) if j in places}
        if any(as_text(cell) for cell in cells.values()):
            kept.append((number, cells))
    unknown = tuple(others.get(j) or f"#{j + 1}" for j in sorted(used))
    return Given(sheet=sheet, name=name, heads=heads, unknown=unknown, rows=tuple(kept))


@cache
def _known(sheet: str) -> dict[str, str]:
    made = {plain(row["header"]): row["key"] for row in shipped("sheet_headers.csv") if row["sheet"] == sheet}
    for each in every_column(sheet):
        made |= {plain(said): each.key for said in (each.key, each.key.replace("_", " "))}
    for each in every_column(sheet):
        zh, en = each.name
        made |= {plain(said): each.key for said in (zh, en, zh + en, en + zh)}
    return made


def key_of(sheet: str, header: str) -> str:
    """Return the column that *header* means, by either language or both; empty if none."""
    known = _known(sheet)
    if plain(header) in known:
        return known[plain(header)]
    for cut in CUTS:
        for part in header.split(cut) if cut in header else ():
            if plain(part) in known:
                return known[plain(part)]
    return ""
