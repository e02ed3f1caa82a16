"""Equity: how evenly a measure falls on the townships, weighted by their people."""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import Floats


def gini(values: Floats, people: Floats) -> float:
    """Return the Gini coefficient of *values* over *people*: 0 all alike; nan if a value is infinite or all are 0."""
    total = float((values * people).sum())
    if len(values) == 0 or not math.isfinite(total) or total <= 0.0:
        return math.nan
    share = people / people.sum()
    mean = float((values * share).sum())
    apart = np.abs(values[:, None] - values[None, :])
    return float(share @ apart @ share) / (2.0 * mean)


def end_mean(values: Floats, people: Floats, share: float, *, largest: bool) -> float:
    """Return the mean of the *share* of the people with the largest (else the smallest) values; nan without people."""
    if people.sum() <= 0.0:
        return math.nan
    order = np.argsort(-values if largest else values, kind="stable")
    wanted = share * people.sum()
    counted = np.clip(wanted - (np.cumsum(people[order]) - people[order]), 0.0, people[order])
    return float((values[order][counted > 0.0] * counted[counted > 0.0]).sum() / counted.sum())


def kolm_pollak(values: Floats, people: Floats, kappa: float) -> float:
    """Return the value that, if all had it, would be as bad as *values* are (Kolm-Pollak, equally distributed).

    It lies above the mean of values that are better small, the more so the larger the aversion to inequality *kappa*
    (> 0, per unit of the values); ``inf`` if somebody's value is, nan without people.
    """
    if not (kappa > 0.0 and math.isfinite(kappa)):
        msg = f"kappa must be a positive number, not {kappa}"
        raise ValueError(msg)
    some = people > 0.0
    if not some.any():
        return math.nan
    values, share = values[some], people[some] / people.sum()
    top = float(values.max())
    if not math.isfinite(top):
        return top
    return top + math.log(float((share * np.exp(kappa * (values - top))).sum())) / kappa


def max_regret(costs: Floats) -> Floats:
    """Return how much worse each layout is than the best one in the scenario where that is most; shape (layouts,).

    *costs*: shape (layouts, scenarios), finite, better small (Savage 1951).
    """
    return np.asarray((costs - costs.min(axis=0)).max(axis=1))
