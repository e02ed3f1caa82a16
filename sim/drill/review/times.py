"""Reads a time as people note it down: ISO, 09:05, 9时05分, T+35, D+0 H+1 M+30, a cell of a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

from sim.drill.review.model import Moment

MINUTE, SECOND = 1.0, 1.0 / 60.0
EXCEL_ZERO = date(1899, 12, 30)
EARLIEST_SERIAL = 20000.0
"""Serial numbers of days from here on (1954) are dates; a fraction below one is a time of day."""
EARLY_MIN = 120.0
"""A time of day more than this before the start belongs to the next day."""

ISO = re.compile(
    r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+-]\d{2}:?\d{2})?$"
)
CLOCK = re.compile(
    r"^(次日|第二日|翌日)?\s*(上午|下午|晚上|晚|am|pm)?\s*(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(am|pm)?\s*"
    r"(?:\(?\+(\d)\)?)?\s*(Z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE,
)
COMPACT = re.compile(r"^(\d{2})(\d{2})$")
CHINESE = re.compile(
    r"^(?:(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号])?\s*(次日|第二日|翌日)?\s*(上午|下午|晚上|晚)?\s*"
    r"(\d{1,2})[时點点](?:(\d{1,2})分?|整)?(?:(\d{1,2})秒)?$"
)
ELAPSED = re.compile(r"^(?:T\s*\+?|\+)\s*(\d+(?:\.\d+)?)\s*(?:min(?:utes?)?|m|分钟?|')?$", re.IGNORECASE)
ELAPSED_CLOCK = re.compile(
    r"^(?:T\s*\+?|\+)\s*(\d+)\s*(?::|h|小时)\s*(\d{1,2})(?:\s*(?:min|m|分钟?))?(?::(\d{2}))?$", re.IGNORECASE
)
AFTER = re.compile(r"^(?:开始后|演练开始后)?(\d+(?:\.\d+)?)\s*(?:分钟后?|min(?:utes?)?)$", re.IGNORECASE)
MILITARY = re.compile(r"^D\s*\+\s*(\d+)\s*H\s*\+\s*(\d+)(?:\s*M\s*\+\s*(\d+))?$", re.IGNORECASE)
NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$")
LATER_DAY = ("次日", "第二日", "翌日")
AFTERNOON = ("下午", "晚上", "晚", "pm")


def read_time(noted: object, *, basis: str, day: date, start_min: float, zone: str) -> Moment | None:
    """Return the moment that *noted* means, or ``None`` if it means none.

    *basis* says what bare numbers and clocks are (``wall``, ``elapsed``, ``exercise``); *day* and *start_min* (minutes
    after midnight) are the drill's, *zone* its offset from UTC (``+08:00``), for times that name no zone.
    """
    found: Moment | None
    if isinstance(noted, datetime):
        found = _dated(noted, day, zone, SECOND if noted.second else MINUTE)
    elif isinstance(noted, time):
        found = _of_day(noted.hour, noted.minute, noted.second, start_min, seconds=noted.second > 0)
    elif isinstance(noted, timedelta):
        found = _serial(noted.total_seconds() / 86400.0, start_min, day)
    elif isinstance(noted, (bool, date)):
        return None
    elif isinstance(noted, (int, float)):
        found = _number(float(noted), basis, day, start_min)
    else:
        found = _text(str(noted), basis, day, start_min, zone)
    return _on_exercise_clock(found, basis, start_min)


def _on_exercise_clock(found: Moment | None, basis: str, start_min: float) -> Moment | None:
    """A clock that stops in pauses shows the start when the drill starts; minutes after it need no more."""
    if found is None or basis != "exercise":
        return found
    minutes = found.minutes - start_min if found.basis == "wall" else found.minutes
    return Moment(minutes=minutes, precision_min=found.precision_min, basis="exercise")


def _text(noted: str, basis: str, day: date, start_min: float, zone: str) -> Moment | None:
    said = noted.strip().replace("：", ":").replace("＋", "+").replace("（", "(").replace("）", ")")
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment | None]], ...] = (
        (ISO, lambda m: _iso(m, day, zone)),
        (CLOCK, lambda m: _clock(m, day, start_min, zone)),
        (CHINESE, lambda m: _chinese(m, day, start_min)),
        (ELAPSED_CLOCK, lambda m: _elapsed(60 * float(m[1]) + float(m[2]) + float(m[3] or 0) / 60, exact=bool(m[3]))),
        (ELAPSED, lambda m: _elapsed(float(m[1]))),
        (AFTER, lambda m: _elapsed(float(m[1]))),
        (MILITARY, lambda m: _elapsed(1440 * float(m[1]) + 60 * float(m[2]) + float(m[3] or 0))),
    )
    for pattern, reader in readers:
        matched = pattern.match(said)
        if matched:
            return reader(matched)
    compact = COMPACT.match(said)
    if compact and basis != "elapsed":
        return _of_day(int(compact[1]), int(compact[2]), 0.0, start_min)
    return _number(float(said), basis, day, start_min) if NUMBER.match(said) else None


def _number(value: float, basis: str, day: date, start_min: float) -> Moment | None:
    if basis in ("elapsed", "exercise") and value < EARLIEST_SERIAL:
        return _elapsed(value) if value >= 0 else None
    return _serial(value, start_min, day)


def _serial(days: float, start_min: float, day: date) -> Moment | None:
    """A spreadsheet's date and time: days since 1899-12-30, or a part of a day."""
    seconds = round(days % 1.0 * 86400.0)
    precision = SECOND if seconds % 60 else MINUTE
    if 0.0 <= days < 1.0:
        return Moment(minutes=_rolled(seconds / 60.0, start_min), precision_min=precision, basis="wall")
    if 1.0 <= days < 2.0:
        return Moment(minutes=1440.0 + seconds / 60.0, precision_min=precision, basis="wall")
    if days < EARLIEST_SERIAL:
        return None
    ahead = (EXCEL_ZERO + timedelta(days=int(days)) - day).days
    return Moment(minutes=1440.0 * ahead + seconds / 60.0, precision_min=precision, basis="wall")


