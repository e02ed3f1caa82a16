"""A guess of what a disaster would do to the wishes, from what it is like: which candidates are worth playing.

A disaster is drawn in a fraction of the time that its copies take. Its features and the numbers that vary are put into
a ridge regression of the logits of the values that were played so far; nothing but the choice of what to play next
hangs on it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, logit

from sim.common.types import Floats
from sim.drill.design import Wish
from sim.drill.seek.diverse import standardised
from sim.drill.seek.tried import Tried, inner_gap_of

RIDGE = 1.0
"""Weight of small coefficients against the fit, in rows."""


def looks(features: Floats, numbers: Floats) -> Floats:
    """Return what a guess is made from: logarithms of the features and the numbers' places, shape (rows, columns)."""
    return np.column_stack([np.log1p(features), numbers])


def guessed(seen: Floats, values: Floats, copies: int, new: Floats) -> Floats:
    """Return the values to expect of the rows *new*, shape (rows, wishes), in (0, 1).

    *seen* and *new* are :func:`looks`; *values*, shape (rows, wishes), are what *seen* came to in *copies* copies each.
    """
    both = standardised(np.concatenate([seen, new]), seen)
    columns = np.column_stack([np.ones(len(both)), both])
    known, asked = columns[: len(seen)], columns[len(seen) :]
    target = logit((values * copies + 0.5) / (copies + 1.0))
    penalty = RIDGE * np.eye(columns.shape[1])
    penalty[0, 0] = 1e-9
    beta = np.linalg.solve(known.T @ known + penalty, known.T @ target)
    return np.asarray(expit(np.clip(asked @ beta, -30.0, 30.0)))


def guessed_distances(
    tried: Sequence[Tried], wishes: Sequence[Wish], sides: int, copies: int, points: Floats, features: Floats
) -> Floats:
    """Return how far the disasters at *points* with *features* may be from the bands of *wishes*; shape (points,).

    *sides*: how many of the first sides of the cube are numbers of the hazard file and teams out are the last ones.
    """
    seen = looks(np.array([each.played.features for each in tried]), _numbers([each.u for each in tried], sides))
    values = np.array([[load.interval.estimate for load in each.loads(wishes)] for each in tried])
    new = guessed(seen, np.clip(values, 0.0, 1.0), copies, looks(features, _numbers(points.tolist(), sides)))
    gaps = [[wish.weight * inner_gap_of(wish, value) for wish, value in zip(wishes, row, strict=True)] for row in new]
    return np.asarray(np.array(gaps).sum(axis=1))


def _numbers(points: Sequence[Sequence[float]], sides: int) -> Floats:
    """Return the sides of *points* that are numbers, and how many teams are out; not which draw, nor which teams."""
    rows = np.asarray(points, dtype=np.float64)
    columns = [*range(sides), *([sides + 1] if rows.shape[1] > sides + 1 else [])]
    return np.asarray(rows[:, columns])
