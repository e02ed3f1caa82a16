"""Warning (信息发布): channels spread it, people take it to heart, some are outdoors before the danger strikes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from sim.common.types import NEVER, Floats
from sim.plan.model import Channel
from sim.response.log import WarningLog
from sim.response.world import World

DOOR = "door"
STEPS = 10


def spread_share(minutes: float, cap: float, p: float, q: float) -> float:
    """Return the share of people whom a channel has reached *minutes* after issue (Bass form of Rogers & Sorensen).

    ``cap (1 - e) / (1 + (q/p) e)`` with ``e = exp(-(p + q) t)``.
    """
    if minutes <= 0.0 or p <= 0.0:
        return 0.0
    e = math.exp(-(p + q) * minutes)
    return cap * (1.0 - e) / (1.0 + q / p * e)


def mobilised_share(minutes: float, a: float, b: float) -> float:
    """Return the share of those who heard that have left *minutes* later (Lindell form ``1 - exp(-a t^b)``)."""
    return 1.0 - math.exp(-a * minutes**b) if minutes > 0.0 else 0.0


class Warnings:
    """Issues a warning of each danger once a response level is open, and says how far it has come in each zone."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.issued_min = [NEVER] * len(world.scenario.dangers)
        """When the warning of each danger goes out."""
        self.on_issued: list[Callable[[int], None]] = []
        c = world.plan.coefficients
        agreed_min = world.layout.rules.warning_delay_min
        self.delay_min = c["warning_decision_min"] if agreed_min is None else agreed_min
        self.comply = c["comply_share"]
        self.a, self.night_a, self.b = c["mobilise_a"], c["mobilise_night_a"], c["mobilise_b"]
        self.households_per_min = c["door_households_per_h"] * c["door_officers"] / 60.0
        self.outages = self._outages()
        if world.scenario.dangers:
            world.on_level(self._level_opened)

    def _outages(self) -> dict[tuple[str, int], list[tuple[float, float]]]:
        table: dict[tuple[str, int], list[tuple[float, float]]] = {}
        out = self.world.scenario.outages
        spells = zip(out.zone.tolist(), out.kind, out.from_min.tolist(), out.to_min.tolist(), strict=True)
        for zone, kind, start, end in spells:
            table.setdefault((kind, zone), []).append((start, end))
        return table

    def _level_opened(self, _rank: int) -> None:
        for number, danger in enumerate(self.world.scenario.dangers):
            if self.issued_min[number] == NEVER:
                self.issued_min[number] = max(danger.issue_from_min, self.world.env.now + self.delay_min)
                self.world.at(self.issued_min[number], self._issued, number)

    def _issued(self, number: int) -> None:
        self.world.note("warning_issued", value=float(number))
        for callback in self.on_issued:
            callback(number)

    def _out(self, kind: str, zone: int, minute: float) -> bool:
        return any(start <= minute < end for start, end in self.outages.get((kind, zone), ()))

    def channel_share(self, channel: Channel, zone: int, minute: float, issued_min: float) -> float:
        """Return the share of the zone's people whom *channel* has reached by *minute*.

        A channel that needs power or communication is silent where that is out when the warning is issued.
        """
        if channel.needs_power and self._out("power", zone, issued_min):
            return 0.0
        if channel.needs_communication and self._out("communication", zone, issued_min):
            return 0.0
        z = self.world.city.zones
        cap = channel.cap_night if self.world.scenario.is_night(issued_min) else channel.cap_day
        minutes = minute - issued_min
        if channel.channel == DOOR:
            officers = int(z.communities[zone] + z.villages[zone])
            households = max(1, int(z.households[zone]))
            return min(cap, officers * self.households_per_min * max(0.0, minutes) / households)
        if channel.device:
            count = int(getattr(self.world.city.devices, channel.device)[zone])
            cap *= min(1.0, count * channel.people_per_device / max(1, int(z.people[zone])))
        return spread_share(minutes, cap, channel.p_per_min, channel.q_per_min)

    def reached_share(self, number: int, zone: int, minute: float) -> float:
        """Return the share of the zone's people whom any channel has reached: independent first alerts."""
        issued_min = self.issued_min[number]
        if minute <= issued_min:
            return 0.0
        missed = 1.0
        for channel in self.world.plan.channels:
            missed *= 1.0 - self.channel_share(channel, zone, minute, issued_min)
        return 1.0 - missed

    def share_left(self, number: int, zone: int, minute: float) -> float:
        """Return the share of the zone's people who have heard of danger *number*, comply and have left by *minute*.

        Whoever must leave home at night takes longer than by day; after an earthquake nobody sleeps.
        """
        since = minute - self.issued_min[number]
        if since <= 0.0:
            return 0.0
        by_night = self.world.scenario.dangers[number].evacuate and self.world.scenario.is_night(minute - since)
        a = self.night_a if by_night else self.a
        # Those who hear at time s have had (since - s) to leave; ten steps of the curve are enough.
        share, before = 0.0, 0.0
        for step in range(1, STEPS + 1):
            heard = self.reached_share(number, zone, self.issued_min[number] + since * step / STEPS)
            share += (heard - before) * mobilised_share(since * (1.0 - (step - 0.5) / STEPS), a, self.b)
            before = heard
        return self.comply * share

    def finish(self) -> tuple[WarningLog, ...]:
        """Return how far the warning of each danger had come by its deadline."""
        logs = []
        for number, danger in enumerate(self.world.scenario.dangers):
            zones, issued_min = danger.zones.tolist(), self.issued_min[number]
            by_channel: dict[str, Floats] = {}
            heard = issued_min < danger.deadline_min
            for channel in self.world.plan.channels:
                by_channel[channel.channel] = np.array([
                    self.channel_share(channel, zone, danger.deadline_min, issued_min) if heard else 0.0
                    for zone in zones
                ])
            reached = np.array([self.reached_share(number, zone, danger.deadline_min) for zone in zones])
            logs.append(WarningLog(danger=number, issued_min=issued_min, reached_share=reached, by_channel=by_channel))
        return tuple(logs)
