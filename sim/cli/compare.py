"""``turnout compare``: runs a study, judges it, writes the report, prints the verdicts."""

from __future__ import annotations

from pathlib import Path

from sim.cli.play import remark_on
from sim.cli.progress import duration, shown
from sim.cli.say import here, out, voice
from sim.cli.verdict_table import variance_line, verdict_table
from sim.measure.verdict import Comparison
from sim.study.compare import compare, write_verdicts
from sim.study.read import read_study
from sim.study.run import RunResult, run_study


def run_and_judge(
    file: Path, replications: int | None, workers: int | None, folder: Path | None, *, fresh: bool, report: bool
) -> None:
    """Run the study in *file*, or what is missing of it, into *folder* and print what it says."""
    study = read_study(file)
    console, asked = out(), replications or study.replications
    console.print(_study_line(study.name.of(voice.lang), len(study.layouts), asked, study.seed), markup=False)
    with shown() as tell:
        run = run_study(study, replications=replications, workers=workers, out=folder, fresh=fresh, progress=tell)
    remark_on(run.inputs.hazard, run.inputs.city)
    comparison = compare(run)
    write_verdicts(run.folder, comparison, run.inputs)
    page = _report(run, comparison) if report else None
    complete = run.reused == run.study.replications
    if run.reused:
        console.print(voice.text("reused.all" if complete else "reused", count=run.reused), markup=False)
    for part in verdict_table(comparison, run.inputs, voice.lang):
        console.print(part)
    line = variance_line(comparison, run.inputs, voice.lang)
    if line:
        console.print(line, markup=False)
    if not complete:
        each = f"{run.cpu_s / run.study.replications:.2f}"
        took = voice.text("took", wall=duration(run.wall_s), cpu=duration(run.cpu_s), each=each)
        console.print(took, markup=False)
    console.print(voice.text("folder", folder=here(run.folder)), markup=False)
    if page is not None:
        console.print(voice.text("report", file=here(page)), markup=False)


def _study_line(name: str, layouts: int, replications: int, seed: int) -> str:
    return voice.text("study.line", name=name, layouts=layouts, replications=f"{replications:,}", seed=seed)


def _report(run: RunResult, comparison: Comparison) -> Path:
    """Write the report in the language of this call; both languages may stand side by side."""
    from sim.report import write_report

    path = run.folder / f"report-{voice.lang}.html"
    write_report(run, comparison, voice.lang, path)
    return path
