"""``turnout batch``: runs a grid of hazards and parameters, and says where its tables are."""

from __future__ import annotations

from pathlib import Path

from sim.cli.progress import duration, shown
from sim.cli.query import size_of, status_table
from sim.cli.say import here, out, remark, voice
from sim.common.errors import InputError, Problem
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch
from sim.study.batch.run import BatchResult, run_batch
from sim.study.batch.status import status_of
from sim.study.batch.store import Damaged


def run_grid(
    file: Path, replications: int | None, workers: int | None, cluster: str | None, folder: Path | None, *, fresh: bool
) -> Path:
    """Run the batch in *file*, or what is missing of it, into *folder*, tell how it went and return the folder."""
    if cluster is not None and workers is not None:
        raise InputError([Problem(code="cli.workers_of_cluster", file="--workers", value=str(workers))])
    study = read_batch(file)
    console = out()
    console.print(_study_line(study, replications or study.replications), markup=False)
    with shown() as tell:
        run = run_batch(
            study, replications=replications, workers=workers, cluster=cluster, out=folder, fresh=fresh, progress=tell,
            on_damaged=tell_damaged,
        )
    status = status_of(run.folder)
    for line in _how_it_went(run):
        console.print(line, markup=False)
    console.print(status_table(status))
    total = sum(run.replications.values())
    if run.reused < total:
        each = f"{run.cpu_s / max(1, total):.2f}"
        took = voice.text("took", wall=duration(run.wall_s), cpu=duration(run.cpu_s), each=each)
        console.print(took, markup=False)
    place = here(run.folder)
    console.print(voice.text("batch.folder", folder=place, size=size_of(status.size_bytes)), markup=False)
    console.print(voice.text("batch.next", folder=f'"{place}"' if " " in str(place) else place), markup=False)
    return run.folder


def _study_line(study: BatchStudy, replications: int) -> str:
    return voice.text(
        "batch.line", name=study.name.of(voice.lang), hazards=len(study.hazards), layouts=len(study.layouts),
        parameters=len(study.parameters), replications=f"{replications:,}", seed=study.seed,
    )


def _how_it_went(run: BatchResult) -> list[str]:
    total = sum(run.replications.values())
    if run.reused:
        return [voice.text("reused.all" if run.reused == total else "reused", count=run.reused)]
    return []


def tell_damaged(damaged: Damaged) -> None:
    """Say which part of an earlier run is played again."""
    remark(voice.text("batch.damaged", part=here(damaged.part), file=damaged.file))
