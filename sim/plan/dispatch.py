"""The decisions of command as pure functions: who can do what, who goes first, how many go.

Nothing here knows the clock or keeps a state; the processes of ``sim.response`` carry the decisions out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from sim.common.types import Floats, Ints
from sim.plan.model import DemandKind


def productivity(kind: DemandKind, capabilities: Sequence[str], crew_productivity: float) -> float:
    """Return what a crew is worth on *kind* against a standard crew; 0 if it has no capability for it."""
    best = max((skill.productivity for skill in kind.skills if skill.capability in capabilities), default=0.0)
    return best * crew_productivity


def leads(kind: DemandKind, capabilities: Sequence[str]) -> bool:
    """Tell whether a crew with *capabilities* may lead work of *kind* (support crews only help a lead)."""
    return any(skill.leads and skill.capability in capabilities for skill in kind.skills)


def wanted_crews(work_crew_min: Floats, max_crews: Ints, goal_min: float, least: Ints | int = 1) -> Ints:
    """Return how many crews command wants on each demand: enough to end it within *goal_min*, at most *max_crews*.

    Never fewer than *least*, whatever *max_crews* says: nobody enters gas without a second crew outside.
    """
    enough = np.ceil(work_crew_min / goal_min).astype(np.int64)
    return np.asarray(np.maximum(least, np.minimum(max_crews, enough)))


def least_crews(law: str) -> int:
    """Return how many crews a demand of *law* wants at least: one that enters and one that stands by to relieve it."""
    return 2 if law == "entry" else 1


def entry_rate(strength: float, people: int, least_people: int, air_share: float, cap: float) -> float:
    """Return the rate at which crews of *strength* in all close a leak, *people* of them being on the spot.

    Each works for *air_share* of its time and changes its air in the rest; whoever relieves them fills the gaps, but
    only so many find room at the valve (*cap*). With fewer than *least_people* nobody enters.
    """
    return min(cap, strength * air_share) if people >= least_people else 0.0


def best_of(
    candidates: Iterable[int], node_of: Sequence[int], minutes_to: Sequence[float], look_ahead: int, give_up_after: int
) -> tuple[int, float]:
    """Choose the nearest of the first *look_ahead* reachable candidates, which come most urgent first.

    *node_of* gives each candidate's node, *minutes_to* the minutes to each node. Returns (candidate, minutes), or
    (-1, inf) if none of the first *give_up_after* can be reached. A look-ahead of 1 is strict priority order; a
    larger one saves driving between places of about the same urgency.
    """
    best, best_min, seen = -1, math.inf, 0
    for rank, candidate in enumerate(candidates):
        if rank >= give_up_after:
            break
        minutes = minutes_to[node_of[candidate]]
        if minutes == math.inf:
            continue
        if minutes < best_min:
            best, best_min = candidate, minutes
        seen += 1
        if seen >= look_ahead:
            break
    return best, best_min


def may_pull_away(from_priority: int, to_priority: int, gap: int) -> bool:
    """Tell whether a crew that reinforces *from_priority* may be sent to a demand of *to_priority* (1 is first)."""
    return from_priority - to_priority >= gap


def level_reached(thresholds: dict[str, float], known: dict[str, float]) -> bool:
    """Tell whether what is *known* reaches any threshold of a response level."""
    return any(known.get(indicator, -math.inf) >= threshold for indicator, threshold in thresholds.items())
