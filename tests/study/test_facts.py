"""The facts of a disaster are those of its scenario."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import quakes

from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.study.facts import BRIDGE, facts_of


def test_facts_tell_the_scenario() -> None:
    city = quakes.city()
    spec = read_hazard(quakes.REFERENCE / "earthquakes" / "m65-day.yaml", city)
    scenario = draw(spec, city, 1, 0)
    facts = facts_of(scenario, city)
    assert all(math.isfinite(value) for value in facts.values())
    assert (facts["month"], facts["hour_h"], facts["is_night"], facts["is_winter"]) == (11.0, 10.0, 0.0, 0.0)
    assert facts["magnitude"] == 6.5
    assert facts["displaced_people"] == scenario.displaced.people.sum()
    none = replace(scenario.closures, speed_factor=np.ones_like(scenario.closures.speed_factor))
    assert facts_of(replace(scenario, closures=none), city)["roads_closed"] == 0.0
    bridge = int(np.flatnonzero(city.roads.is_bridge)[0])
    shut = replace(
        scenario.closures, edge=np.full_like(scenario.closures.edge, bridge),
        speed_factor=np.zeros_like(scenario.closures.speed_factor),
    )
    told = facts_of(replace(scenario, closures=shut), city)
    assert (told["roads_closed"], told["bridges_closed"]) == (1.0, 1.0)
    assert told[f"{BRIDGE}{city.roads.edge_id[bridge]}"] == 1.0
