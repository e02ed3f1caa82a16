"""Reads a layout: the ledger plus a short list of changes that a planner reads at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.city.model import City
from sim.common.document import Form, Name, line_of, read_document
from sim.common.errors import InputError, Problem
from sim.common.texts import text
from sim.common.types import Text
from sim.plan.ledger import Ledger
from sim.plan.model import Depot, Layout, Plan, Rules, Team
from sim.plan.protect import ProtectRule

ONE_CHANGE: tuple[Literal["one_change"], Literal["one of: {kinds}"]] = ("one_change", "one of: {kinds}")
"""The complaint about an item with more than one change, or none."""
ADDED = Text("新增", "added")
"""Category of a team that the ledger does not have."""


class Move(Form):
    """Let a team, or some of its people, wait at another node."""

    team: str
    to: str
    people: int | None = Field(default=None, ge=1)


class Staff(Form):
    """Change how many people are on duty or how fast they leave."""

    team: str
    people: int | None = Field(default=None, ge=0)
    ready_people: int | None = Field(default=None, ge=0)
    turnout_min: float | None = Field(default=None, ge=0)


class Add(Form):
    """A team that the ledger does not have."""

    id: str
    name: Name
    type: str
    people: int = Field(ge=1)
    ready_people: int = Field(ge=0)
    turnout_min: float = Field(ge=0)
    at: str
    capabilities: list[str] = Field(min_length=1)
    tier: int = Field(default=2, ge=1, le=4)


class OpenDepot(Form):
    """A new store, empty until stock is moved into it."""

    id: str
    name: Name
    at: str
    level: Literal["city", "county", "village"] = "city"


class Carry(Form):
    """Pieces, trucks, ambulances or buses that change their place; without ``from`` they are new."""

    source: str | None = Field(default=None, alias="from")
    to: str
    item: str | None = None
    count: int = Field(ge=1)


class Rule(Form):
    """How command decides."""

    dispatch: Literal["closest_idle"] | None = None
    duty_officers: int | None = Field(default=None, ge=1)
    retask: bool | None = None
    warning_delay_min: float | None = Field(default=None, ge=0)
    works_mutual_aid: bool | None = None
    protect: ProtectRule | None = None


class Change(Form):
    """One change; exactly one of the keys."""

    move: Move | None = None
    staff: Staff | None = None
    add: Add | None = None
    remove: str | None = None
    depot: OpenDepot | None = None
    stock: Carry | None = None
    trucks: Carry | None = None
    ambulances: Carry | None = None
    buses: Carry | None = None
    rule: Rule | None = None

    @model_validator(mode="after")
    def _one(self) -> Change:
        if len(self.model_fields_set) != 1:
            kinds = ", ".join(type(self).model_fields)
            raise PydanticCustomError(*ONE_CHANGE, {"kinds": kinds})
        return self


class LayoutForm(Form):
    """A layout file."""

    id: str
    name: Name
    note: Name = Name()
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class _Draft:
    """The layout while its changes are applied; *refuse* notes what does not fit."""

    teams: dict[str, Team]
    depots: dict[str, Depot]
    ambulances: dict[str, int]
    buses: dict[str, int]
    rules: Rules
    city: City
    plan: Plan
    refuse: Callable[..., None]
    said: list[Text] = field(default_factory=list)

    def node(self, node_id: str) -> int:
        if node_id not in self.city.roads.node_id:
            self.refuse("no_such", what="node", value=node_id)
            return 0
        return self.city.roads.node_id.index(node_id)

    def has(self, table: Mapping[str, Any], key: str | None, what: str) -> bool:
        if key in table:
            return True
        self.refuse("no_such", what=what, value=str(key))
        return False

    def say(self, key: str, **values: Any) -> None:
        def sentence(lang: str) -> str:
            words = {name: value.of(lang) if isinstance(value, Text) else value for name, value in values.items()}
            return text(f"change.{key}", lang, **words)

        self.said.append(Text(sentence("zh"), sentence("en")))

    def place(self, node: int) -> Text:
        return self.city.roads.node_name[node]


def read_layout(path: Path, city: City, plan: Plan, ledger: Ledger) -> Layout:
    """Read the layout in *path* and apply its changes to *ledger*.

    Raises :class:`InputError` with every change that does not fit, by line.
    """
    form, nodes = read_document(path, LayoutForm)
    problems: list[Problem] = []
    line: list[int | None] = [None]

    def refuse(code: str, value: str = "", **params: object) -> None:
        problems.append(Problem(code=code, file=path.name, row=line[0], value=value, params=params))

    draft = _Draft(
        {t.team_id: t for t in ledger.teams}, {d.depot_id: d for d in ledger.depots}, dict(ledger.ambulances),
        dict(ledger.buses), Rules(), city, plan, refuse,
    )
    for i, change in enumerate(form.changes):
        line[0] = line_of(nodes, ("changes", i))
        verb = next(iter(change.model_fields_set))
        APPLY[verb](draft, getattr(change, verb))
    if problems:
        raise InputError(problems)
    return Layout(
        layout_id=form.id, name=Text(form.name.zh, form.name.en), note=Text(form.note.zh, form.note.en),
        teams=tuple(draft.teams.values()), depots=tuple(draft.depots.values()), ambulances=draft.ambulances,
        buses=draft.buses, rules=draft.rules, changes=tuple(draft.said),
    )


def ledger_layout(ledger: Ledger) -> Layout:
    """Return the ledger as it stands as a layout, without any change."""
    return Layout(
        layout_id="ledger", name=Text(text("ledger.layout", "zh"), text("ledger.layout", "en")), note=Text("", ""),
        teams=ledger.teams, depots=ledger.depots, ambulances=dict(ledger.ambulances), buses=dict(ledger.buses),
        rules=Rules(), changes=(),
    )


def _move(draft: _Draft, move: Move) -> None:
    """Move a whole team, or split off a part that keeps the team's share of people on duty."""
    node = draft.node(move.to)
    if not draft.has(draft.teams, move.team, "team"):
        return
    team = draft.teams[move.team]
    people = team.people if move.people is None else move.people
    if people > team.people:
        draft.refuse("more_than_there_is", value=str(people), there=team.people)
        return
    if people == team.people:
        draft.teams[move.team] = replace(team, node=node)
    else:
        ready = round(team.ready_people * people / team.people)
        part = f"{move.team}/{1 + sum(key.split('/')[0] == move.team for key in draft.teams)}"
        draft.teams[part] = replace(team, team_id=part, node=node, people=people, ready_people=ready)
        draft.teams[move.team] = replace(team, people=team.people - people, ready_people=team.ready_people - ready)
    draft.say("move", people=people, team=team.name, id=move.team, place=draft.place(node))


