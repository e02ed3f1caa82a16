"""What must hold between the cells of a vessel's row; each mistake with its place and the way out."""

from __future__ import annotations

import math
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
GAS_J_MOL_K = 8.314
PRESSURE_FACTOR = 3.0
"""So far the pressure over a liquefied gas may lie from its vapour pressure: a cushion of inert gas, a warm day."""
VOLUME_FACTOR = 1.5
"""So far the volume may lie from that of a sphere or cylinder of these measures: domed ends, measures of the shell."""


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
        problems.extend(_off_pressure(table, i, row, substance))
        most = most_kg(substance, row)
        about = {"substance": substance.name, "most": f"{most:,.0f}", "volume": f"{row['volume_m3']:,g}"}
        if row["storage"] == "gas" and row["mass_kg"] > most * ROUNDING:
            about |= {"pressure": f"{row['pressure_bar']:g}", "temp": f"{row['temp_c']:g}"}
            problems.append(table.problem("vessel.gas_too_heavy", i, "mass_kg", **about))
        elif row["storage"] != "gas" and row["mass_kg"] > most:
            problems.append(table.problem("vessel.too_heavy", i, "mass_kg", full=f"{100 * FULLEST:g}", **about))


def vapour_bar(substance: Substance, temp_c: float) -> float:
    """Return the vapour pressure at *temp_c*: that at 20 C, carried on with the heat of evaporation (Clapeyron)."""
    steep = substance.hvap_kj_kg * substance.molar_mass_g / GAS_J_MOL_K
    return substance.psat_20c_bar * math.exp(steep * (1.0 / ROOM_K - 1.0 / max(temp_c + ICE_K, 1.0)))


def _off_pressure(table: Table, i: int, row: Mapping[str, Any], substance: Substance) -> Problems:
    if row["storage"] != "pressure":
        return []
    due = vapour_bar(substance, row["temp_c"])
    if due / PRESSURE_FACTOR <= row["pressure_bar"] <= due * PRESSURE_FACTOR:
        return []
    params = {"substance": substance.name, "temp": f"{row['temp_c']:g}", "due": f"{due:,.3g}"}
    return [table.problem("vessel.off_pressure", i, "pressure_bar", factor=f"{PRESSURE_FACTOR:g}", **params)]


def check_shapes(table: Table, problems: Problems) -> None:
    """Each vessel has about the volume of its measures; how long one that lies is, no column says.

    A row of which *problems* say something already is left alone.
    """
    told = {problem.row for problem in problems if problem.file == table.file}
    for i, row in enumerate(table.records()):
        if table.rows[i] in told:
            continue
        d, shape = row["diameter_m"], row["shape"]
        if shape == "bullet" or min(d, row["height_m"], row["volume_m3"]) <= 0.0:
            continue
        due = math.pi / 6.0 * d**3 if shape == "sphere" else math.pi / 4.0 * d**2 * row["height_m"]
        if not due / VOLUME_FACTOR <= row["volume_m3"] <= due * VOLUME_FACTOR:
            params = {"shape": shape, "due": f"{due:,.3g}", "diameter": f"{d:g}", "height": f"{row['height_m']:g}"}
            problems.append(table.problem("vessel.off_volume", i, "volume_m3", **params))


def check_places(table: Table, site: Sequence[int], sites: ChemicalSites, problems: Problems) -> None:
    """Each vessel stands in the plant that it belongs to."""
    for i, (row, s) in enumerate(zip(table.records(), site, strict=True)):
        if row["site_id"] not in sites.site_id:
            continue
        away = km_apart(row["lon"], row["lat"], float(sites.lon[s]), float(sites.lat[s]))
        if away > NEAR_PLANT_KM:
            params = {"plant": row["site_id"], "km": f"{away:,.1f}", "most": f"{NEAR_PLANT_KM:g}"}
            problems.append(table.problem("vessel.far_from_plant", i, "lon", **params))
