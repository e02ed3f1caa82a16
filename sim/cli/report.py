"""``turnout report``: writes the report of a finished comparison anew, in the language of this call."""

from __future__ import annotations

from pathlib import Path

from sim.cli.play import remark_on
from sim.cli.query import run_folder
from sim.cli.say import here, out, voice
from sim.study.batch.summary import open_batch
from sim.study.batch.tables import open_run
from sim.study.compare import compare
from sim.study.finished import finished_run
from sim.study.folder import writing
from sim.study.lock import held


def write_again(folder: Path) -> None:
    """Write ``report-<language>.html`` into the run *folder*; nothing is run for the tables, which stay as they are."""
    from sim.report import write_report

    folder = run_folder(folder)
    if open_run(folder).is_batch:
        _write_batch(folder)
        return
    run = finished_run(folder)
    remark_on(run.inputs.hazard, run.inputs.city)
    page = run.folder / f"report-{voice.lang}.html"
    with held(run.folder), writing(run.folder):
        write_report(run, compare(run), voice.lang, page)
    out().print(voice.text("report", file=here(page)), markup=False)


def _write_batch(folder: Path) -> None:
    """Write ``batch-<language>.html`` into the folder of a batch, of what is done so far."""
    from sim.report.batch_page import write_batch_page

    page = folder / f"batch-{voice.lang}.html"
    with open_batch(folder) as batch:
        write_batch_page(batch, voice.lang, page)
    out().print(voice.text("report", file=here(page)), markup=False)
