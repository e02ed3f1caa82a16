"""Writes a drill's package: every file in its place, the list of them, and a zip for each of the two audiences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.kit.calendar import write_calendars
from sim.drill.kit.cap import write_cap
from sim.drill.kit.checks import Finding, check_package, write_checks
from sim.drill.kit.china import write_china
from sim.drill.kit.layout import LEFT_OUT, audience_of, in_player_zip
from sim.drill.kit.leak import leaks
from sim.drill.kit.manifest import write_manifest
from sim.drill.kit.map import write_maps
from sim.drill.kit.player_readme import write_player_readme
from sim.drill.kit.say import kit_text
from sim.drill.kit.swap import check_place, staged
from sim.drill.kit.two_zips import write_zips, zip_names
from sim.drill.model import Drill
from sim.drill.papers.check import unchecked
from sim.drill.papers.write import write_papers
from sim.drill.sheets.write import write_sheets
from sim.study.folder import writing

WRITERS: tuple[Callable[[Drill, Path], Sequence[Path]], ...] = (
    write_papers, write_sheets, write_cap, write_china, write_calendars, write_maps, write_player_readme,
)
"""Who writes what, one after the other; each gets the drill and the package's folder."""
MOST_NAMED = 8
"""So many of what fails a check are named."""
LONGEST_LEAK = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageResult:
    """A package that lies in its place."""

    folder: Path
    zips: tuple[Path, ...]
    """Controllers', players'."""
    files: tuple[Path, ...]
    """Every file that was written, by name; not the zips, and not what others have put there."""
    checks: tuple[Finding, ...]
    unchecked: int
    """Clauses of laws and plans that nobody has verified."""

    def lines(self, language: str) -> list[str]:
        """Return what was written, what is left out, which checks failed and how much is to be verified."""
        names = [file.relative_to(self.folder).as_posix() for file in self.files]
        players = sum(audience_of(name) == "player" for name in names)
        left = _list([kit_text(f"left.{number}", language) for number in LEFT_OUT], language)
        made = [kit_text("line.files", language, count=len(names), players=players)]
        made += [kit_text("line.zip", language, name=each.name, kb=f"{each.stat().st_size / 1e3:,.0f}")
                 for each in self.zips]
        made.append(kit_text("line.left", language, what=left))
        passed = sum(each.passed for each in self.checks)
        made.append(kit_text("line.checks", language, passed=passed, count=len(self.checks)))
        made += [
            kit_text("line.failed", language, name=each.name(language), missing=_list(each.missing, language))
            for each in self.checks if not each.passed
        ]
        return [*made, kit_text("line.unchecked", language, count=self.unchecked)] if self.unchecked else made


def _list(parts: Sequence[str], language: str) -> str:
    shown = parts if len(parts) <= MOST_NAMED else [*parts[:MOST_NAMED], "…"]
    return ("、" if language == "zh" else ", ").join(shown)


def write_package(drill: Drill, out: Path, *, progress: Callable[[int, int], None] | None = None) -> PackageResult:
    """Write the package of *drill* as ``<out>/<drill_id>``, whole or not at all; equal drills give equal bytes.

    It is put together beside its place and moved there at the end. An earlier package of the same drill is replaced;
    reviews and other files that lie in it stay, files that were changed by hand are laid into ``replaced``. *progress*
    is told how many steps are done, of how many.

    Raises :class:`~sim.common.errors.InputError` if the place holds something else, the drill's number cannot be the
    name of a folder, a warning is not sound, or a file of the players would tell them what they must not know, and
    :class:`~sim.study.folder.FolderError` if the disk is full or refuses.
    """
    folder, told = out / drill.overview.drill_id, progress or (lambda _done, _total: None)
    check_place(folder, drill.overview.drill_id)
    steps = len(WRITERS) + 2
    with writing(folder), staged(folder) as stage:
        for done, write in enumerate(WRITERS):
            told(done, steps)
            write(drill, stage)
        told(len(WRITERS), steps)
        refuse_leaks(drill, files_in(stage))
        found = check_package(drill, files_in(stage))
        write_checks(found, stage)
        told(len(WRITERS) + 1, steps)
        write_manifest(drill, stage, files_in(stage))
        names = list(files_in(stage))
        write_zips(stage, drill, names)
    told(steps, steps)
    return PackageResult(
        folder=folder, zips=tuple(folder / each for each in zip_names(drill)),
        files=tuple(folder / name for name in names), checks=found, unchecked=len(unchecked(drill)),
    )


def files_in(folder: Path) -> dict[str, Path]:
    """Return every file below *folder* by its name in the package, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def refuse_leaks(drill: Drill, files: dict[str, Path]) -> None:
    """Raise :class:`InputError` with everything that the players' *files* would tell them before it happens."""
    theirs = [(in_player_zip(name), file.read_bytes()) for name, file in files.items() if audience_of(name) == "player"]
    problems = [
        Problem(code=f"kit.leak.{leak.kind}", file=leak.file, value=leak.value[:LONGEST_LEAK])
        for leak in leaks(theirs, drill)
    ]
    if problems:
        raise InputError(problems)
