"""The catalogue of a year: which kinds of disaster there are, how often each comes, and where these numbers are from.

Two tables that a study names: ``rates`` has a row for each hazard that is played (a stratum), ``classes`` one for each
kind of disaster that is not. A rate in the study file takes the place of the one in the table, within its range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.city.table import Column, Problems, check_unique, read_table
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.study.batch.model import BatchStudy
from sim.study.loss_classes import LossClass

BASIS = (Column("source"), Column("evidence", choices=("L", "K", "C", "J")), Column("note", required=False))
RATE = (Column("per_year", float, low=0.0), Column("low", float, low=0.0), Column("high", float, low=0.0))
STRATA = (Column("hazard"), Column("group"), Column("group_zh"), Column("group_en"), *RATE, *BASIS)
CLASSES = (
    Column("class"), Column("group"), Column("name_zh"), Column("name_en"), *RATE,
    Column("loss_yuan", float, low=1.0), Column("loss_cv", float, low=0.01, high=20.0),
    Column("deaths", float, low=0.0, blank=math.nan), Column("affected_people", float, low=0.0, blank=math.nan), *BASIS,
)
EVEN = 1e-6
"""Weights sum to 1 up to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often a year a kind of disaster comes, and on what ground."""

    name: str
    """Id of the hazard, or name of the class."""
    group: str
    words: Text
    """Of the group."""
    per_year: float
    low: float
    high: float
    source: str
    evidence: str
    note: str
    own: bool = False
    """The study has put its own number in place of the table's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearClass:
    """A kind of disaster that is not simulated."""

    rate: Rate
    law: LossClass
    """Direct loss of an event, yuan."""
    deaths: float
    """Of an event, on average; nan if no source says."""
    affected: float
    """People affected by an event, on average; nan if no source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All kinds of disaster of a year."""

    rates: Mapping[str, Rate]
    """Of the hazards that are played, by their ids."""
    classes: tuple[YearClass, ...]

    @property
    def groups(self) -> dict[str, Text]:
        """Names of the groups, in the order of the tables."""
        rates = [*self.rates.values(), *(kind.rate for kind in self.classes)]
        return {rate.group: rate.words for rate in rates}

    @property
    def laws(self) -> list[LossClass]:
        """Laws of the losses of what is not simulated."""
        return [kind.law for kind in self.classes]


def read_catalogue(study: BatchStudy, hazards: Sequence[tuple[str, float | None]]) -> Catalogue:
    """Return the catalogue of *study* for its *hazards*, each (id, rate of the study or ``None``), in their order.

    Raises :class:`InputError` with every problem: no rate, one out of its range, wrong columns, weights that do not
    sum to 1.
    """
    problems: Problems = []
    rows = _rates(study.rates, problems)
    broken = bool(problems)
    found: dict[str, Rate] = {}
    for hazard, own in dict.fromkeys(hazards):  # a grid has each hazard once for every point of its parameters
        row = rows.get(hazard)
        if own is None and row is None:
            if not broken:
                problems.append(Problem(code="yearly.no_rate", file=str(study.file), column="hazards", value=hazard))
        elif row is None:
            found[hazard] = _bare(hazard, own or 0.0)
        else:
            found[hazard] = row if own is None else _replaced(row, own, study, problems)
    problems += _weights(study)
    classes = _classes(study.classes, problems)
    if problems:
        raise InputError(problems)
    return Catalogue(rates=found, classes=classes)


def _bare(hazard: str, per_year: float) -> Rate:
    """Return the rate of a hazard of which the study alone says something; it is a group of its own."""
    return Rate(
        name=hazard, group=hazard, words=Text(hazard, hazard), per_year=per_year, low=0.0, high=math.inf, source="",
        evidence="", note="", own=True,
    )


def _replaced(row: Rate, own: float, study: BatchStudy, problems: Problems) -> Rate:
    if not row.low <= own <= row.high:
        params = {"low": f"{row.low:g}", "high": f"{row.high:g}", "hazard": row.name}
        problems.append(Problem(
            code="yearly.out_of_range", file=str(study.file), column="hazards.per_year", value=f"{own:g}", params=params
        ))
    return replace(row, per_year=own, own=True)


def _weights(study: BatchStudy) -> list[Problem]:
    given = [hazard.weight for hazard in study.hazards if hazard.weight is not None]
    if given and abs(math.fsum(given) - 1.0) > EVEN:
        value = f"{math.fsum(given):g}"
        return [Problem(code="yearly.weights", file=str(study.file), column="hazards.weight", value=value)]
    return []


def _rates(path: Path | None, problems: Problems) -> dict[str, Rate]:
    rows = _rows(path, STRATA, "hazard", problems)
    return {row["hazard"]: _rate(row, row["hazard"], Text(row["group_zh"], row["group_en"])) for row in rows}


def _classes(path: Path | None, problems: Problems) -> tuple[YearClass, ...]:
    found = []
    for row in _rows(path, CLASSES, "class", problems):
        rate = _rate(row, row["class"], Text(row["name_zh"], row["name_en"]))
        law = LossClass(
            name=rate.name, per_year=rate.per_year, mean=row["loss_yuan"], cv=row["loss_cv"], group=rate.group
        )
        found.append(YearClass(rate=rate, law=law, deaths=row["deaths"], affected=row["affected_people"]))
    return tuple(found)


def _rows(path: Path | None, columns: tuple[Column, ...], key: str, problems: Problems) -> list[dict[str, Any]]:
    """Return the rows of a table of rates, none if it cannot be used; notes double ids and rates out of range."""
    if path is None:
        return []
    before = len(problems)
    table = read_table(path, columns, problems)
    check_unique(table, key, problems)
    if len(problems) > before:
        return []
    rows = list(table.records())
    problems += [
        table.problem("yearly.rate_range", i, "per_year", low=row["low"], high=row["high"])
        for i, row in enumerate(rows) if not row["low"] <= row["per_year"] <= row["high"]
    ]
    return rows


def _rate(row: Mapping[str, object], name: str, words: Text) -> Rate:
    def number(key: str) -> float:
        return float(str(row[key]))

    return Rate(
        name=name, group=str(row["group"]), words=words, per_year=number("per_year"), low=number("low"),
        high=number("high"), source=str(row["source"]), evidence=str(row["evidence"]), note=str(row.get("note") or ""),
    )
