"""Clouds: published and computed check values, mass, symmetry, monotony, extreme releases."""

from __future__ import annotations

import numpy as np
import pytest

from sim.city.substances import substances
from sim.common.types import Floats
from sim.hazard.chemical import cloud, dense, gaussian
from sim.hazard.chemical.heavy import DensePlume, DensePuff
from sim.hazard.chemical.strength import Release0, plume_strength, puff_strength
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.chemical.weather import Air

CHLORINE = Release0(substance=substances()["chlorine"], temp_k=239.2, aerosol_share=0.18)
AMMONIA = Release0(substance=substances()["ammonia"], temp_k=239.8, aerosol_share=0.5)
LIGHT = Release0(substance=substances()["ammonia"], temp_k=293.15)
SULFIDE = Release0(substance=substances()["hydrogen sulfide"], temp_k=290.0)
RELEASES = [CHLORINE, AMMONIA, LIGHT, SULFIDE]
D5 = Air(wind_ms=5.0, stability="D", temp_c=15.0)
F2 = Air(wind_ms=2.0, stability="F", temp_c=15.0)
AIRS = [D5, F2, Air(wind_ms=1.0, stability="F", temp_c=-20.0), Air(wind_ms=20.0, stability="D", temp_c=35.0),
        Air(wind_ms=0.2, stability="A", temp_c=30.0), Air(wind_ms=3.0, stability="E", temp_c=5.0, urban=True)]
AXIS = np.zeros(1)
X = np.geomspace(10.0, 1e4, 40)
BURRO = {"flow_m3s": 0.23 * 425.6 / 1.76, "wind_ms": 10.9}


@pytest.mark.parametrize(
    ("kind", "axis", "spread"),
    [
        ("rural", "y", {"A": 209.76, "C": 104.88, "D": 76.28, "F": 38.14}),
        ("rural", "z", {"A": 200, "C": 73.03, "D": 37.95, "E": 23.08, "F": 12.31}),
        ("urban", "y", {"A": 270.45, "B": 270.45, "C": 185.93, "D": 135.22, "E": 92.97, "F": 92.97}),
        ("urban", "z", {"A": 339.41, "B": 339.41, "C": 200, "D": 122.79, "E": 50.60, "F": 50.60}),
    ],
)
def test_briggs_sigmas_at_one_kilometre(kind: str, axis: str, spread: dict[str, float]) -> None:
    for stability, sigma in spread.items():
        assert gaussian.sigma_m(kind, stability, axis, 1000.0) == pytest.approx(sigma, abs=0.0051)


def test_unknown_sigma_is_an_error() -> None:
    with pytest.raises(KeyError, match="'G'"):
        gaussian.sigma_m("rural", "G", "y", 100.0)


@pytest.mark.parametrize(("stability", "wind", "kg_m3"), [("D", 5.0, 2.19941e-5), ("F", 2.0, 3.39063e-4)])
def test_ground_plume_at_one_kilometre(stability: str, wind: float, kg_m3: float) -> None:
    sigmas = [gaussian.sigma_m("rural", stability, axis, 1000.0) for axis in "yz"]
    assert gaussian.plume_kg_m3(1.0, wind, *sigmas) == pytest.approx(kg_m3, rel=3e-6)
    assert cloud.plume_mg_m3(1000.0, 0.0, 1.0, LIGHT, Air(wind_ms=wind, stability=stability, temp_c=15.0)) == (
        pytest.approx(kg_m3 * 1e6, rel=1e-3)  # a source of pure vapour is a little wider than a point
    )


def test_plume_of_the_ccps_example() -> None:
    x = 500.0
    sigma_y, sigma_z = 0.0674 * x**0.9, 0.01122 * x**1.4024 * np.exp(-0.054 * np.log(x) ** 2)
    found = gaussian.plume_kg_m3(0.1, 2.0, np.array(sigma_y), np.array(sigma_z))
    assert found == pytest.approx(1.0346728e-4, rel=1e-7)


