"""The parts of a batch: one folder for each cell; finished blocks become one part; what is damaged is thrown away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.common.types import Floats
from sim.study.batch.chunks import Range
from sim.study.parts import (
    CPU_S,
    PARQUET,
    SCHEMA,
    clear_drafts,
    connect,
    cpu_s_of,
    damage,
    every_part,
    parquet,
    part_name,
    parts_of,
    publishing,
    quoted,
    spare_parts,
)

CELL = "cell="
"""Before the id of a cell in the name of its folder, so that readers of Parquet take it for a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A part that was not as it had been written."""

    part: Path
    file: str
    """What is missing or changed."""


def cell_folder(parts: Path, cell_id: str) -> Path:
    """Return the folder of a cell below the folder *parts* of a batch."""
    return parts / f"{CELL}{cell_id}"


def tidy(folder: Path) -> Iterator[Damaged]:
    """Throw away what a killed run or a bad disk has left in the *folder* of a cell, and tell which parts are damaged.

    Drafts, parts that others hold as well, and parts of which a file is not what was written; the last ones are told.
    """
    clear_drafts(folder)
    for _, _, part in every_part(folder):
        file = damage(part)
        if file:
            shutil.rmtree(part)
            yield Damaged(part=part, file=file)
    for part in spare_parts(folder):
        shutil.rmtree(part)


def ranges(folder: Path) -> list[Range]:
    """Return first and last replication of each part of a cell, in order."""
    return [(first, last) for first, last, _ in parts_of(folder)]


def cost(folder: Path, parts: Sequence[Range]) -> float:
    """Return the processor seconds that the *parts* of a cell took."""
    return sum(cpu_s_of(folder / part_name(*part)) for part in parts)


def join(folder: Path, parts: Sequence[Range]) -> Range:
    """Make one part of *parts*, which follow one another without a gap; returns its range.

    Row for row in the order of the replications, and through the memory in pieces. A run that is killed here leaves
    the one, the others or both, none of which counts a replication twice (see :func:`sim.study.parts.parts_of`).
    """
    folders = [folder / part_name(*part) for part in parts]
    whole = parts[0][0], parts[-1][1]
    tables = {f"{table}.parquet": [part / f"{table}.parquet" for part in folders] for table in SCHEMA}
    there = {name: [file for file in files if file.exists()] for name, files in tables.items()}
    there = {name: files for name, files in there.items() if files}
    with publishing(folder, *whole, [*there, CPU_S]) as draft:
        for name, files in there.items():
            with connect() as connection:
                connection.execute(f"COPY (SELECT * FROM {parquet(files)}) TO {quoted(draft / name)} ({PARQUET})")
        (draft / CPU_S).write_text(f"{cost(folder, parts):.3f}", encoding="utf-8")
    for part in folders:
        shutil.rmtree(part, ignore_errors=True)
    return whole


def read_values(
    folder: Path, parts: Sequence[Range], measure: str, layouts: Sequence[str], replications: int
) -> Mapping[str, Floats]:
    """Return the city-wide *measure* of the first *replications* of a cell, by layout.

    nan where nobody was concerned; a layout of which there is no value at all is left out.
    """
    files = [folder / part_name(*part) / "measures.parquet" for part in parts if part[0] < replications]
    values = {layout: np.full(replications, np.nan) for layout in layouts}
    with connect() as connection:
        found = connection.execute(
            f"SELECT layout, replication, value FROM {parquet(files)} "
            "WHERE measure = ? AND zone = '' AND replication < ? AND value IS NOT NULL",
            [measure, replications],
        ).fetchnumpy()
    for layout, column in values.items():
        rows = found["layout"] == layout
        column[found["replication"][rows].astype(np.int64)] = found["value"][rows]
    return {layout: values[layout] for layout in layouts if layout in set(found["layout"].tolist())}


def measures_of(folder: Path, part: Range) -> list[str]:
    """Return the names of the city-wide measures in a part, in order of name."""
    with connect() as connection:
        found = connection.execute(
            f"SELECT DISTINCT measure FROM {parquet([folder / part_name(*part) / 'measures.parquet'])} "
            "WHERE zone = '' ORDER BY measure"
        ).fetchall()
    return [str(row[0]) for row in found]
