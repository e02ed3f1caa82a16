"""Convoys on the road: one timer per leg; when the way ahead fails they stop at the next node and ask what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sim.response.roads import Ends, turning_point
from sim.response.supply_plan import Portion, pieces_of
from sim.response.supply_sites import TRUCK
from sim.response.world import World

TO_DEPOT, LOADING, TO_SITE, UNLOADING, BACK, HOME, STRANDED = range(7)


class Convoy:
    """Trucks that move as one, what they carry and for whom; number -1 for empty trucks on their way home."""

    __slots__ = (
        "arrived_min", "depot", "home", "left_min", "leg_from", "load", "loaded_min", "node", "nodes", "number",
        "passed", "site", "state", "trucks", "version",
    )

    def __init__(self, number: int, home: int, node: int, trucks: int) -> None:
        self.number, self.home, self.node, self.trucks = number, home, node, trucks
        self.depot = self.site = -1
        self.load: dict[int, list[Portion]] = {}
        """What it carries for each site; all of them stand at the node of ``site``."""
        self.state = HOME
        self.nodes: list[int] = []
        self.passed: list[float] = []
        self.leg_from = 0.0
        self.version = 0
        """Counts the legs; a timer of an earlier leg means nothing."""
        self.loaded_min = self.left_min = self.arrived_min = 0.0

    def pieces(self) -> Counter[str]:
        """Return the pieces on board, or set apart for it, by item."""
        return sum((pieces_of(load) for load in self.load.values()), Counter())


class Driving:
    """Moves convoys on today's roads. Calls *arrived* at the end of a leg, *halted* where a road has failed."""

    def __init__(self, world: World, arrived: Callable[[Convoy], None], halted: Callable[[Convoy], None]) -> None:
        self.world, self._arrived, self._halted = world, arrived, halted
        self.moving: dict[Convoy, None] = {}

    def start(self) -> None:
        """Begin to watch the roads."""
        self.world.roads.before_worse.append(self._hold_up)

    def drive(self, convoy: Convoy, node: int, extra_min: float = 0.0) -> bool:
        """Let *convoy* leave for *node* now by the fastest way; ``False`` if there is none.

        *extra_min* is the way from the node to the place, inside the township.
        """
        nodes, passed = self.world.roads.way(convoy.node, node, TRUCK)
        if not nodes:
            return False
        convoy.nodes, convoy.passed = nodes, passed
        convoy.leg_from = self.world.env.now
        self.moving[convoy] = None
        self._after(convoy, passed[-1] + extra_min, node, self._arrived)
        return True

    def _after(self, convoy: Convoy, minutes: float, node: int, then: Callable[[Convoy], None]) -> None:
        convoy.version += 1
        version = convoy.version

        def reach() -> None:
            if convoy.version == version:
                self.moving.pop(convoy, None)
                convoy.node = node
                then(convoy)

        self.world.after(minutes, reach)

    def _hold_up(self, ends: Ends) -> None:
        """Before roads get worse, find the convoys whose way ahead uses them; each stops at a node and asks again.

        On a road that fails under it, a convoy turns back to the node behind.
        """
        now = self.world.env.now
        for convoy in tuple(self.moving):
            driven = now - convoy.leg_from
            turn = turning_point(convoy.nodes, convoy.passed, driven, ends)
            if turn is not None:
                del self.moving[convoy]
                self._after(convoy, turn[1], turn[0], self._halted)
