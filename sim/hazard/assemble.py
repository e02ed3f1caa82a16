"""Puts the parts that the models have drawn together into one frozen scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from sim.common.types import Ints
from sim.hazard.rows import renumbered
from sim.hazard.scenario import VEHICLES, Casualties, Closures, Displaced, Outages, Scenario


def locked(scenario: Scenario) -> Scenario:
    """Mark every array of *scenario* read-only, so that no layer can change what another one reads."""
    _lock(scenario)
    return scenario


def _lock(part: object) -> None:
    if isinstance(part, np.ndarray):
        part.setflags(write=False)
    elif isinstance(part, Mapping):
        for value in part.values():
            _lock(value)
    elif isinstance(part, tuple) and part and not isinstance(part[0], str):
        for value in part:
            _lock(value)
    elif is_dataclass(part):
        for field in fields(part):
            _lock(getattr(part, field.name))


def join_casualties(parts: Sequence[Mapping[str, Any]], number: Ints) -> Casualties:
    """Join the rows of all models; *number* holds the final number of each provisional demand.

    Rows that say nothing of it are hurt in any case, and clean.
    """
    parts = [_whole(part) for part in parts]
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    for column in ("demand", "only_if"):
        table[column] = renumbered(table[column].astype(np.int64), number)
    return Casualties(**table)


Rows = TypeVar("Rows", Casualties, Closures, Displaced, Outages)


def both(first: Rows, second: Rows) -> Rows:
    """Return the rows of *first*, then those of *second*."""
    columns: dict[str, Any] = {}
    for part in fields(first):
        a, b = getattr(first, part.name), getattr(second, part.name)
        columns[part.name] = a + b if isinstance(a, tuple) else np.concatenate([a, b])
    return type(first)(**columns)


def _whole(part: Mapping[str, Any]) -> dict[str, Any]:
    n = len(part["zone"])
    return {"only_if": np.full(n, -1), "contaminated": np.zeros(n, dtype=bool), **part}


NO_CLOSURES = Closures(
    edge=np.zeros(0, dtype=np.int64), from_min=np.zeros(0), to_min=np.zeros(0),
    speed_factor=np.zeros((0, len(VEHICLES))), reason=(), prevented_by=np.zeros(0, dtype=np.int64),
    lasts_with=np.zeros(0, dtype=np.int64),
)


def join_closures(parts: Sequence[Closures]) -> Closures:
    """Join the closures of all models."""
    parts = [NO_CLOSURES, *parts]
    return Closures(
        edge=np.concatenate([p.edge for p in parts]), from_min=np.concatenate([p.from_min for p in parts]),
        to_min=np.concatenate([p.to_min for p in parts]), speed_factor=np.concatenate([p.speed_factor for p in parts]),
        reason=tuple(word for p in parts for word in p.reason),
        prevented_by=np.concatenate([p.prevented_by for p in parts]),
        lasts_with=np.concatenate([p.lasts_with for p in parts]),
    )


def numbered(closures: Closures, number: Ints) -> Closures:
    """Return *closures* with the final number of each provisional demand to which they point."""
    return replace(
        closures, prevented_by=renumbered(closures.prevented_by, number),
        lasts_with=renumbered(closures.lasts_with, number),
    )


def join_outages(parts: Sequence[Outages]) -> Outages:
    """Join the outages of all shocks."""
    return Outages(
        zone=np.concatenate([p.zone for p in parts]).astype(np.int64),
        kind=tuple(word for p in parts for word in p.kind), from_min=np.concatenate([p.from_min for p in parts]),
        to_min=np.concatenate([p.to_min for p in parts]),
    )


def only_new(outages: Outages, earlier: Sequence[Outages]) -> Outages:
    """Leave out what is out already when it would begin: an aftershock does not cut a line twice."""
    until = {
        (zone, kind): end
        for old in earlier
        for zone, kind, end in zip(old.zone.tolist(), old.kind, old.to_min.tolist(), strict=True)
    }
    rows = enumerate(zip(outages.zone.tolist(), outages.kind, outages.from_min.tolist(), strict=True))
    keep = np.array([i for i, (zone, kind, start) in rows if until.get((zone, kind), -1.0) < start], dtype=np.int64)
    return Outages(
        zone=outages.zone[keep], kind=tuple(outages.kind[i] for i in keep), from_min=outages.from_min[keep],
        to_min=outages.to_min[keep],
    )


def join_displaced(parts: Sequence[tuple[Ints, float, Ints]], horizon_min: float) -> Displaced:
    """Join (zones, minute, people); who leaves only at the horizon or later is left out."""
    parts = [part for part in parts if part[1] < horizon_min and len(part[0])]
    return Displaced(
        zone=np.concatenate([np.zeros(0, dtype=np.int64), *(zones for zones, _, _ in parts)]),
        from_min=np.concatenate([np.zeros(0), *(np.full(len(zones), minute) for zones, minute, _ in parts)]),
        people=np.concatenate([np.zeros(0, dtype=np.int64), *(people for _, _, people in parts)]),
        prevented_by=np.full(sum(len(zones) for zones, _, _ in parts), -1),
    )
