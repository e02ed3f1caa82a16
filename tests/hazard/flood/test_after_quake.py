"""An earthquake that tears basins and dykes: what breaches, where the water goes, whom it meets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import floods
import numpy as np
import pytest
import quakes

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Text
from sim.hazard.assemble import join_casualties, join_closures, join_displaced, join_outages
from sim.hazard.flood.after_quake import QuakeFlood, flood_after_quake
from sim.hazard.flood.field import FloodField
from sim.hazard.flood.ground import FLASH_STEP_MIN, RIVER_STEP_MIN, ground_of
from sim.hazard.flood.inundation import sheet_depth_m, sheet_velocity_ms
from sim.hazard.flood.quake_water import basin_flood, dyke_flood, quake_fields, spill_m3s, travel_steps
from sim.hazard.flood.river import stage_m
from sim.hazard.flood.routing import froehlich_peak_m3s
from sim.hazard.flood.shaken_walls import River, Torn, breach_probability, draw_river, torn_walls, wetted_share
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Event, Outages
from sim.hazard.source import Moment
from sim.hazard.streams import stream

C = flood_coefficients()
HORIZON_MIN = 5 * 1440.0
FULL = {f"quake_fill_{month}": 0.9 for month in range(1, 13)}
SURE = {f"quake_breach_{k}": 1.0 for k in (7, 8, 9, 10)}
IN_FLOOD = River(peak_m3s=5500.0, jam=None, age_min=60.0 * 90.0, iced=False)
"""A rare flood six hours before its peak."""


@dataclass(frozen=True)
class Shock:
    event: int
    minute: float
    intensity: Floats


def having(*changes: dict[str, float]) -> Coefficients:
    joined: dict[str, float] = {}
    for change in changes:
        joined |= change
    return C.with_overrides(joined, "test")


WORST = having(FULL, SURE)


def alike(intensity: float, minute: float = 0.0, event: int = 0) -> Shock:
    return Shock(event, minute, np.full(len(quakes.city().zones), intensity))


def walls(shocks: Sequence[Shock], month: int = 7, c: Coefficients = C, replication: int = 0) -> list[Torn]:
    return torn_walls(shocks, quakes.city(), floods.water(), month, HORIZON_MIN, c, 1, replication)


def places(torn: Sequence[Torn]) -> set[tuple[str, int]]:
    return {("basin", b) for t in torn for b in t.basin.tolist()} | {("dyke", d) for t in torn for d in t.dyke.tolist()}


@dataclass(frozen=True)
class Played:
    flood: QuakeFlood | None
    rows: DemandRows
    events: list[Event]


def play(
    shocks: Sequence[Shock], month: int = 7, c: Coefficients = C, replication: int = 0, hour: float = 14.0,
    stands: float = 1.0, outages: Sequence[Outages] = (), horizon_min: float = HORIZON_MIN,
) -> Played:
    city, rows = quakes.city(), DemandRows()
    events = [
        Event(name=Text("地震", "shock"), start_min=s.minute, parent=-1 if i == 0 else 0, lon=0.0, lat=0.0, size=8.0)
        for i, s in enumerate(shocks)
    ]
    flood = flood_after_quake(
        shocks, city, Moment(month=month, hour=hour, weekend=False), horizon_min, rows, events,
        np.full(len(city.zones), stands), outages, c, 1, replication,
    )
    return Played(flood, rows, events)


def there(played: Played) -> QuakeFlood:
    assert played.flood is not None
    return played.flood


# ---- what breaches -------------------------------------------------------------------------


def test_the_chance_follows_the_table_and_is_nothing_below_vii():
    found = breach_probability(np.array([5.0, 6.99, 7.0, 7.5, 8.0, 9.0, 9.5, 10.0, 12.0]), C)
    assert found == pytest.approx([0.0, 0.0, 0.02, 0.06, 0.1, 0.3, 0.45, 0.6, 0.6])


def test_nothing_breaches_below_vii_however_full_the_basins():
    for replication in range(20):
        assert not walls([alike(6.99)], c=WORST, replication=replication)
        played = play([alike(6.99)], c=WORST, replication=replication)
        assert played.flood is None
        assert (len(played.events), played.rows.kinds) == (1, [])


def test_a_weaker_shock_never_tears_more():
    c = having(FULL)
    seen = 0
    for replication in range(40):
        torn: set[tuple[str, int]] = set()
        for intensity in (7.0, 7.7, 8.4, 9.1, 10.0):
            more = places(walls([alike(intensity)], c=c, replication=replication))
            assert torn <= more
            torn = more
        seen += len(torn)
    assert seen > 40


def test_full_basins_breach_more_than_empty_ones_and_let_out_more():
    low, high = having(dict.fromkeys(FULL, 0.1)), having(dict.fromkeys(FULL, 0.8))
    counts = np.zeros(2)
    for replication in range(60):
        few, many = (walls([alike(9.0)], c=c, replication=replication) for c in (low, high))
        assert places(few) <= places(many)
        counts += len(places(few)), len(places(many))
    assert counts[1] > 4 * counts[0] > 0
    volume = [sum(t.basin_m3.sum() for t in walls([alike(9.0)], c=having(dict.fromkeys(FULL, f), SURE)))
              for f in (0.5, 1.0)]
    assert volume[1] > 1.5 * volume[0] > 0


def test_the_chance_of_a_basin_is_that_of_the_shaking_times_what_it_holds():
    basins, n = len(floods.water().basins), 400
    torn = sum(len([p for p in places(walls([alike(9.0)], replication=r)) if p[0] == "basin"]) for r in range(n))
    share = 0.3 * 0.35
    assert torn / (n * basins) == pytest.approx(share, abs=4.0 * (share / (n * basins)) ** 0.5)


def test_each_embankment_breaches_once_at_the_first_shock_that_is_strong_enough():
    shocks = [alike(7.2), alike(9.5, 600.0, 1), alike(9.5, 900.0, 2), alike(10.0, 1200.0, 3)]
    several = 0
    for replication in range(40):
        torn = walls(shocks, c=having(FULL), replication=replication)
        listed = [(kind, i) for t in torn for kind, found in (("basin", t.basin), ("dyke", t.dyke)) for i in found]
        assert len(set(listed)) == len(listed)
        assert 900.0 not in [t.shock.minute for t in torn]
        several += len(torn) > 1
        for t in torn:
            alone = places(walls([t.shock], c=having(FULL), replication=replication))
            assert places([t]) <= alone
    assert several > 5


def test_what_would_breach_only_after_the_horizon_does_not():
    late = alike(10.0, HORIZON_MIN - 20.0)
    for t in walls([late], c=WORST):
        assert (t.basin_after_min < 20.0).all()
    assert not walls([alike(10.0, HORIZON_MIN - 4.0)], c=WORST)


# ---- the river -----------------------------------------------------------------------------


def test_a_dyke_counts_only_where_the_river_stands_above_the_ground_behind():
    water = floods.water()
    for month in (4, 5, 11):
        mean = draw_river(water, month, C, stream(1, 0, "x"))
        assert mean.stage_m(np.zeros(1), water.stations, C)[0] == pytest.approx(
            stage_m(water.stations.mean_m3s, water.stations)
        )
        assert not wetted_share(mean, water, C).any()
        assert not [p for p in places(walls([alike(11.0)], month=month, c=having(SURE))) if p[0] == "dyke"]
    high = wetted_share(IN_FLOOD, water, C)
    assert ((high > 0.5) & (high <= 1.0)).all()


def test_the_river_is_high_as_often_as_the_month_says():
    water, n = floods.water(), 3000
    rng = stream(1, 0, "x")
    for month, chance in ((8, 0.35 * 10.0 / 30.4375), (4, 0.0)):
        rivers = [draw_river(water, month, C, rng) for _ in range(n)]
        share = np.mean([river.peak_m3s > 0.0 for river in rivers])
        assert share == pytest.approx(chance, abs=4.0 * (chance / n) ** 0.5)
        assert not any(river.iced for river in rivers)
    rivers = [draw_river(water, 2, C, rng) for _ in range(n)]
    jams = [river for river in rivers if river.jam is not None]
    chance = 0.3 * 0.4 * 9.0 / 30.4375
    assert len(jams) / n == pytest.approx(chance, abs=4.0 * (chance / n) ** 0.5)
    assert all(river.iced for river in rivers)
    assert all(0.0 <= j.age_min <= 60.0 * j.jam.last_h for j in jams if j.jam)


def test_a_jam_wets_dykes_that_the_plain_cover_does_not():
    water = floods.water()
    rng = stream(1, 0, "x")
    rivers = [draw_river(water, 2, C, rng) for _ in range(600)]
    assert not any(wetted_share(r, water, C).any() for r in rivers if r.jam is None)
    assert any(wetted_share(r, water, C).any() for r in rivers if r.jam is not None)


# ---- the water -----------------------------------------------------------------------------


def by_hand(**changes: Any) -> Torn:
    none = np.zeros(0, dtype=np.int64)
    fields: dict[str, Any] = {
        "shock": alike(9.0), "basin": none, "basin_m3": np.zeros(0), "basin_after_min": np.zeros(0), "dyke": none,
        "dyke_after_min": np.zeros(0), "river": River(peak_m3s=0.0, jam=None, age_min=0.0, iced=False),
    }
    return Torn(**(fields | changes))


def water_of(torn: Torn, kind: str = "basin", horizon_min: float = HORIZON_MIN) -> FloodField:
    city = quakes.city()
    moment = Moment(month=7, hour=14.0, weekend=False)
    make = basin_flood if kind == "basin" else dyke_flood
    return make(torn, city, ground_of(city, floods.water(), C), moment, horizon_min, C)


def all_basins(share: float = 0.8, after_min: float = 15.0) -> Torn:
    b = floods.water().basins
    n = len(b)
    return by_hand(basin=np.arange(n), basin_m3=share * b.storage_m3, basin_after_min=np.full(n, after_min))


@pytest.mark.parametrize("horizon_min", [60.0, 600.0, HORIZON_MIN])
@pytest.mark.parametrize("share", [0.05, 0.35, 1.0])
def test_every_cubic_metre_of_the_basins_is_somewhere(share, horizon_min):
    torn = all_basins(share)
    field = water_of(torn, horizon_min=horizon_min)
    v, steps = field.volumes_m3, len(field.step_min)
    whole = share * floods.water().basins.storage_m3.sum()
    assert v["from_basins"] == pytest.approx(whole, rel=1e-12)
    assert sum(v[k] for k in v if k != "from_basins") == pytest.approx(whole, rel=1e-9)
    assert all(v[k] >= -1e-6 * whole for k in v)
    water = floods.water()
    ground = ground_of(quakes.city(), water, C)
    spill, left = spill_m3s(torn, steps, ground, C)
    sources = np.hstack([np.zeros((steps, len(water.gullies))), spill])
    later = travel_steps(sources, ground, C)
    cut = [
        sources[max(steps - k, 0) :, o].sum() * share
        for k, o, share in zip(later.tolist(), water.paths.origin.tolist(), water.paths.share.tolist(), strict=True)
    ]
    assert v["on_the_way"] == pytest.approx(60.0 * FLASH_STEP_MIN * sum(cut), abs=1e-9 * whole)
    assert v["basins"] == left
    if horizon_min == HORIZON_MIN:
        assert v["basins"] < 0.3 * whole


def test_a_basin_runs_out_from_its_breach_on_towards_froehlichs_peak():
    torn = all_basins(0.8, after_min=20.0)
    ground = ground_of(quakes.city(), floods.water(), C)
    spill, left = spill_m3s(torn, 288, ground, C)
    first = round(20.0 / FLASH_STEP_MIN)
    assert not spill[:first].any()
    assert (spill[first] > 0.0).all()
    for j, pool in enumerate(ground.pools):
        head = pool.spill_height_m * 0.8 ** (1.0 / pool.shape)
        peak = froehlich_peak_m3s(float(torn.basin_m3[j]), head)
        assert 0.4 * peak < spill[:, j].max() <= peak * 1.001
    assert spill.sum() * 60.0 * FLASH_STEP_MIN + left == pytest.approx(torn.basin_m3.sum(), rel=1e-12)


def test_the_water_needs_its_time_along_the_path():
    water = floods.water()
    ground = ground_of(quakes.city(), water, C)
    g, paths = len(water.gullies), water.paths
    sources = np.zeros((3, g + len(water.basins)))
    sources[1, g] = 90.0
    later = travel_steps(sources, ground, C)
    mine = np.flatnonzero(paths.origin == g)
    assert not np.delete(later, mine).any()
    for p in mine.tolist():
        flow, width = 90.0 * paths.share[p], paths.width_m[p]
        speed = 5.0 / 3.0 * sheet_velocity_ms(flow, width, sheet_depth_m(flow, width, paths.slope[p], C["fan_n"]))
        assert later[p] == round(500.0 * paths.length_km[p] / float(speed) / 60.0 / FLASH_STEP_MIN)
    faster = travel_steps(4.0 * sources, ground, C)
    assert (faster[mine] <= later[mine]).all()
    field = water_of(by_hand(basin=np.array([0]), basin_m3=np.array([5e6]), basin_after_min=np.array([10.0])))
    assert field.arrival_min.min() >= 10.0 + FLASH_STEP_MIN * later[mine].min() / 2.0


def test_water_comes_only_below_the_basin_and_behind_the_dyke():
    city, water = quakes.city(), floods.water()
    g = len(water.gullies)
    for b in range(len(water.basins)):
        torn = by_hand(basin=np.array([b]), basin_m3=water.basins.storage_m3[[b]], basin_after_min=np.array([10.0]))
        field = water_of(torn)
        wet = np.flatnonzero(field.deepest_m().max(axis=1))
        below = set(water.paths.zone[water.paths.origin == g + b].tolist())
        assert set(wet.tolist()) <= below
        assert len(wet)
        assert (field.step_min[:2] == [FLASH_STEP_MIN, 2 * FLASH_STEP_MIN]).all()
    torn = by_hand(dyke=np.array([3]), dyke_after_min=np.array([30.0]), river=IN_FLOOD)
    field = water_of(torn, "dyke")
    assert np.flatnonzero(field.deepest_m().max(axis=1)).tolist() == [water.dykes.zone[3]]
    assert field.deepest_m().shape[0] == len(city.zones)


@pytest.mark.parametrize("which", [[3], [0, 4, 7]])
def test_what_the_river_lets_in_stands_or_has_run_off(which):
    torn = by_hand(dyke=np.array(which), dyke_after_min=np.full(len(which), 30.0), river=IN_FLOOD)
    v = water_of(torn, "dyke").volumes_m3
    assert v["from_river"] > 1e6
    assert v["zones"] + v["outflow"] == pytest.approx(v["from_river"], rel=1e-9)


def test_the_water_behind_a_dyke_stays_below_the_river():
    water = floods.water()
    for k in range(len(water.dykes)):
        field = water_of(by_hand(dyke=np.array([k]), dyke_after_min=np.array([10.0]), river=IN_FLOOD), "dyke")
        river = field.river_stage_m[:, water.dykes.station[k]].max() - water.dykes.ground_m[k]
        assert 0.0 < field.deepest_m().max() <= river + 1e-9
        assert field.arrival_min.min() >= RIVER_STEP_MIN


def test_a_zone_is_wet_in_one_field_only_and_the_deeper_stays():
    city, water = quakes.city(), floods.water()
    ground = ground_of(city, water, C)
    small = replace(all_basins(0.2), shock=alike(8.0))
    large = replace(all_basins(0.9), shock=alike(9.0, 700.0, 1))
    moment = Moment(month=7, hour=14.0, weekend=False)
    alone = [basin_flood(t, city, ground, moment, HORIZON_MIN, C).deepest_m().max(axis=1) for t in (small, large)]
    both = quake_fields([small, large], city, ground, moment, HORIZON_MIN, C)
    deep = np.array([field.deepest_m().max(axis=1) for _, field in both])
    assert ((deep > 0.0).sum(axis=0) <= 1).all()
    assert deep.max(axis=0) == pytest.approx(np.maximum(*alone))
    assert np.isinf(both[0][1].arrival_min[deep[0] == 0.0]).all()


# ---- what the water does -------------------------------------------------------------------


@pytest.fixture(scope="module")
def worst() -> list[Played]:
    shocks = [alike(8.2), alike(9.5, 700.0, 1)]
    return [play(shocks, c=having(FULL), replication=r, hour=2.0) for r in range(12)]


def test_every_event_has_a_parent_that_came_first(worst):
    floods_seen = 0
    for played in worst:
        for i, event in enumerate(played.events[2:], start=2):
            floods_seen += 1
            assert event.kind == "flood"
            assert 0 <= event.parent < 2 <= i
            assert played.events[event.parent].start_min < event.start_min < HORIZON_MIN
    assert floods_seen > 12


def test_demands_belong_to_a_flood_and_come_after_it(worst):
    kinds: set[str] = set()
    for played in worst:
        if not played.rows.kinds:
            continue
        demands, _, _ = played.rows.lay_down(HORIZON_MIN)
        kinds |= set(demands.kind)
        starts = np.array([event.start_min for event in played.events])
        assert (demands.event >= 2).all()
        assert (demands.real_min >= starts[demands.event]).all()
        assert (demands.parent == -1).all()
        assert (there(played).max_depth_m[demands.zone] > 0.0).all()
    assert {"water_rescue", "swift_rescue", "drainage", "medical_post"} <= kinds


def test_only_in_wet_zones_are_people_in_the_water(worst):
    people = 0
    for played in worst:
        if played.flood is None:
            continue
        flood = played.flood
        for part in flood.casualties:
            people += len(part["zone"])
            assert (flood.max_depth_m[part["zone"]] >= C["cut_off_m"] / 2.0).all()
            strikes = {(d.event, int(d.zones[0])): d.strike_min for d in flood.dangers}
            for event, zone, minute in zip(part["event"], part["zone"], part["real_min"], strict=True):
                assert strikes[event, zone] <= minute
        for zones, minute, count in flood.displaced:
            assert (flood.max_depth_m[zones] >= C["homes_depth_m"]).all()
            assert (count > 0).all()
            assert minute > 0.0
        for closures in flood.closures:
            assert (closures.prevented_by == -1).all()
            assert (closures.from_min < closures.to_min).all()
        assert not flood.loss_yuan[flood.max_depth_m == 0.0].any()
    assert people > 100


def test_a_breach_is_seen_before_the_water_is_there(worst):
    lead = []
    for played in worst:
        for danger in (there(played).dangers if played.flood else ()):
            begins = played.events[danger.event].start_min
            assert begins < danger.strike_min == danger.deadline_min < HORIZON_MIN
            assert danger.issue_from_min == min(begins + C["quake_seen_min"], danger.strike_min)
            assert danger.evacuate
            assert danger.people.sum() > 0
            lead.append(danger.strike_min - danger.issue_from_min)
    assert len(lead) > 10
    assert max(lead) > 20.0


def test_the_parts_join_into_tables_of_a_scenario(worst):
    for played in worst:
        if played.flood is None:
            continue
        demands, number, _ = played.rows.lay_down(HORIZON_MIN)
        flood = played.flood
        closures = join_closures(flood.closures)
        assert set(closures.reason) <= {"water"}
        assert (demands.closure == -1).all()
        if flood.casualties:
            k = join_casualties(flood.casualties, number)
            for d in np.unique(k.demand[k.demand >= 0]).tolist():
                mine = k.demand == d
                assert k.work_crew_min[mine].sum() == pytest.approx(demands.work_crew_min[d])
                assert (k.event[mine] == demands.event[d]).all()
        join_displaced(flood.displaced, HORIZON_MIN)
        for alert in flood.alerts:
            assert alert.indicator == "people_in_danger"
            assert alert.value == sum(int(d.people.sum()) for d in flood.dangers)


def test_outages_are_numbered_on_and_nothing_fails_twice():
    deep = having(FULL, SURE, {"power_deep_m": 0.1, "power_people_share": 0.01})
    seen = 0
    for replication in range(10):
        first = there(play([alike(10.0)], c=deep, replication=replication))
        if not first.outages:
            continue
        seen += 1
        out = join_outages(first.outages)
        earlier = replace(out, from_min=np.zeros(len(out)), to_min=np.full(len(out), NEVER))
        again = play([alike(10.0)], c=deep, replication=replication, outages=[earlier])
        assert sum(map(len, there(again).outages)) == 0
        other = Outages(zone=out.zone[:0], kind=(), from_min=np.zeros(0), to_min=np.zeros(0))
        played = play([alike(10.0)], c=deep, replication=replication, outages=[other])
        demands, _, _ = played.rows.lay_down(HORIZON_MIN)
        mine = join_outages(there(played).outages)
        for i in np.flatnonzero(demands.outage >= 0).tolist():
            assert mine.zone[demands.outage[i]] == demands.zone[i]
            assert mine.from_min[demands.outage[i]] == demands.real_min[i]
    assert seen > 2


def test_homes_that_the_shaking_has_taken_are_not_lost_again():
    whole, half, none = (there(play([alike(10.0)], c=WORST, stands=s)) for s in (1.0, 0.5, 0.0))
    people = [sum(int(p.sum()) for _, _, p in flood.displaced) for flood in (whole, half, none)]
    assert people[0] > 0
    assert people[1] == pytest.approx(people[0] / 2.0, abs=2.0)
    assert people[2] == 0
    assert whole.loss_yuan.sum() > half.loss_yuan.sum() > none.loss_yuan.sum() > 0.0


def test_an_aftershock_brings_the_same_flood_later():
    """With the same hour of the day, everything comes so many minutes later and nothing else changes."""
    first = play([alike(10.0)], c=WORST, hour=14.0)
    later = play([alike(10.0, 600.0)], c=WORST, hour=4.0)
    a, b = there(first), there(later)
    assert (a.max_depth_m == b.max_depth_m).all()
    assert first.rows.kinds == later.rows.kinds
    assert [e.start_min + 600.0 for e in first.events] == [e.start_min for e in later.events]
    assert [(d.strike_min + 600.0, d.people.tolist()) for d in a.dangers] == [
        (d.strike_min, d.people.tolist()) for d in b.dangers
    ]
    for x, y in zip(a.casualties, b.casualties, strict=True):
        for name in ("real_min", "trapped_death_min"):
            assert y[name] == pytest.approx(x[name] + 600.0)
        assert y["work_crew_min"] == pytest.approx(x["work_crew_min"])
    for p, q in zip(a.closures, b.closures, strict=True):
        assert (p.edge == q.edge).all()
        assert q.from_min == pytest.approx(p.from_min + 600.0)
        assert q.to_min == pytest.approx(p.to_min + 600.0)


def test_the_same_arguments_give_the_same_flood():
    one, two = (play([alike(9.0)], c=WORST, replication=3) for _ in range(2))
    first, other = (quakes.arrays(there(p)) for p in (one, two))
    assert first.keys() == other.keys()
    assert all(first[k].tobytes() == other[k].tobytes() for k in first)
    assert one.rows.kinds == two.rows.kinds
    assert one.events == two.events


def test_a_torn_river_dyke_floods_whom_it_protects():
    c = having(SURE, {"river_month_8": 1.0, "quake_wave_days": 20.0, "river_mean_m3s": 5000.0, "river_cv": 0.1})
    seen = 0
    for replication in range(10):
        played = play([alike(10.0)], month=8, c=having(SURE, dict.fromkeys(FULL, 0.0)), replication=replication)
        assert played.flood is None or played.flood.max_depth_m.any()
        played = play([alike(10.0)], month=8, c=c, replication=replication)
        dykes = [e for e in played.events[1:] if "dyke" in e.name.en and e.size > 0.5]
        seen += len(dykes)
        if dykes:
            assert there(played).dangers
            assert there(played).loss_yuan.sum() > 1e6
    assert seen > 20


def test_a_city_without_water_has_no_flood():
    rows = DemandRows()
    dry = replace(quakes.city(), water=None)
    moment = Moment(month=7, hour=2.0, weekend=False)
    found = flood_after_quake([alike(11.0)], dry, moment, 7200.0, rows, [], np.ones(len(dry.zones)), [], C, 1, 0)
    assert found is None


def test_an_earthquake_of_1739_floods_in_july_and_hardly_in_january():
    wet = {1: 0, 7: 0}
    n = 40
    for replication in range(n):
        intensity = quakes.drawn("m80-1739-night", 1, replication).fields["intensity"][0]
        for month in wet:
            played = play([Shock(0, 0.0, intensity)], month=month, replication=replication)
            if month == 1 and played.flood is not None:
                assert played.flood.loss_yuan.sum() == 0.0 or played.flood.max_depth_m.max() >= C["arrival_m"]
            wet[month] += played.flood is not None and played.flood.max_depth_m.max() >= C["arrival_m"]
    assert 0.25 * n <= wet[7] <= 0.8 * n
    assert wet[1] <= 0.1 * n
