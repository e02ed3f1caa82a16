"""Who does the chunks: this process, or a pool of processes that survives the death of its workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from sim.common.errors import TurnoutError
from sim.study.work import Chunk, Job, Play, begin, do_chunk, do_chunk_here, play_into

TRIES = 3
"""Pools that may break before the run gives up."""

OnDone = Callable[[Chunk], None]


class WorkersDiedError(TurnoutError):
    """Worker processes were killed again and again, most likely for want of memory."""


def run_serial(job: Job, chunks: Iterable[Chunk], on_done: OnDone, play: Play = play_into) -> None:
    """Do *chunks* one after the other in this process."""
    for chunk in chunks:
        on_done(do_chunk(job, chunk, play=play))


def run_pool(job: Job, chunks: list[Chunk], on_done: OnDone, workers: int) -> None:
    """Do *chunks* in *workers* processes; whatever was lost with a killed worker is done again.

    Raises :class:`WorkersDiedError` when that happens in :data:`TRIES` pools running, and whatever a chunk raises.
    On an interrupt the workers stop after the replication they are in.
    """
    left = list(chunks)
    for _ in range(TRIES):
        try:
            _one_pool(job, left, on_done, workers)
        except BrokenProcessPool:
            continue
        return
    raise WorkersDiedError


def _one_pool(job: Job, left: list[Chunk], on_done: OnDone, workers: int) -> None:
    """Do the chunks of *left*, taking each out of the list when it is done."""
    context = get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(min(workers, len(left)), mp_context=context, initializer=begin, initargs=(job, stop))
    try:
        futures: list[Future[Chunk]] = [pool.submit(do_chunk_here, chunk) for chunk in left]
        for future in as_completed(futures):
            chunk = future.result()
            left.remove(chunk)
            on_done(chunk)
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
