"""What damage means for people's homes and purses: displaced people, direct loss."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats


def displaced_people(
    destroyed_m2: Floats | float, severe_m2: Floats | float, moderate_m2: Floats | float, m2_per_household: float,
    people_per_household: Floats | float, deaths: Floats | float,
) -> Floats:
    """Return the people who lose their home (GB/T 18208.4): ((c + d + e/2) / a) b - f, zone by zone if arrays."""
    homes = (np.asarray(destroyed_m2) + severe_m2 + np.asarray(moderate_m2) / 2.0) / m2_per_household
    return np.asarray(np.maximum(0.0, homes * people_per_household - deaths))


def loss_by_state(dwellings: Floats, ratios: Floats, value_per_dwelling: float) -> Floats:
    """Return the direct loss of each zone: dwellings by state times loss ratio times value; shape (zones,)."""
    return np.asarray((dwellings * ratios).sum(axis=-1) * value_per_dwelling)
