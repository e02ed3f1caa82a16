"""What the matched rows say of each action and each inject: which of several rows counts, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.drill.model import Action, Drill
from sim.drill.review.model import MATCHED, Outcome

FITTING = {
    "report": ("report",), "level": ("decision",), "order": ("order", "dispatch"), "arrive": ("arrive",),
    "start": ("start",), "done": ("complete",), "warn": ("report", "decision"), "load": ("dispatch",),
    "leave": ("dispatch",), "deliver": ("arrive", "complete"), "care": ("arrive",), "state": ("report",),
}
"""Record types that say an action of this step happened; others may be noted beside it."""
WEAK = ("observation", "deviation", "start", "received", "inject_delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the log says about one action: the row that counts, and all of them."""

    status: str
    """One of ``STATUSES``."""
    ex_min: float | None
    precision_min: float
    rows: tuple[int, ...]
    rating: str
    to_confirm: bool


def seen_actions(drill: Drill, outcomes: Sequence[Outcome]) -> dict[str, Seen]:
    """Return what the log says of each action that it speaks of; those of a unit that did not come are not due."""
    made = {}
    units = {each.target: each.timed.row.row for each in outcomes if each.outcome == MATCHED}
    for action in drill.actions:
        rows = [each for each in outcomes if each.outcome == MATCHED and each.target == action.action_id]
        if rows:
            made[action.action_id] = _seen(action, rows)
        elif action.unit_id in units:
            made[action.action_id] = Seen(
                status="na", ex_min=None, precision_min=0.0, rows=(units[action.unit_id],), rating="", to_confirm=False,
            )
    return made


def absent_units(drill: Drill, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return the units of which the log says that they did not come, or that nothing asked of them applies."""
    said = {each.target for each in outcomes if each.outcome == MATCHED}
    seen = seen_actions(drill, outcomes)
    made = []
    for unit in drill.units:
        mine = [action.action_id for action in drill.actions if action.unit_id == unit.unit_id]
        if unit.unit_id in said or (mine and all(each in seen and seen[each].status == "na" for each in mine)):
            made.append(unit.unit_id)
    return tuple(made)


def _seen(action: Action, rows: Sequence[Outcome]) -> Seen:
    """The record type that fits the step counts most, then the earliest; a later *not done* of another row does not."""
    fitting = FITTING[action.trace.step]

    def order(each: Outcome) -> tuple[bool, bool, bool, float]:
        row, at = each.timed.row, each.timed.ex_min
        weak = row.event in WEAK and row.event not in fitting
        return (at is None, weak, bool(row.event) and row.event not in (*fitting, "complete"), at or 0.0)

    best = sorted(rows, key=order)[0]
    stated = [each.timed.row.status for each in rows if each.timed.row.status]
    status = best.timed.row.status or (stated[0] if stated else "")
    if not status:
        status = "done" if best.timed.ex_min is not None else "not_observed"
    return Seen(
        status=status, ex_min=best.timed.ex_min, precision_min=best.timed.precision_min,
        rows=tuple(each.timed.row.row for each in rows),
        rating=next((each.timed.row.rating for each in rows if each.timed.row.rating), ""),
        to_confirm=any(each.to_confirm for each in rows),
    )


def delivered(drill: Drill, outcomes: Sequence[Outcome]) -> dict[str, tuple[float, float]]:
    """Return when each inject was received (else delivered) on the exercise clock, with the precision of the note."""
    known = {inject.inject_id for inject in drill.injects}
    made: dict[str, tuple[float, float]] = {}
    for event in ("inject_delivered", "received"):
        rows = [e for e in outcomes if e.outcome == MATCHED and e.target in known and e.timed.row.event == event]
        for each in sorted(rows, key=lambda e: -(e.timed.ex_min or 0.0)):
            if each.timed.ex_min is not None:
                made[each.target] = (each.timed.ex_min, each.timed.precision_min)
    return made
