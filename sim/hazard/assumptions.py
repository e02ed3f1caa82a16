"""Every number behind a hazard with its unit, source and evidence, for the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.city.substances import NUMBERS, substances
from sim.common.coefficients import Coefficient
from sim.hazard.cascade import PLANT_EVENTS
from sim.hazard.chemical.spec import ChemicalSpec
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations
from sim.hazard.draw import HazardSpec
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.flood.tables import flood_coefficients, flood_relations
from sim.hazard.tables import assumptions, earthquake_coefficients, numbers_of, rows

FLOOD_TABLES = {
    "flood_classes": ("hazard_class",), "flood_vehicles": ("vehicle", "limit"), "flood_damage": ("depth_m",),
    "flood_unit_hydrograph": ("time_ratio",),
}
"""Tables of several numbers a line, with the columns that say what a line is about."""
CHEMICAL_TABLES = {
    "chemical_aegl": ("key", "level"), "chemical_curtain": ("substance",),
    "chemical_dense": ("model", "ratio", "alpha_to"), "chemical_erg": ("key", "size"),
    "chemical_pasquill": ("strong", "moderate", "slight", "night_cloud", "night_clear"),
    "chemical_sigmas": ("kind", "class", "axis"), "chemical_tank_fragility": ("type", "state"),
    "chemical_toxicity": ("key", "branch"),
}
"""The same of the models of chemical accidents."""


def assumptions_of(hazard: HazardSpec) -> list[Coefficient]:
    """Return every number of the model of *hazard* as shipped, and of what its cascades may bring.

    Repairs and the fate of the hurt are the same after every hazard: the others take those from the coefficients of
    earthquakes, which come last.
    """
    if isinstance(hazard, ChemicalSpec):
        return [*_chemical(), *earthquake_coefficients().rows.values()]
    first = "flood" if isinstance(hazard, FloodSpec) else "earthquake"
    plants = any(hazard.cascade.can_cause((first,), kind) for kind in PLANT_EVENTS)
    more = _chemical() if plants else []
    if isinstance(hazard, FloodSpec):
        return [*_flood(), *more, *earthquake_coefficients().rows.values()]
    return [*assumptions(), *more, *(_flood() if hazard.cascade.can_cause((first,), "flood") else [])]


def _flood() -> list[Coefficient]:
    return [*flood_coefficients().rows.values(), *flood_relations().rows.values(), *_wide(FLOOD_TABLES)]


def _chemical() -> list[Coefficient]:
    listed = [*chemical_coefficients().rows.values(), *chemical_relations().rows.values(), *_wide(CHEMICAL_TABLES)]
    return listed + list(_substances())


def _wide(tables: Mapping[str, tuple[str, ...]]) -> Iterator[Coefficient]:
    """Yield every number of *tables*, each with the columns that say what a line is about."""
    for name, labels in tables.items():
        for row in rows(name):
            yield from numbers_of(name, row, labels)


def _substances() -> Iterator[Coefficient]:
    """Yield what is known of each substance; a 0 stands for something that it does not do."""
    for key, substance in substances().items():
        for column in NUMBERS:
            yield Coefficient(
                key=f"substances: {key} {column}", value=float(getattr(substance, column)), unit="",
                source=substance.source, evidence=substance.evidence,
            )
