"""Reads a YAML file with the line of every value, and turns a schema's complaints into problems with their line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.common.document import complaint, line_of, place_of
from sim.common.errors import InputError, Problem

FormT = TypeVar("FormT", bound=BaseModel)
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def load_tree(path: Path) -> CommentedMap:
    """Return the mapping in the YAML file *path*, with line numbers; UTF-8 or GB18030.

    Raises :class:`InputError` if the file is missing, unreadable, not YAML or not a mapping.
    """
    source = _decode(path)
    tree = _parse(path, source)
    if tree is None:
        raise InputError([Problem(code="study.empty_file", file=str(path))])
    if not isinstance(tree, CommentedMap):
        first = next(line.strip() for line in source.splitlines() if line.strip())
        raise InputError([Problem(code="form.not_a_mapping", file=str(path), row=1, value=first)])
    return tree


def read_form(
    path: Path, form: type[FormT], before: Callable[[Path, CommentedMap], list[Problem]],
    after: Callable[[Path, CommentedMap, FormT], list[Problem]],
) -> FormT:
    """Return the YAML file *path* as *form*.

    Raises :class:`InputError` with every problem, by line: those that *before* finds in the tree and those of the form,
    or those of *before* and those that *after* finds in a form that is right by itself.
    """
    tree = load_tree(path)
    problems = before(path, tree)
    try:
        made = form.model_validate(plain(tree))
    except ValidationError as error:
        problems += problems_of(error, tree, str(path), form)
        raise InputError(sorted(problems, key=lambda p: p.row or 0)) from error
    problems += after(path, tree, made)
    if problems:
        raise InputError(sorted(problems, key=lambda p: p.row or 0))
    return made


def _decode(path: Path) -> str:
    if not path.is_file():
        raise InputError([Problem(code="study.missing_file", file=str(path), value=str(path))])
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = Problem(code="unreadable_file", file=str(path), value=error.strerror or str(error))
        raise InputError([problem]) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError([Problem(code="study.encoding", file=str(path))])


def _parse(path: Path, source: str) -> Any:
    try:
        return YAML(typ="rt").load(source)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context).split())
        row = mark.line + 1 if mark is not None else None
        raise InputError([Problem(code="bad_yaml", file=str(path), row=row, value=what)]) from error
    except (YAMLError, ValueError) as error:  # a ValueError is a day that no calendar has
        row, day = _no_such_day(source)
        if day:
            raise InputError([Problem(code="no_such_day", file=str(path), row=row, value=day)]) from error
        raise InputError([Problem(code="bad_yaml", file=str(path), value=" ".join(str(error).split()))]) from error


def _no_such_day(source: str) -> tuple[int | None, str]:
    """Return line and words of the first value that looks like a day and is none; ``None`` and nothing without one."""
    for row, line in enumerate(source.splitlines(), start=1):
        for day in DAY.findall(line.partition("#")[0]):
            try:
                date.fromisoformat(day)
            except ValueError:
                return row, day
    return None, ""


def plain(node: Any) -> Any:
    """Return *node* without ruamel's wrappers: dicts, lists, strings and numbers."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def problems_of(error: ValidationError, tree: CommentedMap, file: str, schema: type[BaseModel]) -> list[Problem]:
    """Return pydantic's complaints about *tree* as problems, each with its line and the way out."""
    return [_problem(dict(detail), tree, file, schema) for detail in error.errors(include_url=False)]


def _problem(detail: dict[str, Any], tree: CommentedMap, file: str, schema: type[BaseModel]) -> Problem:
    loc, kind = detail["loc"], detail["type"]
    item, column = place_of(loc)
    place: dict[str, Any] = {"file": file, "row": line_of(tree, loc), "item": item, "column": column}
    if kind == "missing":
        return Problem(code="study.missing_key", value=str(loc[-1]), **place)
    if kind == "extra_forbidden":
        keys = _keys(schema, loc)
        known = ", ".join(difflib.get_close_matches(str(loc[-1]), keys, n=1) or keys)
        return Problem(code="study.unknown_key", value=str(loc[-1]), params={"known": known}, **place)
    code, params = complaint(detail)
    return Problem(code=code, value=str(detail.get("input", "")), params=params, **place)


def _keys(schema: type[BaseModel], loc: Sequence[int | str]) -> list[str]:
    """Return the keys of the form around *loc*, which may stand inside that of the whole file."""
    for step in loc[:-1]:
        field = schema.model_fields.get(str(step))
        schema = next(_forms(field.annotation), schema) if field is not None else schema
    return list(schema.model_fields)


def _forms(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the forms that stand in a type: of itself, of its items, of its alternatives."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _forms(part)
