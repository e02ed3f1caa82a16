"""Properties of the flood models: what goes in comes out, more never means less, edges behave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.city.water_model import Levels
from sim.hazard.flood import cell, hyetograph, inundation, routing
from sim.hazard.flood.runoff import excess_mm
from sim.hazard.flood.tables import flood_coefficients

C = flood_coefficients()
LEVELS = Levels(
    height_m=np.array([0.0, 0.5, 1.0, 2.0]),
    area_share=np.array([[0.0, 0.1, 0.1, 0.5], [0.2, 0.2, 0.4, 1.0]]),
    people_share=np.array([[0.0, 0.0, 0.2, 0.8], [0.0, 0.5, 0.5, 1.0]]),
    road_share=np.array([[0.0, 0.1, 0.2, 0.5], [0.0, 0.1, 0.2, 0.5]]),
)
AREA = np.array([10.0, 4.0])
POOL = routing.Pool(
    storage_m3=1e6, spill_height_m=4.0, crest_height_m=5.0, spill_width_m=20.0, overtop_width_m=50.0, outlet_m3s=5.0,
    shape=1.5,
)
STORM = cell.Storm(
    total_mm=100.0, return_period_y=50.0, duration_min=120.0, lon=106.0, lat=39.0, towards_deg=90.0, speed_kmh=0.0,
    cell_km2=150.0,
)


def rule(draw: float) -> routing.BreachRule:
    return routing.BreachRule(over_m=0.3, after_min=30.0, probability=0.5, formation_h=0.5, draw=draw)


def hump(peak: float, steps: int = 400) -> np.ndarray:
    t = np.arange(steps) / 30.0
    return peak * t * np.exp(1 - t)


@given(
    st.floats(5, 600), st.floats(0.05, 0.95), st.floats(0.3, 0.95), st.floats(0, 30), st.sampled_from([1.0, 5.0, 7.0])
)
def test_a_chicago_storm_keeps_its_depth(minutes: float, peak: float, n: float, b: float, step: float) -> None:
    shares = hyetograph.storm_shares(b, n, minutes, peak, step)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares >= -1e-15).all()


@given(st.lists(st.floats(0, 80), min_size=1, max_size=30), st.floats(40, 100), st.floats(1, 3))
def test_more_rain_never_runs_off_less(rain: list[float], curve: float, factor: float) -> None:
    column = np.array(rain)[:, None]
    less, more = excess_mm(column, np.array([curve])), excess_mm(factor * column, np.array([curve]))
    assert (more >= less - 1e-9).all()
    assert (less <= column + 1e-9).all()


@given(st.floats(0.05, 20), st.floats(0, 0.5), st.floats(0.02, 3))
def test_no_muskingum_part_is_negative(travel: float, x: float, step: float) -> None:
    reaches, parts = routing.muskingum_split(travel, x, step)
    coefficients = routing.muskingum_coefficients(travel / reaches, x, step / parts)
    assert sum(coefficients) == pytest.approx(1.0)
    # Where both conditions cannot hold at once (X near 0.5) the wave may dip, by little.
    assert min(coefficients) > -1e-9 or x > 0.25


@pytest.mark.parametrize(("travel", "x"), [(0.1, 0.2), (0.6, 0.2), (5.0, 0.2), (20.0, 0.3)])
def test_a_reach_keeps_the_water_and_delays_it(travel: float, x: float) -> None:
    flow = np.concatenate([np.zeros(1), hump(100.0, 300), np.zeros(600)])
    out = routing.muskingum(flow, travel, x, 1.0)
    assert out.sum() == pytest.approx(flow.sum(), rel=1e-6)
    when = (np.arange(len(flow)) * out).sum() / out.sum() - (np.arange(len(flow)) * flow).sum() / flow.sum()
    assert when == pytest.approx(travel, rel=0.02)
    assert out.max() <= flow.max() + 1e-9


def test_a_kernel_behind_a_reach_keeps_its_volume() -> None:
    kernel = hump(3.0, 100)
    behind = routing.muskingum_kernel(kernel, 0.7, 0.2, 1 / 12)
    assert behind.sum() == pytest.approx(kernel.sum(), rel=1e-12)
    assert (behind >= 0).all()
    assert behind.max() < kernel.max()


@pytest.mark.parametrize("draw", [0.2, 0.9])
@pytest.mark.parametrize("peak", [0.0, 4.0, 60.0, 400.0])
def test_a_basin_keeps_the_water(peak: float, draw: float) -> None:
    flow = hump(peak)
    pooled = routing.level_pool(flow, 5.0, POOL, rule(draw), stored_m3=2e5)
    out = (pooled.outlet_m3s + pooled.spill_m3s).sum() * 300.0
    assert 2e5 + flow.sum() * 300.0 == pytest.approx(out + pooled.stored_m3[-1], rel=1e-12)
    assert (pooled.stored_m3 >= 0).all()
    assert (pooled.spill_m3s >= 0).all()
    assert (pooled.outlet_m3s >= -1e-9).all()


def test_a_basin_in_balance_lets_out_what_comes_in() -> None:
    pooled = routing.level_pool(np.full(3000, 35.0), 5.0, POOL, rule(0.9))
    assert (pooled.outlet_m3s + pooled.spill_m3s)[-1] == pytest.approx(35.0, rel=1e-6)
    head = pooled.highest_m - 4.0
    assert 1.7 * 20.0 * head**1.5 + 5.0 * (pooled.highest_m / 4.0) ** 0.5 == pytest.approx(35.0, rel=0.01)


def test_an_overtopped_basin_breaks_only_if_the_draw_says_so() -> None:
    flow = hump(400.0)
    held, torn = routing.level_pool(flow, 5.0, POOL, rule(0.9)), routing.level_pool(flow, 5.0, POOL, rule(0.2))
    assert held.overtopped_min == torn.overtopped_min < np.inf
    assert held.breach_min == np.inf
    assert torn.breach_min >= torn.overtopped_min + 30.0
    assert torn.spill_m3s.max() > held.spill_m3s.max()
    assert torn.stored_m3[-1] < held.stored_m3[-1]


@given(st.floats(0, 300), st.floats(1, 2))
def test_more_inflow_never_spills_less(peak: float, factor: float) -> None:
    less, more = (routing.level_pool(hump(q, 150), 5.0, POOL, rule(0.9)) for q in (peak, factor * peak))
    assert (more.spill_m3s >= less.spill_m3s - 1e-9).all()
    assert (more.stored_m3 >= less.stored_m3 - 1e-6).all()


def test_low_ground_fills_from_the_bottom() -> None:
    below = inundation.volume_below_m3(LEVELS, AREA)
    # 10 km2 x (0 ... 0.1) over half a metre: a triangle of 0.25 million m3, then a box of 0.5, then a trapezium of 3.
    assert below[0] == pytest.approx([0.0, 0.25e6, 0.75e6, 3.75e6])
    volume = np.array([[0.0, 0.0], [0.0625e6, 0.4e6], [0.5e6, 0.8e6], [3.75e6 + 5e6, 3.6e6]])
    level = inundation.water_level_m(volume, LEVELS, AREA)
    assert level[:, 0] == pytest.approx([0.0, 0.25, 0.75, 3.0])
    assert level[1, 1] == pytest.approx(0.5)
    only = inundation.water_level_m(volume[:, 1:], LEVELS, AREA, np.array([1]))
    assert only[:, 0] == pytest.approx(level[:, 1])


@given(st.lists(st.floats(0, 2e7), min_size=2, max_size=30))
def test_levels_hold_the_volume_and_rise_with_it(volumes: list[float]) -> None:
    volume = np.sort(np.array(volumes))[:, None] * np.ones(2)
    level = inundation.water_level_m(volume, LEVELS, AREA)
    assert (np.diff(level, axis=0) >= -1e-9).all()
    h = np.linspace(0.0, 1.0, 20001)
    for j in range(2):
        top = level[-1, j]
        share = np.interp(h * top, LEVELS.height_m, LEVELS.area_share[j])
        held = np.trapezoid(share, h * top) * AREA[j] * 1e6
        assert held == pytest.approx(volume[-1, j], rel=1e-4, abs=1.0)


def test_people_stand_where_the_curve_says() -> None:
    heights = inundation.heights_of_shares(LEVELS, np.array([0.1, 0.5, 0.9]), LEVELS.people_share)
    assert heights[0].tolist() == pytest.approx([0.75, 1.5, np.inf])
    assert heights[1].tolist() == pytest.approx([0.1, 0.5, 1.8])


@given(st.lists(st.floats(0, 50), min_size=1, max_size=60), st.floats(0, 30), st.floats(0, 20))
def test_drains_run_full_while_there_is_water(flow: list[float], drain: float, more: float) -> None:
    inflow = np.array(flow)[:, None]
    volume = inundation.drained_volume_m3(inflow, np.array([drain]), 5.0)[:, 0]
    expected, stood = [], 0.0
    for q in flow:
        stood = max(0.0, stood + (q - drain) * 300.0)
        expected.append(stood)
    assert volume == pytest.approx(expected, abs=1e-6)
    assert (inundation.drained_volume_m3(inflow + more, np.array([drain]), 5.0)[:, 0] >= volume - 1e-6).all()


def test_a_sheet_of_water_follows_manning() -> None:
    depth = inundation.sheet_depth_m(np.array([700.0]), np.array([800.0]), np.array([0.015]), 0.045)
    assert depth == pytest.approx((0.875 * 0.045 / 0.015**0.5) ** 0.6)
    speed = inundation.sheet_velocity_ms(np.array([700.0]), np.array([800.0]), depth)
    assert speed == pytest.approx(depth ** (2 / 3) * 0.015**0.5 / 0.045)
    assert inundation.sheet_velocity_ms(np.zeros(1), np.ones(1), np.zeros(1)) == 0.0


def test_a_fan_drinks_at_most_what_comes() -> None:
    loss = inundation.wetted_loss_m3s(np.array([1.0, 100.0]), np.array(800.0), np.array(3.0), 10.0)
    assert loss == pytest.approx([1.0, 10.0 / 3.6e6 * 2.4e6])


def rain(storm: cell.Storm, lon: float, lat: float, area: float) -> np.ndarray:
    shares = hyetograph.storm_shares(10.0, 0.75, storm.duration_min, 0.4, 5.0)
    east, north = cell.disc_points(np.array([area]))
    return cell.rain_on(storm, shares, 5.0, 0.4, 2.0, np.array([lon]), np.array([lat]), east, north)[:, 0]


def test_the_total_falls_at_the_centre() -> None:
    assert rain(STORM, 106.0, 39.0, 1e-9).sum() == pytest.approx(100.0)
    moving = replace(STORM, speed_kmh=20.0)
    assert rain(moving, 106.0, 39.0, 1e-9).sum() == pytest.approx(100.0)
    # It moves east: rain comes earlier in the west, and the east has more of it than a standing cell would give.
    west, east = rain(moving, 105.8, 39.0, 1.0), rain(moving, 106.2, 39.0, 1.0)
    assert west.argmax() < east.argmax()
    assert east.sum() > rain(STORM, 106.2, 39.0, 1.0).sum()


def test_a_cell_is_twice_as_long_as_wide() -> None:
    along = rain(STORM, 106.0 + 10 / 86.414, 39.0, 1e-9).sum()
    across = rain(STORM, 106.0, 39.0 + 5 / 111.195, 1e-9).sum()
    assert along == pytest.approx(across, rel=1e-3)
    assert along == pytest.approx(100.0 * np.exp(-np.pi * 50.0 / 150.0), rel=1e-3)


@pytest.mark.parametrize("area", [30.0, 150.0, 574.0])
def test_the_cell_of_a_catchment_gives_the_area_reduction(area: float) -> None:
    wanted = float(cell.area_reduction(area, C["area_reduction"]))
    wide = cell.cell_for_area(area, C["area_reduction"], 2.0)
    mean = rain(replace(STORM, cell_km2=wide), 106.0, 39.0, area).sum() / 100.0
    assert mean == pytest.approx(wanted, rel=0.01)  # over points of the disc, turned with the cell or not
    # For a round cell the mean is known: (1 - exp(-x))/x with x = F/A; 19 points come near it.
    round_cell = cell.cell_for_area(area, C["area_reduction"], 1.0)
    x = area / round_cell
    assert -np.expm1(-x) / x == pytest.approx(wanted, rel=0.01)


def test_area_reduction() -> None:
    assert cell.area_reduction(574.0, 0.02) == pytest.approx(0.6193, abs=5e-5)
