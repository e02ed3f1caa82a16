"""What an earthquake does to storage tanks."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from sim.common.types import Floats
from sim.hazard.tables import rows

STATES = ("slight", "moderate", "extensive", "complete")
"""Damage states of Hazus, in rising order."""


def tank_exceedance(pga_g: Floats | float, anchored: bool) -> Floats:
    """Return the probabilities that an upright steel tank reaches each damage state or a worse one (Hazus 6.1).

    Shape of *pga_g* plus one axis of four (slight, moderate, extensive, complete): lognormal in PGA.
    """
    kind = "anchored" if anchored else "unanchored"
    lines = {row["state"]: row for row in rows("chemical_tank_fragility") if row["type"] == kind}
    median = np.array([float(lines[state]["median_g"]) for state in STATES])
    beta = np.array([float(lines[state]["beta"]) for state in STATES])
    pga = np.asarray(pga_g, dtype=float)[..., None]
    reach = ndtr(np.log(np.where(pga > 0.0, pga, 1.0) / median) / beta)
    return np.asarray(np.minimum.accumulate(np.where(pga > 0.0, reach, 0.0), axis=-1))


def tank_shares(pga_g: Floats | float, anchored: bool) -> Floats:
    """Return the probabilities of each damage state of a tank, none included: one axis of five that sums to 1."""
    reach = tank_exceedance(pga_g, anchored)
    ends = (*reach.shape[:-1], 1)
    return np.asarray(-np.diff(np.concatenate([np.ones(ends), reach, np.zeros(ends)], axis=-1), axis=-1))
