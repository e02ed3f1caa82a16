"""A hand-made leak whose cells lie in rings, as those of a drawn one do."""

from __future__ import annotations

from typing import Any

import clouds
import numpy as np
import tiny_world as tw

from sim.hazard.release import Cells, Release

RINGS_KM = np.array([0.0, 0.2, 0.4, 0.8, 1.6])
ACROSS = 5
"""Cells of each ring, of eight degrees each."""


def ring_cells(puff_mg_m3: float = 0.0) -> Cells:
    """A fan of rings to the east of (106, 39): the farther, the thinner the gas and the later it comes."""
    inner, outer = (np.repeat(edges, ACROSS) for edges in (RINGS_KM[:-1], RINGS_KM[1:]))
    width = np.radians(8.0)
    angle = np.pi / 2.0 + width * np.tile(np.arange(ACROSS) - 2.0, len(RINGS_KM) - 1)
    middle = np.sqrt(0.5 * (inner**2 + outer**2))
    km_per_lon = 111.195 * np.cos(np.radians(39.0))
    thin = np.exp(-(np.tile(np.arange(ACROSS) - 2.0, len(RINGS_KM) - 1) ** 2))
    return Cells(
        lon=106.0 + middle * np.sin(angle) / km_per_lon, lat=39.0 + middle * np.cos(angle) / 111.195,
        radius_m=1e3 * np.sqrt(0.5 * width * (outer**2 - inner**2) / np.pi),
        reach_mg_m3=(0.3 * thin / middle)[None], delay_min=30.0 * middle, puff_mg_m3=np.full(len(middle), puff_mg_m3),
        puff_min=np.full(len(middle), 3.0 if puff_mg_m3 else 0.0),
    )


def a_release(**changes: Any) -> Release:
    """A leak of demand 0 that nobody stops for ten hours, with people of zone 1 in its way."""
    steps = 120
    spots = [(cell, 1, 40.0) for cell in range(4 * ACROSS)]
    fields: dict[str, Any] = {
        "spots": spots, "cells": ring_cells(), "edges_min": np.arange(steps + 1) * 5.0,
        "air_kg": np.full(steps, 250.0), "pool_kg": np.zeros(steps), "held_kg": 30000.0,
        "wind_from_deg": tw.floats([270.0]),
    }
    return clouds.release(**(fields | changes))
