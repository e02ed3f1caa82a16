"""What a cloud comes to in each of its cells: dose, how long gas is there, and which zone that makes it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.common.types import Floats, Ints
from sim.hazard.scenario import Cells

TOUCHED = 0.02
"""Gas counts as being in a cell from this share of the lowest exposure level on."""


class Reached(NamedTuple):
    """By cell."""

    level: Ints
    """0, or 1 to 3 for the yellow, orange and red zone."""
    dose: Floats
    """Integral of the concentration, mg/m3 min."""


def reached(
    rate_kg_min: Floats, edges_min: Floats, slot: Ints, cells: Cells, level_min: Floats, level_mg_m3: Floats
) -> Reached:
    """Return what each cell comes to when *rate_kg_min* (steps,) gets into the air.

    The mean concentration while gas is there is held against the exposure levels (3, durations) for that duration.
    """
    width = np.diff(edges_min)
    dose = cells.puff_mg_m3 * cells.puff_min
    minutes = np.where(cells.puff_mg_m3 > 0.0, cells.puff_min, 0.0)
    lowest = TOUCHED * float(level_mg_m3[0].min(initial=np.inf))
    for s in np.unique(slot[rate_kg_min > 0.0]).tolist():
        here = (slot == s) & (rate_kg_min > 0.0)
        dose = dose + float((rate_kg_min[here] * width[here]).sum()) * cells.reach_mg_m3[s]
        touched = float(rate_kg_min[here].max()) * cells.reach_mg_m3[s] > lowest
        minutes = minutes + np.where(touched, float(width[here].sum()), 0.0)
    duration = np.clip(minutes, level_min[0], level_min[-1])
    level = np.zeros(len(dose), dtype=np.int64)
    for number, limits in enumerate(level_mg_m3, start=1):
        limit = np.exp(np.interp(np.log(duration), np.log(level_min), np.log(limits)))
        level = np.where(dose / duration >= limit, number, level)
    return Reached(level, np.asarray(dose))
