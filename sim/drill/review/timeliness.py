"""How every expected action went: time since its trigger, place in the simulated law, limit, own delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.drill.model import Action, Drill
from sim.drill.review.clock import Clock
from sim.drill.review.law import Values, share_span
from sim.drill.review.model import MATCHED, Outcome, Span, Timeliness
from sim.drill.review.scores import action_score

FITTING = {
    "report": ("report",), "level": ("decision",), "order": ("order", "dispatch"), "arrive": ("arrive",),
    "start": ("start",), "done": ("complete",), "warn": ("report", "decision"), "load": ("dispatch",),
    "leave": ("dispatch",), "deliver": ("arrive", "complete"), "care": ("arrive",), "state": ("report",),
}
"""Record types that say an action of this step happened; others may be noted beside it."""
WEAK = ("observation", "deviation", "start", "received", "inject_delivered")
UNDONE = ("not_done", "partial")


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


def expected_times(drill: Drill) -> dict[str, float | None]:
    """Return when each action would come on the exercise clock, had every one before it taken its P50."""
    made: dict[str, float | None] = {}
    by_id = {action.action_id: action for action in drill.actions}

    def when(action_id: str, seen: tuple[str, ...]) -> float | None:
        if action_id in made or action_id not in by_id or action_id in seen:
            return made.get(action_id)
        action = by_id[action_id]
        begin = _planned_trigger(drill, action)
        if action.clock == "previous" and action.predecessor:
            begin = when(action.predecessor, (*seen, action_id))
        p50 = action.benchmark.p50 if action.benchmark else None
        made[action_id] = None if begin is None or p50 is None else begin + p50
        return made[action_id]

    for action_id in by_id:
        when(action_id, ())
    return made


def ex_of_t0(drill: Drill) -> float:
    """Return T0 of the disaster on the exercise clock."""
    return ex_of(drill, 0.0)


def ex_of(drill: Drill, sim_min: float) -> float:
    """Return the exercise minute of a scenario minute; before the first mark the clocks run alike."""
    if not drill.time_map:
        return sim_min
    sim, ex = np.array(drill.time_map).T
    if sim_min <= sim[0]:
        return float(ex[0] + sim_min - sim[0])
    return float(np.interp(sim_min, sim, ex) + max(0.0, sim_min - sim[-1]))


def sim_of(drill: Drill, ex_min: float) -> float:
    """Return the scenario minute of an exercise minute; at a time jump, the minute after it."""
    if not drill.time_map:
        return ex_min
    sim, ex = np.array(drill.time_map).T
    at = int(np.searchsorted(ex, ex_min, side="right")) - 1
    if at < 0:
        return float(sim[0] + ex_min - ex[0])
    if at >= len(ex) - 1:
        return float(sim[-1] + ex_min - ex[-1])
    part = (ex_min - ex[at]) / (ex[at + 1] - ex[at])
    return float(sim[at] + part * (sim[at + 1] - sim[at]))


def seen_actions(drill: Drill, outcomes: Sequence[Outcome]) -> dict[str, Seen]:
    """Return what the log says of each action that it speaks of."""
    made = {}
    for action in drill.actions:
        rows = [each for each in outcomes if each.outcome == MATCHED and each.target == action.action_id]
        if rows:
            made[action.action_id] = _seen(action, rows)
    return made


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


def judge(
    drill: Drill, outcomes: Sequence[Outcome], clock: Clock, as_run: Mapping[str, Values] | None = None
) -> tuple[Timeliness, ...]:
    """Return the timeliness of every action; *as_run* are values of a simulation of the drill as it was run."""
    seen, given, expected = seen_actions(drill, outcomes), delivered(drill, outcomes), expected_times(drill)
    return tuple(
        _judge(action, drill, seen, given, expected, clock, (as_run or {}).get(action.action_id))
        for action in drill.actions
    )


def _planned_trigger(drill: Drill, action: Action) -> float | None:
    if action.clock == "t0":
        return ex_of_t0(drill)
    return next((inject.ex_min for inject in drill.injects if inject.inject_id == action.inject_id), None)


def _trigger(
    action: Action, drill: Drill, seen: Mapping[str, Seen], given: Mapping[str, tuple[float, float]]
) -> tuple[float | None, float, bool]:
    """Return the actual trigger, its precision, and whether it is only planned."""
    if action.clock == "t0":
        return ex_of_t0(drill), 0.0, False
    if action.clock == "previous" and action.predecessor:
        before = seen.get(action.predecessor)
        if before is None or before.ex_min is None or before.status not in ("done", "simulated"):
            return None, 0.0, False
        return before.ex_min, before.precision_min, False
    if action.inject_id in given:
        at, precision = given[action.inject_id]
        return at, precision, False
    return _planned_trigger(drill, action), 0.0, True


def _judge(
    action: Action, drill: Drill, seen: Mapping[str, Seen], given: Mapping[str, tuple[float, float]],
    expected: Mapping[str, float | None], clock: Clock, as_run: Values | None,
) -> Timeliness:
    found = seen.get(action.action_id)
    trigger, loose, assumed = _trigger(action, drill, seen, given)
    notes = ["to_confirm"] if found and found.to_confirm else []
    state = _state(found, action)
    at = found.ex_min if found and state == "timed" else None
    precision = found.precision_min if found else 0.0
    early = at is not None and trigger is not None and at + precision < trigger
    jumped = at is not None and trigger is not None and _jumps(drill, trigger, at)
    notes += _notes(state, trigger, assumed=assumed, jumped=jumped, early=early)
    t = _since(at, precision, trigger, loose) if not jumped and not early else None
    t0 = _since_t0(drill, at, precision)
    if state == "censored" and trigger is not None and not _jumps(drill, trigger, clock.endex_min):
        known = max(0.0, clock.endex_min - trigger)
        t = Span(value=known, low=known, high=float("inf"))
    if state == "timed" and t is None:
        state = "done"
    law = action.benchmark.values if action.benchmark and action.timed else None
    u = _u(law, t, state)
    law0 = action.since_t0.values if action.since_t0 and action.timed and t0 else None
    p50 = action.benchmark.p50 if action.benchmark and action.timed else None
    timed = t is not None and state == "timed"
    before = expected.get(action.predecessor) if action.clock == "previous" else _planned_trigger(drill, action)
    within = _within(action, t, state)
    undue = state == "censored" and action.limit_min is not None and within is None
    return Timeliness(
        action=action, state=state, rows=found.rows if found else (), ex_min=at, trigger_min=trigger,
        trigger_assumed=assumed and at is not None, expected_min=expected.get(action.action_id), t=t, t0=t0, u=u,
        u_t0=share_span(law0, t0) if law0 and t0 else None, u_as_run=_u(as_run, t, state), within_limit=within,
        ratio=t.value / p50 if timed and t and p50 else None,
        own_min=t.value - p50 if timed and t and p50 is not None else None,
        inherited_min=trigger - before if timed and trigger is not None and before is not None else None,
        band=_band(u, state), rating=found.rating if found else "",
        score=None if undue else action_score(action, t.value if timed and t else None, state), notes=tuple(notes),
    )


def _state(found: Seen | None, action: Action) -> str:
    if found is None or found.status == "not_observed":
        return "not_observed"
    if found.status == "na":
        return "na"
    if found.status == "simulated":
        return "notional"
    if found.status in UNDONE:
        return "censored"
    return "timed" if found.ex_min is not None and action.timed else "done"


def _notes(state: str, trigger: float | None, *, assumed: bool, jumped: bool, early: bool) -> list[str]:
    if state != "timed":
        return [state] if state in ("notional", "done", "not_observed") else []
    if trigger is None:
        return ["no_trigger"]
    notes = ["trigger_assumed"] if assumed else []
    if jumped or early:
        notes.append("before_trigger" if early else "across_jump")
    return notes


def _since(at: float | None, precision: float, trigger: float | None, loose: float) -> Span | None:
    """A time noted to the minute is somewhere in that minute; so is its trigger."""
    if at is None or trigger is None:
        return None
    low, high = max(0.0, at - trigger - loose), max(0.0, at + precision - trigger)
    return Span(value=(low + high) / 2.0, low=low, high=high)


def _since_t0(drill: Drill, at: float | None, precision: float) -> Span | None:
    if at is None:
        return None
    low = sim_of(drill, at)
    return Span(value=low + precision / 2.0, low=low, high=low + precision)


def _jumps(drill: Drill, begin: float, end: float) -> bool:
    """Tell whether a time jump lies between two minutes: then the time between says nothing."""
    cuts = [move.ex_from_min for move in drill.moves[1:]]
    return any(begin < cut <= end for cut in cuts)


def _u(values: Values | None, t: Span | None, state: str) -> Span | None:
    if not values or t is None or state not in ("timed", "censored"):
        return None
    if state == "censored":
        known = share_span(values, Span(value=t.low, low=t.low, high=t.low))
        return Span(value=known.value, low=known.low, high=1.0)
    return share_span(values, t)


def _within(action: Action, t: Span | None, state: str) -> bool | None:
    """Whether the limit was kept; ``None`` without one, or when the precision of the notes leaves it open."""
    if action.limit_min is None or t is None or state not in ("timed", "censored"):
        return None
    if t.low > action.limit_min:
        return False
    return True if t.high <= action.limit_min else None


def _band(u: Span | None, state: str) -> str:
    if state == "censored":
        return "censored"
    if u is None or state != "timed":
        return ""
    edges = ((0.05, "fast"), (0.50, "good"), (0.80, "normal"), (0.95, "slow"))
    return next((band for edge, band in edges if (u.value < edge if band == "fast" else u.value <= edge)), "very_slow")
