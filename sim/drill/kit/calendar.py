"""Calendars (RFC 5545): for controllers every inject, for players nothing but the hours of the drill."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Event

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import shipped
from sim.drill.kit.layout import CALENDARS
from sim.drill.kit.say import both, joined, moment
from sim.drill.kit.warnings import marked
from sim.drill.model import Drill, Inject
from sim.drill.papers.page import clean
from sim.drill.papers.words import Words
from sim.drill.public import for_players

CONTROLLER, PLAYER = "controller", "player"
AHEAD = timedelta(minutes=-2)
"""Controllers are reminded so long before an inject."""
MARK = "【演练】"


def write_calendars(drill: Drill, folder: Path) -> list[Path]:
    """Write ``controllers.ics`` and ``players.ics`` into ``09_日历`` below *folder*; equal drills give equal bytes.

    Players of a blind drill get none. Returns the files. Raises :class:`InputError` if a date of the record is none.
    """
    place = folder / CALENDARS
    place.mkdir(parents=True, exist_ok=True)
    made = {"controllers.ics": controllers_ics(drill), "players.ics": players_ics(drill)}
    written = []
    for name, data in made.items():
        if data is not None:
            (place / name).write_bytes(data)
            written.append(place / name)
    return written


def controllers_ics(drill: Drill) -> bytes:
    """Return the calendar of controllers: briefings, the exercise, the hot wash, dues, every inject that has a time.

    Times are UTC: no zone table is needed and none can be wrong.
    """
    events = [
        *_appointments(drill, CONTROLLER), *_appointments(drill, PLAYER), _whole(drill), _wash(drill), *_ends(drill),
        *_injects(drill),
    ]
    return _calendar(drill, CONTROLLER, events)


def players_ics(drill: Drill) -> bytes | None:
    """Return the calendar of players: briefing, exercise and hot wash, without content.

    Players who are told the window only get the day without hours; those of a blind drill nothing (``None``).
    """
    notice, drill = drill.overview.notice, for_players(drill)
    if notice == "blind":
        return None
    if notice == "window":
        return _calendar(drill, PLAYER, [_day(drill)])
    return _calendar(drill, PLAYER, [*_appointments(drill, PLAYER), _whole(drill), _wash(drill)])


def _calendar(drill: Drill, audience: str, events: list[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Turnout//exercise package//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    name = joined(drill.overview.name)
    calendar.add("x-wr-calname", clean(f"{MARK}{name} · {joined(both(f'ics.for.{audience}'))}"))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(drill: Drill, uid: str, start: datetime | date, end: datetime | date, summary: str) -> Event:
    """Return an event; times of day come with their zone and are written as UTC."""
    overview, event = drill.overview, Event()
    event.add("uid", f"{uid}@{overview.drill_id}")
    event.add("dtstamp", _revised(drill))
    event.add("sequence", overview.version)
    event.add("dtstart", _utc(start))
    if end != start:
        event.add("dtend", _utc(end))
    event.add("summary", clean(f"{MARK}{summary}"))
    event.add("class", "PRIVATE")
    return event


def _utc(when: datetime | date) -> datetime | date:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def _revised(drill: Drill) -> datetime:
    """Return when the drill was revised; a day is taken as its first minute, a time without a zone as UTC."""
    said = drill.overview.revised_at
    try:
        stamp = datetime.fromisoformat(said)
    except ValueError:
        raise InputError([Problem(code="kit.clock", file="drill.json", column="revised_at", value=said)]) from None
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def _between(drill: Drill, uid: str, start_min: float, end_min: float, key: str) -> Event:
    start, end = (moment(drill.overview, minute) for minute in (start_min, end_min))
    event = _event(drill, uid, start, end, joined(both(f"ics.{key}", name=drill.overview.name)))
    event.add("categories", [joined(both("ics.frame"))])
    return event


def _whole(drill: Drill) -> Event:
    event = _between(drill, "EXERCISE", 0.0, drill.overview.endex_min, "whole")
    event.add("description", joined(both("ics.only", word=drill.overview.safety_word)))
    return event


def _wash(drill: Drill) -> Event:
    end = drill.overview.endex_min
    return _between(drill, "HOTWASH", end, end + drill.overview.hotwash_min, "wash")


def _day(drill: Drill) -> Event:
    """Return the day as a whole, for those who must not know the hour."""
    day = moment(drill.overview, 0.0).date()
    summary = joined(both("ics.day", name=drill.overview.name))
    event = _event(drill, "EXERCISE", day, day + timedelta(days=1), summary)
    event.add("description", joined(both("ics.only", word=drill.overview.safety_word)))
    return event


def _appointments(drill: Drill, audience: str) -> Iterator[Event]:
    """Give what ``tables/calendar.csv`` puts before and after the exercise, as a proposal."""
    for row in shipped("calendar.csv"):
        if row["audience"] != audience:
            continue
        start, length, key = float(row["start"]), float(row["length"]), row["key"]
        if row["unit"] == "min":
            event = _between(drill, key, start, start + length, key)
        else:
            day = moment(drill.overview, drill.overview.endex_min).date() + timedelta(days=start)
            event = _event(drill, key, day, day + timedelta(days=length), joined(both(f"ics.{key}")))
        event.add("description", joined(both("ics.proposed")))
        yield event


def _ends(drill: Drill) -> Iterator[Event]:
    """Give STARTEX and ENDEX as moments, unless an inject says them at that minute."""
    said = {inject.ex_min for inject in drill.injects if inject.kind == "admin"}
    for uid, minute in (("STARTEX", 0.0), ("ENDEX", drill.overview.endex_min)):
        if minute not in said:
            event = _between(drill, uid, minute, minute, uid.lower())
            event.add_component(_alarm(uid))
            yield event


def _injects(drill: Drill) -> Iterator[Event]:
    for inject in drill.injects:
        if inject.ex_min is not None:
            yield _inject(drill, inject, moment(drill.overview, inject.ex_min))


def _inject(drill: Drill, inject: Inject, when: datetime) -> Event:
    zh, en = Words(drill=drill, lang="zh"), Words(drill=drill, lang="en")
    summary = f"{inject.inject_id} {joined(inject.title)}"
    event = _event(drill, inject.inject_id, when, when, summary)
    phase = " / ".join(dict.fromkeys(each.phase(inject.move_id) for each in (zh, en)))
    event.add("categories", [clean(f"{inject.move_id} {phase}".strip()) or inject.kind])
    event.add("description", clean("\n\n".join(_told(inject, say) for say in (zh, en))))
    if any(inject.location):
        event.add("location", clean(joined(inject.location)))
    if inject.kind == "contingency":
        event.add("status", "TENTATIVE")
    event.add_component(_alarm(summary))
    return event


def _told(inject: Inject, say: Words) -> str:
    head = f"{say.word('kind', inject.kind)} {inject.inject_id} · {say.word('mode', inject.mode)} → {say.to(inject)}"
    return f"{head}\n{marked(inject.message, say.lang)}\n{say.of(inject.condition)}".strip()


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", AHEAD)
    alarm.add("description", clean(f"{MARK}{summary}"))
    return alarm
