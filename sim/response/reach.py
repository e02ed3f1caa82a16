"""Who is nearest to a node, kept between replications: it depends on the layout and the roads, not on the disaster."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sim.common.identity import ById
from sim.plan.model import Layout, Plan

Key = tuple[int, int, bool]
"""(kind, node, whether the group must be able to lead)."""


class Reach:
    """The groups of one fleet by kind and node, nearest first, on one state of the roads; filled when asked."""

    __slots__ = ("sorted",)

    def __init__(self) -> None:
        self.sorted: dict[Key, list[tuple[float, int]]] = {}
        """(minutes from alarm, group) by key, nearest first."""

    def sort(self, key: Key, able: Callable[[Key], list[tuple[float, int]]]) -> list[tuple[float, int]]:
        """Return the groups for *key*, worked out by *able* the first time."""
        if key not in self.sorted:
            self.sorted[key] = able(key)
        return self.sorted[key]


@lru_cache(maxsize=48)
def _kept(_layout: ById[Layout], _plan: ById[Plan], _roads: bytes, _fleet: Any) -> Reach:
    return Reach()


def reach_of(layout: Layout, plan: Plan, road_state: bytes, fleet_key: Any) -> Reach:
    """Return the :class:`Reach` of this layout on these roads with this fleet, from memory if it was met before."""
    return _kept(ById(layout), ById(plan), road_state, fleet_key)
