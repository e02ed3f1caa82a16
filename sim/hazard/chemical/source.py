"""The release of one vessel that nobody closes: into the air at once, into the air over time, onto the ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
from scipy import constants

from sim.city.substances import Substance
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, frozen
from sim.hazard.chemical import discharge, pool

Phase = Literal["pressure", "cold", "liquid", "gas"]
"""Liquefied under pressure, liquefied by cold, liquid as it is, or a gas."""
Kind = Literal["hole", "ten_minutes", "one_hour", "at_once"]
Out = Literal["liquid", "two_phase", "gas"]
MINUTES: dict[str, float] = {"ten_minutes": 10.0, "one_hour": 60.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What one vessel holds. *pressure_bar* is absolute; a *bund_m2* of 0 is no bund."""

    substance: Substance
    mass_kg: float
    temp_c: float
    pressure_bar: float
    phase: Phase
    diameter_m: float
    height_m: float
    bund_m2: float

    @property
    def temp_k(self) -> float:
        """Return the temperature in kelvin."""
        return float(self.temp_c + constants.zero_Celsius)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """How the vessel opens: a round hole of *mm*, all of it evenly in ten minutes or an hour, or all at once."""

    kind: Kind
    mm: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The release of one vessel over the steps of a time grid; puff + air + pool + left is what it held."""

    puff_kg: float
    """In the air at once."""
    air_kg: Floats
    """From the hole straight into the air, per step."""
    pool_kg: Floats
    """Onto the ground, per step."""
    left_kg: float
    """Still in the vessel at the end of the grid."""
    rate_kg_s: float
    """First rate of the outflow; 0 if everything comes at once."""
    evaporation_kg_min_m2: float
    pool_m2_per_kg: float
    bund_m2: float
    """Largest area that the pool can have."""
    phase_out: Out
    cloud_temp_k: float
    aerosol_share: float
    """Share of what goes straight into the air that is drops."""


class Pool(Protocol):
    """What lies on the ground and boils or evaporates; a :class:`Source` and a scenario's release both say how."""

    @property
    def evaporation_kg_min_m2(self) -> float:
        """Return what a square metre gives to the air."""

    @property
    def pool_m2_per_kg(self) -> float:
        """Return the area on which a kilogram spreads."""

    @property
    def bund_m2(self) -> float:
        """Return the largest area."""


class Outflow(NamedTuple):
    """What has left the vessel by a time, and how fast it begins."""

    out_kg: Callable[[Floats], Floats]
    """From seconds since the opening to kg."""
    rate_kg_s: float


def source_of(
    stored: Stored, hole: Hole, edges_min: Floats, shut_min: float, wind_ms: float, air_temp_c: float, c: Coefficients
) -> Source:
    """Return the release of one vessel if no responder closes it.

    *edges_min* (steps + 1) are minutes since the opening; a valve shuts at *shut_min* (infinite: none), but not
    before what comes at once. A pressure release splits into vapour, spray and rain-out (CCPS 1999); any other
    liquid runs into the pool but for what flashes. The vapour left in a vessel that has lost its liquid is neglected.
    """
    mass = stored.mass_kg
    stays = mass <= 0.0 or stored.substance.boiling_k <= 0.0
    at_once = mass if hole.kind == "at_once" and not stays else 0.0
    outflow = Outflow(np.zeros_like, 0.0) if stays or at_once > 0.0 else outflow_of(stored, hole, c)
    airborne, aerosol = _airborne(stored, c)
    seconds = 60.0 * np.clip(np.asarray(edges_min, dtype=float), 0.0, max(shut_min, 0.0))
    steps = np.maximum(np.diff(outflow.out_kg(seconds)), 0.0)
    air, ground = airborne * steps, (1.0 - airborne) * steps
    ground[0] += (1.0 - airborne) * at_once
    density = _spilt_density(stored)
    widest_m2 = pool.pool_area_m2((1.0 - airborne) * mass, density, stored.bund_m2, c)
    across_m, air_k = float(np.sqrt(4.0 * widest_m2 / np.pi)), air_temp_c + constants.zero_Celsius
    evaporation = pool.evaporation(stored.substance, wind_ms, air_k, across_m, c)
    return Source(
        puff_kg=airborne * at_once, air_kg=frozen(air), pool_kg=frozen(ground),
        left_kg=max(mass - airborne * at_once - float(air.sum()) - float(ground.sum()), 0.0),
        rate_kg_s=outflow.rate_kg_s, evaporation_kg_min_m2=60.0 * evaporation.kg_s_m2,
        pool_m2_per_kg=1.0 / (density * c["pool_depth_m"]), bund_m2=widest_m2, phase_out=_phase_out(stored),
        cloud_temp_k=_cloud_k(stored, evaporation.pool_k), aerosol_share=aerosol,
    )


def outflow_of(stored: Stored, hole: Hole, c: Coefficients) -> Outflow:
    """Return how a vessel empties through *hole*: evenly, by blow-down, or under its pressure and head."""
    mass = stored.mass_kg
    if hole.kind in MINUTES:
        return _even(mass, mass / (60.0 * MINUTES[hole.kind]))
    if hole.mm <= 0.0:
        return _even(mass, 0.0)
    area = discharge.hole_m2(hole.mm)
    return _gas(stored, area, c) if stored.phase == "gas" else _liquid(stored, area, c)


def _even(mass_kg: float, rate_kg_s: float) -> Outflow:
    return Outflow(lambda seconds: np.minimum(rate_kg_s * seconds, mass_kg), rate_kg_s)


