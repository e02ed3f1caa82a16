"""Sentences of a design and its search in both languages at once, and the names of what they speak of."""

from __future__ import annotations

from sim.common.texts import LANGUAGES, catalogue, in_both
from sim.common.types import Text
from sim.plan.model import Plan


def told(key: str, **values: object) -> Text:
    """Return the sentence ``design.<key>`` in both languages; texts among *values* are said in the same language."""
    return in_both(f"design.{key}", **values)


def named(key: str, fallback: str) -> Text:
    """Return the catalogue's name *key* in both languages, or *fallback* for a word that only the city knows."""
    return Text(*(catalogue(lang).get(key, fallback) for lang in LANGUAGES))


def capability_name(capability: str) -> Text:
    """Return what a capability is called."""
    return named(f"design.capability.{capability}", capability)


def measure_name(measure: str, plan: Plan) -> Text:
    """Return what a measure is called, as reports call it; one of a kind of demand or of a kit line with that name."""
    stem, _, part = measure.partition(".")
    sentence = named(f"report.measure.{stem}", measure)
    if part in plan.kinds:
        what = plan.kinds[part].name
    else:
        what = {line.line_id: line.name for line in plan.kit}.get(part, Text(part, part))
    if "{what}" in sentence.en:
        return Text(sentence.zh.replace("{what}", what.zh), sentence.en.replace("{what}", what.en))
    return told("measure_of", measure=sentence, what=what) if part and sentence.en != measure else sentence


def knob_name(knob: str) -> Text:
    """Return what a number of a hazard file is called; its dotted name if the catalogue has none."""
    return named(f"design.knob.{knob}", knob)


def percent(share: float) -> str:
    """Return a share as per cent."""
    return f"{100.0 * share:.0f}%"


def plain_number(value: float) -> str:
    """Return *value* with as many digits as a reader needs."""
    return f"{value:.3g}" if abs(value) < 100.0 else f"{value:.0f}"
