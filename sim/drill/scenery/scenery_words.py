"""What a drill's scenery says (timetable, states, map, warnings), in both languages at once."""

from __future__ import annotations

from sim.common.texts import in_both
from sim.common.types import Text


def scenery_text(key: str, **values: object) -> Text:
    """Return the sentence ``scenery.<key>`` in both languages; texts among *values* are said in theirs."""
    return in_both(f"scenery.{key}", **values)
