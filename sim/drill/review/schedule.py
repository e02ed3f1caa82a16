"""The plan's two clocks: exercise minutes and scenario minutes, time jumps, when each action would come."""

from __future__ import annotations

from sim.drill.clocks import ex_at, sim_at
from sim.drill.model import Action, Drill


def expected_times(drill: Drill) -> dict[str, float | None]:
    """Return when each action would come on the exercise clock, had every one before it taken its P50."""
    made: dict[str, float | None] = {}
    by_id = {action.action_id: action for action in drill.actions}

    def when(action_id: str, seen: tuple[str, ...]) -> float | None:
        if action_id in made or action_id not in by_id or action_id in seen:
            return made.get(action_id)
        action = by_id[action_id]
        begin = planned_trigger(drill, action)
        if action.clock == "previous" and action.predecessor:
            begin = when(action.predecessor, (*seen, action_id))
        p50 = action.benchmark.p50 if action.benchmark else None
        made[action_id] = None if begin is None or p50 is None else begin + p50
        return made[action_id]

    for action_id in by_id:
        when(action_id, ())
    return made


def ex_of(drill: Drill, sim_min: float) -> float:
    """Return the exercise minute of a scenario minute; the same without a map."""
    return ex_at(drill.time_map, sim_min) if drill.time_map else sim_min


def sim_of(drill: Drill, ex_min: float) -> float:
    """Return the scenario minute of an exercise minute; at a time jump, the minute after it; the same without a map."""
    return sim_at(drill.time_map, ex_min) if drill.time_map else ex_min


def planned_trigger(drill: Drill, action: Action) -> float | None:
    """Return when the clock of *action* would start by the plan, exercise minutes; that of a chain at its inject."""
    if action.clock == "t0":
        return ex_of(drill, 0.0)
    return next((inject.ex_min for inject in drill.injects if inject.inject_id == action.inject_id), None)


def jumps(drill: Drill, begin: float, end: float) -> bool:
    """Tell whether a time jump lies between two minutes: then the time between says nothing."""
    cuts = [move.ex_from_min for move in drill.moves[1:]]
    return any(begin < cut <= end for cut in cuts)
