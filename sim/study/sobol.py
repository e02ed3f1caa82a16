"""Sobol indices: which share of the variance of an output each input makes, alone and together with others.

Inputs are independent and lie between 0 and 1; the caller maps them to values. The estimator is that of Saltelli et
al. 2010: it takes the outputs of points that were played beforehand, as many as n × (inputs + 2).

Play the same disasters at all points. Each row of the design must at least have the same ones throughout: whatever
else differs between a point and its neighbour would be laid at the door of the input that was changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats

RESAMPLES = 1000
"""Resamples of the bootstrap."""

EDGE = 2.0**-53
"""Inputs keep this distance from 0 and 1, where many distributions have no finite value."""

BLOCK = 2**22
"""Numbers of a bootstrap that are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SobolDesign:
    """Where to play."""

    points: Floats
    """Shape (inputs + 2, n, inputs), between 0 and 1. Two independent blocks A and B; then one for each input, which is
    A with the column of this input from B."""

    @property
    def n(self) -> int:
        """Rows of each block."""
        return int(self.points.shape[1])

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.points.shape[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """Shares of the variance of an output; arrays of the shape (inputs,), nan if the output does not vary.

    Estimates of an index near 0 may be below 0.
    """

    first: Floats
    """Made by the input alone: what would be gone, on average, if it were known."""
    first_low: Floats
    first_high: Floats
    total: Floats
    """Made by the input alone and together with others: near 0 if it does not matter."""
    total_low: Floats
    total_high: Floats
    mean: float
    variance: float
    """Of the output."""


def sobol_design(inputs: int, n: int, seed: int) -> SobolDesign:
    """Return a design of n × (inputs + 2) points from a scrambled Sobol sequence; *n* is a power of 2.

    The same *seed* gives the same points. 512 to 4096 rows are usual.
    """
    if inputs < 1 or n < 2 or n & (n - 1):
        msg = f"there must be an input, and n must be a power of 2, not {inputs} and {n}"
        raise ValueError(msg)
    from scipy.stats import qmc  # takes a second that nobody else needs

    both = qmc.Sobol(d=2 * inputs, seed=np.random.default_rng(seed), bits=64).random(n)
    both = np.clip(both, EDGE, 1.0 - EDGE)
    points = np.empty((inputs + 2, n, inputs))
    points[:] = both[:, :inputs]
    points[1] = both[:, inputs:]
    for i in range(inputs):
        points[2 + i, :, i] = points[1, :, i]
    return SobolDesign(points=points)


def sobol_indices(outputs: Floats, confidence: float = 0.95, seed: int = 0) -> Indices:
    """Return the indices that *outputs* say, shape (inputs + 2, n) as the points of the design, finite.

    Intervals: rows of the design are drawn anew (percentile bootstrap, seeded), each with *confidence*. The rows of a
    Sobol sequence cover the space better than chance does, so that the intervals are rather too wide.
    """
    if outputs.ndim != 2 or outputs.shape[0] < 3 or outputs.shape[1] < 2:
        msg = f"outputs must have the shape (inputs + 2, n), not {outputs.shape}"
        raise ValueError(msg)
    if not np.isfinite(outputs).all():
        msg = "outputs must be finite: take a measure that every replication has and that is never infinite"
        raise ValueError(msg)
    mean, variance = float(outputs[:2].mean()), float(outputs[:2].var())
    n, inputs = outputs.shape[1], outputs.shape[0] - 2
    estimate, low, high = (np.full(2 * inputs, np.nan) for _ in range(3))
    if outputs[:2].min() < outputs[:2].max():
        terms = _terms(outputs - mean)
        estimate = _shares(terms, np.full((1, n), 1.0 / n))[0]
        low, high = _interval(terms, confidence, seed)
    return Indices(
        first=estimate[:inputs], first_low=low[:inputs], first_high=high[:inputs], total=estimate[inputs:],
        total_low=low[inputs:], total_high=high[inputs:], mean=mean, variance=variance,
    )


def _terms(centred: Floats) -> Floats:
    """Return what each row adds to the mean, the mean square, the first and the total variances; (n, 2 + 2 inputs).

    The outputs are *centred* first, which makes the estimates far steadier (Sobol & Levitan 1999).
    """
    a, b, ab = centred[0], centred[1], centred[2:]
    return np.vstack([(a + b) / 2.0, (a * a + b * b) / 2.0, b * (ab - a), (a - ab) ** 2 / 2.0]).T


def _shares(terms: Floats, weights: Floats) -> Floats:
    """Return the first indices, then the total ones, for rows weighted by *weights*, shape (draws, n), sums of 1."""
    sums = weights @ terms
    variance = sums[:, 1] - sums[:, 0] ** 2
    return np.asarray(sums[:, 2:] / variance[:, None])


def _interval(terms: Floats, confidence: float, seed: int) -> tuple[Floats, Floats]:
    """Return the lower and the upper ends for the indices, in the order of :func:`_shares`."""
    n = len(terms)
    rng = np.random.default_rng(seed)
    drawn = []
    size = max(1, BLOCK // n)
    for first in range(0, RESAMPLES, size):
        draws = min(size, RESAMPLES - first)
        rows = rng.integers(0, n, size=(draws, n)) + n * np.arange(draws)[:, None]
        counts = np.bincount(rows.ravel(), minlength=draws * n).reshape(draws, n)
        drawn.append(_shares(terms, counts / n))
    half = (1.0 - confidence) / 2.0
    low, high = np.quantile(np.concatenate(drawn), (half, 1.0 - half), axis=0)
    return low, high
