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
from secrets import token_hex
from typing import Any, Generic, Protocol, TypeVar, cast

from sim.common.errors import TurnoutError
from sim.common.texts import text
from sim.study.work import Fault, Job, Jobs, Play, do_chunk, play_into, serve

CONTEXT = get_context("spawn")

TRIES = 3
"""Times that a chunk may be lost with its worker before the run gives up."""

C = TypeVar("C", bound=tuple[int, ...])
"""A chunk."""


class Source(Protocol[C]):
    """Where the chunks come from; what comes next may depend on what is done by then."""

    def take(self) -> C | None:
        """Return the next chunk; ``None`` if there is none before another one is done, or none at all."""

    def done(self, chunk: C) -> None:
        """Take note that *chunk* is done and on the disk."""


class Listed(Generic[C]):
    """A source that gives the chunks of a list in their order, and tells somebody of those that are done."""

    def __init__(self, chunks: Iterable[C], on_done: Callable[[C], None]) -> None:
        self.chunks, self.done = iter(chunks), on_done

    def take(self) -> C | None:
        """Return the next chunk of the list, if any."""
        return next(self.chunks, None)


class WorkersDiedError(TurnoutError):
    """Worker processes were killed again and again, most likely for want of memory."""

    def line(self, lang: str) -> str:
        """Return what is wrong and the way out as one line."""
        return text("problem.study.workers_died", lang)


class WorkerFaultError(Exception):
    """Where in its worker a fault arose: the cause of the fault that is raised here."""


def run_serial(job: Job, chunks: Iterable[C], on_done: Callable[[C], None], play: Play = play_into) -> None:
    """Do *chunks* one after the other in this process."""
    do_serial(job, Listed(chunks, on_done), play)


def run_pool(job: Job, chunks: Iterable[C], on_done: Callable[[C], None], workers: int) -> None:
    """Do *chunks* in *workers* processes; see :func:`do_pool`."""
    do_pool(job, Listed(chunks, on_done), workers)


def do_serial(job: Job | Jobs, source: Source[C], play: Play = play_into) -> None:
    """Do the chunks of *source* one after the other in this process."""
    while (chunk := source.take()) is not None:
        source.done(do_chunk(job, chunk, play=play))


def do_pool(job: Job | Jobs, source: Source[C], workers: int) -> None:
    """Do the chunks of *source* in *workers* processes; a chunk that was lost with a killed worker is done again.

    Raises :class:`WorkersDiedError` when that happens to a chunk :data:`TRIES` times, and whatever a chunk raises.
    On an interrupt the workers stop after the replication they are in.
    """
    with written(job) as file:
        pool = _Pool(file, source)
        try:
            pool.run(workers)
        finally:
            pool.close()


@contextmanager
def written(job: Job | Jobs) -> Iterator[Path]:
    """Write *job* to a file that every worker reads by itself: through a pipe, one would wait for the other."""
    file = job.parts / f".tmp-job-{os.getpid()}-{token_hex(4)}"
    try:
        file.write_bytes(pickle.dumps(job))
        yield file
    finally:
        file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Worker(Generic[C]):
    """A process and the chunk that it has, if any."""

    process: SpawnProcess
    chunk: C | None


class _Pool(Generic[C]):
    """Hands out chunks to workers, one at a time, and replaces the workers that die."""

    def __init__(self, file: Path, source: Source[C]) -> None:
        self.file, self.source = file, source
        self.workers: dict[Connection[Any, Any], _Worker[C]] = {}
        self.again: deque[C] = deque()
        self.lost: Counter[C] = Counter()

    def run(self, most: int) -> None:
        """Do all chunks with at most *most* workers."""
        while self._hand_out(most):
            for orders in wait(list(self.workers)):
                self._hear(cast("Connection[Any, Any]", orders))

    def _hand_out(self, most: int) -> bool:
        """Give every worker that has nothing to do a chunk, as long as there are any; tells if anybody is at work."""
        idle = [orders for orders, worker in self.workers.items() if worker.chunk is None]
        while idle or len(self.workers) < most:
            chunk = self.again.popleft() if self.again else self.source.take()
            if chunk is None:
                break
            orders = idle.pop() if idle else self._start()
            self._give(orders, self.workers[orders].process, chunk)
        return any(worker.chunk is not None for worker in self.workers.values())

    def _start(self) -> Connection[Any, Any]:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=serve, args=(self.file, theirs), daemon=True)
        with _deaf_to_interrupts():
            process.start()
        theirs.close()
        self.workers[ours] = _Worker(process, None)
        return ours

    def _give(self, orders: Connection[Any, Any], process: SpawnProcess, chunk: C) -> None:
        self.workers[orders] = _Worker(process, chunk)
        with suppress(OSError):  # it died: its end of the pipe will tell
            orders.send(chunk)

    def _hear(self, orders: Connection[Any, Any]) -> None:
        worker = self.workers[orders]
        try:
            answer = orders.recv()
        except (EOFError, OSError):
            self._bury(orders)
            return
        if isinstance(answer, Fault):
            raise answer.error from WorkerFaultError(answer.where)
        self.workers[orders] = _Worker(worker.process, None)
        if worker.chunk is not None:
            self.source.done(worker.chunk)

    def _bury(self, orders: Connection[Any, Any]) -> None:
        """Take the chunk back from a worker that died."""
        worker = self.workers.pop(orders)
        orders.close()
        worker.process.join()
        if worker.chunk is None:
            return
        self.lost[worker.chunk] += 1
        if self.lost[worker.chunk] >= TRIES:
            raise WorkersDiedError
        self.again.append(worker.chunk)

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
