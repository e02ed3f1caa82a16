"""Reads everything that a batch names and spreads out its grid: which cells there are, and what each is played with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from sim.city.model import City
from sim.city.read import read_city
from sim.common.errors import InputError, Problem
from sim.hazard.draw import HazardSpec
from sim.hazard.read import read_hazard
from sim.plan.ledger import Ledger, read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan
from sim.study.batch.model import BatchStudy, Cell, Grid, HazardEntry, cell_id, hazard_seed, varied_of
from sim.study.inputs import (
    city_hashes,
    collect,
    layout_hashes,
    product_hashes,
    read_layouts,
    sha256,
    split_overrides,
)
from sim.study.model import Inputs

HAZARD = "hazard/"
"""Before the names of hazards among the inputs: a grid may grow by hazards, and lose some."""


def load_grid(study: BatchStudy) -> Grid:
    """Read every file that *study* names and return its cells, hazard by hazard, the last parameter changing fastest.

    A parameter that neither the response nor a hazard knows does not multiply the cells of that hazard. Raises
    :class:`InputError` with the problems of all files that could be looked at.
    """
    city = read_city(study.city)
    problems: list[Problem] = []
    plan = collect(problems, lambda: read_plan(city))
    if plan is None:
        raise InputError(problems)
    ours, theirs = split_overrides(study.overrides, plan.coefficients)
    plan = replace(plan, coefficients=plan.coefficients.with_overrides(ours, str(study.file)))
    hazards = [collect(problems, partial(read_hazard, entry.file, city, theirs)) for entry in study.hazards]
    ledger = collect(problems, lambda: read_ledger(city, plan))
    if ledger is None:
        raise InputError(problems)
    layouts = read_layouts(problems, study.layouts, city, plan, ledger)
    known = [hazard for hazard in hazards if hazard is not None]
    problems += _same_hazard(study, hazards)
    problems += _unknown(study, plan, known) if len(known) == len(hazards) else ()
    if problems:
        raise InputError(problems)
    return _spread(study, city, plan, ledger, layouts, list(zip(study.hazards, known, strict=True)), theirs)


def _spread(
    study: BatchStudy, city: City, plan: Plan, ledger: Ledger, layouts: tuple[Layout, ...],
    hazards: list[tuple[HazardEntry, HazardSpec]], theirs: Mapping[str, float],
) -> Grid:
    """Return the grid: one object of city, ledger and layouts in all cells, one plan for equal values."""
    cells: list[Cell] = []
    inputs: list[Inputs] = []
    plans: dict[tuple[tuple[str, float], ...], Plan] = {}
    problems: list[Problem] = []
    for entry, spec in hazards:
        content = sha256(entry.file)
        for block, point in _points(study, plan, spec):
            of_plan, of_hazard = split_overrides(point, plan.coefficients)
            key = tuple(sorted(of_plan.items()))
            if key not in plans:
                varied = plan.coefficients.with_overrides(of_plan, str(study.file))
                plans[key] = replace(plan, coefficients=varied)
            varied_hazard = spec if not of_hazard else collect(
                problems, partial(read_hazard, entry.file, city, {**theirs, **of_hazard})
            )
            if varied_hazard is not None:
                cells.append(_cell(study, entry, spec, content, point, block))
                inputs.append(Inputs(
                    city=city, plan=plans[key], ledger=ledger, layouts=layouts, hazard=varied_hazard
                ))
    if problems:
        raise InputError({problem.line("en"): problem for problem in problems}.values())
    return Grid(city=city, plan=plan, layouts=layouts, cells=tuple(cells), inputs=tuple(inputs))


def _points(study: BatchStudy, plan: Plan, spec: HazardSpec) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield block and values of every point: those of the design, else all combinations of the parameters.

    Of the combinations, those of the parameters that mean something to this hazard or its response.
    """
    if study.points:
        yield from ((point.block, dict(point.values)) for point in study.points)
        return
    keys = [key for key in study.parameters if key in plan.coefficients or key in spec.coefficients]
    for values in product(*(study.parameters[key] for key in keys)):
        yield "", dict(zip(keys, values, strict=True))


def _cell(
    study: BatchStudy, entry: HazardEntry, spec: HazardSpec, content: str, point: dict[str, float], block: str
) -> Cell:
    dice = f"{spec.hazard_id}/{block}" if block else spec.hazard_id
    return Cell(
        cell_id=cell_id(spec.hazard_id, content, point, block), hazard_id=spec.hazard_id,
        kind=type(spec).__name__.removesuffix("Spec").lower(), name=spec.name, weight=entry.weight,
        per_year=entry.per_year, seed=hazard_seed(study.seed, dice), point=point,
        replications=entry.replications or study.replications,
    )


def _same_hazard(study: BatchStudy, hazards: list[HazardSpec | None]) -> Iterator[Problem]:
    """Yield a problem for each hazard whose id another file has used: they would have the same dice."""
    seen: dict[str, Path] = {}
    for entry, spec in zip(study.hazards, hazards, strict=True):
        if spec is not None and spec.hazard_id in seen:
            params = {"first": seen[spec.hazard_id].name}
            yield Problem(code="study.same_hazard_id", file=entry.file.name, value=spec.hazard_id, params=params)
        elif spec is not None:
            seen[spec.hazard_id] = entry.file


def _unknown(study: BatchStudy, plan: Plan, hazards: list[HazardSpec]) -> Iterator[Problem]:
    """Yield a problem for each coefficient that neither the response nor any hazard of the grid knows."""
    known = {*plan.coefficients, *(key for spec in hazards for key in spec.coefficients)}
    for name, keys in (("overrides", study.overrides), ("parameters", varied_of(study))):
        for key in keys:
            if key not in known:
                yield Problem(code="unknown_coefficient", file=str(study.file), column=f"{name}.{key}")


# ---- what decides the numbers --------------------------------------------------------------


def identity(study: BatchStudy) -> dict[str, Any]:
    """Return what decides the numbers of every cell, and nothing else: no number of replications, no grid.

    Beside the inputs the numbers of the study, and the versions of what computes.
    """
    return {
        "kind": "batch",
        "study": study.study_id,
        "seed": study.seed,
        "overrides": dict(study.overrides),
        "detail_replications": study.detail_replications,
        "township_replications": study.township_replications,
        **{name: version(name) for name in ("numpy", "scipy", "simpy")},
        "inputs": fingerprint(study),
    }


def fingerprint(study: BatchStudy) -> dict[str, str]:
    """Return the SHA-256 of every input by name; a hazard file of the city folder is an input if the grid has it."""
    files = [entry.file for entry in study.hazards]
    hashes = city_hashes(study.city, {*files, *_hazards_in(study.city)})
    for file in files:
        hashes[_hazard_name(file, study.city, hashes)] = sha256(file)
    return hashes | layout_hashes(study.layouts) | product_hashes()


def _hazards_in(city: Path) -> list[Path]:
    """Return the hazard files below the folder *city*, whether the grid has them or not."""
    opening = re.compile(rb"^hazard:", re.MULTILINE)
    return [path for path in city.rglob("*.yaml") if path.is_file() and opening.search(path.read_bytes())]


def _hazard_name(file: Path, city: Path, taken: Mapping[str, str]) -> str:
    """Return the name of a hazard file among the inputs: as short as can be told apart."""
    near = file.relative_to(city).as_posix() if file.is_relative_to(city) else f"{file.parent.name}/{file.name}"
    return f"{HAZARD}{near}" if f"{HAZARD}{near}" not in taken else f"{HAZARD}{file.as_posix()}"
