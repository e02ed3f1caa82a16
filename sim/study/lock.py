"""Keeps a second run out of a run folder while one is writing there."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.study.folder import LOCK, FolderError, writing

BUSY, BUSY_ELSEWHERE = "busy", "busy_elsewhere"
QUERY = 0x1000
"""Windows: the right to ask a process how it is."""
STILL_ACTIVE = 259
"""Windows: the exit code of a process that has not ended."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold *folder* (made if need be) for this process; the lock of a process that is gone is taken over.

    Raises :class:`FolderError` if another run is writing there, or if the folder cannot be written to.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder / LOCK
        if not _made(lock):
            _take_over(lock)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _made(lock: Path) -> bool:
    """Make *lock*; tells whether this process is the one that has made it."""
    try:
        with lock.open("x", encoding="utf-8") as stream:
            json.dump({"process": os.getpid(), "host": platform.node(), "born": born(os.getpid())}, stream)
    except FileExistsError:
        return False
    return True


def _take_over(lock: Path) -> None:
    """Put our lock in the place of one whose process is gone; of two that try, one is told that it is too late."""
    owner = _owner(lock)
    if is_held(owner):
        raise _busy(lock, owner)
    aside = lock.with_name(f".tmp-{LOCK}-{os.getpid()}")
    lock.replace(aside)
    late = _owner(aside) != owner
    if late:
        aside.replace(lock)
    else:
        aside.unlink()
    if late or not _made(lock):
        raise _busy(lock, _owner(lock))


def refuse_if_busy(folder: Path) -> None:
    """Raise :class:`FolderError` if another run is writing to *folder*, before any work is done in vain."""
    owner = owner_of(folder)
    if is_held(owner):
        raise _busy(folder / LOCK, owner)


def owner_of(folder: Path) -> dict[str, Any]:
    """Return ``process`` and ``host`` of the run that holds, or held when it was killed, *folder*; empty if none."""
    return _owner(folder / LOCK)


def is_held(owner: dict[str, Any]) -> bool:
    """Tell whether *owner* is a run that goes on, as far as one can see from this machine."""
    if not owner:
        return False
    if owner["host"] != platform.node():
        return True
    return is_alive(owner["process"]) and owner["born"] in ("", born(owner["process"]))


def _owner(lock: Path) -> dict[str, Any]:
    """Return process and host of *lock*; empty if it cannot be read (its writer was killed)."""
    try:
        owner = json.loads(lock.read_text(encoding="utf-8"))
        return {"process": int(owner["process"]), "host": str(owner["host"]), "born": str(owner.get("born", ""))}
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}


def _busy(lock: Path, owner: dict[str, Any]) -> FolderError:
    process, host = owner.get("process", "?"), owner.get("host", platform.node())
    if host == platform.node():
        return FolderError(BUSY, folder=lock.parent, process=process)
    return FolderError(BUSY_ELSEWHERE, folder=lock.parent, process=process, host=host, lock=lock.name)


def born(process: int) -> str:
    """Return what tells *process* from another one that gets its number later; empty where the system does not say."""
    try:
        line = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        return line.rpartition(")")[2].split()[19]  # the time of its start, 22nd of all fields
    except (OSError, IndexError):
        return ""


def is_alive(process: int) -> bool:
    """Tell whether *process* runs on this machine."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(QUERY, False, process)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == STILL_ACTIVE
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


__all__ = ["born", "held", "is_alive", "is_held", "owner_of", "refuse_if_busy"]
