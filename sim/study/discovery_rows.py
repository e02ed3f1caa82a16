"""Reads the facts of the disasters of a run beside a measure: one row for each disaster."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from sim.common.types import Floats
from sim.study.batch.tables import Run, reading
from sim.study.facts import BRIDGE

KIND_FACTS = {"earthquake": "is_earthquake", "flood": "is_flood", "chemical": "is_chemical"}
"""Facts that tell the hazards of a batch apart, by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One row for each disaster that has the measure."""

    names: tuple[str, ...]
    values: Floats
    """Shape (disasters, facts)."""
    outcome: Floats
    """The measure; ``inf`` for never."""
    concerned: int
    """Disasters that have the measure, whether their facts are there or not."""


def read_facts(run: Run, measure: str, layout: str) -> Facts:
    """Return the facts of all disasters of *run* in which anybody was concerned by *measure* under *layout*.

    A fact that one kind of hazard alone has is left out if there are several hazards; in their place stands which kind
    it is (``is_flood`` ...). A bridge that is not named was open. No rows if the run has no table of facts.
    """
    with reading(run) as connection:
        outcome = _outcome(connection, run, measure, layout)
        cells = {cell for cell, _ in outcome}
        kinds = _kinds(connection) if run.is_batch else {}
        found = connection.execute(
            f"SELECT {_cell(run)} AS cell, replication, fact, value FROM scenarios"
        ).fetchall()
    told: dict[tuple[str, int], dict[str, float]] = {}
    for cell, replication, fact, value in found:
        if cell in cells and (cell, replication) in outcome:
            told.setdefault((cell, replication), {})[fact] = value
    several = sorted({kinds[cell] for cell, _ in told}) if kinds else []
    for (cell, _), facts in told.items():
        facts.update({KIND_FACTS[kind]: float(kinds[cell] == kind) for kind in several if len(several) > 1})
    return _facts(told, outcome)


def _facts(told: dict[tuple[str, int], dict[str, float]], outcome: dict[tuple[str, int], float]) -> Facts:
    rows = sorted(told)
    every = dict.fromkeys(name for row in rows for name in told[row])
    names = [name for name in every if name.startswith(BRIDGE) or all(name in told[row] for row in rows)]
    values = np.array([[told[row].get(name, 0.0) for name in names] for row in rows]).reshape(len(rows), len(names))
    return Facts(
        names=tuple(names), values=values, outcome=np.array([outcome[row] for row in rows]),
        concerned=len(outcome),
    )


def _outcome(
    connection: duckdb.DuckDBPyConnection, run: Run, measure: str, layout: str
) -> dict[tuple[str, int], float]:
    """Return the measure by cell (empty in a comparison) and replication; of each hazard the first cell only."""
    first = (
        " AND cell IN (SELECT first(cell) FROM cells GROUP BY hazard)" if run.is_batch else ""
    )
    found = connection.execute(
        f"SELECT {_cell(run)} AS cell, replication, value FROM measures "
        f"WHERE zone = '' AND measure = ? AND layout = ? AND value IS NOT NULL AND NOT isnan(value){first}",
        [measure, layout],
    ).fetchall()
    return {(cell, replication): value for cell, replication, value in found}


def _cell(run: Run) -> str:
    """Return what stands for the cell in a question: a comparison has none."""
    return "cell" if run.is_batch else "''"


def _kinds(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {str(cell): str(kind) for cell, kind in connection.execute("SELECT cell, kind FROM cells").fetchall()}
