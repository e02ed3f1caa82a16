"""Draws the scenario of any hazard: the one door through which chance enters a study."""

from __future__ import annotations

from sim.city.model import City
from sim.hazard import earthquake
from sim.hazard.scenario import Scenario
from sim.hazard.spec import EarthquakeSpec

HazardSpec = EarthquakeSpec
"""What a hazard file becomes; a union as soon as there are several hazards."""


def draw(spec: HazardSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the scenario of one replication: all randomness, no clock; the same arguments give the same scenario."""
    return earthquake.draw(spec, city, seed, replication)
