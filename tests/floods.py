"""The reference city and its floods for the tests of the flood models."""

from __future__ import annotations

from functools import cache
from typing import Any

import quakes

from sim.city.model import City
from sim.city.water_model import Water
from sim.common.types import Text
from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.field import FloodField
from sim.hazard.flood.spec import HORIZON_H, FloodSpec, read_flood
from sim.hazard.flood.tables import flood_coefficients

FOLDER = quakes.REFERENCE / "floods"
SHIPPED = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def water() -> Water:
    found = quakes.city().water
    assert found is not None
    return found


@cache
def spec(name: str) -> FloodSpec:
    return read_flood(FOLDER / f"{name}.yaml", quakes.city())


def made(kind: str, overrides: dict[str, float] | None = None, **given: Any) -> FloodSpec:
    """A flood of *kind* of which only *given* is known."""
    c = flood_coefficients()
    c = c.with_overrides(overrides, "test") if overrides else c
    fields: dict[str, Any] = {"horizon_min": 60.0 * HORIZON_H[kind]}
    return FloodSpec(
        hazard_id="test", name=Text("洪水", "flood"), note=Text("", ""), kind=kind, coefficients=c, **(fields | given)
    )


@cache
def flood(name: str, replication: int = 0) -> FloodField:
    return draw_water(spec(name), quakes.city(), 1, replication)


def run(flood_spec: FloodSpec, replication: int = 0, city: City | None = None) -> FloodField:
    return draw_water(flood_spec, city or quakes.city(), 1, replication)
