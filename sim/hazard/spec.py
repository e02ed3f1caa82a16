"""Reads a hazard file: what shall happen, as far as it is given; the rest is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.document import Form, Name, line_of, read_document
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.hazard.geometry import apart_km
from sim.hazard.tables import earthquake_coefficients

FARTHEST_KM = 200.0
"""The attenuation is valid to 200 km."""


class RegionalLaw(Form):
    """Draw the magnitude from the regional law between two limits."""

    law: Literal["regional"]
    min: float = Field(default=5.0, ge=4.5, le=8.5)
    max: float = Field(default=8.0, ge=4.5, le=8.5)


class Point(Form):
    """An epicentre in degrees WGS84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class OnFault(Form):
    """An epicentre somewhere on a fault of the city."""

    fault: str


class When(Form):
    """Month, hour and weekend; each may be ``random``."""

    month: int | Literal["random"] = "random"
    hour: float | Literal["random"] = "random"
    weekend: bool | Literal["random"] = "random"


class EarthquakeForm(Form):
    """An earthquake file."""

    hazard: Literal["earthquake"]
    id: str
    name: Name
    note: Name = Name()
    magnitude: float | RegionalLaw = Field(default_factory=lambda: RegionalLaw(law="regional"))
    epicentre: Point | OnFault | Literal["random"] = "random"
    strike_deg: float | None = Field(default=None, ge=0, lt=360)
    when: When = When()
    aftershocks: bool = True
    horizon_h: float = Field(default=120.0, gt=0, le=720)
    overrides: dict[str, float] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarthquakeSpec:
    """What is given of an earthquake; ``None`` is drawn for each replication."""

    hazard_id: str
    name: Text
    note: Text
    magnitude: float | None
    magnitude_min: float
    magnitude_max: float
    lon: float | None
    lat: float | None
    fault: int | None
    strike_deg: float | None
    month: int | None
    hour: float | None
    weekend: bool | None
    aftershocks: bool
    horizon_min: float
    coefficients: Coefficients


def read_earthquake(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> EarthquakeSpec:
    """Read the hazard file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    form, nodes = read_document(path, EarthquakeForm)
    problems: list[Problem] = []

    def refuse(code: str, *loc: str, value: object = "", **params: object) -> None:
        problems.append(
            Problem(code=code, file=path.name, row=line_of(nodes, loc), column=".".join(loc), value=str(value), params=params)
        )

    _check(form, city, refuse)
    known = earthquake_coefficients()
    given = {**form.overrides, **{k: v for k, v in (overrides or {}).items() if k in known}}
    try:
        coefficients = known.with_overrides(given, path.name) if given else known
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return _spec(form, city, coefficients)


def _check(form: EarthquakeForm, city: City, refuse: Callable[..., None]) -> None:
    if isinstance(form.magnitude, float | int) and not 4.5 <= form.magnitude <= 8.5:
        refuse("magnitude_range", "magnitude", value=form.magnitude)
    if isinstance(form.magnitude, RegionalLaw) and form.magnitude.min >= form.magnitude.max:
        refuse("magnitude_order", "magnitude", "min", value=form.magnitude.min, max=form.magnitude.max)
    if isinstance(form.epicentre, Point):
        far = float(apart_km(form.epicentre.lon, form.epicentre.lat, city.zones.lon, city.zones.lat).min())
        if far > FARTHEST_KM:
            refuse("too_far", "epicentre", value=f"{far:.0f}", limit=f"{FARTHEST_KM:.0f}")
    if isinstance(form.epicentre, OnFault) and form.epicentre.fault not in {f.fault_id for f in city.faults}:
        known = ", ".join(f.fault_id for f in city.faults)
        refuse("no_such_fault", "epicentre", "fault", value=form.epicentre.fault, known=known)
    if isinstance(form.when.month, int) and not 1 <= form.when.month <= 12:
        refuse("month_range", "when", "month", value=form.when.month)
    if isinstance(form.when.hour, float | int) and not 0 <= form.when.hour < 24:
        refuse("hour_range", "when", "hour", value=form.when.hour)


def _spec(form: EarthquakeForm, city: City, coefficients: Coefficients) -> EarthquakeSpec:
    law = form.magnitude if isinstance(form.magnitude, RegionalLaw) else None
    point = form.epicentre if isinstance(form.epicentre, Point) else None
    fault = form.epicentre.fault if isinstance(form.epicentre, OnFault) else None
    ids = [f.fault_id for f in city.faults]
    when = form.when
    return EarthquakeSpec(
        hazard_id=form.id, name=Text(form.name.zh, form.name.en), note=Text(form.note.zh, form.note.en),
        magnitude=None if isinstance(form.magnitude, RegionalLaw) else float(form.magnitude),
        magnitude_min=law.min if law else coefficients["gr_min"], magnitude_max=law.max if law else coefficients["gr_max"],
        lon=point.lon if point else None, lat=point.lat if point else None, fault=ids.index(fault) if fault else None,
        strike_deg=form.strike_deg, month=None if when.month == "random" else when.month,
        hour=None if when.hour == "random" else float(when.hour), weekend=None if when.weekend == "random" else when.weekend,
        aftershocks=form.aftershocks, horizon_min=form.horizon_h * 60.0, coefficients=coefficients,
    )
