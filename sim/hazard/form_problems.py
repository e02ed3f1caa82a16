"""What the hazards' forms share when something in a file is wrong: where it stands, and each thing said once."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.city.table import nearest
from sim.common.coefficients import Coefficient, Coefficients
from sim.common.document import as_yaml, line_of
from sim.common.errors import Problem

TAGS = ("number", "parts", "fault", "word")
"""Ways of giving a value; they stand in the place of a mistake, but not in the file."""
SHARES = ("share", "probability")
"""Units of a number from 0 to 1."""
BELOW_ZERO = ("intensity", "V", "degrees C", "M")
"""Units of numbers that may sensibly fall below 0 though ours are above."""
CASCADES = "cascades"
COMMON = {
    "when.month": "month_range", "when.hour": "hour_range", "when.weekend": "weekend_form", CASCADES: "cascade_form",
}
"""Codes of the keys that every hazard has."""


def problem(code: str, path: Path, nodes: Any, loc: tuple[str, ...], value: object, **params: object) -> Problem:
    """Return a problem of the value that *loc* leads to."""
    return Problem(
        code=code, file=path.name, row=line_of(nodes, loc), column=".".join(loc), value=as_yaml(value), params=params
    )


def said_once(problems: Iterable[Problem], clear: Callable[[Problem], Problem]) -> list[Problem]:
    """Return *problems* as *clear* says them; what two of them say of the same value is said once."""
    said: dict[tuple[str, str | None], Problem] = {}
    for found in problems:
        clearer = clear(found)
        said.setdefault((clearer.code, clearer.column), clearer)
    return list(said.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How one hazard says the mistakes of its form: codes by column, and the limits of its numbers."""

    codes: Mapping[str, str]
    low: Mapping[str, float] = field(default_factory=dict)
    high: Mapping[str, float] = field(default_factory=dict)
    out_of_range: str = ""
    """Code of a number beyond its limits, or of something that is no number."""

    def clear(self, found: Problem) -> Problem:
        """Return *found* with a clearer code, if there is one, and the column as the file has it."""
        if found.item is not None and found.item[0].split(".")[0] == CASCADES:
            return replace(found, item=None, column=CASCADES, code="cascade_form", params={})
        if found.column is None:
            return found
        column = untagged(found.column)
        if found.code != "bad_value":
            return replace(found, column=column)
        if column in self.low:
            params = {"low": f"{self.low[column]:g}", "high": f"{self.high[column]:g}"}
            return replace(found, column=column, code=self.out_of_range, params=params)
        code = self.codes.get(column, COMMON.get(column))
        if column.count(".") == 1 and column.startswith("overrides."):
            code = "override_number"
        return replace(found, column=column, code=code, params={}) if code else replace(found, column=column)


def untagged(column: str) -> str:
    """Return *column* as the file has it: without the ways of giving a value, but with a key that is named like one."""
    steps = column.split(".")
    if len(steps) == 1 or steps[0] == "overrides":
        return column
    last = steps[-1:] if steps[-1] == "fault" and "fault" in steps[:-1] else []
    return ".".join([step for step in steps if step not in TAGS] + last)


def override_problems(
    given: Mapping[str, float], known: Coefficients, path: Path, nodes: Any, free: Container[str] = ()
) -> list[Problem]:
    """Refuse unknown keys and numbers with which no model can work; a merely unusual one is the user's choice.

    The keys *free* may be 0 whatever their range, and below 0 where their unit or our number allows it.
    """
    found = []
    for key, value in given.items():
        loc = ("overrides", key)
        if key not in known:
            found.append(problem("unknown_override", path, nodes, loc, value, near=nearest(key, known)))
            continue
        row = known.rows[key]
        if _unusable(row, value, key in free):
            found.append(problem("bad_override", path, nodes, loc, value, unit=row.unit, usual=row.value))
    return found


def _unusable(row: Coefficient, value: float, free: bool) -> bool:
    if not math.isfinite(value) or (row.unit in SHARES and not 0.0 <= value <= 1.0):
        return True
    if free:
        return value < 0.0 < row.value and row.unit not in BELOW_ZERO
    return value < 0.0 or (value == 0.0 and row.low is not None and row.low > 0.0)
