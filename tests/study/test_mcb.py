"""Comparison with the best of the others, and the subset that may be best."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from sim.study.mcb import mcb, subset
from sim.study.spread import SAME


def test_by_hand() -> None:
    # Eleven replications. The second is better than the first by 1.0, 1.1, ..., 2.0 and than the third by 5 + as much:
    # the same spread, S^2 = 0.01 * 11. The first and the third differ by 5 +- rounding.
    steps, base = 0.1 * np.arange(11), np.linspace(0.0, 30.0, 11)
    values = np.stack([base, base + 1.0 + steps, base - 5.0], axis=1)
    half = 2.2281388519649385 * math.sqrt(0.11) / math.sqrt(11)  # t(0.975; 10): alpha 0.05 over two rivals
    found = mcb(values)
    assert found.words == ("not_best", "best", "not_best")
    assert found.low.tolist() == pytest.approx([-(1.5 + half), 0.0, -(6.5 + half)])
    assert found.high.tolist() == pytest.approx([0.0, 1.5 + half, 0.0])


def test_what_may_be_best_says_how_much_worse_it_may_be() -> None:
    rng = np.random.default_rng(2)
    base = rng.normal(size=(50, 1))
    values = base + np.array([0.0, 0.0, -2.0]) + 0.3 * rng.normal(size=(50, 3))
    found = mcb(values)
    assert found.words == ("may_be_best", "may_be_best", "not_best")
    gaps = values[:, 0] - values[:, 1]
    interval = ttest_1samp(gaps, 0.0).confidence_interval(0.95)  # two rivals: 2.5 % on each side
    assert (found.low[0], found.high[0]) == pytest.approx((interval.low, interval.high))
    assert subset(values).tolist() == [True, True, False]


def test_less_is_better_is_the_mirror_of_more() -> None:
    values = np.random.default_rng(2).normal(size=(40, 4)) + np.array([0.0, 0.3, 0.6, 1.5])
    more, less = mcb(values), mcb(-values, more_is_better=False)
    assert (more.words, more.low.tolist(), more.high.tolist()) == (less.words, less.low.tolist(), less.high.tolist())
    assert subset(values).tolist() == subset(-values, more_is_better=False).tolist()


def test_twins_may_both_be_best() -> None:
    rng = np.random.default_rng(3)
    one, two = rng.normal(size=SAME), rng.normal(size=SAME) - 4.0
    found = mcb(np.stack([one, one, two], axis=1))
    assert found.words == ("may_be_best", "may_be_best", "not_best")
    assert found.low[:2].tolist() == [0.0, 0.0]
    few = mcb(np.stack([one, one, two], axis=1)[:30])
    assert few.words == ("may_be_best", "may_be_best", "not_best")
    assert few.low[0] == -math.inf  # thirty equal replications do not bound what the next may bring


def test_nothing_seen_says_nothing() -> None:
    for n in (0, 1):
        found = mcb(np.zeros((n, 3)))
        assert found.words == ("may_be_best",) * 3
        assert found.low.tolist() == [-math.inf] * 3
        assert subset(np.zeros((n, 3))).all()


def test_replications_in_which_nobody_was_concerned_do_not_count() -> None:
    values = np.random.default_rng(4).normal(size=(40, 3))
    gaps = np.insert(values, [0, 7], np.nan, axis=0)
    assert mcb(gaps).low.tolist() == pytest.approx(mcb(values).low.tolist())


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_values_without_a_mean(wrong: float) -> None:
    values = np.random.default_rng(5).normal(size=(40, 3))
    values[3, 1] = wrong
    with pytest.raises(ValueError, match="finite"):
        mcb(values)
