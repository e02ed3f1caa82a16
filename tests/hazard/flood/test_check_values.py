"""Published and computed check values of the flood models, to the printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from sim.hazard.flood import people, routing, unit_hydrograph
from sim.hazard.flood.hyetograph import chicago, worst_depth
from sim.hazard.flood.ice import covered_stage_m
from sim.hazard.flood.pearson import quantile, return_period_y, shorter_depth_mm
from sim.hazard.flood.rational import rational_peak
from sim.hazard.flood.runoff import runoff_mm
from sim.hazard.flood.tables import flood_coefficients

C = flood_coefficients()
YEARS = np.array([2.0, 5, 10, 20, 50, 100, 200])
CHOW = (93, 137, 208, 320, 442, 546, 630, 678, 691, 675, 634, 571, 477, 390, 329, 247, 184, 134, 108, 90)
CHOW_OUT = (85, 91, 114, 160, 233, 324, 420, 509, 578, 623, 642, 635, 603, 546, 479, 413, 341, 274, 215, 170)


@pytest.mark.parametrize(
    ("mean", "cv", "depths"),
    [
        (45, 0.8, (31.19, 61.55, 88.56, 117.36, 157.10, 188.03, 219.48)),
        (45, 0.7, (33.81, 61.61, 84.58, 108.38, 140.63, 165.42, 190.47)),
        (1, 0.5, (0.86, 1.33, 1.66, 1.99, 2.42, 2.74, 3.05)),
    ],
)
def test_design_depths(mean: float, cv: float, depths: tuple[float, ...]) -> None:
    assert quantile(mean, cv, YEARS) == pytest.approx(depths, abs=0.0051)


def test_return_period_is_the_inverse() -> None:
    assert return_period_y(45.0, 0.8, quantile(45.0, 0.8, YEARS)) == pytest.approx(YEARS, rel=1e-9)
    assert return_period_y(45.0, 0.8, 0.0) == 1.0


def test_shorter_depths_follow_the_two_powers() -> None:
    assert shorter_depth_mm(100.0, 24.0, C) == pytest.approx(100.0)
    assert shorter_depth_mm(100.0, 6.0, C) == pytest.approx(100.0 * 0.25**0.25)
    assert shorter_depth_mm(100.0, 0.5, C) == pytest.approx(100.0 * (1 / 24) ** 0.25 * 0.5**0.4)


def test_chicago_storm() -> None:
    steps = chicago(10.0, 8.0, 0.8, 120.0, 0.4, 5.0)
    assert steps.sum() == pytest.approx(24.74077, abs=5e-6)
    assert steps.sum() == pytest.approx(float(worst_depth(120.0, 10.0, 8.0, 0.8)), rel=1e-12)
    assert steps.argmax() == 9
    assert steps.max() == pytest.approx(6.21631, abs=5e-6)
    assert steps[0] == pytest.approx(0.27, abs=0.005)


@pytest.mark.parametrize(
    ("rain", "curve", "runoff"),
    [(50, 85, 19.61), (100, 85, 61.00), (150, 85, 107.02), (240, 80, 177.67), (300, 88, 262.10)],
)
def test_runoff_metric(rain: float, curve: float, runoff: float) -> None:
    assert runoff_mm(rain, curve) == pytest.approx(runoff, abs=0.0051)


@pytest.mark.parametrize(
    ("rain", "curve", "runoff"), [(3, 80, 1.25), (5, 80, 2.89), (4, 70, 1.33), (6, 75, 3.28), (2, 90, 1.09)]
)
def test_runoff_of_tr_55_in_inches(rain: float, curve: float, runoff: float) -> None:
    assert runoff_mm(25.4 * rain, curve) / 25.4 == pytest.approx(runoff, abs=0.0051)


def test_no_runoff_below_the_initial_loss() -> None:
    assert runoff_mm(0.2 * (25400 / 85 - 254), 85.0) == 0.0
    assert runoff_mm(0.0, 100.0) == 0.0
    assert runoff_mm(30.0, 100.0) == pytest.approx(30.0)


def test_unit_hydrograph_peak_and_volume() -> None:
    assert unit_hydrograph.time_to_peak_h(3.0, 0.5) == pytest.approx(2.05)
    assert unit_hydrograph.peak_m3s_per_mm(100.0, 2.05) == pytest.approx(10.1463, abs=5e-5)
    flow = unit_hydrograph.unit_hydrograph(100.0, 3.0, 0.5)
    assert flow.sum() * 1800.0 == pytest.approx(100e3, rel=1e-9)
    fine = unit_hydrograph.unit_hydrograph(100.0, 3.0, 1 / 12)
    assert fine.max() == pytest.approx(unit_hydrograph.peak_m3s_per_mm(100.0, 1 / 24 + 1.8), rel=0.01)
    assert (fine >= 0).all()


def test_kirpich() -> None:
    assert unit_hydrograph.concentration_time_h(25.0, 0.03) == pytest.approx(0.0663 * 25**0.77 * 0.03**-0.385)


@pytest.mark.parametrize(
    ("given", "peak", "travel", "runoff"),
    [
        ((100, 25, 0.03, 1.2, 0.7, 60, 6), 463.322, 4.0175, 4.8040),
        ((50, 15, 0.05, 1.0, 0.65, 40, 5), 202.758, 2.9996, 4.8746),
    ],
)
def test_rational_formula(given: tuple[float, ...], peak: float, travel: float, runoff: float) -> None:
    found = rational_peak(*given)
    assert found.peak_m3s == pytest.approx(peak, abs=5e-4)
    assert found.travel_h == pytest.approx(travel, abs=5e-5)
    assert found.runoff_h == pytest.approx(runoff, abs=5e-5)


def test_rational_formula_of_a_long_basin_joins_that_of_a_short_one() -> None:
    # Longer and longer basins: past the duration of runoff the peak falls on without a jump.
    peaks = [rational_peak(100, length, 0.03, 1.2, 0.7, 60, 6) for length in np.arange(25.0, 45.0, 0.1)]
    joint = next(i for i, peak in enumerate(peaks) if peak.travel_h > peak.runoff_h)
    flows = np.array([peak.peak_m3s for peak in peaks])
    assert 0 < joint < len(peaks) - 1
    assert (np.diff(flows) < 0).all()
    assert flows[joint] == pytest.approx(flows[joint - 1], rel=0.01)
    last = peaks[-1]
    assert last.peak_m3s == pytest.approx(0.278 * 0.7 * 60 * last.runoff_h**0.3 / last.travel_h * 100, rel=1e-9)


def test_celerity() -> None:
    assert routing.celerity_ms(1.0, 0.02, 0.045) == pytest.approx(5.238, abs=5e-4)


def test_muskingum_of_chow() -> None:
    assert routing.muskingum_coefficients(2.3, 0.15, 1.0) == pytest.approx((0.0631, 0.3442, 0.5927), abs=5e-5)
    assert routing.muskingum_split(2.3, 0.15, 1.0) == (1, 1)
    out = routing.muskingum(np.array(CHOW, dtype=float), 2.3, 0.15, 1.0, first=85.0)
    assert out == pytest.approx(CHOW_OUT, abs=0.51)


def test_froehlich() -> None:
    assert routing.froehlich_peak_m3s(1e6, 6.0) == pytest.approx(329.68, abs=0.005)


def test_ice_cover_deepens_the_river() -> None:
    stage = covered_stage_m(np.array([4.0]), np.array([1.0]), 0.5)
    assert stage == pytest.approx(1.0 + 3.0 * 1.3195 + 0.46)


@pytest.mark.parametrize(
    ("depth", "share"), [(2.1, 0.0052), (3, 0.0984), (4, 0.3962), (4.306, 0.5000), (5, 0.7032), (6, 0.8820)]
)
def test_deaths_where_water_rises_fast(depth: float, share: float) -> None:
    assert people.death_share(depth, 0.2, 1.0, C) == pytest.approx(share, abs=6e-5)


@pytest.mark.parametrize(("depth", "share"), [(2.1, 0.00632), (3, 0.00904), (4, 0.01193), (6, 0.01734)])
def test_deaths_elsewhere(depth: float, share: float) -> None:
    assert people.death_share(depth, 0.2, 0.1, C) == pytest.approx(share, abs=5e-6)


def test_deaths_at_a_breach_and_in_shallow_water() -> None:
    assert people.death_share(3.5, 2.0, 0.0, C, breach=True) == 1.0
    assert people.death_share(3.5, 1.9, 0.0, C, breach=True) < 0.02
    assert people.death_share(3.5, 2.0, 0.0, C, breach=False) < 0.02
    assert people.death_share(np.array([0.0, 0.49]), 1.0, 3.0, C).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("depth", [2.1, 3.0, 4.0, 5.0, 6.0])
def test_rapid_rise_agrees_with_the_logistic_fit_of_gfdrr(depth: float) -> None:
    fit = 0.985 / (1 + np.exp(6.32 - 1.412 * depth))
    assert people.death_share(depth, 0.2, 1.0, C) == pytest.approx(fit, abs=0.07)


@pytest.mark.parametrize(
    ("depth", "speed", "worst"),
    [
        (0.0, 3, 0), (0.2, 1, 1), (0.3, 1.0, 1), (0.4, 1, 2), (1.0, 0.5, 3), (1.5, 0.5, 4), (1.0, 3, 5), (5, 0, 6),
        (1, 4.1, 6),
    ],
)
def test_hazard_classes(depth: float, speed: float, worst: int) -> None:
    assert people.hazard_class(depth, speed) == worst


def test_vehicle_limits() -> None:
    assert people.vehicle_passes(0.3, 1.0, "small_car")
    assert not people.vehicle_passes(0.31, 0.0, "small_car")
    assert not people.vehicle_passes(0.3, 1.1, "small_car")
    assert people.vehicle_passes(0.5, 1.2, "four_wheel_drive")
    assert not people.vehicle_passes(0.1, 3.1, "four_wheel_drive")
    assert people.vehicle_passes(1.2, 0.6, "low_clearance", "lost_best")
    with pytest.raises(KeyError):
        people.vehicle_passes(0.1, 0.0, "tank")


@pytest.mark.parametrize(
    ("depth_mm", "kmh"), [(50, 61.55), (100, 40.655), (150, 24.26), (200, 12.365), (300, 2.075), (301, 0.0)]
)
def test_speed_on_a_wet_road(depth_mm: float, kmh: float) -> None:
    assert people.wet_road_speed_kmh(depth_mm / 1e3, 120.0) == pytest.approx(kmh, abs=6e-4)


def test_a_dry_or_slow_road_keeps_its_speed() -> None:
    assert people.wet_road_speed_kmh(0.0, 120.0) == 120.0
    assert people.wet_road_speed_kmh(0.05, 35.0) == 35.0


@pytest.mark.parametrize(("depth", "share"), [(0, 0), (0.25, 0.1633), (0.5, 0.3266), (2.5, 0.7951), (6, 1), (9, 1)])
def test_damage_of_jrc(depth: float, share: float) -> None:
    assert people.damage_share(depth) == pytest.approx(share, abs=5.1e-5)


def test_earth_houses_soak_or_tear() -> None:
    depth = np.zeros((100, 3))
    depth[10:90, 0] = 0.6  # 80 steps of 5 min = 6.7 h
    depth[10:50, 1] = 0.6  # 3.3 h,
    depth[55:95, 1] = 0.6  # then again 3.3 h: the soaking began anew
    depth[20, 2] = 0.5
    speed = np.zeros((100, 3))
    speed[20, 2] = 2.0
    fallen = people.earth_house_falls(depth, speed, 5.0, C)
    assert fallen[:, 0].argmax() == 10 + 72 - 1
    assert fallen[-1].tolist() == [True, False, True]
    assert fallen[:, 2].argmax() == 20


def test_dyke_fragility() -> None:
    failed = people.stage_fragility(np.array([4.5, 5.0]), np.array([5.0, 5.0]), C)
    assert failed == pytest.approx([0.5, 0.8944], abs=5e-5)
