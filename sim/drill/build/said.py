"""The builder's words: sentences of the catalogue in both languages at once."""

from __future__ import annotations

from sim.common.texts import LANGUAGES, in_both, in_one
from sim.common.types import Text

NOTHING = Text("", "")


def said(key: str, **values: object) -> Text:
    """Return the sentence ``build.<key>`` in both languages; values that are :class:`Text` are put in theirs."""
    return in_both(f"build.{key}", **values)


def filled(sentence: Text, **values: object) -> Text:
    """Return *sentence*, a template of a table, filled like :func:`said`."""
    return Text(*(sentence.of(lang).format(**in_one(values, lang)) for lang in LANGUAGES))


def amount(value: float) -> str:
    """Return a number as a planner says it: no more than three digits that mean something."""
    if value < 100:
        return f"{value:.0f}"
    digits = max(0, len(f"{value:.0f}") - 3)
    return f"{round(value / 10**digits) * 10**digits:,.0f}"
