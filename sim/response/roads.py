"""Today's roads: which are shut or slow now, and how long every way takes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from sim.city.model import City, Roads
from sim.city.travel import edge_minutes, path, shortest_times
from sim.common.identity import ById
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.scenario import VEHICLES, Closures

Listener = Callable[[list[int]], None]
Ends = list[tuple[int, int]]


@lru_cache(maxsize=128)
def _solve(graph: ById[Roads], factor: bytes) -> tuple[list[list[float]], Ints, Floats]:
    minutes = edge_minutes(graph.it, np.frombuffer(factor))
    times, before = shortest_times(graph.it, minutes)
    return times.tolist(), before, minutes


class RoadState:
    """The roads of one response: closures begin, end by themselves or are ended by crews.

    *vehicle_scale* divides the free-flow minutes of each class of :data:`VEHICLES` (1.15 = 15 % faster).
    """

    def __init__(self, city: City, closures: Closures, vehicle_scale: list[float]) -> None:
        self._graph = ById(city.roads)
        self._edge = closures.edge.tolist()
        self._factor = closures.speed_factor
        self._active: set[int] = set()
        self.scale = [1.0 / s for s in vehicle_scale]
        self.state_key = b""
        """Names the present state of the roads: equal keys mean equal travel times."""
        self.listeners: list[Listener] = []
        """Called after every change with the edges that got worse (none when roads got better)."""
        self.before_worse: list[Callable[[Ends], Callable[[], None] | None]] = []
        """Called before roads get worse, while the old ways still stand; what they return is called after."""
        self._times: list[list[list[float]] | None] = [None] * len(VEHICLES)
        self._before: list[Ints | None] = [None] * len(VEHICLES)
        self._minutes: list[Floats | None] = [None] * len(VEHICLES)
        self._classes = [self._first_equal(vehicle) for vehicle in range(len(VEHICLES))]

    def _first_equal(self, vehicle: int) -> int:
        """Return the first vehicle class that every closure treats like *vehicle*, to solve the graph once."""
        for other in range(vehicle):
            if np.array_equal(self._factor[:, other], self._factor[:, vehicle]):
                return other
        return vehicle

    def begin(self, closures: list[int]) -> None:
        """Shut or slow the roads of *closures* and tell the listeners which edges got worse."""
        edges = [self._edge[c] for c in closures]
        ends = [self.edge_ends(edge) for edge in edges]
        afterwards = [listener(ends) for listener in self.before_worse]
        self._active.update(closures)
        self._changed(edges)
        for act in afterwards:
            if act is not None:
                act()

    def end(self, closure: int) -> bool:
        """Free the road of *closure*; ``False`` if it was free already."""
        if closure not in self._active:
            return False
        self._active.remove(closure)
        self._changed([])
        return True

    def _changed(self, worse: list[int]) -> None:
        self.state_key = self._factors(range(len(VEHICLES))).tobytes()
        for vehicle in range(len(VEHICLES)):
            self._times[vehicle] = None
        for listener in self.listeners:
            listener(worse)

    def _factors(self, vehicles: Sequence[int]) -> Floats:
        """Return today's speed factor of every edge for each of *vehicles*, shape (vehicles, edges)."""
        factor = np.ones((len(vehicles), len(self._graph.it.edge_id)))
        if self._active:
            active = sorted(self._active)
            edges = np.array([self._edge[closure] for closure in active])
            rows = self._factor[active][:, list(vehicles)].T
            for row, values in zip(factor, rows, strict=True):
                np.minimum.at(row, edges, values)
        return factor

    def _solved(self, vehicle: int) -> list[list[float]]:
        factor = self._factors([self._classes[vehicle]])
        times, before, minutes = _solve(self._graph, factor.tobytes())
        self._times[vehicle], self._before[vehicle], self._minutes[vehicle] = times, before, minutes
        return times

    def free_flow(self, vehicle: int) -> list[list[float]]:
        """Return the minutes between all nodes on today's roads before the vehicle's scale, as nested lists."""
        return self._times[vehicle] or self._solved(vehicle)

    def distance_km(self, origin: int, destination: int, vehicle: int) -> float:
        """Return the length of the fastest way that *vehicle* takes today; ``inf`` if there is none."""
        self.free_flow(vehicle)
        before = self._before[vehicle]
        nodes = path(before, origin, destination) if before is not None else []
        return sum(self._length_km(u, v) for u, v in itertools.pairwise(nodes)) if nodes else NEVER

    def _length_km(self, u: int, v: int) -> float:
        roads = self._graph.it
        between = ((roads.u == u) & (roads.v == v)) | ((roads.u == v) & (roads.v == u))
        return float(roads.length_km[between].min())

    def travel_min(self, origin: int, destination: int, vehicle: int) -> float:
        """Return the minutes that *vehicle* needs today; ``inf`` if there is no way."""
        return (self._times[vehicle] or self._solved(vehicle))[origin][destination] * self.scale[vehicle]

    def way(self, origin: int, destination: int, vehicle: int) -> tuple[list[int], list[float]]:
        """Return the nodes of the fastest way today and the minutes at which each is passed."""
        times = self.free_flow(vehicle)
        before = self._before[vehicle]
        nodes = path(before, origin, destination) if before is not None else []
        return nodes, [times[origin][node] * self.scale[vehicle] for node in nodes]

    def ends(self, closure: int) -> tuple[int, int]:
        """Return the two nodes between which *closure* lies."""
        edge = self._edge[closure]
        return int(self._graph.it.u[edge]), int(self._graph.it.v[edge])

    def edge_ends(self, edge: int) -> tuple[int, int]:
        """Return the two nodes that *edge* joins."""
        return int(self._graph.it.u[edge]), int(self._graph.it.v[edge])


def ahead(nodes: list[int], passed_min: list[float], driven_min: float) -> tuple[int, float]:
    """Return the position in *nodes* of the next node ahead after *driven_min*, and the minutes to it."""
    for position, minute in enumerate(passed_min):
        if minute >= driven_min:
            return position, minute - driven_min
    return len(nodes) - 1, 0.0


def blocks(nodes: list[int], ends: list[tuple[int, int]]) -> bool:
    """Tell whether the way through *nodes* uses a road between any of the pairs *ends*."""
    pairs = set(itertools.pairwise(nodes))
    return any((u, v) in pairs or (v, u) in pairs for u, v in ends)



def turning_point(
    nodes: list[int], passed_min: list[float], driven_min: float, ends: list[tuple[int, int]]
) -> tuple[int, float] | None:
    """Return where a vehicle turns off whose way uses a road between any of *ends*, and the minutes to there.

    ``None`` if what lies ahead of it is free. On a road that fails under it, it turns back to the node behind.
    """
    if not nodes:
        return None
    at, _ = ahead(nodes, passed_min, driven_min)
    behind = max(0, at - 1)
    if not blocks(nodes[behind:], ends):
        return None
    turns_at = behind if blocks(nodes[behind : at + 1], ends) else at
    return nodes[turns_at], abs(passed_min[turns_at] - driven_min)
