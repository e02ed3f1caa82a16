"""Does the package hold together? Named questions about the record, its pace and the files that were written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sim.common.texts import LANGUAGES, text
from sim.drill.build.pacing import shipped_pacing
from sim.drill.kit.checks_files import FILE_CHECKS
from sim.drill.kit.layout import CHECKS
from sim.drill.kit.say import kit_text
from sim.drill.model import Drill
from sim.drill.papers.check import self_check

ROUNDING_MIN = 0.11
"""Exercise minutes of the record are rounded to 0.1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One question and its answer; *missing* names what fails it."""

    key: str
    missing: tuple[str, ...]
    area: str
    """Where its sentence is: ``papers.check`` or ``kit.check``."""

    @property
    def passed(self) -> bool:
        """Nothing fails it."""
        return not self.missing

    def name(self, lang: str) -> str:
        """Return the question as a sentence."""
        return kit_text(f"check.{self.key}", lang) if self.area == "kit" else text(f"papers.check.{self.key}", lang)


def check_package(drill: Drill, files: Mapping[str, Path]) -> tuple[Finding, ...]:
    """Return every check of the record, then those of the pace, then those of the *files*, given by name."""
    record = [Finding(key=each.key, missing=each.missing, area="papers") for each in self_check(drill)]
    pace = [_found(key, ask(drill)) for key, ask in PACE_CHECKS.items()]
    return (*record, *pace, *(_found(key, look(drill, files)) for key, look in FILE_CHECKS.items()))


def _found(key: str, missing: Iterable[str]) -> Finding:
    return Finding(key=key, missing=tuple(dict.fromkeys(missing)), area="kit")


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
    return sorted(
        (each.ex_min, each.inject_id, each.to_unit)
        for each in drill.injects if each.kind == "inject" and each.ex_min is not None
    )


def _gaps(drill: Drill) -> Iterator[str]:
    """Give the injects that come to a unit sooner after its last one than the pace allows."""
    least = shipped_pacing().gap_min
    last: dict[str, tuple[float, str]] = {}
    for minute, inject_id, unit in _delivered(drill):
        before = last.get(unit)
        if before is not None and minute - before[0] < least - ROUNDING_MIN:
            yield f"{before[1]}–{inject_id}"
        last[unit] = (minute, inject_id)


def _rate(drill: Drill) -> Iterator[str]:
    """Give the injects with which one hour holds more than the control cell can give."""
    most, given = shipped_pacing().per_hour, _delivered(drill)
    for first, last in zip(given, given[most:], strict=False):
        if last[0] - first[0] < 60.0 - ROUNDING_MIN:
            yield last[1]


def _ends(drill: Drill) -> Iterator[str]:
    """Give the injects that come too soon after STARTEX or too late before ENDEX."""
    pacing = shipped_pacing()
    latest = drill.overview.endex_min - pacing.last_free_min
    for minute, inject_id, _unit in _delivered(drill):
        if minute < pacing.first_min - ROUNDING_MIN or minute > latest + ROUNDING_MIN:
            yield inject_id


def _time_map(drill: Drill) -> Iterator[str]:
    """Give the stretches in which the exercise's clock or the story's runs backwards."""
    for before, after in pairwise(drill.time_map):
        if after[0] < before[0] or after[1] < before[1]:
            yield f"{before[1]:g}–{after[1]:g}"


def _protected(drill: Drill) -> Iterator[str]:
    """Give the timed actions that a time jump cuts off before their P90 (or the cap of the pace) since the inject."""
    cap = shipped_pacing().protected_cap_min
    jumps = [move.ex_from_min for move in drill.moves[1:]]
    since = {each.inject_id: each.ex_min for each in drill.injects}
    for action in drill.actions:
        start, law = since.get(action.inject_id), action.benchmark
        if not action.timed or law is None or start is None or action.clock != "received":
            continue
        needed = min(cap, law.p90 if law.p90 is not None else cap)
        if any(start < jump < start + needed - ROUNDING_MIN for jump in jumps):
            yield action.action_id


PACE_CHECKS: dict[str, Callable[[Drill], Iterator[str]]] = {
    "gaps": _gaps, "rate": _rate, "ends": _ends, "time_map": _time_map, "protected": _protected,
}
