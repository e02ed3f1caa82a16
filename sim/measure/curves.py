"""How things went with time, on one grid of minutes for all replications: close at first, hourly later."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats
from sim.measure.people import Fates
from sim.response.log import ReliefLog

CLOSE_UNTIL_MIN, CLOSE_MIN, LATER_MIN = 720.0, 15.0, 60.0


def curve_grid(horizon_min: float) -> Floats:
    """Return the minutes at which curves are read: every 15 to 12 h, then every hour, and the horizon."""
    close = np.arange(0.0, min(CLOSE_UNTIL_MIN, horizon_min) + 1e-9, CLOSE_MIN)
    later = np.arange(CLOSE_UNTIL_MIN + LATER_MIN, horizon_min + 1e-9, LATER_MIN)
    grid = np.concatenate([close, later])
    return grid if grid[-1] >= horizon_min else np.append(grid, horizon_min)


def count_by(minutes: Floats, weights: Floats, grid: Floats) -> Floats:
    """Return the weight of all *minutes* up to each minute of *grid*."""
    order = np.argsort(minutes, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(total[np.searchsorted(minutes[order], grid, side="right")])


def curves(fates: Fates, relief: ReliefLog, grid: Floats) -> dict[str, Floats]:
    """Return the people freed alive, displaced, relieved and dead after the first moment, by each minute."""
    people = relief.people.astype(np.float64)
    return {
        "rescued_alive": count_by(fates.freed_min, fates.freed_alive.astype(np.float64), grid),
        "displaced_people": count_by(relief.displaced_min, people, grid),
        "relieved_people": count_by(relief.relieved_min, people, grid),
        "deaths_later": count_by(fates.death_min, fates.died.astype(np.float64), grid),
    }
