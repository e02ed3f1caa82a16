"""Reads a chemical accident file: what shall happen, as far as it is given; the rest is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from sim.city.model import City
from sim.city.substances import substances
from sim.common.coefficients import Coefficients
from sim.common.document import Form, Name
from sim.common.errors import InputError
from sim.common.types import Text
from sim.hazard.cascade import Cascade, Links, cascade_of, cascade_problems, coefficients_with
from sim.hazard.chemical.spec_problems import (
    ALONE_WITHOUT_FIRE,
    HIGH,
    LOW,
    chosen,
    fire_problems,
    ignitable,
    in_our_words,
    leaks,
    place_problems,
    release_problems,
)
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.form import When, given_moment, given_overrides, overridden, read_form
from sim.hazard.form_problems import override_problems

HORIZON_H = 24.0


def _number(name: str) -> Any:
    return Field(default=None, ge=LOW[name], le=HIGH[name], strict=True)


class ReleaseForm(Form):
    """How it breaks: a class of holes, or a hole of a given size, or a fire that begins beside the vessel."""

    size: Literal["small", "medium", "large", "catastrophic"] | None = None
    hole_mm: float | None = _number("release.hole_mm")
    valve: bool | None = Field(default=None, strict=True)
    fire: bool = Field(default=False, strict=True)
    ignites: bool | None = Field(default=None, strict=True)


class WeatherForm(Form):
    """Wind and stability; what is left out is drawn from the city's wind rose and the hour."""

    wind_ms: float | None = _number("weather.wind_ms")
    from_deg: float | None = _number("weather.from_deg")
    stability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    turns: bool = Field(default=True, strict=True)


class ChemicalForm(Form):
    """A chemical accident file."""

    hazard: Literal["chemical"]
    id: str = Field(min_length=1)
    name: Name
    note: Name = Name()
    site: str | None = None
    vessel: str | None = None
    substance: str | None = None
    release: ReleaseForm = ReleaseForm()
    weather: WeatherForm = WeatherForm()
    when: When = When()
    cascades: Links = True
    horizon_h: float | None = _number("horizon_h")
    overrides: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChemicalSpec:
    """What is given of a chemical accident; ``None`` is drawn for each replication."""

    hazard_id: str
    name: Text
    note: Text
    vessels: tuple[int, ...]
    """Vessels that may be hit; one of them is drawn, by their rates."""
    size: str | None
    hole_mm: float | None
    valve: bool | None
    """The vessel's own valve shuts, or does not."""
    fire: bool
    """It begins with a fire beside the vessel, not with a leak."""
    ignites: bool | None
    wind_ms: float | None
    from_deg: float | None
    """Direction that the wind comes from."""
    stability: str | None
    turns: bool
    """The wind wanders from hour to hour."""
    month: int | None
    hour: float | None
    weekend: bool | None
    cascade: Cascade
    horizon_min: float
    coefficients: Coefficients


def read_chemical(path: Path, city: City, overrides: Mapping[str, float] | None = None) -> ChemicalSpec:
    """Read the chemical accident file *path* for *city*; *overrides* (of a study) replace coefficients that it knows.

    Raises :class:`InputError` with every problem and its line.
    """
    form, nodes = read_form(path, ChemicalForm, in_our_words)
    release, cascade = form.release, cascade_of(form.cascades)
    first = ("fire",) if release.fire else ("release",)
    known = coefficients_with(chemical_coefficients(), cascade, first)
    given = given_overrides(form.overrides, overrides, known)
    named = {key for key in ALONE_WITHOUT_FIRE if getattr(release, key) is not None}
    problems = [
        *(misplaced := place_problems(form.site, form.vessel, form.substance, city, path, nodes)),
        *release_problems(named, release.fire, path, nodes),
        *cascade_problems(form.cascades, first, path, nodes),
        *override_problems(given, known, path, nodes),
    ]
    if city.vessels is not None and not misplaced:
        vessels = leaking_vessels(form, city)
        problems += fire_problems(release.fire, release.ignites, vessels, city.vessels, cascade, path, nodes)
    if problems:
        raise InputError(problems)
    return _spec(form, cascade, city, overridden(known, given, path.name))


def leaking_vessels(form: ChemicalForm, city: City) -> tuple[int, ...]:
    """Return the vessels that fit what is given and can leak; without anything all those of the city that can."""
    v = city.vessels
    if v is None:
        return ()
    fitting = chosen(form.site, form.vessel, form.substance, v, city.chemical_sites.site_id)
    return tuple(i for i in fitting if leaks(v, i))


def eligible_vessels(form: ChemicalForm, city: City) -> tuple[int, ...]:
    """Return the vessels that may be hit: of those that fit, where a fire is asked for, the ones that can burn so."""
    v, fitting = city.vessels, leaking_vessels(form, city)
    if v is None or not (form.release.fire or form.release.ignites):
        return fitting
    held = {i: v.substance[i] for i in fitting}
    if form.release.fire:
        return tuple(i for i, key in held.items() if substances()[key].burns)
    return tuple(i for i, key in held.items() if ignitable(key))


def _spec(form: ChemicalForm, cascade: Cascade, city: City, coefficients: Coefficients) -> ChemicalSpec:
    release, weather = form.release, form.weather
    return ChemicalSpec(
        hazard_id=form.id, name=Text(form.name.zh, form.name.en), note=Text(form.note.zh, form.note.en),
        vessels=eligible_vessels(form, city), size=release.size, hole_mm=release.hole_mm, fire=release.fire,
        valve=release.valve, ignites=release.ignites, wind_ms=weather.wind_ms, from_deg=weather.from_deg,
        stability=weather.stability, turns=weather.turns, cascade=cascade, coefficients=coefficients,
        horizon_min=60.0 * (form.horizon_h if form.horizon_h is not None else HORIZON_H), **given_moment(form.when),
    )
