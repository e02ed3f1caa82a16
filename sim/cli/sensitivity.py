"""``turnout sensitivity | discover``: which unknown numbers matter, and what sets the misses apart."""

from __future__ import annotations

import math
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from sim.city.read import read_city
from sim.cli.progress import duration, shown
from sim.cli.query import run_folder
from sim.cli.say import here, out, voice
from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.plan.model import Target
from sim.plan.read_plan import read_plan
from sim.study.batch.read import read_batch
from sim.study.batch.tables import Run, open_run
from sim.study.discovery import Question, discover_in
from sim.study.finding_files import write_discovery, write_sensitivity
from sim.study.read import read_study
from sim.study.sensitivity.model import Finding, Sensitivity
from sim.study.sensitivity.read import read_sensitivity
from sim.study.sensitivity.run import run_sensitivity

SHOWN = 12
"""Parameters of each output that are printed; the files have all."""


def screen_and_share(file: Path, workers: int | None, folder: Path | None, *, fresh: bool) -> None:
    """Run the sensitivity study in *file*, or what is missing of it, print what it finds and write it down."""
    from sim.report.sensitivity import idle_sentence, verdict_sentence, write_sensitivity_page

    study = read_sensitivity(file)
    console = out()
    with shown() as tell:
        run = run_sensitivity(study, workers=workers, out=folder, fresh=fresh, progress=tell)
    write_sensitivity(run.folder, run.result)
    page = run.folder / f"sensitivity-{voice.lang}.html"
    write_sensitivity_page(run.result, voice.lang, page)
    line = voice.sentence(
        "sensitivity.line", name=study.name.of(voice.lang), parameters=len(run.result.parameters), points=run.points,
        replications=run.replications,
    )
    console.print(line, markup=False)
    for finding in run.result.findings:
        console.print(_table(finding, run.result))
        if finding.output.versus:
            console.print(verdict_sentence(finding, run.result, voice.lang), markup=False)
    console.print(idle_sentence(run.result, voice.lang), markup=False)
    if run.reused:
        console.print(voice.text("reused", count=run.reused), markup=False)
    each = f"{run.cpu_s / max(1, run.replications):.2f}"
    console.print(voice.text("took", wall=duration(run.wall_s), cpu=duration(run.cpu_s), each=each), markup=False)
    console.print(voice.text("folder", folder=here(run.folder)), markup=False)
    console.print(voice.text("report", file=here(page)), markup=False)


def _table(finding: Finding, result: Sensitivity) -> Table:
    from sim.report.sensitivity import columns, output_name, row

    table = Table(
        box=None, padding=(0, 2, 0, 0), title=escape(output_name(finding.output, result, voice.lang)),
        title_justify="left",
    )
    for n, name in enumerate(columns(voice.lang)):
        table.add_column(escape(name), justify="left" if n < 2 else "right", no_wrap=True)
    known = {parameter.key: parameter for parameter in result.parameters}
    for effect in [effect for effect in finding.effects if effect.moved][:SHOWN]:
        table.add_row(*(escape(value) for value in row(effect, finding, known)))
    return table


# ---- discovery -----------------------------------------------------------------------------


def discover_limits(
    folder: Path, target: str | None, measure: str | None, above: float | None, below: float | None, layout: str | None
) -> None:
    """Say what sets the misses of the run in *folder* apart, and write it down beside its tables."""
    from sim.report.discovery import sentences, write_discovery_page

    run = open_run(run_folder(folder))
    found = discover_in(run, _question(run, target, measure, above, below, layout))
    write_discovery(run.folder, found)
    page = run.folder / f"discovery-{voice.lang}.html"
    write_discovery_page(found, run.folder.name, voice.lang, page)
    for line in sentences(found, voice.lang):
        out().print(line, markup=False)
    out().print(voice.text("report", file=here(page)), markup=False)


def _question(
    run: Run, target: str | None, measure: str | None, above: float | None, below: float | None, layout: str | None
) -> Question:
    """Return what is asked. Raises :class:`InputError` unless it is a target, or a measure with one limit."""
    seed = int(run.manifest.get("seed", 0))
    if target is not None and measure is None and above is None and below is None:
        found = _target(run, target)
        return Question(
            measure=found.measure, sense=found.sense, limit=found.limit, layout=layout, target=target, seed=seed
        )
    if target is not None or measure is None or (above is None) == (below is None):
        raise InputError([Problem(code="discovery.question", file="discover", value="")])
    limit, sense = float(above if above is not None else below or 0.0), "<=" if above is not None else ">="
    if math.isnan(limit):
        option = "--above" if above is not None else "--below"
        raise InputError([Problem(code="form.not_a_number", file=option, value=f"{limit:g}")])
    return Question(measure=measure, sense=sense, limit=limit, layout=layout, seed=seed)


def _target(run: Run, name: str) -> Target:
    file = run.folder / "study.yaml"
    city = read_batch(file).city if run.is_batch else read_study(file).city
    known = {target.target_id: target for target in read_plan(read_city(city)).targets if target.kind == "simulated"}
    if name not in known:
        raise InputError([Problem(
            code="discovery.no_target", file="--target", value=name, params={"known": near(name, known)}
        )])
    return known[name]
