"""What the rest of a package says: its map, its list of files, its checks; in both languages."""

from __future__ import annotations

from sim.common.texts import LANGUAGES, text
from sim.common.types import Text


def kit_text(key: str, lang: str, **values: object) -> str:
    """Return the sentence ``kit.<key>`` in *lang*; texts among *values* are said in theirs."""
    said = {name: each.of(lang) if isinstance(each, Text) else each for name, each in values.items()}
    return text(f"kit.{key}", lang, **said)


def both_texts(key: str, **values: object) -> Text:
    """Return the sentence ``kit.<key>`` in both languages."""
    return Text(*(kit_text(key, lang, **values) for lang in LANGUAGES))
