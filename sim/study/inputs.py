"""Everything that a replication needs, read once and checked whole, and the fingerprint of the files it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from sim.city.model import City
from sim.city.read import read_city
from sim.common.coefficients import Coefficients
from sim.common.errors import InputError, Problem
from sim.hazard.read import read_hazard
from sim.plan.layout import read_layout
from sim.plan.ledger import Ledger, read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan
from sim.study.model import Inputs, Study

CODE_LAYERS = ("common", "city", "hazard", "plan", "response", "measure", "study")
"""Layers whose program text decides a result."""

T = TypeVar("T")


def load_inputs(study: Study) -> Inputs:
    """Read every file that *study* names.

    Raises :class:`InputError` with the problems of all files that could be looked at: the city first (nothing
    can be checked without it), then plan, ledger, layouts and hazard together.
    """
    return load(study.city, study.scenario, study.layouts, study.overrides, str(study.file))


def load(
    city_folder: Path, scenario: Path, layouts: tuple[Path, ...], overrides: Mapping[str, float], file: str
) -> Inputs:
    """Read a city folder, a hazard file and layouts; *overrides* replace coefficients, *file* says whose they are."""
    city = read_city(city_folder)
    problems: list[Problem] = []
    plan = collect(problems, lambda: read_plan(city))
    if plan is None:
        raise InputError(problems)
    ours, theirs = split_overrides(overrides, plan.coefficients)
    plan = replace(plan, coefficients=plan.coefficients.with_overrides(ours, file))
    hazard = collect(problems, lambda: read_hazard(scenario, city, theirs))
    ledger = collect(problems, lambda: read_ledger(city, plan))
    if ledger is None:
        raise InputError(problems)
    read = read_layouts(problems, layouts, city, plan, ledger)
    if hazard is not None:
        unknown = [key for key in theirs if key not in hazard.coefficients]
        problems += [Problem(code="unknown_coefficient", file=file, column=f"overrides.{key}") for key in unknown]
    if problems or hazard is None:
        raise InputError(problems)
    return Inputs(city=city, plan=plan, ledger=ledger, hazard=hazard, layouts=read)


def load_layouts(city_folder: Path, paths: tuple[Path, ...]) -> tuple[City, Plan, Ledger, tuple[Layout, ...]]:
    """Read a city folder and layouts alone, for names and limits. Raises :class:`InputError` as :func:`load` does."""
    city = read_city(city_folder)
    plan = read_plan(city)
    ledger = read_ledger(city, plan)
    problems: list[Problem] = []
    layouts = read_layouts(problems, paths, city, plan, ledger)
    if problems:
        raise InputError(problems)
    return city, plan, ledger, layouts


def read_layouts(
    problems: list[Problem], paths: tuple[Path, ...], city: City, plan: Plan, ledger: Ledger
) -> tuple[Layout, ...]:
    """Return the layouts in the files *paths*; notes what is wrong with them, and ids that are used twice."""
    read = [collect(problems, partial(read_layout, path, city, plan, ledger)) for path in paths]
    problems += _same_id(paths, read)
    return tuple(layout for layout in read if layout is not None)


def collect(problems: list[Problem], read: Callable[[], T]) -> T | None:
    """Return what *read* gives; if it refuses, note why and return ``None``."""
    try:
        return read()
    except InputError as error:
        problems.extend(error.problems)
        return None


def split_overrides(
    overrides: Mapping[str, float], coefficients: Coefficients
) -> tuple[dict[str, float], dict[str, float]]:
    """Return (those that the plan's tables know, the rest, which the hazard's tables must know)."""
    ours = {key: value for key, value in overrides.items() if key in coefficients}
    return ours, {key: value for key, value in overrides.items() if key not in ours}


def _same_id(paths: tuple[Path, ...], layouts: list[Layout | None]) -> Iterator[Problem]:
    """Yield a problem for each layout whose id another file has used."""
    seen: dict[str, Path] = {}
    for path, layout in zip(paths, layouts, strict=True):
        if layout is None:
            continue
        if layout.layout_id in seen:
            first = seen[layout.layout_id].name
            yield Problem(code="study.same_layout_id", file=path.name, value=layout.layout_id, params={"first": first})
        seen.setdefault(layout.layout_id, path)


def fingerprint(study: Study) -> dict[str, str]:
    """Return the SHA-256 of every input of *study* by name: files of the city, hazard, layouts, tables, program."""
    hashes = city_hashes(study.city, (study.scenario,))
    hashes[f"scenario/{study.scenario.name}"] = sha256(study.scenario)
    return hashes | layout_hashes(study.layouts) | product_hashes()


def city_hashes(city: Path, hazards: Collection[Path]) -> dict[str, str]:
    """Return the SHA-256 of every file of the folder *city* by name.

    Left out are the files *hazards* and, if they lie in a folder of their own, what else is in it.
    """
    return {f"city/{name}": sha256(path) for name, path in _city_files(city, hazards)}


def layout_hashes(layouts: tuple[Path, ...]) -> dict[str, str]:
    """Return the SHA-256 of the files *layouts* by place and name."""
    return {f"layout/{number}/{layout.name}": sha256(layout) for number, layout in enumerate(layouts)}


def product_hashes() -> dict[str, str]:
    """Return the SHA-256 of what the product itself brings: tables of coefficients, and the text of the program."""
    root = files("sim")
    hashes: dict[str, str] = {}
    for layer in CODE_LAYERS:
        tables = root.joinpath(layer, "tables")
        if tables.is_dir():
            hashes |= {f"table/{layer}/{entry.name}": sha256(entry) for entry in _sorted(tables) if entry.is_file()}
    hashes["program"] = _program(root)
    return hashes


def _city_files(city: Path, hazards: Collection[Path]) -> Iterator[tuple[str, Path]]:
    shelves = {path.parent for path in hazards} - {city}
    for path in sorted(city.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(city).parts)
        if path.is_file() and not hidden and path not in hazards and not shelves & {*path.parents}:
            yield path.relative_to(city).as_posix(), path


def _program(root: Traversable) -> str:
    digest = hashlib.sha256()
    for layer in CODE_LAYERS:
        for path, entry in _modules(root.joinpath(layer), layer):
            digest.update(f"{path}\n".encode())
            digest.update(entry.read_bytes())
    return digest.hexdigest()


def _modules(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """Yield the modules of a layer and of the packages inside it, in the order of their names."""
    for entry in _sorted(folder):
        if entry.is_dir():
            yield from _modules(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{path}/{entry.name}", entry


def _sorted(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda entry: entry.name)


def sha256(path: Traversable | Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
