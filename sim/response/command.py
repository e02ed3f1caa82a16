"""Command (指挥调度): crews come into being, report, go home and rest; demands are opened and closed; roads change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.common.types import NEVER
from sim.response import fleet
from sim.response.fleet import Crew, Group
from sim.response.log import DONE, OPEN
from sim.response.roads import turning_point
from sim.response.site import Site
from sim.response.works import Works


class Command(Works):
    """The duty room's dispatcher, as the crews, the sites and the roads know it."""

    __slots__ = ()

    def start(self) -> None:
        """Begin to watch the roads."""
        self.world.roads.before_worse.append(self._hold_up)
        self.world.roads.listeners.append(self._roads_changed)
        self.when_spent = self._is_spent

    # ---- crews come into being -------------------------------------------------------------

    def enlist(self, crew: Crew) -> None:
        """Take *crew* into the fleet now: it gets a job at once if one waits for it."""
        crew.boss = self
        crew.available_min = self.env.now if self.may_go(crew.group) else NEVER
        self.crews.append(crew)
        self._stand_ready(crew)
        crew.process = self.env.process(fleet.life(self.env, crew))

    def employ(self, crew: Crew) -> None:
        """Give an idle crew at its base the best job that waits, if any."""
        if crew.state != fleet.IDLE or not self.may_go(crew.group):
            return
        site, drive_min = self._find_work(crew)
        if site is not None:
            self._order(crew, site, drive_min)

    def employ_all(self, groups: Iterable[Group]) -> None:
        """Look for work for every idle crew of *groups*, for instance after a level opened their tier."""
        self.forget_preferences()
        for group in groups:
            for crew in tuple(group.idle):
                if self.may_go(group):
                    crew.available_min = min(crew.available_min, self.env.now)
                self.employ(crew)

    def stand_down(self, node: int, out: bool) -> None:
        """Keep the teams based at *node* from turning out while their base is hit itself."""
        here = [group for group in self.groups if group.node == node]
        for group in here:
            group.out = out
        self.forget_preferences()
        if not out:
            self.employ_all(here)

    # ---- demands ---------------------------------------------------------------------------

    def site(self, d: int) -> Site:
        """Return the site of demand *d*, opened when first asked for."""
        site = self.sites.get(d)
        if site is None:
            site = self.sites[d] = Site(self, d)
        return site

    def works_call(self, d: int) -> None:
        """Let the plant of *d* turn out the brigades beside it, as soon as the demand is noticed there."""
        if not self.prevented[d]:
            self.turn_out(self.site(d))

    def known(self, d: int) -> None:
        """Act on a demand that the duty room now knows of."""
        self.known_min[d] = self.env.now
        if self.telling:
            self.world.note("demand_known", demand=d, zone=self.zone[d])
        site = self.sites.get(d) or self.site(d)
        if site.state != OPEN:
            return
        if d in self.ends:
            self._choose_end(site)
        if self.works_kinds[site.kind] and self._is_led(site):
            self._add_to_works(site)
        elif not self._send_first(site):
            self._queue(site)
        elif not site.single and self._is_short(site):
            self._reinforce(site)

    # ---- what crews report -----------------------------------------------------------------

    def arrived(self, crew: Crew) -> None:
        """Let *crew* begin at the demand to which it drove."""
        now, d = self.env.now, crew.job
        site = self.sites[d]
        crew.travel_min += now - crew.leg_from
        crew.node = crew.to_node
        crew.since = now
        site.coming.remove(crew)
        if now < self.arrived_min[d]:
            self.arrived_min[d] = now
        if crew.group.medical:
            self.medical.first_aid_at(self.zone[d], now)
        if self.telling:
            self.world.note("crew_arrived", demand=d, crew=crew.index, zone=self.zone[d])
        if site.alone:
            crew.state = fleet.WORK_ALONE
            work = site.remaining + self.start_work(d)
            crew.until = now + work / self.strength(crew, site.kind)
        else:
            crew.state = fleet.WORK
            site.join(crew)

    def done_alone(self, crew: Crew) -> None:
        """End a demand that one crew did alone."""
        site = self.sites[crew.job]
        site.crew_min += self.env.now - crew.since
        site.finish()
        self.free(crew)

    def free(self, crew: Crew) -> None:
        """Find *crew*'s next task when its work is done: another demand, the way home, or rest."""
        if crew.group.medical:
            self.medical.first_aid_leaves(self.zone[crew.job])
        crew.work_min += self.env.now - crew.since
        crew.jobs += 1
        if self.telling:
            self.world.note("crew_left", demand=crew.job, crew=crew.index)
        self._next(crew)

    def _next(self, crew: Crew) -> None:
        if self.env.now - crew.duty_from >= self.tired_min or crew.index in self.laid_up:
            self._go_home(crew)
            return
        site, drive_min = self._find_work(crew)
        if site is None:
            self._go_home(crew)
        else:
            self._order(crew, site, drive_min)

    def _go_home(self, crew: Crew) -> None:
        """Drive home, free for any order on the way; without a road stay until there is one."""
        at, lead_in = self._position(crew)
        drive_min = lead_in + self.world.travel_min(at, crew.group.node, crew.group.vehicle)
        if drive_min == NEVER:
            crew.travel_min += max(0.0, self.env.now - crew.leg_from) if crew.state == fleet.TRAVEL else 0.0
            crew.node, crew.state, crew.job = at, fleet.STAND_BY, -1
        else:
            self._depart(crew, crew.group.node, self.env.now, 0.0, drive_min)
            crew.state, crew.job = fleet.HOME, -1
        if self.retask and self.env.now - crew.duty_from < self.tired_min and crew.index not in self.laid_up:
            self.loose[crew.index] = crew
        self._divert(crew)

    def at_home(self, crew: Crew) -> None:
        """Let *crew* rest if it is tired, else be ready again."""
        now = self.env.now
        crew.travel_min += now - crew.leg_from
        crew.node = crew.group.node
        self.loose.pop(crew.index, None)
        if now - crew.duty_from >= self.tired_min or crew.index in self.laid_up:
            # Who is out of service does not come back within the horizon.
            rest_min = self.rest_min if crew.index not in self.laid_up else self.world.horizon_min - now + 1.0
            crew.state, crew.until = fleet.REST, now + rest_min
            crew.rest_min += rest_min
            self.world.note("crew_rest", crew=crew.index, value=crew.until)
        else:
            self._ready(crew)

    def rested(self, crew: Crew) -> None:
        """Take *crew* back after its rest, fresh."""
        crew.duty_from = fleet.OFF_DUTY
        self._ready(crew)

    def _ready(self, crew: Crew) -> None:
        """Send a crew that is back at its base out again if something waits; else let it stand ready."""
        crew.state, crew.idle_from = fleet.STAND_BY, self.env.now
        if self.may_go(crew.group):
            site, drive_min = self._find_work(crew)
            if site is not None:
                self._begin_duty(crew, self.env.now)
                self._order(crew, site, drive_min)
                return
        self._stand_ready(crew)

    def _stand_ready(self, crew: Crew) -> None:
        crew.state = fleet.IDLE
        crew.order = fleet.Order(self.env)
        crew.group.idle.append(crew)
        for kind in crew.group.lead_kinds:
            self.free_leads[kind] += 1

    # ---- duty hours ------------------------------------------------------------------------

    def _is_spent(self, crew: Crew, spell: int) -> None:
        """Send a crew home whose hours are up; its demand goes back into the queue if nobody else leads there.

        Crews that hold something in place stay until they are no longer needed.
        """
        if crew.spell != spell:
            return
        if self._is_at_work(crew):
            if self.sites[crew.job].holding:
                return
            self._withdraw(crew)
            self.world.note("crew_left", demand=crew.job, crew=crew.index, word="spent")
            self._go_home(crew)
        elif crew.state == fleet.TRAVEL:
            self._turn_back(crew)
            self._go_home(crew)

    # ---- the end of a demand ---------------------------------------------------------------

    def finished(self, site: Site) -> None:
        """Close the books of *site*; send the crews that were on their way elsewhere."""
        site.state = DONE
        if not site.holding:
            self._achieved(site)
            return
        self._wants_nobody(site, "crews_released")

    def established(self, site: Site) -> None:
        """Count *site* as done though its crews stay to hold what they have put in place."""
        self._achieved(site)
        self.world.note("crews_stay", demand=site.d, zone=self.zone[site.d])
        for callback in self.on_established:
            callback(site.d, len(site.crews))

    def over(self, d: int) -> None:
        """Open the roads and free the crews that were bound to *d*, as it is done or will never become real."""
        for closure in self.lasts_with.get(d, ()):
            self.world.roads.end(closure)
        for held in self.held_by.get(d, ()):
            if self.real_min[held] <= self.env.now and not self.prevented[held]:
                site = self.site(held)
                if site.state == OPEN:
                    site.finish()
        for callback in self.on_over:
            callback(d)

    def lay_up(self, crew: Crew) -> None:
        """Send *crew* home from its work, out of service for good."""
        self._withdraw(crew)
        self.laid_up.add(crew.index)
        self._go_home(crew)

    def replace_crews(self, site: Site) -> None:
        """Send others to *site*, from which crews were taken away."""
        if site.state != OPEN:
            return
        if site.waiting:
            if self._send_first(site):
                self._reinforce(site)
        elif not site.single and not site.holding and self._is_short(site):
            self._reinforce(site)

    def _achieved(self, site: Site) -> None:
        """Note that the work on *site* is done, and what hangs on it."""
        d = site.d
        self.done_min[d] = self.env.now
        helped = self.arrived_min[d] < NEVER or self.local_arrived_min[d] < NEVER or site.bystanders
        self._wants_nobody(site, "demand_done" if helped else "demand_over")
        if self.closure[d] >= 0 or self.outage[d] >= 0:
            self.after_done(d)
        if d in self.followed:
            self.over(d)

    def _wants_nobody(self, site: Site, word: str) -> None:
        """Take *site* from the lists of those that wait or are short; turn back who is on the way."""
        d = site.d
        site.waiting = False
        if not site.single:
            self.needing[site.kind].pop(d, None)
            self.manned.pop(d, None)
        if d in self.cut_off:
            self.unreachable_min[d] += self.env.now - self.cut_off.pop(d)
        if self.telling:
            self.world.note(word, demand=d, zone=self.zone[d])
        if site.coming:
            coming, site.coming = site.coming, []
            for crew in coming:
                crew.boss.called_off(crew)

    def called_off(self, crew: Crew) -> None:
        """Turn a crew whose demand ended without it to other work."""
        self._next(crew)

    def close_books(self, crew: Crew, now: float) -> None:
        """Count what *crew* is in the middle of at the horizon."""
        if crew.state in (fleet.TRAVEL, fleet.HOME):
            crew.travel_min += max(0.0, now - crew.leg_from)
        elif crew.state in (fleet.WORK, fleet.WORK_ALONE):
            crew.work_min += now - crew.since
        elif crew.state == fleet.REST:
            crew.rest_min -= max(0.0, crew.until - now)

    # ---- roads -----------------------------------------------------------------------------

    def _hold_up(self, ends: list[tuple[int, int]]) -> Callable[[], None] | None:
        """Before roads get worse, find the crews whose way ahead uses them; turn them once it has happened."""
        held: list[tuple[Crew, int, float]] = []
        now = self.env.now
        for crew in self.crews:
            if crew.state not in (fleet.TRAVEL, fleet.HOME) or now >= crew.until:
                continue
            nodes, passed = self.world.roads.way(crew.from_node, crew.to_node, crew.group.vehicle)
            if not nodes:
                continue
            driven = max(0.0, now - crew.leg_from) / max(1e-9, crew.until - crew.leg_from) * passed[-1]
            turn = turning_point(nodes, passed, driven, ends)
            if turn is not None:
                held.append((crew, *turn))
        if not held:
            return None
        return lambda: self._turn_held(held)

    def _turn_held(self, held: list[tuple[Crew, int, float]]) -> None:
        for crew, node, lead_in in held:
            if crew.state == fleet.HOME:
                self.loose.pop(crew.index, None)
                crew.travel_min += max(0.0, self.env.now - crew.leg_from) + lead_in
                crew.node, crew.state = node, fleet.STAND_BY
                self._go_home(crew)
            elif crew.state == fleet.TRAVEL:
                self._reroute(crew, node, lead_in)

    def _reroute(self, crew: Crew, node: int, lead_in: float) -> None:
        """Take the next best way, or give the demand back if no way is left; *lead_in* is the drive to *node*."""
        d = crew.job
        crew.travel_min += max(0.0, self.env.now - crew.leg_from)
        minutes = self.world.travel_min(node, self.node[d], crew.group.vehicle)
        if minutes < NEVER:
            crew.from_node, crew.leg_from = node, max(self.env.now, crew.leg_from)
            crew.until = crew.leg_from + lead_in + minutes + self.access_min[d]
            self.world.note("rerouted", demand=d, crew=crew.index, value=crew.until)
            self._divert(crew)
            return
        self.world.note("no_road", demand=d, crew=crew.index, zone=self.zone[d])
        self._turn_back(crew)
        crew.node, crew.state, crew.leg_from = node, fleet.STAND_BY, self.env.now
        self._next(crew)

    def _roads_changed(self, worse: list[int]) -> None:
        """Forget what was sorted by yesterday's roads; try again what could not be reached."""
        self.forget_preferences()
        if worse:
            return
        for d in tuple(self.cut_off):
            site = self.sites[d]
            if d in self.ends:
                self._choose_end(site)
            if self._preferences(site.kind, self.node[d]) and self._send_first(site):
                self._reinforce(site)
        for crew in tuple(self.crews):
            if crew.state == fleet.STAND_BY:
                self.loose.pop(crew.index, None)
                self._next(crew)
