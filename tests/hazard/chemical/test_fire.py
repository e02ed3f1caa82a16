"""Fire, blast, escalation and tanks in earthquakes: published check values, limits and order."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import constants

from sim.hazard.chemical import blast, escalation, fragility, heat
from sim.hazard.chemical.escalation import Equipment
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations

C = chemical_coefficients()
X = np.linspace(0.0, 3000.0, 601)


@pytest.mark.parametrize(
    ("tonnes", "across", "seconds"), [(1, 58.0, 4.50), (10, 125.0, 9.69), (50, 213.7, 15.78), (100, 269.2, 17.71)]
)
def test_fireball(tonnes: float, across: float, seconds: float) -> None:
    assert heat.fireball_diameter_m(1000.0 * tonnes) == pytest.approx(across, abs=0.051)
    assert heat.fireball_s(1000.0 * tonnes) == pytest.approx(seconds, abs=0.0051)


def test_fireball_flux() -> None:
    assert heat.fireball_surface_kw_m2(50e3, 46.0) == pytest.approx(304.8, abs=0.051)
    near = heat.fireball_flux_kw_m2(50e3, 46.0, np.array([200.0, 400.0]))
    assert near == pytest.approx([28.1, 11.0], abs=0.051)
    assert heat.fireball_flux_kw_m2(50e3, 46.0, np.array([600.0, 800.0])) == pytest.approx([5.30, 3.03], abs=0.0051)


def test_fireball_limits() -> None:
    for mass in (100.0, 5e3, 29e3, 31e3, 200e3):
        flux = heat.fireball_flux_kw_m2(mass, 46.0, X)
        assert np.all(np.diff(flux) <= 0.0)
        assert flux[0] < heat.fireball_surface_kw_m2(mass, 46.0)
    assert heat.fireball_flux_kw_m2(0.0, 46.0, X).sum() == 0.0
    assert heat.fireball_surface_kw_m2(0.0, 46.0) == 0.0
    assert heat.transmissivity(0.0) == 1.0


@pytest.mark.parametrize(
    ("flux", "seconds", "share", "digits"),
    [(10.0, 60.0, 0.7052, 4), (12.5, 30.0, 0.318, 3), (25.0, 20.0, 0.8036, 4), (5.0, 60.0, 0.0339, 4)],
)
def test_thermal_probit(flux: float, seconds: float, share: float, digits: int) -> None:
    assert heat.thermal_death_share(flux, seconds) == pytest.approx(share, abs=0.51 * 10.0**-digits)


def test_no_heat_kills_nobody() -> None:
    assert heat.thermal_death_share(np.array([0.0, 10.0]), np.array([60.0, 0.0])) == pytest.approx([0.0, 0.0])
    shares = heat.thermal_death_share(np.linspace(0.0, 100.0, 101), 20.0)
    assert np.all(np.diff(shares) >= 0.0)
    assert shares[-1] > 0.999


def test_running_away_helps() -> None:
    def flux(x_m: np.ndarray) -> np.ndarray:
        return heat.fireball_flux_kw_m2(50e3, 46.0, x_m, C)

    x = np.array([150.0, 250.0, 400.0])
    running = heat.escape_dose(flux, x, 15.78, C)
    standing = heat.thermal_dose(flux(x), 15.78)
    assert np.all(running < standing)
    assert np.all(running > 5.0 / 15.78 * standing)
    still = heat.escape_dose(flux, x, 15.78, C.with_overrides({"escape_speed_ms": 0.0}, "test"))
    assert still == pytest.approx(standing)
    assert heat.dose_death_share(standing) == pytest.approx(heat.thermal_death_share(flux(x), 15.78))


def test_flight_ends_where_the_heat_is_harmless() -> None:
    def flux(x_m: np.ndarray) -> np.ndarray:
        return np.asarray(5.0 * (50.0 / x_m) ** 2)

    short, long = (heat.escape_dose(flux, np.array([50.0]), seconds, C) for seconds in (60.0, 90.0))
    assert long == pytest.approx(short, rel=0.02)
    assert heat.escape_dose(flux, np.array([200.0]), 60.0, C) == pytest.approx([0.0])


def test_thomas_flame() -> None:
    air = constants.atm * 0.02896 / constants.R / 293.15
    assert heat.flame_length_m(10.0, C) == pytest.approx(420.0 * (0.05 / air / np.sqrt(98.1)) ** 0.61, rel=1e-4)
    assert heat.flame_length_m(0.0, C) == 0.0
    lengths = [heat.flame_length_m(across, C) for across in (1.0, 5.0, 20.0, 50.0)]
    assert np.all(np.diff(lengths) > 0.0)
    assert np.all(np.diff(np.array(lengths) / (1.0, 5.0, 20.0, 50.0)) < 0.0)


@pytest.mark.parametrize("x", [6.0, 10.0, 25.0, 80.0])
def test_view_of_a_cylinder_by_adding_up_its_patches(x: float) -> None:
    """A patch on the ground at x: sum of cos cos/(pi r^2) over the seen wall, for both directions of the patch."""
    radius, length, n = 5.0, 15.0, 1200
    turn = (np.arange(n) + 0.5) / n * 2.0 * np.pi - np.pi
    z = (np.arange(n) + 0.5) / n * length
    angle, up = np.meshgrid(turn, z)
    dx, dy = radius * np.cos(angle) - x, radius * np.sin(angle)
    square = dx**2 + dy**2 + up**2
    toward = np.maximum(-(dx * np.cos(angle) + dy * np.sin(angle)), 0.0)
    patch = radius * 2.0 * np.pi / n * length / n
    upright = (toward * np.maximum(-dx, 0.0) / square**2).sum() * patch / np.pi
    flat = (toward * up / square**2).sum() * patch / np.pi
    assert heat.cylinder_view(x, radius, length) == pytest.approx(np.hypot(upright, flat), rel=2e-3)


def test_pool_fire_falls_from_its_surface() -> None:
    flux = heat.pool_fire_flux_kw_m2(10.0, 40.0, X, C)
    assert flux[0] == C["pool_fire_kw_m2"]
    assert np.all(np.diff(flux) <= 0.0)
    assert flux[-1] < 1e-2 * flux[0]
    clear = heat.pool_fire_flux_kw_m2(10.0, 19.9, X, C)
    assert clear == pytest.approx(flux * C["clear_fire_kw_m2"] / C["pool_fire_kw_m2"])
    assert heat.pool_fire_flux_kw_m2(0.0, 40.0, X, C).sum() == 0.0
    assert heat.pool_fire_flux_kw_m2(10.0, 0.0, X, C).sum() == 0.0


def test_jet_fire() -> None:
    assert heat.jet_length_m(1.0, 46.0) == pytest.approx(0.00326 * 46e6**0.478)
    far = heat.jet_fire_flux_kw_m2(1.0, 46.0, 100.0, C)
    path = 100.0 - heat.jet_length_m(1.0, 46.0) / 8.0
    assert far == pytest.approx(0.25 * 46e3 / (4.0 * np.pi * 1e4) * 2.02 * (1200.0 * path) ** -0.09)
    assert np.all(np.diff(heat.jet_fire_flux_kw_m2(5.0, 46.0, X, C)) <= 0.0)
    assert heat.jet_fire_flux_kw_m2(0.0, 46.0, X, C).sum() == 0.0


@pytest.mark.parametrize(
    ("z", "ratio"),
    [(1, 19.912), (2, 4.1042), (5, 0.5771), (10, 0.1971), (20, 0.0867), (30, 0.0563), (50, 0.0334)],
)
def test_blast_wave(z: float, ratio: float) -> None:
    digits = 5e-4 if z == 1 else 5e-5
    assert blast.scaled_pressure(z) == pytest.approx(ratio, abs=1.01 * digits)


def test_overpressure_of_a_kilogram_at_30_m() -> None:
    assert blast.overpressure_kpa(1.0, 30.0) == pytest.approx(5.70, abs=0.01)
    assert blast.overpressure_kpa(1000.0, 300.0) == pytest.approx(float(blast.overpressure_kpa(1.0, 30.0)))
    assert blast.overpressure_kpa(0.0, X).sum() == 0.0
    assert np.all(np.diff(blast.overpressure_kpa(500.0, X)) < 0.0)


def test_tnt_of_a_cloud_and_how_far_it_reaches() -> None:
    tnt = blast.tnt_kg(5000.0, 46.3, C)
    assert tnt == pytest.approx(0.04 * 5000.0 * 46.3 / 4.68)
    for kpa in (1.0, 7.0, 35.0, 300.0):
        assert blast.overpressure_kpa(tnt, blast.reach_m(tnt, kpa)) == pytest.approx(kpa, rel=1e-9)
    assert blast.reach_m(0.0, 7.0) == 0.0


def test_blast_effects_are_in_order() -> None:
    kpa = np.linspace(0.0, 400.0, 801)
    for share in (blast.collapse_share(kpa), blast.glass_share(kpa), blast.lung_death_share(kpa)):
        assert share[0] == 0.0
        assert np.all(np.diff(share) >= 0.0)
    assert np.all(blast.glass_share(kpa) >= blast.collapse_share(kpa))
    assert np.all(blast.collapse_share(kpa) >= blast.lung_death_share(kpa))
    assert blast.lung_death_share(100.0) == pytest.approx(0.01, abs=0.01)
    assert blast.lung_death_share(200.0) > 0.97
    assert blast.glass_share(np.exp(23.1 / 2.79) / 1000.0) == pytest.approx(0.5)
    assert blast.collapse_share(np.exp(28.8 / 2.92) / 1000.0) == pytest.approx(0.5)


def test_escalation_by_pressure() -> None:
    k = chemical_relations()
    assert escalation.blast_failure_share(22.0, "atmospheric") == pytest.approx(0.669, abs=5e-4)
    assert escalation.blast_failure_share(22.0, "pressurised") == pytest.approx(1.7e-5, abs=5e-7)
    assert escalation.blast_failure_share(50.0, "pressurised") == pytest.approx(0.277, abs=5.1e-4)
    kinds: tuple[Equipment, ...] = ("atmospheric", "pressurised", "elongated", "small")
    for kind in kinds:
        share = escalation.blast_failure_share(np.linspace(0.0, 300.0, 601), kind)
        assert np.all(np.diff(share) >= 0.0)
        assert share[0] == 0.0
        assert escalation.blast_failure_share(k[f"escalation_{kind}_kpa"] - 0.01, kind) == 0.0


@pytest.mark.parametrize(
    ("flux", "volume", "pressurised", "seconds", "share"),
    [(15.0, 1000.0, False, 893.9, 0.227), (30.0, 1000.0, False, 409.0, 0.758), (50.0, 100.0, True, 687.5, 0.397)],
)
def test_escalation_by_heat(flux: float, volume: float, pressurised: bool, seconds: float, share: float) -> None:
    minutes = escalation.failure_min(flux, volume, pressurised)
    assert 60.0 * minutes == pytest.approx(seconds, abs=0.051)
    assert escalation.heat_failure_share(minutes) == pytest.approx(share, abs=5.1e-4)


def test_heat_below_the_threshold_harms_no_vessel() -> None:
    assert escalation.failure_min(np.array([0.0, 14.9]), 100.0, False) == pytest.approx([np.inf, np.inf])
    assert escalation.failure_min(49.0, 100.0, True) == np.inf
    weaker = C.with_overrides({"heat_threshold_pressurised": 15.0}, "test")
    assert escalation.failure_min(20.0, 100.0, True, weaker) < np.inf
    assert escalation.heat_failure_share(np.array([np.inf, 0.0])) == pytest.approx([0.0, 1.0])
    assert np.all(np.diff(escalation.failure_min(np.linspace(15.0, 200.0, 50), 500.0, False)) < 0.0)
    assert escalation.cooling_l_min(10.0, 8.0, C) == pytest.approx(10.0 * np.pi * 80.0)


def test_tanks_in_an_earthquake() -> None:
    assert fragility.tank_exceedance(0.3, False) == pytest.approx([0.839, 0.419, 0.138, 0.050], abs=5.1e-4)
    assert fragility.tank_exceedance(0.3, True)[0] == pytest.approx(0.5)
    pga = np.linspace(0.0, 2.0, 41)
    for anchored in (False, True):
        reach = fragility.tank_exceedance(pga, anchored)
        assert reach.shape == (41, 4)
        assert np.all(np.diff(reach, axis=0) >= 0.0)
        assert np.all(np.diff(reach, axis=1) <= 0.0)
        shares = fragility.tank_shares(pga, anchored)
        assert shares.sum(axis=-1) == pytest.approx(1.0)
        assert shares.min() >= 0.0
        assert shares[0] == pytest.approx([1.0, 0.0, 0.0, 0.0, 0.0])
    assert np.all(fragility.tank_exceedance(pga, True) <= fragility.tank_exceedance(pga, False))
