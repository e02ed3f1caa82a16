"""What a drill's scenery says (timetable, states, map, warnings), in both languages at once."""

from __future__ import annotations

from sim.common.texts import LANGUAGES, text
from sim.common.types import Text


def scenery_text(key: str, **values: object) -> Text:
    """Return the sentence ``scenery.<key>`` in both languages; texts among *values* are said in theirs."""
    return Text(*(
        text(f"scenery.{key}", lang, **{k: v.of(lang) if isinstance(v, Text) else v for k, v in values.items()})
        for lang in LANGUAGES
    ))
