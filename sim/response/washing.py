"""Washing (洗消): whoever was in a cloud is undressed and washed before an ambulance or a hospital takes them in."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from sim.common.types import NEVER
from sim.response.hospitals import Hospital, Hospitals
from sim.response.patients import Patients
from sim.response.world import World


class Line:
    """Those who wait to be washed at one place, lives in danger first, and the lanes there."""

    __slots__ = ("busy", "closes", "queue", "ready_min", "room", "then", "worse")

    def __init__(self, room: int, ready_min: float, then: Callable[[int], None]) -> None:
        self.room = room
        """Lanes in which nobody stands."""
        self.busy = 0
        """Lanes in which somebody stands."""
        self.closes: Callable[[], None] | None = None
        """Called once nobody waits or is being washed any more; ``None`` as long as others may come."""
        self.ready_min = ready_min
        """When they are laid out as they should be; before that a wash is improvised."""
        self.then = then
        self.queue: tuple[deque[int], deque[int]] = (deque(), deque())
        """May still hold those who have been washed or moved to the front."""
        self.worse: list[tuple[float, int]] = []
        """When each of the others gets worse, soonest first."""


class Washing:
    """The lanes on the spot, one line for each demand for washing, and those at the doors of the hospitals.

    Nobody is washed twice, and nobody waits on the spot for ever: whom no lane has taken within a limit of the injury
    calls an ambulance, whose crew washes the patient as well as it can, unless a lane does so first.
    """

    def __init__(
        self, world: World, patients: Patients, hospitals: Hospitals, calls: Callable[[int], None],
        at_door: Callable[..., None],
    ) -> None:
        c, casualties = world.plan.coefficients, world.scenario.casualties
        self.world, self.env, self.patients, self.hospitals = world, world.env, patients, hospitals
        self.calls = calls
        self.minutes = (c["wash_2_min"], c["wash_3_min"])
        self.improvised = c["wash_improvised_factor"]
        self.lanes_per_crew = int(c["wash_lanes_per_crew"])
        self.limit_min, self.hospital_min = c["wash_limit_min"], c["hospital_wash_min"]
        self.hospital_level = int(c["hospital_wash_level"])
        self.needed = bool(casualties.contaminated.any())
        self.clean_min: list[float] = [NEVER if dirty else 0.0 for dirty in casualties.contaminated.tolist()]
        """When each is washed, known from the minute the washing begins."""
        self.past_limit: set[int] = set()
        self.lines: dict[int, Line] = {-1: self._line()}
        """By demand for washing; -1 for those for whom none was foreseen."""
        for release in world.scenario.releases:
            self.lines.setdefault(release.decontamination, self._line())
        self.doors = [Line(1, NEVER, partial(at_door, house=house.index)) for house in hospitals.houses]

    def _line(self) -> Line:
        return Line(0, 0.0, self._washed_here)

    # ---- on the spot -----------------------------------------------------------------------

    def is_dirty(self, c: int) -> bool:
        """Tell whether *c* still has to be washed, or is just being washed."""
        return self.clean_min[c] > self.env.now

    def join(self, c: int) -> None:
        """Let *c* queue for the lanes of its release; it calls an ambulance once it is clean, or after the limit."""
        self._wait(c, self.lines[self._demand_of(c)])
        self.world.at(self.patients.hurt_min[c] + self.limit_min, self._limit, c)

    def _demand_of(self, c: int) -> int:
        for release in self.world.scenario.releases:
            if release.exposed.first <= c < release.exposed.first + len(release.exposed):
                return release.decontamination
        return -1

    def lanes_open(self, demand: int, crews: int) -> None:
        """Open the lanes of *crews* more standard crews at *demand*: from now on they take one after the other.

        A demand to which no release refers washes nobody.
        """
        line = self.lines.get(demand)
        if line is not None:
            line.room += self.lanes_per_crew * crews
            self._call_in(line)

    def close(self, demand: int, then: Callable[[], None]) -> None:
        """Let the lanes of *demand* be taken down, and call *then*, as soon as nobody is left to be washed there."""
        line = self.lines.get(demand)
        if line is not None and demand >= 0:
            line.closes = then
            self._close_if_empty(line)

    def _close_if_empty(self, line: Line) -> None:
        if line.closes is None or line.busy or any(self._waits(c) for queue in line.queue for c in queue):
            return
        then, line.closes = line.closes, None
        then()

    def _waits(self, c: int) -> bool:
        return self.clean_min[c] == NEVER and self.patients.is_alive(c, self.env.now)

    def hurry(self, c: int) -> None:
        """Move *c*, whose life is in danger from now on, to the front of the line in which it may wait."""
        if self.clean_min[c] == NEVER:
            heapq.heappush(self.lines[self._demand_of(c)].worse, (self.env.now, c))

    def _limit(self, c: int) -> None:
        if self.clean_min[c] == NEVER and self.patients.is_alive(c, self.env.now):
            self.past_limit.add(c)
            self.calls(c)
        self._close_if_empty(self.lines[self._demand_of(c)])

    def _washed_here(self, c: int) -> None:
        if c not in self.past_limit and self.patients.is_alive(c, self.env.now):
            self.calls(c)

    def hose(self, patients: Sequence[int]) -> float:
        """Return how long an ambulance's crew waits for a lane to be done with *patients*, or washes them itself."""
        now = ready = self.env.now
        for c in patients:
            if self.clean_min[c] == NEVER:
                ready += self._minutes(c, ready_min=NEVER)
                self.clean_min[c] = ready
                self.world.note("patient_hosed", zone=self.patients.zone[c], value=float(c))
                self._close_if_empty(self.lines[self._demand_of(c)])
            ready = max(ready, self.clean_min[c])
        return ready - now

    # ---- at the hospitals ------------------------------------------------------------------

    def leak_known(self) -> None:
        """Let the hospitals that can prepare themselves lay out a lane each: the duty room has told them of a leak."""
        for house, line in zip(self.hospitals.houses, self.doors, strict=True):
            if house.level >= self.hospital_level:
                line.ready_min = min(line.ready_min, self.env.now + self.hospital_min)

    def before_door(self, c: int, house: Hospital) -> None:
        """Wash *c*, who has come to *house* as it was; where no lane is ready the entrance is shut and cleaned."""
        line, now = self.doors[house.index], self.env.now
        if line.ready_min > now and not house.is_shut(now):
            self.hospitals.shut_door(house)
            line.ready_min = min(line.ready_min, house.door_shut_until_min)
        self._wait(c, line)

    # ---- lines -----------------------------------------------------------------------------

    def _wait(self, c: int, line: Line) -> None:
        critical = self.patients.is_critical(c, self.env.now)
        line.queue[critical].append(c)
        if not critical:
            heapq.heappush(line.worse, (self.patients.worse_min(c), c))
        self._call_in(line)

    def _call_in(self, line: Line) -> None:
        """Let those who wait step into free lanes."""
        while line.room:
            c = self._take(line)
            if c < 0:
                return
            line.room -= 1
            line.busy += 1
            minutes, now = self._minutes(c, line.ready_min), self.env.now
            self.clean_min[c] = now + minutes
            self.patients.left_min[c] = min(self.patients.left_min[c], now)
            self.world.after(minutes, self._washed, c, line)

    def _minutes(self, c: int, ready_min: float) -> float:
        """Return how long it takes: those who lie need much longer than those who walk, improvised longer still."""
        now = self.env.now
        return self.minutes[self.patients.is_critical(c, now)] * (self.improvised if ready_min > now else 1.0)

    def _take(self, line: Line) -> int:
        """Return the next living patient of *line* whom nobody has washed; -1 if there is none."""
        now, patients = self.env.now, self.patients
        while line.worse and line.worse[0][0] <= now:
            _, c = heapq.heappop(line.worse)
            worse_min = patients.worse_min(c)
            if worse_min > now:
                heapq.heappush(line.worse, (worse_min, c))
            else:
                line.queue[1].append(c)
        for queue in (line.queue[1], line.queue[0]):
            while queue:
                c = queue.popleft()
                if self._waits(c):
                    return c
        return -1

    def _washed(self, c: int, line: Line) -> None:
        line.room += 1
        line.busy -= 1
        self.world.note("patient_washed", zone=self.patients.zone[c], value=float(c))
        line.then(c)
        self._call_in(line)
        self._close_if_empty(line)

    def washed(self) -> int:
        """Return how many have been washed by now."""
        dirty = self.world.scenario.casualties.contaminated
        horizon = self.world.horizon_min
        return sum(self.clean_min[c] <= horizon for c in dirty.nonzero()[0].tolist())
