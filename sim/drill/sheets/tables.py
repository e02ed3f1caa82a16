"""All sheets of a drill as values, before anything is drawn."""

from __future__ import annotations

from sim.drill.model import Drill
from sim.drill.sheets import more_rows as more
from sim.drill.sheets.overview import overview_rows
from sim.drill.sheets.rows import Row, action_rows, msel_rows

MAKERS = {
    "overview": overview_rows, "msel": msel_rows, "actions": action_rows, "benchmarks": more.benchmark_rows,
    "objectives": more.objective_rows, "participants": more.participant_rows, "comms": more.comms_rows,
    "branches": more.branch_rows, "log": more.log_rows, "score": more.score_rows,
    "provenance": more.provenance_rows, "lists": more.list_rows,
}
"""By sheet, in the order of the workbook."""


def rows_of(sheet: str, drill: Drill) -> list[Row]:
    """Return the rows of one *sheet*; a column that a row does not name is empty."""
    return MAKERS[sheet](drill)
