"""When something happened in a log: one reading of a trace, for simulated copies and for a drill alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sim.common.types import NEVER
from sim.drill.expected import Trace
from sim.hazard.scenario import Scenario
from sim.response.log import Log

DEMAND_STEPS = {
    "report": "known_min", "order": "dispatched_min", "arrive": "arrived_min", "start": "started_min",
    "done": "done_min",
}
"""Step to the column of :class:`sim.response.log.DemandLog` that holds its minute."""

DELIVERY_STEPS = {"load": "loaded_min", "leave": "left_min", "deliver": "handed_min"}


def moment_min(trace: Trace, scenario: Scenario, log: Log) -> float:
    """Return the minute since T0 at which *trace* happened in *log*; ``inf`` if it did not within the horizon.

    Raises ``KeyError`` for a step that no log knows (``state``: something said or decided, not simulated).
    """
    minute = float(READERS[trace.step](trace, scenario, log))
    return minute if minute <= log.horizon_min else NEVER


def _of_demand(trace: Trace, _scenario: Scenario, log: Log) -> float:
    return float(getattr(log.demands, DEMAND_STEPS[trace.step])[trace.demand])


def _level(trace: Trace, _scenario: Scenario, log: Log) -> float:
    """A level that was skipped counts as open with the higher one that was opened instead."""
    return min((minute for minute, rank in log.levels if rank <= trace.rank), default=NEVER)


def _warning(trace: Trace, _scenario: Scenario, log: Log) -> float:
    return min((each.issued_min for each in log.warnings if each.danger == trace.danger), default=NEVER)


def _delivery(trace: Trace, _scenario: Scenario, log: Log) -> float:
    """``word`` is ``shelter:<index>`` for what comes to a shelter, else the id of the depot that it comes from."""
    column = DELIVERY_STEPS[trace.step]
    kind, _, index = trace.word.partition(":")
    wanted = [
        each for each in log.deliveries
        if (each.shelter == int(index) if kind == "shelter" else each.depot == trace.word)
    ]
    return min((float(getattr(each, column)) for each in wanted), default=NEVER)


def _care(trace: Trace, scenario: Scenario, log: Log) -> float:
    """First patient of the demand, or (without one) of the zone, at a hospital's door."""
    people = scenario.casualties
    ours = people.demand == trace.demand if trace.demand >= 0 else people.zone == trace.zone
    return float(np.min(log.casualties.hospital_min[ours], initial=NEVER))


READERS: Mapping[str, Callable[[Trace, Scenario, Log], float]] = {
    **dict.fromkeys(DEMAND_STEPS, _of_demand), **dict.fromkeys(DELIVERY_STEPS, _delivery),
    "level": _level, "warn": _warning, "care": _care,
}
"""Reader by step."""
