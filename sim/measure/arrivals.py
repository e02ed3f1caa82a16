"""Measures of the demands: were they reported in time, when did the first crew come, what is left undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER, Bools, Floats, Ints
from sim.hazard.scenario import Scenario
from sim.measure.quantiles import Part, grouped_quantiles, quantiles, ratio, share_of, sums
from sim.plan.model import Plan
from sim.response.log import OPEN, PREVENTED, Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The demands that became real within the horizon, row by row, with what was done about them."""

    kind: Ints
    """Index of the kind in the plan."""
    zone: Ints
    real_min: Floats
    known_min: Floats
    dispatched_min: Floats
    arrived_min: Floats
    done_min: Floats
    open: Bools
    watched: Bools
    cut_off: Bools
    """No open road led there for some time when a crew was wanted."""
    left_work: Floats


def answered(log: Log, plan: Plan, scenario: Scenario) -> Answered:
    """Return the demands that became real and were not prevented."""
    number = {kind: k for k, kind in enumerate(plan.kinds)}
    d, s = log.demands, scenario.demands
    real = (d.state != PREVENTED) & (s.real_min <= log.horizon_min)
    kind = np.fromiter((number[k] for k in s.kind), dtype=np.int64, count=len(s))
    return Answered(
        kind=kind[real], zone=s.zone[real], real_min=s.real_min[real], known_min=d.known_min[real],
        dispatched_min=d.dispatched_min[real], arrived_min=d.arrived_min[real], done_min=d.done_min[real],
        open=d.state[real] == OPEN, watched=s.watched[real], cut_off=d.unreachable_min[real] > 0.0,
        left_work=d.left_work[real],
    )


def prevented_demands(log: Log, plan: Plan, scenario: Scenario) -> dict[str, float]:
    """Return how many demands never became real because something was done in time (a fire that did not spread)."""
    spared = (log.demands.state == PREVENTED) & (scenario.demands.real_min <= log.horizon_min)
    kinds = [kind for kind, out in zip(scenario.demands.kind, spared.tolist(), strict=True) if out]
    by_kind = {f"prevented_demands.{kind}": float(kinds.count(kind)) for kind in plan.kinds}
    return {"prevented_demands": float(len(kinds))} | by_kind


def waited_min(a: Answered) -> tuple[Floats, Bools]:
    """Return how long each demand waited for its first crew once known, and which demands had to wait for one at all.

    A demand that others (neighbours, village responders, time) bring to its end before a crew is there waited until
    that end; one still open without a crew waits for ever. What is over before it is known waits for no crew. A works'
    brigade that was sent before the duty room knew was sent by somebody who did.
    """
    until = np.minimum(a.arrived_min, a.done_min)
    concerned = ~(a.done_min < a.known_min)
    known_min = np.minimum(a.known_min, a.dispatched_min)
    known = np.where(np.isfinite(known_min), known_min, 0.0)
    return np.where(np.isfinite(until) & np.isfinite(known_min), until - known, NEVER), concerned


def waited_from_real_min(a: Answered) -> tuple[Floats, Bools]:
    """Return how long each demand waited for its first crew, or its end by others, from when it became real.

    Known or not: so the demands that count are the same for every layout.
    """
    return np.minimum(a.arrived_min, a.done_min) - a.real_min, np.ones(len(a.kind), dtype=bool)


def demand_measures(a: Answered, plan: Plan, zones: int, horizon_min: float) -> Part:
    """Return the measures of all demands for the whole city and by zone, names as in :mod:`sim.measure.measures`."""
    values, by_zone = _reports(a, plan.coefficients["report_deadline_min"], zones, horizon_min)
    values |= {
        "demands": float(len(a.kind)),
        "unserved_demands": float(a.open.sum()),
        "unreachable_demands": float(a.cut_off.sum()),
        "left_work_crew_h": float(a.left_work.sum()) / 60.0,
    }
    arrivals, arrivals_by_zone = _arrivals(a, plan, zones)
    by_zone |= arrivals_by_zone
    by_zone["unserved_demands"] = sums(a.zone, a.open, zones)
    return values | arrivals | _within_limit(a, plan) | _legs(a, plan), by_zone


def _arrivals(a: Answered, plan: Plan, zones: int) -> Part:
    """Return the waits for the first crew, from known and from becoming real.

    A layout that reports faster takes up demands sooner, when more of them compete for the crews: from known alone it
    may look slower than it is.
    """
    from_real = waited_from_real_min(a)
    values = {"arrival_from_real_p50_min": quantiles(from_real[0], (0.5,))[0]}
    by_zone: dict[str, Floats] = {}
    for name, (waited, concerned), shares in (
        ("arrival", waited_min(a), (0.5, 0.9)), ("arrival_from_real", from_real, (0.5,)),
    ):
        weights = concerned.astype(np.float64)
        by_zone[f"{name}_p50_min"] = grouped_quantiles(waited, weights, a.zone, zones, (0.5,))[0]
        by_kind = grouped_quantiles(waited, weights, a.kind, len(plan.kinds), shares)
        for share, row in zip(shares, by_kind, strict=True):
            values |= {f"{name}_p{100 * share:.0f}_min.{kind}": float(row[k]) for k, kind in enumerate(plan.kinds)}
    return values, by_zone


def _reports(a: Answered, deadline_min: float, zones: int, horizon_min: float) -> Part:
    """Judge the reports whose deadline lies within the horizon; what instruments tell needs no report."""
    due = ~a.watched & (a.real_min + deadline_min <= horizon_min)
    took = a.known_min[due] - a.real_min[due]
    in_time, zone = took <= deadline_min, a.zone[due]
    p50, p90 = quantiles(took, (0.5, 0.9))
    values = {
        "report_share_in_time": ratio(float(in_time.sum()), len(took)),
        "report_p50_min": p50,
        "report_p90_min": p90,
    }
    by_zone = share_of(sums(zone, in_time, zones), sums(zone, np.ones(len(zone)), zones))
    return values, {"report_share_in_time": by_zone}


def _within_limit(a: Answered, plan: Plan) -> dict[str, float]:
    """Return the share of demands at which a crew was within the standard's limit of its order; never is a miss."""
    values = {}
    for k, kind in enumerate(plan.kinds.values()):
        if kind.arrival_limit_min < NEVER:
            ours = a.kind == k
            sent, came = a.dispatched_min[ours], a.arrived_min[ours]
            met = came <= np.where(np.isfinite(sent), sent, -NEVER) + kind.arrival_limit_min
            values[f"arrival_within_limit_share.{kind.kind}"] = ratio(float(met.sum()), len(met))
    return values


def _legs(a: Answered, plan: Plan) -> dict[str, float]:
    """Return where the time goes on the demands to which a crew came, as means by kind: report, wait, travel."""
    served = np.isfinite(a.arrived_min)
    kind, kinds = a.kind[served], len(plan.kinds)
    count = sums(kind, np.ones(len(kind)), kinds)
    known_min = np.minimum(a.known_min[served], a.dispatched_min[served])
    legs = {
        "report_mean_min": known_min - a.real_min[served],
        "wait_mean_min": a.dispatched_min[served] - known_min,
        "travel_mean_min": a.arrived_min[served] - a.dispatched_min[served],
    }
    means = {leg: share_of(sums(kind, took, kinds), count) for leg, took in legs.items()}
    return {f"{leg}.{name}": float(mean[k]) for leg, mean in means.items() for k, name in enumerate(plan.kinds)}
