"""Where displaced people are, what they still lack, and who of them has the whole kit: counts by site and kit line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import numpy as np

from sim.common.types import NEVER, Floats
from sim.hazard.scenario import VEHICLES
from sim.response.log import ReliefLog
from sim.response.supply_plan import DUST, Portion, shelters_in_order
from sim.response.world import World

TRUCK = VEHICLES.index("truck")

Row = tuple[int, int, int, float, float, int]
"""A row of the relief log: shelter, zone, people, displaced, relieved, last line."""


class Sites:
    """One site per shelter, then one camp per zone. People of a site are served in the order in which they came.

    Every line of the kit is served person after person, so one number per line tells who has it: a person whose
    place in the order is at most the least of these numbers has the whole kit.
    """

    def __init__(self, world: World) -> None:
        city, kit, c = world.city, world.plan.kit, world.plan.coefficients
        self.world = world
        self.shelters = len(city.shelters.shelter_id)
        self.zone: list[int] = [*city.shelters.zone.tolist(), *range(len(city.zones))]
        self.node: list[int] = [*city.shelters.node.tolist(), *city.zones.node.tolist()]
        self.indoor: list[bool] = [*city.shelters.indoor.tolist(), *([False] * len(city.zones))]
        self.room: list[int] = city.shelters.capacity.tolist()
        self.reach_min = c["shelter_reach_min"]
        self.cold = world.scenario.temp_c < c["kit_cold_c"]
        n = len(self.zone)
        wanted = np.array([self.cold or not line.cold_only for line in kit], dtype=bool)
        free = np.array([line.indoor_free for line in kit], dtype=bool)
        needed = wanted & ~(np.array(self.indoor, dtype=bool)[:, None] & free)
        self.needed: list[list[int]] = [[k for k, must in enumerate(row) if must] for row in needed.tolist()]
        self.known = np.zeros(n)
        """People of whom command knows, by site."""
        self.promised = np.where(needed.T, 0.0, NEVER)
        """People whom each line serves, handed out or under way, shape (lines, sites); ``inf`` where not needed."""
        self.waiting_since = np.zeros(n)
        """When the next in line for a promise lost their home, by site."""
        self.people = [0] * n
        self._handed = [[0.0] * len(kit) for _ in range(n)]
        self._ends: list[list[int]] = [[] for _ in range(n)]
        self._groups: list[list[tuple[int, float]]] = [[] for _ in range(n)]
        self._relieved = [0] * n
        self._rows: list[Row] = []
        self._at_node: dict[int, list[int]] = {}
        for site, node in enumerate(self.node):
            self._at_node.setdefault(node, []).append(site)
        self._choices: dict[tuple[int, bytes], list[int]] = {}

    # ---- people come -----------------------------------------------------------------------

    def settle(self, groups: Iterable[tuple[int, int]]) -> dict[int, int]:
        """Give everyone of *groups* (zone, people) a place now; returns the new people by site.

        Own zones come first for all, so that no neighbour takes their place; who finds no room camps at home.
        """
        came: dict[int, int] = {}
        looking: list[tuple[int, int]] = []
        for zone, people in groups:
            choice = self._choice(zone)
            own = next((i for i, k in enumerate(choice) if self.zone[k] != zone), len(choice))
            looking.append((zone, self._fill(zone, people, choice[:own], came)))
        for zone, people in looking:
            left = self._fill(zone, people, self._choice(zone), came)
            if left:
                self._join(self.shelters + zone, zone, left, came)
        return came

    def _choice(self, zone: int) -> list[int]:
        key = (zone, self.world.roads.state_key)
        if key not in self._choices:
            start = int(self.world.city.zones.node[zone])
            drive = [self.world.travel_min(start, node, TRUCK) for node in self.node[: self.shelters]]
            self._choices[key] = shelters_in_order(
                zone, self.zone[: self.shelters], self.indoor, drive, self.reach_min, cold=self.cold
            )
        return self._choices[key]

    def _fill(self, zone: int, people: int, shelters: Sequence[int], came: dict[int, int]) -> int:
        """Put *people* into *shelters* as far as there is room and return how many still look for a place."""
        for shelter in shelters:
            if people == 0:
                break
            enter = min(people, self.room[shelter])
            if enter:
                self.room[shelter] -= enter
                self._join(shelter, zone, enter, came)
                people -= enter
        return people

    def _join(self, site: int, zone: int, people: int, came: dict[int, int]) -> None:
        now = self.world.env.now
        self.people[site] += people
        self._ends[site].append(self.people[site])
        self._groups[site].append((zone, now))
        came[site] = came.get(site, 0) + people
        self._relieve(site, -1)

    # ---- what they lack --------------------------------------------------------------------

    def ask(self, site: int, people: int) -> None:
        """Take note that command now knows of so many more *people* of *site*."""
        self.known[site] += people
        self._next_in_line(site)

    def short(self) -> Floats:
        """Return the people whom command knows and no promise covers, shape (lines, sites)."""
        return np.maximum(self.known - self.promised - DUST, 0.0)

    def neighbours(self, site: int) -> list[int]:
        """Return the other sites at the same node where people still lack something, the most lacking first."""
        others = [other for other in self._at_node[self.node[site]] if other != site and self.known[other] > 0.0]
        lack = {other: 1.0 - float(self.promised[:, other].min()) / float(self.known[other]) for other in others}
        return sorted((other for other in others if lack[other] > DUST), key=lambda other: (-lack[other], other))

    def promise(self, site: int, load: Iterable[Portion], sign: int = 1) -> None:
        """Count *load* as promised to *site*, or take the promise back (*sign* -1)."""
        for line, use, pieces in load:
            self.promised[line, site] += sign * pieces * use.people
        self._next_in_line(site)

    def lacks(self, site: int, load: Iterable[Portion]) -> bool:
        """Tell whether *site* can still use anything of *load*."""
        return any(self.promised[portion.line, site] < self.known[site] - DUST for portion in load)

    def _next_in_line(self, site: int) -> None:
        served = float(self.promised[:, site].min()) if self.needed[site] else NEVER
        at = bisect_right(self._ends[site], served)
        if at < len(self._ends[site]):
            self.waiting_since[site] = self._groups[site][at][1]

    # ---- relief ----------------------------------------------------------------------------

    def hand_out(self, site: int, load: Iterable[Portion]) -> None:
        """Give *load* into people's hands at *site* and log who now has the whole kit."""
        last = self._least(site)
        for line, use, pieces in load:
            self._handed[site][line] += pieces * use.people
        self._relieve(site, last)

    def _least(self, site: int) -> int:
        """Return the needed line that the fewest people of *site* have; -1 if nothing is needed."""
        handed = self._handed[site]
        return min(self.needed[site], key=lambda line: handed[line], default=-1)

    def _relieve(self, site: int, last: int) -> None:
        line = self._least(site)
        level = self.people[site] if line < 0 else min(self.people[site], int(self._handed[site][line] + DUST))
        if level > self._relieved[site]:
            self._log(site, level, self.world.env.now, last)
            self._relieved[site] = level

    def _log(self, site: int, until: int, relieved_min: float, last: int) -> None:
        """Write rows for the people of *site* from the last one relieved up to number *until*."""
        start = self._relieved[site]
        at = bisect_right(self._ends[site], start)
        while start < until:
            end = min(until, self._ends[site][at])
            zone, displaced_min = self._groups[site][at]
            shelter = site if site < self.shelters else -1
            self._rows.append((shelter, zone, end - start, displaced_min, relieved_min, last))
            start, at = end, at + 1

    def finish(self) -> ReliefLog:
        """Return the relief log; whoever lacks part of the kit now is not relieved."""
        for site, people in enumerate(self.people):
            if people > self._relieved[site]:
                self._log(site, people, NEVER, self._least(site))
                self._relieved[site] = people
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * 6
        shelter, zone, people_, last = (np.array(columns[i], dtype=np.int64) for i in (0, 1, 2, 5))
        return ReliefLog(
            shelter=shelter, zone=zone, people=people_, displaced_min=np.array(columns[3], dtype=np.float64),
            relieved_min=np.array(columns[4], dtype=np.float64), last_line=last,
        )
