"""Bursts: what tells crews at a plant to withdraw, and what becomes of those who stay."""

from __future__ import annotations

from collections.abc import Sequence

from sim.hazard.release import Burst
from sim.response.command import Command
from sim.response.fleet import Crew
from sim.response.log import OPEN
from sim.response.site import Site


class Bursts:
    """Watches everything that may burst, explode or flash over at a plant.

    Where signs show before, crews withdraw: work there stops until it is safe again. Where none show, or where crews
    came to work too soon, a share of those at work is hurt, and their crews are out of service.
    """

    def __init__(self, command: Command, bursts: Sequence[Burst]) -> None:
        self.command, self.world = command, command.world
        self.safe_min = self.world.plan.coefficients["burst_safe_min"]
        self.of_demand = {burst.demand: burst for burst in bursts}
        place = self.world.scenario.demands.place
        self.at_place: dict[str, list[int]] = {burst.place: [] for burst in bursts}
        for d in range(len(place)) if bursts else ():
            if place[d] in self.at_place and command.flees[command.kind_of[d]]:
                self.at_place[place[d]].append(d)
        self.near: dict[str, set[int]] = {place: set() for place in self.at_place}
        """Bursts, by their demand, for which crews keep away from each plant now."""
        self.struck: set[int] = set()
        self.responders_hurt = 0.0
        """Crew members hurt so far; a number of people on average, as the share of a crew is."""
        self.hurt_of_crew: dict[int, float] = {}

    def arm(self) -> None:
        """Watch for the signs of every burst that shows any."""
        command = self.command
        for d, burst in self.of_demand.items():
            if burst.warned_min > 0.0:
                parent = command.parents[d]
                earliest = command.real_min[parent] if parent >= 0 else 0.0
                self.world.at(max(command.real_min[d] - burst.warned_min, earliest), self._signs, d)
        parents = {command.parents[d] for d in self.of_demand}
        command.followed |= parents - {-1}
        if parents:
            command.on_over.append(self._over)

    def strike(self, d: int) -> None:
        """Let demand *d* burst, if it is one that does: hurt who is still at work there."""
        burst = self.of_demand.get(d)
        if burst is None:
            return
        self.struck.add(d)
        caught = [
            (site, crew)
            for site in self._open_sites(burst.place)
            if not site.paused
            for crew in site.crews
            if crew.boss is self.command
        ]
        self._keep_away(d)
        self.world.after(self.safe_min, self._come_back, d)
        if burst.crews_hurt_share > 0.0:
            for _, crew in caught:
                self._hurt(crew, d, burst.crews_hurt_share)
            for site in {site.d: site for site, _ in caught}.values():
                self.command.replace_crews(site)

    def _hurt(self, crew: Crew, d: int, share: float) -> None:
        people = share * crew.group.people
        self.responders_hurt += people
        self.hurt_of_crew[crew.index] = self.hurt_of_crew.get(crew.index, 0.0) + people
        self.world.note("crew_hurt", demand=d, crew=crew.index, zone=self.command.zone[d], value=people)
        self.command.lay_up(crew)

    def _signs(self, d: int) -> None:
        """Withdraw, unless what would have burst is cooled by now or its fire is out."""
        command, parent = self.command, self.command.parents[d]
        if parent >= 0 and command.is_over(parent):
            return
        if self._keep_away(d):
            self.world.note("crews_withdrawn", demand=d, zone=command.zone[d])
        # What is prevented in a way that nobody announces is waited for like a burst.
        self.world.at(command.real_min[d] + self.safe_min, self._come_back, d)

    def _over(self, parent: int) -> None:
        """Go back at once where what was feared can no longer happen."""
        for d in self.of_demand:
            if self.command.parents[d] == parent and d not in self.struck:
                self._come_back(d)

    def _keep_away(self, d: int) -> bool:
        """Stop the work at the plant because of *d*; ``False`` if it had stopped for it already."""
        place = self.of_demand[d].place
        if d in self.near[place]:
            return False
        if not self.near[place]:
            self.command.unsafe.update(self.at_place[place])
            self._pause(place, paused=True)
        self.near[place].add(d)
        return True

    def _come_back(self, d: int) -> None:
        """Take the work up again if nothing else keeps the crews away."""
        place = self.of_demand[d].place
        if d not in self.near[place]:
            return
        self.near[place].discard(d)
        if not self.near[place]:
            self.command.unsafe.difference_update(self.at_place[place])
            self._pause(place, paused=False)
            word = "crews_return" if d in self.struck else "danger_averted"
            self.world.note(word, demand=d, zone=self.command.zone[d])

    def _pause(self, place: str, *, paused: bool) -> None:
        for site in self._open_sites(place):
            site.paused = paused
            site.rerate()

    def _open_sites(self, place: str) -> list[Site]:
        sites = self.command.sites
        return [sites[d] for d in self.at_place[place] if d in sites and sites[d].state == OPEN]
