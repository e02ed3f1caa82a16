"""Releases on the clock: mass, crews who close, curtains, people who leave, fires that are cooled, mirror images."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import chemicals as ch
import clouds
import numpy as np
import pytest
import quakes
import simpy
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.model import City
from sim.common.types import NEVER
from sim.hazard.chemical.scenario import draw_chemical
from sim.hazard.release import Exposed, Release
from sim.hazard.scenario import Scenario
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.model import Channel, Layout, Level, Plan
from sim.plan.read_plan import read_plan
from sim.response.clock import run_events
from sim.response.log import DIED_EXPOSED, DIED_TRAPPED, DONE, PREVENTED, SAVED, SPARED, GasLog, Log
from sim.response.respond import Response, respond
from sim.response.world import World

AT_ONCE = Channel(
    channel="all", name=tw.text("all"), cap_day=1.0, cap_night=1.0, p_per_min=1e6, q_per_min=0.0, people_per_device=0.0,
    device="", needs_power=False, needs_communication=False,
)
LEVEL = Level(rank=4, name=tw.text("IV"), indicators={}, decision_min=0.0, recalls_off_duty=False)
QUICK = {
    "warning_decision_min": 0.0, "comply_share": 1.0, "mobilise_gas_a": 1e3, "mobilise_night_a": 1e3,
    "walk_limit_km": 1e3, "walk_kmh": 1e4, "high_ground_share": 0.0, "shelter_min": 0.0,
}
"""Everybody does at once what they are told."""


@cache
def real_plan() -> Plan:
    return read_plan(quakes.city())


def plan(**numbers: float) -> Plan:
    """The demands and crews of the reference city, no aid from outside, and a warning that everybody hears at once."""
    real = real_plan()
    return tw.plan(
        list(real.kinds.values()), crew_types=real.crew_types, channels=(AT_ONCE,), levels=(LEVEL,), **numbers  # type: ignore[arg-type]
    )


def crew(team_id: str, capability: str, turnout_min: float, crews: int = 2, **changes: Any) -> Any:
    fields: dict[str, Any] = {"node": 0, "type": "hazmat" if capability == "hazmat" else "fire"}
    return tw.team(team_id, people=7 * crews, capabilities=[capability], turnout_min=turnout_min, **(fields | changes))


def play(
    city: City, scenario: Scenario, teams: Any = (), level_min: float = 0.0, rules: dict[str, Any] | None = None,
    **numbers: float,
) -> Log:
    world = World(city, plan(**numbers), tw.layout(teams, **(rules or {})), scenario, timeline=True)
    response = Response(world)
    response.prepare()
    response.start()
    world.at(level_min, world.open_level, 4)
    world.events = run_events(world.env, scenario.horizon_min)
    return response.log()


def balance(row: GasLog) -> float:
    return row.aired_kg + row.washed_kg + row.vessel_kg + row.pool_kg


def hurt(log: Log) -> int:
    return int(np.isfinite(log.casualties.hurt_min).sum())


def dead(log: Log) -> int:
    return int((log.casualties.outcome >= DIED_TRAPPED).sum())


TOWN = ((2.0, 0.0), (4.0, 0.3), (3.0, -9.0))
"""Two townships downwind, and a third far from the gas to which roads lead across the wind."""


@cache
def town(workers: int = 0, **vessel: Any) -> City:
    return ch.city(
        [ch.vessel(0, **vessel)], zones=TOWN, people=6000, workers=workers, outdoors=0.3,
        edges=((0, 1, 10.0), (1, 3, 10.0), (2, 3, 10.0)), shelters=((2, 100_000, True),), hospitals=((3, 3, 500),),
    )


LEAK: dict[str, Any] = {"horizon_min": 420.0, "hole_mm": 25.0, "stability": "E", "wind_ms": 2.0}


@cache
def leak(replication: int = 0, **given: Any) -> Scenario:
    return draw_chemical(ch.made(**(LEAK | given)), town(), 1, replication)


# ---- mass ----------------------------------------------------------------------------------


@cache
def layout(name: str = "current") -> Layout:
    city = quakes.city()
    return read_layout(
        quakes.ROOT / "experiments" / "layouts" / f"{name}.yaml", city, real_plan(), read_ledger(city, real_plan())
    )


@cache
def played(name: str, replication: int, what: str = "current") -> Log:
    return respond(quakes.city(), real_plan(), layout(what), ch.drawn(name, replication), timeline=True)


EVERY = [(name, replication, what) for name in ch.SHIPPED for replication in range(4)
         for what in ("current", "hazmat-forward")]


@pytest.mark.parametrize(("name", "replication", "what"), EVERY)
def test_every_kilogram_of_a_shipped_release_is_somewhere(name: str, replication: int, what: str) -> None:
    s, log = ch.drawn(name, replication), played(name, replication, what)
    assert {row.release for row in log.gas} <= set(range(len(s.releases)))
    for row in log.gas:
        r = s.releases[row.release]
        assert balance(row) == pytest.approx(r.held_kg, rel=1e-9)
        assert min(row.aired_kg, row.washed_kg, row.vessel_kg, row.pool_kg) >= 0.0
        assert (np.diff(row.vessel_course_kg) <= 1e-9).all()
        steps = len(row.rate_kg_min)
        assert len(row.edges_min) == steps + 1
        assert row.away.shape == row.sheltered.shape == (steps, 4)
        assert row.people.sum() == pytest.approx(float(r.spots.people.sum()))
        assert row.began_min == r.start_min
        assert row.began_min <= row.flow_ended_min
        if row.ended_min < NEVER:
            assert row.flow_ended_min <= row.ended_min


@given(
    hazmat=st.floats(0.0, 240.0), fire=st.floats(0.0, 240.0), replication=st.integers(0, 3),
    substance=st.sampled_from(["chlorine", "ammonia", "vinyl chloride"]),
    size=st.sampled_from(["medium", "catastrophic"]), fixed=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_every_kilogram_is_somewhere_whoever_comes_when(
    hazmat: float, fire: float, replication: int, substance: str, size: str, fixed: bool
) -> None:
    city = town(substance=substance, curtain=fixed, pressure_bar=8.6)
    s = draw_chemical(ch.made(size=size, ignites=False, horizon_min=300.0), city, 1, replication)
    log = play(city, s, [crew("A", "hazmat", hazmat), crew("B", "fire", fire, 4)])
    (row,) = log.gas
    assert balance(row) == pytest.approx(s.releases[0].held_kg, rel=1e-9)
    assert min(row.aired_kg, row.washed_kg, row.vessel_kg, row.pool_kg) >= 0.0


def test_without_anybody_all_goes_as_the_scenario_says() -> None:
    for size in ("medium", "catastrophic"):
        s = leak(size=size, hole_mm=None)
        (row,) = play(town(), s).gas
        r = s.releases[0]
        out = r.puff_kg + r.air_kg.sum() + r.pool_kg.sum()
        assert row.vessel_kg == pytest.approx(max(0.0, r.held_kg - out), abs=1e-6)
        assert row.washed_kg == 0.0
        assert row.aired_kg + row.pool_kg == pytest.approx(out)


# ---- crews ---------------------------------------------------------------------------------


def test_the_flow_ends_when_the_hole_is_closed_or_the_vessel_is_empty() -> None:
    s = leak(hole_mm=12.0)
    closed = play(town(), s, [crew("A", "hazmat", 1.0)])
    done = float(closed.demands.done_min[s.releases[0].demand])
    assert closed.gas[0].flow_ended_min == pytest.approx(done)
    assert closed.gas[0].vessel_kg > 0.0
    late = play(town(), leak(), [crew("A", "hazmat", 300.0), crew("B", "fire", 1.0)])
    assert late.gas[0].vessel_kg == pytest.approx(0.0, abs=1e-6)
    assert late.gas[0].flow_ended_min < 300.0


def test_a_vessel_that_has_run_dry_needs_nobody_once_its_pool_is_gone_or_covered() -> None:
    s = leak(hole_mm=60.0)
    d = s.releases[0].demand
    covered = play(town(), s, [crew("A", "hazmat", 250.0), crew("B", "fire", 1.0, 4)])
    assert covered.demands.state[d] == DONE
    assert covered.demands.crews_sent[d] >= 1
    assert covered.demands.arrived_min[d] == NEVER
    assert covered.demands.done_min[d] < 250.0


@pytest.mark.parametrize("replication", range(3))
def test_the_later_the_hole_is_closed_the_more_people_are_hurt(replication: int) -> None:
    """With nobody who takes the hurt away, whom one minute harms a later closing harms as well."""
    turnouts = (1.0, 20.0, 45.0, 90.0, 300.0)
    logs = [play(town(), leak(replication), [crew("A", "hazmat", turnout)]) for turnout in turnouts]
    aired = [log.gas[0].aired_kg for log in logs]
    assert aired == sorted(aired)
    for soon, late in pairwise(logs):
        assert not (np.isfinite(soon.casualties.hurt_min) & ~np.isfinite(late.casualties.hurt_min)).any()
        assert (late.casualties.hurt_min <= soon.casualties.hurt_min).all()
        gone = soon.casualties.outcome == DIED_EXPOSED
        assert (late.casualties.outcome[gone] == DIED_EXPOSED).all()
    assert hurt(logs[0]) < hurt(logs[-1])


def test_a_brigade_next_to_the_plant_saves_people() -> None:
    """The shipped chlorine night with one hazmat brigade: beside the plant, or 45 minutes away."""
    city, current = quakes.city(), layout()
    park = city.roads.node("PK_HB")
    world = World(city, real_plan(), current, ch.drawn("chlorine-night"))
    ways = {node: world.travel_min(node, park, 0) for node in range(len(city.roads.node_id))}
    far = min(ways, key=lambda node: abs(ways[node] - 45.0))
    assert ways[far] == pytest.approx(45.0, abs=2.0)

    def only(node: int) -> Layout:
        teams = [
            replace(t, node=node, turnout_min=1.0, capabilities=("hazmat",)) if t.team_id == "T13"
            else replace(t, capabilities=tuple(c for c in t.capabilities if c != "hazmat")) for t in current.teams
        ]
        return replace(current, teams=tuple(teams))

    alone, found = replace(real_plan(), aid=()), []
    for replication in range(40):
        s = ch.drawn("chlorine-night", replication, 2)
        near, away = (respond(city, alone, only(node), s) for node in (park, far))
        assert near.gas[0].aired_kg < away.gas[0].aired_kg
        found.append(((hurt(near), dead(near)), (hurt(away), dead(away))))
    both = np.array(found, dtype=float)
    near_mean, away_mean = both.mean(axis=0)
    saved = both[:, 1] - both[:, 0]
    error = saved.std(axis=0, ddof=1) / np.sqrt(len(saved))
    assert near_mean[0] < 0.75 * away_mean[0]
    assert near_mean[1] < away_mean[1]
    assert (saved.mean(axis=0) > 2.0 * error).all()


def test_a_curtain_holds_gas_back_from_when_it_stands_and_never_if_it_was_not_laid() -> None:
    s = leak(size="catastrophic", hole_mm=None)
    s = replace(s, releases=(replace(s.releases[0], curtain=1, curtain_share=0.3, cover=-1),))
    d = tw.demands([{"kind": "leak_control", "work": 30.0, "max_crews": 3},
                    {"kind": "water_curtain", "work": 12.0, "parent": 0, "max_crews": 1}], town())
    draws = {**s.draws, "report": np.full((2, 4), 0.5), "access": np.zeros(2)}
    s = replace(s, demands=d, draws=draws, dangers=(), releases=(
        replace(s.releases[0], demand=0, decontamination=-1, monitoring=-1, cordon=-1),), closures=tw.closures([]))
    hazmat = crew("A", "hazmat", 0.0, type="fire", tier=1)
    laid = play(town(), s, [hazmat, crew("B", "fire", 0.0)])
    assert laid.demands.done_min[1] < laid.demands.done_min[0]
    assert laid.gas[0].washed_kg > 0.0
    far = play(town(), s, [hazmat, crew("B", "fire", 200.0)])
    # Hazmat crews may lay hoses too, but these are at the hole.
    assert far.demands.arrived_min[1] == NEVER
    assert far.demands.done_min[1] == far.demands.done_min[0]
    assert far.gas[0].washed_kg == 0.0
    assert laid.gas[0].aired_kg < far.gas[0].aired_kg


@pytest.mark.parametrize("replication", range(3))
def test_curtains_and_covers_never_hurt_anybody(replication: int) -> None:
    s = leak(replication, hole_mm=None, size="catastrophic")
    r = s.releases[0]
    assert r.curtain < 0 or r.curtain_share > 0.0
    plain = play(town(), s)
    fixed = play(town(), replace(s, releases=(replace(r, curtain_share=0.4, fixed_curtain_min=3.0),)))
    foam = play(town(), s, [crew("B", "fire", 5.0)])
    for better in (fixed, foam):
        assert better.gas[0].aired_kg <= plain.gas[0].aired_kg
        assert (better.casualties.hurt_min >= plain.casualties.hurt_min).all()
    assert fixed.gas[0].washed_kg > 0.0


# ---- people --------------------------------------------------------------------------------


@pytest.mark.parametrize("replication", range(4))
@pytest.mark.parametrize("given_", [{}, {"size": "catastrophic", "hole_mm": None}, {"hour": 2.0, "hole_mm": 60.0}])
def test_if_everybody_leaves_at_once_nobody_is_out_in_the_cloud(given_: dict[str, Any], replication: int) -> None:
    s = leak(replication, **given_)
    r = s.releases[0]
    assert len(r.exposed) > 5
    first = float(r.cells.delay_min[r.exposed.cell].min())
    stay = play(town(), s, rules={"protect": "leave"}, comply_share=0.0)
    log = play(town(), s, rules={"protect": "leave"}, **QUICK)
    assert {row.action for row in log.evacuations} == {"leave"}
    assert max(w.issued_min for w in log.warnings) < first
    assert hurt(log) == 0
    assert (log.casualties.outcome == SPARED).all()
    assert hurt(stay) > 0
    for row in log.evacuations:
        assert row.exposed == pytest.approx(0.0, abs=1e-6)


def test_whoever_is_told_too_late_is_in_it() -> None:
    s = leak(hole_mm=60.0)
    logs = [play(town(), s, (), minute, {"protect": "leave"}, **QUICK) for minute in (0.0, 18.0, 25.0, 300.0)]
    hurts = [hurt(log) for log in logs]
    assert hurts == sorted(hurts)
    assert hurts[0] == 0
    assert hurts[1] < hurts[-1]


def test_shutting_themselves_in_helps_those_whom_the_warning_reaches_before_the_gas() -> None:
    s = leak(hole_mm=40.0, hour=2.0)
    none, shut = (
        play(town(), s, rules={"protect": "shelter"}, **(QUICK | {"comply_share": share})) for share in (0.0, 1.0)
    )
    assert hurt(shut) < hurt(none)
    assert (shut.gas[0].sheltered[-1] > 0.0).any()
    assert not shut.gas[0].away.any()


def test_airing_out_after_the_measurement_never_hurts_anybody_more() -> None:
    s = leak(hole_mm=40.0)
    teams = [crew("A", "hazmat", 1.0)]
    dull, told = (play(town(), s, [*teams, *more]) for more in ([], [crew("M", "monitoring", 1.0, type="environment")]))
    d = s.releases[0].monitoring
    assert told.demands.done_min[d] < dull.demands.done_min[d]
    assert (told.casualties.hurt_min >= dull.casualties.hurt_min).all()


def test_those_taken_away_breathe_no_more_of_it() -> None:
    """Half an hour by hand: hurt at 10, in a car that leaves at 30, dead at 60 had nobody come."""
    who = Exposed(
        first=0, cell=tw.ints([0, 0]), outdoors=np.ones(2, dtype=bool), at_work=np.zeros(2, dtype=bool),
        hurt_load=tw.floats([10.0, 10.0]), grave_load=tw.floats([NEVER] * 2), lethal_load=tw.floats([60.0, 60.0]),
        acts_after_min=tw.floats([NEVER] * 2), leaves=np.zeros(2, dtype=bool), heed_draw=tw.floats([0.9, 0.9]),
    )
    r = clouds.release(
        spots=((0, 1, 2.0),), delay_min=[0.0], edges_min=np.arange(121.0).tolist(), air_kg=[1.0] * 120, held_kg=200.0,
        toxic_n=1.0, exposed=who, demand=-1,
    )
    city = ch.city(zones=TOWN, hospitals=((3, 3, 500),))
    rows = [{"zone": 1, "real_min": NEVER, "self_draw": draw, "dies_after_min": 1e4, "worsens_after_min": 1e4}
            for draw in (0.0, 1.0)]
    s = tw.scenario(city, casualties=tw.casualties(rows), releases=(r,), horizon_min=200.0)
    log = play(city, s, private_delay_min=40.0)
    assert log.casualties.hurt_min.tolist() == [10.0, 10.0]
    assert log.casualties.outcome[0] in (SAVED, SAVED - 1, SAVED - 2)
    assert log.casualties.outcome[1] == DIED_EXPOSED
    assert log.casualties.death_min[1] == 60.0


def test_a_release_that_is_prevented_never_runs() -> None:
    """Its demand hangs on another that is done before."""
    s = leak()
    r = s.releases[0]
    d = tw.demands([{"kind": "tank_fire", "work": 10.0, "max_crews": 2},
                    {"kind": "leak_control", "parent": 0, "real_min": 60.0}], town())
    late: Release = replace(r, demand=1, cover=-1, curtain=-1, decontamination=-1, monitoring=-1, cordon=-1,
                            start_min=60.0)
    draws = {**s.draws, "report": np.full((2, 4), 0.5), "access": np.zeros(2)}
    s = replace(s, demands=d, releases=(late,), draws=draws, closures=tw.closures([]))
    out = play(town(), s, [crew("B", "fire", 1.0)])
    assert out.demands.state.tolist() == [DONE, PREVENTED]
    assert out.gas == ()
    assert hurt(out) == 0
    burns_on = play(town(), s)
    assert [row.began_min for row in burns_on.gas] == [60.0]
    assert hurt(burns_on) > 0
    assert float(burns_on.casualties.hurt_min.min()) > 60.0


def test_who_reports_a_leak_reports_all_that_it_makes() -> None:
    """However slowly some of the reports would have come by themselves."""
    s = leak()
    n = len(s.demands)
    spread = np.random.default_rng(1).random((n, 4))
    s = replace(s, demands=replace(s.demands, watched=np.zeros(n, dtype=bool)), draws={**s.draws, "report": spread})
    tasks = list(s.releases[0].tasks)
    assert len(tasks) >= 5
    known = play(town(), s).demands.known_min[tasks]
    assert len(set(known.tolist())) == 1
    assert known[0] < NEVER


def test_the_lanes_stay_until_the_last_patient_is_washed_though_the_leak_is_closed() -> None:
    s = leak()
    r = s.releases[0]
    log = play(town(), s, [crew("A", "hazmat", 1.0, 2)], private_2_share=0.0)
    closed, lanes = log.demands.done_min[r.demand], log.demands.arrived_min[r.decontamination]
    assert closed <= lanes < NEVER
    assert log.washed > 0


def test_what_only_a_cloud_needs_is_over_when_the_gas_is_gone() -> None:
    s = leak(hole_mm=60.0, horizon_min=2000.0)
    r, log = s.releases[0], play(town(), s)
    gone = log.gas[0].ended_min
    assert gone < s.horizon_min
    over = [d for d in (r.monitoring, r.cordon, r.cover) if d >= 0]
    assert len(over) >= 2
    assert (log.demands.done_min[over] <= gone).all()
    assert (log.demands.arrived_min[over] == NEVER).all()
    assert sum(entry.what == "demand_over" for entry in log.timeline) >= len(over)
    assert not any(entry.what == "demand_done" for entry in log.timeline)


# ---- fires ---------------------------------------------------------------------------------

SPHERE: dict[str, Any] = {
    "substance": "vinyl chloride", "mass_kg": 300_000.0, "pressure_bar": 3.4, "diameter_m": 9.5, "height_m": 9.5,
    "volume_m3": 450.0, "shape": "sphere", "bund_m2": 240.0,
}


@cache
def sphere_city() -> City:
    return ch.city([ch.vessel(0, **SPHERE)], zones=((0.5, 0.0), (-9.0, 0.0)), people=6000, workers=300, outdoors=0.4)


@cache
def bursting() -> tuple[Scenario, ...]:
    """Fires that leave a quarter of an hour before there are signs of the burst."""
    drawn = (draw_chemical(ch.made(fire=True), sphere_city(), 1, replication) for replication in range(60))
    return tuple(s for s in drawn if s.bursts and s.events[1].start_min - s.bursts[0].warned_min > 15.0)


def test_a_sphere_that_is_cooled_in_time_does_not_burst_and_one_cooled_late_does() -> None:
    assert len(bursting()) >= 5
    for s in bursting():
        (b,) = s.bursts
        cooling, due = int(s.demands.parent[b.demand]), float(s.demands.real_min[b.demand])
        soon = play(sphere_city(), s, [crew("B", "fire", 0.0, 10)])
        assert soon.demands.done_min[cooling] < due
        assert soon.demands.state[b.demand] == PREVENTED
        assert (soon.casualties.outcome == SPARED).all()
        assert hurt(soon) == 0
        late = play(sphere_city(), s, [crew("B", "fire", due + 30.0, 10)])
        assert late.demands.state[b.demand] == DONE
        assert hurt(late) == len(s.casualties) > 0


def test_a_fire_that_is_out_before_does_not_burst_either() -> None:
    s = bursting()[0]
    (b,) = s.bursts
    quick = replace(s, demands=replace(s.demands, work_crew_min=np.where(
        np.array(s.demands.kind) == "tank_fire", 0.5, np.where(np.array(s.demands.kind) == "tank_cooling", 1e4, 60.0))))
    log = play(sphere_city(), quick, [crew("B", "foam", 0.0, 10)])
    assert log.demands.state[b.demand] == PREVENTED
    assert hurt(log) == 0


def test_the_outcome_turns_at_the_minute_of_the_burst() -> None:
    s = bursting()[0]
    (b,) = s.bursts
    due = float(s.demands.real_min[b.demand])
    states = [play(sphere_city(), s, [crew("B", "fire", minute, 10)]).demands.state[b.demand]
              for minute in np.arange(0.0, due + 20.0, 4.0)]
    turns = states.index(next(state for state in states if state != PREVENTED))
    assert set(states[:turns]) == {PREVENTED}
    assert PREVENTED not in states[turns:]


# ---- mirror images, and the same log -------------------------------------------------------


@pytest.mark.parametrize("replication", range(3))
@pytest.mark.parametrize("size", ["medium", "catastrophic"])
def test_a_mirrored_map_and_wind_give_the_same_outcome(size: str, replication: int) -> None:
    city = town(workers=60)
    image = half_turned(city)
    spec = ch.made(size=size, turns=True, stability="E", wind_ms=2.0, horizon_min=420.0)
    turned = replace(spec, from_deg=90.0)
    assert spec.from_deg == 270.0
    teams = [crew("A", "hazmat", 4.0), crew("B", "fire", 6.0, 3), crew("M", "monitoring", 20.0, type="environment")]
    drawn = [(c, draw_chemical(s, c, 1, replication)) for c, s in ((city, spec), (image, turned))]
    ours, other = (play(c, s, teams, comply_share=0.7) for c, s in drawn)
    a, b = ours.gas[0], other.gas[0]
    np.testing.assert_array_equal(ours.casualties.outcome, other.casualties.outcome)
    np.testing.assert_allclose(ours.casualties.hurt_min, other.casualties.hurt_min)
    np.testing.assert_array_equal(ours.demands.state, other.demands.state)
    np.testing.assert_allclose(ours.demands.done_min, other.demands.done_min)
    np.testing.assert_allclose(a.rate_kg_min, b.rate_kg_min)
    np.testing.assert_allclose(a.people, b.people)
    np.testing.assert_array_equal(a.cell_level, b.cell_level)
    np.testing.assert_allclose(a.away, b.away)
    np.testing.assert_allclose(a.sheltered, b.sheltered)
    assert (a.aired_kg, a.washed_kg, a.vessel_kg) == pytest.approx((b.aired_kg, b.washed_kg, b.vessel_kg))
    assert a.people[1:].sum() > 100.0


def half_turned(city: City) -> City:
    """*city* turned by half a turn around the place where its tank stands."""
    v, z, r, sites = city.vessels, city.zones, city.roads, city.chemical_sites
    assert v is not None
    return replace(
        city, zones=replace(z, lon=212.0 - z.lon, lat=78.0 - z.lat),
        roads=replace(r, node_lon=212.0 - r.node_lon, node_lat=78.0 - r.node_lat),
        chemical_sites=replace(sites, lon=212.0 - sites.lon, lat=78.0 - sites.lat),
        vessels=replace(v, lon=212.0 - v.lon, lat=78.0 - v.lat),
    )


@pytest.mark.parametrize("name", ["chlorine-night", "vcm-fire"])
def test_plain_simpy_gives_the_same_log(name: str) -> None:
    s = ch.drawn(name, 1)
    logs = [respond(quakes.city(), real_plan(), layout(), s, env_class=env) for env in (simpy.Environment,)]
    ours = played(name, 1)
    for log in logs:
        for part in ("demands", "casualties", "gas"):
            theirs, own = quakes.arrays(getattr(log, part)), quakes.arrays(getattr(ours, part))
            assert theirs.keys() == own.keys()
            for where in own:
                np.testing.assert_array_equal(theirs[where], own[where])


# ---- odd cases -----------------------------------------------------------------------------


@pytest.mark.parametrize("substance", ["methanol", "vinyl chloride", "hydrogen"])
def test_what_poisons_nobody_runs_and_hurts_nobody(substance: str) -> None:
    storage = {"methanol": "liquid", "hydrogen": "gas"}.get(substance, "pressure")
    city = town(substance=substance, storage=storage, pressure_bar=20.0 if storage == "gas" else 1.1)
    s = draw_chemical(ch.made(hole_mm=40.0, ignites=False, horizon_min=300.0), city, 1, 0)
    log = play(city, s, [crew("A", "hazmat", 5.0)])
    assert balance(log.gas[0]) == pytest.approx(s.releases[0].held_kg)
    assert hurt(log) == 0
    assert log.demands.state[s.releases[0].demand] == DONE


@pytest.mark.parametrize("given_", [{"wind_ms": 0.5, "stability": "F"}, {"wind_ms": 30.0}, {"horizon_min": 60.0}])
def test_still_air_storms_and_short_horizons_run(given_: dict[str, Any]) -> None:
    s = leak(**given_)
    log = play(town(), s, [crew("A", "hazmat", 10.0)])
    assert balance(log.gas[0]) == pytest.approx(s.releases[0].held_kg)
    assert float(log.gas[0].edges_min[-1]) <= s.horizon_min + 1e-6


def test_a_plant_away_from_everybody_is_closed_all_the_same() -> None:
    city = ch.city(zones=((80.0, 0.0),), workers=0)
    s = draw_chemical(ch.made(hole_mm=25.0, horizon_min=300.0), city, 1, 0)
    log = play(city, s, [crew("A", "hazmat", 1.0)])
    assert log.gas[0].people.tolist() == [0.0] * 4
    assert log.demands.state[s.releases[0].demand] == DONE
    assert log.warnings == ()
