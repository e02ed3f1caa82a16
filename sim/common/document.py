"""Reads a YAML file into a checked model and says of every mistake on which line it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from sim.common.errors import InputError, Problem


class Form(BaseModel):
    """A form that a user fills in: unknown keys are mistakes, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
        text = path.read_text(encoding="utf-8-sig")
        nodes = YAML().load(text)
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


def _problem(file: str, nodes: Any, error: dict[str, Any]) -> Problem:
    """Turn one of pydantic's errors into a problem with a sentence of our own where we have one."""
    kind, loc = error["type"], error["loc"]
    code = {"extra_forbidden": "unknown_key", "missing": "key_missing"}.get(kind, "bad_value")
    value = "" if kind == "missing" else str(error.get("input"))[:80]
    params = {} if code != "bad_value" else {"why": error["msg"]}
    column = ".".join(str(step) for step in loc)
    return Problem(code=code, file=file, row=line_of(nodes, loc), column=column, value=value, params=params)
