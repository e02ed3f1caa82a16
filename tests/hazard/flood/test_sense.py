"""Does it make sense? Floods of the reference city against what is known of real ones."""

from __future__ import annotations

import ast
from pathlib import Path

import floods
import numpy as np
import pytest
import quakes

from sim.common.coefficients import Coefficients, package_table, read_coefficients
from sim.hazard.flood.loss import affected_people, crop_loss_yuan, house_loss_yuan
from sim.hazard.flood.pearson import quantile, shorter_depth_mm
from sim.hazard.flood.rational import rational_peak
from sim.hazard.flood.tables import flood_coefficients, flood_relations
from sim.hazard.flood.unit_hydrograph import concentration_time_h

C = flood_coefficients()
REPLICATIONS = 10


def toll(name: str) -> tuple[float, float, float]:
    """Mean people affected, loss in million yuan and square kilometres under water."""
    city, rows = quakes.city(), []
    for replication in range(REPLICATIONS):
        field = floods.flood(name, replication)
        loss = house_loss_yuan(field, city, C).sum() + crop_loss_yuan(field, city, C).sum()
        rows.append((affected_people(field, city, C).sum(), loss / 1e6, field.flooded_km2.sum()))
    people, yuan, km2 = np.mean(rows, axis=0)
    return float(people), float(yuan), float(km2)


def test_a_storm_like_2018_hurts_as_many_as_2018() -> None:
    people, loss, km2 = toll("storm-2018-07-22")
    assert 17_000 / 2 < people < 17_000 * 2
    assert 180 / 2 < loss < 180 * 2
    assert 98.0 / 2 < km2 < 98.0 * 2  # 9,802 ha


def test_a_storm_like_2018_is_a_50_to_200_year_flood_of_the_gullies_that_it_hit() -> None:
    field, g = floods.flood("storm-2018-07-22"), floods.water().gullies
    peaks = field.discharge_m3s.max(axis=0)
    assert (peaks > g.q50_m3s).sum() >= 3


def test_a_storm_like_2016_is_smaller_than_2018_and_not_nothing() -> None:
    people, loss, _ = toll("flash-2016")
    more_people, more_loss, _ = toll("storm-2018-07-22")
    assert 1_000 < people < more_people
    assert 18 < loss < more_loss


def test_a_storm_like_2016_holds_as_much_water_as_was_measured() -> None:
    notes = floods.flood("flash-2016").notes
    # Measured: 37.42 million m3 over 3,402 km2. A standing cell holds its total times its area.
    assert notes["total_mm"] * notes["cell_km2"] * 1e3 == pytest.approx(37.42e6, rel=0.1)


@pytest.mark.parametrize(("years", "column"), [(20.0, "q20_m3s"), (50.0, "q50_m3s"), (100.0, "q100_m3s")])
def test_design_storms_give_the_design_peaks_of_the_data(years: float, column: str) -> None:
    g = floods.water().gullies
    ratio = [
        float(floods.run(floods.made("flash", gully=i, return_period_y=years)).discharge_m3s[:, i].max())
        / float(getattr(g, column)[i])
        for i in range(len(g))
    ]
    assert min(ratio) > 0.75
    assert max(ratio) < 1.15
    if years == 50.0:
        assert ratio[0] == pytest.approx(1.0, abs=0.05)  # the largest gully


def test_the_chinese_formula_gives_peaks_of_the_same_order() -> None:
    g = floods.water().gullies
    hour = float(shorter_depth_mm(quantile(C["pearson_mean_mm"], C["pearson_cv"], 50.0), 1.0, C))
    for i in range(len(g)):
        area = float(g.catchment_km2[i])
        peak = rational_peak(
            area, float(g.length_km[i]), float(g.slope[i]), 1.2, C["depth_exponent_long"],
            hour * float(np.exp(-C["area_reduction"] * area**0.5)), 6.0,
        )
        assert 0.5 < peak.peak_m3s / float(g.q50_m3s[i]) < 2.0


def test_kirpich_gives_the_concentration_times_of_the_data() -> None:
    g = floods.water().gullies
    assert concentration_time_h(g.length_km, g.slope) == pytest.approx(g.concentration_time_h, rel=0.1)


def test_the_flood_of_2018_stayed_between_the_dykes_more_often_than_not() -> None:
    fields = [floods.run(floods.made("river", peak_m3s=3570.0), r) for r in range(40)]
    assert sum(bool(field.breaches) for field in fields) < 20


def test_a_river_flood_gives_days_of_warning_a_gully_hours() -> None:
    river, flash = floods.flood("river-100y"), floods.run(floods.made("flash", gully=0, return_period_y=100.0))
    behind = np.unique([z for breach in river.breaches for z in breach.zones])
    assert river.arrival_min[behind].min() > 24 * 60
    below = list(floods.water().gullies.zones[0])
    assert 60 < flash.arrival_min[below].min() < 8 * 60


def test_one_jam_in_five_or_ten_does_damage_behind_the_dykes() -> None:
    jams = [floods.run(floods.made("ice"), r) for r in range(100)]
    assert 3 <= sum(bool(field.breaches) for field in jams) <= 30


def test_a_jam_of_the_winter_of_1968_is_a_rare_one() -> None:
    surcharge = np.array([floods.run(floods.made("ice", horizon_min=60.0), r).notes["surcharge_m"] for r in range(300)])
    assert np.median(surcharge) == pytest.approx(0.5, abs=0.08)
    assert (surcharge > 1.3).mean() == pytest.approx(0.1, abs=0.06)


TABLES = Path(__file__).parents[3] / "sim" / "hazard"


@pytest.mark.parametrize("table", [C, flood_relations()], ids=["flood", "flood_relations"])
def test_coefficients_are_whole(table: Coefficients) -> None:
    for row in table.rows.values():
        assert row.unit, row.key
        if row.evidence == "J":
            assert row.low is not None, row.key
            assert row.high is not None, row.key
            assert row.low <= row.value <= row.high, row.key


def test_every_coefficient_is_used() -> None:
    words: set[str] = set()
    for path in (TABLES / "flood").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    built = ("flash_month_", "river_month_", "ice_month_", "flash_hours_", "road_raise_")
    table = read_coefficients(package_table("hazard", "flood.csv"), package_table("hazard", "flood_relations.csv"))
    unused = [key for key in table if key not in words and not key.startswith(built)]
    assert not unused
