"""What a batch asks: a grid of hazards and parameters, each point of which is answered by every layout."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.city.model import City
from sim.common.types import Text
from sim.plan.model import Layout, Plan
from sim.study.model import Inputs

DETAIL_REPLICATIONS = 20
"""Replications of each cell whose demands, relief, crews ... are kept row by row."""

TOWNSHIP_REPLICATIONS = 1000
"""Replications of each cell whose measures by township and curves are kept; those of the city are kept of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardEntry:
    """A hazard file of the grid, and what it counts."""

    file: Path
    weight: float | None = None
    """Share or weight among the hazards, for means over them."""
    per_year: float | None = None
    """How often a year such a disaster comes."""
    replications: int | None = None
    """Of its cells, instead of the number of the study: a stratum of a year may need more than another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule:
    """When a cell has enough replications: the mean of *measure* is known to so much, under every layout."""

    measure: str
    half_width: float | None
    """Half the width of the interval, in the unit of the measure."""
    relative: float | None
    """The same, as a share of the mean."""
    min_replications: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPoint:
    """One point of a design that is no grid: values of the parameters, and which disasters are played there."""

    block: str
    """Points of one block meet the same disasters, those of two blocks have none in common."""
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStudy:
    """Layouts × hazards × parameters × replications; every path is absolute."""

    study_id: str
    name: Text
    file: Path
    city: Path
    hazards: tuple[HazardEntry, ...]
    layouts: tuple[Path, ...]
    """The first one is the reference."""
    parameters: Mapping[str, tuple[float, ...]]
    """Values to try of coefficients, by key; all combinations are played."""
    replications: int
    """Of each cell; the most of it if there is a rule to stop earlier."""
    seed: int
    confidence: float = 0.95
    detail_replications: int = DETAIL_REPLICATIONS
    township_replications: int = TOWNSHIP_REPLICATIONS
    overrides: Mapping[str, float] = field(default_factory=dict)
    """The user's own numbers for coefficients, the same in all cells."""
    stop: StopRule | None = None
    points: tuple[DesignPoint, ...] = ()
    """Points to play in place of all combinations of *parameters*; all have the same keys."""
    rates: Path | None = None
    """Table of how often a year each hazard comes; ``per_year`` of a hazard takes the place of its row."""
    classes: Path | None = None
    """Table of the kinds of disaster of a year that are not simulated."""


def varied_of(study: BatchStudy) -> tuple[str, ...]:
    """Return the keys of the coefficients that differ from cell to cell."""
    return tuple(study.points[0].values) if study.points else tuple(study.parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One hazard at one point of the parameters; all layouts answer its scenarios."""

    cell_id: str
    hazard_id: str
    kind: str
    """Kind of hazard: ``earthquake``, ``flood``, ``chemical`` ..."""
    name: Text
    weight: float | None
    per_year: float | None
    replications: int
    """As many as are wanted; the most of them if there is a rule to stop."""
    seed: int
    """Of the scenarios: the same at every point of the parameters."""
    point: Mapping[str, float]
    """Value of each parameter that this hazard, or the response to it, knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Everything that a batch needs, read and checked; cells and their inputs in the same order."""

    city: City
    plan: Plan
    """Without the values of the parameters, which are in the plans of the cells."""
    layouts: tuple[Layout, ...]
    cells: tuple[Cell, ...]
    inputs: tuple[Inputs, ...]


def hazard_seed(seed: int, hazard_id: str) -> int:
    """Return the seed of the scenarios of a hazard: 48 bits (whole numbers that every tool keeps) of a SHA-256.

    It depends on the study's *seed* and the *hazard_id* alone, so that scenarios are the same at every point of the
    parameters, and those of two hazards have nothing in common.
    """
    return int.from_bytes(hashlib.sha256(f"{seed}/{hazard_id}".encode()).digest()[:6])


def cell_id(hazard_id: str, content: str, point: Mapping[str, float], block: str = "") -> str:
    """Return the id of a cell: that of its hazard and eight characters for what decides its scenarios and responses.

    *content* is the SHA-256 of the hazard file, *block* that of a point of a design. Other cells of the grid do not
    count: a grid that grows keeps those it has.
    """
    told = json.dumps([content, sorted(point.items()), *([block] if block else [])])
    as_a_name = re.sub(r"[^\w.-]", "_", hazard_id)
    return f"{as_a_name}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"
