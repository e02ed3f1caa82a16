"""Puts the parts that the models have drawn together into one frozen scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from sim.common.types import Ints
from sim.hazard.rows import renumbered
from sim.hazard.scenario import Casualties, Closures, Displaced, Outages

RecordT = TypeVar("RecordT")


def locked(record: RecordT) -> RecordT:
    """Mark every array of *record* read-only, those inside its tuples, mappings and parts too; returns it."""
    if isinstance(record, np.ndarray):
        record.setflags(write=False)
    elif isinstance(record, Mapping):
        for part in record.values():
            locked(part)
    elif isinstance(record, tuple) and not isinstance(record, str):
        for part in record:
            if not isinstance(part, str):
                locked(part)
    elif hasattr(record, "__dataclass_fields__"):
        for field in fields(record):
            locked(getattr(record, field.name))
    return record


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
    )