def _staff(draft: _Draft, staff: Staff) -> None:
    if not draft.has(draft.teams, staff.team, "team"):
        return
    changed = {k: v for k, v in staff.model_dump(exclude={"team"}).items() if v is not None}
    team = replace(draft.teams[staff.team], **changed)
    if team.ready_people > team.people:
        draft.refuse("more_than_there_is", value=str(team.ready_people), there=team.people)
        return
    draft.teams[staff.team] = team
    draft.say(
        "staff", team=team.name, id=staff.team, people=team.people, ready=team.ready_people, turnout=team.turnout_min
    )


def _add(draft: _Draft, add: Add) -> None:
    node = draft.node(add.at)
    if add.id in draft.teams:
        draft.refuse("already_there", value=add.id)
    if not draft.has(draft.plan.crew_types, add.type, "crew type"):
        return
    draft.teams[add.id] = Team(
        team_id=add.id, name=Text(add.name.zh, add.name.en), category=ADDED, tier=add.tier, type=add.type,
        people=add.people, ready_people=add.ready_people, turnout_min=add.turnout_min, node=node,
        capabilities=tuple(add.capabilities), equipment="", synthetic=True, confidence="synthetic",
    )
    draft.say("add", team=draft.teams[add.id].name, people=add.people, place=draft.place(node))


def _remove(draft: _Draft, team_id: str) -> None:
    if draft.has(draft.teams, team_id, "team"):
        team = draft.teams.pop(team_id)
        draft.say("remove", team=team.name, id=team_id, people=team.people)


def _depot(draft: _Draft, depot: OpenDepot) -> None:
    if depot.id in draft.depots:
        draft.refuse("already_there", value=depot.id)
    node = draft.node(depot.at)
    draft.depots[depot.id] = Depot(
        depot_id=depot.id, name=Text(depot.name.zh, depot.name.en), level=depot.level, node=node, stock={}, trucks=0,
        opens_rank=4, opens_after_min=0.0, hourly={}, synthetic=True,
    )
    draft.say("depot", depot=draft.depots[depot.id].name, place=draft.place(node))