def test_puff_of_the_ccps_example() -> None:
    sigma_y, sigma_z = (gaussian.sigma_m("puff", "F", axis, 500.0) for axis in "yz")
    assert (float(sigma_y), float(sigma_z)) == pytest.approx((5.04793, 2.21484), abs=5e-6)
    # The printed sigmas give 0.00225004, the exact ones 0.00225005; printed is 0.00225007.
    assert gaussian.puff_kg_m3(1.0, 500.0 - 2.0 * 250.0, sigma_y, sigma_z) == pytest.approx(0.00225007, rel=1.2e-5)


@pytest.mark.parametrize("height", [0.0, 20.0])
@pytest.mark.parametrize("stability", ["A", "D", "F"])
def test_what_flows_through_a_plane_is_what_is_released(stability: str, height: float) -> None:
    sigma_y, sigma_z = (float(gaussian.sigma_m("rural", stability, axis, 800.0)) for axis in "yz")
    y = np.linspace(-6.0 * sigma_y, 6.0 * sigma_y, 301)
    z = np.linspace(0.0, 6.0 * sigma_z + height, 601)
    found = gaussian.plume_kg_m3(
        2.5, 3.0, np.array(sigma_y), np.array(sigma_z), y_m=y[:, None], z_m=z[None, :], height_m=height
    )
    assert 3.0 * np.trapezoid(np.trapezoid(found, z, axis=1), y) == pytest.approx(2.5, rel=0.01)


def test_a_puff_holds_its_mass() -> None:
    flat, up = np.linspace(-60.0, 60.0, 121), np.linspace(0.0, 30.0, 121)
    found = gaussian.puff_kg_m3(
        7.0, flat[:, None, None], np.array(10.0), np.array(5.0), y_m=flat[None, :, None], z_m=up[None, None, :]
    )
    whole = np.trapezoid(np.trapezoid(np.trapezoid(found, up, axis=2), flat, axis=1), flat)
    assert whole == pytest.approx(7.0, rel=0.01)


def test_a_long_release_is_a_row_of_puffs() -> None:
    x = np.array([-50.0, 300.0, 900.0])
    found = gaussian.finite_kg_m3(x, np.zeros(3), 30.0, 1.0, 60.0, 5.0, "D")
    steady = 1.0 / (np.pi * 5.0 * gaussian.sigma_m("puff", "D", "y", x[1:]) * gaussian.sigma_m("puff", "D", "z", x[1:]))
    assert found[0] == 0.0
    assert found[1:] == pytest.approx(steady, rel=0.01)
    assert gaussian.finite_kg_m3(x, np.zeros(3), 1.0, 1.0, 60.0, 5.0, "D")[2] < 1e-6 * steady[1]
    assert gaussian.finite_kg_m3(x, np.zeros(3), 30.0, 1.0, 10.0, 5.0, "D")[1] < 1e-6 * steady[0]


def test_short_means_are_higher() -> None:
    assert gaussian.peak_to_mean(np.array([1.0, 10.0, 60.0])) == pytest.approx([10**0.2, 1.0, 1.0])


@pytest.mark.parametrize(
    ("alpha", "betas"),
    [
        (-0.75, (1.75, 1.92, 2.08, 2.25, 2.40, 2.60)), (-0.40, (1.784, 2.016, 2.21, 2.394, 2.564, 2.714)),
        (0.0, (1.78, 1.96, 2.16, 2.35, 2.56, 2.71)),
    ],
)
def test_dense_plume_correlation(alpha: float, betas: tuple[float, ...]) -> None:
    assert dense.correlation("plume", alpha)[1] == pytest.approx(betas, abs=1e-9)


@pytest.mark.parametrize(
    ("alpha", "betas"),
    [(-0.75, (0.70, 0.85, 0.95, 1.15, 1.48, 1.83, 2.075)), (0.0, (0.81, 1.0, 1.19, 1.39, 1.62, 1.83, 2.05))],
)
def test_dense_puff_correlation(alpha: float, betas: tuple[float, ...]) -> None:
    ratios, found = dense.correlation("puff", alpha)
    assert found == pytest.approx(betas, abs=1e-9)
    assert ratios.tolist() == [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]


