"""What comes out of a hole: liquid, gas, or a liquid that boils on its way out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import constants

from sim.common.types import Floats
from sim.hazard.chemical.tables import chemical_relations

AIR_PA = constants.atm
CELLS = 400
"""Cells of mass into which a vessel's blow-down is divided."""


class GasExit(NamedTuple):
    """The state of a gas in the plane of the hole."""

    pressure_pa: float
    temp_k: float
    density_kg_m3: float
    speed_ms: float


def hole_m2(mm: float) -> float:
    """Return the area of a round hole of *mm* in diameter."""
    return float(np.pi / 4.0 * (mm / 1000.0) ** 2)


def liquid_flux_kg_s_m2(density_kg_m3: float, pressure_pa: float, head_m: float, discharge: float) -> float:
    """Return the flow of a liquid per area of hole under absolute pressure and head (Bernoulli; CCPS 1999).

    ``Cd sqrt(2 rho (P - Pa) + 2 rho^2 g h)``, never negative.
    """
    gravity = chemical_relations()["hydraulic_gravity"]
    drive = 2.0 * density_kg_m3 * (pressure_pa - AIR_PA) + 2.0 * density_kg_m3**2 * gravity * head_m
    return discharge * float(np.sqrt(max(drive, 0.0)))


def critical_ratio(gamma: float) -> float:
    """Return the ratio of outer to inner pressure below which a gas leaves at the speed of sound."""
    return float((2.0 / (gamma + 1.0)) ** (gamma / (gamma - 1.0)))


def gas_flux_kg_s_m2(
    pressure_pa: Floats | float, density_kg_m3: Floats | float, gamma: float, discharge: float
) -> Floats:
    """Return the flow of a gas per area of hole, choked or not (CCPS 1999); pressure and density broadcast.

    ``Cd sqrt(rho P (2k/(k-1)) (r^(2/k) - r^((k+1)/k)))``, r the ratio of outer to inner pressure but at least
    the critical one; there it equals the choked form.
    """
    pressure = np.asarray(pressure_pa, dtype=float)
    r = np.clip(AIR_PA / np.maximum(pressure, AIR_PA), critical_ratio(gamma), 1.0)
    shape = 2.0 * gamma / (gamma - 1.0) * (r ** (2.0 / gamma) - r ** ((gamma + 1.0) / gamma))
    return np.asarray(discharge * np.sqrt(np.asarray(density_kg_m3) * pressure * np.maximum(shape, 0.0)))


def gas_exit(pressure_pa: float, temp_k: float, density_kg_m3: float, gamma: float, discharge: float) -> GasExit:
    """Return pressure, temperature, density and mean speed of a gas in the hole (isentropic; CCPS 1999)."""
    r = max(critical_ratio(gamma), min(AIR_PA / pressure_pa, 1.0))
    density = density_kg_m3 * r ** (1.0 / gamma)
    speed = float(gas_flux_kg_s_m2(pressure_pa, density_kg_m3, gamma, discharge)) / density
    return GasExit(pressure_pa * r, temp_k * r ** ((gamma - 1.0) / gamma), density, speed)


def equilibrium_flux_kg_s_m2(temp_k: float, hvap_j_kg: float, cp_j_kg_k: float, growth_m3_kg: float) -> float:
    """Return the flow per area of a liquid at its boiling point that flashes in a pipe (Fauske & Epstein 1988).

    ``hvap/(vg - vl) sqrt(1/(T cp))``, *growth_m3_kg* the volume of the vapour less that of the liquid.
    """
    return hvap_j_kg / growth_m3_kg / float(np.sqrt(temp_k * cp_j_kg_k))


def short_pipe_flux_kg_s_m2(liquid_flux: float, equilibrium_flux: float, pipe_m: float) -> float:
    """Return the flow per area of a flashing liquid through a pipe too short for equilibrium (Fauske & Epstein 1988).

    ``G/sqrt(N)``, ``N = (G/Gl)^2 + L/Le`` with L at most Le = 0.1 m; a pipe of no length gives the liquid flow Gl.
    """
    if liquid_flux <= 0.0:
        return 0.0
    share = min(pipe_m / chemical_relations()["erm_length_m"], 1.0)
    return float(1.0 / np.sqrt(1.0 / liquid_flux**2 + share / equilibrium_flux**2))


def drain_s(tank_m2: float, area_m2: float, head_m: float, discharge: float) -> float:
    """Return the seconds in which an upright open tank drains to its hole: ``At/(Cd A) sqrt(2 h/g)`` (CCPS 1999)."""
    return tank_m2 / (discharge * area_m2) * float(np.sqrt(2.0 * head_m / chemical_relations()["hydraulic_gravity"]))


def level_m(
    seconds: Floats, head_m: float, tank_m2: float, area_m2: float, density_kg_m3: float, base_flux: float,
    discharge: float,
) -> Floats:
    """Return the level over the hole of an upright tank as it drains, same shape as *seconds*.

    The flow per area is ``sqrt(F0^2 + 2 rho^2 Cd^2 g h)``, F0 = *base_flux* (kg/s/m2) the flow that the pressure
    drives without any head; it falls linearly with time until the tank is empty.
    """
    per_head = 2.0 * (density_kg_m3 * discharge) ** 2 * chemical_relations()["hydraulic_gravity"]
    first = np.sqrt(base_flux**2 + per_head * head_m)
    flux = np.maximum(first - per_head * area_m2 / (2.0 * density_kg_m3 * tank_m2) * np.asarray(seconds), base_flux)
    return np.asarray((flux - base_flux) * (flux + base_flux) / per_head)


def blowdown_kg(
    seconds: Floats, mass_kg: float, pressure_pa: float, density_kg_m3: float, gamma: float, area_m2: float,
    discharge: float,
) -> Floats:
    """Return what a vessel of gas still holds as it blows down, same shape as *seconds* (isentropic; CCPS 1999).

    It ends where the pressure is that of the air: what is left then stays inside.
    """
    last = (AIR_PA / pressure_pa) ** (1.0 / gamma)
    if last >= 1.0 or area_m2 <= 0.0:
        return np.full(np.shape(seconds), mass_kg)
    # Cells grow finer towards the end, where the flow dies as the square root of what is left to flow.
    edges = last + (1.0 - last) * np.linspace(1.0, 0.0, CELLS + 1) ** 2
    middle = last + (1.0 - last) * (np.linspace(1.0, 0.0, CELLS + 1)[:-1] - 0.5 / CELLS) ** 2
    flow = area_m2 * gas_flux_kg_s_m2(pressure_pa * middle**gamma, density_kg_m3 * middle, gamma, discharge)
    after = np.concatenate([[0.0], np.cumsum(-np.diff(edges) * mass_kg / flow)])
    return np.asarray(np.interp(seconds, after, edges * mass_kg))
