"""Tells in words how a response went."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from rich.markup import escape
from rich.table import Table

from sim.cli.play import Played
from sim.cli.say import out, voice
from sim.common.errors import InputError, Problem
from sim.common.types import NEVER
from sim.response.log import PREVENTED
from sim.study.story import Story

SHOWN = 15
"""Demands in the table."""


def tell(played: Played, demand: int | None, crew: str | None, *, every_line: bool) -> None:
    """Print what happened: to one *demand*, to one *crew* or team, every line, or what concerned the whole city.

    Raises :class:`InputError` for a demand or a crew that there is not.
    """
    scenario, console = played.scenario, out()
    story = Story(played.city, played.plan, played.layout, scenario, played.log, voice.lang, played.labels)
    if demand is not None:
        _lines(story.of_demand(_demand(demand, played)))
    elif crew is not None:
        _lines(story.of_crews(_crews(crew, story)))
    elif every_line:
        _lines(story.all())
    else:
        title = voice.text(
            "run.title", scenario=scenario.title.of(voice.lang), layout=played.layout.name.of(voice.lang),
            replication=scenario.replication, seed=scenario.seed,
        )
        console.print(f"[bold]{escape(title)}[/bold]\n\n[bold]{escape(voice.text('run.headlines'))}[/bold]")
        _lines(story.headlines())
        console.print(f"\n[bold]{escape(voice.text('run.demands'))}[/bold]")
        console.print(_table(played))


def _lines(lines: Iterable[str]) -> None:
    console = out()
    for line in list(lines) or [voice.sentence("timeline.nothing")]:
        console.print(line, markup=False)


def _demand(number: int, played: Played) -> int:
    """Return the demand with the *number* that it has for the user."""
    count, labels = len(played.scenario.demands), played.labels
    if labels is not None and number in labels:
        return labels.index(number)
    if labels is None and 0 <= number < count:
        return number
    code = "study.unknown_demand" if labels is None else "study.unknown_label"
    raise InputError([Problem(code=code, file="--demand", value=str(number), params={"last": count - 1})])


def _crews(name: str, story: Story) -> list[int]:
    """Return the crews of a team, or the crew with the number *name*."""
    crews = story.crews_of(name)
    if not crews and name.isdecimal() and int(name) in story.team_of:
        return [int(name)]
    if not crews:
        params = {"last": max(story.team_of, default=-1)}
        raise InputError([Problem(code="study.unknown_crew", file="--crew", value=name, params=params)])
    return crews


def _table(played: Played) -> Table:
    """Return the most urgent demands, most people at stake first, and when each was known, reached and done."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column, right in (("number", True), ("kind", False), ("zone", False), ("stake", True)):
        table.add_column(escape(voice.text(f"run.col.{column}")), justify="right" if right else "left")
    for column in ("real", "known", "arrived", "done"):
        table.add_column(escape(voice.text(f"run.col.{column}")), justify="right", no_wrap=True)
    demands, log, lang = played.scenario.demands, played.log.demands, voice.lang
    priority = np.array([played.plan.kinds[kind].priority for kind in demands.kind])
    prevented = log.state == PREVENTED
    for d in np.lexsort((-demands.people_at_stake, priority, prevented))[:SHOWN].tolist():
        times = (demands.real_min[d], log.known_min[d], log.arrived_min[d], log.done_min[d])
        shown = [voice.text("run.prevented"), "-", "-", "-"] if prevented[d] else [_since(float(m)) for m in times]
        number = d if played.labels is None else played.labels[d]
        table.add_row(
            str(number), escape(played.plan.kinds[demands.kind[d]].name.of(lang)),
            escape(played.city.zones.name[int(demands.zone[d])].of(lang)), f"{demands.people_at_stake[d]:,.0f}",
            *shown,
        )
    return table


def _since(minute: float) -> str:
    """Return the time since T0; a dash for never."""
    return "-" if minute == NEVER else voice.text("run.since", hours=round(minute) // 60, minutes=round(minute) % 60)
