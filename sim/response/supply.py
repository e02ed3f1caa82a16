"""Supply convoys (物资保障): request, load, drive, unload, hand out; a person is relieved with the whole kit in hand.

Command knows how many people each shelter or camp holds, promises pieces the moment a truck is ordered, and orders
one truck after another to where it does most (``sim.response.supply_plan``); trucks that are ordered together for one
way travel as a convoy. Any free truck may load at any open depot. Left out: driver hours, docks, loads for two places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from sim.common.types import NEVER, Floats
from sim.response.log import Delivery, ReliefLog
from sim.response.supply_convoys import BACK, LOADING, STRANDED, TO_DEPOT, TO_SITE, UNLOADING, Convoy, Driving
from sim.response.supply_depots import Depots
from sim.response.supply_plan import (
    DUST,
    FULL,
    Portion,
    first_served,
    join,
    load_truck,
    pieces_of,
    truckload_people,
    uses_of,
    worth,
)
from sim.response.supply_requests import Requests
from sim.response.supply_sites import TRUCK, Sites
from sim.response.world import World

Base = tuple[int, int]
"""Where idle trucks stand: (node, home node)."""


class Supply:
    """Relief as a whole: people find places, needs become known, trucks bring the kit."""

    def __init__(self, world: World) -> None:
        self.world, c = world, world.plan.coefficients
        self.payload_kg, self.volume_m3 = c["truck_payload_kg"], c["truck_volume_m3"]
        self.load_min, self.unload_min, self.hand_out_min = c["load_min"], c["unload_min"], c["hand_out_min"]
        self.convoy_trucks = max(1, int(c["convoy_trucks"]))
        self.uses = [uses_of(line, world.plan.items, self.payload_kg, self.volume_m3) for line in world.plan.kit]
        self.truckload = truckload_people(self.uses, self.payload_kg, self.volume_m3)
        self.sites = Sites(world)
        self.depots = Depots(world, self.uses)
        self.requests = Requests(world, self.sites.zone, self._asked)
        self.driving = Driving(world, self._arrived, self._go_on)
        self.idle: dict[Base, int] = {}
        self.convoys: dict[int, Convoy] = {}
        """Convoys under way, by number."""
        self.stranded: list[Convoy] = []
        self.deliveries: list[Delivery] = []
        self.handed: Counter[str] = Counter()
        """Pieces handed out, by item."""
        self._convoys_sent = 0
        self._nothing_to_do = False
        self._drives_key: bytes | None = None
        self._drives = np.zeros((0, 0))

    def start(self, is_done: Callable[[int], bool] = lambda _demand: False) -> None:
        """Let the displaced look for places, the depots open and the trucks stand ready.

        *is_done* tells of a demand whether it is done: people whom it has saved their homes are not displaced.
        """
        self.is_done = is_done
        self.driving.start()
        self.world.roads.listeners.append(self._roads_changed)
        self.world.on_level(self._level_opened)
        for number, depot in enumerate(self.depots.depots):
            if depot.opens_rank >= 4 or self.world.rank <= depot.opens_rank:
                self.world.at(self.world.env.now + depot.opens_after_min, lambda number=number: self._open(number))
        displaced = self.world.scenario.displaced
        by_minute: dict[float, list[tuple[int, int, int]]] = {}
        rows = (displaced.zone, displaced.from_min, displaced.people, displaced.prevented_by)
        for zone, minute, people, saver in zip(*(column.tolist() for column in rows), strict=True):
            by_minute.setdefault(minute, []).append((zone, people, saver))
        for minute, groups in sorted(by_minute.items()):
            self.world.at(minute, lambda groups=groups: self._displaced(groups))

    def add_trucks(self, node: int, n: int) -> None:
        """Take *n* trucks from outside, based at *node*; they may load at any open depot."""
        self.idle[node, node] = self.idle.get((node, node), 0) + n
        self._dispatch()

    def restored(self, outage: int) -> None:
        """A crew has ended *outage*: requests that waited for the link go through. Call after reporting knows."""
        self.requests.restored(outage)

    def under_way(self) -> Counter[str]:
        """Return the pieces on trucks, from the beginning of loading to the hand-out, by item."""
        pieces: Counter[str] = Counter()
        for convoy in self.convoys.values():
            if convoy.state != TO_DEPOT:
                pieces += convoy.pieces()
        return pieces

    def finish(
        self,
    ) -> tuple[ReliefLog, tuple[Delivery, ...], dict[tuple[str, str], int], dict[tuple[str, str], float]]:
        """Return who was relieved when, every delivery, the pieces left in the depots and when stock ran out."""
        return self.sites.finish(), tuple(self.deliveries), self.depots.left(), self.depots.out_min

    # ---- needs and depots ------------------------------------------------------------------

    def _displaced(self, groups: list[tuple[int, int, int]]) -> None:
        homeless = [(zone, people) for zone, people, saver in groups if not self.is_done(saver)]
        self.requests.count(self.sites.settle(homeless))

    def close(self, node: int, closed: bool) -> None:
        """Take the depots at *node* out of use, or back: their stock stays dry but cannot be loaded."""
        for number, place in enumerate(self.depots.node):
            if place == node:
                self.depots.shut(number, shut=closed)
        if not closed:
            self._look_again()

    def _asked(self, needs: Iterable[tuple[int, int]]) -> None:
        for site, people in needs:
            self.sites.ask(site, people)
        self._look_again()

    def _level_opened(self, rank: int) -> None:
        for number, depot in enumerate(self.depots.depots):
            if rank <= depot.opens_rank < 4 and not self.depots.is_open[number]:
                self.world.after(depot.opens_after_min, lambda number=number: self._open(number))

    def _open(self, number: int) -> None:
        if self.depots.is_open[number]:
            return
        depot = self.depots.depots[number]
        self.depots.open(number)
        if depot.trucks:
            self.idle[depot.node, depot.node] = self.idle.get((depot.node, depot.node), 0) + depot.trucks
        if depot.hourly:
            self.world.after(60.0, lambda: self._make(number))
        self._look_again()

    def _make(self, number: int) -> None:
        self.depots.make(number)
        self.world.after(60.0, lambda: self._make(number))
        self._look_again()

    def _look_again(self) -> None:
        """Something has changed that may give trucks work."""
        self._nothing_to_do = False
        self._dispatch()

    # ---- orders ----------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """Order trucks, one by one, until none is free or nothing is left to do; the rest drive home."""
        convoys: list[Convoy] = []
        filling: dict[tuple[Base, int, int], Convoy] = {}
        while self.idle and not self._nothing_to_do:
            job = self._best_job()
            if job is None:
                break
            base, depot, site = job
            way = (base, depot, self.sites.node[site])
            convoy = filling.get(way)
            if convoy is None or convoy.trucks == self.convoy_trucks:
                convoy = filling[way] = self._new_convoy(base, depot, site)
                convoys.append(convoy)
            self._add_truck(convoy, base, site)
        for convoy in convoys:
            self._to_depot(convoy)
        for base in [base for base in self.idle if base[0] != base[1]]:
            self._send_home(base)

    def _best_job(self) -> tuple[Base, int, int] | None:
        """Return the idle trucks, depot and site between which the next truck does most; ``None`` if nowhere."""
        sites = self.sites
        short = sites.short()
        rows, depots = np.flatnonzero(short.any(axis=0)), np.flatnonzero(self.depots.supply.any(axis=0))
        if not rows.size or not depots.size:
            self._nothing_to_do = True
            return None
        drive_min = self._drive_min()[depots[:, None], rows]
        supply = self.depots.supply[:, depots]
        value = worth(short[:, rows], sites.promised[:, rows], sites.known[rows], supply, self.truckload)
        if not (value * (drive_min < NEVER)).any():
            self._nothing_to_do = True
            return None
        bases, lead_min = self._nearest_trucks(depots.tolist())
        trip_min = lead_min[:, None] + drive_min + self._handling_min()
        d, s = first_served(value, self.world.env.now - sites.waiting_since[rows], trip_min)
        return (bases[d], int(depots[d]), int(rows[s])) if d >= 0 else None

    def _handling_min(self) -> float:
        return self.load_min + self.unload_min + self.hand_out_min

    def _nearest_trucks(self, depots: list[int]) -> tuple[list[Base], Floats]:
        """Return for each of *depots* the idle trucks nearest to it, and their minutes of driving."""
        scale, times = self.world.roads.scale[TRUCK], self.world.roads.free_flow(TRUCK)
        nearest = [
            min((times[base[0]][self.depots.node[d]], base[1] != self.depots.node[d], base) for base in self.idle)
            for d in depots
        ]
        return [base for _, _, base in nearest], np.array([minutes * scale for minutes, _, _ in nearest])

    def _drive_min(self) -> Floats:
        """Return the minutes from each depot to each site on today's roads, shape (depots, sites)."""
        key = self.world.roads.state_key
        if key != self._drives_key:
            times = self.world.roads.free_flow(TRUCK)
            rows = [[times[start][node] for node in self.sites.node] for start in self.depots.node]
            self._drives = np.array(rows).reshape(len(rows), -1) * self.world.roads.scale[TRUCK]
            self._drives_key = key
        return self._drives

    def _new_convoy(self, base: Base, depot: int, site: int) -> Convoy:
        convoy = Convoy(self._convoys_sent, base[1], base[0], 0)
        self._convoys_sent += 1
        convoy.depot, convoy.site, convoy.state = depot, site, TO_DEPOT
        self.convoys[convoy.number] = convoy
        return convoy

    def _add_truck(self, convoy: Convoy, base: Base, site: int) -> None:
        """Let one more truck join *convoy*; what room *site* leaves on it goes to other sites at the same node."""
        self._leave_base(base, 1)
        convoy.trucks += 1
        kg, m3 = self.payload_kg, self.volume_m3
        for place in (site, *self.sites.neighbours(site)):
            load = self._fill(convoy, place, kg, m3)
            kg -= sum(portion.pieces * portion.use.kg for portion in load)
            m3 -= sum(portion.pieces * portion.use.m3 for portion in load)
            if min(kg / self.payload_kg, m3 / self.volume_m3) <= 1.0 - FULL:
                break

    def _fill(self, convoy: Convoy, site: int, kg: float, m3: float) -> list[Portion]:
        """Set apart and promise what *convoy* brings to *site* with room for so much more weight and volume."""
        promised, known = self.sites.promised[:, site].tolist(), int(self.sites.known[site])
        supply = self.depots.supply[:, convoy.depot]
        lacking = (line for line in self.sites.needed[site] if supply[line] and promised[line] < known - DUST)
        uses = {line: self.uses[line] for line in lacking}
        if not uses:
            return []
        load = load_truck(promised, known, uses, self.depots.stock[convoy.depot], kg, m3)
        self.depots.set_apart(convoy.depot, load)
        self.sites.promise(site, load)
        convoy.load[site] = join(convoy.load.get(site, []), load)
        return load

    def _leave_base(self, base: Base, trucks: int) -> None:
        left = self.idle.pop(base) - trucks
        if left:
            self.idle[base] = left

    # ---- a trip ----------------------------------------------------------------------------

    def _to_depot(self, convoy: Convoy) -> None:
        if convoy.node == self.depots.node[convoy.depot]:
            self._load(convoy)
        elif not self.driving.drive(convoy, self.depots.node[convoy.depot]):
            self._cancel(convoy)

    def _load(self, convoy: Convoy) -> None:
        convoy.state, convoy.loaded_min = LOADING, self.world.env.now
        self._note("convoy_loading", convoy)
        self.depots.load(convoy.depot, convoy.pieces())
        self.world.after(self.load_min, lambda: self._leave(convoy))

    def _leave(self, convoy: Convoy) -> None:
        convoy.state, convoy.left_min = TO_SITE, self.world.env.now
        self._note("convoy_left", convoy)
        self._go_on(convoy)

    def _arrived(self, convoy: Convoy) -> None:
        """Do what follows at the end of a leg."""
        if convoy.state == TO_DEPOT:
            self._load(convoy)
        elif convoy.state == TO_SITE:
            convoy.state, convoy.arrived_min = UNLOADING, self.world.env.now
            self._note("convoy_arrived", convoy)
            self.world.after(self.unload_min, lambda: self._unloaded(convoy))
        elif convoy.state == BACK:
            self.world.after(self.unload_min, lambda: self._restocked(convoy))
        else:
            self._free(convoy)

    def _unloaded(self, convoy: Convoy) -> None:
        """The goods stay for the hand-out; the trucks are free."""
        self.world.after(self.hand_out_min, lambda: self._handed_out(convoy))
        self._free(convoy)

    def _handed_out(self, convoy: Convoy) -> None:
        del self.convoys[convoy.number]
        for site, load in convoy.load.items():
            self.sites.hand_out(site, load)
            pieces = pieces_of(load)
            self.handed.update(pieces)
            for item, count in pieces.items():
                self.world.note("handed_out", zone=self.sites.zone[site], value=float(count), word=item)
                self.deliveries.append(self._delivery(convoy, site, item, count))

    def _delivery(self, convoy: Convoy, site: int, item: str, pieces: int) -> Delivery:
        return Delivery(
            convoy=convoy.number, depot=self.depots.depots[convoy.depot].depot_id,
            shelter=site if site < self.sites.shelters else -1, item=item, pieces=pieces,
            loaded_min=convoy.loaded_min, left_min=convoy.left_min, arrived_min=convoy.arrived_min,
            handed_min=self.world.env.now, trucks=convoy.trucks,
        )

    def _free(self, convoy: Convoy) -> None:
        """Let the trucks of *convoy* stand where they are, free for the next order."""
        base = (convoy.node, convoy.home)
        self.idle[base] = self.idle.get(base, 0) + convoy.trucks
        self._dispatch()

    def _send_home(self, base: Base) -> None:
        """Let the idle trucks at *base* drive home; without a road they stay, free for orders."""
        if self.driving.drive(Convoy(-1, base[1], base[0], self.idle[base]), base[1]):
            del self.idle[base]

    def _note(self, what: str, convoy: Convoy) -> None:
        self.world.note(what, zone=self.sites.zone[convoy.site], word=self.depots.depots[convoy.depot].depot_id)

    # ---- roads -----------------------------------------------------------------------------

    def _go_on(self, convoy: Convoy) -> None:
        """Set off, or take the next best way where a road has failed; with none left give up the task."""
        if convoy.state == TO_DEPOT:
            if not self.driving.drive(convoy, self.depots.node[convoy.depot]):
                self._cancel(convoy)
        elif convoy.state == TO_SITE:
            inside_min = self.world.access_mean_min[self.sites.zone[convoy.site]]
            if not self.driving.drive(convoy, self.sites.node[convoy.site], inside_min):
                self._promise(convoy, -1)
                self._bring_back(convoy)
                self._look_again()
        elif convoy.state == BACK:
            self._bring_back(convoy)
        elif not self.driving.drive(convoy, convoy.home):
            self._free(convoy)

    def _bring_back(self, convoy: Convoy) -> None:
        """Take the load back to its depot; if no road leads there either, wait for one with the load on board."""
        convoy.state = BACK
        if not self.driving.drive(convoy, self.depots.node[convoy.depot]):
            convoy.state = STRANDED
            self.stranded.append(convoy)

    def _leave_the_trap(self, convoy: Convoy) -> None:
        """Go on to the site if it still lacks the load and a road leads there now, else back to the depot."""
        way_on = self.world.travel_min(convoy.node, self.sites.node[convoy.site], TRUCK) < NEVER
        if way_on and any(self.sites.lacks(site, load) for site, load in convoy.load.items()):
            self._promise(convoy, 1)
            convoy.state = TO_SITE
            self._go_on(convoy)
        else:
            self._bring_back(convoy)

    def _promise(self, convoy: Convoy, sign: int) -> None:
        for site, load in convoy.load.items():
            self.sites.promise(site, load, sign)

    def _restocked(self, convoy: Convoy) -> None:
        """The load lies in its depot again."""
        del self.convoys[convoy.number]
        self.depots.take_back(convoy.depot, convoy.pieces())
        self._nothing_to_do = False
        self._free(convoy)

    def _cancel(self, convoy: Convoy) -> None:
        """No road leads to the depot: take promise and order back; the trucks wait where they are."""
        del self.convoys[convoy.number]
        self._promise(convoy, -1)
        for load in convoy.load.values():
            self.depots.release(convoy.depot, load)
        self._nothing_to_do = False
        self._free(convoy)

    def _roads_changed(self, worse: list[int]) -> None:
        """Try again what could not be reached."""
        if worse:
            return
        stranded, self.stranded = self.stranded, []
        for convoy in stranded:
            self._leave_the_trap(convoy)
        self._look_again()
