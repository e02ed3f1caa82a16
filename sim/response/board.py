"""The situation board: what is known and logged of every demand, and what a site asks about its work."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.common.types import NEVER
from sim.plan import dispatch
from sim.response.fleet import Crew, Group
from sim.response.medical import Medical
from sim.response.reach import Reach
from sim.response.site import Site
from sim.response.world import World

POOLS = ("rescue", "entry", "hold")
"""Laws under which even a single crew shares a pool of work: its rate or its stay depends on more than the crew."""
FLEES = ("fire", "hold", "entry")
"""Laws under which crews work close to what may burst."""


class Board:
    """Plain lists by demand, crew and casualty; the clock's hot loops read and write these and nothing else."""

    # More attributes than an instance's dictionary shares with its class: slots make every access quicker.
    __slots__ = (
        "access_min", "air_share", "arrived_min", "bystander_min", "bystander_night", "bystander_worth", "closure",
        "crews", "crews_sent", "cut_off", "dead_share", "dispatched_min", "done_min", "ends", "enters", "entry_cap",
        "entry_least_people", "env", "extrication", "fatigue", "flees", "followed", "free_leads", "freed_min",
        "give_up_after", "goal_min", "groups", "growth", "growth_until", "held_by", "is_alone", "kind_of", "known_min",
        "laid_up", "lasts_with", "law", "local_arrived_min", "look_ahead", "loose", "manned", "medical", "needing",
        "node", "on_death", "on_established", "on_over", "on_restored", "outage", "parents", "prevented", "priority",
        "quantity_end", "queue", "reach",
        "ready_turnout_min", "real_min", "reinforce_limit_min", "reopened", "rest_min",
        "restored", "retask", "retask_gap", "shut_while", "sites", "spared", "spent_min", "stake", "stake_bonus_min",
        "started_min", "stays", "telling", "tired_min", "trapped_death", "unreachable_min", "unsafe", "victims",
        "wanted", "when_spent", "without_helper", "work", "works_call_min", "works_kinds", "works_reach_min", "world",
        "zone",
    )

    def __init__(self, world: World, medical: Medical) -> None:
        self.world, self.env, self.medical = world, world.env, medical
        self._take_numbers()
        self._take_demands()
        self._take_bonds()
        self._take_casualties()
        self.crews: list[Crew] = []
        self.groups: list[Group] = []
        self.loose: dict[int, Crew] = {}
        """Crews on their way home or without one, by index: free for an order."""
        self.reach = Reach()
        self.telling = world.timeline is not None
        """Whether anybody reads the timeline; asked before notes in the hot loops."""
        kinds = len(world.plan.kinds)
        self.queue: list[list[tuple[float, int]]] = [[] for _ in range(kinds)]
        self.free_leads = [0] * kinds
        """Idle crews that can lead each kind, whether their tier is open or not."""
        self.needing: list[dict[int, Site]] = [{} for _ in range(kinds)]
        self.manned: dict[int, Site] = {}
        self.cut_off: dict[int, float] = {}
        self.sites: dict[int, Site] = {}
        self.reopened: list[tuple[float, int]] = []
        self.restored: list[tuple[float, int]] = []
        self.on_restored: list[Callable[[int], None]] = []
        self.on_death: list[Callable[[], None]] = []
        self.on_established: list[Callable[[int, int], None]] = []
        """Called with a demand that crews hold from now on, and how many they are."""
        self.on_over: list[Callable[[int], None]] = []
        """Called with each of the demands ``followed`` when it is done, or turns out never to become real."""
        self.unsafe: set[int] = set()
        """Demands at which no work may begin now, as something may burst beside them."""
        self.laid_up: set[int] = set()
        """Crews that are out of service for good, by index."""
        self.when_spent: Callable[[Crew, int], None]
        """What becomes of a crew whose hours of duty are up (crew, spell of duty)."""

    def _take_numbers(self) -> None:
        c = self.world.plan.coefficients
        rules = self.world.layout.rules
        self.retask = rules.retask
        self.retask_gap = int(c["retask_priority_gap"])
        self.look_ahead = int(c["dispatch_look_ahead"])
        self.give_up_after = int(c["dispatch_give_up_after"])
        self.reinforce_limit_min = c["reinforce_limit_min"]
        self.goal_min = c["crew_goal_min"]
        self.stake_bonus_min = c["stake_bonus_min"]
        self.ready_turnout_min = c["ready_turnout_min"]
        self.tired_min = c["fatigue_after_h"] * 60.0
        self.spent_min = c["duty_limit_h"] * 60.0
        self.rest_min = c["rest_h"] * 60.0
        self.fatigue = c["fatigue_factor"]
        self.dead_share = c["dead_search_share"]
        self.air_share = c["cylinder_work_min"] / (c["cylinder_work_min"] + c["cylinder_change_min"])
        self.entry_cap = c["entry_cap"]
        self.entry_least_people = int(c["entry_least_people"])
        self.works_call_min = c["works_call_min"]
        self.works_reach_min = c["works_reach_min"]
        self.bystander_min = c["bystander_hours"] * 60.0
        self.bystander_night = c["bystander_night_factor"]

    def _take_demands(self) -> None:
        world = self.world
        demands, kinds = world.scenario.demands, list(world.plan.kinds.values())
        number = {kind.kind: k for k, kind in enumerate(kinds)}
        self.law = [kind.law for kind in kinds]
        self.enters = [kind.law == "entry" for kind in kinds]
        self.flees = [kind.law in FLEES for kind in kinds]
        """Kinds whose crews work beside what may burst."""
        self.works_kinds = [kind.works_call for kind in kinds]
        self.priority = [kind.priority for kind in kinds]
        self.without_helper = [kind.without_helper if kind.helper else 1.0 for kind in kinds]
        self.bystander_worth = [kind.bystander_rate for kind in kinds]
        self.kind_of = [number[kind] for kind in demands.kind]
        self.zone: list[int] = demands.zone.tolist()
        self.node: list[int] = demands.node.tolist()
        self.real_min: list[float] = demands.real_min.tolist()
        self.work: list[float] = demands.work_crew_min.tolist()
        self.growth: list[float] = demands.growth_per_min.tolist()
        self.growth_until: list[float] = demands.growth_until_min.tolist()
        self.stake: list[float] = demands.people_at_stake.tolist()
        kind_of = np.array(self.kind_of, dtype=np.int64)
        least = np.array([dispatch.least_crews(law) for law in self.law], dtype=np.int64)[kind_of]
        # What is to be held (monitors on a tank, lanes) is sized by what it takes, not by how soon it must be done.
        least = np.where(np.array([law == "hold" for law in self.law])[kind_of], demands.max_crews, least)
        self.wanted: list[int] = dispatch.wanted_crews(
            demands.work_crew_min, demands.max_crews, self.goal_min, least
        ).tolist()
        self.closure: list[int] = demands.closure.tolist()
        self.outage: list[int] = demands.outage.tolist()
        self.ends: dict[int, tuple[int, int]] = {
            d: world.roads.ends(self.closure[d]) for d in np.flatnonzero(demands.closure >= 0).tolist()
        }
        pools = np.array([
            law in POOLS or helper < 1.0 for law, helper in zip(self.law, self.without_helper, strict=True)
        ])
        shared = pools[kind_of]
        places = {burst.place for burst in world.scenario.bursts}
        if places:
            shared |= np.array(self.flees)[kind_of] & np.array([place in places for place in demands.place], dtype=bool)
        alone = (demands.max_crews == 1) & ~shared & (demands.outage < 0) & (demands.closure < 0)
        self.is_alone: list[bool] = alone.tolist()
        # Uniform in a disc around the road node: the distance is the radius times the root of a uniform number.
        reach = np.array(world.access_radius_min)[demands.zone] * np.sqrt(world.scenario.draws["access"])
        self.access_min: list[float] = reach.tolist()
        n = len(demands)
        self.known_min = [NEVER] * n
        self.dispatched_min = [NEVER] * n
        self.arrived_min = [NEVER] * n
        self.local_arrived_min = [NEVER] * n
        self.started_min = [NEVER] * n
        self.done_min = [NEVER] * n
        self.prevented = [False] * n
        self.crews_sent = [0] * n
        self.unreachable_min = [0.0] * n
        self.quantity_end = self.work.copy()

    def _take_bonds(self) -> None:
        """Note what ends together with which demand: roads that gas has shut, crews that hold something in place."""
        demands, closures = self.world.scenario.demands, self.world.scenario.closures
        self.parents: list[int] = demands.parent.tolist()
        holds = np.array([law == "hold" for law in self.law])[np.array(self.kind_of, dtype=np.int64)]
        stays = holds & (demands.parent >= 0)
        washing = {release.decontamination for release in self.world.scenario.releases}
        self.stays: list[bool] = stays.tolist()
        self.held_by: dict[int, list[int]] = {}
        for d in np.flatnonzero(stays).tolist():
            if d in washing:
                continue  # ends with the last patient (gas.py), not with the leak
            self.held_by.setdefault(self.parents[d], []).append(d)
        self.shut_while: list[int] = closures.lasts_with.tolist()
        self.lasts_with: dict[int, list[int]] = {}
        """Closures by the demand whose end opens their roads again."""
        for closure in np.flatnonzero(closures.lasts_with >= 0).tolist():
            self.lasts_with.setdefault(self.shut_while[closure], []).append(closure)
        self.followed = set(self.held_by) | set(self.lasts_with)
        """Demands with whose end something else ends."""

    def _take_casualties(self) -> None:
        casualties = self.world.scenario.casualties
        trapped = np.flatnonzero(casualties.demand >= 0)
        self.victims: list[tuple[int, int]] = [(0, 0)] * len(self.kind_of)
        if len(trapped):
            owner = casualties.demand[trapped]
            starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
            ends = np.r_[starts[1:], len(owner)]
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                self.victims[int(owner[start])] = (int(trapped[start]), int(trapped[end - 1]) + 1)
        self.extrication: list[float] = casualties.work_crew_min.tolist()
        self.trapped_death: list[float] = casualties.trapped_death_min.tolist()
        self.spared = [False] * len(casualties)
        self.freed_min = [NEVER] * len(casualties)

    # ---- what a site asks ------------------------------------------------------------------

    def strength(self, crew: Crew, kind: int) -> float:
        """Return what *crew* is worth on *kind* now, tired or fresh."""
        value = crew.group.value[kind]
        return value * self.fatigue if self.env.now - crew.duty_from >= self.tired_min else value

    def entry_rate(self, crews: list[Crew], strength: float) -> float:
        """Return the rate at which *crews*, worth *strength* in all, close a leak in turns."""
        people = sum(crew.group.people for crew in crews)
        return dispatch.entry_rate(strength, people, self.entry_least_people, self.air_share, self.entry_cap)

    def bystander_rate(self, d: int) -> float:
        """Return what the people on the spot do at *d* now: much by day, little by night, nothing after some hours."""
        now = self.env.now
        if now - self.real_min[d] >= self.bystander_min:
            return 0.0
        worth = self.bystander_worth[self.kind_of[d]]
        return worth * self.bystander_night if self.world.scenario.is_night(now) else worth

    def start_work(self, d: int) -> float:
        """Log that crews begin on *d* and return the work that growth has added until now."""
        now = self.env.now
        self.started_min[d] = now
        if self.telling:
            self.world.note("work_started", demand=d, zone=self.zone[d])
        growth = self.growth[d]
        if growth == 0.0:
            return 0.0
        grown = growth * max(0.0, min(now, self.growth_until[d]) - self.real_min[d])
        self.quantity_end[d] = self.work[d] + grown
        return grown

    def extrication_work(self, casualty: int) -> float:
        """Return the work to get *casualty* out; where nobody answers, only the search costs time."""
        work = self.extrication[casualty]
        return work * self.dead_share if self.trapped_death[casualty] <= self.env.now else work

    def person_out(self, casualty: int, d: int) -> None:
        """Log that *casualty* is out of the rubble, dead or alive; the living need medical care."""
        now = self.env.now
        self.freed_min[casualty] = now
        if self.trapped_death[casualty] > now:
            self.world.note("person_freed", demand=d, zone=self.zone[d], value=float(casualty))
            self.medical.freed(casualty)
        else:
            self.world.note("person_dead", demand=d, zone=self.zone[d], value=float(casualty))
            for callback in self.on_death:
                callback()

    def urgency(self, d: int) -> float:
        """Return the place of *d* in the queue of its kind: the longer known and the more people, the sooner."""
        return self.known_min[d] - self.stake_bonus_min * self.stake[d]

    def is_over(self, d: int) -> bool:
        """Tell whether *d* is done (what holds is in place), or never became real."""
        return self.prevented[d] or self.done_min[d] <= self.env.now

    def may_close(self, closure: int) -> bool:
        """Tell whether the road of *closure* is shut now, as far as the demand decides that it lasts with."""
        d = self.shut_while[closure]
        if d < 0:
            return True
        if self.real_min[d] > self.env.now or self.is_over(d):
            return False
        # In the minute in which it is due, its parent's end may prevent it.
        parent = self.parents[d]
        return self.real_min[d] < self.env.now or parent < 0 or not self.is_over(parent)

    def may_go(self, group: Group) -> bool:
        """Tell whether the response level allows to send *group*; ranks of 4 and more need no level."""
        return not group.out and (group.opens_rank >= 4 or self.world.rank <= group.opens_rank)

    def after_done(self, d: int) -> None:
        """Open the road or end the outage that *d* was about."""
        now = self.env.now
        if self.closure[d] >= 0 and self.world.roads.end(self.closure[d]):
            self.reopened.append((now, self.closure[d]))
            self.world.note("road_opened", demand=d, zone=self.zone[d])
        if self.outage[d] >= 0:
            self.restored.append((now, self.outage[d]))
            self.world.note("outage_ended", demand=d, zone=self.zone[d])
            for callback in self.on_restored:
                callback(self.outage[d])
