"""The table of the cells of a batch: what each one is, a column for every parameter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim.common.types import Floats
from sim.study.batch.model import BatchStudy, Grid, varied_of
from sim.study.parts import connect, copied
from sim.study.rows import names

FILE = "cells.parquet"
COLUMNS: Mapping[str, str] = {
    "cell": "VARCHAR", "hazard": "VARCHAR", "kind": "VARCHAR", "name_zh": "VARCHAR", "name_en": "VARCHAR",
    "weight": "DOUBLE", "per_year": "DOUBLE", "seed": "BIGINT",
}
"""Columns of the table before those of the parameters, which are DOUBLE. Nothing stands where nothing was given."""


def write_cells(folder: Path, study: BatchStudy, grid: Grid) -> None:
    """Write the table of the cells of *grid* into the run *folder*, in the order of the grid."""
    cells = grid.cells
    columns: dict[str, Any] = {
        "cell": names([cell.cell_id for cell in cells]), "hazard": names([cell.hazard_id for cell in cells]),
        "kind": names([cell.kind for cell in cells]), "name_zh": names([cell.name.zh for cell in cells]),
        "name_en": names([cell.name.en for cell in cells]), "weight": _numbers([cell.weight for cell in cells]),
        "per_year": _numbers([cell.per_year for cell in cells]), "seed": np.array([cell.seed for cell in cells]),
    }
    parameters = {key: _numbers([cell.point.get(key) for cell in cells]) for key in varied_of(study)}
    select = [f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items() if kind != "DOUBLE"]
    select += [f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}" for name in ("weight", "per_year")]
    order = [name if name in COLUMNS else identifier(name) for name in (*COLUMNS, *varied_of(study))]
    values = [f"CASE WHEN isnan(p{n}) THEN NULL ELSE p{n} END AS {identifier(key)}" for n, key in enumerate(parameters)]
    with connect() as connection:
        connection.register("given", columns | {f"p{n}": column for n, column in enumerate(parameters.values())})
        query = f"SELECT {', '.join(order)} FROM (SELECT {', '.join([*select, *values])} FROM given)"
        copied(connection, query, folder / FILE)


def _numbers(values: list[float | None]) -> Floats:
    return np.array([math.nan if value is None else value for value in values])


def identifier(name: str) -> str:
    """Return *name* as an SQL identifier."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
