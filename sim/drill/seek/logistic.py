"""Where a probability takes a given value along one knob: a logistic curve, fitted again with points near its root.

Wishes such as *a limit is broken in half of the copies* have one number to turn. Points are played near the current
root, so that few copies tell it well (Wu 1985, *Efficient sequential designs with binary data*).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sim.common.types import Floats

RIDGE = 0.02
"""Weight of the assumption that the curve is flat, so that the fit exists even where all copies say the same."""
STEPS = 60
"""Of Newton; the fit of two numbers needs about six."""
SPREAD = 0.15
"""New points lie within this share of the knob's range around the root in the first round, half as far in each next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """``logit p = level + slope (x - middle) / scale``."""

    level: float
    slope: float
    middle: float
    scale: float

    def at(self, x: float) -> float:
        """Return the probability at *x*."""
        return float(expit(self.level + self.slope * (x - self.middle) / self.scale))

    def root(self, target: float) -> float | None:
        """Return where the probability is *target*, ``None`` for a curve that is level."""
        if abs(self.slope) < 1e-9:
            return None
        return self.middle + self.scale * (math.log(target / (1.0 - target)) - self.level) / self.slope


def fit(x: Floats, hits: Floats, copies: Floats) -> Curve:
    """Return the logistic curve of *hits* in *copies* at *x*, all of shape (points,), by penalised likelihood."""
    middle, scale = float(x.mean()), float(x.std()) or 1.0
    design = np.column_stack([np.ones(len(x)), (x - middle) / scale])
    penalty = np.diag([RIDGE, RIDGE])
    beta = np.zeros(2)
    for _ in range(STEPS):
        p = expit(design @ beta)
        weight = np.maximum(copies * p * (1.0 - p), 1e-9)
        slope = design.T @ (hits - copies * p) - penalty @ beta
        step = np.linalg.solve(design.T @ (design * weight[:, None]) + penalty, slope)
        beta = beta + np.clip(step, -3.0, 3.0)
        if float(np.abs(step).max()) < 1e-8:
            break
    return Curve(level=float(beta[0]), slope=float(beta[1]), middle=middle, scale=scale)


def seek_root(
    play: Callable[[Sequence[float]], Sequence[tuple[int, int]]], low: float, high: float, target: float, *,
    rounds: int = 3, points: int = 4,
) -> float:
    """Return where between *low* and *high* the probability comes nearest to *target*.

    ``play(xs)`` gives (hits, copies) for each of *xs*; it is asked *rounds* times for *points* of them: first over the
    whole range, then closer and closer to the root. An end of the range is the answer where the curve does not reach.
    """
    share = min(max(target, 0.01), 0.99)
    xs = [low + (high - low) * (i + 0.5) / points for i in range(points)]
    seen: list[tuple[float, int, int]] = []
    best = 0.5 * (low + high)
    for number in range(rounds):
        seen += [(x, hits, n) for x, (hits, n) in zip(xs, play(xs), strict=True)]
        best = _nearest(seen, low, high, share)
        width = SPREAD * (high - low) * 0.5**number
        offsets = [0.0] if points == 1 else [2.0 * i / (points - 1) - 1.0 for i in range(points)]
        xs = [min(max(best + width * offset, low), high) for offset in offsets]
    return best


def _nearest(seen: Sequence[tuple[float, int, int]], low: float, high: float, target: float) -> float:
    x, hits, copies = (np.array(column, dtype=np.float64) for column in zip(*seen, strict=True))
    curve = fit(x, hits, copies)
    root = curve.root(target)
    if root is None:
        return 0.5 * (low + high)
    return float(min(max(root, low), high))
