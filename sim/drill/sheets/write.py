"""Writes the workbooks and data files of a drill."""

from __future__ import annotations

from pathlib import Path

from sim.drill.model import Drill
from sim.drill.sheets.book import log_book, msel_book
from sim.drill.sheets.data_files import write_data

MSEL = "03_主情况清单 MSEL.xlsx"
LOG = "07_现场记录表 Log.xlsx"


def write_sheets(drill: Drill, folder: Path) -> list[Path]:
    """Write the workbooks of *drill* into *folder*, made if need be, and its data files into ``data`` below it.

    Returns the files. Equal drills give equal bytes. Raises :class:`~sim.common.errors.InputError` if the drill names
    an evaluation template that does not exist, or holds a text that no cell can hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in ((MSEL, msel_book(drill)), (LOG, log_book(drill))):
        (folder / name).write_bytes(data)
        written.append(folder / name)
    return [*written, *write_data(drill, folder / "data")]
