"""What is expected of those who take part: actions, the moment of a log that each is, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass

from sim.common.types import Text

CLOCKS = ("received", "previous", "t0")
"""What an action's time counts from: the inject was received, the previous action was done, T0."""
STEPS = ("report", "level", "order", "arrive", "start", "done", "warn", "load", "leave", "deliver", "care", "state")
"""What an expected action is in the simulation's log: see :class:`Trace`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Where a duty or a limit is written down."""

    plan: Text
    clause: str
    quote: str
    checked: bool
    """False: from memory or by judgement; the documents say so, the designer has to check it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Which moment of a log an action is: the drill and its simulated copies are measured alike.

    ``step`` is one of :data:`STEPS`: ``report`` demand known to the duty room; ``order`` first crew ordered; ``arrive``
    first crew there; ``start`` and ``done`` work of the demand; ``level`` response level ``rank`` opened; ``warn``
    warning of danger ``danger`` issued; ``load``, ``leave``, ``deliver`` first convoy from depot, or to shelter,
    ``word``; ``care`` first patient of ``demand`` (or of zone ``zone``) at a hospital.
    """

    step: str
    demand: int = -1
    danger: int = -1
    rank: int = 0
    zone: int = -1
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """How long an action takes over N simulated copies of this drill in which the plan is followed; minutes.

    ``values`` are all N of them, rounded to 0.1, ``None`` where it was never done: review needs the whole law.
    """

    values: tuple[float | None, ...]
    p05: float | None
    p10: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p80: float | None
    p90: float | None
    p95: float | None
    """``None`` where the quantile is *never*, or (P95) N is below 100."""
    mean: float | None
    """Over those done."""
    sd: float | None
    p50_low: float | None
    p50_high: float | None
    p90_low: float | None
    p90_high: float | None
    """95 % order-statistic interval; ``None`` for never or unbounded."""
    p_not_done: float
    p_meet_limit: float | None
    """Share within ``limit_min``; ``None`` without a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An expected action (期望行动): who does what, after which trigger, by when, to what standard."""

    action_id: str
    """``A-001-1``: first one of inject ``I-001``."""
    inject_id: str
    unit_id: str
    role: Text
    action: Text
    standard: Text
    """What an evaluator looks for."""
    clock: str
    """One of :data:`CLOCKS`."""
    predecessor: str
    """Action id; empty unless ``clock`` is ``previous``."""
    limit_min: float | None
    """Of statute or plan: pass or fail."""
    limit_clause: Clause | None
    trace: Trace
    benchmark: Benchmark | None
    """Since its own trigger; ``None`` if the window is cut or the action is not simulated (``timed`` false)."""
    since_t0: Benchmark | None
    binding: Text
    """Which resource makes it late when it is late; empty if nothing stands out."""
    objective_id: str
    target_id: str
    capability: str
    critical_task: Text
    evaluator: str
    timed: bool
