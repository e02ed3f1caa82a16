"""Intervals for what many replications say of a number: exact where that is possible, and never surer than the data.

Replications are independent; *confidence* is that of the whole interval. Sources: Clopper & Pearson 1934 for shares,
order statistics for quantiles (Wilks), Student's t for means. Values may be ``inf`` (never) but not nan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, betaincinv, ndtri, stdtrit

from sim.common.types import Floats
from sim.measure.quantiles import quantiles

FEW = 10
"""Below so many replications the t interval alone is not trusted (Hoad, Robinson & Davies 2010 begin at ten)."""

BOOTSTRAP = 2000
"""Resamples of the paired bootstrap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and the interval around it; nan if there are no data."""

    estimate: float
    low: float
    high: float


NOTHING = Interval(estimate=math.nan, low=math.nan, high=math.nan)


def share_interval(hits: int, n: int, confidence: float) -> Interval:
    """Return the share *hits* / *n* with its exact two-sided interval (Clopper-Pearson)."""
    if n == 0:
        return NOTHING
    half = (1.0 - confidence) / 2.0
    low = float(betaincinv(hits, n - hits + 1, half)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1.0 - half)) if hits < n else 1.0
    return Interval(estimate=hits / n, low=low, high=high)


def least_share(hits: int, n: int, confidence: float) -> float:
    """Return the exact one-sided lower bound of a share of which *hits* in *n* were seen (all: ``(1-c)^(1/n)``)."""
    return float(betaincinv(hits, n - hits + 1, 1.0 - confidence)) if hits > 0 else 0.0


def wilson(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """Return the share *hits* / *n* with Wilson's score interval (Wilson 1927)."""
    z2 = float(ndtri(0.5 + confidence / 2.0)) ** 2
    share = hits / n
    middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n)
    half = math.sqrt(z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))) / (1.0 + z2 / n)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Interval(estimate=share, low=low if hits else 0.0, high=high if hits < n else 1.0)


def mean_interval(values: Floats, confidence: float, least: float = -math.inf, most: float = math.inf) -> Interval:
    """Return the mean with its t interval, within *least* and *most*, the ends of what a value can be.

    The t interval knows only what it has seen: equal values give it no width at all. When there are few values, or
    most of them are equal and the range has two ends, the interval is therefore the wider of it and the bound for the
    unseen (see :func:`_unseen`); few or equal values bound nothing on a side without an end. One ``inf`` among the
    values makes the mean infinite for certain.
    """
    n = len(values)
    if n == 0:
        return NOTHING
    mean = float(values.mean())
    if not math.isfinite(mean):
        return Interval(estimate=mean, low=mean, high=mean)
    half = t_half_width(values, confidence)
    low, high = mean - half, mean + half
    atom = float(np.unique(values, return_counts=True)[1].max()) / n
    if n < FEW or atom == 1.0 or (atom >= 0.5 and math.isfinite(least) and math.isfinite(most)):
        down, up = _unseen(mean, n, confidence, least, most)
        low, high = min(low, down), max(high, up)
    return Interval(estimate=mean, low=max(low, least), high=min(high, most))


def t_interval(values: Floats, confidence: float) -> Interval:
    """Return the mean with Student's interval and nothing else, for counts and differences that have no ends.

    Equal values in few replications bound nothing. nan where some values are plus and others minus infinity: then no
    mean says anything.
    """
    if len(values) == 0 or (np.isposinf(values).any() and np.isneginf(values).any()):
        return NOTHING
    mean = float(values.mean())
    if not math.isfinite(mean):
        return Interval(estimate=mean, low=mean, high=mean)
    half = t_half_width(values, confidence)
    if half == 0.0 and len(values) < FEW:
        half = math.inf
    return Interval(estimate=mean, low=mean - half, high=mean + half)


