"""What a sensitivity study asks, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.common.types import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityStudy:
    """One hazard, some layouts, and how to look for the numbers that matter; every path is absolute."""

    study_id: str
    name: Text
    file: Path
    city: Path
    scenario: Path
    layouts: tuple[Path, ...]
    """The first one is the reference."""
    measures: tuple[str, ...]
    parameters: Mapping[str, tuple[float, float] | None] | None
    """Coefficients to vary with the range of each, ``None`` for that of the tables; none at all: every judgement."""
    replications: int
    """Disasters at each point; an output is the mean over them."""
    trajectories: int
    sobol_rows: int
    """A power of 2; 0 leaves the second stage out."""
    top: int
    """Parameters of the second stage."""
    seed: int
    confidence: float
    overrides: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A coefficient that is varied."""

    key: str
    unit: str
    value: float
    """In use without this study."""
    low: float
    high: float
    evidence: str
    source: str
    note: str

    def at(self, share: float) -> float:
        """Return the value at this share of the way from low to high."""
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What is looked at: a measure under a layout, or what the layout changes against the reference."""

    measure: str
    layout: str
    versus: str = ""
    """The reference layout if it is a difference, else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one parameter does to one output when it crosses its range, in the unit of the output."""

    key: str
    mu: float
    mu_star: float
    mu_star_low: float
    mu_star_high: float
    sigma: float
    moved: int
    """Trajectories in which the output changed at all."""
    at_low: float
    """Mean of the output at the lower end of the step (the upper one: *at_high*), which is two thirds of the range."""
    at_high: float
    flips: int
    """Trajectories in which this step alone turned the sign of the output; only for differences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Sobol indices of one parameter."""

    key: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Everything about one output."""

    output: Output
    mean: float
    """Over the points of the screening."""
    low: float
    high: float
    positive_share: float
    negative_share: float
    """Share of the points at which the output is above (below) zero."""
    effects: tuple[Effect, ...]
    """The one that matters most first."""
    shares: tuple[Share, ...]
    """In the order of the total index; empty without a second stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What a sensitivity study finds."""

    study: SensitivityStudy
    parameters: tuple[Parameter, ...]
    findings: tuple[Finding, ...]
    idle: tuple[str, ...]
    """Parameters that moved no output in any trajectory."""
    top: tuple[str, ...]
    """Parameters of the second stage."""
    layouts: Mapping[str, Text]
    """Names by id."""
