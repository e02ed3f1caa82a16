"""Fire: fireballs, burning pools and jets, and what their heat does to people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import constants
from scipy.special import ndtr

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations

FLIGHT_STEPS = 400
"""Steps into which a flight from the heat is divided."""


def fireball_diameter_m(mass_kg: float) -> float:
    """Return the largest diameter of the fireball of a bursting vessel: ``5.8 M^(1/3)`` (CCPS 1999)."""
    return float(chemical_relations()["fireball_a"] * np.cbrt(mass_kg))


def fireball_s(mass_kg: float) -> float:
    """Return how many seconds it burns: ``0.45 M^(1/3)`` below 30 t, ``2.6 M^(1/6)`` above (CCPS 1999)."""
    k = chemical_relations()
    if mass_kg < k["fireball_limit_kg"]:
        return float(k["fireball_short_s"] * np.cbrt(mass_kg))
    return float(k["fireball_long_s"] * np.cbrt(mass_kg) ** 0.5)


def fireball_surface_kw_m2(mass_kg: float, combustion_mj_kg: float, c: Coefficients | None = None) -> float:
    """Return the flux at the surface of a fireball: ``fR M Hc/(pi D^2 t)`` (CCPS 1999)."""
    if mass_kg <= 0.0:
        return 0.0
    heat_kj = (c or chemical_coefficients())["fireball_radiant"] * mass_kg * 1000.0 * combustion_mj_kg
    return heat_kj / (np.pi * fireball_diameter_m(mass_kg) ** 2 * fireball_s(mass_kg))


def transmissivity(path_m: Floats | float, c: Coefficients | None = None) -> Floats:
    """Return the share of heat that moist air lets through: ``2.02 (pw L)^-0.09``, at most 1 (Pietersen & Huerta)."""
    k = chemical_relations()
    wet = (c or chemical_coefficients())["water_vapour_pa"] * np.maximum(np.asarray(path_m, dtype=float), 0.0)
    return np.asarray(np.minimum(k["transmissivity_a"] * np.maximum(wet, 1.0) ** k["transmissivity_b"], 1.0))


def fireball_flux_kw_m2(
    mass_kg: float, combustion_mj_kg: float, x_m: Floats | float, c: Coefficients | None = None
) -> Floats:
    """Return the flux at *x_m* over ground from below the centre of a fireball, same shape as *x_m* (CCPS 1999).

    A sphere that has risen to 0.75 D seen by an upright wall: ``(D/2)^2 x/(x^2 + H^2)^1.5``. Below the ball, nearer
    than where this is greatest, people and roofs are turned to it and the greatest value holds.
    """
    if mass_kg <= 0.0:
        return np.zeros(np.shape(x_m))
    across = fireball_diameter_m(mass_kg)
    high = chemical_relations()["fireball_height"] * across
    x = np.maximum(np.asarray(x_m, dtype=float), high / np.sqrt(2.0))
    ray = np.hypot(x, high)
    view = (across / 2.0) ** 2 * x / ray**3
    surface = fireball_surface_kw_m2(mass_kg, combustion_mj_kg, c)
    return np.asarray(transmissivity(ray - across / 2.0, c) * view * surface)


def thermal_dose(flux_kw_m2: Floats | float, seconds: Floats | float) -> Floats:
    """Return the dose of heat ``t q^(4/3)``, q in W/m2 (Eisenberg et al. 1975)."""
    power = chemical_relations()["thermal_power"]
    return np.asarray(np.asarray(seconds) * (1000.0 * np.asarray(flux_kw_m2)) ** power)


def dose_death_share(dose: Floats | float) -> Floats:
    """Return the share of people whom a dose of heat kills, by the probit of TNO (1992)."""
    k = chemical_relations()
    return probit_share(dose, k["thermal_probit_a"], k["thermal_probit_b"])


def thermal_death_share(flux_kw_m2: Floats | float, seconds: Floats | float) -> Floats:
    """Return the share of people killed by a steady flux: ``-36.38 + 2.56 ln(t q^(4/3))`` (TNO 1992); broadcasts."""
    return dose_death_share(thermal_dose(flux_kw_m2, seconds))


def probit_share(value: Floats | float, a: float, b: float) -> Floats:
    """Return the share that the probit ``a + b ln(value)`` stands for, 0 where *value* is 0; same shape."""
    value = np.asarray(value, dtype=float)
    return np.asarray(np.where(value > 0.0, ndtr(a + b * np.log(np.where(value > 0.0, value, 1.0)) - 5.0), 0.0))


def escape_dose(
    flux_kw_m2: Callable[[Floats], Floats], x_m: Floats | float, seconds: float, c: Coefficients
) -> Floats:
    """Return the dose of people who begin to run straight away from a fire after some seconds, same shape as *x_m*.

    *flux_kw_m2* gives the flux at a distance; the fire lasts *seconds*. Who comes to a harmless flux takes no more.
    Wait 5 s, then 4 m/s (TNO 1992).
    """
    middle = (np.arange(FLIGHT_STEPS) + 0.5) * (seconds / FLIGHT_STEPS)
    run = c["escape_speed_ms"] * np.maximum(middle - c["escape_wait_s"], 0.0)
    flux = flux_kw_m2(np.asarray(x_m, dtype=float)[..., None] + run)
    hurting = np.where(flux >= c["escape_safe_kw_m2"], flux, 0.0)
    return np.asarray(thermal_dose(hurting, seconds / FLIGHT_STEPS).sum(axis=-1))


def flame_length_m(diameter_m: float, c: Coefficients, air_kg_m3: float | None = None) -> float:
    """Return the height of the flame of a burning pool: ``42 d (m''/(rho sqrt(g d)))^0.61`` (Thomas 1963)."""
    if diameter_m <= 0.0:
        return 0.0
    k = chemical_relations()
    air = air_kg_m3 or constants.atm * k["air_molar_g"] / 1000.0 / (constants.R * (constants.zero_Celsius + 20.0))
    burning = c["burning_kg_m2_s"] / (air * np.sqrt(k["hydraulic_gravity"] * diameter_m))
    return float(k["thomas_a"] * diameter_m * burning ** k["thomas_b"])


def cylinder_view(x_m: Floats | float, radius_m: float, length_m: float) -> Floats:
    """Return the greatest view factor of an upright flame from the ground at *x_m* from its axis (Mudan 1984).

    The root of the squares of the closed forms for an upright and a flat surface; 1 inside the flame.
    """
    x = np.asarray(x_m, dtype=float)
    s = np.maximum(x / radius_m, 1.0 + 1e-9)
    h = length_m / radius_m
    a = (h**2 + s**2 + 1.0) / (2.0 * s)
    near = np.sqrt((s - 1.0) / (s + 1.0))
    root = np.sqrt(a**2 - 1.0)
    turn = np.arctan(np.sqrt((a + 1.0) / (a - 1.0)) * near)
    upright = (np.arctan(h / np.sqrt(s**2 - 1.0)) - h * np.arctan(near) + a * h / root * turn) / (np.pi * s)
    flat = (np.arctan(1.0 / near) - (a - 1.0 / s) / root * turn) / np.pi
    return np.asarray(np.where(x > radius_m, np.hypot(upright, flat), 1.0))


def pool_fire_flux_kw_m2(diameter_m: float, combustion_mj_kg: float, x_m: Floats | float, c: Coefficients) -> Floats:
    """Return the flux at *x_m* from the middle of a burning pool, same shape: solid flame, no wind (Mudan 1984)."""
    if diameter_m <= 0.0 or combustion_mj_kg <= 0.0:
        return np.zeros(np.shape(x_m))
    surface = c["clear_fire_kw_m2"] if combustion_mj_kg <= c["clear_fire_mj_kg"] else c["pool_fire_kw_m2"]
    view = cylinder_view(x_m, diameter_m / 2.0, flame_length_m(diameter_m, c))
    return np.asarray(surface * view * transmissivity(np.asarray(x_m) - diameter_m / 2.0, c))


def jet_length_m(rate_kg_s: float, combustion_mj_kg: float) -> float:
    """Return the length of a jet flame: ``0.00326 (m Hc)^0.478``, the heat release in W (API RP 521)."""
    k = chemical_relations()
    return float(k["jet_length_a"] * (rate_kg_s * 1e6 * combustion_mj_kg) ** k["jet_length_b"])


def jet_fire_flux_kw_m2(rate_kg_s: float, combustion_mj_kg: float, x_m: Floats | float, c: Coefficients) -> Floats:
    """Return the flux at *x_m* from the middle of a jet flame, same shape: a point that radiates (API RP 521).

    Inside the half-width of the flame the flux is that at its edge.
    """
    if rate_kg_s <= 0.0 or combustion_mj_kg <= 0.0:
        return np.zeros(np.shape(x_m))
    edge = chemical_relations()["jet_half_width"] * jet_length_m(rate_kg_s, combustion_mj_kg)
    x = np.maximum(np.asarray(x_m, dtype=float), edge)
    heat_kw = c["jet_radiant"] * rate_kg_s * 1000.0 * combustion_mj_kg
    return np.asarray(transmissivity(x - edge, c) * heat_kw / (4.0 * np.pi * x**2))
