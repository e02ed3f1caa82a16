"""Does the package hold together? Named questions about the record and about the files that were written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.common.texts import LANGUAGES, text
from sim.drill.kit.layout import CHECKS, audience_of
from sim.drill.kit.say import kit_text
from sim.drill.model import Drill
from sim.drill.pacing import shipped_pacing
from sim.drill.papers.check import self_check

ROUNDING_MIN = 0.11
"""Exercise minutes of the record are rounded to 0.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One question and its answer; *missing* names what fails it."""

    key: str
    """Its sentence is ``papers.check.<key>`` or ``kit.check.<key>``."""
    missing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Nothing fails it."""
        return not self.missing

    def name(self, lang: str) -> str:
        """Return the question as a sentence."""
        return kit_text(f"check.{self.key}", lang) if self.key in OWN else text(f"papers.check.{self.key}", lang)


def check_package(drill: Drill, folder: Path) -> tuple[Finding, ...]:
    """Return every check of the record, then those of the pace, then those of the files in *folder*."""
    record = [Finding(key=each.key, missing=each.missing) for each in self_check(drill)]
    own = [Finding(key=key, missing=tuple(ask(drill, folder))) for key, ask in OWN.items()]
    return (*record, *own)


def write_checks(found: tuple[Finding, ...], folder: Path) -> Path:
    """Write *found* as ``data/checks.json``, the questions in both languages."""
    rows = [
        {"key": each.key, "passed": each.passed, "missing": list(each.missing)}
        | {f"name_{lang}": each.name(lang) for lang in LANGUAGES}
        for each in found
    ]
    file = folder / CHECKS
    file.parent.mkdir(parents=True, exist_ok=True)
    made = json.dumps({"checks": rows}, ensure_ascii=False, indent=1) + "\n"
    file.write_text(made, encoding="utf-8", newline="\n")
    return file


# ---- pace ----------------------------------------------------------------------------------


def _delivered(drill: Drill) -> list[tuple[float, str, str]]:
    """Return minute, id and receiver of every inject with a time, in order."""
    given = [
        (each.ex_min, each.inject_id, each.to_unit)
        for each in drill.injects if each.kind == "inject" and each.ex_min is not None
    ]
    return sorted(given)


def _gaps(drill: Drill, _folder: Path) -> Iterator[str]:
    """Give the injects that come to a unit sooner after its last one than the pace allows."""
    least, last = shipped_pacing().gap_min, dict[str, tuple[float, str]]()
    for minute, inject_id, unit in _delivered(drill):
        before = last.get(unit)
        if before is not None and minute - before[0] < least - ROUNDING_MIN:
            yield f"{before[1]}–{inject_id}"
        last[unit] = (minute, inject_id)


def _rate(drill: Drill, _folder: Path) -> Iterator[str]:
    """Give the injects with which one hour holds more than the control cell can give."""
    most = shipped_pacing().per_hour
    given = _delivered(drill)
    for i in range(most, len(given)):
        if given[i][0] - given[i - most][0] < 60.0 - ROUNDING_MIN:
            yield given[i][1]


def _ends(drill: Drill, _folder: Path) -> Iterator[str]:
    """Give the injects that come too soon after STARTEX or too late before ENDEX."""
    pacing = shipped_pacing()
    last = drill.overview.endex_min - pacing.last_free_min
    for minute, inject_id, _unit in _delivered(drill):
        if minute < pacing.first_min - ROUNDING_MIN or minute > last + ROUNDING_MIN:
            yield inject_id


def _time_map(drill: Drill, _folder: Path) -> Iterator[str]:
    """Give the stretches in which the exercise's clock or the story's runs backwards."""
    steps = drill.time_map
    for before, after in zip(steps, steps[1:], strict=False):
        if after[0] < before[0] or after[1] < before[1]:
            yield f"{before[1]:g}–{after[1]:g}"


def _protected(drill: Drill, _folder: Path) -> Iterator[str]:
    """Give the injects after whose news a time jump comes before the last timed action had its P90."""
    cap = shipped_pacing().protected_cap_min
    jumps = sorted(move.ex_from_min for move in drill.moves[1:])
    since = {each.inject_id: each.ex_min for each in drill.injects}
    for action in drill.actions:
        start = since.get(action.inject_id)
        law = action.benchmark
        if not action.timed or law is None or start is None or action.clock != "received":
            continue
        needed = min(cap, law.p90 if law.p90 is not None else cap)
        if any(start < jump < start + needed - ROUNDING_MIN for jump in jumps):
            yield action.action_id


# ---- files ---------------------------------------------------------------------------------

ACTUAL = re.compile(rb"<(?:\w+:)?status>\s*Actual|[\"']status[\"']\s*:\s*[\"']Actual", re.IGNORECASE)


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give the path inside the package and the place of every file."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file.relative_to(folder).as_posix(), file


def _no_actual(_drill: Drill, folder: Path) -> Iterator[str]:
    for path, file in files_of(folder):
        if file.suffix in (".xml", ".json", ".geojson", ".html", ".svg") and ACTUAL.search(file.read_bytes()):
            yield path


def _for_players(drill: Drill, folder: Path) -> Iterator[str]:
    """Give what players should have and have not."""
    paths = [path for path, _ in files_of(folder)]
    if sum(audience_of(path) == "player" and path.endswith(".docx") for path in paths) < len(LANGUAGES):
        yield "05"


OWN: dict[str, Callable[[Drill, Path], Iterator[str]]] = {
    "gaps": _gaps, "rate": _rate, "ends": _ends, "time_map": _time_map, "protected": _protected,
    "no_actual": _no_actual, "for_players": _for_players,
}
"""Checks of this module by key."""
