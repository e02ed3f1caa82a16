"""Reads a flood file: what shall happen, as far as it is given; the rest is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.document import Form, Name
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.hazard.cascade import NONE, Cascade, Links, cascade_of, cascade_problems, coefficients_with
from sim.hazard.flood.spec_problems import HIGH, LOW, centre_problems, form_problems, in_our_words, season_problems
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.form import When, given_moment, given_overrides, overridden, read_form
from sim.hazard.form_problems import override_problems, problem

FIRST = ("flood",)
"""The kinds of events with which this hazard begins."""
HORIZON_H = {"flash": 72.0, "river": 240.0, "ice": 240.0}


def _number(name: str) -> Any:
    return Field(default=None, ge=LOW[name], le=HIGH[name], strict=True)


class CentreForm(Form):
    """Where the cell stands at the peak of the rain: a point, or the catchment of a gully."""

    lon: float | None = Field(default=None, ge=-180, le=180, strict=True)
    lat: float | None = Field(default=None, ge=-90, le=90, strict=True)
    gully: str | None = None


class StormForm(Form):
    """The storm of a flash flood; what is left out is drawn."""

    total_mm: float | None = _number("storm.total_mm")
    return_period_y: float | None = _number("storm.return_period_y")
    duration_h: float | None = _number("storm.duration_h")
    centre: CentreForm = CentreForm()
    towards_deg: float | None = _number("storm.towards_deg")
    speed_kmh: float | None = _number("storm.speed_kmh")
    area_km2: float | None = _number("storm.area_km2")


class RiverForm(Form):
    """The wave of a river flood."""

    peak_m3s: float | None = _number("river.peak_m3s")
    return_period_y: float | None = _number("river.return_period_y")


class IceForm(Form):
    """The jam: its surcharge above the bankfull stage, and the station at which it stands."""

    surcharge_m: float | None = _number("ice.surcharge_m")
    station: str | None = None


class FloodForm(Form):
    """A flood file."""

    hazard: Literal["flood"]
    kind: Literal["flash", "river", "ice"]
    id: str = Field(min_length=1)
    name: Name
    note: Name = Name()
    storm: StormForm | None = None
    river: RiverForm | None = None
    ice: IceForm | None = None
    when: When = When()
    cascades: Links = False
    horizon_h: float | None = _number("horizon_h")
    overrides: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodSpec:
    """What is given of a flood; ``None`` is drawn for each replication."""

    hazard_id: str
    name: Text
    note: Text
    kind: str
    """``flash``, ``river`` or ``ice``."""
    return_period_y: float | None = None
    """Of the storm at its centre, or of the river's peak."""
    total_mm: float | None = None
    duration_h: float | None = None
    lon: float | None = None
    lat: float | None = None
    gully: int | None = None
    towards_deg: float | None = None
    speed_kmh: float | None = None
    area_km2: float | None = None
    peak_m3s: float | None = None
    surcharge_m: float | None = None
    station: int | None = None
    month: int | None = None
    hour: float | None = None
    weekend: bool | None = None
    cascade: Cascade = NONE
    horizon_min: float
    coefficients: Coefficients


def read_flood(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> FloodSpec:
    """Read the flood file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    form, nodes = read_form(path, FloodForm, in_our_words)
    cascade = cascade_of(form.cascades)
    known = coefficients_with(flood_coefficients(), cascade, FIRST)
    given = given_overrides(form.overrides, overrides, known)
    sections = {"flash": form.storm, "river": form.river, "ice": form.ice}
    centre = form.storm.centre if form.storm else CentreForm()
    problems = [
        *form_problems(form.kind, {k: v is not None for k, v in sections.items()}, city.water, path, nodes),
        *centre_problems(centre.lon, centre.lat, centre.gully, city, path, nodes),
        *_choice_problems(form, city, path, nodes),
        *season_problems(form.kind, form.when.month, path, nodes),
        *cascade_problems(form.cascades, FIRST, path, nodes),
        *override_problems(given, known, path, nodes),
    ]
    if problems:
        raise InputError(problems)
    return _spec(form, cascade, city, overridden(known, given, path.name))


def _choice_problems(form: FloodForm, city: City, path: Path, nodes: Any) -> list[Problem]:
    """Refuse a size given twice and a station that the city does not have."""
    found = []
    storm, river = form.storm, form.river
    if storm and None not in (storm.total_mm, storm.return_period_y):
        loc, value = ("storm", "return_period_y"), storm.return_period_y
        found.append(problem("flood.given_twice", path, nodes, loc, value))
    if river and None not in (river.peak_m3s, river.return_period_y):
        loc, value = ("river", "return_period_y"), river.return_period_y
        found.append(problem("flood.given_twice", path, nodes, loc, value))
    stations = city.water.stations.station_id if city.water else ()
    if form.ice and form.ice.station is not None and form.ice.station not in stations:
        known = ", ".join(stations) or "-"
        found.append(problem("flood.no_such_station", path, nodes, ("ice", "station"), form.ice.station, known=known))
    return found


def _spec(form: FloodForm, cascade: Cascade, city: City, coefficients: Coefficients) -> FloodSpec:
    storm, river, ice = form.storm or StormForm(), form.river or RiverForm(), form.ice or IceForm()
    water = city.water
    gullies = water.gullies.gully_id if water else ()
    stations = water.stations.station_id if water else ()
    gully, station = storm.centre.gully, ice.station
    return FloodSpec(
        hazard_id=form.id, name=Text(form.name.zh, form.name.en), note=Text(form.note.zh, form.note.en), kind=form.kind,
        return_period_y=river.return_period_y if form.kind == "river" else storm.return_period_y,
        total_mm=storm.total_mm, duration_h=storm.duration_h, lon=storm.centre.lon, lat=storm.centre.lat,
        gully=gullies.index(gully) if gully is not None else None, towards_deg=storm.towards_deg,
        speed_kmh=storm.speed_kmh, area_km2=storm.area_km2, peak_m3s=river.peak_m3s, surcharge_m=ice.surcharge_m,
        station=stations.index(station) if station is not None else None,
        cascade=cascade, horizon_min=60.0 * (form.horizon_h if form.horizon_h is not None else HORIZON_H[form.kind]),
        coefficients=coefficients, **given_moment(form.when),
    )
