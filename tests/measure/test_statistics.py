"""Intervals: check values of the literature, and whether they cover what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.common.types import NEVER
from sim.measure.equity import end_mean, gini
from sim.measure.quantiles import grouped_quantiles, quantiles
from sim.measure.statistics import (
    bootstrap_quantile_difference,
    differences,
    least_share,
    mean_interval,
    order_ranks,
    quantile_interval,
    share_interval,
    t_interval,
    variance_ratio,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(45, 50, 0.781865, 0.966725), (95, 100, 0.887165, 0.983568), (20, 20, 0.831567, 1.0), (0, 20, 0.0, 0.168433)],
)
def test_clopper_pearson(hits: int, n: int, low: float, high: float) -> None:
    share = share_interval(hits, n, 0.95)
    assert share.estimate == hits / n
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("n", "low", "high"), [(50, 41, 50), (100, 84, 96), (200, 171, 189), (500, 436, 464), (1000, 881, 919)]
)
def test_ranks_of_the_ninth_decile(n: int, low: int, high: int) -> None:
    assert order_ranks(n, 0.9, 0.95) == (low, high)


def test_the_ninth_decile_has_an_upper_bound_from_36_replications() -> None:
    assert order_ranks(36, 0.9, 0.95)[1] == 36
    assert order_ranks(35, 0.9, 0.95)[1] == 36  # beyond the sample: no bound
    assert quantile_interval(np.arange(35.0), 0.9, 0.95).high == NEVER
    assert quantile_interval(np.arange(36.0), 0.9, 0.95).high == 35.0


def test_a_quantile_that_never_happens_stays_never() -> None:
    values = np.array([1.0] * 80 + [NEVER] * 20)
    p90 = quantile_interval(values, 0.9, 0.95)
    assert (p90.estimate, p90.low, p90.high) == (NEVER, NEVER, NEVER)
    assert quantile_interval(values, 0.5, 0.95).high == 1.0


def test_t_interval() -> None:
    # Ten values with the sum of squares 20 around 3; t(0.975; 9) = 2.262157.
    mean = mean_interval(np.array([1.0, 2, 3, 4, 5] * 2), 0.95)
    assert mean.estimate == 3.0
    assert mean.high - 3.0 == pytest.approx(2.262157 * math.sqrt(20 / 9) / math.sqrt(10), rel=1e-6)


def test_equal_shares_in_three_replications_prove_little() -> None:
    share = mean_interval(np.ones(3), 0.95, 0.0, 1.0)
    assert (share.estimate, share.high) == (1.0, 1.0)
    assert share.low == pytest.approx(0.025 ** (1 / 3))
    nearly = mean_interval(np.array([1.0, 1.0, 0.9999]), 0.95, 0.0, 1.0)
    assert nearly.low < 0.3
    assert mean_interval(np.array([0.9997, 0.9998, 0.9999]), 0.95, 0.0, 1.0).low < 0.3


def test_no_bound_without_an_end_of_the_range() -> None:
    assert mean_interval(np.zeros(50), 0.95, 0.0).high == NEVER
    assert mean_interval(np.array([4.0]), 0.95).low == -NEVER


def test_one_never_makes_a_mean_infinite() -> None:
    mean = mean_interval(np.array([1.0] * 20 + [NEVER]), 0.95, 0.0)
    assert (mean.estimate, mean.low, mean.high) == (NEVER, NEVER, NEVER)


def test_all_in_29_show_nine_tenths() -> None:
    assert least_share(29, 29, 0.95) >= 0.9 > least_share(28, 28, 0.95)


@pytest.mark.parametrize("shape", ["smooth", "mostly all", "all or nothing"])
def test_intervals_of_a_mean_share_cover_it(shape: str) -> None:
    rng = np.random.default_rng(7)
    draws = {
        "smooth": (lambda: rng.beta(4, 2, 30), 4 / 6),
        "mostly all": (lambda: np.where(rng.random(30) < 0.7, 1.0, rng.random(30)), 0.7 + 0.3 * 0.5),
        "all or nothing": (lambda: (rng.random(30) < 0.9).astype(float), 0.9),
    }
    draw, truth = draws[shape]
    covered = 0
    for _ in range(800):
        interval = mean_interval(draw(), 0.95, 0.0, 1.0)
        covered += interval.low <= truth <= interval.high
    assert covered / 800 > 0.93


def test_intervals_of_the_ninth_decile_cover_it() -> None:
    rng = np.random.default_rng(8)
    truth = -math.log(0.1)
    found = [quantile_interval(rng.exponential(size=60), 0.9, 0.95) for _ in range(1000)]
    covered = sum(interval.low <= truth <= interval.high for interval in found) / 1000
    assert 0.94 < covered < 0.995


# ---- pairs ---------------------------------------------------------------------------------


def test_paired_difference_by_hand() -> None:
    # Differences 1, 2, 3 and so on: mean 2, sd 1 (n = 3): half width t(0.975; 2) 4.302653 / sqrt 3.
    gap = t_interval(np.array([1.0, 2.0, 3.0]), 0.95)
    assert gap.estimate == 2.0
    assert gap.high == pytest.approx(2.0 + 4.302653 / math.sqrt(3), rel=1e-6)
    assert gap.low == pytest.approx(2.0 - 4.302653 / math.sqrt(3), rel=1e-6)


def test_two_layouts_alike_in_every_replication_may_still_differ_in_others() -> None:
    gap = mean_interval(np.zeros(100), 0.95, -1.0, 1.0)
    assert gap.estimate == 0.0
    assert gap.high == pytest.approx(1 - 0.025 ** (1 / 100))
    assert gap.low == -gap.high


def test_equal_differences_in_few_replications_prove_nothing() -> None:
    assert t_interval(np.full(3, -5.0), 0.95).high == NEVER


def test_never_against_never_is_no_difference() -> None:
    gaps = differences(np.array([NEVER, NEVER, 5.0, 5.0]), np.array([NEVER, 3.0, NEVER, 4.0]))
    assert gaps.tolist() == [0.0, NEVER, -NEVER, 1.0]


def test_bootstrap_of_the_ninth_decile_is_seeded_and_finds_a_shift() -> None:
    rng = np.random.default_rng(3)
    theirs = rng.gamma(3, 10, 200)
    ours = theirs - 5.0
    gap = bootstrap_quantile_difference(ours, theirs, 0.9, 0.95, seed=1)
    assert (gap.estimate, gap.low, gap.high) == pytest.approx((-5.0, -5.0, -5.0))
    noisy = ours + rng.normal(0, 3, 200)
    one, again = (bootstrap_quantile_difference(noisy, theirs, 0.9, 0.95, seed=1) for _ in range(2))
    assert one == again
    assert one.low < one.estimate < one.high
    assert one != bootstrap_quantile_difference(noisy, theirs, 0.9, 0.95, seed=2)


@given(st.permutations(range(12)))
@settings(max_examples=30, deadline=None)
def test_the_order_of_replications_does_not_matter(order: list[int]) -> None:
    rng = np.random.default_rng(5)
    ours, theirs = rng.random(12), rng.random(12)
    at = np.array(order)
    assert mean_interval(ours[at], 0.95, 0, 1).low == pytest.approx(mean_interval(ours, 0.95, 0, 1).low)
    assert quantile_interval(ours[at], 0.5, 0.95) == quantile_interval(ours, 0.5, 0.95)
    assert variance_ratio(ours[at], theirs[at]) == pytest.approx(variance_ratio(ours, theirs))


def test_swapping_the_layouts_turns_the_difference_round() -> None:
    rng = np.random.default_rng(6)
    ours, theirs = rng.random(40), rng.random(40)
    there = t_interval(differences(ours, theirs), 0.95)
    back = t_interval(differences(theirs, ours), 0.95)
    assert (back.estimate, back.low, back.high) == pytest.approx((-there.estimate, -there.high, -there.low))


def test_variance_ratio() -> None:
    # var a = var b = 2/3; a - b is 1, 0, -1 for the mixed pairs: var 2/3, ratio 2 (independent on average).
    a = np.array([1.0, 2.0, 3.0])
    assert variance_ratio(a, np.array([2.0, 2.0, 2.0])) == pytest.approx(1.0)
    assert variance_ratio(a, a + 7.0) == math.inf
    assert variance_ratio(a, a[::-1]) == pytest.approx(0.5)
    assert math.isnan(variance_ratio(np.ones(5), np.ones(5)))
    assert variance_ratio(np.append(a, NEVER), np.append(np.array([2.0, 2, 2]), 1.0)) == pytest.approx(1.0)


# ---- quantiles and equity ------------------------------------------------------------------


def test_quantiles_do_not_interpolate() -> None:
    assert quantiles(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (0.5, 0.9, 1.0)) == [5.0, 9.0, 10.0]
    assert quantiles(np.array([3.0, NEVER]), (0.5, 0.9)) == [3.0, NEVER]
    assert math.isnan(quantiles(np.zeros(0), (0.5,))[0])


def test_grouped_quantiles_against_repeated_values() -> None:
    rng = np.random.default_rng(2)
    values, group, weights = rng.random(200), rng.integers(0, 5, 200), rng.integers(0, 4, 200)
    found = grouped_quantiles(values, weights.astype(float), group, 6, (0.5, 0.9, 1.0))
    for g in range(5):
        each = np.repeat(values[group == g], weights[group == g])
        for row, share in enumerate((0.5, 0.9, 1.0)):
            assert found[row, g] == np.quantile(each, share, method="inverted_cdf")
    assert np.isnan(found[:, 5]).all()


def test_gini_and_fifths() -> None:
    values, people = np.array([5.0, 10, 15, 30]), np.array([100.0, 200, 150, 50])
    assert gini(values, people) == pytest.approx(0.268, abs=5e-4)
    assert gini(np.array([2.0, 2.0]), np.array([1.0, 5.0])) == 0.0
    assert math.isnan(gini(np.array([1.0, NEVER]), np.ones(2)))
    # The worst fifth of 500 people: 50 at 30 and 50 at 15.
    assert end_mean(values, people, 0.2, largest=True) == pytest.approx(22.5)
    assert end_mean(values, people, 0.2, largest=False) == pytest.approx(5.0)
