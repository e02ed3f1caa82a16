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
