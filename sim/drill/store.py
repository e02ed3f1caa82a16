"""Writes and reads ``drill.json``, and derives its JSON Schema from the records themselves."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.drill.model import SCHEMA_VERSION, Drill

SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def plain(value: object) -> Any:
    """Return records as what JSON knows: mappings, lists, texts and finite numbers."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def write_drill(drill: Drill, file: Path) -> None:
    """Write *drill* at *file*; equal drills give equal bytes. Raises ``ValueError`` for numbers that are not finite."""
    file.write_text(dumps(drill), encoding="utf-8", newline="\n")


def dumps(drill: Drill) -> str:
    """Return *drill* as JSON; see :func:`write_drill`."""
    return json.dumps(plain(drill), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_drill(file: Path) -> Drill:
    """Return the drill in *file*. Raises :class:`InputError` with every field that is missing, unknown or wrong."""
    try:
        tree = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError([Problem(code="missing_file", file=str(file))]) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError([Problem(code="drill.not_json", file=str(file), value=str(error))]) from None
    version = tree.get("schema_version") if isinstance(tree, dict) else None
    if version != SCHEMA_VERSION:
        params = {"known": SCHEMA_VERSION}
        raise InputError([Problem(code="drill.version", file=str(file), value=str(version), params=params)])
    drill: Drill = read_record(tree, Drill, file)
    return drill


def read_record(tree: Any, kind: Any, file: Path) -> Any:
    """Return *tree*, as :func:`plain` gives it, as the record *kind*; *file* says where it is from.

    Raises :class:`InputError` with every field that is missing, unknown or wrong.
    """
    problems: list[Problem] = []
    made = _read(tree, kind, "", file, problems)
    if problems:
        raise InputError(problems)
    return made


def _read(value: Any, kind: Any, at: str, file: Path, problems: list[Problem]) -> Any:
    """Return *value* as *kind*, or note what is wrong *at* this place."""
    if get_origin(kind) in (Union, UnionType):
        inner = next(each for each in get_args(kind) if each is not NoneType)
        return None if value is None else _read(value, inner, at, file, problems)
    if kind is Text:
        return _record(value, {"zh": str, "en": str}, Text, at, file, problems)
    if is_dataclass(kind):
        return _record(value, hints(kind), kind, at, file, problems)
    if get_origin(kind) is tuple:
        return _tuple(value, get_args(kind), at, file, problems)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        problems.append(_wrong(at, file, value, SCALARS[kind]))
    return value


def _record(
    value: Any, wanted: dict[str, Any], kind: Any, at: str, file: Path, problems: list[Problem]
) -> Any:
    if not isinstance(value, dict):
        problems.append(_wrong(at, file, value, "object"))
        return None
    problems += [
        Problem(code="drill.unknown_field", file=str(file), column=_join(at, key)) for key in value if key not in wanted
    ]
    missing = [key for key in wanted if key not in value]
    problems += [Problem(code="drill.missing_field", file=str(file), column=_join(at, key)) for key in missing]
    known = len(problems)
    made = {
        key: _read(value[key], inner, _join(at, key), file, problems) for key, inner in wanted.items() if key in value
    }
    return kind(**made) if not missing and len(problems) == known else None


def _tuple(value: Any, inner: tuple[Any, ...], at: str, file: Path, problems: list[Problem]) -> Any:
    if not isinstance(value, list):
        problems.append(_wrong(at, file, value, "array"))
        return ()
    if inner[-1] is Ellipsis:
        return tuple(_read(each, inner[0], f"{at}[{i}]", file, problems) for i, each in enumerate(value))
    if len(value) != len(inner):
        problems.append(_wrong(at, file, value, f"array of {len(inner)}"))
        return ()
    pairs = enumerate(zip(value, inner, strict=True))
    return tuple(_read(each, one, f"{at}[{i}]", file, problems) for i, (each, one) in pairs)


def _wrong(at: str, file: Path, value: Any, wanted: str) -> Problem:
    return Problem(
        code="drill.wrong_field", file=str(file), column=at or "$", value=repr(value)[:60], params={"known": wanted}
    )


def _join(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def hints(kind: Any) -> dict[str, Any]:
    """Return the fields of a record with their types, in order."""
    return get_type_hints(kind)


# ---- schema --------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``drill.json``."""
    named: dict[str, Any] = {}
    top = _schema_of(Drill, named)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Turnout drill", **top, "$defs": named,
    }


def _schema_of(kind: Any, named: dict[str, Any]) -> dict[str, Any]:
    if get_origin(kind) in (Union, UnionType):
        inner = next(each for each in get_args(kind) if each is not NoneType)
        return {"anyOf": [_schema_of(inner, named), {"type": "null"}]}
    if kind is Text:
        named["Text"] = _object({"zh": {"type": "string"}, "en": {"type": "string"}})
        return {"$ref": "#/$defs/Text"}
    if is_dataclass(kind):
        name = kind.__name__ if isinstance(kind, type) else ""
        if name not in named:
            named[name] = {}
            named[name] = _object({key: _schema_of(inner, named) for key, inner in hints(kind).items()})
        return {"$ref": f"#/$defs/{name}"}
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return {"type": "array", "items": _schema_of(inner[0], named)}
        each = [_schema_of(one, named) for one in inner]
        return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
    return {"type": SCALARS[kind]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }
