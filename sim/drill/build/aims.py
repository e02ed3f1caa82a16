"""Objectives and capability targets: what the drill is to show, in numbers, by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.common.texts import listed
from sim.common.types import Text
from sim.drill.build.actions import Ground
from sim.drill.build.acts import Act, since
from sim.drill.build.limits import clause_of, own_clause
from sim.drill.build.said import said
from sim.drill.design import Design, Wish
from sim.drill.model import CapabilityTarget, Objective

NAMED = 3
"""Units and tasks named in an objective."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """Objectives and targets, and which of them an action answers."""

    objectives: tuple[Objective, ...]
    targets: tuple[CapabilityTarget, ...]
    of: Mapping[tuple[str, str], tuple[str, str]]
    """(objective id, target id) by (capability, step)."""


def aims(ground: Ground, design: Design) -> Aims:
    """Return an objective for each capability that has timed actions, and a target for each of its steps."""
    timed = [
        act for line in ground.order.lines for act in line.acts
        if ground.order.timed(line, act, ground.cast, ground.rehearsal)
    ]
    by_capability: dict[str, list[Act]] = {}
    for act in timed:
        by_capability.setdefault(act.capability, []).append(act)
    objectives: list[Objective] = []
    targets: list[CapabilityTarget] = []
    of: dict[tuple[str, str], tuple[str, str]] = {}
    for number, (capability, acts) in enumerate(by_capability.items(), start=1):
        objective_id = f"O-{number}"
        own, ids = _targets(ground, objective_id, acts)
        targets += own
        of |= {(capability, step): (objective_id, target_id) for step, target_id in ids.items()}
        of[capability, "state"] = (objective_id, own[0].target_id)
        objectives.append(_objective(ground, design, objective_id, acts, own, len(acts) / len(timed)))
    return Aims(objectives=tuple(objectives), targets=tuple(targets), of=of)


def _objective(
    ground: Ground, design: Design, objective_id: str, acts: Sequence[Act], targets: Sequence[CapabilityTarget],
    weight: float,
) -> Objective:
    units = list(dict.fromkeys(ground.cast.name(act.unit) for act in acts))
    who = listed(units[:NAMED])
    if len(units) > NAMED:
        who = said("and_others", list=who, count=len(units))
    tasks = list(dict.fromkeys(act.task for act in acts))
    scenario = ground.rehearsal.stage.scenario
    return Objective(
        objective_id=objective_id, who=who, condition=said("aim.condition", disaster=scenario.title),
        task=listed(tasks[:NAMED]), standard=listed(target.text for target in targets),
        effect=said(f"effect.{acts[0].capability}"), capability=acts[0].capability, weight=round(weight, 3),
        stress=next((wish.kind for wish in design.wishes if _about(wish, acts)), ""),
    )


def _about(wish: Wish, acts: Sequence[Act]) -> bool:
    """Tell whether *wish* loads what *acts* show."""
    if wish.kind == "reporting":
        return any(act.step == "report" for act in acts)
    named = {str(value) for value in wish.params.values()}
    return bool(named & ({act.capability for act in acts} | {act.scene.kind for act in acts}))


def _targets(
    ground: Ground, objective_id: str, acts: Sequence[Act]
) -> tuple[list[CapabilityTarget], dict[str, str]]:
    """Return a target for each step of *acts*: the limit where there is one, else what eight copies in ten reach."""
    steps = list(dict.fromkeys(act.step for act in acts))
    targets, ids = [], {}
    for number, step in enumerate(steps, start=1):
        ours = [act for act in acts if act.step == step]
        target = CapabilityTarget(
            target_id=f"CT-{objective_id.partition('-')[2]}.{number}", objective_id=objective_id, text=Text("", ""),
            clause=next((clause for act in ours if (clause := clause_of(act, ground.plan))), own_clause()),
        )
        targets.append(replace(target, text=_words(ground, step, ours)))
        ids[step] = target.target_id
    return targets, ids


def _words(ground: Ground, step: str, acts: Sequence[Act]) -> Text:
    limits = sorted({act.limit_min for act in acts if act.limit_min is not None})
    count, what = len(acts), said(f"step.{step}")
    if limits:
        return said("target.limit", what=what, count=count, minutes=_span(limits))
    usual = sorted(float(np.quantile(since(ground.rehearsal, act), 0.8, method="higher")) for act in acts)
    return said("target.usual", what=what, count=count, minutes=_span(usual))


def _span(values: Sequence[float]) -> str:
    low, high = f"{values[0]:.0f}", f"{values[-1]:.0f}"
    return low if low == high else f"{low}–{high}"
