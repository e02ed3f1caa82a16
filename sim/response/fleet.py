"""Crews: the teams of a layout, of the villages and of outside help, cut into parts that move as one."""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from typing import Any, NamedTuple

import simpy
from simpy import Event, Timeout

from sim.common.identity import ById
from sim.hazard.scenario import VEHICLES
from sim.plan import dispatch
from sim.plan.model import CrewType, Plan, Team

IDLE, TRAVEL, WORK, WORK_ALONE, HOME, REST, STAND_BY = range(7)
"""What a crew does. STAND_BY: away from home with nothing to do and no way home."""

AT_A_NODE = frozenset((IDLE, WORK, WORK_ALONE))

OFF_DUTY = -1e9
"""Minute at which the duty of a crew began that is not on duty."""

Life = Generator[simpy.Event, Any, None]


class Order(simpy.Event):
    """What an idle crew waits for: happens when the leg that the order starts has been driven."""

    def carry_out(self, leg_min: float) -> None:
        """Let the crew arrive in *leg_min* minutes."""
        self._ok = True
        self._value = None
        self.env.schedule(self, delay=leg_min)


class Abilities(NamedTuple):
    """What a crew can do, by kind: its worth, whether it may lead, whether it is the helper; then lists of kinds."""

    value: list[float]
    leads: list[bool]
    aids: list[bool]
    lead_kinds: list[int]
    work_kinds: list[int]
    """Kinds that it can work on, most urgent first."""


@lru_cache(maxsize=4096)
def abilities(plan: ById[Plan], capabilities: tuple[str, ...], productivity: float) -> Abilities:
    """Work out what *capabilities* are worth under *plan*; the same for every replication."""
    kinds = list(plan.it.kinds.values())
    value = [dispatch.productivity(kind, capabilities, productivity) for kind in kinds]
    leads = [dispatch.leads(kind, capabilities) for kind in kinds]
    order = sorted(range(len(kinds)), key=lambda k: (kinds[k].priority, k))
    return Abilities(
        value=value, leads=leads, aids=[bool(kind.helper) and kind.helper in capabilities for kind in kinds],
        lead_kinds=[k for k, able in enumerate(leads) if able], work_kinds=[k for k in order if value[k] > 0.0],
    )


class Group:
    """Crews of one team that are alike: same base, vehicle and capabilities."""

    __slots__ = (
        "aids", "idle", "index", "lead_kinds", "leads", "medical", "node", "opens_rank", "out", "people", "team_id",
        "tier", "turnout_min", "value", "vehicle", "work_kinds",
    )

    def __init__(self, index: int, team: Team, crew_type: CrewType, plan: Plan) -> None:
        able = abilities(ById(plan), team.capabilities, crew_type.productivity)
        self.index, self.team_id, self.tier = index, team.team_id, team.tier
        self.node, self.vehicle = team.node, VEHICLES.index(crew_type.vehicle)
        self.people = crew_type.crew_size
        self.turnout_min, self.opens_rank = team.turnout_min, team.opens_rank
        self.value, self.leads, self.aids = able.value, able.leads, able.aids
        self.lead_kinds, self.work_kinds = able.lead_kinds, able.work_kinds
        self.medical = bool({"medical", "first_aid"} & set(team.capabilities))
        self.idle: list[Crew] = []
        self.out = False
        """Its base is hit itself: nobody turns out from there for a while."""


class Crew:
    """The part of a team that moves and works as one."""

    __slots__ = (
        "available_min", "boss", "duty_from", "from_node", "group", "idle_from", "index", "job", "jobs", "leg_from",
        "mobilised", "node", "order", "process", "rest_min", "since", "spell", "state", "to_node", "travel_min",
        "until", "work_min",
    )

    def __init__(self, index: int, group: Group, available_min: float) -> None:
        self.index, self.group = index, group
        self.available_min = available_min
        self.state, self.job = IDLE, -1
        self.node = self.from_node = self.to_node = group.node
        self.until = self.since = self.leg_from = 0.0
        self.duty_from = self.idle_from = OFF_DUTY
        self.spell = 0
        self.mobilised = False
        self.travel_min = self.work_min = self.rest_min = 0.0
        self.jobs = 0
        self.order: Order
        self.process: simpy.Process | None = None
        self.boss: Any = None


def life(env: simpy.Environment, crew: Crew) -> Life:
    """Live as *crew*: wait for an order, travel, work, go home, rest; whoever diverts it sets its state first."""
    boss = crew.boss
    while True:
        try:
            state = crew.state
            if state == IDLE:
                yield crew.order
                boss.arrived(crew)
            elif state == TRAVEL:
                yield Timeout(env, crew.until - env.now)
                boss.arrived(crew)
            elif state == WORK_ALONE:
                yield Timeout(env, crew.until - env.now)
                boss.done_alone(crew)
            elif state == WORK:
                yield boss.sites[crew.job].over
                boss.free(crew)
            elif state == HOME:
                yield Timeout(env, crew.until - env.now)
                boss.at_home(crew)
            elif state == REST:
                yield Timeout(env, crew.until - env.now)
                boss.rested(crew)
            else:
                yield Event(env)
        except simpy.Interrupt:
            continue


def crews_on_duty(team: Team, crew_type: CrewType) -> int:
    """Return how many crews the people on duty make; a team with anybody on duty sends at least one."""
    return max(1, round(team.ready_people / crew_type.crew_size)) if team.ready_people > 0 else 0


def crews_recalled(team: Team, crew_type: CrewType) -> int:
    """Return how many crews come when the people off duty are recalled."""
    return int((team.people - team.ready_people) * crew_type.recall_share // crew_type.crew_size)
