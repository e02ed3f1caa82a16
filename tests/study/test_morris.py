"""Morris screening: the shape of its trajectories, closed forms of a published test function, honest intervals."""

from __future__ import annotations

import numpy as np
import pytest

from sim.common.types import Floats
from sim.study import morris
from sim.study.morris import elementary_effects, morris_design, screen

A = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
TRUTH = 2.0 / (1.0 + A) * np.prod((4 / 3 + A) / (1.0 + A)) / ((4 / 3 + A) / (1.0 + A))
"""Mean size of the effects on a grid of four levels: that of the input itself times the means of all other factors."""

MEASURED = np.array([2.67, 1.28, 0.60, 0.36, 0.035, 0.035, 0.035, 0.035])
"""Another program's, from 360 points."""


def sobol_g(x: Floats) -> Floats:
    return np.prod((np.abs(4.0 * x - 2.0) + A) / (1.0 + A), axis=-1)


# ---- design --------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [2, 4, 6])
def test_every_step_changes_one_input_by_the_jump(levels: int) -> None:
    design = morris_design(7, 30, seed=3, levels=levels)
    assert design.points.shape == (30, 8, 7)
    steps = np.diff(design.points, axis=1)
    assert ((np.abs(steps) > 1e-9).sum(axis=2) == 1).all()
    assert ((np.abs(steps) > 1e-9).sum(axis=1) == 1).all()
    assert np.abs(steps).max(axis=2) == pytest.approx(levels / (2 * (levels - 1)))
    grid = design.points * (levels - 1)
    assert grid == pytest.approx(np.rint(grid))
    assert design.points.min() == 0.0
    assert design.points.max() == 1.0


def test_a_yes_no_input_flips_in_every_trajectory() -> None:
    yes = morris_design(5, 40, seed=1).points >= 0.5
    assert (yes[:, 0] != yes[:, -1]).all()


def test_all_levels_and_both_directions_occur() -> None:
    design = morris_design(3, 200, seed=2)
    assert 0.4 < design.up.mean() < 0.6
    shares = [float(np.isclose(design.points, level / 3).mean()) for level in range(4)]
    assert shares == pytest.approx([0.25] * 4, abs=0.04)


def test_the_seed_decides() -> None:
    one, again, other = (morris_design(4, 5, seed=seed).points for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()


@pytest.mark.parametrize(
    ("inputs", "trajectories", "levels", "words"),
    [(0, 10, 4, "an input"), (3, 1, 4, "two trajectories"), (3, 10, 5, "even number, not 5"), (3, 10, 0, "even")],
)
def test_designs_that_cannot_be(inputs: int, trajectories: int, levels: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        morris_design(inputs, trajectories, seed=0, levels=levels)


# ---- effects -------------------------------------------------------------------------------


def test_effects_of_a_plane_are_its_slopes() -> None:
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    design = morris_design(4, 12, seed=4)
    found = screen(design, design.points @ slopes)
    assert found.mu == pytest.approx(slopes)
    assert found.mu_star == pytest.approx(np.abs(slopes))
    assert found.sigma == pytest.approx(np.zeros(4), abs=1e-12)
    assert found.mu_star_high == pytest.approx(np.abs(slopes))
    assert found.order().tolist() == [0, 1, 3, 2]


def test_an_input_that_goes_up_here_and_down_there() -> None:
    design = morris_design(2, 40, seed=5)
    found = screen(design, np.where(design.points[..., 1] >= 0.5, 1.0, -1.0) * design.points[..., 0])
    assert abs(found.mu[0]) < 0.5
    assert found.mu_star[0] == pytest.approx(1.0)
    assert found.sigma[0] > 0.9


def test_the_same_chance_along_a_trajectory_hides_no_effect() -> None:
    design = morris_design(3, 20, seed=6)
    luck = np.random.default_rng(1).normal(0, 100, 20)
    found = screen(design, design.points[..., 0] + luck[:, None])
    assert found.mu_star == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    idle = screen(design, np.rint(design.points[..., 0]) + np.rint(luck)[:, None])
    assert idle.moved.tolist() == [20, 0, 0]


def test_effects_of_the_g_function() -> None:
    design = morris_design(8, 20_000, seed=7)
    effects = np.abs(elementary_effects(design, sobol_g(design.points)))
    assert TRUTH[:5].round(4).tolist() == [2.5915, 1.4809, 0.5923, 0.3344, 0.0344]
    assert (np.abs(effects.mean(axis=0) - TRUTH) < 4 * effects.std(axis=0) / np.sqrt(20_000)).all()


def test_360_points_say_what_another_program_found_with_as_many() -> None:
    design = morris_design(8, 40, seed=1)
    assert design.points[..., 0].size == 360
    found = screen(design, sobol_g(design.points))
    assert found.order()[:4].tolist() == [0, 1, 2, 3]
    error = np.hypot(found.sigma, found.sigma) / np.sqrt(40)
    assert (np.abs(found.mu_star - MEASURED) < 4 * error).all()
    assert ((found.mu_star[4:] > 0.02) & (found.mu_star[4:] < 0.05)).all()


@pytest.mark.parametrize("trajectories", [10, 40])
def test_intervals_cover_what_they_promise(trajectories: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(morris, "RESAMPLES", 500)
    runs, covered = 250, np.zeros(8)
    for seed in range(runs):
        design = morris_design(8, trajectories, seed)
        found = screen(design, sobol_g(design.points), 0.9, seed)
        covered += (found.mu_star_low <= TRUTH) & (found.mu_star_high >= TRUTH)
    gate = 4 * np.sqrt(0.9 * 0.1 / runs)
    assert (np.abs(covered / runs - 0.9) < gate).all(), covered / runs


def test_the_bootstrap_of_few_trajectories_is_as_wide_as_students_interval() -> None:
    # The normal law puts .00855 below -2.262157 × sqrt(10 / 9); t(0.975; 9) = 2.262157.
    assert morris._ends(10, 0.95) == pytest.approx((0.00855, 0.99145), abs=1e-5)
    assert morris._ends(10_000, 0.95) == pytest.approx((0.025, 0.975), abs=1e-4)


def test_intervals_hold_the_estimate_and_depend_on_the_seed_alone() -> None:
    design = morris_design(8, 20, seed=1)
    one, again, other = (screen(design, sobol_g(design.points), seed=seed) for seed in (1, 1, 2))
    assert (one.mu_star_low == again.mu_star_low).all()
    assert (one.mu_star_low != other.mu_star_low).any()
    assert ((one.mu_star_low < one.mu_star) & (one.mu_star < one.mu_star_high)).all()
    assert ((one.sigma_low < one.sigma) & (one.sigma < one.sigma_high)).all()


def test_outputs_that_do_not_fit() -> None:
    design = morris_design(2, 3, seed=0)
    with pytest.raises(ValueError, match=r"shape \(trajectories, inputs \+ 1\) = \(3, 3\), not \(9,\)"):
        screen(design, np.zeros(9))
    with pytest.raises(ValueError, match="outputs must be finite"):
        screen(design, np.full((3, 3), np.inf))
