"""``turnout check``: what a city folder holds, how far it can be trusted, which layouts fit it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sim.city.inventory import doubt_lines, inventory_lines
from sim.city.model import City
from sim.city.read import read_city
from sim.cli.say import complain, out, voice
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.plan.layout import read_layout
from sim.plan.ledger import Ledger, ledger_doubts, ledger_lines, read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan

Named = Iterable[tuple[str, Text]]


def read_all(folder: Path) -> tuple[City, Plan, Ledger]:
    """Read the city, its plan and its ledgers; :class:`InputError` with the problems of all that could be read."""
    city = read_city(folder)
    plan = read_plan(city)
    return city, plan, read_ledger(city, plan)


def show_city(folder: Path) -> bool:
    """Print what the city *folder* holds and every doubt; tells whether all layouts around it can be read.

    Raises :class:`InputError` with every problem of the folder itself.
    """
    city, plan, ledger = read_all(folder)
    lang, console = voice.lang, out()
    console.print(f"[bold]{escape(voice.text('check.title', name=city.name.of(lang)))}[/bold]")
    _facts(console, [*inventory_lines(city, lang), *ledger_lines(ledger, lang)])
    doubts = [*doubt_lines(city, lang), *ledger_doubts(ledger, lang)]
    if doubts:
        console.print(f"\n[bold]{escape(voice.text('check.doubts'))}[/bold]")
        for line in doubts:
            console.print(f"  {line}", markup=False)
    if city.vessels is None:
        console.print(f"\n{voice.text('check.no_vessels')}", markup=False)
    layouts, problems = _layouts(folder, city, plan, ledger)
    names = ", ".join(f"{layout.name.of(lang)} ({layout.layout_id})" for layout in layouts)
    console.print(f"\n{voice.text('check.layouts', count=len(layouts), names=names or '-')}", markup=False)
    for problem in problems:
        complain(problem.line(lang))
    if not problems:
        console.print(f"[green]{escape(voice.text('check.fine'))}[/green]")
    return not problems


def _facts(console: Console, facts: list[tuple[str, str]]) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column()
    table.add_column()
    for what, value in facts:
        table.add_row(escape(what), escape(value))
    console.print(table)


def _layouts(folder: Path, city: City, plan: Plan, ledger: Ledger) -> tuple[list[Layout], list[Problem]]:
    """Read the layouts in the city folder and in ``experiments/layouts`` beside its ``scenarios/``."""
    shelves = (folder / "layouts", folder.resolve().parent.parent / "experiments" / "layouts")
    layouts: list[Layout] = []
    problems: list[Problem] = []
    for path in (path for shelf in shelves for path in sorted(shelf.glob("*.yaml"))):
        try:
            layouts.append(read_layout(path, city, plan, ledger))
        except InputError as error:
            problems += error.problems
    return layouts, problems


# ---- what there is -------------------------------------------------------------------------

LISTS: Mapping[str, Callable[[City, Plan, Ledger], Named]] = {
    "zones": lambda city, _plan, _ledger: zip(city.zones.code, city.zones.name, strict=True),
    "nodes": lambda city, _plan, _ledger: zip(city.roads.node_id, city.roads.node_name, strict=True),
    "hospitals": lambda city, _plan, _ledger: zip(city.hospitals.hospital_id, city.hospitals.name, strict=True),
    "faults": lambda city, _plan, _ledger: ((fault.fault_id, fault.name) for fault in city.faults),
    "teams": lambda _city, _plan, ledger: ((team.team_id, team.name) for team in ledger.teams),
    "depots": lambda _city, _plan, ledger: ((depot.depot_id, depot.name) for depot in ledger.depots),
    "items": lambda _city, plan, _ledger: ((item.item_id, item.name) for item in plan.items.values()),
    "kinds": lambda _city, plan, _ledger: ((kind.kind, kind.name) for kind in plan.kinds.values()),
    "types": lambda _city, plan, _ledger: ((name, Text("", "")) for name in plan.crew_types),
    "coefficients": lambda _city, plan, _ledger: (
        (key, Text("", f"{row.value:g} {row.unit}")) for key, row in plan.coefficients.rows.items()
    ),
}
"""What can be listed, so that a planner finds the ids for layouts and studies."""


def show_list(folder: Path, what: str) -> None:
    """Print every id of *what* (a key of :data:`LISTS`) with its name; :class:`InputError` if it is none."""
    if what not in LISTS:
        params = {"known": ", ".join(LISTS)}
        raise InputError([Problem(code="cli.no_list", file="--list", value=what, params=params)])
    console = out()
    rows = list(LISTS[what](*read_all(folder)))
    width = max(len(re.sub(r"[^\x00-\xff]", "xx", key)) for key, _ in rows)
    for key, name in rows:
        console.print(f"{key:<{width}}  {name.of(voice.lang)}".rstrip(), markup=False)
