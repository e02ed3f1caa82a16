"""Response levels (响应级别): what is known opens a level; a level opens tiers, recalls and outside help."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.plan import dispatch
from sim.plan.model import AidGroup, CrewType, Team
from sim.response.command import Command
from sim.response.fleet import Crew, Group, crews_on_duty, crews_recalled
from sim.response.medical import Medical
from sim.response.supply import Supply
from sim.response.world import World


class Staff:
    """Keeps the figures that are known, opens levels by them, and brings crews into being when it is time."""

    def __init__(
        self, world: World, command: Command, medical: Medical, supply: Supply, scouts: Callable[[], None]
    ) -> None:
        self.world, self.command, self.medical, self.supply, self.scouts = world, command, medical, supply, scouts
        self.figures: dict[str, float] = {}
        self.ordered_rank = world.rank
        self.counter = 0
        self.teams: list[tuple[Group, Team, CrewType]] = []
        self.recalled = False
        self.called: set[str] = set()
        """Aid groups that were asked for."""
        self.reported_zones: set[int] = set()
        world.on_level(self._opened)
        command.on_death.append(lambda: self.add("deaths", 1.0))

    # ---- figures and levels ----------------------------------------------------------------

    def start(self) -> None:
        """Call up the teams on duty and listen to the instruments."""
        for index, team in enumerate(self.world.layout.teams):
            crew_type = self.world.plan.crew_types[team.type]
            group = Group(index, team, crew_type, self.world.plan)
            self.command.groups.append(group)
            self.teams.append((group, team, crew_type))
        self.command.forget_preferences()
        for group, team, crew_type in self.teams:
            self._enlist(group, crews_on_duty(team, crew_type))
        for alert in self.world.scenario.alerts:
            self.world.at(alert.known_min, self.learn, alert.indicator, alert.value)

    def learn(self, indicator: str, value: float) -> None:
        """Take note that *indicator* is now known to be at least *value*."""
        if value > self.figures.get(indicator, float("-inf")):
            self.figures[indicator] = value
            self._decide()

    def add(self, indicator: str, value: float) -> None:
        """Count *value* more of *indicator*."""
        self.learn(indicator, self.figures.get(indicator, 0.0) + value)

    def demand_known(self, d: int) -> None:
        """Count what a report says: the trapped, and the dead of a zone that is heard of for the first time."""
        board, scenario = self.command, self.world.scenario
        law = board.law[board.kind_of[d]]
        if law == "rescue":
            self.add("people_trapped", float(scenario.demands.quantity[d]))
        elif board.works_kinds[board.kind_of[d]]:
            self.learn("chemical_release", 1.0)
            if law == "entry":
                self.add("people_in_danger", board.stake[d])
        zone = board.zone[d]
        if zone not in self.reported_zones:
            self.reported_zones.add(zone)
            self.add("deaths", float(scenario.dead_at_once[zone]))

    def _decide(self) -> None:
        """Order the highest level that the figures reach; a disaster that is large at once skips the lower ones."""
        reached = [
            level
            for level in self.world.plan.levels
            if level.rank < self.ordered_rank and dispatch.level_reached(dict(level.indicators), self.figures)
        ]
        if reached:
            level = min(reached, key=lambda level: level.rank)
            self.ordered_rank = level.rank
            self.world.after(level.decision_min, self.world.open_level, level.rank)

    def _opened(self, rank: int) -> None:
        level = next(level for level in self.world.plan.levels if level.rank == rank)
        self.scouts()
        self.command.employ_all(group for group, _, _ in self.teams if rank <= group.opens_rank < 4)
        if level.recalls_off_duty and not self.recalled:
            self.recalled = True
            for group, team, crew_type in self.teams:
                crews = crews_recalled(team, crew_type)
                if crews:
                    self.world.after(crew_type.recall_min, self._enlist, group, crews)
        for aid in self.world.plan.aid:
            if aid.rank >= rank and aid.group_id not in self.called:
                self.called.add(aid.group_id)
                self.world.at(self.world.env.now + aid.after_min, self._aid_arrives, aid)

    # ---- crews -----------------------------------------------------------------------------

    def _enlist(self, group: Group, crews: int) -> list[Crew]:
        fresh = []
        for _ in range(crews):
            crew = Crew(self.counter, group, self.world.env.now)
            self.counter += 1
            self.command.enlist(crew)
            fresh.append(crew)
        for crew in fresh:
            self.command.employ(crew)
        return fresh

    def _entry(self, nodes: Iterable[int]) -> int | None:
        """Return the first entry from which any township can be reached today."""
        places = self.world.city.zones.node.tolist()
        for node in nodes:
            if any(self.world.travel_min(node, place, 0) < float("inf") for place in places):
                return node
        return None

    def _aid_arrives(self, aid: AidGroup) -> None:
        """Let outside help begin at the edge of the road graph; with every entry shut it waits for a road."""
        node = self._entry(aid.entry_nodes)
        if node is None:
            again = self.world.reopen_event()
            again.callbacks.append(lambda _event: self._aid_arrives(aid))
            return
        crew_type = self.world.plan.crew_types[aid.type]
        team = Team(
            team_id=f"aid:{aid.group_id}", name=aid.name, category=aid.name, tier=5, type=aid.type,
            people=aid.crews * crew_type.crew_size, ready_people=aid.crews * crew_type.crew_size, turnout_min=0.0,
            node=node, capabilities=aid.capabilities, equipment="", synthetic=True, confidence="estimated",
        )
        group = Group(len(self.command.groups), team, crew_type, self.world.plan)
        self.command.groups.append(group)
        self.command.forget_preferences()
        self.world.note("aid_arrived", value=float(aid.crews), word=aid.group_id)
        self._enlist(group, aid.crews)
        if aid.ambulances:
            self.medical.add_ambulances(node, aid.ambulances)
        if aid.trucks:
            self.supply.add_trucks(node, aid.trucks)
