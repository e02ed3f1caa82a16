"""What the hazards' forms share when something in a file is wrong: where it stands, and each thing said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sim.common.document import line_of
from sim.common.errors import Problem


def problem(code: str, path: Path, nodes: Any, loc: tuple[str, ...], value: object, **params: object) -> Problem:
    """Return a problem of the value that *loc* leads to."""
    return Problem(
        code=code, file=path.name, row=line_of(nodes, loc), column=".".join(loc), value=str(value), params=params
    )


def said_once(problems: Iterable[Problem], clear: Callable[[Problem], Problem]) -> list[Problem]:
    """Return *problems* as *clear* says them; what two of them say of the same value is said once."""
    said: dict[tuple[str, str | None], Problem] = {}
    for found in problems:
        clearer = clear(found)
        said.setdefault((clearer.code, clearer.column), clearer)
    return list(said.values())
