"""The builder's words: sentences of the catalogue in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable

from sim.common.texts import LANGUAGES, text
from sim.common.types import Text

NOTHING = Text("", "")


def said(key: str, **values: object) -> Text:
    """Return the sentence ``build.<key>`` in both languages; values that are :class:`Text` are put in theirs."""
    return Text(*(
        text(f"build.{key}", lang, **{k: v.of(lang) if isinstance(v, Text) else v for k, v in values.items()})
        for lang in LANGUAGES
    ))


def filled(sentence: Text, **values: object) -> Text:
    """Return *sentence*, a template of a table, filled like :func:`said`."""
    return Text(*(
        sentence.of(lang).format(**{k: v.of(lang) if isinstance(v, Text) else v for k, v in values.items()})
        for lang in LANGUAGES
    ))


def joined(parts: Iterable[Text]) -> Text:
    """Return *parts* as a list in a sentence."""
    said_parts = [part for part in parts if any(part)]
    return Text("、".join(part.zh for part in said_parts), ", ".join(part.en for part in said_parts))


def sentences(parts: Iterable[Text]) -> Text:
    """Return whole sentences one after the other."""
    said_parts = [part for part in parts if any(part)]
    return Text("".join(part.zh for part in said_parts), " ".join(part.en for part in said_parts))


def amount(value: float) -> str:
    """Return a number as a planner says it: no more than three digits that mean something."""
    if value < 100:
        return f"{value:.0f}"
    digits = max(0, len(f"{value:.0f}") - 3)
    return f"{round(value / 10**digits) * 10**digits:,.0f}"
