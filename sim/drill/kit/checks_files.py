"""Are the files of a package what they should be? Each is opened as the one who gets it would."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from icalendar import Calendar
from lxml import etree

from sim.common.errors import InputError
from sim.common.texts import LANGUAGES
from sim.drill.kit.cap import STATUS, schema_faults
from sim.drill.kit.layout import CALENDARS, DATA, MAPS, PLAYER_README, audience_of
from sim.drill.model import Drill
from sim.drill.papers.write import PAPERS
from sim.drill.review.sheet import read_sheet
from sim.drill.sheets.roundtrip import read_msel
from sim.drill.sheets.write import LOG, MSEL
from sim.drill.store import read_drill

Files = Mapping[str, Path]
ACTUAL = re.compile(rb"status\W{1,12}(?:value\W{1,6})?Actual", re.IGNORECASE)
"""What makes a warning a real one, as XML, JSON or text has it."""
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
FETCHES = re.compile(r"""(?:src|href)\s*=|url\(|https?://|@import""")


def _cap(drill: Drill, files: Files) -> Iterator[str]:
    """Give the messages that the schema of CAP 1.2 refuses or that are no exercise, and the warnings without one."""
    messages = [name for name in files if "/cap/" in name]
    for name in messages:
        data = files[name].read_bytes()
        if schema_faults(data) or etree.fromstring(data).findtext("{*}status") != STATUS:
            yield name
    if len(messages) != len(drill.warnings):
        yield f"{len(messages)}/{len(drill.warnings)}"


def _no_actual(_drill: Drill, files: Files) -> Iterator[str]:
    """Give every file of whatever kind that says of something that it is real, packed ones part by part."""
    for name, file in files.items():
        if any(ACTUAL.search(data) for data in _parts(file)):
            yield name


def _parts(file: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(file):
        yield file.read_bytes()
        return
    with zipfile.ZipFile(file) as packed:
        yield from (packed.read(part) for part in packed.namelist())


def _record(drill: Drill, files: Files) -> Iterator[str]:
    name = f"{DATA}/drill.json"
    if name not in files or read_drill(files[name]) != drill:
        yield name


def _msel(drill: Drill, files: Files) -> Iterator[str]:
    """Give the sheet if it, read back unedited, is not the drill that it was made from."""
    try:
        diff = read_msel(files[MSEL], drill)
        if diff.problems or not diff.empty:
            yield MSEL
    except InputError as error:
        yield from (problem.line("en") for problem in error.problems)


def _log(drill: Drill, files: Files) -> Iterator[str]:
    """Give the actions that the sheet to be filled in has no line for."""
    sheet = read_sheet(files[LOG])
    at = sheet.columns.index("action_id")
    printed = {str(row[at] or "") for _, row in sheet.rows if len(row) > at}
    yield from (action.action_id for action in drill.actions if action.action_id not in printed)


def _calendar(drill: Drill, files: Files) -> Iterator[str]:
    """Give the injects with a time that the controllers' calendar does not have."""
    events = Calendar.from_ical(files[f"{CALENDARS}/controllers.ics"].read_bytes()).walk("VEVENT")
    numbers = {str(event["UID"]).partition("@")[0] for event in events}
    yield from (
        each.inject_id for each in drill.injects
        if each.kind == "inject" and each.ex_min is not None and each.inject_id not in numbers
    )


def _map(drill: Drill, files: Files) -> Iterator[str]:
    """Give the places that the controllers' data lack."""
    tree = json.loads(files[f"{MAPS}/layers.geojson"].read_text(encoding="utf-8"))
    there = {feature["id"] for feature in tree["features"]}
    yield from (place.place_id for place in drill.places if place.place_id not in there)


def _offline(_drill: Drill, files: Files) -> Iterator[str]:
    """Give the maps that would fetch something from a network."""
    for name, file in files.items():
        if file.suffix in (".html", ".svg") and FETCHES.search(
            file.read_text(encoding="utf-8").replace(NAMESPACE, "")
        ):
            yield name


def _for_players(drill: Drill, files: Files) -> Iterator[str]:
    """Give what players should have and have not; and, in a blind drill, what they should not have and have."""
    blind = drill.overview.notice == "blind"
    handbooks = [paper.file(lang) for paper in PAPERS if paper.audience == "player" for lang in LANGUAGES]
    wanted = [PLAYER_README, *handbooks]
    wanted += [] if blind else [f"{MAPS}/player/map.html", f"{CALENDARS}/players.ics"]
    yield from (name for name in wanted if name not in files)
    theirs = [name for name in files if audience_of(name) == "player"]
    yield from (name for name in theirs if blind and name not in wanted)


FILE_CHECKS: dict[str, Callable[[Drill, Files], Iterator[str]]] = {
    "cap": _cap, "no_actual": _no_actual, "record": _record, "msel": _msel, "log": _log, "calendar": _calendar,
    "map": _map, "offline": _offline, "for_players": _for_players,
}
"""Checks of this module by key; the sentence of each is ``kit.check.<key>``."""
