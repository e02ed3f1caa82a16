"""Reads an earthquake file: what shall happen, as far as it is given; the rest is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.document import Form, Name
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.hazard.cascade import Cascade, Links, cascade_of, cascade_problems, coefficients_with
from sim.hazard.form import Anywhere, When, given_moment, given_overrides, overridden, read_form, shape
from sim.hazard.form_problems import override_problems, problem
from sim.hazard.geometry import apart_km
from sim.hazard.intensity import regions
from sim.hazard.spec_problems import in_our_words
from sim.hazard.tables import earthquake_coefficients

FIRST = ("earthquake",)
"""The kinds of events with which this hazard begins."""
FARTHEST_KM = 200.0
"""The attenuation is valid to 200 km."""
SMALLEST_M, LARGEST_M = 4.5, 8.5


class RegionalLaw(Form):
    """Draw the magnitude from the regional law between two limits (default: those of the table)."""

    law: Literal["regional"]
    min: float | None = Field(default=None, ge=SMALLEST_M, le=LARGEST_M)
    max: float | None = Field(default=None, ge=SMALLEST_M, le=LARGEST_M)


class Point(Form):
    """An epicentre in degrees WGS84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class OnFault(Form):
    """An epicentre somewhere on a fault of the city."""

    fault: str


Number = Annotated[float, Field(ge=SMALLEST_M, le=LARGEST_M, strict=True), Tag("number")]
Magnitude = Annotated[Number | Annotated[RegionalLaw, Tag("parts")], Discriminator(shape)]
Epicentre = Annotated[
    Annotated[Point, Tag("parts")] | Annotated[OnFault, Tag("fault")] | Anywhere, Discriminator(shape)
]

class EarthquakeForm(Form):
    """An earthquake file."""

    hazard: Literal["earthquake"]
    id: str = Field(min_length=1)
    name: Name
    note: Name = Name()
    magnitude: Magnitude = RegionalLaw(law="regional")
    epicentre: Epicentre = "random"
    strike_deg: float | None = Field(default=None, ge=0, lt=360)
    attenuation: str = "eastern strong"
    when: When = When()
    aftershocks: bool = True
    cascades: Links = False
    horizon_h: float = Field(default=120.0, gt=0, le=720)
    overrides: dict[str, float] = Field(default_factory=dict)


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
    attenuation: str
    month: int | None
    hour: float | None
    weekend: bool | None
    aftershocks: bool
    cascade: Cascade
    horizon_min: float
    coefficients: Coefficients


def read_earthquake(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> EarthquakeSpec:
    """Read the hazard file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    form, nodes = read_form(path, EarthquakeForm, in_our_words)
    cascade, own = cascade_of(form.cascades), earthquake_coefficients()
    known = coefficients_with(own, cascade, FIRST)
    given = given_overrides(form.overrides, overrides, known)
    problems = [
        *_where_problems(form, city, path, nodes), *cascade_problems(form.cascades, FIRST, path, nodes),
        *override_problems(given, known, path, nodes, free=own),
    ]
    coefficients = overridden(known, {k: v for k, v in given.items() if k in known}, path.name)
    low, high = _limits(form, coefficients)
    if low >= high:
        problems.append(problem("magnitude_order", path, nodes, ("magnitude", "min"), low, max=high))
    if problems:
        raise InputError(problems)
    return _spec(form, cascade, city, coefficients)


def _where_problems(form: EarthquakeForm, city: City, path: Path, nodes: Any) -> list[Problem]:
    problems = []
    place = form.epicentre
    if isinstance(place, Point):
        far = float(apart_km(place.lon, place.lat, city.zones.lon, city.zones.lat).min())
        if far > FARTHEST_KM:
            limit = f"{FARTHEST_KM:.0f}"
            problems.append(problem("too_far", path, nodes, ("epicentre",), f"{far:.0f}", limit=limit))
    faults = [fault.fault_id for fault in city.faults]
    if isinstance(place, OnFault) and place.fault not in faults:
        known = ", ".join(faults) or "-"
        problems.append(problem("no_such_fault", path, nodes, ("epicentre", "fault"), place.fault, known=known))
    if form.attenuation not in regions():
        known = ", ".join(regions())
        problems.append(problem("no_such_region", path, nodes, ("attenuation",), form.attenuation, known=known))
    return problems


def _limits(form: EarthquakeForm, c: Coefficients) -> tuple[float, float]:
    law = form.magnitude if isinstance(form.magnitude, RegionalLaw) else RegionalLaw(law="regional")
    return (c["gr_min"] if law.min is None else law.min), (c["gr_max"] if law.max is None else law.max)


def _spec(form: EarthquakeForm, cascade: Cascade, city: City, coefficients: Coefficients) -> EarthquakeSpec:
    low, high = _limits(form, coefficients)
    point = form.epicentre if isinstance(form.epicentre, Point) else None
    fault = form.epicentre.fault if isinstance(form.epicentre, OnFault) else None
    return EarthquakeSpec(
        hazard_id=form.id, name=Text(form.name.zh, form.name.en), note=Text(form.note.zh, form.note.en),
        magnitude=None if isinstance(form.magnitude, RegionalLaw) else float(form.magnitude),
        magnitude_min=low, magnitude_max=high, lon=point.lon if point else None, lat=point.lat if point else None,
        fault=[f.fault_id for f in city.faults].index(fault) if fault is not None else None,
        strike_deg=form.strike_deg, attenuation=form.attenuation, aftershocks=form.aftershocks, cascade=cascade,
        horizon_min=form.horizon_h * 60.0, coefficients=coefficients, **given_moment(form.when),
    )