def test_liquefied_gas_on_water() -> None:
    gravity = dense.reduced_gravity_ms2(1.76, 101325 * 0.0289647 / (8.314462618 * 298.0))
    alpha = dense.plume_alpha(BURRO["flow_m3s"], gravity, BURRO["wind_ms"])
    size = float(np.sqrt(BURRO["flow_m3s"] / BURRO["wind_ms"]))
    assert alpha == pytest.approx(-0.4172, abs=5.1e-5)
    assert size == pytest.approx(2.2589, abs=5.5e-4)
    ratio = dense.plume_ratio(np.array([45.2, 367.0, 1200.0]) / size, alpha)
    assert dense.heated(ratio, 111.15 / 298.0) == pytest.approx([0.672023, 0.050712, 0.004921], abs=1.5e-6)
    assert dense.plume_is_dense(BURRO["flow_m3s"], gravity, BURRO["wind_ms"])
    length = dense.length_m(BURRO["flow_m3s"], gravity, BURRO["wind_ms"])
    half = dense.plume_half_width_m(np.array([-5.0, 0.0, 367.0]), BURRO["flow_m3s"], gravity, BURRO["wind_ms"])
    assert half == pytest.approx([size + 8 * length] * 2 + [size + 8 * length + 2.5 * (length * 367.0**2) ** (1 / 3)])
    assert dense.plume_upwind_m(BURRO["flow_m3s"], gravity, BURRO["wind_ms"]) == pytest.approx(0.5 * size + 2 * length)
    height = dense.plume_height_m(half[2:], ratio[1:2], BURRO["flow_m3s"], BURRO["wind_ms"])
    assert height * 2.0 * half[2] * BURRO["wind_ms"] * ratio[1] == pytest.approx(BURRO["flow_m3s"])


def test_ammonia_of_potchefstroom() -> None:
    volume, wind = 7.25e4, 2.0
    gravity = dense.reduced_gravity_ms2(1.434, 101325 * 0.02896 / (8.314462618 * 293.15))
    alpha = dense.puff_alpha(volume, gravity, wind)
    fronts = [
        float((dense.puff_centre_m(t, wind) + dense.puff_radius_m(t, volume, gravity)) / np.cbrt(volume))
        for t in (124.0, 3125.0)
    ]
    assert fronts[0] == pytest.approx(8.0, abs=0.05)
    assert dense.puff_ratio(fronts[0], alpha) / 16.4 == pytest.approx(0.0060976, abs=5.1e-8)
    # 2,500 m is where the centre is then; the ratio is that of the front.
    assert dense.puff_centre_m(3125.0, wind) == pytest.approx(2500.0)
    assert dense.puff_ratio(fronts[1], alpha) == pytest.approx(0.00072600, abs=2e-8)
    assert dense.puff_ratio(fronts[1], alpha) / 16.4 == pytest.approx(4.42683e-5, rel=3e-5)
    assert dense.puff_is_dense(volume, gravity, wind)


@pytest.mark.parametrize("model", [dense.plume_ratio, dense.puff_ratio])
@pytest.mark.parametrize("alpha", [-9.0, -0.6, -0.2, 0.0, 0.3, 0.7, 1.0, 3.0])
def test_ratios_fall_with_distance_without_a_jump(model: object, alpha: float) -> None:
    ratio = model(np.geomspace(0.01, 1e4, 5000), alpha)  # type: ignore[operator]
    assert ratio[0] == pytest.approx(1.0, abs=1e-4)
    assert (np.diff(ratio) <= 0.0).all()
    assert (np.diff(np.log(ratio)) > -0.25).all()


def test_a_light_gas_is_not_dense() -> None:
    assert dense.reduced_gravity_ms2(0.7, 1.2) == 0.0
    assert not dense.plume_is_dense(1e3, 0.0, 1.0)
    assert not dense.puff_is_dense(1e5, 0.0, 1.0)


def test_steady_or_sudden() -> None:
    x = np.array([100.0, 500.0, 5000.0])
    assert dense.seen_as_plume(x, 300.0, 2.0).tolist() == [True, False, False]
    assert dense.seen_as_puff(x, 300.0, 2.0).tolist() == [False, False, True]


