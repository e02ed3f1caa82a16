"""Opens a finished comparison again, so that its report can be written anew without playing anything."""

from __future__ import annotations

from pathlib import Path

from sim.study import folder as run_folder
from sim.study.batch.tables import open_run
from sim.study.folder import FolderError
from sim.study.inputs import fingerprint, load_inputs
from sim.study.read import read_study
from sim.study.run import RunResult
from sim.study.select import KIND as SELECTION

UNFINISHED, OTHER_INPUTS, OF_SELECTION = "report_unfinished", "report_other_inputs", "report_of_selection"
"""Why there is no report."""


def finished_run(folder: Path) -> RunResult:
    """Return the finished comparison in *folder* as :func:`~sim.study.run.run_study` returned it; changes nothing.

    Raises :class:`FolderError` if *folder* is no run, a selection or not finished, or if an input or the program has
    changed since: the report plays single replications again, which would then not be those of the tables.
    """
    run = open_run(folder)
    if run.manifest.get("kind") == SELECTION:
        raise FolderError(OF_SELECTION, folder=folder)
    if not run.is_finished:
        raise FolderError(UNFINISHED, folder=folder)
    study = read_study(run.folder / "study.yaml")
    changed = run_folder.differences(run.manifest["identity"], run_folder.identity(study, fingerprint(study)))
    if changed:
        raise FolderError(OTHER_INPUTS, folder=folder, changed=changed)
    return RunResult(
        folder=run.folder.absolute(), study=study, inputs=load_inputs(study), reused=study.replications, wall_s=0.0,
        cpu_s=float(run.manifest["cpu_s"]),
    )
