"""Runs a study: what is missing of it is played on all cores, kept chunk by chunk, and joined into the final tables."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.study import folder as run_folder
from sim.study.executors import run_pool, run_serial
from sim.study.folder import FolderError, writing
from sim.study.inputs import fingerprint, load_inputs
from sim.study.lock import held
from sim.study.model import Inputs, Study
from sim.study.parts import clear_drafts, join_parts, missing_chunks, parts_of
from sim.study.read import write_study
from sim.study.work import Job, Play, play_into


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    done: int
    """Replications done, those of earlier runs included."""
    total: int
    left_s: float | None
    """Estimate of the seconds left; ``None`` until something is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A run that is complete."""

    folder: Path
    study: Study
    inputs: Inputs
    reused: int
    """Replications that an earlier run had left."""
    wall_s: float
    """Seconds that this call took."""
    cpu_s: float
    """Processor seconds of all replications, those of earlier runs included."""


class Interrupted(KeyboardInterrupt):
    """The user stopped the run; finished chunks are kept."""

    def __init__(self, folder: Path, done: int, total: int) -> None:
        self.folder, self.done, self.total = folder, done, total
        super().__init__()


OnProgress = Callable[[Progress], None]


def run_study(
    study: Study,
    *,
    replications: int | None = None,
    workers: int | None = None,
    out: Path | None = None,
    fresh: bool = False,
    progress: OnProgress | None = None,
    play: Play = play_into,
) -> RunResult:
    """Run *study* into its run folder, or go on where an earlier run of the same inputs stopped.

    The final tables depend on the inputs, the seed and the number of replications alone: not on *workers*,
    not on how often the run was stopped. *out* is the run folder (default ``results/runs/<study>-<hash>``),
    *fresh* begins anew in it, *play* plays one replication (in this process only, if it is not the usual one).

    Raises :class:`InputError` for bad files, :class:`FolderError` for a folder that cannot be used, is another
    run's or is being written to, :class:`Interrupted` when the user stops it.
    """
    began = time.monotonic()
    if replications is not None:
        study = replace(study, replications=replications)
    inputs = load_inputs(study)
    ident = run_folder.identity(study, fingerprint(study))
    folder = (out or run_folder.default_folder(study, ident)).absolute()
    with held(folder):
        before = run_folder.prepare(folder, ident, fresh=fresh)
        manifest = _begin(folder, study, inputs, ident, before)
        reused = _play_missing(folder, study, inputs, workers or cores(), progress, play)
        cpu_s, wall_s = _finish(folder, study, manifest, began)
    return RunResult(folder=folder, study=study, inputs=inputs, reused=reused, wall_s=wall_s, cpu_s=cpu_s)


def _finish(folder: Path, study: Study, manifest: dict[str, Any], began: float) -> tuple[float, float]:
    """Join the parts into the final tables and write down how it went; returns seconds of processors and of this call.
    """
    with writing(folder):
        join_parts(folder / run_folder.PARTS, folder, study.replications, study.detail_replications)
        cpu_s, wall_s = _cpu_s(folder), time.monotonic() - began
        figures = {"replications": study.replications, "finished": run_folder.now(), "cpu_s": cpu_s, "wall_s": wall_s}
        run_folder.write_json(folder / run_folder.MANIFEST, manifest | figures)
    return cpu_s, wall_s


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _begin(
    folder: Path, study: Study, inputs: Inputs, ident: dict[str, Any], before: dict[str, Any] | None
) -> dict[str, Any]:
    """Write down what is run, before anything is; an earlier run's beginning is kept."""
    layouts = [layout.layout_id for layout in inputs.layouts]
    started = before["started"] if before is not None else run_folder.now()
    manifest = run_folder.manifest_of(study, ident, layouts, started) | {"replications": study.replications}
    with writing(folder):
        clear_drafts(folder)
        clear_drafts(folder / run_folder.PARTS)
        run_folder.write_json(folder / run_folder.MANIFEST, manifest)
        write_study(study, folder / "study.yaml")
    return manifest


def _play_missing(
    folder: Path, study: Study, inputs: Inputs, workers: int, progress: OnProgress | None, play: Play
) -> int:
    """Play the replications that no part holds; returns how many there were already."""
    parts = folder / run_folder.PARTS
    chunks = missing_chunks(parts, study.replications, study.chunk)
    left = sum(last - first + 1 for first, last in chunks)
    reused = study.replications - left
    meter = _Meter(study.replications, reused, progress)
    job = Job(inputs=inputs, seed=study.seed, detail_replications=study.detail_replications, parts=parts)
    try:
        with writing(folder):
            if workers == 1 or len(chunks) <= 1 or play is not play_into:
                run_serial(job, chunks, meter.chunk_done, play)
            else:
                run_pool(job, chunks, meter.chunk_done, workers)
    except KeyboardInterrupt as stop:
        clear_drafts(parts)
        missing = sum(last - first + 1 for first, last in missing_chunks(parts, study.replications, study.chunk))
        raise Interrupted(folder, study.replications - missing, study.replications) from stop
    return reused


class _Meter:
    """Counts finished replications and estimates the time left from the pace of this run."""

    def __init__(self, total: int, done: int, tell: OnProgress | None) -> None:
        self.total, self.done, self.fresh, self.tell = total, done, 0, tell
        self.began = time.monotonic()
        self._say()

    def chunk_done(self, chunk: tuple[int, int]) -> None:
        first, last = chunk
        self.done += last - first + 1
        self.fresh += last - first + 1
        self._say()

    def _say(self) -> None:
        if self.tell is not None:
            pace = (time.monotonic() - self.began) / self.fresh if self.fresh else None
            left_s = None if pace is None else pace * (self.total - self.done)
            self.tell(Progress(done=self.done, total=self.total, left_s=left_s))


def _cpu_s(folder: Path) -> float:
    parts = parts_of(folder / run_folder.PARTS)
    return sum(float((path / "cpu_s.txt").read_text(encoding="utf-8")) for _, _, path in parts)


__all__ = ["FolderError", "Interrupted", "Progress", "RunResult", "cores", "run_study"]
