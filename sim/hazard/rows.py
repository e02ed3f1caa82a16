"""Collects demand rows from all models and lays them down in the order of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.common.types import NEVER, Floats, Ints
from sim.hazard.scenario import Demands

DEFAULTS: dict[str, Any] = {
    "parent": -1, "noticed_min": 0.0, "quantity": 1.0, "growth_per_min": 0.0, "growth_until_min": NEVER, "max_crews": 1,
    "people_at_stake": 0.0, "closure": -1, "outage": -1, "watched": False,
}
INTEGERS = ("zone", "node", "event", "parent", "max_crews", "closure", "outage")


class DemandRows:
    """Rows in the making. ``add`` returns the provisional numbers of the new rows; ``lay_down`` renumbers by time."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.places: list[str] = []
        self.columns: dict[str, list[Any]] = {}
        self.report: list[Floats] = []
        self.access: list[Floats] = []

    def add(self, kind: str, rng: np.random.Generator, places: list[str] | None = None, **columns: Any) -> Ints:
        """Add rows of one *kind*; scalars are repeated. *rng* draws where they lie and how their reports travel."""
        n = len(columns["zone"])
        first = len(self.kinds)
        self.kinds += [kind] * n
        self.places += places or [""] * n
        for name, value in (DEFAULTS | columns).items():
            self.columns.setdefault(name, []).append(np.broadcast_to(np.asarray(value), (n,)))
        self.report.append(rng.random((n, 4)))
        self.access.append(rng.random(n))
        return np.arange(first, first + n)

    def lay_down(self) -> tuple[Demands, Ints, dict[str, Floats]]:
        """Return the demands sorted by time, the new number of each provisional row, and their draws."""
        if not self.kinds:
            self.add("", np.random.Generator(np.random.PCG64(0)), zone=np.zeros(0, dtype=int), node=0, event=0, real_min=0.0, work_crew_min=0.0)
        table = {name: np.concatenate(parts) for name, parts in self.columns.items()}
        order = np.argsort(table["real_min"], kind="stable")
        number = np.empty(len(order), dtype=np.int64)
        number[order] = np.arange(len(order))
        parent = table["parent"].astype(np.int64)
        table["parent"] = np.where(parent >= 0, number[np.maximum(parent, 0)] if len(number) else parent, -1)
        typed = {
            name: column[order].astype(np.int64 if name in INTEGERS else bool if name == "watched" else np.float64)
            for name, column in table.items()
        }
        demands = Demands(
            kind=tuple(self.kinds[i] for i in order), place=tuple(self.places[i] for i in order), **typed
        )
        draws = {"report": np.concatenate(self.report)[order], "access": np.concatenate(self.access)[order]}
        return demands, number, draws
