"""Exceedance curves of the loss of a year: the largest event (OEP) and the sum (AEP), with return levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats
from sim.study.loss_classes import LossClass
from sim.study.strata import Stratum
from sim.study.yearly import exceedance
from sim.study.years import return_levels, simulate_years

RETURN_YEARS = (10.0, 50.0, 100.0, 500.0)
POINTS = 160
YEARS = 20_000
RESAMPLES = 60
"""Of the replications, each with years of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossCurve:
    """How often a year's loss is exceeded; all arrays by size of the loss or by return period."""

    scope: str
    layout: str
    loss_yuan: Floats
    largest: Floats
    """Probability that the largest event of a year reaches the loss (OEP), with its interval."""
    largest_low: Floats
    largest_high: Floats
    total: Floats
    """Probability that the sum of a year does (AEP)."""
    return_years: Floats
    largest_level: Floats
    """Loss of the largest event that a year reaches once in so many years; yuan, with its interval."""
    largest_level_low: Floats
    largest_level_high: Floats
    total_level: Floats
    total_level_low: Floats
    total_level_high: Floats


def loss_curve(
    scope: str, layout: str, strata: Sequence[Stratum], classes: Sequence[LossClass], confidence: float, seed: int
) -> LossCurve:
    """Return the curves of *strata* and *classes*.

    OEP: closed form, intervals of the rates by :func:`sim.study.yearly.exceedance`. AEP: so many years are drawn; its
    interval redraws the replications within each stratum.
    """
    highest = max([float(stratum.values.max()) for stratum in strata] + [kind.mean * 60.0 for kind in classes])
    sizes = np.geomspace(1e5, max(2e5, highest), POINTS)
    curve = exceedance(strata, sizes, confidence, classes=classes)
    middle, low, high = curve.probability()
    years = np.array(RETURN_YEARS)
    totals = simulate_years(strata, YEARS, seed, classes=classes).total
    drawn = _redrawn(strata, classes, years, seed)
    half = (1.0 - confidence) / 2.0
    ends = np.quantile(drawn, (half, 1.0 - half), axis=0)
    return LossCurve(
        scope=scope, layout=layout, loss_yuan=sizes, largest=middle, largest_low=np.maximum(low, 0.0),
        largest_high=high,
        total=1.0 - np.searchsorted(np.sort(totals), sizes, side="left") / len(totals),
        return_years=years, largest_level=_level(sizes, middle, years), largest_level_low=_level(sizes, low, years),
        largest_level_high=_level(sizes, high, years), total_level=return_levels(totals, years),
        total_level_low=ends[0], total_level_high=ends[1],
    )


def _level(sizes: Floats, probability: Floats, years: Floats) -> Floats:
    """Return the largest of the sizes that is reached with the probability 1 / *years*; 0 if none is.

    ``inf`` if even the largest of them is: the replications set no end.
    """
    found = np.zeros(len(years))
    for i, period in enumerate(years):
        reached = np.flatnonzero(probability >= 1.0 / period)
        if len(reached):
            found[i] = sizes[reached[-1]] if reached[-1] < len(sizes) - 1 else np.inf
    return found


def _redrawn(strata: Sequence[Stratum], classes: Sequence[LossClass], years: Floats, seed: int) -> Floats:
    """Return the return levels of the sum for replications drawn anew, shape (resamples, return periods)."""
    rng = np.random.default_rng(seed)
    levels = np.empty((RESAMPLES, len(years)))
    for i in range(RESAMPLES):
        redrawn = [stratum.redrawn(rng.integers(0, len(stratum.values), len(stratum.values))) for stratum in strata]
        totals = simulate_years(redrawn, YEARS, seed + i + 1, classes=classes).total
        levels[i] = return_levels(totals, years)
    return levels
