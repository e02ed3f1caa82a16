"""Do the models make sense? Accidents of the open literature as orders of magnitude, as docs/background/sense.md tells.

What is recorded stands here with a factor, what was assumed in ``past_accidents.py``. Where the models are known to be
off by more than a factor of ten, the test says so and in which direction; the page has to be read again when a change
brings them nearer.
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


# ---- Festus 2002: 48,000 lb of chlorine in three hours through a hose of one inch -----------


def test_a_hose_of_one_inch_empties_a_tank_car_within_a_factor_five_of_festus() -> None:
    recorded_kg_s = 48_000 * 0.4536 / (3 * 3600)
    found = past.untended(past.FESTUS_2002).rate_kg_s
    assert within(found, recorded_kg_s, 5.0)
    assert found > recorded_kg_s, "no hose, no cooling tank: an upper bound"


# ---- Potchefstroom 1973: 38 t of ammonia at once --------------------------------------------

HSE_HALF_M, HSE_ONE_IN_100_M = 470.0, 600.0
"""How far the models of the British regulator let half, and one in a hundred, die out of doors at Potchefstroom."""


@pytest.mark.parametrize("case", past.CASES["Potchefstroom 1973"], ids=lambda case: f"{case.wind_ms}{case.stability}")
def test_ammonia_kills_as_far_as_the_models_of_a_regulator_say(case: past.Past) -> None:
    found = past.untended(case)
    assert within(found.half_die_m, HSE_HALF_M, 2.0)
    assert within(found.one_dies_m, HSE_ONE_IN_100_M, 2.0)
    assert found.half_die_m <= found.one_dies_m


def test_too_many_workers_die_beside_a_burst_tank() -> None:
    """14 of some 350 died at Potchefstroom; here the whole shift stands beside the tank."""
    found = past.untended(past.POTCHEFSTROOM_1973)
    assert 14 < found.dead_workers < 350
    assert found.dead_workers <= 25 * 14


# ---- Huai'an 2005: some 20 of 30 t of chlorine from a road tanker in a fresh wind -----------


@pytest.mark.parametrize(
    "case", past.CASES["Huai'an 2005"], ids=lambda case: f"{case.hole.kind}{case.wind_ms}{case.stability}"
)
def test_chlorine_in_a_fresh_wind_kills_within_a_factor_five_of_huaian(case: past.Past) -> None:
    assert within(mean_dead(case), 28.0, 5.0)


def test_the_orange_zone_is_as_large_as_the_fields_that_withered_at_huaian() -> None:
    """1,375 ha of crops were damaged; what hurts people hurts leaves."""
    found = past.untended(past.HUAIAN_2005)
    assert within(found.red_km2 + found.orange_km2, 13.75, 5.0)
    assert found.red_km2 < 0.2 * found.orange_km2


# ---- Graniteville 2005: 55 t of chlorine on a calm night ------------------------------------


@pytest.mark.parametrize("case", past.CASES["Graniteville 2005"], ids=lambda case: f"{case.hole.kind}{case.wind_ms}")
def test_a_calm_night_is_far_too_deadly(case: past.Past) -> None:
    """Eight died of the gas; the models, like others of their family, kill ten to eighty times as many."""
    assert 8 <= mean_dead(case) <= 80 * 8


def test_who_runs_has_a_better_chance_than_who_shuts_the_windows_near_a_long_release() -> None:
    runs, stays = past.CASES["Graniteville 2005"][-1], past.GRANITEVILLE_2005
    assert runs == replace(stays, flee=True)
    assert mean_dead(runs) < 0.5 * mean_dead(stays)


def test_more_wind_and_less_gas_kill_fewer() -> None:
    case = past.HUAIAN_2005
    assert mean_dead(replace(case, wind_ms=10)) < mean_dead(replace(case, wind_ms=4))
    assert mean_dead(replace(case, mass_kg=2_000)) < mean_dead(case)
    small = replace(case, hole=Hole(kind="hole", mm=10))
    assert mean_dead(small) < 0.5 * mean_dead(case)


# ---- Feyzin 1966: a propane sphere of 1,200 m3 ----------------------------------------------


def test_the_ball_of_fire_of_feyzin_is_as_large_as_seen() -> None:
    ball = past.feyzin_1966()
    assert within(ball.across_m, 275.0, 1.45), "250 to 300 m across are reported"
    assert 10.0 <= ball.seconds <= 40.0


def test_a_sphere_in_the_fire_fails_within_the_hours_of_feyzin() -> None:
    ball = past.feyzin_1966()
    assert ball.fails_from_min < ball.fails_to_min
    assert within(ball.fails_to_min, 90.0, 3.0), "it burst 90 min after the cloud had caught fire, its valve open"


def test_who_stood_within_two_hundred_metres_of_the_sphere_was_killed_or_burnt() -> None:
    """18 of the 158 people at Feyzin died and 84 were hurt: the models must not spare those who stand there."""
    harm = fireball_harm(1e3 * past.feyzin_1966().mass_t, past.LPG.combustion_mj_kg, past.C)
    near, far = np.array([200.0]), np.array([3000.0])
    assert harm.hurt_out(near)[0] > 0.65
    assert harm.hurt_out(far)[0] < 0.01
