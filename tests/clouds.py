"""Hand-made releases for tests of warning and protection: cells with a delay, people in them, a flow by steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tiny_world as tw

from sim.common.types import NEVER
from sim.hazard.release import Cells, Exposed, Release, Spots
from sim.hazard.scenario import Danger


def release(
    spots: Sequence[tuple[int, int, float]] = ((0, 0, 100.0),), delay_min: Sequence[float] = (10.0,),
    puff_min: Sequence[float] | None = None, edges_min: Sequence[float] = (0.0, 120.0),
    air_kg: Sequence[float] = (100.0,), pool_kg: Sequence[float] | None = None, **changes: Any,
) -> Release:
    """A release of *air_kg* and *pool_kg* by steps; *spots* are (cell, zone, people), *delay_min* is by cell."""
    cells, steps = len(delay_min), len(air_kg)
    none = np.zeros(0)
    fields: dict[str, Any] = {
        "vessel": "V1", "name": tw.text("vessel"), "substance": "chlorine", "event": 0, "demand": 0, "cover": -1,
        "curtain": -1, "decontamination": -1, "monitoring": -1, "cordon": -1, "isolation_m": 0.0,
        "curtain_share": 0.0, "fixed_curtain_min": NEVER,
        "start_min": 0.0, "lon": 106.0, "lat": 39.0, "wind_from_deg": np.zeros(1), "wind_ms": 2.0, "stability": "D",
        "held_kg": 1000.0, "puff_kg": 0.0, "edges_min": tw.floats(edges_min), "slot": tw.ints([0] * steps),
        "air_kg": tw.floats(air_kg), "pool_kg": tw.floats(pool_kg if pool_kg is not None else [0.0] * steps),
        "evaporation_kg_min_m2": 0.0, "pool_m2_per_kg": 0.0, "bund_m2": 0.0, "toxic_n": 2.0,
        "level_min": tw.floats([10.0, 60.0]), "level_mg_m3": np.array([[1.0, 1.0], [10.0, 8.0], [100.0, 60.0]]),
        "cells": Cells(
            lon=np.full(cells, 106.0), lat=np.full(cells, 39.0), radius_m=np.full(cells, 100.0),
            reach_mg_m3=np.ones((1, cells)), delay_min=tw.floats(delay_min), puff_mg_m3=np.zeros(cells),
            puff_min=tw.floats(puff_min if puff_min is not None else [0.0] * cells),
        ),
        "spots": Spots(
            cell=tw.ints([s[0] for s in spots]), zone=tw.ints([s[1] for s in spots]),
            people=tw.floats([s[2] for s in spots]), at_work=np.zeros(len(spots), dtype=bool),
            outdoors_share=np.zeros(len(spots)),
        ),
        "exposed": Exposed(
            first=0, cell=tw.ints([]), outdoors=none.astype(bool), at_work=none.astype(bool), hurt_load=none,
            grave_load=none, lethal_load=none, acts_after_min=none, leaves=none.astype(bool), heed_draw=none,
        ),
    }
    return Release(**(fields | changes))


def danger(
    zones: Sequence[int] = (0,), people: Sequence[int] = (100,), strike_min: float = NEVER, **changes: Any
) -> Danger:
    """The danger of release 0 for *zones*."""
    fields: dict[str, Any] = {
        "event": 0, "issue_from_min": 0.0, "deadline_min": strike_min, "strike_min": strike_min, "evacuate": False,
        "zones": tw.ints(zones), "people": tw.ints(people), "release": 0,
    }
    return Danger(**(fields | changes))
