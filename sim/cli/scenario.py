"""``turnout scenario``: draws, saves and shows one scenario."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from rich.markup import escape
from rich.table import Table

from sim.city.model import City
from sim.city.read import read_city
from sim.cli.examples import city_named, city_of, find
from sim.cli.play import SEED, load, refuse_dice, remark_on
from sim.cli.say import out, voice
from sim.common.errors import InputError, Problem
from sim.common.texts import catalogue
from sim.common.types import Floats
from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.hazard.saved import save_scenario, saved_city
from sim.hazard.scenario import Scenario
from sim.plan.read_plan import read_plan

EVENTS, ZONES = 8, 10
"""Events and townships shown."""


def draw_from(
    hazard: Path | None, city: Path | None, seed: int | None, replication: int | None
) -> tuple[Scenario, City]:
    """Draw one scenario of a hazard file; :class:`InputError` for what is missing or wrong."""
    if hazard is None:
        raise InputError([Problem(code="cli.hazard_or_show", file="turnout scenario")])
    file = find(hazard, "hazard")
    read = read_city(find(city, "city") if city is not None else city_of(file))
    spec = read_hazard(file, read)
    remark_on(spec, read)
    return draw(spec, read, SEED if seed is None else seed, replication or 0), read


def saved_in(
    folder: Path, city: Path | None, seed: int | None, replication: int | None
) -> tuple[Scenario, City]:
    """Load the scenario saved in *folder*; :class:`InputError` for what is missing or wrong."""
    refuse_dice(seed, replication)
    read = read_city(find(city, "city") if city is not None else city_named(saved_city(folder), folder))
    return load(folder, read, read_plan(read)).scenario, read


def save_to(folder: Path, scenario: Scenario, city: City) -> None:
    """Save *scenario* to the new *folder*; :class:`InputError` if it is in use or cannot be written to."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError([Problem(code="cli.not_empty", file=str(folder))])
    try:
        save_scenario(scenario, city, folder)
    except OSError as error:
        problem = Problem(code="cli.not_writable", file=str(folder), value=error.strerror or str(error))
        raise InputError([problem]) from error
    out().print(voice.text("scenario.saved", folder=folder), markup=False)


# ---- show ----------------------------------------------------------------------------------


def show_scenario(scenario: Scenario, city: City) -> None:
    """Print what *scenario* does: the event, numbers of the whole city, demands by kind, townships hit hardest."""
    console, s = out(), scenario
    title = voice.text(
        "scenario.title", scenario=s.title.of(voice.lang), replication=s.replication, seed=s.seed
    )
    console.print(f"[bold]{escape(title)}[/bold]")
    clock = f"{int(s.hour):02d}:{round(s.hour % 1 * 60) % 60:02d}"
    day = voice.text("scenario.weekend" if s.weekend else "scenario.weekday")
    when = {"month": s.month, "clock": clock, "day": day, "temp": f"{s.temp_c:.0f}", "hours": f"{s.horizon_min / 60:g}"}
    console.print(voice.text("scenario.when", **when), markup=False)
    for title, table in (
        ("events", _events(s)), ("numbers", _numbers(s)), ("demands", _demands(s, city)), ("zones", _zones(s, city)),
    ):
        console.print(f"\n[bold]{escape(voice.text(f'scenario.{title}'))}[/bold]")
        console.print(table)


def _grid(*columns: str) -> Table:
    """Return an empty table; the first column holds words, the others numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=bool(any(columns)))
    for i, column in enumerate(columns):
        table.add_column(escape(column), justify="right" if i else "left")
    return table


WHOLE = ("gas_people",)
"""Fields that count people."""

NOT_EVERYWHERE = ("in_gas", "leave", "campers", "dead", "slight")
"""Numbers that are left out where they are 0: not every disaster has them."""


def _events(s: Scenario) -> Table:
    table = _grid("", "", "")
    for event in s.events[:EVENTS]:
        table.add_row(
            escape(event.name.of(voice.lang)), voice.text("scenario.after", hours=f"{event.start_min / 60:.1f}"),
            f"{event.lon:.2f} {event.lat:.2f}",
        )
    if len(s.events) > EVENTS:
        table.add_row(escape(voice.text("scenario.more", count=len(s.events) - EVENTS)))
    return table


def _numbers(s: Scenario) -> Table:
    table = _grid("", "")
    free, by_gas = s.casualties.demand < 0, np.isinf(s.casualties.real_min)
    numbers = {
        "buried": float((~free).sum()), "injured": float((free & ~by_gas).sum()), "in_gas": float(by_gas.sum()),
        "slight": float(s.slightly_injured.sum()), "dead": float(s.dead_at_once.sum()),
        "leave": float(sum(d.people.sum() for d in s.dangers if d.evacuate)),
        "displaced": float(s.displaced.people.sum()), "campers": float(s.campers.sum()),
        "roads": float(len(s.closures)), "power": float(s.outages.kind.count("power")),
        "dark": float(s.outages.kind.count("communication")),
        "loss": float(s.loss_yuan.sum()) / 1e8,
    }
    for key, value in numbers.items():
        if not value and key in NOT_EVERYWHERE:
            continue
        shown = f"{value:,.1f}" if key == "loss" else f"{value:,.0f}"
        table.add_row(escape(voice.text(f"scenario.number.{key}")), shown)
    return table


def _demands(s: Scenario, city: City) -> Table:
    kinds = read_plan(city).kinds
    table = _grid("", voice.text("scenario.col.count"), voice.text("scenario.col.stake"))
    for kind, count in Counter(s.demands.kind).most_common():
        stake = float(s.demands.people_at_stake[np.array([k == kind for k in s.demands.kind])].sum())
        name = kinds[kind].name.of(voice.lang) if kind in kinds else kind
        table.add_row(escape(name), f"{count:,}", f"{stake:,.0f}")
    return table


def _zones(s: Scenario, city: City) -> Table:
    """Return the townships with most people buried, hurt or without a home."""
    n = len(city.zones)
    buried = np.bincount(s.casualties.zone[s.casualties.demand >= 0], minlength=n).astype(float)
    displaced = np.bincount(s.displaced.zone, weights=s.displaced.people, minlength=n).astype(float)
    columns: dict[str, Floats] = {"buried": buried, "dead": s.dead_at_once.astype(float), "displaced": displaced}
    table = _grid("", *_field_names(s), *(voice.text(f"scenario.number.{key}") for key in columns))
    worst = np.max([values.max(axis=0) for values in s.fields.values()], axis=0) if s.fields else np.zeros(n)
    order = sorted(range(n), key=lambda z: (-buried[z], -displaced[z], -worst[z]))
    for z in [z for z in order[:ZONES] if buried[z] or displaced[z] or worst[z] > 0.0]:
        fields = [f"{values[0, z]:,.{0 if name in WHOLE else 2}f}" for name, values in s.fields.items()]
        table.add_row(
            escape(city.zones.name[z].of(voice.lang)), *fields, *(f"{values[z]:,.0f}" for values in columns.values())
        )
    return table


def _field_names(s: Scenario) -> list[str]:
    keys = {name: f"cli.scenario.field.{name}" for name in s.fields}
    return [catalogue(voice.lang).get(key, name) for name, key in keys.items()]
