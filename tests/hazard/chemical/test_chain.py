"""Chains of accidents: who caused what, when, and on what it hangs; fires, bursts, shaken plants and wet stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import chemicals as ch
import floods
import numpy as np
import pytest
import quakes

from sim.city.model import City
from sim.city.substances import substances
from sim.hazard.cascade import DEPTH, NONE, cascade_of
from sim.hazard.chemical.accident import ALONE, Accidents, Cause
from sim.hazard.chemical.escalation import failure_min
from sim.hazard.chemical.fire import after_leak, burn, burst, explode, flux_at, heated
from sim.hazard.chemical.leak import break_open
from sim.hazard.chemical.scenario import draw_chemical
from sim.hazard.chemical.source import Hole
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.chemical.triggers import Shaking, broken_by_shaking, wetted_stores
from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.hazard.scenario import Event, Scenario
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream

C = chemical_coefficients()
CHAINS = (
    *(f"chemicals/{name}" for name in ch.SHIPPED), "earthquakes/1739-with-releases", "floods/carbide-flash-flood",
)
REPLICATIONS = 30
SPHERE: dict[str, Any] = {
    "substance": "vinyl chloride", "mass_kg": 300_000.0, "pressure_bar": 3.4, "diameter_m": 9.5, "height_m": 9.5,
    "volume_m3": 450.0, "shape": "sphere", "bund_m2": 240.0,
}
SPILLS = cascade_of(["explosion>release"])


@cache
def scenarios(name: str) -> tuple[Scenario, ...]:
    spec = read_hazard(quakes.REFERENCE / f"{name}.yaml", quakes.city())
    return tuple(draw(spec, quakes.city(), 1, replication) for replication in range(REPLICATIONS))


def line(events: tuple[Event, ...] | list[Event], number: int) -> list[int]:
    """The event and its causes up to the first."""
    found = [number]
    while events[found[-1]].parent >= 0:
        found.append(events[found[-1]].parent)
    return found


# ---- shipped chains ------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAINS)
def test_every_event_but_the_first_has_a_cause_before_it(name: str) -> None:
    for s in scenarios(name):
        assert [e.parent for e in s.events[:1]] == [-1]
        for number, event in enumerate(s.events[1:], start=1):
            assert 0 <= event.parent < number
            assert event.start_min >= s.events[event.parent].start_min
            assert event.start_min < s.horizon_min
            assert event.kind
        assert max(len(line(s.events, number)) for number in range(len(s.events))) <= DEPTH == 4


@pytest.mark.parametrize("name", CHAINS)
def test_what_hangs_on_a_demand_hangs_on_one_of_its_own(name: str) -> None:
    own = {"release": "leak_control", "fire": "tank_fire", "explosion": "burst"}
    for s in scenarios(name):
        d = s.demands
        for number, event in enumerate(s.events):
            if event.only_if >= 0:
                assert d.event[event.only_if] == number
                assert d.kind[event.only_if] == own[event.kind]
                assert d.parent[event.only_if] >= 0
                assert d.real_min[event.only_if] == event.start_min
        for row in np.flatnonzero(d.parent >= 0).tolist():
            parent = int(d.parent[row])
            assert parent < row
            assert d.real_min[parent] <= d.real_min[row]
            assert int(d.event[parent]) in line(s.events, int(d.event[row]))
        for row in np.flatnonzero(s.casualties.only_if >= 0).tolist():
            demand = int(s.casualties.only_if[row])
            assert d.kind[demand] == "burst"
            assert d.event[demand] == s.casualties.event[row]
            assert d.real_min[demand] == s.casualties.real_min[row]


@pytest.mark.parametrize("name", CHAINS)
def test_releases_and_bursts_point_to_their_demands(name: str) -> None:
    kinds = {"cover": "pool_cover", "curtain": "water_curtain", "decontamination": "decontamination",
             "monitoring": "gas_monitoring"}
    for s in scenarios(name):
        d = s.demands
        for r in s.releases:
            assert d.kind[r.demand] == "leak_control"
            assert d.real_min[r.demand] == r.start_min == s.events[r.event].start_min
            assert d.event[r.demand] == r.event
            for key, kind in kinds.items():
                task = getattr(r, key)
                assert task == -1 or (d.kind[task], int(d.parent[task])) == (kind, r.demand)
            assert (r.decontamination >= 0) == (len(r.exposed) > 0)
        for b in s.bursts:
            assert d.kind[b.demand] == "burst"
            assert d.kind[int(d.parent[b.demand])] in ("tank_cooling", "leak_control")
            assert d.place[b.demand] == b.place
        number = Counter(d.kind)
        assert number["leak_control"] == len(s.releases)
        assert number["burst"] == len(s.bursts)
        assert {b.demand for b in s.bursts} <= {loss.demand for loss in s.avoidable}


@pytest.mark.parametrize("name", CHAINS)
def test_nothing_opens_or_bursts_twice(name: str) -> None:
    for s in scenarios(name):
        leaks = [r.vessel for r in s.releases]
        assert len(leaks) == len(set(leaks))
        burst = [(e.lon, e.lat) for e in s.events if e.kind == "explosion" and "cloud" not in e.name.en]
        assert len(burst) == len(set(burst))


def test_the_chains_that_ship_do_go_on() -> None:
    """Or all the above says nothing."""
    kinds = Counter(e.kind for name in CHAINS for s in scenarios(name) for e in s.events)
    assert {"earthquake", "flood", "release", "fire", "explosion"} <= set(kinds)
    assert min(kinds.values()) >= 5
    assert any(e.only_if >= 0 for s in scenarios("chemicals/vcm-fire") for e in s.events)


# ---- links ---------------------------------------------------------------------------------


def park(spheres: int = 1, apart_m: float = 15.0, **changes: Any) -> City:
    """Spheres of vinyl chloride in a row from the first vessel on; the map has as many whoever stands near."""
    rows = [ch.vessel(i, **SPHERE, lon=106.0 + ch.EAST * 1e-3 * apart_m * i, **changes) for i in range(spheres)]
    return ch.city(rows, workers=60)


def burning(city: City, replication: int = 0, **given: Any) -> Scenario:
    return draw_chemical(ch.made(fire=True, **given), city, 1, replication)


def test_without_links_nothing_follows() -> None:
    for replication in range(20):
        s = burning(park(6), replication, cascade=NONE)
        assert [e.kind for e in s.events] == ["fire"]
        assert set(s.demands.kind) == {"tank_fire"}
        leak = draw_chemical(ch.made(size="large", ignites=True, cascade=NONE), park(6), 1, replication)
        assert [e.kind for e in leak.events] == ["release"]


def test_a_link_that_is_not_given_ends_the_chain_there() -> None:
    links = cascade_of(["release>fire"])
    kinds = set()
    for replication in range(40):
        s = draw_chemical(ch.made(size="medium", ignites=True, cascade=links), park(4), 1, replication)
        kinds |= {e.kind for e in s.events}
        assert "tank_cooling" not in s.demands.kind
    assert kinds == {"release", "fire"}


def test_the_first_events_do_not_move_with_the_links() -> None:
    """What may follow leaves what came before it as it was."""
    for replication in range(20):
        whole, cut = (burning(park(5), replication, cascade=cascade)
                      for cascade in (cascade_of(True), cascade_of(["fire>explosion"])))
        assert whole.events[0] == cut.events[0]
        assert {e.start_min for e in cut.events} <= {e.start_min for e in whole.events}
        assert whole.demands.kind[:2] == cut.demands.kind[:2]
        np.testing.assert_array_equal(whole.demands.work_crew_min[:2], cut.demands.work_crew_min[:2])


def test_chains_end_after_four_events_whatever_began_them() -> None:
    """A fire after a leak after an aftershock heats nothing any more; the same after the first shock does."""
    first = Event(name=substances()["chlorine"].name, start_min=0.0, parent=-1, lon=0.0, lat=0.0, size=7.0)
    for above, goes_on in ((1, True), (2, False)):
        a = ch.accidents_of(ch.made({"ignition_share": 1.0, "ignition_at_once_share": 1.0}), park(4))
        a.events.extend(replace(first, parent=i - 1) for i in range(above))
        assert a.depth(above - 1) == above
        leak = break_open(a, 0, 0.0, Hole(kind="hole", mm=60.0), np.inf, Cause(event=above - 1, demand=-1))
        assert leak is not None
        after_leak(a, leak, True, near_fire=False)
        assert [e.kind for e in a.events[above:]][:2] == ["release", "fire"]
        assert ("tank_cooling" in a.rows.kinds) == goes_on
        assert max(len(line(a.events, i)) for i in range(len(a.events))) <= DEPTH


def test_what_leaks_burns_only_if_it_burns_and_does_not_poison() -> None:
    for substance, may in (("vinyl chloride", True), ("chlorine", False), ("ammonia", False)):
        burnt = [
            any(e.kind == "fire" for e in draw_chemical(
                ch.made({"explosion_least_kg": 1e9}, size="medium", ignites=True),
                ch.city([ch.vessel(0, **{**SPHERE, "substance": substance})]), 1, r).events) for r in range(20)
        ]
        assert any(burnt) == may
        never = draw_chemical(ch.made(size="medium", ignites=False), ch.city([ch.vessel(0, **SPHERE)]), 1, 0)
        assert len(never.events) == 1


def test_whether_there_is_anybody_to_cordon_off_does_not_move_the_fire_that_follows() -> None:
    """The wind blows at the town or away from it: other tasks of the leak, the same fire with the same reports."""
    city, told = ch.city([ch.vessel(0, **SPHERE, fill_pipe_mm=150.0)], zones=((0.7, 0.0),), workers=0), 0
    for replication in range(20):
        at, away = (
            draw_chemical(ch.made({"explosion_least_kg": 5000.0}, size="large", ignites=True, stability="F",
                                  wind_ms=2.0, from_deg=deg), city, 1, replication) for deg in (270.0, 90.0)
        )
        fires = [{(kind, int(s.demands.event[i])): (s.demands.work_crew_min[i], s.draws["report"][i].tolist())
                  for i, kind in enumerate(s.demands.kind) if kind.startswith(("tank", "burst"))} for s in (at, away)]
        assert fires[0] == fires[1]
        told += len(fires[0]) > 0 and "cordon" in at.demands.kind and "cordon" not in away.demands.kind
    assert told >= 5


# ---- fires ---------------------------------------------------------------------------------


def fire_at(a: Accidents, vessel: int = 0) -> Any:
    return burn(a, vessel, 0.0, ALONE)


@pytest.mark.parametrize("replication", range(40))
def test_nothing_bursts_before_its_time_to_failure(replication: int) -> None:
    s = burning(park(5), replication)
    least = C["fire_builds_low_min"] + float(failure_min(C["engulfed_high_kw_m2"], 450.0, True, C))
    assert least > 5.0
    for e in s.events[1:]:
        if e.kind == "explosion" and s.events[e.parent].kind == "fire":
            assert e.start_min >= s.events[e.parent].start_min + least - 1e-9


def test_what_is_heated_takes_as_long_as_the_heat_says() -> None:
    a = ch.accidents_of(ch.made(), park(6, apart_m=25.0))
    v = a.vessels
    fire = fire_at(a)
    a.dice["heat"] = stream(1, 0, "chemical heat")
    flames, slow = a.dice["heat"].random(2).tolist()
    a.dice["heat"] = stream(1, 0, "chemical heat")
    found = heated(a, fire)
    assert found[0][0] == 0
    assert [minutes for _, minutes, _ in found] == sorted(minutes for _, minutes, _ in found)
    builds = 5.0 + 20.0 * slow
    for vessel, minutes, _ in found:
        metres = np.array([25.0 * vessel])
        flux = 50.0 + 70.0 * flames if vessel == 0 else float(flux_at(a, fire, metres)[0])
        assert minutes == pytest.approx(builds + float(failure_min(flux, v.volume_m3[vessel], True, C)), rel=1e-3)
    cold = [i for i in range(6) if i not in {vessel for vessel, _, _ in found}]
    assert all(float(flux_at(a, fire, np.array([25.0 * i]))[0]) < C["heat_threshold_pressurised"] + 1e-6 for i in cold)


def test_more_vessels_near_a_fire_never_burst_less() -> None:
    """The same dice, vessel by vessel: those that come on top leave the others as they are, up to the cap."""
    most = 0
    harsh = {"fire_jet_kg_s": 20.0, "heat_threshold_pressurised": 10.0}
    for replication in range(30):
        found = []
        for near in range(1, 8):
            east_km = [8e-3 * i if i < near else 50.0 for i in range(8)]
            small = {**SPHERE, "volume_m3": 10.0}
            rows = [ch.vessel(i, **small, lon=106.0 + ch.EAST * km) for i, km in enumerate(east_km)]
            only = cascade_of(["fire>explosion"])
            found.append(len(burning(ch.city(rows, workers=60), replication, overrides=harsh, cascade=only).bursts))
        assert found == sorted(found)
        assert max(found) <= C["domino_cap"]
        most = max(most, found[-1])
    assert most >= 3


def test_a_further_vessel_leaves_the_dice_of_the_first_alone() -> None:
    for replication in range(20):
        alone, two = (burning(park(n, apart_m=60_000.0), replication) for n in (1, 2))
        assert [e.start_min for e in alone.events] == [e.start_min for e in two.events]


def test_a_vessel_that_went_up_in_a_ball_of_fire_neither_bursts_nor_leaks_again() -> None:
    a = ch.accidents_of(ch.made(cascade=SPILLS), park(2))
    fire = fire_at(a)
    for _ in range(2):
        burst(a, 1, 30.0, Cause(event=fire.event, demand=fire.demand))
    assert [e.kind for e in a.events].count("explosion") == 1
    assert break_open(a, 1, 40.0, Hole(kind="hole", mm=20.0), np.inf, ALONE) is None


def test_a_tank_of_what_does_not_burn_spills_when_it_bursts() -> None:
    a = ch.accidents_of(ch.made({"burst_tnt_kg": 1e-3}, cascade=SPILLS), ch.city([ch.vessel(0), ch.vessel(1)]))
    fire = fire_at(a)
    burst(a, 1, 30.0, Cause(event=fire.event, demand=fire.demand))
    assert [e.kind for e in a.events] == ["fire", "explosion", "release"]
    (release,) = (r for r in a.releases if r.vessel == "V1")
    assert release.start_min == 30.0
    assert release.puff_kg + release.pool_kg.sum() == pytest.approx(10_000.0)
    leak, bang = release.demand, a.bursts[0].demand
    parents = [row["parent"] for n, row in a.rows.blocks for _ in range(n)]
    assert parents[leak] == bang
    assert parents[bang] == fire.demand
    burst(a, 1, 40.0, Cause(event=fire.event, demand=fire.demand))
    assert len(a.events) == 3


def test_everybody_hurt_by_a_burst_is_near_it_and_hangs_on_it() -> None:
    for replication in range(12):
        s = burning(ch.city([ch.vessel(0, **SPHERE)], zones=((0.9, 0.0), (30.0, 0.0)), workers=200), replication)
        k = s.casualties
        if not s.bursts:
            assert not len(k)
            continue
        assert set(k.zone.tolist()) <= {0}
        assert (k.only_if == s.bursts[0].demand).all()
        assert (k.real_min == s.events[1].start_min).all()
        assert not k.contaminated.any()
        (danger, *_) = s.dangers
        assert danger.evacuate
        assert danger.strike_min == s.events[1].start_min
        assert danger.issue_from_min <= danger.strike_min


def test_workers_who_have_seen_the_fire_are_hurt_less_often_than_at_an_explosion_out_of_the_blue() -> None:
    found = {}
    for seen in (0.0, 30.0):
        hurt = 0
        for replication in range(30):
            a = ch.accidents_of(ch.made(), ch.city([ch.vessel(0, **SPHERE)], workers=500), replication)
            leak = break_open(a, 0, 0.0, Hole(kind="hole", mm=20.0), np.inf, ALONE)
            assert leak is not None
            explode(a, 0, seen, 3000.0, Cause(event=leak.event, demand=leak.demand))
            hurt += len(a.casualties[-1]["zone"])
        found[seen] = hurt
    assert found[0.0] > 2 * found[30.0]


# ---- earthquakes ---------------------------------------------------------------------------

PLANTS = cascade_of(["earthquake>release", "release>fire", "release>explosion", "fire>explosion", "explosion>release"])


def quake_pair(replication: int) -> tuple[Scenario, Scenario]:
    """The same earthquake without and with plants that break."""
    shipped = read_hazard(quakes.REFERENCE / "earthquakes" / "1739-with-releases.yaml", quakes.city())
    assert isinstance(shipped, EarthquakeSpec)
    without, plants = (replace(shipped, cascade=cascade) for cascade in (NONE, PLANTS))
    return draw(without, quakes.city(), 1, replication), draw(plants, quakes.city(), 1, replication)


def same(part: Any, other: Any) -> bool:
    """Tell whether two records have the same arrays."""
    ours, others = quakes.arrays(part), quakes.arrays(other)
    return ours.keys() == others.keys() and all(np.array_equal(ours[k], others[k]) for k in ours)


def rows_of(part: Any, n: int) -> Iterator[tuple[str, Any]]:
    for name in part.__dataclass_fields__:
        yield name, getattr(part, name)[:n]


@pytest.mark.parametrize("replication", range(3))
def test_plants_leave_the_earthquake_as_it_is(replication: int) -> None:
    off, on = quake_pair(replication)
    assert not off.releases
    assert len(on.releases) >= 5
    assert off.events == on.events[: len(off.events)]
    assert off.alerts == on.alerts
    assert same(off.dangers, on.dangers[: len(off.dangers)])
    for name in ("dead_at_once", "slightly_injured", "damage", "campers"):
        np.testing.assert_array_equal(getattr(off, name), getattr(on, name))
    np.testing.assert_array_equal(off.draws["scout"], on.draws["scout"])
    for part in ("outages", "displaced"):
        for name, rows in rows_of(getattr(on, part), len(getattr(off, part))):
            np.testing.assert_array_equal(rows, getattr(getattr(off, part), name))
    numbered = {"demand", "only_if", "lasts_with", "prevented_by"}
    for part in ("casualties", "closures"):
        for name, rows in rows_of(getattr(on, part), len(getattr(off, part))):
            if name not in numbered:
                np.testing.assert_array_equal(rows, getattr(getattr(off, part), name), err_msg=f"{part}.{name}")
    for name, values in off.fields.items():
        np.testing.assert_array_equal(values, on.fields[name][: len(values)])
    ours = [i for i, event in enumerate(on.demands.event.tolist()) if event < len(off.events)]
    assert [on.demands.kind[i] for i in ours] == list(off.demands.kind)
    for name in ("zone", "node", "event", "real_min", "noticed_min", "work_crew_min", "people_at_stake"):
        np.testing.assert_array_equal(getattr(on.demands, name)[ours], getattr(off.demands, name))
    for name in ("report", "access"):
        np.testing.assert_array_equal(on.draws[name][ours], off.draws[name])
    freed = on.casualties.demand[: len(off.casualties)]
    np.testing.assert_array_equal(np.where(freed >= 0, np.searchsorted(ours, freed), -1), off.casualties.demand)
    assert on.loss_yuan.sum() > off.loss_yuan.sum()
    assert on.notes["loss_yuan"] == pytest.approx(float(on.loss_yuan.sum()))


def shaken(intensity: float, city: City, replication: int = 0, **state: Any) -> Accidents:
    """The plants of *city* after one shock of the same intensity everywhere, with no accident leading to another."""
    a = ch.accidents_of(ch.made(horizon_min=7200.0, cascade=NONE), city, replication)
    a.events.append(Event(name=city.name, start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=7.0, kind="earthquake"))
    for name, value in state.items():
        setattr(a, name, value)
    everywhere = np.full(len(city.zones), intensity)
    shock = Shaking(event=0, minute=0.0, intensity=everywhere)
    broken_by_shaking(a, [shock], stream(1, replication, "chemical shaking"))
    return a


def many(count: int = 60) -> City:
    """A plant of tanks of every make: liquid and pressure, anchored or not, holders and spheres of gas."""
    kinds: tuple[dict[str, Any], ...] = (
        {"substance": "methanol", "storage": "liquid", "pressure_bar": 1.013, "diameter_m": 4.0, "height_m": 5.0},
        {"substance": "chlorine"}, {"substance": "hydrogen", "storage": "gas", "pressure_bar": 20.0},
        {"substance": "carbon monoxide gas", "storage": "gas", "pressure_bar": 1.05},
        {"substance": "calcium carbide", "storage": "solid"},
    )
    rows = [ch.vessel(i, **kinds[i % 5], anchored=i % 2 == 0, shutoff_valve=True) for i in range(count)]
    return ch.city(rows, workers=0, people=0)


@pytest.mark.parametrize("replication", range(6))
def test_stronger_shaking_never_breaks_fewer_vessels(replication: int) -> None:
    city = many()
    broken = [
        {r.vessel for r in shaken(intensity, city, replication).releases}
        for intensity in (5.0, 6.0, 7.0, 8.0, 8.5, 9.0, 10.0, 11.0)
    ]
    for less, more in pairwise(broken):
        assert less <= more
    assert not broken[0]
    assert len(broken[-1]) >= 10


def test_of_the_same_tanks_the_pressure_vessels_break_least() -> None:
    city, found = many(300), Counter[str]()
    assert city.vessels is not None
    substance = dict(zip(city.vessels.vessel_id, city.vessels.substance, strict=True))
    for replication in range(4):
        found.update(substance[r.vessel] for r in shaken(9.0, city, replication).releases)
    assert found["calcium carbide"] == 0
    assert found["methanol"] > 2 * found["chlorine"] > 0
    assert found["carbon monoxide gas"] > 2 * found["hydrogen"] > 0


def test_without_power_no_valve_shuts_by_itself() -> None:
    city = many()
    assert city.vessels is not None
    never = replace(city, vessels=replace(city.vessels, shutoff_valve=np.zeros(60, dtype=bool)))
    dark = shaken(10.0, city, power_out_share=np.ones(1)).releases
    for a, b in zip(dark, shaken(10.0, never).releases, strict=True):
        np.testing.assert_array_equal(a.air_kg, b.air_kg)
        np.testing.assert_array_equal(a.pool_kg, b.pool_kg)
    lit = shaken(10.0, city).releases
    out = [sum(float(r.air_kg.sum() + r.pool_kg.sum()) for r in releases) for releases in (lit, dark)]
    assert out[0] < 0.5 * out[1]


def test_leaks_begin_within_half_an_hour_of_their_shock() -> None:
    for r in shaken(10.0, many()).releases:
        assert 0.0 <= r.start_min <= C["shaken_delay_min"]


# ---- wet stores of carbide -----------------------------------------------------------------


def stores(count: int = 40, floor_m: float = 0.3, **changes: Any) -> City:
    rows = [ch.vessel(i, substance="calcium carbide", storage="solid", shape="store", store_above_ground_m=floor_m,
                      bund_m2=0.0, **changes) for i in range(count)]
    return ch.city(rows, workers=0)


def wetted(city: City, depth_m: float, replication: int = 0) -> Accidents:
    """Stores in water that has stood *depth_m* deep for an hour from minute 60 on."""
    a = ch.accidents_of(ch.made(horizon_min=7200.0, cascade=NONE), city, replication)
    a.events.append(Event(name=city.name, start_min=0.0, parent=-1, lon=106.0, lat=39.0, size=1.0, kind="flood"))
    minutes = np.arange(30.0, 301.0, 30.0)
    field = np.zeros((len(minutes), len(city.zones), 3))
    field[(minutes >= 60.0) & (minutes <= 120.0)] = depth_m
    wetted_stores(a, np.zeros(len(city.zones), dtype=np.int64), minutes, field, stream(1, replication, "wet"))
    return a


def test_a_dry_store_does_not_burn_and_a_floor_above_the_water_keeps_it_dry() -> None:
    for replication in range(20):
        assert len(wetted(stores(), 0.0, replication).events) == 1
        assert len(wetted(stores(floor_m=0.3), 0.29, replication).events) == 1
        assert len(wetted(stores(floor_m=1.5), 1.2, replication).events) == 1


def test_deeper_water_and_lower_floors_never_burn_fewer_stores() -> None:
    total = 0
    for replication in range(10):
        by_depth = [_fires(stores(floor_m=0.2), depth, replication) for depth in (0.1, 0.25, 0.35, 0.5, 2.0)]
        by_floor = [_fires(stores(floor_m=floor), 0.6, replication) for floor in (0.7, 0.5, 0.4, 0.2, 0.0)]
        for found in (by_depth, by_floor):
            for less, more in pairwise(found):
                assert less <= more
        total += len(by_depth[-1])
    assert total / 400 == pytest.approx(C["carbide_fire_share"], abs=0.05)


def _fires(city: City, depth_m: float, replication: int) -> set[str]:
    return {e.name.en for e in wetted(city, depth_m, replication).events if e.kind == "fire"}


def test_a_wet_store_burns_once_the_water_is_in_and_not_long_after() -> None:
    for replication in range(10):
        for e in wetted(stores(), 2.0, replication).events[1:]:
            assert e.parent == 0
            assert 60.0 <= e.start_min <= 60.0 + C["carbide_delay_min"]


def test_other_solids_do_not_mind_the_water() -> None:
    city = stores()
    assert city.vessels is not None
    dull = replace(city, vessels=replace(city.vessels, substance=("cyanamide",) * 40))
    assert len(wetted(dull, 3.0).events) == 1


def test_in_the_shipped_flood_only_stores_in_water_burn() -> None:
    burnt = 0
    for s in scenarios("floods/carbide-flash-flood"):
        city, depth = quakes.city(), s.fields["max_depth_m"].max(axis=0)
        sites, v = city.chemical_sites, city.vessels
        assert v is not None
        for e in s.events:
            if e.kind == "fire":
                vessel = next(i for i, name in enumerate(v.name) if name.en in e.name.en)
                assert v.substance[vessel] == "calcium carbide"
                assert depth[sites.zone[v.site[vessel]]] > 0.0
                burnt += 1
    assert burnt >= 5


def test_a_flood_without_cascades_is_as_ever() -> None:
    shipped = floods.spec("carbide-flash-flood")
    for replication in range(3):
        off, on = (draw(replace(shipped, cascade=c), quakes.city(), 1, replication) for c in (NONE, shipped.cascade))
        assert {e.kind for e in off.events} == {"flood"}
        ours = [i for i, e in enumerate(on.demands.event.tolist()) if e < len(off.events)]
        assert [on.demands.kind[i] for i in ours] == list(off.demands.kind)
        np.testing.assert_array_equal(on.demands.work_crew_min[ours], off.demands.work_crew_min)
        np.testing.assert_array_equal(on.casualties.zone[: len(off.casualties)], off.casualties.zone)
        assert same(off.dangers, on.dangers[: len(off.dangers)])
