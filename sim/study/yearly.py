"""What a year brings, from a catalogue of disasters of which each kind was simulated by itself.

Every stratum (:mod:`sim.study.strata`) counts by how often a year it comes, whatever the number of its replications.
Intervals cover the chance of these replications, and neither the rates nor the model.

Interval of a mean: Student's t with the degrees of freedom of Satterthwaite 1946, put right for skewness by the
transformation of Hall 1992: losses and deaths are skewed, and the plain t interval ends too low. Interval of a rate:
exact intervals of the strata (Clopper & Pearson 1934; with weights Korn & Graubard 1998), put together as by Zou &
Donner 2008.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, stdtrit

from sim.common.types import Floats
from sim.measure.statistics import FEW, Interval
from sim.study.loss_classes import LossClass, rate_of, year_mean, year_variance
from sim.study.strata import LEAST_EFFECTIVE, Stratum, effective_size, plain

# ---- means ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualMean:
    """The mean of a year, and how sure it is."""

    estimate: float
    low: float
    high: float
    variance: float
    """Of the estimate."""
    year_variance: float
    """Of the sum of a year, from one year to the next: events come by chance, and differ."""
    per_year: float
    """Events a year."""
    still: tuple[str, ...]
    """Strata in which all replications gave the same value. The interval knows nothing of what they may hide."""
    unseen_per_year: float
    """In these strata, an outcome that no replication has shown comes so often a year at most, each at the confidence
    of the interval."""


def annual_mean(
    strata: Sequence[Stratum], confidence: float, *, classes: Sequence[LossClass] = (), least: float = -math.inf
) -> AnnualMean:
    """Return the mean of a year: rate × mean, summed over *strata* and *classes*, in the unit of the values.

    *least* is the smallest mean that there can be, 0 for deaths and losses.
    """
    kinds = _checked(strata, classes)
    parts = [_moments(stratum) for stratum in strata]
    estimate = sum(part.mean for part in parts) + year_mean(classes)
    low, high = _mean_ends(estimate, parts, confidence)
    still = [stratum for stratum in strata if stratum.values.min() == stratum.values.max()]
    if any(len(stratum.values) < FEW for stratum in still):
        low, high = -math.inf, math.inf
    return AnnualMean(
        estimate=estimate, low=max(low, least), high=high, variance=sum(part.variance for part in parts),
        year_variance=sum(part.year_variance for part in parts) + year_variance(classes),
        per_year=sum(each.per_year for each in kinds), still=tuple(stratum.name for stratum in still),
        unseen_per_year=sum(
            stratum.per_year * -math.expm1(math.log1p(-confidence) / stratum.surely) for stratum in still
        ),
    )


def annual_by_group(
    strata: Sequence[Stratum], confidence: float, *, classes: Sequence[LossClass] = (), least: float = -math.inf
) -> dict[str, AnnualMean]:
    """Return the mean of a year by group, in the order in which the groups first appear; each with *confidence*."""
    kinds = _checked(strata, classes)
    return {
        group: annual_mean(
            [stratum for stratum in strata if stratum.group == group], confidence,
            classes=[kind for kind in classes if kind.group == group], least=least,
        )
        for group in dict.fromkeys(each.group for each in kinds)
    }


def annual_difference(
    ours: Sequence[Stratum], theirs: Sequence[Stratum], confidence: float, *, factor: float = 1.0
) -> AnnualMean:
    """Return the mean of a year under one layout minus *factor* times that under another one, on the same disasters.

    The strata must be the same, in the same order, and their replications as well. With a *factor* of 0.85, a ``high``
    below 0 shows a fall by 15 %.
    """
    if [_identity(stratum) for stratum in ours] != [_identity(stratum) for stratum in theirs]:
        msg = "both layouts must have answered the same strata, with the same rates and replications"
        raise ValueError(msg)
    _checked(ours, ())
    _checked(theirs, ())
    pairs = zip(ours, theirs, strict=True)
    return annual_mean([a.holding(a.values - factor * b.values, a.weights) for a, b in pairs], confidence)


def _identity(stratum: Stratum) -> tuple[object, ...]:
    weights = None if stratum.weights is None else stratum.weights.tobytes()
    return stratum.name, stratum.per_year, len(stratum.values), weights


def _named(strata: Sequence[Stratum], classes: Sequence[LossClass]) -> list[Stratum | LossClass]:
    """Return all kinds of disaster, each of which must have a name of its own."""
    kinds: list[Stratum | LossClass] = [*strata, *classes]
    names = [each.name for each in kinds]
    if not names or len(set(names)) < len(names):
        msg = f"there must be strata or classes, each with a name of its own: {names}"
        raise ValueError(msg)
    return kinds


def _checked(strata: Sequence[Stratum], classes: Sequence[LossClass]) -> list[Stratum | LossClass]:
    """Return all kinds of disaster, which must have names and means."""
    endless = [stratum.name for stratum in strata if np.isinf(stratum.values).any()]
    if endless:
        msg = f"values that are infinite in some replication have no mean: {endless}"
        raise ValueError(msg)
    return _named(strata, classes)


@dataclass(frozen=True, slots=True)
class _Moments:
    """What a stratum adds to the mean of a year, and the variance, third cumulant and freedom of that."""

    mean: float
    variance: float
    third: float
    freedom: int
    year_variance: float


def _moments(stratum: Stratum) -> _Moments:
    rate, n, values = stratum.per_year, len(stratum.values), plain(stratum, stratum.values)
    freedom = n - 1 if stratum.weights is None else n - 2
    apart = values - values.mean()
    skew = n / max(1, n - 2) * float((apart**3).sum()) / (n - 1)
    return _Moments(
        mean=rate * float(values.mean()), variance=rate**2 * float((apart**2).sum()) / freedom / n,
        third=rate**3 * skew / n**2, freedom=freedom,
        year_variance=rate * float(plain(stratum, stratum.values**2).mean()),
    )


def _mean_ends(estimate: float, parts: Sequence[_Moments], confidence: float) -> tuple[float, float]:
    """Return the ends of the interval of a sum of independent means."""
    variance = sum(part.variance for part in parts)
    if variance == 0.0:
        return estimate, estimate
    error = math.sqrt(variance)
    freedom = variance**2 / sum(part.variance**2 / part.freedom for part in parts)
    point = float(stdtrit(freedom, 0.5 + confidence / 2.0))
    skew = sum(part.third for part in parts) / error**3
    return estimate - error * _unskewed(point, skew), estimate - error * _unskewed(-point, skew)


def _unskewed(point: float, skew: float) -> float:
    """Return which studentised mean Hall's cubic transformation takes to *point*, for an estimate of this *skew*."""
    if abs(skew) < 1e-6:
        return point
    return 3.0 / skew * (float(np.cbrt(1.0 + skew * (point - skew / 6.0))) - 1.0)


