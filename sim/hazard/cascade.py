"""Which event may cause which: the links of the chains that a hazard file allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from sim.common.coefficients import Coefficient, Coefficients
from sim.common.document import line_of
from sim.common.errors import Problem
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.form_problems import CASCADES, problem
from sim.hazard.tables import rows

DEPTH = 4
"""Events in a chain at most, the first included: beyond that nobody can say anything of what follows from what."""
ARROW = ">"
PLANT_EVENTS = ("release", "fire", "explosion")
"""Events that the models of chemical accidents describe."""

YES_NO = {"yes": True, "no": False}


def _way(value: Any) -> str:
    return "parts" if isinstance(value, list) else "number"


def _yes_or_no(value: Any) -> Any:
    """Return *value*; a yes or no, which YAML 1.2 takes for words, as true or false."""
    return YES_NO.get(value.lower(), value) if isinstance(value, str) else value


Links = Annotated[
    Annotated[bool, Field(strict=True), Tag("number")] | Annotated[list[str], Tag("parts")], Discriminator(_way),
    BeforeValidator(_yes_or_no),
]
"""What a hazard file says of its cascades: all, none, or a list of ``trigger>effect``."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """The links that may happen, as ``trigger>effect``."""

    links: frozenset[str]

    def allows(self, trigger: str, effect: str) -> bool:
        """Tell whether *trigger* may cause *effect*."""
        return f"{trigger}{ARROW}{effect}" in self.links

    def can_cause(self, first: Iterable[str], effect: str) -> bool:
        """Tell whether an event of a kind of *first* may lead to *effect*, be it by way of others."""
        return effect in _reached(first, self.links)


NONE = Cascade(frozenset())


@cache
def all_links() -> tuple[str, ...]:
    """Return every link that the product has a model for, from ``cascades.csv``."""
    return tuple(f"{row['trigger']}{ARROW}{row['effect']}" for row in rows("cascades"))


def cascade_of(given: bool | Sequence[str]) -> Cascade:
    """Return the links that a hazard file asks for: all, none, or those it lists."""
    if isinstance(given, bool):
        return Cascade(frozenset(all_links())) if given else NONE
    return Cascade(frozenset(_bare(word) for word in given))


def coefficients_with(own: Coefficients, cascade: Cascade, first: Collection[str]) -> Coefficients:
    """Return *own* and the numbers of the models to which *cascade* leads from *first*; *own* itself if to none."""
    more: dict[str, Coefficient] = {}
    if any(cascade.can_cause(first, kind) for kind in PLANT_EVENTS):
        more |= chemical_coefficients().rows
    if cascade.can_cause(first, "flood"):
        more |= flood_coefficients().rows
    return Coefficients({**more, **own.rows}) if more.keys() - own.rows.keys() else own


def cascade_problems(
    given: bool | Sequence[str], first: Collection[str], path: Path, nodes: Any
) -> list[Problem]:
    """Refuse links without a model, links given twice, and those that nothing can start.

    *first* are the kinds of events with which a disaster of this file can begin.
    """
    if isinstance(given, bool):
        return []
    words = [_bare(word) for word in given]
    found = [_problem(code, i, words, path, nodes) for i in range(len(words)) if (code := _mistake(i, words))]
    return found or _idle(words, first, path, nodes)


def _bare(word: str) -> str:
    return "".join(word.split())


def _mistake(i: int, words: Sequence[str]) -> str:
    """Return the code of what is wrong with the link *i*; empty if nothing is."""
    trigger, arrow, effect = words[i].partition(ARROW)
    if not (trigger and arrow and effect):
        return "cascade_link"
    if trigger == effect:
        return "cascade_itself"
    if words[i] not in all_links():
        return "cascade_unknown"
    return "cascade_twice" if words[i] in words[:i] else ""


def _problem(code: str, i: int, words: Sequence[str], path: Path, nodes: Any) -> Problem:
    return Problem(
        code=code, file=path.name, row=line_of(nodes, (CASCADES, i)), item=(CASCADES, i + 1), value=words[i],
        params={"known": ", ".join(all_links())},
    )


def _idle(words: Sequence[str], first: Collection[str], path: Path, nodes: Any) -> list[Problem]:
    """Say in one line which links nothing can start, and with which a list can begin."""
    reached = _reached(first, words)
    idle = [word for word in words if word.partition(ARROW)[0] not in reached]
    if not idle:
        return []
    known = [link for link in all_links() if link.partition(ARROW)[0] in first]
    said = ", ".join(idle)
    return [problem("cascade_idle", path, nodes, (CASCADES,), said, known=", ".join(known))]


def _reached(first: Iterable[str], links: Iterable[str]) -> set[str]:
    """Return the kinds of events to which the chains of *links* lead from *first*, those included."""
    reached, pairs = set(first), [link.partition(ARROW) for link in links]
    while more := {effect for trigger, _, effect in pairs if trigger in reached} - reached:
        reached |= more
    return reached
