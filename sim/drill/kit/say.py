"""What maps, calendars, warnings, checks and the package itself say, and the wall clock of their times."""

from __future__ import annotations

from datetime import datetime, timedelta

from sim.common.errors import InputError, Problem
from sim.common.texts import in_both, in_one, text
from sim.common.types import Text
from sim.drill.model import Overview

ZONE = "+08:00"
"""Zone of a drill that does not say its own."""


def kit_text(key: str, lang: str, **values: object) -> str:
    """Return the sentence ``kit.<key>`` in *lang*; texts among *values* are said in theirs."""
    return text(f"kit.{key}", lang, **in_one(values, lang))


def both(key: str, **values: object) -> Text:
    """Return the sentence ``kit.<key>`` in both languages."""
    return in_both(f"kit.{key}", **values)


def joined(said: Text) -> str:
    """Return both languages on one line."""
    return said.zh if said.zh == said.en else f"{said.zh} / {said.en}"


def moment(overview: Overview, ex_min: float) -> datetime:
    """Return the date and time on the wall *ex_min* minutes after STARTEX, to the second, with the drill's zone.

    Raises :class:`InputError` if the record's date, hour or zone is none.
    """
    said = f"{overview.date}T{overview.start}:00{overview.utc_offset or ZONE}"
    try:
        return datetime.fromisoformat(said) + timedelta(seconds=round(60 * ex_min))
    except (ValueError, OverflowError):
        raise InputError([Problem(code="kit.clock", file="drill.json", column="date", value=said)]) from None
