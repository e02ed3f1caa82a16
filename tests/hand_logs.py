"""Hand-made logs: a row per demand, casualty or group of people, and plain defaults for everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tiny_world as tw

from sim.common.types import NEVER
from sim.response.log import (
    OPEN,
    CasualtyLog,
    CrewLog,
    DemandLog,
    EvacuationLog,
    GasLog,
    Log,
    ReliefLog,
    WarningLog,
)


def _columns(rows: Sequence[Mapping[str, Any]]) -> Any:
    return lambda name, default: [row.get(name, default) for row in rows]


def demand_log(rows: Sequence[Mapping[str, Any]]) -> DemandLog:
    column = _columns(rows)
    return DemandLog(
        known_min=tw.floats(column("known", NEVER)), dark=np.zeros(len(rows), dtype=bool),
        dispatched_min=tw.floats(column("dispatched", NEVER)), arrived_min=tw.floats(column("arrived", NEVER)),
        local_arrived_min=tw.floats(column("local", NEVER)), started_min=tw.floats(column("started", NEVER)),
        done_min=tw.floats(column("done", NEVER)), state=tw.ints(column("state", OPEN)),
        crews_sent=tw.ints(column("crews_sent", 0)), crew_min=tw.floats(column("crew_min", 0.0)),
        left_work=tw.floats(column("left_work", 0.0)), unreachable_min=tw.floats(column("unreachable", 0.0)),
        quantity_end=tw.floats(column("quantity_end", 1.0)),
    )


def casualty_log(rows: Sequence[Mapping[str, Any]]) -> CasualtyLog:
    column = _columns(rows)
    return CasualtyLog(
        hurt_min=tw.floats(column("hurt", 0.0)), severity=tw.ints(column("severity", 2)),
        freed_min=tw.floats(column("freed", NEVER)), care_min=tw.floats(column("care", NEVER)),
        hospital_min=tw.floats(column("hospital", NEVER)), treated_min=tw.floats(column("treated", NEVER)),
        death_min=tw.floats(column("death", NEVER)), outcome=tw.ints(column("outcome", 0)),
        hospital=tw.ints(column("at", -1)),
    )


def relief_log(rows: Sequence[tuple[int, int, float, float, int]]) -> ReliefLog:
    """Rows of (zone, people, displaced, relieved, last line)."""
    return ReliefLog(
        shelter=tw.ints([0] * len(rows)), zone=tw.ints([r[0] for r in rows]), people=tw.ints([r[1] for r in rows]),
        displaced_min=tw.floats([r[2] for r in rows]), relieved_min=tw.floats([r[3] for r in rows]),
        last_line=tw.ints([r[4] for r in rows]),
    )


def crew_log(rows: Sequence[tuple[str, int, float, float, float]]) -> CrewLog:
    """Rows of (team, people, available, travel, work)."""
    return CrewLog(
        team=tuple(r[0] for r in rows), people=tw.ints([r[1] for r in rows]),
        available_min=tw.floats([r[2] for r in rows]), travel_min=tw.floats([r[3] for r in rows]),
        work_min=tw.floats([r[4] for r in rows]), rest_min=tw.floats([0.0] * len(rows)), jobs=tw.ints([1] * len(rows)),
    )


def evacuations(rows: Sequence[tuple[int, int, int, float, float, float]]) -> tuple[EvacuationLog, ...]:
    """Rows of (danger, zone, people, strike, by themselves, by bus); whoever has not left is exposed."""
    return tuple(
        EvacuationLog(
            danger=danger, zone=zone, people=people, strike_min=strike, by_themselves=alone, by_bus=bus,
            exposed=people - alone - bus,
        )
        for danger, zone, people, strike, alone, bus in rows
    )


def gas_log(levels: Sequence[int], people: Sequence[float], steps: int = 1, **changes: Any) -> GasLog:
    """What release 0 came to: the level of each cell and the people of each level; one minute a step, nobody acts."""
    fields: dict[str, Any] = {
        "release": 0, "began_min": 0.0, "flow_ended_min": NEVER, "ended_min": NEVER, "aired_kg": 0.0, "washed_kg": 0.0,
        "vessel_kg": 0.0, "pool_kg": 0.0, "edges_min": np.arange(steps + 1.0), "rate_kg_min": np.zeros(steps),
        "vessel_course_kg": np.zeros(steps), "pool_course_kg": np.zeros(steps), "cell_level": tw.ints(levels),
        "cell_dose": np.zeros(len(levels)), "people": tw.floats(people), "away": np.zeros((steps, 4)),
        "sheltered": np.zeros((steps, 4)),
    }
    return GasLog(**(fields | changes))


def log(
    demands: Sequence[Mapping[str, Any]] = (),
    casualties: Sequence[Mapping[str, Any]] = (),
    relief: Sequence[tuple[int, int, float, float, int]] = (),
    crews: Sequence[tuple[str, int, float, float, float]] = (),
    warnings: Sequence[WarningLog] = (),
    horizon_min: float = 7200.0,
    **changes: Any,
) -> Log:
    fields: dict[str, Any] = {
        "layout_id": "tiny", "scenario_id": "tiny", "deliveries": (), "stock_left": {}, "stock_out_min": {},
        "levels": (), "reopened": (), "restored": (), "events": 0, "timeline": (),
    }
    return Log(
        horizon_min=horizon_min, demands=demand_log(demands), casualties=casualty_log(casualties),
        relief=relief_log(relief), crews=crew_log(crews), warnings=tuple(warnings), **(fields | changes),
    )
