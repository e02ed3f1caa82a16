"""``turnout status | query | export``: how far a run is, what its tables say, and the tables for other programs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from sim.cli.progress import duration
from sim.cli.say import here, out, remark, voice
from sim.study.batch.export import export
from sim.study.batch.query import Answer, ask
from sim.study.batch.status import CellStatus, RunStatus, status_of
from sim.study.batch.tables import columns_of, open_run, reading
from sim.study.folder import RUNS

MOST_ROWS = 200
"""Rows that are shown; more go to a file."""
COUNTED = 100_000
"""Further rows that are counted; beyond, it is enough to know that there are more."""
MOST_CELLS = 50
NUMBERS = ("INT", "DOUBLE", "FLOAT", "DECIMAL", "NUMBER")
"""What is in the names of the types of numbers."""


def run_folder(folder: Path) -> Path:
    """Return *folder*, or that of its name among the runs."""
    return RUNS / folder if not folder.exists() and (RUNS / folder).exists() else folder


# ---- status --------------------------------------------------------------------------------


def show_status(folder: Path) -> None:
    """Print how far the run in *folder* is."""
    status = status_of(run_folder(folder))
    run, console = status.run, out()
    title = voice.text("status.title", study=run.manifest.get("study", ""), folder=here(run.folder))
    console.print(f"[bold]{escape(title)}[/bold]")
    console.print(status_table(status))
    done, wanted = (sum(getattr(cell, name) for cell in status.cells) for name in ("done", "wanted"))
    cpu_s = sum(cell.cpu_s for cell in status.cells)
    left = cpu_s / done * (wanted - done) if done else 0.0
    console.print(voice.text(
        "status.total", done=f"{done:,}", wanted=f"{wanted:,}", cpu=duration(cpu_s), left=duration(left),
        size=size_of(status.size_bytes),
    ), markup=False)
    console.print(_who(status, done == wanted), markup=False)
    console.print(voice.text(
        "status.made", started=run.manifest.get("started", "-"), finished=run.manifest.get("finished") or "-",
        versions=", ".join(f"{name} {number}" for name, number in run.manifest.get("versions", {}).items()),
    ), markup=False)


def _who(status: RunStatus, complete: bool) -> str:
    if status.process is not None:
        return voice.text("status.running", process=status.process, host=status.host)
    return voice.text("status.finished" if status.run.is_finished and complete else "status.stopped")


def status_table(status: RunStatus) -> Table:
    """Return a row for each cell: its hazard and parameters, what is done, what it costs, its size."""
    parameters = list(dict.fromkeys(name for cell in status.cells for name in cell.point))
    table = Table(box=None, padding=(0, 2, 0, 0))
    if status.run.is_batch:
        for name in ("cell", "hazard"):
            table.add_column(voice.text(f"status.col.{name}"))
        for name in parameters:
            table.add_column(escape(name), justify="right")
    for name in ("done", "left", "each", "size"):
        table.add_column(voice.text(f"status.col.{name}"), justify="right", no_wrap=True)
    for cell in status.cells[:MOST_CELLS]:
        table.add_row(*_cell_row(cell, parameters, is_batch=status.run.is_batch))
    if len(status.cells) > MOST_CELLS:
        table.caption = voice.text("status.more", count=len(status.cells) - MOST_CELLS)
        table.caption_justify = "left"
    return table


def _cell_row(cell: CellStatus, parameters: Sequence[str], *, is_batch: bool) -> list[str]:
    point = [f"{cell.point[name]:g}" if name in cell.point else "" for name in parameters]
    names = [escape(cell.cell), escape(cell.hazard), *point] if is_batch else []
    each = f"{cell.cpu_s / cell.done:.3f}" if cell.done else "-"
    return [*names, f"{cell.done:,}", f"{cell.wanted - cell.done:,}", each, size_of(cell.size_bytes)]


def size_of(count: int) -> str:
    """Return a number of bytes as people say it."""
    size, units = float(count), ("B", "kB", "MB", "GB", "TB")
    for unit in units[:-1]:
        if size < 1000.0:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000.0
    return f"{size:.1f} {units[-1]}"


# ---- query ---------------------------------------------------------------------------------


def show_tables(folder: Path) -> None:
    """Print the tables of the run in *folder* with their columns."""
    with reading(open_run(run_folder(folder))) as connection:
        for name, columns in columns_of(connection).items():
            words = ", ".join(f"{column} {kind.lower()}" for column, kind in columns.items())
            out().print(f"[bold]{escape(name)}[/bold]: {escape(words)}")


def answer(folder: Path, sql: str, *, as_csv: bool) -> None:
    """Print what the tables of the run in *folder* say to *sql*, as a table, or whole as CSV."""
    with ask(open_run(run_folder(folder)), sql) as found:
        if as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(found.columns)
            writer.writerows(found.rows)
        else:
            _show(found)


def _show(found: Answer) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name, kind in zip(found.columns, found.kinds, strict=True):
        right = any(word in kind for word in NUMBERS)
        table.add_column(escape(name), justify="right" if right else "left", no_wrap=right)
    for row in islice(found.rows, MOST_ROWS):
        table.add_row(*(escape(_shown(value)) for value in row))
    out().print(table)
    more = sum(1 for _ in islice(found.rows, COUNTED))
    if more:
        remark(voice.text("query.more", count=f"{more:,}" if more < COUNTED else f"{COUNTED:,}+"))
    elif not table.row_count:
        remark(voice.text("query.none"))


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


# ---- export --------------------------------------------------------------------------------


def write_tables(folder: Path, form: str, target: Path, tables: Sequence[str]) -> None:
    """Write the *tables* of the run in *folder* to *target* in *form*, and say which files there are now."""
    for file in export(open_run(run_folder(folder)), form, target, tables):
        out().print(f"{here(file)}  {size_of(file.stat().st_size)}", markup=False)
