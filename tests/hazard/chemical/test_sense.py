"""Do the models make sense? Accidents of the open literature as orders of magnitude, as docs/background/sense.md tells.

What is recorded stands here with a factor, what was assumed in ``past_accidents.py``. Where the models are known to be
off by a factor of ten, the test says so and in which direction. The bounds are so narrow that a coefficient that goes
wrong by a factor of a few does not pass; the page has to be read again when a change brings the models nearer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import past_accidents as past
import pytest

from sim.hazard.chemical.source import Hole
from sim.hazard.chemical.victims import fireball_harm


def mean_dead(case: past.Past, replications: int = 4) -> float:
    return float(np.mean([past.untended(case, r).dead for r in range(replications)]))


def within(value: float, record: float, factor: float) -> bool:
    return record / factor <= value <= record * factor


def too_many(value: float, record: float) -> float:
    """Return how many times as many people the models kill as the accident did."""
    return value / record


# ---- Festus 2002: 48,000 lb of chlorine in three hours through a hose of one inch -----------


def test_a_hose_of_one_inch_empties_a_tank_car_three_times_too_fast() -> None:
    """No hose, no cooling tank: an upper bound."""
    recorded_kg_s = 48_000 * 0.4536 / (3 * 3600)
    assert 2.0 <= past.untended(past.FESTUS_2002).rate_kg_s / recorded_kg_s <= 4.0


# ---- Potchefstroom 1973: 38 t of ammonia at once --------------------------------------------

HSE_HALF_M, HSE_ONE_IN_100_M = 470.0, 600.0
"""How far the models of the British regulator let half, and one in a hundred, die out of doors at Potchefstroom."""
DEAD_WORKERS, DEAD_RESIDENTS = 14, 4


@pytest.mark.parametrize("case", past.CASES["Potchefstroom 1973"], ids=lambda case: f"{case.wind_ms}{case.stability}")
def test_ammonia_kills_as_far_as_the_models_of_a_regulator_say(case: past.Past) -> None:
    found = past.untended(case)
    assert within(found.half_die_m, HSE_HALF_M, 1.5)
    assert within(found.one_dies_m, HSE_ONE_IN_100_M, 1.75)
    assert found.half_die_m <= found.one_dies_m


@pytest.mark.parametrize("case", past.CASES["Potchefstroom 1973"], ids=lambda case: f"{case.wind_ms}{case.stability}")
def test_beside_a_burst_tank_two_to_four_times_too_many_workers_die_and_ten_times_too_many_residents(
    case: past.Past,
) -> None:
    """14 of some 350 workers died at Potchefstroom, out of doors; here rooms fill with thick gas as well."""
    tolls = [past.untended(case, r) for r in range(4)]
    workers = float(np.mean([toll.dead_workers for toll in tolls]))
    residents = float(np.mean([toll.dead - toll.dead_workers for toll in tolls]))
    assert 1.5 <= too_many(workers, DEAD_WORKERS) <= 4.0
    assert 6.0 <= too_many(residents, DEAD_RESIDENTS) <= 16.0


def test_a_narrow_plume_covers_part_of_a_shift() -> None:
    """A shift is spread over its plant: neither all of it nor nobody is in the way."""
    case = replace(past.POTCHEFSTROOM_1973, hole=Hole(kind="hole", mm=15), people_per_km2=0)
    release = past.opened(case).releases[0]
    exposed = len(release.exposed)
    assert 0.1 * case.workers <= exposed <= 0.9 * case.workers


# ---- Huai'an 2005: some 20 of 30 t of chlorine from a road tanker in a fresh wind -----------


@pytest.mark.parametrize(
    "case", past.CASES["Huai'an 2005"], ids=lambda case: f"{case.hole.kind}{case.wind_ms}{case.stability}"
)
def test_chlorine_in_a_fresh_wind_kills_within_a_factor_of_about_three_of_huaian(case: past.Past) -> None:
    assert within(mean_dead(case), 28.0, 3.3)


def test_the_likeliest_hole_and_wind_of_huaian_kill_about_as_many_as_died() -> None:
    assert within(mean_dead(past.HUAIAN_2005), 28.0, 1.4)


def test_the_orange_zone_is_a_third_of_the_fields_that_withered_at_huaian() -> None:
    """1,375 ha of crops were damaged; what hurts people hurts leaves."""
    found = past.untended(past.HUAIAN_2005)
    assert 0.2 <= (found.red_km2 + found.orange_km2) / 13.75 <= 0.6
    assert 0.02 * found.orange_km2 <= found.red_km2 <= 0.1 * found.orange_km2


# ---- Graniteville 2005: 55 t of chlorine on a calm night ------------------------------------


GRANITEVILLE_DEAD = 9
"""Of chlorine, by the finding of the NTSB."""


@pytest.mark.parametrize(
    "case", [case for case in past.CASES["Graniteville 2005"] if not case.flee],
    ids=lambda case: f"{case.hole.kind}{case.wind_ms}",
)
def test_a_calm_night_is_ten_to_fifty_times_too_deadly(case: past.Past) -> None:
    """The models, like others of their family, keep far more of the gas in the street than there was."""
    assert 13.0 <= too_many(mean_dead(case), GRANITEVILLE_DEAD) <= 55.0


def test_a_calm_night_is_ten_times_too_deadly_even_if_everybody_who_notices_flees() -> None:
    runs, stays = past.CASES["Graniteville 2005"][-1], past.GRANITEVILLE_2005
    assert runs == replace(stays, flee=True)
    dead = mean_dead(runs)
    assert 6.0 <= too_many(dead, GRANITEVILLE_DEAD) <= 16.0
    assert 0.2 <= dead / mean_dead(stays) <= 0.5, "who runs from a long release has a better chance"


def test_more_wind_and_less_gas_kill_fewer() -> None:
    case = past.HUAIAN_2005
    assert mean_dead(replace(case, wind_ms=10)) < mean_dead(replace(case, wind_ms=4))
    assert mean_dead(replace(case, mass_kg=2_000)) < mean_dead(case)
    small = replace(case, hole=Hole(kind="hole", mm=10))
    assert mean_dead(small) < 0.5 * mean_dead(case)


# ---- Feyzin 1966: a propane sphere of 1,200 m3 ----------------------------------------------


def test_the_ball_of_fire_of_feyzin_is_as_large_as_seen() -> None:
    ball = past.feyzin_1966()
    assert within(ball.across_m, 275.0, 1.4), "250 to 300 m across are reported"
    assert 15.0 <= ball.seconds <= 30.0


def test_a_sphere_in_the_fire_fails_within_the_hours_of_feyzin() -> None:
    ball = past.feyzin_1966()
    assert ball.fails_from_min < ball.fails_to_min
    assert within(ball.fails_to_min, 90.0, 2.0), "it burst 90 min after the cloud had caught fire, its valve open"


def test_who_stood_within_two_hundred_metres_of_the_sphere_was_killed_or_burnt() -> None:
    """18 of the 158 people at Feyzin died and 84 were hurt: the models must not spare those who stand there."""
    harm = fireball_harm(1e3 * past.feyzin_1966().mass_t, past.LPG.combustion_mj_kg, past.C)
    near, far = np.array([200.0]), np.array([3000.0])
    assert harm.hurt_out(near)[0] > 0.65
    assert harm.hurt_out(far)[0] < 0.01
