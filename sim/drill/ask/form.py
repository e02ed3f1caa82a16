"""The form of a designer's file."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator

from sim.drill.model import FORMS, NOTICES, STRESSES
from sim.study.read import STRICT, NameForm

LEAST_COPIES = 20
"""Fewer copies say nothing of nine in ten."""
TEMPLATE = "aqt9009_field"
"""Sheet of evaluation where the file names none; of a tabletop its sister."""
TABLETOP_TEMPLATE = "aqt9009_tabletop"


class WishForm(BaseModel):
    """One stress; which parameters a kind takes is checked against :data:`sim.drill.seek.stress_params.KINDS`."""

    model_config = STRICT
    kind: Literal[STRESSES]  # type: ignore[valid-type]  # a tuple of words
    band: list[float] = Field(min_length=2, max_length=2)
    weight: float = Field(default=1.0, gt=0.0, le=1000.0)
    capability: str | None = None
    team_type: str | None = None
    until_min: float | None = None
    measure: str | None = None
    limit: float | None = None
    sense: str | None = None
    arrival: str | None = None
    limit_min: float | None = None
    share: float | None = None
    waiting: float | None = None
    minutes: float | None = None
    first: str | None = None
    second: str | None = None
    within_min: float | None = None
    chain: list[str] | None = None
    depth: float | None = None
    rule: str | None = None
    better: str | None = None
    deadline_min: float | None = None
    demand: str | None = None
    actions: float | None = None
    idle_min: float | None = None
    zones: list[str] | None = None
    county: str | None = None

    @field_validator("zones", mode="before")
    @classmethod
    def codes(cls, zones: object) -> object:
        """Let codes stand without quotes."""
        return [str(zone) if isinstance(zone, int) else zone for zone in zones] if isinstance(zones, list) else zones

    @field_validator("chain", mode="before")
    @classmethod
    def links(cls, chain: object) -> object:
        """Let a chain be one word with arrows as well as a list."""
        return [link.strip() for link in chain.split(">")] if isinstance(chain, str) else chain

    @field_validator("county", "capability", "demand", "first", "second", "arrival", mode="before")
    @classmethod
    def word(cls, value: object) -> object:
        """Let codes stand without quotes."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class DesignForm(BaseModel):
    """A designer's file."""

    model_config = STRICT
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    name: NameForm
    city: str = Field(min_length=1)
    hazard: str = Field(min_length=1)
    layout: str | None = None
    form: Literal[FORMS] = "field"  # type: ignore[valid-type]  # a tuple of words
    notice: Literal[NOTICES] = "announced"  # type: ignore[valid-type]  # a tuple of words
    purpose: NameForm | None = None
    date: str
    revised: str | None = None
    start: str = Field(default="09:00")
    utc_offset: str = Field(default="+08:00")
    window_min: float = Field(default=180.0, ge=60.0, le=480.0)
    hotwash_min: float = Field(default=20.0, ge=0.0, le=120.0)
    span_h: float = Field(default=12.0, ge=0.5, le=168.0)
    units: list[str] = Field(default_factory=list)
    host: NameForm | None = None
    organiser: NameForm | None = None
    venues: NameForm | None = None
    safety_word: NameForm | None = None
    forbidden: list[NameForm] = Field(default_factory=list)
    avoid: list[str] = Field(default_factory=list)
    stress: list[WishForm] = Field(min_length=1)
    vary: dict[str, list[float]] = Field(default_factory=dict)
    teams_out: int = Field(default=0, ge=0, le=20)
    alternatives: int = Field(default=3, ge=1, le=5)
    replications: int = Field(default=200, ge=LEAST_COPIES, le=10_000)
    seed: int = Field(default=1, ge=0)
    evaluation_template: str | None = None

    @field_validator("date", "revised", mode="before")
    @classmethod
    def day(cls, value: object) -> object:
        """Take what YAML reads as a date for the words that stood there."""
        return value.isoformat() if isinstance(value, date) else value

    @field_validator("avoid", mode="before")
    @classmethod
    def codes(cls, words: Any) -> Any:
        """Let codes of zones stand without quotes."""
        return [str(word) if isinstance(word, int) else word for word in words] if isinstance(words, list) else words
