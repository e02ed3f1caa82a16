"""Time jumps: what happened in the time that is jumped over, told from the copy that the controllers go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from sim.common.texts import listed
from sim.common.types import Floats, Text
from sim.drill.build.actions import Ground
from sim.drill.build.injects import jump
from sim.drill.build.said import NOTHING, said
from sim.drill.copies import Copy
from sim.drill.model import Inject, Move, Overview
from sim.plan.model import Plan


def moves(bare: Sequence[Move], typical: Copy, plan: Plan) -> tuple[Move, ...]:
    """Return *bare* moves with their names, and what happened in the time before each."""
    named = [replace(move, name=said("move.name", number=number)) for number, move in enumerate(bare, start=1)]
    summaries = [NOTHING, *(_summary(before.sim_to_min, after.sim_from_min, typical, plan)
                            for before, after in pairwise(bare))]
    return tuple(replace(move, summary=summary) for move, summary in zip(named, summaries, strict=True))


def jumps(ground: Ground, overview: Overview, named: Sequence[Move]) -> list[Inject]:
    """Return the announcement of each move but the first."""
    began = datetime.fromisoformat(overview.scenario_time)
    found = []
    for number, (before, move) in enumerate(pairwise(named), start=2):
        at = began + timedelta(minutes=move.sim_from_min)
        message = said(
            "jump.message", minutes=f"{move.sim_from_min - before.sim_to_min:.0f}", at=f"{at:%m-%d %H:%M}",
            summary=move.summary,
        )
        found.append(jump(number, move.ex_from_min, round(move.sim_from_min, 1), move.move_id, message, ground))
    return found


def _summary(start_min: float, end_min: float, typical: Copy, plan: Plan) -> Text:
    """Return what the log says of the time between two scenario minutes."""
    log = typical.log

    def within(minutes: Floats) -> int:
        return int(np.sum((minutes >= start_min) & (minutes < end_min)))

    people = typical.scenario.casualties
    freed = log.casualties.freed_min[people.demand >= 0]
    facts = [
        ("known", within(log.demands.known_min)), ("arrived", within(log.demands.arrived_min)),
        ("done", within(log.demands.done_min)), ("freed", within(freed)),
        ("hospital", within(log.casualties.hospital_min)), ("dead", within(log.casualties.death_min)),
    ]
    told = [said(f"meanwhile.{key}", count=count) for key, count in facts if count]
    names = {level.rank: level.name for level in plan.levels}
    told += [said("meanwhile.level", level=names[rank]) for minute, rank in log.levels if start_min <= minute < end_min]
    return said("move.summary", list=listed(told)) if told else said("move.quiet")
