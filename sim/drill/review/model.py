"""What a review is made of: rows of the log, what became of each, the timeliness of every expected action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.common.types import Text
from sim.drill.model import Action, Drill
from sim.drill.review.indirect import Inference

MATCHED, EXTRA, REJECTED = "matched", "extra", "rejected"
"""What becomes of a row: an expected action or an event of the drill; something that nobody expected; unreadable."""
EVENTS = (
    "startex", "endex", "pause", "resume", "inject_delivered", "received", "decision", "order", "report", "dispatch",
    "arrive", "start", "complete", "observation", "deviation",
)
STATUSES = ("done", "partial", "not_done", "not_observed", "simulated", "na")
RATINGS = ("P", "S", "M", "U")
BANDS = ("fast", "good", "normal", "slow", "very_slow", "censored")
STATES = ("timed", "censored", "done", "notional", "not_observed", "na")
"""Of an action: done at a known time, not done at ENDEX, done but its time says nothing, said only, not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as it was noted: minutes after midnight of the drill's date, or after STARTEX."""

    minutes: float
    precision_min: float
    basis: str
    """``wall``, ``elapsed`` (after STARTEX, pauses inside), ``exercise`` (after STARTEX, the clock stops in pauses)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One line of the log, read as far as it can be read."""

    row: int
    """Line as a spreadsheet counts (1 = first of the sheet)."""
    cells: tuple[tuple[str, str], ...]
    """Every cell that is filled, by the name of its column; unknown columns keep their header."""
    action_id: str
    inject_id: str
    event: str
    """One of :data:`EVENTS`, or empty."""
    status: str
    """One of :data:`STATUSES`, or empty."""
    unit: str
    text: str
    recorder: str
    source: str
    rating: str
    comment: str
    start: Moment | None
    end: Moment | None
    offset_min: float | None
    """How much the recorder's watch is fast."""
    problem: str
    """Why the row cannot be used; empty if it can. Key of ``review.reason.*``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A row on the exercise clock: minutes after the actual STARTEX, without pauses."""

    row: LogRow
    ex_min: float | None
    """The earliest that the noted time can mean; ``None`` if none was noted."""
    precision_min: float
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one row."""

    timed: Timed
    outcome: str
    target: str
    """Action id, inject id or event that it is matched with."""
    confidence: float
    """1 for an id or a confirmed alias; else the score of the match."""
    to_confirm: bool
    reason: str
    """Of a rejected row: key of ``review.reason.*``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A number with the lowest and highest that it may be."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeliness:
    """How one expected action went, against its limit and against its simulated law; minutes."""

    action: Action
    state: str
    """One of :data:`STATES`."""
    rows: tuple[int, ...]
    ex_min: float | None
    trigger_min: float | None
    trigger_assumed: bool
    """The inject's delivery was not noted: its planned time stands in."""
    expected_min: float | None
    """When it would come on the exercise clock, had every action before it taken its P50."""
    t: Span | None
    """Since its own trigger; of a censored action, ``low`` is what is known and ``high`` infinity."""
    t0: Span | None
    u: Span | None
    """Share of the simulated copies that were faster; with precision and the law's own uncertainty."""
    u_t0: Span | None
    u_as_run: Span | None
    within_limit: bool | None
    ratio: float | None
    """To P50."""
    own_min: float | None
    """Lateness of its own: t less P50."""
    inherited_min: float | None
    """Lateness of its trigger."""
    band: str
    """One of :data:`BANDS`, or empty."""
    rating: str
    score: float | None
    notes: tuple[str, ...]
    """Keys of ``review.note.*``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overall:
    """The one statement about all actions together: with many, some are late by chance."""

    judged: int
    """Actions with a time and a P90."""
    beyond_p90: int
    p_binomial: float
    """Chance of so many or more if each were beyond its P90 with chance 0.1, on its own."""
    p_joint: float | None
    """Share of the simulated copies with so many or more: the actions hang together; ``None`` without copies."""
    joint_actions: int
    """Timed actions that each copy counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubScore:
    """Timeliness of one item of the template (or one objective)."""

    name: Text
    weight: float
    score: float | None
    judged: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to mend, with clause and evidence; a proposal that the evaluators decide on."""

    finding_id: str
    kind: str
    """``deficiency`` 不足项, ``corrective`` 整改项, ``improvement`` 改进项."""
    action: Action | None
    issue: Text
    clause: Text
    evidence: Text
    cause: Text
    measure: Text
    element: str
    """``planning``, ``organisation``, ``equipment``, ``training``, ``exercises``."""
    unit: Text
    start: str
    due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What a drill (or several) says about how long a kind of step takes, as a factor on the simulated durations."""

    step: str
    drills: int
    n: int
    weight: float
    """Sum of the discounts: a blind drill counts whole, an announced one less."""
    before: float
    after: float
    low: float
    high: float
    """95 % interval of the factor."""
    learnt: float
    """Share of what is now believed that comes from the drills; the rest is the value in use."""
    outside: int
    """Observations outside the 90 % range that was foretold before."""
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AsRun:
    """The drill as it was run, for whoever simulates it anew."""

    injects: tuple[tuple[str, float], ...]
    """Inject id and actual minute on the exercise clock."""
    units: tuple[str, ...]
    """Unit ids that were seen to act."""
    done: tuple[tuple[str, float], ...]
    """Action id and minute on the exercise clock."""
    took: tuple[tuple[str, float], ...] = ()
    """Action id and minutes since its own trigger."""
    absent: tuple[str, ...] = ()
    """Unit ids that the log says did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One action of one drill, for the trend over several."""

    drill_id: str
    date: str
    notice: str
    capability: str
    step: str
    action_id: str
    u: float
    low: float
    high: float
    fair: float | None
    """Percentile in the simulation of the drill as it was run."""
    state: str
    """``timed``, or ``censored``: ``u`` is a lower bound."""


Resimulate = Callable[[Drill, AsRun], Mapping[str, tuple[float | None, ...]]]
"""Gives, by action id, the times since its own trigger over simulated copies of the drill as it was run."""
Learn = Callable[[Drill, AsRun], Inference]
"""Infers what lies behind several actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewResult:
    """What a review found, and where it was written."""

    drill: Drill
    log_name: str
    outcomes: tuple[Outcome, ...]
    as_run: AsRun
    simulated_as_run: bool
    timeliness: tuple[Timeliness, ...]
    overall: Overall
    scores: tuple[SubScore, ...]
    total: float | None
    unseen: float
    """Share of the timed actions that nobody observed."""
    findings: tuple[Finding, ...]
    updates: tuple[Update, ...]
    trend: tuple[Point, ...]
    """This drill's actions and those of earlier drills, by date."""
    inference: Inference | None
    """Of parameters behind several actions; ``None`` if nobody asked."""
    files: tuple[Path, ...]

    def count(self, outcome: str) -> int:
        """Return how many rows ended so (:data:`MATCHED`, :data:`EXTRA` or :data:`REJECTED`)."""
        return sum(each.outcome == outcome for each in self.outcomes)
