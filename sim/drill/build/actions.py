"""Expected actions with their laws: what each is, since when it counts, how long it takes in the copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.drill.build.acts import Act, since
from sim.drill.build.benchmarks import law
from sim.drill.build.bind import binding
from sim.drill.build.cast import Cast
from sim.drill.build.limits import clause_of
from sim.drill.build.lines import Line, Order
from sim.drill.build.rehearsal import Rehearsal
from sim.drill.build.said import NOTHING, said
from sim.drill.expected import Action, Trace
from sim.plan.model import Plan

NO_TRACE = Trace(step="state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What actions are made from."""

    plan: Plan
    rehearsal: Rehearsal
    cast: Cast
    order: Order


def actions(ground: Ground, targets: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[Action, ...]:
    """Return the actions of every line, in order; *targets* has objective and target id by (capability, step)."""
    ids = ground.order.of_trace()
    return tuple(
        _action(ground, line, number, act, ids, targets)
        for line in ground.order.lines for number, act in enumerate(line.acts)
    )


def _action(
    ground: Ground, line: Line, number: int, act: Act, ids: Mapping[Trace, str],
    targets: Mapping[tuple[str, str], tuple[str, str]],
) -> Action:
    timed = ground.order.timed(line, act, ground.cast, ground.rehearsal)
    before = ids.get(act.before, "") if act.before is not None else ""
    own = since(ground.rehearsal, act)
    objective_id, target_id = targets.get((act.capability, act.step), ("", ""))
    whole = ground.rehearsal.minutes(act.trace) if act.trace is not None else own
    return Action(
        action_id=line.action_id(number), inject_id=line.inject_id, unit_id=ground.cast.ids[act.unit],
        role=said(f"role.{act.unit.partition(':')[0]}"), action=act.text, standard=act.standard,
        clock="previous" if before else "received", predecessor=before, limit_min=act.limit_min,
        limit_clause=clause_of(act, ground.plan), trace=act.trace or NO_TRACE,
        benchmark=law(own.tolist(), act.limit_min) if timed else None,
        since_t0=law(whole.tolist(), None) if timed else None,
        binding=binding(act, ground.rehearsal) if timed else NOTHING, objective_id=objective_id, target_id=target_id,
        capability=act.capability, critical_task=act.task, evaluator="", timed=timed,
    )
