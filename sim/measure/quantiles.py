"""Quantiles that can say *never*: of values that may be infinite, weighted by people, group by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import Bools, Floats, Ints

Part = tuple[dict[str, float], dict[str, Floats]]
"""Measures of the whole city and by zone."""

ROUNDING = 1e-9
"""Shares of a sum within this of each other are the same."""


def grouped_quantiles(values: Floats, weights: Floats, group: Ints, groups: int, shares: Sequence[float]) -> Floats:
    """Return for each share and group the least value that at least this share of the group's weight does not exceed.

    No interpolation, so that ``inf`` (never) stays itself. Shape (shares, groups); nan for a group without weight.
    *values* may be infinite but not nan; *weights* are not negative.
    """
    result = np.full((len(shares), groups), np.nan)
    some = weights > 0.0
    values, weights, group = values[some], weights[some], group[some]
    order = np.lexsort((values, group))
    values, weights, group = values[order], weights[order], group[order]
    total = sums(group, weights, groups)
    passed = np.cumsum(weights) - (np.cumsum(total) - total)[group]
    for row, share in enumerate(shares):
        enough = np.flatnonzero(passed >= share * total[group] * (1.0 - ROUNDING))
        there, first = np.unique(group[enough], return_index=True)
        result[row, there] = values[enough[first]]
    return result


def quantiles(values: Floats, shares: Sequence[float], weights: Floats | None = None) -> list[float]:
    """Return the quantiles of *values* (see :func:`grouped_quantiles`); nan if there are none."""
    weights = np.ones(len(values)) if weights is None else weights
    group = np.zeros(len(values), dtype=np.int64)
    return [float(q) for q in grouped_quantiles(values, weights, group, 1, shares)[:, 0]]


def sums(group: Ints, weights: Floats | Bools | Ints, groups: int) -> Floats:
    """Return the sum of *weights* of each group, shape (groups,)."""
    return np.bincount(group, weights=weights.astype(np.float64), minlength=groups).astype(np.float64)


def share_of(part: Floats, whole: Floats) -> Floats:
    """Return *part* / *whole*, nan where the whole is nothing: nobody is concerned."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0.0, part / whole, np.nan)


def ratio(part: float, whole: float) -> float:
    """Return *part* / *whole*, nan if the whole is nothing."""
    return float(part) / float(whole) if whole > 0.0 else float("nan")
