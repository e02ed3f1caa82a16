"""New candidates from the best ones, and which those are when several things count at once.

A small (mu + lambda) evolution in the unit cube. Candidates compete on three things: how far they are from the bands,
how plausible they are, and how much they differ from the rest; first come those that no other one beats in all three
(non-dominated sorting, Deb et al. 2002).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from sim.common.types import Floats, Ints
from sim.hazard.streams import stream

STEP, LATER = 0.15, 0.6
"""Standard deviation of a change of a side in the first generation, and its share of that in each next one."""
KEEP_DRAW = 0.7
"""Probability that a child keeps the draw of one of its parents."""


def ranks(costs: Floats) -> Ints:
    """Return for each row of *costs*, shape (candidates, things), how many layers of better ones lie above it."""
    n = len(costs)
    rank = np.full(n, -1, dtype=np.int64)
    beats = (costs[:, None, :] <= costs[None, :, :]).all(axis=2) & (costs[:, None, :] < costs[None, :, :]).any(axis=2)
    layer = 0
    while (rank < 0).any():
        left = rank < 0
        first = left & ~(beats & left[:, None]).any(axis=0)
        rank[first] = layer
        layer += 1
    return rank


def children(parents: Sequence[Sequence[float]], count: int, draw_side: int, seed: int, generation: int) -> Floats:
    """Return *count* points near *parents* (or between two of them), shape (count, sides), within the unit cube.

    Side *draw_side* says which draw of the hazard file it is: nearness means nothing there, it is kept or drawn anew.
    """
    home = np.asarray(parents, dtype=np.float64)
    sides = home.shape[1]
    u = stream(seed, generation, "drill.children").random((count, 2 + 3 * sides + 1))
    one, two = (home[(u[:, i] * len(home)).astype(np.int64)] for i in (0, 1))
    mixed = np.where(u[:, 2 : 2 + sides] < 0.5, one, two)
    size = STEP * LATER**generation
    moved = mixed + size * ndtri(np.clip(u[:, 2 + sides : 2 + 2 * sides], 1e-6, 1.0 - 1e-6))
    moved = np.abs(moved)
    moved = np.where(moved >= 1.0, np.maximum(2.0 - moved, 0.0), moved)
    fresh = u[:, 2 + 2 * sides : 2 + 3 * sides]
    kept = u[:, -1] < KEEP_DRAW
    moved[:, draw_side] = np.where(kept, mixed[:, draw_side], fresh[:, draw_side])
    return np.asarray(np.clip(moved, 0.0, np.nextafter(1.0, 0.0)))
