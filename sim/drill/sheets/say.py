"""What the sheets say: names of sheets, words of drop-downs, notes; a cell holds both languages."""

from __future__ import annotations

from functools import cache

from sim.common.texts import text
from sim.common.types import Text
from sim.drill import model as m
from sim.drill.review.model import EVENTS, RATINGS, STATUSES

SOURCES = ("evaluator", "controller", "radio", "phone", "gps", "system", "video", "self")
"""Who or what noted a line of the log."""
PAPERS: dict[str, tuple[str, ...]] = {
    "kind": m.KINDS, "mode": m.MODES, "role": m.ROLES, "stress": m.STRESSES, "difficulty": m.DIFFICULTIES,
    "form": m.FORMS, "notice": m.NOTICES, "hazard": ("earthquake", "flood", "chemical"), "color": m.COLORS,
}
"""Coded values that the papers have names for."""
OWN: dict[str, tuple[str, ...]] = {
    "kind": ("expected",), "start": m.CLOCKS, "state": ("planned", "delivered", "skipped"), "yes_no": ("yes", "no"),
    "status": STATUSES, "rating": RATINGS, "event_type": EVENTS, "time_basis": ("wall", "elapsed", "exercise"),
    "source": SOURCES, "method": ("yes_no", "score", "rating4", "timed"), "no_time": ("any",),
    "result": ("yes", "no", "in_time", "late", "undone", "unseen"),
}
"""Coded values that the sheets name themselves."""


def say(key: str, lang: str, **values: object) -> str:
    """Return the sentence *key* of the sheets in *lang*."""
    return text(f"sheets.{key}", lang, **values)


def both(key: str, **values: object) -> str:
    """Return the sentence *key* in Chinese and English, one after the other."""
    return joined(Text(say(key, "zh", **values), say(key, "en", **values)))


def joined(said: Text) -> str:
    """Return what is said in both languages as one cell."""
    return said.zh if said.zh == said.en else f"{said.zh} {said.en}".strip()


@cache
def names_of(area: str) -> dict[str, Text]:
    """Return the names of the coded values of *area*."""
    of_papers = {
        value: Text(*(text(f"papers.{area}.{value}", lang) for lang in ("zh", "en"))) for value in PAPERS.get(area, ())
    }
    own = {value: Text(*(text(f"sheets.{area}.{value}", lang) for lang in ("zh", "en"))) for value in OWN.get(area, ())}
    return of_papers | own


def named(area: str, value: str) -> str:
    """Return the name of a coded value in both languages; the value itself if it has none; empty for none."""
    known = names_of(area)
    return joined(known[value]) if value in known else value
