"""Warning (信息发布): channels spread it, people take it to heart, some are outdoors before the danger strikes.

The cloud of a release is a danger that nobody can warn of before the leak is known, and for which its zones may be told
to stay in; how far that warning has come is asked at every step of the gas, so it is worked out once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from sim.common.types import NEVER, Floats
from sim.hazard.scenario import Danger
from sim.plan.model import Channel
from sim.response.log import WarningLog
from sim.response.world import NO_LEVEL, World

DOOR = "door"
STEPS = 10
FIRST_COURSE_MIN = 256
NEARLY_ALL = 1.0 - 1e-9


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


class Course:
    """How far one warning has come in one zone, minute by minute from its issue."""

    __slots__ = ("heard", "left")

    def __init__(self, heard: Floats, mobilised: Floats, comply: float) -> None:
        """Take the share *heard* by each minute, and the share *mobilised* 0.5, 1.5 ... minutes after hearing."""
        count = len(mobilised)
        everybody = int(np.searchsorted(mobilised, NEARLY_ALL))
        leave = np.diff(np.append(mobilised[:everybody], 1.0) if everybody < count else mobilised, prepend=0.0)
        left = np.cumsum(np.convolve(np.diff(heard), leave)[:count])
        self.heard: list[float] = heard.tolist()
        self.left: list[float] = [0.0, *(comply * left).tolist()]


def share_at(course: list[float], minutes: float) -> float:
    """Return what *course*, one value a minute, is *minutes* after its beginning, which it covers."""
    minute = int(minutes)
    return course[minute] + (course[minute + 1] - course[minute]) * (minutes - minute)


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
        self.gas_a, self.shelter_min = c["mobilise_gas_a"], c["shelter_min"]
        self.outages = self._outages()
        self.clouds = [danger.release >= 0 for danger in world.scenario.dangers]
        self.unknown: set[int] = set()
        """Dangers of a release that nobody in the duty room knows of yet."""
        self.told_by: dict[int, list[int]] = {}
        """Dangers of which a demand's report tells."""
        self.stay_in: set[tuple[int, int]] = set()
        """(danger, zone) where people are told to shut themselves in."""
        self.courses: dict[tuple[int, int], Course] = {}
        self._await_leaks()
        if world.scenario.dangers:
            world.on_level(self._level_opened)

    def _outages(self) -> dict[tuple[str, int], list[tuple[float, float]]]:
        table: dict[tuple[str, int], list[tuple[float, float]]] = {}
        out = self.world.scenario.outages
        spells = zip(out.zone.tolist(), out.kind, out.from_min.tolist(), out.to_min.tolist(), strict=True)
        for zone, kind, start, end in spells:
            table.setdefault((kind, zone), []).append((start, end))
        return table

    def _await_leaks(self) -> None:
        """Note whose report tells of each cloud: its leak's, or where nobody can stop it, that of what it asks for."""
        for number, danger in enumerate(self.world.scenario.dangers):
            if danger.release < 0:
                continue
            release = self.world.scenario.releases[danger.release]
            asked = (release.cover, release.curtain, release.decontamination, release.monitoring)
            for d in (release.demand,) if release.demand >= 0 else asked:
                if d >= 0:
                    self.told_by.setdefault(d, []).append(number)
                    self.unknown.add(number)

    def demand_known(self, d: int) -> None:
        """Take note that the duty room has heard of demand *d*; if it is a leak, there is something to warn of."""
        for number in self.told_by.get(d, ()):
            if number in self.unknown:
                self.unknown.remove(number)
                if self.world.rank < NO_LEVEL:
                    self._order(number)

    def _level_opened(self, _rank: int) -> None:
        for number in range(len(self.issued_min)):
            if self.issued_min[number] == NEVER and number not in self.unknown:
                self._order(number)

    def _order(self, number: int) -> None:
        """Let the warning of danger *number* go out once it is decided on."""
        danger = self.world.scenario.dangers[number]
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
        cap = self._cap(channel, zone, issued_min)
        if cap == 0.0:
            return 0.0
        minutes = minute - issued_min
        if channel.channel == DOOR:
            doors, households = self._doors(zone)
            return min(cap, doors * max(0.0, minutes) / households)
        return spread_share(minutes, cap, channel.p_per_min, channel.q_per_min)

    def _cap(self, channel: Channel, zone: int, issued_min: float) -> float:
        """Return the share of the zone's people whom *channel* can reach at all."""
        if channel.needs_power and self._out("power", zone, issued_min):
            return 0.0
        if channel.needs_communication and self._out("communication", zone, issued_min):
            return 0.0
        cap = channel.cap_night if self.world.scenario.is_night(issued_min) else channel.cap_day
        if channel.device and channel.channel != DOOR:
            count = int(getattr(self.world.city.devices, channel.device)[zone])
            cap *= min(1.0, count * channel.people_per_device / max(1, int(self.world.city.zones.people[zone])))
        return cap

    def _doors(self, zone: int) -> tuple[float, int]:
        """Return how many doors the zone's officers knock at in a minute, and how many there are."""
        z = self.world.city.zones
        return int(z.communities[zone] + z.villages[zone]) * self.households_per_min, max(1, int(z.households[zone]))

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
        if self.clouds[number]:
            return share_at(self._course(number, zone, since).left, since)
        by_night = self.world.scenario.dangers[number].evacuate and self.world.scenario.is_night(minute - since)
        a = self.night_a if by_night else self.a
        # Those who hear at time s have had (since - s) to leave; ten steps of the curve are enough.
        share, before = 0.0, 0.0
        for step in range(1, STEPS + 1):
            heard = self.reached_share(number, zone, self.issued_min[number] + since * step / STEPS)
            share += (heard - before) * mobilised_share(since * (1.0 - (step - 0.5) / STEPS), a, self.b)
            before = heard
        return self.comply * share

    # ---- clouds ----------------------------------------------------------------------------

    def share_sheltered(self, number: int, zone: int, minute: float) -> float:
        """Return the share of the zone's people who were told to stay in, comply and have shut everything by *minute*.

        0 where people are told to leave: nobody is both gone and shut in.
        """
        since = minute - self.issued_min[number] - self.shelter_min
        if since <= 0.0 or (number, zone) not in self.stay_in:
            return 0.0
        return self.comply * share_at(self._course(number, zone, since).heard, since)

    def _course(self, number: int, zone: int, since: float) -> Course:
        """Return the course of the warning of cloud *number* in *zone*, *since* minutes long or longer."""
        course = self.courses.get((number, zone))
        if course is None or since >= len(course.heard) - 1:
            minutes = FIRST_COURSE_MIN
            while since >= minutes:
                minutes *= 2
            course = self.courses[number, zone] = self._work_out(number, zone, minutes)
        return course

    def _work_out(self, number: int, zone: int, minutes: int) -> Course:
        issued_min = self.issued_min[number]
        a = self.night_a if self.world.scenario.is_night(issued_min) else self.gas_a
        mobilised = -np.expm1(-a * (np.arange(minutes) + 0.5) ** self.b)
        return Course(self._heard(zone, issued_min, np.arange(minutes + 1.0)), mobilised, self.comply)

    def _heard(self, zone: int, issued_min: float, since: Floats) -> Floats:
        """Return what :meth:`reached_share` says, for many minutes since the issue at once."""
        missed = np.ones(len(since))
        for channel in self.world.plan.channels:
            cap, p, q = self._cap(channel, zone, issued_min), channel.p_per_min, channel.q_per_min
            if channel.channel == DOOR:
                doors, households = self._doors(zone)
                missed *= 1.0 - np.minimum(cap, doors * since / households)
            elif p > 0.0:
                e = np.exp(-(p + q) * since)
                missed *= 1.0 - cap * (1.0 - e) / (1.0 + q / p * e)
        return np.asarray(1.0 - missed)

    def comes_about(self, danger: Danger, prevented: Sequence[bool]) -> bool:
        """Tell whether *danger* is there at all: the cloud of a vessel that never leaks is none."""
        if danger.release < 0:
            return True
        release = self.world.scenario.releases[danger.release]
        if release.demand < 0:
            return release.start_min <= self.world.horizon_min
        real_min = float(self.world.scenario.demands.real_min[release.demand])
        return real_min <= self.world.horizon_min and not prevented[release.demand]

    def finish(self, prevented: Sequence[bool] = ()) -> tuple[WarningLog, ...]:
        """Return how far the warning of each danger had come by its deadline.

        *prevented* tells of every demand whether it never became real; scenarios with releases need it.
        """
        logs = []
        for number, danger in enumerate(self.world.scenario.dangers):
            if not self.comes_about(danger, prevented):
                continue
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
