"""A benchmark as a law: the share of simulated copies below a time, and how far N copies leave it open."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtrc, betaincinv, stdtrit

from sim.drill.review.model import Span

LEVEL = 0.95
Values = tuple[float | None, ...]


def mid_rank(values: Values, t: float) -> float:
    """Return the share of *values* below *t*, those equal to it counted half; copies that never did it are above."""
    known = np.array([np.inf if each is None else each for each in values])
    return float((np.sum(known < t) + 0.5 * np.sum(known == t)) / len(known))


def share_span(values: Values, t: Span) -> Span:
    """Return the percentile of *t* with the range that its precision and the number of copies leave open.

    The copies' part is the 95 % Jeffreys interval of the true share below (Brown, Cai and DasGupta 2001).
    """
    n = len(values)
    low, high = mid_rank(values, t.low) * n, mid_rank(values, t.high) * n
    tail = (1.0 - LEVEL) / 2.0
    lowest = float(betaincinv(low + 0.5, n - low + 0.5, tail)) if low > 0 else 0.0
    highest = float(betaincinv(high + 0.5, n - high + 0.5, 1.0 - tail)) if high < n else 1.0
    return Span(value=mid_rank(values, t.value), low=lowest, high=highest)


def at_least(k: int, n: int, p: float) -> float:
    """Return the chance of *k* or more of *n* independent trials of chance *p*."""
    return 1.0 if k <= 0 else float(bdtrc(k - 1, n, p))


def student(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t."""
    return float(stdtrit(freedom, probability))
