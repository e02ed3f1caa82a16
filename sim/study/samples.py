"""Reads the measures of a run back: per replication for the whole city, summed up for the townships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np

from sim.common.types import Floats, Ints
from sim.measure.verdict import is_time
from sim.study.parts import connect, quoted
from sim.study.rows import names

MEASURES = "measures.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Measures of the whole city, replication by replication."""

    measures: tuple[str, ...]
    layouts: tuple[str, ...]
    values: Floats
    """Shape (measures, layouts, replications); nan where nobody was concerned or the run has no such measure."""

    def of(self, measure: str, layout: str) -> Floats:
        """Return one measure of one layout, by replication."""
        return np.asarray(self.values[self.measures.index(measure), self.layouts.index(layout)])


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTable:
    """Measures of the townships over all replications: the mean, or the median for times; nan if never concerned."""

    measures: tuple[str, ...]
    layouts: tuple[str, ...]
    typical: Floats
    """Shape (measures, layouts, zones), zones in the order of the city."""
    concerned_share: Floats
    """Share of the replications in which anybody there was concerned; same shape."""
    never_share: Floats
    """Share of these in which it never happened (``inf``); same shape."""

    def of(self, measure: str, layout: str) -> Floats:
        """Return one measure under one layout, by zone."""
        return np.asarray(self.typical[self.measures.index(measure), self.layouts.index(layout)])

    def rows(self, measure: str, layout: str) -> tuple[Floats, Floats, Floats]:
        """Return (typical, concerned share, never share) of one measure under one layout, by zone."""
        at = self.measures.index(measure), self.layouts.index(layout)
        return self.typical[at], self.concerned_share[at], self.never_share[at]


def read_samples(folder: Path, measures: Sequence[str], layouts: Sequence[str], replications: int) -> Samples:
    """Return the city-wide *measures* of the run in *folder*; rows pass as columns of numbers, never as objects."""
    cube = np.full((len(measures), len(layouts), replications), np.nan)
    with _asking(measures, layouts) as connection:
        found = connection.execute(
            f"SELECT m.place AS measure, l.place AS layout, r.replication, r.value FROM {_table(folder)} r "
            "JOIN wanted m ON r.measure = m.name JOIN compared l ON r.layout = l.name "
            "WHERE r.zone = '' AND r.replication < ?",
            [replications],
        ).fetchnumpy()
    cube[_ints(found["measure"]), _ints(found["layout"]), _ints(found["replication"])] = floats(found["value"])
    return Samples(measures=tuple(measures), layouts=tuple(layouts), values=cube)


def read_zone_table(
    folder: Path, measures: Sequence[str], layouts: Sequence[str], zones: Sequence[str], replications: int
) -> ZoneTable:
    """Return the *measures* of every township (codes *zones*), summed up over the replications inside the database."""
    shape = (len(measures), len(layouts), len(zones))
    typical, concerned, never = np.full(shape, np.nan), np.zeros(shape), np.full(shape, np.nan)
    with _asking(measures, layouts, zones) as connection:
        found = connection.execute(
            "SELECT m.place AS measure, l.place AS layout, z.place AS zone, count(*) AS n, avg(r.value) AS mean, "
            "quantile_disc(r.value, 0.5) AS median, count_if(isinf(r.value)) AS never "
            f"FROM {_table(folder)} r JOIN wanted m ON r.measure = m.name "
            "JOIN compared l ON r.layout = l.name JOIN places z ON r.zone = z.name "
            "WHERE r.value IS NOT NULL AND NOT isnan(r.value) AND r.replication < ? GROUP BY ALL",
            [replications],
        ).fetchnumpy()
    at = _ints(found["measure"]), _ints(found["layout"]), _ints(found["zone"])
    time = np.array([is_time(measure) for measure in measures], dtype=bool)[at[0]]
    n = floats(found["n"])
    typical[at] = np.where(time, floats(found["median"]), floats(found["mean"]))
    concerned[at], never[at] = n / replications, floats(found["never"]) / n
    return ZoneTable(
        measures=tuple(measures), layouts=tuple(layouts), typical=typical, concerned_share=concerned, never_share=never
    )


def read_zone_pairs(
    folder: Path, measure: str, layouts: tuple[str, str], zones: Sequence[str], replications: int
) -> list[tuple[Floats, Floats]]:
    """Return for each of *zones* the values of *measure* under the two *layouts* on the same replications.

    In the order of the replications; without those in which nobody there was concerned under one of the two.
    """
    values = "SELECT replication, zone, value FROM {table} WHERE measure = ? AND layout = ? AND NOT isnan(value)"
    ours, theirs = values.format(table=_table(folder)), values.format(table=_table(folder))
    with _asking((), (), zones) as connection:
        found = connection.execute(
            f"SELECT z.place AS zone, a.value AS ours, b.value AS theirs FROM ({ours}) a JOIN ({theirs}) b "
            "USING (replication, zone) JOIN places z ON a.zone = z.name WHERE replication < ? "
            "ORDER BY z.place, replication",
            [measure, layouts[0], measure, layouts[1], replications],
        ).fetchnumpy()
    ends = np.searchsorted(_ints(found["zone"]), np.arange(len(zones) + 1))
    columns = floats(found["ours"]), floats(found["theirs"])
    return [(columns[0][i:j], columns[1][i:j]) for i, j in pairwise(ends.tolist())]


def zone_measures(folder: Path) -> list[str]:
    """Return the names of the measures that the run in *folder* has by township, in order of name."""
    with connect() as connection:
        found = connection.execute(
            f"SELECT DISTINCT measure FROM {_table(folder)} WHERE zone <> '' AND replication = 0 ORDER BY measure"
        ).fetchall()
    return [str(row[0]) for row in found]


def _asking(
    measures: Sequence[str], layouts: Sequence[str], zones: Sequence[str] = ()
) -> duckdb.DuckDBPyConnection:
    """Return a connection that knows the places of the names in our arrays."""
    connection = connect()
    for table, words in (("wanted", measures), ("compared", layouts), ("places", zones)):
        tell_places(connection, table, words)
    return connection


def tell_places(connection: duckdb.DuckDBPyConnection, table: str, words: Sequence[str]) -> None:
    """Make a *table* of the columns name and place: where each of *words* stands in our arrays."""
    columns: Mapping[str, object] = {"name": names(words), "place": np.arange(len(words))}
    connection.register(f"{table}_words", columns)
    connection.execute(f"CREATE TABLE {table} AS SELECT CAST(name AS VARCHAR) AS name, place FROM {table}_words")


def _table(folder: Path) -> str:
    return f"read_parquet({quoted(folder / MEASURES)})"


def _ints(column: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Ints:
    return np.asarray(column, dtype=np.int64)


def floats(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Floats:
    """Return a column with nan for what the database calls nothing."""
    return np.asarray(np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan), dtype=np.float64)
