"""Kinds of disaster that are not simulated but have a law: how often a year they come, and what one of them costs.

A year is a compound Poisson process: each class brings a Poisson number of events, and each event a lognormal loss.
Mean and variance of a year, and the largest event of a year, then have closed forms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from sim.common.types import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class LossClass:
    """A kind of disaster with a lognormal loss; ``ValueError`` for numbers that make no law."""

    name: str
    per_year: float
    """Events a year, on average."""
    mean: float
    """Mean loss of one event, in any unit."""
    cv: float
    """Standard deviation of that loss, as a multiple of the mean."""
    group: str = ""
    """What it is summed up with."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.per_year < math.inf:
            msg = f"{self.name}: events a year must be 0 or more, not {self.per_year}"
            raise ValueError(msg)
        if not (0.0 < self.mean < math.inf and 0.0 < self.cv < math.inf):
            msg = f"{self.name}: mean and cv must be positive, not {self.mean} and {self.cv}"
            raise ValueError(msg)

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of the loss."""
        return math.sqrt(math.log1p(self.cv**2))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of the loss."""
        return math.log(self.mean) - self.sigma**2 / 2.0

    def exceedance(self, at_least: Floats) -> Floats:
        """Return the probability that one event costs *at_least* so much; 1 for 0 and less."""
        loss = np.maximum(at_least, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((self.mu - np.log(loss)) / self.sigma))


def year_mean(classes: Sequence[LossClass]) -> float:
    """Return the mean loss of a year: rate × mean of one event, summed over the *classes*."""
    return sum(kind.per_year * kind.mean for kind in classes)


def year_variance(classes: Sequence[LossClass]) -> float:
    """Return the variance of the loss of a year: rate × mean square of one event, summed over the *classes*."""
    return sum(kind.per_year * kind.mean**2 * (1.0 + kind.cv**2) for kind in classes)


def rate_of(classes: Sequence[LossClass], at_least: Floats) -> Floats:
    """Return how many events a year cost *at_least* so much; same shape."""
    rate = np.zeros_like(at_least)
    for kind in classes:
        rate = rate + kind.per_year * kind.exceedance(at_least)
    return rate


def largest_exceedance(classes: Sequence[LossClass], at_least: Floats) -> Floats:
    """Return the probability that the largest event of a year costs *at_least* so much (OEP); same shape."""
    return np.asarray(-np.expm1(-rate_of(classes, at_least)))


def largest_loss(classes: Sequence[LossClass], return_years: float) -> float:
    """Return the loss that the largest event of a year reaches with the probability 1 / *return_years*.

    0 if a year has any event at all with a smaller probability than that.
    """
    if not return_years > 1.0:
        msg = f"a return period must be longer than one year, not {return_years}"
        raise ValueError(msg)
    wanted = -math.log1p(-1.0 / return_years)
    if sum(kind.per_year for kind in classes) <= wanted:
        return 0.0

    def excess(log_loss: float) -> float:
        return float(rate_of(classes, np.array(math.exp(log_loss)))) - wanted

    ends = [(kind.mu - 40.0 * kind.sigma, kind.mu + 40.0 * kind.sigma) for kind in classes if kind.per_year > 0.0]
    return math.exp(brentq(excess, min(low for low, _ in ends), max(high for _, high in ends), xtol=1e-12))
