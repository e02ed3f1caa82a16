"""Runs just as many replications as a wanted precision takes.

Sequential rule of Hoad, Robinson & Davies 2010: go on until the interval of the mean is narrow enough, and stays so for
some more replications. The look ahead and a start at ten nearly keep the interval's promise, which stopping at the
first interval that is narrow by chance does not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from sim.common.types import Bools, Floats, Ints
from sim.measure.statistics import FEW, Interval, mean_interval
from sim.study.spread import MOVES

AHEAD = 5
"""Replications for which the interval must stay narrow: so many up to 100, so many per hundred beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How precisely a mean is to be known, at the confidence of its interval. Raises ``ValueError`` if not at all."""

    half_width: float
    """In the unit of the measure; a share of the mean if ``relative``."""
    relative: bool = False
    confidence: float = 0.95
    least: float = -math.inf
    """The ends of what a value can be, with which values that are mostly equal bound something (0 and 1 for shares)."""
    most: float = math.inf

    def __post_init__(self) -> None:
        if not (self.half_width > 0.0 and 0.0 < self.confidence < 1.0):
            msg = f"no half-width {self.half_width} at a confidence of {self.confidence} can be reached"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where a run with a wanted precision may stop."""

    n: int
    """Replications, those of the look ahead included."""
    intervals: tuple[Interval, ...]
    """The mean of each measure after these."""


def narrow_enough(values: Sequence[Floats], wanted: Sequence[Wanted]) -> Stop | None:
    """Return where the run may stop so that every measure has its *wanted* precision; ``None`` if not yet.

    *values*: one array for each measure, all replications so far in the order of their numbers, nan where nobody was
    concerned. The answer depends on the values alone, not on when it is asked for.
    """
    pairs = list(zip(values, wanted, strict=True))
    if not pairs:
        msg = "there must be a measure whose precision is wanted"
        raise ValueError(msg)
    n = _stop(np.logical_and.reduce([_is_narrow(each, goal) for each, goal in pairs]))
    if n is None:
        return None
    seen = [(each[:n][~np.isnan(each[:n])], goal) for each, goal in pairs]
    return Stop(
        n=n,
        intervals=tuple(mean_interval(each, goal.confidence, goal.least, goal.most) for each, goal in seen),
    )


def half_widths(values: Floats, confidence: float, least: float = -math.inf, most: float = math.inf) -> Floats:
    """Return half the width of the interval of the mean after each replication; *values* without nan.

    Student's, but never narrower than what the values seen can bound: where most of them are equal, outcomes that have
    not turned up yet count as *least* or *most*, as in :func:`sim.measure.statistics.mean_interval`; without such ends,
    it is ``inf`` while fewer than ten differ from the commonest value.
    """
    never = np.flatnonzero(~np.isfinite(values))
    seen = values[: never[0]] if len(never) else values
    n, equal = np.arange(1.0, len(seen) + 1.0), _commonest(seen)
    half = _student(seen, n, confidence)
    if math.isfinite(least) and math.isfinite(most):
        unseen = 1.0 - ((1.0 - confidence) / 2.0) ** (1.0 / n)
        mean = np.cumsum(seen) / n
        bound = unseen * np.maximum(mean - least, most - mean)
        half = np.where((equal >= n / 2.0) | (n < FEW), np.maximum(half, bound), half)
    else:
        half = np.where(n - equal < np.minimum(MOVES, n - 1.0), np.inf, half)
    return np.concatenate([half, np.full(len(values) - len(seen), np.inf)])


def _student(values: Floats, n: Floats, confidence: float) -> Floats:
    """Return half the width of Student's interval after each of *n* = 1, 2, ... replications."""
    off = values - values[:1]
    total, squares, degrees = np.cumsum(off), np.cumsum(off * off), np.maximum(n - 1.0, 1.0)
    variance = np.maximum(0.0, squares - total**2 / n) / degrees
    return np.where(n > 1.0, stdtrit(degrees, 0.5 + confidence / 2.0) * np.sqrt(variance / n), np.inf)


def _commonest(values: Floats) -> Floats:
    """Return after each replication how often the commonest value has turned up."""
    if len(np.unique(values)) == len(values):
        return np.ones(len(values))
    times: Counter[float] = Counter()
    most, found = 0, np.empty(len(values))
    for i, value in enumerate(values.tolist()):
        times[value] += 1
        most = max(most, times[value])
        found[i] = most
    return found


def _is_narrow(values: Floats, wanted: Wanted) -> Bools:
    """Tell after which replications the interval is narrow enough; those that do not count change nothing."""
    counts = np.cumsum(~np.isnan(values))
    seen = values[~np.isnan(values)]
    half = half_widths(seen, wanted.confidence, wanted.least, wanted.most)
    with np.errstate(invalid="ignore"):
        mean = np.cumsum(seen) / np.arange(1.0, len(seen) + 1.0)
    allowed = wanted.half_width * np.abs(mean) if wanted.relative else np.full(len(seen), wanted.half_width)
    narrow = np.concatenate([[False], np.isfinite(half) & (half <= allowed)])
    narrow[:FEW] = False
    return np.asarray(narrow[counts])


def _stop(narrow: Bools) -> int | None:
    """Return after how many replications *narrow* has held long enough."""
    broken = np.maximum.accumulate(np.where(narrow, -1, np.arange(len(narrow))))
    first = broken + 2
    done = np.flatnonzero(narrow & (np.arange(1, len(narrow) + 1) >= first + _ahead(first)))
    return int(done[0]) + 1 if len(done) else None


def _ahead(n: Ints) -> Ints:
    """Return for how many more replications an interval that is narrow after *n* must stay so."""
    return np.where(n > 100, AHEAD * n // 100, AHEAD)


# ---- how many it will take -----------------------------------------------------------------


def replications_for(values: Floats, half_width: float, confidence: float) -> int | None:
    """Return how many replications in all will give the mean of *values* this *half_width*, as far as they can tell.

    An estimate, for planning and for showing progress: where to stop is what :func:`narrow_enough` says. ``None`` if
    the values tell nothing: fewer than two, infinite ones, or fewer than ten that differ from the commonest.
    *values*: without nan.
    """
    now = half_widths(values, confidence)
    if len(values) < 2 or not math.isfinite(now[-1]):
        return None
    sd = float(values.std(ddof=1))
    n = max(2, planned_replications(sd, half_width, confidence))
    while float(stdtrit(n - 1, 0.5 + confidence / 2.0)) * sd > half_width * math.sqrt(n):
        n += 1
    return n


def planned_replications(sd: float, half_width: float, confidence: float) -> int:
    """Return how many replications the mean takes to have this *half_width*, before any is played: (z sd / h)².

    *sd*: standard deviation of one replication; of the difference for two layouts, ``sd sqrt(2 (1 - correlation))``.
    """
    return math.ceil((float(ndtri(0.5 + confidence / 2.0)) * sd / half_width) ** 2)
