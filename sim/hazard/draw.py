"""Draws the scenario of any hazard: the one door through which chance enters a study."""

from __future__ import annotations

from sim.city.model import City
from sim.hazard import earthquake
from sim.hazard.chemical.scenario import draw_chemical
from sim.hazard.chemical.spec import ChemicalSpec
from sim.hazard.flood.scenario import draw_flood
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.scenario import Scenario
from sim.hazard.spec import EarthquakeSpec

HazardSpec = EarthquakeSpec | FloodSpec | ChemicalSpec
"""What a hazard file becomes."""


def draw(spec: HazardSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the scenario of one replication: all randomness, no clock; the same arguments give the same scenario."""
    if isinstance(spec, FloodSpec):
        return draw_flood(spec, city, seed, replication)
    if isinstance(spec, ChemicalSpec):
        return draw_chemical(spec, city, seed, replication)
    return earthquake.draw(spec, city, seed, replication)
