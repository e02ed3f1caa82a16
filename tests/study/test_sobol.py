"""Sobol indices: published values of the Ishigami function, another implementation, honest intervals."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim.common.types import Floats
from sim.study import sobol
from sim.study.sobol import sobol_design, sobol_indices

FIRST, TOTAL = np.array([0.3139, 0.4424, 0.0]), np.array([0.5576, 0.4424, 0.2437])


def ishigami(points: Floats) -> Floats:
    x = 2.0 * np.pi * points - np.pi
    return np.sin(x[..., 0]) + 7.0 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def random_blocks(n: int, seed: int) -> Floats:
    """Return a design as ours of points by chance, without the evenness of a sequence."""
    both = np.random.default_rng(seed).random((2, n, 3))
    points = np.concatenate([both, np.repeat(both[:1], 3, axis=0)])
    for i in range(3):
        points[2 + i, :, i] = both[1, :, i]
    return points


# ---- design --------------------------------------------------------------------------------


def test_each_block_changes_one_column() -> None:
    design = sobol_design(3, 64, seed=1)
    assert (design.n, design.inputs) == (64, 3)
    a, b = design.points[:2]
    for i, block in enumerate(design.points[2:]):
        others = [j for j in range(3) if j != i]
        assert (block[:, i] == b[:, i]).all()
        assert (block[:, others] == a[:, others]).all()
        assert (block[:, i] != a[:, i]).all()


def test_points_are_even_and_inside() -> None:
    design = sobol_design(4, 256, seed=2)
    assert 0.0 < design.points.min() < design.points.max() < 1.0
    for column in design.points[:2].transpose(0, 2, 1).reshape(-1, 256):
        assert (np.bincount((column * 256).astype(int), minlength=256) == 1).all()


def test_the_seed_decides() -> None:
    one, again, other = (sobol_design(2, 8, seed=seed).points for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).all()


@pytest.mark.parametrize(("inputs", "n"), [(0, 64), (3, 100), (3, 0), (3, 1)])
def test_designs_that_cannot_be(inputs: int, n: int) -> None:
    with pytest.raises(ValueError, match="n must be a power of 2"):
        sobol_design(inputs, n, seed=0)


def test_nobody_pays_for_the_sequence_who_does_not_need_it() -> None:
    code = "import sys, sim.study.sobol; print('scipy.stats' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


# ---- indices -------------------------------------------------------------------------------


def test_ishigami() -> None:
    found = sobol_indices(ishigami(sobol_design(3, 1024, seed=0).points))
    assert found.first.round(3).tolist() == [0.309, 0.446, -0.002]
    assert found.total.round(3).tolist() == [0.562, 0.442, 0.243]
    assert found.mean == pytest.approx(3.5, abs=0.01)
    assert found.variance == pytest.approx(13.8446, rel=0.01)
    for truth, low, high in ((FIRST, found.first_low, found.first_high), (TOTAL, found.total_low, found.total_high)):
        assert ((low < truth) & (truth < high)).all()


def test_many_rows_come_near_the_truth() -> None:
    found = sobol_indices(ishigami(sobol_design(3, 16_384, seed=3).points))
    assert found.first == pytest.approx(FIRST, abs=0.003)
    assert found.total == pytest.approx(TOTAL, abs=0.003)


def test_another_implementation_says_the_same() -> None:
    outputs = ishigami(sobol_design(3, 256, seed=4).points)
    given = {"f_A": outputs[:1], "f_B": outputs[1:2], "f_AB": outputs[2:, None, :]}
    theirs, ours = stats.sobol_indices(func=given, n=256), sobol_indices(outputs)
    assert ours.first == pytest.approx(theirs.first_order, abs=1e-12)
    assert ours.total == pytest.approx(theirs.total_order, abs=1e-12)


@pytest.mark.parametrize(("even", "most"), [(True, 1.0), (False, 0.9 + 4 * np.sqrt(0.9 * 0.1 / 200))])
def test_intervals_cover_what_they_promise(even: bool, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sobol, "RESAMPLES", 300)
    runs, covered = 200, np.zeros((2, 3))
    for seed in range(runs):
        points = sobol_design(3, 256, seed).points if even else random_blocks(256, seed)
        found = sobol_indices(ishigami(points), 0.9, seed)
        covered[0] += (found.first_low <= FIRST) & (found.first_high >= FIRST)
        covered[1] += (found.total_low <= TOTAL) & (found.total_high >= TOTAL)
    assert (covered / runs > 0.9 - 4 * np.sqrt(0.9 * 0.1 / runs)).all(), covered / runs
    assert (covered / runs <= most).all(), covered / runs


def test_the_same_chance_in_a_row_leaves_an_idle_input_idle() -> None:
    rng = np.random.default_rng(5)
    points = sobol_design(2, 512, seed=5).points
    signal = points[..., 0]
    same = sobol_indices(signal + rng.normal(0, 0.3, 512))
    assert same.total[1] == 0.0
    assert same.first[0] == pytest.approx((1 / 12) / (1 / 12 + 0.09), abs=0.08)
    other = sobol_indices(signal + rng.normal(0, 0.3, signal.shape))
    assert other.total_low[1] > 0.2  # chance, laid at the door of an input that does nothing


def test_one_input_and_no_variance() -> None:
    one = sobol_indices(sobol_design(1, 64, seed=6).points[..., 0])
    assert one.first == pytest.approx([1.0], abs=0.05)
    assert one.total == pytest.approx([1.0], abs=0.05)
    none = sobol_indices(np.full((4, 64), 0.1))
    assert np.isnan([none.first, none.total, none.first_low, none.total_high]).all()
    assert (none.mean, none.variance) == (pytest.approx(0.1), pytest.approx(0.0, abs=1e-20))


def test_intervals_depend_on_the_seed_alone() -> None:
    outputs = ishigami(sobol_design(3, 64, seed=7).points)
    one, again, other = (sobol_indices(outputs, seed=seed) for seed in (1, 1, 2))
    assert (one.total_low == again.total_low).all()
    assert (one.total_low != other.total_low).all()


def test_outputs_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"shape \(inputs \+ 2, n\), not \(2, 64\)"):
        sobol_indices(np.zeros((2, 64)))
    with pytest.raises(ValueError, match="outputs must be finite"):
        sobol_indices(np.full((4, 8), np.nan))
