"""Which columns each sheet has, in order, and which of them a designer may change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.common.types import Text
from sim.drill.csv_rows import shipped

SHEETS = (
    "overview", "msel", "actions", "benchmarks", "objectives", "participants", "comms", "branches", "log", "score",
    "provenance", "lists",
)
"""In the order of the workbook."""
FROZEN = {"msel": 2, "comms": 2, "branches": 2, "log": 4, "overview": 2}
"""Columns that stay in sight and are printed again on every page across; one where nothing is said."""
ACROSS = {"msel": 4, "actions": 3, "objectives": 2, "log": 2}
"""A3 pages that a sheet is printed on side by side; one where nothing is said."""
KEYS = {
    "overview": ("key",), "msel": ("inject_id",), "actions": ("action_id",), "benchmarks": ("action_id", "clock"),
    "objectives": ("objective_id",), "participants": ("unit_id",), "comms": ("no",), "branches": ("no",),
    "log": ("log_id",), "score": ("item_id",), "provenance": ("no",), "lists": ("no",),
}
"""What tells the rows of a sheet apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A row of ``tables/sheet_columns.csv``."""

    sheet: str
    key: str
    name: Text
    kind: str
    """What its cells are: ``text``, ``time``, ``word:mode`` ...; see :mod:`sim.drill.sheets.values`."""
    edit: str
    """``yes``: taken over when it is changed; ``auto``: made from the record; ``fill``: filled in during the drill."""
    width: int

    @property
    def head(self) -> str:
        """Its header in both languages."""
        return f"{self.name.zh}\n{self.name.en}"


@cache
def columns(sheet: str) -> tuple[Column, ...]:
    """Return the columns of *sheet*, in order."""
    return tuple(
        Column(
            sheet=sheet, key=row["key"], name=Text(row["name_zh"], row["name_en"]), kind=row["kind"], edit=row["edit"],
            width=int(row["width"]),
        )
        for row in shipped("sheet_columns.csv")
        if row["sheet"] == sheet
    )


TIMELINE = Column(
    sheet="msel", key="openaev_timeline", name=Text("OpenAEV时间轴", "OpenAEV timeline"), kind="text", edit="auto",
    width=14,
)
"""One column more in the data file of injects: minutes after STARTEX as ``D+0 H+1 M+5``, as others read them."""


def every_column(sheet: str) -> tuple[Column, ...]:
    """Return the columns of *sheet* with those that only its data file has."""
    return columns(sheet) + ((TIMELINE,) if sheet == TIMELINE.sheet else ())


def column(sheet: str, key: str) -> Column:
    """Return one column of *sheet*; ``StopIteration`` if it has none of this name."""
    return next(each for each in every_column(sheet) if each.key == key)
