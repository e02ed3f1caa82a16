"""Every number behind a hazard with its unit, source and evidence, for the report."""

from __future__ import annotations

from sim.common.coefficients import Coefficient
from sim.hazard.draw import HazardSpec
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.flood.tables import flood_coefficients, flood_relations
from sim.hazard.tables import assumptions, earthquake_coefficients, numbers_of, rows

FLOOD_TABLES = {
    "flood_classes": ("hazard_class",), "flood_vehicles": ("vehicle", "limit"), "flood_damage": ("depth_m",),
    "flood_unit_hydrograph": ("time_ratio",),
}
"""Tables of several numbers a line, with the columns that say what a line is about."""


def assumptions_of(hazard: HazardSpec) -> list[Coefficient]:
    """Return every number of the model of *hazard* as shipped.

    Repairs and the fate of the hurt are the same after every hazard: a flood takes those from the coefficients of
    earthquakes, which come last.
    """
    if not isinstance(hazard, FloodSpec):
        return assumptions()
    listed = [*flood_coefficients().rows.values(), *flood_relations().rows.values()]
    for name, labels in FLOOD_TABLES.items():
        for row in rows(name):
            listed += numbers_of(name, row, labels)
    return listed + list(earthquake_coefficients().rows.values())
