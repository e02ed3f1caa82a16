"""Scenario discovery: in which part of the space of the inputs do the cases lie, said with few limits.

A *case* is a row of interest, such as a replication in which a layout misses its target. The patient rule induction
method (PRIM, Friedman & Fisher 1999) peels the space, a twentieth of the rows at a time, off that side where this gains
most; limits are then put where they serve best, also back (pasting), and those that may be chance are dropped. What
remains is a box of one to four limits, from which a planner's sentence is made: *misses mostly when the bridge is out
and the wind is at least 8*.

One row is one replication with scenarios of its own. Rows that share their disasters are not independent, and make
chance look like a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import bdtrc

from sim.common.types import Bools, Floats, Ints

ALPHA = 0.05
"""Share of the rows in the box that is peeled off at a time."""

LEAST_ROWS = 20
"""Rows that a box must hold."""

CHANCE = 0.05
"""A limit stays if chance alone would give what it gains with a smaller probability."""

SHUFFLES = 99
"""Times that :func:`by_chance` deals out the cases anew."""

Kind = Literal["at_least", "at_most", "is_true", "is_false"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of a box."""

    input: str
    kind: Kind
    """``is_true`` and ``is_false`` for inputs that are 0 or 1."""
    value: float
    """The limit itself belongs to the box; 1 for ``is_true``, 0 for ``is_false``."""
    quasi_p: float
    """Probability that the box would hold so many cases if this limit, added to the others, gained nothing.

    The limit was looked for, so that the true probability is larger (Bryant & Lempert 2010 call it *quasi*)."""


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
        return float(_kappa(np.array(self.rows), np.array(self.cases), self.all_rows, self.all_cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A box, and what it was chosen from."""

    limits: tuple[Limit, ...]
    """In the order of the inputs; none if nothing sets the cases apart."""
    tally: Tally
    """On the rows that the box was looked for in, and therefore rosy: see :func:`tally_of` for fresh ones."""
    peeled: tuple[Tally, ...]
    """From all rows to the smallest box: how much coverage each gain of density costs."""


@dataclass(frozen=True, slots=True)
class _Box:
    """The least and the largest value of each input; shape (inputs,)."""

    low: Floats
    high: Floats

    def holds(self, x: Floats) -> Bools:
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    def faces(self) -> list[tuple[int, bool]]:
        """Return the limits that there are, as (input, is a lower one)."""
        return [(j, below) for j in range(len(self.low)) for below in (True, False) if np.isfinite(self.at(j, below))]

    def at(self, j: int, below: bool) -> float:
        return float((self.low if below else self.high)[j])

    def moved(self, j: int, below: bool, value: float) -> _Box:
        low, high = self.low.copy(), self.high.copy()
        (low if below else high)[j] = value
        return _Box(low, high)

    def without(self, j: int, below: bool) -> _Box:
        return self.moved(j, below, -np.inf if below else np.inf)


def discover(
    names: Sequence[str],
    x: Floats,
    cases: Bools,
    *,
    least_density: float | None = None,
    alpha: float = ALPHA,
    least_rows: int = LEAST_ROWS,
    chance: float = CHANCE,
) -> Discovery:
    """Return the box that tells the *cases* best from the other rows.

    *x*: shape (rows, inputs), one column for each of *names*, finite; 0 and 1 for yes/no. *cases*: shape (rows,). The
    box is the one with the largest :attr:`Tally.kappa`; with *least_density*, the one of at least this density that
    covers most cases. For a second box, leave out the rows of the first (:func:`inside`).
    """
    _check(names, x, cases)
    empty = _Box(np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf))
    boxes, judge = [empty], _Judge(len(cases), int(cases.sum()), least_density)
    if 0 < judge.all_cases < judge.all_rows:
        boxes = _peel(x, cases, empty, alpha, least_rows)
    tallies = [judge.tally(int(rows.sum()), int(cases[rows].sum())) for rows in (box.holds(x) for box in boxes)]
    scores = judge.score(np.array([t.rows for t in tallies]), np.array([t.cases for t in tallies]))
    best = boxes[int(np.argmax(scores))]
    best = _pruned(x, cases, _adjusted(x, cases, best, judge, least_rows), judge, least_rows, chance)
    rows = best.holds(x)
    limits = tuple(_limit(names[j], x[:, j], best, j, below, _quasi_p(x, cases, best, j, below))
                   for j, below in best.faces())
    return Discovery(limits=limits, tally=judge.tally(int(rows.sum()), int(cases[rows].sum())), peeled=tuple(tallies))


def by_chance(
    names: Sequence[str], x: Floats, cases: Bools, found: Discovery, *, seed: int, shuffles: int = SHUFFLES,
    least_density: float | None = None, alpha: float = ALPHA, least_rows: int = LEAST_ROWS, chance: float = CHANCE,
) -> float:
    """Return how often a box as good as *found* turns up where there is nothing to find.

    The cases are dealt out anew over the rows and the whole search is done again (permutation test, on kappa). With 99
    shuffles the smallest possible answer is 0.01. Takes *shuffles* times as long as :func:`discover`.
    """
    rng = np.random.default_rng(seed)
    as_good = 0
    for _ in range(shuffles):
        other = discover(
            names, x, rng.permutation(cases), least_density=least_density, alpha=alpha, least_rows=least_rows,
            chance=chance,
        )
        as_good += other.tally.kappa >= found.tally.kappa
    return (1 + as_good) / (1 + shuffles)


def inside(limits: Sequence[Limit], names: Sequence[str], x: Floats) -> Bools:
    """Tell for each row of *x* whether it keeps all *limits*; shape (rows,)."""
    kept = np.ones(len(x), dtype=bool)
    for limit in limits:
        column = x[:, list(names).index(limit.input)]
        kept &= column >= limit.value if limit.kind in ("at_least", "is_true") else column <= limit.value
    return kept


def tally_of(limits: Sequence[Limit], names: Sequence[str], x: Floats, cases: Bools) -> Tally:
    """Return how well *limits* tell the *cases* of rows that they were not looked for in."""
    _check(names, x, cases)
    rows = inside(limits, names, x)
    return Tally(
        rows=int(rows.sum()), cases=int(cases[rows].sum()), all_rows=len(cases), all_cases=int(cases.sum())
    )


def _check(names: Sequence[str], x: Floats, cases: Bools) -> None:
    if x.ndim != 2 or x.shape != (len(cases), len(names)) or len(cases) == 0:
        msg = f"x must have the shape (rows, inputs) = {(len(cases), len(names))}, with rows, not {x.shape}"
        raise ValueError(msg)
    if len(set(names)) < len(names):
        msg = f"names must differ: {list(names)}"
        raise ValueError(msg)
    if cases.dtype != np.bool_:
        msg = f"cases must be True or False, not {cases.dtype}"
        raise ValueError(msg)
    if not np.isfinite(x).all():
        msg = "x must be finite in every row"
        raise ValueError(msg)


# ---- which box is better -------------------------------------------------------------------


def _kappa(rows: Ints, cases: Ints, all_rows: int, all_cases: int) -> Floats:
    """Return Cohen's kappa; 0 if there is nothing to agree on. It is the harmonic mean of coverage and density, each
    of them counted from what chance would give.
    """
    rows, cases = rows.astype(np.float64), cases.astype(np.float64)
    chance = rows * all_cases
    most = all_rows * (rows + all_cases) - 2.0 * chance
    return np.asarray(2.0 * (all_rows * cases - chance) / np.where(most > 0.0, most, 1.0))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Scores boxes."""

    all_rows: int
    all_cases: int
    least_density: float | None

    def tally(self, rows: int, cases: int) -> Tally:
        return Tally(rows=rows, cases=cases, all_rows=self.all_rows, all_cases=self.all_cases)

    def score(self, rows: Ints, cases: Ints) -> Floats:
        """Return what is to be as large as possible, for boxes with *rows* and *cases*."""
        if self.least_density is None:
            return _kappa(rows, cases, self.all_rows, self.all_cases)
        density = cases / np.maximum(rows, 1)
        return np.asarray(np.where(density >= self.least_density, 1.0 + cases / max(self.all_cases, 1), density))


# ---- peeling, pasting, pruning -------------------------------------------------------------


def _peel(x: Floats, cases: Bools, box: _Box, alpha: float, least_rows: int) -> list[_Box]:
    """Return the boxes from all rows to the smallest one, each with one limit moved inwards."""
    boxes = [box]
    rows, hits = x, cases
    while len(rows) > least_rows and not hits.all():
        best, choice = 0.0, None
        for j in range(x.shape[1]):
            for below in (True, False):
                kept = _kept(rows[:, j] if below else -rows[:, j], alpha)
                n = int(kept.sum())
                if n < least_rows or n == len(rows):
                    continue
                gain = (hits[kept].mean() - hits.mean()) / (len(rows) - n)
                if gain > best:
                    best, choice = float(gain), (j, below, kept)
        if choice is None:
            break
        j, below, kept = choice
        rows, hits = rows[kept], hits[kept]
        box = box.moved(j, below, float(rows[:, j].min() if below else rows[:, j].max()))
        boxes.append(box)
    return boxes


def _kept(column: Floats, alpha: float) -> Bools:
    """Tell which rows stay when the share *alpha* with the smallest values goes; equal values stay or go together."""
    least = np.partition(column, k := max(1, int(alpha * len(column))))[k]
    kept = column >= least
    return np.asarray(column > least) if kept.all() else np.asarray(kept)


def _adjusted(x: Floats, cases: Bools, box: _Box, judge: _Judge, least_rows: int) -> _Box:
    """Return *box* with every limit where it serves best given the others, until no limit moves."""
    best, moved = -np.inf, True
    while moved:
        moved = False
        for j, below in box.faces():
            score, value = _best_place(x, cases, box, j, below, judge, least_rows)
            if score > best + 1e-12:
                best, moved = score, True
                box = box.moved(j, below, value)
    return box


def _best_place(
    x: Floats, cases: Bools, box: _Box, j: int, below: bool, judge: _Judge, least_rows: int
) -> tuple[float, float]:
    """Return the best score that a limit can reach, and where; infinite if it is best away."""
    others = box.without(j, below).holds(x)
    column, hits = x[others, j], cases[others]
    order = np.argsort(-column if below else column, kind="stable")
    column, hits = column[order], np.cumsum(hits[order])
    last = np.append(column[1:] != column[:-1], True)
    rows = np.arange(1, len(column) + 1)
    scores = np.where(last & (rows >= least_rows), judge.score(rows, hits), -np.inf)
    place = len(scores) - 1 - int(np.argmax(scores[::-1]))
    away = -np.inf if below else np.inf
    return float(scores[place]), away if place == len(scores) - 1 else float(column[place])


def _pruned(x: Floats, cases: Bools, box: _Box, judge: _Judge, least_rows: int, chance: float) -> _Box:
    """Return *box* without the limits that chance explains, the worst first; the others are adjusted each time."""
    while faces := box.faces():
        doubts = [_quasi_p(x, cases, box, j, below) for j, below in faces]
        worst = int(np.argmax(doubts))
        if doubts[worst] <= chance:
            break
        box = _adjusted(x, cases, box.without(*faces[worst]), judge, least_rows)
    return box


def _quasi_p(x: Floats, cases: Bools, box: _Box, j: int, below: bool) -> float:
    """Return the probability of so many cases among the rows of *box* at the density without the limit."""
    rows, wider = box.holds(x), box.without(j, below).holds(x)
    return float(bdtrc(int(cases[rows].sum()) - 1, int(rows.sum()), float(cases[wider].mean())))


def _limit(name: str, column: Floats, box: _Box, j: int, below: bool, quasi_p: float) -> Limit:
    value = box.at(j, below)
    yes_no = bool(np.isin(column, (0.0, 1.0)).all())
    kinds: tuple[Kind, Kind] = ("is_true", "is_false") if yes_no else ("at_least", "at_most")
    return Limit(input=name, kind=kinds[0] if below else kinds[1], value=value, quasi_p=quasi_p)


__all__ = ["Discovery", "Limit", "Tally", "by_chance", "discover", "inside", "tally_of"]
