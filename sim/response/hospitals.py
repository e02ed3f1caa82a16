"""Hospitals: the door, beds, theatres and treatment places of each, and who lies where."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from sim.common.types import NEVER
from sim.hazard.scenario import VEHICLES
from sim.response.patients import Patients
from sim.response.world import World

AMBULANCE = VEHICLES.index("ambulance")


class Hospital:
    """One hospital: a door that takes so many an hour, then theatres or treatment places, first come first served."""

    __slots__ = (
        "beds", "busy", "closed", "door", "door_busy", "door_min", "door_shut_until_min", "index", "level", "node",
        "promised", "queue", "rooms", "zone",
    )

    def __init__(self, index: int, world: World) -> None:
        h, c = world.city.hospitals, world.plan.coefficients
        self.index, self.node, self.zone = index, int(h.node[index]), int(h.zone[index])
        self.level = int(h.level[index])
        beds = int(h.beds[index])
        self.beds = round(beds * c["free_bed_share"])
        theatres = int(c[f"theatres_level_{self.level}"]) if beds else 0
        self.rooms = [max(1, round(beds * c["treat_places_share"])) if beds else 0, theatres]
        """Treatment places for severity 2, theatres for severity 3."""
        self.busy = [0, 0]
        self.promised = [0, 0]
        """Patients on their way."""
        self.queue: tuple[deque[int], deque[int]] = (deque(), deque())
        self.door_min = 60.0 / max(1, int(h.surge_per_h[index]))
        self.door: tuple[deque[int], deque[int]] = (deque(), deque())
        """Who waits at the entrance: the others, and those in danger of life, who go first."""
        self.door_busy = False
        self.door_shut_until_min = 0.0
        """Nobody is taken in before; those inside stay and are treated."""
        self.closed = False

    def expected_wait_min(self, critical: int, service_min: float) -> float:
        """Return about how long one more patient would wait here; ``inf`` if it cannot treat such patients."""
        rooms = 0 if self.closed else self.rooms[critical]
        if not rooms:
            return NEVER
        ahead = self.busy[critical] + len(self.queue[critical]) + self.promised[critical] - rooms + 1
        return max(0.0, ahead * service_min / rooms) + self.door_wait_min(critical)

    def is_shut(self, now: float) -> bool:
        """Tell whether somebody unwashed has shut the entrance, and it is not yet clean at *now*."""
        return self.door_shut_until_min > now

    def door_wait_min(self, critical: int) -> float:
        """Return about how long one more patient would stand at the entrance."""
        return self.door_min * (len(self.door[1]) + (0 if critical else len(self.door[0])))


class Hospitals:
    """Takes patients in at the door, treats them, passes on those whom a house cannot treat or bed."""

    def __init__(self, world: World, patients: Patients, pass_on: Callable[[int, int], None]) -> None:
        c = world.plan.coefficients
        self.world, self.env, self.patients, self.pass_on = world, world.env, patients, pass_on
        self.houses = [Hospital(i, world) for i in range(len(world.city.hospitals.hospital_id))]
        self.service_min = (c["treat_2_min"], c["surgery_3_min"])
        self.survival = c["treated_survival"]
        self.full_penalty_min = c["hospital_full_penalty_min"]
        self.divert_min = c["hospital_divert_min"]
        self.contaminated_min = c["hospital_contaminated_min"]
        self.shut: list[tuple[float, int]] = []
        """When which house had to shut its door."""
        self.telling = world.timeline is not None
        self._generators(c["power_out_factor"])

    def _generators(self, factor: float) -> None:
        """Fewer theatres run on the generator while the power of the hospital's zone is out."""
        out = self.world.scenario.outages
        for zone, kind, start, end in zip(
            out.zone.tolist(), out.kind, out.from_min.tolist(), out.to_min.tolist(), strict=True
        ):
            if kind != "power":
                continue
            for house in self.houses:
                if house.zone == zone and house.rooms[1]:
                    fewer = house.rooms[1] - max(1, round(house.rooms[1] * factor))
                    self.world.at(start, self._change_theatres, house, -fewer)
                    self.world.at(end, self._change_theatres, house, fewer)

    def _change_theatres(self, house: Hospital, more: int) -> None:
        house.rooms[1] += more
        self._call_in(house, 1)

    def close(self, hospital_id: str, closed: bool) -> None:
        """Take a hospital out of use, or back into use: nobody is taken in or operated on meanwhile."""
        house = self.houses[self.world.city.hospitals.hospital_id.index(hospital_id)]
        house.closed = closed
        if closed:
            self._move_out(house)

    def shut_door(self, house: Hospital) -> None:
        """Let nobody in until the entrance is clean again; beds, theatres and those who queue inside go on."""
        now = self.env.now
        house.door_shut_until_min = now + self.contaminated_min
        self.shut.append((now, house.index))
        name = self.world.city.hospitals.hospital_id[house.index]
        self.world.note("hospital_shut", zone=house.zone, value=house.door_shut_until_min, word=name)

    def _move_out(self, house: Hospital) -> None:
        """Let those who wait in a house that closes be brought to another."""
        for queue in (*house.queue, *house.door):
            while queue:
                c = queue.popleft()
                if self.patients.is_alive(c, self.env.now):
                    self.pass_on(c, house.index)

    def choose(self, node: int, critical: int, vehicle: int) -> int:
        """Return the house with the least drive and wait for a patient at *node*; -1 if none in reach could treat."""
        best, best_min, now = -1, NEVER, self.env.now
        for house in self.houses:
            minutes = self.world.travel_min(node, house.node, vehicle)
            if minutes == NEVER:
                continue
            minutes = max(minutes, house.door_shut_until_min - now)
            minutes += house.expected_wait_min(critical, self.service_min[critical])
            if house.beds - sum(house.promised) <= 0:
                minutes += self.full_penalty_min
            if minutes < best_min:
                best, best_min = house.index, minutes
        return best

    def arrive(self, c: int, index: int) -> None:
        """Let *c* come to the door of the hospital *index*; the entrance takes one patient after the other."""
        house = self.houses[index]
        house.door[int(self.patients.is_critical(c, self.env.now))].append(c)
        if not house.door_busy:
            self._open_door(house)

    def _open_door(self, house: Hospital) -> None:
        waiting = house.door[1] or house.door[0]
        house.door_busy = bool(waiting)
        if waiting and house.is_shut(self.env.now):
            self.world.at(house.door_shut_until_min, self._open_door, house)
        elif waiting:
            self._enter(waiting.popleft(), house)
            self.world.after(house.door_min, self._open_door, house)

    def sends_on(self, c: int, index: int) -> int:
        """Return the house to which triage sends a patient who came by car on; -1 to stay in the queue at this door.

        A long queue for those who are not in danger of life; another house must be nearer than the end of it.
        """
        house, critical = self.houses[index], int(self.patients.is_critical(c, self.env.now))
        wait_min = house.door_wait_min(critical) + max(0.0, house.door_shut_until_min - self.env.now)
        if wait_min <= self.divert_min:
            return -1
        other = self.choose(house.node, self.patients.needs_theatre(c, self.env.now), AMBULANCE)
        return other if other != index else -1

    def _enter(self, c: int, house: Hospital) -> None:
        patients, now = self.patients, self.env.now
        if not patients.is_alive(c, now):
            return
        patients.cared_for(c, now)
        if patients.hospital_min[c] == NEVER:
            patients.hospital_min[c] = now
        patients.hospital[c] = house.index
        if self.telling:
            name = self.world.city.hospitals.hospital_id[house.index]
            self.world.note("patient_at_hospital", zone=patients.zone[c], value=float(c), word=name)
        critical = patients.needs_theatre(c, now)
        if house.closed or not house.rooms[critical] or (house.beds <= 0 and self._beds_elsewhere(critical)):
            self.pass_on(c, house.index)
            return
        house.beds -= 1
        if patients.poisoned[c] and patients.is_critical(c, now):
            house.queue[critical].appendleft(c)
        else:
            house.queue[critical].append(c)
        self._call_in(house, critical)

    def _beds_elsewhere(self, critical: int) -> bool:
        return any(h.beds - sum(h.promised) > 0 and h.rooms[critical] for h in self.houses)

    def _call_in(self, house: Hospital, critical: int) -> None:
        """Fill free rooms from the queue; whoever got worse while waiting goes to the other queue."""
        patients, now, queue = self.patients, self.env.now, house.queue[critical]
        while queue and house.busy[critical] < house.rooms[critical]:
            c = queue.popleft()
            if not patients.is_alive(c, now):
                house.beds += 1
            elif not critical and patients.needs_theatre(c, now):
                self._now_critical(c, house)
            else:
                house.busy[critical] += 1
                patients.treat_from_min[c] = now
                patients.raw_death[c] = patients.crush[c] = NEVER
                self.world.after(self.service_min[critical], self._treated, c, house, critical)

    def _now_critical(self, c: int, house: Hospital) -> None:
        if house.rooms[1]:
            house.queue[1].append(c)
            self._call_in(house, 1)
        else:
            house.beds += 1
            self.pass_on(c, house.index)

    def _treated(self, c: int, house: Hospital, critical: int) -> None:
        patients, now = self.patients, self.env.now
        patients.treated_min[c] = now
        house.busy[critical] -= 1
        if critical and patients.treat_draw[c] >= self.survival:
            patients.killed_min[c] = now
            house.beds += 1
        if self.telling:
            what = "patient_died" if patients.killed_min[c] == now else "patient_treated"
            self.world.note(what, zone=patients.zone[c], value=float(c))
        self._call_in(house, critical)
