"""Cuts the cells of a batch into chunks: small ones until the cost of a replication is known, then some seconds each.

Cells come on evenly, so that a batch that is stopped has something to say of each of them. How it is cut decides no
number: a replication depends on its cell and its own number alone.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Task = tuple[int, int, int]
"""A chunk: number of the cell, first and last replication."""
Range = tuple[int, int]
"""First and last replication."""

TARGET_S = 10.0
"""Processor seconds of a chunk."""
LEAST_S = 1.0
"""At the end chunks become shorter, down to this, so that all workers end together."""
FIRST = 2
"""Replications of the first chunk of a cell of which nothing is known."""
GROWTH = 4
"""A chunk has at most so many times as many replications as have been measured: costs may vary from one to the next."""
BLOCK = 1000
"""No chunk reaches over a multiple of so many replications; finished, a block of them becomes one part."""


def gaps(have: Iterable[Range], end: int) -> list[Range]:
    """Return the replications below *end* that are in none of the ranges *have*, which are in order and do not overlap.
    """
    found, begin = [], 0
    for first, last in have:
        if first >= end:
            break
        if first > begin:
            found.append((begin, first - 1))
        begin = last + 1
    return [*found, (begin, end - 1)] if begin < end else found


@dataclass(slots=True)
class Pace:
    """What replications have cost so far."""

    replications: int = 0
    cpu_s: float = 0.0

    def add(self, replications: int, cpu_s: float) -> None:
        """Take note of more of them."""
        self.replications += replications
        self.cpu_s += cpu_s

    @property
    def each_s(self) -> float | None:
        """Processor seconds of one replication; ``None`` while nothing is known."""
        return self.cpu_s / self.replications if self.replications else None


@dataclass(slots=True)
class CellWork:
    """How far a cell is."""

    hazard: str
    """Cells of one hazard cost about the same."""
    end: int
    """Replications wanted, as far as is known by now."""
    have: list[Range] = field(default_factory=list)
    """Parts on the disk, in order."""
    left: list[Range] = field(default_factory=list)
    """Not given out yet, in order."""
    out: set[Range] = field(default_factory=set)
    """Given out and not back yet."""
    pace: Pace = field(default_factory=Pace)

    @property
    def waiting(self) -> int:
        """Replications that are wanted and not done."""
        return sum(last - first + 1 for first, last in (*self.left, *self.out))

    @property
    def reached(self) -> bool:
        """Whether all replications that are wanted by now are done."""
        return not self.left and not self.out

    def want(self, end: int) -> None:
        """Ask for the replications below *end*; all that was asked for before is done."""
        self.end, self.left = end, gaps(self.have, end)


class Planner:
    """Says which chunk comes next."""

    def __init__(self, cells: Sequence[CellWork], workers: int) -> None:
        self.cells, self.workers = cells, workers
        self.by_hazard: dict[str, Pace] = {}
        for cell in cells:
            self.by_hazard.setdefault(cell.hazard, Pace()).add(cell.pace.replications, cell.pace.cpu_s)

    def take(self) -> Task | None:
        """Give out the next chunk: of the cell that is least far; ``None`` if nothing is left to give."""
        open_cells = [number for number, cell in enumerate(self.cells) if cell.left]
        if not open_cells:
            return None
        number = min(open_cells, key=lambda n: self.cells[n].left[0][0])
        cell = self.cells[number]
        first, last = cell.left[0]
        end = min(last, first + self._size(cell) - 1, (first // BLOCK + 1) * BLOCK - 1)
        cell.left[:1] = [(end + 1, last)] if end < last else []
        cell.out.add((first, end))
        return number, first, end

    def done(self, task: Task, cpu_s: float) -> None:
        """Take note that *task* is done and what it has cost."""
        number, first, last = task
        cell = self.cells[number]
        cell.out.remove((first, last))
        bisect.insort(cell.have, (first, last))
        for pace in (cell.pace, self.by_hazard[cell.hazard]):
            pace.add(last - first + 1, cpu_s)

    def left_cpu_s(self) -> float | None:
        """Return the processor seconds of all that is wanted and not done; ``None`` while nothing is known."""
        whole = Pace()
        for pace in self.by_hazard.values():
            whole.add(pace.replications, pace.cpu_s)
        if whole.each_s is None:
            return None
        return sum(cell.waiting * (self._each_s(cell) or whole.each_s) for cell in self.cells)

    def _each_s(self, cell: CellWork) -> float | None:
        """Return the cost of a replication of *cell*: its own, else that of its hazard."""
        return self._measured(cell).each_s

    def _measured(self, cell: CellWork) -> Pace:
        return cell.pace if cell.pace.replications >= FIRST else self.by_hazard[cell.hazard]

    def _size(self, cell: CellWork) -> int:
        """Return how many replications the next chunk of *cell* should have."""
        pace = self._measured(cell)
        if pace.each_s is None:
            return FIRST
        target_s = min(TARGET_S, max(LEAST_S, (self.left_cpu_s() or 0.0) / (2 * self.workers)))
        return max(1, min(int(target_s / max(pace.each_s, 1e-6)), GROWTH * pace.replications))
