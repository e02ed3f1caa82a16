"""Draws one sheet: the drill's mark, a note, the head, the rows, drop-downs, and how it is printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.papers.repack import repack
from sim.drill.sheets.columns import ACROSS, FROZEN, Column, columns
from sim.drill.sheets.rows import EXPECTED, Row
from sim.drill.sheets.say import both
from sim.drill.sheets.values import Cell, Value, shown

HEAD_ROW = 2
"""Above it stand the mark and a note."""
SHADES = {"yes": "#FFF2CC", "auto": "#E7E6E6", "fill": "#E2EFDA"}
FORMATS = {
    "number": "0.0", "share": "0.0%", "coordinate": "0.000000", "int": "0", "offset": "General", "limit": "General",
    "figure": "General",
}
LINE_PT, MOST_PT = 13.5, 405.0
"""Height of a line of 10 points; a row cannot be higher than 409."""
MOST_TEXT = 32_767
"""Characters that a cell holds."""
SPARE = {"msel": 12, "log": 30, "comms": 8, "participants": 4}
"""Empty lines to write on."""
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook that is being drawn, with the formats that its sheets share."""

    drill: Drill
    audience: str
    file: BytesIO
    book: Any
    formats: Mapping[str, Any]

    def data(self) -> bytes:
        """Return the finished file; equal drills give equal bytes."""
        self.book.close()
        return repack(self.file.getvalue(), self.drill.overview.revised_at[:10])


def open_book(drill: Drill, audience: str) -> Book:
    """Return an empty workbook for readers of this *audience* (``controller`` or ``evaluator``)."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    overview = drill.overview
    book.set_properties({
        "title": f"{overview.drill_id} v{overview.version}", "author": "Turnout", "comments": both("mark"),
        "created": datetime.fromisoformat(overview.revised_at[:10]),
    })
    cell = {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "top", "font_size": 10}
    head = {**cell, "bold": True, "valign": "vcenter"}
    formats = {edit: book.add_format({**head, "bg_color": shade}) for edit, shade in SHADES.items()}
    formats |= {kind: book.add_format({**cell, "num_format": said}) for kind, said in FORMATS.items()}
    formats["text"] = book.add_format({**cell, "num_format": "@"})
    formats["mark"] = book.add_format({"bold": True, "font_color": "#C00000", "font_size": 14})
    formats["note"] = book.add_format({"font_size": 9, "font_color": "#595959", "valign": "top", "text_wrap": True})
    return Book(drill=drill, audience=audience, file=file, book=book, formats=formats)


def mark_of(book: Book) -> str:
    """Return the mark that stands on every sheet and every printed page."""
    overview = book.drill.overview
    readers = f"{both('audience')}: {both(f'audience.{book.audience}')}"
    return " · ".join([both("mark"), overview.drill_id, both("version", version=overview.version), readers])


def add_sheet(book: Book, sheet: str, rows: Sequence[Row], *, name: str = "") -> Any:
    """Draw *sheet* with its *rows* and return it; *name* instead of its own name in both languages.

    Raises :class:`InputError` for a text that is longer than a cell of a workbook can be.
    """
    made = book.book.add_worksheet(name or both(f"sheet.{sheet}"))
    layout = columns(sheet)
    made.write_string(0, FROZEN.get(sheet, 1) if sheet in ACROSS else 0, mark_of(book), book.formats["mark"])
    _note(book, made, both(f"note.{sheet}"), layout)
    made.set_row(HEAD_ROW, _height([each.head for each in layout], layout))
    for j, each in enumerate(layout):
        made.write_string(HEAD_ROW, j, each.head, book.formats[each.edit])
        made.set_column(j, j, each.width, None, {"hidden": each.key == "sim_event"})
    for i, row in enumerate(rows, start=HEAD_ROW + 1):
        _write_row(book, made, i, layout, row)
    last = HEAD_ROW + max(1, len(rows))
    for i in range(HEAD_ROW + 1 + len(rows), last + SPARE.get(sheet, 0) + 1):
        _write_row(book, made, i, layout, {})
    made.freeze_panes(HEAD_ROW + 1, FROZEN.get(sheet, 1))
    made.autofilter(HEAD_ROW, 0, last, len(layout) - 1)
    made.print_area(0, 0, last + SPARE.get(sheet, 0), len(layout) - 1)
    _print(book, made, layout)
    return made


def _note(book: Book, made: Any, said: str, layout: Sequence[Column]) -> None:
    """Write what the sheet is for above its head, over the columns of the first page that are not printed again."""
    sheet = layout[0].sheet
    first, last = FROZEN.get(sheet, 1), len(layout) - 1
    most = 0.8 * sum(each.width for each in layout) / ACROSS.get(sheet, 1)
    while last > first + 1 and sum(each.width for each in layout[: last + 1]) > most:
        last -= 1
    made.merge_range(1, first, 1, last, "", book.formats["note"])
    made.write_string(1, first, said, book.formats["note"])
    width = sum(each.width for each in layout[first : last + 1])
    made.set_row(1, LINE_PT * math.ceil(wide(said) / (width - 2)) + 2.0)


def _write_row(book: Book, made: Any, at: int, layout: Sequence[Column], row: Row) -> None:
    blank = not row or row.get("kind") == EXPECTED
    cells = [_cell(each, row.get(each.key), book.drill, blank=blank) for each in layout]
    made.set_row(at, _height(cells, layout))
    for j, (each, cell) in enumerate(zip(layout, cells, strict=True)):
        look = book.formats.get(each.kind if isinstance(cell, float) else "text", book.formats["text"])
        if isinstance(cell, float):
            made.write_number(at, j, cell, look)
        elif cell:
            made.write_string(at, j, cell, look)
        else:
            made.write_blank(at, j, None, look)


def _cell(each: Column, value: Value, drill: Drill, *, blank: bool) -> Cell:
    """Return what stands in a cell; an inject without a time says so, a *blank* line and an action say nothing."""
    if value is None and (blank or each.kind != "time"):
        return None
    cell = shown(each.kind, value, drill)
    if isinstance(cell, str) and len(cell) > MOST_TEXT:
        raise InputError([
            Problem(code="sheets.too_long", file="drill.json", column=each.key, value=cell[:40],
                    params={"most": MOST_TEXT})
        ])
    return cell


def _height(cells: Sequence[Cell], layout: Sequence[Column]) -> float:
    """Points for a row whose cells are broken into lines: not every reader measures that itself."""
    lines = [
        sum(max(1, math.ceil(wide(line) / (each.width - 1))) for line in str(cell).split("\n"))
        for cell, each in zip(cells, layout, strict=True)
        if cell is not None and each.key != "sim_event"
    ]
    return min(LINE_PT * max(lines, default=1) + 3.0, MOST_PT)


def wide(said: str) -> int:
    """Return how many narrow letters *said* is wide: a Chinese one counts two."""
    return sum(2 if ord(each) > 255 else 1 for each in said)


def _print(book: Book, made: Any, layout: Sequence[Column]) -> None:
    """A3 landscape, as many pages across as the sheet needs; its first columns are printed again on each."""
    said = mark_of(book).replace("&", "&&")
    sheet = layout[0].sheet
    made.set_landscape()
    made.set_paper(8)
    made.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    made.repeat_rows(HEAD_ROW)
    made.fit_to_pages(ACROSS.get(sheet, 1), 0)
    if sheet in ACROSS:
        made.repeat_columns(0, FROZEN.get(sheet, 1) - 1)
    made.set_header(f"&C&9{said}")
    made.set_footer(f"&C&9{said}  &P / &N")
