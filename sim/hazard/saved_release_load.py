"""Turns the saved releases into those of a scenario, and checks that they fit together and to the people."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from sim.city.table import Problems, Table
from sim.common.types import NEVER, Text
from sim.hazard import saved_tables as t
from sim.hazard.release import Cells, Exposed, Release, Spots
from sim.hazard.saved_refer import Place, Refer
from sim.hazard.saved_releases import LIST, RELEASES, CellsForm, ExposedForm, ReleaseForm, SpotsForm
from sim.hazard.scenario import Casualties

TASKS = ("cover", "curtain", "decontamination", "monitoring", "cordon")
"""What of a release names a demand, beside the one that stops it."""
STOPS = ("leak_control", "tank_fire")
"""Kinds of demands that can stop a release."""
ROUNDING = 1.0 + 1e-6
"""By how much what comes out may exceed what was held."""
LEVELS = 3
"""Rows of ``level_mg_m3``: the yellow, orange and red zone."""
BELOW = 2
"""What a spreadsheet calls the first row below the header."""


def load_releases(forms: Sequence[ReleaseForm], refer: Refer) -> tuple[Release, ...]:
    """Return the releases of *forms*; one that does not fit together is left out, and its problems are kept."""
    found = [_release(form, Place(RELEASES, LIST, i), refer) for i, form in enumerate(forms)]
    return tuple(release for release in found if release is not None)


def _release(form: ReleaseForm, place: Place, refer: Refer) -> Release | None:
    before = len(refer.problems)
    demands = {task: refer.demand(getattr(form, task), place, task) for task in TASKS}
    demands["demand"] = refer.task(form.demand, place, "demand", STOPS)
    refer.event(form.event, place)
    codes = {code: f"spots.zone[{i}]" for i, code in reversed(tuple(enumerate(form.spots.zone)))}
    index = {code: refer.zone(code, place, column) for code, column in codes.items()}
    refer.problems.extend(_misfits(form, place))
    if len(refer.problems) > before:
        return None
    zones = t.ints([index[code] for code in form.spots.zone])
    release: Release = _made(
        Release, form, **demands, cells=_made(Cells, form.cells), spots=_made(Spots, form.spots, zone=zones),
        exposed=_made(Exposed, form.exposed),
    )
    return release


# ---- does a release fit together? ----------------------------------------------------------


def _misfits(form: ReleaseForm, place: Place) -> Problems:
    problems = [
        place.problem("saved.other_length", column, count, due=due, like=like)
        for column, count, due, like in _lengths(form) if count != due
    ]
    problems += _not_rising(form.edges_min, "edges_min", place) + _not_rising(form.level_min, "level_min", place)
    if form.edges_min[0] != 0.0:
        problems.append(place.problem("saved.not_from_0", "edges_min[0]", f"{form.edges_min[0]:g}"))
    for column, values, count, like in (
        ("slot", form.slot, len(form.wind_from_deg), "wind_from_deg"),
        ("spots.cell", form.spots.cell, len(form.cells.lon), "cells"),
        ("exposed.cell", form.exposed.cell, len(form.cells.lon), "cells"),
    ):
        wrong = next((i for i, value in enumerate(values) if value >= count), None)
        if wrong is not None:
            where = f"{column}[{wrong}]"
            problems.append(place.problem("saved.no_such_index", where, values[wrong], like=like, count=count))
    return problems or _more_than_held(form, place)


def _more_than_held(form: ReleaseForm, place: Place) -> Problems:
    out = form.puff_kg + sum(form.air_kg) + sum(form.pool_kg)
    if out <= form.held_kg * ROUNDING:
        return []
    return [place.problem("saved.more_than_held", "held_kg", f"{form.held_kg:g}", out=f"{out:g}")]


def _lengths(form: ReleaseForm) -> Iterator[tuple[str, int, int, str]]:
    """Yield every list of *form*, how many values it has, how many are due, and the list that says so."""
    for name in ("slot", "air_kg", "pool_kg"):
        yield name, len(getattr(form, name)), len(form.edges_min) - 1, "edges_min"
    yield "level_mg_m3", len(form.level_mg_m3), LEVELS, "level_mg_m3"
    for i, limits in enumerate(form.level_mg_m3):
        yield f"level_mg_m3[{i}]", len(limits), len(form.level_min), "level_min"
    yield "cells.reach_mg_m3", len(form.cells.reach_mg_m3), len(form.wind_from_deg), "wind_from_deg"
    for i, reach in enumerate(form.cells.reach_mg_m3):
        yield f"cells.reach_mg_m3[{i}]", len(reach), len(form.cells.lon), "cells.lon"
    yield from _columns("cells", form.cells, "lon")
    yield from _columns("spots", form.spots, "cell")
    yield from _columns("exposed", form.exposed, "cell")


def _columns(table: str, form: CellsForm | SpotsForm | ExposedForm, like: str) -> Iterator[tuple[str, int, int, str]]:
    due = len(getattr(form, like))
    for name, values in form:
        if isinstance(values, list) and name != "reach_mg_m3":
            yield f"{table}.{name}", len(values), due, f"{table}.{like}"


def _not_rising(minutes: Sequence[float], column: str, place: Place) -> Problems:
    fall = next((i for i in range(1, len(minutes)) if minutes[i] <= minutes[i - 1]), None)
    if fall is None:
        return []
    return [place.problem("saved.not_rising", f"{column}[{fall}]", f"{minutes[fall]:g}")]


# ---- does it fit to the people? ------------------------------------------------------------


def check_people(forms: Sequence[ReleaseForm], casualties: Casualties, table: Table) -> Problems:
    """Return what is wrong with the rows of ``casualties.csv`` (*table*) that only a cloud may harm.

    Of each release, and of rows in a row that no cloud reaches, the first is told: one row too many or too few moves
    all that follow.
    """
    problems: Problems = []
    lost = np.isinf(casualties.real_min)
    for i, form in enumerate(forms):
        people = len(form.exposed.cell)
        first, last = form.exposed.first, form.exposed.first + people
        if people and last > len(casualties):
            rows = {"start": first + BELOW, "end": last - 1 + BELOW, "last": len(casualties) - 1 + BELOW}
            place = Place(RELEASES, LIST, i)
            problems.append(place.problem("saved.exposed_missing", "exposed.first", first, people=people, **rows))
        for code, column, wrong in (
            ("saved.exposed_trapped", "demand", casualties.demand[first:last] >= 0),
            ("saved.exposed_hurt", "real_min", np.isfinite(casualties.real_min[first:last])),
        ):
            found = np.flatnonzero(wrong)[:1].tolist()
            problems += [table.problem(code, first + row, column, release=i + 1) for row in found]
        lost[first:last] = False
    begins = np.flatnonzero(np.diff(lost.astype(np.int64), prepend=0) > 0)
    return problems + [table.problem("saved.never_hurt", row, "real_min") for row in begins.tolist()]


# ---- from form to record -------------------------------------------------------------------


def _number(value: float | None) -> float:
    return NEVER if value is None else float(value)


def _floats(values: list[Any]) -> Any:
    if any(isinstance(value, list) for value in values):
        return t.floats([[_number(value) for value in row] for row in values])
    return t.floats([_number(value) for value in values])


_MAKE: Mapping[str, Callable[[Any], Any]] = {
    "str": str, "int": int, "float": _number, "Text": lambda name: Text(name.zh, name.en), "Floats": _floats,
    "Ints": t.ints, "Bools": t.bools,
}
"""How the value of a field comes about, by the type that its record declares."""


def _made(record: type[Any], form: Any, **known: Any) -> Any:
    """Return a *record* of the values of *form*, but for what is *known*."""
    values = {
        field.name: _MAKE[str(field.type)](getattr(form, field.name))
        for field in dataclasses.fields(record) if field.name not in known
    }
    return record(**values, **known)
