"""Confidence sequences: values of the literature, ends that solve their equation, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measure.statistics import Interval, share_interval
from sim.study.sequences import (
    BEFORE,
    _bets,
    beta_binomial_evidence,
    beta_binomial_sequence,
    bounded_mean_sequence,
    decided,
    mean_sequence,
)


@pytest.mark.parametrize(
    ("kept", "n", "low", "high"),
    [(45, 50, 0.713462, 0.984153), (95, 100, 0.844206, 0.992851), (20, 20, 0.775994, 1.0), (0, 20, 0.0, 0.224006)],
)
def test_shares(kept: int, n: int, low: float, high: float) -> None:
    found = beta_binomial_sequence(kept, n, 0.05)
    assert found.estimate == kept / n
    assert (round(found.low, 6), round(found.high, 6)) == (low, high)


def test_no_disaster_says_nothing_of_a_share() -> None:
    found = beta_binomial_sequence(0, 0, 0.05)
    assert math.isnan(found.estimate)
    assert (found.low, found.high) == (0.0, 1.0)


@given(st.integers(1, 3000), st.floats(0, 1), st.sampled_from([0.05, 0.01, 1e-6]))
@settings(max_examples=60, deadline=None)
def test_the_ends_of_a_share_are_where_the_evidence_suffices(n: int, part: float, alpha: float) -> None:
    kept = round(part * n)
    found = beta_binomial_sequence(kept, n, alpha)
    for end in (found.low, found.high):
        if 0.0 < end < 1.0:
            assert float(beta_binomial_evidence(kept, n, end)) == pytest.approx(-math.log(alpha), abs=1e-4)
    mirror = beta_binomial_sequence(n - kept, n, alpha)
    assert (1.0 - mirror.high, 1.0 - mirror.low) == pytest.approx((found.low, found.high), abs=1e-9)
    fixed = share_interval(kept, n, 1.0 - alpha)
    assert found.low <= fixed.low + 1e-9
    assert found.high >= fixed.high - 1e-9


def test_more_successes_than_trials() -> None:
    with pytest.raises(ValueError, match="6 successes in 5"):
        beta_binomial_sequence(6, 5, 0.05)


@pytest.mark.parametrize(
    ("low", "high", "at_least", "answer"),
    [
        (0.9, 0.95, True, "met"), (0.85, 0.95, True, "undecided"), (0.8, 0.89, True, "missed"),
        (3.0, 10.0, False, "met"), (3.0, 10.5, False, "undecided"), (10.5, 12.0, False, "missed"),
        (0.0, 0.9, True, "undecided"), (10.0, 12.0, False, "undecided"), (math.inf, math.inf, False, "missed"),
    ],
)
def test_an_answer_takes_the_whole_interval(low: float, high: float, at_least: bool, answer: str) -> None:
    limit = 0.9 if at_least else 10.0
    assert decided(Interval(estimate=low, low=low, high=high), limit, at_least=at_least) == answer


# ---- means between two ends ----------------------------------------------------------------


def test_twenty_ones_by_hand() -> None:
    # After ones the bets are so high that half of what could be lost is put on each: the capital against the mean m is
    # (1 + 0.5 (1 - m) / m)^20, and 40 = 2/0.05 when m = 0.5 / (40^(1/20) - 0.5).
    found = bounded_mean_sequence(np.ones(20), 0.05)
    assert (found.estimate, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.5 / (40 ** (1 / 20) - 0.5))


def test_a_mean_that_is_always_the_best_possible() -> None:
    lows = [bounded_mean_sequence(np.ones(n), 0.05).low for n in (0, 1, 10, 50, 200, 1000)]
    assert lows == sorted(lows)
    assert lows[3] > 0.85
    assert lows[-1] > 0.99
    assert bounded_mean_sequence(np.zeros(200), 0.05).high < 0.05


@given(st.integers(0, 10_000), st.integers(1, 120))
@settings(max_examples=40, deadline=None)
def test_means_between_two_ends(seed: int, n: int) -> None:
    values = np.random.default_rng(seed).beta(0.7, 0.2, n)
    found = bounded_mean_sequence(values, 0.05)
    assert 0.0 <= found.low <= found.estimate <= found.high <= 1.0
    wide = bounded_mean_sequence(values, 0.001)
    assert wide.low <= found.low
    assert wide.high >= found.high
    mirror = bounded_mean_sequence(1.0 - values, 0.05)
    assert (1.0 - mirror.high, 1.0 - mirror.low) == pytest.approx((found.low, found.high), abs=1e-8)
    scaled = bounded_mean_sequence(20.0 * values - 5.0, 0.05, -5.0, 15.0)
    assert (scaled.low, scaled.high) == pytest.approx((20.0 * found.low - 5.0, 20.0 * found.high - 5.0), abs=1e-7)


def test_bets_are_made_before_the_value_is_seen() -> None:
    values = np.random.default_rng(1).beta(0.7, 0.2, 50)
    bets = _bets(values, 0.05)
    for at in (0, 7, 49):
        other = values.copy()
        other[at:] = 1.0 - other[at:]
        assert _bets(other, 0.05)[: at + 1].tolist() == bets[: at + 1].tolist()


def test_a_value_beyond_the_ends() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        bounded_mean_sequence(np.array([0.2, 1.5]), 0.05)
    with pytest.raises(ValueError, match="inf"):
        bounded_mean_sequence(np.array([0.2, math.inf]), 0.05)
    with pytest.raises(ValueError, match="nan"):
        bounded_mean_sequence(np.array([0.2, math.nan]), 0.05)


# ---- means without ends --------------------------------------------------------------------


def test_mean_by_hand() -> None:
    # rho2 = (-2 ln 0.05 + ln(1 - 2 ln 0.05)) / 50 = 0.158737; n = 100 values with mean 2 and sd 1.
    values = 2.0 + np.tile([1.0, -1.0], 50) * np.sqrt(np.repeat(np.linspace(0.5, 1.5, 50), 2))
    found = mean_sequence(values, 0.05)
    grown = 100 * 0.158737 + 1
    half = math.sqrt(grown / (100**2 * 0.158737) * math.log(grown / 0.05**2))
    assert (found.estimate, found.low, found.high) == pytest.approx((2.0, 2.0 - half, 2.0 + half), rel=1e-5)


def test_few_or_equal_values_bound_no_mean() -> None:
    values = np.random.default_rng(1).normal(size=BEFORE)
    assert mean_sequence(values[:-1], 0.05).high == math.inf
    assert mean_sequence(values, 0.05).high < 1.0
    rare = np.zeros(200)
    rare[:9] = 1.0 + np.arange(9)
    assert mean_sequence(rare, 0.05).low == -math.inf
    assert math.isnan(mean_sequence(np.zeros(0), 0.05).estimate)


def test_one_never_makes_a_mean_infinite() -> None:
    found = mean_sequence(np.array([1.0, math.inf]), 0.05)
    assert (found.estimate, found.low, found.high) == (math.inf, math.inf, math.inf)
