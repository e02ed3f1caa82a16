"""Congestion (疏散拥堵): those who leave in their own cars share the lanes of the first road out.

A fluid in place of cars: everybody who drives out by one road gets the same share of what it can take in a minute,
until all who were told together could have left.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from sim.city.model import Roads


def car_share(left: float, comply: float, passed: float) -> float:
    """Return the share of a zone's drivers who are out, of whom the share *left* is ready and *comply* will ever be.

    *passed* is the share of those who will drive that the road could have taken since the order.
    """
    return left if passed >= 1.0 else min(left, comply * passed)


def lanes_out(roads: Roads, u: int, v: int, outbound_share: float) -> float:
    """Return the lanes from node *u* to its neighbour *v*: of a road for both ways *outbound_share*, at least one."""
    there = (roads.u == u) & (roads.v == v)
    back = (roads.u == v) & (roads.v == u) & roads.bidirectional
    edges = np.flatnonzero(there | back)
    edge = edges[np.argmin(roads.length_km[edges] / roads.speed_kmh[edges])]
    lanes = float(roads.lanes[edge])
    return max(1.0, lanes * outbound_share) if roads.bidirectional[edge] else lanes


class ExitRoad:
    """The first road out of one zone or of several, in one direction."""

    __slots__ = ("_course", "_waiting", "people_per_min")

    def __init__(self, people_per_min: float) -> None:
        self.people_per_min = people_per_min
        self._waiting: list[tuple[float, int, float]] = []
        """(mark at which all could have left, zone, people) of each order; the mark rises by 1 meanwhile."""
        self._course: list[tuple[float, float]] = []
        """(minute, mark), as it is and as it will be if nobody else is told to leave this way."""

    def join(self, minute: float, zone: int, people: float) -> None:
        """Let *people* of *zone* take this road from *minute* on, which is no earlier than anybody joined before.

        Two dangers may drive out the same zone: its people stand in line once.
        """
        mark = self._mark(minute)
        self._course = [knot for knot in self._course if knot[0] < minute]
        self._course.append((minute, mark))
        self._waiting = [row for row in self._waiting if row[0] > mark]
        self._waiting.append((mark + 1.0, zone, people))
        waiting = sorted(self._waiting)
        while waiting:
            until = waiting[0][0]
            minute += (until - mark) * self._load(waiting) / self.people_per_min
            mark = until
            self._course.append((minute, mark))
            waiting = [row for row in waiting if row[0] > mark]

    def passed(self, joined_min: float, minute: float) -> float:
        """Return the share of those who joined at *joined_min* whom the road could have taken by *minute*."""
        share = self._mark(minute) - self._mark(joined_min)
        return 1.0 if share > 1.0 - 1e-9 else share

    @staticmethod
    def _load(waiting: list[tuple[float, int, float]]) -> float:
        by_zone: dict[int, float] = {}
        for _, zone, people in waiting:
            by_zone[zone] = max(people, by_zone.get(zone, 0.0))
        return sum(by_zone.values())

    def _mark(self, minute: float) -> float:
        at = bisect_right(self._course, (minute, float("inf")))
        if at == 0:
            return 0.0
        start, mark = self._course[at - 1]
        if at == len(self._course):
            return mark
        end, after = self._course[at]
        return mark + (after - mark) * (minute - start) / (end - start)
