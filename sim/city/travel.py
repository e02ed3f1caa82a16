"""Travel times on the road graph as it stands at one moment."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.city.model import Roads
from sim.common.types import NEVER, Floats, Ints


def edge_minutes(roads: Roads, speed_factor: Floats | None = None) -> Floats:
    """Return the minutes that each edge takes; ``inf`` where *speed_factor* (shape: edges; 1 = free) is 0."""
    minutes = roads.length_km / roads.speed_kmh * 60.0
    if speed_factor is None:
        return minutes
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(speed_factor > 0.0, minutes / speed_factor, NEVER))


def shortest_times(roads: Roads, minutes: Floats) -> tuple[Floats, Ints]:
    """Return the minutes between all pairs of nodes and the node before the last on each way.

    *minutes* has one entry per edge (``inf`` = closed). Shapes (nodes, nodes). The predecessor is
    negative where there is no way. Dijkstra 1959, as in ``scipy.sparse.csgraph``.
    """
    n = len(roads.node_id)
    both = roads.bidirectional
    tail = np.concatenate([roads.u, roads.v[both]])
    head = np.concatenate([roads.v, roads.u[both]])
    cost = np.concatenate([minutes, minutes[both]])
    is_open = np.isfinite(cost)
    tail, head, cost = tail[is_open], head[is_open], cost[is_open]
    # Building a sparse matrix adds parallel edges up; keep the fastest of each pair instead.
    order = np.lexsort((cost, head, tail))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    graph = csr_array((cost[first], (tail[first], head[first])), shape=(n, n))
    times, before = dijkstra(graph, directed=True, return_predecessors=True)
    return times, before.astype(np.int64)


def path(before: Ints, origin: int, destination: int) -> list[int]:
    """Return the nodes from *origin* to *destination*, both included; empty if there is no way."""
    nodes = [destination]
    while nodes[-1] != origin:
        step = int(before[origin, nodes[-1]])
        if step < 0:
            return []
        nodes.append(step)
    return nodes[::-1]
