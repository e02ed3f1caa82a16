"""What must hold between the cells of a vessel's row; each mistake with its place and the way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.city.model import ChemicalSites
from sim.city.places import km_apart
from sim.city.substances import Substance
from sim.city.table import Problems, Table

FULLEST = 0.95
"""No vessel is filled further, so that what is in it can expand (TSG 21-2016)."""
ATMOSPHERE_BAR = 1.01325
ICE_K = 273.15
ROOM_K = 293.15
"""20 C, at which the density of a vapour is given."""
ROUNDING = 1.01
"""Pressures are written with two figures or three."""
NEAR_PLANT_KM = 2.0


def storages(substance: Substance) -> tuple[str, ...]:
    """Return the ways in which *substance* can be kept.

    A gas is what boils below 20 C; one without a vapour pressure there is too warm to be liquefied by pressure.
    """
    if substance.boiling_k <= 0.0:
        return ("solid",)
    if substance.boiling_k > ROOM_K:
        return ("liquid",)
    by_pressure = ("pressure",) if substance.psat_20c_bar > 0.0 else ()
    by_cold = ("cold",) if substance.boiling_liquid_kg_m3 > 0.0 else ()
    return (*by_pressure, *by_cold, "gas")


def most_kg(substance: Substance, row: Mapping[str, Any]) -> float:
    """Return what the vessel of *row* holds at most: by the gas law, or by the density and how far it may be filled."""
    if row["storage"] == "gas":
        squeezed = row["pressure_bar"] / ATMOSPHERE_BAR * ROOM_K / (row["temp_c"] + ICE_K)
        return float(row["volume_m3"] * substance.gas_kg_m3 * squeezed)
    density = substance.boiling_liquid_kg_m3 if row["storage"] == "cold" else substance.liquid_kg_m3
    return float(row["volume_m3"] * density * FULLEST)


def check_contents(table: Table, kinds: Sequence[Substance | None], problems: Problems) -> None:
    """Each substance is kept in a way that it can be kept, and no more of it than there is room for."""
    for i, (row, substance) in enumerate(zip(table.records(), kinds, strict=True)):
        if substance is None:
            continue
        ways = storages(substance)
        if row["storage"] not in ways:
            params = {"substance": substance.name, "choices": ", ".join(ways)}
            problems.append(table.problem("vessel.wrong_storage", i, "storage", **params))
            continue
        most = most_kg(substance, row)
        about = {"substance": substance.name, "most": f"{most:,.0f}", "volume": f"{row['volume_m3']:,g}"}
        if row["storage"] == "gas" and row["mass_kg"] > most * ROUNDING:
            about |= {"pressure": f"{row['pressure_bar']:g}", "temp": f"{row['temp_c']:g}"}
            problems.append(table.problem("vessel.gas_too_heavy", i, "mass_kg", **about))
        elif row["storage"] != "gas" and row["mass_kg"] > most:
            problems.append(table.problem("vessel.too_heavy", i, "mass_kg", full=f"{100 * FULLEST:g}", **about))


def check_places(table: Table, site: Sequence[int], sites: ChemicalSites, problems: Problems) -> None:
    """Each vessel stands in the plant that it belongs to."""
    for i, (row, s) in enumerate(zip(table.records(), site, strict=True)):
        if row["site_id"] not in sites.site_id:
            continue
        away = km_apart(row["lon"], row["lat"], float(sites.lon[s]), float(sites.lat[s]))
        if away > NEAR_PLANT_KM:
            params = {"plant": row["site_id"], "km": f"{away:,.1f}", "most": f"{NEAR_PLANT_KM:g}"}
            problems.append(table.problem("vessel.far_from_plant", i, "lon", **params))
