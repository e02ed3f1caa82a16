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
from sim.measure.measures import measure
from sim.measure.verdict import is_share
from sim.response.log import PREVENTED
from sim.study.story import Story

SHOWN = 15
"""Demands in the table."""
TOTALS = (
    "deaths", "dead_at_once", "deaths_later", "trapped_people", "rescued_alive", "saved", "still_trapped",
    "still_waiting", "displaced_people", "relieved_people", "relief_share_10h", "evacuated_people", "exposed_people",
    "gas_hurt", "responders_hurt", "report_share_in_time", "demands", "unserved_demands",
)
"""Measures of the whole city that are told, as far as anybody was concerned."""
WHOSE = {
    "trapped_people": "trapped_people", "rescued_alive": "trapped_people", "still_trapped": "trapped_people",
    "displaced_people": "displaced_people", "relieved_people": "displaced_people", "responders_hurt": "responders_hurt",
}
"""Measures that are told only if the number that they are of is not 0: a leak of gas traps nobody."""


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
        console.print(f"\n[bold]{escape(voice.text('run.totals'))}[/bold]")
        _lines(_totals(played))
        console.print(f"\n[bold]{escape(voice.text('run.demands'))}[/bold]")
        console.print(_table(played))


def _lines(lines: Iterable[str]) -> None:
    console = out()
    for line in list(lines) or [voice.sentence("timeline.nothing")]:
        console.print(line, markup=False)


def _totals(played: Played) -> list[str]:
    """Return what came of it for the whole city, a line for each measure; what concerned nobody is left out."""
    values = measure(played.log, played.city, played.plan, played.layout, played.scenario).values
    told = [name for name in TOTALS if name not in WHOSE or values[WHOSE[name]] > 0.0]
    known = {name: values[name] for name in told if np.isfinite(values[name])}
    shown = {name: f"{value:.1%}" if is_share(name) else f"{value:,.0f}" for name, value in known.items()}
    colon = voice.sentence("report.list.colon")
    return [f"{voice.sentence(f'report.measure.{name}')}{colon}{value}" for name, value in shown.items()]


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
