"""The parts of the search: root of a curve, alternatives far apart, plausibility, breeding, points of the cube."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from sim.drill.seek.diverse import farthest, least_apart, nearest_other, standardised
from sim.drill.seek.evolve import children, ranks
from sim.drill.seek.guess import guessed
from sim.drill.seek.logistic import fit, seek_root
from sim.drill.seek.prior import Prior
from sim.drill.seek.space import POOL, Space, spread_points


def curve(x: float, root: float, slope: float) -> float:
    return 1.0 / (1.0 + math.exp(-slope * (x - root)))


@pytest.mark.parametrize("root", [0.3, 0.5, 0.82])
@pytest.mark.parametrize("slope", [8.0, 30.0, -12.0])
def test_the_root_of_a_known_curve_is_found(root: float, slope: float) -> None:
    """Theory: with many copies the fit is the curve itself."""

    def play(xs: Sequence[float]) -> list[tuple[int, int]]:
        return [(round(10_000 * curve(x, root, slope)), 10_000) for x in xs]

    assert seek_root(play, 0.0, 1.0, 0.5) == pytest.approx(root, abs=0.01)


def test_few_copies_find_a_root_well_enough() -> None:
    """Sixty copies, forty times over: the achieved probability is off by a tenth at most as root mean square."""
    off = []
    for seed in range(40):
        rng = np.random.default_rng(seed)

        def play(xs: Sequence[float], rng: np.random.Generator = rng) -> list[tuple[int, int]]:
            return [(int(rng.binomial(5, curve(x, 0.6, 10.0))), 5) for x in xs]

        off.append(curve(seek_root(play, 0.0, 1.0, 0.5), 0.6, 10.0) - 0.5)
    assert math.sqrt(np.mean(np.square(off))) < 0.12


def test_a_curve_that_does_not_reach_gives_an_end_and_a_level_one_the_middle() -> None:
    assert seek_root(lambda xs: [(0, 50)] * len(xs), 2.0, 4.0, 0.5) == 3.0
    low = seek_root(lambda xs: [(round(100 * 0.2 * x), 100) for x in xs], 0.0, 1.0, 0.9)
    assert low == 1.0


def test_a_fit_exists_where_a_line_parts_all_copies() -> None:
    found = fit(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.0, 5.0, 5.0]), np.full(4, 5.0))
    assert 1.2 < (found.root(0.5) or 0.0) < 1.8
    assert found.at(0.0) < 0.1 < 0.9 < found.at(3.0)


@pytest.mark.parametrize("seed", range(6))
def test_alternatives_are_at_least_half_as_far_apart_as_can_be(seed: int) -> None:
    """Theory: Gonzalez 1985."""
    points = np.random.default_rng(seed).normal(size=(14, 3))
    best = max(least_apart(points, chosen) for chosen in combinations(range(14), 4))
    for first in range(14):
        chosen = farthest(points, 4, first)
        assert len(set(chosen)) == 4
        assert least_apart(points, chosen) >= 0.5 * best - 1e-12


def test_no_more_are_chosen_than_there_are_and_a_row_alone_is_far_from_nobody() -> None:
    assert sorted(farthest(np.zeros((2, 1)), 5)) == [0, 1]
    assert nearest_other(np.zeros((1, 2))).tolist() == [0.0]
    assert standardised(np.array([[1.0, 5.0]]), np.array([[0.0, 5.0], [2.0, 5.0]])).tolist() == [[0.0, 0.0]]


def test_ranks_count_layers_of_better_ones() -> None:
    costs = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.5], [2.0, 2.0]])
    assert ranks(costs).tolist() == [0, 1, 1, 2]


def test_children_stay_in_the_cube_near_their_parents_and_are_the_same_each_time() -> None:
    parents = [(0.01, 0.5, 0.99), (0.2, 0.25, 0.9)]
    born = children(parents, 200, 1, seed=4, generation=0)
    assert born.shape == (200, 3)
    assert (born >= 0.0).all()
    assert (born < 1.0).all()
    assert np.array_equal(born, children(parents, 200, 1, seed=4, generation=0))
    assert np.isin(born[:, 1], (0.5, 0.25)).mean() == pytest.approx(0.7, abs=0.1)
    later = children(parents, 200, 1, seed=4, generation=3)
    assert later[:, 0].std() < born[:, 0].std()


def test_a_common_disaster_is_plausible_and_one_unlike_all_is_not() -> None:
    sample = np.random.default_rng(1).lognormal(3.0, 0.5, size=(128, 4))
    prior = Prior(sample)
    assert prior.realism(np.exp(np.full(4, 3.0))) > 0.8
    assert prior.realism(np.full(4, 1e6)) == pytest.approx(1.0 / 129.0)


def test_realism_of_fresh_disasters_of_the_prior_is_about_uniform() -> None:
    """Theory: a share of a tenth is a tenth as common, or less likely still."""
    rng = np.random.default_rng(2)
    prior = Prior(rng.lognormal(3.0, 0.5, size=(256, 3)))
    shares = np.array([prior.realism(row) for row in rng.lognormal(3.0, 0.5, size=(600, 3))])
    for share in (0.1, 0.3, 0.5, 0.8):
        assert (shares <= share).mean() == pytest.approx(share, abs=0.08)


def test_a_guess_follows_what_was_seen() -> None:
    x = np.linspace(0.0, 1.0, 40)[:, None]
    values = np.array([[curve(float(row[0]), 0.5, 10.0)] for row in x])
    low, high = guessed(x, values, 1000, np.array([[0.2], [0.8]]))[:, 0]
    assert low < 0.15
    assert high > 0.85


def space(**changes: object) -> Space:
    given = {"vary": {"magnitude": (6.0, 7.0), "storm.return_period_y": (20.0, 200.0), "when.month": (3.0, 5.0)},
             "teams": ("A", "B", "C"), "teams_out": 2, "b_value": 0.9}
    return Space(**(given | changes))  # type: ignore[arg-type]  # test


def test_the_cube_maps_to_numbers_a_draw_and_teams_out() -> None:
    ours = space()
    assert ours.sides == 3 + 1 + 3
    at = ours.at((0.5, 0.0, 0.99, 0.999, 0.99, 0.0, 0.99))
    assert at.changes == (("magnitude", 6.5), ("storm.return_period_y", 20.0), ("when.month", 5.0))
    assert (at.replication, at.out) == (POOL - 1, ("A", "C"))
    assert ours.at((0.5, 0.0, 0.0, 0.0, 0.2, 0.9, 0.9)).out == ()


def test_the_prior_has_more_small_disasters_than_large_ones() -> None:
    ours = space()
    middle = ours.at((0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0), by_law=True)
    assert 6.2 < dict(middle.changes)["magnitude"] < 6.35
    assert dict(middle.changes)["storm.return_period_y"] == pytest.approx(36.4, abs=0.5)
    assert ours.at((0.0,) * 7, by_law=True).changes == ours.at((0.0,) * 7).changes


def test_points_are_spread_evenly_and_the_same_for_a_seed() -> None:
    points = spread_points(3, 64, 5)
    assert np.array_equal(points, spread_points(3, 64, 5))
    assert not np.array_equal(points, spread_points(3, 64, 6))
    for side in points.T:
        assert (np.histogram(side, 8, (0.0, 1.0))[0] == 8).all()
