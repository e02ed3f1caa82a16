"""The air of the day: Pasquill's table, wind by height, what is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import tiny_world

from sim.city.model import WindRose
from sim.hazard.chemical import weather
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.chemical.weather import Air

C = chemical_coefficients()
ROSE = WindRose(
    from_deg=np.linspace(0.0, 315.0, 8, dtype=np.float64),
    share=np.array([0.14, 0.09, 0.06, 0.08, 0.13, 0.12, 0.10, 0.14]),
    speed_ms=np.array([3.4, 2.4, 2.4, 2.4, 2.4, 2.4, 2.4, 3.4]), calm_share=0.14,
)
CITY = replace(tiny_world.city(), wind_rose=ROSE)
DRAWS = 4000


def drawn(month: int, hour: float, **given: Any) -> list[tuple[Air, float]]:
    rng = np.random.default_rng(7)
    return [weather.draw_air(CITY, month, hour, rng, c=C, **given) for _ in range(DRAWS)]


@pytest.mark.parametrize(
    ("wind", "classes"),
    [
        (1.9, ("A", "B", "B", "F", "F")), (2.0, ("B", "B", "C", "E", "F")), (3.0, ("B", "C", "C", "D", "E")),
        (5.0, ("C", "D", "D", "D", "D")), (6.0, ("C", "D", "D", "D", "D")), (60.0, ("C", "D", "D", "D", "D")),
    ],
)
def test_pasquill(wind: float, classes: tuple[str, ...]) -> None:
    found = [weather.pasquill(wind, light) for light in ("strong", "moderate", "slight")]
    night = [weather.pasquill(wind, "night", cloud=True), weather.pasquill(wind, "night")]
    assert (*found, *night) == classes


def test_clouds_by_day_make_the_air_more_neutral() -> None:
    assert weather.pasquill(1.0, "strong", cloud=True) == weather.pasquill(1.0, "moderate")
    assert weather.pasquill(1.0, "slight", cloud=True) == "D"


def test_unknown_words_are_errors() -> None:
    with pytest.raises(ValueError, match="dusk"):
        weather.pasquill(1.0, "dusk")
    with pytest.raises(ValueError, match="'G'"):
        Air(wind_ms=1.0, stability="G", temp_c=0.0)


@pytest.mark.parametrize(
    ("stability", "rural", "urban"),
    [("A", 0.07, 0.15), ("B", 0.07, 0.15), ("C", 0.10, 0.20), ("D", 0.15, 0.25), ("E", 0.35, 0.40), ("F", 0.55, 0.60)],
)
def test_wind_by_height(stability: str, rural: float, urban: float) -> None:
    for power, town in ((rural, False), (urban, True)):
        air = Air(wind_ms=4.0, stability=stability, temp_c=10.0, urban=town)
        assert weather.wind_at(air, np.array([10.0, 2.0])) == pytest.approx([4.0, 4.0 * 0.2**power])


def test_the_formulas_have_a_least_wind_and_the_record_has_not() -> None:
    air = Air(wind_ms=0.3, stability="F", temp_c=0.0)
    assert (air.wind_ms, air.speed_ms) == (0.3, 1.0)
    assert Air(wind_ms=3.0, stability="D", temp_c=0.0).speed_ms == 3.0


def test_density_of_air() -> None:
    assert Air(wind_ms=1.0, stability="D", temp_c=20.0).density_kg_m3 == pytest.approx(1.204, abs=5e-4)


def test_the_sun_makes_day_and_season() -> None:
    assert weather.light_of(13.0, 6, C) == "strong"
    assert weather.light_of(13.0, 12, C) == "slight"
    assert weather.light_of(2.0, 6, C) == "night"
    assert weather.light_of(18.0, 12, C) == "night"
    assert weather.light_of(18.0, 6, C) != "night"
    # Noon of the equinox: 90 degrees less the latitude.
    high = [weather.sun_elevation_deg(C["sun_noon_h"], month, C) for month in (3, 9)]
    assert np.mean(high) == pytest.approx(90.0 - C["sun_latitude_deg"], abs=1.5)


def test_stability_by_hour() -> None:
    assert weather.stability_of(1.0, 13.0, 6, True, C) == "A"
    assert weather.stability_of(1.0, 2.0, 1, True, C) == "F"
    assert weather.stability_of(2.5, 2.0, 1, False, C) == "E"
    assert weather.stability_of(8.0, 13.0, 6, True, C) == "C"
    assert weather.stability_of(8.0, 2.0, 6, True, C) == "D"


@pytest.mark.parametrize(("month", "key"), [(1, "night_f_share"), (6, "night_f_share_mild")])
def test_inversions_hold_in_their_share_of_the_nights(month: int, key: str) -> None:
    found = drawn(month, 2.0)
    share = np.mean([air.stability == "F" for air, _ in found])
    assert share == pytest.approx(C[key], abs=4.0 * np.sqrt(0.25 / DRAWS))
    assert max(air.wind_ms for air, _ in found if air.stability == "F") <= C["night_f_wind_ms"]
    assert {air.stability for air, _ in found} == {"D", "E", "F"}


def test_no_stable_air_at_noon() -> None:
    assert {air.stability for air, _ in drawn(6, 13.0)} <= {"A", "B", "C", "D"}


def test_winds_follow_the_rose() -> None:
    found = drawn(6, 13.0)
    wind, came = np.array([air.wind_ms for air, _ in found]), np.array([deg for _, deg in found])
    northern = (came < 22.5) | (came >= 337.5)
    expected = 0.14 + 0.14 / 8.0
    assert northern.mean() == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1 - expected) / DRAWS))
    mean = float(ROSE.share @ ROSE.speed_ms + 0.14 * C["calm_wind_ms"] / 2.0)
    assert wind.mean() == pytest.approx(mean, abs=4.0 * wind.std() / np.sqrt(DRAWS))
    assert (wind >= 0.0).all()
    assert ((came >= 0.0) & (came < 360.0)).all()
    assert found[0][0].temp_c == CITY.month_temp_c[5]


def test_the_speed_is_a_rayleigh_law_about_the_mean_of_its_sector() -> None:
    rose = WindRose(from_deg=np.array([90.0]), share=np.array([1.0]), speed_ms=np.array([4.0]), calm_share=0.0)
    rng = np.random.default_rng(3)
    wind = np.array([weather.draw_wind(rose, rng.random(3), False, C)[0] for _ in range(DRAWS)])
    assert wind.mean() == pytest.approx(4.0, abs=4.0 * wind.std() / np.sqrt(DRAWS))
    assert wind.std() / wind.mean() == pytest.approx(np.sqrt(4.0 / np.pi - 1.0), abs=0.03)


def test_what_is_given_is_taken_and_leaves_the_rest_alone() -> None:
    free = drawn(1, 2.0)
    given = drawn(1, 2.0, wind_ms=0.4, stability="D")
    assert {(air.wind_ms, air.stability) for air, _ in given} == {(0.4, "D")}
    assert [deg for _, deg in given] == [deg for _, deg in free]
    turned = drawn(1, 2.0, from_deg=200.0)
    assert {deg for _, deg in turned} == {200.0}
    assert [air for air, _ in turned] == [air for air, _ in free]


def test_a_given_strong_wind_lets_no_inversion_be() -> None:
    assert {air.stability for air, _ in drawn(1, 2.0, wind_ms=7.0)} == {"D"}


def test_a_city_without_a_rose_has_the_usual_winds() -> None:
    none = np.zeros(0)
    bare = replace(CITY, wind_rose=WindRose(from_deg=none, share=none, speed_ms=none, calm_share=0.0))
    air, came = weather.draw_air(bare, 6, 13.0, np.random.default_rng(1), c=C)
    assert air.wind_ms == C["no_data_day_wind_ms"]
    assert 0.0 <= came < 360.0
    assert weather.draw_air(bare, 6, 2.0, np.random.default_rng(1), c=C)[0].wind_ms == C["night_f_wind_ms"]


def test_the_wind_wanders_from_where_it_began() -> None:
    courses = np.array([weather.turning(350.0, 13, np.random.default_rng(seed), C) for seed in range(400)])
    assert courses.shape == (400, 13)
    assert courses[:, 0] == pytest.approx(350.0)
    assert ((courses >= 0.0) & (courses < 360.0)).all()
    off = (courses - 350.0 + 180.0) % 360.0 - 180.0
    assert off[:, 12].std() == pytest.approx(C["wind_turn_deg"] * np.sqrt(12.0), rel=0.2)
    assert len(weather.turning(10.0, 0, np.random.default_rng(1), C)) == 0
