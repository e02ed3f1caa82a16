"""``turnout drill design``, ``package`` and ``import``: from a stated stress to a package, and back from Excel."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile

import typer

from sim.cli.examples import find
from sim.cli.progress import counted
from sim.cli.say import here, out, remark, voice
from sim.common.errors import InputError, Problem
from sim.drill.ask.read import DrillInputs, read_design, read_inputs
from sim.drill.design import Choice, Design, Found
from sim.drill.model import Drill
from sim.drill.recipe import FILE as RECIPE
from sim.drill.recipe import recipe_of, write_recipe
from sim.drill.seek.found import found_lines, read_found, write_found
from sim.study.folder import writing
from sim.study.run import cores

SHELF = Path("results", "drills")
"""Where drills go, by number."""
ALTERNATIVES = "alternatives.json"
DRAFT = 30
"""Copies of a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user asks of a package."""

    file: Path
    alternative: int
    copies: int | None
    workers: int | None
    out: Path | None
    fresh: bool


def design_drill(file: Path, workers: int | None, folder: Path | None) -> None:
    """Search disasters for the design in *file*, keep what was found, and print the alternatives."""
    design = read_design(find(file, "design"))
    inputs = read_inputs(design)
    kept = _writable(folder or SHELF / design.design_id) / ALTERNATIVES
    found = _search(design, inputs, workers)
    _keep(found, kept)
    _tell(found)
    place = f" --out {shlex.quote(str(here(folder)))}" if folder else ""
    out().print(voice.text("drill.next", file=here(design.file), kept=here(kept), out=place), markup=False)


def package_drill(asked: Asked) -> None:
    """Build the drill of one alternative and write its package; search first if nobody has."""
    design = read_design(find(asked.file, "design"))
    inputs = read_inputs(design)
    kept = _writable(asked.out or SHELF / design.design_id) / ALTERNATIVES
    found = None if asked.fresh else _known(kept, design) or _known(shipped_beside(design), design)
    if found is None:
        found = _search(design, inputs, asked.workers)
        _keep(found, kept)
        _tell(found)
    choice = _chosen(found, asked.alternative)
    drill_id = design.design_id if choice.number == 1 else f"{design.design_id}-{choice.number}"
    folder = asked.out or SHELF / drill_id
    _build(replace(design, design_id=drill_id), inputs, choice, asked, folder)


def _build(design: Design, inputs: DrillInputs, choice: Choice, asked: Asked, folder: Path) -> None:
    from sim.drill.build.build import World, build_drill
    from sim.drill.seek.search import stage_of

    stage = stage_of(design, inputs, choice)
    with counted("build") as tell:
        drill = build_drill(
            design, choice, World(city=inputs.city, plan=inputs.plan, stage=stage),
            replications=asked.copies or design.replications, workers=asked.workers or cores(),
            progress=lambda _step, done, total: tell(done, total),
        )
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_recipe(recipe_of(design, choice, stage), folder / RECIPE)
    write_out(drill, folder)


def write_out(drill: Drill, folder: Path) -> None:
    """Write the package of *drill* into *folder* and say what it holds and what of it was checked."""
    from sim.drill.kit.package import write_package

    console = out()
    with counted("papers") as tell:
        result = write_package(drill, folder, progress=tell)
    overview, simulation = drill.overview, drill.simulation
    console.print(voice.text(
        "drill.made", id=overview.drill_id, version=overview.version, name=overview.name.of(voice.lang),
        injects=sum(inject.kind == "inject" for inject in drill.injects), actions=len(drill.actions),
        timed=sum(action.timed for action in drill.actions), n=simulation.replications,
        minutes=f"{overview.endex_min:.0f}",
    ), markup=False)
    for line in result.lines(voice.lang):
        console.print(line, markup=False)
    console.print(voice.text("folder", folder=here(result.folder)), markup=False)


# ---- searching -----------------------------------------------------------------------------


def _search(design: Design, inputs: DrillInputs, workers: int | None) -> Found:
    from sim.drill.seek.search import search

    with counted("search") as tell:
        return search(design, inputs, workers=workers or cores(), progress=tell)


def _writable(folder: Path) -> Path:
    """Make *folder* and see that one can write there, before minutes of work are done in vain."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    return folder


def _keep(found: Found, file: Path) -> None:
    with writing(file.parent):
        write_found(found, file)


def _known(kept: Path, design: Design) -> Found | None:
    """Return what an earlier search for this very design found; ``None`` if there is none."""
    if not kept.is_file():
        return None
    try:
        found = read_found(kept, design)
    except InputError as error:
        if [problem.code for problem in error.problems] != ["found.other_design"]:
            raise
        remark(voice.text("drill.changed", file=here(kept)))
        return None
    remark(voice.text("drill.known", file=here(kept)))
    return found


def shipped_beside(design: Design) -> Path:
    """Return where what a search found ships beside its design, so that nobody has to wait for it."""
    return design.file.parent / "found" / f"{design.design_id}.json"


def _chosen(found: Found, number: int) -> Choice:
    for choice in found.choices:
        if choice.number == number:
            return choice
    known = ", ".join(str(choice.number) for choice in found.choices)
    raise InputError([Problem(code="cli.drill.alternative", file="--alternative", value=str(number),
                              params={"known": known})])


def _tell(found: Found) -> None:
    console = out()
    for line in found_lines(found, voice.lang):
        console.print(line, markup=False)


# ---- back from Excel -----------------------------------------------------------------------


def import_msel(sheet: Path, package: Path, *, yes: bool) -> None:
    """Show what the edited *sheet* changes in the drill of *package*; once confirmed, write the package anew."""
    from sim.drill.review.find import drill_in
    from sim.drill.sheets.apply import apply
    from sim.drill.sheets.diff_text import diff_lines
    from sim.drill.sheets.roundtrip import read_msel
    from sim.drill.store import read_drill

    file = drill_in(package)
    drill = read_drill(file)
    diff = read_msel(sheet, drill)
    console = out()
    for line in diff_lines(diff, voice.lang):
        console.print(line, markup=False)
    if diff.problems:
        raise InputError(diff.problems)
    if not diff.applies:
        return
    if not yes and not (sys.stdin.isatty() and typer.confirm(voice.text("drill.take"))):
        remark(voice.text("drill.untouched"))
        raise typer.Exit(2)
    folder = file.parent.parent.parent if file.parent.name == "data" else file.parent
    _put_by(sheet, folder / "imports" / f"v{drill.overview.version}-{sheet.name}")
    write_out(apply(drill, diff), folder)


def _put_by(sheet: Path, kept: Path) -> None:
    """Keep the sheet as it came: what the record does not hold (notes, status) stands nowhere else."""
    with writing(kept.parent):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(sheet.read_bytes())
    remark(voice.text("drill.put_by", file=here(kept)))
