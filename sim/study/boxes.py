"""Boxes in the space of the inputs: how good one is; peeling, pasting and pruning it (see :mod:`sim.study.prim`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

from sim.common.types import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How to look for a box; ``ValueError`` for numbers with which nothing can be found."""

    alpha: float = 0.05
    """Share of the rows in the box that is peeled off at a time."""
    least_rows: int = 20
    """Rows that a box must hold."""
    least_density: float | None = None
    """Density that the box must have. Without it, coverage and density are weighed against each other."""
    chance: float = 0.05
    """A limit stays if chance alone would give what it gains with at most this probability."""

    def __post_init__(self) -> None:
        if not 0.0 < self.alpha < 1.0 or not 0.0 < self.chance < 1.0:
            msg = f"alpha and chance must lie between 0 and 1, not {self.alpha} and {self.chance}"
            raise ValueError(msg)
        if self.least_rows < 1:
            msg = f"a box must hold a row at least, not {self.least_rows}"
            raise ValueError(msg)
        if self.least_density is not None and not 0.0 < self.least_density <= 1.0:
            msg = f"least_density must lie between 0 and 1, not {self.least_density}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How well a box tells the cases from the rest."""

    rows: int
    cases: int
    """Of the rows in the box."""
    all_rows: int
    all_cases: int

    @property
    def coverage(self) -> float:
        """Share of all cases that lie in the box; nan without cases."""
        return self.cases / self.all_cases if self.all_cases else float("nan")

    @property
    def density(self) -> float:
        """Share of the rows in the box that are cases; nan for an empty box."""
        return self.cases / self.rows if self.rows else float("nan")

    @property
    def base_rate(self) -> float:
        """Share of all rows that are cases."""
        return self.all_cases / self.all_rows

    @property
    def kappa(self) -> float:
        """Agreement of *in the box* and *is a case* beyond chance: 1 for the same rows, 0 for none (Cohen 1960)."""
        return float(kappa(np.array(self.rows), np.array(self.cases), self.all_rows, self.all_cases))


