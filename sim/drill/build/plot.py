"""The plot: which news is given when, with the decisions of command, fitted to the window of the exercise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.common.errors import InputError, Problem
from sim.common.types import NEVER
from sim.drill.build.acts import Act
from sim.drill.build.attach import causes, levels, warnings
from sim.drill.build.choose import Played, choose
from sim.drill.build.lines import Line, Order, protected_min, told_to
from sim.drill.build.pacing import Pacing, shipped_pacing
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.said import NOTHING
from sim.drill.build.scenes import Scene
from sim.drill.build.window import Fitted, Slot, fit
from sim.drill.design import Design
from sim.drill.model import Move
from sim.plan.model import Plan

REPORT = 0.5
"""Worth of a timed report against any other timed action: there is one with nearly every piece of news."""
VARIETY = 0.5
"""Worth of a kind of news that has timed actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The running order and how exercise time runs against the scenario's."""

    order: Order
    moves: tuple[Move, ...]
    """Without names and summaries."""
    time_map: tuple[tuple[float, float], ...]
    dropped: tuple[Scene, ...]
    """News that the window has no room for, or that would take too much of the others' time."""


def plot(design: Design, plan: Plan, rehearsal: Rehearsal, played: Played) -> Plot:
    """Return the running order of the scenes of *played* that the drill gives.

    Scenes whose going lets an evaluator time more than they show themselves are left out one by one: news far from the
    rest costs time jumps, and a jump takes away the minutes that others' actions need.

    Raises :class:`InputError` if the window is too short even for the news that cannot be left out.
    """
    opening = min(played, key=lambda scene: (scene.sim_min, scene.event))
    decided = levels(plan, causes(played, (), plan, rehearsal), rehearsal)
    must = {act.scene for act in decided} or {opening}
    first = chosen = choose(played, must, design)
    draft = Draft(design, plan, rehearsal, played, frozenset(must))
    best = draft.plot(chosen)
    while True:
        fewer = [[scene for scene in chosen if scene is not out] for out in chosen if out not in must]
        tried = [(draft.worth(found := draft.plot(scenes)), place, found) for place, scenes in enumerate(fewer)]
        if not tried or max(tried)[0] <= draft.worth(best):
            given = {line.scene for line in best.order.lines}
            return replace(best, dropped=tuple(scene for scene in first if scene not in given))
        _, place, best = max(tried, key=lambda one: (one[0], -one[1]))
        chosen = fewer[place]


class Draft:
    """Tries running orders: what each gives to time."""

    def __init__(
        self, design: Design, plan: Plan, rehearsal: Rehearsal, played: Played, must: frozenset[Scene]
    ) -> None:
        self.design, self.plan, self.rehearsal, self.played, self.must = design, plan, rehearsal, played, must
        self.pacing = shipped_pacing()

    def plot(self, chosen: Sequence[Scene]) -> Plot:
        """Return the running order of *chosen*, the most worth first."""
        acts = _with_decisions(chosen, self.played, self.plan, self.rehearsal)
        slots = [
            _slot(scene, acts[scene], place, scene in self.must, self.rehearsal, self.pacing)
            for place, scene in enumerate(chosen)
        ]
        design = self.design
        fitted = fit(slots, window_min=design.window_min, hotwash_min=design.hotwash_min, pacing=self.pacing)
        if fitted.short_min > 0.0:
            raise InputError([_too_short(design, fitted, len(self.must))])
        order = _order(chosen, acts, fitted)
        more_min = _longer(order, fitted, self.rehearsal, design.window_min - design.hotwash_min)
        return Plot(
            order=replace(order, endex_min=order.endex_min + more_min), moves=_moves(fitted, more_min),
            time_map=_stretched(fitted.time_map, more_min),
            dropped=tuple(scene for scene in chosen if scene.event not in fitted.ex_min),
        )

    def worth(self, plot: Plot) -> float:
        """Return what *plot* gives an evaluator: timed actions, a report for half of one, and some variety."""
        company = [
            (line.scene.kind, act) for line in plot.order.lines for act in line.acts
            if self.design.units == () or not act.unit.startswith("team") or act.unit[5:] in self.design.units
            if plot.order.in_time(line, act, self.rehearsal)
        ]
        kinds = {kind for kind, _ in company}
        return sum(REPORT if act.step == "report" else 1.0 for _, act in company) + VARIETY * len(kinds)


