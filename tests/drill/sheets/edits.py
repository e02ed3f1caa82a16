"""Edits workbooks as a person would, by another way than the one that wrote them: read as cells, written as cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from drill.sample import sample, text
from python_calamine import CalamineWorkbook

from sim.drill import model as m
from sim.drill.sheets.columns import columns
from sim.drill.sheets.write import MSEL, write_sheets

HEAD = 2
NAMES = {"msel": "MSEL主清单 MSEL", "actions": "期望行动 Expected Actions", "overview": "概览 Overview",
         "participants": "参演单位 Participants", "objectives": "目标 Objectives"}

Cells = dict[str, list[list[object]]]


def two_goals() -> m.Drill:
    """The sample with a second objective and a branch."""
    from dataclasses import replace

    drill = sample()
    second = replace(drill.objectives[0], objective_id="O-2")
    branch = m.Branch(
        branch_id="B-1", text=text("是否疏散", "evacuate?"), options=(text("是", "yes"), text("否", "no")),
        injects=(("I-002",), ("R-01",)), effect=text("不同", "differs"),
    )
    return replace(drill, objectives=(*drill.objectives, second), branches=(branch,))


def exported(drill: m.Drill, folder: Path) -> Path:
    write_sheets(drill, folder)
    return folder / MSEL


def cells_of(file: Path) -> Cells:
    book = CalamineWorkbook.from_path(str(file))
    return {
        name: [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def save(cells: Cells, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "hh:mm"})
    for name, rows in cells.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if isinstance(value, Serial):
                    sheet.write_number(i, j, float(value), day)
                elif isinstance(value, str):
                    sheet.write_string(i, j, value)
                elif value is not None:
                    sheet.write(i, j, value)
    book.close()
    return file


class Serial(float):
    """A number that a spreadsheet shows as a time."""


def place(sheet: str, key: str) -> int:
    return [each.key for each in columns(sheet)].index(key)


def row_of(cells: Cells, sheet: str, item: str) -> list[object]:
    at = place(sheet, {"msel": "inject_id", "actions": "action_id", "overview": "key"}.get(sheet, "unit_id"))
    return next(row for row in cells[NAMES[sheet]][HEAD + 1 :] if row[at] == item)


def put(cells: Cells, sheet: str, item: str, key: str, value: object) -> None:
    row_of(cells, sheet, item)[place(sheet, key)] = value


def new_row(cells: Cells, **said: object) -> int:
    """Write a row below the list; return the number that a spreadsheet shows."""
    row: list[object] = [None] * len(columns("msel"))
    for key, value in said.items():
        row[place("msel", key)] = value
    cells[NAMES["msel"]].append(row)
    return len(cells[NAMES["msel"]])


WHOLE = {
    "kind": "情况 inject", "ex_time": "09:30", "title_zh": "记者来电", "title_en": "The press calls",
    "message_zh": "电视台询问伤亡。", "message_en": "A station asks about casualties.", "mode": "电话",
    "from_role_zh": "记者（模拟）", "to_unit": "市应急指挥部", "objective": "O-1",
}
"""Enough for a new inject."""


def reordered(rows: Sequence[Sequence[object]], order: Callable[[list[int]], list[int]]) -> list[list[object]]:
    """Put the columns of a sheet into another order, head and rows alike."""
    places = order(list(range(len(rows[HEAD]))))
    return [[row[j] for j in places] if i >= HEAD else list(row) for i, row in enumerate(rows)]
