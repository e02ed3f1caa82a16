"""What the page of a batch needs: its cells, and values of a measure of one cell at a time, so that memory is small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from sim.common.types import Floats, Ints, Text
from sim.plan.model import Layout, Plan, Target
from sim.study import folder as run_folder
from sim.study.batch import cells_table
from sim.study.batch.cells import HAZARD, fingerprint
from sim.study.batch.cells_table import identifier
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch
from sim.study.batch.tables import DAMAGED, Run, open_run, reading, unreadable_file
from sim.study.folder import FolderError
from sim.study.inputs import load_layouts, product_hashes
from sim.study.samples import floats

DESIGN, NOTHING_DONE, OTHER_INPUTS = "report_design", "report_nothing_done", "report_batch_inputs"
CURVE_REPLICATIONS = 2000
"""Replications that are looked at for curves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """A cell that has replications."""

    cell: str
    hazard: str
    name: Text
    """Of the hazard."""
    point: Mapping[str, float]
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch that is open for reading."""

    run: Run
    study: BatchStudy
    plan: Plan
    layouts: tuple[Layout, ...]
    cells: tuple[CellRow, ...]
    connection: duckdb.DuckDBPyConnection

    @property
    def is_fixed(self) -> bool:
        """Whether the number of replications was chosen beforehand: no rule to stop, nothing left to do."""
        return self.run.is_finished and self.study.stop is None

    def measures(self) -> list[str]:
        """Return the names of the city-wide measures, in order of name."""
        found = self.connection.execute("SELECT DISTINCT measure FROM measures WHERE zone = '' ORDER BY 1").fetchall()
        return [str(row[0]) for row in found]

    def values(self, cell: CellRow, measure: str, most: int | None = None) -> Floats:
        """Return a city-wide *measure* of the replications that are there, in order; (replications, layouts).

        nan where nobody was concerned; of the first *most* replications only, if given.
        """
        ids = [layout.layout_id for layout in self.layouts]
        columns = ", ".join("max(value) FILTER (layout = ?)" for _ in ids)
        found = self.connection.execute(
            f"SELECT {columns} FROM measures WHERE cell = ? AND measure = ? AND zone = '' AND replication < ? "
            "GROUP BY replication ORDER BY replication", [*ids, cell.cell, measure, most or 2**31 - 1],
        ).fetchnumpy()
        return np.column_stack([floats(column) for column in found.values()])

    def kept(self, cell: CellRow, target: Target) -> dict[str, tuple[int, int]]:
        """Return by layout in how many disasters *target* holds, and in how many anybody was concerned."""
        sense = {"<=": "<=", "<": "<", ">=": ">="}.get(target.sense, "=")
        found = self.connection.execute(
            f"SELECT layout, count_if(value {sense} ?), count(*) FROM measures WHERE cell = ? AND measure = ? "
            "AND zone = '' AND value IS NOT NULL AND NOT isnan(value) GROUP BY layout",
            [target.limit, cell.cell, target.measure],
        ).fetchall()
        return {layout: (hits, n) for layout, hits, n in found}

    def arrivals(self, cell: CellRow, layout: str) -> tuple[Floats, Ints]:
        """Return minutes from onset to arrival of the demands that were reached, and the replication of each."""
        found = self.connection.execute(
            "SELECT arrived_min - real_min AS m, replication FROM demands WHERE cell = ? AND layout = ? "
            "AND isfinite(arrived_min) AND isfinite(real_min) ORDER BY replication, demand", [cell.cell, layout],
        ).fetchnumpy()
        return floats(found["m"]), np.asarray(found["replication"], dtype=np.int64)

    def by_value(self, hazard: str, key: str, measure: str) -> dict[tuple[str, float], Floats]:
        """Return by layout and value of the parameter *key* a measure of each disaster, other parameters averaged."""
        there = min(cell.done for cell in self.cells if cell.hazard == hazard)
        found = self.connection.execute(
            f"SELECT layout, {identifier(key)}, replication, avg(value) FROM results WHERE hazard = ? "
            "AND measure = ? AND zone = '' AND replication < ? AND isfinite(value) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [hazard, measure, min(there, CURVE_REPLICATIONS)],
        ).fetchall()
        rows: dict[tuple[str, float], list[float]] = {}
        for layout, value, _, mean in found:
            rows.setdefault((layout, value), []).append(mean)
        return {name: np.array(values) for name, values in rows.items()}


@contextmanager
def open_batch(folder: Path) -> Iterator[Batch]:
    """Give the batch in *folder*, finished or not. Raises :class:`FolderError` if it cannot be reported."""
    run = open_run(folder)
    if not (run.folder / "study.yaml").exists():
        raise FolderError(DESIGN, folder=folder)
    study = read_batch(run.folder / "study.yaml")
    program = product_hashes()  # nothing is played, so only inputs that give limits and names count
    ours, theirs = (
        {"inputs": {name: value for name, value in inputs.items() if name not in program}}
        for inputs in (run.manifest["identity"]["inputs"], fingerprint(study))
    )
    changed = run_folder.differences(ours, theirs, growing=HAZARD)
    if changed:
        raise FolderError(OTHER_INPUTS, folder=folder, changed=changed)
    _, plan, _, layouts = load_layouts(study.city, study.layouts)
    try:
        with reading(run) as connection:
            cells = tuple(_cells(connection))
            if not cells:
                raise FolderError(NOTHING_DONE, folder=folder)
            yield Batch(run=run, study=study, plan=plan, layouts=layouts, cells=cells, connection=connection)
    except duckdb.Error as error:
        file = unreadable_file(error)
        if not file:
            raise
        raise FolderError(DAMAGED, file=file) from error


def _cells(connection: duckdb.DuckDBPyConnection) -> Iterator[CellRow]:
    asked = connection.execute("SELECT * FROM cells WHERE replications > 0")
    columns: Sequence[str] = [str(column[0]) for column in asked.description or []]
    apart = {*cells_table.COLUMNS, "replications"}
    for values in asked.fetchall():
        row: dict[str, Any] = dict(zip(columns, values, strict=True))
        point = {key: value for key, value in row.items() if key not in apart and value is not None}
        name = Text(row["name_zh"], row["name_en"])
        yield CellRow(cell=row["cell"], hazard=row["hazard"], name=name, point=point, done=row["replications"])
