"""Evacuation (转移避险): people who heard leave on foot, by car or by bus, against the arrival of the danger.

Those who walk or drive are followed as shares of the warning's curve, drivers no faster than their road out can take
them; buses are vehicles on today's roads. Whoever is still in the zone when the danger strikes is exposed. From a cloud
of gas people may be told to shut themselves in instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.common.types import NEVER
from sim.hazard.scenario import VEHICLES, Danger
from sim.plan import protect
from sim.response.congestion import ExitRoad, car_share, lanes_out
from sim.response.drive import Traffic
from sim.response.log import EvacuationLog
from sim.response.warning import Warnings
from sim.response.world import World

CAR = VEHICLES.index("car")
BUS = VEHICLES.index("truck")


class Flight:
    """The people of one zone who are to leave before one danger strikes."""

    __slots__ = (
        "bus_share",
        "by_bus",
        "by_car",
        "coming",
        "danger",
        "left_by_bus_min",
        "move_min",
        "number",
        "people",
        "road",
        "self_share",
        "strike_min",
        "target",
        "told_min",
        "zone",
    )

    def __init__(self, number: int, danger: Danger, zone: int, people: int) -> None:
        self.number, self.danger, self.zone, self.people = number, danger, zone, people
        self.strike_min = danger.strike_min
        self.target = -1
        """Road node of the nearest place out of danger; -1 while nobody has been told to leave, or if there is none."""
        self.move_min = 0.0
        """Minutes of those who go by themselves, from the door out of the zone."""
        self.self_share = 0.0
        self.bus_share = 0.0
        self.by_car = False
        """Those who go by themselves drive."""
        self.road: ExitRoad | None = None
        """The road out that they share with others; ``None`` if they walk."""
        self.told_min = NEVER
        self.by_bus = 0
        self.coming = 0
        """Buses on their way here."""
        self.left_by_bus_min: list[tuple[float, int]] = []


class Evacuation:
    """Sends people and buses when a warning with the order to leave goes out; says who is still there."""

    def __init__(self, world: World, warnings: Warnings, traffic: Traffic) -> None:
        c = world.plan.coefficients
        self.world, self.env, self.warnings, self.traffic = world, world.env, warnings, traffic
        self.walk_km_per_min, self.walk_limit_km = c["walk_kmh"] / 60.0, c["walk_limit_km"]
        self.high_ground_km, self.dry_share = c["high_ground_km"], c["high_ground_share"]
        self.assist_share = c["assist_share"]
        self.car_share, self.seats = c["car_share"], int(c["bus_seats"])
        self.load_min, self.wait_min, self.call_min = c["bus_load_min"], c["bus_wait_min"], c["bus_call_min"]
        self.outbound_share = c["outbound_lane_share"]
        self.people_per_lane_min = c["lane_cars_per_min"] * c["people_per_car"]
        self.roads_out: dict[tuple[int, int], ExitRoad] = {}
        """First roads out, by their two nodes."""
        self.rule, self.limits = world.layout.rules.protect, protect.Limits.of(c)
        self.actions: dict[tuple[int, int], protect.Action] = {}
        """What the people of (danger, zone) were told to do about a cloud."""
        self.flights: dict[tuple[int, int], Flight] = {}
        self.idle: dict[int, int] = {}
        """Idle buses by node."""
        self.trips = 0
        self.room: list[int] = world.city.shelters.capacity.tolist()
        """Places that nobody has been sent to yet, by shelter."""
        warnings.on_issued.append(self._ordered)

    # ---- who goes where --------------------------------------------------------------------

    def _ordered(self, number: int) -> None:
        """The warning of danger *number* goes out: find places out of danger, call the buses."""
        danger = self.world.scenario.dangers[number]
        if not danger.evacuate and danger.release < 0:
            return
        leave = False
        for zone, people in zip(danger.zones.tolist(), danger.people.tolist(), strict=True):
            flight = Flight(number, danger, zone, people)
            if danger.release < 0:
                self._choose_way(flight)
            elif self._protect(flight) == "shelter":
                continue
            self._send_off(flight)
            leave = True
        if leave:
            self._call_buses()
            self.world.after(self.call_min, self._dispatch)

    def _protect(self, flight: Flight) -> protect.Action:
        """Decide whether the people of a zone leave before a cloud or shut themselves in, and tell them."""
        release, zone, now = self.world.scenario.releases[flight.danger.release], flight.zone, self.env.now
        flight.strike_min = protect.arrival_min(flight.danger, release, zone)
        room = list(self.room)
        self._choose_way(flight)
        action = self.actions[flight.number, zone] = protect.protective_action(
            self.rule, flight.strike_min - now, protect.passage_min(release, zone, flight.strike_min, now),
            self.world.plan.coefficients["air_shut_per_h"], flight.move_min if flight.target >= 0 else NEVER,
            self.limits,
        )
        if action == "shelter":
            self.room = room
            self.warnings.stay_in.add((flight.number, zone))
        self.world.note("told_to_leave" if action == "leave" else "told_to_stay_in", zone=zone)
        return action

    def action_of(self, number: int, zone: int) -> str:
        """Return ``leave`` or ``shelter`` as the people of *zone* were told about cloud *number*; empty before that."""
        return self.actions.get((number, zone), "")

    def _send_off(self, flight: Flight) -> None:
        """Let the people of a zone go; those who drive share the road out of it with whoever else takes it."""
        self.flights[flight.number, flight.zone] = flight
        flight.told_min = self.env.now
        drivers = flight.people * flight.self_share * self.warnings.comply
        if not flight.by_car or drivers <= 0.0:
            return
        nodes, _ = self.world.roads.way(int(self.world.city.zones.node[flight.zone]), flight.target, CAR)
        if len(nodes) < 2:
            return
        u, v = nodes[:2]
        if (u, v) not in self.roads_out:
            lanes = lanes_out(self.world.city.roads, u, v, self.outbound_share)
            self.roads_out[u, v] = ExitRoad(lanes * self.people_per_lane_min)
        flight.road = self.roads_out[u, v]
        flight.road.join(flight.told_min, flight.zone, drivers)

    def _in_danger(self) -> set[int]:
        """Return the zones that are to be left, or lie in the way of a cloud that people have been warned of."""
        return {
            zone for number, danger in enumerate(self.world.scenario.dangers)
            if (danger.evacuate if danger.release < 0 else self.warnings.issued_min[number] <= self.env.now)
            for zone in danger.zones.tolist()
        }

    def _choose_way(self, flight: Flight) -> None:
        """Let people walk to a near place out of danger; to a far one some drive and the others need a bus.

        Where most of a township stays dry, the place out of danger is higher ground nearby; who cannot walk is fetched.
        """
        city = self.world.city
        if flight.people <= self.dry_share * int(city.zones.people[flight.zone]):
            flight.target = int(city.zones.node[flight.zone])
            flight.self_share, flight.move_min = 1.0 - self.assist_share, self.high_ground_km / self.walk_km_per_min
            flight.bus_share = self.assist_share
            return
        node = int(city.zones.node[flight.zone])
        drive_min, target = self._take_places(flight, node, self._in_danger())
        if drive_min == NEVER:
            return
        flight.target = target
        inside_min = self.world.access_mean_min[flight.zone]
        km = self._walk_km(node, target, flight.zone)
        if km <= self.walk_limit_km:
            flight.self_share, flight.move_min = 1.0, km / self.walk_km_per_min
        else:
            flight.self_share, flight.move_min, flight.by_car = self.car_share, drive_min + inside_min, True
            flight.bus_share = 1.0 - self.car_share

    def _take_places(self, flight: Flight, node: int, in_danger: set[int]) -> tuple[float, int]:
        """Keep places for a zone's people in shelters out of danger, the nearest by road first; returns the way there.

        Returns (minutes, node) of the farthest shelter that is needed, so that nobody is promised a full one; with all
        of them full people go to the farthest and stay in its yard.
        """
        shelters = self.world.city.shelters
        reach = sorted(
            (self.world.travel_min(node, int(shelters.node[s]), CAR), s)
            for s in range(len(shelters.shelter_id)) if int(shelters.zone[s]) not in in_danger
        )
        way, left = (NEVER, -1), round(flight.people * self.warnings.comply)
        for minutes, s in reach:
            if minutes == NEVER or left <= 0:
                break
            taken = min(left, self.room[s])
            if taken or way[1] < 0:
                way = (minutes, int(shelters.node[s]))
            self.room[s] -= taken
            left -= taken
        return way

    def _walk_km(self, node: int, target: int, zone: int) -> float:
        """Return the way on foot: out of the zone's built-up part, then along the roads."""
        inside_km = self.world.access_mean_km[zone]
        return inside_km + self.world.roads.distance_km(node, target, CAR)

    # ---- buses -----------------------------------------------------------------------------

    def _call_buses(self) -> None:
        """Take the layout's buses into service, once."""
        if self.trips == 0 and not self.idle:
            for place, count in self.world.layout.buses.items():
                if count:
                    self.idle[self.world.city.roads.node(place)] = count

    def waiting(self, flight: Flight, minute: float) -> int:
        """Return how many people stand at the stops of a zone at *minute*."""
        ready = flight.people * flight.bus_share * self.warnings.share_left(flight.number, flight.zone, minute)
        return max(0, math.floor(ready + 1e-9) - flight.by_bus)

    def _dispatch(self) -> None:
        """Send idle buses where they can still do something, the nearest danger first."""
        while self.idle:
            flight, node = self._next_trip()
            if flight is None:
                return
            self.idle[node] -= 1
            if not self.idle[node]:
                del self.idle[node]
            self._drive_to(flight, node)

    def _next_trip(self) -> tuple[Flight | None, int]:
        best: tuple[float, float, int] = (NEVER, NEVER, -1)
        chosen: Flight | None = None
        for flight in self.flights.values():
            expected = flight.people * flight.bus_share * self.warnings.comply - flight.by_bus
            if flight.target < 0 or expected < 1.0 or expected <= flight.coming * self.seats:
                continue
            place = int(self.world.city.zones.node[flight.zone])
            minutes, node = min(
                (self.world.travel_min(origin, place, BUS), origin) for origin in self.idle
            )
            if self.env.now + minutes + self.wait_min + self.load_min >= flight.strike_min:
                continue
            if (flight.strike_min, minutes) < best[:2]:
                best, chosen = (flight.strike_min, minutes, node), flight
        return chosen, best[2]

    def _drive_to(self, flight: Flight, node: int) -> None:
        flight.coming += 1
        self.trips += 1

        def stuck(at: int) -> None:
            flight.coming -= 1
            self._free(at)

        place = int(self.world.city.zones.node[flight.zone])
        self.traffic.go(
            node, place, BUS, lambda: self._at_stop(flight, waited=False), stuck,
            extra_min=self.world.access_mean_min[flight.zone],
        )

    def _at_stop(self, flight: Flight, *, waited: bool) -> None:
        """Board who is there; with seats left, wait once for more; leave before the danger strikes."""
        now = self.env.now
        there = self.waiting(flight, now)
        if there < self.seats and not waited and now + self.wait_min < flight.strike_min:
            self.world.after(self.wait_min, lambda: self._at_stop(flight, waited=True))
            return
        flight.coming -= 1
        place = int(self.world.city.zones.node[flight.zone])
        boarded = min(self.seats, there) if now + self.load_min < flight.strike_min else 0
        if not boarded:
            self._free(place)
            return
        flight.by_bus += boarded
        flight.left_by_bus_min.append((now + self.load_min, boarded))
        self.world.note("bus_left", zone=flight.zone, value=float(boarded))
        target = flight.target
        if not self.traffic.go(place, target, BUS, lambda: self._free(target), self._free, delay_min=self.load_min):
            self._free(place)

    def _free(self, node: int) -> None:
        self.idle[node] = self.idle.get(node, 0) + 1
        self._dispatch()

    # ---- who is still there ----------------------------------------------------------------

    def share_gone(self, number: int, zone: int, minute: float) -> float:
        """Return the share of a zone's people who are out of the way of danger *number* at *minute*."""
        flight = self.flights.get((number, zone))
        if flight is None or flight.people == 0:
            return 0.0
        alone = flight.self_share * self._out_alone(flight, minute - flight.move_min)
        carried = sum(people for left_min, people in flight.left_by_bus_min if left_min <= minute)
        return min(1.0, alone + carried / flight.people)

    def _out_alone(self, flight: Flight, minute: float) -> float:
        """Return the share of those who go by themselves that are on their way by *minute*."""
        left = self.warnings.share_left(flight.number, flight.zone, minute)
        if flight.road is None:
            return left
        return car_share(left, self.warnings.comply, flight.road.passed(flight.told_min, minute))

    def finish(self, prevented: Sequence[bool] = ()) -> tuple[EvacuationLog, ...]:
        """Return for each zone in danger who left in time, how, and who was exposed.

        *prevented* tells of every demand whether it never became real: a cloud that never came strikes never.
        Scenarios with releases need it.
        """
        rows = []
        for number, danger in enumerate(self.world.scenario.dangers):
            if not danger.evacuate and danger.release < 0:
                continue
            comes = self.warnings.comes_about(danger, prevented)
            for zone, people in zip(danger.zones.tolist(), danger.people.tolist(), strict=True):
                strike_min = danger.strike_min
                if danger.release >= 0:
                    strike_min = protect.arrival_min(danger, self.world.scenario.releases[danger.release], zone)
                rows.append(self._row(number, zone, people, strike_min if comes else NEVER))
        return tuple(rows)

    def _row(self, number: int, zone: int, people: int, strike_min: float) -> EvacuationLog:
        flight = self.flights.get((number, zone))
        at = min(strike_min, self.world.horizon_min)
        gone = self.share_gone(number, zone, at) * people
        by_bus = sum(n for left, n in flight.left_by_bus_min if left <= at) if flight else 0
        sheltered = self.warnings.share_sheltered(number, zone, at) * people
        return EvacuationLog(
            danger=number, zone=zone, people=people, by_themselves=gone - by_bus, by_bus=float(by_bus),
            exposed=people - gone - sheltered if strike_min <= self.world.horizon_min else 0.0, strike_min=strike_min,
            action=self.action_of(number, zone) if self.warnings.clouds[number] else "leave", sheltered=sheltered,
        )
