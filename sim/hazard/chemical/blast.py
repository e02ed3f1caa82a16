"""Explosion of a vapour cloud: the mass of TNT that it stands for, its pressure, and what that breaks."""

from __future__ import annotations

import numpy as np
from scipy import constants
from scipy.optimize import brentq

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.heat import probit_share
from sim.hazard.chemical.tables import chemical_relations

KPA = constants.kilo
SEARCH = (-3.0, 6.0)
"""Powers of ten of the scaled distance between which a pressure is looked for."""


def tnt_kg(cloud_kg: float, combustion_mj_kg: float, c: Coefficients) -> float:
    """Return the mass of TNT that a burning cloud stands for: ``eta m Hc/4.68`` (CCPS 1999)."""
    return c["tnt_yield"] * cloud_kg * combustion_mj_kg / chemical_relations()["tnt_mj_kg"]


def scaled_pressure(z: Floats | float) -> Floats:
    """Return the overpressure over that of the air at the scaled distance *z*, m/kg^(1/3) (Kinney & Graham 1985)."""
    k = chemical_relations()
    z = np.asarray(z, dtype=float)
    below = np.ones_like(z)
    for key in ("blast_z2", "blast_z3", "blast_z4"):
        below = below * np.sqrt(1.0 + (z / k[key]) ** 2)
    return np.asarray(k["blast_a"] * (1.0 + (z / k["blast_z1"]) ** 2) / below)


def overpressure_kpa(tnt: float, distance_m: Floats | float) -> Floats:
    """Return the peak side-on overpressure of *tnt* kg at *distance_m*, same shape (Kinney & Graham 1985)."""
    if tnt <= 0.0:
        return np.zeros(np.shape(distance_m))
    return np.asarray(constants.atm / KPA * scaled_pressure(np.asarray(distance_m) / np.cbrt(tnt)))


def reach_m(tnt: float, kpa: float) -> float:
    """Return how far from *tnt* kg the overpressure is at least *kpa*; 0 for no TNT."""
    if tnt <= 0.0:
        return 0.0
    goal = np.log(kpa * KPA / constants.atm)
    power = brentq(lambda power: float(np.log(scaled_pressure(10.0**power))) - goal, *SEARCH)
    return float(10.0**power * np.cbrt(tnt))


def collapse_share(kpa: Floats | float) -> Floats:
    """Return the share of buildings that an overpressure brings down: ``-23.8 + 2.92 ln p`` (Eisenberg et al. 1975)."""
    return _share(kpa, "structure")


def glass_share(kpa: Floats | float) -> Floats:
    """Return the share of panes that break: ``-18.1 + 2.79 ln p``, p in Pa (Eisenberg et al. 1975)."""
    return _share(kpa, "glass")


def lung_death_share(kpa: Floats | float) -> Floats:
    """Return the share of people whom the pressure itself kills: ``-77.1 + 6.91 ln p`` (Eisenberg et al. 1975)."""
    return _share(kpa, "lung")


def _share(kpa: Floats | float, what: str) -> Floats:
    k = chemical_relations()
    return probit_share(KPA * np.asarray(kpa), k[f"{what}_probit_a"], k[f"{what}_probit_b"])
