"""The response: plays what a layout does about a scenario, minute by minute, and returns the log."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import simpy

from sim.city.model import City
from sim.hazard.scenario import FacilityOut, Scenario
from sim.plan.model import Layout, Plan
from sim.response.bursts import Bursts
from sim.response.clock import Clock, run_events
from sim.response.command import Command
from sim.response.evacuation import Evacuation
from sim.response.gas import Gas
from sim.response.levels import Staff
from sim.response.local import LocalForce
from sim.response.log import DONE, OPEN, PREVENTED, CasualtyLog, CrewLog, DemandLog, Log
from sim.response.medical import Medical
from sim.response.reporting import Reporting
from sim.response.site import Site
from sim.response.supply import Supply
from sim.response.warning import Warnings
from sim.response.world import World


class Response:
    """All parts of one response, put together."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.warnings = Warnings(world)
        self.medical = Medical(world)
        self.evacuation = Evacuation(world, self.warnings, self.medical.traffic)
        self.supply = Supply(world)
        self.command = Command(world, self.medical)
        self.gas = Gas(world, self.command, self.warnings, self.evacuation, self.medical)
        self.bursts = Bursts(self.command, world.scenario.bursts)
        self.reporting = Reporting(world, self.command.zone, self._known)
        self.staff = Staff(world, self.command, self.medical, self.supply, self.reporting.send_scouts)
        self.command.on_established.append(self.medical.lanes_open)
        self.command.on_restored += [self.reporting.restored, self.supply.restored]
        self.local: dict[int, LocalForce] = {}
        self.with_bystanders: list[Site] = []

    def _local_force(self, zone: int) -> LocalForce:
        """Return the first responders of *zone*, who come into being when first needed."""
        force = self.local.get(zone)
        if force is None:
            zones = self.world.city.zones
            crews = int(zones.communities[zone] + zones.villages[zone])
            force = self.local[zone] = LocalForce(self.command, zone, crews, 1_000_000 + 1_000 * zone)
        return force

    def start(self) -> None:
        """Set everything in motion at T0."""
        self._roads_fail()
        self.command.start()
        self.staff.start()
        self.supply.start(self._is_done)
        self.gas.start()
        self.bursts.arm()
        self._dangers_strike()
        self.medical.start(self.command.spared, self._happened)
        self._watch_daylight()
        self._nature_helps()
        self._facilities_fail()
        self.world.env.process(self._demands_become_real())

    # ---- what the scenario does ------------------------------------------------------------

    def _demands_become_real(self) -> Generator[simpy.Event, Any, None]:
        env, real = self.world.env, self.command.real_min
        for d, minute in enumerate(real):
            if minute > self.world.horizon_min:
                return
            if minute > env.now:
                yield simpy.Timeout(env, minute - env.now)
            self._becomes_real(d)

    def _becomes_real(self, d: int) -> None:
        board = self.command
        if self.preventable[d] and self._is_prevented(d):
            board.prevented[d] = True
            first, last = board.victims[d]
            board.spared[first:last] = [True] * (last - first)
            self.world.note("demand_prevented", demand=d, zone=board.zone[d])
            board.over(d)
            return
        if board.telling:
            self.world.note("demand_real", demand=d, zone=board.zone[d])
        kind = board.kind_of[d]
        if board.bystander_worth[kind] > 0.0:
            self.world.after(self.bystander_delay_min, self._bystanders_begin, d)
        if self.local_kinds[kind]:
            self._local_force(board.zone[d]).sees(d)
        if board.works_kinds[kind]:
            self.world.at(self.reporting.noticed[d], board.works_call, d)
        self.bursts.strike(d)
        self.gas.begin(d)
        self.reporting.report(d)

    def _is_prevented(self, d: int) -> bool:
        """A fire does not spread from one that is out; nobody is buried where nobody was."""
        board = self.command
        parent = self.parents[d]
        if parent >= 0 and (board.prevented[parent] or board.done_min[parent] <= self.world.env.now):
            return True
        first, last = board.victims[d]
        return last > first and all(board.spared[first:last])

    def _happened(self, d: int) -> bool:
        """Tell whether demand *d* has become real by now."""
        return self.command.real_min[d] <= self.world.env.now and not self.command.prevented[d]

    def _bystanders_begin(self, d: int) -> None:
        site = self.command.site(d)
        if site.state == OPEN:
            if not site.crews:
                self.world.note("neighbours_begin", demand=d, zone=self.command.zone[d])
            site.bystanders = True
            self.with_bystanders.append(site)
            site.rerate()
            self.world.at(self.command.real_min[d] + self.command.bystander_min, site.rerate)

    def _is_done(self, demand: int) -> bool:
        """Tell whether *demand*, which would prevent something, is done; -1 prevents nothing."""
        return demand >= 0 and self.command.done_min[demand] <= self.world.env.now

    def _roads_fail(self) -> None:
        closures = self.world.scenario.closures
        by_minute: dict[float, list[int]] = {}
        for closure, (start, end) in enumerate(zip(closures.from_min.tolist(), closures.to_min.tolist(), strict=True)):
            by_minute.setdefault(start, []).append(closure)
            if end <= self.world.horizon_min:
                self.world.at(end, self.world.roads.end, closure)
        self._close(by_minute.pop(0.0, []))
        for minute, group in sorted(by_minute.items()):
            self.world.at(minute, self._close, group)

    def _close(self, closures: list[int]) -> None:
        """Shut the roads of *closures*, but for those that somebody has kept open."""
        prevented_by = self.world.scenario.closures.prevented_by
        left = [
            closure for closure in closures
            if not self._is_done(int(prevented_by[closure])) and self.command.may_close(closure)
        ]
        if left:
            self.world.roads.begin(left)

    def _facilities_fail(self) -> None:
        for out in self.world.scenario.facilities:
            self.world.at(out.from_min, self._facility, out)

    def _facility(self, out: FacilityOut) -> None:
        """Take a hospital, or what a layout has at a node, out of use until the water has gone."""
        if self._is_done(out.prevented_by):
            return
        self.world.note("facility_out", word=out.place)
        for use in self._uses(out):
            use(True)
            self.world.at(out.to_min, use, False)

    def _uses(self, out: FacilityOut) -> list[Callable[[bool], None]]:
        if out.kind == "hospital":
            return [partial(self.medical.hospitals.close, out.place)]
        node = self.world.city.roads.node(out.place)
        if out.kind == "depot_place":
            return [partial(self.supply.close, node)]
        return [partial(self.command.stand_down, node)]

    def _dangers_strike(self) -> None:
        scenario = self.world.scenario
        for number, danger in enumerate(scenario.dangers):
            if danger.release < 0:
                self.world.at(danger.strike_min, self._strikes, number)

    def _strikes(self, number: int) -> None:
        """Spare those who had left in time; where the danger strikes at once, stop the rescue for a while."""
        danger, now = self.world.scenario.dangers[number], self.world.env.now
        casualties, board = self.world.scenario.casualties, self.command
        for zone in danger.zones.tolist():
            gone = self.evacuation.share_gone if danger.evacuate else self.warnings.share_left
            share = gone(number, zone, now)
            hurt = np.flatnonzero((casualties.event == danger.event) & (casualties.zone == zone))
            for casualty in hurt[casualties.avoid_draw[hurt] < share].tolist():
                board.spared[casualty] = True
        if danger.evacuate:
            return
        zones = set(danger.zones.tolist())
        paused = [
            site
            for site in board.sites.values()
            if site.state == OPEN and board.zone[site.d] in zones and board.law[site.kind] == "rescue"
        ]
        for site in paused:
            site.paused = True
            site.rerate()
        self.world.after(self.pause_min, self._resume, paused)

    def _resume(self, paused: list[Site]) -> None:
        for site in paused:
            site.paused = False
            if site.state == OPEN:
                site.rerate()

    def _watch_daylight(self) -> None:
        """Rate the sites with bystanders anew at 6 and at 20 o'clock."""
        clock_min = self.world.scenario.hour * 60.0
        for day in range(int(self.world.horizon_min // 1440) + 2):
            for hour in (6.0, 20.0):
                minute = day * 1440.0 + hour * 60.0 - clock_min
                if 0.0 < minute <= self.world.horizon_min:
                    self.world.at(minute, self._light_changes)

    def _light_changes(self) -> None:
        for site in self.with_bystanders:
            if site.state == OPEN:
                site.rerate()

    def _nature_helps(self) -> None:
        """End demands whose outage or closure ends by itself."""
        scenario = self.world.scenario
        demands = scenario.demands
        for d in np.flatnonzero((demands.closure >= 0) | (demands.outage >= 0)).tolist():
            closure, outage = self.command.closure[d], self.command.outage[d]
            ends = [float(scenario.closures.to_min[closure])] if closure >= 0 else []
            ends += [float(scenario.outages.to_min[outage])] if outage >= 0 else []
            if ends and max(ends) <= self.world.horizon_min:
                self.world.at(max(ends), self._over_by_itself, d)

    def _over_by_itself(self, d: int) -> None:
        site = self.command.site(d)
        if site.state == OPEN and not self.command.prevented[d]:
            site.finish()

    def _known(self, d: int) -> None:
        self.staff.demand_known(d)
        if d in self.gas.of_demand:
            self.medical.leak_known()
            self.warnings.demand_known(d)
        self.medical.zone_known(self.command.zone[d])
        self.command.known(d)

    # ---- numbers ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """Take the numbers that the hot loops need out of the tables."""
        c, scenario = self.world.plan.coefficients, self.world.scenario
        self.bystander_delay_min = c["bystander_delay_min"]
        self.pause_min = c["danger_pause_min"]
        self.parents: list[int] = scenario.demands.parent.tolist()
        self.preventable = [
            parent >= 0 or last > first
            for parent, (first, last) in zip(self.parents, self.command.victims, strict=True)
        ]
        self.local_kinds = [kind.local_responders for kind in self.world.plan.kinds.values()]

    def log(self) -> Log:
        """Return what happened."""
        relief, deliveries, stock_left, stock_out_min = self.supply.finish()
        return Log(
            layout_id=self.world.layout.layout_id,
            scenario_id=self.world.scenario.scenario_id,
            horizon_min=self.world.horizon_min,
            demands=self._demand_log(),
            casualties=self._casualty_log(),
            relief=relief,
            deliveries=deliveries,
            stock_left=stock_left,
            stock_out_min=stock_out_min,
            crews=self._crew_log(),
            levels=tuple(self.world.levels),
            reopened=tuple(self.command.reopened),
            restored=tuple(self.command.restored),
            warnings=self.warnings.finish(self.command.prevented),
            evacuations=self.evacuation.finish(self.command.prevented),
            gas=self.gas.log(),
            crews_hurt=self.bursts.responders_hurt,
            hospital_shut=tuple(self.medical.hospitals.shut),
            washed=self.medical.washing.washed(),
            events=self.world.events,
            timeline=tuple(self.world.timeline or ()),
        )

    def let_go(self) -> None:
        """Cut the circles of crews, sites and events: they are freed at once, and no collector must find them."""
        board = self.command
        if isinstance(self.world.env, Clock):
            self.world.env.forget()
        for crew in (*board.crews, *(crew for force in self.local.values() for crew in force.crews)):
            crew.boss = crew.process = None
            crew.group.idle.clear()
        for crew in board.crews:
            if crew.order.callbacks:
                crew.order.callbacks.clear()
        board.sites.clear()
        board.manned.clear()
        board.loose.clear()
        board.needing.clear()
        self.with_bystanders.clear()

    def _demand_log(self) -> DemandLog:
        board, now = self.command, self.world.horizon_min
        state = [
            PREVENTED if prevented else DONE if done <= now else OPEN
            for prevented, done in zip(board.prevented, board.done_min, strict=True)
        ]
        crew_min, left = [0.0] * len(state), board.work.copy()
        for d, site in board.sites.items():
            crew_min[d] = site.crew_min
            if site.state == OPEN:
                crew_min[d] += sum(now - crew.since for crew in site.crews)
            left[d] = 0.0 if state[d] == DONE else max(0.0, self._left_work(site, now))
        for d, since in board.cut_off.items():
            board.unreachable_min[d] += now - since
        return DemandLog(
            known_min=np.array(board.known_min),
            dark=np.array(self.reporting.dark, dtype=bool),
            dispatched_min=np.array(board.dispatched_min),
            arrived_min=np.array(board.arrived_min),
            local_arrived_min=np.array(board.local_arrived_min),
            started_min=np.array(board.started_min),
            done_min=np.array(board.done_min),
            state=np.array(state, dtype=np.int64),
            crews_sent=np.array(board.crews_sent, dtype=np.int64),
            crew_min=np.array(crew_min),
            left_work=np.array(left),
            unreachable_min=np.array(board.unreachable_min),
            quantity_end=np.array(board.quantity_end),
        )

    def _left_work(self, site: Site, now: float) -> float:
        board = self.command
        current = site.remaining - site.rate * (now - site.since)
        rest = sum(board.extrication[c] for c in range(site.next + 1, site.last) if not board.spared[c])
        return float(current + rest)

    def _casualty_log(self) -> CasualtyLog:
        scenario = self.world.scenario
        trapped = scenario.casualties.demand >= 0
        freed = np.where(trapped, np.array(self.command.freed_min), scenario.casualties.real_min)
        care = self.medical.finish(self.command.spared, self.command.freed_min)
        return CasualtyLog(freed_min=freed, **care)

    def _crew_log(self) -> CrewLog:
        crews = [*self.command.crews, *(crew for _, force in sorted(self.local.items()) for crew in force.crews)]
        now = self.world.horizon_min
        for crew in crews:
            crew.boss.close_books(crew, now)
        return CrewLog(
            team=tuple(crew.group.team_id for crew in crews),
            people=np.array([crew.group.people for crew in crews], dtype=np.int64),
            available_min=np.array([crew.available_min for crew in crews]),
            travel_min=np.array([crew.travel_min for crew in crews]),
            work_min=np.array([crew.work_min for crew in crews]),
            rest_min=np.array([crew.rest_min for crew in crews]),
            jobs=np.array([crew.jobs for crew in crews], dtype=np.int64),
        )


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep the garbage collector from walking through the city and its road tables while the clock runs.

    One response leaves some megabytes at most, which are collected afterwards; the pause saves a fifth of its time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def respond(
    city: City,
    plan: Plan,
    layout: Layout,
    scenario: Scenario,
    *,
    env_class: Callable[[], simpy.Environment] = Clock,
    timeline: bool = False,
) -> Log:
    """Play the response of *layout* to *scenario* and return what happened; the same inputs give the same log.

    *env_class* makes the SimPy environment (plain ``simpy.Environment`` gives the same log); *timeline* keeps every
    step in words (slower, for one replication).
    """
    with collection_paused():
        world = World(city, plan, layout, scenario, env_class, timeline=timeline)
        response = Response(world)
        response.prepare()
        response.start()
        world.events = run_events(world.env, scenario.horizon_min)
        log = response.log()
        response.let_go()
        return log
