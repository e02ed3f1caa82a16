"""A choice for the controller: a team breaks down, or not; what that does to arrivals comes from copies without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from sim.common.texts import listed
from sim.common.types import Floats, Text
from sim.drill.build.actions import Ground
from sim.drill.build.acts import Act, since
from sim.drill.build.names import Names
from sim.drill.build.rehearsal import Rehearsal, Task, middle, rehearse
from sim.drill.build.said import NOTHING, said
from sim.drill.copies import Play
from sim.drill.model import Branch

COPIES = 100
"""Copies without the team at most."""


def branches(
    ground: Ground, names: Names, play: Play, task: Task, reserve: str,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Branch, ...]:
    """Return the choice of taking out the team that most timed arrivals wait for; none if no team has any.

    *reserve* is the inject that announces it (a vehicle breaks down), or empty.
    """
    arrivals = [
        (line, act) for line in ground.order.lines for act in line.acts
        if act.step == "arrive" and ground.order.timed(line, act, ground.cast, ground.rehearsal)
    ]
    teams = Counter(act.unit for _, act in arrivals)
    if not teams:
        return ()
    unit = min(teams, key=lambda key: (-teams[key], key))
    without = _without(task, unit.partition(":")[2])
    again = rehearse(play, without, progress)
    effects = [_effect(ground, line.action_id(line.acts.index(act)), act, again) for line, act in arrivals
               if act.unit == unit]
    told = listed(effect for effect in effects if any(effect))
    return (Branch(
        branch_id="B-1", text=said("branch.text", team=names.team(unit.partition(":")[2])),
        options=(said("branch.stays"), said("branch.fails")), injects=((), (reserve,) if reserve else ()),
        effect=said("branch.effect", list=told, n=again.copies) if any(told) else said("branch.none", n=again.copies),
    ),)


def _without(task: Task, team_id: str) -> Task:
    layout = task.stage.layout
    teams = tuple(team for team in layout.teams if team.team_id != team_id)
    stage = replace(task.stage, layout=replace(layout, teams=teams))
    return replace(task, stage=stage, count=min(task.count, COPIES))


def _effect(ground: Ground, action_id: str, act: Act, again: Rehearsal) -> Text:
    with_it, without = (_median(since(rehearsal, act)) for rehearsal in (ground.rehearsal, again))
    if with_it == without:
        return NOTHING
    return said("branch.shift", action=action_id, before=with_it, after=without)


def _median(minutes: Floats) -> str:
    half = middle(minutes)
    return f"{half:.0f}" if np.isfinite(half) else "—"
