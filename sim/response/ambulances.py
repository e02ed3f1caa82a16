"""Ambulances: who waits where, which ambulance goes, one life in danger or two others a trip."""

from __future__ import annotations

import heapq
from collections import deque

from sim.common.types import NEVER
from sim.response.drive import Traffic
from sim.response.hospitals import AMBULANCE, Hospitals
from sim.response.patients import Patients
from sim.response.washing import Washing
from sim.response.world import World

OTHERS, URGENT, NOWHERE = 0, 1, 2
"""In which queue a patient waits for an ambulance."""


class Place:
    """Where patients wait: those in danger of life and the others, each in the order of their calls."""

    __slots__ = ("access_min", "coming", "node", "number", "queue", "waits", "worse", "zone")

    def __init__(self, number: int, zone: int, node: int, access_min: float) -> None:
        self.number, self.zone, self.node, self.access_min = number, zone, node, access_min
        self.queue: tuple[deque[int], deque[int]] = (deque(), deque())
        self.waits = [0, 0]
        """People in each queue; a queue may still hold entries of those who have left it."""
        self.worse: list[tuple[float, int]] = []
        """When each of the others gets worse, soonest first."""
        self.coming = 0
        """Ambulances on their way here."""

    def trips(self) -> int:
        """Return how many ambulances the people here need: one each in danger of life, one for two others."""
        return self.waits[URGENT] + (self.waits[OTHERS] + 1) // 2


