"""Plays a batch on an existing Dask cluster: the workers write the parts themselves, into a folder that all see.

Nothing but the numbers of chunks passes through the scheduler. A worker that is lost costs its chunk only; a scheduler
that is lost ends the run, which can be gone on with. Needs the extra ``cluster``.
"""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import threading
import time
import warnings
from asyncio import CancelledError
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from types import FrameType
from typing import Any, Generic

from sim.common.errors import TurnoutError
from sim.common.texts import text
from sim.study.cluster_worker import look, play_chunk, versions
from sim.study.executors import TRIES, C, Source, WorkerFaultError, WorkersDiedError, written
from sim.study.work import Job, Jobs

MISSING, UNREACHABLE, LOST, NO_WORKER = "missing", "unreachable", "lost", "no_worker"
NO_TURNOUT, ODD_WORKER, BLIND_WORKER, OTHER_WORKER = "no_turnout", "odd_worker", "blind_worker", "other_worker"

CONNECT_S = 6.0
"""Seconds after which a cluster that does not answer is told."""
EVERY_S = 2.0
"""Seconds between two looks at who is there."""
ALONE_S = 60.0
"""Seconds without any worker after which the run gives up."""


class ClusterError(TurnoutError):
    """The cluster cannot be used: nobody answers, or a worker sees or computes other things than we do."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(self.line("en"))

    def line(self, lang: str) -> str:
        """Return what is wrong and the way out as one line."""
        return text(f"problem.study.cluster_{self.code}", lang, **self.values)


Judged = dict[str, Any] | Exception | None
"""What a worker has said, or why it has not."""


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Give the cluster whose Dask scheduler listens at *address* (``host:8786`` or ``tcp://host:8786``).

    Raises :class:`ClusterError` if the extra is not installed or, within ten seconds, if nobody answers there.
    """
    try:
        dask, distributed = import_module("dask"), import_module("distributed")
    except ImportError as error:
        raise ClusterError(MISSING) from error
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is told in our words
    with dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_S:g}s"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of other versions: those that matter are looked at below
        try:
            asyncio.run(asyncio.wait_for(_greet(address), CONNECT_S))
            client = distributed.Client(address, timeout=f"{CONNECT_S:g}s")
        except Exception as error:  # whatever a stranger at that port may answer
            why = " ".join(str(error).split()) or type(error).__name__
            raise ClusterError(UNREACHABLE, address=address, why=why) from error
    try:
        cluster = Cluster(client, address)
        if not cluster.there():
            raise ClusterError(NO_WORKER, address=address)
        yield cluster
    finally:
        client.close(timeout=CONNECT_S)


async def _greet(address: str) -> None:
    """Ask who is at *address*: a client that is made at once would wait longer for one who listens and says nothing."""
    async with import_module("distributed").rpc(address) as scheduler:
        await scheduler.identity()


