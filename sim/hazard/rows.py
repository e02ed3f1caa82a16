"""Collects demand rows from all models and lays them down in the order of time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.common.types import NEVER, Floats, Ints
from sim.hazard.scenario import Demands

LINKS = 4
"""Uniform numbers that a report needs at most, one for each link of the chain."""
DEFAULTS: dict[str, Any] = {
    "parent": -1, "quantity": 1.0, "growth_per_min": 0.0, "growth_until_min": NEVER, "max_crews": 1,
    "people_at_stake": 0.0, "closure": -1, "outage": -1, "watched": False,
}
NEEDED = ("zone", "node", "event", "real_min", "noticed_min", "work_crew_min")
INTEGERS = ("zone", "node", "event", "parent", "max_crews", "closure", "outage")


class DemandRows:
    """Rows in the making. ``add`` returns the provisional numbers of the new rows; ``lay_down`` renumbers by time."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.places: list[str] = []
        self.blocks: list[tuple[int, dict[str, Any]]] = []
        self.report: list[Floats] = []
        self.access: list[Floats] = []

    def add(
        self, kind: str, rng: np.random.Generator, places: list[str] | None = None, access: float | None = None,
        **columns: Any,
    ) -> Ints:
        """Add rows of one *kind*; scalars are repeated. *rng* draws where they lie and how their reports travel.

        *access* puts them at a known place of their zone: the draw from 0 (at the road node) to 1 (at the edge).
        """
        n = len(columns["zone"])
        first = len(self.kinds)
        if n:
            self.kinds += [kind] * n
            self.places += places or [""] * n
            self.blocks.append((n, DEFAULTS | columns))
            self.report.append(rng.random((n, LINKS)))
            self.access.append(rng.random(n) if access is None else np.full(n, access))
        return np.arange(first, first + n)

    def lay_down(self, horizon_min: float) -> tuple[Demands, Ints, dict[str, Floats]]:
        """Return the demands sorted by time, the new number of each provisional row, and their draws.

        What becomes real at the horizon or later is nobody's business: such rows are left out and numbered -1.
        """
        real = self._column("real_min")
        order = np.argsort(real, kind="stable")
        order = order[real[order] < horizon_min]
        number = np.full(len(real), -1, dtype=np.int64)
        number[order] = np.arange(len(order))
        table = {name: self._column(name)[order] for name in (*NEEDED, *DEFAULTS)}
        table["parent"] = renumbered(table["parent"], number)
        kind, place = tuple(self.kinds[i] for i in order), tuple(self.places[i] for i in order)
        draws = {
            "report": np.concatenate([np.zeros((0, LINKS)), *self.report])[order],
            "access": np.concatenate([np.zeros(0), *self.access])[order],
        }
        return Demands(kind=kind, place=place, **table), number, draws

    def _column(self, name: str) -> NDArray[Any]:
        kind = np.int64 if name in INTEGERS else np.bool_ if name == "watched" else np.float64
        parts = [np.full(n, block[name]) if np.ndim(block[name]) == 0 else block[name] for n, block in self.blocks]
        return np.concatenate([np.zeros(0), *parts]).astype(kind)


def renumbered(provisional: Ints, number: Ints) -> Ints:
    """Return the final numbers of *provisional* ones; -1 stays -1."""
    if not len(number):
        return provisional
    return np.asarray(np.where(provisional >= 0, number[np.maximum(provisional, 0)], -1))
