"""The rehearsal: the disaster played again and again; what each copy says of every step that a drill may ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.common.types import NEVER, Floats
from sim.drill.build.scenes import Scene
from sim.drill.copies import Copy, Play, Stage, play_copy
from sim.drill.expected import Trace
from sim.drill.moments import moment_min
from sim.plan.model import Plan
from sim.response.log import Log
from sim.study.story import LOCAL, crews_of_log

CHUNK = 5
"""Copies that a worker plays before it says something."""
STEPS = ("report", "order", "arrive", "start", "done", "care")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is to play and to look for."""

    stage: Stage
    traces: tuple[Trace, ...]
    demands: tuple[int, ...]
    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one copy says."""

    minutes: Floats
    """Minute of each trace since T0; ``inf`` = never."""
    came: tuple[str, ...]
    """Team whose crew was first at each demand; empty if none came."""
    hospitals: tuple[int, ...]
    """Hospital that took the first patient of each demand; -1 for none."""
    depots: tuple[str, ...]
    """Depots from which goods came, in the order in which they left."""
    dead: int


def traces_of(stage: Stage, found: Sequence[Scene], ranks: Sequence[int]) -> tuple[Trace, ...]:
    """Return every trace that actions of *found* may need, each once."""
    traces = [Trace(step="level", rank=rank) for rank in ranks]
    traces += [Trace(step="warn", danger=number) for number in range(len(stage.scenario.dangers))]
    for scene in found:
        kind, _, number = scene.event.partition(":")
        if kind == "demand":
            traces += [Trace(step=step, demand=int(number)) for step in STEPS]
        elif kind == "shelter":
            traces += [Trace(step=step, word=scene.event) for step in ("load", "leave", "deliver")]
    return tuple(dict.fromkeys(traces))


class Rehearsal:
    """All copies, by trace."""

    def __init__(self, task: Task, seen: Sequence[Seen]) -> None:
        self.stage, self.traces, self.copies = task.stage, task.traces, len(seen)
        self._row = {trace: row for row, trace in enumerate(task.traces)}
        self._minutes = np.array([each.minutes for each in seen]).reshape(len(seen), len(task.traces))
        place = {d: row for row, d in enumerate(task.demands)}
        self._place = place
        self._seen = seen
        self._known: dict[Trace, tuple[float, float]] = {}

    def minutes(self, trace: Trace) -> Floats:
        """Return when *trace* happened in each copy, minutes since T0; ``inf`` = never."""
        return np.asarray(self._minutes[:, self._row[trace]])

    def middle(self, trace: Trace) -> float:
        """Return the median minute of *trace*; ``inf`` if most copies never saw it."""
        return self._quantiles(trace)[0]

    def most(self, trace: Trace) -> float:
        """Return the minute by which nine copies in ten have seen *trace*; ``inf`` if fewer ever do."""
        return self._quantiles(trace)[1]

    def _quantiles(self, trace: Trace) -> tuple[float, float]:
        if trace not in self._known:
            half, most = np.quantile(self.minutes(trace), (0.5, 0.9), method="higher")
            self._known[trace] = (float(half), float(most))
        return self._known[trace]

    def team(self, demand: int) -> str:
        """Return the team whose crew is most often the first at *demand*; empty if mostly nobody comes."""
        row = self._place[demand]
        return _most(each.came[row] for each in self._seen)

    def hospital(self, demand: int) -> int:
        """Return the hospital that most often takes the first patient of *demand*; -1 if mostly none does."""
        row = self._place[demand]
        return int(_most(str(each.hospitals[row]) for each in self._seen) or -1)

    def depot(self, shelter: str) -> str:
        """Return the depot that most often sends the first goods to *shelter* (``shelter:<index>``), or empty."""
        index = [trace.word for trace in self.traces if trace.step == "load"].index(shelter)
        return _most(each.depots[index] for each in self._seen)

    def dead(self) -> float:
        """Return the median number of deaths up to the horizon."""
        return float(np.median([each.dead for each in self._seen]))


def middle(minutes: Floats) -> float:
    """Return the median, ``inf`` counted as late as can be."""
    return float(np.quantile(minutes, 0.5, method="higher"))


def _most(words: Iterable[str]) -> str:
    counted = Counter(words)
    word, _ = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return word


# ---- playing -------------------------------------------------------------------------------


def rehearse(play: Play, task: Task, progress: Callable[[int, int], None] | None = None) -> Rehearsal:
    """Let the players of *play* play ``task.count`` copies; equal tasks give equal rehearsals, whoever plays."""
    ends = range(task.first, task.first + task.count, CHUNK)
    chunks = [_part(task, first, min(CHUNK, task.first + task.count - first)) for first in ends]
    seen: list[Seen] = []
    for part in play(play_part, chunks):
        seen += part
        if progress is not None:
            progress(len(seen), task.count)
    return Rehearsal(task, seen)


def _part(task: Task, first: int, count: int) -> Task:
    return Task(stage=task.stage, traces=task.traces, demands=task.demands, first=first, count=count)


def play_part(city: City, plan: Plan, task: Task) -> list[Seen]:
    """Play the copies of *task* in this process."""
    return [
        look(play_copy(city, plan, task.stage, number, timeline=True), task.traces, task.demands)
        for number in range(task.first, task.first + task.count)
    ]


def look(copy: Copy, traces: Sequence[Trace], demands: Sequence[int]) -> Seen:
    """Return what *copy* says of *traces* and *demands*."""
    log, scenario = copy.log, copy.scenario
    came = _first_teams(log)
    loads = [trace.word for trace in traces if trace.step == "load"]
    people, at = scenario.casualties, log.casualties.hospital_min
    hospitals = []
    for d in demands:
        ours = np.flatnonzero((people.demand == d) & (at < NEVER))
        hospitals.append(int(log.casualties.hospital[ours[np.argmin(at[ours])]]) if len(ours) else -1)
    return Seen(
        minutes=np.array([moment_min(trace, scenario, log) for trace in traces]),
        came=tuple(came.get(d, "") for d in demands), hospitals=tuple(hospitals),
        depots=tuple(_depot(log, int(word.partition(":")[2])) for word in loads),
        dead=int(scenario.dead_at_once.sum()) + int((log.casualties.death_min <= log.horizon_min).sum()),
    )


def _first_teams(log: Log) -> dict[int, str]:
    """Return the team whose crew came first by demand; village responders are not called by anybody."""
    team_of, _ = crews_of_log(log)
    first: dict[int, str] = {}
    for entry in log.timeline:
        team = team_of.get(entry.crew, "")
        if entry.what == "crew_arrived" and team and not team.startswith(LOCAL):
            first.setdefault(entry.demand, team)
    return first


def _depot(log: Log, shelter: int) -> str:
    ours = [each for each in log.deliveries if each.shelter == shelter]
    return min(ours, key=lambda each: (each.loaded_min, each.depot)).depot if ours else ""
