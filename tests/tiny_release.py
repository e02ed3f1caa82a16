"""A hand-made release that blows nowhere: only who belongs to it and which demands are about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import tiny_world as tw

from sim.common.types import NEVER
from sim.hazard.release import Cells, Exposed, Release, Spots


def release(first: int = 0, people: int = 0, **changes: Any) -> Release:
    """A release whose cloud could harm *people* from casualty *first* on; nothing comes out by itself."""
    none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
    yes = np.ones(people, dtype=bool)
    never = tw.floats([NEVER] * people)
    fields: dict[str, Any] = {
        "vessel": "V1", "name": tw.text("tank"), "substance": "chlorine", "event": 0, "demand": -1, "cover": -1,
        "curtain": -1, "decontamination": -1, "monitoring": -1, "cordon": -1, "isolation_m": 0.0,
        "curtain_share": 0.0, "fixed_curtain_min": NEVER,
        "start_min": 0.0, "lon": 106.0, "lat": 39.0, "wind_from_deg": tw.floats([0.0]), "wind_ms": 2.0,
        "stability": "D", "held_kg": 0.0, "puff_kg": 0.0, "edges_min": tw.floats([0.0]), "slot": whole,
        "air_kg": none, "pool_kg": none, "evaporation_kg_min_m2": 0.0, "pool_m2_per_kg": 0.0, "bund_m2": 0.0,
        "toxic_n": 0.0, "level_min": tw.floats([10.0]), "level_mg_m3": np.ones((3, 1)),
        "cells": Cells(
            lon=none, lat=none, radius_m=none, reach_mg_m3=np.zeros((1, 0)), delay_min=none, puff_mg_m3=none,
            puff_min=none,
        ),
        "spots": Spots(cell=whole, zone=whole, people=none, at_work=none.astype(bool), outdoors_share=none),
        "exposed": Exposed(
            first=first, cell=np.zeros(people, dtype=np.int64), outdoors=yes, at_work=~yes, hurt_load=never,
            grave_load=never, lethal_load=never, acts_after_min=never,
            leaves=np.zeros(people, dtype=bool), heed_draw=np.zeros(people),
        ),
    }
    return Release(**(fields | changes))
