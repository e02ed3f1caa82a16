"""Works' own brigades (企业自救): a plant turns them out itself, its neighbours' too where works have agreed on it."""

from __future__ import annotations

from collections.abc import Iterable

from sim.response.fleet import Crew, Group
from sim.response.log import OPEN
from sim.response.orders import Orders
from sim.response.site import Site

WORKS = "hazmat"
"""Type of a works' brigade, and what its crews must be able to do for a neighbour."""


class Works(Orders):
    """What happens at a plant before the duty room knows, and how the duty room adds to it."""

    __slots__ = ()

    def turn_out(self, site: Site) -> None:
        """Turn out the brigades based where *site* is; then, where works have agreed on it, those of its neighbours."""
        if site.state != OPEN or site.holding:
            return
        node = self.node[site.d]
        self._call(site, [group for group in self.groups if group.node == node], "works_called")
        if self.world.layout.rules.works_mutual_aid:
            self.world.after(self.works_call_min, self._call_neighbours, site)

    def _call_neighbours(self, site: Site) -> None:
        """Call the brigades of other works that are near enough."""
        node = self.node[site.d]
        if site.state != OPEN or site.holding:
            return
        works = [
            self.groups[i]
            for i, team in enumerate(self.world.layout.teams)
            if team.type == WORKS and WORKS in team.capabilities and team.node != node
        ]
        travel_min, most = self.world.travel_min, self.works_reach_min
        near = [group for group in works if travel_min(group.node, node, group.vehicle) <= most]
        self._call(site, near, "works_aid_called")

    def _call(self, site: Site, groups: Iterable[Group], word: str) -> None:
        """Send idle crews of *groups* as far as *site* wants them: those that lead first, the nearest first."""
        kind, node = site.kind, self.node[site.d]
        able = []
        for group in groups:
            if group.value[kind] > 0.0 and self.may_go(group):
                drive_min = self.world.travel_min(group.node, node, group.vehicle)
                able.append((not group.leads[kind], drive_min + group.turnout_min, group.index, drive_min))
        sent = 0
        for _, _, index, drive_min in sorted(able):
            group = self.groups[index]
            while group.idle and self._wants(site, group):
                self._order(group.idle[-1], site, drive_min)
                sent += 1
        if sent:
            self.world.note(word, demand=site.d, zone=self.zone[site.d], value=float(sent))

    def _is_led(self, site: Site) -> bool:
        """Tell whether a crew that leads is at *site* or on its way."""
        return site.leads > 0 or any(crew.group.leads[site.kind] for crew in site.coming)

    def _add_to_works(self, site: Site) -> None:
        """Send what is still wanted beside the brigades that the works have called, now that the duty room knows."""
        if site.holding:
            return
        for late in sorted(site.coming, key=lambda crew: -crew.until):
            nearer = self._nearer_than(late, site)
            if nearer is not None:
                group, drive_min = nearer
                self._order(group.idle[-1], site, drive_min)
                self._turn_back(late)
                late.boss.called_off(late)
        if not site.single and self._is_short(site):
            self._reinforce(site)

    def _nearer_than(self, late: Crew, site: Site) -> tuple[Group, float] | None:
        """Return the nearest group whose crew would be at *site* before *late* and can do as much, and its drive."""
        kind, own = site.kind, late.group
        left_min = late.until - self.env.now - self.access_min[site.d]
        for minutes, i in self._preferences(kind, self.node[site.d], lead=own.leads[kind]):
            group = self.groups[i]
            if minutes >= left_min:
                return None
            if group.idle and group.value[kind] >= own.value[kind] and group.aids[kind] >= own.aids[kind]:
                return group, minutes - group.turnout_min
        return None
