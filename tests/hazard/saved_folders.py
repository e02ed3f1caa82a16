"""What tests do with the folder of a saved scenario: compare it, edit its tables, its ``scenario.json``."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def same(a: Any, b: Any, where: str = "scenario") -> None:
    """Fail where *a* and *b* differ in a value, a bit or a type."""
    if dataclasses.is_dataclass(a):
        assert type(a) is type(b), where
        for field in dataclasses.fields(a):
            same(getattr(a, field.name), getattr(b, field.name), f"{where}.{field.name}")
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, where
        assert a.shape == b.shape, where
        assert a.tobytes() == b.tobytes(), where
        assert not b.flags.writeable, where
    elif isinstance(a, dict):
        assert list(a) == list(b), where
        for key in a:
            same(a[key], b[key], f"{where}[{key}]")
    elif isinstance(a, tuple):
        assert len(a) == len(b), where
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            same(x, y, f"{where}[{i}]")
    else:
        assert a == b, where
        assert type(a) is type(b), where


def edit(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), reader.fieldnames or []
    change(rows)
    with path.open("w", encoding="gb18030", newline="") as stream:  # what a Chinese office program writes
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(rows)


def set_cell(name: str, row: int, column: str, value: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder / name, lambda rows: rows[row].update({column: value}))


def drop_row(name: str, row: int) -> Callable[[Path], None]:
    def change(rows: list[dict[str, str]]) -> None:
        del rows[row]

    return lambda folder: edit(folder / name, change)


def about(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "scenario.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

    return change
