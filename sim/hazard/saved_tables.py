"""The tables of a saved scenario: which columns each has, and how a value stands in a cell.

An empty cell is *never* in a column of minutes and *none* in a column that points to another row.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.model import City
from sim.city.table import Column, Problems, Table, look_up
from sim.common.types import NEVER, frozen
from sim.hazard.scenario import ENTRAPMENT, VEHICLES

NUMBER, MINUTE, WHOLE, FLAG, WORD, CLASS = "number", "minute", "whole", "flag", "word", "class"
ZONE, NODE, EDGE, EVENT = "zone", "node", "edge", "event"
DEMAND, CLOSURE, OUTAGE = "demand", "closure", "outage"
ROWS = (DEMAND, CLOSURE, OUTAGE)
"""Forms of a column that points to a row of another table by the number that stands in that table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a saved table: its name, the form of its values, and the range that makes sense."""

    name: str
    form: str
    low: float = -math.inf
    high: float = math.inf
    blank: float | None = None
    """What an empty cell of a number or an event means; ``None``: it may not be empty."""
    late: bool = False
    """Folders saved before the column was there do without it, as if all its cells were empty."""


DEMANDS = (
    Cell("kind", WORD), Cell("zone", ZONE), Cell("node", NODE), Cell("event", EVENT, blank=0), Cell("parent", DEMAND),
    Cell("real_min", NUMBER, 0), Cell("noticed_min", MINUTE), Cell("quantity", NUMBER, 0),
    Cell("work_crew_min", NUMBER, 0), Cell("growth_per_min", NUMBER, 0, blank=0), Cell("growth_until_min", MINUTE),
    Cell("max_crews", WHOLE, 1), Cell("people_at_stake", NUMBER, 0), Cell("closure", CLOSURE), Cell("outage", OUTAGE),
    Cell("watched", FLAG, blank=0), Cell("place", WORD),
)
CASUALTIES = (
    Cell("demand", DEMAND), Cell("zone", ZONE), Cell("event", EVENT, blank=0), Cell("real_min", MINUTE, 0),
    Cell("severity", WHOLE, 1, 3), Cell("entrapment", CLASS), Cell("work_crew_min", NUMBER, 0),
    Cell("trapped_death_min", MINUTE), Cell("worsens_after_min", MINUTE), Cell("dies_after_min", MINUTE),
    Cell("medic_draw", NUMBER, 0, 1), Cell("treat_draw", NUMBER, 0, 1), Cell("self_draw", NUMBER, 0, 1),
    Cell("avoid_draw", NUMBER, 0, 1), Cell("only_if", DEMAND, late=True),
    Cell("contaminated", FLAG, blank=0, late=True),
)
CLOSURES = (
    Cell("edge", EDGE), Cell("from_min", NUMBER), Cell("to_min", MINUTE), Cell("reason", WORD),
    Cell("prevented_by", DEMAND), Cell("lasts_with", DEMAND, late=True),
)
FACTORS = tuple(Cell(f"{vehicle}_speed_factor", NUMBER, 0, 1) for vehicle in VEHICLES)
OUTAGES = (Cell("zone", ZONE), Cell("kind", WORD), Cell("from_min", NUMBER), Cell("to_min", MINUTE))
DISPLACED = (
    Cell("zone", ZONE), Cell("from_min", NUMBER), Cell("people", WHOLE, 0), Cell("prevented_by", DEMAND),
)
SERIES = (Cell("minute", NUMBER), Cell("zone", ZONE))
"""Columns that say what a row of the series belongs to."""
ZONES = (
    Cell("zone", ZONE), Cell("dead_at_once", WHOLE, 0), Cell("slightly_injured", WHOLE, 0),
    Cell("loss_yuan", NUMBER, 0), Cell("campers", WHOLE, 0),
)
WHERE = (Cell("event", EVENT), Cell("zone", ZONE))
"""Columns that say what a row of the fields belongs to."""
DAMAGE = tuple(Cell(f"dwellings_d{state}", NUMBER, 0) for state in range(6))


def places(city: City) -> dict[str, dict[str, int]]:
    """Return the index of every zone, node and edge of *city* by its code."""
    ids = {ZONE: city.zones.code, NODE: city.roads.node_id, EDGE: city.roads.edge_id}
    return {form: {code: i for i, code in enumerate(codes)} for form, codes in ids.items()}


# ---- writing -------------------------------------------------------------------------------


def as_csv(columns: Mapping[str, Sequence[str]]) -> str:
    """Return *columns* as the text of a CSV file."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def written(cell: Cell, values: Any, city: City) -> list[str]:
    """Return *values* as the cells of a column; a float keeps every bit."""
    if cell.form in (NUMBER, MINUTE):
        words = ["" if value == NEVER else repr(value) for value in np.asarray(values, dtype=np.float64).tolist()]
        if cell.form == NUMBER and "" in words:
            msg = f"column {cell.name} holds a value that is not finite"
            raise ValueError(msg)
        return words
    return [_WRITE[cell.form](value, city) for value in (values if isinstance(values, tuple) else values.tolist())]


