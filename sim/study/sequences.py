"""Intervals that stay true however often somebody looks, for the screen that shows a run while it goes on.

An ordinary interval holds for a number of replications that was chosen beforehand; looked at after every replication,
it will sooner or later exclude the truth. A confidence sequence never does, at any time, with probability 1 - *alpha*:
the run may be stopped whenever the answer is clear. The price is width.

Replications must be taken in the order of their numbers, without holes. Which of them came back first from a cluster
has to do with how long they took, and so with what they say.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln, xlog1py, xlogy

from sim.common.types import Floats
from sim.measure.statistics import Interval
from sim.study.spread import MOVES

BEFORE = 50
"""Replications before which :func:`mean_sequence` says nothing: it is true for many, not for few."""

STAKE = 0.5
"""Largest part of what could be lost that :func:`bounded_mean_sequence` puts on one replication."""

Answer = Literal["met", "missed", "undecided"]


def decided(interval: Interval, limit: float, *, at_least: bool = True) -> Answer:
    """Tell whether the whole *interval* keeps the *limit* (``met``), breaks it (``missed``) or neither.

    *at_least*: the number must not be below the limit; else it must not be above.
    """
    low, high = (interval.low, interval.high) if at_least else (-interval.high, -interval.low)
    bound = limit if at_least else -limit
    return "met" if low >= bound else "missed" if high < bound else "undecided"


# ---- shares of yes/no outcomes -------------------------------------------------------------


def beta_binomial_evidence(
    successes: Floats | float, trials: Floats | float, share: Floats | float, a: float = 0.5, b: float = 0.5
) -> Floats:
    """Return the logarithm of the evidence against a true *share*, given *successes* in *trials*; arrays broadcast.

    If the share is true, the evidence ever exceeds ``-log(alpha)`` with probability *alpha* at most (Robbins 1970: a
    beta mixture of likelihood ratios; *a* and *b* say where the mixture looks, not what is believed).
    """
    failures = np.subtract(trials, successes)
    mixed = betaln(np.add(successes, a), failures + b) - betaln(a, b)
    return np.asarray(mixed - xlogy(successes, share) - xlog1py(failures, np.negative(share)))


def beta_binomial_sequence(successes: int, trials: int, alpha: float, a: float = 0.5, b: float = 0.5) -> Interval:
    """Return the share of disasters in which a target holds, with an interval that is valid at all times.

    Exact for yes/no outcomes: no approximation at any number of *trials*.
    """
    if not 0 <= successes <= trials:
        msg = f"there cannot be {successes} successes in {trials} trials"
        raise ValueError(msg)
    return Interval(
        estimate=successes / trials if trials else math.nan,
        low=_least_share(successes, trials, alpha, a, b),
        high=1.0 - _least_share(trials - successes, trials, alpha, b, a),
    )


def _least_share(successes: int, trials: int, alpha: float, a: float, b: float) -> float:
    """Return the smallest share that the evidence does not rule out."""
    if successes == 0:
        return 0.0

    def excess(share: float) -> float:
        return float(beta_binomial_evidence(successes, trials, share, a, b)) + math.log(alpha)

    return float(brentq(excess, np.finfo(np.float64).tiny, successes / trials, xtol=1e-12))


# ---- means ---------------------------------------------------------------------------------


def bounded_mean_sequence(values: Floats, alpha: float, least: float = 0.0, most: float = 1.0) -> Interval:
    """Return the mean of values between *least* and *most*, with an interval that is valid at all times.

    Holds for every distribution, also if nearly all values sit at one end, as shares do (Waudby-Smith & Ramdas 2024,
    hedged capital: a gambler who bets against the true mean does not get rich). *values*: in the order of the
    replications, without nan.
    """
    if len(values) == 0:
        return Interval(estimate=math.nan, low=least, high=most)
    if not (values.min() >= least and values.max() <= most):
        msg = f"values must lie between {least} and {most}; they reach from {values.min()} to {values.max()}"
        raise ValueError(msg)
    unit = (values - least) / (most - least)
    bets = _bets(unit, alpha)
    low = _end(unit, bets, alpha)
    high = 1.0 - _end(1.0 - unit, bets, alpha)
    return Interval(
        estimate=float(values.mean()), low=least + (most - least) * low, high=least + (most - least) * high
    )


def capital(unit: Floats, bets: Floats, mean: float) -> Floats:
    """Return the logarithm of the capital, after each replication, of who bets that the mean lies above *mean*.

    It falls as *mean* grows. *unit*: values between 0 and 1; *bets*: see :func:`_bets`.
    """
    stakes = np.minimum(bets, STAKE / mean) if mean > 0.0 else bets
    return np.asarray(np.cumsum(np.log1p(stakes * (unit - mean))))


def _bets(unit: Floats, alpha: float) -> Floats:
    """Return what is put on each replication, from what the earlier ones have shown; half the risk for each side."""
    count = np.arange(1.0, len(unit) + 1.0)
    mean = (0.5 + np.cumsum(unit)) / (count + 1.0)
    spread = (0.25 + np.cumsum((unit - mean) ** 2)) / (count + 1.0)
    before = np.concatenate([[0.25], spread[:-1]])
    return np.asarray(np.sqrt(2.0 * math.log(2.0 / alpha) / (before * count * np.log1p(count))))


def _end(unit: Floats, bets: Floats, alpha: float) -> float:
    """Return the lower end of the means that the gambler's capital has not ruled out."""
    rich = math.log(2.0 / alpha)

    def excess(mean: float) -> float:
        return float(capital(unit, bets, mean)[-1]) - rich

    mean = float(unit.mean())
    if excess(0.0) <= 0.0:
        return 0.0
    return float(brentq(excess, 0.0, mean, xtol=1e-10)) if excess(mean) < 0.0 else mean


def mean_sequence(values: Floats, alpha: float, tuned_for: int = 50) -> Interval:
    """Return the mean of values without ends, with an interval that is valid at all times once replications are many.

    Asymptotic (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024), narrowest at *tuned_for* replications. It bounds
    nothing before :data:`BEFORE` replications, or while fewer than ten differ from the commonest value. One ``inf``
    makes the mean infinite for certain. *values*: without nan.
    """
    n = len(values)
    mean = float(values.mean()) if n else math.nan
    if n and not math.isfinite(mean):
        return Interval(estimate=mean, low=mean, high=mean)
    if n < BEFORE or n - int(np.unique(values, return_counts=True)[1].max()) < MOVES:
        return Interval(estimate=mean, low=-math.inf, high=math.inf)
    wide = -2.0 * math.log(alpha)
    rho2 = (wide + math.log(wide + 1.0)) / tuned_for
    scale = (n * rho2 + 1.0) / (n * n * rho2) * math.log((n * rho2 + 1.0) / alpha**2)
    half = float(values.std()) * math.sqrt(scale)
    return Interval(estimate=mean, low=mean - half, high=mean + half)
