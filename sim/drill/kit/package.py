"""Writes the package of a drill: all its files in one folder, and two zips, one of them for players."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.kit.checks import CheckResult, check_package, player_leaks
from sim.drill.kit.manifest import MANIFEST, audience_of, changed_since, manifest_text, read_manifest
from sim.drill.kit.parts import write_calendars, write_maps, write_player_readme, write_warnings
from sim.drill.kit.say import say
from sim.drill.kit.two_zips import write_zip
from sim.drill.model import Drill
from sim.drill.papers.write import write_papers
from sim.drill.sheets.write import write_sheets
from sim.drill.store import plain
from sim.study.folder import writing

Progress = Callable[[int, int], None]
"""Called with the number of steps done, and of all steps."""

CHECKS = "data/checks.json"
ZIPS = {"controller": "导调版", "player": "参演版"}
STEPS = (write_papers, write_sheets, write_maps, write_calendars, write_warnings, write_player_readme)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageResult:
    """What was written."""

    folder: Path
    """The package: ``<out>/<drill_id>``."""
    files: tuple[str, ...]
    """Names in the package, by name."""
    zips: tuple[Path, ...]
    """For controllers, for players."""
    checks: tuple[CheckResult, ...]
    players: int
    """Files in the players' zip."""
    kept: Path | None
    """Where the files of an earlier package lie that somebody had changed or added; ``None`` if there were none."""

    def lines(self, lang: str) -> list[str]:
        """Return what the user is told: files, zips, checks, and what was kept."""
        passed = sum(each.passed for each in self.checks)
        lines = [
            say("made.files", lang, count=len(self.files), players=self.players),
            *(say("made.zip", lang, name=each.name, kb=f"{each.stat().st_size / 1024:,.0f}") for each in self.zips),
            say("made.checks", lang, passed=passed, count=len(self.checks)),
            *(say("made.failed", lang, words=each.words.of(lang)) for each in self.checks if not each.passed),
        ]
        return lines + ([say("made.kept", lang, folder=self.kept)] if self.kept is not None else [])


def write_package(drill: Drill, out: Path, *, progress: Progress | None = None) -> PackageResult:
    """Write the package of *drill* as ``<out>/<drill_id>`` and two zips beside it, whole or not at all.

    An earlier package of the same drill is replaced; what somebody changed in it or put there is kept beside it. Equal
    drills give equal bytes. Raises :class:`InputError` if something else lies there, a warning is not sound, or a file
    of the players would tell them what they must not know; :class:`~sim.study.folder.FolderError` if the disk refuses.
    """
    name = drill.overview.drill_id
    _check_name(name)
    _check_room(out / name, name)
    draft = out / f".tmp-{name}-{os.getpid()}"
    with writing(out):
        try:
            shutil.rmtree(draft, ignore_errors=True)
            (draft / name).mkdir(parents=True)
            checks = _fill(drill, draft / name, progress or (lambda _done, _total: None))
            zips = _zip(draft, name)
            kept = _keep(out, name)
            return _placed(out, draft, name, checks, zips, kept)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def files_in(folder: Path) -> dict[str, Path]:
    """Return every file of a package by its name in it, in order."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return dict(sorted(found.items()))


def _fill(drill: Drill, folder: Path, progress: Progress) -> list[CheckResult]:
    """Write every file of the package, the manifest last."""
    total = len(STEPS) + 2
    for done, step in enumerate(STEPS):
        progress(done, total)
        step(drill, folder)
    progress(len(STEPS), total)
    files = files_in(folder)
    players = {name: path for name, path in files.items() if audience_of(name) == "player"}
    found = player_leaks(drill, players)
    if found:
        raise InputError([
            Problem(code=f"kit.leak.{leak.kind}", file=leak.file, value=leak.value[:60]) for leak in found
        ])
    checks = check_package(drill, files, players)
    tree = [plain(each) for each in checks]
    (folder / CHECKS).write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    (folder / MANIFEST).write_text(manifest_text(drill, files_in(folder)), encoding="utf-8", newline="\n")
    progress(total - 1, total)
    progress(total, total)
    return checks


def _zip(draft: Path, name: str) -> dict[str, Path]:
    files = files_in(draft / name)
    made = {}
    for audience, said in ZIPS.items():
        taken = {key: path for key, path in files.items() if audience == "controller" or audience_of(key) == audience}
        made[audience] = draft / f"{name}_{said}.zip"
        write_zip(made[audience], {f"{name}/{key}": path for key, path in taken.items()})
    return made


def _placed(
    out: Path, draft: Path, name: str, checks: list[CheckResult], zips: dict[str, Path], kept: Path | None
) -> PackageResult:
    """Put the finished files where they belong; the old folder goes only once the new one stands."""
    folder, old = out / name, draft / "old"
    if folder.exists():
        folder.rename(old)
    try:
        (draft / name).rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise
    placed = [path.replace(out / path.name) for path in zips.values()]
    files = tuple(files_in(folder))
    return PackageResult(
        folder=folder, files=files, zips=tuple(placed), checks=tuple(checks), kept=kept,
        players=sum(audience_of(each) == "player" for each in files),
    )


def _check_name(name: str) -> None:
    """A number that is a path would write elsewhere."""
    if not name or name.startswith(".") or set(name) & set('/\\:*?"<>|') or not name.isprintable():
        raise InputError([Problem(code="kit.drill_id", file="drill.json", column="overview.drill_id", value=name)])


def _check_room(folder: Path, name: str) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("drill_id") != name:
        raise InputError([Problem(code="kit.other_folder", file=str(folder), value=name)])


def _keep(out: Path, name: str) -> Path | None:
    """Copy what somebody changed in the old package, or put there, to a folder beside it; return that folder."""
    changed = changed_since(out / name)
    if not changed:
        return None
    number = next(i for i in range(1, 10_000) if not (out / f"{name}_kept-{i}").exists())
    kept = out / f"{name}_kept-{number}"
    for each in changed:
        # A record by its own name would make two drills of this folder.
        target = kept / (f"{each}.old" if each.endswith("drill.json") else each)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(out / name / each, target)
    return kept


__all__ = ["CHECKS", "PackageResult", "files_in", "write_package"]