def test_droplets_make_ammonia_heavy() -> None:
    assert LIGHT.density_kg_m3 == pytest.approx(0.708, abs=5e-4)
    assert LIGHT.density_kg_m3 < D5.density_kg_m3 < AMMONIA.density_kg_m3
    vapour = 101325 * 0.017031 / (8.314462618 * 239.8)
    assert pytest.approx(1.0 / (0.5 / vapour + 0.5 / 682.0)) == AMMONIA.density_kg_m3


def test_cold_hydrogen_fluoride_is_heavy() -> None:
    fluoride = substances()["hydrogen fluoride"]
    assert Release0(substance=fluoride, temp_k=292.0).density_kg_m3 > 1.5
    assert Release0(substance=fluoride, temp_k=330.0).density_kg_m3 < 1.0


def test_a_dense_plume_is_britter_and_mcquaid_within_their_table() -> None:
    x, rate = np.array([60.0, 120.0, 250.0]), 10.0
    gravity = dense.reduced_gravity_ms2(CHLORINE.density_kg_m3, F2.density_kg_m3)
    flow = rate / CHLORINE.density_kg_m3
    ratio = dense.plume_ratio(x / np.sqrt(flow / 2.0), dense.plume_alpha(flow, gravity, 2.0))
    pure = 101325 * 0.070906 / (8.314462618 * 288.15)
    expected = 1e6 * pure * dense.heated(ratio, pure / CHLORINE.density_kg_m3)
    assert cloud.plume_mg_m3(x, AXIS, rate, CHLORINE, F2) == pytest.approx(expected, rel=1e-6)


def test_a_dense_plume_keeps_its_mass_on_every_plane() -> None:
    c = chemical_coefficients()
    y = np.linspace(-9000.0, 9000.0, 20001)
    for rate in (0.1, 3.0, 60.0):
        heavy = DensePlume(plume_strength(rate, CHLORINE, F2, c), c)
        for x in (30.0, 0.9 * heavy.table_m, 1.1 * heavy.rise_m, 0.99 * heavy.passive_m, 1.01 * heavy.passive_m, 9e3):
            across = np.trapezoid(heavy.kg_m3(np.array(x), y), y)
            height = float(heavy.sigma_z_m(np.array(x))) * np.sqrt(np.pi / 2.0)
            assert 2.0 * across * height == pytest.approx(rate, rel=0.005)
            assert 0.1 * height < float(gaussian.sigma_m("rural", "F", "z", x + 200.0))


@pytest.mark.parametrize("air", AIRS)
@pytest.mark.parametrize("rate", [0.01, 1.0, 50.0])
def test_the_dense_plume_has_no_jump(air: Air, rate: float) -> None:
    c = chemical_coefficients()
    found = cloud.plume_mg_m3(np.geomspace(10.0, 1e4, 2000), AXIS, rate, CHLORINE, air)
    assert np.diff(np.log(found)).max() <= 1e-9
    heavy = DensePlume(plume_strength(rate, CHLORINE, air, c), c)
    for joint in (heavy.size * 30.0, heavy.table_m, heavy.rise_m, heavy.passive_m):
        if np.isfinite(joint):
            before, after = heavy.axis_kg_m3(joint * np.array([1.0 - 1e-6, 1.0 + 1e-6]))
            assert after == pytest.approx(before, rel=1e-3)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("air", AIRS)
def test_the_other_side_of_the_axis_is_the_same(release: Release0, air: Air) -> None:
    x, y = np.meshgrid(np.linspace(-100.0, 3000.0, 32), np.linspace(0.0, 900.0, 19))
    assert cloud.plume_mg_m3(x, y, 4.0, release, air) == pytest.approx(cloud.plume_mg_m3(x, -y, 4.0, release, air))
    for one, other in zip(
        cloud.puff_mg_m3(x, y, 900.0, release, air), cloud.puff_mg_m3(x, -y, 900.0, release, air), strict=True
    ):
        assert one == pytest.approx(other)


