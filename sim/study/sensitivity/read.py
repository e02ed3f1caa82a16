"""Reads the file of a sensitivity study: checks it whole and says every problem with its line."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, field_validator
from ruamel.yaml.comments import CommentedMap

from sim.common.document import line_of
from sim.common.errors import Problem
from sim.common.types import Text
from sim.study.read import STRICT, NameForm, path_problems, resolve
from sim.study.sensitivity.model import SensitivityStudy
from sim.study.yamlfile import read_form


class SensitivityFile(BaseModel):
    """The form of the file of a sensitivity study."""

    model_config = STRICT
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    name: NameForm
    city: str = Field(min_length=1)
    scenario: str = Field(min_length=1)
    layouts: list[str] = Field(min_length=1)
    measures: list[str] = Field(min_length=1)
    parameters: dict[str, list[float] | None] | None = None
    replications: int = Field(default=5, ge=1, le=100_000)
    trajectories: int = Field(default=10, ge=2, le=10_000)
    sobol_rows: int = Field(default=32, ge=0, le=65_536)
    top: int = Field(default=6, ge=1, le=50)
    seed: int = Field(ge=0)
    confidence: float = Field(default=0.95, ge=0.5, lt=1.0)
    overrides: dict[str, float] = Field(default_factory=dict)

    @field_validator("parameters", mode="before")
    @classmethod
    def keys_alone(cls, parameters: object) -> object:
        """Let parameters be a list of keys, with the ranges of the tables."""
        if isinstance(parameters, list) and all(isinstance(key, str) for key in parameters):
            return dict.fromkeys(parameters)
        return parameters


def read_sensitivity(path: Path | str) -> SensitivityStudy:
    """Return the sensitivity study in the file *path*; relative paths in it are relative to the file.

    Raises :class:`InputError` with every problem of the file itself: keys, numbers, files, ranges that are reversed.
    """
    path = Path(path)
    return _study(path, read_form(path, SensitivityFile, path_problems, _form_problems))


def _study(path: Path, form: SensitivityFile) -> SensitivityStudy:
    given = None
    if form.parameters is not None:
        given = {key: None if ends is None else (ends[0], ends[1]) for key, ends in form.parameters.items()}
    return SensitivityStudy(
        study_id=form.id, name=Text(form.name.zh, form.name.en), file=path.resolve(), city=resolve(path, form.city),
        scenario=resolve(path, form.scenario), layouts=tuple(resolve(path, layout) for layout in form.layouts),
        measures=tuple(dict.fromkeys(form.measures)), parameters=given, replications=form.replications,
        trajectories=form.trajectories, sobol_rows=form.sobol_rows, top=form.top, seed=form.seed,
        confidence=form.confidence, overrides=dict(form.overrides),
    )


def _form_problems(path: Path, tree: CommentedMap, form: SensitivityFile) -> list[Problem]:
    return [*_range_problems(path, tree, form), *_size_problems(path, tree, form)]


def _range_problems(path: Path, tree: CommentedMap, form: SensitivityFile) -> list[Problem]:
    problems = []
    for key, ends in (form.parameters or {}).items():
        row = line_of(tree, ("parameters", key)) if isinstance(tree.get("parameters"), dict) else None
        column = f"parameters.{key}"
        if ends is not None and (len(ends) != 2 or ends[0] >= ends[1]):
            code = "sensitivity.range"
            problems.append(Problem(code=code, file=str(path), row=row, column=column, value=str(ends)))
        if key in form.overrides:
            problems.append(Problem(code="study.override_and_parameter", file=str(path), row=row, column=column))
    if form.parameters is not None and len(form.parameters) < 2:
        row = line_of(tree, ("parameters",))
        problems.append(Problem(code="sensitivity.few", file=str(path), row=row, value=str(len(form.parameters))))
    return problems


def _size_problems(path: Path, tree: CommentedMap, form: SensitivityFile) -> list[Problem]:
    rows = form.sobol_rows
    if rows == 1 or rows & (rows - 1):
        row = line_of(tree, ("sobol_rows",))
        return [Problem(code="sensitivity.rows", file=str(path), row=row, column="sobol_rows", value=str(rows))]
    return []
