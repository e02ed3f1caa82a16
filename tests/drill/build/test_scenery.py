"""Clocks, rings, spells; the truth at a minute, by hand on a tiny world."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tiny_world as tw

from sim.drill.clocks import ex_at, sim_at
from sim.drill.copies import Copy
from sim.drill.scenery.rings import MOST, area, circle, clean, hull, is_simple
from sim.drill.scenery.spells import closure_spells, outage_spells
from sim.drill.scenery.states import states
from sim.hazard.scenario import Scenario, Series
from sim.plan.model import Layout, Level, Plan
from sim.response.respond import respond

PLAIN = ((-5.0, 0.0), (600.0, 605.0))
CUT = ((-5.0, 0.0), (40.0, 45.0), (100.0, 45.0), (160.0, 105.0))
HELD = ((0.0, 0.0), (10.0, 10.0), (10.0, 14.0), (20.0, 24.0))


# ---- clocks and rings ----------------------------------------------------------------------


def test_clocks_agree_but_in_jumps_and_holds() -> None:
    assert [ex_at(CUT, minute) for minute in (-9.0, -5.0, 0.0, 40.0, 70.0, 100.0, 130.0, 200.0)] == [
        -4.0, 0.0, 5.0, 45.0, 45.0, 45.0, 75.0, 145.0,
    ]
    assert [sim_at(CUT, minute) for minute in (0.0, 44.0, 45.0, 75.0, 110.0)] == [-5.0, 39.0, 100.0, 130.0, 165.0]
    assert [ex_at(HELD, minute) for minute in (9.0, 10.0, 12.0)] == [9.0, 14.0, 16.0]
    assert [sim_at(HELD, minute) for minute in (10.0, 12.0, 14.0, 15.0)] == [10.0, 10.0, 10.0, 11.0]
    assert ex_at(CUT, float("inf")) == float("inf")


@pytest.mark.parametrize("seed", range(20))
def test_any_outline_becomes_a_ring_that_readers_accept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0.0, 2.0 * np.pi, int(rng.integers(3, 300))))
    far = rng.uniform(0.02, 0.1, len(turn))
    star = list(zip((106.0 + far * np.cos(turn)).tolist(), (39.0 + far * np.sin(turn)).tolist(), strict=True))
    wild = rng.uniform(0.0, 0.1, (8, 2)).tolist()
    for corners in (star, star[::-1], [*star, star[0]], [(x, y) for x, y in wild]):
        ring = clean(corners)
        assert ring is not None
        assert ring[0] == ring[-1]
        assert area(ring) > 0.0
        assert is_simple(ring[:-1])
        assert len(ring) <= MOST + 1


def test_what_encloses_nothing_is_no_ring() -> None:
    assert clean([(0.0, 0.0), (1.0, 1.0)]) is None
    assert clean([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]) is None
    assert clean([]) is None
    assert hull([(0.0, 0.0), (1.0, 1.0)]) is None


def test_a_bow_tie_becomes_its_hull() -> None:
    square = {(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)}
    ring = clean([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])
    assert ring is not None
    assert set(ring) == square
    assert not is_simple([(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)])


def test_a_circle_has_its_radius() -> None:
    ring = circle(106.0, 39.0, 0.6)
    north = max(y for _, y in ring) - 39.0
    assert north * 111.195 == pytest.approx(0.6, rel=0.01)
    assert area(ring) * 111.195**2 * np.cos(np.radians(39.0)) == pytest.approx(np.pi * 0.36, rel=0.02)


# ---- one copy ------------------------------------------------------------------------------


def played(scenario: Scenario, plan: Plan | None = None, layout: Layout | None = None) -> Copy:
    city = tw.city()
    plan = plan or tw.plan()
    layout = layout or tw.layout([tw.team()])
    return Copy(number=0, scenario=scenario, log=respond(city, plan, layout, scenario, timeline=True))


def fact(copy: Copy, words: str, ex_min: float, plan: Plan | None = None) -> str:
    found = states(tw.city(), plan or tw.plan(), copy, PLAIN, every_min=1.0)
    state = next(each for each in found if each.ex_min == ex_min)
    return next(value for name, value in state.facts if words in name.en)


def test_a_demand_goes_from_unknown_to_done() -> None:
    """Base at node 0, 30 min to the zone, turnout 1 min, work 60 min: there at 31, done at 91."""
    copy = played(tw.scenario(tw.city(), [{"zone": 0, "work": 60.0, "noticed_min": 0.0}]))
    d = copy.log.demands
    known, arrived, done = (float(column[0]) for column in (d.known_min, d.arrived_min, d.done_min))
    assert 0.0 <= known < arrived < done < 590.0
    for minute, unknown, waiting, work, over in (
        (arrived - 1.0, "0", "1", "0", "0"), (arrived + 1.0, "0", "0", "1", "0"), (done + 1.0, "0", "0", "0", "1"),
    ):
        at = float(np.floor(minute + 5.0))
        assert fact(copy, "does not know", at) == unknown
        assert fact(copy, "without a first crew", at) == waiting
        assert fact(copy, "being worked on", at) == work
        assert fact(copy, "dealt with", at) == over
    assert fact(copy, "crews on the way", float(np.floor(arrived + 4.0))) == "1"
    assert fact(copy, "crews at work", float(np.floor(arrived + 6.0))) == "1"
    assert fact(copy, "crews at work", float(np.floor(done + 6.0))) == "0"


def test_people_are_somewhere_at_every_minute() -> None:
    """Whoever is buried is trapped, brought out, or has died; nobody is lost between two states."""
    city, plan = tw.city(hospitals=[(0, 3, 50)]), tw.plan(kinds=[tw.kind("rescue", law="rescue")])
    people = [{"demand": 0, "zone": 0, "severity": 2 + i % 2, "entrapment": 2, "work": 20.0,
               "trapped_death_min": 45.0 + 40.0 * i} for i in range(6)]
    scenario = tw.scenario(city, [{"kind": "rescue", "work": 120.0, "stake": 6.0}], casualties=tw.casualties(people))
    log = respond(city, plan, tw.layout([tw.team()], ambulances={"H0": 2}), scenario, timeline=True)
    found = states(city, plan, Copy(number=0, scenario=scenario, log=log), PLAIN, every_min=5.0)
    totals = []
    for state in found:
        value = {name.en: value for name, value in state.facts}
        trapped, freed = (int(value[key]) for key in (
            "trapped and alive (people)", "brought out alive so far (people)"))
        in_rubble = int(((log.casualties.death_min <= state.sim_min)
                         & (log.casualties.freed_min >= scenario.casualties.trapped_death_min)).sum())
        totals.append(trapped + freed + in_rubble)
    assert set(totals[2:]) == {6}
    assert len({tuple(name for name, _ in state.facts) for state in found}) == 1


def test_level_roads_and_darkness_end_when_the_log_says() -> None:
    city = tw.city()
    level = Level(rank=2, name=tw.text("II"), indicators={"magnitude": 6.0}, decision_min=10.0, recalls_off_duty=False)
    plan = tw.plan(levels=[level])
    scenario = tw.scenario(
        city, [{"zone": 0, "work": 60.0, "closure": 0, "outage": 0}], closures=tw.closures([(1, 0.0, 500.0, 0.0)]),
        outages=tw.outages([(1, "communication", 20.0, 550.0)]),
        alerts=(tw.Alert(known_min=2.0, indicator="magnitude", value=6.5),),
    )
    copy = played(scenario, plan)
    done = float(copy.log.demands.done_min[0])
    assert closure_spells(scenario, copy.log)[0].tolist() == [0.0, done]
    assert outage_spells(scenario, copy.log)[0].tolist() == [20.0, done]
    assert [fact(copy, "level open", minute, plan) for minute in (5.0, 20.0)] == ["-", "Ⅱ"]
    after = float(np.ceil(done + 6.0))
    assert [fact(copy, "shut to all", minute, plan) for minute in (30.0, after)] == ["1", "0"]
    assert [fact(copy, "without telephone", minute, plan) for minute in (10.0, 30.0, after)] == ["0", "1", "0"]


def test_a_road_that_was_kept_open_was_never_shut() -> None:
    city = tw.city()
    rows = [(1, 300.0, 400.0, 0.0), (1, 0.0, float("inf"), 0.0), (0, 500.0, 600.0, 0.0)]
    closures = tw.closures(rows)
    closures = replace(closures, prevented_by=tw.ints([0, -1, -1]), lasts_with=tw.ints([-1, 0, -1]))
    copy = played(tw.scenario(city, [{"zone": 0, "work": 60.0}], closures=closures))
    done = float(copy.log.demands.done_min[0])
    assert closure_spells(copy.scenario, copy.log).tolist() == [
        [np.inf, np.inf], [0.0, done], [500.0, 600.0],
    ]


def test_water_and_relief_are_told_only_where_they_are() -> None:
    city = tw.city()
    wet = {"depth_m": Series(minute=tw.floats([0.0, 30.0, 60.0]), value=np.array([[0.0, 0.0], [0.4, 0.0], [0.0, 0.0]]))}
    copy = played(tw.scenario(city, [], series=wet))
    assert [fact(copy, "townships with water", minute) for minute in (10.0, 40.0, 70.0)] == ["0", "1", "0"]
    assert fact(copy, "deepest", 40.0) == "0.4"
    names = [name.en for name, _ in states(city, tw.plan(), copy, PLAIN)[0].facts]
    assert not any("relief" in name or "trapped" in name or "leaking" in name for name in names)


def test_states_follow_the_time_map_and_end_with_what_was_played() -> None:
    copy = played(tw.scenario(tw.city(), [{"zone": 0}]))
    found = states(tw.city(), tw.plan(), copy, CUT)
    assert [(each.ex_min, each.sim_min) for each in found] == [
        (0.0, -5.0), (15.0, 10.0), (30.0, 25.0), (45.0, 100.0), (60.0, 115.0), (75.0, 130.0), (90.0, 145.0),
        (105.0, 160.0),
    ]
    short = played(tw.scenario(tw.city(), [{"zone": 0}], horizon_min=120.0))
    assert [each.ex_min for each in states(tw.city(), tw.plan(), short, CUT)] == [0.0, 15.0, 30.0, 45.0, 60.0]


def test_a_copy_without_its_timeline_is_refused() -> None:
    city, scenario = tw.city(), tw.scenario(tw.city(), [{"zone": 0}])
    log = respond(city, tw.plan(), tw.layout([tw.team()]), scenario)
    with pytest.raises(ValueError, match="timeline"):
        states(city, tw.plan(), Copy(number=0, scenario=scenario, log=log), PLAIN)
