"""The arithmetic of a timetable, in tenths of a minute: how long it is under a cap on quiet gaps, where clocks jump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.drill.build.pacing import Pacing

HOUR = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Injects in a row; gap *i* lies between inject *i* and the next one."""

    sim: tuple[int, ...]
    gap: tuple[int, ...]
    """As it was in the disaster."""
    least: tuple[int, ...]
    """Of the gap, what may not be cut; never more than the gap."""
    tail: int
    """From the last inject to ENDEX."""
    cells: tuple[str, ...]
    first: int
    lead: int
    same_cell: int
    """Between two injects to one cell."""
    least_cut: int
    longest_hold: int
    per_hour: int

    def length(self, cap: int, whole: frozenset[int]) -> int:
        """Return the tenths from STARTEX to ENDEX if quiet gaps are cut to *cap*, but for those in *whole*."""
        return laid(self, cap, whole)[-1] + self.tail

    def shortest_cut(self, cap: int, whole: frozenset[int]) -> int:
        """Return the gap of which least is cut, if that is too little to announce; else -1."""
        taken = [after - before for before, after in pairwise(laid(self, cap, whole))]
        cuts = [(gap - tenths, i) for i, (gap, tenths) in enumerate(zip(self.gap, taken, strict=True)) if gap > tenths]
        least, where = min(cuts, default=(self.least_cut, -1))
        return where if least < self.least_cut else -1


    def crowding(self) -> int:
        """Return the tenths by which the clock stands still too long, without any cut, over all such moments."""
        whole = frozenset(range(len(self.gap)))
        still: dict[int, int] = {}
        for i, (before, after) in enumerate(pairwise(laid(self, 0, whole))):
            minute = self.sim[i + 1]
            still[minute] = still.get(minute, 0) + after - before - self.gap[i]
        return sum(max(0, tenths - self.longest_hold) for tenths in still.values())


def steps_of(sim: Sequence[int], protected: Sequence[int], cells: Sequence[str], pacing: Pacing) -> Steps:
    """Return the steps of injects at *sim*, rising, each with its *protected* tenths after it.

    A protected window may reach beyond the next injects; what of it lies in a gap may not be cut out of this gap. The
    tail holds what is left of all of them.
    """
    same_cell, lead, last_free = (round(10.0 * m) for m in (pacing.gap_min, pacing.lead_min, pacing.last_free_min))
    gaps = [after - before for before, after in pairwise(sim)]
    until, least = sim[0], []
    for i, gap in enumerate(gaps):
        until = max(until, sim[i] + protected[i])
        covered = max(0, until - sim[i])
        least.append(min(gap, max(same_cell, covered + lead)))
    until = max(until, sim[-1] + protected[-1])
    return Steps(
        sim=tuple(sim), gap=tuple(gaps), least=tuple(least), tail=max(last_free, until - sim[-1]), cells=tuple(cells),
        first=round(10.0 * pacing.first_min), lead=lead, same_cell=same_cell, per_hour=pacing.per_hour,
        least_cut=round(10.0 * pacing.least_cut_min), longest_hold=round(10.0 * pacing.longest_hold_min),
    )


def laid(steps: Steps, cap: int, whole: frozenset[int]) -> list[int]:
    """Return the exercise tenth of every inject: gaps cut to *cap*, and longer where pacing asks for it."""
    ex = [steps.first]
    last = {steps.cells[0]: 0}
    for i, gap in enumerate(steps.gap):
        after = i + 1
        at = ex[i] + (gap if i in whole else max(steps.least[i], min(gap, cap)))
        if steps.cells[after] in last:
            at = max(at, ex[last[steps.cells[after]]] + steps.same_cell)
        if after >= steps.per_hour:
            at = max(at, ex[after - steps.per_hour] + HOUR)
        last[steps.cells[after]] = after
        ex.append(at)
    return ex


Marks = list[tuple[int, int]]


def clock_marks(
    steps: Steps, ex: Sequence[int], end: int
) -> tuple[Marks, list[tuple[int, int]], list[tuple[int, int, int, int]]]:
    """Return the marks (scenario, exercise) of the time map, the holds and the stretches between two cuts.

    A hold is (inject before which the clock stands, tenths); a stretch (exercise from, to, scenario from, to).
    """
    start = (steps.sim[0] - steps.first, 0)
    marks, holds, cuts = [start], [], []
    for i, gap in enumerate(steps.gap):
        taken = ex[i + 1] - ex[i]
        if taken < gap:
            at = ex[i + 1] - steps.lead
            before = (steps.sim[i] + taken - steps.lead, at)
            cuts.append((before, (steps.sim[i + 1] - steps.lead, at)))
            marks += cuts[-1]
        elif taken > gap:
            marks += [(steps.sim[i + 1], ex[i + 1] - (taken - gap)), (steps.sim[i + 1], ex[i + 1])]
            holds.append((i + 1, taken - gap))
    last = (steps.sim[-1] + end - ex[-1], end)
    marks.append(last)
    ends = [start, *(mark for cut in cuts for mark in cut), last]
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return list(dict.fromkeys(marks)), holds, [(b[1], e[1], b[0], e[0]) for b, e in pairs]
