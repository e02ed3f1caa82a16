"""What differs between a drill and a file that came back: every cell and every row, sorted by what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.common.errors import Problem
from sim.drill.model import Inject
from sim.drill.sheets.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of the record that gets another value."""

    what: str
    """``inject``, ``action`` or ``overview``."""
    item_id: str
    """Of the inject or action; of the overview, the field."""
    field: str
    """Key of a column of the sheet."""
    before: Value
    after: Value
    """Times are minutes after STARTEX."""
    sheet: str
    row: int
    """Line of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An inject that the designer wrote into the list."""

    inject: Inject
    """With the next free id of its kind, unless a free one was given."""
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A row of the record that is not in the file."""

    what: str
    """``inject`` or ``action``."""
    item_id: str
    along: tuple[str, ...]
    """What goes with it: its actions, its contingency, its warnings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that differs and is not taken over: the record stays as it is."""

    reason: str
    """``auto``: made from the record; ``fill``: the record does not hold it, it stays in the file; ``mirror``: to be
    edited in its own sheet; ``sheet``: this sheet is not read back; ``column``: an unknown column; ``missing`` and
    ``new``: a row of a sheet that is not read back."""
    sheet: str
    row: int | None
    item_id: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All that differs, each difference once."""

    file: str
    start: str = "00:00"
    """Wall clock of STARTEX, ``HH:MM``."""
    changes: tuple[Change, ...] = ()
    added: tuple[Added, ...] = ()
    removed: tuple[Removed, ...] = ()
    kept: tuple[Kept, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Cells and rows that cannot be taken over, with the way out; the record keeps what it has."""
    cautions: tuple[Problem, ...] = ()
    """What is taken over, but should be looked at."""

    @property
    def empty(self) -> bool:
        """Tell whether nothing differs at all."""
        return not (self.changes or self.added or self.removed or self.kept or self.problems or self.cautions)

    @property
    def applies(self) -> bool:
        """Tell whether the record would change."""
        return bool(self.changes or self.added or self.removed)
