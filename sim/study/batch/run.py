"""Runs a batch: what is missing of its cells is played by local workers or on a cluster, and kept chunk by chunk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.study import folder as run_folder
from sim.study.batch import store
from sim.study.batch.cells import HAZARD, identity, load_grid
from sim.study.batch.cells_table import write_cells
from sim.study.batch.chunks import CellWork, Pace, Planner
from sim.study.batch.model import BatchStudy, Grid
from sim.study.batch.read import write_batch
from sim.study.batch.source import BatchSource
from sim.study.batch.stop import enough_of
from sim.study.cluster import Cluster, connected
from sim.study.executors import do_pool, do_serial
from sim.study.folder import writing
from sim.study.known_measures import check_measures
from sim.study.lock import held, refuse_if_busy
from sim.study.parts import clear_drafts
from sim.study.run import Interrupted, OnProgress, cores
from sim.study.work import Job, Jobs, Play, play_into


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """A batch that is complete."""

    folder: Path
    study: BatchStudy
    grid: Grid
    replications: Mapping[str, int]
    """Of each cell, by its id: as many as were asked for, or as the rule to stop has needed."""
    reused: int
    """Replications that earlier runs had left."""
    wall_s: float
    """Seconds that this call took."""
    cpu_s: float
    """Processor seconds of all replications, those of earlier runs included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """Who plays a batch, and who is told."""

    workers: int
    cluster: Cluster | None
    progress: OnProgress | None
    on_damaged: Callable[[store.Damaged], None] | None
    play: Play


def run_batch(
    study: BatchStudy,
    *,
    replications: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    out: Path | None = None,
    fresh: bool = False,
    progress: OnProgress | None = None,
    on_damaged: Callable[[store.Damaged], None] | None = None,
    play: Play = play_into,
) -> BatchResult:
    """Run *study* into its run folder, or go on where an earlier run of the same inputs stopped.

    The tables depend on the inputs, the seed and the number of replications alone: not on *workers*, not on the
    *cluster* (address of a Dask scheduler), not on how often the run was stopped. *replications* takes the place of
    the study's number (the most of each cell, if there is a rule to stop). *on_damaged* is told of each part of an
    earlier run that was damaged and is played again.

    Raises :class:`InputError` for bad files, :class:`FolderError` for a folder that cannot be used, is another run's
    or is being written to, :class:`ClusterError` for a cluster that cannot be used, :class:`Interrupted` when the user
    stops it.
    """
    began = time.monotonic()
    study = study if replications is None else _shortened(study, replications)
    ident = identity(study)
    folder = (out or run_folder.RUNS / f"{study.study_id}-{run_folder.short_hash(ident)}").absolute()
    refuse_if_busy(folder)
    with ExitStack() as stack:
        joined = stack.enter_context(connected(cluster)) if cluster is not None else None
        grid = load_grid(study)
        if study.stop is not None and play is play_into:
            check_measures([study.stop.measure], grid.inputs[0], study.seed, str(study.file), "stop.measure")
        how = How(workers=workers or cores(), cluster=joined, progress=progress, on_damaged=on_damaged, play=play)
        stack.enter_context(held(folder))
        before = run_folder.prepare(folder, ident, fresh=fresh, growing=HAZARD)
        manifest = _begin(folder, study, grid, ident, before)
        source = _play(folder, study, grid, how)
        cpu_s, wall_s = _finish(folder, manifest, source, began)
    return BatchResult(
        folder=folder, study=study, grid=grid, replications=source.replications, reused=source.reused, cpu_s=cpu_s,
        wall_s=wall_s,
    )


def _shortened(study: BatchStudy, replications: int) -> BatchStudy:
    """Return *study* with another number of replications for all; a rule to stop cannot ask for more at least."""
    rule = study.stop
    if rule is not None:
        rule = replace(rule, min_replications=min(rule.min_replications, replications))
    hazards = tuple(replace(hazard, replications=None) for hazard in study.hazards)
    return replace(study, replications=replications, stop=rule, hazards=hazards)


