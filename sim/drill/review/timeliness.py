"""How every expected action went: time since its trigger, place in the simulated law, limit, own delay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.drill.model import Action, Drill
from sim.drill.review.clock import Clock
from sim.drill.review.law import Values, share_span
from sim.drill.review.model import Outcome, Span, Timeliness
from sim.drill.review.schedule import ex_of, expected_times, jumps, planned_trigger, sim_of
from sim.drill.review.scores import action_score
from sim.drill.review.seen import Seen, delivered, seen_actions

UNDONE = ("not_done", "partial")
BAND_EDGES = ((0.50, "good"), (0.80, "normal"), (0.95, "slow"))
FAST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When an action's clock started, as the log has it."""

    ex_min: float | None
    precision_min: float
    assumed: bool
    """Not noted; the planned time stands in."""


def judge(
    drill: Drill, outcomes: Sequence[Outcome], clock: Clock, as_run: Mapping[str, Values] | None = None
) -> tuple[Timeliness, ...]:
    """Return the timeliness of every action; *as_run* are values of a simulation of the drill as it was run."""
    judge = _Judge(
        drill=drill, seen=seen_actions(drill, outcomes), given=delivered(drill, outcomes),
        expected=expected_times(drill), endex_min=clock.endex_min,
    )
    return tuple(judge.timeliness(action, (as_run or {}).get(action.action_id)) for action in drill.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    drill: Drill
    seen: Mapping[str, Seen]
    given: Mapping[str, tuple[float, float]]
    expected: Mapping[str, float | None]
    endex_min: float

    def timeliness(self, action: Action, as_run: Values | None) -> Timeliness:
        """Return how *action* went."""
        found, trigger = self.seen.get(action.action_id), self.trigger(action)
        noted = _state(found, action)
        at = found.ex_min if found and noted == "timed" else None
        precision = found.precision_min if found else 0.0
        t = self.since(at, precision, trigger, noted)
        t0 = None if at is None else _shifted(sim_of(self.drill, at), precision)
        state = "done" if noted == "timed" and t is None else noted
        law = action.benchmark.values if action.benchmark and action.timed else None
        law0 = action.since_t0.values if action.since_t0 and action.timed else None
        u, within = _u(law, t, state), _within(action, t, state)
        undue = state == "censored" and action.limit_min is not None and within is None
        ratio, own, inherited = self.delays(action, t if state == "timed" else None, trigger)
        return Timeliness(
            action=action, state=state, rows=found.rows if found else (), ex_min=at, trigger_min=trigger.ex_min,
            trigger_assumed=trigger.assumed and at is not None, expected_min=self.expected.get(action.action_id),
            t=t, t0=t0, u=u, u_t0=share_span(law0, t0) if law0 and t0 else None, u_as_run=_u(as_run, t, state),
            within_limit=within, ratio=ratio, own_min=own, inherited_min=inherited, band=_band(u, state),
            rating=found.rating if found else "",
            score=None if undue else action_score(action, t.value if t and state == "timed" else None, state),
            notes=(*_doubt(found), *self.notes(noted, at, precision, trigger)),
        )

    def trigger(self, action: Action) -> Trigger:
        """Return the actual trigger of *action*."""
        if action.clock == "t0":
            return Trigger(ex_min=ex_of(self.drill, 0.0), precision_min=0.0, assumed=False)
        if action.clock == "previous" and action.predecessor:
            before = self.seen.get(action.predecessor)
            if before is None or before.status not in ("done", "simulated"):
                return Trigger(ex_min=None, precision_min=0.0, assumed=False)
            return Trigger(ex_min=before.ex_min, precision_min=before.precision_min, assumed=False)
        if action.inject_id in self.given:
            at, precision = self.given[action.inject_id]
            return Trigger(ex_min=at, precision_min=precision, assumed=False)
        return Trigger(ex_min=planned_trigger(self.drill, action), precision_min=0.0, assumed=True)

    def since(self, at: float | None, precision: float, trigger: Trigger, noted: str) -> Span | None:
        """Return the time since the trigger; ``None`` if unknown, before it, or with a time jump between.

        A time noted to the minute is somewhere in that minute; so is its trigger.
        """
        begin = trigger.ex_min
        end = self.endex_min if noted == "censored" else at
        if begin is None or end is None or jumps(self.drill, begin, end):
            return None
        if noted == "censored":
            known = max(0.0, end - begin)
            return Span(value=known, low=known, high=float("inf"))
        if end + precision < begin:
            return None
        low, high = max(0.0, end - begin - trigger.precision_min), max(0.0, end + precision - begin)
        return Span(value=(low + high) / 2.0, low=low, high=high)

    def delays(
        self, action: Action, t: Span | None, trigger: Trigger
    ) -> tuple[float | None, float | None, float | None]:
        """Return the ratio to P50, the own and the inherited delay, minutes."""
        if t is None:
            return None, None, None
        p50 = action.benchmark.p50 if action.benchmark and action.timed else None
        chained = action.clock == "previous" and bool(action.predecessor)
        planned = self.expected.get(action.predecessor) if chained else planned_trigger(self.drill, action)
        inherited = None if planned is None or trigger.ex_min is None else trigger.ex_min - planned
        return t.value / p50 if p50 else None, None if p50 is None else t.value - p50, inherited

    def notes(self, noted: str, at: float | None, precision: float, trigger: Trigger) -> tuple[str, ...]:
        """Return what a reader has to know about this time."""
        if noted != "timed":
            return (noted,) if noted in ("notional", "done", "not_observed") else ()
        if trigger.ex_min is None or at is None:
            return ("no_trigger",)
        notes = ("trigger_assumed",) if trigger.assumed else ()
        if at + precision < trigger.ex_min:
            return (*notes, "before_trigger")
        return (*notes, "across_jump") if jumps(self.drill, trigger.ex_min, at) else notes


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


def _doubt(found: Seen | None) -> tuple[str, ...]:
    return ("to_confirm",) if found is not None and found.to_confirm else ()


def _shifted(low: float, precision: float) -> Span:
    return Span(value=low + precision / 2.0, low=low, high=low + precision)


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
    if u.value < FAST:
        return "fast"
    return next((band for edge, band in BAND_EDGES if u.value <= edge), "very_slow")
