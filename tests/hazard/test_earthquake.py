"""Properties that every drawn earthquake must have."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import quakes
import tiny_world as tw

from sim.city.model import DaySlot
from sim.hazard import earthquake
from sim.hazard.buildings import (
    Damage,
    building_stock,
    damage_shares,
    further_damage,
    mean_damage,
    sample_damage,
    whole,
)
from sim.hazard.casualties import day_slot, sample_death_h
from sim.hazard.draw import draw
from sim.hazard.earthquake import occupants
from sim.hazard.ground import ground_of, median_intensity, shaking
from sim.hazard.intensity import attenuation
from sim.hazard.lifelines import road_closures
from sim.hazard.people import draw_hurt
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Outages, Scenario
from sim.hazard.source import Shock
from sim.hazard.streams import stream
from sim.hazard.tables import earthquake_coefficients

C = earthquake_coefficients()
EVERY = [(name, replication) for name in quakes.SHIPPED for replication in (0, 1, 2)]

LEADS_ON = {"fire", "leak_control", "tank_fire", "tank_cooling", "burst"}
"""Kinds of demands that others may follow from."""


def test_the_same_arguments_give_the_same_scenario_bit_for_bit() -> None:
    for name in quakes.SHIPPED:
        again = draw(quakes.spec(name), quakes.city(), 1, 0)
        first = quakes.arrays(quakes.drawn(name))
        other = quakes.arrays(again)
        assert first.keys() == other.keys()
        for where, array in first.items():
            assert array.dtype == other[where].dtype, where
            assert array.tobytes() == other[where].tobytes(), where
        assert again.notes == quakes.drawn(name).notes
        assert again.demands.kind == quakes.drawn(name).demands.kind


def test_order_and_memory_do_not_matter() -> None:
    """Drawing other replications first, or a city read anew, changes nothing."""
    fresh = quakes.read_city(quakes.REFERENCE)
    backwards = [draw(quakes.spec("m65-day"), fresh, 1, r).notes for r in (2, 1, 0)]
    assert backwards[::-1] == [quakes.drawn("m65-day", 1, r).notes for r in (0, 1, 2)]


def test_global_random_state_is_not_touched() -> None:
    before = np.random.mtrand._rand.get_state()[1].copy()
    draw(quakes.spec("m55"), quakes.city(), 3, 3)
    assert np.array_equal(before, np.random.mtrand._rand.get_state()[1])


def test_another_replication_or_seed_is_another_disaster() -> None:
    base = quakes.drawn("m65-day")
    for other in (quakes.drawn("m65-day", 1, 1), quakes.drawn("m65-day", 2, 0)):
        assert not np.array_equal(base.fields["intensity"][0], other.fields["intensity"][0])
        assert base.notes != other.notes


def test_streams_are_independent_of_each_other() -> None:
    assert stream(1, 0, "a").random() == stream(1, 0, "a").random()
    assert len({stream(s, r, n).random() for s in (1, 2) for r in (0, 1) for n in ("a", "b")}) == 8


def test_one_more_model_moves_no_other_dice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earthquake, "MODELS", ("a model of tomorrow", *earthquake.MODELS[::-1]))
    assert draw(quakes.spec("m65-day"), quakes.city(), 1, 0).notes == quakes.drawn("m65-day").notes


def test_without_aftershocks_the_mainshock_stays_the_same() -> None:
    alone = draw(replace(quakes.spec("m65-day"), aftershocks=False), quakes.city(), 1, 0)
    whole_one = quakes.drawn("m65-day")
    assert len(alone.events) == 1
    assert len(whole_one.events) > 1
    assert np.array_equal(alone.fields["intensity"][0], whole_one.fields["intensity"][0])
    first = whole_one.casualties.event == 0
    assert np.array_equal(alone.casualties.trapped_death_min, whole_one.casualties.trapped_death_min[first])
    assert alone.damage[:, 4:].sum() <= whole_one.damage[:, 4:].sum() + 1e-9


def test_a_change_of_fires_leaves_people_alone() -> None:
    c = C.with_overrides({"ignition_winter": 2.0, "ignition_dispersion": 3.0}, "test")
    other = draw(replace(quakes.spec("m65-day"), coefficients=c), quakes.city(), 1, 0)
    base = quakes.drawn("m65-day")
    assert np.array_equal(other.casualties.trapped_death_min, base.casualties.trapped_death_min)
    assert other.demands.kind.count("fire") != base.demands.kind.count("fire")


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_a_scenario_hangs_together(name: str, replication: int) -> None:
    s = quakes.drawn(name, 1, replication)
    d, k = s.demands, s.casualties
    n = len(d)
    assert np.all(np.diff(d.real_min) >= 0)
    assert np.all(d.real_min < s.horizon_min)
    assert np.all(d.noticed_min >= d.real_min)
    assert np.all(d.work_crew_min > 0)
    assert np.all(d.max_crews >= 1)
    assert np.all(d.parent < np.arange(n))
    children = d.parent >= 0
    assert np.all(d.real_min[d.parent[children]] <= d.real_min[children])
    assert all(d.kind[p] in LEADS_ON for p in d.parent[children])
    assert np.all((d.event >= 0) & (d.event < len(s.events)))
    starts = np.array([e.start_min for e in s.events])
    shocks = sum(e.kind == "earthquake" for e in s.events)
    assert np.all(np.diff(starts[:shocks]) > 0)
    assert np.all(d.real_min >= starts[d.event])
    assert [e.parent for e in s.events[:shocks]] == [-1] + [0] * (shocks - 1)
    assert all(0 <= e.parent < i for i, e in enumerate(s.events) if i)
    for draws, shape in (("report", (n, 4)), ("access", (n,)), ("scout", (len(quakes.city().zones),))):
        assert s.draws[draws].shape == shape
    _check_casualties(s)
    _check_links(s)
    assert set(k.zone) <= set(range(len(quakes.city().zones)))


def _check_casualties(s: Scenario) -> None:
    d, k = s.demands, s.casualties
    trapped = k.entrapment > 0
    assert np.array_equal(trapped, k.demand >= 0)
    blocks = k.demand[trapped][np.r_[True, np.diff(k.demand[trapped]) != 0]] if trapped.any() else k.demand[:0]
    assert len(blocks) == len(set(blocks.tolist())), "rows of a demand must stand together"
    rescue = np.array([kind.startswith("rescue") for kind in d.kind], dtype=bool)
    assert set(blocks.tolist()) == set(np.flatnonzero(rescue).tolist())
    people = np.bincount(k.demand[trapped], minlength=len(d))
    work = np.bincount(k.demand[trapped], weights=k.work_crew_min[trapped], minlength=len(d))
    assert np.array_equal(people[rescue], d.quantity[rescue])
    assert work[rescue] == pytest.approx(d.work_crew_min[rescue], rel=1e-12)
    stage = {"rescue_light": {1, 2}, "rescue_void": {3}, "rescue_entombed": {4}}
    for demand, entrapment in zip(k.demand[trapped].tolist(), k.entrapment[trapped].tolist(), strict=True):
        assert entrapment in stage[d.kind[demand]]
    assert np.array_equal(k.zone[trapped], d.zone[k.demand[trapped]])
    assert np.array_equal(k.event[trapped], d.event[k.demand[trapped]])
    assert np.all(k.trapped_death_min[trapped] > k.real_min[trapped])
    assert np.all(np.isinf(k.trapped_death_min[~trapped]))
    assert np.all(k.severity[~trapped] >= 2)
    assert np.all(np.isfinite(k.worsens_after_min) == (k.severity == 2))
    assert np.all(k.avoid_draw[k.event == 0] == 1.0)
    of_shocks = np.array([e.kind == "earthquake" for e in s.events])[k.event]
    assert np.all(k.avoid_draw[of_shocks & (k.event > 0)] < 1.0)
    assert s.notes["buried_alive"] == trapped.sum()


def _check_links(s: Scenario) -> None:
    d = s.demands
    for column, table in ((d.closure, s.closures), (d.outage, s.outages)):
        used = column[column >= 0]
        assert len(set(used.tolist())) == len(used)
        assert np.all(used < len(table))
    for i, kind in enumerate(d.kind):
        assert (d.closure[i] >= 0) == (kind == "road_opening")
        assert (d.outage[i] >= 0) == (kind in ("comms_repair", "power_repair"))
        if d.closure[i] >= 0:
            assert d.place[i] == quakes.city().roads.edge_id[s.closures.edge[d.closure[i]]]
            assert s.closures.reason[d.closure[i]] != "bridge"
            assert s.closures.from_min[d.closure[i]] == d.real_min[i]
        if d.outage[i] >= 0:
            assert s.outages.zone[d.outage[i]] == d.zone[i]
            assert s.outages.from_min[d.outage[i]] == d.real_min[i]
            assert s.outages.kind[d.outage[i]] == {"comms": "communication", "power": "power"}[kind.split("_")[0]]
    assert np.all(s.outages.to_min > s.outages.from_min)
    assert np.all((s.closures.speed_factor >= 0) & (s.closures.speed_factor <= 1))
    assert np.all(s.closures.speed_factor.min(axis=1) < 1)


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_people_and_houses_are_conserved(name: str, replication: int) -> None:
    s, z = quakes.drawn(name, 1, replication), quakes.city().zones
    hurt = s.dead_at_once + s.slightly_injured + np.bincount(s.casualties.zone, minlength=len(z))
    assert np.all(hurt <= z.people)
    displaced = np.bincount(s.displaced.zone, weights=s.displaced.people, minlength=len(z))
    assert np.all(displaced <= z.people)
    assert s.damage.sum(axis=1) == pytest.approx(z.households.astype(float), rel=1e-9)
    assert np.all(s.damage >= 0)
    assert np.all(s.campers <= z.people)
    whole_value = z.households * C["household_m2"] * C["yuan_per_m2"] * (1 + C["loss_beyond_homes"])
    assert np.all((s.loss_yuan >= 0) & (s.loss_yuan <= whole_value * (1 + 1e-9)))


def test_every_array_is_read_only() -> None:
    for where, array in quakes.arrays(quakes.drawn("m80-1739-night")).items():
        assert not array.flags.writeable, where


def test_outages_of_one_line_do_not_overlap() -> None:
    spells: dict[tuple[int, str], list[tuple[float, float]]] = {}
    o = quakes.drawn("m80-1739-night").outages
    for zone, kind, start, end in zip(o.zone.tolist(), o.kind, o.from_min.tolist(), o.to_min.tolist(), strict=True):
        spells.setdefault((zone, kind), []).append((start, end))
    assert max(len(spell) for spell in spells.values()) > 1
    for spell in spells.values():
        spell.sort()
        assert all(a[1] < b[0] for a, b in pairwise(spell))


# ---- direction -----------------------------------------------------------------------------


def mean_note(name: str, note: str, n: int = 25, **changes: object) -> float:
    changed = replace(quakes.spec(name), aftershocks=False, **changes)  # type: ignore[arg-type]
    return float(np.mean([draw(changed, quakes.city(), 5, r).notes[note] for r in range(n)]))


def test_a_larger_magnitude_is_worse_in_everything() -> None:
    for note in ("dead_at_once", "buried_alive", "collapsed_dwellings", "displaced", "loss_yuan"):
        values = [mean_note("m65-day", note, magnitude=m) for m in (5.5, 6.2, 6.9, 7.6)]
        assert values == sorted(values), note
        assert values[-1] > 5 * values[0], note


def test_night_is_worse_than_day_for_people_but_not_for_houses() -> None:
    day, night = (mean_note("m65-day", "buried_alive", hour=h) for h in (10.0, 2.0))
    assert night > 1.2 * day
    houses = [mean_note("m65-day", "collapsed_dwellings", hour=h) for h in (10.0, 2.0)]
    assert houses[0] == houses[1]


def test_weaker_buildings_bury_more() -> None:
    soft = C.with_overrides({"stock_shift_v": 0.0}, "test")
    assert mean_note("m65-day", "buried_alive", coefficients=soft) > 1.5 * mean_note("m65-day", "buried_alive")


def test_occupants_by_hour_and_building() -> None:
    city = quakes.city()
    stock = building_stock(city, C)
    names = list(stock.names)
    night = occupants(city, stock, 2.0, False, C)
    day = occupants(city, stock, 10.0, False, C)
    for indoors in (night, day, occupants(city, stock, 15.0, True, C)):
        assert np.all(indoors >= 0)
        assert np.all(indoors.sum(axis=1) <= city.zones.people + 1e-6)
    slot = day_slot(city, 2.0, weekend=False)
    urban = city.zones.people_rural == 0
    assert night[urban].sum(axis=1) == pytest.approx(city.zones.people[urban] * (slot.home + slot.work + slot.school))
    for home in ("adobe", "brick_wood", "brick_plain"):
        assert night[:, names.index(home)].sum() > day[:, names.index(home)].sum(), home
    for work in ("steel", "rc_frame"):
        assert day[:, names.index(work)].sum() > night[:, names.index(work)].sum(), work
    assert stock.home_share.sum(axis=1) == pytest.approx(1.0)


def test_field_work_is_out_of_doors() -> None:
    city = quakes.city()
    stock = building_stock(city, C)
    rural = city.zones.people_urban == 0
    day = occupants(city, stock, 10.0, False, C)[rural].sum(axis=1) / city.zones.people[rural]
    slot = day_slot(city, 10.0, weekend=False)
    assert day == pytest.approx(slot.home + slot.school + 0.5 * slot.work)


def test_day_slots_cover_hours_that_no_slot_names() -> None:
    def slot(name: str, weekend: bool, hours: tuple[int, int]) -> DaySlot:
        return DaySlot(
            slot=name, weekend=weekend, from_hour=hours[0], to_hour=hours[1], home=1, work=0, school=0, road_outdoor=0
        )

    city = replace(tw.city(), day_slots=(slot("day", False, (8, 18)), slot("night", True, (0, 24))))
    assert day_slot(city, 34.5, weekend=False).slot == "day"
    assert day_slot(city, 12.0, weekend=True).slot == "night"
    assert day_slot(city, 20.0, weekend=False).slot == "night"


# ---- parts ---------------------------------------------------------------------------------


def flat(states: list[float]) -> Damage:
    """One zone, every class in the same state."""
    stock = building_stock(quakes.city(), C)
    table = np.broadcast_to(np.array(states), (*stock.dwellings.shape, 6)).copy()
    return replace(whole(stock), states=table, expected=table)


def test_damage_drawn_keeps_its_mean_and_varies() -> None:
    rng = np.random.default_rng(3)
    shares = damage_shares(np.full((2000, 1), 2.0))
    drawn = sample_damage(shares, np.full((2000, 1), 500.0), C["spread_sample"], rng)
    assert drawn.sum(axis=-1) == pytest.approx(1.0)
    assert drawn.mean(axis=(0, 1)) == pytest.approx(shares[0, 0], abs=0.01)
    p = shares[0, 0, 2]
    expected = p * (1 - p) * (1 / 500 + (1 - 1 / 500) / (C["spread_sample"] + 1))
    assert drawn[..., 2].var() == pytest.approx(expected, rel=0.15)


def test_a_weaker_shock_adds_nothing_and_an_equal_one_a_little() -> None:
    stock = building_stock(quakes.city(), C)
    strong = np.full(len(stock.v), 8.0)
    expected = damage_shares(mean_damage(strong[:, None], stock.v, C["macroseismic_q"]))
    before = replace(whole(stock), states=expected, expected=expected)
    after_weak = further_damage(before, strong - 2.0, stock, C)
    assert after_weak.states == pytest.approx(expected, abs=1e-12)
    assert after_weak.d4.max() == pytest.approx(0.0, abs=1e-12)
    again = further_damage(before, strong, stock, C)
    fallen = again.states[..., 4:].sum(axis=-1), expected[..., 4:].sum(axis=-1)
    assert np.all(fallen[0] > fallen[1])
    assert np.all(fallen[0] - fallen[1] < expected[..., 3]), "only part of the severely damaged falls"
    worse = further_damage(before, strong + 1.0, stock, C)
    alone = damage_shares(mean_damage(strong[:, None] + 1.0, stock.v, C["macroseismic_q"]))
    assert np.all(worse.states[..., 4:].sum(axis=-1) >= alone[..., 4:].sum(axis=-1) - 1e-12)


def test_further_damage_conserves_buildings_and_never_mends() -> None:
    stock = building_stock(quakes.city(), C)
    damage = flat([0.3, 0.25, 0.2, 0.15, 0.07, 0.03])
    for intensity in (5.0, 7.0, 9.0, 11.0):
        after = further_damage(damage, np.full(len(stock.v), intensity), stock, C)
        assert after.states.sum(axis=-1) == pytest.approx(1.0)
        assert np.all(np.cumsum(after.states, axis=-1) <= np.cumsum(damage.states, axis=-1) + 1e-12)
        stood = damage.states[..., :4].sum(axis=-1)
        assert stood * (1 - after.d4 - after.d5) == pytest.approx(after.states[..., :4].sum(axis=-1))


def test_injured_and_buried_follow_their_rates() -> None:
    """One zone, 100,000 people in plain brick: D4 of 20 %, D5 of 10 %, at intensity IX."""
    stock = building_stock(quakes.city(), C)
    n, k = stock.dwellings.shape
    plain = stock.names.index("brick_plain")
    people, d4, d5 = np.zeros((n, k)), np.zeros((n, k)), np.zeros((n, k))
    people[0, plain], d4[0, plain], d5[0, plain] = 1e5, 0.2, 0.1
    light = np.zeros((n, k, 3))
    light[0, plain] = (0.3, 0.2, 0.1)
    hurt = draw_hurt(people, light, d4, d5, np.full(n, 9.0), stock, C, np.random.default_rng(1))
    buried = 1e5 * 0.6 * (0.1 + 0.25 * 0.2)
    alive = (hurt.entrapment > 0).sum()
    assert alive == pytest.approx(0.8 * buried, rel=0.03)
    shares = np.bincount(hurt.entrapment[hurt.entrapment > 0], minlength=5)[1:] / alive
    assert shares == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.015)
    beside = 1e5 * 0.3 - buried
    exposed = 1e5 * 0.7 * np.array([0.3, 0.2, 0.1])
    assert hurt.slight[0] == pytest.approx(exposed @ [0.0005, 0.0035, 0.02] + 0.1 * beside, rel=0.05)
    serious = ((hurt.severity == 2) & (hurt.entrapment == 0)).sum()
    assert serious == pytest.approx(exposed @ [0, 0.0004, 0.002] + 0.02 * beside, rel=0.1)
    assert hurt.dead_at_once[0] == pytest.approx(0.2 * buried, rel=0.05)
    assert hurt.dead_at_once[1:].sum() == 0
    assert set(hurt.zone.tolist()) == {0}


def test_shaking_has_the_stated_spread_and_neighbours_are_alike() -> None:
    city = quakes.city()
    ground = ground_of(city, C)
    shock = Shock(minute=0.0, magnitude=6.5, lon=106.4, lat=38.9, strike_deg=25.0)
    median = median_intensity([shock], ground, attenuation())[0]
    rng = np.random.default_rng(2)
    n = len(city.zones)
    residual = np.array([shaking(median, ground, C, rng)[0] - median[:n] - ground.site for _ in range(4000)])
    assert residual.mean() == pytest.approx(0.0, abs=0.03)
    assert residual.std(axis=0).mean() == pytest.approx(np.hypot(0.35, 0.47), rel=0.03)
    assert residual.std(axis=0).mean() == pytest.approx(attenuation().sigma, rel=0.03)
    near, far = city.zones.code.index("640202002"), city.zones.code.index("640221205")
    same = city.zones.code.index("640202003")
    related = np.corrcoef(residual.T)
    assert related[near, same] > 0.85
    assert related[near, far] < 0.5


def test_rows_are_laid_down_by_time_and_cut_at_the_horizon() -> None:
    rows, rng = DemandRows(), np.random.default_rng(1)
    common = {"node": 0, "event": 0, "work_crew_min": 1.0}
    late = rows.add("fire", rng, zone=np.array([0, 1]), real_min=np.array([50.0, 10.0]), noticed_min=50.0, **common)
    child = rows.add("fire", rng, zone=np.array([0, 1]), real_min=np.array([99.0, 20.0]), noticed_min=99.0, parent=late,
                     **common)
    none = rows.add("fire", rng, zone=np.array([], dtype=int), real_min=0.0, noticed_min=0.0, **common)
    demands, number, draws = rows.lay_down(99.0)
    assert len(none) == 0
    assert demands.real_min.tolist() == [10.0, 20.0, 50.0]
    assert number.tolist() == [2, 0, -1, 1]
    assert demands.parent.tolist() == [-1, 0, -1]
    assert demands.parent[number[child[1]]] == number[late[1]]
    assert draws["report"].shape == (3, 4)
    empty, _, no_draws = DemandRows().lay_down(10.0)
    assert len(empty) == 0
    assert no_draws["report"].shape == (0, 4)


def test_cold_nights_shorten_the_life_of_the_trapped() -> None:
    u, severity = np.full(3, 0.5), np.array([1, 2, 3])
    brick = np.zeros(3, dtype=bool)
    mild, cold = (sample_death_h(u, severity, brick, C, t) for t in (5.0, -8.0))
    assert cold == pytest.approx(0.6 * mild), "the nights of a month of -8 degrees are below -10"
    assert np.all(np.diff(mild) < 0)
    hot = sample_death_h(u, severity, brick, C, 27.0)
    assert hot == pytest.approx(0.6 * mild)
    assert sample_death_h(u, severity, ~brick, C, 5.0) == pytest.approx([6.3 * np.log(2) ** 1.25] * 3)


def test_a_bridge_never_opens_a_road_that_is_shut_for_another_reason() -> None:
    city = quakes.city()
    ground = ground_of(city, C)
    for seed in range(40):
        closures, opening = road_closures(
            city, ground, np.full(len(city.roads.edge_id), 10.5), np.zeros(len(city.zones)), 0.0, C,
            np.random.default_rng(seed),
        )
        on_bridge = city.roads.is_bridge[closures.edge]
        for i in np.flatnonzero(on_bridge):
            assert closures.speed_factor[i, 0] <= 0.5
            if opening[i] == "deformation":
                assert closures.speed_factor[i, 0] == C["deformation_factor"]


def test_a_city_without_faults_or_mountains_still_shakes() -> None:
    bare = replace(quakes.city(), faults=())
    s = draw(quakes.spec("random"), bare, 1, 3)
    assert s.notes["magnitude"] >= 5.5
    z = bare.zones
    assert z.lon.min() <= s.notes["lon"] <= z.lon.max()
    assert z.lat.min() <= s.notes["lat"] <= z.lat.max()


def test_an_earthquake_that_nobody_notices_is_an_empty_but_sound_scenario() -> None:
    far = replace(quakes.spec("m55"), magnitude=4.5, lon=108.5, lat=38.9)
    s = draw(far, quakes.city(), 1, 0)
    assert len(s.casualties) == 0
    assert s.notes["displaced"] < 200
    assert s.dangers == ()
    _check_links(s)


def test_large_earthquakes_happen_on_the_largest_fault_only() -> None:
    spec = replace(quakes.spec("random"), magnitude=7.2)
    trace = np.array(quakes.city().faults[0].trace)
    for r in range(20):
        shock = earthquake.draw_mainshock(spec, quakes.city(), 9, r)
        a, b = trace[:-1], trace[1:]
        p = np.array([shock.lon, shock.lat])
        t = np.clip(((p - a) * (b - a)).sum(axis=1) / ((b - a) ** 2).sum(axis=1), 0, 1)
        assert np.hypot(*(a + t[:, None] * (b - a) - p).T).min() < 1e-6


def test_sources_are_shared_as_stated() -> None:
    spec = replace(quakes.spec("random"), magnitude=6.0)
    on_first = [0, 0]
    for i, fault in enumerate((0, 3)):
        trace = np.array(quakes.city().faults[fault].trace)
        for r in range(400):
            shock = earthquake.draw_mainshock(spec, quakes.city(), 4, r)
            a, b = trace[:-1], trace[1:]
            p = np.array([shock.lon, shock.lat])
            t = np.clip(((p - a) * (b - a)).sum(axis=1) / ((b - a) ** 2).sum(axis=1), 0, 1)
            on_first[i] += int(np.hypot(*(a + t[:, None] * (b - a) - p).T).min() < 1e-6)
    assert on_first[0] / 400 == pytest.approx(0.6, abs=0.1)
    assert on_first[1] / 400 == pytest.approx(0.2, abs=0.08)


def test_aftershocks_are_smaller_later_and_felt() -> None:
    counts = []
    for r in range(30):
        main = earthquake.draw_mainshock(quakes.spec("m65-day"), quakes.city(), 1, r)
        after = earthquake.draw_aftershocks(quakes.spec("m65-day"), main, quakes.city(), 1, r)
        counts.append(len(after))
        assert all(4.5 <= shock.magnitude <= 6.3 for shock in after)
        assert all(1.0 < shock.minute < 7200.0 for shock in after)
    assert 2.0 < np.mean(counts) < 7.0


def test_outage_records_have_integer_zones() -> None:
    assert isinstance(quakes.drawn("m55").outages, Outages)
    assert quakes.drawn("m55").outages.zone.dtype == np.int64
