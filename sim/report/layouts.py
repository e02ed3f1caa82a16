"""How the report names layouts and teams: a letter for dense tables, a name for the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.city.model import City
from sim.plan.model import Layout, Plan
from sim.report.words import Words
from sim.study.story import AID, LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A layout as the report shows it."""

    layout_id: str
    tag: str
    """One letter."""
    name: str
    label: str
    """Letter and name."""
    note: str
    changes: tuple[str, ...]
    reference: bool


def named(layouts: Sequence[Layout], words: Words) -> list[Named]:
    """Return *layouts* with letters; the first is the reference."""
    return [
        Named(
            layout_id=layout.layout_id,
            tag=_tag(i),
            name=words.of(layout.name),
            label=f"{_tag(i)} {words.of(layout.name)}",
            note=words.of(layout.note),
            changes=tuple(words.of(change) for change in layout.changes),
            reference=i == 0,
        )
        for i, layout in enumerate(layouts)
    ]


def _tag(number: int) -> str:
    letter = chr(ord("A") + number % 26)
    return letter if number < 26 else f"{letter}{number // 26}"


def team_names(city: City, plan: Plan, layout: Layout, words: Words) -> dict[str, str]:
    """Return the name of every team that a log of *layout* can hold: its own, the villages', those from outside.

    A team that a layout has split gets the place added, so that its parts can be told apart.
    """
    called = Counter(words.of(team.name) for team in layout.teams)
    names = {}
    for team in layout.teams:
        name, place = words.of(team.name), words.of(city.roads.node_name[team.node])
        names[team.team_id] = words("team.at", team=name, place=place) if called[name] > 1 else name
    for code, zone in zip(city.zones.code, city.zones.name, strict=True):
        names[f"{LOCAL}{code}"] = words("team.local", zone=words.of(zone))
    return names | {f"{AID}{aid.group_id}": words.of(aid.name) for aid in plan.aid}
