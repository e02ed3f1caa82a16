"""Whole floods of the reference city: water kept, dice fixed, more never less, walls that help, fast."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import floods
import folders
import numpy as np
import pytest
import quakes
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city.read import read_city
from sim.common.types import NEVER
from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.field import SHARES, FloodField

BIG = {"lon": 106.2, "lat": 39.0, "total_mm": 297.4, "area_km2": 500.0, "speed_kmh": 6.0, "towards_deg": 25.0}


def same(a: FloodField, b: FloodField) -> bool:
    arrays = [f.name for f in fields(a) if isinstance(getattr(a, f.name), np.ndarray)]
    alike = all(np.array_equal(getattr(a, name), getattr(b, name)) for name in arrays)
    return alike and a.volumes_m3 == b.volumes_m3 and a.notes == b.notes and len(a.walls) == len(b.walls)


@pytest.mark.parametrize("name", floods.SHIPPED)
def test_the_shapes_fit(name: str) -> None:
    field, city = floods.flood(name), quakes.city()
    steps, zones = len(field.step_min), len(city.zones)
    assert field.step_min[-1] == field.horizon_min
    assert field.depth_m.shape == (steps, zones, SHARES)
    assert field.velocity_ms.shape == field.rise_m_per_h.shape == field.rain_mm.shape == (steps, zones)
    assert field.road_depth_m.shape == (steps, len(city.roads.edge_id))
    assert field.discharge_m3s.shape == (steps, len(floods.water().gullies))
    assert field.river_m3s.shape == field.river_stage_m.shape == (steps, len(floods.water().stations))
    for part in fields(field):
        value = getattr(field, part.name)
        if isinstance(value, np.ndarray):
            assert np.isfinite(value).all() or part.name == "arrival_min"
            assert (value >= 0).all()
            assert not value.flags.writeable
    for wall in field.walls:
        assert wall.depth_m.shape == (steps, len(wall.zones), SHARES)
        assert wall.deadline_min < NEVER
        assert wall.work_crew_min > 0


@pytest.mark.parametrize("name", floods.SHIPPED)
@pytest.mark.parametrize("replication", range(3))
def test_every_cubic_metre_is_somewhere(name: str, replication: int) -> None:
    volumes = dict(floods.flood(name, replication).volumes_m3)
    source = volumes.pop("rain" if "rain" in volumes else "from_river")
    assert sum(volumes.values()) == pytest.approx(source, rel=1e-6, abs=1e-3)
    assert all(value >= -1e-6 * max(source, 1.0) for key, value in volumes.items() if key != "basins")


def test_the_rain_of_the_balance_is_the_rain_of_the_field() -> None:
    field, water = floods.flood("storm-2018-07-22"), floods.water()
    own = float((field.rain_mm.sum(axis=0) * water.drainage.local_area_km2).sum() * 1e3)
    assert own < field.volumes_m3["rain"]
    assert float(field.rain_mm.sum(axis=0).max()) <= field.notes["total_mm"] + 1e-9
    ran = float(field.discharge_m3s.sum()) * 300.0
    assert ran < field.volumes_m3["rain"] - own


@pytest.mark.parametrize("name", floods.SHIPPED)
def test_the_same_seed_gives_the_same_flood(name: str) -> None:
    first, again = floods.flood(name, 2), draw_water(floods.spec(name), quakes.city(), 1, 2)
    assert same(first, again)


def test_another_replication_is_another_flood() -> None:
    assert not same(floods.flood("flash-random", 0), floods.flood("flash-random", 1))
    assert not same(floods.flood("river-100y", 0), floods.flood("river-100y", 1))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(20, 300), st.floats(1.0, 2.0))
def test_more_rain_never_means_less_water(replication: int, total: float, factor: float) -> None:
    """At every minute and place, as long as no basin breaks."""
    no_breach = {"breach_probability": 0.0}
    less, more = (
        floods.run(floods.made("flash", no_breach, total_mm=mm, area_km2=300.0), replication)
        for mm in (total, factor * total)
    )
    for name in ("rain_mm", "discharge_m3s", "depth_m", "road_depth_m", "flooded_km2"):
        assert (getattr(more, name) >= getattr(less, name) - 1e-9).all(), name
    assert (more.arrival_min <= less.arrival_min).all()


@pytest.mark.parametrize("replication", range(4))
def test_more_rain_never_means_less_water_at_its_deepest_with_breaches(replication: int) -> None:
    sizes = (150.0, 200.0, 250.0, 300.0, 350.0, 400.0, 500.0)
    deepest = [
        floods.run(floods.made("flash", **(BIG | {"total_mm": mm})), replication).deepest_m() for mm in sizes
    ]
    for less, more in pairwise(deepest):
        assert (more >= less - 1e-9).all()


@pytest.mark.parametrize("replication", range(4))
def test_a_higher_river_never_means_less_water_at_its_deepest(replication: int) -> None:
    deepest = [
        floods.run(floods.made("river", peak_m3s=q), replication).deepest_m() for q in (2500.0, 3500.0, 4500.0, 6000.0)
    ]
    for less, more in pairwise(deepest):
        assert (more >= less - 1e-9).all()
    assert deepest[0].max() == 0.0


def test_a_higher_jam_never_means_less_water_at_its_deepest() -> None:
    deepest = [floods.run(floods.made("ice", surcharge_m=m, station=1)).deepest_m() for m in (0.2, 0.8, 1.4, 2.5)]
    for less, more in pairwise(deepest):
        assert (more >= less - 1e-9).all()


@pytest.mark.parametrize("name", ["storm-2018-07-22", "river-100y", "ice-1968"])
def test_the_lowest_stand_deepest(name: str) -> None:
    plain = set(floods.water().floodplains.zone.tolist())
    depth = floods.flood(name).depth_m
    for z in range(depth.shape[1]):
        if z not in plain:  # those before the dyke come first, whatever the ground behind it
            assert (np.diff(depth[:, z], axis=1) <= 1e-12).all()


def test_no_wall_makes_the_zones_behind_it_wetter() -> None:
    seen = set()
    for name in ("storm-2018-07-22", "flash-2016", "flash-random", "river-100y", "ice-1968"):
        for replication in range(4):
            field = floods.flood(name, replication)
            for wall in field.walls:
                seen.add(wall.kind)
                open_m = field.depth_m[:, wall.zones].max(axis=(0, 2))
                held_m = wall.depth_m.max(axis=(0, 2))
                if wall.kind != "guide_dyke":  # a guide dyke that holds may fill its basin the more
                    assert (held_m <= open_m + 1e-9).all()
                breach = next(b for b in field.breaches if b.place == wall.place)
                assert wall.deadline_min == min(breach.overtopped_min, breach.torn_min)
                assert wall.height_m <= 0.8
    assert {"guide_dyke", "river_dyke"} <= seen


def test_a_held_guide_dyke_keeps_its_gully_out() -> None:
    spec = floods.made("flash", gully=0, return_period_y=70.0)
    field = floods.run(spec)
    wall = next(w for w in field.walls if w.place == "G01")
    below = list(floods.water().gullies.zones[0])
    behind = np.isin(wall.zones, below)
    assert field.depth_m[:, below].max() > 0.2
    assert wall.depth_m[:, behind].max() < 0.1
    assert wall.deadline_min <= field.arrival_min[below].min()


def test_a_held_dyke_keeps_its_zone_dry_but_for_the_floodplain() -> None:
    field = floods.flood("river-100y")
    wall = next(w for w in field.walls if w.kind == "river_dyke")
    # The first twentieth lives before the dyke; all others behind it.
    assert wall.depth_m[:, 0, 1:].max() == 0.0
    assert field.depth_m[:, wall.zones[0], 1:].max() > 0.2


def test_a_basin_wall_stops_the_overtopping() -> None:
    city, water = quakes.city(), floods.water()
    basins = replace(water.basins, spill_width_m=water.basins.spill_width_m * 0.1)
    small = replace(city, water=replace(water, basins=basins))
    spec = floods.made("flash", {"breach_probability": 1.0}, gully=0)
    for total_mm in np.arange(80.0, 200.0, 5.0):
        field = floods.run(replace(spec, total_mm=float(total_mm), area_km2=650.0, speed_kmh=0.0), city=small)
        walls = [w for w in field.walls if w.place == "WB1"]
        if walls and next(b for b in field.breaches if b.place == "WB1").torn_min < NEVER:
            break
    assert walls
    open_m = field.depth_m[:, walls[0].zones]
    assert walls[0].depth_m.max() < open_m.max() - 0.1
    assert (walls[0].depth_m.max(axis=0) <= open_m.max(axis=0) + 1e-9).all()


def test_water_comes_after_the_rain_and_roads_across_gullies_go_first() -> None:
    field, city = floods.run(floods.made("flash", gully=0, return_period_y=100.0)), quakes.city()
    assert field.arrival_min[list(floods.water().gullies.zones[0])].min() > 60.0
    over = np.flatnonzero((field.road_depth_m > 0.1).any(axis=0))
    assert city.roads.flood_path.index("大武口沟") in over
    first = {e: field.step_min[(field.road_depth_m[:, e] > 0.1).argmax()] for e in over.tolist()}
    crossing = [first[e] for e, word in enumerate(city.roads.flood_path) if "大武口沟" in word and e in first]
    assert min(first.values()) == min(crossing)


def test_the_river_takes_its_time() -> None:
    field = floods.flood("river-100y")
    peak = field.step_min[field.river_m3s.argmax(axis=0)]
    assert peak[0] == pytest.approx(96 * 60, abs=60)
    travel_d = (peak[-1] - peak[0]) / 1440.0
    assert 0.5 < travel_d < 1.5
    assert field.river_m3s[:, -1].max() < field.river_m3s[:, 0].max()


def test_an_ice_jam_stands_where_it_is_put_and_by_day_in_winter() -> None:
    for replication in range(10):
        field = floods.run(floods.made("ice", surcharge_m=1.0), replication)
        station = int(field.notes["station"])
        bankfull = (floods.water().stations.bankfull_m3s / floods.water().stations.rating_c) ** (1 / 1.6)
        top = field.river_stage_m.max(axis=0)
        assert top[station] == pytest.approx(
            bankfull[station] + floods.water().stations.zero_flow_m[station] + 1.0, abs=0.02
        )
        assert field.month in (12, 1, 2, 3)
        assert 9.0 <= field.hour <= 17.0
        assert (top[station + 1 :] < top[station]).all()


def test_months_and_hours_of_storms() -> None:
    fields_ = [floods.run(floods.made("flash", total_mm=20.0, horizon_min=600.0), r) for r in range(200)]
    months = np.array([f.month for f in fields_])
    assert set(months) <= {5, 6, 7, 8, 9}
    assert np.isin(months, [6, 7, 8]).mean() > 0.9
    hours = np.array([f.hour for f in fields_])
    night = ((hours < 8) | (hours >= 20)).mean()
    assert night == pytest.approx(0.578, abs=4 * (0.578 * 0.422 / 200) ** 0.5)


def test_random_storms_are_as_rare_as_asked() -> None:
    rare = np.array(
        [floods.run(floods.made("flash", horizon_min=60.0), r).notes["return_period_y"] for r in range(300)]
    )
    assert rare.min() >= 20.0
    # Every exceedance probability between 1/2000 and 1/20 is alike: half lie below 40 years.
    assert (rare < 39.6).mean() == pytest.approx(0.5, abs=4 * (0.25 / 300) ** 0.5)


@pytest.mark.parametrize(
    ("gone", "kind"),
    [
        (("gullies", "gully_channels", "flood_paths", "basins"), "river"),
        (("river_stations", "dykes", "floodplains"), "flash"),
    ],
)
def test_a_city_may_have_a_river_or_gullies_only(tmp_path: Path, gone: tuple[str, ...], kind: str) -> None:
    folder = folders.copy_city(tmp_path)
    for name in gone:
        (folder / f"{name}.csv").unlink()
    city = read_city(folder)
    given = {"return_period_y": 100.0} if kind == "river" else BIG
    field = floods.run(floods.made(kind, **given), city=city)
    assert field.deepest_m().max() > 0.2


def test_a_city_without_water_is_refused() -> None:
    with pytest.raises(ValueError, match="no water tables"):
        floods.run(floods.made("flash"), city=tw.city())
