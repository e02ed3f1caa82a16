"""Contracts of every drawn release: the same dice, its mass, its people, its mirror image, odd vessels and weathers."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from itertools import pairwise
from typing import Any

import chemicals as ch
import numpy as np
import pytest
import quakes
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.model import City
from sim.city.read import read_city
from sim.city.substances import substances
from sim.hazard.chemical.accident import ALONE, catastrophic, draw_hole, draw_shut_min, largest_connection, stored
from sim.hazard.chemical.exposure import worst_loads
from sim.hazard.chemical.leak import break_open, edges_until, in_the_air, opening
from sim.hazard.chemical.levels import durations, reached
from sim.hazard.chemical.scenario import draw_chemical, draw_vessel
from sim.hazard.chemical.source import Hole, Kind, source_of
from sim.hazard.chemical.spec import ChemicalSpec
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.release import Release
from sim.hazard.scenario import VEHICLES, Scenario

C = chemical_coefficients()
EVERY = [(name, replication) for name in ch.SHIPPED for replication in range(6)]
OTHERS: dict[str, dict[str, Any]] = {
    "ammonia": {"pressure_bar": 8.6}, "hydrogen chloride": {"pressure_bar": 42.3, "fill_pipe_mm": 25.0},
    "methanol": {"storage": "liquid", "pressure_bar": 1.013, "diameter_m": 2.5, "height_m": 3.0},
    "carbon monoxide gas": {"storage": "gas", "pressure_bar": 1.05, "fill_pipe_mm": 400.0},
    "hydrogen": {"storage": "gas", "pressure_bar": 20.0}, "vinyl chloride": {"pressure_bar": 3.4},
    "LNG": {"storage": "cold", "temp_c": -161.5, "pressure_bar": 1.1, "diameter_m": 3.0, "height_m": 4.0},
    "calcium carbide": {"storage": "solid", "shape": "store", "pressure_bar": 1.013},
}
HOLES: tuple[Hole, ...] = (
    Hole(kind="hole", mm=1.0), Hole(kind="hole", mm=12.0), Hole(kind="hole", mm=40.0), Hole(kind="ten_minutes"),
    Hole(kind="one_hour"), Hole(kind="at_once"),
)


@cache
def one(substance: str = "chlorine", **vessel: Any) -> City:
    return ch.city([ch.vessel(0, substance=substance, **({**OTHERS.get(substance, {}), **vessel}))])


def draw(city: City | None = None, replication: int = 0, **given_: Any) -> Scenario:
    return draw_chemical(ch.made(**given_), city or one(), 1, replication)


def release_of(hole: Hole, city: City, shut_min: float = np.inf, **given_: Any) -> Release:
    a = ch.accidents_of(ch.made(**given_), city)
    assert break_open(a, 0, 0.0, hole, shut_min, ALONE) is not None
    return a.releases[0]


def out_kg(release: Release) -> Any:
    """What has left the vessel by the end of each step."""
    return release.puff_kg + np.cumsum(release.air_kg + release.pool_kg)


# ---- the same dice -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ch.SHIPPED)
def test_the_same_arguments_give_the_same_accident_bit_for_bit(name: str) -> None:
    for replication in (0, 3):
        first = ch.drawn(name, replication)
        again = draw_chemical(ch.spec(name), read_city(quakes.REFERENCE), 1, replication)
        ours, others = quakes.arrays(first), quakes.arrays(again)
        assert ours.keys() == others.keys()
        for where, array in ours.items():
            assert array.dtype == others[where].dtype, where
            assert array.tobytes() == others[where].tobytes(), where
        assert again.notes == first.notes
        assert (again.events, again.bursts, again.avoidable) == (first.events, first.bursts, first.avoidable)
        assert (again.demands.kind, again.demands.place) == (first.demands.kind, first.demands.place)


def test_other_replications_and_seeds_are_other_accidents() -> None:
    rates = {ch.drawn("release-random", r, seed).events[0].name.en for r in range(8) for seed in (1, 2)}
    assert len(rates) > 8


def test_nobody_may_write_into_a_scenario() -> None:
    scenario = ch.drawn("chlorine-night")
    for where, array in quakes.arrays(scenario).items():
        assert not array.flags.writeable, where


ASIDE = {"wind_ms": 7.0, "from_deg": 200.0, "stability": "B", "turns": True}


@pytest.mark.parametrize("key", ASIDE)
@pytest.mark.parametrize("replication", range(12))
def test_giving_the_weather_leaves_the_other_dice_alone(key: str, replication: int) -> None:
    """The vessel, the hole, the valve, the work, the reports and what burns do not move with the wind."""
    free: dict[str, Any] = {"wind_ms": None, "from_deg": None, "stability": None, "turns": False, "hour": None}
    city = ch.city([ch.vessel(i, substance=s, **OTHERS.get(s, {}), shutoff_valve=True, lon=106.0 + 1e-3 * i)
                    for i, s in enumerate(("chlorine", "ammonia", "vinyl chloride", "methanol"))])
    ours, other = (
        draw_chemical(ch.made(vessels=(0, 1, 2, 3), **(free | change)), city, 1, replication)
        for change in ({}, {key: ASIDE[key]})
    )
    assert (ours.month, ours.hour, ours.weekend) == (other.month, other.hour, other.weekend)
    a, b = ours.releases[0], other.releases[0]
    assert a.vessel == b.vessel
    for name in ("air_kg", "pool_kg", "edges_min"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert (a.puff_kg, a.curtain_share) == (b.puff_kg, b.curtain_share)
    assert [e.kind for e in ours.events] == [e.kind for e in other.events]
    assert [e.start_min for e in ours.events] == [e.start_min for e in other.events]
    assert _tasks(ours) == _tasks(other)
    if key != "wind_ms":
        assert a.wind_ms == b.wind_ms
    if key != "from_deg":
        assert a.wind_from_deg[0] == pytest.approx(b.wind_from_deg[0])


def _tasks(scenario: Scenario) -> dict[tuple[str, int], Any]:
    """What the dice say of each task that every weather knows."""
    d, report = scenario.demands, scenario.draws["report"]
    return {
        (kind, int(d.event[i])): (d.real_min[i], d.noticed_min[i], d.work_crew_min[i], report[i].tolist())
        for i, kind in enumerate(d.kind) if kind not in ("decontamination", "cordon", "gas_monitoring")
    }


def test_what_is_given_is_taken_and_moves_no_other_moment() -> None:
    for replication in range(20):
        drawn, given_ = (draw_chemical(ch.made(month=None, hour=hour, weekend=None), one(), 1, replication)
                         for hour in (None, 3.0))
        assert (drawn.month, drawn.weekend, given_.hour) == (given_.month, given_.weekend, 3.0)


def test_the_valve_as_given_leaves_hole_and_work_alone() -> None:
    city = one(shutoff_valve=True)
    for replication in range(10):
        a, b, c = (draw(city, replication, size="medium", valve=valve) for valve in (None, True, False))
        assert _tasks(a)["leak_control", 0] == _tasks(b)["leak_control", 0] == _tasks(c)["leak_control", 0]
        assert float(out_kg(b.releases[0])[-1]) < float(out_kg(c.releases[0])[-1])
        assert float(out_kg(a.releases[0])[-1]) in (float(out_kg(b.releases[0])[-1]), float(out_kg(c.releases[0])[-1]))


# ---- how often -----------------------------------------------------------------------------


def test_vessels_are_hit_by_their_rates() -> None:
    names = ("chlorine", "methanol", "calcium carbide")
    city = ch.city([ch.vessel(i, substance=s, **OTHERS.get(s, {})) for i, s in enumerate(names)])
    hits = np.bincount([draw_vessel(ch.made(vessels=(0, 1)), city, 5, r) for r in range(3000)], minlength=2)
    assert hits[1] / hits.sum() == pytest.approx(10.0 / 11.0, abs=0.02)


def test_holes_come_in_their_classes() -> None:
    a = ch.accidents_of(ch.made(), ch.city([ch.vessel(0, mass_kg=500_000.0, diameter_m=8.0, height_m=8.0)]))
    holes = [draw_hole(a, 0, None, None) for _ in range(20_000)]
    sizes = np.array([hole.mm for hole in holes])
    assert np.mean([hole.kind != "hole" for hole in holes]) == pytest.approx(0.01, abs=0.003)
    assert np.mean((sizes >= 5.0) & (sizes <= 15.0)) == pytest.approx(0.70, abs=0.015)
    assert np.mean((sizes >= 25.0) & (sizes < 50.0)) == pytest.approx(0.22, abs=0.015)
    assert np.mean(sizes == 50.0) == pytest.approx(0.07, abs=0.01)
    assert {hole.kind for hole in holes} == {"hole", "ten_minutes", "at_once"}


def test_a_valve_works_nine_times_in_ten_and_not_without_power() -> None:
    a = ch.accidents_of(ch.made(), one(shutoff_valve=True))
    shut = np.array([draw_shut_min(a, 0) for _ in range(4000)])
    assert np.isfinite(shut).mean() == pytest.approx(C["valve_works"], abs=0.02)
    assert set(shut[np.isfinite(shut)]) == {C["valve_min"]}
    a.power_out_share = np.ones(1)
    assert not any(np.isfinite(draw_shut_min(a, 0)) for _ in range(200))
    none = ch.accidents_of(ch.made(), one())
    assert not any(np.isfinite(draw_shut_min(none, 0)) for _ in range(200))
    assert draw_shut_min(none, 0, given=True) == np.inf


# ---- mass ----------------------------------------------------------------------------------

HOLE = st.one_of(
    st.floats(1.0, 300.0).map(lambda mm: Hole(kind="hole", mm=mm)),
    st.sampled_from([Hole(kind="at_once"), Hole(kind="ten_minutes"), Hole(kind="one_hour")]),
)


@given(
    substance=st.sampled_from(["chlorine", *OTHERS]), hole=HOLE, mass_kg=st.floats(100.0, 12_000.0),
    shut_min=st.one_of(st.just(np.inf), st.floats(0.0, 60.0)), minute=st.floats(0.0, 1400.0),
    horizon_min=st.sampled_from([60.0, 333.3, 1440.0, 7200.0]),
)
@settings(max_examples=120, deadline=None)
def test_no_mass_is_lost_between_the_vessel_and_what_leaves_it(
    substance: str, hole: Hole, mass_kg: float, shut_min: float, minute: float, horizon_min: float
) -> None:
    city = ch.city([ch.vessel(0, substance=substance, **({**OTHERS.get(substance, {}), "mass_kg": mass_kg}))])
    a = ch.accidents_of(ch.made(horizon_min=horizon_min), city)
    if minute >= horizon_min:
        assert break_open(a, 0, minute, hole, shut_min, ALONE) is None
        return
    o = opening(a, 0, minute, hole, shut_min)
    s = o.source
    assert s.puff_kg + s.air_kg.sum() + s.pool_kg.sum() + s.left_kg == pytest.approx(mass_kg, rel=1e-9)
    assert min(s.puff_kg, s.left_kg, float(s.air_kg.min()), float(s.pool_kg.min())) >= 0.0
    assert o.edges_min[-1] == pytest.approx(horizon_min - minute)
    airborne = float((o.rate_kg_min * np.diff(o.edges_min)).sum())
    assert airborne <= (s.air_kg.sum() + s.pool_kg.sum()) * (1.0 + 1e-9) + 1e-9
    leak = break_open(a, 0, minute, hole, shut_min, ALONE)
    assert leak is not None
    r = a.releases[0]
    assert r.held_kg == mass_kg
    assert r.puff_kg + r.air_kg.sum() + r.pool_kg.sum() + s.left_kg == pytest.approx(r.held_kg, rel=1e-9)
    assert break_open(a, 0, minute, hole, shut_min, ALONE) is None  # nothing is left to open


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_shipped_accidents_keep_their_mass_and_their_shapes(name: str, replication: int) -> None:
    for r in ch.drawn(name, replication).releases:
        steps, cells, slots = len(r.slot), len(r.cells.lon), len(r.wind_from_deg)
        assert len(r.air_kg) == len(r.pool_kg) == steps == len(r.edges_min) - 1
        assert r.puff_kg + r.air_kg.sum() + r.pool_kg.sum() <= r.held_kg * (1.0 + 1e-9)
        assert r.edges_min[0] == 0.0
        assert (np.diff(r.edges_min) > 0.0).all()
        assert r.cells.reach_mg_m3.shape == (slots, cells)
        assert int(r.slot.max()) < slots
        for part in fields(r.cells):
            assert (getattr(r.cells, part.name) >= 0.0).all(), part.name
        if len(r.spots.cell):
            assert int(r.spots.cell.max()) < cells
            assert (r.spots.people > 0.0).all()


# ---- larger holes, valves ------------------------------------------------------------------


def _sources(a: Any, vessel: int, holes: list[Hole], edges: Any) -> list[Any]:
    found = [source_of(stored(a, vessel), hole, edges, np.inf, 3.0, 20.0, C) for hole in holes]
    return [s.puff_kg + np.cumsum(s.air_kg + s.pool_kg) for s in found]


def test_a_larger_hole_never_lets_out_less_by_any_minute() -> None:
    """Of every vessel of the reference city: by millimetres, and a catastrophic failure against the largest pipe."""
    city = quakes.city()
    assert city.vessels is not None
    a, edges = ch.accidents_of(ch.made(), city), np.arange(0.0, 1441.0, 3.0)
    holes = [Hole(kind="hole", mm=mm) for mm in (1.0, 5.0, 15.0, 25.0, 50.0, 120.0)]
    for vessel in range(len(city.vessels)):
        if city.vessels.storage[vessel] == "solid":
            continue
        mass = float(city.vessels.mass_kg[vessel])
        out = _sources(a, vessel, holes, edges)
        for less, more in pairwise(out):
            assert (more >= less - 1e-9 * mass).all(), city.vessels.vessel_id[vessel]
        whole = [catastrophic(a, vessel, at_once=at_once) for at_once in (False, True)]
        large, slow, quick = _sources(a, vessel, [largest_connection(a, vessel), *whole], edges)
        assert (slow >= large - 1e-9 * mass).all(), city.vessels.vessel_id[vessel]
        assert (quick >= slow - 1e-9 * mass).all()
        assert quick[0] == pytest.approx(mass)


def test_ten_minutes_are_kept_where_no_pipe_is_faster() -> None:
    a = ch.accidents_of(ch.made(), one())
    kinds: set[Kind] = {catastrophic(a, 0, at_once=False).kind}
    wide = ch.accidents_of(ch.made(), one(mass_kg=200_000.0, diameter_m=5.0, height_m=5.0))
    assert kinds == {"at_once"}
    assert catastrophic(wide, 0, at_once=False).kind == "ten_minutes"
    solid = ch.accidents_of(ch.made(), one("calcium carbide"))
    assert catastrophic(solid, 0, at_once=False).kind == "ten_minutes"


@pytest.mark.parametrize("substance", ["chlorine", *OTHERS])
def test_a_valve_that_works_never_lets_more_out(substance: str) -> None:
    for hole in HOLES:
        free, shut = (release_of(hole, one(substance), shut_min) for shut_min in (np.inf, 1.0))
        assert (out_kg(shut) <= out_kg(free) + 1e-9).all()
        assert (in_air(shut) <= in_air(free) + 1e-9).all()


def in_air(release: Release) -> Any:
    rate = in_the_air(release, release.edges_min)  # type: ignore[arg-type]  # a release has what it asks for
    return release.puff_kg + np.cumsum(rate * np.diff(release.edges_min))


# ---- who is in the way ---------------------------------------------------------------------


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_those_exposed_are_casualties_of_their_zone_who_are_well_so_far(name: str, replication: int) -> None:
    s = ch.drawn(name, replication)
    k, n = s.casualties, 0
    for number, r in enumerate(s.releases):
        e = r.exposed
        rows = slice(e.first, e.first + len(e))
        n += len(e)
        assert np.isinf(k.real_min[rows]).all()
        assert k.contaminated[rows].all()
        assert (k.event[rows] == r.event).all()
        assert (k.demand[rows] == -1).all()
        assert (k.entrapment[rows] == 0).all()
        there = set(zip(r.spots.cell.tolist(), r.spots.zone.tolist(), r.spots.at_work.tolist(), strict=True))
        assert set(zip(e.cell.tolist(), k.zone[rows].tolist(), e.at_work.tolist(), strict=True)) <= there
        assert (e.hurt_load <= e.grave_load).all()
        assert (e.hurt_load <= e.lethal_load).all()
        assert ((e.heed_draw >= 0.0) & (e.heed_draw < 1.0)).all()
        worst = worst_loads(in_the_air(r, r.edges_min), r.edges_min, r.slot, r.cells, r.toxic_n)  # type: ignore[arg-type]
        assert (worst[e.cell] >= e.hurt_load).all()
        for danger in s.dangers:
            if danger.release == number:
                assert danger.event == r.event
                assert danger.strike_min >= r.start_min
    assert n == int(np.isinf(k.real_min).sum())
    assert (k.contaminated == np.isinf(k.real_min)).all()


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_no_more_people_are_in_the_way_than_there_are(name: str, replication: int) -> None:
    s, z = ch.drawn(name, replication), quakes.city().zones
    sites = quakes.city().chemical_sites
    for r in s.releases:
        living = np.bincount(r.spots.zone, weights=r.spots.people * ~r.spots.at_work, minlength=len(z))
        assert (living <= 1.1 * z.people + 1.0).all()  # a cell has the mean of some points, not the integral
        assert float((r.spots.people * r.spots.at_work).sum()) <= sites.workers.sum()
    gas = s.fields["gas_people"]
    assert gas.shape == (len(s.events), len(z))
    for number, r in enumerate(s.releases):
        for zone in range(len(z)):
            ours = [d for d in s.dangers if d.release == number and zone in d.zones.tolist()]
            assert len(ours) <= 1
            if ours:
                assert int(ours[0].people[0]) == int(np.ceil(gas[r.event, zone]))


def test_the_people_in_a_disc_are_counted_once() -> None:
    """A cloud wide enough to cover a township finds everybody in it."""
    city = ch.city(zones=((1.0, 0.0),), people=8000, workers=40, sites=((0.0, 0.0), (1.3, 0.05)))
    s = draw(city, hole_mm=80.0, stability="F", wind_ms=1.0)
    spots = s.releases[0].spots
    assert float(spots.people[~spots.at_work].sum()) == pytest.approx(8000, rel=0.03)
    shift = 40 * C["workers_by_day"]  # of the plant itself only those to leeward
    assert 0.85 * shift < float(spots.people[spots.at_work].sum()) < 2.0 * shift


def test_more_load_hurts_more_people_on_the_same_dice() -> None:
    found = [len(draw(hole_mm=mm).casualties) for mm in (5.0, 15.0, 30.0, 60.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_somebody_killed_by_a_load_is_hurt_by_less() -> None:
    e = draw(hole_mm=60.0, stability="F", wind_ms=1.5).releases[0].exposed
    assert len(e) > 200
    assert (e.hurt_load >= C["toxic_moderate_r"] * e.lethal_load * (1.0 - 1e-9)).all()
    assert np.median(e.hurt_load / e.lethal_load) < 0.1
    assert np.isfinite(e.grave_load).mean() == pytest.approx(C["toxic_severe_share"], abs=0.1)
    assert np.isfinite(e.acts_after_min).mean() == pytest.approx(C["acts_alone_share"], abs=0.05)


# ---- levels --------------------------------------------------------------------------------


def _levels(release: Release, rate: Any, edges: Any, slot: Any) -> Any:
    return reached(rate, edges, slot, release.cells, release.level_min, release.level_mg_m3)


@given(st.integers(0, 3), st.floats(1.0, 8.0), st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_more_gas_never_makes_a_cell_safer(replication: int, factor: float, more: list[float]) -> None:
    r = ch.drawn("chlorine-night", replication).releases[0]
    rate = in_the_air(r, r.edges_min)  # type: ignore[arg-type]
    part = rate * np.resize(more, len(rate))
    before = _levels(r, part, r.edges_min, r.slot)
    for stronger in (factor * part, np.maximum(part, rate), part + 0.01):
        after = _levels(r, stronger, r.edges_min, r.slot)
        assert (after.level >= before.level).all()
        assert (after.dose >= before.dose * (1.0 - 1e-12)).all()


def test_levels_hold_for_the_worst_spell_of_each_length() -> None:
    """By hand: a limit is reached by a spell of its own length, however thin the rest, and by no shorter one."""
    r = release_of(Hole(kind="hole", mm=10.0), one())
    edges, slot = edges_until(1440.0), np.zeros(len(edges_until(1440.0)) - 1, dtype=np.int64)
    yellow, orange, red = (dict(zip(r.level_min.tolist(), row.tolist(), strict=True)) for row in r.level_mg_m3)
    unit = replace(r.cells, reach_mg_m3=np.ones((1, len(r.cells.lon))))

    def level(*spells: tuple[float, float, float]) -> int:
        rate = np.zeros(len(slot))
        for start, end, there in spells:
            rate[(edges[:-1] >= start) & (edges[1:] <= end)] = there
        found = reached(rate, edges, slot, unit, r.level_min, r.level_mg_m3).level
        assert len(set(found.tolist())) == 1
        return int(found[0])

    over, under = 1.002, 0.998
    assert level((0.0, 10.0, over * red[10.0])) == 3
    assert level((0.0, 10.0, under * red[10.0])) == 2
    assert level((0.0, 5.0, 2.0 * under * red[10.0])) == 2
    assert level((0.0, 5.0, 2.0 * over * red[10.0])) == 3
    assert level((0.0, 30.0, over * red[30.0])) == 3
    assert level((0.0, 10.0, over * red[10.0]), (10.0, 1440.0, 0.01 * yellow[480.0])) == 3
    assert level((0.0, 1440.0, over * red[480.0])) == 3
    assert level((0.0, 1440.0, under * red[480.0])) == 2
    assert level((0.0, 1440.0, under * orange[480.0])) == 1
    assert level((0.0, 1440.0, under * yellow[480.0])) == 0
    assert durations(np.array([10.0, 40.0])) == [10.0, 20.0, 40.0]


# ---- roads ---------------------------------------------------------------------------------


def road(along_km: float, far_km: float = 20.0) -> City:
    """A road of *far_km* from south to north that passes the plant *along_km* to the east of it."""
    return ch.city(zones=((along_km, -far_km / 2.0), (along_km, far_km / 2.0)), people=10, edges=[(1, 2, 20.0)])


@pytest.mark.parametrize("along_km", [0.05, 0.3, 0.7, 1.3])
def test_a_long_road_through_a_narrow_plume_is_shut(along_km: float) -> None:
    s = draw(road(along_km), hole_mm=30.0)
    assert s.closures.edge.tolist() == [0]
    closure = s.closures
    assert closure.reason == ("gas",)
    assert closure.from_min[0] == pytest.approx(along_km / 0.18, abs=0.5 * along_km / 0.18 + 0.3)
    assert closure.to_min[0] > closure.from_min[0]
    assert s.demands.kind[int(closure.lasts_with[0])] == "leak_control"
    shut = closure.speed_factor[0]
    assert shut[VEHICLES.index("engine")] == C["gas_engine_factor"]
    assert (np.delete(shut, VEHICLES.index("engine")) == 0.0).all()


def test_roads_upwind_and_out_of_reach_stay_open() -> None:
    assert not len(draw(road(-0.3), hole_mm=30.0).closures)
    assert not len(draw(road(15.0), hole_mm=30.0).closures)
    assert not len(draw(replace(road(0.3)), hole_mm=30.0, from_deg=90.0).closures)


# ---- the wind of the hour ------------------------------------------------------------------


def test_what_opens_later_has_the_wind_of_that_hour() -> None:
    spec, city = ch.made(turns=True, hole_mm=20.0), ch.city([ch.vessel(0), ch.vessel(1), ch.vessel(2)])
    a = ch.accidents_of(spec, city)
    for vessel, minute in enumerate((0.0, 150.0, 1439.0)):
        assert break_open(a, vessel, minute, Hole(kind="hole", mm=20.0), np.inf, ALONE) is not None
    wind = a.weather.from_deg
    assert len(set(wind.tolist())) == 24
    for r in a.releases:
        at = (r.start_min + r.edges_min[:-1]) // 60.0
        np.testing.assert_array_equal(r.wind_from_deg[r.slot], wind[np.minimum(at.astype(int), 23)])
        assert r.cells.reach_mg_m3.shape[0] == len(r.wind_from_deg)


# ---- mirror image --------------------------------------------------------------------------

AROUND = ((2.0, 0.0), (2.6, 1.1), (-1.8, -0.7), (0.4, 2.2))


def mirrored(city: City) -> City:
    """*city* turned by half a turn around the place where the tanks stand."""
    v, z, r, sites = city.vessels, city.zones, city.roads, city.chemical_sites
    assert v is not None
    return replace(
        city, zones=replace(z, lon=212.0 - z.lon, lat=78.0 - z.lat),
        roads=replace(r, node_lon=212.0 - r.node_lon, node_lat=78.0 - r.node_lat),
        chemical_sites=replace(sites, lon=212.0 - sites.lon, lat=78.0 - sites.lat),
        vessels=replace(v, lon=212.0 - v.lon, lat=78.0 - v.lat),
    )


def pair(replication: int, **given_: Any) -> tuple[Scenario, Scenario]:
    """The same accident, and its image with the wind from the other side."""
    city = ch.city(zones=AROUND, sites=((0.0, 0.0), (0.5, 0.1), (-0.4, 0.6)), workers=80)
    spec = ch.made(**given_)
    turned = replace(spec, from_deg=(spec.from_deg + 180.0) % 360.0 if spec.from_deg is not None else None)
    return draw_chemical(spec, city, 1, replication), draw_chemical(turned, mirrored(city), 1, replication)


@pytest.mark.parametrize("replication", range(4))
@pytest.mark.parametrize("given_", [
    {"hole_mm": 40.0, "turns": True}, {"size": "catastrophic", "stability": "F", "wind_ms": 2.0, "from_deg": 250.0},
    {"hole_mm": 25.0, "from_deg": 10.0, "wind_ms": 1.0, "stability": "A"},
])
def test_a_mirrored_map_and_wind_give_a_mirrored_cloud(given_: dict[str, Any], replication: int) -> None:
    ours, image = pair(replication, **given_)
    a, b = ours.releases[0], image.releases[0]
    for name in ("air_kg", "pool_kg", "slot", "edges_min"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert len(a.cells.lon) == len(b.cells.lon) > 50
    np.testing.assert_allclose(a.cells.lon, 212.0 - b.cells.lon, atol=1e-9)
    np.testing.assert_allclose(a.cells.lat, 78.0 - b.cells.lat, atol=1e-9)
    np.testing.assert_allclose(a.cells.reach_mg_m3, b.cells.reach_mg_m3, rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(a.spots.zone, b.spots.zone)
    np.testing.assert_allclose(a.spots.people, b.spots.people)
    np.testing.assert_allclose(ours.fields["gas_people"], image.fields["gas_people"])
    assert len(a.exposed) == len(b.exposed)
    np.testing.assert_array_equal(a.exposed.cell, b.exposed.cell)
    np.testing.assert_array_equal(ours.casualties.zone, image.casualties.zone)
    assert ours.demands.kind == image.demands.kind
    np.testing.assert_array_equal(ours.demands.work_crew_min, image.demands.work_crew_min)
    np.testing.assert_array_equal(ours.closures.edge, image.closures.edge)
    np.testing.assert_allclose(ours.closures.from_min, image.closures.from_min)
    assert [d.people.tolist() for d in ours.dangers] == [d.people.tolist() for d in image.dangers]


def test_the_cloud_goes_with_the_wind() -> None:
    """From the west it is over the town to the east, and from nowhere else."""
    drawn = {deg: draw(hole_mm=40.0, from_deg=deg) for deg in (0.0, 90.0, 270.0)}
    found = {deg: float(s.fields["gas_people"].sum()) for deg, s in drawn.items()}
    assert found[270.0] > 500.0
    assert found[0.0] < 100.0
    assert found[90.0] < 100.0


# ---- odd inputs ----------------------------------------------------------------------------


@pytest.mark.parametrize("substance", [s for s in OTHERS if s in ("methanol", "hydrogen", "LNG")])
@pytest.mark.parametrize("hole", HOLES)
def test_what_poisons_nobody_has_no_cloud_and_harms_nobody(substance: str, hole: Hole) -> None:
    city = one(substance)
    r = release_of(hole, city)
    assert len(r.cells.lon) == len(r.spots.cell) == len(r.exposed) == 0
    assert r.toxic_n == 0.0
    a = ch.accidents_of(ch.made(), city)
    break_open(a, 0, 0.0, hole, np.inf, ALONE)
    assert not a.dangers
    assert not sum(len(part) for part in a.closures)


@pytest.mark.parametrize("substance", ["chlorine", *OTHERS])
@pytest.mark.parametrize("wind_ms", [0.5, 30.0])
@pytest.mark.parametrize("stability", ["A", "F"])
def test_every_substance_runs_in_every_wind(substance: str, wind_ms: float, stability: str) -> None:
    for hole in HOLES:
        r = release_of(hole, one(substance), wind_ms=wind_ms, stability=stability, turns=True)
        for array in quakes.arrays(r.cells).values():
            assert np.isfinite(array).all()
        if substances()[substance].boiling_k > 0.0:
            assert float(out_kg(r)[-1]) > 0.0


def test_a_horizon_shorter_than_the_release_cuts_it_off() -> None:
    r, whole = (draw(size="small", horizon_min=minutes).releases[0] for minutes in (60.0, 1440.0))
    assert r.edges_min[-1] == 60.0
    assert float(out_kg(r)[-1]) < float(out_kg(whole)[-1])
    assert draw(horizon_min=60.0, size="small").horizon_min == 60.0
    assert edges_until(60.5).tolist()[-2:] == [60.0, 60.5]
    assert edges_until(1e-6).tolist() == [0.0, 1e-6]


def test_a_plant_far_from_everybody_harms_nobody_and_still_has_to_be_closed() -> None:
    s = draw(ch.city(zones=((90.0, 0.0),), workers=0), hole_mm=40.0)
    assert len(s.releases[0].cells.lon) > 0
    assert not len(s.casualties)
    assert not s.dangers
    assert not float(s.fields["gas_people"].sum())
    assert {"leak_control", "water_curtain"} <= set(s.demands.kind)
    assert not {"cordon", "gas_monitoring", "decontamination"} & set(s.demands.kind)


def test_a_city_without_inhabitants_in_one_zone_runs() -> None:
    s = draw(ch.city(people=0, workers=0), size="catastrophic")
    assert len(s.events) == 1
    assert not len(s.casualties)


def test_with_one_zone_everything_is_in_it() -> None:
    s = draw(ch.city(zones=((0.6, 0.0),), people=20_000), hole_mm=50.0)
    assert set(s.casualties.zone.tolist()) == {0}
    assert s.fields["gas_people"].shape == (1, 1)
    assert s.loss_yuan.tolist() == [C["leak_loss_yuan"]]
    assert s.notes["loss_yuan"] == C["leak_loss_yuan"]


def test_an_accident_in_a_city_without_vessels_is_refused() -> None:
    spec: ChemicalSpec = ch.made()
    with pytest.raises(ValueError, match="no vessels"):
        draw_chemical(spec, replace(one(), vessels=None), 1, 0)


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_shipped_demands_stand_at_their_plant_in_time(name: str, replication: int) -> None:
    s, d = ch.drawn(name, replication), ch.drawn(name, replication).demands
    sites = quakes.city().chemical_sites
    assert (np.diff(d.real_min) >= 0.0).all()
    assert (d.noticed_min >= d.real_min).all()
    assert (d.real_min < s.horizon_min).all()
    assert (d.work_crew_min > 0.0).all()
    for i, place in enumerate(d.place):
        site = sites.site_id.index(place)
        assert (int(d.zone[i]), int(d.node[i])) == (int(sites.zone[site]), int(sites.node[site]))
        assert bool(d.watched[i]) == bool(sites.major_hazard[site])
