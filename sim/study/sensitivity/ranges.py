"""Which parameters a sensitivity study varies and how far."""

from __future__ import annotations

from collections.abc import Mapping

from sim.common.coefficients import Coefficient
from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.study.model import Inputs
from sim.study.sensitivity.model import Parameter, SensitivityStudy

JUDGEMENT = "J"


def parameters_of(study: SensitivityStudy, inputs: Inputs) -> tuple[Parameter, ...]:
    """Return the parameters of *study* in the order of the tables, or in that of its file if it names them.

    Raises :class:`InputError` with every key that is unknown or has no range, and if fewer than two are left.
    """
    known = {**inputs.plan.coefficients.rows, **inputs.hazard.coefficients.rows}
    if study.parameters is None:
        rows = [row for row in known.values() if row.evidence == JUDGEMENT and _has_range(row)]
        if len(rows) < 2:
            raise InputError([Problem(code="sensitivity.few", file=str(study.file), value=str(len(rows)))])
        return tuple(_parameter(row, None) for row in rows)
    problems = [problem for key, ends in study.parameters.items() for problem in _problems(study, key, ends, known)]
    if problems:
        raise InputError(problems)
    return tuple(_parameter(known[key], ends) for key, ends in study.parameters.items())


def _problems(
    study: SensitivityStudy, key: str, ends: tuple[float, float] | None, known: Mapping[str, Coefficient]
) -> list[Problem]:
    file, column = str(study.file), f"parameters.{key}"
    if key not in known:
        return [Problem(
            code="sensitivity.unknown_key", file=file, column=column, value=key, params={"known": near(key, known)}
        )]
    if ends is None and not _has_range(known[key]):
        return [Problem(code="sensitivity.no_range", file=file, column=column, value=key)]
    return []


def _has_range(row: Coefficient) -> bool:
    return row.low is not None and row.high is not None and row.low < row.high


def _parameter(row: Coefficient, ends: tuple[float, float] | None) -> Parameter:
    low, high = ends if ends is not None else (row.low, row.high)
    if low is None or high is None:
        msg = f"{row.key} has no range"
        raise ValueError(msg)
    return Parameter(
        key=row.key, unit=row.unit, value=row.value, low=low, high=high, evidence=row.evidence, source=row.source,
        note=row.note,
    )
