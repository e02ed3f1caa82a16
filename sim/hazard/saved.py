"""Keeps one scenario as a folder of tables that an exercise designer can open, edit and play again.

::

    scenario.json    what, when, weather, events, alerts, dangers, bursts, single numbers
    demands.csv      one row per demand; its column ``demand`` is the number that other rows refer to
    casualties.csv   one row per person, those of a demand together, in the order in which rescuers get to them
    closures.csv  outages.csv  displaced.csv
    zones.csv        what each township suffers at once
    fields.csv       shaking, depth ... by event and township
    series.csv       depth ... by minute and township
    releases.json    what leaks from which vessel, where it drifts, who is in the way

Zones, nodes and edges stand in the tables by their codes. What is saved and loaded again is the same to the last bit.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.document import read_document
from sim.common.errors import InputError, Problem
from sim.common.types import NEVER, Text
from sim.hazard import saved_tables as t
from sim.hazard.saved_form import ABOUT, FORMAT, OF_ZONES, OWN_NUMBER, AboutForm, draw_cells
from sim.hazard.saved_load import Loader, Saved
from sim.hazard.saved_releases import RELEASES, as_json
from sim.hazard.scenario import Scenario

EVENT = ("start_min", "parent", "lon", "lat", "size", "kind", "only_if")
SINGLE = (
    "scenario_id", "hazard", "seed", "replication", "month", "hour", "weekend", "temp_c", "wind_ms", "horizon_min",
)
"""What stands in ``scenario.json`` as the scenario has it."""


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
        if scenario.releases:
            (draft / RELEASES).write_text(as_json(scenario.releases, city), encoding="utf-8", newline="\n")
        if folder.is_dir():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _about(s: Scenario, city: City) -> str:
    events = [
        {**{key: getattr(e, key) for key in EVENT}, "name": _name(e.name)}
        for e in s.events
    ]
    dangers = [
        {
            "event": d.event, "issue_from_min": d.issue_from_min, "deadline_min": _or_none(d.deadline_min),
            "strike_min": _or_none(d.strike_min), "evacuate": d.evacuate,
            "people": {city.zones.code[z]: n for z, n in zip(d.zones.tolist(), d.people.tolist(), strict=True)},
            "release": d.release,
        }
        for d in s.dangers
    ]
    about = {
        "format": FORMAT, "city": city.city_id, "title": _name(s.title), **{key: getattr(s, key) for key in SINGLE},
        "events": events,
        "alerts": [{"known_min": a.known_min, "indicator": a.indicator, "value": a.value} for a in s.alerts],
        "dangers": dangers, "notes": {key: _or_none(value) for key, value in s.notes.items()},
        "draws": {name: 0 if draw.ndim == 1 else draw.shape[1] for name, draw in s.draws.items()},
        "fields": list(s.fields),
        "facilities": [
            {"kind": f.kind, "place": f.place, "from_min": f.from_min, "to_min": _or_none(f.to_min),
             "prevented_by": f.prevented_by}
            for f in s.facilities
        ],
        "avoidable": [
            {"demand": a.demand, "by_min": a.by_min, "zone": city.zones.code[a.zone], "loss_yuan": a.loss_yuan}
            for a in s.avoidable
        ],
        "series": list(s.series), "bursts": [dataclasses.asdict(b) for b in s.bursts], "releases": bool(s.releases),
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
    by_zone = [(cell, s.damage[:, i]) for i, cell in enumerate(t.DAMAGE)] + _draw_columns(s, of_zones=True)
    factors = [(cell, s.closures.speed_factor[:, i]) for i, cell in enumerate(t.FACTORS)]
    zone = np.arange(len(city.zones))
    zones = {"zone": zone, **{c.name: getattr(s, c.name) for c in t.ZONES[1:]}}
    events = len(s.events)
    fields = [(t.Cell(name, t.NUMBER), values.reshape(-1)) for name, values in s.fields.items()]
    where = [(t.WHERE[0], np.repeat(np.arange(events), len(zone))), (t.WHERE[1], np.tile(zone, events))]
    content = {
        "demands": _of(s.demands, t.DEMANDS) + _draw_columns(s, of_zones=False),
        "casualties": _of(s.casualties, t.CASUALTIES), "closures": _of(s.closures, t.CLOSURES) + factors,
        "outages": _of(s.outages, t.OUTAGES),
        "displaced": _of(s.displaced, t.DISPLACED), "zones": [(c, zones[c.name]) for c in t.ZONES] + by_zone,
        "fields": (where + fields) if fields else [], "series": _series_columns(s, zone),
    }
    return {name: _cells(name, columns, city) for name, columns in content.items() if columns}


def _series_columns(s: Scenario, zone: Any) -> list[tuple[t.Cell, Any]]:
    if not s.series:
        return []
    minute = next(iter(s.series.values())).minute
    where = [(t.SERIES[0], np.repeat(minute, len(zone))), (t.SERIES[1], np.tile(zone, len(minute)))]
    return where + [(t.Cell(name, t.NUMBER), series.value.reshape(-1)) for name, series in s.series.items()]


def _of(table: Any, cells: tuple[t.Cell, ...]) -> list[tuple[t.Cell, Any]]:
    return [(cell, getattr(table, cell.name)) for cell in cells]


def _draw_columns(s: Scenario, *, of_zones: bool) -> list[tuple[t.Cell, Any]]:
    columns: list[tuple[t.Cell, Any]] = []
    for name, draw in s.draws.items():
        if (name in OF_ZONES) == of_zones:
            values = draw[:, None] if draw.ndim == 1 else draw
            cells = draw_cells(name, 0 if draw.ndim == 1 else draw.shape[1])
            columns += [(cell, values[:, i]) for i, cell in enumerate(cells)]
    return columns


def _cells(table: str, columns: list[tuple[t.Cell, Any]], city: City) -> dict[str, list[str]]:
    cells: dict[str, list[str]] = {}
    if table in OWN_NUMBER:
        cells[OWN_NUMBER[table]] = [str(i) for i in range(len(columns[0][1]))]
    for cell, values in columns:
        cells[cell.name] = t.written(cell, values, city)
        if cell.form == t.ZONE:
            cells["zone_name"] = [city.zones.name[z].of("zh") for z in values.tolist()]
    return cells


def saved_city(folder: Path) -> str:
    """Return the id of the city of the scenario saved in *folder*; :class:`InputError` if none is saved there."""
    return _read_about(folder).city


def load_scenario(folder: Path, city: City) -> Scenario:
    """Return the scenario saved in *folder*, as :func:`load_saved` does, without what stands beside it."""
    return load_saved(folder, city).scenario


def load_saved(folder: Path, city: City, kinds: Sequence[str] | None = None) -> Saved:
    """Return the scenario saved in *folder*; rows of demands may stand in any order.

    Raises :class:`InputError` with every problem found: files and columns that are missing, values that make no
    sense, rows that refer to others that there are not, demands of a kind that is not among *kinds* (if given).
    """
    about = _read_about(folder)
    if about.city != city.city_id:
        params = {"city": city.city_id}
        raise InputError([Problem(code="saved.other_city", file=ABOUT, column="city", value=about.city, params=params)])
    return Loader(folder, about, city, kinds).saved()


def _read_about(folder: Path) -> AboutForm:
    if not is_saved(folder):
        raise InputError([Problem(code="saved.not_one", file=str(folder))])
    about, _ = read_document(folder / ABOUT, AboutForm)
    return about