# ---- rates ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceedance:
    """How often a year an event reaches a size; all arrays of the same shape (sizes,), intervals size by size."""

    at_least: Floats
    per_year: Floats
    low: Floats
    high: Floats

    @property
    def return_years(self) -> Floats:
        """Years between two such events, on average; ``inf`` if there is none."""
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / self.per_year)

    def probability(self) -> tuple[Floats, Floats, Floats]:
        """Return the probability of one or more such events in a year, and the ends of its interval."""
        return -np.expm1(-self.per_year), -np.expm1(-self.low), -np.expm1(-self.high)


def exceedance(
    strata: Sequence[Stratum], at_least: Floats, confidence: float, *, classes: Sequence[LossClass] = ()
) -> Exceedance:
    """Return how often a year an event reaches *at_least* so much, for each of these sizes. Values may be ``inf``."""
    _named(strata, classes)
    rate, down, up = rate_of(classes, at_least), np.zeros_like(at_least), np.zeros_like(at_least)
    for stratum in strata:
        share, low, high = _shares(stratum, at_least, confidence)
        rate += stratum.per_year * share
        down += (stratum.per_year * (share - low)) ** 2
        up += (stratum.per_year * (high - share)) ** 2
    return Exceedance(at_least=at_least, per_year=rate, low=rate - np.sqrt(down), high=rate + np.sqrt(up))


def event_probability(
    strata: Sequence[Stratum], at_least: float, confidence: float, *, classes: Sequence[LossClass] = ()
) -> Interval:
    """Return the probability that a year has one or more events of *at_least* this size."""
    curve = exceedance(strata, np.array([at_least]), confidence, classes=classes)
    estimate, low, high = (float(ends[0]) for ends in curve.probability())
    return Interval(estimate=estimate, low=low, high=high)


def _shares(stratum: Stratum, at_least: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return which share of the events of a stratum reach each size, with an interval."""
    if stratum.weights is None:
        below = np.searchsorted(np.sort(stratum.values), at_least, side="left")
        share, n = 1.0 - below / len(stratum.values), np.full(len(at_least), float(len(stratum.values)))
    else:
        share, n = _weighted_shares(stratum, at_least)
    hits, missed, half = share * n, n - share * n, (1.0 - confidence) / 2.0
    some, not_all = hits > 0.0, missed > 0.0
    low = np.where(some, betaincinv(np.where(some, hits, 1.0), missed + 1.0, half), 0.0)
    high = np.where(not_all, betaincinv(hits + 1.0, np.where(not_all, missed, 1.0), 1.0 - half), 1.0)
    return share, low, high


def _weighted_shares(stratum: Stratum, at_least: Floats) -> tuple[Floats, Floats]:
    """Return the shares, and how many plain replications would give them as surely (Korn & Graubard 1998)."""
    share, n = np.empty(len(at_least)), np.full(len(at_least), stratum.surely)
    for i, size in enumerate(at_least):
        reach = stratum.values >= size
        values = plain(stratum, reach.astype(np.float64))
        share[i] = np.clip(values.mean(), 0.0, 1.0) if reach.any() and not reach.all() else float(reach.all())
        variance = float(values.var()) / (len(values) - 2)
        if 0.0 < share[i] < 1.0 and variance > 0.0:
            n[i] = share[i] * (1.0 - share[i]) / variance
    return share, n


__all__ = [
    "LEAST_EFFECTIVE", "AnnualMean", "Exceedance", "LossClass", "Stratum", "annual_by_group", "annual_difference",
    "annual_mean", "effective_size", "event_probability", "exceedance",
]
