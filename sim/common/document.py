"""Reads a YAML file into a checked model and says of every mistake on which line it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.common.errors import InputError, Problem
from sim.common.texts import in_both


class Form(BaseModel):
    """A form that a user fills in: unknown keys are mistakes, nothing is guessed; an id of digits needs no quotes."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Name(Form):
    """One thing said in Chinese and in English."""

    zh: str = ""
    en: str = ""


FormT = TypeVar("FormT", bound=Form)


def read_document(path: Path, form: type[FormT]) -> tuple[FormT, Any]:
    """Read *path* as *form*; returns it with the YAML nodes, whose line numbers :func:`line_of` gives.

    Raises :class:`InputError` with every mistake at once.
    """
    nodes = _load(path)
    try:
        return form.model_validate(_plain(nodes)), nodes
    except ValidationError as error:
        raise InputError(_problem(path.name, nodes, dict(e)) for e in error.errors()) from None


def _load(path: Path) -> Any:
    try:
        nodes = YAML().load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(path))]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(code="unreadable_file", file=path.name, value=str(error))]) from None
    except MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else None
        raise InputError([Problem(code="bad_yaml", file=path.name, row=row, value=str(error.problem))]) from None
    except YAMLError as error:
        raise InputError([Problem(code="bad_yaml", file=path.name, value=" ".join(str(error).split()))]) from None
    if nodes is None:
        raise InputError([Problem(code="empty_file", file=path.name)])
    return nodes


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def as_yaml(value: Any) -> str:
    """Return *value* on one line as a YAML file would have it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_yaml, value))}]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def line_of(nodes: Any, loc: tuple[Any, ...]) -> int | None:
    """Return the line (1 = first) of the value that *loc* leads to, as far as the file has it."""
    line = None
    for step in loc:
        try:
            if isinstance(nodes, dict):
                line = int(nodes.lc.key(step)[0]) + 1  # type: ignore[attr-defined]  # ruamel's commented map
            elif isinstance(nodes, list):
                line = int(nodes.lc.item(step)[0]) + 1  # type: ignore[attr-defined]  # ruamel's commented list
            nodes = nodes[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            continue
    return line


RANGES = {
    "greater_than_equal": ("form.at_least", "ge"),
    "greater_than": ("form.more_than", "gt"),
    "less_than_equal": ("form.at_most", "le"),
    "less_than": ("form.less_than", "lt"),
}
TYPES = {
    "int_type": "form.not_an_integer", "int_from_float": "form.not_an_integer", "int_parsing": "form.not_an_integer",
    "int_parsing_size": "form.not_an_integer",
    "float_type": "form.not_a_number", "float_parsing": "form.not_a_number", "finite_number": "form.not_a_number",
    "bool_type": "form.not_yes_or_no", "bool_parsing": "form.not_yes_or_no",
    "string_type": "form.not_a_text",
    "list_type": "form.not_a_list", "tuple_type": "form.not_a_list",
    "dict_type": "form.not_a_mapping", "model_type": "form.not_a_mapping",
    "model_attributes_type": "form.not_a_mapping",
    "too_short": "form.empty_list", "string_too_short": "form.empty_text", "string_pattern_mismatch": "form.bad_id",
}
"""Pydantic's words for what can be wrong in a form, and ours."""
OWN = ("one_change",)
"""Complaints that our own forms make; what they say fills the sentence of the same name."""


def complaint(detail: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    """Return the code of our sentence for one of pydantic's errors, and what fills it beside the value."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in RANGES:
        code, bound = RANGES[kind]
        return code, {"bound": _number(context[bound])}
    if kind in TYPES:
        return TYPES[kind], {}
    if kind == "literal_error":
        choices = re.findall(r"[^\s',]+(?=')|\b\d+\b", str(context["expected"]))
        return "not_a_choice", {"choices": ", ".join(choices)}
    if kind in OWN:
        return f"form.{kind}", dict(context)
    return "form.invalid", {"what": detail["msg"]}


def _number(bound: float) -> str:
    """Return a limit as people write it in a file: a large whole number with all its digits."""
    return f"{bound:.0f}" if float(bound).is_integer() else f"{bound:g}"


def place_of(loc: Sequence[int | str]) -> tuple[tuple[str, int] | None, str | None]:
    """Return (list and number of the item in it, names of the keys below it) for the way *loc* into a document."""
    number = next((i for i, step in enumerate(loc) if isinstance(step, int)), None)
    if number is None:
        return None, ".".join(map(str, loc)) or None
    item = (".".join(map(str, loc[:number])), int(loc[number]) + 1)
    return item, ".".join(str(step) for step in loc[number + 1 :] if not isinstance(step, int)) or None


def _problem(file: str, nodes: Any, error: dict[str, Any]) -> Problem:
    """Turn one of pydantic's errors into a problem with a sentence of our own."""
    kind, loc = error["type"], error["loc"]
    code = {"extra_forbidden": "unknown_key", "missing": "key_missing"}.get(kind, "bad_value")
    value = "" if kind == "missing" else as_yaml(error.get("input"))[:80]
    params: dict[str, object] = {}
    if code == "bad_value":
        why, words = complaint(error)
        params["why"] = in_both(f"problem.{why}", value=value, **words)
    item, column = place_of(loc)
    return Problem(code=code, file=file, row=line_of(nodes, loc), item=item, column=column, value=value, params=params)
