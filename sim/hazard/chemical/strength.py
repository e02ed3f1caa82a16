"""What leaves a vessel, in the units of the models of clouds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.city.substances import Substance
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical import dense
from sim.hazard.chemical.gaussian import puff_kg_m3
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.chemical.weather import Air, vapour_kg_m3

HYDROGEN_FLUORIDE = "hydrogen fluoride"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release0:
    """What leaves the vessel: vapour at *temp_k* with droplets of the share *aerosol_share* of its mass."""

    substance: Substance
    temp_k: float
    aerosol_share: float = 0.0

    @property
    def density_kg_m3(self) -> float:
        """Density of the mixture at the source; cold hydrogen fluoride counts as chains of molecules."""
        k, s = chemical_relations(), self.substance
        chained = s.key == HYDROGEN_FLUORIDE and self.temp_k <= k["cloud_hf_below_k"]
        vapour = vapour_kg_m3(k["cloud_hf_g_mol"] if chained else s.molar_mass_g, self.temp_k)
        liquid = s.boiling_liquid_kg_m3 or s.liquid_kg_m3
        drops = self.aerosol_share if liquid > 0.0 else 0.0
        return 1.0 / ((1.0 - drops) / vapour + (drops / liquid if drops else 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """A release in the units of Britter & McQuaid; *amount* is kg/s of a plume, kg of a puff."""

    amount: float
    volume: float
    """m3/s or m3 at the density of release."""
    gravity: float
    wind: float
    pure_kg_m3: float
    """Density of the vapour at the temperature of the air."""
    dilution: float
    """That density over the one of release: T0/Ta of a vapour, less with droplets."""
    kind: str
    """Of the plume's sigmas."""
    stability: str
    near_m: float
    pure_sigma_m: float
    """The spread of a Gaussian cloud of which the middle is pure vapour."""

    def kg_m3(self, ratio: Floats) -> Floats:
        """Return the mass concentration at a ratio without heat; of thin clouds it is the ratio times rho0."""
        return np.asarray(dense.heated(ratio, self.dilution) * self.pure_kg_m3)


def plume_strength(rate_kg_s: float, release: Release0, air: Air, c: Coefficients) -> Strength:
    """Return a steady release of *rate_kg_s*."""
    s = _source(rate_kg_s, release, air, c)
    return replace(s, pure_sigma_m=float(np.sqrt(rate_kg_s / (np.pi * s.wind * s.pure_kg_m3))))


def puff_strength(mass_kg: float, release: Release0, air: Air, c: Coefficients) -> Strength:
    """Return a release of *mass_kg* at once."""
    s = _source(mass_kg, release, air, c)
    one = float(puff_kg_m3(mass_kg, 0.0, np.array(1.0), np.array(1.0)))
    return replace(s, pure_sigma_m=float(np.cbrt(one / s.pure_kg_m3)))


def _source(amount: float, release: Release0, air: Air, c: Coefficients) -> Strength:
    density, pure = release.density_kg_m3, vapour_kg_m3(release.substance.molar_mass_g, air.temp_k)
    return Strength(
        amount=amount, volume=amount / density, gravity=dense.reduced_gravity_ms2(density, air.density_kg_m3),
        wind=air.speed_ms, pure_kg_m3=pure, dilution=pure / density, kind="urban" if air.urban else "rural",
        stability=air.stability, near_m=c["cloud_near_m"], pure_sigma_m=0.0,
    )
