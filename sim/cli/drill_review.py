"""``turnout drill review``: reads the log of a drill, asks about doubtful matches, writes the papers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from sim.cli.drill_ground import again, ground_of, learning
from sim.cli.drill_tables import action_table, finding_lines, parameter_lines, row_table
from sim.cli.examples import roots
from sim.cli.say import here, out, remark, voice
from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.review.answers import remembered, write_answers, write_open
from sim.drill.review.find import drill_in, find_drill, recipe_near
from sim.drill.review.model import Outcome
from sim.drill.review.review import dry_run, review_drill
from sim.drill.store import read_drill

SHELF = Path("results", "drills")
"""Where drills lie, by number, from the folder that holds ``scenarios/`` and ``experiments/``."""

FAR_MIN = 120.0
"""A row so long before STARTEX or after ENDEX is hardly of this exercise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asks for."""

    log: Path
    drill: Path | None
    out: Path | None
    confirmed: Path | None
    yes: bool
    dry_run: bool
    earlier: tuple[Path, ...]
    as_run: bool | None
    """``None``: the drill is simulated as it was run if its stage is there."""
    calibrate: bool
    draws: int
    city: Path | None
    copies: int | None
    workers: int | None


def review_log(asked: Wishes) -> None:
    """Review the log of *asked* and print what was found; exit status 2 while matches wait for a person."""
    file, drill = _drill(asked)
    folder = asked.out or _folder(file)
    aar = folder / "aar"
    answers = asked.confirmed or remembered(aar)
    if asked.confirmed is None and answers is not None:
        remark(voice.text("drill.remembered", file=here(answers)))
    outcomes = dry_run(drill, asked.log, answers)
    _doubt_times(outcomes, drill)
    if asked.dry_run:
        out().print(row_table(outcomes, drill))
        out().print(_counted(outcomes), markup=False)
        return
    answers = _settle(asked, outcomes, answers, aar, drill)
    ground = ground_of(file, asked.city, needed=bool(asked.as_run) or asked.calibrate) if _wanted(asked) else None
    result = review_drill(
        drill, asked.log, folder, confirmed=answers, earlier=asked.earlier,
        resimulate=again(ground, asked.copies, asked.workers) if ground and asked.as_run is not False else None,
        learn=learning(ground, asked.earlier, asked.draws, asked.workers) if ground and asked.calibrate else None,
    )
    console = out()
    console.print(_counted(result.outcomes), markup=False)
    console.print(action_table(result))
    for line in (*finding_lines(result), *parameter_lines(result)):
        console.print(line, markup=False)
    console.print(voice.text("drill.papers", folder=here(aar)), markup=False)


def _doubt_times(outcomes: Sequence[Outcome], drill: Drill) -> None:
    """Say so if most times lie far from the exercise: another day, zone or drill."""
    times = [each.timed.ex_min for each in outcomes if each.timed.ex_min is not None]
    last = drill.overview.endex_min + FAR_MIN
    far = sum(not -FAR_MIN <= minute <= last for minute in times)
    if 2 * far > len(times):
        remark(voice.text("drill.far_off", far=far, rows=len(times), hours=f"{FAR_MIN / 60:.0f}"))


def _wanted(asked: Wishes) -> bool:
    """Tell whether anything is to be simulated."""
    return asked.calibrate or asked.as_run is not False


def _folder(drill_file: Path) -> Path:
    """Return where the papers go: beside the stage if it is there, else into the package."""
    recipe = recipe_near(drill_file)
    if recipe is not None:
        return recipe.parent
    return drill_file.parent.parent if drill_file.parent.name == "data" else drill_file.parent


def _drill(asked: Wishes) -> tuple[Path, Drill]:
    if asked.drill is not None:
        file = drill_in(asked.drill)
        return file, read_drill(file)
    file, drill = find_drill(asked.log, [folder / SHELF for folder in (Path.cwd(), *roots())])
    remark(voice.text("drill.taken", file=here(file), id=drill.overview.drill_id))
    return file, drill


def _counted(outcomes: Sequence[Outcome]) -> str:
    """Return one line: how many rows there are and what became of them."""
    kinds = [each.outcome for each in outcomes]
    return voice.text(
        "drill.rows", rows=len(kinds), matched=kinds.count("matched"), extra=kinds.count("extra"),
        rejected=kinds.count("rejected"),
    )


# ---- doubtful matches ----------------------------------------------------------------------


def _settle(
    asked: Wishes, outcomes: Sequence[Outcome], answers: Path | None, aar: Path, drill: Drill
) -> Path | None:
    """Return the file with the answers about doubtful matches; leave with status 2 if nobody can be asked."""
    doubtful = [each for each in outcomes if each.to_confirm]
    if not doubtful:
        return answers
    if asked.yes:
        return write_answers(aar, answers, [(each, True) for each in doubtful])
    if sys.stdin.isatty():
        return write_answers(aar, answers, [(each, _ask(each, drill)) for each in doubtful])
    out().print(row_table(doubtful, drill))
    if asked.confirmed is not None:
        remark(voice.text("drill.still_open", count=len(doubtful)))
        return answers
    params = {"count": len(doubtful), "to_fill": here(write_open(aar, doubtful))}
    raise InputError([Problem(code="review.to_confirm", file=asked.log.name, params=params)])


def _ask(each: Outcome, drill: Drill) -> bool:
    row = each.timed.row
    action = next(action for action in drill.actions if action.action_id == each.target)
    return typer.confirm(voice.text(
        "drill.ask", row=row.row, said=f"{row.unit} {row.text}".strip(), id=each.target,
        action=action.action.of(voice.lang), score=f"{each.confidence:.2f}",
    ))
