"""Reads a YAML file with the line of every value, and turns a schema's complaints into problems with their line."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.common.document import line_of
from sim.common.errors import InputError, Problem

RANGES = {
    "greater_than_equal": ("study.at_least", "ge"),
    "greater_than": ("study.more_than", "gt"),
    "less_than_equal": ("study.at_most", "le"),
    "less_than": ("study.less_than", "lt"),
}
TYPES = {
    "int_type": "study.not_an_integer",
    "int_from_float": "study.not_an_integer",
    "float_type": "study.not_a_number",
    "finite_number": "study.not_a_number",
    "string_type": "study.not_a_text",
    "list_type": "study.not_a_list",
    "dict_type": "study.not_a_mapping",
    "model_type": "study.not_a_mapping",
    "model_attributes_type": "study.not_a_mapping",
    "too_short": "study.empty_list",
    "string_too_short": "study.empty_text",
    "string_pattern_mismatch": "study.bad_id",
}
"""Pydantic's words for what can be wrong in a study, and ours."""


def load_tree(path: Path) -> CommentedMap:
    """Return the mapping in the YAML file *path*, with line numbers; UTF-8 or GB18030.

    Raises :class:`InputError` if the file is missing, unreadable, not YAML or not a mapping.
    """
    tree = _parse(path, _decode(path))
    if not isinstance(tree, CommentedMap):
        raise InputError([Problem(code="study.not_a_mapping", file=str(path), row=1)])
    return tree


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
    except YAMLError as error:
        raise InputError([Problem(code="bad_yaml", file=str(path), value=" ".join(str(error).split()))]) from error


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
    loc, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    column = ".".join(str(part) for part in loc)
    place: dict[str, Any] = {"file": file, "row": line_of(tree, loc), "column": column}
    value = str(detail.get("input", ""))
    if kind == "missing":
        return Problem(code="study.missing_key", value=str(loc[-1]), **place)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(loc[-1]), schema.model_fields, n=1)
        known = ", ".join(near or schema.model_fields)
        return Problem(code="study.unknown_key", value=str(loc[-1]), params={"known": known}, **place)
    if kind in RANGES:
        code, bound = RANGES[kind]
        return Problem(code=code, value=value, params={"bound": f"{context[bound]:g}"}, **place)
    if kind in TYPES:
        return Problem(code=TYPES[kind], value=value, **place)
    return Problem(code="study.invalid", value=value, params={"what": detail["msg"]}, **place)
