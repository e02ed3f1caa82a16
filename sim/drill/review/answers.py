"""What a person said of doubtful matches: asked for once, kept beside the papers, taken up again by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.drill.csv_rows import csv_text, given
from sim.drill.review.match import CONFIRMED
from sim.drill.review.model import Outcome

ANSWERS, OPEN = "confirmed.csv", "to_confirm.csv"
COLUMNS = ("row", "text", "unit", "action_id", "confidence", "confirmed")


def remembered(aar: Path) -> Path | None:
    """Return the answers of an earlier review in the folder *aar*, if there are any."""
    file = aar / ANSWERS
    return file if file.is_file() else None


def open_rows(outcomes: Sequence[Outcome]) -> str:
    """Return the doubtful matches of *outcomes* as a table; ``confirmed`` is to be filled in."""
    return csv_text(COLUMNS, [(*_row(each), "") for each in outcomes if each.to_confirm])


def write_open(aar: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write :func:`open_rows` into *aar* and return the file."""
    return _write(aar / OPEN, open_rows(outcomes))


def write_answers(aar: Path, before: Path | None, said: Sequence[tuple[Outcome, bool]]) -> Path:
    """Write what was answered, after the answers in *before*, and return the file."""
    kept = [tuple(row.get(name) or "" for name in COLUMNS) for row in given(before)] if before else []
    rows = [*kept, *((*_row(each), "1" if yes else "0") for each, yes in said)]
    return _write(aar / ANSWERS, csv_text(COLUMNS, rows))


def _row(each: Outcome) -> tuple[object, ...]:
    row = each.timed.row
    return (row.row, row.text, row.unit, each.target, f"{each.confidence:.2f}")


def _write(file: Path, said: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(said.encode("utf-8-sig"))
    return file


__all__ = ["ANSWERS", "COLUMNS", "CONFIRMED", "OPEN", "open_rows", "remembered", "write_answers", "write_open"]
