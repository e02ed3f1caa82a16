"""Strata: kinds of disaster with their rates, and replications that count as much as nature has them come.

A stratum is a kind of disaster of a certain size, such as earthquakes of magnitude 6 to 6.5, that comes so often a
year. However rare it is, it was played as often as is needed, and counts by its rate. Replications within a stratum are
independent.
"""

from __future__ import annotations

import math
from copy import copy
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats, Ints

LEAST_EFFECTIVE = 30.0
"""Weighted replications must be worth so many plain ones."""

FAR = 8.0
"""Ratios of densities have the mean 1; so many standard errors from it they are something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """A kind of disaster, how often it comes, and what its replications have measured.

    ``ValueError`` for numbers that say nothing, and for weights that are worth fewer than :data:`LEAST_EFFECTIVE`
    replications: ask :func:`effective_size` before.
    """

    name: str
    per_year: float
    """Events a year, on average."""
    values: Floats
    """One measure, by replication; shape (n,), never nan."""
    group: str = ""
    """What it is summed up with."""
    weights: Floats | None = None
    """Density of what was drawn, by nature, divided by the density that it was drawn with (importance sampling)."""

    def __post_init__(self) -> None:
        problem = _problem_of(self)
        if problem:
            msg = f"{self.name}: {problem}"
            raise ValueError(msg)

    def redrawn(self, rows: Ints) -> Stratum:
        """Return the stratum with these *rows* of its replications, for a bootstrap."""
        return self.holding(self.values[rows], None if self.weights is None else self.weights[rows])

    def holding(self, values: Floats, weights: Floats | None) -> Stratum:
        """Return the stratum with other replications, unchecked: weights that are good may look bad once redrawn."""
        other = copy(self)
        object.__setattr__(other, "values", values)
        object.__setattr__(other, "weights", weights)
        return other

    @property
    def surely(self) -> float:
        """Number of replications by which to judge what none of them has shown; with weights, at their worst."""
        return len(self.values) / (1.0 if self.weights is None else max(1.0, float(self.weights.max())))


def _problem_of(stratum: Stratum) -> str:
    values, weights = stratum.values, stratum.weights
    if not 0.0 <= stratum.per_year < math.inf:
        return f"events a year must be 0 or more, not {stratum.per_year}"
    if values.ndim != 1 or len(values) < 2 or np.isnan(values).any():
        return "there must be two replications at least, none of them nan"
    if weights is None:
        return ""
    if weights.shape != values.shape or not np.isfinite(weights).all() or (weights < 0.0).any():
        return "there must be one weight for each replication, finite and not negative"
    size = effective_size(weights)
    if size < LEAST_EFFECTIVE:
        return f"the weighted replications are worth {size:.1f} plain ones only; {LEAST_EFFECTIVE:.0f} are needed"
    if abs(weights.mean() - 1.0) > FAR * weights.std() / math.sqrt(len(weights)) + 1e-9:
        return f"weights must be ratios of densities, whose mean is 1, not {weights.mean():.4g}"
    return ""


def effective_size(weights: Floats) -> float:
    """Return how many plain replications weighted ones are worth: ``(sum w)^2 / sum w^2`` (Kish 1965); 0 for none."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0.0 else 0.0


def plain(stratum: Stratum, values: Floats) -> Floats:
    """Return *values* of the replications, or numbers that have the same mean without weights as these with them.

    The mean of the weights, which is known to be 1, corrects the mean of the weighted values (regression estimator,
    Hesterberg 1995): a value that is always the same comes out as it is.
    """
    if stratum.weights is None:
        return values
    weighted, off = stratum.weights * values, stratum.weights - 1.0
    spread = float(((off - off.mean()) ** 2).sum())
    slope = float(((off - off.mean()) * weighted).sum()) / spread if spread > 0.0 else 0.0
    return np.asarray(weighted - slope * off)