def _elapsed(minutes: float, *, exact: bool = False) -> Moment:
    whole = float(minutes).is_integer() and not exact
    return Moment(minutes=minutes, precision_min=MINUTE if whole else SECOND, basis="elapsed")


def _iso(m: re.Match[str], day: date, zone: str) -> Moment | None:
    try:
        noted = datetime(int(m[1]), int(m[2]), int(m[3]), int(m[4]), int(m[5]), tzinfo=_zone(m[7] or zone))
    except ValueError:
        return None
    noted += timedelta(seconds=float(m[6] or 0))
    return _dated(noted, day, zone, SECOND if m[6] else MINUTE)


def _dated(noted: datetime, day: date, zone: str, precision: float) -> Moment:
    at = noted if noted.tzinfo else noted.replace(tzinfo=_zone(zone))
    midnight = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
    return Moment(minutes=(at - midnight).total_seconds() / 60.0, precision_min=precision, basis="wall")


def _clock(m: re.Match[str], day: date, start_min: float, zone: str) -> Moment | None:
    half = (m[2] or m[6] or "").lower()
    days = int(m[7]) if m[7] else 1 if m[1] in LATER_DAY else None
    if m[8]:
        return _elsewhere(m, half, day, start_min, zone)
    return _of_day(int(m[3]), int(m[4]), float(m[5] or 0), start_min, half=half, days=days, seconds=bool(m[5]))


def _elsewhere(m: re.Match[str], half: str, day: date, start_min: float, zone: str) -> Moment | None:
    """A time of day with a zone of its own: shifted to the drill's zone, then put on the day that fits."""
    found = _of_day(int(m[3]), int(m[4]), float(m[5] or 0), -1e9, half=half, days=0, seconds=bool(m[5]))
    if found is None:
        return None
    midnight = datetime(day.year, day.month, day.day)
    shift = midnight.replace(tzinfo=_zone(m[8])) - midnight.replace(tzinfo=_zone(zone))
    at = (found.minutes + shift.total_seconds() / 60.0) % 1440.0
    return Moment(minutes=_rolled(at, start_min), precision_min=found.precision_min, basis="wall")


def _chinese(m: re.Match[str], day: date, start_min: float) -> Moment | None:
    days: int | None = 1 if m[4] else None
    if m[2]:
        try:
            days = (date(int(m[1] or day.year), int(m[2]), int(m[3])) - day).days
        except ValueError:
            return None
    return _of_day(
        int(m[6]), int(m[7] or 0), float(m[8] or 0), start_min, half=m[5] or "", days=days, seconds=bool(m[8])
    )


def _of_day(
    hour: int, minute: int, second: float, start_min: float, *, half: str = "", days: int | None = None,
    seconds: bool = False,
) -> Moment | None:
    if hour > 24 or minute > 59 or second >= 60:
        return None
    if half in AFTERNOON and hour < 12:
        hour += 12
    elif half in ("am", "上午") and hour == 12:
        hour = 0
    at = 60.0 * hour + minute + second / 60.0
    at = _rolled(at, start_min) if days is None else at + 1440.0 * days
    return Moment(minutes=at, precision_min=SECOND if seconds else MINUTE, basis="wall")


def _rolled(minutes: float, start_min: float) -> float:
    """Past midnight: a time of day long before the start is the next day's."""
    return minutes + 1440.0 if minutes < start_min - EARLY_MIN else minutes


def _zone(said: str) -> timezone:
    if said.upper() == "Z":
        return UTC
    digits = said.replace(":", "").strip()
    sign = -1 if digits.startswith("-") else 1
    return timezone(sign * timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0)))
