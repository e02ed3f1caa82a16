"""What makes an action late when it is late: crews that are all out, the way, a dead telephone, a slow decision."""

from __future__ import annotations

import numpy as np

from sim.common.types import Text
from sim.drill.build.acts import Act, since
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.said import NOTHING, said
from sim.drill.expected import Trace
from sim.hazard.scenario import Scenario

LATE = 0.8
"""Copies beyond this quantile are the late ones."""
MOST = 0.5
"""What takes this share of a late action's minutes makes it late."""


def binding(act: Act, rehearsal: Rehearsal) -> Text:
    """Return the resource behind the late copies of *act*, with its share; empty if nothing stands out."""
    took = since(rehearsal, act)
    done = np.isfinite(took)
    if act.trace is None or not done.any():
        return NOTHING
    if act.step == "report":
        return said("bind.dark") if _dark(rehearsal.stage.scenario, act) else NOTHING
    if act.step == "order":
        return said("bind.crews", share="100")
    if act.step in ("level", "warn"):
        return said("bind.decision")
    if act.step != "arrive":
        return NOTHING
    late = done & (took >= np.quantile(took[done], LATE))
    ordered = rehearsal.minutes(Trace(step="order", demand=act.scene.number))
    drive = float(np.sum(rehearsal.minutes(act.trace)[late] - ordered[late]))
    share = 1.0 - drive / max(1e-9, float(np.sum(took[late])))
    if share >= MOST:
        return said("bind.crews", share=f"{100.0 * share:.0f}")
    return said("bind.way", share=f"{100.0 * min(1.0, 1.0 - share):.0f}")


def _dark(scenario: Scenario, act: Act) -> bool:
    """Tell whether the township's telephones are dead when the news is there."""
    out, minute = scenario.outages, act.scene.sim_min
    rows = zip(out.zone.tolist(), out.kind, out.from_min.tolist(), out.to_min.tolist(), strict=True)
    return any(
        zone == act.scene.zone and kind == "communication" and start <= minute < end for zone, kind, start, end in rows
    )
