"""``turnout drill review``: reads the log of a drill, asks about doubtful matches, writes the papers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from sim.cli.drill_tables import action_table, finding_lines, row_table
from sim.cli.examples import find, roots
from sim.cli.progress import Lines
from sim.cli.say import here, out, remark, voice
from sim.common.errors import InputError, Problem
from sim.drill.model import Drill
from sim.drill.recipe import read_recipe, stage_of
from sim.drill.review.answers import remembered, write_answers, write_open
from sim.drill.review.find import drill_in, find_drill, recipe_near
from sim.drill.review.model import Outcome, Resimulate
from sim.drill.review.replay import resimulator
from sim.drill.review.review import dry_run, review_drill
from sim.drill.store import read_drill

SHELF = Path("results", "drills")
"""Where drills lie, by number, from the folder that holds ``scenarios/`` and ``experiments/``."""


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
    city: Path | None
    copies: int | None
    workers: int | None


def review_log(asked: Wishes) -> None:
    """Review the log of *asked* and print what was found; exit status 2 while matches wait for a person."""
    file, drill = _drill(asked)
    folder = asked.out or file.parent.parent if file.parent.name == "data" else asked.out or file.parent
    aar = folder / "aar"
    answers = asked.confirmed or remembered(aar)
    if asked.confirmed is None and answers is not None:
        remark(voice.text("drill.remembered", file=here(answers)))
    outcomes = dry_run(drill, asked.log, answers)
    if asked.dry_run:
        out().print(row_table(outcomes, drill))
        out().print(_counted(outcomes), markup=False)
        return
    answers = _settle(asked, outcomes, answers, aar, drill)
    again = _resimulate(asked, file, drill)
    with _shown() as tell:
        result = review_drill(
            drill, asked.log, folder, confirmed=answers, earlier=asked.earlier,
            resimulate=again(tell) if again else None,
        )
    console = out()
    console.print(_counted(result.outcomes), markup=False)
    console.print(action_table(result))
    for line in finding_lines(result):
        console.print(line, markup=False)
    console.print(voice.text("drill.papers", folder=here(aar)), markup=False)


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


# ---- the drill as it was run ---------------------------------------------------------------

Tell = Callable[[int, int], None]


def _resimulate(asked: Wishes, file: Path, drill: Drill) -> Callable[[Tell], Resimulate] | None:
    """Return what makes the simulation of the drill as it was run; ``None`` if it is not wanted or cannot be."""
    if asked.as_run is False:
        return None
    at = recipe_near(file)
    if at is None:
        if asked.as_run:
            raise InputError([Problem(code="review.no_stage", file=str(file.parent))])
        remark(voice.text("drill.no_stage"))
        return None
    from sim.city.read import read_city
    from sim.plan.read_plan import read_plan

    recipe = read_recipe(at)
    city = read_city(find(asked.city or Path(recipe.city), "city"))
    plan = read_plan(city)
    stage = stage_of(recipe, city, plan, at)
    copies = asked.copies or drill.simulation.replications
    return lambda tell: resimulator(
        city, plan, stage, first=drill.simulation.first_replication, copies=copies, workers=_workers(asked.workers),
        progress=tell,
    )


def _workers(asked: int | None) -> int:
    from sim.study.run import cores

    return asked or cores()


@contextmanager
def _shown() -> Iterator[Tell]:
    """Give a function that shows how many copies are played."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        lines = Lines()
        yield lambda done, total: lines.tell(
            lambda: voice.text("drill.copies_line", done=done, total=total), last=done >= total
        )
        return
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console,
                  transient=True) as bar:
        task = bar.add_task(voice.text("drill.copies"), total=None)
        yield lambda done, total: bar.update(task, total=total, completed=done)