def _unseen(mean: float, n: int, confidence: float, least: float, most: float) -> tuple[float, float]:
    """Return how far the mean may lie off because of outcomes that none of *n* replications has shown.

    Such outcomes may still have a probability of ``1 - (half the risk)^(1/n)``, and be as bad or as good as can be.
    Exact when all values are equal.
    """
    seen = ((1.0 - confidence) / 2.0) ** (1.0 / n)
    down = seen * mean + (1.0 - seen) * least
    up = seen * mean + (1.0 - seen) * most
    return down, up


def t_half_width(values: Floats, confidence: float) -> float:
    """Return half the width of Student's interval for the mean; ``inf`` for a single value."""
    n = len(values)
    if n < 2:
        return math.inf
    return float(stdtrit(n - 1, 0.5 + confidence / 2.0)) * float(values.std(ddof=1)) / math.sqrt(n)


def order_ranks(n: int, share: float, confidence: float) -> tuple[int, int]:
    """Return the ranks (1 = smallest) of the order statistics around the quantile *share* of *n* independent values.

    0 and *n* + 1 say that the sample is too small to bound that side.
    """
    half = (1.0 - confidence) / 2.0
    below = bdtr(np.arange(n + 1), n, share)
    low = int(np.searchsorted(below, half, side="right"))
    high = int(np.searchsorted(below, 1.0 - half, side="left")) + 1
    return low, min(high, n + 1)


def quantile_interval(
    values: Floats, share: float, confidence: float, least: float = -math.inf, most: float = math.inf
) -> Interval:
    """Return the quantile *share* with its distribution-free interval of order statistics; values may be ``inf``."""
    n = len(values)
    if n == 0:
        return NOTHING
    low, high = order_ranks(n, share, confidence)
    ordered = np.sort(values)
    return Interval(
        estimate=quantiles(values, (share,))[0],
        low=float(ordered[low - 1]) if low >= 1 else least,
        high=float(ordered[high - 1]) if high <= n else most,
    )


def differences(ours: Floats, theirs: Floats) -> Floats:
    """Return *ours* - *theirs* pair by pair; two that never happen do not differ."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(ours) & (ours == theirs), 0.0, ours - theirs)


def bootstrap_quantile_difference(ours: Floats, theirs: Floats, share: float, confidence: float, seed: int) -> Interval:
    """Return the difference of the quantiles *share* of paired samples with a bootstrap interval.

    Whole replications are drawn anew, both layouts together (percentile method); the same *seed* gives the same answer.
    """
    n = len(ours)
    if n == 0:
        return NOTHING
    rng = np.random.default_rng(seed)
    rank = max(0, math.ceil(share * n - 1e-9) - 1)
    drawn = np.empty(BOOTSTRAP)
    block = max(1, 2_000_000 // n)
    for first in range(0, BOOTSTRAP, block):
        rows = rng.integers(0, n, size=(min(block, BOOTSTRAP - first), n))
        both = [np.partition(sample[rows], rank, axis=1)[:, rank] for sample in (ours, theirs)]
        drawn[first : first + len(rows)] = differences(*both)
    half = (1.0 - confidence) / 2.0
    low, high = quantiles(drawn, (half, 1.0 - half))
    estimate = float(differences(*(np.array(quantiles(sample, (share,))) for sample in (ours, theirs)))[0])
    return Interval(estimate=estimate, low=low, high=high)


def variance_ratio(ours: Floats, theirs: Floats) -> float:
    """Return how many times smaller the variance of the paired difference is than with independent disasters.

    ``(var a + var b) / var(a - b)``: ``inf`` when the difference never varies though the values do, nan when nothing
    varies or fewer than two pairs are finite.
    """
    finite = np.isfinite(ours) & np.isfinite(theirs)
    ours, theirs = ours[finite], theirs[finite]
    if len(ours) < 2:
        return math.nan
    apart, together = float(ours.var() + theirs.var()), float((ours - theirs).var())
    if apart == 0.0:
        return math.nan
    return apart / together if together > 1e-12 * apart else math.inf