def _row_number(value: int, _city: City) -> str:
    return "" if value < 0 else str(value)


_WRITE: Mapping[str, Callable[[Any, City], str]] = {
    WHOLE: lambda value, _: str(value),
    FLAG: lambda value, _: str(int(value)),
    WORD: lambda value, _: str(value),
    CLASS: lambda value, _: ENTRAPMENT[value],
    ZONE: lambda value, city: city.zones.code[value],
    NODE: lambda value, city: city.roads.node_id[value],
    EDGE: lambda value, city: city.roads.edge_id[value],
    EVENT: lambda value, _: str(value),
    DEMAND: _row_number, CLOSURE: _row_number, OUTAGE: _row_number,
}


# ---- reading -------------------------------------------------------------------------------


def column(cell: Cell, events: int) -> Column:
    """Return how a table reader reads *cell*; *events* is the number of events of the scenario."""
    if cell.form == NUMBER:
        return Column(cell.name, float, cell.low, cell.high, blank=cell.blank)
    if cell.form == MINUTE:
        return Column(cell.name, float, cell.low, cell.high, blank=NEVER)
    if cell.form == EVENT:
        return Column(cell.name, int, 0, events - 1, blank=_whole(cell.blank))
    if cell.form in ROWS:
        return Column(cell.name, int, 0, required=not cell.late, blank=-1)
    if cell.form in (WHOLE, FLAG):
        low, high = (0, 1) if cell.form == FLAG else (cell.low, cell.high)
        return Column(cell.name, int, low, high, required=not cell.late, blank=_whole(cell.blank))
    return Column(cell.name, choices=ENTRAPMENT if cell.form == CLASS else ())


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def array(
    table: Table, cell: Cell, index: Mapping[str, Mapping[str, int]], rows: Mapping[str, Mapping[int, int]],
    problems: Problems,
) -> Any:
    """Return the column *cell* of *table* as the scenario holds it; references that lead nowhere are problems.

    *index* finds zones, nodes and edges by their codes, *rows* the rows of other tables by their numbers.
    """
    values = table.values.get(cell.name, [])
    if cell.form == WORD:
        return tuple(values)
    if cell.form in index:
        return ints(look_up(table, cell.name, index[cell.form], problems, cell.form))
    if cell.form in ROWS:
        return ints([_row(table, cell, i, value, rows[cell.form], problems) for i, value in enumerate(values)])
    if cell.form == CLASS:
        return ints([ENTRAPMENT.index(word) if word in ENTRAPMENT else 0 for word in values])
    if cell.form == FLAG:
        return bools(values)
    return floats(values) if cell.form in (NUMBER, MINUTE) else ints(values)


def _row(table: Table, cell: Cell, i: int, value: int, rows: Mapping[int, int], problems: Problems) -> int:
    if value == -1 or value in rows:
        return rows.get(value, -1)
    problems.append(table.problem("saved.no_such_row", i, cell.name, table=f"{cell.form}s.csv"))
    return -1


def ints(values: Any) -> NDArray[np.int64]:
    """Return *values* as a read-only array of whole numbers."""
    return frozen(np.array(values, dtype=np.int64))


def floats(values: Any) -> NDArray[np.float64]:
    """Return *values* as a read-only array of floats."""
    return frozen(np.array(values, dtype=np.float64))


def bools(values: Any) -> NDArray[np.bool_]:
    """Return *values* as a read-only array of yes and no."""
    return frozen(np.array(values, dtype=bool))
