"""Gives out the rounds of a selection: what is played next, and under which layouts, depends on what is done.

A round is what the rule looks at next: the first replications of all layouts, then a batch of those still in. It is cut
into chunks for the workers, and the next round begins when all of it is on the disk. So the answer depends neither on
the chunks nor on who comes back first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

import numpy as np

from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.common.types import Floats, Ints, Text
from sim.study.batch.store import measures_of, ranges, read_values
from sim.study.parts import missing_chunks
from sim.study.selection import Rules, Selection, kn_step, start
from sim.study.work import Job

Task = tuple[int, int, int]
"""Number of the layouts that play (see :class:`Subsets`), first and last replication."""


class Subsets(Sequence[Job]):
    """The jobs of all sets of layouts: number 5 is the first and the third one, since 5 = 1 + 4.

    Made when asked for: there are too many of them to be listed.
    """

    def __init__(self, job: Job) -> None:
        self.job = job

    def __len__(self) -> int:
        return int(2 ** len(self.job.inputs.layouts))

    @overload
    def __getitem__(self, number: int) -> Job: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Job]: ...
    def __getitem__(self, number: int | slice) -> Job | Sequence[Job]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        if not 0 < number < len(self):
            raise IndexError(number)
        inputs = self.job.inputs
        layouts = tuple(layout for n, layout in enumerate(inputs.layouts) if number >> n & 1)
        return replace(self.job, inputs=replace(inputs, layouts=layouts))


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectProgress:
    """How far a selection is."""

    done: int
    """Replications done, those of earlier runs included."""
    most: int
    """Replications after which it ends, decided or not, as far as is known by now."""
    inside: int
    """Layouts that may still be selected."""
    leader: str
    """Layout with the best mean of these at the last look; empty before the first one."""
    name: Text | None
    """Of the leader; ``None`` before the first look."""


OnSelectProgress = Callable[[SelectProgress], None]


def looks(most: int, rules: Rules) -> int:
    """Return how many replications whole rounds make of at most *most*; 0 if it is not even the first one."""
    return 0 if most < rules.first else most - (most - rules.first) % rules.batch


class SelectSource:
    """The source of chunks (see :class:`sim.study.executors.Source`) of a selection by *rules* of *measure*.

    *layouts*: names by id. *most*: replications after which it gives up, at least those of the first round. Raises
    :class:`InputError` at the end of the first round if no layout has such a measure.
    """

    def __init__(
        self, parts: Path, layouts: Mapping[str, Text], measure: str, rules: Rules, *, most: int, chunk: int,
        workers: int, tell: OnSelectProgress | None,
    ) -> None:
        self.parts, self.layouts, self.names, self.measure = parts, tuple(layouts), layouts, measure
        self.most, self.chunk, self.workers, self.tell = looks(most, rules), chunk, workers, tell
        self.state: Selection = start(len(layouts), rules)
        self.values: Floats = np.zeros((0, len(layouts)))
        self.played: Ints = np.zeros(len(layouts), dtype=np.int64)
        self.waiting: deque[Task] = deque()
        self.out: set[tuple[int, int]] = set()
        self.finished = 0
        self.reused = sum(last - first + 1 for first, last in ranges(parts))
        self._advance()

    @property
    def leader(self) -> str:
        """The layout with the best mean of those still in, over the replications in which anybody was concerned."""
        inside = np.flatnonzero(self.state.inside)
        rows = self.values[:, inside]
        rows = rows[~np.isnan(rows).any(axis=1)]
        if len(rows) == 0 or not np.isfinite(rows).all():
            return ""
        means = rows.mean(axis=0) * (1.0 if self.state.rules.more_is_better else -1.0)
        return self.layouts[int(inside[int(np.argmax(means))])]

    def count(self) -> tuple[int, int]:
        """Return (replications done, the most that there can be as far as is known)."""
        end = self.state.most
        return self.finished, self.most if end is None else min(end, self.most)

    def take(self) -> Task | None:
        """Return the next chunk of this round, if there is one."""
        if not self.waiting:
            return None
        return self.waiting.popleft()

    def done(self, task: Task) -> None:
        """Take note that *task* is on the disk; look at the round, if it was the last chunk of it."""
        _, first, last = task
        self.out.discard((first, last))
        self.finished += last - first + 1
        if self.out:
            self._say()
        else:
            self._advance()

    def _advance(self) -> None:
        """Look at every round that is complete, and ask for the next one that is not."""
        while self.state.state == "running" and self.state.read < self.most:
            read, rules = self.state.read, self.state.rules
            end = read + (rules.batch if read else rules.first)
            self._ask(end)
            if self.waiting:
                break
            self._look(read, end)
        self._say()

    def _ask(self, end: int) -> None:
        """Put what is missing of the replications before *end* on the list, one chunk for each worker or more."""
        size = max(1, min(self.chunk, -(-(end - self.state.read) // self.workers)))
        missing = missing_chunks(self.parts, end, size)
        number = sum(1 << n for n in np.flatnonzero(self.state.inside).tolist())
        self.waiting.extend((number, first, last) for first, last in missing)
        self.out.update(missing)
        self.finished = end - sum(last - first + 1 for first, last in missing)

    def _look(self, read: int, end: int) -> None:
        """Let the rule look at the replications *read* to *end* - 1."""
        have = [part for part in ranges(self.parts) if read <= part[0] < end]
        found = read_values(self.parts, have, self.measure, self.layouts, end)
        if read == 0 and not found:
            raise self._unknown(have[0])
        rows = np.full((end - read, len(self.layouts)), np.nan)
        for n, layout in enumerate(self.layouts):
            if layout in found and self.state.inside[n]:
                rows[:, n] = found[layout][read:end]
        self.played = np.where(self.state.inside, end, self.played)
        self.values = np.vstack([self.values, rows])
        self.state = kn_step(self.values, self.state)

    def _unknown(self, part: tuple[int, int]) -> InputError:
        known = measures_of(self.parts, part)
        params = {"known": near(self.measure, known)}
        return InputError([Problem(code="study.no_measure", file="--measure", value=self.measure, params=params)])

    def _say(self) -> None:
        if self.tell is not None:
            done, most = self.count()
            inside, leader = int(self.state.inside.sum()), self.leader
            self.tell(SelectProgress(done=done, most=most, inside=inside, leader=leader, name=self.names.get(leader)))
