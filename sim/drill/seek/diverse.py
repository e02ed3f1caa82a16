"""A few alternatives that differ in what comes of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import Floats


def standardised(rows: Floats, by: Floats) -> Floats:
    """Return *rows* in standard deviations of the columns of *by*; columns that never vary there are 0."""
    spread = by.std(axis=0)
    varies = spread > 1e-12
    return np.asarray(np.where(varies, (rows - by.mean(axis=0)) / np.where(varies, spread, 1.0), 0.0))


def farthest(points: Floats, count: int, first: int = 0) -> list[int]:
    """Return *count* rows of *points* that lie far apart, row *first* first.

    Each next one is the row whose nearest chosen one is farthest (Gonzalez 1985): the least distance among the chosen
    is at least half of the best possible, whatever *first* is. Ties go to the earlier row.
    """
    chosen = [first]
    apart = _apart(points, first)
    while len(chosen) < min(count, len(points)):
        apart[chosen] = -1.0
        chosen.append(int(np.argmax(apart)))
        apart = np.minimum(apart, _apart(points, chosen[-1]))
    return chosen


def nearest_other(points: Floats) -> Floats:
    """Return how far each row of *points* is from the next one; shape (rows,)."""
    if len(points) < 2:
        return np.zeros(len(points))
    apart = np.array([_apart(points, i) for i in range(len(points))])
    np.fill_diagonal(apart, np.inf)
    return np.asarray(apart.min(axis=1))


def least_apart(points: Floats, chosen: Sequence[int]) -> float:
    """Return the least distance between two of the *chosen* rows."""
    return float(nearest_other(points[list(chosen)]).min())


def _apart(points: Floats, row: int) -> Floats:
    return np.asarray(np.sqrt(((points - points[row]) ** 2).sum(axis=1)))
