"""The substances that plants hold: what they are, how they boil, burn and weigh."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.common.coefficients import package_table
from sim.common.types import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """A row of ``substances.csv``. Densities in kg/m3, heats per kg, temperatures in K."""

    key: str
    name: Text
    un_number: str
    molar_mass_g: float
    boiling_k: float
    """Normal boiling point; 0 for a solid."""
    liquid_kg_m3: float
    """Liquid at 20 C, under its own pressure if need be; of a solid in bulk; of a gas that is never liquid 0."""
    boiling_liquid_kg_m3: float
    """Liquid at the normal boiling point."""
    cp_liquid_j_kg_k: float
    hvap_kj_kg: float
    gamma: float
    """Ratio of specific heats of the vapour."""
    psat_20c_bar: float
    """Vapour pressure at 20 C; 0 for a gas that no pressure liquefies at that temperature."""
    gas_kg_m3: float
    """Vapour at 20 C and 1 atm."""
    lfl: float
    """Lower flammable limit, share of volume; 0 if it does not burn."""
    ufl: float
    combustion_mj_kg: float
    """Heat of combustion; 0 if it does not burn."""
    aerosol: bool
    """Flashing releases carry droplets that make the cloud denser than air (ammonia)."""
    source: str
    evidence: str

    @property
    def burns(self) -> bool:
        """Tell whether its vapour burns."""
        return self.lfl > 0.0


NUMBERS = (
    "molar_mass_g", "boiling_k", "liquid_kg_m3", "boiling_liquid_kg_m3", "cp_liquid_j_kg_k", "hvap_kj_kg", "gamma",
    "psat_20c_bar", "gas_kg_m3", "lfl", "ufl", "combustion_mj_kg",
)


@cache
def substances() -> Mapping[str, Substance]:
    """Return every substance that the product knows, by key."""
    text = package_table("city", "substances.csv").read_text(encoding="utf-8")
    return {row["key"]: _substance(row) for row in csv.DictReader(text.splitlines())}


def _substance(row: Mapping[str, str]) -> Substance:
    return Substance(
        key=row["key"], name=Text(row["name_zh"], row["name_en"]), un_number=row["un_number"],
        aerosol=row["aerosol"] == "1", source=row["source"], evidence=row["evidence"],
        **{name: float(row[name]) for name in NUMBERS},
    )
