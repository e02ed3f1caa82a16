"""What a worker does: plays chunks of replications, every layout on the very same scenario, and keeps the rows.

This is the path on which start-up time counts: no pandas, no plotly, no statistics.
"""

from __future__ import annotations

import os
import pickle
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from signal import SIG_IGN, SIGINT, signal
from typing import Any, Protocol, TypeVar

from sim.hazard.draw import draw
from sim.measure.measures import measure
from sim.response.respond import respond
from sim.study.model import Inputs
from sim.study.parts import write_part
from sim.study.rows import Rows


class Flag(Protocol):
    """Something that can say *stop* to every process."""

    def is_set(self) -> bool:
        """Tell whether to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What every worker of a run knows; travels to it once."""

    inputs: Inputs
    seed: int
    detail_replications: int
    parts: Path
    township_replications: int | None = None
    """Of so many replications the measures by township and the curves are kept; of all if there is no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The jobs of a run of many cells; its chunks name their cell."""

    cells: Sequence[Job]
    parts: Path
    """Folder around the parts of all cells."""


Chunk = TypeVar("Chunk", bound=tuple[int, ...])
"""First and last replication; before them the number of the cell, in a run of many cells."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked to stop
    """The chunk was given up because the run was asked to stop."""


def play_into(rows: Rows, job: Job, replication: int) -> None:
    """Draw the scenario of *replication* once and let every layout answer it; the rows go into *rows*."""
    i = job.inputs
    scenario = draw(i.hazard, i.city, job.seed, replication)
    detail = replication < job.detail_replications
    rows.add_scenario(replication, scenario)
    townships = job.township_replications is None or replication < job.township_replications
    for layout in i.layouts:
        log = respond(i.city, i.plan, layout, scenario)
        measures = measure(log, i.city, i.plan, layout, scenario)
        rows.add_measures(
            layout.layout_id, replication, measures if townships else replace(measures, by_zone={}, curves={})
        )
        if detail:
            rows.add_log(layout.layout_id, replication, log, scenario)


Play = Callable[[Rows, Job, int], None]


def do_chunk(job: Job | Jobs, chunk: Chunk, stop: Flag | None = None, play: Play = play_into) -> Chunk:
    """Play the replications of *chunk* and write them as a part; returns the chunk.

    Raises :class:`Stopped` between two replications once *stop* is set; then nothing is written.
    """
    *cell, first, last = chunk
    if isinstance(job, Jobs):
        job = job.cells[cell[0]]
    began = time.process_time()
    rows = Rows(job.inputs.city, job.inputs.plan)
    for replication in range(first, last + 1):
        if stop is not None and stop.is_set():
            raise Stopped
        try:
            play(rows, job, replication)
        except Exception as error:
            error.add_note(f"in replication {replication} of seed {job.seed}")
            raise
    write_part(job.parts, first, last, rows.tables(), time.process_time() - began)
    return chunk


# ---- in a worker process -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong in a worker, on its way to the parent."""

    error: Exception
    where: str
    """The traceback."""


class _Hung:
    """The parent has hung up, or says something while a chunk is played: it wants an end."""

    def __init__(self, orders: Connection[Any, Any]) -> None:
        self.orders = orders

    def is_set(self) -> bool:
        return self.orders.poll()


def serve(file: Path, orders: Connection[Any, Any]) -> None:
    """Play the chunks that come through *orders* with the job in *file*, until nobody sends any.

    Leaves Ctrl-C to the parent, and goes when the parent is gone.
    """
    signal(SIGINT, SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    with suppress(EOFError, OSError, Stopped):
        try:
            job = pickle.loads(file.read_bytes())
            while True:
                chunk = orders.recv()
                orders.send(do_chunk(job, chunk, _Hung(orders)))
        except (EOFError, Stopped):
            raise
        except Exception as error:  # noqa: BLE001 - it travels to the parent, which raises it
            orders.send(Fault(_portable(error), traceback.format_exc()))


def _portable(error: Exception) -> Exception:
    """Return *error*, or one that says the same if it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - whatever keeps an error from travelling
        plain = RuntimeError(f"{type(error).__name__}: {error}")
        for note in getattr(error, "__notes__", []):
            plain.add_note(note)
        return plain
    return error


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
