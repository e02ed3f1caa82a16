"""Prints how many replications a decision takes: same disasters and KN against independent runs of a fixed number.

From the root of the checkout; plays the study first (about three minutes), or reads a run that is there::

    PYTHONPATH=.:tests python tests/benchmarks/decision_numbers.py [RUN_FOLDER]

Decisions are repeated on resamples of whole replications of that run. The naive design plays every layout the number of
times that Bechhofer (1954) asks for on independent disasters, with the variances known, and takes the largest mean.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr

from sim.study.read import read_study
from sim.study.run import run_study
from sim.study.samples import read_samples
from sim.study.selection import Rules, kn_step, start

ROOT = Path(__file__).resolve().parents[2]
ASKED = (("relief_share_10h", 0.05), ("relief_share_10h", 0.02), ("report_share_in_time", 0.02))
"""Measures of the shipped M 6.5 study, of which more is better, and the differences that matter."""
REPEATS = 200
LONGEST = 3000
"""Replications of a resample; a decision that takes more is counted as this many."""


def bechhofer(layouts: int, chance: float = 0.95) -> float:
    """Return h of Bechhofer 1954: n = (h sd / delta)^2 of each layout."""

    def wrong(h: float) -> float:
        inside = quad(lambda z: np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * ndtr(z + h) ** (layouts - 1), -9, 9)
        return inside[0] - chance

    return float(brentq(wrong, 0.0, 10.0))


def decide(values: np.ndarray, delta: float, rng: np.random.Generator) -> tuple[int, int]:
    """Return (layout selected or -1, replications of all layouts) of one sequential selection."""
    drawn = values[rng.integers(0, len(values), LONGEST)]
    state = kn_step(drawn, start(values.shape[1], Rules(delta=delta)))
    stayed = np.where(state.left_at > 0, state.left_at, state.n)
    return state.winner, int(stayed.sum())


def main(words: list[str]) -> None:
    if words:
        tell(Path(words[0]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        study = read_study(ROOT / "experiments" / "earthquake-m65.yaml")
        tell(run_study(study, replications=300, out=Path(scratch)).folder)


def tell(folder: Path) -> None:
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    layouts, n = run["layouts"], run["replications"]
    samples = read_samples(folder, sorted({name for name, _ in ASKED}), layouts, n)
    print(f"{run['study']}: {n} disasters, {len(layouts)} layouts, {REPEATS} decisions each")
    for name, delta in ASKED:
        values = np.column_stack([samples.of(name, layout) for layout in layouts])
        values = values[~np.isnan(values).any(axis=1)]
        rng = np.random.default_rng(20220323)
        found = [decide(values, delta, rng) for _ in range(REPEATS)]
        best = values.mean(axis=0).max()
        right = np.mean([winner >= 0 and values[:, winner].mean() >= best - delta for winner, _ in found])
        ours = float(np.mean([spent for _, spent in found]))
        naive = len(layouts) * int(np.ceil((bechhofer(len(layouts)) * values.std(axis=0, ddof=1).max() / delta) ** 2))
        print(
            f"{name}, difference {delta:g}: {ours:.0f} replications on the same disasters and sequentially, {naive:,} "
            f"independent ones: {naive / ours:.1f} times fewer; {right:.1%} selected the best or one within it"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
