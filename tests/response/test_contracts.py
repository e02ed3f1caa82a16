"""What must hold for every response, checked on the reference city and on crowds of hand-made demands."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import simpy
import tiny_world as tw

from sim.city.read import read_city
from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.plan import dispatch
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.read_plan import read_plan
from sim.response.clock import run_events
from sim.response.log import DONE, OPEN, OUTCOMES, PREVENTED, SAVED
from sim.response.respond import Response, World, respond

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = ("current", "forward-depots", "spread-rescue")


@cache
def reference():
    city = read_city(ROOT / "scenarios" / "shizuishan")
    plan = read_plan(city)
    ledger = read_ledger(city, plan)
    layouts = {
        name: read_layout(ROOT / "experiments" / "layouts" / f"{name}.yaml", city, plan, ledger) for name in LAYOUTS
    }
    return city, plan, layouts


@cache
def scenario(name: str, replication: int):
    city = reference()[0]
    spec = read_hazard(ROOT / "scenarios" / "shizuishan" / "earthquakes" / f"{name}.yaml", city)
    return draw(spec, city, 7, replication)


@cache
def played(name: str, replication: int, layout: str):
    """The parts of a response after its last minute, and its log."""
    city, plan, layouts = reference()
    drawn = scenario(name, replication)
    response = Response(World(city, plan, layouts[layout], drawn, timeline=True))
    response.prepare()
    response.start()
    run_events(response.world.env, drawn.horizon_min)
    return response, response.log()


CASES = [
    ("m65-day", 0, "current"), ("m65-day", 1, "forward-depots"), ("random", 3, "spread-rescue"), ("m55", 2, "current"),
]


@pytest.mark.parametrize(("name", "replication", "layout"), CASES)
def test_people_are_conserved(name, replication, layout):
    drawn = scenario(name, replication)
    _, log = played(name, replication, layout)
    counts = np.bincount(log.casualties.outcome, minlength=len(OUTCOMES))
    assert counts.sum() == len(drawn.casualties)
    assert log.relief.people.sum() == drawn.displaced.people.sum()
    for zone in np.unique(drawn.displaced.zone):
        came = drawn.displaced.people[drawn.displaced.zone == zone].sum()
        assert log.relief.people[log.relief.zone == zone].sum() == came


@pytest.mark.parametrize(("name", "replication", "layout"), CASES)
def test_supplies_are_conserved(name, replication, layout):
    response, log = played(name, replication, layout)
    layouts = reference()[2]
    there = Counter()
    for depot in layouts[layout].depots:
        there.update(depot.stock)
    there.update(response.supply.depots.made)
    gone = Counter()
    for delivery in log.deliveries:
        gone[delivery.item] += delivery.pieces
    left = Counter()
    for (_, item), pieces in log.stock_left.items():
        left[item] += pieces
        assert pieces >= 0
    on_trucks = response.supply.under_way()
    for item in there:
        assert there[item] == gone[item] + left[item] + on_trucks[item], item


@pytest.mark.parametrize(("name", "replication", "layout"), CASES)
def test_time_never_runs_back(name, replication, layout):
    drawn = scenario(name, replication)
    _, log = played(name, replication, layout)
    d, c = log.demands, log.casualties
    assert (np.diff([entry.minute for entry in log.timeline]) >= 0.0).all()
    real = d.state != PREVENTED
    assert (d.known_min[real] >= drawn.demands.real_min[real]).all()
    assert (d.dispatched_min[real] >= d.known_min[real]).all()
    sent = np.isfinite(d.dispatched_min)
    assert (d.arrived_min[sent] >= d.dispatched_min[sent]).all()
    begun = np.isfinite(d.started_min)
    assert (d.done_min[begun] >= d.started_min[begun]).all()
    treated = np.isfinite(c.treated_min) & np.isfinite(c.hospital_min)
    assert (c.treated_min[treated] >= c.hospital_min[treated]).all()
    cared = np.isfinite(c.hospital_min)
    assert (c.hospital_min[cared] >= c.care_min[cared]).all()
    assert (c.care_min[cared] >= drawn.casualties.real_min[cared]).all()
    for delivery in log.deliveries:
        assert delivery.loaded_min < delivery.left_min < delivery.arrived_min < delivery.handed_min
    relieved = np.isfinite(log.relief.relieved_min)
    assert (log.relief.relieved_min[relieved] >= log.relief.displaced_min[relieved]).all()


@pytest.mark.parametrize(("name", "replication", "layout"), CASES)
def test_nobody_is_in_two_places(name, replication, layout):
    """Between an arrival somewhere and an arrival elsewhere a crew has left and driven the way."""
    response, log = played(name, replication, layout)
    city = reference()[0]
    at: dict[int, tuple[float, int]] = {}
    for entry in log.timeline:
        if entry.crew < 0 or entry.what != "crew_arrived":
            continue
        node = response.command.node[entry.demand]
        if entry.crew in at:
            minute, before = at[entry.crew]
            km = float(np.hypot(
                (city.roads.node_lon[node] - city.roads.node_lon[before]) * 86.5,
                (city.roads.node_lat[node] - city.roads.node_lat[before]) * 111.2,
            ))
            assert (entry.minute - minute) * 120.0 / 60.0 >= km * 0.9, (entry, before, node)
        at[entry.crew] = (entry.minute, node)
    for crew in response.command.crews:
        assert crew.travel_min + crew.work_min + crew.rest_min <= log.horizon_min - crew.available_min + 1e-6


@pytest.mark.parametrize(("name", "replication", "layout"), CASES)
def test_no_job_without_the_capability(name, replication, layout):
    response, log = played(name, replication, layout)
    kinds = list(reference()[1].kinds.values())
    crews = {crew.index: crew for crew in response.command.crews}
    led = set()
    for entry in log.timeline:
        if entry.what == "crew_arrived":
            group, kind = crews[entry.crew].group, response.command.kind_of[entry.demand]
            assert group.value[kind] > 0.0
            if group.leads[kind]:
                led.add(entry.demand)
    local = {d for d, k in enumerate(response.command.kind_of) if kinds[k].local_responders or kinds[k].bystander_rate}
    closure, outage = response.command.closure, response.command.outage
    ended_by_itself = {d for d in range(len(log.demands.state)) if closure[d] >= 0 or outage[d] >= 0}
    done = set(np.flatnonzero(log.demands.state == DONE).tolist())
    assert done - led - local - ended_by_itself == set()


def test_the_scenario_does_not_know_the_layout():
    city, plan, layouts = reference()
    before = draw_digest(scenario("m65-day", 0))
    for layout in layouts.values():
        respond(city, plan, layout, scenario("m65-day", 0))
    spec = read_hazard(ROOT / "scenarios" / "shizuishan" / "earthquakes" / "m65-day.yaml", city)
    assert draw_digest(scenario("m65-day", 0)) == before == draw_digest(draw(spec, city, 7, 0))


def draw_digest(drawn) -> tuple:
    parts = []
    for field in dataclasses.fields(drawn):
        value = getattr(drawn, field.name)
        if dataclasses.is_dataclass(value):
            for inner in dataclasses.fields(value):
                array = getattr(value, inner.name)
                parts.append(array.tobytes() if isinstance(array, np.ndarray) else repr(array))
        else:
            parts.append(value.tobytes() if isinstance(value, np.ndarray) else repr(value))
    return tuple(parts)


def test_the_same_inputs_give_the_same_log_bit_for_bit():
    city, plan, layouts = reference()
    first, second = (respond(city, plan, layouts["current"], scenario("m65-day", 1)) for _ in range(2))
    for table in ("demands", "casualties", "relief", "crews"):
        for field in dataclasses.fields(getattr(first, table)):
            a, b = getattr(getattr(first, table), field.name), getattr(getattr(second, table), field.name)
            assert np.asarray(a).tobytes() == np.asarray(b).tobytes() if field.name != "team" else a == b
    assert first.deliveries == second.deliveries
    assert first.events == second.events


def test_half_the_teams_never_save_more_people_on_the_whole():
    city, plan, layouts = reference()
    full = layouts["current"]
    half = dataclasses.replace(full, teams=full.teams[::2], ambulances={k: v // 2 for k, v in full.ambulances.items()})
    none = dataclasses.replace(full, teams=(), ambulances={})
    saved = []
    for layout in (none, half, full):
        logs = [respond(city, plan, layout, scenario("m65-day", r)) for r in range(6)]
        saved.append(sum(int((log.casualties.outcome == SAVED).sum()) for log in logs))
    assert saved[0] < saved[1] < saved[2]


def test_teams_everywhere_and_at_once_never_keep_anybody_waiting():
    city = tw.city(area_km2=0.0)
    rng = np.random.default_rng(5)
    rows = [
        {"zone": int(z), "real_min": float(t), "work": float(w)}
        for z, t, w in zip(rng.integers(0, 2, 80), rng.uniform(0, 300, 80), rng.exponential(40, 80), strict=True)
    ]
    teams = [tw.team(f"T{z}", node=1 + z, people=6 * 80, turnout_min=0.0) for z in range(2)]
    log = respond(city, tw.plan(), tw.layout(teams), tw.scenario(city, rows))
    real = np.array(sorted(row["real_min"] for row in rows))
    assert (log.demands.arrived_min == real).all()
    work = np.array([row["work"] for row in sorted(rows, key=lambda r: r["real_min"])])
    assert log.demands.done_min == pytest.approx(real + work)


def test_unserved_demand_stays_open():
    city, plan, layouts = reference()
    nobody = dataclasses.replace(layouts["current"], teams=(), depots=(), ambulances={})
    drawn = scenario("m65-day", 0)
    bare = dataclasses.replace(plan, aid=())
    log = respond(city, bare, nobody, drawn)
    hazmat = np.array(drawn.demands.kind) == "hazmat_check"
    assert hazmat.any()
    assert (log.demands.state[hazmat] == OPEN).all()
    assert np.isinf(log.relief.relieved_min).all()


def test_decisions_are_pure():
    assert dispatch.wanted_crews(np.array([10.0, 400.0, 400.0]), np.array([1, 9, 2]), 180.0).tolist() == [1, 3, 2]
    assert dispatch.best_of([3, 1, 2], [0, 1, 2, 3], [5.0, 9.0, 1.0, 7.0], 2, 10) == (3, 7.0)
    assert dispatch.best_of([3, 1, 2], [0, 1, 2, 3], [5.0, 9.0, 1.0, 7.0], 3, 10) == (2, 1.0)
    assert dispatch.best_of([0], [0], [np.inf], 3, 10) == (-1, np.inf)
    assert dispatch.may_pull_away(3, 1, 2)
    assert not dispatch.may_pull_away(2, 1, 2)


def test_plain_simpy_gives_the_same_log():
    city, plan, layouts = reference()
    ours = respond(city, plan, layouts["current"], scenario("m65-day", 0), timeline=True)
    plain = respond(
        city, plan, layouts["current"], scenario("m65-day", 0), timeline=True, env_class=simpy.Environment
    )
    assert ours.timeline == plain.timeline
    assert ours.events == plain.events
    assert ours.deliveries == plain.deliveries
