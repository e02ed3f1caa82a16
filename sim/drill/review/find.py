"""Finds the drill that a log belongs to: in the package around it, else by the number that its rows name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.recipe import FILE as RECIPE
from sim.drill.review.sheet import read_sheet
from sim.drill.store import read_drill

FILE = "drill.json"
PLACES = (FILE, f"data/{FILE}", f"*/{FILE}", f"*/data/{FILE}")
"""Where a drill's record lies in a folder."""
ABOVE = 2
"""Folders above the log's own that are looked at."""


def drill_in(given: Path) -> Path:
    """Return the record that *given* is, or that lies in the folder *given*.

    Raises :class:`InputError` if there is none, or more than one.
    """
    if given.is_file():
        return given
    found = list(_in(given))
    if len(found) == 1:
        return found[0]
    code = "review.no_drill" if not found else "review.many_drills"
    params = {"known": ", ".join(each.relative_to(given).as_posix() for each in found)} if found else {}
    raise InputError([Problem(code=code, file=str(given), params=params)])


def find_drill(log: Path, shelves: Iterable[Path]) -> tuple[Path, Drill]:
    """Return the record of the drill that *log* belongs to, and the drill.

    *shelves* are folders of drills, by drill number. A log that names its drill (column 演练编号) takes no other one.
    Raises :class:`InputError` if *log* cannot be read or no drill is found.
    """
    numbers = numbers_in(log)
    near = log.absolute().parents[: 1 + ABOVE]
    named = [shelf / number for shelf in shelves for number in numbers]
    damaged: InputError | None = None
    for folder in (*near, *named):
        for file in _in(folder):
            try:
                drill = read_drill(file)
            except InputError as error:
                # It may be a neighbour's: told only if a log that names no drill finds no other.
                damaged = damaged or error
                continue
            if not numbers or drill.overview.drill_id in numbers:
                return file, drill
    if damaged is not None and not numbers:
        raise damaged
    raise InputError([Problem(code="review.which_drill", file=log.name, value=", ".join(numbers) or "-")])


def numbers_in(log: Path) -> list[str]:
    """Return the drill numbers that the rows of *log* name, in order."""
    sheet = read_sheet(log)
    if "drill_id" not in sheet.columns:
        return []
    at = sheet.columns.index("drill_id")
    said = [str(row[at] or "").strip() for _, row in sheet.rows if len(row) > at]
    return list(dict.fromkeys(each for each in said if each and not set(each) & set("/\\")))


def recipe_near(drill_file: Path) -> Path | None:
    """Return the file of the stage that belongs to *drill_file*, or ``None``."""
    folders = drill_file.absolute().parents[:3]
    return next((folder / RECIPE for folder in folders if (folder / RECIPE).is_file()), None)


def _in(folder: Path) -> Iterator[Path]:
    """Give the records of the first place of *folder* that has any."""
    for place in PLACES:
        found = sorted(folder.glob(place))
        if found:
            yield from found
            return
