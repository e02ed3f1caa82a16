"""Evacuation (转移避险): people who heard leave on foot, by car or by bus, against the arrival of the danger.

Those who walk or drive are followed as shares of the warning's curve; buses are vehicles on today's roads. Whoever is
still in the zone when the danger strikes is exposed.
"""

from __future__ import annotations

import math

from sim.common.types import NEVER
from sim.hazard.scenario import VEHICLES, Danger
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
        "coming",
        "danger",
        "left_by_bus_min",
        "move_min",
        "number",
        "people",
        "self_share",
        "strike_min",
        "target",
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
        if not danger.evacuate:
            return
        for zone, people in zip(danger.zones.tolist(), danger.people.tolist(), strict=True):
            flight = self.flights[number, zone] = Flight(number, danger, zone, people)
            self._choose_way(flight)
        self._call_buses()
        self.world.after(self.call_min, self._dispatch)

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
        in_danger = {z for danger in self.world.scenario.dangers if danger.evacuate for z in danger.zones.tolist()}
        node = int(city.zones.node[flight.zone])
        drive_min, target = self._take_places(flight, node, in_danger)
        if drive_min == NEVER:
            return
        flight.target = target
        inside_min = self.world.access_mean_min[flight.zone]
        km = self._walk_km(node, target, flight.zone)
        if km <= self.walk_limit_km:
            flight.self_share, flight.move_min = 1.0, km / self.walk_km_per_min
        else:
            flight.self_share, flight.move_min = self.car_share, drive_min + inside_min
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
        alone = flight.self_share * self.warnings.share_left(number, zone, minute - flight.move_min)
        carried = sum(people for left_min, people in flight.left_by_bus_min if left_min <= minute)
        return min(1.0, alone + carried / flight.people)

    def finish(self) -> tuple[EvacuationLog, ...]:
        """Return for each zone in danger who left in time, how, and who was exposed."""
        rows = []
        for number, danger in enumerate(self.world.scenario.dangers):
            if not danger.evacuate:
                continue
            for zone, people in zip(danger.zones.tolist(), danger.people.tolist(), strict=True):
                rows.append(self._row(number, zone, people, danger.strike_min))
        return tuple(rows)

    def _row(self, number: int, zone: int, people: int, strike_min: float) -> EvacuationLog:
        flight = self.flights.get((number, zone))
        at = min(strike_min, self.world.horizon_min)
        gone = self.share_gone(number, zone, at) * people
        by_bus = sum(n for left, n in flight.left_by_bus_min if left <= at) if flight else 0
        return EvacuationLog(
            danger=number, zone=zone, people=people, by_themselves=gone - by_bus, by_bus=float(by_bus),
            exposed=people - gone if strike_min <= self.world.horizon_min else 0.0, strike_min=strike_min,
        )
