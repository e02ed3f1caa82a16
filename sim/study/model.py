"""What is asked: a study as it stands in its file, and everything that it names, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.city.model import City
from sim.common.types import Text
from sim.hazard.draw import HazardSpec
from sim.plan.ledger import Ledger
from sim.plan.model import Layout, Plan

CHUNK = 10
"""Replications per task unless the study says otherwise: some seconds of work, so that little is lost."""

DETAIL_REPLICATIONS = 200
"""Replications whose demands, relief and crews are kept row by row; measures are kept for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Layouts × replications of one scenario; every path is absolute."""

    study_id: str
    name: Text
    file: Path
    city: Path
    scenario: Path
    layouts: tuple[Path, ...]
    """The first one is the reference that the others are compared with."""
    replications: int
    seed: int
    confidence: float = 0.95
    chunk: int = CHUNK
    detail_replications: int = DETAIL_REPLICATIONS
    overrides: Mapping[str, float] = field(default_factory=dict)
    """The user's own numbers for coefficients, by key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a replication needs, read and checked, all frozen."""

    city: City
    plan: Plan
    ledger: Ledger
    layouts: tuple[Layout, ...]
    hazard: HazardSpec
    """What the hazard layer draws scenarios from."""
