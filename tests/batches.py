"""What the tests of batches share: replications that cost nothing, and every row of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.study.batch.tables import columns_of, open_run, reading
from sim.study.rows import Rows, names
from sim.study.work import Job


def quick(rows: Rows, job: Job, replication: int) -> None:
    """Play nothing: measures that tell the replication and its cell."""
    for n, layout in enumerate(job.inputs.layouts):
        rows.add("measures", layout.layout_id, replication, {
            "measure": names(["m", "n", "m"]), "zone": names(["", "", "640202001"]),
            "value": np.array([replication / 2 + n, job.seed % 1000, np.inf if replication % 2 else np.nan]),
        })
    rows.add("curves", "a", replication, {"curve": names(["c"]), "minute": np.zeros(1), "value": np.ones(1)})


def rows_of(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """Return every row of every table of a run as it stands there; texts, so that not-a-number equals itself."""
    with reading(open_run(folder)) as connection:
        return {
            table: [tuple(str(value) for value in row) for row in connection.execute(f"FROM {table}").fetchall()]
            for table in columns_of(connection)
        }


def same_rows(a: Path, b: Path) -> None:
    ours, theirs = rows_of(a), rows_of(b)
    for table, rows in theirs.items():
        assert ours[table] == rows, table
    assert theirs["measures"]


def ask_all(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows that a question about a run has."""
    with reading(open_run(folder)) as connection:
        return connection.execute(sql).fetchall()
