"""Reads CSV tables: those that ship with drills, and those that a user gives back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path

from sim.common.errors import InputError, Problem


@cache
def shipped(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a table of ``sim/drill/tables``."""
    said = files("sim.drill").joinpath("tables", name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(said.splitlines()))


def given(path: Path) -> list[dict[str, str]]:
    """Return the rows of the user's file *path*, UTF-8 or (as spreadsheets in China save it) GB18030.

    Raises :class:`InputError` if it is missing or cannot be read.
    """
    try:
        raw = path.read_bytes()
        try:
            said = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            said = raw.decode("gb18030")
        return list(csv.DictReader(said.splitlines()))
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(path))]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(code="unreadable_file", file=path.name, value=str(error))]) from None


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a CSV; the file gets a BOM, so that a spreadsheet reads it as UTF-8."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return made.getvalue()
