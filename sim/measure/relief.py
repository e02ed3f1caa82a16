"""Measures of relief: when did each displaced person have the whole kit, and which line came last."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats, Ints
from sim.measure.quantiles import Part, grouped_quantiles, quantiles, ratio, share_of, sums
from sim.plan.model import Plan
from sim.response.log import Log


def relief_measures(log: Log, plan: Plan, zones: int) -> Part:
    """Return the measures of relief for the whole city and by zone.

    Hours count from each person's own displacement; whoever is not relieved within the horizon never is. People
    displaced so late that their limit lies beyond the horizon are counted, but their hours are not judged.
    """
    limit_h = plan.coefficients["relief_limit_h"]
    r = log.relief
    displaced = np.where(r.displaced_min <= log.horizon_min, r.people, 0).astype(np.float64)
    relieved = np.where(r.relieved_min <= log.horizon_min, displaced, 0.0)
    hours = np.where(relieved > 0.0, r.relieved_min - r.displaced_min, np.inf) / 60.0
    judged = np.where(r.displaced_min + 60.0 * limit_h <= log.horizon_min, displaced, 0.0)
    in_time = np.where(hours <= limit_h, judged, 0.0)
    p50, p90, p100 = quantiles(hours, (0.5, 0.9, 1.0), judged)
    values = {
        "displaced_people": float(displaced.sum()),
        "relieved_people": float(relieved.sum()),
        "relief_p50_h": p50,
        "relief_p90_h": p90,
        "relief_p100_h": p100,
        "relief_share_10h": ratio(float(in_time.sum()), float(judged.sum())),
    }
    short = judged - in_time
    for k, line in enumerate(plan.kit):
        values[f"relief_short_people.{line.line_id}"] = float(short[r.last_line == k].sum())
    return values, _by_zone(r.zone, zones, displaced, relieved, judged, in_time, hours)


def _by_zone(
    zone: Ints, zones: int, displaced: Floats, relieved: Floats, judged: Floats, in_time: Floats, hours: Floats,
) -> dict[str, Floats]:
    def people(weights: Floats) -> Floats:
        return sums(zone, weights, zones)

    p90, p100 = grouped_quantiles(hours, judged, zone, zones, (0.9, 1.0))
    return {
        "displaced_people": people(displaced),
        "relieved_people": people(relieved),
        "relief_share_10h": share_of(people(in_time), people(judged)),
        "relief_p90_h": p90,
        "relief_p100_h": p100,
    }
