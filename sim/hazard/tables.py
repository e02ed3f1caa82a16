"""The hazard tables that ship with the product, read once."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from sim.common.coefficients import Coefficient, Coefficients, package_table, read_coefficients

WIDE = (
    "attenuation", "motion", "building_classes", "fragility_pga", "casualty_rates", "buried_share", "buried_states",
    "extrication_hours",
)
"""Tables of several numbers a line."""
LABELS = ("region", "quantity", "axis", "large", "class", "type", "material", "state", "intensity", "entrapment")
"""Columns that say what a line is about."""
FLAGS = ("fortified", "masonry", "earth", "single_storey")
"""Columns of ``building_classes.csv`` that say what a class is, not how much."""


@cache
def earthquake_coefficients() -> Coefficients:
    """Return ``earthquake.csv``: what a user may override."""
    return read_coefficients(package_table("hazard", "earthquake.csv"))


@cache
def relations() -> Coefficients:
    """Return ``relations.csv``: the constants of published formulas, which nobody should change."""
    return read_coefficients(package_table("hazard", "relations.csv"))


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table of several numbers a line, such as ``building_classes.csv``."""
    text = package_table("hazard", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def assumptions() -> list[Coefficient]:
    """Return every number of the earthquake model with its unit, source and evidence, for the report."""
    listed = [*earthquake_coefficients().rows.values(), *relations().rows.values()]
    for name in WIDE:
        for row in rows(name):
            listed += numbers_of(name, row)
    return listed


def numbers_of(name: str, row: Mapping[str, str], labels: Sequence[str] = LABELS) -> Iterator[Coefficient]:
    """Yield every number of a line of the table *name*; the columns *labels* say what the line is about."""
    label = " ".join(row[column] for column in labels if column in row)
    for column, word in row.items():
        if column in labels or (name == "building_classes" and column in FLAGS):
            continue
        try:
            value = float(word)
        except ValueError:
            continue
        split = "shares_source" in row and column != "v"
        yield Coefficient(
            key=f"{name}: {label} {column}", value=value, unit="", source=row["shares_source" if split else "source"],
            evidence=row["shares_evidence" if split else "evidence"], note=row.get("note") or "",
        )
