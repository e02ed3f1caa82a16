"""Equity and robustness: check values of the literature, limits, and what cannot be said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.types import NEVER
from sim.measure.equity import end_mean, kolm_pollak, max_regret
from sim.measure.quantiles import quantiles

VALUES, PEOPLE = np.array([5.0, 10, 15, 30]), np.array([100.0, 200, 150, 50])


def test_the_equally_distributed_value() -> None:
    assert np.average(VALUES, weights=PEOPLE) == 12.5
    assert quantiles(VALUES, (0.9,), PEOPLE) == [15.0]
    assert kolm_pollak(VALUES, PEOPLE, 0.1) == pytest.approx(15.623709, abs=1e-6)


def test_its_limits_are_the_mean_and_the_worst() -> None:
    assert kolm_pollak(VALUES, PEOPLE, 1e-6) == pytest.approx(12.5, abs=1e-3)
    assert kolm_pollak(VALUES, PEOPLE, 100.0) == pytest.approx(30.0, abs=0.1)
    assert kolm_pollak(np.full(3, 7.0), np.ones(3), 2.0) == pytest.approx(7.0)
    assert kolm_pollak(VALUES + 1000.0, PEOPLE, 0.1) == pytest.approx(1015.623709, abs=1e-6)  # no overflow


def test_never_and_nobody() -> None:
    assert kolm_pollak(np.array([1.0, NEVER]), np.ones(2), 0.1) == NEVER
    assert kolm_pollak(np.array([1.0, NEVER]), np.array([1.0, 0.0]), 0.1) == pytest.approx(1.0)
    assert math.isnan(kolm_pollak(VALUES, np.zeros(4), 0.1))
    with pytest.raises(ValueError, match="kappa must be a positive number"):
        kolm_pollak(VALUES, PEOPLE, 0.0)


def test_the_mean_of_the_worst_share() -> None:
    ten = np.arange(1.0, 11.0)
    assert end_mean(ten, np.ones(10), 0.2, largest=True) == pytest.approx(9.5)
    assert end_mean(ten, np.ones(10), 0.25, largest=True) == pytest.approx(9.2)


def test_regret() -> None:
    costs = np.array([[10.0, 20, 30], [12, 15, 40], [11, 18, 28]])
    assert max_regret(costs).tolist() == [5.0, 12.0, 3.0]
