"""The course of a storm in time: the Chicago hyetograph by exact differences, which keep the depth."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats


def worst_depth(minutes: Floats | float, a: float, b_min: float, n: float) -> Floats:
    """Return the depth of the worst *minutes*: ``a d/(d + b)^n`` (Keifer & Chu 1957); mm if a is in mm/min."""
    d = np.asarray(minutes, dtype=np.float64)
    return np.asarray(a * d / np.where(d > 0.0, d + b_min, 1.0) ** n)


def chicago(a: float, b_min: float, n: float, duration_min: float, peak: float, step_min: float) -> Floats:
    """Return the depth of each step of a storm of *duration_min* whose peak stands at the share *peak*.

    The sum is ``a T/(T + b)^n`` exactly; the last step is shorter where the duration is no multiple of the step.
    """
    edges = np.minimum(np.arange(int(np.ceil(duration_min / step_min - 1e-9)) + 1) * step_min, duration_min)
    top = peak * duration_min
    before = peak * (
        worst_depth(duration_min, a, b_min, n) - worst_depth(np.maximum(top - edges, 0.0) / peak, a, b_min, n)
    )
    after = (1.0 - peak) * worst_depth(np.maximum(edges - top, 0.0) / (1.0 - peak), a, b_min, n)
    return np.asarray(np.diff(before + after))


def storm_shares(b_min: float, n: float, duration_min: float, peak: float, step_min: float) -> Floats:
    """Return the share of the whole storm that falls in each step; they sum to 1."""
    return chicago(1.0 / float(worst_depth(duration_min, 1.0, b_min, n)), b_min, n, duration_min, peak, step_min)
