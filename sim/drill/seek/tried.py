"""What a search knows of each candidate, and the search's own way of playing more of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.types import Floats
from sim.drill.ask.knobs import Hazards
from sim.drill.design import Design, Wish
from sim.drill.seek.play import Played, Task, capabilities_of, play_task, without_teams
from sim.drill.seek.space import Candidate, Space
from sim.drill.seek.stress import Load, is_simulated
from sim.hazard.draw import HazardSpec
from sim.plan.model import Layout

MARGIN = 0.2
"""The search aims at the band without this share of it at either end: an estimate at the edge often falls out of it."""
CHUNK = 10
"""Copies of one candidate that are played in one go; more are shared among workers."""
FRESH = 1_000_000
"""Numbers of copies from here on are for the proof alone; a search never gets there."""

Progress = Callable[[int, int], None]
"""Told (copies played, copies that there may be in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A candidate that was played: its copies 0 and on."""

    candidate: Candidate
    u: tuple[float, ...]
    """Where it lies in the unit cube."""
    played: Played

    def loads(self, wishes: Sequence[Wish]) -> list[Load]:
        """Return what its copies came to for each of *wishes*."""
        return [Load(wish=wish, values=row) for wish, row in zip(wishes, self.played.values, strict=True)]

    def distance(self, wishes: Sequence[Wish]) -> float:
        """Return the weighted sum of how far it is from each band, less a margin; 0 well inside all of them."""
        return float(sum(load.wish.weight * inner_gap(load) for load in self.loads(wishes)))

    def meets(self, wishes: Sequence[Wish], slack: float = 0.0) -> bool:
        """Tell whether its copies so far lie in every band, give or take *slack*."""
        return all(load.gap <= slack for load in self.loads(wishes))

    @property
    def outcome(self) -> Floats:
        """What comes of it on average; shape (OUTCOMES,)."""
        return np.asarray(self.played.outcomes.mean(axis=0))


def inner_gap(load: Load) -> float:
    """Return how far the value lies from the band without its margins."""
    return inner_gap_of(load.wish, load.interval.estimate)


def inner_gap_of(wish: Wish, value: float) -> float:
    """Return how far *value* lies from the band of *wish* without its margins."""
    cut = MARGIN * (wish.high - wish.low)
    return max(wish.low + cut - value, value - wish.high + cut, 0.0)


def copy_seed(seed: int) -> int:
    """Return the seed of the search's copies: another one than that of the benchmarks, which is the design's own."""
    return int.from_bytes(sha256(f"{seed}/drill.search".encode()).digest()[:6], "big")


@dataclass(slots=True, kw_only=True)
class Session:
    """One search while it goes on."""

    design: Design
    city: City
    layout: Layout
    space: Space
    wishes: tuple[Wish, ...]
    play: Callable[..., Iterator[Any]]
    expected: int
    progress: Progress | None = None
    tried: dict[Candidate, Tried] = field(default_factory=dict)
    copies: int = 0
    _hazards: Hazards = field(init=False)
    _read: dict[tuple[tuple[str, float], ...], HazardSpec] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the hazard file once."""
        self._hazards = Hazards.of(self.design.hazard, self.city)

    def hazard(self, candidate: Candidate) -> HazardSpec:
        """Return the hazard with the numbers of *candidate*."""
        if candidate.changes not in self._read:
            self._read[candidate.changes] = self._hazards.with_numbers(dict(candidate.changes))
        return self._read[candidate.changes]

    def features(self, candidates: Iterable[Candidate]) -> Floats:
        """Draw *candidates* without playing them; returns what they are like, shape (candidates, FEATURES)."""
        tasks = [self._task(candidate, 0, 0) for candidate in candidates]
        return np.array([played.features for played in self.play(play_task, tasks)], dtype=np.float64)

    def look(self, points: Iterable[Sequence[float]], copies: int) -> list[Tried]:
        """Play the first *copies* copies of the candidates at *points*; those that were played before are not again."""
        sides = [tuple(float(side) for side in u) for u in points]
        at = {self.space.at(u): u for u in sides}
        new = [candidate for candidate in at if candidate not in self.tried]
        for candidate, played in zip(new, self.fresh(new, 0, copies), strict=True):
            self.tried[candidate] = Tried(candidate=candidate, u=at[candidate], played=played)
        return [self.tried[candidate] for candidate in at]

    def again(self, some: Sequence[Tried], copies: int) -> list[Tried]:
        """Play more copies of *some*, until each has *copies*; the same copies for all of them."""
        for count in sorted({each.played.values.shape[1] for each in some}):
            ours = [each for each in some if each.played.values.shape[1] == count < copies]
            more = self.fresh([each.candidate for each in ours], count, copies - count)
            for each, played in zip(ours, more, strict=True):
                joined = join([each.played, played])
                self.tried[each.candidate] = Tried(candidate=each.candidate, u=each.u, played=joined)
        return [self.tried[each.candidate] for each in some]

    def fresh(self, candidates: Sequence[Candidate], first: int, copies: int) -> list[Played]:
        """Play copies *first* and on of *candidates*, in chunks; returns what each gave."""
        starts = range(first, first + copies, CHUNK)
        tasks = [
            self._task(candidate, start, min(CHUNK, first + copies - start))
            for candidate in candidates for start in starts
        ]
        parts: list[Played] = []
        for task, played in zip(tasks, self.play(play_task, tasks), strict=True):
            parts.append(played)
            self.copies += task.count
            if self.progress is not None:
                self.progress(min(self.copies, self.expected), self.expected)
        size = len(starts)
        return [join(parts[i * size : (i + 1) * size]) for i in range(len(candidates))] if size else []

    def _task(self, candidate: Candidate, first: int, count: int) -> Task:
        return Task(
            hazard=self.hazard(candidate), layout=without_teams(self.layout, candidate.out), seed=self.design.seed,
            replication=candidate.replication, span_min=60.0 * self.design.span_h, wishes=self.wishes,
            capabilities=capabilities_of(self.layout), copy_seed=copy_seed(self.design.seed), first=first, count=count,
        )


def join(parts: Sequence[Played]) -> Played:
    """Return the copies of *parts* of one disaster as one."""
    return Played(
        features=parts[0].features, hour=parts[0].hour,
        values=np.concatenate([part.values for part in parts], axis=1),
        outcomes=np.concatenate([part.outcomes for part in parts]), busy=np.concatenate([part.busy for part in parts]),
    )


def simulated(design: Design) -> tuple[Wish, ...]:
    """Return the wishes of *design* that copies can show."""
    return tuple(wish for wish in design.wishes if is_simulated(wish))
