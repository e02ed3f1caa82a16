"""Reads a designer's file: checks it whole, against the city, the plan and the hazard, and says every problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ruamel.yaml.comments import CommentedMap

from sim.city.model import City
from sim.city.read import read_city
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.drill.ask.design_words import told
from sim.drill.ask.form import TABLETOP_TEMPLATE, TEMPLATE, DesignForm
from sim.drill.ask.read_checks import frame_problems, vary_problems, word_problems
from sim.drill.ask.read_wishes import params_of, wish_problems
from sim.drill.design import Design, Wish
from sim.hazard.draw import HazardSpec
from sim.hazard.read import read_hazard
from sim.plan.layout import ledger_layout, read_layout
from sim.plan.ledger import read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan
from sim.study.read import NameForm, city_problems, missing, resolve
from sim.study.yamlfile import load_tree, read_form


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillInputs:
    """What a search needs beside the design, read and checked."""

    city: City
    plan: Plan
    layout: Layout
    hazard: HazardSpec


def read_design(file: Path) -> Design:
    """Return the design in *file*; relative paths in it are relative to the file.

    Raises :class:`InputError` with every problem, by line: of the form first, then what the city, the plan, the
    layout or the hazard file do not know.
    """
    file = Path(file)
    form = read_form(file, DesignForm, _path_problems, frame_problems)
    tree = load_tree(file)
    design = _bare(file, form)
    inputs = read_inputs(design)
    problems = [
        *word_problems(file, tree, form, inputs.city, inputs.plan, inputs.layout),
        *wish_problems(file, tree, form, inputs.city, inputs.plan, inputs.layout, inputs.hazard),
        *vary_problems(file, tree, form, inputs.city, design.hazard),
    ]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    return _named(design, inputs.city)


def read_inputs(design: Design) -> DrillInputs:
    """Read the city, the plan, the layout (without one: the ledger as it stands) and the hazard of *design*.

    Raises :class:`InputError` with the problems of the first of them that has any.
    """
    city = read_city(design.city)
    plan = read_plan(city)
    ledger = read_ledger(city, plan)
    layout = ledger_layout(ledger) if design.layout is None else read_layout(design.layout, city, plan, ledger)
    return DrillInputs(city=city, plan=plan, layout=layout, hazard=read_hazard(design.hazard, city))


def _path_problems(file: Path, tree: CommentedMap) -> list[Problem]:
    problems = city_problems(file, tree)
    for key in ("hazard", "layout"):
        value = tree.get(key)
        if isinstance(value, str) and value and not resolve(file, value).is_file():
            problems.append(missing(file, tree, (key,), value, "study.missing_path"))
    return problems


# ---- from the form to the record -----------------------------------------------------------


def _bare(file: Path, form: DesignForm) -> Design:
    """Return the design without the words that only the city can give: see :func:`_named`."""
    template = TABLETOP_TEMPLATE if form.form == "tabletop" else TEMPLATE
    return Design(
        file=file.resolve(), design_id=form.id, name=Text(form.name.zh, form.name.en), city=resolve(file, form.city),
        hazard=resolve(file, form.hazard), layout=resolve(file, form.layout) if form.layout else None, form=form.form,
        notice=form.notice, purpose=_text(form.purpose), date=form.date, revised=form.revised or form.date,
        start=form.start, utc_offset=form.utc_offset,
        window_min=form.window_min, hotwash_min=form.hotwash_min, span_h=form.span_h, units=tuple(form.units),
        host=_text(form.host), organiser=_text(form.organiser), venues=_text(form.venues),
        safety_word=_text(form.safety_word), forbidden=tuple(Text(each.zh, each.en) for each in form.forbidden),
        avoid=tuple(form.avoid), teams_out=form.teams_out, alternatives=form.alternatives,
        wishes=tuple(
            Wish(kind=each.kind, low=each.band[0], high=each.band[1], params=params_of(each), weight=each.weight)
            for each in form.stress
        ),
        vary={name: (ends[0], ends[1]) for name, ends in form.vary.items()},
        replications=form.replications, seed=form.seed, evaluation_template=form.evaluation_template or template,
    )


def _named(design: Design, city: City) -> Design:
    """Return *design* with the usual words where the file has none."""
    city_name = city.name
    venues = told("usual.venue_tabletop" if design.form == "tabletop" else "usual.venues", city=city_name)
    forbidden = design.forbidden or (told("usual.forbidden.real"), told("usual.forbidden.traffic"))
    return replace(
        design, forbidden=forbidden, purpose=_or(design.purpose, told("usual.purpose")),
        host=_or(design.host, told("usual.host", city=city_name)),
        organiser=_or(design.organiser, told("usual.organiser", city=city_name)),
        venues=_or(design.venues, venues),
        safety_word=_or(design.safety_word, told("usual.safety_word")),
    )


def _or(said: Text, usual: Text) -> Text:
    return said if any(said) else usual


def _text(form: NameForm | None) -> Text:
    return Text(form.zh, form.en) if form is not None else Text("", "")
