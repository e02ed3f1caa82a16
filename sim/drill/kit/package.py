"""Writes a drill's package: every file in its place, the list of them, and a zip for each of the two audiences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.drill.kit.checks import Finding, check_package, files_of, write_checks
from sim.drill.kit.layout import LEFT_OUT, audience_of
from sim.drill.kit.manifest import write_manifest
from sim.drill.kit.player_readme import write_player_readme
from sim.drill.kit.say import kit_text
from sim.drill.kit.swap import check_place, staged
from sim.drill.kit.zips import write_zips
from sim.drill.model import Drill
from sim.drill.papers.check import unchecked
from sim.drill.papers.write import write_papers
from sim.drill.sheets.write import write_sheets
from sim.study.folder import writing

Writer = Callable[[Drill, Path], list[Path]]
WRITERS: tuple[Writer, ...] = (write_papers, write_sheets, write_player_readme)
"""Who writes what, one after the other; each gets the drill and the package's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageResult:
    """A package that lies in its place."""

    folder: Path
    zips: tuple[Path, ...]
    """Controllers', players'."""
    files: tuple[Path, ...]
    """Every file that was written, by name; not the zips, and not what earlier reviews left."""
    checks: tuple[Finding, ...]
    unchecked: int
    """Clauses of laws and plans that nobody has verified."""

    def lines(self, language: str) -> list[str]:
        """Return what was written, what is left out, which checks failed and how much is to be verified."""
        passed = sum(each.passed for each in self.checks)
        players = sum(audience_of(file.relative_to(self.folder).as_posix()) == "player" for file in self.files)
        made = [
            kit_text("line.files", language, count=len(self.files), players=players),
            *(kit_text("line.zip", language, name=each.name, size=f"{each.stat().st_size / 1e6:.1f}")
              for each in self.zips),
            kit_text("line.left", language, what=_list([kit_text(f"left.{number}", language) for number in LEFT_OUT],
                                                       language)),
            kit_text("line.checks", language, passed=passed, count=len(self.checks)),
        ]
        made += [
            kit_text("line.failed", language, name=each.name(language), missing=_list(list(each.missing), language))
            for each in self.checks if not each.passed
        ]
        return [*made, kit_text("line.unchecked", language, count=self.unchecked)] if self.unchecked else made


def _list(parts: list[str], language: str, most: int = 8) -> str:
    shown = parts if len(parts) <= most else [*parts[:most], "…"]
    return ("、" if language == "zh" else ", ").join(shown)


def write_package(drill: Drill, out: Path, *, progress: Callable[[int, int], None] | None = None) -> PackageResult:
    """Write the package of *drill* as ``<out>/<drill_id>``, whole or not at all; equal drills give equal bytes.

    It is put together beside its place and moved there at the end. An earlier package of the same drill is replaced;
    reviews and other files that lie in it stay. *progress* is told how many steps are done, of how many.

    Raises :class:`~sim.common.errors.InputError` if the place holds something else, if the number of the drill cannot
    be the name of a folder or if a record does not hold together, and :class:`~sim.study.folder.FolderError` if the
    disk is full or cannot be written to.
    """
    folder = out / drill.overview.drill_id
    check_place(folder, drill.overview.drill_id)
    told = progress or (lambda _done, _total: None)
    steps = len(WRITERS) + 2
    with writing(folder), staged(folder) as stage:
        for done, write in enumerate(WRITERS):
            told(done, steps)
            write(drill, stage)
        told(steps - 2, steps)
        found = check_package(drill, stage)
        write_checks(found, stage)
        told(steps - 1, steps)
        paths = [path for path, _ in files_of(stage)]
        zips, manifest = _finish(drill, stage, paths)
    told(steps, steps)
    return PackageResult(
        folder=folder, zips=tuple(folder / each.name for each in zips),
        files=tuple(folder / path for path in sorted([*paths, manifest.name])), checks=found,
        unchecked=len(unchecked(drill)),
    )


def _finish(drill: Drill, stage: Path, paths: list[str]) -> tuple[list[Path], Path]:
    """Write the list of files, then the zips, which hold the list too."""
    manifest = write_manifest(drill, stage, paths)
    return write_zips(stage, drill.overview.drill_id, [*paths, manifest.name]), manifest
