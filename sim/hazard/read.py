"""Reads a hazard file of any kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.city.model import City
from sim.hazard.draw import HazardSpec
from sim.hazard.spec import read_earthquake


def read_hazard(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> HazardSpec:
    """Read the hazard file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    return read_earthquake(path, city, overrides)
