"""The file ``releases.json`` of a saved scenario: one object per release, its numbers by name.

Lists count from 0: ``slot``, ``cell`` and ``first`` point to what stands so far down. A demand is meant by its number
in ``demands.csv`` (-1: none), a township by its code; ``null`` is *never*, or a load or limit that nothing reaches.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, TypeAdapter, ValidationError

from sim.city.model import City
from sim.city.table import Problems, decode
from sim.common.document import Form, Name, complaint
from sim.common.errors import Problem
from sim.common.texts import in_both
from sim.common.types import NEVER, Text
from sim.hazard.release import Release

RELEASES = "releases.json"
LIST = "releases"
"""What the list of releases is called where one of them has a problem."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Index = Annotated[int, Field(ge=0)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]
Reference = Annotated[int, Field(ge=-1)]


class CellsForm(Form):
    """Places in the way of a cloud."""

    lon: list[Lon]
    lat: list[Lat]
    radius_m: list[Amount]
    reach_mg_m3: list[list[Amount]]
    delay_min: list[Amount | None]
    puff_mg_m3: list[Amount]
    puff_min: list[Amount]


class SpotsForm(Form):
    """Groups of people in the way of a cloud; townships by code."""

    cell: list[Index]
    zone: list[str]
    people: list[Amount]
    at_work: list[bool]
    outdoors_share: list[Share]


class ExposedForm(Form):
    """People whom a cloud could harm: rows of ``casualties.csv`` from *first* on, the one below the header being 0."""

    first: Index
    cell: list[Index]
    outdoors: list[bool]
    at_work: list[bool]
    hurt_load: list[Amount | None]
    grave_load: list[Amount | None]
    lethal_load: list[Amount | None]
    acts_after_min: list[Amount | None]
    leaves: list[bool]
    heed_draw: list[Share]


class ReleaseForm(Form):
    """A vessel that leaks."""

    vessel: str
    name: Name
    substance: str
    event: Index
    demand: Reference
    cover: Reference
    curtain: Reference
    decontamination: Reference
    monitoring: Reference
    cordon: Reference
    isolation_m: Amount
    curtain_share: Share
    fixed_curtain_min: Amount | None
    start_min: Amount
    lon: Lon
    lat: Lat
    wind_from_deg: list[Number] = Field(min_length=1)
    wind_ms: Amount
    stability: str
    held_kg: Amount
    puff_kg: Amount
    edges_min: list[Amount] = Field(min_length=1)
    slot: list[Index]
    air_kg: list[Amount]
    pool_kg: list[Amount]
    evaporation_kg_min_m2: Amount
    pool_m2_per_kg: Amount
    bund_m2: Amount | None
    toxic_n: Amount
    level_min: list[Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(min_length=1)
    level_mg_m3: list[list[Amount | None]]
    cells: CellsForm
    spots: SpotsForm
    exposed: ExposedForm


_FILE = TypeAdapter(list[ReleaseForm])


# ---- writing -------------------------------------------------------------------------------


def as_json(releases: Sequence[Release], city: City) -> str:
    """Return *releases* as the text of the file; a list of numbers stands on one line.

    Raises ``ValueError`` if one of them holds what the file cannot say.
    """
    content = [_plain(release) for release in releases]
    for release in content:
        release["spots"]["zone"] = [city.zones.code[zone] for zone in release["spots"]["zone"]]
    _FILE.validate_python(content)
    return _lines(content, "\n") + "\n"


def _plain(value: Any) -> Any:
    """Return *value* as JSON can hold it."""
    if isinstance(value, Text):
        return value._asdict()
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if value == NEVER else value


def _lines(value: Any, end: str) -> str:
    """Return *value* as JSON; whatever holds lists or objects goes over several lines, of which *end* ends each."""
    parts = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list) or not any(isinstance(part, dict | list) for part in parts):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    names = [f"{json.dumps(key)}: " for key in value] if isinstance(value, dict) else [""] * len(value)
    inner = f"{end} "
    body = f",{inner}".join(name + _lines(part, inner) for name, part in zip(names, parts, strict=True))
    first, last = "{}" if isinstance(value, dict) else "[]"
    return f"{first}{inner}{body}{end}{last}"


# ---- reading -------------------------------------------------------------------------------


def read_releases(path: Path, problems: Problems) -> list[ReleaseForm]:
    """Return the releases of the file *path*; all that is wrong with one of them by itself goes into *problems*."""
    content = decode(path, problems)
    if content is None:
        return []
    try:
        return _FILE.validate_python(json.loads(content))
    except json.JSONDecodeError as error:
        problems.append(Problem(code="saved.bad_json", file=path.name, row=error.lineno, value=error.msg))
    except ValidationError as error:
        problems += [_problem(path.name, dict(detail)) for detail in error.errors()]
    return []


def _problem(file: str, detail: dict[str, Any]) -> Problem:
    """Turn one of pydantic's errors into a problem with a sentence of our own."""
    kind, loc = detail["type"], detail["loc"]
    item = (LIST, int(loc[0]) + 1) if loc else None
    column = column_of(loc[1:]) or None
    if kind in ("extra_forbidden", "missing"):
        code, value = ("key_missing", "") if kind == "missing" else ("unknown_key", str(loc[-1]))
        return Problem(code=code, file=file, item=item, column=column, value=value)
    value = "null" if detail["input"] is None else str(detail["input"])[:80]
    why, words = complaint(detail)
    why = OF_JSON.get(why, why)
    said = in_both(f"problem.{why}", value=value, **words)
    return Problem(code="bad_value", file=file, item=item, column=column, value=value, params={"why": said})


OF_JSON = {"form.not_a_list": "saved.not_a_list", "form.not_a_mapping": "saved.not_an_object"}
"""Sentences for JSON in the place of those that say how a thing is written in YAML."""


def column_of(loc: Sequence[int | str]) -> str:
    """Return the way *loc* into a release as one word, such as ``cells.reach_mg_m3[0][12]``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")
