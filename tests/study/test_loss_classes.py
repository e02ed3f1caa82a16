"""Closed forms of a year's losses, against printed values and against drawn years."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.study.loss_classes import (
    LossClass,
    largest_exceedance,
    largest_loss,
    rate_of,
    year_mean,
    year_variance,
)


def natural(cv: float = 2.0) -> LossClass:
    """Return the law of a city's natural disasters: 3.6 a year, of 13.83 million each."""
    return LossClass(name="natural", per_year=3.6, mean=13.83, cv=cv)


def test_parameters_of_the_lognormal_law() -> None:
    assert round(natural().mu, 4) == 1.8221
    assert round(natural().sigma, 4) == 1.2686


def test_mean_and_deviation_of_a_year() -> None:
    assert year_mean([natural()]) == pytest.approx(49.788)
    assert round(math.sqrt(year_variance([natural()])), 2) == 58.68
    assert round(math.exp(-natural().per_year), 5) == 0.02732


@pytest.mark.parametrize(
    ("cv", "levels"), [(2.0, [68.2, 154.3, 208.1]), (1.5, [59.8, 120.3, 155.4]), (3.0, [77.2, 205.0, 293.2])]
)
def test_the_largest_event_of_a_year(cv: float, levels: list[float]) -> None:
    assert [round(largest_loss([natural(cv)], years), 1) for years in (10, 50, 100)] == levels


def test_a_storm_of_180_million_comes_once_in_some_fifty_years() -> None:
    chance = float(largest_exceedance([natural()], np.array([180.0]))[0])
    assert 50 < 1 / chance < 75


def test_classes_add_up() -> None:
    classes = [natural(), LossClass(name="b", per_year=0.4, mean=100.0, cv=1.0)]
    sizes = np.array([-1.0, 0.0, 10.0, 1e9])
    assert rate_of(classes, sizes) == pytest.approx(rate_of(classes[:1], sizes) + rate_of(classes[1:], sizes))
    assert rate_of(classes, sizes)[:2].tolist() == [4.0, 4.0]
    assert rate_of(classes, sizes)[3] < 1e-12
    assert year_mean(classes) == pytest.approx(49.788 + 40.0)
    assert year_variance(classes) == pytest.approx(year_variance(classes[:1]) + 0.4 * 100.0**2 * 2)
    level = largest_loss(classes, 50)
    assert largest_exceedance(classes, np.array([level]))[0] == pytest.approx(0.02)
    assert rate_of([], sizes).tolist() == [0.0] * 4


def test_a_year_without_any_event_is_likely_enough() -> None:
    rare = LossClass(name="rare", per_year=0.01, mean=5.0, cv=1.0)
    assert largest_loss([rare], 50) == 0.0
    assert largest_loss([rare], 1000) > 0.0


@pytest.mark.parametrize(
    ("numbers", "words"),
    [({"per_year": -1.0}, "events a year"), ({"mean": 0.0}, "mean and cv"), ({"cv": math.nan}, "mean and cv")],
)
def test_laws_that_cannot_be(numbers: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=f"x: {words}"):
        LossClass(**({"name": "x", "per_year": 1.0, "mean": 1.0, "cv": 1.0} | numbers))


def test_a_return_period_is_longer_than_a_year() -> None:
    with pytest.raises(ValueError, match="longer than one year"):
        largest_loss([natural()], 1.0)
