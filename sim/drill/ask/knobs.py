"""The numbers of a hazard file by dotted name: which there are, and the hazard with others in their places."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

from pydantic import BaseModel

from sim.city.model import City
from sim.hazard.chemical.spec import ChemicalForm
from sim.hazard.draw import HazardSpec
from sim.hazard.flood.spec import FloodForm
from sim.hazard.read import read_hazard
from sim.hazard.spec import EarthquakeForm
from sim.study.read import dump
from sim.study.yamlfile import load_tree, plain

FORMS: Mapping[str, type[BaseModel]] = {"earthquake": EarthquakeForm, "flood": FloodForm, "chemical": ChemicalForm}
"""By the key ``hazard`` of a file."""
WHOLE = ("when.month",)
"""Numbers that a file takes only whole."""
NO_KNOB = ("horizon_h",)
"""How long is played is the design's own affair."""
OVERRIDES = "overrides"
DIGITS = 3
"""A range is walked in steps of a power of ten, between a hundred and a thousand of them."""


def known_knobs(hazard: Path, city: City) -> tuple[str, ...]:
    """Return the dotted names of the numbers that the hazard file *hazard* may have, its coefficients included."""
    form = FORMS[str(load_tree(hazard)["hazard"])]
    coefficients = read_hazard(hazard, city).coefficients
    return (*dict.fromkeys(_numbers(form, "")), *(f"{OVERRIDES}.{key}" for key in coefficients.rows))


def _numbers(form: type[BaseModel], before: str) -> Iterator[str]:
    for name, field in form.model_fields.items():
        if name in NO_KNOB or name == OVERRIDES:
            continue
        parts = list(_parts(field.annotation))
        if any(part in (int, float) for part in parts):
            yield before + name
        for part in parts:
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from _numbers(part, f"{before}{name}.")


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the types that stand in a type, itself included."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """One hazard file, and the hazards that other numbers make of it."""

    file: Path
    tree: Mapping[str, Any]
    city: City

    @staticmethod
    def of(file: Path, city: City) -> Hazards:
        """Return the hazards of *file*."""
        return Hazards(file=file, tree=plain(load_tree(file)), city=city)

    def with_numbers(self, changes: Mapping[str, float]) -> HazardSpec:
        """Return the hazard with *changes* in it, read as a file of the user's is.

        Raises :class:`InputError` for what the hazard's own reader refuses.
        """
        tree = deepcopy(dict(self.tree))
        for name, value in changes.items():
            _put(tree, name.split("."), int(value) if name in WHOLE and value == int(value) else value)
        with TemporaryDirectory() as folder:
            file = Path(folder) / self.file.name
            dump(tree, file)
            return read_hazard(file, self.city)


def _put(tree: dict[str, Any], steps: list[str], value: float) -> None:
    """Set the value that *steps* lead to; what is no mapping on the way (``random``) becomes one."""
    for step in steps[:-1]:
        if not isinstance(tree.get(step), dict):
            tree[step] = {}
        tree = tree[step]
    tree[steps[-1]] = value


def on_grid(name: str, value: float, low: float, high: float) -> float:
    """Return *value* with as few digits as its range needs, within it; whole where the file wants it whole."""
    if name in WHOLE:
        return float(min(max(round(value), math.ceil(low)), math.floor(high)))
    digits = DIGITS - 1 - math.floor(math.log10(high - low))
    return min(max(round(value, digits), low), high)
