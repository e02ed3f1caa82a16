"""Medical care: first aid on the spot, the way to hospital by car or ambulance, what becomes of everybody."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.common.types import NEVER
from sim.response.ambulances import Ambulances
from sim.response.drive import Traffic
from sim.response.hospitals import AMBULANCE, Hospitals
from sim.response.log import (
    DIED_EXPOSED,
    DIED_IN_CARE,
    DIED_TRAPPED,
    DIED_WAITING,
    IN_CARE,
    SAVED,
    SPARED,
    TRAPPED,
    WAITING,
)
from sim.response.patients import Patients
from sim.response.washing import Washing
from sim.response.world import World


class Medical:
    """Everybody who is hurt, from the injury or the rubble to the end of treatment."""

    def __init__(self, world: World) -> None:
        c = world.plan.coefficients
        self.world, self.env = world, world.env
        self.patients = Patients(world.scenario.casualties, world.plan)
        self.traffic = Traffic(world)
        self.hospitals = Hospitals(world, self.patients, self._pass_on)
        self.washing = Washing(world, self.patients, self.hospitals, self._clean_enough, self._at_the_door)
        self.ambulances = Ambulances(world, self.traffic, self.patients, self.hospitals, self.washing)
        self.private_share = (c["private_2_share"], c["private_3_share"])
        self.private_delay_min = c["private_delay_min"]
        self.call_min = c["ambulance_call_min"]
        self.first_aid_min = c["first_aid_min"]
        zones = len(world.city.zones)
        self.node_of: list[int] = world.city.zones.node.tolist()
        self.access_min = world.access_mean_min
        self.heard_of = [False] * zones
        self.has_called: set[int] = set()
        """Zones of which somebody poisoned tries to get through."""
        self.silent: list[list[int]] = [[] for _ in range(zones)]
        """Patients of zones from which no call has come through."""
        self.medics: list[list[float]] = [[] for _ in range(zones)]
        """When each medical crew in a zone is free for the next patient."""
        self.without_care: list[list[int]] = [[] for _ in range(zones)]
        self.hoping: list[list[int]] = [[] for _ in range(zones)]
        """Those who have a place in the order of a zone's medics."""

    def start(self, spared: list[bool], happened: Callable[[int], bool]) -> None:
        """Station the ambulances; let people be hurt when the scenario says so, but for the *spared*.

        *happened* tells whether a demand has become real. Whoever was to be hurt by one that has not is spared too.
        """
        ids = self.world.city.hospitals.hospital_id
        for hospital, count in self.world.layout.ambulances.items():
            self.ambulances.add(self.hospitals.houses[ids.index(hospital)].node, count)
        casualties = self.world.scenario.casualties
        free = np.flatnonzero((casualties.demand < 0) & np.isfinite(casualties.real_min))
        for minute in np.unique(casualties.real_min[free]).tolist():
            group = free[casualties.real_min[free] == minute]
            due = group[casualties.only_if[group] < 0].tolist()
            if due:
                self.world.at(minute, self._hurt, due, spared)
            perhaps = group[casualties.only_if[group] >= 0].tolist()
            if perhaps:
                self.world.at(minute, self._perhaps_hurt, perhaps, spared, happened)

    # ---- people come in --------------------------------------------------------------------

    def _hurt(self, there: list[int], spared: list[bool]) -> None:
        casualties = [c for c in there if not spared[c]]
        for c in casualties:
            self._needs_care(c, from_rubble=False)
        for zone in {self.patients.zone[c] for c in casualties}:
            if not self.heard_of[zone]:
                self._first_call(zone)
        self.ambulances.dispatch()

    def _perhaps_hurt(self, there: list[int], spared: list[bool], happened: Callable[[int], bool]) -> None:
        """Let the demands of this minute become real first: they decide who of *there* is hurt."""
        self.world.after(0.0, self._hurt_if, there, spared, happened)

    def _hurt_if(self, there: list[int], spared: list[bool], happened: Callable[[int], bool]) -> None:
        only_if = self.world.scenario.casualties.only_if
        for c in there:
            if not happened(int(only_if[c])):
                spared[c] = True
        self._hurt(there, spared)

    def poisoned(self, c: int, severity: int) -> None:
        """Let a cloud harm *c* so that it needs a hospital (severity 2), or is in danger of life (3).

        A second call is for one who gets worse; nothing happens to the dead, the treated and those who have left.
        """
        patients, now = self.patients, self.env.now
        zone = patients.zone[c]
        if patients.hurt_min[c] == NEVER:
            patients.hurt(c, now, severity)
            self._seeks_care(c)
            if not self.heard_of[zone] and zone not in self.has_called:
                self.has_called.add(zone)
                self._first_call(zone)
        elif severity > patients.severity[c] and self._is_exposed(c):
            patients.graver(c, now)
            self.washing.hurry(c)
            self.ambulances.hurry(c, zone)
        if self.ambulances.waits(c):
            self.ambulances.dispatch()

    def killed_by_dose(self, c: int) -> None:
        """Let *c* die now of what it has taken in, whatever medicine does; those who have left are not exposed."""
        if self._is_exposed(c):
            self.patients.dies_of_dose(c, self.env.now)
            self.world.note("exposed_dead", zone=self.patients.zone[c], value=float(c))

    def _is_exposed(self, c: int) -> bool:
        """Tell whether *c* is alive and still where it was, so that a cloud can do it harm."""
        patients, now = self.patients, self.env.now
        return patients.left_min[c] > now and patients.treated_min[c] > now and patients.is_alive(c, now)

    def lanes_open(self, demand: int, crews: int = 1) -> None:
        """Open the lanes for washing that *crews* standard crews have laid out at *demand*."""
        self.washing.lanes_open(demand, crews)

    def leak_known(self) -> None:
        """Let the hospitals prepare for people who come unwashed: the duty room has learnt of a leak."""
        self.washing.leak_known()

    def _first_call(self, zone: int) -> None:
        """Somebody calls an ambulance after a while; without telephones, when they are back at the latest."""
        calls = self.env.now + self.call_min
        ends = [end for start, end, _ in self.world.dark_until[zone] if start <= calls < end]
        self.world.at(max(ends, default=calls), self.zone_known, zone)

    def freed(self, c: int) -> None:
        """Take over *c*, who has come out of the rubble alive; light wounds need no hospital."""
        now = self.env.now
        if self.patients.severity[c] < 2:
            self.patients.treated_min[c] = now
            return
        self._needs_care(c, from_rubble=True)
        self.ambulances.dispatch()

    def _needs_care(self, c: int, *, from_rubble: bool) -> None:
        self.patients.begin(c, self.env.now, from_rubble=from_rubble)
        self._seeks_care(c)

    def _seeks_care(self, c: int) -> None:
        """Let *c* be seen to by crews in the zone, go by car, or call an ambulance, washed if need be."""
        patients = self.patients
        zone = patients.zone[c]
        if self.medics[zone]:
            self._first_aid(c, zone)
        else:
            self.without_care[zone].append(c)
        share = self.private_share[patients.severity[c] - 2]
        if patients.self_draw[c] < share and self._by_car(c, zone, patients.self_draw[c] / share):
            return
        if self.washing.is_dirty(c):
            self.washing.join(c)
        else:
            self._wants_ambulance(c)

    def _wants_ambulance(self, c: int) -> None:
        """Let *c* call an ambulance as soon as calls from its zone come through."""
        zone = self.patients.zone[c]
        if self.heard_of[zone]:
            self._call_ambulance(c)
        else:
            self.silent[zone].append(c)

    def _clean_enough(self, c: int) -> None:
        self._wants_ambulance(c)
        self.ambulances.dispatch()

    def _by_car(self, c: int, zone: int, u: float) -> bool:
        """Let neighbours drive *c* to the nearest hospital; ``False`` if no road leads to one."""
        critical = int(self.patients.severity[c] >= 3 and not self.patients.poisoned[c])
        node = self.node_of[zone]
        house, minutes = self._nearest_house(node, critical)
        if minutes == NEVER:
            return False
        delay_min = self.private_delay_min * (0.5 + u) + self.access_min[zone]
        drives = self.traffic.go(
            node, self.hospitals.houses[house].node, AMBULANCE, lambda: self._at_the_door(c, house),
            lambda _at: self._stranded(c), delay_min=delay_min,
        )
        if drives:
            self.patients.left_min[c] = self.env.now + delay_min
        return drives

    def _at_the_door(self, c: int, house: int) -> None:
        """Queue at the door, or drive on where triage says that another house takes *c* sooner.

        Whoever comes unwashed is washed first; where the house is out of use, by the ambulance that comes for them.
        """
        at = self.hospitals.houses[house]
        if self.washing.is_dirty(c):
            if at.closed:
                self._pass_on(c, house)
            else:
                self.washing.before_door(c, at)
            return
        other = self.hospitals.sends_on(c, house)
        if other < 0 or not self.traffic.go(
            at.node, self.hospitals.houses[other].node, AMBULANCE,
            lambda: self.hospitals.arrive(c, other), lambda _at: self._stranded(c),
        ):
            self.hospitals.arrive(c, house)

    def _nearest_house(self, node: int, critical: int) -> tuple[int, float]:
        reach = [
            (self.world.travel_min(node, house.node, AMBULANCE), house.index)
            for house in self.hospitals.houses if house.rooms[critical] and not house.closed
        ]
        minutes, house = min(reach, default=(NEVER, -1))
        return house, minutes

    def _stranded(self, c: int) -> None:
        if self.washing.is_dirty(c):
            self.washing.join(c)
            return
        self._call_ambulance(c)
        self.ambulances.dispatch()

    def _call_ambulance(self, c: int) -> None:
        zone = self.patients.zone[c]
        place = self.ambulances.place(zone, zone, self.node_of[zone], self.access_min[zone])
        self.ambulances.call(c, place)

    def zone_known(self, zone: int) -> None:
        """Learn that there are wounded in *zone*: ambulances may go there from now on."""
        if self.heard_of[zone]:
            return
        self.heard_of[zone] = True
        for c in self.silent[zone]:
            self._call_ambulance(c)
        self.silent[zone] = []
        self.ambulances.dispatch()

    def _pass_on(self, c: int, house: int) -> None:
        """Let *c* wait at a hospital that cannot treat or bed it for the ambulance to another."""
        zone, node = self.hospitals.houses[house].zone, self.hospitals.houses[house].node
        self.ambulances.call(c, self.ambulances.place(len(self.node_of) + house, zone, node, 0.0))
        self.ambulances.dispatch()

    # ---- first aid on the spot -------------------------------------------------------------

    def first_aid_at(self, zone: int, now: float) -> None:
        """A crew with medics is in *zone*: it sees one patient after the other, those in danger of life first."""
        heapq.heappush(self.medics[zone], now)
        waiting = self.without_care[zone]
        self.without_care[zone] = []
        for c in sorted(waiting, key=lambda c: not self.patients.is_critical(c, now)):
            self._first_aid(c, zone)

    def _first_aid(self, c: int, zone: int) -> None:
        begins = max(self.env.now, self.medics[zone][0])
        heapq.heapreplace(self.medics[zone], begins + self.first_aid_min)
        self.patients.cared_for(c, begins)
        self.hoping[zone].append(c)

    def first_aid_leaves(self, zone: int) -> None:
        """A crew with medics leaves *zone*; whom it would have seen later is on their own again."""
        medics, now = self.medics[zone], self.env.now
        if not medics:
            return
        medics.remove(max(medics))
        heapq.heapify(medics)
        if not medics:
            self.without_care[zone] = self.patients.undo_care(self.hoping[zone], now)
            self.hoping[zone] = []

    def add_ambulances(self, node: int, count: int) -> None:
        """Take *count* ambulances from outside into the fleet at *node*."""
        self.ambulances.add(node, count)

    # ---- what became of everybody ----------------------------------------------------------

    def finish(self, spared: list[bool], freed_min: list[float]) -> dict[str, Any]:
        """Return the columns of :class:`CasualtyLog` other than ``freed_min``, as of the horizon."""
        scenario, p = self.world.scenario, self.patients
        now = scenario.horizon_min
        trapped = (scenario.casualties.demand >= 0).tolist()
        in_place: list[float] = scenario.casualties.trapped_death_min.tolist()
        outcome: list[int] = []
        death: list[float] = []
        for c in range(len(trapped)):
            what, minute = self._fate(c, now, spared[c], freed_min[c] if trapped[c] else 0.0, in_place[c])
            outcome.append(what)
            death.append(minute)
        hurt = np.where(np.array(outcome, dtype=np.int64) == SPARED, NEVER, np.array(p.hurt_min))
        worst = [0 if minute > now else p.worst(c, now) for c, minute in enumerate(hurt.tolist())]
        return {
            "hurt_min": hurt, "severity": np.array(worst, dtype=np.int64),
            "care_min": _up_to(p.care_min, death, now), "hospital_min": np.array(p.hospital_min),
            "treated_min": np.array(p.treated_min), "death_min": np.array(death),
            "outcome": np.array(outcome, dtype=np.int64), "hospital": np.array(p.hospital, dtype=np.int64),
        }

    def _fate(self, c: int, now: float, spared: bool, freed_min: float, in_place_min: float) -> tuple[int, float]:
        p = self.patients
        if spared or p.hurt_min[c] == NEVER:
            return SPARED, NEVER
        if p.dose_min[c] <= now:
            return DIED_EXPOSED, p.dose_min[c]
        if freed_min > now or in_place_min <= freed_min:
            return (DIED_TRAPPED, in_place_min) if in_place_min <= now else (TRAPPED, NEVER)
        if p.killed_min[c] <= now:
            return DIED_IN_CARE, p.killed_min[c]
        if p.treated_min[c] <= now:
            return SAVED, NEVER
        death_min = p.death_min(c)
        in_hospital = p.hospital_min[c] <= min(now, death_min)
        if death_min <= now:
            return (DIED_IN_CARE if in_hospital else DIED_WAITING), death_min
        return (IN_CARE if in_hospital else WAITING), NEVER


def _up_to(planned: list[float], death: list[float], now: float) -> Any:
    """Return the minutes of care that really came: not after death, not beyond the horizon."""
    minute, end = np.array(planned), np.minimum(np.array(death), now)
    return np.where(minute <= end, minute, NEVER)