def _stock(draft: _Draft, carry: Carry) -> None:
    if not (draft.has(draft.depots, carry.to, "depot") and draft.has(draft.plan.items, carry.item, "relief item")):
        return
    item = str(carry.item)
    if carry.source is not None:
        if not draft.has(draft.depots, carry.source, "depot"):
            return
        there = draft.depots[carry.source].stock.get(item, 0)
        if carry.count > there:
            draft.refuse("more_than_there_is", value=str(carry.count), there=there)
            return
        _put(draft, carry.source, item, -carry.count)
    _put(draft, carry.to, item, carry.count)
    names = {key: depot.name for key, depot in draft.depots.items()}
    _say_carry(draft, "stock", carry, draft.plan.items[item].name, names)


def _put(draft: _Draft, depot_id: str, item: str, pieces: int) -> None:
    depot = draft.depots[depot_id]
    draft.depots[depot_id] = replace(depot, stock={**depot.stock, item: depot.stock.get(item, 0) + pieces})


def _trucks(draft: _Draft, carry: Carry) -> None:
    if not draft.has(draft.depots, carry.to, "depot"):
        return
    if carry.source is not None:
        if not draft.has(draft.depots, carry.source, "depot"):
            return
        source = draft.depots[carry.source]
        if carry.count > source.trucks:
            draft.refuse("more_than_there_is", value=str(carry.count), there=source.trucks)
            return
        draft.depots[carry.source] = replace(source, trucks=source.trucks - carry.count)
    target = draft.depots[carry.to]
    draft.depots[carry.to] = replace(target, trucks=target.trucks + carry.count)
    _say_carry(draft, "trucks", carry, Text("", ""), {key: depot.name for key, depot in draft.depots.items()})


def _ambulances(draft: _Draft, carry: Carry) -> None:
    hospitals = dict(zip(draft.city.hospitals.hospital_id, draft.city.hospitals.name, strict=True))
    if not draft.has(hospitals, carry.to, "hospital"):
        return
    if carry.source is not None:
        there = draft.ambulances.get(carry.source, 0)
        if carry.count > there:
            draft.refuse("more_than_there_is", value=str(carry.count), there=there)
            return
        draft.ambulances[carry.source] = there - carry.count
    draft.ambulances[carry.to] = draft.ambulances.get(carry.to, 0) + carry.count
    _say_carry(draft, "ambulances", carry, Text("", ""), hospitals)


def _buses(draft: _Draft, carry: Carry) -> None:
    draft.node(carry.to)
    if carry.source is not None:
        there = draft.buses.get(carry.source, 0)
        if carry.count > there:
            draft.refuse("more_than_there_is", value=str(carry.count), there=there)
            return
        draft.buses[carry.source] = there - carry.count
    draft.buses[carry.to] = draft.buses.get(carry.to, 0) + carry.count
    roads = draft.city.roads
    _say_carry(draft, "buses", carry, Text("", ""), dict(zip(roads.node_id, roads.node_name, strict=True)))


def _say_carry(draft: _Draft, what: str, carry: Carry, item: Text, names: Mapping[str, Text]) -> None:
    """Say what was carried; *names* are those of the places, by id."""
    new = "new_" if carry.source is None else ""
    source, place = (names.get(key or "", Text("", "")) for key in (carry.source, carry.to))
    draft.say(f"{new}{what}", count=carry.count, item=item, source=source, place=place)


RULES = {
    ("dispatch", None): "rule.dispatch", ("duty_officers", None): "rule.duty_officers",
    ("retask", True): "rule.retask.yes", ("retask", False): "rule.retask.no",
    ("warning_delay_min", None): "rule.warning_delay_min",
    ("works_mutual_aid", True): "rule.works_mutual_aid.yes", ("works_mutual_aid", False): "rule.works_mutual_aid.no",
    ("protect", "auto"): "rule.protect.auto", ("protect", "shelter"): "rule.protect.shelter",
    ("protect", "leave"): "rule.protect.leave",
}
"""How each rule is said."""


def _rule(draft: _Draft, rule: Rule) -> None:
    changed = {k: v for k, v in rule.model_dump().items() if v is not None}
    draft.rules = replace(draft.rules, **changed)
    for key, value in changed.items():
        draft.say(RULES[(key, value) if (key, value) in RULES else (key, None)], value=value)


APPLY: Mapping[str, Callable[[_Draft, Any], None]] = {
    "move": _move, "staff": _staff, "add": _add, "remove": _remove, "depot": _depot, "stock": _stock, "trucks": _trucks,
    "ambulances": _ambulances, "buses": _buses, "rule": _rule,
}
