"""Says the mistakes of an earthquake file in words of our own, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sim.common.errors import Problem
from sim.hazard.form_problems import said_once

TAGS = ("number", "parts", "fault", "word")
"""Ways of giving a value; they stand in the place of a mistake, but not in the file."""
CODES = {
    "hazard": "hazard_kind", "magnitude": "magnitude_form", "magnitude.law": "magnitude_form",
    "magnitude.min": "magnitude_range", "magnitude.max": "magnitude_range", "epicentre": "epicentre_form",
    "epicentre.lon": "epicentre_form", "epicentre.lat": "epicentre_form", "epicentre.fault": "epicentre_form",
    "strike_deg": "strike_range", "when.month": "month_range", "when.hour": "hour_range",
    "when.weekend": "weekend_form", "aftershocks": "yes_or_no", "horizon_h": "horizon_range",
}


def in_our_words(problems: Iterable[Problem]) -> list[Problem]:
    """Return *problems* of the form with clearer codes; those that have a good sentence stay as they are."""
    return said_once(problems, _clear)


def _clear(problem: Problem) -> Problem:
    if problem.column is None:
        return problem
    steps = problem.column.split(".")
    if len(steps) > 1 and steps[0] != "overrides":
        last = steps[-1:] if steps[-1] == "fault" and "fault" in steps[:-1] else []
        steps = [step for step in steps if step not in TAGS] + last
    column = ".".join(steps)
    if problem.code != "bad_value":
        return replace(problem, column=column)
    if steps[0] == "overrides" and len(steps) == 2:
        return replace(problem, column=column, code="override_number", params={})
    code = CODES.get(column)
    if code is None:
        return replace(problem, column=column)
    if column == "magnitude" and _is_number(problem.value):
        code = "magnitude_range"
    return replace(problem, column=column, code=code, params={})


def _is_number(value: str | None) -> bool:
    try:
        float(value or "")
    except ValueError:
        return False
    return True
