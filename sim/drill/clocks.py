"""The two clocks of a drill, exercise minutes and scenario minutes, by the time map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import NEVER

TimeMap = Sequence[tuple[float, float]]
"""(scenario, exercise) minutes, as :attr:`sim.drill.model.Drill.time_map`."""


def ex_at(time_map: TimeMap, sim_min: float) -> float:
    """Return the exercise minute of a scenario minute; of one that is cut out, that of the jump.

    Of a minute at which the scenario's clock is held it is the end of the hold; ``inf`` stays itself. Beyond the ends
    of the map both clocks run alike.
    """
    if sim_min == NEVER:
        return NEVER
    sim, ex = np.array(time_map).T
    if sim_min <= sim[0]:
        return float(ex[0] + sim_min - sim[0])
    after = int(np.searchsorted(sim, sim_min, side="right"))
    if after == len(sim):
        return float(ex[-1] + sim_min - sim[-1])
    part = (sim_min - sim[after - 1]) / (sim[after] - sim[after - 1])
    return float(ex[after - 1] + part * (ex[after] - ex[after - 1]))


def sim_at(time_map: TimeMap, ex_min: float) -> float:
    """Return the scenario minute of an exercise minute; at a time jump, the minute after it."""
    sim, ex = np.array(time_map).T
    if ex_min < ex[0]:
        return float(sim[0] + ex_min - ex[0])
    after = int(np.searchsorted(ex, ex_min, side="right"))
    if after == len(ex):
        return float(sim[-1] + ex_min - ex[-1])
    part = (ex_min - ex[after - 1]) / (ex[after] - ex[after - 1])
    return float(sim[after - 1] + part * (sim[after] - sim[after - 1]))
