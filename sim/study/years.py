"""Years put together from a catalogue by chance, and intervals by drawing years or replications anew.

What a single year may bring, its sum and its largest event, has no closed form once strata are simulated; it is drawn.
Two layouts with the same strata, replications and seed live through the same years.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats, Ints
from sim.measure.statistics import Interval
from sim.study.loss_classes import LossClass
from sim.study.strata import Stratum

RESAMPLES = 1000
"""Resamples of a bootstrap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """Years, each independent of the others; arrays of the shape (years,)."""

    events: Ints
    total: Floats
    """Sum over the events of the year (its exceedance: AEP)."""
    largest: Floats
    """Largest event of the year, 0 if there is none or all are below (its exceedance: OEP)."""


def simulate_years(
    strata: Sequence[Stratum], years: int, seed: int, *, classes: Sequence[LossClass] = ()
) -> Years:
    """Return *years* in which each stratum brings a Poisson number of its replications, and each class of its losses.

    Replications are drawn with replacement, by their weights if they have any. The same *seed* gives the same years.
    """
    if years < 1:
        msg = f"there must be a year at least, not {years}"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    events, total, largest = np.zeros(years, dtype=np.int64), np.zeros(years), np.zeros(years)
    kinds: list[Stratum | LossClass] = [*strata, *classes]
    for each in kinds:
        counts = rng.poisson(each.per_year, years)
        values = _events(each, int(counts.sum()), rng)
        year = np.repeat(np.arange(years), counts)
        events += counts
        total += np.bincount(year, weights=values, minlength=years)
        np.maximum.at(largest, year, values)
    return Years(events=events, total=total, largest=largest)


def _events(each: Stratum | LossClass, n: int, rng: np.random.Generator) -> Floats:
    if isinstance(each, LossClass):
        return rng.lognormal(each.mu, each.sigma, n)
    shares = None if each.weights is None else each.weights / each.weights.sum()
    return each.values[rng.choice(len(each.values), n, p=shares)]


def return_levels(values: Floats, return_years: Floats) -> Floats:
    """Return which value a year exceeds with the probability 1 / *return_years*; nan where the years are too few.

    *values*: one for each year. The r-th largest of n years is exceeded with the probability r / (n + 1) (Weibull).
    """
    found = np.quantile(values, 1.0 - 1.0 / return_years, method="weibull")
    return np.asarray(np.where(return_years <= len(values) + 1, found, np.nan))


def bootstrap_years(
    values: Floats, statistic: Callable[[Floats], float], confidence: float, seed: int, resamples: int = RESAMPLES
) -> Interval:
    """Return a *statistic* of years with its interval; whole years are drawn anew (percentile method).

    *values*: one for each year. It says how far so many years may mislead; if the years are simulated, not how far the
    replications behind them may: see :func:`bootstrap_strata`.
    """
    rng = np.random.default_rng(seed)
    n = len(values)
    drawn = np.array([statistic(values[rng.integers(0, n, n)]) for _ in range(resamples)])
    return _interval(statistic(values), drawn, confidence)


def bootstrap_strata(
    statistic: Callable[..., float],
    *layouts: Sequence[Stratum],
    confidence: float,
    seed: int,
    resamples: int = RESAMPLES,
) -> Interval:
    """Return a *statistic* of one or more layouts with its interval; replications are drawn anew within each stratum.

    ``statistic(strata, ...)`` takes the strata of each of the *layouts*, which must have the same replications: all
    layouts are drawn together. Few replications make the interval somewhat narrow; where there is a closed form
    (:mod:`sim.study.yearly`), take that.
    """
    sizes = [[len(stratum.values) for stratum in strata] for strata in layouts]
    if not sizes or any(size != sizes[0] for size in sizes):
        msg = f"all layouts must have the same replications in every stratum: {sizes}"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    drawn = np.empty(resamples)
    for i in range(resamples):
        rows = [rng.integers(0, n, n) for n in sizes[0]]
        drawn[i] = statistic(*([s.redrawn(row) for s, row in zip(strata, rows, strict=True)] for strata in layouts))
    return _interval(statistic(*layouts), drawn, confidence)


def _interval(estimate: float, drawn: Floats, confidence: float) -> Interval:
    half = (1.0 - confidence) / 2.0
    low, high = np.quantile(drawn, (half, 1.0 - half))
    return Interval(estimate=estimate, low=float(low), high=float(high))
