"""Aftershocks: how many, when, how large (Reasenberg & Jones 1989)."""

from __future__ import annotations

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats


def expected_count(below: float, from_d: float, to_d: float, c: Coefficients) -> float:
    """Return the expected number of aftershocks within *below* magnitudes of the mainshock between two days."""
    p, shift = c["rj_p"], c["rj_c_d"]
    rate = 10.0 ** (c["rj_a"] + c["rj_b"] * below)
    return float(rate * ((to_d + shift) ** (1 - p) - (from_d + shift) ** (1 - p)) / (1 - p))


def rate_per_day(below: float, at_d: float, c: Coefficients) -> float:
    """Return the rate of aftershocks a day at *at_d* days."""
    return float(10.0 ** (c["rj_a"] + c["rj_b"] * below) * (at_d + c["rj_c_d"]) ** -c["rj_p"])


def sample_times_d(u: Floats, from_d: float, to_d: float, c: Coefficients) -> Floats:
    """Return the days of aftershocks at probabilities *u*."""
    q, shift = 1.0 - c["rj_p"], c["rj_c_d"]
    first, last = (from_d + shift) ** q, (to_d + shift) ** q
    return np.asarray(((1.0 - u) * first + u * last) ** (1.0 / q) - shift)
