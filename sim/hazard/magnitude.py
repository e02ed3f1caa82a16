"""How large earthquakes are and how often: the doubly truncated Gutenberg-Richter law on Ms."""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import Floats
from sim.hazard.tables import relations


def sample_magnitude(u: Floats | float, b: float, low: float, high: float) -> Floats:
    """Return the magnitude at probability *u* between *low* and *high* (Gutenberg & Richter 1944, truncated)."""
    beta = b * math.log(10.0)
    return np.asarray(low - np.log1p(np.asarray(u) * math.expm1(-beta * (high - low))) / beta)


def share_above(m: float, b: float, low: float, high: float) -> float:
    """Return the share of events of at least *low* that reach *m*."""
    beta = b * math.log(10.0)
    end = math.exp(-beta * (high - low))
    return (math.exp(-beta * (m - low)) - end) / (1.0 - end)


def rupture_length_km(m: float) -> float:
    """Return the subsurface rupture length of normal faulting (Wells & Coppersmith 1994, table 2A)."""
    k = relations()
    return float(10.0 ** (k["wc_rld_a"] + k["wc_rld_b"] * m))


def rupture_area_km2(m: float, *, normal: bool = True) -> float:
    """Return the rupture area (Wells & Coppersmith 1994, table 2A), of normal faulting or of all slip types."""
    k, kind = relations(), "normal" if normal else "all"
    return float(10.0 ** (k[f"wc_ra_{kind}_a"] + k[f"wc_ra_{kind}_b"] * m))
