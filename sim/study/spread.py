"""How far numbers spread, kept while they come in, and when that is known well enough to decide by it.

A variance that is estimated from replications in which hardly anything happens is worth nothing: the first value that
differs decides. A spread therefore counts how often a number has left its usual value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Bools, Floats, Ints

MOVES = 10
"""A number must have left its usual value in so many replications before its variance counts."""

SAME = 300
"""A number that is always the same is believed after so many replications: in less than one disaster of a hundred it is
something else (95 %)."""

ROUNDING = 1e-12
"""Numbers that differ by this part of themselves are the same, but for the order in which something was added up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Sums of numbers, one for each entry of an array; the entries may have been seen in different replications."""

    n: Ints
    """Replications in which the number was there."""
    usual: Floats
    """Median of the first replications, which is the commonest value if one makes up half of them; nan before."""
    moves: Ints
    """Replications in which the number was not the usual one."""
    total: Floats
    """Sum of the deviations from the usual value."""
    squares: Floats
    """Sum of their squares."""
    fixed: Floats
    """Variance of the first stage, which lasts until it can be known; nan before."""

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> Spread:
        """Return the spread of nothing."""
        nothing, none = np.full(shape, np.nan), np.zeros(shape, dtype=np.int64)
        return cls(n=none, usual=nothing, moves=none, total=np.zeros(shape), squares=np.zeros(shape), fixed=nothing)

    def with_rows(self, rows: Floats, first: int) -> Spread:
        """Return this spread with the replications *rows*, shape (replications, ...), nan where a number is not there.

        The variance is fixed as soon as *first* replications count and enough of them differ.
        """
        rows = np.ascontiguousarray(rows)
        there = ~np.isnan(rows)
        usual = np.where(np.isnan(self.usual), _middle(rows), self.usual)
        off = np.where(there, rows - usual, 0.0)
        off = np.where(np.abs(off) <= ROUNDING * np.abs(usual), 0.0, off)
        n, moves = self.n + there.sum(axis=0), self.moves + (off != 0.0).sum(axis=0)
        total, squares = self.total + off.sum(axis=0), self.squares + (off * off).sum(axis=0)
        known = np.isnan(self.fixed) & (n >= first) & (moves >= min(MOVES, first - 1))
        fixed = np.where(known, _variance(n, total, squares), self.fixed)
        return Spread(n=n, usual=usual, moves=moves, total=total, squares=squares, fixed=fixed)

    @property
    def mean(self) -> Floats:
        """Mean so far; nan if the number was never there."""
        return np.asarray(self.usual + self.total / np.maximum(self.n, 1))

    @property
    def variance(self) -> Floats:
        """Variance of the first stage; 0 if :data:`SAME` replications were all the same, nan while it is not known."""
        same = np.isnan(self.fixed) & (self.moves == 0) & (self.n >= SAME)
        return np.where(same, 0.0, self.fixed)

    def always(self, value: float) -> Bools:
        """Tell for each entry whether it was *value* in every replication so far."""
        return np.asarray((self.n > 0) & (self.moves == 0) & (self.usual == value))


def _middle(rows: Floats) -> Floats:
    """Return a value of the middle of each column, nan if there is none."""
    if len(rows) == 0:
        return np.full(rows.shape[1:], np.nan)
    middle = (~np.isnan(rows)).sum(axis=0) // 2
    return np.asarray(np.take_along_axis(np.sort(rows, axis=0), middle[None], axis=0)[0])


def _variance(n: Ints, total: Floats, squares: Floats) -> Floats:
    """Return the variance with n - 1, never below 0."""
    return np.asarray(np.maximum(0.0, squares - total**2 / np.maximum(n, 1)) / np.maximum(n - 1, 1))
