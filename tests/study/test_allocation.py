"""Neyman allocation: proportions by hand, the best of all allocations by trying, and bounds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from sim.common.types import Floats, Ints
from sim.study.allocation import LEAST, allocate


def variance(per_year: Floats, spread: Floats, counts: Ints) -> float:
    return float(((per_year * spread) ** 2 / counts).sum())


def test_shares_by_hand() -> None:
    # rate × spread = 1, 2, 3: so are the replications.
    assert allocate(np.array([1.0, 2.0, 0.1]), np.array([1.0, 1.0, 30.0]), 600).tolist() == [100, 200, 300]


def test_what_costs_four_times_is_played_half_as_often() -> None:
    counts = allocate(np.ones(2), np.ones(2), 600, cost=np.array([1.0, 4.0]))
    assert counts.tolist() == [200, 100]


def test_what_counts_little_gets_the_least_number() -> None:
    counts = allocate(np.array([1.0, 1.0, 1e-6, 1.0]), np.array([10.0, 5.0, 1.0, 0.0]), 400)
    assert counts.tolist() == [227, 113, LEAST, LEAST]


def test_nothing_that_varies_gets_more_than_that() -> None:
    assert allocate(np.ones(3), np.zeros(3), 1000).tolist() == [LEAST] * 3


@pytest.mark.parametrize("seed", range(8))
def test_no_other_allocation_is_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rate, spread, cost = rng.lognormal(0, 1, 3), rng.lognormal(0, 1, 3), rng.integers(1, 4, 3).astype(float)
    counts = allocate(rate, spread, 60, cost=cost, least=3)
    assert counts.min() >= 3
    assert (counts * cost).sum() <= 60
    others = itertools.product(range(3, 58), repeat=3)
    best = min(
        variance(rate, spread, np.array(other)) for other in others if float(np.dot(other, cost)) <= 60
    )
    assert variance(rate, spread, counts) <= 1.01 * best
    assert 60 - (counts * cost).sum() < cost.max()


def test_a_larger_budget_takes_nothing_away() -> None:
    rate, spread = np.array([2.0, 0.3, 0.02]), np.array([1.0, 20.0, 300.0])
    small, large = (allocate(rate, spread, budget) for budget in (500, 5000))
    assert (large >= small).all()
    assert large.sum() == 5000


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"budget": 59.0}, "30 replications of each stratum cost 60; there are 59"),
        ({"spread": np.ones(3)}, "one rate, spread and cost for each stratum: 2, 3, 2"),
        ({"spread": np.array([1.0, np.nan])}, "finite and not negative"),
        ({"per_year": np.array([1.0, -1.0])}, "finite and not negative"),
        ({"cost": np.array([1.0, 0.0])}, "must cost something"),
        ({"least": 0}, "needs at least one replication, not 0"),
    ],
)
def test_what_cannot_be_allocated(numbers: dict[str, object], words: str) -> None:
    usual = {"per_year": np.ones(2), "spread": np.ones(2), "budget": 100.0}
    with pytest.raises(ValueError, match=words):
        allocate(**(usual | numbers))
