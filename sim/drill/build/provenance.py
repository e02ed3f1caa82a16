"""Where the numbers of a drill are from, and the fingerprint of its disaster."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from sim.drill.build.said import said
from sim.drill.copies import Stage
from sim.drill.design import Choice, Design
from sim.drill.model import Provenance
from sim.hazard.redraw import execution_coefficients
from sim.hazard.scenario import Scenario
from sim.plan.model import Plan


def provenance(design: Design, choice: Choice, stage: Stage, plan: Plan) -> tuple[Provenance, ...]:
    """Return the numbers that decide what the drill says, each with its source."""
    rows = [Provenance(name=said("provenance.prior"), value=design.hazard.name, source=design.file.name, checked=True)]
    rows += [
        Provenance(
            name=said("provenance.changes", name=name), value=f"{value:g}", source=design.file.name, checked=True,
        )
        for name, value in sorted(choice.changes.items())
    ]
    if choice.teams_out:
        rows.append(Provenance(
            name=said("provenance.out"), value=", ".join(choice.teams_out), source=design.file.name, checked=True,
        ))
    rows.append(Provenance(
        name=said("provenance.seed"), value=f"{choice.seed} / {choice.replication} / {stage.seed}",
        source=design.file.name, checked=True,
    ))
    table = execution_coefficients().rows
    rows += [
        Provenance(
            name=said("provenance.spread", name=key), value=f"{value:g}", source=table[key].source,
            checked=table[key].evidence == "L",
        )
        for key, value in stage.spread.items()
    ]
    report = plan.coefficients.rows["report_deadline_min"]
    rows.append(Provenance(
        name=said("provenance.limit", name="report_deadline_min"), value=f"{report.value:g}", source=report.source,
        checked=report.evidence == "L",
    ))
    return tuple(rows)


def scenario_sha256(scenario: Scenario) -> str:
    """Return a fingerprint of every number of *scenario*."""
    digest = hashlib.sha256()
    _feed(digest, scenario)
    return digest.hexdigest()


def _feed(digest: Any, value: object) -> None:
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value):
        for each in fields(value):
            digest.update(each.name.encode())
            _feed(digest, getattr(value, each.name))
    elif isinstance(value, dict):
        for key in sorted(value):
            digest.update(str(key).encode())
            _feed(digest, value[key])
    elif isinstance(value, (tuple, list)):
        digest.update(f"[{len(value)}".encode())
        for item in value:
            _feed(digest, item)
    else:
        digest.update(repr(value).encode())
