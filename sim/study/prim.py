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

from sim.common.types import Bools, Floats
from sim.study.boxes import Box, Judge, Search, Tally, adjusted, peel, pruned, quasi_p

SHUFFLES = 99
"""Times that :func:`by_chance` deals out the cases anew."""

Kind = Literal["at_least", "at_most", "is_true", "is_false"]

USUAL = Search()


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

    The limit was looked for, so that the true probability is larger: *quasi* (Bryant & Lempert 2010).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A box, and what it was chosen from."""

    limits: tuple[Limit, ...]
    """In the order of the inputs; none if nothing sets the cases apart."""
    tally: Tally
    """On the rows that the box was looked for in, and therefore rosy: see :func:`tally_of` for fresh ones."""
    peeled: tuple[Tally, ...]
    """From all rows to the smallest box: how much coverage each gain of density costs."""


def discover(names: Sequence[str], x: Floats, cases: Bools, search: Search = USUAL) -> Discovery:
    """Return the box that tells the *cases* best from the other rows.

    *x*: shape (rows, inputs), one column for each of *names*, finite; 0 and 1 for yes/no. *cases*: shape (rows,). The
    box is the one with the largest :attr:`Tally.kappa`, or the one of at least ``least_density`` that covers most
    cases. For a second box, leave out the rows of the first (:func:`inside`).
    """
    _check(names, x, cases)
    judge = Judge(len(cases), int(cases.sum()), search)
    boxes = [Box(np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf))]
    if 0 < judge.all_cases < judge.all_rows:
        boxes = peel(x, cases, boxes[0], search)
    tallies = [judge.tally(box.holds(x), cases) for box in boxes]
    scores = judge.score(np.array([t.rows for t in tallies]), np.array([t.cases for t in tallies]))
    best = pruned(x, cases, adjusted(x, cases, boxes[int(np.argmax(scores))], judge), judge)
    limits = [_limit(names[j], x[:, j], best.at(j, below), below, quasi_p(x, cases, best, j, below))
              for j, below in best.faces()]
    return Discovery(limits=tuple(limits), tally=judge.tally(best.holds(x), cases), peeled=tuple(tallies))


def by_chance(
    names: Sequence[str], x: Floats, cases: Bools, found: Discovery, seed: int, search: Search = USUAL,
    shuffles: int = SHUFFLES,
) -> float:
    """Return how often a box as good as *found* turns up where there is nothing to find.

    The cases are dealt out anew over the rows and the whole *search* is done again (permutation test, on kappa). With
    99 shuffles the smallest possible answer is 0.01. Takes *shuffles* times as long as :func:`discover`.
    """
    rng = np.random.default_rng(seed)
    others = (discover(names, x, rng.permutation(cases), search) for _ in range(shuffles))
    as_good = sum(other.tally.kappa >= found.tally.kappa for other in others)
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


def _limit(name: str, column: Floats, value: float, below: bool, quasi_p: float) -> Limit:
    yes_no = bool(np.isin(column, (0.0, 1.0)).all())
    kinds: tuple[Kind, Kind] = ("is_true", "is_false") if yes_no else ("at_least", "at_most")
    return Limit(input=name, kind=kinds[0] if below else kinds[1], value=value, quasi_p=quasi_p)


__all__ = ["USUAL", "Discovery", "Limit", "Search", "Tally", "by_chance", "discover", "inside", "tally_of"]
