"""Scenario discovery: boxes that were planted are found, and where there is nothing, nothing is said."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.types import Bools, Floats
from sim.study.boxes import Box, Judge, _best_cut, _best_place, adjusted, quasi_p
from sim.study.prim import USUAL, Discovery, Search, Tally, by_chance, discover, inside, tally_of

NAMES = [f"x{i}" for i in range(8)]


def planted(seed: int, n: int = 2000) -> tuple[Floats, Bools]:
    """Return cases in the box x0 > 0.6 and x1 < 0.4 of eight inputs, one row in twenty the wrong way round."""
    rng = np.random.default_rng(seed)
    x = rng.random((n, 8))
    return x, ((x[:, 0] > 0.6) & (x[:, 1] < 0.4)) ^ (rng.random(n) < 0.05)


def said(found: Discovery) -> list[tuple[str, str, float]]:
    return [(limit.input, limit.kind, round(limit.value, 1)) for limit in found.limits]


# ---- what was planted ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_box_is_found_exactly(seed: int) -> None:
    x, cases = planted(seed)
    found = discover(NAMES, x, cases)
    assert said(found) == [("x0", "at_least", 0.6), ("x1", "at_most", 0.4)]
    assert [limit.value for limit in found.limits] == pytest.approx([0.6, 0.4], abs=0.01)
    truth = np.array([0.16 * 0.95 / (0.16 * 0.95 + 0.84 * 0.05), 0.95])  # coverage .784 and density .95
    measured = np.array([found.tally.coverage, found.tally.density])
    assert measured == pytest.approx(truth, abs=0.045)
    assert all(limit.quasi_p < 1e-50 for limit in found.limits)
    assert found.tally.rows == inside(found.limits, NAMES, x).sum()


def test_one_of_the_planted_boxes_to_the_digits() -> None:
    found = discover(NAMES, *planted(0))
    assert (round(found.tally.coverage, 2), round(found.tally.density, 2)) == (0.79, 0.98)
    assert found.tally.base_rate == pytest.approx(0.2, abs=0.02)


def test_fresh_rows_say_the_same() -> None:
    found = discover(NAMES, *planted(1))
    fresh = tally_of(found.limits, NAMES, *planted(99, 20_000))
    assert fresh.coverage == pytest.approx(0.784, abs=0.02)
    assert fresh.density == pytest.approx(0.95, abs=0.02)
    assert fresh.all_rows == 20_000


def test_chance_does_not_make_the_planted_box() -> None:
    x, cases = planted(2, 400)
    assert by_chance(NAMES, x, cases, discover(NAMES, x, cases), seed=1, shuffles=19) == 1 / 20


def test_a_bridge_and_the_wind() -> None:
    rng = np.random.default_rng(3)
    n = 1500
    x = np.column_stack([rng.integers(0, 2, n), rng.uniform(0, 20, n), rng.integers(0, 2, n), rng.integers(1, 6, n)])
    names = ["bridge_out", "wind", "night", "crews"]
    cases = (x[:, 0] == 1) & (x[:, 1] >= 8) & (rng.random(n) < 0.9)
    found = discover(names, x, cases)
    assert [(limit.input, limit.kind) for limit in found.limits] == [("bridge_out", "is_true"), ("wind", "at_least")]
    assert [limit.value for limit in found.limits] == [1.0, pytest.approx(8.0, abs=0.15)]
    assert found.tally.coverage > 0.98
    other = discover(names, x, (x[:, 2] == 0) & (x[:, 3] <= 2))
    assert said(other) == [("night", "is_false", 0.0), ("crews", "at_most", 2.0)]
    assert (other.tally.coverage, other.tally.density, other.tally.kappa) == (1.0, 1.0, 1.0)


def test_an_interval_has_two_limits() -> None:
    rng = np.random.default_rng(4)
    x = rng.random((1500, 3))
    found = discover(["a", "b", "c"], x, (x[:, 1] > 0.3) & (x[:, 1] < 0.5))
    assert said(found) == [("b", "at_least", 0.3), ("b", "at_most", 0.5)]


def test_the_second_box_lies_in_what_the_first_leaves() -> None:
    rng = np.random.default_rng(5)
    x = rng.random((3000, 3))
    cases = (x[:, 0] > 0.8) | ((x[:, 1] < 0.1) & (x[:, 2] < 0.5))
    names = ["a", "b", "c"]
    first = discover(names, x, cases)
    assert said(first) == [("a", "at_least", 0.8)]
    rest = ~inside(first.limits, names, x)
    assert said(discover(names, x[rest], cases[rest])) == [("b", "at_most", 0.1), ("c", "at_most", 0.5)]


@pytest.mark.parametrize("rate", [0.02, 0.5])
def test_rare_and_frequent_cases(rate: float) -> None:
    rng = np.random.default_rng(6)
    x = rng.random((4000, 4))
    cases = (x[:, 0] < rate) ^ (rng.random(4000) < 0.002)
    found = discover(["a", "b", "c", "d"], x, cases)
    assert [(limit.input, limit.kind) for limit in found.limits] == [("a", "at_most")]
    assert found.limits[0].value == pytest.approx(rate, abs=0.005)


def test_a_density_that_the_planner_asks_for() -> None:
    rng = np.random.default_rng(7)
    x = rng.random((4000, 3))
    cases = rng.random(4000) < x[:, 0] ** 2
    wide, dense = (discover(["a", "b", "c"], x, cases, Search(least_density=least)) for least in (0.5, 0.8))
    assert wide.tally.density >= 0.5
    assert dense.tally.density >= 0.8
    assert wide.tally.coverage > dense.tally.coverage
    assert wide.limits[0].value < dense.limits[0].value


def test_the_order_of_rows_and_inputs_does_not_matter() -> None:
    x, cases = planted(8, 800)
    order, rows = [5, 1, 7, 0, 2, 6, 3, 4], np.random.default_rng(1).permutation(800)
    there = discover(NAMES, x, cases)
    back = discover([NAMES[j] for j in order], x[rows][:, order], cases[rows])
    assert sorted(said(back)) == sorted(said(there))
    assert back.tally == there.tally


def test_peeling_trades_coverage_for_density() -> None:
    found = discover(NAMES, *planted(9))
    assert (found.peeled[0].coverage, found.peeled[0].rows) == (1.0, 2000)
    assert all(b.rows < a.rows for a, b in zip(found.peeled, found.peeled[1:], strict=False))
    assert all(b.density > a.density for a, b in zip(found.peeled, found.peeled[1:], strict=False))
    assert found.peeled[1].rows == 1900  # a twentieth


# ---- where there is nothing ----------------------------------------------------------------


def test_chance_is_not_taken_for_a_finding() -> None:
    runs, alarms = 40, 0
    for seed in range(runs):
        rng = np.random.default_rng(100 + seed)
        x, cases = rng.random((200, 4)), rng.random(200) < 0.3
        found = discover(NAMES[:4], x, cases)
        alarms += by_chance(NAMES[:4], x, cases, found, seed, shuffles=9) <= 0.1
    assert alarms <= 0.1 * runs + 4 * math.sqrt(0.1 * 0.9 * runs)


def test_no_limit_stays_that_chance_explains() -> None:
    for seed in range(30):
        rng = np.random.default_rng(200 + seed)
        x = rng.random((150, 6))
        cases = (x[:, 0] > 0.5) ^ (rng.random(150) < 0.25)
        assert all(limit.quasi_p <= 0.05 for limit in discover(NAMES[:6], x, cases).limits)


@pytest.mark.parametrize("everybody", [True, False])
def test_nothing_to_tell_apart(everybody: bool) -> None:
    x = np.random.default_rng(1).random((50, 2))
    found = discover(["a", "b"], x, np.full(50, everybody))
    assert found.limits == ()
    assert found.tally.density == float(everybody)
    assert (found.tally.coverage == 1.0) is everybody
    assert len(found.peeled) == 1


def test_an_input_that_never_changes_has_no_limit() -> None:
    x, cases = planted(10, 600)
    x[:, 3] = 5.0
    assert said(discover(NAMES, x, cases)) == [("x0", "at_least", 0.6), ("x1", "at_most", 0.4)]


# ---- by hand -------------------------------------------------------------------------------


def test_kappa_by_hand() -> None:
    # In the box and a case 40, only in the box 10, only a case 20, neither 30: agreement .7 against .5 by chance.
    assert Tally(rows=50, cases=40, all_rows=100, all_cases=60).kappa == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert Tally(rows=100, cases=60, all_rows=100, all_cases=60).kappa == 0.0
    assert Tally(rows=60, cases=60, all_rows=100, all_cases=60).kappa == 1.0
    assert math.isnan(Tally(rows=0, cases=0, all_rows=100, all_cases=60).density)


def test_quasi_p_by_hand() -> None:
    # Ten rows, five of them cases; the limit keeps three rows, all cases: chance gives that with .5 ** 3.
    x = np.arange(10.0)[:, None]
    cases = np.array([1, 0, 1, 0, 0, 0, 0, 1, 1, 1], dtype=bool)
    box = Box(np.array([7.0]), np.array([np.inf]))
    assert quasi_p(x, cases, box, 0, below=True) == pytest.approx(0.125)


def test_a_cut_is_judged_by_the_rows_that_it_costs() -> None:
    # Without the hundred rows of the no the density is .47 instead of .425; without the ten lowest rows .447.
    x = np.column_stack([np.repeat([1.0, 0.0], 100), np.tile(np.linspace(0, 1, 100), 2)])
    cases = np.tile(np.arange(100) % 2 == 0, 2)
    cases[100:] &= np.arange(100) % 5 != 0
    cases[(x[:, 1] < 0.05)] = False
    found = cases.mean(), cases[:100].mean(), cases[x[:, 1] >= 0.05].mean()
    assert found == pytest.approx((0.425, 0.47, 0.447), abs=0.001)
    cut = _best_cut(x, cases, USUAL)
    assert cut is not None
    assert cut[:2] == (1, True)


def test_equal_values_stay_or_go_together() -> None:
    x = np.array([3.0, 3, 3, 2, 2, 2, 1, 1, 1])[:, None]
    cases = np.array([True, True, False, True, False, False, False, False, False])
    box = Box(np.array([3.0]), np.array([np.inf]))
    judge = Judge(9, 3, Search(least_rows=1))
    score, value = _best_place(x, cases, box, 0, True, judge)
    assert value == 3.0
    assert score == pytest.approx(Tally(rows=3, cases=2, all_rows=9, all_cases=3).kappa)


def test_pasting_moves_a_limit_back() -> None:
    x, cases = planted(11)
    tight = Box(np.full(8, -np.inf), np.full(8, np.inf)).moved(0, True, 0.8).moved(1, False, 0.2)
    box = adjusted(x, cases, tight, Judge(len(cases), int(cases.sum()), USUAL))
    assert box.low[0] == pytest.approx(0.6, abs=0.01)
    assert box.high[1] == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(
    ("names", "x", "cases", "words"),
    [
        (["a"], np.zeros((3, 2)), np.zeros(3, bool), r"shape \(rows, inputs\) = \(3, 1\), with rows, not \(3, 2\)"),
        (["a", "a"], np.zeros((3, 2)), np.zeros(3, bool), "names must differ"),
        (["a"], np.zeros((3, 1)), np.zeros(3), "cases must be True or False"),
        (["a"], np.full((3, 1), np.nan), np.zeros(3, bool), "x must be finite"),
        (["a"], np.zeros((0, 1)), np.zeros(0, bool), "with rows"),
    ],
)
def test_rows_that_do_not_fit(names: list[str], x: Floats, cases: Bools, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        discover(names, x, cases)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"alpha": 0.0}, "alpha and chance"), ({"least_rows": 0}, "hold a row"), ({"least_density": 0.0}, "density must")],
)
def test_searches_that_find_nothing(options: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Search(**options)
