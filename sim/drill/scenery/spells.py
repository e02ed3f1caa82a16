"""From when to when something was so in one copy: roads shut, zones without power or telephone."""

from __future__ import annotations

import numpy as np

from sim.common.types import NEVER, Floats
from sim.hazard.scenario import Scenario
from sim.measure.exposure import is_real
from sim.response.log import PREVENTED, Log


def closure_spells(scenario: Scenario, log: Log) -> Floats:
    """Return from when to when each closure held, shape (closures, 2); ``inf`` twice for one that never came.

    It ends by itself, by the crews that opened the road, or with the demand that it lasts with.
    """
    c, done = scenario.closures, log.demands.done_min
    spell = np.stack([c.from_min, c.to_min], axis=1).astype(np.float64)
    for row in range(len(c)):
        keeper, cause = int(c.prevented_by[row]), int(c.lasts_with[row])
        kept = keeper >= 0 and done[keeper] <= c.from_min[row]
        if cause >= 0:
            kept = kept or not is_real(log, scenario, cause)
            spell[row, 1] = min(spell[row, 1], float(done[cause]))
        if kept or spell[row, 1] <= spell[row, 0]:
            spell[row] = NEVER
    for minute, row in log.reopened:
        spell[row, 1] = min(spell[row, 1], minute)
    return spell


def outage_spells(scenario: Scenario, log: Log) -> Floats:
    """Return from when to when each outage lasted, shape (outages, 2)."""
    out = scenario.outages
    spell = np.stack([out.from_min, out.to_min], axis=1).astype(np.float64)
    for minute, row in log.restored:
        spell[row, 1] = min(spell[row, 1], minute)
    return spell


def real_spells(scenario: Scenario, log: Log) -> Floats:
    """Return from when to when each demand was there, shape (demands, 2); ``inf`` twice for one that never was."""
    spell = np.stack([scenario.demands.real_min, log.demands.done_min], axis=1).astype(np.float64)
    spell[log.demands.state == PREVENTED] = NEVER
    return spell
