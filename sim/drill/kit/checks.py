"""What a package is held to before it is given away: each check by name, passed or not, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from icalendar import Calendar
from lxml import etree

from sim.common.errors import InputError
from sim.common.texts import LANGUAGES, text
from sim.common.types import Text
from sim.drill.kit.cap import STATUS, schema_faults
from sim.drill.kit.leak import Leak, leaks
from sim.drill.kit.say import both
from sim.drill.model import Drill
from sim.drill.papers.check import self_check
from sim.drill.sheets.roundtrip import read_msel
from sim.drill.sheets.write import LOG, MSEL
from sim.drill.store import read_drill
from sim.drill.review.log_file import read_sheet

REAL = re.compile(r"<(?:\w+:)?status>\s*Actual\s*<")
"""What would make a warning a real one."""
FEW = 5
"""So many of what fails are named."""
GEO = "08_地图/layers.geojson"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check and its answer."""

    key: str
    passed: bool
    words: Text
    """What was checked, or what of it fails."""
    missing: tuple[str, ...]
    """What fails it, all of it."""


def check_package(drill: Drill, files: Mapping[str, Path], players: Mapping[str, Path]) -> list[CheckResult]:
    """Return the answers of a package: the record's own checks, then those of its *files* (by name in the package).

    *players* are those of them that players get.
    """
    record = [_result(f"record.{each.key}", _papers_words(each.key), each.missing) for each in self_check(drill)]
    found = {
        "leak": [f"{leak.file}: {leak.value}" for leak in player_leaks(drill, players)],
        "cap": list(_cap(files)), "actual": list(_actual(files)), "record": list(_record(drill, files)),
        "msel": list(_msel(drill, files)), "log": list(_log(drill, files)), "calendar": list(_calendar(drill, files)),
        "map": list(_map(drill, files)), "whole_map": list(_offline(files)),
    }
    return record + [_result(key, both(f"check.{key}"), missing) for key, missing in found.items()]


def player_leaks(drill: Drill, players: Mapping[str, Path]) -> list[Leak]:
    """Return what the players' files tell them that is the controllers'."""
    return leaks(((name, path.read_bytes()) for name, path in players.items()), drill)


def _result(key: str, asked: Text, missing: list[str] | tuple[str, ...]) -> CheckResult:
    shown = Text(*(("、" if lang == "zh" else ", ").join(missing[:FEW]) for lang in LANGUAGES))
    words = both("check.failed", asked=asked, missing=shown, count=len(missing)) if missing else asked
    return CheckResult(key=key, passed=not missing, words=words, missing=tuple(missing))


def _papers_words(key: str) -> Text:
    return Text(*(text(f"papers.check.{key}", lang) for lang in LANGUAGES))


def _cap(files: Mapping[str, Path]) -> Iterator[str]:
    """Give the messages that the schema of CAP 1.2 refuses, or that are not marked as an exercise."""
    for name, path in files.items():
        if "/cap/" in name:
            data = path.read_bytes()
            status = etree.fromstring(data).findtext("{*}status")
            if schema_faults(data) or status != STATUS:
                yield name


def _actual(files: Mapping[str, Path]) -> Iterator[str]:
    return (
        name for name, path in files.items()
        if path.suffix == ".xml" and REAL.search(path.read_text(encoding="utf-8"))
    )


def _record(drill: Drill, files: Mapping[str, Path]) -> Iterator[str]:
    if read_drill(files["data/drill.json"]) != drill:
        yield "data/drill.json"


def _msel(drill: Drill, files: Mapping[str, Path]) -> Iterator[str]:
    """Give the sheet if it, read back unedited, is not the drill that it was made from."""
    try:
        if not read_msel(files[MSEL], drill).empty:
            yield MSEL
    except InputError as error:
        yield from (problem.line("en") for problem in error.problems)


def _log(drill: Drill, files: Mapping[str, Path]) -> Iterator[str]:
    """Give the actions that the sheet to be filled in has no line for."""
    sheet = read_sheet(files[LOG])
    at = sheet.columns.index("action_id")
    printed = {str(row[at] or "") for _, row in sheet.rows if len(row) > at}
    return (action.action_id for action in drill.actions if action.action_id not in printed)


def _calendar(drill: Drill, files: Mapping[str, Path]) -> Iterator[str]:
    events = Calendar.from_ical(files["09_日历/controllers.ics"].read_bytes()).walk("VEVENT")
    numbers = {str(event["UID"]).partition("@")[0] for event in events}
    return (each.inject_id for each in drill.injects if each.ex_min is not None and each.inject_id not in numbers)


def _map(drill: Drill, files: Mapping[str, Path]) -> Iterator[str]:
    there = {feature["id"] for feature in json.loads(files[GEO].read_text(encoding="utf-8"))["features"]}
    return (place.place_id for place in drill.places if place.place_id not in there)


def _offline(files: Mapping[str, Path]) -> Iterator[str]:
    """Give the maps that would fetch something."""
    for name, path in files.items():
        if path.suffix in (".html", ".svg"):
            said = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
            if re.search(r"""(?:src|href)\s*=|url\(|https?://|@import""", said):
                yield name
