"""How far a run is: what is done of each cell and what is left, what it has cost, and who is at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.study.batch import cells_table
from sim.study.batch.store import cell_folder
from sim.study.batch.tables import Run, open_run
from sim.study.folder import PARTS
from sim.study.lock import is_held, owner_of
from sim.study.parts import connect, cpu_s_of, parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStatus:
    """How far a cell is."""

    cell: str
    """Empty for a comparison, which has one hazard and no parameters."""
    hazard: str
    point: Mapping[str, float]
    """Values of the parameters."""
    done: int
    wanted: int
    """Replications in all; the most of them while a rule to stop has not decided."""
    cpu_s: float
    """Processor seconds of what is done."""
    size_bytes: int
    """Of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """How far a run is."""

    run: Run
    cells: tuple[CellStatus, ...]
    size_bytes: int
    """Of the whole folder."""
    process: int | None
    """Who is writing now, on the machine *host*; ``None`` if nobody is."""
    host: str


def status_of(folder: Path) -> RunStatus:
    """Return how far the run in *folder* is. Raises :class:`FolderError` if there is none."""
    run, owner = open_run(folder), owner_of(folder)
    held = is_held(owner)
    return RunStatus(
        run=run, cells=tuple(_cells(run)), size_bytes=_size(run.folder), process=owner["process"] if held else None,
        host=owner["host"] if held else "",
    )


def _cells(run: Run) -> list[CellStatus]:
    if not run.is_batch:
        return [_cell(run, "", "", {}, int(run.manifest.get("replications", 0)))]
    with connect() as connection:
        asked = connection.execute(f"SELECT * FROM {parquet([run.folder / cells_table.FILE])}")
        columns = [str(column[0]) for column in asked.description or []]
        rows = [dict(zip(columns, row, strict=True)) for row in asked.fetchall()]
    return [_cell(run, row["cell"], row["hazard"], _point(row), run.cells[row["cell"]]) for row in rows]


def _point(row: Mapping[str, Any]) -> dict[str, float]:
    return {key: value for key, value in row.items() if key not in cells_table.COLUMNS and value is not None}


def _cell(run: Run, cell: str, hazard: str, point: Mapping[str, float], wanted: int) -> CellStatus:
    folder = run.folder / PARTS
    counted = [
        (max(0, min(last, wanted - 1) - first + 1), last - first + 1, part) for first, last, part in run.parts(cell)
    ]
    return CellStatus(
        cell=cell, hazard=hazard, point=point, wanted=wanted, done=sum(inside for inside, _, _ in counted),
        cpu_s=sum(_cpu_s(part) * inside / count for inside, count, part in counted),
        size_bytes=_size(cell_folder(folder, cell) if cell else folder),
    )


def _cpu_s(part: Path) -> float:
    """Return what *part* has cost; nothing if a run that goes on is just joining it with others."""
    try:
        return cpu_s_of(part)
    except FileNotFoundError:
        return 0.0


def _size(folder: Path) -> int:
    """Return the bytes of all files below *folder*; what goes while we look does not count."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total
