"""``turnout indicators``: plays what is missing of a year, prints the plan's core indicators, writes files and page."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape
from rich.table import Table

from sim.cli.batch import run_grid
from sim.cli.examples import find
from sim.cli.query import run_folder
from sim.cli.say import here, out, voice
from sim.common.texts import text
from sim.report.yearly import FigureLine, TargetLine, YearWords, calibration_lines, figure_lines, target_lines
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
    console.print(_targets(target_lines(result, words)))
    console.print(_figures(figure_lines(result, words)))
    table = Table(title=words("year.title.calibration"), title_justify="left", title_style="bold", pad_edge=False)
    for name in ("indicator", "estimate", "interval", "band", "inside"):
        table.add_column(words(f"year.col.{name}"))
    for line in calibration_lines(result, words):
        table.add_row(*map(escape, line))
    console.print(table)
    for sentence in words.notes():
        console.print(sentence, markup=False)


def _targets(lines: list[TargetLine]) -> Table:
    table = Table(
        title=text("report.year.title.targets", voice.lang), title_justify="left", title_style="bold", pad_edge=False
    )
    for name in ("indicator", "layout", "limit", "estimate", "interval", "state"):
        table.add_column(text(f"report.year.col.{name}", voice.lang), overflow="fold")
    for line in lines:
        colour = COLOURS.get(line.state, "")
        state = f"[{colour}]{escape(line.state_word)}[/{colour}]" if colour else escape(line.state_word)
        table.add_row(*map(escape, (line.name, line.layout, line.limit, line.value, line.interval)), state)
    return table


def _figures(lines: list[FigureLine]) -> Table:
    table = Table(
        title=text("report.year.title.figures", voice.lang), title_justify="left", title_style="bold", pad_edge=False
    )
    for name in ("scope", "layout", "deaths", "affected", "loss"):
        table.add_column(text(f"report.year.col.{name}", voice.lang), overflow="fold")
    for line in lines:
        table.add_row(*map(escape, (line.scope, line.layout, line.deaths, line.affected, line.loss)))
    return table
