"""Puts the parts that the models have drawn together into one frozen scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from sim.common.types import Ints
from sim.hazard.rows import renumbered
from sim.hazard.scenario import Casualties, Closures, Displaced, Outages, Scenario


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
    """Join the rows of all shocks; *number* holds the final number of each provisional demand."""
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    table["demand"] = renumbered(table["demand"].astype(np.int64), number)
    return Casualties(**table)


def join_closures(parts: Sequence[Closures]) -> Closures:
    """Join the closures of all shocks."""
    return Closures(
        edge=np.concatenate([p.edge for p in parts]), from_min=np.concatenate([p.from_min for p in parts]),
        to_min=np.concatenate([p.to_min for p in parts]), speed_factor=np.concatenate([p.speed_factor for p in parts]),
        reason=tuple(word for p in parts for word in p.reason),
        prevented_by=np.concatenate([p.prevented_by for p in parts]),
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
