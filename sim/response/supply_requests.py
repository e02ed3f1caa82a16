"""Requests: when command learns how many people a shelter or camp holds, over the network or by runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sim.response.world import World

Need = tuple[int, int]
"""(site, people)."""


class Requests:
    """Whoever runs a site counts and asks; a dark zone's count goes by runner, overtaken if the link comes back."""

    def __init__(self, world: World, zone_of: list[int], asked: Callable[[Iterable[Need]], None]) -> None:
        c = world.plan.coefficients
        self.world, self.zone_of, self._asked = world, zone_of, asked
        self.delay_min, self.dark_min = c["request_delay_min"], c["request_dark_min"]
        self.pending: dict[int, list[list[Need]]] = {}
        """Counts that runners carry, by zone."""

    def count(self, came: Mapping[int, int]) -> None:
        """Start the requests for the people who have come to each site now."""
        needs = tuple(came.items())
        self.world.after(self.delay_min, lambda: self._counted(needs))

    def _counted(self, needs: Iterable[Need]) -> None:
        heard: list[Need] = []
        now = self.world.env.now
        for site, people in needs:
            zone = self.zone_of[site]
            if self.world.is_dark(zone, now):
                self._by_runner(zone, [(site, people)])
            else:
                heard.append((site, people))
        if heard:
            self._asked(heard)

    def _by_runner(self, zone: int, needs: list[Need]) -> None:
        self.pending.setdefault(zone, []).append(needs)
        self.world.after(max(0.0, self.dark_min - self.delay_min), lambda: self._runner_arrives(zone, needs))
        for start, end, _outage in self.world.dark_until[zone]:
            if start <= self.world.env.now < end:
                self.world.at(end, lambda: self._link_is_back(zone))

    def _runner_arrives(self, zone: int, needs: list[Need]) -> None:
        waiting = self.pending.get(zone, [])
        if any(other is needs for other in waiting):
            self.pending[zone] = [other for other in waiting if other is not needs]
            self._asked(needs)

    def _link_is_back(self, zone: int) -> None:
        if not self.world.is_dark(zone, self.world.env.now):
            needs = [need for waiting in self.pending.pop(zone, []) for need in waiting]
            if needs:
                self._asked(needs)

    def restored(self, outage: int) -> None:
        """A crew has ended *outage*: what waits in its zones is heard now."""
        for zone in sorted(self.pending):
            if any(spell[2] == outage for spell in self.world.dark_until[zone]):
                self._link_is_back(zone)
