"""What of the rain runs off: the curve number method of the SCS."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats
from sim.hazard.flood.tables import flood_relations


def runoff_mm(rain_mm: Floats | float, curve_number: Floats | float) -> Floats:
    """Return the runoff of *rain_mm* since the beginning of the storm (USDA NRCS, NEH-630 chapter 10).

    ``S = 25400/CN - 254``; ``(P - 0.2 S)^2/(P + 0.8 S)`` above the initial loss 0.2 S. Shapes broadcast.
    """
    k = flood_relations()
    s = k["scs_s_mm"] / np.asarray(curve_number) - k["scs_s_offset_mm"]
    above = np.maximum(np.asarray(rain_mm) - k["scs_initial"] * s, 0.0)
    whole = above + s
    return np.asarray(np.where(above > 0.0, above**2 / np.where(whole > 0.0, whole, 1.0), 0.0))


def excess_mm(rain_mm: Floats, curve_number: Floats) -> Floats:
    """Return the runoff of each step from the rain of each step, shapes (T, places): differences of the cumulated."""
    total = runoff_mm(np.cumsum(rain_mm, axis=0), curve_number)
    return np.asarray(np.diff(total, axis=0, prepend=0.0))