@dataclass(frozen=True, slots=True)
class Box:
    """The least and the largest value of each input; shape (inputs,)."""

    low: Floats
    high: Floats

    def holds(self, x: Floats) -> Bools:
        """Tell for each row of *x* whether it lies in the box; shape (rows,)."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    def faces(self) -> list[tuple[int, bool]]:
        """Return the limits that there are, as (input, is a lower one)."""
        return [(j, below) for j in range(len(self.low)) for below in (True, False) if np.isfinite(self.at(j, below))]

    def at(self, j: int, below: bool) -> float:
        """Return the lower or the upper limit of input *j*; infinite if there is none."""
        return float((self.low if below else self.high)[j])

    def moved(self, j: int, below: bool, value: float) -> Box:
        """Return the box with this limit at *value*."""
        low, high = self.low.copy(), self.high.copy()
        (low if below else high)[j] = value
        return Box(low, high)

    def without(self, j: int, below: bool) -> Box:
        """Return the box without this limit."""
        return self.moved(j, below, -np.inf if below else np.inf)


# ---- which box is better -------------------------------------------------------------------


def kappa(rows: Ints, cases: Ints, all_rows: int, all_cases: int) -> Floats:
    """Return Cohen's kappa of boxes with *rows* and *cases*; 0 if there is nothing to agree on.

    It is the harmonic mean of coverage and density, each of them counted from what chance would give.
    """
    rows, cases = rows.astype(np.float64), cases.astype(np.float64)
    chance = rows * all_cases
    most = all_rows * (rows + all_cases) - 2.0 * chance
    return np.asarray(2.0 * (all_rows * cases - chance) / np.where(most > 0.0, most, 1.0))


@dataclass(frozen=True, slots=True)
class Judge:
    """Scores boxes."""

    all_rows: int
    all_cases: int
    search: Search

    def tally(self, rows: Bools, cases: Bools) -> Tally:
        """Return the tally of the box that holds *rows*."""
        return Tally(
            rows=int(rows.sum()), cases=int(cases[rows].sum()), all_rows=self.all_rows, all_cases=self.all_cases
        )

    def score(self, rows: Ints, cases: Ints) -> Floats:
        """Return what is to be as large as possible, for boxes with *rows* and *cases*."""
        least = self.search.least_density
        if least is None:
            return kappa(rows, cases, self.all_rows, self.all_cases)
        density = cases / np.maximum(rows, 1)
        return np.asarray(np.where(density >= least, 1.0 + cases / max(self.all_cases, 1), density))


# ---- peeling, pasting, pruning -------------------------------------------------------------


def peel(x: Floats, cases: Bools, box: Box, search: Search) -> list[Box]:
    """Return the boxes from all rows to the smallest one, each with one limit moved inwards."""
    boxes = [box]
    while len(x) > search.least_rows and not cases.all():
        cut = _best_cut(x, cases, search)
        if cut is None:
            break
        j, below, kept = cut
        x, cases = x[kept], cases[kept]
        box = box.moved(j, below, float(x[:, j].min() if below else x[:, j].max()))
        boxes.append(box)
    return boxes


def _best_cut(x: Floats, cases: Bools, search: Search) -> tuple[int, bool, Bools] | None:
    """Return the input and the side to peel, and the rows that stay; ``None`` if no cut makes the cases denser.

    Best is what gains most density for each row that goes, so that a yes/no input, of which half the rows go, is
    measured as the others are.
    """
    best, cut = 0.0, None
    for j in range(x.shape[1]):
        for below in (True, False):
            kept = _kept(x[:, j] if below else -x[:, j], search.alpha)
            n = int(kept.sum())
            if search.least_rows <= n < len(x):
                gain = float(cases[kept].mean() - cases.mean()) / (len(x) - n)
                if gain > best:
                    best, cut = gain, (j, below, kept)
    return cut


def _kept(column: Floats, alpha: float) -> Bools:
    """Tell which rows stay when the share *alpha* with the smallest values goes; equal values stay or go together."""
    gone = max(1, int(alpha * len(column)))
    least = np.partition(column, gone)[gone]
    kept = column >= least
    return np.asarray(column > least) if kept.all() else np.asarray(kept)


def adjusted(x: Floats, cases: Bools, box: Box, judge: Judge) -> Box:
    """Return *box* with every limit where it serves best given the others, until no limit moves."""
    best, moved = -np.inf, True
    while moved:
        moved = False
        for j, below in box.faces():
            score, value = _best_place(x, cases, box, j, below, judge)
            if score > best + 1e-12:
                best, moved = score, True
                box = box.moved(j, below, value)
    return box


def _best_place(x: Floats, cases: Bools, box: Box, j: int, below: bool, judge: Judge) -> tuple[float, float]:
    """Return the best score that a limit can reach, and where; infinite if it is best away."""
    others = box.without(j, below).holds(x)
    column = x[others, j]
    order = np.argsort(-column if below else column, kind="stable")
    column, hits = column[order], np.cumsum(cases[others][order], dtype=np.int64)
    last = np.append(column[1:] != column[:-1], True)
    rows = np.arange(1, len(column) + 1, dtype=np.int64)
    scores = np.where(last & (rows >= judge.search.least_rows), judge.score(rows, hits), -np.inf)
    place = len(scores) - 1 - int(np.argmax(scores[::-1]))
    away = -np.inf if below else np.inf
    return float(scores[place]), away if place == len(scores) - 1 else float(column[place])


def pruned(x: Floats, cases: Bools, box: Box, judge: Judge) -> Box:
    """Return *box* without the limits that chance explains, the worst first; the others are adjusted each time."""
    while faces := box.faces():
        doubts = [quasi_p(x, cases, box, j, below) for j, below in faces]
        worst = int(np.argmax(doubts))
        if doubts[worst] <= judge.search.chance:
            break
        box = adjusted(x, cases, box.without(*faces[worst]), judge)
    return box


def quasi_p(x: Floats, cases: Bools, box: Box, j: int, below: bool) -> float:
    """Return the probability of so many cases among the rows of *box* at the density without the limit."""
    rows, wider = box.holds(x), box.without(j, below).holds(x)
    return float(bdtrc(int(cases[rows].sum()) - 1, int(rows.sum()), float(cases[wider].mean())))
