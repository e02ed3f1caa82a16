"""``stage.json``: what a drill's copies were played on, so that they can be played again on another machine.

It holds the files of the hazard and of the layout as they were, and the dice; the city is named. The scenario that
comes out is the same to the last bit, or :func:`stage_of` refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.drill.ask.knobs import Hazards
from sim.drill.build.provenance import scenario_sha256
from sim.drill.copies import Stage, cut
from sim.drill.design import Choice, Design
from sim.drill.seek.play import stage_for, without_teams
from sim.hazard.draw import draw
from sim.plan.layout import ledger_layout, read_layout
from sim.plan.ledger import read_ledger
from sim.plan.model import Plan

FILE = "stage.json"
FORMAT = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Enough to set the stage of a drill again."""

    format: str
    city: str
    """Name of the city's folder."""
    hazard_name: str
    hazard: str
    """The hazard file, word for word."""
    layout_name: str
    layout: str
    """The layout file, word for word; empty: the ledger as it stands."""
    seed: int
    replication: int
    changes: Mapping[str, float]
    teams_out: tuple[str, ...]
    span_h: float
    copies_seed: int
    spread: Mapping[str, float]
    scenario_sha256: str


def recipe_of(design: Design, choice: Choice, stage: Stage) -> Recipe:
    """Return the recipe of *stage*, which was set for *choice* of *design*. Raises ``OSError`` if a file is gone."""
    layout = design.layout
    return Recipe(
        format=FORMAT, city=design.city.name, hazard_name=design.hazard.name,
        hazard=design.hazard.read_text(encoding="utf-8"), layout_name=layout.name if layout else "",
        layout=layout.read_text(encoding="utf-8") if layout else "", seed=choice.seed, replication=choice.replication,
        changes=dict(choice.changes), teams_out=choice.teams_out, span_h=design.span_h, copies_seed=stage.seed,
        spread=dict(stage.spread), scenario_sha256=scenario_sha256(stage.scenario),
    )


def write_recipe(recipe: Recipe, file: Path) -> None:
    """Write *recipe* at *file*; equal recipes give equal bytes."""
    tree = {each.name: getattr(recipe, each.name) for each in fields(recipe)}
    file.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


def read_recipe(file: Path) -> Recipe:
    """Return the recipe in *file*. Raises :class:`InputError` if it is none, or of another format."""
    try:
        tree: dict[str, Any] = json.loads(file.read_text(encoding="utf-8-sig"))
        recipe = Recipe(**{**tree, "teams_out": tuple(tree["teams_out"])})
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(file))]) from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError([Problem(code="drill.no_recipe", file=str(file), value=str(error))]) from None
    if recipe.format != FORMAT:
        params = {"known": FORMAT}
        raise InputError([Problem(code="drill.version", file=str(file), value=str(recipe.format), params=params)])
    return recipe


def stage_of(recipe: Recipe, city: City, plan: Plan, file: Path) -> Stage:
    """Set the stage of *recipe* again; *file* is where it was read.

    Raises :class:`InputError` if the disaster is no longer the same: the city's tables or the program have changed.
    """
    ledger = read_ledger(city, plan)
    with TemporaryDirectory() as folder:
        hazard_file, layout_file = Path(folder) / recipe.hazard_name, Path(folder) / (recipe.layout_name or "none")
        hazard_file.write_text(recipe.hazard, encoding="utf-8")
        hazard = Hazards.of(hazard_file, city).with_numbers(recipe.changes)
        if recipe.layout:
            layout_file.write_text(recipe.layout, encoding="utf-8")
            layout = read_layout(layout_file, city, plan, ledger)
        else:
            layout = ledger_layout(ledger)
    scenario = cut(draw(hazard, city, recipe.seed, recipe.replication), 60.0 * recipe.span_h)
    if scenario_sha256(scenario) != recipe.scenario_sha256:
        raise InputError([Problem(code="drill.other_disaster", file=str(file), value=recipe.city)])
    stage = stage_for(without_teams(layout, recipe.teams_out), scenario, recipe.copies_seed)
    return replace(stage, spread=recipe.spread)