def _gas(stored: Stored, area_m2: float, c: Coefficients) -> Outflow:
    """Blow a vessel down; a holder keeps its pressure until it is empty."""
    pressure, gamma, mass = stored.pressure_bar * constants.bar, stored.substance.gamma, stored.mass_kg
    density = pool.vapour_density_kg_m3(stored.substance.molar_mass_g, pressure, stored.temp_k)
    rate = area_m2 * float(discharge.gas_flux_kg_s_m2(pressure, density, gamma, c["gas_discharge"]))
    if stored.pressure_bar <= c["gas_holder_bar"]:
        return _even(mass, rate)

    def out_kg(seconds: Floats) -> Floats:
        left = discharge.blowdown_kg(seconds, mass, pressure, density, gamma, area_m2, c["gas_discharge"])
        return np.asarray(mass - left)

    return Outflow(out_kg, rate)


def _liquid(stored: Stored, area_m2: float, c: Coefficients) -> Outflow:
    """Drain a vessel through a hole at its bottom; the level is that of an upright cylinder, at most its height."""
    mass, cd = stored.mass_kg, c["liquid_discharge"]
    density = pool.liquid_density_kg_m3(stored.substance, stored.temp_k)
    if min(stored.diameter_m, stored.height_m) <= 0.0:
        msg = f"a vessel of liquid needs a size, not {stored.diameter_m} m by {stored.height_m} m"
        raise ValueError(msg)
    head = min(mass / (density * np.pi / 4.0 * stored.diameter_m**2), stored.height_m)
    tank_m2 = mass / (density * head)
    base = _pressure_flux(stored, density, c)

    def out_kg(seconds: Floats) -> Floats:
        return np.asarray(mass * (1.0 - discharge.level_m(seconds, head, tank_m2, area_m2, density, base, cd) / head))

    first = np.hypot(base, discharge.liquid_flux_kg_s_m2(density, pool.AIR_PA, head, cd))
    return Outflow(out_kg, area_m2 * float(first))


def _pressure_flux(stored: Stored, density_kg_m3: float, c: Coefficients) -> float:
    """Return the flow per area that the pressure drives without head: of a liquefied gas its own vapour pressure."""
    substance, temp_k = stored.substance, stored.temp_k
    own = stored.phase == "pressure" and substance.psat_20c_bar > 0.0
    pressure = pool.vapour_pressure_pa(substance, temp_k) if own else stored.pressure_bar * constants.bar
    liquid = discharge.liquid_flux_kg_s_m2(density_kg_m3, pressure, 0.0, c["liquid_discharge"])
    if _phase_out(stored) != "two_phase":
        return liquid
    growth = 1.0 / pool.vapour_density_kg_m3(substance.molar_mass_g, pressure, temp_k) - 1.0 / density_kg_m3
    flashing = discharge.equilibrium_flux_kg_s_m2(
        temp_k, 1000.0 * substance.hvap_kj_kg, substance.cp_liquid_j_kg_k, growth
    )
    return discharge.short_pipe_flux_kg_s_m2(liquid, flashing, c["outflow_pipe_m"])


def _airborne(stored: Stored, c: Coefficients) -> tuple[float, float]:
    """Return the share of a release that goes straight into the air, and the share of drops in that."""
    if stored.phase == "gas":
        return 1.0, 0.0
    flash = pool.flash_share(stored.substance, stored.temp_k)
    if stored.phase != "pressure" or flash <= 0.0:
        return flash, 0.0
    airborne = pool.airborne_share(flash, c)
    return airborne, max(1.0 - flash / airborne, 0.0)


def _phase_out(stored: Stored) -> Out:
    if stored.phase == "gas":
        return "gas"
    hot = stored.phase == "pressure" and stored.temp_k > stored.substance.boiling_k > 0.0
    return "two_phase" if hot else "liquid"


def _cloud_k(stored: Stored, pool_k: float) -> float:
    """Return the temperature of the young cloud: as stored for a gas, boiling if it flashes, else that of the pool."""
    if stored.phase == "gas":
        return stored.temp_k
    boiling = stored.substance.boiling_k
    return boiling if stored.temp_k > boiling > 0.0 else pool_k


def _spilt_density(stored: Stored) -> float:
    """Return the density of what lies on the ground: at its temperature in the vessel, at most boiling."""
    substance = stored.substance
    density = pool.liquid_density_kg_m3(substance, min(stored.temp_k, substance.boiling_k or stored.temp_k))
    return density if density > 0.0 else substance.gas_kg_m3


def pool_step(pool_kg: float, inflow_kg: float, source: Pool, minutes: float) -> tuple[float, float]:
    """Return what a pool gives to the air in a step of *minutes*, and what is left of it, kg.

    The inflow comes at the beginning of the step. The area grows in proportion to the mass up to ``bund_m2``, so the
    mass falls evenly while the bund is full and exponentially after; the two are solved exactly, so that the length
    of the step does not matter.
    """
    mass = pool_kg + inflow_kg
    full_rate = source.evaporation_kg_min_m2 * source.bund_m2
    if mass <= 0.0 or full_rate <= 0.0:
        return 0.0, mass
    full_kg = source.bund_m2 / source.pool_m2_per_kg
    even_kg = min(max(mass - full_kg, 0.0), full_rate * minutes)  # none where no bund holds the pool together
    even_min = even_kg / full_rate
    after = mass - even_kg
    left = after * float(np.exp(-source.evaporation_kg_min_m2 * source.pool_m2_per_kg * (minutes - even_min)))
    return mass - left, left
