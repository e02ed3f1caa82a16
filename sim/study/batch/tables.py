"""The tables of a run folder, of a batch or of a comparison, as views that can be read and not written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from sim.study.batch import cells_table
from sim.study.batch.cells_table import identifier
from sim.study.batch.store import CELL, cell_folder
from sim.study.folder import PARTS, FolderError, read_manifest
from sim.study.parts import DETAIL, SCHEMA, connect, no_rows, parquet, parts_of, quoted
from sim.study.rows import names

NO_RUN, DAMAGED = "no_run", "damaged"
RESULTS = "results"
"""View of the measures beside what their cells are."""
ATTRIBUTES = ("hazard", "kind", "weight", "per_year")
"""Columns of the cells that stand beside the measures, before the parameters."""


Part = tuple[int, int, Path]
"""First and last replication, folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run folder that is read."""

    folder: Path
    manifest: Mapping[str, Any]
    cells: Mapping[str, int]
    """Cells of a batch by their ids: of so many replications what is there counts. Empty for a comparison."""

    @property
    def is_batch(self) -> bool:
        """Whether it is a batch, not a comparison."""
        return bool(self.manifest.get("kind") == "batch")

    @property
    def is_finished(self) -> bool:
        """Whether nothing was left to do when the last run ended."""
        return self.manifest.get("finished") is not None

    def parts(self, cell: str = "") -> list[Part]:
        """Return the parts, of one *cell* if it is a batch, in the order of the replications."""
        folder = self.folder / PARTS
        return parts_of(cell_folder(folder, cell) if self.is_batch else folder)


def open_run(folder: Path) -> Run:
    """Return the run in *folder*.

    Raises :class:`FolderError` if there is none or the table of its cells is damaged, :class:`InputError` if its record
    is damaged.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise FolderError(NO_RUN, folder=folder)
    run = Run(folder=folder.absolute(), manifest=manifest, cells=manifest.get("cells", {}))
    if run.is_batch:
        _check_cells(run.folder / cells_table.FILE)
    return run


def _check_cells(file: Path) -> None:
    """Raise :class:`FolderError` if the table of the cells is missing or cannot be read."""
    try:
        with connect() as connection:
            connection.execute(f"DESCRIBE SELECT * FROM {parquet([file])}")
    except duckdb.Error as error:
        raise FolderError(DAMAGED, file=file) from error


@contextmanager
def reading(run: Run, *, locked: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that has the tables of *run* as views; *locked*, it can read nothing else.

    One thread: sums and rows keep their order, so that the same question always has the same answer.
    """
    with connect() as connection, tempfile.TemporaryDirectory() as spill:
        for name, query in _views(run, connection).items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        connection.execute(f"SET temp_directory={quoted(Path(spill))}")
        if locked:
            connection.execute(f"SET allowed_directories=[{quoted(run.folder)}, {quoted(Path(spill))}]")
            connection.execute("SET enable_external_access=false")
            connection.execute("SET lock_configuration=true")
        yield connection


def unreadable_file(error: duckdb.Error) -> str:
    """Return the Parquet file that *error* is about: damaged, or gone; empty if it is about something else."""
    found = re.search(r"""['"]([^'"]+\.parquet)['"]""", str(error))
    return found.group(1) if found and not isinstance(error, duckdb.PermissionException) else ""


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return the tables of a run with their columns and types."""
    found = connection.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "ORDER BY table_name, ordinal_position"
    ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        if table in (*SCHEMA, "cells", RESULTS):
            tables.setdefault(table, {})[column] = kind
    order = ["cells", *SCHEMA, RESULTS]
    return {table: tables[table] for table in order if table in tables}


def _views(run: Run, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    if not run.is_batch:
        return {table: _of_comparison(run, table) for table in SCHEMA}
    parts = {cell: [part for part in run.parts(cell) if part[0] < end] for cell, end in run.cells.items()}
    _put_done(run, parts, connection)
    file = run.folder / cells_table.FILE
    cells = f"SELECT c.*, d.replications FROM {parquet([file])} c JOIN done d USING (cell)"
    views = {"cells": cells, **{table: _of_batch(run, table, parts) for table in SCHEMA}}
    parameters = [name for name in _columns(file, connection) if name not in cells_table.COLUMNS]
    beside = ", ".join(f"c.{identifier(name)}" for name in (*ATTRIBUTES, *parameters))
    own = ", ".join(f"m.{name}" for name in SCHEMA["measures"])
    views[RESULTS] = f"SELECT m.cell, {beside}, {own} FROM measures m JOIN cells c USING (cell)"
    return views


def _put_done(run: Run, parts: Mapping[str, Sequence[Part]], connection: duckdb.DuckDBPyConnection) -> None:
    """Put a table of how many replications of each cell are there, and of how many there are to be."""
    done = [
        sum(min(last, run.cells[cell] - 1) - first + 1 for first, last, _ in found) for cell, found in parts.items()
    ]
    given = {"cell": names(list(parts)), "replications": np.array(done), "wanted": np.array(list(run.cells.values()))}
    connection.register("given", given)
    connection.execute(
        "CREATE TABLE done AS SELECT CAST(cell AS VARCHAR) AS cell, CAST(replications AS INTEGER) AS replications, "
        "CAST(wanted AS INTEGER) AS wanted FROM given"
    )
    connection.unregister("given")


def _columns(file: Path, connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {parquet([file])}").fetchall()]


def _of_comparison(run: Run, table: str) -> str:
    """Return the query for a final table of a comparison; as long as it is not there, for what the parts hold."""
    final = run.folder / f"{table}.parquet"
    if run.is_finished and final.exists():
        return f"SELECT * FROM {parquet([final])}"
    files = [path / f"{table}.parquet" for _, _, path in run.parts()]
    files = [file for file in files if file.exists()]
    return f"SELECT * FROM {parquet(files) if files else no_rows(table)}"


def _of_batch(run: Run, table: str, parts: Mapping[str, Sequence[Part]]) -> str:
    """Return the query for a table of a batch: cells in the order of the grid, replications in theirs."""
    here = [
        (path / f"{table}.parquet", last >= run.cells[cell]) for cell, found in parts.items() for _, last, path in found
    ]
    here = [(file, beyond) for file, beyond in here if table not in (*DETAIL, "curves", "scenarios") or file.exists()]
    columns = ", ".join(f"t.{name}" for name in ("cell", *SCHEMA[table]))
    if not here:
        return f"SELECT {columns} FROM (SELECT '' AS cell, * FROM {no_rows(table)}) t"
    files = [file for file, _ in here]
    source = parquet(files, f"hive_partitioning=true, hive_types={{'{CELL.rstrip('=')}': VARCHAR}}")
    if any(beyond for _, beyond in here):  # an earlier run has asked for more
        return f"SELECT {columns} FROM {source} t JOIN done d USING (cell) WHERE t.replication < d.wanted"
    return f"SELECT {columns} FROM {source} t"
