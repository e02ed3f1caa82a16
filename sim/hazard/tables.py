"""The hazard tables that ship with the product, read once."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache

from sim.common.coefficients import Coefficient, Coefficients, package_table, read_coefficients


@cache
def earthquake_coefficients() -> Coefficients:
    """Return ``earthquake.csv``."""
    return read_coefficients(package_table("hazard", "earthquake.csv"))


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a table of several numbers a line, such as ``building_classes.csv``."""
    text = package_table("hazard", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


WIDE = ("attenuation", "building_classes", "casualty_rates", "buried_states", "buried_share", "extrication_hours")


def assumptions() -> list[Coefficient]:
    """Return every number of the earthquake model with its unit, source and evidence, for the report."""
    listed = list(earthquake_coefficients().rows.values())
    for name in WIDE:
        for row in rows(name):
            label = " ".join(v for k, v in row.items() if k in ("region", "class", "material", "state", "intensity", "entrapment"))
            for key, value in row.items():
                try:
                    number = float(value)
                except ValueError:
                    continue
                if key not in ("state", "intensity"):
                    listed.append(
                        Coefficient(key=f"{name}: {label} {key}", value=number, unit="", source=row["source"],
                                    evidence=row["evidence"])
                    )
    return listed
