"""Reads the vessels of the chemical plants: what each holds, how, and how it is built.

A city without ``vessels.csv`` knows no chemical accidents. What stands there must be possible: no vessel holds more
than its volume takes, nothing is kept in a way that it cannot be kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.city.facilities import LAT, LON, TAIL
from sim.city.model import ChemicalSites, Vessels
from sim.city.substances import Substance, substances
from sim.city.table import TINY, Column, Problems, Table, check_unique, has_table, look_up, nearest, read_table
from sim.city.vessel_checks import check_contents, check_places, check_shapes
from sim.city.water import TORN
from sim.common.types import Text, frozen

STORAGES = ("pressure", "cold", "liquid", "gas", "solid")
SHAPES = ("vertical", "sphere", "bullet", "store")
COLUMNS = (
    Column("vessel_id"), Column("site_id"), Column("name_zh"), Column("name_en"), Column("substance"),
    Column("mass_kg", float, low=TINY), Column("storage", choices=STORAGES),
    Column("temp_c", float, low=-273.0, high=1000.0), Column("pressure_bar", float, low=0.1, high=1000.0),
    Column("diameter_m", float, low=TINY, high=200.0), Column("height_m", float, low=TINY, high=200.0),
    Column("volume_m3", float, low=TINY), Column("bund_m2", float, low=0.0, blank=0.0),
    Column("shape", choices=SHAPES), Column("anchored", int, low=0, high=1),
    Column("shutoff_valve", int, low=0, high=1), Column("curtain", int, low=0, high=1),
    Column("fill_pipe_mm", float, low=0.0, high=2000.0, blank=0.0),
    Column("store_above_ground_m", float, low=0.0, high=50.0, blank=0.0), LON, LAT, *TAIL,
)
NUMBERS = (
    "mass_kg", "temp_c", "pressure_bar", "diameter_m", "height_m", "volume_m3", "bund_m2", "fill_pipe_mm",
    "store_above_ground_m", "lon", "lat",
)
YES_NO = ("anchored", "shutoff_valve", "curtain")


def read_vessels(folder: Path, sites: ChemicalSites, problems: Problems) -> tuple[Vessels | None, list[Table]]:
    """Read ``vessels.csv`` of *folder*; every problem found goes into *problems*.

    Returns the vessels (``None`` if the city has no such table, or one without rows, or if something is wrong with it)
    and the table read.
    """
    if not has_table(folder / "vessels.csv"):
        return None, []
    known = len(problems)
    misplaced = any(p.file.startswith("chemical_sites.") and p.column in ("lon", "lat") for p in problems)
    table = read_table(folder / "vessels.csv", COLUMNS, problems)
    if [problem.code for problem in problems[known:]] == ["no_rows"]:
        del problems[known:]
        return None, []
    if any(problem.code in TORN for problem in problems[known:]):
        return None, [table]
    check_unique(table, "vessel_id", problems)
    site = look_up(table, "site_id", {name: i for i, name in enumerate(sites.site_id)}, problems, "plant")
    check_contents(table, _substances(table, problems), problems)
    check_shapes(table, problems)
    if not misplaced:
        check_places(table, site, sites, problems)
    return (_vessels(table, site) if len(problems) == known else None), [table]


def _substances(table: Table, problems: Problems) -> list[Substance | None]:
    """Return the substance of each row; ``None``, and a problem, for one that the product does not know."""
    known = substances()
    for i, key in enumerate(table["substance"]):
        if key not in known:
            near, names = nearest(key, known), ", ".join(known)
            problems.append(table.problem("vessel.unknown_substance", i, "substance", near=near, known=names))
    return [known.get(key) for key in table["substance"]]


def _vessels(table: Table, site: list[int]) -> Vessels:
    pairs = zip(table["name_zh"], table["name_en"], strict=True)
    numbers: dict[str, Any] = {name: frozen(np.array(table[name], dtype=np.float64)) for name in NUMBERS}
    yes_no: dict[str, Any] = {name: frozen(np.array(table[name], dtype=bool)) for name in YES_NO}
    return Vessels(
        vessel_id=tuple(table["vessel_id"]), name=tuple(Text(zh, en) for zh, en in pairs),
        site=np.asarray(frozen(np.array(site, dtype=np.int64))), substance=tuple(table["substance"]),
        storage=tuple(table["storage"]), shape=tuple(table["shape"]), **numbers, **yes_no,
    )
