"""Reads the file of a batch: checks it whole and says every problem with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, field_validator
from ruamel.yaml.comments import CommentedMap

from sim.common.document import line_of
from sim.common.errors import Problem
from sim.common.types import Text
from sim.study.batch.model import DETAIL_REPLICATIONS, TOWNSHIP_REPLICATIONS, BatchStudy, HazardEntry, StopRule
from sim.study.read import STRICT, NameForm, city_problems, dump, list_problems, relative_to, resolve
from sim.study.yamlfile import read_form

MOST_CELLS = 10_000


class HazardForm(BaseModel):
    """A hazard of the grid."""

    model_config = STRICT
    file: str = Field(min_length=1)
    weight: float | None = Field(default=None, gt=0.0)
    per_year: float | None = Field(default=None, gt=0.0)
    replications: int | None = Field(default=None, ge=1, le=10_000_000)


class StopForm(BaseModel):
    """When a cell has enough replications."""

    model_config = STRICT
    measure: str = Field(min_length=1)
    half_width: float | None = Field(default=None, gt=0.0)
    relative: float | None = Field(default=None, gt=0.0, lt=1.0)
    min_replications: int = Field(default=50, ge=20)
    max_replications: int = Field(ge=20, le=10_000_000)


class BatchFile(BaseModel):
    """The form of the file of a batch."""

    model_config = STRICT
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    name: NameForm
    city: str = Field(min_length=1)
    hazards: list[HazardForm] = Field(min_length=1)
    layouts: list[str] = Field(min_length=1)
    parameters: dict[str, list[float]] = Field(default_factory=dict)
    replications: int | None = Field(default=None, ge=1, le=10_000_000)
    stop: StopForm | None = None
    seed: int = Field(ge=0)
    confidence: float = Field(default=0.95, ge=0.5, lt=1.0)
    detail_replications: int = Field(default=DETAIL_REPLICATIONS, ge=0)
    township_replications: int = Field(default=TOWNSHIP_REPLICATIONS, ge=0)
    overrides: dict[str, float] = Field(default_factory=dict)
    rates: str | None = Field(default=None, min_length=1)
    classes: str | None = Field(default=None, min_length=1)

    @field_validator("hazards", mode="before")
    @classmethod
    def name_alone(cls, hazards: object) -> object:
        """Let a hazard be the name of its file and nothing else."""
        if not isinstance(hazards, list):
            return hazards
        return [{"file": hazard} if isinstance(hazard, str) else hazard for hazard in hazards]


def read_batch(path: Path | str) -> BatchStudy:
    """Return the batch in the file *path*; relative paths in it are relative to the file.

    Raises :class:`InputError` with every problem: unknown and missing keys, values out of range, files that do not
    exist or are named twice, parameters without a choice, a grid of too many cells.
    """
    path = Path(path)
    return _batch(path, read_form(path, BatchFile, _file_problems, _form_problems))


def _batch(path: Path, form: BatchFile) -> BatchStudy:
    hazards = tuple(
        HazardEntry(
            file=resolve(path, hazard.file), weight=hazard.weight, per_year=hazard.per_year,
            replications=hazard.replications,
        )
        for hazard in form.hazards
    )
    most = form.stop.max_replications if form.stop is not None else form.replications
    return BatchStudy(
        study_id=form.id, name=Text(form.name.zh, form.name.en), file=path.resolve(), city=resolve(path, form.city),
        hazards=hazards, layouts=tuple(resolve(path, layout) for layout in form.layouts),
        parameters={key: tuple(values) for key, values in form.parameters.items()}, replications=most or 0,
        seed=form.seed, confidence=form.confidence, detail_replications=form.detail_replications,
        township_replications=form.township_replications, overrides=dict(form.overrides), stop=_stop(form.stop),
        rates=None if form.rates is None else resolve(path, form.rates),
        classes=None if form.classes is None else resolve(path, form.classes),
    )


def _stop(form: StopForm | None) -> StopRule | None:
    if form is None:
        return None
    return StopRule(
        measure=form.measure, half_width=form.half_width, relative=form.relative,
        min_replications=min(form.min_replications, form.max_replications),
    )


# ---- problems ------------------------------------------------------------------------------


def _file_problems(path: Path, tree: CommentedMap) -> list[Problem]:
    """Return what is wrong with the city and the files of hazards and layouts, as far as they are texts."""
    problems = city_problems(path, tree)
    hazards, layouts = tree.get("hazards"), tree.get("layouts")
    if isinstance(hazards, list):
        files = [hazard.get("file") if isinstance(hazard, dict) else hazard for hazard in hazards]
        problems += list_problems(path, tree, "hazards", files)
    if isinstance(layouts, list):
        problems += list_problems(path, tree, "layouts", layouts)
    for key in ("rates", "classes"):
        if isinstance(tree.get(key), str):
            found = list_problems(path, tree, key, [tree[key]])
            problems += [replace(problem, row=line_of(tree, (key,))) for problem in found]
    return problems


def _form_problems(path: Path, tree: CommentedMap, form: BatchFile) -> list[Problem]:
    return [*_parameter_problems(path, tree, form), *_stop_problems(path, tree, form)]


def _parameter_problems(path: Path, tree: CommentedMap, form: BatchFile) -> list[Problem]:
    problems, cells = [], len(form.hazards)
    for key, values in form.parameters.items():
        place: dict[str, Any] = {
            "file": str(path), "row": line_of(tree, ("parameters", key)), "column": f"parameters.{key}"
        }
        cells *= max(1, len(values))
        if not values:
            problems.append(Problem(code="form.empty_list", **place))
        twice = sorted({value for value in values if values.count(value) > 1})
        problems += [Problem(code="study.value_twice", value=f"{value:g}", **place) for value in twice]
        if key in form.overrides:
            problems.append(Problem(code="study.override_and_parameter", **place))
    if cells > MOST_CELLS:
        row, params = line_of(tree, ("parameters",)), {"most": f"{MOST_CELLS:,}"}
        problems.append(Problem(code="study.many_cells", file=str(path), row=row, value=f"{cells:,}", params=params))
    return problems


def _stop_problems(path: Path, tree: CommentedMap, form: BatchFile) -> list[Problem]:
    """Return what does not go together: how many replications is said once, and how narrow an interval too."""
    if (form.stop is None) == (form.replications is None):
        code = "study.no_replications" if form.stop is None else "study.replications_and_stop"
        return [Problem(code=code, file=str(path), row=line_of(tree, ("replications",)), column="replications")]
    own = [i for i, hazard in enumerate(form.hazards) if hazard.replications is not None]
    if form.stop is not None and own:
        place, column = line_of(tree, ("hazards", own[0])), "hazards.replications"
        return [Problem(code="study.replications_and_stop", file=str(path), row=place, column=column)]
    if form.stop is not None and (form.stop.half_width is None) == (form.stop.relative is None):
        return [Problem(code="study.how_narrow", file=str(path), row=line_of(tree, ("stop",)), column="stop")]
    return []


# ---- writing -------------------------------------------------------------------------------


def write_batch(study: BatchStudy, file: Path) -> None:
    """Write *study* at *file*, its paths relative to that file, so that it can be run again."""
    tree: dict[str, Any] = {
        "id": study.study_id,
        "name": {"zh": study.name.zh, "en": study.name.en},
        "city": relative_to(study.city, file),
        "hazards": [_hazard(hazard, file) for hazard in study.hazards],
        "layouts": [relative_to(layout, file) for layout in study.layouts],
        "parameters": {key: list(values) for key, values in study.parameters.items()},
        "seed": study.seed,
        "confidence": study.confidence,
        "detail_replications": study.detail_replications,
        "township_replications": study.township_replications,
        "overrides": dict(study.overrides),
    }
    tables = {"rates": study.rates, "classes": study.classes}
    known = {key: relative_to(table, file) for key, table in tables.items() if table is not None}
    dump(tree | _length(study) | known, file)


def _hazard(hazard: HazardEntry, file: Path) -> dict[str, Any]:
    numbers = {"weight": hazard.weight, "per_year": hazard.per_year, "replications": hazard.replications}
    known = {key: value for key, value in numbers.items() if value is not None}
    return {"file": relative_to(hazard.file, file), **known}


def _length(study: BatchStudy) -> dict[str, Any]:
    """Return how many replications are asked for, as the file says it."""
    rule = study.stop
    if rule is None:
        return {"replications": study.replications}
    width = {"half_width": rule.half_width, "relative": rule.relative}
    known = {key: value for key, value in width.items() if value is not None}
    bounds = {"min_replications": rule.min_replications, "max_replications": study.replications}
    return {"stop": {"measure": rule.measure, **known, **bounds}}
