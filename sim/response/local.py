"""Village and community first responders (微型应急站、村级队伍): there at once, on foot, for their own zone only."""

from __future__ import annotations

import heapq

from sim.plan.model import Team
from sim.response import fleet
from sim.response.command import Command
from sim.response.fleet import Crew, Group
from sim.response.log import OPEN
from sim.response.site import Site


class LocalForce:
    """The first responders of one zone. They wait for nobody's order and see what happens around them."""

    def __init__(self, board: Command, zone: int, crews: int, first_index: int) -> None:
        plan, city = board.world.plan, board.world.city
        c = plan.coefficients
        crew_type = plan.crew_types["local"]
        self.board, self.env, self.zone = board, board.env, zone
        self.sites = board.sites
        self.delay_min = c["local_delay_min"]
        self.hours_min = c["local_hours"] * 60.0
        self.walk_factor = c["access_speed_kmh"] / c["local_speed_kmh"]
        self.waiting: list[tuple[float, int]] = []
        self.unused = crews
        self.next_index = first_index
        self.crews: list[Crew] = []
        team = Team(
            team_id=f"local:{city.zones.code[zone]}", name=city.zones.name[zone], category=city.zones.name[zone],
            tier=0, type="local", people=crews * crew_type.crew_size, ready_people=crews * crew_type.crew_size,
            turnout_min=self.delay_min, node=int(city.zones.node[zone]), capabilities=("local",), equipment="",
            synthetic=True, confidence="estimated",
        )
        self.group = Group(-1, team, crew_type, plan)
        able = [kind.local_responders for kind in plan.kinds.values()]
        self.group.value = [crew_type.productivity if may else 0.0 for may in able]
        self.group.leads = able

    def sees(self, d: int) -> None:
        """Take up demand *d* after the first shock; those still free go now, else it waits for the next."""
        self.board.world.after(self.delay_min, lambda: self._take_up(d))

    def _take_up(self, d: int) -> None:
        site = self.board.site(d)
        if site.state != OPEN:
            return
        if self.unused and self.env.now < self.hours_min:
            self.unused -= 1
            self._send(self._new_crew(), site)
        else:
            heapq.heappush(self.waiting, (self.board.real_min[d] - self.board.stake[d], d))

    def _new_crew(self) -> Crew:
        crew = Crew(self.next_index, self.group, self.env.now)
        self.next_index += 1
        crew.boss = self
        crew.duty_from = self.env.now
        crew.state = fleet.STAND_BY
        self.crews.append(crew)
        return crew

    def _send(self, crew: Crew, site: Site) -> None:
        """Let *crew* walk to *site*; the first leg of a crew is also the start of its life."""
        now, d = self.env.now, site.d
        crew.job, crew.state = d, fleet.TRAVEL
        crew.leg_from, crew.until = now, now + self.board.access_min[d] * self.walk_factor
        site.coming.append(crew)
        if crew.process is None:
            crew.process = self.env.process(fleet.life(self.env, crew))
        elif self.env.active_process is not crew.process:
            crew.process.interrupt()

    def arrived(self, crew: Crew) -> None:
        """Begin to dig beside the bystanders."""
        now, d = self.env.now, crew.job
        site = self.sites[d]
        crew.travel_min += now - crew.leg_from
        crew.since = now
        site.coming.remove(crew)
        self.board.local_arrived_min[d] = min(self.board.local_arrived_min[d], now)
        crew.state = fleet.WORK
        site.join(crew)

    def free(self, crew: Crew) -> None:
        """Go to the next place nearby, until the hours of a volunteer are up."""
        crew.work_min += self.env.now - crew.since
        crew.jobs += 1
        self.called_off(crew)

    def called_off(self, crew: Crew) -> None:
        """Find the next place for a crew that has nothing to do."""
        while self.waiting and self.env.now < self.hours_min:
            _, d = heapq.heappop(self.waiting)
            site = self.board.site(d)
            if site.state == OPEN:
                self._send(crew, site)
                return
        crew.state, crew.job = fleet.STAND_BY, -1
        if crew.process is not None and self.env.active_process is not crew.process:
            crew.process.interrupt()

    def close_books(self, crew: Crew, now: float) -> None:
        """Count what *crew* is in the middle of at the horizon."""
        if crew.state == fleet.TRAVEL:
            crew.travel_min += now - crew.leg_from
        elif crew.state == fleet.WORK:
            crew.work_min += now - crew.since