def test_a_wind_turned_about_turns_the_cloud_about() -> None:
    east, north = np.random.default_rng(1).uniform(-2000.0, 2000.0, (2, 500))

    def blown(from_deg: float, east: Floats, north: Floats) -> Floats:
        to = np.radians(from_deg + 180.0)
        down, across = east * np.sin(to) + north * np.cos(to), east * np.cos(to) - north * np.sin(to)
        return cloud.plume_mg_m3(down, across, 5.0, CHLORINE, D5)

    assert blown(30.0, east, north) == pytest.approx(blown(210.0, -east, -north), rel=1e-6, abs=1e-9)
    assert blown(30.0, east, north).max() > 100.0


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("air", AIRS)
def test_a_greater_leak_reaches_farther(release: Release0, air: Air) -> None:
    rates = np.geomspace(0.01, 500.0, 16)
    for threshold in (1e4, 300.0, 20.0):
        reach = [cloud.reach_m(threshold, rate, release, air) for rate in rates]
        assert (np.diff(reach) >= 0.0).all()


def test_the_reach_is_where_the_concentration_is() -> None:
    for release in (CHLORINE, LIGHT):
        reach = cloud.reach_m(500.0, 2.0, release, D5)
        assert 50.0 < reach < 5000.0
        assert cloud.plume_mg_m3(reach, 0.0, 2.0, release, D5) == pytest.approx(500.0, rel=0.002)
    assert cloud.reach_m(1e-6, 2.0, CHLORINE, D5) == 1e4
    assert cloud.reach_m(1e12, 2.0, CHLORINE, D5) == 0.0
    near = chemical_coefficients().with_overrides({"cloud_reach_km": 3.0}, "test")
    assert cloud.reach_m(1e-6, 2.0, CHLORINE, D5, near) == pytest.approx(3e3)


def test_indicative_distances_of_passive_clouds() -> None:
    # 1 kg/s of ammonia as a light gas: AEGL-3 and AEGL-2 of an hour (ppm) by day and by night.
    for ppm, day, night in ((1100.0, 137.0, 625.0), (160.0, 387.0, 1950.0)):
        for air, metres in ((D5, day), (F2, night)):
            reach = cloud.reach_m(ppm * 17.031 / 24.055, 1.0, LIGHT, air)
            assert reach == pytest.approx(metres, rel=0.01)


def test_the_front_moves_with_the_wind() -> None:
    assert cloud.arrival_min(np.array([-10.0, 0.0, 600.0]), D5).tolist() == [0.0, 0.0, 2.0]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("air", AIRS)
def test_little_gas_lies_outside_the_half_width(release: Release0, air: Air) -> None:
    half = cloud.half_width_m(X, 3.0, release, air)
    axis = cloud.plume_mg_m3(X, AXIS, 3.0, release, air)
    assert (cloud.plume_mg_m3(X, 1.01 * half, 3.0, release, air) <= 0.012 * axis).all()
    assert (np.diff(half) >= 0.0).all()


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("air", AIRS)
@pytest.mark.parametrize("amount", [1e-3, 1.0, 1e3])
def test_extreme_releases_stay_sane(release: Release0, air: Air, amount: float) -> None:
    ways = [-1e4, -500.0, -10.0, -1.0, 0.0, 1e-3, 1.0, 10.0, 100.0, 1e3, 1e4, 1e5]
    x, y = np.meshgrid(np.array(ways), np.array(ways))
    pure = 101325 * release.substance.molar_mass_g / (8.314462618 * air.temp_k) * 1e3
    found = cloud.plume_mg_m3(x, y, amount, release, air)
    assert np.isfinite(found).all()
    assert found.min() >= 0.0
    assert found.max() <= pure * (1.0 + 1e-9)
    assert found[x == -1e4].max() == 0.0
    strong, lasts, comes = cloud.puff_mg_m3(x, y, amount * 1e3, release, air)
    assert np.isfinite(strong).all()
    assert strong.max() <= pure * (1.0 + 1e-9)
    assert ((strong > 0.0) == (lasts > 0.0)).all()
    assert ((strong > 0.0) == np.isfinite(comes)).all()
    assert (comes >= 0.0).all()


