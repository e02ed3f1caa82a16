"""Says the mistakes of an earthquake file in words of our own, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.common.errors import Problem
from sim.hazard.form_problems import Wording, said_once

WORDING = Wording(codes={
    "hazard": "hazard_kind", "magnitude": "magnitude_form", "magnitude.law": "magnitude_form",
    "magnitude.min": "magnitude_range", "magnitude.max": "magnitude_range", "epicentre": "epicentre_form",
    "epicentre.lon": "epicentre_form", "epicentre.lat": "epicentre_form", "epicentre.fault": "epicentre_form",
    "strike_deg": "strike_range", "aftershocks": "yes_or_no", "horizon_h": "horizon_range",
})


def in_our_words(problems: Iterable[Problem]) -> list[Problem]:
    """Return *problems* of the form with clearer codes; those that have a good sentence stay as they are."""
    return said_once(problems, _clear)


def _clear(found: Problem) -> Problem:
    clearer = WORDING.clear(found)
    if clearer.code == "magnitude_form" and clearer.column == "magnitude" and _is_number(found.value):
        return replace(clearer, code="magnitude_range")
    return clearer


def _is_number(value: str | None) -> bool:
    try:
        float(value or "")
    except ValueError:
        return False
    return True
