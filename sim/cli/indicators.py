"""``turnout indicators``: plays what is missing of a year, prints the plan's core indicators, writes files and page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from sim.cli.batch import run_grid
from sim.cli.examples import find
from sim.cli.query import run_folder
from sim.cli.say import here, out, voice
from sim.report.yearly import YearWords, calibration_lines, figure_lines, target_lines
from sim.study.batch.read import read_batch
from sim.study.folder import MANIFEST
from sim.study.year_result import YearResult, check_year, study_of, write_indicators, year_of

COLOURS = {"met": "green", "missed": "red", "undecided": "yellow"}


def tell_year(
    source: Path, baseline: str | None, replications: int | None, workers: int | None, folder: Path | None, *,
    report: bool,
) -> None:
    """Print what a year means for the indicators: of a study, played as far as is missing, or of a run folder."""
    place = run_folder(source)
    if place.is_dir() and (place / MANIFEST).exists():
        study = study_of(place)
    else:
        study = read_batch(find(source, "study"))
        check_year(study, baseline)
        place = run_grid(study.file, replications, workers, None, folder, fresh=False)
    result = year_of(place, study, baseline)
    files: list[Path] = list(write_indicators(result))
    if report:
        from sim.report.year_page import write_page

        files.append(place / f"indicators-{voice.lang}.html")
        write_page(result, voice.lang, files[-1])
    _show(result)
    for file in files:
        out().print(voice.text("indicators.file", file=here(file)), markup=False)


def _show(result: YearResult) -> None:
    words, console = YearWords(voice.lang, result), out()
    targets = _table(words, "targets", ("indicator", "layout", "limit", "estimate", "interval", "state"), fold=True)
    for line in target_lines(result, words):
        colour = COLOURS.get(line.state, "")
        state = f"[{colour}]{escape(line.state_word)}[/{colour}]" if colour else escape(line.state_word)
        targets.add_row(*map(escape, (line.name, line.layout, line.limit, line.value, line.interval)), state)
    figures = _table(words, "figures", ("scope", "layout", "deaths", "affected", "loss"), fold=True)
    for row in figure_lines(result, words):
        figures.add_row(*map(escape, (row.scope, row.layout, row.deaths, row.affected, row.loss)))
    checks = _table(words, "calibration", ("indicator", "estimate", "interval", "band", "inside"))
    for cells in calibration_lines(result, words):
        checks.add_row(*map(escape, cells))
    for table in (targets, figures, checks):
        console.print(table)
    for sentence in words.notes():
        console.print(sentence, markup=False)


def _table(words: YearWords, title: str, columns: Sequence[str], *, fold: bool = False) -> Table:
    table = Table(title=words(f"year.title.{title}"), title_justify="left", title_style="bold", pad_edge=False)
    for name in columns:
        table.add_column(words(f"year.col.{name}"), overflow="fold" if fold else "ellipsis")
    return table
