"""What a cloud comes to in each of its cells: dose, and which zone the worst minutes, half hour or hours make it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.common.types import Floats, Ints
from sim.hazard.release import Cells

SPELL_EVERY_MIN = 10.0
"""The worst spell is looked for among those that begin so far apart, or by a quarter of their length."""


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

    For every duration the mean concentration of the worst spell of that length is held against the exposure levels
    (3, durations): more gas never makes a cell safer, and a thin rest of a cloud does not hide the thick of it.
    """
    winds = np.unique(slot[rate_kg_min > 0.0])
    out = rate_kg_min * np.diff(edges_min) * (slot == winds[:, None])
    came = np.concatenate([np.zeros((len(winds), 1)), np.cumsum(out, axis=1)], axis=1)
    reach = cells.reach_mg_m3[winds]
    dose = (came[:, -1:] * reach).sum(axis=0) + cells.puff_mg_m3 * cells.puff_min
    level = np.zeros(len(dose), dtype=np.int64)
    for minutes in durations(level_min):
        limits = [np.exp(np.interp(np.log(minutes), np.log(level_min), np.log(row))) for row in level_mg_m3]
        hope = np.flatnonzero(dose >= min(limits) * minutes)
        puff = cells.puff_mg_m3[hope] * np.minimum(cells.puff_min[hope], minutes)
        mean = (_worst(came, edges_min, minutes, reach[:, hope]) + puff) / minutes
        for zone, limit in enumerate(limits, start=1):
            level[hope[mean >= limit]] = np.maximum(level[hope[mean >= limit]], zone)
    return Reached(level, np.asarray(dose))


def durations(level_min: Floats) -> list[float]:
    """Return the durations for which the levels are given, and one between each two of them."""
    between = np.sqrt(level_min[1:] * level_min[:-1])
    return sorted([*level_min.tolist(), *between.tolist()])


def _worst(came_kg: Floats, edges_min: Floats, minutes: float, reach: Floats) -> Floats:
    """Return the greatest dose of each cell in a spell of *minutes*; *came_kg* is by wind (winds, edges)."""
    every = max(SPELL_EVERY_MIN, 0.25 * minutes)
    begins = np.arange(0.0, max(float(edges_min[-1] - minutes), 0.0) + every, every)
    dose = np.zeros((len(begins), reach.shape[1]))
    for came, row in zip(came_kg, reach, strict=True):
        kg = np.interp(begins + minutes, edges_min, came) - np.interp(begins, edges_min, came)
        flows = kg > 0.0
        dose[flows] += kg[flows, None] * row
    return np.asarray(dose.max(axis=0))
