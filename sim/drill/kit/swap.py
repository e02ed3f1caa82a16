"""Puts a finished package where it belongs, in place of an earlier one; what others have added there stays."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.common.errors import InputError, Problem
from sim.drill.kit.layout import MANIFEST, REPLACED
from sim.drill.kit.manifest import read_manifest
from sim.study.lock import held

NEW, OLD = "new", "old"
"""Folders of one that is being written: two levels down, where nobody looks for a drill."""


def check_place(folder: Path, drill_id: str) -> None:
    """Raise :class:`InputError` if *folder* cannot become the package of *drill_id*: it holds something else."""
    if not drill_id or Path(drill_id).name != drill_id or drill_id in (".", "..") or "\\" in drill_id:
        raise InputError([Problem(code="kit.bad_id", file=str(folder), value=drill_id)])
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    manifest = read_manifest(folder) if folder.is_dir() else None
    if manifest is None:
        raise InputError([Problem(code="kit.not_a_package", file=str(folder))])
    if manifest.get("drill_id") != drill_id:
        other = str(manifest.get("drill_id"))
        raise InputError([Problem(code="kit.other_drill", file=str(folder), value=other, params={"id": drill_id})])


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside *folder*; it takes its place when all went well, and goes away when not.

    The reviews in an earlier package (``aar``) and every file there that is not its own stay where they were; its own
    files that were changed by hand since are laid into ``replaced``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.with_name(f".tmp-{folder.name}")
    with _alone(work):
        _clear(work, folder)
        stage = work / NEW
        stage.mkdir()
        try:
            yield stage
            if folder.exists():
                _carry(folder, stage)
                folder.rename(work / OLD)
            stage.rename(folder)
        finally:
            _clear(work, folder)


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Hold *work*: a second writer would clear away what the first one has written so far."""
    try:
        with held(work):
            yield
    finally:
        with suppress(OSError):  # somebody else is writing there
            work.rmdir()


def _clear(work: Path, folder: Path) -> None:
    """Remove what a writer left, in this run or in one that was killed; an old package without a new one comes back."""
    if not folder.exists() and (work / OLD).exists():
        (work / OLD).rename(folder)
    for each in (NEW, OLD):
        shutil.rmtree(work / each, ignore_errors=True)


def _carry(old: Path, stage: Path) -> None:
    """Copy into *stage* what is in the *old* package but was not written by it; nothing is ever written over."""
    manifest = read_manifest(old) or {"files": []}
    own = {each["path"]: each["sha256"] for each in manifest["files"]}
    machine = {MANIFEST, *manifest.get("zips", {}).values()}
    there = {file.relative_to(old).as_posix(): file for file in old.rglob("*") if file.is_file()}
    # What was laid aside earlier goes first and keeps its name.
    for path, file in sorted(there.items(), key=lambda each: (not each[0].startswith(f"{REPLACED}/"), each[0])):
        if path in machine or own.get(path) == hashlib.sha256(file.read_bytes()).hexdigest():
            continue
        target = stage / path
        if path in own or (target.exists() and not path.startswith(f"{REPLACED}/")):
            target = stage / REPLACED / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, _free(target))


def _free(target: Path) -> Path:
    """Return *target*, or a name like it that is not taken."""
    number, free = 1, target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return free
