"""Keeps one scenario as a folder of tables that an exercise designer can open, edit and play again.

::

    scenario.json    what, when, weather, events, alerts, dangers, single numbers
    demands.csv      one row per demand; its column ``demand`` is the number that other rows refer to
    casualties.csv   one row per person, those of a demand together, in the order in which rescuers get to them
    closures.csv  outages.csv  displaced.csv
    zones.csv        what each township suffers at once
    fields.csv       shaking, depth ... by event and township

Zones, nodes and edges stand in the tables by their codes. What is saved and loaded again is the same to the last bit.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field

from sim.city.model import City
from sim.city.table import Column, Problems, Table, check_unique, read_table
from sim.common.document import Form, Name, read_document
from sim.common.errors import InputError, Problem
from sim.common.types import NEVER, Floats, Ints, Text, frozen
from sim.hazard import saved_tables as t
from sim.hazard.scenario import (
    Alert,
    Casualties,
    Closures,
    Danger,
    Demands,
    Displaced,
    Event,
    Outages,
    Scenario,
)

ABOUT = "scenario.json"
FORMAT = 1
NAMED = (t.Cell("zone_name", t.WORD),)
"""Says to the reader which township a code means; not read back."""
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
    people: dict[str, int]


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


def is_saved(folder: Path) -> bool:
    """Tell whether *folder* looks like a saved scenario."""
    return (folder / ABOUT).is_file()


# ---- save ----------------------------------------------------------------------------------


def save_scenario(scenario: Scenario, city: City, folder: Path) -> None:
    """Write *scenario* to the new *folder*, whole or not at all.

    Raises ``OSError`` if that cannot be, in particular if *folder* exists and is not empty.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".tmp-{folder.name}-{os.getpid()}")
    draft.mkdir()
    try:
        (draft / ABOUT).write_text(_about(scenario, city), encoding="utf-8", newline="\n")
        for name, columns in _tables(scenario, city).items():
            (draft / f"{name}.csv").write_text(t.as_csv(columns), encoding="utf-8-sig", newline="\n")
        if folder.is_dir():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _about(s: Scenario, city: City) -> str:
    events = [
        {"name": _name(e.name), "start_min": e.start_min, "parent": e.parent, "lon": e.lon, "lat": e.lat, "size": e.size}
        for e in s.events
    ]
    dangers = [
        {
            "event": d.event, "issue_from_min": d.issue_from_min, "deadline_min": _or_none(d.deadline_min),
            "people": {city.zones.code[z]: n for z, n in zip(d.zones.tolist(), d.people.tolist(), strict=True)},
        }
        for d in s.dangers
    ]
    about = {
        "format": FORMAT, "city": city.city_id, "scenario_id": s.scenario_id, "hazard": s.hazard, "title": _name(s.title),
        "seed": s.seed, "replication": s.replication, "month": s.month, "hour": s.hour, "weekend": s.weekend,
        "temp_c": s.temp_c, "wind_ms": s.wind_ms, "horizon_min": s.horizon_min, "events": events,
        "alerts": [{"known_min": a.known_min, "indicator": a.indicator, "value": a.value} for a in s.alerts],
        "dangers": dangers, "notes": {key: _or_none(value) for key, value in s.notes.items()},
        "draws": {name: 0 if draw.ndim == 1 else draw.shape[1] for name, draw in s.draws.items()},
        "fields": list(s.fields),
    }
    return json.dumps(about, ensure_ascii=False, indent=1, allow_nan=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python; they stand where a single number was drawn."""
    if isinstance(value, np.generic):
        return value.item()
    msg = f"{value!r} cannot be saved"
    raise TypeError(msg)


def _name(name: Text) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}


def _or_none(minute: float) -> float | None:
    return None if minute == NEVER else minute


def _tables(s: Scenario, city: City) -> dict[str, dict[str, list[str]]]:
    """Return the cells of every table by column."""
    demands, casualties, closures, outages, displaced = s.demands, s.casualties, s.closures, s.outages, s.displaced
    by_zone = [(cell, s.damage[:, i]) for i, cell in enumerate(t.DAMAGE)] + _draw_columns(s, of_zones=True)
    factors = [(cell, closures.speed_factor[:, i]) for i, cell in enumerate(t.FACTORS)]
    zone = np.arange(len(city.zones))
    zones = {"zone": zone, **{c.name: getattr(s, c.name) for c in t.ZONES[1:]}}
    events = len(s.events)
    fields = [(t.Cell(name, t.NUMBER), values.reshape(-1)) for name, values in s.fields.items()]
    where = [(t.Cell("event", t.EVENT), np.repeat(np.arange(events), len(zone))), (t.ZONES[0], np.tile(zone, events))]
    content = {
        "demands": _of(demands, t.DEMANDS) + _draw_columns(s, of_zones=False), "casualties": _of(casualties, t.CASUALTIES),
        "closures": _of(closures, t.CLOSURES) + factors, "outages": _of(outages, t.OUTAGES),
        "displaced": _of(displaced, t.DISPLACED), "zones": [(c, zones[c.name]) for c in t.ZONES] + by_zone,
        "fields": (where + fields) if fields else [],
    }
    return {name: _cells(name, columns, city) for name, columns in content.items() if columns}


def _of(table: Any, cells: tuple[t.Cell, ...]) -> list[tuple[t.Cell, Any]]:
    return [(cell, getattr(table, cell.name)) for cell in cells]


def _draw_columns(s: Scenario, *, of_zones: bool) -> list[tuple[t.Cell, Any]]:
    columns: list[tuple[t.Cell, Any]] = []
    for name, draw in s.draws.items():
        if (name in OF_ZONES) == of_zones:
            values = draw.reshape(len(draw), -1)
            cells = draw_cells(name, 0 if draw.ndim == 1 else draw.shape[1])
            columns += [(cell, values[:, i]) for i, cell in enumerate(cells)]
    return columns


def draw_cells(name: str, count: int) -> list[t.Cell]:
    """Return the columns of the stream *name* with *count* numbers per row (0: a single one, without a number)."""
    names = [f"draw_{name}_{i + 1}" for i in range(count)] if count else [f"draw_{name}"]
    return [t.Cell(column, t.NUMBER, 0, 1) for column in names]


def _cells(table: str, columns: list[tuple[t.Cell, Any]], city: City) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    if table in OWN_NUMBER:
        cells[OWN_NUMBER[table]] = [str(i) for i in range(len(columns[0][1]))]
    for cell, values in columns:
        cells[cell.name] = t.written(cell, values, city)
        if cell.form == t.ZONE:
            cells["zone_name"] = [city.zones.name[z].of("zh") for z in values.tolist()]
    return cells


# ---- load ----------------------------------------------------------------------------------


def load_scenario(folder: Path, city: City) -> Scenario:
    """Return the scenario saved in *folder*; rows of demands may stand in any order.

    Raises :class:`InputError` with every problem found: files and columns that are missing, values that make no
    sense, rows that refer to others that there are not.
    """
    if not is_saved(folder):
        raise InputError([Problem(code="saved.not_one", file=str(folder))])
    about, _ = read_document(folder / ABOUT, AboutForm)
    if about.city != city.city_id:
        params = {"city": city.city_id}
        raise InputError([Problem(code="saved.other_city", file=ABOUT, column="city", value=about.city, params=params)])
    problems: Problems = []
    loader = _Loader(folder, about, city, problems)
    scenario = loader.scenario() if not problems else None
    if scenario is None or problems:
        raise InputError(problems)
    return scenario


class _Loader:
    """Reads the tables of one saved scenario; what is wrong goes into *problems*."""

    def __init__(self, folder: Path, about: AboutForm, city: City, problems: Problems) -> None:
        self.folder, self.about, self.city, self.problems = folder, about, city, problems
        self.places = t.places(city)
        draws = [cell for name, count in about.draws.items() for cell in draw_cells(name, count)]
        of_zones = [cell for name in OF_ZONES if name in about.draws for cell in draw_cells(name, about.draws[name])]
        self.tables = {
            "demands": self._read("demands", t.DEMANDS, [cell for cell in draws if cell not in of_zones]),
            "casualties": self._read("casualties", t.CASUALTIES),
            "closures": self._read("closures", t.CLOSURES + t.FACTORS),
            "outages": self._read("outages", t.OUTAGES),
            "displaced": self._read("displaced", t.DISPLACED),
            "zones": self._read("zones", t.ZONES + t.DAMAGE, of_zones),
        }
        if about.fields:
            cells = tuple(t.Cell(name, t.NUMBER) for name in about.fields)
            self.tables["fields"] = self._read("fields", (t.Cell("event", t.EVENT), t.ZONES[0], *cells))
        self.order = _by_time(self.tables["demands"])
        self.rows = {own: self._numbers(name) for name, own in OWN_NUMBER.items()}

    def _read(self, name: str, cells: tuple[t.Cell, ...], draws: list[t.Cell] | None = None) -> Table:
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            self.problems.append(Problem(code="saved.missing_table", file=path.name, value=str(self.folder)))
            return Table(path.name)
        columns = [t.column(cell, len(self.about.events)) for cell in cells]
        columns += [Column(cell.name, float, cell.low, cell.high, blank=MIDDLE) for cell in draws or []]
        if name in OWN_NUMBER:
            columns.append(Column(OWN_NUMBER[name], int, 0))
        if any(cell.form == t.ZONE for cell in cells):
            columns.append(Column("zone_name", required=False))
        found: Problems = []
        table = read_table(path, columns, found)
        self.problems.extend(problem for problem in found if problem.code != "no_rows")
        return table

    def _numbers(self, name: str) -> dict[int, int]:
        """Return the index that each row of the table *name* gets by the number that it carries."""
        table, own = self.tables[name], OWN_NUMBER[name]
        check_unique(table, own, self.problems)
        numbers = table.values.get(own, [])
        return {numbers[row]: i for i, row in enumerate(self.order if name == "demands" else range(len(numbers)))}

    def column(self, name: str, cell: t.Cell) -> Any:
        return t.array(self.tables[name], cell, self.places, self.rows, self.problems)

    def of(self, name: str, cells: tuple[t.Cell, ...]) -> dict[str, Any]:
        return {cell.name: self.column(name, cell) for cell in cells}

    def scenario(self) -> Scenario:
        """Return the whole scenario; what does not fit together is a problem."""
        a, damage = self.about, [self.column("zones", cell) for cell in t.DAMAGE]
        demands, casualties = self._demands(), Casualties(**self.of("casualties", t.CASUALTIES))
        self._check_casualties(demands, casualties)
        zones, zone = self._zones()
        by_zone = {name: frozen(np.asarray(values)[zone]) for name, values in zones.items()}
        return Scenario(
            scenario_id=a.scenario_id, hazard=a.hazard, title=Text(a.title.zh, a.title.en), seed=a.seed,
            replication=a.replication, month=a.month, hour=float(a.hour), weekend=a.weekend, temp_c=float(a.temp_c),
            wind_ms=float(a.wind_ms), horizon_min=float(a.horizon_min), events=self._events(), demands=demands,
            casualties=casualties, closures=self._closures(), outages=Outages(**self.of("outages", t.OUTAGES)),
            displaced=Displaced(**self.of("displaced", t.DISPLACED)), alerts=self._alerts(), dangers=self._dangers(),
            fields=self._fields(), damage=frozen(np.stack(damage, axis=1)[zone]), draws=self._draws(zone),
            notes={key: NEVER if value is None else float(value) for key, value in a.notes.items()}, **by_zone,
        )
