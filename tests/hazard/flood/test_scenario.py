"""Properties that every drawn flood must have, and hand-computed pieces of its consequences."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import floods
import numpy as np
import pytest
import quakes

from sim.common.errors import InputError
from sim.hazard.draw import draw
from sim.hazard.flood.alarm import event_of_zones
from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.flooded_roads import MARKS_M, WetRoads, factors, limits_m, water_closures
from sim.hazard.flood.ground import ground_of
from sim.hazard.flood.held import dry_zones, held_of
from sim.hazard.flood.homes import dwellings_by_state
from sim.hazard.flood.loss import house_loss_yuan
from sim.hazard.flood.rescue import sites_of, waterside_nodes
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.flood.victims import BOAT, SWIFT, Victims, joined
from sim.hazard.flood.wet import wet_of
from sim.hazard.read import read_hazard
from sim.hazard.saved import load_scenario, save_scenario
from sim.hazard.scenario import VEHICLES, Scenario
from sim.measure.measures import measure
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.read_plan import read_plan
from sim.response.log import DIED_IN_CARE, OUTCOMES, PREVENTED, SPARED
from sim.response.respond import respond

C = flood_coefficients()
SHIPPED = ("dawukou-50y-night", "storm-2018-07-22", "yellow-river-20y", "ice-jam-february", "flash-random")
EVERY = [(name, replication) for name in (*SHIPPED, "river-100y") for replication in (0, 1, 2)]


@cache
def drawn(name: str, replication: int = 0) -> Scenario:
    return draw(floods.spec(name), quakes.city(), 1, replication)


@cache
def layouts():
    city = quakes.city()
    plan = read_plan(city)
    ledger = read_ledger(city, plan)
    folder = quakes.ROOT / "experiments" / "layouts"
    return plan, {name: read_layout(folder / f"{name}.yaml", city, plan, ledger) for name in ("current", "flood-ready")}


@cache
def played(name: str, replication: int, layout: str):
    plan, known = layouts()
    return respond(quakes.city(), plan, known[layout], drawn(name, replication))


# ---- every flood ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_the_same_arguments_give_the_same_flood_bit_for_bit(name):
    again = draw(floods.spec(name), quakes.read_city(quakes.REFERENCE), 1, 0)
    first, other = quakes.arrays(drawn(name)), quakes.arrays(again)
    assert first.keys() == other.keys()
    for where, array in first.items():
        assert array.dtype == other[where].dtype, where
        assert array.tobytes() == other[where].tobytes(), where
    assert again.notes == drawn(name).notes
    assert (again.demands.kind, again.demands.place) == (drawn(name).demands.kind, drawn(name).demands.place)
    assert (again.events, again.alerts) == (drawn(name).events, drawn(name).alerts)


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_demands_are_whole(name, replication):
    s, city = drawn(name, replication), quakes.city()
    d = s.demands
    n = len(d)
    assert (np.diff(d.real_min) >= 0).all()
    assert ((d.real_min >= 0) & (d.real_min < s.horizon_min)).all()
    assert (d.noticed_min >= d.real_min).all()
    assert np.isfinite(d.noticed_min).all()
    assert (d.work_crew_min > 0).all()
    assert (d.max_crews >= 1).all()
    children = np.flatnonzero(d.parent >= 0)
    assert (d.parent[children] < children).all()
    assert all(d.kind[p] == "dyke_work" for p in d.parent[children])
    assert set(d.kind) <= set(layouts()[0].kinds)
    assert ((d.event >= 0) & (d.event < len(s.events))).all()
    assert ((d.node >= 0) & (d.node < len(city.roads.node_id))).all()
    assert s.draws["report"].shape == (n, 4)
    assert s.draws["access"].shape == (n,)
    assert s.draws["scout"].shape == (len(city.zones),)


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_victims_stand_together_and_their_work_sums(name, replication):
    s = drawn(name, replication)
    k, d = s.casualties, s.demands
    trapped = np.flatnonzero(k.demand >= 0)
    owner = k.demand[trapped]
    assert (np.diff(trapped) == 1).all()
    rescues = [i for i, kind in enumerate(d.kind) if kind.endswith("_rescue") or kind.startswith("rescue_")]
    runs = 1 + np.count_nonzero(np.diff(owner)) if len(owner) else 0
    assert np.unique(owner).tolist() == rescues
    assert runs == len(rescues)
    for demand in np.unique(owner):
        rows = trapped[owner == demand]
        assert k.work_crew_min[rows].sum() == pytest.approx(d.work_crew_min[demand])
        assert len(rows) == d.quantity[demand]
        assert (k.zone[rows] == d.zone[demand]).all()
        assert (k.event[rows] == d.event[demand]).all()
        assert (k.real_min[rows] == d.real_min[demand]).all()
    assert (k.entrapment[trapped] > 0).all()
    free = k.demand < 0
    assert (k.entrapment[free] == 0).all()
    assert (k.work_crew_min[free] == 0).all()
    assert np.isinf(k.trapped_death_min[free]).all()
    assert (k.trapped_death_min >= k.real_min).all()


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_everybody_in_trouble_could_have_left(name, replication):
    """Whoever is hurt stands in a danger of the same event and zone that strikes before, and may be spared."""
    s = drawn(name, replication)
    k = s.casualties
    assert not s.dead_at_once.any()
    assert ((k.avoid_draw >= 0) & (k.avoid_draw < 1)).all()
    strikes = {(d.event, int(d.zones[0])): d.strike_min for d in s.dangers}
    assert len(strikes) == len(s.dangers)
    for event, zone, minute in zip(k.event.tolist(), k.zone.tolist(), k.real_min.tolist(), strict=True):
        assert strikes[event, zone] <= minute
    for danger in s.dangers:
        assert danger.evacuate
        assert danger.deadline_min == danger.strike_min
        assert 0.0 <= danger.issue_from_min <= danger.strike_min < s.horizon_min


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_no_more_people_than_there_are(name, replication):
    s, z = drawn(name, replication), quakes.city().zones
    danger = np.zeros(len(z))
    for d in s.dangers:
        danger[d.zones] += d.people
    hurt = np.bincount(s.casualties.zone, minlength=len(z))
    # Water of class H3 may be shallower than what counts as danger only where it runs fast.
    assert (hurt <= danger).all()
    assert (danger <= z.people + 50).all()
    assert (np.bincount(s.displaced.zone, weights=s.displaced.people, minlength=len(z)) <= z.people).all()
    assert s.damage.sum(axis=1) == pytest.approx(z.households)
    assert (s.damage >= -1e-9).all()


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_nobody_dies_below_half_a_metre(name, replication):
    s = drawn(name, replication)
    deep = draw_water(floods.spec(name), quakes.city(), 1, replication)
    k = s.casualties
    doomed = np.isfinite(k.trapped_death_min)
    ground = ground_of(quakes.city(), floods.water(), C)
    roads = np.zeros(len(quakes.city().zones))
    np.maximum.at(roads, ground.edge_zone, deep.road_depth_m.max(axis=0))
    gullies = {zones[0] for i, zones in enumerate(floods.water().gullies.zones) if deep.discharge_m3s[:, i].any()}
    for zone in np.unique(k.zone[doomed]).tolist():
        assert max(deep.deepest_m()[zone].max(), roads[zone]) >= 0.5 or zone in gullies


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_what_a_wall_prevents_points_to_its_demand(name, replication):
    s = drawn(name, replication)
    dykes = {i for i, kind in enumerate(s.demands.kind) if kind == "dyke_work"}
    for column in (s.closures.prevented_by, s.displaced.prevented_by):
        assert set(column[column >= 0].tolist()) <= dykes
    assert {f.prevented_by for f in s.facilities if f.prevented_by >= 0} <= dykes
    assert {a.demand for a in s.avoidable} <= dykes
    saved = np.zeros(len(s.loss_yuan))
    for loss in s.avoidable:
        assert loss.loss_yuan > 0
        assert s.demands.real_min[loss.demand] <= loss.by_min
        saved[loss.zone] += loss.loss_yuan
    assert (saved <= s.loss_yuan * (1 + 1e-9)).all()


@pytest.mark.parametrize(("name", "replication"), EVERY)
def test_roads_close_in_few_rows(name, replication):
    s = drawn(name, replication)
    c = s.closures
    water = np.array([reason == "water" for reason in c.reason], dtype=bool)
    assert np.bincount(c.edge[water], minlength=1).max(initial=0) <= 4
    assert (c.from_min < c.to_min).all()
    assert ((c.speed_factor >= 0) & (c.speed_factor <= 1)).all()
    assert set(c.reason) <= {"water", "debris"}
    boat = VEHICLES.index("boat")
    assert (c.speed_factor[water, boat] > 0).all()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_saved_flood_is_the_same_flood(name, tmp_path):
    city = quakes.city()
    save_scenario(drawn(name), city, tmp_path / "kept")
    again = load_scenario(tmp_path / "kept", city)
    first, other = quakes.arrays(drawn(name)), quakes.arrays(again)
    for where, array in first.items():
        assert np.array_equal(array, other[where]), where
    assert (again.facilities, again.avoidable, again.alerts) == (
        drawn(name).facilities, drawn(name).avoidable, drawn(name).alerts
    )


def test_more_rain_never_puts_fewer_people_in_danger():
    for replication in (0, 1):
        before = 0.0
        for total in (60.0, 110.0, 160.0, 220.0, 300.0):
            spec = floods.made("flash", total_mm=total, lon=106.2, lat=38.98, speed_kmh=4.0, towards_deg=25.0,
                               area_km2=300.0, month=7, hour=21.0, weekend=False)
            people = draw(spec, quakes.city(), 1, replication).notes["people_in_danger"]
            assert people >= before
            before = people
        assert before > 1000


def test_only_the_key_hazard_decides_who_reads_the_file(tmp_path):
    path = tmp_path / "what.yaml"
    path.write_text("id: x\nhazard: volcano\nname: {zh: 火山, en: Volcano}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_hazard(path, quakes.city())
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.column, problem.value) == ("hazard_kind", 2, "hazard", "volcano")
    path.write_text("id: x\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_hazard(path, quakes.city())
    assert [(p.code, p.column) for p in caught.value.problems] == [("key_missing", "hazard")]
    assert read_hazard(floods.FOLDER / "flash-random.yaml", quakes.city()).kind == "flash"


# ---- the pieces, by hand -------------------------------------------------------------------


def test_vehicles_stop_one_after_the_other():
    at = dict(zip(VEHICLES, limits_m().tolist(), strict=True))
    assert at == {"engine": 0.7, "truck": 0.5, "ambulance": 0.4, "boat": np.inf, "car": 0.3, "high_truck": 1.0}
    shallow = factors(0.1, 0.2, 60.0, C)
    # 0.15 m: 0.0009 x 150^2 - 0.5529 x 150 + 86.9448 = 24.26 km/h.
    assert shallow == pytest.approx(np.full(6, 24.2598 / 60.0), rel=1e-3)
    passes = factors(0.3, 0.5, 60.0, C) > 0
    assert [v for v, free in zip(VEHICLES, passes, strict=True) if free] == ["engine", "truck", "boat", "high_truck"]
    deep = factors(0.7, 1.4, 60.0, C)
    assert deep == pytest.approx([0, 0, 0, C["road_boat_kmh"] / 60.0, 0, 0])


def test_a_road_under_a_wave_has_nested_spans():
    city = quakes.city()
    depth = np.zeros((12, len(city.roads.edge_id)))
    depth[:, 3] = [0, 0.05, 0.2, 0.4, 0.6, 0.6, 0.4, 0.2, 0.12, 0, 0, 0]
    roads = WetRoads(depth_m=depth, step_min=np.arange(1, 13) * 60.0, ford=np.zeros(0, dtype=np.int64),
                     detour=np.zeros(depth.shape[1], dtype=bool))
    c = water_closures(roads, city, np.full(depth.shape[1], 7), C)
    assert c.edge.tolist() == [3, 3, 3]
    assert c.from_min.tolist() == [120.0, 180.0, 240.0]
    assert c.to_min.tolist() == [600.0, 480.0, 420.0]
    assert c.prevented_by.tolist() == [7, 7, 7]
    engine, truck, car = (VEHICLES.index(name) for name in ("engine", "truck", "car"))
    assert (c.speed_factor[:, engine] > 0).all()
    assert (c.speed_factor[:, truck] > 0).tolist() == [True, True, False]
    assert (c.speed_factor[:, car] > 0).tolist() == [True, False, False]
    around = water_closures(replace(roads, detour=~roads.detour), city, np.full(depth.shape[1], -1), C)
    assert len(around) == 2
    assert (around.speed_factor[1] == C["detour_factor"]).all()
    assert MARKS_M == (0.3, 0.5, 0.7)


def _victims(zone, minute, way, group=None, dies=None, wall=None) -> Victims:
    n = len(zone)
    none = [-1] * n
    return Victims(
        zone=np.array(zone), minute=np.array(minute, dtype=float), way=np.array(way), severity=np.ones(n, dtype=int),
        dies_min=np.array(dies or [np.inf] * n), wall=np.array(wall or none), group=np.array(group or none),
        edge=np.array(none),
    )


def test_sites_hold_who_is_near_each_other():
    people = _victims([2] * 30 + [5, 5, 5], [*list(range(30)), 1, 1, 9], [BOAT] * 30 + [SWIFT] * 3,
                      [-1] * 30 + [0, 0, 1])
    order, site = sites_of(people, C)
    assert order.tolist() == [30, 31, 32, *range(30)]
    assert site.tolist() == [0, 0, 1, *[2] * 15, *[3] * 15]
    walled = _victims([2, 2, 2], [1, 2, 3], [BOAT] * 3, wall=[-1, 0, -1])
    assert sites_of(walled, C)[1].tolist() == [0, 0, 1]
    assert sites_of(walled, C)[0].tolist() == [0, 2, 1]


def test_groups_of_two_models_stay_apart():
    one = _victims([1, 1], [0, 0], [SWIFT] * 2, [0, 1])
    assert joined([one, one]).group.tolist() == [0, 1, 2, 3]


def test_an_embankment_floods_only_what_is_reached_after_it_gives_way():
    flood = floods.flood("storm-2018-07-22")
    event = event_of_zones(flood, flood.breaches, len(quakes.city().zones))
    for zone in np.flatnonzero(event).tolist():
        breach = flood.breaches[event[zone] - 1]
        assert zone in breach.zones
        assert min(breach.overtopped_min, breach.torn_min) <= flood.arrival_min[zone]
    assert event.any()


def test_a_held_dyke_keeps_its_zone_dry_but_not_the_floodplain():
    city, water = quakes.city(), floods.water()
    ground = ground_of(city, water, C)
    flood = next(f for f in (floods.flood("ice-1968", r) for r in range(20)) if f.walls)
    wet = wet_of(flood, city, ground, C)
    held = held_of(flood, wet)
    dry = dry_zones(held, wet, ground, len(city.zones), C)
    zone = int(flood.walls[0].zones[0])
    assert dry[zone] == 0
    j = int(np.searchsorted(wet.zones, zone))
    spared = held.spared_by(0.5, wet)
    assert (spared[j] >= 0).any()
    plain = round(float(water.floodplains.people_share[water.floodplains.zone == zone].max(initial=0.0)) * 20)
    if plain:
        assert spared[j, 0] == -1


def test_crews_launch_their_boats_where_they_can_drive():
    city = quakes.city()
    dry = np.zeros((2, len(city.roads.edge_id)))
    roads = WetRoads(depth_m=dry, step_min=np.array([60.0, 120.0]), ford=np.zeros(0, dtype=np.int64),
                     detour=np.zeros(dry.shape[1], dtype=bool))
    assert waterside_nodes(roads, city, C).tolist() == city.zones.node.tolist()
    zone = 28
    node = int(city.zones.node[zone])
    flooded = dry.copy()
    flooded[:, (city.roads.u == node) | (city.roads.v == node)] = 2.0
    found = waterside_nodes(replace(roads, depth_m=flooded), city, C)
    assert found[zone] != node
    assert (np.delete(found, zone) == np.delete(city.zones.node, zone)).all()


def test_dwellings_by_depth_and_loss_agree_in_order():
    city = quakes.city()
    flood = floods.flood("storm-2018-07-22")
    wet = wet_of(flood, city, ground_of(city, floods.water(), C), C)
    states = dwellings_by_state(wet, city, C)
    lost = house_loss_yuan(flood, city, C)
    assert states[:, 1:].sum() > 0
    assert (lost[states[:, 2:].sum(axis=1) > 0] > 0).all()


# ---- played --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("layout", ["current", "flood-ready"])
def test_the_response_plays_a_flood(name, layout):
    for replication in (0, 1, 2):
        s, log = drawn(name, replication), played(name, replication, layout)
        counts = np.bincount(log.casualties.outcome, minlength=len(OUTCOMES))
        assert counts.sum() == len(s.casualties)
        assert {(e.danger, e.zone) for e in log.evacuations} == {
            (i, int(d.zones[0])) for i, d in enumerate(s.dangers)
        }
        for e in log.evacuations:
            assert e.by_themselves + e.by_bus + e.exposed == pytest.approx(e.people)
            assert min(e.by_themselves, e.by_bus, e.exposed) >= -1e-9
        assert sum(e.people for e in log.evacuations) == s.notes["people_in_danger"]
        saved = np.array([p >= 0 and log.demands.done_min[p] <= m for p, m in zip(
            s.displaced.prevented_by.tolist(), s.displaced.from_min.tolist(), strict=True)], dtype=bool)
        assert log.relief.people.sum() == s.displaced.people[~saved].sum()
        measures = measure(log, quakes.city(), layouts()[0], layouts()[1][layout], s)
        assert measures is not None


def test_supplies_are_conserved_in_a_flood():
    _, known = layouts()
    for name, replication in (("storm-2018-07-22", 0), ("ice-jam-february", 2)):
        log = played(name, replication, "current")
        there, made = Counter(), {item for depot in known["current"].depots for item in depot.hourly}
        for depot in known["current"].depots:
            there.update(depot.stock)
        kept = Counter()
        for (_, item), pieces in log.stock_left.items():
            kept[item] += pieces
        for delivery in log.deliveries:
            kept[delivery.item] += delivery.pieces
        assert sum(delivery.pieces for delivery in log.deliveries) > 0
        for item in set(there) - made:
            assert kept[item] == there[item], item


def test_a_warning_days_before_empties_the_floodplain_and_one_of_minutes_does_not():
    river, gully = played("yellow-river-20y", 0, "current"), played("storm-2018-07-22", 0, "current")
    exposed = {log.scenario_id: sum(e.exposed for e in log.evacuations) / sum(e.people for e in log.evacuations)
               for log in (river, gully)}
    assert exposed[river.scenario_id] < 0.3 < 0.5 < exposed[gully.scenario_id]


def test_whoever_has_left_is_spared():
    s, log = drawn("ice-jam-february", 0), played("ice-jam-february", 0, "current")
    spared = log.casualties.outcome == SPARED
    assert spared.mean() > 0.5
    assert (log.demands.state == PREVENTED).any()
    deaths = (log.casualties.outcome > SPARED) & (log.casualties.outcome >= DIED_IN_CARE - 2)
    assert deaths.sum() < s.notes["drowned_if_nobody_acts"]


def test_a_dyke_held_in_time_spares_homes_and_roads():
    """With the dyke's work done at once fewer people need relief."""
    every = (drawn("ice-jam-february", r) for r in range(20))
    s = next(s for s in every if (s.displaced.prevented_by >= 0).any())
    plan, known = layouts()
    dyke = np.array([kind == "dyke_work" for kind in s.demands.kind])
    light = replace(s, demands=replace(s.demands, work_crew_min=np.where(dyke, 1.0, s.demands.work_crew_min)))
    heavy = replace(s, demands=replace(s.demands, work_crew_min=np.where(dyke, 1e7, s.demands.work_crew_min)))
    held = respond(quakes.city(), plan, known["current"], light)
    lost = respond(quakes.city(), plan, known["current"], heavy)
    assert held.relief.people.sum() < lost.relief.people.sum() == s.displaced.people.sum()
