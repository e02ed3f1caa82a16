"""What is wrong with an input, said once, with the place and the way out.

::

    TurnoutError          anything that a user can mend; exit status 2, no traceback
      InputError          one or more problems in files that the user gave
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sim.common.texts import catalogue, text
from sim.common.types import Text


class TurnoutError(Exception):
    """A failure that the user can mend; the command line prints it as one red line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in one place of one input.

    *code* names a sentence of the catalogue (``problem.<code>``), filled with *params*
    (and with ``value``). *row* is the line number that a spreadsheet shows (header = 1).
    """

    code: str
    file: str
    row: int | None = None
    item: tuple[str, int] | None = None
    """A list of the file and the number (from 1) of the item in it."""
    column: str | None = None
    value: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def line(self, lang: str) -> str:
        """Return the problem as one line: place first, then what is wrong and what to do."""
        place = self.file
        if self.row is not None:
            place += text("problem.place.row", lang, row=self.row)
        if self.item is not None:
            place += text("problem.place.item", lang, name=self.item[0], number=self.item[1])
        if self.column is not None:
            place += text("problem.place.column", lang, column=self.column)
        params = {name: _word(name, value, lang) for name, value in self.params.items()}
        sentence = text(f"problem.{self.code}", lang, value=self.value or "", **params)
        return f"{place}: {sentence}"


def _word(name: str, value: object, lang: str) -> object:
    """Return *value* in *lang*; the kind of thing that is meant (``what="team"``) is a word of the catalogue."""
    if isinstance(value, Text):
        return value.of(lang)
    key = f"what.{value}"
    return catalogue(lang).get(key, value) if name == "what" else value


class InputError(TurnoutError):
    """Every problem of an input, collected and raised once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line("en") for problem in self.problems))

    def lines(self, lang: str) -> list[str]:
        """Return one line per problem in *lang*."""
        return [problem.line(lang) for problem in self.problems]
