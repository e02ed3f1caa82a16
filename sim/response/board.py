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


class Board:
    """Plain lists by demand, crew and casualty; the clock's hot loops read and write these and nothing else."""

    # More attributes than an instance's dictionary shares with its class: slots make every access quicker.
    __slots__ = (
        "access_min", "arrived_min", "bystander_min", "bystander_night", "bystander_worth", "closure", "crews",
        "crews_sent", "cut_off", "dead_share", "dispatched_min", "done_min", "ends", "env", "extrication",
        "fatigue", "free_leads", "freed_min", "give_up_after", "goal_min", "groups", "growth", "growth_until",
        "is_alone", "kind_of", "known_min", "law", "local_arrived_min", "look_ahead", "loose", "manned", "medical",
        "needing", "node", "on_death", "on_restored", "outage", "prevented", "priority", "quantity_end", "queue",
        "reach", "ready_turnout_min", "real_min", "reinforce_limit_min", "reopened", "rest_min", "restored",
        "retask", "retask_gap", "sites", "spared", "spent_min", "stake", "stake_bonus_min", "started_min",
        "telling", "tired_min", "trapped_death", "unreachable_min", "victims", "wanted", "when_spent",
        "without_helper", "work", "world", "zone",
    )

    def __init__(self, world: World, medical: Medical) -> None:
        self.world, self.env, self.medical = world, world.env, medical
        self._take_numbers()
        self._take_demands()
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
        self.bystander_min = c["bystander_hours"] * 60.0
        self.bystander_night = c["bystander_night_factor"]

    def _take_demands(self) -> None:
        world = self.world
        demands, kinds = world.scenario.demands, list(world.plan.kinds.values())
        number = {kind.kind: k for k, kind in enumerate(kinds)}
        self.law = [kind.law for kind in kinds]
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
        self.wanted: list[int] = dispatch.wanted_crews(demands.work_crew_min, demands.max_crews, self.goal_min).tolist()
        self.closure: list[int] = demands.closure.tolist()
        self.outage: list[int] = demands.outage.tolist()
        self.ends: dict[int, tuple[int, int]] = {
            d: world.roads.ends(self.closure[d]) for d in np.flatnonzero(demands.closure >= 0).tolist()
        }
        shared = np.array([law == "rescue" for law in self.law])[np.array(self.kind_of, dtype=np.int64)]
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
