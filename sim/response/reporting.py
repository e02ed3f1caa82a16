"""Reporting (信息报送): from whoever sees a demand, link by link, to the city duty room.

Witness, village information officer, township, county, city. A dark zone's reports go by runner; they are
overtaken by whichever comes first: the link restored, or a scout.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtri

from sim.common.types import NEVER, Floats
from sim.hazard.scenario import Scenario
from sim.plan.model import ReportLink
from sim.response.world import World


def chain_min(links: Sequence[ReportLink], draws: Floats, *, dark: bool) -> Floats:
    """Return the minutes that the whole chain takes for each row of *draws* (shape: reports, links).

    Each link is lognormal around its median: median * exp(sigma * z(u)).
    """
    median = np.array([link.dark_median_min if dark else link.median_min for link in links])
    sigma = np.array([link.sigma for link in links])
    spread = ndtri(np.clip(draws[:, : len(links)], 1e-9, 1.0 - 1e-9))
    return np.asarray((median * np.exp(sigma * spread)).sum(axis=1))


def _told_together(scenario: Scenario) -> dict[int, tuple[int, ...]]:
    """Return for each demand that a leak makes the others of that leak: who reports one of them reports them all."""
    found: dict[int, tuple[int, ...]] = {}
    for release in scenario.releases:
        for d in release.tasks:
            found[d] = tuple(other for other in release.tasks if other != d)
    return found


class DutyRoom:
    """The officers on duty take one call after another; one call tells of several demands of the same township."""

    def __init__(self, world: World, officers: int, known: Callable[[int], None]) -> None:
        c = world.plan.coefficients
        self.world, self._known = world, known
        self.free = officers
        self.call_min, self.per_call = c["duty_service_min"], max(1, int(c["duty_reports_per_call"]))
        self.untold: dict[int, deque[int]] = {}
        """Demands that each township has still to tell of; the townships stand in the order of their calls."""

    def hears(self, d: int, zone: int) -> None:
        """Take a report that has come to the room: at once if an officer is free, else when the line is."""
        if self.call_min == 0.0:
            self._known(d)
            return
        self.untold.setdefault(zone, deque()).append(d)
        if self.free:
            self._take_call()

    def _take_call(self) -> None:
        zone = next(iter(self.untold))
        waiting = self.untold.pop(zone)
        told = [waiting.popleft() for _ in range(min(self.per_call, len(waiting)))]
        if waiting:
            self.untold[zone] = waiting  # back to the end of the line
        self.free -= 1
        self.world.after(self.call_min, self._hang_up, told)

    def _hang_up(self, told: list[int]) -> None:
        self.free += 1
        if self.untold:
            self._take_call()
        for d in told:
            self._known(d)


class Reporting:
    """Carries every demand's report to the duty room and calls *known* with it when it is taken down."""

    def __init__(self, world: World, zone_of: list[int], known: Callable[[int], None]) -> None:
        scenario, c = world.scenario, world.plan.coefficients
        self.world, self.zone_of, self._known = world, zone_of, known
        links, draws = world.plan.report_links, scenario.draws["report"]
        self.noticed = scenario.demands.noticed_min.tolist()
        self.watched = scenario.demands.watched.tolist()
        self.bright_min = chain_min(links, draws, dark=False).tolist()
        self.dark_min = chain_min(links, draws, dark=True).tolist()
        self.direct_min = self._direct_calls(scenario)
        self.room = DutyRoom(world, world.layout.rules.duty_officers, self._tell)
        self.told_with = _told_together(scenario)
        self.begun = [False] * len(self.noticed)
        """Whose report is on its way."""
        self.scout_min = c["scout_min"]
        self.scout_draw = scenario.draws["scout"].tolist()
        self.pending: list[set[int]] = [set() for _ in range(len(world.dark_until))]
        self.scouted = [False] * len(world.dark_until)
        self.dark = [False] * len(self.noticed)
        self.arrived = [False] * len(self.noticed)
        self._schedule_natural_ends()

    def _direct_calls(self, scenario: Scenario) -> list[float]:
        """Return the minutes of each demand's call to the emergency number; ``inf`` if none gets through.

        The first of its chances decides whether it does, the second how long it takes.
        """
        c, kinds, draws = self.world.plan.coefficients, self.world.plan.kinds, scenario.draws["report"]
        calls = np.array([kinds[kind].direct_call for kind in scenario.demands.kind], dtype=bool)
        through = calls & (draws[:, 0] < c["direct_call_share"])
        spread = ndtri(np.clip(draws[:, 1], 1e-9, 1.0 - 1e-9))
        minutes: list[float] = np.where(
            through, c["direct_call_min"] * np.exp(c["direct_call_sigma"] * spread), NEVER
        ).tolist()
        return minutes

    def _schedule_natural_ends(self) -> None:
        for zone, spells in enumerate(self.world.dark_until):
            for spell in spells:
                if spell[1] <= self.world.horizon_min:
                    self.world.at(spell[1], self._link_is_back, zone)

    def report(self, d: int) -> None:
        """Start the report of a demand that has become real."""
        noticed, zone = self.noticed[d], self.zone_of[d]
        self.begun[d] = True
        if self.watched[d]:
            self.world.at(noticed, self._arrives, d)
        elif self.world.dark_until[zone] and self.world.is_dark(zone, noticed) and not self.scouted[zone]:
            self.dark[d] = True
            self.pending[zone].add(d)
            self.world.at(noticed + self.dark_min[d], self._arrives, d)
        elif self.direct_min[d] < NEVER:
            self.world.at(noticed + self.direct_min[d], self._called, d)
        else:
            arrives = noticed + self.bright_min[d]
            if arrives <= self.world.env.now:
                self._arrives(d)
            else:
                self.world.at(arrives, self._arrives, d)

    def _tell(self, d: int) -> None:
        """Let the duty room know of *d*, and of what else the same caller saw there."""
        self._known(d)
        for other in self.told_with.get(d, ()):
            if self.begun[other] and not self.arrived[other] and self.noticed[other] <= self.world.env.now:
                self.arrived[other] = True
                self.pending[self.zone_of[other]].discard(other)
                self._known(other)

    def _called(self, d: int) -> None:
        """The emergency number has its own desks, which pass on at once what they hear."""
        if self.arrived[d]:
            return
        self.arrived[d] = True
        self._tell(d)

    def _arrives(self, d: int) -> None:
        if self.arrived[d]:
            return
        self.arrived[d] = True
        self.pending[self.zone_of[d]].discard(d)
        self.room.hears(d, self.zone_of[d])

    def restored(self, outage: int) -> None:
        """A crew has ended *outage*: the zone's reports take the network again."""
        now = self.world.env.now
        for zone, spells in enumerate(self.world.dark_until):
            for spell in spells:
                if spell[2] == outage and spell[1] > now:
                    spell[1] = now
                    self._link_is_back(zone)

    def _link_is_back(self, zone: int) -> None:
        """Send what waits in *zone* over the network, in the order of the demands."""
        now = self.world.env.now
        for d in sorted(self.pending[zone]):
            self.world.at(max(now, self.noticed[d]) + self.bright_min[d], self._arrives, d)

    def send_scouts(self) -> None:
        """Send a patrol or a drone to every zone that is silent; it reports what has been noticed there."""
        now = self.world.env.now
        for zone, draw in enumerate(self.scout_draw):
            if self.world.is_dark(zone, now) and not self.scouted[zone]:
                self.world.after(self.scout_min * (0.5 + draw), self._scout_reports, zone)

    def _scout_reports(self, zone: int) -> None:
        if self.scouted[zone]:
            return
        self.scouted[zone] = True
        self.world.note("zone_scouted", zone=zone)
        now = self.world.env.now
        for d in sorted(self.pending[zone]):
            # What is noticed only later is reported by the patrol that stays, at once.
            self.world.at(max(now, self.noticed[d]), self._arrives, d)
