"""The two workbooks of a drill: the list of injects with all that belongs to it, and the sheet for the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from sim.drill.model import Drill
from sim.drill.sheets.columns import SHEETS, columns
from sim.drill.sheets.grid import HEAD_ROW, add_sheet, open_book
from sim.drill.sheets.more_rows import list_rows, log_rows
from sim.drill.sheets.rows import Row
from sim.drill.sheets.say import both, named
from sim.drill.sheets.tables import rows_of

DROPS = {
    "msel": {"kind": "kind", "mode": "mode", "to_unit": "unit", "capability": "capability", "checked": "yes_no",
             "status": "state"},
    "actions": {"checked": "yes_no", "status": "status", "rating": "rating"},
    "log": {"event_type": "event_type", "status": "status", "time_basis": "time_basis", "source": "source",
            "rating": "rating"},
}
"""By sheet and column: which list of the sheet of lists its drop-down offers; other words may be typed as well."""
RESULTS = {"yes_no": ("yes", "no"), "rating4": ("P", "S", "M", "U"), "timed": ("in_time", "late", "undone", "unseen")}
"""What the result of a point of the evaluation is chosen from, by its method; a score is a number."""
BELOW = 200
"""Rows beyond the last one that drop-downs reach, for lines that are added."""


def msel_book(drill: Drill) -> bytes:
    """Return ``03_主情况清单 MSEL.xlsx``; equal drills give equal bytes."""
    book = open_book(drill, "controller")
    lists = list_rows(drill)
    for sheet in SHEETS:
        rows = rows_of(sheet, drill)
        made = add_sheet(book, sheet, rows)
        _drops(made, sheet, len(rows), lists)
        if sheet == "msel":
            made.activate()
            _numbers(made, len(rows))
        if sheet == "score":
            _results(made, rows)
    return book.data()


def log_book(drill: Drill) -> bytes:
    """Return ``07_现场记录表 Log.xlsx``: the form that a review reads, with the ids printed on it."""
    book = open_book(drill, "evaluator")
    rows, lists = log_rows(drill), list_rows(drill)
    _drops(add_sheet(book, "log", rows, name=LOG_SHEET), "log", len(rows), lists)
    add_sheet(book, "lists", lists)
    return book.data()


LOG_SHEET = "现场记录"
"""By this name a review finds it."""


def _place(sheet: str, key: str) -> int:
    return [each.key for each in columns(sheet)].index(key)


def _drops(made: Any, sheet: str, count: int, lists: Sequence[Row]) -> None:
    """Give the columns of *sheet* their drop-downs; a word that is not in the list is asked about, not refused."""
    for key, area in DROPS.get(sheet, {}).items():
        letter = xl_col_to_name(_place("lists", area), col_abs=True)
        last = HEAD_ROW + 1 + sum(1 for row in lists if row.get(area))
        source = f"='{both('sheet.lists')}'!{letter}${HEAD_ROW + 2}:{letter}${last}"
        at = _place(sheet, key)
        made.data_validation(HEAD_ROW + 1, at, HEAD_ROW + count + BELOW, at, {
            "validate": "list", "source": source, "error_type": "warning", "error_title": both("mark")[:32],
            "error_message": both("not_listed"),
        })


def _numbers(made: Any, count: int) -> None:
    """Longitude and latitude are numbers within the globe."""
    for key, most in (("lon", 180), ("lat", 90)):
        at = _place("msel", key)
        made.data_validation(HEAD_ROW + 1, at, HEAD_ROW + count + BELOW, at, {
            "validate": "decimal", "criteria": "between", "minimum": -most, "maximum": most, "error_type": "warning",
        })


def _results(made: Any, rows: Sequence[Row]) -> None:
    at = _place("score", "result")
    for i, row in enumerate(rows, start=HEAD_ROW + 1):
        values = RESULTS.get(str(row["method"]), ())
        if values:
            area = "rating" if row["method"] == "rating4" else "result"
            made.data_validation(i, at, i, at, {
                "validate": "list", "source": [named(area, each) for each in values], "error_type": "warning",
            })
