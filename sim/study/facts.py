"""What a disaster was, in single numbers: the limits of scenario discovery are said in them."""

from __future__ import annotations

import math

import numpy as np

from sim.city.model import City
from sim.hazard.scenario import Scenario

WINTER = (12, 1, 2)
BRIDGE = "bridge_closed."
"""Before the id of a road over a bridge that is shut at some time."""
SHUT = 0.01
"""A road on which even the best vehicle has less than this share of its speed is shut."""
PLACES = ("lon", "lat")


def facts_of(scenario: Scenario, city: City) -> dict[str, float]:
    """Return the facts of *scenario* as it was drawn, before anybody responds, by name; all of them finite.

    Those of every hazard first, then the numbers that its own kind notes. Yes/no facts begin with ``is_`` or
    ``bridge_closed.`` and are 0 or 1; of the latter only those that are 1 are here.
    """
    shut = _shut(scenario)
    bridges = sorted({int(edge) for edge in shut if city.roads.is_bridge[edge]})
    facts = {
        "month": float(scenario.month), "hour_h": float(scenario.hour), "is_weekend": float(scenario.weekend),
        "is_night": float(scenario.is_night(0.0)), "is_winter": float(scenario.month in WINTER),
        "temp_c": scenario.temp_c, "wind_m_s": scenario.wind_ms,
        "roads_closed": float(len(shut)), "bridges_closed": float(len(bridges)),
        "dark_zones": _zones(scenario, "communication"), "zones_without_power": _zones(scenario, "power"),
        "displaced_people": float(scenario.displaced.people.sum()),
        "trapped_people": float((scenario.casualties.entrapment > 0).sum()),
        "badly_hurt_people": float(len(scenario.casualties)), "dead_at_once_people": float(scenario.dead_at_once.sum()),
        "demands": float(len(scenario.demands)), "facilities_out": float(len(scenario.facilities)),
    }
    notes = {key: float(value) for key, value in scenario.notes.items() if key not in PLACES}
    closed = {f"{BRIDGE}{city.roads.edge_id[edge]}": 1.0 for edge in bridges}
    every = {**facts, **{key: value for key, value in notes.items() if key not in facts}, **closed}
    return {key: value for key, value in every.items() if math.isfinite(value)}


def _shut(scenario: Scenario) -> list[int]:
    """Return the roads that are shut to every vehicle at some time, each once."""
    closures = scenario.closures
    if not len(closures):
        return []
    shut = (closures.speed_factor.max(axis=1) < SHUT) & (closures.to_min > closures.from_min)
    return [int(edge) for edge in np.unique(closures.edge[shut])]


def _zones(scenario: Scenario, kind: str) -> float:
    outages = scenario.outages
    return float(len({int(zone) for zone, what in zip(outages.zone, outages.kind, strict=True) if what == kind}))
