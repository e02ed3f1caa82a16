"""Copies of a disaster: the world stays, chances of execution change, nothing is lost."""

from __future__ import annotations

import numpy as np
import tiny_world as tw

from sim.hazard.redraw import execution_coefficients, redraw


def test_world_stays_and_work_adds_up() -> None:
    city = tw.city()
    people = [{"demand": 0, "zone": 1, "severity": 3, "entrapment": 2, "work": 40.0} for _ in range(3)]
    rows = [{"kind": "rescue", "zone": 1, "work": 120.0, "stake": 3.0}]
    fixed = tw.scenario(city, rows, casualties=tw.casualties(people))
    spread = execution_coefficients()
    a, again, other = (redraw(fixed, spread, ("T1",), ("load_min",), 1, r) for r in (0, 0, 1))
    work = a.scenario.demands.work_crew_min
    assert np.isclose(a.scenario.casualties.work_crew_min.sum(), work[0])
    assert np.array_equal(work, again.scenario.demands.work_crew_min)
    assert a.turnout_factor == again.turnout_factor
    assert work[0] != other.scenario.demands.work_crew_min[0]
    assert a.scenario.demands.node is fixed.demands.node
    assert a.scenario.closures is fixed.closures
    assert redraw(fixed, spread, ("T0", "T1"), (), 1, 0).turnout_factor["T1"] == a.turnout_factor["T1"]
    assert a.task_factor["load_min"] == again.task_factor["load_min"] != other.task_factor["load_min"]
