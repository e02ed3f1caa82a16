"""Plays a sensitivity study: both designs as batches, each in a folder of its own that can be resumed and queried."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sim.common.errors import InputError, Problem
from sim.common.types import Floats
from sim.study import folder as run_folder
from sim.study.batch.cells import identity
from sim.study.batch.model import BatchStudy, DesignPoint, HazardEntry
from sim.study.batch.run import BatchResult, run_batch
from sim.study.batch.tables import open_run, reading
from sim.study.inputs import load
from sim.study.known_measures import check_measures
from sim.study.morris import MorrisDesign, Screening, morris_design, screen
from sim.study.run import OnProgress
from sim.study.sensitivity.findings import finding_of, idle_of, top_of
from sim.study.sensitivity.model import Output, Parameter, Sensitivity, SensitivityStudy
from sim.study.sensitivity.ranges import parameters_of
from sim.study.sobol import Indices, SobolDesign, sobol_design, sobol_indices

SCREENING, SHARES = "screening", "shares"
"""Folders of the two stages below that of the study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityRun:
    """A sensitivity study that is complete."""

    folder: Path
    result: Sensitivity
    points: int
    replications: int
    """In all, of both stages."""
    reused: int
    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How the stages are to be played."""

    study: BatchStudy
    folder: Path
    workers: int | None
    fresh: bool
    progress: OnProgress | None

    def play(self, stage: str, points: Iterable[DesignPoint]) -> BatchResult:
        """Play *points* in the folder of this *stage*, or what is missing of them."""
        return run_batch(
            replace(self.study, points=tuple(points)), workers=self.workers, out=self.folder / stage, fresh=self.fresh,
            progress=self.progress,
        )


def run_sensitivity(
    study: SensitivityStudy, *, workers: int | None = None, out: Path | None = None, fresh: bool = False,
    progress: OnProgress | None = None,
) -> SensitivityRun:
    """Screen all parameters of *study*, then share out the variance among the most important ones.

    The result depends on the inputs and the seed alone, not on *workers*, not on how often the run was stopped. Raises
    what :func:`~sim.study.batch.run.run_batch` raises, and :class:`InputError` for an output that is not finite.
    """
    inputs = load(study.city, study.scenario, study.layouts, study.overrides, str(study.file))
    parameters = parameters_of(study, inputs)
    check_measures(study.measures, inputs, study.seed, str(study.file), "measures")
    outputs = _outputs(study, [layout.layout_id for layout in inputs.layouts])
    batch = _batch(study)
    folder = (out or run_folder.RUNS / f"{study.study_id}-{run_folder.short_hash(identity(batch))}").absolute()
    asked = _Asked(study=batch, folder=folder, workers=workers, fresh=fresh, progress=progress)
    design = morris_design(len(parameters), study.trajectories, study.seed)
    played = [asked.play(SCREENING, _screening_points(design, parameters))]
    values = [_shaped(v, design.points.shape[:2]) for v in _values(study, played[0], outputs)]
    screened = [screen(design, value, study.confidence, study.seed) for value in values]
    top, indices = top_of(screened, parameters, study.top), None
    if study.sobol_rows and len(top) > 1:
        indices = _shares(asked, study, [parameters[i] for i in top], outputs, played)
    result = _result(study, parameters, outputs, design, values, screened, top, indices, played[0])
    return SensitivityRun(
        folder=folder, result=result, points=sum(len(run.grid.cells) for run in played),
        replications=sum(sum(run.replications.values()) for run in played), reused=sum(run.reused for run in played),
        cpu_s=sum(run.cpu_s for run in played), wall_s=sum(run.wall_s for run in played),
    )


def _batch(study: SensitivityStudy) -> BatchStudy:
    return BatchStudy(
        study_id=study.study_id, name=study.name, file=study.file, city=study.city,
        hazards=(HazardEntry(file=study.scenario),), layouts=study.layouts, parameters={},
        replications=study.replications, seed=study.seed, confidence=study.confidence, detail_replications=0,
        township_replications=0, overrides=study.overrides,
    )


def _outputs(study: SensitivityStudy, layouts: Sequence[str]) -> list[Output]:
    """Return what is looked at: for each measure the differences first, since they decide, then every layout."""
    first, *others = layouts
    return [
        output
        for measure in study.measures
        for output in (
            *(Output(measure=measure, layout=layout, versus=first) for layout in others),
            *(Output(measure=measure, layout=layout) for layout in layouts),
        )
    ]


def _screening_points(design: MorrisDesign, parameters: Sequence[Parameter]) -> Iterable[DesignPoint]:
    for number, trajectory in enumerate(design.points.tolist()):
        for row in trajectory:
            yield _point(f"trajectory {number}", parameters, row)


def _point(block: str, parameters: Sequence[Parameter], row: Sequence[float]) -> DesignPoint:
    pairs = zip(parameters, row, strict=True)
    return DesignPoint(block=block, values={parameter.key: parameter.at(share) for parameter, share in pairs})


def _shares(
    asked: _Asked, study: SensitivityStudy, chosen: Sequence[Parameter], outputs: Sequence[Output],
    played: list[BatchResult],
) -> list[Indices]:
    """Play the second stage; the other parameters keep the values of the tables, and all points the same disasters."""
    design: SobolDesign = sobol_design(len(chosen), study.sobol_rows, study.seed)
    rows = design.points.reshape(-1, len(chosen)).tolist()
    played.append(asked.play(SHARES, (_point("shares", chosen, row) for row in rows)))
    values = [_shaped(v, design.points.shape[:2]) for v in _values(study, played[-1], outputs)]
    return [sobol_indices(value, study.confidence, study.seed) for value in values]


def _shaped(values: Floats, shape: tuple[int, ...]) -> Floats:
    return np.asarray(values.reshape(shape[0], shape[1]))


def _result(
    study: SensitivityStudy, parameters: tuple[Parameter, ...], outputs: Sequence[Output], design: MorrisDesign,
    values: Sequence[Floats], screened: Sequence[Screening], top: Sequence[int], indices: Sequence[Indices] | None,
    played: BatchResult,
) -> Sensitivity:
    keys = [parameter.key for parameter in parameters]
    chosen = [keys[i] for i in top]
    return Sensitivity(
        study=study, parameters=parameters, idle=idle_of(screened, keys), top=tuple(chosen if indices else ()),
        findings=tuple(
            finding_of(output, keys, design, values[n], screened[n], chosen, indices[n] if indices else None)
            for n, output in enumerate(outputs)
        ),
        layouts={layout.layout_id: layout.name for layout in played.grid.layouts},
    )


# ---- values of the points ------------------------------------------------------------------


def _values(study: SensitivityStudy, run: BatchResult, outputs: Sequence[Output]) -> list[Floats]:
    """Return each output at every cell of *run*, in their order: the mean over its replications.

    Of a difference, over those replications in which both layouts have a value. Raises :class:`InputError` for an
    output that is somewhere infinite or missing.
    """
    cells = [cell.cell_id for cell in run.grid.cells]
    layouts = [layout.layout_id for layout in run.grid.layouts]
    cube = _cube(run.folder, cells, layouts, study)
    values, problems = [], []
    for output in outputs:
        ours = cube[study.measures.index(output.measure), layouts.index(output.layout)]
        if output.versus:
            ours = ours - cube[study.measures.index(output.measure), layouts.index(output.versus)]
        known = ~np.isnan(ours)
        count = known.sum(axis=1)
        mean = np.where(count > 0, np.where(known, ours, 0.0).sum(axis=1) / np.maximum(count, 1), math.nan)
        values.append(np.asarray(mean))
        if not np.isfinite(mean).all():
            problems.append(output.measure)
    if problems:
        raise InputError([
            Problem(code="sensitivity.not_finite", file=str(study.file), column="measures", value=measure)
            for measure in dict.fromkeys(problems)
        ])
    return values


def _cube(folder: Path, cells: Sequence[str], layouts: Sequence[str], study: SensitivityStudy) -> Floats:
    """Return the city-wide measures, shape (measures, layouts, cells, replications); nan where there is none.

    ``inf - inf`` of a difference gives nan as well: neither layout comes to an end there.
    """
    place = {cell: n for n, cell in enumerate(cells)}
    cube = np.full((len(study.measures), len(layouts), len(cells), study.replications), np.nan)
    with reading(open_run(folder)) as connection:
        marks = ", ".join("?" for _ in study.measures)
        found = connection.execute(
            "SELECT measure, layout, cell, replication, value FROM measures "
            f"WHERE zone = '' AND measure IN ({marks}) AND value IS NOT NULL",
            list(study.measures),
        ).fetchall()
    for measure, layout, cell, replication, value in found:
        cube[study.measures.index(measure), layouts.index(layout), place[cell], replication] = value
    return cube
