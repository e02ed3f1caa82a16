"""What a spill does on the ground: how much flashes, how far it spreads, how fast it evaporates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import constants
from scipy.optimize import brentq

from sim.city.substances import Substance
from sim.common.coefficients import Coefficients
from sim.hazard.chemical.tables import chemical_relations

AIR_PA = constants.atm
ROOM_K = 293.15
"""The temperature at which the table of substances gives densities and vapour pressures."""
NEAR_K = 3.0
"""A boiling point nearer than this to the room's temperature gives no slope."""


class Evaporation(NamedTuple):
    """How fast a pool gives vapour, and at which temperature."""

    kg_s_m2: float
    pool_k: float


def vapour_pressure_pa(substance: Substance, temp_k: float) -> float:
    """Return the vapour pressure at *temp_k* (Clausius & Clapeyron); 0 for a solid.

    The line of ln P against 1/T goes through the boiling point and the vapour pressure at 20 C; where these are
    one point its slope is Trouton's, for a gas that 20 C does not liquefy it is that of the heat of vaporisation.
    """
    boiling = substance.boiling_k
    if boiling <= 0.0:
        return 0.0
    if substance.psat_20c_bar <= 0.0:
        slope = substance.hvap_kj_kg * substance.molar_mass_g / constants.R
    elif abs(boiling - ROOM_K) < NEAR_K:
        slope = chemical_relations()["trouton"] * boiling
    else:
        slope = np.log(substance.psat_20c_bar * constants.bar / AIR_PA) / (1.0 / boiling - 1.0 / ROOM_K)
    return float(AIR_PA * np.exp(slope * (1.0 / boiling - 1.0 / temp_k)))


def liquid_density_kg_m3(substance: Substance, temp_k: float) -> float:
    """Return the density of the liquid: the line through the boiling point and 20 C, never below half of either."""
    at_boiling, at_room = substance.boiling_liquid_kg_m3, substance.liquid_kg_m3
    if at_room <= 0.0 or at_boiling <= 0.0 or abs(substance.boiling_k - ROOM_K) < NEAR_K:
        return max(at_boiling, at_room)
    slope = (at_room - at_boiling) / (ROOM_K - substance.boiling_k)
    return max(at_boiling + slope * (temp_k - substance.boiling_k), 0.5 * min(at_boiling, at_room))


def vapour_density_kg_m3(molar_mass_g: float, pressure_pa: float, temp_k: float) -> float:
    """Return the density of an ideal gas."""
    return float(pressure_pa * molar_mass_g / 1000.0 / (constants.R * temp_k))


def flash_share(substance: Substance, temp_k: float) -> float:
    """Return the share of a liquid that flashes when let out at *temp_k*: ``cp (T - Tb)/hvap``, 0 to 1 (CCPS 1999)."""
    if substance.boiling_k <= 0.0:
        return 0.0
    heat = substance.cp_liquid_j_kg_k * (temp_k - substance.boiling_k)
    return min(max(heat / (1000.0 * substance.hvap_kj_kg), 0.0), 1.0)


def airborne_share(flash: float, c: Coefficients) -> float:
    """Return the share of a pressure release that stays in the air: vapour and as much spray (CCPS 1999)."""
    return min(1.0, c["rain_out"] * flash)


def pool_area_m2(mass_kg: float, density_kg_m3: float, bund_m2: float, c: Coefficients) -> float:
    """Return the area of a pool: volume over its least depth, at most the bund (0: there is none)."""
    area = mass_kg / density_kg_m3 / c["pool_depth_m"]
    return min(area, bund_m2) if bund_m2 > 0.0 else area


def transfer_ms(wind_ms: float, diameter_m: float, c: Coefficients) -> float:
    """Return the speed at which vapour leaves a pool, ``0.004786 u^0.78 d^-0.11 Sc^-0.67`` (Mackay & Matsugu 1973)."""
    k = chemical_relations()
    wind = max(wind_ms, c["pool_min_wind_ms"]) ** k["mackay_wind"]
    width = diameter_m ** k["mackay_diameter"]
    return float(k["mackay_a"] * wind * width * c["pool_schmidt"] ** k["mackay_schmidt"])


def mackay_matsugu_kg_s_m2(speed_ms: float, molar_mass_g: float, pressure_pa: float, temp_k: float) -> float:
    """Return the evaporation ``km M Pv/(R T)`` (Mackay & Matsugu 1973), *speed_ms* from :func:`transfer_ms`."""
    return speed_ms * vapour_density_kg_m3(molar_mass_g, pressure_pa, temp_k)


def ground_heat_w_m2(ground_k: float, pool_k: float, seconds: float, c: Coefficients) -> float:
    """Return the heat that the ground gives a pool after *seconds*: ``k (Tg - T)/sqrt(pi a t)`` (TNO 1997)."""
    return c["ground_conductivity"] * (ground_k - pool_k) / float(np.sqrt(np.pi * c["ground_diffusivity"] * seconds))


def evaporation(substance: Substance, wind_ms: float, air_k: float, diameter_m: float, c: Coefficients) -> Evaporation:
    """Return how fast a pool evaporates and how cold it is then.

    The pool takes the temperature, at most its boiling point, at which the heat from ground and air feeds the
    evaporation of Mackay & Matsugu (1973); if they feed more at the boiling point it boils as fast as the heat comes.
    The ground's heat is its mean over ``pool_heat_min`` (twice that at the end), the air's follows from the
    analogy of heat and mass transfer (Chilton & Colburn 1934).
    """
    if substance.boiling_k <= 0.0:
        return Evaporation(0.0, air_k)
    k = chemical_relations()
    speed = transfer_ms(wind_ms, max(diameter_m, c["pool_depth_m"]), c)
    lewis = (c["pool_schmidt"] / k["air_prandtl"]) ** -k["mackay_schmidt"]
    air = speed * lewis * k["air_cp"] * vapour_density_kg_m3(k["air_molar_g"], AIR_PA, air_k)
    ground = 2.0 * ground_heat_w_m2(1.0, 0.0, 60.0 * c["pool_heat_min"], c)
    hvap = 1000.0 * substance.hvap_kj_kg

    def leaving(pool_k: float) -> float:
        return mackay_matsugu_kg_s_m2(speed, substance.molar_mass_g, vapour_pressure_pa(substance, pool_k), pool_k)

    def surplus(pool_k: float) -> float:
        return float((ground + air) * (air_k - pool_k) - hvap * leaving(pool_k))

    highest = min(substance.boiling_k, air_k)
    if surplus(highest) >= 0.0:
        return Evaporation((ground + air) * (air_k - highest) / hvap, highest)
    pool_k = float(brentq(surplus, 0.5 * highest, highest))
    return Evaporation(leaving(pool_k), pool_k)
