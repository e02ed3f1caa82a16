"""The dispatch workload: 60 crews, 1,000 one-crew demands, 5 capabilities, 200 nodes; and the limit to hold it against.

The limit is the tightest pure-Python event loop for the same workload on the same numbers: nearest idle capable crew
from presorted lists, travel, service, the way home, a priority queue while nobody is free. It knows nothing of roads
that close, shared work, fatigue, reports or levels.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import numpy as np
import tiny_world as tw

from sim.city.travel import edge_minutes, shortest_times
from sim.plan.model import Plan

CAPABILITIES = ("fire", "usar", "hazmat", "water", "road")


def grid_city(side_a: int = 10, side_b: int = 20) -> Any:
    """A city of 200 nodes on a grid, a zone at each, roads of 1 to 6 minutes."""
    rng = np.random.default_rng(7)
    edges = []
    for a in range(side_a):
        for b in range(side_b):
            node = a * side_b + b
            if b + 1 < side_b:
                edges.append((node, node + 1, float(rng.uniform(1, 6))))
            if a + 1 < side_a:
                edges.append((node, node + side_b, float(rng.uniform(1, 6))))
    n = side_a * side_b
    return tw.city(nodes=n, edges=edges, zone_nodes=range(n))


def workload(demands: int = 1000, crews: int = 60) -> tuple[Any, Plan, Any, Any]:
    """Return (city, plan, layout, scenario): the same numbers for the product and for the limit."""
    rng = np.random.default_rng(11)
    city = grid_city()
    kinds = [tw.kind(name, priority=1 + i % 3, skills=((name, 1.0, True),)) for i, name in enumerate(CAPABILITIES)]
    plan = tw.plan(kinds, dispatch_look_ahead=1, stake_bonus_min=0.0, fatigue_after_h=1e6, duty_limit_h=2e6)
    teams = [
        tw.team(
            f"T{i}", node=int(rng.integers(200)), people=6, turnout_min=0.0,
            capabilities=rng.choice(CAPABILITIES, size=int(rng.integers(1, 4)), replace=False).tolist(),
        )
        for i in range(crews)
    ]
    real = np.sort(rng.uniform(0.0, 700.0, demands))
    rows = [
        {"kind": CAPABILITIES[int(k)], "zone": int(z), "real_min": float(t), "work": float(w)}
        for k, z, t, w in zip(
            rng.integers(5, size=demands), rng.integers(200, size=demands), real,
            rng.exponential(25.0, demands) + 1.0, strict=True,
        )
    ]
    scenario = tw.scenario(city, rows, horizon_min=50_000.0)
    return city, plan, tw.layout(teams, retask=False), scenario


class Limit:
    """The tight loop; what can be prepared once per layout is prepared here."""

    def __init__(self, city: Any, plan: Plan, layout: Any, scenario: Any) -> None:
        times, _ = shortest_times(city.roads, edge_minutes(city.roads))
        self.times = times.tolist()
        self.base = [team.node for team in layout.teams]
        number = {kind: k for k, kind in enumerate(plan.kinds)}
        self.priority = [kind.priority for kind in plan.kinds.values()]
        self.skills = [[number[c] for c in team.capabilities] for team in layout.teams]
        for skills in self.skills:
            skills.sort(key=lambda k: (self.priority[k], k))
        d = scenario.demands
        self.kind = [number[k] for k in d.kind]
        self.node, self.real, self.work = d.node.tolist(), d.real_min.tolist(), d.work_crew_min.tolist()
        self.prefs: dict[tuple[int, int], list[int]] = {}

    def preferred(self, kind: int, node: int) -> list[int]:
        able = [team for team, skills in enumerate(self.skills) if kind in skills]
        return sorted(able, key=lambda team: (self.times[self.base[team]][node], team))

    def run(self) -> list[float]:
        """Return the minute at which each demand is done."""
        times, base, kind, node, work, prefs = self.times, self.base, self.kind, self.node, self.work, self.prefs
        idle, at, done = [True] * len(base), base.copy(), [0.0] * len(kind)
        queues: list[list[tuple[float, int]]] = [[] for _ in self.priority]
        heap: list[tuple[float, int, int, int, int]] = [(t, d, 0, 0, d) for d, t in enumerate(self.real)]
        seq = len(heap)
        while heap:
            now, _, code, team, d = heappop(heap)
            if code == 0:
                k, n = kind[d], node[d]
                key = (k, n)
                order = prefs.get(key)
                if order is None:
                    order = prefs[key] = self.preferred(k, n)
                for team in order:
                    if idle[team]:
                        idle[team] = False
                        seq += 1
                        heappush(heap, (now + times[base[team]][n], seq, 1, team, d))
                        break
                else:
                    heappush(queues[k], (now, d))
            elif code == 1:
                at[team] = node[d]
                seq += 1
                heappush(heap, (now + work[d], seq, 2, team, d))
            else:
                if code == 2:
                    done[d] = now
                else:
                    at[team] = base[team]
                for k in self.skills[team]:
                    if queues[k]:
                        _, d = heappop(queues[k])
                        seq += 1
                        heappush(heap, (now + times[at[team]][node[d]], seq, 1, team, d))
                        break
                else:
                    if code == 3:
                        idle[team] = True
                    else:
                        seq += 1
                        heappush(heap, (now + times[at[team]][base[team]], seq, 3, team, d))
        return done
