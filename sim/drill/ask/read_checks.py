"""Checks what a designer's file says of the drill's day, its units, what to avoid, and what the search may vary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from sim.city.model import City
from sim.common.document import line_of
from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.common.types import Text
from sim.drill.ask.form import DesignForm
from sim.drill.ask.knobs import Hazards, known_knobs
from sim.plan.model import Layout, Plan

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d")
LEAST_PLAY_MIN = 40.0
"""A window has to leave this much between STARTEX and the hot wash."""


def frame_problems(file: Path, tree: CommentedMap, form: DesignForm) -> list[Problem]:
    """Return what is wrong with day, clock, window, seed of names and template: what needs no city."""
    problems = []

    def refuse(code: str, column: str, value: object, **params: object) -> None:
        row = line_of(tree, (column,))
        problems.append(
            Problem(code=code, file=str(file), row=row, column=column, value=str(value), params=params)
        )

    if not _is_date(form.date):
        refuse("design.date", "date", form.date)
    if form.revised is not None and not _is_date(form.revised):
        refuse("design.date", "revised", form.revised)
    if not CLOCK.fullmatch(form.start):
        refuse("design.clock", "start", form.start)
    if not OFFSET.fullmatch(form.utc_offset):
        refuse("design.offset", "utc_offset", form.utc_offset)
    if form.window_min - form.hotwash_min < LEAST_PLAY_MIN:
        refuse("design.short_window", "window_min", f"{form.window_min:g}", hotwash=f"{form.hotwash_min:g}",
               least=f"{LEAST_PLAY_MIN:g}")
    if form.evaluation_template is not None and form.evaluation_template not in templates():
        known = near(form.evaluation_template, templates())
        refuse("design.template", "evaluation_template", form.evaluation_template, near=known)
    return problems


def templates() -> tuple[str, ...]:
    """Return the names of the evaluation sheets that ship."""
    shelf = files("sim.drill").joinpath("eval_templates")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in shelf.iterdir() if entry.name.endswith(".yaml")))


def _is_date(said: str) -> bool:
    try:
        return bool(date.fromisoformat(said)) and len(said) == len("2026-01-01")
    except ValueError:
        return False


def word_problems(
    file: Path, tree: CommentedMap, form: DesignForm, city: City, plan: Plan, layout: Layout
) -> Iterator[Problem]:
    """Yield a problem for each unit, kind of demand or zone that is not known, with the nearest that are."""
    teams = [team.team_id for team in layout.teams]
    avoidable = [*plan.kinds, *city.zones.code]
    for column, words, known, code in (
        ("units", form.units, teams, "unknown_unit"), ("avoid", form.avoid, avoidable, "unknown_avoid"),
    ):
        for i, word in enumerate(words):
            if word not in known:
                yield Problem(
                    code=f"design.{code}", file=str(file), row=line_of(tree, (column, i)), column=column, value=word,
                    params={"near": near(word, known)},
                )
    if form.teams_out >= len(teams):
        yield Problem(
            code="design.teams_out", file=str(file), row=line_of(tree, ("teams_out",)), column="teams_out",
            value=str(form.teams_out), params={"teams": len(teams)},
        )


def vary_problems(
    file: Path, tree: CommentedMap, form: DesignForm, city: City, hazard: Path
) -> Iterator[Problem]:
    """Yield a problem for each number that the hazard file cannot take, at either end of its range."""
    hazards, known = Hazards.of(hazard, city), known_knobs(hazard, city)
    good: dict[str, float] = {}

    def refused(code: str, name: str, value: str, **params: object) -> Problem:
        row = line_of(tree, ("vary", name))
        return Problem(
            code=f"design.{code}", file=str(file), row=row, column=f"vary.{name}", value=value, params=params
        )

    for name, ends in form.vary.items():
        if len(ends) != 2 or not ends[0] < ends[1]:
            yield refused("vary_range", name, str(ends))
        elif name not in known:
            yield refused("vary_unknown", name, name, near=near(name, known), hazard=hazard.name)
        else:
            good[name] = ends[0]
    for name in list(good):
        ends = form.vary[name]
        found = [why for end in ends if (why := _refusal(hazards, good | {name: end})) is not None]
        if found:
            yield refused("vary_refused", name, str(ends), why=found[0])


def _refusal(hazards: Hazards, changes: dict[str, float]) -> Text | None:
    """Return what the hazard's own reader has against *changes*; ``None`` for nothing."""
    try:
        hazards.with_numbers(changes)
    except InputError as error:
        return Text(*(error.problems[0].line(lang) for lang in ("zh", "en")))
    return None
