"""Says how each layout compares with the best of the others, after a number of replications chosen beforehand.

For runs that were not stopped by what they showed; :mod:`sim.study.selection` is for those that were.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from sim.common.types import Bools, Floats
from sim.study.selection import paired_gaps, square
from sim.study.spread import Spread

Word = Literal["best", "may_be_best", "not_best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithBest:
    """How each layout compares with the best of the others; all intervals hold together."""

    low: Floats
    """How much better (+) or worse (-) than the best of the others it is at least; never above 0. Shape (layouts,)."""
    high: Floats
    """... at most; never below 0."""
    words: tuple[Word, ...]
    """``best``: no other is better; ``not_best``: some other one is better; else it may be best, and is at most
    ``-low`` worse than the best."""


def mcb(values: Floats, alpha: float = 0.05, *, more_is_better: bool = True) -> WithBest:
    """Compare each layout with the best of the others, after a number of replications chosen beforehand.

    *values*: shape (replications, layouts), nan where nobody was concerned. With probability 1 - *alpha* or more all
    intervals hold at once (Hsu 1984, multiple comparisons with the best; Bonferroni over paired differences). Raises
    ``ValueError`` for values that have no mean, or that are there for some layouts only.
    """
    gap, width = _gaps(values, alpha, more_is_better=more_is_better)
    layouts = len(gap)
    np.fill_diagonal(width, np.inf)
    most = (gap + width).min(axis=1)
    leaders = most >= 0.0
    least = np.where(leaders[None, :] & ~np.eye(layouts, dtype=bool), gap - width, np.inf).min(axis=1)
    others = leaders.sum() - leaders
    low = np.where(others > 0, np.minimum(0.0, least), 0.0)
    words: list[Word] = [
        "not_best" if most[i] < 0.0 else "best" if others[i] == 0 else "may_be_best" for i in range(layouts)
    ]
    return WithBest(low=low, high=np.maximum(0.0, most), words=tuple(words))


def subset(values: Floats, alpha: float = 0.05, *, more_is_better: bool = True) -> Bools:
    """Tell which layouts may be best, so that the best is among them with probability 1 - *alpha* or more.

    For a number of replications chosen beforehand (Nelson, Swann, Goldsman & Song 2001, with paired differences);
    *values* as in :func:`mcb`.
    """
    gap, width = _gaps(values, alpha, more_is_better=more_is_better)
    return np.asarray((gap >= -width).all(axis=1))


def _gaps(values: Floats, alpha: float, *, more_is_better: bool) -> tuple[Floats, Floats]:
    """Return how much better each layout is than each other one, and how far chance may reach; (layouts, layouts).

    ``inf`` for two that have differed in fewer than ten replications, 0 if they never differed in many.
    """
    counted = (values if more_is_better else -values)[~np.isnan(values).all(axis=1)]
    if not np.isfinite(counted).all():
        msg = "values must be finite in every replication that counts"
        raise ValueError(msg)
    layouts, n = values.shape[1], len(counted)
    gaps = paired_gaps(counted)
    spread = Spread.empty(gaps.shape[1:]).with_rows(gaps, max(n, 2))
    point = float(stdtrit(max(n - 1, 1), 1.0 - alpha / max(layouts - 1, 1)))
    known = np.where(np.isnan(spread.variance), np.inf, spread.variance)
    width = point * np.sqrt(known / max(n, 1))
    gap = spread.mean if n else np.zeros(gaps.shape[1])
    return square(gap, layouts, odd=True), square(width, layouts)
