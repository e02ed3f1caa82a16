"""The tables of the flood models, read once."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.common.coefficients import Coefficients, package_table, read_coefficients
from sim.common.types import Floats, frozen
from sim.hazard.tables import rows


@cache
def flood_coefficients() -> Coefficients:
    """Return ``flood.csv`` (the water) and ``flood_consequences.csv`` (what it does): what a user may override."""
    names = ("flood.csv", "flood_consequences.csv")
    return read_coefficients(*(package_table("hazard", name) for name in names))


@cache
def flood_relations() -> Coefficients:
    """Return ``flood_relations.csv``: the constants of published formulas, which nobody should change."""
    return read_coefficients(package_table("hazard", "flood_relations.csv"))


@cache
def columns(table: str, *names: str) -> tuple[Floats, ...]:
    """Return the columns *names* of a table of several numbers a line, such as ``flood_damage``."""
    return tuple(np.asarray(frozen(np.array([float(row[name]) for row in rows(table)]))) for name in names)