class Ambulances:
    """The fleet. An idle ambulance goes where somebody waits; on the spot it takes whom it finds in greatest danger."""

    def __init__(
        self, world: World, traffic: Traffic, patients: Patients, hospitals: Hospitals, washing: Washing
    ) -> None:
        c = world.plan.coefficients
        self.world, self.env = world, world.env
        self.traffic, self.patients, self.hospitals, self.washing = traffic, patients, hospitals, washing
        self.turnout_min = c["ambulance_turnout_min"]
        self.stabilise_min = (c["stabilise_2_min"], c["stabilise_3_min"])
        self.handover_min = (c["handover_2_min"], c["handover_3_min"])
        self.age_weight = c["ambulance_age_weight"]
        self.idle: dict[int, int] = {}
        """Idle ambulances by node."""
        self.places: dict[int, Place] = {}
        """By zone, then (counted on) by hospital."""
        self.calling: dict[int, Place] = {}
        """The places where anybody waits."""
        self.state = [NOWHERE] * len(patients.zone)
        self.called_min = [NEVER] * len(patients.zone)
        self.telling = world.timeline is not None
        world.roads.listeners.append(lambda worse: None if worse else self.dispatch())

    def add(self, node: int, count: int) -> None:
        """Let *count* ambulances stand ready at *node*."""
        if count:
            self.idle[node] = self.idle.get(node, 0) + count
            self.dispatch()

    def place(self, number: int, zone: int, node: int, access_min: float) -> Place:
        """Return the place *number*, which comes into being when first asked for."""
        found = self.places.get(number)
        if found is None:
            found = self.places[number] = Place(number, zone, node, access_min)
        return found

    def call(self, c: int, place: Place) -> None:
        """Let *c* wait at *place* for an ambulance; nobody moves before :meth:`dispatch`."""
        self.calling[place.number] = place
        queue = int(self.patients.is_critical(c, self.env.now))
        if queue == OTHERS:
            heapq.heappush(place.worse, (self.patients.worse_min(c), c))
        self._wait(c, place, queue)
        self.called_min[c] = self.env.now

    def hurry(self, c: int, place_number: int) -> None:
        """Let *c*, whose life is in danger from now on, be fetched as such, if it waits at that place."""
        if self.state[c] == OTHERS:
            heapq.heappush(self.places[place_number].worse, (self.env.now, c))

    def waits(self, c: int) -> bool:
        """Tell whether *c* has called and not been fetched yet."""
        return self.state[c] != NOWHERE

    def _wait(self, c: int, place: Place, queue: int) -> None:
        place.queue[queue].append(c)
        place.waits[queue] += 1
        self.state[c] = queue

    # ---- who goes --------------------------------------------------------------------------

    def dispatch(self) -> None:
        """Send idle ambulances as long as somebody waits whom one can reach."""
        while self.idle:
            place, node = self._next_trip()
            if place is None:
                return
            self.idle[node] -= 1
            if not self.idle[node]:
                del self.idle[node]
            self._drive_to(place, node, self.turnout_min)

    def _next_trip(self) -> tuple[Place | None, int]:
        """Choose a place and an idle ambulance: lives in danger first, then the least of drive less age of the call."""
        for place in self.calling.values():
            self._sort(place)
        places = [place for place in self.calling.values() if place.trips() > place.coming]
        for urgent in (True, False):
            best, chosen, origin = NEVER, None, -1
            for place in places:
                if urgent and place.waits[URGENT] <= place.coming:
                    continue
                node, minutes = self._nearest(place.node)
                which = URGENT if urgent or not place.waits[OTHERS] else OTHERS
                score = minutes - self.age_weight * self._age(place, which)
                if minutes < NEVER and score < best:
                    best, chosen, origin = score, place, node
            if chosen is not None:
                return chosen, origin
        return None, -1

    def _nearest(self, target: int) -> tuple[int, float]:
        best, best_min = -1, NEVER
        for node in self.idle:
            minutes = self.world.travel_min(node, target, AMBULANCE)
            if minutes < best_min:
                best, best_min = node, minutes
        return best, best_min

    def _age(self, place: Place, which: int) -> float:
        queue = place.queue[which]
        while queue and self.state[queue[0]] != which:
            queue.popleft()
        return self.env.now - self.called_min[queue[0]] if queue else 0.0

    def _sort(self, place: Place) -> None:
        """Move those who got worse to the queue of the urgent."""
        now = self.env.now
        while place.worse and place.worse[0][0] <= now:
            _, c = heapq.heappop(place.worse)
            if self.state[c] != OTHERS:
                continue
            worse_min = self.patients.worse_min(c)
            if worse_min > now:
                heapq.heappush(place.worse, (worse_min, c))
            else:
                place.waits[OTHERS] -= 1
                self._wait(c, place, URGENT)

    def _take(self, place: Place, which: int) -> int:
        """Return the next living patient of a queue, taken out of it; -1 if there is none."""
        queue, now = place.queue[which], self.env.now
        while queue:
            c = queue.popleft()
            if self.state[c] != which:
                continue
            self.state[c] = NOWHERE
            place.waits[which] -= 1
            if self.patients.is_alive(c, now):
                return c
        return -1

    # ---- a trip ----------------------------------------------------------------------------

    def _drive_to(self, place: Place, node: int, delay_min: float) -> None:
        place.coming += 1

        def stuck(at: int) -> None:
            place.coming -= 1
            self.add(at, 1)

        self.traffic.go(
            node, place.node, AMBULANCE, lambda: self._load(place), stuck, delay_min=delay_min,
            extra_min=place.access_min,
        )

    def _load(self, place: Place) -> None:
        """Take one patient in danger of life, or else two others, and drive to the hospital that suits best."""
        place.coming -= 1
        self._sort(place)
        first = self._take(place, URGENT)
        if first >= 0:
            patients, critical = [first], 1
        else:
            critical = 0
            patients = [c for c in (self._take(place, OTHERS), self._take(place, OTHERS)) if c >= 0]
        if not any(place.waits):
            self.calling.pop(place.number, None)
        if not patients:
            self.add(place.node, 1)
            return
        now = self.env.now
        for c in patients:
            self.patients.cared_for(c, now)
            self.patients.left_min[c] = min(self.patients.left_min[c], now)
            if self.telling:
                self.world.note("patient_picked", zone=place.zone, value=float(c))
        ready_min = self.stabilise_min[critical] + place.access_min
        if self.washing.needed:
            ready_min += self.washing.hose(patients)
        # Gas leaves no wound for a surgeon.
        theatre = int(critical and not self.patients.poisoned[patients[0]])
        self._to_hospital(patients, theatre, place.node, ready_min)

    def _to_hospital(self, patients: list[int], critical: int, node: int, delay_min: float) -> None:
        """Drive to the best hospital; with every road shut, wait where one stands until roads change."""
        house = self.hospitals.choose(node, critical, AMBULANCE)
        if house < 0:
            again = self.world.reopen_event()
            again.callbacks.append(lambda _event: self._to_hospital(patients, critical, node, 0.0))
            return
        promised = self.hospitals.houses[house].promised
        promised[critical] += len(patients)

        def there() -> None:
            promised[critical] -= len(patients)
            target = self.hospitals.houses[house].node
            if self._is_sent_on(house, critical):
                self._to_hospital(patients, critical, target, 0.0)
                return
            for c in patients:
                self.hospitals.arrive(c, house)
            self.world.after(self.handover_min[critical], self.add, target, 1)

        def stuck(at: int) -> None:
            promised[critical] -= len(patients)
            self._to_hospital(patients, critical, at, 0.0)

        self.traffic.go(node, self.hospitals.houses[house].node, AMBULANCE, there, stuck, delay_min=delay_min)

    def _is_sent_on(self, house: int, critical: int) -> bool:
        """Tell whether the door has been shut meanwhile and another house takes the patient sooner."""
        at = self.hospitals.houses[house]
        return at.is_shut(self.env.now) and self.hospitals.choose(at.node, critical, AMBULANCE) not in (-1, house)