class Cluster:
    """A scheduler and its workers, as far as they have shown that they see what we see and compute what we compute."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.trusted: set[str] = set()
        self.seen_s = time.monotonic()

    @property
    def size(self) -> int:
        """Workers that may be given chunks."""
        return max(1, len(self.trusted))

    def check(self, folder: Path) -> None:
        """Ask every worker that has not been asked yet whether it sees *folder* and computes as we do.

        Raises :class:`ClusterError` with the first worker that does not.
        """
        there = self.there()
        new = sorted(there - self.trusted)
        if new:
            file = folder / f".tmp-seen-{token_hex(8)}"
            file.write_text(file.name, encoding="utf-8")
            try:
                said = self.client.run(look, str(file), workers=new, on_error="return")
            finally:
                file.unlink(missing_ok=True)
            for worker in new:
                judge(worker, said.get(worker), folder)
        self.trusted = there

    def there(self) -> set[str]:
        """Return the addresses of the workers."""
        return set(self.client.scheduler_info(n_workers=-1)["workers"])

    def do(self, job: Job | Jobs, source: Source[C]) -> None:
        """Do the chunks of *source*, one at a time in every worker; workers may come and go.

        Raises :class:`ClusterError` when the scheduler or all workers are lost, :class:`WorkersDiedError` when one
        chunk has cost several workers their life, and whatever a chunk raises.
        """
        with written(job) as file:
            under_way = _UnderWay(self, source, file, job.parts)
            try:
                under_way.run()
            except (Exception, CancelledError) as error:
                if self.client.status != "running" and not isinstance(error, TurnoutError):
                    raise ClusterError(LOST, address=self.address) from error
                raise
            finally:
                under_way.close()

    def welcome(self, parts: Path) -> None:
        """Look who is there; those who have come are checked. Raises :class:`ClusterError` if nobody is left."""
        if self.client.status != "running":
            raise ClusterError(LOST, address=self.address)
        there = self.there()
        if there:
            self.seen_s = time.monotonic()
        elif time.monotonic() - self.seen_s > ALONE_S:
            raise ClusterError(LOST, address=self.address)
        if there - self.trusted:
            self.check(parts)
        self.trusted &= there


class _UnderWay(Generic[C]):
    """The chunks that workers have."""

    def __init__(self, cluster: Cluster, source: Source[C], file: Path, parts: Path) -> None:
        self.cluster, self.source, self.file, self.parts = cluster, source, file, parts
        self.out: dict[Any, tuple[C, set[str]]] = {}
        """Chunks by their futures, with the workers that may play them."""
        self.again: list[C] = []
        self.lost: Counter[C] = Counter()

    def run(self) -> None:
        """Do all chunks. Raises ``KeyboardInterrupt`` between two looks at them when the user stops the run."""
        with _interrupts() as stop:
            self._run(stop)

    def _run(self, stop: threading.Event) -> None:
        while self._hand_out():
            if stop.is_set():
                raise KeyboardInterrupt
            for future in self._finished():
                chunk, _ = self.out.pop(future)
                _raise_fault(future, self.cluster.address)
                self.source.done(chunk)

    def _hand_out(self) -> bool:
        """Keep as many chunks under way as there are workers; tells if any is."""
        self.cluster.welcome(self.parts)
        self._take_back()
        trusted = self.cluster.trusted
        while len(self.out) < len(trusted):
            chunk = self.again.pop() if self.again else self.source.take()
            if chunk is None:
                break
            future = self.cluster.client.submit(
                play_chunk, str(self.file), chunk, pure=False, workers=sorted(trusted), allow_other_workers=False
            )
            self.out[future] = chunk, set(trusted)
        return bool(self.out or self.again)

    def _take_back(self) -> None:
        """Take back the chunks of which nobody is left who may play them; the scheduler would wait for ever."""
        for future, (chunk, workers) in list(self.out.items()):
            if not workers & self.cluster.trusted and future.status == "pending":
                del self.out[future]
                self.cluster.client.cancel([future], force=True)
                self.lost[chunk] += 1
                if self.lost[chunk] >= TRIES:
                    raise WorkersDiedError
                self.again.append(chunk)

    def _finished(self) -> list[Any]:
        """Wait a little for chunks to end; returns those that have."""
        if not self.out:
            time.sleep(EVERY_S)
            return []
        try:
            return list(import_module("distributed").wait(
                list(self.out), timeout=EVERY_S, return_when="FIRST_COMPLETED"
            ).done)
        except TimeoutError:
            return []

    def close(self) -> None:
        """Withdraw what is under way; workers stop after the replication that they are in, as the job's file goes."""
        if self.out and self.cluster.client.status == "running":
            self.cluster.client.cancel(list(self.out), force=True)


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Take note of the first Ctrl-C or request to end instead of raising at once: Dask would swallow some of them."""
    stop = threading.Event()
    before: dict[int, Any] = {}

    def note(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    try:
        for asked in (signal.SIGINT, signal.SIGTERM):
            before[asked] = signal.getsignal(asked) or signal.SIG_DFL
            signal.signal(asked, note)
    except ValueError:  # not in the main thread: nobody interrupts us here
        before.clear()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def judge(worker: str, said: Judged, folder: Path) -> None:
    """Raise :class:`ClusterError` unless what the *worker* has *said* (see :func:`look`) is what it should be."""
    if not isinstance(said, dict):
        missing = re.search(r"No module named '([\w.]+)'", str(said))
        if missing:
            raise ClusterError(NO_TURNOUT, worker=worker, module=missing.group(1))
        raise ClusterError(ODD_WORKER, worker=worker, why=" ".join(str(said).split()))
    if not said["sees"]:
        raise ClusterError(BLIND_WORKER, worker=worker, folder=folder)
    theirs = said["versions"]
    different = [f"{name} {theirs.get(name)} / {ours}" for name, ours in versions().items() if theirs.get(name) != ours]
    if different:
        raise ClusterError(OTHER_WORKER, worker=worker, different=", ".join(different))


def _raise_fault(future: Any, address: str) -> None:
    if future.status == "finished":
        return
    if future.status != "error":
        raise ClusterError(LOST, address=address)
    error = future.exception()
    if isinstance(error, import_module("distributed").KilledWorker):
        raise WorkersDiedError from error
    raise error from WorkerFaultError(str(error))
