"""Releases: published check values, and laws that every substance, hole and vessel must keep."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from sim.city.substances import substances
from sim.hazard.chemical import discharge as d
from sim.hazard.chemical import pool
from sim.hazard.chemical.source import Hole, Phase, Source, Stored, pool_step, source_of
from sim.hazard.chemical.tables import chemical_coefficients

C = chemical_coefficients()
S = substances()
NEVER = math.inf
EDGES = np.arange(0.0, 241.0, 5.0)
CITY = (
    "chlorine", "vinyl chloride", "acetylene", "calcium carbide", "hydrogen chloride", "hydrogen", "hydrogen sulfide",
    "cyanamide", "carbon monoxide gas", "hydrazine hydrate", "ammonia", "toluene", "methanol", "carbon disulfide",
    "hydrogen fluoride", "LNG", "LPG",
)
HOLES = (
    Hole(kind="hole", mm=0.0), Hole(kind="hole", mm=10.0), Hole(kind="hole", mm=100.0), Hole(kind="ten_minutes"),
    Hole(kind="one_hour"), Hole(kind="at_once"),
)
PHASES: tuple[Phase, ...] = ("pressure", "cold", "liquid", "gas")


def vessel(
    key: str, phase: Phase, temp_c: float = 20.0, mass_kg: float = 20e3, bar: float = 4.0, **other: float
) -> Stored:
    size = {"diameter_m": 3.0, "height_m": 6.0, "bund_m2": 150.0} | other
    return Stored(substance=S[key], mass_kg=mass_kg, temp_c=temp_c, pressure_bar=bar, phase=phase, **size)


def release(stored: Stored, hole: Hole, shut: float = NEVER, air_c: float = 20.0, **other: float) -> Source:
    return source_of(stored, hole, EDGES, shut, 3.0, air_c, C.with_overrides(other, "test"))


def test_ccps_liquid_jet() -> None:
    flux = d.liquid_flux_kg_s_m2(490.0, 120935.04, 0.0, 0.63)
    assert flux * d.hole_m2(10.0) == pytest.approx(0.216912, abs=5e-7)
    assert flux / 490.0 == pytest.approx(5.636334, abs=5e-7)


def test_ccps_gas_jet() -> None:
    assert d.gas_flux_kg_s_m2(501e3, 8.90, 1.15, 0.85) * d.hole_m2(10.0) == pytest.approx(0.0900280, abs=5e-8)
    assert d.critical_ratio(1.15) == pytest.approx(0.574383, abs=5e-7)
    out = d.gas_exit(501e3, 298.0, 8.90, 1.15, 0.85)
    assert out.speed_ms == pytest.approx(208.587, abs=5e-4)
    assert out.pressure_pa == pytest.approx(287_766, abs=0.5)
    assert out.temp_k == pytest.approx(277.209, abs=5e-4)


def test_chlorine_and_water() -> None:
    chlorine = d.liquid_flux_kg_s_m2(1410.0, 5.8e5 + d.AIR_PA, 0.0, 0.61) * d.hole_m2(25.0)
    assert chlorine == pytest.approx(12.110, abs=5e-4)
    assert d.liquid_flux_kg_s_m2(1000.0, d.AIR_PA, 8.0, 0.61) * d.hole_m2(50.0) == pytest.approx(15.006, abs=5e-4)
    assert d.drain_s(np.pi * 25.0, d.hole_m2(50.0), 8.0, 0.61) == pytest.approx(83_744, abs=0.5)


@pytest.mark.parametrize(
    ("key", "exact"), [("chlorine", 0.1807), ("ammonia", 0.1788), ("hydrogen sulfide", 0.3029), ("LPG", 0.3555)]
)
def test_flash_comes_near_the_exact_one(key: str, exact: float) -> None:
    assert pool.flash_share(S[key], 293.15) == pytest.approx(exact, rel=0.03)


def test_flash_of_chlorine_by_the_formula() -> None:
    assert pool.flash_share(S["chlorine"], 293.15) == pytest.approx(0.180, abs=0.001)


@pytest.mark.parametrize(
    ("key", "density"), [("ammonia", 610.4), ("chlorine", 1408.2), ("hydrogen sulfide", 787.5), ("LPG", 500.1)]
)
def test_density_of_the_saturated_liquid(key: str, density: float) -> None:
    assert pool.liquid_density_kg_m3(S[key], 293.15) == pytest.approx(density, abs=0.05)


def test_flashing_propylene_of_the_textbook() -> None:
    """Crowl & Louvar: propylene at 25 C, 10 mm, 0.774 kg/s."""
    flux = d.equilibrium_flux_kg_s_m2(298.0, 3.34e5, 2.18e3, 0.042)
    assert flux * d.hole_m2(10.0) == pytest.approx(0.774, abs=1e-3)


def test_a_short_pipe_lies_between_liquid_and_equilibrium() -> None:
    assert d.short_pipe_flux_kg_s_m2(2e4, 1e4, 0.0) == pytest.approx(2e4)
    falling = [d.short_pipe_flux_kg_s_m2(2e4, 1e4, length) for length in (0.0, 0.02, 0.05, 0.1)]
    assert np.all(np.diff(falling) < 0.0)
    assert d.short_pipe_flux_kg_s_m2(2e4, 1e4, 5.0) == falling[-1]
    assert falling[-1] < 1e4
    assert d.short_pipe_flux_kg_s_m2(0.0, 1e4, 0.1) == 0.0


def test_gas_flow_is_even_where_it_stops_being_choked() -> None:
    border = d.AIR_PA / d.critical_ratio(1.4)
    below, above = d.gas_flux_kg_s_m2(np.array([border * 0.9999, border * 1.0001]), 2.0, 1.4, 0.85)
    assert above == pytest.approx(below, rel=2e-4)
    assert d.gas_flux_kg_s_m2(np.array([d.AIR_PA, 0.5 * d.AIR_PA]), 2.0, 1.4, 0.85) == pytest.approx([0.0, 0.0])
    choked = 0.85 * np.sqrt(2.0 * 5e5 * 1.4 * (2.0 / 2.4) ** 6.0)
    assert d.gas_flux_kg_s_m2(5e5, 2.0, 1.4, 0.85) == pytest.approx(choked)


def test_level_falls_as_the_drain_time_says() -> None:
    tank, hole = np.pi * 25.0, d.hole_m2(50.0)
    whole = d.drain_s(tank, hole, 8.0, 0.61)
    level = d.level_m(np.array([0.0, 0.5, 1.0, 2.0]) * whole, 8.0, tank, hole, 1000.0, 0.0, 0.61)
    assert level == pytest.approx([8.0, 2.0, 0.0, 0.0], abs=1e-9)


def test_level_solves_its_equation_under_pressure() -> None:
    seconds = np.linspace(0.0, 3000.0, 3001)
    level = d.level_m(seconds, 3.0, 7.0, d.hole_m2(25.0), 1400.0, 9000.0, 0.61)
    flux = np.sqrt(9000.0**2 + 2.0 * (1400.0 * 0.61) ** 2 * 9.81 * level)
    assert -np.gradient(level, seconds)[1:-1] == pytest.approx(flux[1:-1] * d.hole_m2(25.0) / 1400.0 / 7.0, rel=1e-6)


def test_blowdown_follows_the_closed_form_while_choked() -> None:
    gamma, density, area = 1.4, 10.0, d.hole_m2(20.0)
    rate = area * float(d.gas_flux_kg_s_m2(2e6, density, gamma, 0.85))
    tau = 500.0 / rate
    seconds = np.linspace(0.0, 1.8 * tau, 9)
    exact = 500.0 * (1.0 + (gamma - 1.0) / 2.0 * seconds / tau) ** (-2.0 / (gamma - 1.0))
    assert exact[-1] > 500.0 * (d.AIR_PA / d.critical_ratio(gamma) / 2e6) ** (1.0 / gamma)
    assert d.blowdown_kg(seconds, 500.0, 2e6, density, gamma, area, 0.85) == pytest.approx(exact, rel=1e-4)
    end = d.blowdown_kg(np.array([1e9]), 500.0, 2e6, density, gamma, area, 0.85)
    assert end == pytest.approx(500.0 * (d.AIR_PA / 2e6) ** (1.0 / gamma))


@pytest.mark.parametrize(("temp_c", "bar"), [(-20.0, 1.88), (0.0, 3.68), (20.0, 6.76), (40.0, 11.5)])
def test_vapour_pressure_of_chlorine(temp_c: float, bar: float) -> None:
    assert pool.vapour_pressure_pa(S["chlorine"], 273.15 + temp_c) / 1e5 == pytest.approx(bar, rel=0.06)


@pytest.mark.parametrize("key", [key for key, s in S.items() if s.boiling_k > 0.0])
def test_every_substance_boils_at_one_atmosphere(key: str) -> None:
    substance = S[key]
    assert pool.vapour_pressure_pa(substance, substance.boiling_k) == pytest.approx(d.AIR_PA)
    if substance.psat_20c_bar > 0.0:
        assert pool.vapour_pressure_pa(substance, 293.15) / 1e5 == pytest.approx(substance.psat_20c_bar, rel=0.02)
    ideal = pool.vapour_density_kg_m3(substance.molar_mass_g, d.AIR_PA, 293.15)
    assert substance.gas_kg_m3 == pytest.approx(ideal, rel=2e-3)


def test_the_substances_of_the_city_are_known() -> None:
    assert set(CITY) <= set(S)
    assert len(S) == 25
    assert {key for key, s in S.items() if s.aerosol} == {"ammonia", "hydrogen fluoride"}
    assert S["phosgene"].cp_liquid_j_kg_k == 1000.0
    assert S["hydrogen cyanide"].cp_liquid_j_kg_k == 2600.0


def test_rain_out_and_area() -> None:
    assert pool.airborne_share(0.18, C) == pytest.approx(0.36)
    assert pool.airborne_share(0.7, C) == 1.0
    assert pool.pool_area_m2(1000.0, 800.0, 50.0, C) == 50.0
    assert pool.pool_area_m2(1000.0, 800.0, 0.0, C) == pytest.approx(125.0)


def test_mackay_and_matsugu() -> None:
    speed = pool.transfer_ms(2.0, 10.0, C)
    assert speed == pytest.approx(0.004786 * 2.0**0.78 * 10.0**-0.11 * 1.5**-0.67)
    rate = pool.mackay_matsugu_kg_s_m2(speed, 92.14, 2900.0, 293.15)
    assert rate == pytest.approx(speed * 0.09214 * 2900.0 / 8.314463 / 293.15)
    assert pool.transfer_ms(0.0, 10.0, C) > 0.0


def test_a_boiling_pool_lives_on_the_ground() -> None:
    minute = 0.92 * 181.48 / math.sqrt(math.pi * 4.16e-7 * 60.0)
    assert pool.ground_heat_w_m2(293.15, 111.67, 60.0, C) == pytest.approx(minute)
    lng = pool.evaporation(S["LNG"], 3.0, 293.15, 10.0, C)
    assert lng.pool_k == S["LNG"].boiling_k
    heat = 2.0 * pool.ground_heat_w_m2(293.15, 111.67, 600.0, C)
    assert lng.kg_s_m2 * 510.8e3 > heat
    assert lng.kg_s_m2 * 510.8e3 < 1.3 * heat


def test_a_tame_pool_evaporates_as_mackay_and_matsugu_say() -> None:
    rate = pool.evaporation(S["toluene"], 2.0, 293.15, 10.0, C)
    plain = pool.mackay_matsugu_kg_s_m2(pool.transfer_ms(2.0, 10.0, C), 92.138, 2919.0, 293.15)
    assert 288.0 < rate.pool_k < 293.15
    assert 0.8 * plain < rate.kg_s_m2 < plain


@pytest.mark.parametrize("key", [key for key, s in S.items() if s.boiling_k > 0.0])
def test_evaporation_rises_with_wind_and_warmth(key: str) -> None:
    for air in (253.15, 293.15, 308.15):
        by_wind = [pool.evaporation(S[key], wind, air, 10.0, C).kg_s_m2 for wind in (1.0, 3.0, 8.0)]
        assert np.all(np.diff(by_wind) > 0.0)
    warm = [pool.evaporation(S[key], 3.0, air, 10.0, C) for air in np.arange(243.0, 313.0, 2.0)]
    assert np.all(np.diff([each.kg_s_m2 for each in warm]) > 0.0)
    assert all(each.pool_k <= S[key].boiling_k + 1e-9 for each in warm)


@pytest.mark.parametrize("key", sorted(S))
def test_mass_is_conserved_and_never_negative(key: str) -> None:
    for phase, hole, temp, shut, bar in itertools.product(
        PHASES, HOLES, (-160.0, -20.0, 20.0, 38.0), (0.0, 7.0, NEVER), (1.013, 1.1, 30.0)
    ):
        stored = vessel(key, phase, temp, bar=bar)
        got = release(stored, hole, shut, max(temp, -30.0))
        total = got.puff_kg + got.air_kg.sum() + got.pool_kg.sum() + got.left_kg
        assert total == pytest.approx(stored.mass_kg, rel=1e-12)
        numbers = [got.puff_kg, got.left_kg, got.rate_kg_s, got.evaporation_kg_min_m2, got.bund_m2, got.aerosol_share]
        assert np.all(np.isfinite(numbers))
        assert min(*numbers, got.air_kg.min(), got.pool_kg.min()) >= 0.0
        assert got.bund_m2 <= 150.0
        assert got.aerosol_share < 1.0
        assert got.cloud_temp_k > 0.0


def test_a_solid_stays_where_it_is() -> None:
    got = release(vessel("calcium carbide", "liquid"), Hole(kind="at_once"))
    assert got.left_kg == 20e3
    assert got.rate_kg_s == 0.0


@pytest.mark.parametrize("phase", PHASES)
def test_a_larger_hole_lets_out_more_and_none_lets_out_nothing(phase: Phase) -> None:
    key = {"pressure": "chlorine", "cold": "LNG", "liquid": "methanol", "gas": "hydrogen"}[phase]
    stored = vessel(key, phase, -162.0 if phase == "cold" else 20.0, bar=1.2 if phase == "cold" else 8.0)
    got = [release(stored, Hole(kind="hole", mm=mm)) for mm in (0.0, 5.0, 10.0, 25.0, 50.0)]
    assert got[0].rate_kg_s == 0.0
    assert got[0].left_kg == stored.mass_kg
    rates = np.array([each.rate_kg_s for each in got])
    assert rates[2:] / rates[1] == pytest.approx([4.0, 25.0, 100.0])
    first = np.array([each.air_kg[0] + each.pool_kg[0] for each in got])
    assert np.all(np.diff(first) > 0.0)
    small = got[1].air_kg + got[1].pool_kg
    assert np.all(np.diff(small) <= 1e-9)
    assert small[0] == pytest.approx(300.0 * got[1].rate_kg_s, rel=0.02)


def test_pressure_lasts_while_there_is_liquid() -> None:
    got = release(vessel("chlorine", "pressure", mass_kg=50e3), Hole(kind="hole", mm=10.0))
    steps = got.air_kg + got.pool_kg
    assert steps[-1] > 0.9 * steps[0]
    assert got.phase_out == "two_phase"
    assert got.aerosol_share == pytest.approx(0.5)
    assert got.air_kg / steps == pytest.approx(2.0 * pool.flash_share(S["chlorine"], 293.15))
    assert got.cloud_temp_k == S["chlorine"].boiling_k


def test_liquid_formula_is_the_upper_bound() -> None:
    stored, hole = vessel("chlorine", "pressure"), Hole(kind="hole", mm=25.0)
    bound = release(stored, hole, outflow_pipe_m=0.0).rate_kg_s
    density, pressure = 1408.2, 6.757e5
    head = 20e3 / (density * math.pi / 4.0 * 9.0)
    plain = d.liquid_flux_kg_s_m2(density, pressure, head, 0.61) * d.hole_m2(25.0)
    assert bound == pytest.approx(plain, rel=1e-3)
    assert 0.3 * bound < release(stored, hole).rate_kg_s < 0.6 * bound


def test_winter_stills_a_pressure_vessel() -> None:
    summer, winter, frost = (
        release(vessel("vinyl chloride", "pressure", temp), Hole(kind="hole", mm=25.0)) for temp in (30.0, 0.0, -20.0)
    )
    assert summer.rate_kg_s > winter.rate_kg_s > frost.rate_kg_s > 0.0
    assert frost.phase_out == "liquid"
    assert frost.air_kg.sum() == 0.0
    assert frost.aerosol_share == 0.0


def test_valve_stops_what_flows_but_not_what_bursts() -> None:
    stored = vessel("ammonia", "pressure")
    shut = release(stored, Hole(kind="ten_minutes"), 1.0)
    assert shut.left_kg == pytest.approx(18e3)
    assert shut.air_kg[1:].sum() + shut.pool_kg[1:].sum() == 0.0
    assert release(stored, Hole(kind="hole", mm=50.0), 0.0).left_kg == 20e3
    burst = release(stored, Hole(kind="at_once"), 0.0)
    assert burst.left_kg == pytest.approx(0.0, abs=1e-9)
    assert burst.puff_kg == pytest.approx(20e3 * 2.0 * pool.flash_share(S["ammonia"], 293.15))
    assert burst.pool_kg[0] == pytest.approx(20e3 - burst.puff_kg)


@pytest.mark.parametrize(("kind", "minutes"), [("ten_minutes", 10.0), ("one_hour", 60.0)])
def test_even_releases_end_on_time(kind: str, minutes: float) -> None:
    got = release(vessel("toluene", "liquid", bar=1.013), Hole(kind=kind))  # type: ignore[arg-type]
    steps = got.air_kg + got.pool_kg
    assert steps[EDGES[1:] <= minutes] == pytest.approx(20e3 * 5.0 / minutes)
    assert steps[EDGES[:-1] >= minutes] == pytest.approx(0.0, abs=1e-9)
    assert got.rate_kg_s == pytest.approx(20e3 / minutes / 60.0)


def test_a_gas_vessel_keeps_an_atmosphere_but_a_holder_empties() -> None:
    vessel_left = release(vessel("hydrogen", "gas", mass_kg=100.0, bar=20.0), Hole(kind="hole", mm=50.0)).left_kg
    assert vessel_left == pytest.approx(100.0 * (1.01325 / 20.0) ** (1.0 / 1.406), rel=1e-6)
    holder = release(vessel("carbon monoxide gas", "gas", mass_kg=500.0, bar=1.05), Hole(kind="hole", mm=100.0))
    assert holder.left_kg == pytest.approx(0.0, abs=1e-9)
    assert holder.air_kg[0] == pytest.approx(300.0 * holder.rate_kg_s)
    still = release(vessel("carbon monoxide gas", "gas", mass_kg=500.0, bar=1.01325), Hole(kind="hole", mm=100.0))
    assert still.left_kg == pytest.approx(500.0)


def test_a_vessel_of_liquid_needs_a_size() -> None:
    with pytest.raises(ValueError, match="needs a size"):
        release(vessel("toluene", "liquid", diameter_m=0.0), Hole(kind="hole", mm=10.0))


def test_the_grid_does_not_matter() -> None:
    stored, hole = vessel("chlorine", "pressure"), Hole(kind="hole", mm=10.0)
    fine = source_of(stored, hole, np.linspace(0.0, 240.0, 961), 33.0, 3.0, 20.0, C)
    coarse = source_of(stored, hole, np.array([0.0, 240.0]), 33.0, 3.0, 20.0, C)
    assert fine.air_kg.sum() == pytest.approx(coarse.air_kg.sum())
    assert fine.left_kg == pytest.approx(coarse.left_kg)


def test_pool_step_balances_and_forgets_the_step() -> None:
    source = release(vessel("chlorine", "pressure"), Hole(kind="at_once"))
    start = float(source.pool_kg[0])
    whole = pool_step(0.0, start, source, 60.0)
    assert sum(whole) == pytest.approx(start)
    mass, gone = start, 0.0
    for _ in range(60):
        out, mass = pool_step(mass, 0.0, source, 1.0)
        assert 0.0 <= out <= source.evaporation_kg_min_m2 * source.bund_m2 * (1.0 + 1e-12)
        gone += out
    assert gone == pytest.approx(whole[0])
    assert pool_step(0.0, 0.0, source, 5.0) == (0.0, 0.0)
    wide = replace(source, bund_m2=np.inf)
    assert sum(pool_step(start, 0.0, wide, 60.0)) == pytest.approx(start)
    assert pool_step(start, 0.0, wide, 60.0)[0] >= whole[0]
    assert pool_step(10.0, 5.0, source, 0.0) == (0.0, 15.0)
    out, left = pool_step(start, 0.0, source, 1e5)
    assert out <= start
    assert left >= 0.0


def test_a_full_bund_gives_vapour_evenly() -> None:
    source = release(vessel("chlorine", "pressure", bund_m2=20.0), Hole(kind="at_once"))
    out, _ = pool_step(10e3, 0.0, source, 2.0)
    assert out == pytest.approx(2.0 * 20.0 * source.evaporation_kg_min_m2)
    assert source.bund_m2 == 20.0