def _longer(order: Order, fitted: Fitted, rehearsal: Rehearsal, room_min: float) -> float:
    """Return how much later ENDEX may be, so that what is still under way can be seen to its end, on a whole minute."""
    ends = [
        line.ex_min + latest - line.scene.sim_min
        for line in order.lines for act in line.acts
        if (latest := order.latest(act, rehearsal)) < NEVER and not order.is_cut(line, act, rehearsal)
    ]
    wanted = math.ceil(max(fitted.endex_min, *ends) if ends else fitted.endex_min)
    return max(0.0, min(math.floor(room_min), wanted) - fitted.endex_min)


def _stretched(time_map: Sequence[tuple[float, float]], more_min: float) -> tuple[tuple[float, float], ...]:
    *rest, (sim, ex) = time_map
    return (*rest, (sim + more_min, ex + more_min))


def _with_decisions(
    chosen: Sequence[Scene], played: Played, plan: Plan, rehearsal: Rehearsal
) -> dict[Scene, tuple[Act, ...]]:
    """Add levels and warnings to the acts of the scenes after which command decides on them."""
    by_time = sorted(chosen, key=lambda scene: (scene.sim_min, scene.event))
    own = [act for scene in by_time for act in played[scene]]
    known = causes(by_time, own, plan, rehearsal)
    decided = levels(plan, known, rehearsal)
    decided += warnings(by_time, decided, known, rehearsal)
    return {scene: (*played[scene], *(act for act in decided if act.scene == scene)) for scene in chosen}


def _slot(
    scene: Scene, acts: tuple[Act, ...], place: int, fixed: bool, rehearsal: Rehearsal, pacing: Pacing
) -> Slot:
    return Slot(
        key=scene.event, sim_min=scene.sim_min, cell=told_to(acts), weight=1.0 / (1 + place), fixed=fixed,
        protected_min=protected_min(acts, scene, rehearsal, pacing.protected_cap_min),
    )


def _too_short(design: Design, fitted: Fitted, must: int) -> Problem:
    return Problem(
        code="drill.window_short", file=str(design.file), column="window_min", value=f"{design.window_min:g}",
        params={"minutes": f"{fitted.short_min:.0f}", "must": must},
    )


def _order(chosen: Sequence[Scene], acts: Played, fitted: Fitted) -> Order:
    kept = {scene.event: scene for scene in chosen if scene.event in fitted.ex_min}
    lines = tuple(
        Line(
            scene=kept[event], inject_id=f"I-{number:03d}", ex_min=ex_min, move_id=_move_at(ex_min, fitted),
            acts=acts[kept[event]],
        )
        for number, (event, ex_min) in enumerate(fitted.ex_min.items(), start=1)
    )
    return Order(lines=lines, cuts=fitted.cuts, endex_min=fitted.endex_min)


def _moves(fitted: Fitted, more_min: float) -> tuple[Move, ...]:
    made = [
        Move(
            move_id=f"M-{number}", name=NOTHING, summary=NOTHING, ex_from_min=each.ex_from_min,
            ex_to_min=each.ex_to_min, sim_from_min=each.sim_from_min, sim_to_min=each.sim_to_min,
        )
        for number, each in enumerate(fitted.stretches, start=1)
    ]
    last = made[-1]
    made[-1] = replace(last, ex_to_min=last.ex_to_min + more_min, sim_to_min=last.sim_to_min + more_min)
    return tuple(made)


def _move_at(ex_min: float, fitted: Fitted) -> str:
    """Return the move in which *ex_min* lies; at a jump, the one that begins."""
    started = [number for number, each in enumerate(fitted.stretches, start=1) if each.ex_from_min <= ex_min]
    return f"M-{max(started, default=1)}"
