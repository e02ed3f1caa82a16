"""``turnout select``: plays a study until it is known which layout is best, and says how surely."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from sim.cli.batch import tell_damaged
from sim.cli.play import remark_on
from sim.cli.progress import Lines, duration
from sim.cli.say import complain, here, out, voice
from sim.study.read import read_study
from sim.study.select import LayoutFate, SelectResult, rules_for, run_select
from sim.study.select_source import SelectProgress


def select_layout(
    file: Path, measure: str, delta: float, alpha: float, less: bool | None, most: int | None, workers: int | None,
    folder: Path | None, *, fresh: bool,
) -> None:
    """Select the best layout of the study in *file* by *measure* and print what was found.

    Raises :class:`typer.Exit` with status 2 for a measure by which nothing can be selected.
    """
    study = read_study(file)
    rules = rules_for(study, measure, delta, alpha, None if less is None else not less, most)
    lines = Lines()
    result = run_select(
        study, measure, rules, most=most, workers=workers, out=folder, fresh=fresh,
        progress=lambda progress: lines.tell(lambda: _line_of(progress)), on_damaged=tell_damaged,
    )
    remark_on(result.inputs.hazard, result.inputs.city)
    console = out()
    for line in lines_of(result):
        console.print(line, markup=False)
    console.print(_table(result))
    each = f"{result.cpu_s / max(1, result.plays):.2f}"
    console.print(voice.text(
        "select.cost", played=f"{result.plays:,}", all=f"{result.plays_of_all:,}", wall=duration(result.wall_s),
        each=each,
    ), markup=False)
    console.print(voice.text("folder", folder=here(result.folder)), markup=False)
    if result.outcome == "refused":
        complain(voice.text(f"select.refused.{result.refusal}"))
        raise typer.Exit(2)


def _line_of(progress: SelectProgress) -> str:
    """Return how many disasters are played, how many layouts are in and who leads."""
    return voice.text(
        "select.progress", done=progress.done, most=progress.most, inside=progress.inside,
        leader=progress.name.of(voice.lang) if progress.name is not None else "-",
    )


# ---- words ---------------------------------------------------------------------------------


def lines_of(result: SelectResult) -> list[str]:
    """Return what a selection has found, in words: the answer first, then what it may be relied on for."""
    from sim.report.finding_page import measure_name

    rules, best = result.rules, _name(result, result.best)
    common = {
        "measure": measure_name(result.measure, voice.lang), "delta": f"{rules.delta:g}",
        "confidence": f"{100 * (1 - rules.alpha):g}", "count": result.replications,
        "direction": voice.text("select.more" if rules.more_is_better else "select.less"),
    }
    asked = voice.text("select.asked", **common)
    if result.outcome == "refused":
        return [asked]
    if result.outcome == "undecided":
        inside = _listed(_name(result, fate.layout_id) for fate in result.fates if fate.inside)
        return [asked, voice.text("select.undecided", inside=inside, leader=best or "-", **common)]
    found = [asked, voice.text("select.selected", best=best, **common)]
    if result.twins:
        found.append(voice.text("select.twins", twins=_listed(_name(result, twin) for twin in result.twins)))
    return [*found, voice.text("select.promise", **common)]


def _listed(names: Iterable[str]) -> str:
    return voice.sentence("timeline.list.comma").join(names)


def _name(result: SelectResult, layout_id: str) -> str:
    names = {layout.layout_id: layout.name.of(voice.lang) for layout in result.inputs.layouts}
    return names.get(layout_id, layout_id)


def _table(result: SelectResult) -> Table:
    """Return a row for each layout: what was played, its mean, how far it lies from the best, whether it is in."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(voice.text("select.col.layout"))
    for name in ("played", "mean", "difference"):
        table.add_column(voice.text(f"select.col.{name}"), justify="right", no_wrap=True)
    table.add_column(voice.text("select.col.state"))
    for fate in result.fates:
        table.add_row(
            escape(_name(result, fate.layout_id)), f"{fate.played:,}", _number(fate.mean), _number(fate.difference),
            _state(result, fate),
        )
    return table


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4g}"


def _state(result: SelectResult, fate: LayoutFate) -> str:
    if result.outcome == "selected" and fate.layout_id == result.best:
        return voice.text("select.state.selected")
    if fate.inside:
        return voice.text("select.state.in")
    return voice.text("select.state.left", count=fate.played)