def test_there_is_gas_about_the_source_and_where_a_dense_cloud_creeps() -> None:
    assert cloud.plume_mg_m3(np.array([-5.0, 0.0, 5.0]), AXIS, 1.0, LIGHT, D5).min() > 1e4
    assert cloud.plume_mg_m3(-20.0, 0.0, 1.0, LIGHT, D5) == 0.0
    assert cloud.plume_mg_m3(-20.0, 0.0, 50.0, CHLORINE, F2) > 1e5


def test_no_release_no_gas() -> None:
    assert cloud.plume_mg_m3(X, AXIS, 0.0, CHLORINE, D5).max() == 0.0
    strong, lasts, comes = cloud.puff_mg_m3(X, AXIS, 0.0, CHLORINE, D5)
    assert (strong.max(), lasts.max(), comes.min()) == (0.0, 0.0, np.inf)


@pytest.mark.parametrize("n", [1.0, 2.0, 2.75])
def test_an_even_pulse_does_what_the_passing_puff_does(n: float) -> None:
    x, mass = 800.0, 5.0
    seconds = np.linspace(0.0, 600.0, 60001)
    sigma_h, sigma_z = (gaussian.sigma_m("puff", "D", axis, x) for axis in "yz")
    course = 1e6 * gaussian.puff_kg_m3(mass, x - 5.0 * seconds, sigma_h, sigma_z)
    dose = np.trapezoid(course**n, seconds) / 60.0
    strong, lasts, comes = cloud.puff_mg_m3(np.array([x]), AXIS, mass, LIGHT, D5)
    assert (strong**n * lasts)[0] == pytest.approx(dose, rel=0.006 if n <= 2.0 else 0.11)
    assert comes[0] + lasts[0] / 2.0 == pytest.approx(x / 5.0 / 60.0)


@pytest.mark.parametrize("n", [1.0, 2.0])
@pytest.mark.parametrize("point", [(0.0, 0.0), (60.0, 10.0), (150.0, 0.0), (-8.0, 3.0)])
def test_an_even_pulse_does_what_the_dense_cloud_does(n: float, point: tuple[float, float]) -> None:
    c = chemical_coefficients()
    heavy = DensePuff(puff_strength(2000.0, CHLORINE, D5, c), c)
    seconds = np.linspace(0.0, 1200.0, 400001)
    centre = dense.puff_centre_m(seconds, 5.0)
    radius = dense.puff_radius_m(seconds, heavy.s.volume, heavy.s.gravity)
    inside = np.hypot(point[0] - centre, point[1]) <= radius
    dose = np.trapezoid(np.where(inside, 1e6 * heavy.slumping_kg_m3(seconds), 0.0) ** n, seconds) / 60.0
    strong, lasts, comes = cloud.puff_mg_m3(point[0], point[1], 2000.0, CHLORINE, D5)
    assert strong**n * lasts == pytest.approx(dose, rel=0.03)
    assert comes * 60.0 == pytest.approx(seconds[inside.argmax()], abs=0.01)


@pytest.mark.parametrize("air", AIRS)
def test_a_sudden_cloud_comes_later_and_thinner_farther_away(air: Air) -> None:
    for mass in (50.0, 5e3, 5e4):
        strong, _, comes = cloud.puff_mg_m3(X, AXIS, mass, CHLORINE, air)
        assert (np.diff(np.log(strong)) < 0.04).all()
        assert (np.diff(comes) >= 0.0).all()


@pytest.mark.parametrize("air", [D5, F2])
@pytest.mark.parametrize("n", [1.0, 2.0])
def test_a_greater_mass_gives_a_greater_dose(air: Air, n: float) -> None:
    doses = []
    for mass in np.geomspace(20.0, 1e5, 12):
        strong, lasts, _ = cloud.puff_mg_m3(X, AXIS, mass, CHLORINE, air)
        doses.append(strong**n * lasts)
    assert (np.diff(np.array(doses), axis=0) > 0.0).all()
