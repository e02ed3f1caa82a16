"""Selects the best layout while replications come in, and says how surely it is the best.

Every replication plays one disaster under all layouts, so that layouts are compared difference by difference. The rule
is KN (Kim & Nelson 2001) with common random numbers, looked at in batches: a layout leaves when its mean lies so far
behind another one's that chance hardly explains it. If the best is at least ``delta`` ahead of the second best, it is
the one selected with probability 1 - ``alpha`` or more.

KN rests on variances that are estimated once. Layouts that differ in few disasters only would be told apart by the
first differences that turn up; therefore two layouts wait until they have differed in ten disasters, and two that
never differ are twins: neither drops the other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np

from sim.common.types import Bools, Floats, Ints, frozen
from sim.measure.statistics import FEW
from sim.study.spread import ROUNDING, SAME, Spread

State = Literal["running", "decided", "refused"]

Refusal = Literal["", "never", "gap", "yes_no"]
"""``never``: a value is infinite, so that no mean can be compared; ``gap``: a layout that is still in has no value
where another one has; ``yes_no``: the measure takes two values only, for which the rule does not keep its promise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How to select; to be fixed before results are seen.

    Raises ``ValueError`` for numbers that promise nothing.
    """

    delta: float
    """The smallest difference that matters, in the unit of the measure."""
    alpha: float = 0.05
    """Risk that the best is not selected though it is ``delta`` ahead."""
    first: int = 20
    """Replications before the first look; with fewer than 20, skewed measures break the promise."""
    batch: int = 10
    """Replications between two looks."""
    more_is_better: bool = True

    def __post_init__(self) -> None:
        if not (self.delta > 0.0 and math.isfinite(self.delta)):
            msg = f"delta must be a positive number, not {self.delta}"
            raise ValueError(msg)
        if not 0.0 < self.alpha < 0.5:
            msg = f"alpha must lie between 0 and 0.5, not {self.alpha}"
            raise ValueError(msg)
        if self.first < FEW or self.batch < 1:
            msg = f"first must be at least {FEW} and batch at least 1, not {self.first} and {self.batch}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How far a selection is; layouts are counted from 0 in the order of the columns."""

    rules: Rules
    inside: Bools
    """Layouts that may still be selected, shape (layouts,); only these need more replications."""
    spread: Spread
    """Differences of the pairs (i, j), i < j, in the order of :func:`pair_indices`."""
    read: int = 0
    """Replications looked at."""
    n: int = 0
    """Those that count: in which anybody was concerned."""
    left_at: Ints
    """Replications that counted when a layout left, 0 while it is in; shape (layouts,)."""
    state: State = "running"
    refusal: Refusal = ""
    winner: int = -1
    """The layout selected, -1 before. Of twins it is the first."""
    twins: tuple[int, ...] = ()
    """Layouts that gave the very same as the winner in every replication."""
    seen: tuple[tuple[float, int], ...] = ()
    """Up to three values of the measure, each with the number of replications in which it was seen."""

    @property
    def layouts(self) -> int:
        """Number of layouts."""
        return len(self.inside)

    @property
    def most(self) -> int | None:
        """Replications after which a decision is certain; ``None`` while two layouts have hardly differed."""
        if self.state != "running":
            return self.n
        end = _end(self)
        return None if end is None else self.n + max(1, math.ceil((end - self.n) / self.rules.batch)) * self.rules.batch


@cache
def pair_indices(layouts: int) -> tuple[Ints, Ints]:
    """Return the first and the second layout of every pair."""
    first, second = np.triu_indices(layouts, 1)
    return frozen(first), frozen(second)


def paired_gaps(rows: Floats) -> Floats:
    """Return how much better the first of each pair is than the second, shape (replications, pairs).

    Sums that were added up in another order do not make a difference.
    """
    first, second = (rows[:, layouts] for layouts in pair_indices(rows.shape[1]))
    gaps = first - second
    return np.where(np.abs(gaps) <= ROUNDING * np.maximum(np.abs(first), np.abs(second)), 0.0, gaps)