def _begin(
    folder: Path, study: BatchStudy, grid: Grid, ident: dict[str, Any], before: dict[str, Any] | None
) -> dict[str, Any]:
    """Write down what is run, before anything is; an earlier run's beginning is kept."""
    manifest = {
        "kind": "batch",
        "identity": ident,
        "study": study.study_id,
        "seed": study.seed,
        "layouts": [layout.layout_id for layout in grid.layouts],
        "cells": {cell.cell_id: cell.replications for cell in grid.cells},
        "versions": run_folder.versions(),
        "started": before["started"] if before is not None else run_folder.now(),
        "finished": None,
    }
    with writing(folder):
        clear_drafts(folder)
        clear_drafts(folder / run_folder.PARTS)
        run_folder.write_json(folder / run_folder.MANIFEST, manifest)
        if not study.points:  # a design is told by its own study; the cells hold the points
            write_batch(study, folder / "study.yaml")
        write_cells(folder, study, grid)
    return manifest


def _play(folder: Path, study: BatchStudy, grid: Grid, how: How) -> BatchSource:
    """Play the replications that no part holds."""
    parts = folder / run_folder.PARTS
    folders = [store.cell_folder(parts, cell.cell_id) for cell in grid.cells]
    with writing(folder):
        works = [
            _work(path, cell.hazard_id, how) for path, cell in zip(folders, grid.cells, strict=True)
        ]
    jobs = Jobs(parts=parts, cells=tuple(
        Job(
            inputs=inputs, seed=cell.seed, detail_replications=study.detail_replications, parts=path,
            township_replications=study.township_replications,
        )
        for path, cell, inputs in zip(folders, grid.cells, grid.inputs, strict=True)
    ))
    if how.cluster is not None:
        how.cluster.check(parts)
    planner = Planner(works, how.workers if how.cluster is None else how.cluster.size)
    with _tidied(folder, folders), writing(folder):
        source = BatchSource(study, grid, folders, planner, enough_of(study), how.progress)
        try:
            if how.cluster is not None:
                how.cluster.do(jobs, source)
            elif how.workers == 1 or how.play is not play_into:
                do_serial(jobs, source, how.play)
            else:
                do_pool(jobs, source, how.workers)
        except KeyboardInterrupt as stop:
            raise Interrupted(folder, *source.count()) from stop
    return source


def _work(folder: Path, hazard_id: str, how: How) -> CellWork:
    """Return how far the cell in *folder* is; what cannot be trusted is thrown away."""
    folder.mkdir(parents=True, exist_ok=True)
    for damaged in store.tidy(folder):
        if how.on_damaged is not None:
            how.on_damaged(damaged)
    have = store.ranges(folder)
    done = sum(last - first + 1 for first, last in have)
    return CellWork(hazard=hazard_id, end=0, have=have, pace=Pace(done, store.cost(folder, have)))


@contextmanager
def _tidied(folder: Path, folders: list[Path]) -> Iterator[None]:
    """Leave no draft behind, however it ends: not ours, nor those of workers that were killed."""
    try:
        yield
    finally:
        for path in (folder / run_folder.PARTS, *folders):
            clear_drafts(path)


def _finish(folder: Path, manifest: dict[str, Any], source: BatchSource, began: float) -> tuple[float, float]:
    """Write down how it went; returns seconds of processors and of this call."""
    cpu_s, wall_s = source.cpu_s, time.monotonic() - began
    figures = {"cells": dict(source.replications), "finished": run_folder.now(), "cpu_s": cpu_s, "wall_s": wall_s}
    with writing(folder):
        run_folder.write_json(folder / run_folder.MANIFEST, manifest | figures)
    return cpu_s, wall_s


__all__ = ["BatchResult", "Interrupted", "run_batch"]
