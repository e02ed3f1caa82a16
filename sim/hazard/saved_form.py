"""The form of a saved scenario: the file ``scenario.json``, and the names of files and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from sim.common.document import Form, Name
from sim.hazard import saved_tables as t

ABOUT = "scenario.json"
FORMAT = 1
OWN_NUMBER: Mapping[str, str] = {"demands": t.DEMAND, "closures": t.CLOSURE, "outages": t.OUTAGE}
"""Tables whose rows others refer to, and the column that holds the number of the row."""
OF_ZONES = ("scout",)
"""Draws whose rows belong to zones; those of all others belong to demands."""
MIDDLE = 0.5
"""Draw of a row that the designer has added without one: the middle of all chances."""


class EventForm(Form):
    """An event of the saved scenario."""

    name: Name
    start_min: float
    parent: int = Field(ge=-1)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    size: float
    kind: str = ""
    only_if: int = Field(default=-1, ge=-1)


class AlertForm(Form):
    """An alert of the saved scenario."""

    known_min: float
    indicator: str
    value: float


class DangerForm(Form):
    """A danger of the saved scenario; people by township code. No deadline: it never comes to that."""

    event: int = Field(ge=-1)
    issue_from_min: float
    deadline_min: float | None
    strike_min: float | None
    evacuate: bool = False
    people: dict[str, int]
    release: int = Field(default=-1, ge=-1)


class FacilityForm(Form):
    """A facility that is out of use for a time."""

    kind: Literal["hospital", "depot_place", "team_place"]
    place: str
    from_min: float
    to_min: float | None
    prevented_by: int = Field(default=-1, ge=-1)


class AvoidableForm(Form):
    """A loss that a demand done in time avoids."""

    demand: int = Field(ge=0)
    by_min: float
    zone: str
    loss_yuan: float = Field(ge=0)


class BurstForm(Form):
    """Something that bursts if a demand becomes real."""

    demand: int = Field(ge=0)
    warned_min: float = Field(ge=0, allow_inf_nan=False)
    crews_hurt_share: float = Field(ge=0, le=1)
    place: str


class AboutForm(Form):
    """The file ``scenario.json``."""

    format: Literal[1]
    city: str
    scenario_id: str
    hazard: str
    title: Name
    seed: int
    replication: int
    month: int = Field(ge=1, le=12)
    hour: float = Field(ge=0, lt=24)
    weekend: bool
    temp_c: float
    wind_ms: float = Field(ge=0)
    horizon_min: float = Field(gt=0)
    events: list[EventForm]
    alerts: list[AlertForm]
    dangers: list[DangerForm]
    notes: dict[str, float | None]
    draws: dict[str, int]
    """Streams of uniform numbers, and how many each row has; 0 for a single one."""
    fields: list[str]
    facilities: tuple[FacilityForm, ...] = ()
    avoidable: tuple[AvoidableForm, ...] = ()
    series: tuple[str, ...] = ()
    """Fields over time; all of them share the minutes of ``series.csv``."""
    bursts: tuple[BurstForm, ...] = ()
    releases: bool = False
    """There is a file ``releases.json``."""


def draw_cells(name: str, count: int) -> list[t.Cell]:
    """Return the columns of the stream *name* with *count* numbers per row (0: a single one, without a number)."""
    names = [f"draw_{name}_{i + 1}" for i in range(count)] if count else [f"draw_{name}"]
    return [t.Cell(column, t.NUMBER, 0, 1) for column in names]
