"""The run folder: what was run with what, so that a run can be resumed, and never mixed with another one."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import platform
import shutil
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from sim import __version__
from sim.common.errors import InputError, Problem, TurnoutError
from sim.common.texts import catalogue, text
from sim.study.model import Study
from sim.study.parts import names_to_disk

RUNS = Path("results", "runs")
"""Where runs go, from the folder in which the command is given."""

MANIFEST = "run.json"
LOCK = "run.lock"
"""Says which process is writing."""
PARTS = "parts"
NOT_A_RUN, OTHER_INPUTS = "not_a_run", "other_inputs"
LEFT_BY_A_RUN = (
    "run.json", "study.yaml", "*.parquet", "verdicts.csv", "verdicts.json", "report*.html", "batch-*.html",
    "selection.json", "indicators.csv", "indicators.json", "indicators-*.html", "discovery.json", "discovery-*.html",
)
"""What a run or a question to it has written: all of it is wrong once other inputs are run in the folder."""


class FolderError(TurnoutError):
    """The run folder cannot be used: it is not writable, the disk is full, or it belongs to another run."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(self.line("en"))

    def line(self, lang: str) -> str:
        """Return what is wrong and the way out as one line."""
        return text(f"problem.study.{self.code}", lang, **{k: _said(v, lang) for k, v in self.values.items()})


def _said(value: object, lang: str) -> object:
    """Return a list of names as it is said in *lang*: those that the catalogue knows by its words for them."""
    if not isinstance(value, list):
        return value
    return text("timeline.list.comma", lang).join(catalogue(lang).get(f"what.{name}", str(name)) for name in value)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses (no right, no room) into one clear :class:`FolderError`."""
    try:
        yield
    except OSError as error:
        raise _refused(folder, error.errno in (errno.ENOSPC, errno.EDQUOT), error.strerror or error) from error
    except duckdb.IOException as error:
        raise _refused(folder, "No space left" in str(error), str(error).splitlines()[0]) from error


def _refused(folder: Path, full: bool, why: object) -> FolderError:
    return FolderError("disk_full" if full else "not_writable", folder=folder, why=why)


def identity(study: Study, hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return what decides the numbers of a run, and nothing else (not how many replications, not on what machine)."""
    return {
        "study": study.study_id,
        "seed": study.seed,
        "overrides": dict(study.overrides),
        "detail_replications": study.detail_replications,
        "numpy": version("numpy"),
        "inputs": dict(hashes),
    }


def short_hash(ident: Mapping[str, Any]) -> str:
    """Return eight characters that stand for *ident* in the name of a folder."""
    return hashlib.sha256(json.dumps(ident, sort_keys=True).encode()).hexdigest()[:8]


def default_folder(study: Study, ident: Mapping[str, Any]) -> Path:
    """Return ``results/runs/<study>-<hash>`` below the current folder."""
    return RUNS / f"{study.study_id}-{short_hash(ident)}"


def prepare(folder: Path, ident: Mapping[str, Any], *, fresh: bool, growing: str = "") -> dict[str, Any] | None:
    """Make *folder* ready for the run *ident*; returns the manifest of the run that it continues, if any.

    Inputs whose names begin with *growing* may be added and left out, but not changed. Raises :class:`FolderError` if
    the folder belongs to a run of other inputs, holds other things, or cannot be written to.
    """
    with writing(folder):
        if fresh and (folder / MANIFEST).exists():
            empty(folder)
        before = read_manifest(folder)
        if before is None and folder.exists() and any(path.name != LOCK for path in folder.iterdir()):
            raise FolderError(NOT_A_RUN, folder=folder)
        changed = differences(before["identity"], ident, growing=growing) if before is not None else []
        if changed:
            raise FolderError(OTHER_INPUTS, folder=folder, changed=changed)
        (folder / PARTS).mkdir(parents=True, exist_ok=True)
        return before


def empty(folder: Path) -> None:
    """Remove what a run has left in *folder*, and nothing else that may lie there."""
    shutil.rmtree(folder / PARTS, ignore_errors=True)
    for pattern in LEFT_BY_A_RUN:
        for path in folder.glob(pattern):
            path.unlink()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the run in *folder*; ``None`` if there is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest["identity"]["inputs"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem(code="study.bad_manifest", file=str(folder / MANIFEST), value=str(error))
        raise InputError([problem]) from error
    return manifest


def differences(before: Mapping[str, Any], now: Mapping[str, Any], most: int = 5, growing: str = "") -> list[str]:
    """Return the names of what differs between two identities, at most *most* of them, short values with both ends.

    Inputs whose names begin with *growing* differ only if both have them.
    """
    names = list(_changes("", before, now, {"inputs"}))
    old, new = before["inputs"], now["inputs"]
    for name in sorted({*old, *new}):
        grown = growing and name.startswith(growing) and not (name in old and name in new)
        if old.get(name) != new.get(name) and not grown:
            names.append(name)
    return names if len(names) <= most else [*names[:most], "..."]


def _changes(
    stem: str, before: Mapping[str, Any], now: Mapping[str, Any], apart: Container[str] = ()
) -> Iterator[str]:
    """Yield what differs between two mappings and those inside them: ``key`` or ``key old -> new``."""
    for key in {**now, **before}:
        if key in apart or before.get(key) == now.get(key):
            continue
        ends = before.get(key), now.get(key)
        if all(isinstance(end, Mapping | None) for end in ends):
            yield from _changes(f"{stem}{key}.", ends[0] or {}, ends[1] or {})
        else:
            yield f"{stem}{key} {' → '.join('-' if end is None else str(end) for end in ends)}"


def json_ready(value: Any, *, endless: bool = True) -> Any:
    """Return *value* in what JSON can hold: null for nan, and ``inf`` as a word, or as null too if not *endless*."""
    if isinstance(value, dict):
        return {key: json_ready(item, endless=endless) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(item, endless=endless) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value) if endless and not math.isnan(value) else None
    return value


def write_json(path: Path, content: Any) -> None:
    """Write *content* as JSON to *path*, whole or not at all."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))


def write_text(path: Path, content: str, encoding: str = "utf-8") -> None:
    """Write *content* to *path*, whole or not at all, and through a power cut."""
    draft = path.with_name(f".tmp-{path.name}")
    try:
        with draft.open("w", encoding=encoding, newline="\n") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
        names_to_disk(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def manifest_of(study: Study, ident: Mapping[str, Any], layouts: list[str], started: str) -> dict[str, Any]:
    """Return the manifest of a run that begins: what it is made of, and nothing yet of how it went."""
    return {
        "identity": ident,
        "study": study.study_id,
        "seed": study.seed,
        "layouts": layouts,
        "versions": versions(),
        "started": started,
        "finished": None,
    }


def now() -> str:
    """Return the time as text, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def versions() -> dict[str, str]:
    """Return the versions of Python, of the product and of the libraries that compute."""
    libraries = {name: version(name) for name in ("numpy", "scipy", "simpy", "duckdb")}
    return {"python": platform.python_version(), "turnout": __version__, **libraries}
