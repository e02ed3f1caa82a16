"""The running order: each piece of news with its time, its actions, and which of them can be timed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER
from sim.drill.build.acts import Act
from sim.drill.build.cast import Cast
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.scenes import Scene
from sim.drill.expected import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One inject in the making."""

    scene: Scene
    inject_id: str
    ex_min: float
    move_id: str
    acts: tuple[Act, ...]

    def action_id(self, number: int) -> str:
        """Return the id of the act at place *number* of this line."""
        return f"A-{self.inject_id.partition('-')[2]}-{number + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The whole running order."""

    lines: tuple[Line, ...]
    cuts: tuple[tuple[float, float], ...]
    """Scenario minutes that are jumped over."""
    endex_min: float
    """Exercise minutes."""

    def of_trace(self) -> Mapping[Trace, str]:
        """Return the action id of every moment that is an action of this drill."""
        return {
            act.trace: line.action_id(number)
            for line in self.lines for number, act in enumerate(line.acts) if act.trace is not None
        }

    def timed(self, line: Line, act: Act, cast: Cast, rehearsal: Rehearsal) -> bool:
        """Tell whether an evaluator can hold the clock on *act*: somebody who takes part does it, in time."""
        return act.trace is not None and cast.plays(act.unit) and self.in_time(line, act, rehearsal)

    def in_time(self, line: Line, act: Act, rehearsal: Rehearsal) -> bool:
        """Tell whether *act* is a moment of a log, mostly before ENDEX, and no time jump cuts what it needs."""
        if act.trace is None or self.is_cut(line, act, rehearsal):
            return False
        half = rehearsal.middle(act.trace)
        return half < NEVER and line.ex_min + max(0.0, half - line.scene.sim_min) <= self.endex_min

    def latest(self, act: Act, rehearsal: Rehearsal) -> float:
        """Return the scenario minute by which nine copies in ten (or, failing that, half) have done *act*."""
        if act.trace is None:
            return NEVER
        most = rehearsal.most(act.trace)
        return most if most < NEVER else rehearsal.middle(act.trace)

    def is_cut(self, line: Line, act: Act, rehearsal: Rehearsal) -> bool:
        """Tell whether a time jump takes away minutes that *act* needs."""
        began, end = line.scene.sim_min, self.latest(act, rehearsal)
        return any(start < end and began < stop for start, stop in self.cuts)


def protected_min(acts: Sequence[Act], scene: Scene, rehearsal: Rehearsal, cap_min: float) -> float:
    """Return how long after *scene* nine copies in ten have done all of *acts* that are moments of a log."""
    ends = [rehearsal.minutes(act.trace) for act in acts if act.trace is not None]
    if not ends:
        return 0.0
    last = np.max(np.where(np.isfinite(ends), ends, scene.sim_min + cap_min), axis=0)
    return float(min(cap_min, max(0.0, np.quantile(last, 0.9) - scene.sim_min)))


def told_to(acts: Sequence[Act]) -> str:
    """Return the key of the unit that the news goes to: whoever acts first, or the command in their place."""
    first = next((act.unit for act in acts if act.before is None), "command")
    return first if first.partition(":")[0] in ("command", "zone", "site", "relief", "warning") else "command"
