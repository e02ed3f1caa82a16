"""The world of one response: the clock, the roads, what is known of the zones, and the notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import simpy

from sim.city.model import City
from sim.hazard.scenario import VEHICLES, Scenario
from sim.plan.model import Layout, Plan
from sim.response.clock import Call, Clock
from sim.response.log import Entry
from sim.response.roads import RoadState

MEAN_OF_DISC = 2.0 / 3.0
"""Mean distance from the centre of a disc, in radii."""

NO_LEVEL = 5
"""Rank before any response level is open."""


class World:
    """What every part of a response shares. Inputs stay frozen; only the clock's state lives here."""

    def __init__(
        self,
        city: City,
        plan: Plan,
        layout: Layout,
        scenario: Scenario,
        env_class: Callable[[], simpy.Environment] = Clock,
        *,
        timeline: bool = False,
    ) -> None:
        self.env = env_class()
        self.city, self.plan, self.layout, self.scenario = city, plan, layout, scenario
        self.horizon_min = scenario.horizon_min
        self.rank = NO_LEVEL
        self.levels: list[tuple[float, int]] = []
        self.events = 0
        self.timeline: list[Entry] | None = [] if timeline else None
        c = plan.coefficients
        self.roads = RoadState(city, scenario.closures, [c[f"vehicle_{vehicle}_factor"] for vehicle in VEHICLES])
        self.roads.listeners.append(self._roads_changed)
        self._reopen: simpy.Event | None = None
        self._on_level: list[Callable[[int], None]] = []
        self.dark_until = _dark_until(scenario, len(city.zones))
        self.access_radius_min = _access_radius_min(city, c)
        """Minutes from each zone's road node to the edge of its built-up part."""
        self.access_mean_min = [radius * MEAN_OF_DISC for radius in self.access_radius_min]
        """Minutes from each zone's road node to a place in it, on average."""
        self.access_mean_km = [minutes * c["access_speed_kmh"] / 60.0 for minutes in self.access_mean_min]

    def on_level(self, callback: Callable[[int], None]) -> None:
        """Call *callback* with the rank whenever a response level opens."""
        self._on_level.append(callback)

    def open_level(self, rank: int) -> None:
        """Open the response level *rank* (4 = Ⅳ ... 1 = Ⅰ); a level that is open already stays as it is."""
        if rank < self.rank:
            self.rank = rank
            self.levels.append((self.env.now, rank))
            self.note("level_opened", value=float(rank))
            for callback in self._on_level:
                callback(rank)

    def travel_min(self, origin: int, destination: int, vehicle: int) -> float:
        """Return the minutes that *vehicle* needs between two nodes on today's roads; ``inf`` if there is no way."""
        return self.roads.travel_min(origin, destination, vehicle)

    def reopen_event(self) -> simpy.Event:
        """Return an event that happens at the next change of the roads."""
        if self._reopen is None or self._reopen.triggered:
            self._reopen = simpy.Event(self.env)
        return self._reopen

    def _roads_changed(self, _worse: list[int]) -> None:
        if self._reopen is not None and not self._reopen.triggered:
            self._reopen.succeed()

    def after(self, delay_min: float, act: Callable[..., Any], *args: object) -> None:
        """Call *act* with *args* in *delay_min* minutes."""
        Call(self.env, delay_min, act, args)

    def at(self, minute: float, act: Callable[..., Any], *args: object) -> None:
        """Call *act* with *args* at *minute*, at once if that is past; never if it lies beyond the horizon."""
        if minute <= self.horizon_min:
            self.after(max(0.0, minute - self.env.now), act, *args)

    def note(
        self, what: str, demand: int = -1, crew: int = -1, zone: int = -1, value: float = 0.0, word: str = ""
    ) -> None:
        """Write a line of the timeline, if one was asked for."""
        if self.timeline is not None:
            minute = float(self.env.now)
            self.timeline.append(
                Entry(minute=minute, what=what, demand=demand, crew=crew, zone=zone, value=value, word=word)
            )

    def is_dark(self, zone: int, minute: float) -> bool:
        """Tell whether reports from *zone* cannot use the network at *minute* (as far as it is known now)."""
        spells = self.dark_until[zone]
        return bool(spells) and any(start <= minute < end for start, end, _outage in spells)


def _dark_until(scenario: Scenario, zones: int) -> list[list[list[Any]]]:
    """Return for each zone its outages of communication as [from, to, outage]; repairs shorten ``to``."""
    table: list[list[list[Any]]] = [[] for _ in range(zones)]
    outages = scenario.outages
    for i, kind in enumerate(outages.kind):
        if kind == "communication":
            table[int(outages.zone[i])].append([float(outages.from_min[i]), float(outages.to_min[i]), i])
    return table


def _access_radius_min(city: City, c: Any) -> list[float]:
    """Return for each zone the minutes from its road node to the edge of its built-up part.

    The radius of a disc of the zone's area, no more than a cap, since people live along the roads.
    """
    radius_km = np.minimum(np.sqrt(city.zones.area_km2 / np.pi), c["access_cap_km"])
    minutes: list[float] = (radius_km * c["access_detour"] / c["access_speed_kmh"] * 60.0).tolist()
    return minutes
