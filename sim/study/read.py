"""Reads a study file: checks it whole and says every problem with its line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from sim.common.document import line_of
from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.study.model import CHUNK, DETAIL_REPLICATIONS, Study
from sim.study.yamlfile import load_tree, plain, problems_of

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class _Name(BaseModel):
    model_config = STRICT
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class StudyFile(BaseModel):
    """The form of a study file."""

    model_config = STRICT
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    name: _Name
    city: str = Field(min_length=1)
    scenario: str = Field(min_length=1)
    layouts: list[str] = Field(min_length=1)
    replications: int = Field(ge=1, le=10_000_000)
    seed: int = Field(ge=0)
    confidence: float = Field(default=0.95, ge=0.5, lt=1.0)
    chunk: int = Field(default=CHUNK, ge=1, le=10_000)
    detail_replications: int = Field(default=DETAIL_REPLICATIONS, ge=1)
    overrides: dict[str, float] = Field(default_factory=dict)


def read_study(path: Path | str) -> Study:
    """Return the study in the file *path*; relative paths in it are relative to the file.

    Raises :class:`InputError` with every problem: unknown and missing keys, values out of range,
    a layout named twice, files that do not exist.
    """
    path = Path(path)
    tree = load_tree(path)
    problems = _path_problems(path, tree)
    try:
        form = StudyFile.model_validate(plain(tree))
    except ValidationError as error:
        problems += problems_of(error, tree, str(path), StudyFile)
        raise InputError(sorted(problems, key=lambda p: p.row or 0)) from error
    if problems:
        raise InputError(problems)
    return _study(path, form)


def _study(path: Path, form: StudyFile) -> Study:
    return Study(
        study_id=form.id,
        name=Text(form.name.zh, form.name.en),
        file=path.resolve(),
        city=_resolve(path, form.city),
        scenario=_resolve(path, form.scenario),
        layouts=tuple(_resolve(path, layout) for layout in form.layouts),
        replications=form.replications,
        seed=form.seed,
        confidence=form.confidence,
        chunk=form.chunk,
        detail_replications=form.detail_replications,
        overrides=dict(form.overrides),
    )


def _resolve(study_file: Path, target: str) -> Path:
    return (study_file.resolve().parent / target).resolve()


def _path_problems(path: Path, tree: CommentedMap) -> list[Problem]:
    """Return what is wrong with the paths in *tree*, as far as they are texts."""
    problems = []
    city, scenario, layouts = tree.get("city"), tree.get("scenario"), tree.get("layouts")
    if isinstance(city, str) and city and not _resolve(path, city).is_dir():
        problems.append(_missing(path, tree, ("city",), city, "study.missing_city"))
    if isinstance(scenario, str) and scenario and not _resolve(path, scenario).is_file():
        problems.append(_missing(path, tree, ("scenario",), scenario, "study.missing_path"))
    return problems + (_layout_problems(path, tree, layouts) if isinstance(layouts, list) else [])


def _layout_problems(path: Path, tree: CommentedMap, layouts: list[Any]) -> list[Problem]:
    problems = []
    first_line: dict[Path, int | None] = {}
    for i, layout in enumerate(layouts):
        if not isinstance(layout, str):
            continue
        resolved, line = _resolve(path, layout), line_of(tree, ("layouts", i))
        if resolved in first_line:
            problems.append(
                Problem(
                    code="study.layout_twice", file=str(path), row=line, column="layouts", value=layout,
                    params={"first": first_line[resolved]},
                )
            )
        elif not resolved.is_file():
            problems.append(_missing(path, tree, ("layouts", i), layout, "study.missing_path"))
        first_line.setdefault(resolved, line)
    return problems


def _missing(path: Path, tree: CommentedMap, loc: tuple[str | int, ...], value: str, code: str) -> Problem:
    params = {"path": _resolve(path, value)}
    return Problem(code=code, file=str(path), row=line_of(tree, loc), column=str(loc[0]), value=value, params=params)


def write_study(study: Study, file: Path) -> None:
    """Write *study* as a study file at *file*, its paths relative to that file, so that it can be run again."""
    tree = {
        "id": study.study_id,
        "name": {"zh": study.name.zh, "en": study.name.en},
        "city": _relative(study.city, file),
        "scenario": _relative(study.scenario, file),
        "layouts": [_relative(layout, file) for layout in study.layouts],
        "replications": study.replications,
        "seed": study.seed,
        "confidence": study.confidence,
        "chunk": study.chunk,
        "detail_replications": study.detail_replications,
        "overrides": dict(study.overrides),
    }
    yaml = YAML()
    yaml.width = 4096
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(tree, stream)


def _relative(target: Path, file: Path) -> str:
    """Return *target* as seen from the folder of *file*; absolute where no relative path exists (another drive)."""
    try:
        return Path(os.path.relpath(target, file.resolve().parent)).as_posix()
    except ValueError:
        return target.as_posix()