def start(layouts: int, rules: Rules) -> Selection:
    """Return a selection among *layouts* that has seen nothing yet."""
    if layouts < 1:
        msg = f"there must be a layout to select, not {layouts}"
        raise ValueError(msg)
    return Selection(
        rules=rules, inside=np.ones(layouts, dtype=bool), left_at=np.zeros(layouts, dtype=np.int64),
        spread=Spread.empty((layouts * (layouts - 1) // 2,)),
    )


def kn_constants(layouts: int, rules: Rules) -> tuple[float, float]:
    """Return eta and h² of KN with c = 1 (Kim & Nelson 2001) for *layouts* of which one is to be selected."""
    eta = 0.5 * ((2.0 * rules.alpha / max(layouts - 1, 1)) ** (-2.0 / (rules.first - 1)) - 1.0)
    return eta, 2.0 * eta * (rules.first - 1)


def kn_step(values: Floats, state: Selection) -> Selection:
    """Look at every whole batch of *values* that *state* has not seen, and return what is then known.

    *values*: all replications so far in the order of their numbers, shape (replications, layouts); nan where nobody was
    concerned and, for a layout that has left, where it was not played. The answer depends on the values alone: how they
    are handed over, and whether the run was stopped in between, changes nothing.
    """
    if values.ndim != 2 or values.shape[1] != state.layouts:
        msg = f"values must have {state.layouts} columns, one for each layout; their shape is {values.shape}"
        raise ValueError(msg)
    state = decide(state)
    while state.state == "running":
        rows = next_rows(values, state.read, state.rules.first, state.rules.batch)
        if rows is None:
            break
        state = decide(look(rows, state))
    return state


def next_rows(values: Floats, read: int, first: int, batch: int) -> Floats | None:
    """Return the replications up to the next look, ``None`` if they are not all there."""
    size = first if read == 0 else batch
    return values[read : read + size] if len(values) >= read + size else None


def look(rows: Floats, state: Selection, beats: Bools | None = None) -> Selection:
    """Return *state* after the replications *rows*, without the layouts that have fallen too far behind.

    Only layouts in *beats* can drop others (default: all), shape (layouts,).
    """
    rows = np.where(state.inside, rows if state.rules.more_is_better else -rows, np.nan)
    counted = np.asarray(~np.isnan(rows).all(axis=1))
    rows = rows[counted]
    ours = rows[:, np.flatnonzero(state.inside)]
    seen = _tally(state.seen, ours)
    state = replace(state, read=state.read + len(counted), n=state.n + len(rows), seen=seen)
    refusal = _refusal(ours, seen)
    if refusal:
        return replace(state, state="refused", refusal=refusal)
    spread = state.spread.with_rows(paired_gaps(rows), state.rules.first)
    state = replace(state, spread=spread)
    beaten = _beaten(state, np.ones(state.layouts, dtype=bool) if beats is None else beats)
    return drop(state, beaten)


def drop(state: Selection, layouts: Bools) -> Selection:
    """Return *state* without *layouts*, shape (layouts,)."""
    gone = state.inside & layouts
    return replace(state, inside=state.inside & ~gone, left_at=np.where(gone, state.n, state.left_at))


def decide(state: Selection) -> Selection:
    """Return *state* decided if one layout is left, or only twins that many replications have not told apart."""
    left = np.flatnonzero(state.inside).tolist()
    same = state.n >= SAME and bool(state.spread.always(0.0)[_rivals(state)].all())
    if state.state != "running" or not left or (len(left) > 1 and not same):
        return state
    return replace(state, state="decided", winner=left[0], twins=tuple(left[1:]))


def _rivals(state: Selection) -> Bools:
    """Tell for each pair whether both may still be selected."""
    first, second = pair_indices(state.layouts)
    return np.asarray(state.inside[first] & state.inside[second])


def _end(state: Selection) -> int | None:
    """Return after how many replications every two rivals are told apart, or known for twins; ``None`` if unknown."""
    rivals, twins = _rivals(state), state.spread.always(0.0)
    variance = state.spread.variance[rivals & ~twins]
    if state.n == 0 or np.isnan(variance).any():
        return None
    h2 = kn_constants(state.layouts, state.rules)[1]
    end = math.floor(h2 * float(variance.max(initial=0.0)) / state.rules.delta**2) + 1
    return max(end, SAME) if (rivals & twins).any() else end


def _beaten(state: Selection, beats: Bools) -> Bools:
    """Return the layouts that lie further behind another one than the rule allows; shape (layouts,)."""
    if state.n == 0:
        return np.zeros(state.layouts, dtype=bool)
    gap = square(state.spread.mean, state.layouts, odd=True)
    allowed = _allowance(square(state.spread.variance, state.layouts), state.n, state.layouts, state.rules)
    rivals = state.inside & beats
    return np.asarray((gap < -allowed)[:, rivals].any(axis=1))


def _allowance(variance: Floats, n: int, layouts: int, rules: Rules) -> Floats:
    """Return how far a layout may lie behind after *n* replications; ``inf`` while the variance is not known."""
    h2 = kn_constants(layouts, rules)[1]
    known = np.where(np.isnan(variance), np.inf, variance)
    return np.maximum(0.0, rules.delta / (2.0 * n) * (h2 * known / rules.delta**2 - n))


def square(pairs: Floats, layouts: int, *, odd: bool = False) -> Floats:
    """Return the numbers of *pairs* (i, j), i < j, as a matrix (layouts, layouts); *odd*: (j, i) has the other sign."""
    first, second = pair_indices(layouts)
    matrix = np.zeros((layouts, layouts))
    matrix[first, second] = pairs
    matrix[second, first] = -pairs if odd else pairs
    return matrix


def _tally(seen: tuple[tuple[float, int], ...], rows: Floats) -> tuple[tuple[float, int], ...]:
    """Return *seen* with the values of *rows* added, up to three of them."""
    if len(seen) > 2:
        return seen
    found = dict(seen)
    for value in np.unique(rows)[:3].tolist():
        found[value] = found.get(value, 0) + int((rows == value).any(axis=1).sum())
    return tuple(sorted(found.items())[:3])


def _refusal(rows: Floats, seen: tuple[tuple[float, int], ...]) -> Refusal:
    """Return why *rows*, of the layouts that are in, cannot be compared; empty if they can."""
    if np.isinf(rows).any():
        return "never"
    if np.isnan(rows).any():
        return "gap"
    two = len(seen) == 2 and min(times for _, times in seen) > 1
    return "yes_no" if two and bool((rows != rows[:1]).any()) else ""
