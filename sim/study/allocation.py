"""How many replications each stratum should get, so that the mean of a year is known best for what they cost."""

from __future__ import annotations

import heapq

import numpy as np

from sim.common.types import Floats, Ints

LEAST = 30
"""Replications of a stratum that counts little: fewer say nothing of its spread."""


def allocate(
    per_year: Floats, spread: Floats, budget: float, *, cost: Floats | None = None, least: int = LEAST
) -> Ints:
    """Return how many replications to play of each stratum (Neyman 1934, with costs), shape (strata,).

    *per_year*: rates; *spread*: standard deviation of the measure within each stratum, from a pilot or by judgement;
    *cost*: of one replication (default 1, so that *budget* counts replications). Every stratum gets *least* or more; a
    pilot that has shown the same value throughout leaves it at that. Raises ``ValueError`` if the *budget* does not
    even pay for these.
    """
    cost = np.ones(len(per_year)) if cost is None else cost
    if least < 1:
        msg = f"every stratum needs at least one replication, not {least}"
        raise ValueError(msg)
    if not len(per_year) == len(spread) == len(cost) or len(per_year) == 0:
        msg = f"there must be one rate, spread and cost for each stratum: {len(per_year)}, {len(spread)}, {len(cost)}"
        raise ValueError(msg)
    if not (np.isfinite([per_year, spread, cost]).all() and (per_year >= 0).all() and (spread >= 0).all()):
        msg = "rates, spreads and costs must be finite and not negative"
        raise ValueError(msg)
    if not (cost > 0.0).all():
        msg = "a replication must cost something"
        raise ValueError(msg)
    if least * float(cost.sum()) > budget:
        msg = f"{least} replications of each stratum cost {least * float(cost.sum()):g}; there are {budget:g}"
        raise ValueError(msg)
    weight = per_year * spread
    return _spent(_shared(weight, cost, budget, least), weight, cost, budget)


def _shared(weight: Floats, cost: Floats, budget: float, least: int) -> Ints:
    """Share the budget in proportion to weight / sqrt(cost); whole replications, rounded down, *least* or more."""
    counts = np.full(len(weight), float(least))
    more = weight > 0.0
    while more.any():
        left = budget - least * float(cost[~more].sum())
        wanted = left * weight / np.sqrt(cost) / float((weight * np.sqrt(cost))[more].sum())
        short = more & (wanted < least)
        if not short.any():
            counts[more] = wanted[more]
            break
        more &= ~short
    return np.floor(counts + 1e-9).astype(np.int64)


def _spent(counts: Ints, weight: Floats, cost: Floats, budget: float) -> Ints:
    """Spend what rounding has left, one replication at a time, where it helps most for what it costs."""
    counts = counts.copy()
    left = budget - float((counts * cost).sum())

    def gain(i: int) -> float:
        return float(weight[i] ** 2 / cost[i] / (counts[i] * (counts[i] + 1)))

    waiting = [(-gain(i), i) for i in range(len(counts)) if weight[i] > 0.0]
    heapq.heapify(waiting)
    while waiting:
        _, i = heapq.heappop(waiting)
        if cost[i] <= left + 1e-9:
            counts[i] += 1
            left -= float(cost[i])
            heapq.heappush(waiting, (-gain(i), i))
    return counts
