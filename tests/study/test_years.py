"""Years by chance: moments and printed values of compound Poisson sums, and what the bootstraps promise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.types import Floats
from sim.study.loss_classes import LossClass, largest_exceedance
from sim.study.yearly import Stratum, annual_difference, annual_mean
from sim.study.years import bootstrap_strata, bootstrap_years, return_levels, simulate_years

NATURAL = LossClass(name="natural", per_year=3.6, mean=13.83, cv=2.0)


def stratum(name: str, per_year: float, values: Floats, weights: Floats | None = None) -> Stratum:
    return Stratum(name=name, per_year=per_year, values=values, weights=weights)


# ---- years ---------------------------------------------------------------------------------


def test_printed_values_of_400_000_years() -> None:
    years = simulate_years([], 400_000, seed=1, classes=[NATURAL])
    levels = return_levels(years.total, np.array([10.0, 50.0, 100.0]))
    assert round(float(levels[0]), 1) == 109.5
    assert levels[1:].round().tolist() == [211.0, 268.0]
    assert abs(years.total.mean() - 49.788) < 4 * 58.68 / math.sqrt(400_000)
    assert years.total.std() == pytest.approx(58.68, rel=0.01)
    silent = 0.02732
    assert abs((years.events == 0).mean() - silent) < 4 * math.sqrt(silent * (1 - silent) / 400_000)
    for level in (68.2, 154.3, 208.1):
        chance = float(largest_exceedance([NATURAL], np.array([level]))[0])
        found = (years.largest >= level).mean()
        assert abs(found - chance) < 4 * math.sqrt(chance * (1 - chance) / 400_000)


def test_counts_are_poisson() -> None:
    events = simulate_years([], 50_000, seed=2, classes=[NATURAL]).events
    expected = np.array([math.exp(-3.6) * 3.6**k / math.factorial(k) for k in range(10)])
    expected = 50_000 * np.append(expected, 1.0 - expected.sum())
    seen = np.bincount(np.minimum(events, 10), minlength=11)
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    assert abs(chi2 - 10) < 4 * math.sqrt(20)


def test_moments_of_a_year_of_strata() -> None:
    strata = [stratum("a", 0.5, np.array([0.0, 1.0, 5.0])), stratum("b", 2.0, np.array([1.0, 2.0]))]
    n = 200_000
    years = simulate_years(strata, n, seed=3)
    mean, variance = 0.5 * 2.0 + 2.0 * 1.5, 0.5 * 26 / 3 + 2.0 * 2.5
    assert abs(years.total.mean() - mean) < 4 * math.sqrt(variance / n)
    assert years.total.var() == pytest.approx(variance, rel=0.02)
    said = annual_mean(strata, 0.95, least=0.0)
    assert (said.estimate, said.year_variance) == pytest.approx((mean, variance))
    assert set(np.unique(years.largest)) == {0.0, 1.0, 2.0, 5.0}


def test_weighted_replications_come_as_often_as_they_count() -> None:
    weights = np.tile([0.5, 1.5], 100)
    years = simulate_years([stratum("a", 1.0, np.tile([0.0, 4.0], 100), weights)], 100_000, seed=4)
    assert years.total.mean() == pytest.approx(3.0, abs=4 * math.sqrt(12.0 / 100_000))


def test_layouts_live_through_the_same_years() -> None:
    rng = np.random.default_rng(5)
    values = rng.gamma(2, 5, 200)
    ours, theirs = (
        simulate_years([stratum("a", 1.2, v), stratum("b", 0.1, 3 * v)], 500, seed=6) for v in (values + 1.0, values)
    )
    assert (ours.events == theirs.events).all()
    assert (ours.total - theirs.total <= 3.0 * ours.events + 1e-9).all()
    assert (ours.total >= theirs.total).all()
    other = simulate_years([stratum("a", 1.2, values), stratum("b", 0.1, 3 * values)], 500, seed=7)
    assert (other.total != theirs.total).any()
    with pytest.raises(ValueError, match="a year at least"):
        simulate_years([], 0, seed=1, classes=[NATURAL])


def test_return_levels_are_ranks() -> None:
    found = return_levels(np.arange(1.0, 100.0), np.array([2.0, 10.0, 100.0, 101.0]))
    assert found[:3].tolist() == pytest.approx([50.0, 90.0, 99.0])
    assert math.isnan(found[3])


# ---- bootstraps ----------------------------------------------------------------------------


def test_a_bootstrap_of_years_covers_their_mean() -> None:
    runs, covered = 200, 0
    all_years = simulate_years([], runs * 400, seed=8, classes=[NATURAL]).total.reshape(runs, 400)
    for seed, years in enumerate(all_years):
        found = bootstrap_years(years, lambda v: float(v.mean()), 0.9, seed, resamples=300)
        covered += found.low <= 49.788 <= found.high
    assert abs(covered / runs - 0.9) < 4 * math.sqrt(0.9 * 0.1 / runs)


def test_a_bootstrap_of_strata_agrees_with_the_closed_form() -> None:
    rng = np.random.default_rng(9)
    strata = [stratum(name, rate, rng.normal(10, 3, 80)) for name, rate in (("a", 2.0), ("b", 0.3), ("c", 0.05))]
    said = annual_mean(strata, 0.95)
    found = bootstrap_strata(lambda s: annual_mean(s, 0.95).estimate, strata, confidence=0.95, seed=1)
    assert found.estimate == said.estimate
    assert (found.low, found.high) == pytest.approx((said.low, said.high), abs=0.1 * (said.high - said.low))


def test_layouts_are_drawn_together() -> None:
    rng = np.random.default_rng(10)
    values = [rng.gamma(0.5, 20, 60) for _ in range(2)]
    theirs = [stratum(str(i), 1.0, v) for i, v in enumerate(values)]
    ours = [stratum(str(i), 1.0, 0.8 * v) for i, v in enumerate(values)]

    def ratio(a: list[Stratum], b: list[Stratum]) -> float:
        return annual_mean(a, 0.9).estimate / annual_mean(b, 0.9).estimate

    found = bootstrap_strata(ratio, ours, theirs, confidence=0.9, seed=1, resamples=200)
    assert (found.estimate, found.low, found.high) == pytest.approx((0.8, 0.8, 0.8))
    with pytest.raises(ValueError, match="the same replications in every stratum"):
        bootstrap_strata(ratio, ours, theirs[:1], confidence=0.9, seed=1)


def test_weights_are_not_refused_when_they_are_drawn_anew() -> None:
    rng = np.random.default_rng(11)
    weights = rng.gamma(1.2, 1 / 1.2, 60)  # worth a little more than 30
    theirs = [stratum("a", 1.0, rng.random(60), weights / weights.mean())]
    ours = [theirs[0].holding(theirs[0].values + 1.0, theirs[0].weights)]
    found = bootstrap_strata(
        lambda a, b: annual_difference(a, b, 0.9).estimate, ours, theirs, confidence=0.9, seed=1, resamples=100
    )
    assert (found.low, found.high) == pytest.approx((1.0, 1.0))
