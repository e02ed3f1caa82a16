"""Plays one scenario with one layout: of a study, of a hazard file, or of a saved scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict

from sim.city.model import City
from sim.cli.check import read_all
from sim.cli.examples import city_named, city_of, find
from sim.cli.say import remark, voice
from sim.common.document import Form, read_document
from sim.common.errors import InputError, Problem
from sim.hazard.draw import HazardSpec, draw
from sim.hazard.read import notes_of, read_hazard
from sim.hazard.saved import is_saved, load_saved, saved_city
from sim.hazard.saved_load import Saved
from sim.hazard.scenario import Scenario
from sim.plan.layout import ledger_layout, read_layout
from sim.plan.ledger import Ledger
from sim.plan.model import Layout, Plan
from sim.response.log import Log
from sim.response.respond import respond
from sim.study.inputs import load_inputs
from sim.study.read import read_study

SEED = 1
"""Seed of a scenario for which nobody gave one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One scenario, answered by one layout, with its timeline."""

    city: City
    plan: Plan
    layout: Layout
    scenario: Scenario
    log: Log
    labels: tuple[int, ...] | None = None
    """The numbers of the demands in the file that they come from; ``None``: those of the scenario."""


def play(source: Path, layout: str | None, city: Path | None, seed: int | None, replication: int | None) -> Played:
    """Play the study, hazard file or saved scenario *source*; *layout* is an id of the study, or a file.

    Raises :class:`InputError` for what does not exist or does not fit together.
    """
    if source.is_dir():
        refuse_dice(seed, replication)
        return _saved(source, layout, city)
    if "hazard" in _keys(source):
        return _hazard(source, layout, city, seed, replication or 0)
    return _study(source, layout, seed, replication or 0)


def refuse_dice(seed: int | None, replication: int | None) -> None:
    """Raise :class:`InputError` if a seed or a replication is asked for of a scenario whose dice are thrown."""
    asked = {"--seed": seed, "--replication": replication}
    problems = [
        Problem(code="cli.dice_thrown", file=option, value=str(value))
        for option, value in asked.items() if value is not None
    ]
    if problems:
        raise InputError(problems)


def _study(file: Path, wanted: str | None, seed: int | None, replication: int) -> Played:
    study = read_study(file)
    inputs = load_inputs(study)
    layouts = {layout.layout_id: layout for layout in inputs.layouts}
    layout = inputs.layouts[0] if wanted is None else layouts.get(wanted)
    if layout is None:
        layout = _from_file(str(wanted), inputs.city, inputs.plan, inputs.ledger, list(layouts))
    remark_on(inputs.hazard, inputs.city)
    scenario = draw(inputs.hazard, inputs.city, study.seed if seed is None else seed, replication)
    return _played(inputs.city, inputs.plan, layout, scenario)


def _hazard(file: Path, wanted: str | None, city: Path | None, seed: int | None, replication: int) -> Played:
    read, plan, ledger = read_all(find(city, "city") if city is not None else city_of(file))
    hazard = read_hazard(file, read)
    remark_on(hazard, read)
    scenario = draw(hazard, read, SEED if seed is None else seed, replication)
    return _played(read, plan, _layout(wanted, read, plan, ledger), scenario)


def remark_on(hazard: HazardSpec, city: City) -> None:
    """Remark on what the user should know of *hazard* in *city*."""
    for note in notes_of(hazard, city):
        remark(note.line(voice.lang))


def _saved(folder: Path, wanted: str | None, city: Path | None) -> Played:
    if not is_saved(folder):
        raise InputError([Problem(code="saved.not_one", file=str(folder))])
    read, plan, ledger = read_all(find(city, "city") if city is not None else city_named(saved_city(folder), folder))
    saved = load(folder, read, plan)
    return _played(read, plan, _layout(wanted, read, plan, ledger), saved.scenario, saved.labels)


def load(folder: Path, city: City, plan: Plan) -> Saved:
    """Load the scenario saved in *folder*, and remark on what its editor should know.

    Raises :class:`InputError` with every problem, among them demands of a kind that *plan* does not know.
    """
    saved = load_saved(folder, city, tuple(plan.kinds))
    for note in saved.notes:
        remark(note.line(voice.lang))
    return saved


def _played(
    city: City, plan: Plan, layout: Layout, scenario: Scenario, labels: tuple[int, ...] | None = None
) -> Played:
    log = respond(city, plan, layout, scenario, timeline=True)
    return Played(city=city, plan=plan, layout=layout, scenario=scenario, log=log, labels=labels)


def _layout(wanted: str | None, city: City, plan: Plan, ledger: Ledger) -> Layout:
    return ledger_layout(ledger) if wanted is None else read_layout(find(Path(wanted), "layout"), city, plan, ledger)


def _from_file(wanted: str, city: City, plan: Plan, ledger: Ledger, known: list[str]) -> Layout:
    try:
        file = find(Path(wanted), "layout")
    except InputError:
        params = {"known": ", ".join(known)}
        raise InputError([Problem(code="study.unknown_layout", file="--layout", value=wanted, params=params)]) from None
    return read_layout(file, city, plan, ledger)


class _Any(Form):
    """Any mapping."""

    model_config = ConfigDict(extra="allow")


def _keys(path: Path) -> set[str]:
    """Return the keys of the YAML file *path*."""
    document, _ = read_document(path, _Any)
    return set(document.model_extra or {})
