"""Reads the rows of a drill log; what cannot be read stays in it, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from sim.drill.csv_rows import shipped
from sim.drill.model import Drill
from sim.drill.review.model import EVENTS, RATINGS, STATUSES, LogRow, Moment
from sim.drill.review.sheet import plain, read_sheet
from sim.drill.review.times import read_time

TIMES = ("time", "time_start", "time_end")
BASES = ("wall", "elapsed", "exercise")
KNOWN = {"event_type": EVENTS, "status": STATUSES, "time_basis": BASES, "rating": RATINGS}
BAD = {"event_type": "bad_event_type", "status": "bad_status", "time_basis": "bad_time_basis"}
TEXTS = ("action_id", "inject_id", "unit", "text", "recorder", "source", "comment")


@cache
def _words() -> dict[tuple[str, str], str]:
    known = {(row["field"], plain(row["word"])): row["value"] for row in shipped("log_words.csv")}
    return {**known, **{(field, plain(each)): each for field, values in KNOWN.items() for each in values}}


def word_of(field: str, said: str) -> str:
    """Return the value that *said* stands for in a column of fixed words; empty if none.

    Bilingual drop-downs (``完成 done``, ``done 完成``) are read by either half.
    """
    known = _words()
    for part in (said, *said.split()):
        if (field, plain(part)) in known:
            return known[(field, plain(part))]
    return ""


def read_log(path: Path, drill: Drill) -> list[LogRow]:
    """Return every row of the log at *path* that is not blank, in order.

    Raises :class:`~sim.common.errors.InputError` if the file cannot be read or has no header.
    """
    sheet = read_sheet(path)
    return [_row(at, dict(zip(sheet.columns, cells, strict=False)), drill) for at, cells in sheet.rows]


def _row(at: int, cells: Mapping[str, object], drill: Drill) -> LogRow:
    said = {name: _said(cell) for name, cell in cells.items() if _said(cell)}
    problems: list[str] = []
    basis = _fixed("time_basis", said, problems) or "wall"
    if said.get("precision_s") and _number(said["precision_s"]) is None:
        problems.append("bad_precision_s")
    offset = _offset(said)
    if offset is None and (said.get("clock_offset") or said.get("clock_offset_min")):
        problems.append("bad_clock_offset")
    moments = {name: _moment(name, cells, said, basis, drill, problems) for name in TIMES}
    event = _fixed("event_type", said, problems)
    status = _fixed("status", said, problems)
    drill_id = said.get("drill_id", "")
    if drill_id and drill_id != drill.overview.drill_id:
        problems.insert(0, "other_drill")
    texts = {name: said.get(name, "") for name in TEXTS}
    if not texts["inject_id"] and texts["action_id"].upper() in {inject.inject_id for inject in drill.injects}:
        # One column of numbers for both: this row tells of news.
        texts |= {"inject_id": texts["action_id"].upper(), "action_id": ""}
        event = event or "inject_delivered"
    return LogRow(
        row=at, cells=tuple(said.items()), event=event, status=status,
        rating=word_of("rating", said.get("rating", "")),
        start=moments["time_start"], end=moments["time_end"] or moments["time"], offset_min=offset,
        problem=problems[0] if problems else "", **texts,
    )


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _fixed(field: str, said: Mapping[str, str], problems: list[str]) -> str:
    found = word_of(field, said.get(field, ""))
    if said.get(field) and not found:
        problems.append(BAD[field])
    return found


def _moment(
    name: str, cells: Mapping[str, object], said: Mapping[str, str], basis: str, drill: Drill, problems: list[str]
) -> Moment | None:
    if name not in said:
        return None
    overview = drill.overview
    hours, minutes = overview.start.split(":")
    cell = cells[name] if not isinstance(cells[name], str) else said[name]
    found = read_time(
        cell, basis=basis, day=date.fromisoformat(overview.date[:10]), start_min=60.0 * int(hours) + int(minutes),
        zone=overview.utc_offset or "+08:00",
    )
    if found is None:
        problems.append("bad_time")
        return None
    precision = _number(said.get("precision_s", ""))
    if precision is None or precision < 0:
        return found
    return Moment(minutes=found.minutes, precision_min=precision / 60.0, basis=found.basis)


def _number(said: str) -> float | None:
    try:
        return float(said)
    except ValueError:
        return None


SIZES = (("分钟", 1.0), ("分", 1.0), ("min", 1.0), ("m", 1.0), ("秒", 1 / 60), ("s", 1 / 60))


def _offset(said: Mapping[str, str]) -> float | None:
    """Return how fast the recorder's watch is, minutes; a bare number is in the unit of its column (else seconds)."""
    noted = said.get("clock_offset") or said.get("clock_offset_min", "")
    unit = 1.0 if "clock_offset" not in said else 1 / 60
    for mark, size in SIZES:
        if noted.endswith(mark):
            noted, unit = noted.removesuffix(mark).strip(), size
            break
    value = _number(noted)
    return None if value is None else value * unit
