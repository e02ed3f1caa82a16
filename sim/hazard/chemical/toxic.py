"""What a poison does: the load that people take in, who dies of it, who is hurt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from sim.city.substances import substances
from sim.common.types import Floats
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.tables import rows

PROBIT_MEAN = 5.0
"""Probits are counted from five standard deviations below the mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """A probit of death, ``Pr = a + b ln(C^n t)`` with C in mg/m3 and t in minutes."""

    a: float
    b: float
    n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousLoad:
    """Loads (ppm^n min) of the HSE: *slot* kills 1 to 5 in a hundred, *slod* half."""

    slot: float
    slod: float
    n: float


@cache
def toxicity(key: str, *, pessimistic: bool = False) -> Toxicity | None:
    """Return the probit of substance *key*; ``None`` for one that has none.

    *pessimistic* takes the more severe published one where there is one (chlorine: Withers & Lees 1985).
    """
    found = {row["branch"]: row for row in rows("chemical_toxicity") if row["key"] == key and row["branch"] != "hse"}
    if not found:
        return None
    row = found.get("pessimistic", found["usual"]) if pessimistic else found["usual"]
    a, b, n = (float(row[name]) for name in ("a", "b", "n"))
    if row["unit"] == "ppm":
        a += b * n * float(np.log(ppm_of_mg_m3(1.0, substances()[key].molar_mass_g)))
    return Toxicity(a=a, b=b, n=n)


@cache
def dangerous_load(key: str) -> DangerousLoad | None:
    """Return the HSE loads of substance *key*, a cross-check of the probits; ``None`` if there are none here."""
    for row in rows("chemical_toxicity"):
        if row["key"] == key and row["branch"] == "hse":
            return DangerousLoad(slot=float(row["slot"]), slod=float(row["slod"]), n=float(row["n"]))
    return None


def ppm_of_mg_m3(mg_m3: Floats | float, molar_mass_g: float) -> Floats:
    """Return parts per million at 20 C and 1 atm."""
    return np.asarray(np.asarray(mg_m3) * chemical_relations()["ppm_litre_mol"] / molar_mass_g)


def mg_m3_of_ppm(ppm: Floats | float, molar_mass_g: float) -> Floats:
    """Return mg/m3 of parts per million at 20 C and 1 atm."""
    return np.asarray(np.asarray(ppm) * molar_mass_g / chemical_relations()["ppm_litre_mol"])


def load(mg_m3: Floats | float, minutes: Floats | float, n: float) -> Floats:
    """Return the toxic load ``C^n t`` (ten Berge et al. 1986), mg/m3 and minutes. Shapes broadcast."""
    return np.asarray(np.maximum(np.asarray(mg_m3, dtype=float), 0.0) ** n * np.asarray(minutes))


def death_share(taken: Floats | float, tox: Toxicity) -> Floats:
    """Return the share of people whom a toxic load kills, ``Phi(a + b ln TL - 5)``; 0 for none. Shape of *taken*."""
    dose = np.asarray(taken, dtype=float)
    hit = dose > 0.0
    return np.asarray(np.where(hit, ndtr(tox.a + tox.b * np.log(np.where(hit, dose, 1.0)) - PROBIT_MEAN), 0.0))


def lethal_load(quantile: Floats | float, tox: Toxicity) -> Floats:
    """Return the load that kills a share *quantile* (between 0 and 1): the inverse of :func:`death_share`."""
    return np.asarray(np.exp((ndtri(np.asarray(quantile, dtype=float)) + PROBIT_MEAN - tox.a) / tox.b))


def lethal_mg_m3(quantile: Floats | float, minutes: float, tox: Toxicity) -> Floats:
    """Return the concentration that kills a share *quantile* in *minutes*."""
    return np.asarray((lethal_load(quantile, tox) / minutes) ** (1.0 / tox.n))


def indoor_share(ach_per_h: Floats | float, hours: Floats | float) -> Floats:
    """Return the concentration indoors over a constant one outdoors after *hours*, ``1 - exp(-ACH t)``."""
    return np.asarray(-np.expm1(-np.asarray(ach_per_h, dtype=float) * np.asarray(hours)))


def indoor_step(
    inside: Floats | float, outside: Floats | float, ach_per_h: Floats | float, minutes: Floats | float
) -> Floats:
    """Return the concentration indoors after *minutes* of a constant one *outside*: the exact exponential step."""
    gap = np.asarray(outside, dtype=float) - np.asarray(inside)
    return np.asarray(inside + gap * indoor_share(ach_per_h, np.asarray(minutes) / 60.0))
