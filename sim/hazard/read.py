"""Reads a hazard file of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ConfigDict

from sim.city.model import City
from sim.common.document import Form, line_of, read_document
from sim.common.errors import InputError, Problem
from sim.hazard.cascade import PLANT_EVENTS
from sim.hazard.chemical.spec import ChemicalSpec, read_chemical
from sim.hazard.draw import HazardSpec
from sim.hazard.flood.spec import FloodSpec, read_flood
from sim.hazard.spec import read_earthquake

READERS: Mapping[str, Callable[[Path, City, Mapping[str, float] | None], HazardSpec]] = {
    "earthquake": read_earthquake, "flood": read_flood, "chemical": read_chemical,
}
"""Who reads a file, by its key ``hazard``."""


class _Any(Form):
    """Any mapping; only its key ``hazard`` counts."""

    model_config = ConfigDict(extra="allow")


def read_hazard(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> HazardSpec:
    """Read the hazard file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    document, nodes = read_document(path, _Any)
    keys = document.model_extra or {}
    if "hazard" not in keys:
        raise InputError([Problem(code="key_missing", file=path.name, column="hazard", value="")])
    word = str(keys["hazard"])
    if word not in READERS:
        row, known = line_of(nodes, ("hazard",)), ", ".join(READERS)
        problem = Problem(
            code="hazard_kind", file=path.name, row=row, column="hazard", value=word, params={"known": known}
        )
        raise InputError([problem])
    return READERS[word](path, city, overrides)


def notes_of(hazard: HazardSpec, city: City) -> tuple[Problem, ...]:
    """Return what the user should know of *hazard* in *city*, and need not mend: a cascade that nothing is there for.
    """
    if isinstance(hazard, ChemicalSpec) or city.vessels is not None:
        return ()
    first = ("flood",) if isinstance(hazard, FloodSpec) else ("earthquake",)
    if not any(hazard.cascade.can_cause(first, kind) for kind in PLANT_EVENTS):
        return ()
    return (Problem(code="cascade_no_vessels", file="vessels.csv"),)
