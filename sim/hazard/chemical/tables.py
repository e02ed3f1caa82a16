"""The tables of the chemical models, read once."""

from __future__ import annotations

from functools import cache

from sim.common.coefficients import Coefficients, package_table, read_coefficients

OVERRIDABLE = ("chemical_source.csv", "chemical_cloud.csv", "chemical_consequences.csv")
CONSTANTS = ("chemical_source_relations.csv", "chemical_cloud_relations.csv")


@cache
def chemical_coefficients() -> Coefficients:
    """Return what a user may override: releases and fires, clouds and weather, consequences and tasks."""
    return read_coefficients(*(package_table("hazard", name) for name in OVERRIDABLE))


@cache
def chemical_relations() -> Coefficients:
    """Return the constants of published formulas, which nobody should change."""
    return read_coefficients(*(package_table("hazard", name) for name in CONSTANTS))
