"""Who does the chunks: this process, or worker processes of which any may be killed at the cost of its chunk only."""

from __future__ import annotations

import os
import pickle
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, cast

from sim.common.errors import TurnoutError
from sim.common.texts import text
from sim.study.work import Chunk, Fault, Job, Play, do_chunk, play_into, serve

CONTEXT = get_context("spawn")

TRIES = 3
"""Times that a chunk may be lost with its worker before the run gives up."""

OnDone = Callable[[Chunk], None]


class WorkersDiedError(TurnoutError):
    """Worker processes were killed again and again, most likely for want of memory."""

    def line(self, lang: str) -> str:
        """Return what is wrong and the way out as one line."""
        return text("problem.study.workers_died", lang)


class WorkerFaultError(Exception):
    """Where in its worker a fault arose: the cause of the fault that is raised here."""


def run_serial(job: Job, chunks: Iterable[Chunk], on_done: OnDone, play: Play = play_into) -> None:
    """Do *chunks* one after the other in this process."""
    for chunk in chunks:
        on_done(do_chunk(job, chunk, play=play))


def run_pool(job: Job, chunks: Iterable[Chunk], on_done: OnDone, workers: int) -> None:
    """Do *chunks* in *workers* processes; a chunk that was lost with a killed worker is done again.

    Raises :class:`WorkersDiedError` when that happens to a chunk :data:`TRIES` times, and whatever a chunk raises.
    On an interrupt the workers stop after the replication they are in.
    """
    with _written(job) as file:
        pool = _Pool(file, chunks, on_done)
        try:
            pool.run(workers)
        finally:
            pool.close()


@contextmanager
def _written(job: Job) -> Iterator[Path]:
    """Write *job* to a file that every worker reads by itself: through a pipe, one would wait for the other."""
    file = job.parts / f".tmp-job-{os.getpid()}"
    try:
        file.write_bytes(pickle.dumps(job))
        yield file
    finally:
        file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process and the chunk that it has."""

    process: SpawnProcess
    chunk: Chunk


class _Pool:
    """Hands out chunks to workers, one at a time, and replaces the workers that die."""

    def __init__(self, file: Path, chunks: Iterable[Chunk], on_done: OnDone) -> None:
        self.file, self.waiting, self.on_done = file, deque(chunks), on_done
        self.workers: dict[Connection[Any, Any], _Worker] = {}
        self.lost: Counter[Chunk] = Counter()

    def run(self, most: int) -> None:
        """Do all chunks with at most *most* workers."""
        while self.waiting or self.workers:
            while self.waiting and len(self.workers) < most:
                self._start(self.waiting.popleft())
            for orders in wait(list(self.workers)):
                self._hear(cast("Connection[Any, Any]", orders))

    def _start(self, chunk: Chunk) -> None:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=serve, args=(self.file, theirs), daemon=True)
        with _deaf_to_interrupts():
            process.start()
        theirs.close()
        self._give(ours, process, chunk)

    def _give(self, orders: Connection[Any, Any], process: SpawnProcess, chunk: Chunk) -> None:
        self.workers[orders] = _Worker(process, chunk)
        with suppress(OSError):  # it died: its end of the pipe will tell
            orders.send(chunk)

    def _hear(self, orders: Connection[Any, Any]) -> None:
        worker = self.workers.pop(orders)
        try:
            answer = orders.recv()
        except (EOFError, OSError):
            self._bury(orders, worker)
            return
        if isinstance(answer, Fault):
            self.workers[orders] = worker
            raise answer.error from WorkerFaultError(answer.where)
        if self.waiting:
            self._give(orders, worker.process, self.waiting.popleft())
        else:
            orders.close()
            worker.process.join()
        self.on_done(worker.chunk)

    def _bury(self, orders: Connection[Any, Any], worker: _Worker) -> None:
        """Take the chunk back from a worker that died."""
        orders.close()
        worker.process.join()
        self.lost[worker.chunk] += 1
        if self.lost[worker.chunk] >= TRIES:
            raise WorkersDiedError
        self.waiting.appendleft(worker.chunk)

    def close(self) -> None:
        """Let every worker end: it sees that nobody listens any more."""
        for orders in self.workers:
            orders.close()
        for worker in self.workers.values():
            worker.process.join()
        self.workers.clear()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Start a process so that Ctrl-C, which reaches every process of a terminal, does not break it while it begins."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
