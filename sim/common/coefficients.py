"""Tables of coefficients: every number of a model with its unit, source and evidence tag."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from sim.common.errors import InputError, Problem

EVIDENCE = {"L": "read in a public source", "C": "computed", "K": "standard literature", "J": "engineering judgement"}
"""Evidence tags: how much a number can be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One number with the words that a reader needs to judge it. *low* and *high* bound a sensible range."""

    key: str
    value: float
    unit: str
    source: str
    evidence: str
    low: float | None = None
    high: float | None = None
    note: str = ""


class Coefficients(Mapping[str, float]):
    """The numbers of one or more tables by key; ``table[key]`` is the value, ``table.rows`` the whole rows.

    Columns of a table file: ``key,value,unit,source,evidence,low,high,note``.
    """

    def __init__(self, rows: Mapping[str, Coefficient]) -> None:
        self.rows = dict(rows)
        self._values = {key: row.value for key, row in self.rows.items()}

    def __getitem__(self, key: str) -> float:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def with_overrides(self, overrides: Mapping[str, float], file: str) -> Coefficients:
        """Return a copy in which the user's numbers replace ours (evidence ``U``).

        Raises :class:`InputError` naming every key that no table knows.
        """
        unknown = [key for key in overrides if key not in self.rows]
        if unknown:
            raise InputError(
                Problem(code="unknown_coefficient", file=file, column=key, value=str(overrides[key])) for key in unknown
            )
        rows = dict(self.rows)
        for key, value in overrides.items():
            rows[key] = replace(rows[key], value=float(value), source=file, evidence="U")
        return Coefficients(rows)


def read_coefficients(*tables: Traversable) -> Coefficients:
    """Read coefficient tables that ship with the product (or lie in a city folder) into one mapping."""
    rows: dict[str, Coefficient] = {}
    for table in tables:
        for line in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
            rows[line["key"]] = Coefficient(
                key=line["key"],
                value=float(line["value"]),
                unit=line["unit"],
                source=line["source"],
                evidence=line["evidence"],
                low=float(line["low"]) if line.get("low") else None,
                high=float(line["high"]) if line.get("high") else None,
                note=line.get("note") or "",
            )
    return Coefficients(rows)


def package_table(layer: str, name: str) -> Traversable:
    """Return the file ``sim/<layer>/tables/<name>`` of the installed product."""
    return files("sim").joinpath(layer, "tables", name)
