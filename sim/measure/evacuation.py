"""Measures of evacuation: who was in the way when a danger struck, who was out of it, and how they had left."""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import Floats
from sim.measure.quantiles import Part, ratio, share_of, sums
from sim.response.log import EvacuationLog, Log


def evacuation_measures(log: Log, zones: int) -> Part:
    """Return the people in danger, out in time, shut in and exposed, for the whole city and by zone.

    Counted are the dangers that strike within the horizon; whoever is in the way of two of them counts at each. nan
    where no danger orders people to leave; a share is nan too where none of those dangers strikes. Those who shut
    themselves in from a cloud of gas are nan where nobody was told to.
    """
    struck = [row for row in log.evacuations if row.strike_min <= log.horizon_min]
    people, exposed = _column(struck, "people"), _column(struck, "exposed")
    alone, by_bus = _column(struck, "by_themselves"), _column(struck, "by_bus")
    zone = np.fromiter((row.zone for row in struck), dtype=np.int64, count=len(struck))
    nothing = 0.0 if log.evacuations else math.nan
    values = {
        "people_in_danger": float(people.sum()) + nothing,
        "evacuated_people": float((alone + by_bus).sum()) + nothing,
        "evacuated_by_bus": float(by_bus.sum()) + nothing,
        "sheltered_people": float(_column(struck, "sheltered").sum()) if _told_to_stay_in(log) else math.nan,
        "exposed_people": float(exposed.sum()) + nothing,
        "exposed_share": ratio(float(exposed.sum()), float(people.sum())),
    }
    concerned, still_there = sums(zone, people, zones), sums(zone, exposed, zones)
    return values, {
        "people_in_danger": concerned + nothing,
        "exposed_people": still_there + nothing,
        "exposed_share": share_of(still_there, concerned),
    }


def _told_to_stay_in(log: Log) -> bool:
    return any(row.action == "shelter" for row in log.evacuations)


def _column(rows: list[EvacuationLog], name: str) -> Floats:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)
