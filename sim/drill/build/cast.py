"""Who takes part: a unit for everybody of whom an action is expected, the control cell and the evaluators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sim.common.texts import listed
from sim.common.types import Text
from sim.drill.build.acts import Act
from sim.drill.build.names import Names
from sim.drill.build.said import NOTHING, said
from sim.drill.design import Design
from sim.drill.model import Unit
from sim.study.story import AID

ORDER = ("command", "warning", "relief", "zone", "site", "team", "hospital", "depot")
"""Order of the units in lists."""
CONTROL, EVALUATION = "control", "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The units, and their ids by the keys that acts use."""

    units: tuple[Unit, ...]
    ids: Mapping[str, str]

    def plays(self, key: str) -> bool:
        """Tell whether this unit takes part itself: the control cell plays the others."""
        unit_id = self.ids[key]
        return next(unit.role for unit in self.units if unit.unit_id == unit_id) in ("command", "player")

    def name(self, key: str) -> Text:
        """Return the unit's name."""
        unit_id = self.ids[key]
        return next(unit.name for unit in self.units if unit.unit_id == unit_id)


def cast(acts: Sequence[Act], extra: Iterable[str], design: Design, names: Names) -> Cast:
    """Return the units of *acts* and of the keys *extra* (who else is told something), in :data:`ORDER`."""
    keys = sorted({act.unit for act in acts} | {*extra, "command"}, key=_place)
    tasks = {key: list(dict.fromkeys(act.task for act in acts if act.unit == key)) for key in keys}
    units = [_unit(key, tasks[key], design, names) for key in keys]
    units += [_cell(CONTROL, "controller"), _cell(EVALUATION, "evaluator")]
    numbered = tuple(replace(unit, unit_id=f"U-{number:02d}") for number, unit in enumerate(units, start=1))
    ids = dict(zip([*keys, CONTROL, EVALUATION], (unit.unit_id for unit in numbered), strict=True))
    return Cast(units=numbered, ids=ids)


def _place(key: str) -> tuple[int, int, str]:
    kind, _, number = key.partition(":")
    return ORDER.index(kind), int(number) if number.isdigit() else 0, number


def _unit(key: str, tasks: Sequence[Text], design: Design, names: Names) -> Unit:
    kind, _, number = key.partition(":")
    task = listed(tasks) if tasks else said("unit.listens")
    bare = Unit(
        unit_id="", name=NOTHING, role="player", task=task, teams=(), people=0, equipment="", node="",
        lon=0.0, lat=0.0, synthetic=False,
    )
    city, roads = names.city, names.city.roads
    if kind == "team":
        return _team(bare, number, design, names)
    if kind == "zone":
        node = int(city.zones.node[int(number)])
        return _at(replace(bare, name=said("unit.zone", zone=names.zone(int(number)))), node, names)
    if kind == "site":
        sites, i = city.chemical_sites, int(number)
        return replace(
            bare, name=sites.name[i], node=roads.node_id[int(sites.node[i])], lon=float(sites.lon[i]),
            lat=float(sites.lat[i]),
        )
    if kind == "hospital":
        return _at(replace(bare, name=names.hospital(int(number))), int(city.hospitals.node[int(number)]), names)
    if kind == "depot":
        depot = next(each for each in names.layout.depots if each.depot_id == number)
        return _at(replace(bare, name=depot.name, synthetic=depot.synthetic), depot.node, names)
    return replace(bare, name=said(f"unit.{kind}", city=city.name), role="command" if kind == "command" else "player")


def _at(unit: Unit, node: int, names: Names) -> Unit:
    roads = names.city.roads
    return replace(
        unit, node=roads.node_id[node], lon=float(roads.node_lon[node]), lat=float(roads.node_lat[node]),
    )


def _team(bare: Unit, team_id: str, design: Design, names: Names) -> Unit:
    """A team of the layout; help from outside and teams that the designer left out are played by the control cell."""
    name = names.team(team_id)
    if team_id.startswith(AID):
        return replace(bare, name=name, role="simulator", synthetic=True)
    team = next(each for each in names.layout.teams if each.team_id == team_id)
    invited = not design.units or team_id in design.units
    unit = replace(
        bare, name=name, role="player" if invited else "simulator", teams=(team_id,), people=team.ready_people,
        equipment=team.equipment, synthetic=team.synthetic,
    )
    return _at(unit, team.node, names)


def _cell(key: str, role: str) -> Unit:
    return Unit(
        unit_id="", name=said(f"unit.{key}"), role=role, task=said(f"unit_task.{key}"), teams=(), people=0,
        equipment="", node="", lon=0.0, lat=0.0, synthetic=False,
    )
