"""Orders: who goes where. Nearest capable crews first, reinforcement, pulling away, the queue of the unserved."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from sim.common.types import NEVER
from sim.plan import dispatch
from sim.response import fleet
from sim.response.board import Board
from sim.response.fleet import Crew, Group
from sim.response.log import OPEN
from sim.response.reach import reach_of
from sim.response.roads import ahead
from sim.response.site import Site


class Orders(Board):
    """Decisions are pure functions of ``sim.plan.dispatch``; here they become orders to crews."""

    __slots__ = ()

    # ---- crews for a demand ----------------------------------------------------------------

    def _choose_end(self, site: Site) -> None:
        """A road is opened from the end that crews can reach sooner."""
        ends = self.ends[site.d]
        first = [self._preferences(site.kind, node) for node in ends]
        reach = [prefs[0][0] if prefs else NEVER for prefs in first]
        self.node[site.d] = ends[0] if reach[0] <= reach[1] else ends[1]

    def _preferences(self, kind: int, node: int, *, lead: bool = True) -> list[tuple[float, int]]:
        """Return the groups that can serve *kind*, nearest first, as (minutes from alarm to arrival, group)."""
        key = (kind, node, lead)
        return self.reach.sorted.get(key) or self.reach.sort(key, self._able)

    def _able(self, key: tuple[int, int, bool]) -> list[tuple[float, int]]:
        """Work out who is how far from a node today, for :class:`Reach` to keep."""
        kind, node, lead = key
        minutes_to = self.world.travel_min
        able = [group for group in self.groups if (group.leads if lead else group.value)[kind] and self.may_go(group)]
        reach = [(minutes_to(g.node, node, g.vehicle) + g.turnout_min, g.index) for g in able]
        return sorted(entry for entry in reach if entry[0] < NEVER)

    def forget_preferences(self) -> None:
        """Sort anew who is nearest: the roads, the fleet or what command may send has changed."""
        fleet_key = (tuple((g.index, g.node, g.out) for g in self.groups), self.world.rank)
        self.reach = reach_of(self.world.layout, self.world.plan, self.world.roads.state_key, fleet_key)

    def _send_first(self, site: Site) -> bool:
        """Send the nearest free crew that can lead; ``False`` if there is none."""
        kind, node = site.kind, self.node[site.d]
        chosen, best = None, NEVER
        if self.free_leads[kind]:
            groups = self.groups
            for minutes, i in self._preferences(kind, node):
                group = groups[i]
                if group.idle:
                    chosen, best = group.idle[-1], minutes - group.turnout_min
                    break
        if self.loose:
            chosen, best = self._nearer_on_the_road(kind, node, chosen, best)
        if chosen is None and self.retask:
            chosen, best = self._pull_away(site)
        if chosen is None:
            return False
        self._order(chosen, site, best)
        return True

    def _nearer_on_the_road(self, kind: int, node: int, chosen: Crew | None, best: float) -> tuple[Crew | None, float]:
        """Return the crew on its way home that is nearer than *chosen*, if there is one."""
        for crew in self.loose.values():
            if crew.group.leads[kind]:
                minutes = self._minutes_to(crew, node)
                if minutes < best:
                    chosen, best = crew, minutes
        return chosen, best

    def _reinforce(self, site: Site) -> None:
        """Send more free crews until as many are there or on their way as command wants."""
        if self._is_short(site):
            for minutes, i in self._preferences(site.kind, self.node[site.d], lead=False):
                group = self.groups[i]
                drive_min = minutes - group.turnout_min
                if drive_min > self.reinforce_limit_min:
                    continue
                while group.idle and self._wants(site, group):
                    self._order(group.idle[-1], site, drive_min)
        if self._is_short(site):
            self.needing[site.kind][site.d] = site

    def _is_short(self, site: Site) -> bool:
        """Tell whether *site* wants more hands, or still the helper (a crane) that its kind should have."""
        if self.without_helper[site.kind] == 1.0:
            return len(site.crews) + len(site.coming) < site.wanted
        helped = self._is_helped(site)
        return not helped or len(site.crews) + len(site.coming) - 1 < site.wanted

    def _wants(self, site: Site, group: Group) -> bool:
        """Tell whether *site* can use a crew of *group*: the first helper always, others up to the hands wanted."""
        there = len(site.crews) + len(site.coming)
        if self.without_helper[site.kind] == 1.0:
            return there < site.wanted
        helped = self._is_helped(site)
        return (group.aids[site.kind] and not helped) or there - int(helped) < site.wanted

    def _is_helped(self, site: Site) -> bool:
        kind = site.kind
        return any(crew.group.aids[kind] for crew in site.crews) or any(crew.group.aids[kind] for crew in site.coming)

    def _pull_away(self, site: Site) -> tuple[Crew | None, float]:
        """Find the nearest crew that only reinforces a demand of clearly lower priority."""
        chosen, best = None, NEVER
        for other in self.manned.values():
            if len(other.crews) < 2 or not dispatch.may_pull_away(other.priority, site.priority, self.retask_gap):
                continue
            if other.holding:
                continue
            for crew in other.crews:
                spare = not crew.group.leads[other.kind] or other.leads > 1
                if spare and crew.boss is self and crew.group.leads[site.kind]:
                    minutes = self.world.travel_min(crew.node, self.node[site.d], crew.group.vehicle)
                    if minutes < best:
                        chosen, best = crew, minutes
        return chosen, best

    def _queue(self, site: Site) -> None:
        """Let *site* wait for the next free crew; note it if no crew of the fleet can get there at all."""
        if site.waiting:
            return
        site.waiting = True
        d = site.d
        heapq.heappush(self.queue[site.kind], (self.urgency(d), d))
        if not self._preferences(site.kind, self.node[d]) and self._somebody_could(site.kind):
            self.cut_off.setdefault(d, self.env.now)
            self.world.note("no_road", demand=d, zone=self.zone[d])

    def _somebody_could(self, kind: int) -> bool:
        return any(group.leads[kind] for group in self.groups)

    # ---- crews look for work ---------------------------------------------------------------

    def _find_work(self, crew: Crew) -> tuple[Site | None, float]:
        """Return the waiting demand that *crew* should lead, else one that it should reinforce, and the drive."""
        group = crew.group
        if crew.state in fleet.AT_A_NODE:
            node, lead_in = crew.node, 0.0
        else:
            node, lead_in = self._position(crew)
        roads = self.world.roads
        minutes_to, scale = roads.free_flow(group.vehicle)[node], roads.scale[group.vehicle]
        queue, leads = self.queue, group.leads
        for kind in group.work_kinds:
            if leads[kind] and queue[kind]:
                d, minutes = dispatch.best_of(
                    self._waiting(kind), self.node, minutes_to, self.look_ahead, self.give_up_after
                )
                if d >= 0:
                    return self.sites[d], minutes * scale + lead_in
        for kind in group.work_kinds:
            if self.needing[kind]:
                d, minutes = dispatch.best_of(
                    self._needing(kind, group), self.node, minutes_to, self.look_ahead, self.give_up_after
                )
                if d >= 0 and minutes * scale <= self.reinforce_limit_min:
                    return self.sites[d], minutes * scale + lead_in
        return None, NEVER

    def _needing(self, kind: int, group: Group) -> Iterable[int]:
        """Return the demands of *kind* that want a crew of *group* beside those that are there."""
        needing = self.needing[kind]
        if self.without_helper[kind] == 1.0:
            return needing
        return (d for d, site in needing.items() if self._wants(site, group))

    def _waiting(self, kind: int) -> Iterable[int]:
        """Yield the waiting demands of *kind*, about most urgent first; clear away those that wait no more."""
        heap = self.queue[kind]
        sites = self.sites
        while heap and not sites[heap[0][1]].waiting:
            heapq.heappop(heap)
        for _, d in heap:
            if sites[d].waiting:
                yield d

    def _order(self, crew: Crew, site: Site, drive_min: float) -> None:
        """Send *crew* to *site*; it arrives after turnout, the drive and the way inside the zone."""
        now, d, group = self.env.now, site.d, crew.group
        if self._is_at_work(crew):
            self._withdraw(crew)
            self.world.note("retasked", demand=d, crew=crew.index)
        was_idle = crew.state == fleet.IDLE
        turnout = 0.0
        if was_idle:
            group.idle.remove(crew)
            for kind in group.lead_kinds:
                self.free_leads[kind] -= 1
            turnout = min(group.turnout_min, self.ready_turnout_min) if crew.mobilised else group.turnout_min
            self._begin_duty(crew, now)
        elif self.loose:
            self.loose.pop(crew.index, None)
        crew.mobilised = True
        self._depart(crew, self.node[d], now, turnout, drive_min + self.access_min[d])
        crew.job, crew.state = d, fleet.TRAVEL
        site.coming.append(crew)
        if site.waiting and group.leads[site.kind]:
            self._served(site)
        elif not site.single and not self._is_short(site):
            self.needing[site.kind].pop(d, None)
        if not site.single and len(site.crews) + len(site.coming) >= 2:
            self.manned[d] = site
        self.crews_sent[d] += 1
        if self.dispatched_min[d] == NEVER:
            self.dispatched_min[d] = now
        if self.telling:
            self.world.note("crew_ordered", demand=d, crew=crew.index, value=crew.until)
        if was_idle:
            crew.order.carry_out(crew.until - now)
        else:
            self._divert(crew)

    def _served(self, site: Site) -> None:
        """A crew that leads is on its way: *site* waits no more, though it may want others beside it."""
        site.waiting = False
        if site.d in self.cut_off:
            self.unreachable_min[site.d] += self.env.now - self.cut_off.pop(site.d)
        if not site.single and self._is_short(site):
            self.needing[site.kind][site.d] = site

    def _depart(self, crew: Crew, node: int, now: float, turnout_min: float, leg_min: float) -> None:
        if crew.state in (fleet.TRAVEL, fleet.HOME):
            crew.travel_min += max(0.0, now - crew.leg_from)
            crew.from_node = self._position(crew)[0]
        else:
            crew.from_node = crew.node
        crew.to_node = node
        crew.leg_from = now + turnout_min
        crew.until = crew.leg_from + leg_min

    def _divert(self, crew: Crew) -> None:
        """Wake *crew* up to its new state, unless it is the one that acts right now."""
        if crew.process is not None and self.env.active_process is not crew.process:
            crew.process.interrupt()

    def _position(self, crew: Crew) -> tuple[int, float]:
        """Return the next node ahead of a crew on the road, and the minutes to it."""
        now = self.env.now
        if crew.state not in (fleet.TRAVEL, fleet.HOME) or now >= crew.until:
            return crew.node, 0.0
        if now <= crew.leg_from:
            return crew.from_node, 0.0
        nodes, passed = self.world.roads.way(crew.from_node, crew.to_node, crew.group.vehicle)
        if not nodes:
            return crew.from_node, now - crew.leg_from
        share = (now - crew.leg_from) / (crew.until - crew.leg_from)
        at, minutes = ahead(nodes, passed, share * passed[-1])
        return nodes[at], minutes

    def _minutes_to(self, crew: Crew, node: int) -> float:
        at, lead_in = self._position(crew)
        return lead_in + self.world.travel_min(at, node, crew.group.vehicle)

    # ---- duty hours ------------------------------------------------------------------------

    def _begin_duty(self, crew: Crew, now: float) -> None:
        """Start a new spell of duty if *crew* has rested; watch for the hours at which it tires and must stop."""
        if now - crew.idle_from < self.rest_min and crew.duty_from > fleet.OFF_DUTY:
            return
        crew.duty_from = now
        crew.spell += 1
        spell = crew.spell
        if now + self.tired_min < self.world.horizon_min:
            self.world.after(self.tired_min, self._tires, crew, spell)
            self.world.after(self.spent_min, self.when_spent, crew, spell)

    def _tires(self, crew: Crew, spell: int) -> None:
        self.loose.pop(crew.index, None)
        if crew.spell == spell and self._is_at_work(crew):
            self.sites[crew.job].rerate()

    # ---- taking crews away -----------------------------------------------------------------

    def _is_at_work(self, crew: Crew) -> bool:
        """Tell whether *crew* works on something that is not done: one that has just finished there is free."""
        if crew.state != fleet.WORK:
            return False
        site = self.sites[crew.job]
        return site.state == OPEN and crew in site.crews

    def _withdraw(self, crew: Crew) -> None:
        """Take *crew* off the site where it works."""
        site = self.sites[crew.job]
        site.leave(crew)
        if crew.group.medical:
            self.medical.first_aid_leaves(self.zone[crew.job])
        crew.work_min += self.env.now - crew.since
        self._look_after(site)

    def _turn_back(self, crew: Crew) -> None:
        """Give up the demand to which *crew* drives."""
        site = self.sites[crew.job]
        site.coming.remove(crew)
        self._look_after(site)

    def _look_after(self, site: Site) -> None:
        """See that *site* is led or queued, after a crew was taken from it; not if only the works know of it."""
        if site.state != OPEN or site.waiting or self.known_min[site.d] == NEVER:
            return
        if not site.leads and not any(crew.group.leads[site.kind] for crew in site.coming):
            self.needing[site.kind].pop(site.d, None)
            self._queue(site)
        elif self._is_short(site):
            self.needing[site.kind][site.d] = site
