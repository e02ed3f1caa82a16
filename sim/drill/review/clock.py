"""Puts every row on the exercise clock: minutes after the actual STARTEX, watches corrected, pauses taken out."""

from __future__ import annotations

from dataclasses import dataclass

from sim.drill.model import Drill
from sim.drill.review.model import LogRow, Moment, Timed

EARLIEST_MIN = -60.0
"""What is noted more than this before STARTEX is not of the drill (briefings are)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How a wall clock becomes the exercise clock."""

    start: float
    """STARTEX, minutes after midnight of the drill's date."""
    start_noted: bool
    pauses: tuple[tuple[float, float], ...]
    """From and to on the wall; a pause that was never ended lasts to infinity."""
    offsets: dict[str, float]
    """By recorder: how fast the watch is, minutes."""
    endex_min: float
    """ENDEX on the exercise clock."""
    endex_noted: bool

    def wall(self, row: LogRow, moment: Moment) -> float:
        """Return *moment* as true wall time; ``exercise`` times are not on the wall (see :meth:`ex`)."""
        if moment.basis == "elapsed":
            return self.start + moment.minutes
        own = row.offset_min if row.offset_min is not None else self.offsets.get(row.recorder, 0.0)
        return moment.minutes - own

    def ex(self, row: LogRow, moment: Moment) -> float:
        """Return *moment* on the exercise clock."""
        if moment.basis == "exercise":
            return moment.minutes
        return self.of_wall(self.wall(row, moment))

    def of_wall(self, wall: float) -> float:
        """Return minutes after STARTEX at *wall*, less the pauses until then."""
        paused = sum(max(0.0, min(to, wall) - begin) for begin, to in self.pauses if wall > begin)
        return wall - self.start - paused


def set_clock(rows: list[LogRow], drill: Drill) -> Clock:
    """Return the clock that the marks of the log (STARTEX, ENDEX, pauses) and the recorders' watches set.

    Where nobody noted STARTEX or ENDEX, the planned ones stand in. The mark of the control cell goes before others;
    a recorder's own STARTEX mark corrects his watch, unless the log gives its error in a column.
    """
    hours, minutes = drill.overview.start.split(":")
    planned = 60.0 * int(hours) + int(minutes)
    offsets = _stated(rows)
    marks = [row for row in rows if row.event == "startex" and _on_wall(row)]
    marks.sort(key=lambda row: (row.source not in ("controller", "导调"), bool(row.recorder)))
    start = planned
    if marks:
        start = _true(marks[0], offsets)
        for row in marks[1:]:
            if row.recorder and row.recorder not in offsets and row.recorder != marks[0].recorder:
                offsets[row.recorder] = _true(row, {}) - start
    bare = Clock(
        start=start, start_noted=bool(marks), pauses=_pauses(rows, start, offsets), offsets=offsets,
        endex_min=drill.overview.endex_min, endex_noted=False,
    )
    ends = [bare.ex(row, row.end) for row in rows if row.event == "endex" and row.end and not row.problem]
    if not ends:
        return bare
    return Clock(
        start=bare.start, start_noted=bare.start_noted, pauses=bare.pauses, offsets=bare.offsets,
        endex_min=max(ends), endex_noted=True,
    )


def on_clock(row: LogRow, clock: Clock) -> Timed:
    """Return *row* on the exercise clock, with the reason if its time cannot be right."""
    moment = row.end or row.start
    if moment is None:
        return Timed(row=row, ex_min=None, precision_min=0.0, problem=row.problem)
    at = clock.ex(row, moment)
    problem = row.problem or ("before_start" if at < EARLIEST_MIN else "")
    if not problem and row.start and row.end and clock.ex(row, row.end) < clock.ex(row, row.start):
        problem = "end_before_start"
    return Timed(row=row, ex_min=at, precision_min=moment.precision_min, problem=problem)


def _on_wall(row: LogRow) -> bool:
    return row.end is not None and row.end.basis == "wall" and not row.problem


def _stated(rows: list[LogRow]) -> dict[str, float]:
    return {row.recorder: row.offset_min for row in rows if row.recorder and row.offset_min is not None}


def _true(row: LogRow, offsets: dict[str, float]) -> float:
    noted = row.end.minutes if row.end else 0.0
    return noted - (row.offset_min if row.offset_min is not None else offsets.get(row.recorder, 0.0))


def _pauses(rows: list[LogRow], start: float, offsets: dict[str, float]) -> tuple[tuple[float, float], ...]:
    """Pair each pause with the next resume; a second pause inside one changes nothing."""
    marks = []
    for row in rows:
        if row.event in ("pause", "resume") and row.end and not row.problem and row.end.basis != "exercise":
            wall = start + row.end.minutes if row.end.basis == "elapsed" else _true(row, offsets)
            marks.append((wall, row.event))
    found, begin = [], None
    for wall, event in sorted(marks):
        if event == "pause" and begin is None:
            begin = wall
        elif event == "resume" and begin is not None:
            found.append((begin, wall))
            begin = None
    if begin is not None:
        found.append((begin, float("inf")))
    return tuple(found)
