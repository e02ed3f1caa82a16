"""Reads a study file: checks it whole and says every problem with its line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from sim.common.document import line_of
from sim.common.errors import Problem
from sim.common.types import Text
from sim.study.model import CHUNK, DETAIL_REPLICATIONS, Study
from sim.study.yamlfile import read_form

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class NameForm(BaseModel):
    """A name in both languages."""

    model_config = STRICT
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class StudyFile(BaseModel):
    """The form of a study file."""

    model_config = STRICT
    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    name: NameForm
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
    return _study(path, read_form(path, StudyFile, path_problems, lambda *_: []))


def _study(path: Path, form: StudyFile) -> Study:
    return Study(
        study_id=form.id,
        name=Text(form.name.zh, form.name.en),
        file=path.resolve(),
        city=resolve(path, form.city),
        scenario=resolve(path, form.scenario),
        layouts=tuple(resolve(path, layout) for layout in form.layouts),
        replications=form.replications,
        seed=form.seed,
        confidence=form.confidence,
        chunk=form.chunk,
        detail_replications=form.detail_replications,
        overrides=dict(form.overrides),
    )


def resolve(study_file: Path, target: str) -> Path:
    """Return the absolute path that *target*, as it stands in *study_file*, means."""
    return (study_file.resolve().parent / target).resolve()


def path_problems(path: Path, tree: CommentedMap) -> list[Problem]:
    """Return what is wrong with the paths in *tree*, as far as they are texts."""
    problems = city_problems(path, tree)
    scenario, layouts = tree.get("scenario"), tree.get("layouts")
    if isinstance(scenario, str) and scenario and not resolve(path, scenario).is_file():
        problems.append(missing(path, tree, ("scenario",), scenario, "study.missing_path"))
    return problems + (list_problems(path, tree, "layouts", layouts) if isinstance(layouts, list) else [])


def city_problems(path: Path, tree: CommentedMap) -> list[Problem]:
    """Return a problem if the city folder that *tree* names is not there."""
    city = tree.get("city")
    if isinstance(city, str) and city and not resolve(path, city).is_dir():
        return [missing(path, tree, ("city",), city, "study.missing_city")]
    return []


def list_problems(path: Path, tree: CommentedMap, key: str, files: list[Any]) -> list[Problem]:
    """Return what is wrong with the *files* that stand under *key*: not there, or named twice."""
    problems = []
    first_line: dict[Path, int | None] = {}
    for i, file in enumerate(files):
        if not isinstance(file, str):
            continue
        resolved, line = resolve(path, file), line_of(tree, (key, i))
        if resolved in first_line:
            code = "study.layout_twice" if key == "layouts" else "study.file_twice"
            params = {"first": first_line[resolved]}
            problems.append(Problem(code=code, file=str(path), row=line, column=key, value=file, params=params))
        elif not resolved.is_file():
            problems.append(missing(path, tree, (key, i), file, "study.missing_path"))
        first_line.setdefault(resolved, line)
    return problems


def missing(path: Path, tree: CommentedMap, loc: tuple[str | int, ...], value: str, code: str) -> Problem:
    """Return the problem that the file or folder *value*, which stands at *loc* of *tree*, is not there."""
    params = {"path": resolve(path, value)}
    return Problem(code=code, file=str(path), row=line_of(tree, loc), column=str(loc[0]), value=value, params=params)


def write_study(study: Study, file: Path) -> None:
    """Write *study* as a study file at *file*, its paths relative to that file, so that it can be run again."""
    tree = {
        "id": study.study_id,
        "name": {"zh": study.name.zh, "en": study.name.en},
        "city": relative_to(study.city, file),
        "scenario": relative_to(study.scenario, file),
        "layouts": [relative_to(layout, file) for layout in study.layouts],
        "replications": study.replications,
        "seed": study.seed,
        "confidence": study.confidence,
        "chunk": study.chunk,
        "detail_replications": study.detail_replications,
        "overrides": dict(study.overrides),
    }
    dump(tree, file)


def dump(tree: dict[str, Any], file: Path) -> None:
    """Write *tree* as YAML to *file*, a line for each value."""
    yaml = YAML()
    yaml.width = 4096
    with file.open("w", encoding="utf-8") as stream:
        yaml.dump(tree, stream)


def relative_to(target: Path, file: Path) -> str:
    """Return *target* as seen from the folder of *file*; absolute where no relative path exists (another drive)."""
    try:
        return Path(os.path.relpath(target, file.resolve().parent)).as_posix()
    except ValueError:
        return target.as_posix()
