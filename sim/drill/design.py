"""What a designer asks of a drill, and what the search found for it: records between reader, search and builder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.common.types import Text
from sim.drill.model import Stress


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing to stress: a kind of :data:`sim.drill.model.STRESSES`, its parameters and the band wanted."""

    kind: str
    low: float
    high: float
    params: Mapping[str, str | float]
    """As the kind asks for: ``capability``, ``until_min``, ``measure``, ``limit`` ...; checked by the reader."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A designer's file, read and checked."""

    file: Path
    design_id: str
    name: Text
    city: Path
    hazard: Path
    """The disaster to begin with; the search may vary it."""
    layout: Path | None
    """Who answers; ``None``: the ledger as it stands."""
    form: str
    notice: str
    purpose: Text
    date: str
    """ISO date of the drill."""
    revised: str
    """ISO date of this version of the design: the date on its papers."""
    start: str
    """``HH:MM`` of STARTEX."""
    utc_offset: str
    window_min: float
    hotwash_min: float
    span_h: float
    """Injects come from the first *span_h* hours of the disaster."""
    units: tuple[str, ...]
    """Team ids that take part; empty: those that the disaster calls for."""
    host: Text
    organiser: Text
    venues: Text
    safety_word: Text
    forbidden: tuple[Text, ...]
    """What must not happen, in words; and by ``avoid`` for the machine."""
    avoid: tuple[str, ...]
    """Demand kinds and zone codes that no inject may use."""
    wishes: tuple[Wish, ...]
    vary: Mapping[str, tuple[float, float]]
    """Hazard numbers that the search may set, by dotted name (``magnitude``, ``when.hour`` ...), with their range."""
    teams_out: int
    """So many teams at most may be out of service."""
    alternatives: int
    replications: int
    seed: int
    evaluation_template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One disaster that answers the wishes: enough to draw it again, and what it reached on fresh seeds."""

    number: int
    """1 for the best."""
    seed: int
    replication: int
    """Of :func:`sim.hazard.draw.draw`."""
    changes: Mapping[str, float]
    """Hazard numbers by dotted name, in place of those of the file."""
    teams_out: tuple[str, ...]
    stresses: tuple[Stress, ...]
    realism: float
    """See :attr:`sim.drill.model.Overview.realism`."""
    realism_text: Text
    differs: Text
    """What sets it apart from the others, in numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    design: Design
    choices: tuple[Choice, ...]
    screened: int
    """Disasters that were played."""
    copies: int
    """Copies of them in all."""
    explained: Text
    """When this stress appears: the box of the screened disasters, with coverage and density; may be empty."""
    nearest: Text
    """If nothing plausible reaches a band: how near it came, and why; else empty."""
