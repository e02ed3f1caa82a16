"""Compares the layouts of a finished run: a verdict on every target, paired differences, townships left behind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats, Ints
from sim.measure.equity import end_mean, gini
from sim.measure.quantiles import quantiles
from sim.measure.statistics import NOTHING, variance_ratio
from sim.measure.verdict import (
    Comparison,
    Equity,
    MeasureRow,
    Pairs,
    Verdict,
    difference_confidence,
    judge,
    judge_value,
    measure_row,
    paired,
    pairs_of,
    target_difference,
)
from sim.plan.capacity import ledger_measures
from sim.plan.model import Plan, Target
from sim.study.model import Inputs
from sim.study.run import RunResult
from sim.study.samples import Samples, ZoneTable, read_samples, read_zone_table, zone_measures
from sim.study.verdict_files import write_verdicts
from sim.study.zone_differences import zone_differences

KEY_MEASURES = (
    "deaths", "deaths_later", "rescued_alive_share_72h", "still_trapped", "still_waiting", "hospital_p90_min",
    "displaced_people", "loss_yuan", "relief_share_10h", "relief_p50_h", "relief_p90_h", "report_p90_min",
    "unserved_demands", "unreachable_demands", "prevented_demands", "arrival_from_real_p50_min",
    "evacuated_people", "exposed_share", "loss_avoided_yuan", "leak_flow_min", "gas_aired_kg", "gas_exposed_people",
    "gas_hurt", "explosions", "explosions_averted", "responders_hurt",
)
"""Shown beside the targets, with the arrival times at fires and at the trapped; a hazard may have no value for some."""

LEFT, SHUT_IN = "evacuated_people", "sheltered_people"

PRIMARY = ("relief_share_10h", "deaths_later", "rescued_alive_share_72h")
"""Measures for which it is reported what the same disasters for all layouts have gained."""

EQUITY = ("relief_share_10h", "rescued_alive_share_72h", "arrival_p50_min", "report_share_in_time", "exposed_share")

LOW_IS_GOOD = ("arrival_p50_min", "exposed_share")
"""Of these a township with a high value fares badly."""

SECOND_LOOK = {"relief_p90_h": "relief_share_10h", "relief_p100_h": "relief_share_10h"}
"""Share that tells apart the townships in which a time is *never* in most replications."""

OFTEN = 0.1
"""A township can be the worst one if it is concerned in this share of the replications."""

FIFTH = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What all parts of a comparison need."""

    inputs: Inputs
    layouts: tuple[str, ...]
    samples: Samples
    townships: ZoneTable
    confidence: float
    each: float
    """Confidence of each difference to the reference."""
    seed: int


def compare(run: RunResult) -> Comparison:
    """Return what the complete *run* says: verdicts, key measures, equity, and what pairing has gained.

    The first layout is the reference of all differences. Yearly targets are left out and named in ``not_shown``.
    """
    asked = _read(run)
    targets = run.inputs.plan.targets
    return Comparison(
        verdicts=tuple(verdict for target in targets for verdict in _verdicts(asked, target)),
        measures=tuple(_measure_rows(asked)),
        equity=tuple(_equity(asked)),
        zones=tuple(
            zone_differences(
                run.folder, asked.layouts, run.inputs.city.zones.code, run.study.replications, asked.each
            )
        ),
        variance_ratio=_variance_ratios(asked),
        not_shown=tuple(target.target_id for target in targets if target.kind == "yearly"),
        reference=asked.layouts[0],
        confidence=asked.confidence,
        difference_confidence=asked.each,
        n=run.study.replications,
    )


def zone_table(run: RunResult) -> ZoneTable:
    """Return every measure that the *run* has by township, summed up over the replications, for maps and tables."""
    layouts = [layout.layout_id for layout in run.inputs.layouts]
    zones = run.inputs.city.zones.code
    return read_zone_table(run.folder, zone_measures(run.folder), layouts, zones, run.study.replications)


def key_measures(plan: Plan) -> tuple[str, ...]:
    """Return the names of the measures that are shown beside the targets."""
    arrivals: list[str] = []
    for kind in plan.kinds.values():
        if kind.law == "fire":
            arrivals += [f"arrival_p50_min.{kind.kind}", f"arrival_p90_min.{kind.kind}"]
            if math.isfinite(kind.arrival_limit_min):
                arrivals.append(f"arrival_within_limit_share.{kind.kind}")
        elif kind.law == "rescue":
            arrivals.append(f"arrival_p90_min.{kind.kind}")
        if kind.law in ("fire", "rescue"):
            arrivals.append(f"arrival_from_real_p50_min.{kind.kind}")
    return (*KEY_MEASURES, *arrivals)


def _read(run: RunResult) -> _Asked:
    inputs, n = run.inputs, run.study.replications
    layouts = tuple(layout.layout_id for layout in inputs.layouts)
    of_targets = [target.measure for target in inputs.plan.targets if target.kind == "simulated"]
    wanted = list(dict.fromkeys([*of_targets, *key_measures(inputs.plan), *PRIMARY, SHUT_IN]))
    by_zone = list(dict.fromkeys([*of_targets, *EQUITY, *SECOND_LOOK.values()]))
    return _Asked(
        inputs=inputs, layouts=layouts, confidence=run.study.confidence, seed=run.study.seed,
        samples=read_samples(run.folder, wanted, layouts, n),
        townships=read_zone_table(run.folder, by_zone, layouts, inputs.city.zones.code, n),
        each=difference_confidence(run.study.confidence, len(layouts)),
    )


# ---- targets -------------------------------------------------------------------------------


def _verdicts(asked: _Asked, target: Target) -> Iterator[Verdict]:
    if target.kind == "ledger":
        yield from _ledger_verdicts(asked, target)
    elif target.kind == "simulated":
        for layout in asked.layouts:
            yield _simulated_verdict(asked, target, layout)


def _simulated_verdict(asked: _Asked, target: Target, layout: str) -> Verdict:
    ours, theirs = (asked.samples.of(target.measure, name) for name in (layout, asked.layouts[0]))
    values = ours[~np.isnan(ours)]
    interval, state = judge(target, values, asked.confidence)
    gap, pairs = NOTHING, Pairs()
    if layout != asked.layouts[0]:
        both = paired(ours, theirs)
        gap = target_difference(target, *both, asked.each, asked.seed)
        pairs = pairs_of(*both, up=target.sense.startswith(">"))
    zone, worst = worst_zone(asked.townships, target.measure, layout, high_is_good=target.sense == ">=")
    return Verdict(
        target_id=target.target_id, layout_id=layout, n=len(values), estimate=interval.estimate, low=interval.low,
        high=interval.high, state=state, difference=gap.estimate, difference_low=gap.low, difference_high=gap.high,
        worst_zone=asked.inputs.city.zones.code[zone] if zone >= 0 else "", worst_value=worst,
        median=quantiles(values, (0.5,))[0], pairs=pairs,
    )


def _ledger_verdicts(asked: _Asked, target: Target) -> Iterator[Verdict]:
    """Judge what the ledger of each layout holds; a number that nobody has entered is not judged."""
    i = asked.inputs
    values = [
        ledger_measures(i.city, i.plan, layout, i.ledger).get(target.measure, math.nan) for layout in i.layouts
    ]
    for layout, value in zip(asked.layouts, values, strict=True):
        known = not math.isnan(value)
        gap = math.nan if layout == asked.layouts[0] else value - values[0]
        yield Verdict(
            target_id=target.target_id, layout_id=layout, n=int(known), estimate=value, low=value, high=value,
            state=judge_value(target, value) if known else "none", difference=gap, difference_low=gap,
            difference_high=gap, worst_zone="", worst_value=math.nan, median=value,
        )


# ---- townships -----------------------------------------------------------------------------


def worst_zone(table: ZoneTable, measure: str, layout: str, *, high_is_good: bool) -> tuple[int, float]:
    """Return the township that fares worst and its value; (-1, nan) if none is concerned or all fare alike.

    Counted are townships concerned in at least a tenth of the replications (if there are any). Of townships alike in
    the middle, the one in which it never happens more often is the worse, then the one with the lower share in time.
    """
    typical, concerned, never = table.rows(measure, layout)
    places = _counted(concerned)
    if len(places) == 0:
        return -1, math.nan
    share = table.of(SECOND_LOOK[measure], layout)[places] if measure in SECOND_LOOK else np.zeros(len(places))
    bad = np.stack([-share, never[places], -typical[places] if high_is_good else typical[places]])
    if len(places) > 1 and (bad == bad[:, :1]).all():
        return -1, math.nan
    worst = places[np.lexsort((-places, *bad))[-1]]
    return int(worst), float(typical[worst])


def _counted(concerned: Floats) -> Ints:
    often = np.flatnonzero(concerned >= OFTEN)
    return often if len(often) else np.flatnonzero(concerned > 0.0)


def _equity(asked: _Asked) -> Iterator[Equity]:
    zones = asked.inputs.city.zones
    for measure in EQUITY:
        high_is_good = measure not in LOW_IS_GOOD
        for layout in asked.layouts:
            typical, concerned, _ = asked.townships.rows(measure, layout)
            places = _counted(concerned)
            values, people = typical[places], zones.people[places].astype(np.float64)
            zone, worst = worst_zone(asked.townships, measure, layout, high_is_good=high_is_good)
            yield Equity(
                measure=measure, layout_id=layout, zones=len(places), worst_zone=zones.code[zone] if zone >= 0 else "",
                worst_value=worst, worst_fifth=end_mean(values, people, FIFTH, largest=not high_is_good),
                best_fifth=end_mean(values, people, FIFTH, largest=high_is_good), gini=gini(values, people),
            )


# ---- beside the targets --------------------------------------------------------------------


def _measure_rows(asked: _Asked) -> Iterator[MeasureRow]:
    shut_in = any(np.isfinite(asked.samples.of(SHUT_IN, layout)).any() for layout in asked.layouts)
    for measure in key_measures(asked.inputs.plan):
        if shut_in and measure == LEFT:
            continue  # Who shuts in need not leave: neither is better, and the share still exposed counts both.
        theirs = asked.samples.of(measure, asked.layouts[0])
        for layout in asked.layouts:
            reference = None if layout == asked.layouts[0] else theirs
            ours = asked.samples.of(measure, layout)
            yield measure_row(measure, layout, ours, reference, asked.confidence, asked.each)


def _variance_ratios(asked: _Asked) -> dict[tuple[str, str], float]:
    """Return the gain of pairing for the primary measures; those that do not vary have none to report."""
    ratios = {
        (measure, layout): variance_ratio(
            *paired(asked.samples.of(measure, layout), asked.samples.of(measure, asked.layouts[0]))
        )
        for measure in PRIMARY
        for layout in asked.layouts[1:]
    }
    return {key: ratio for key, ratio in ratios.items() if not math.isnan(ratio)}


__all__ = ["compare", "key_measures", "worst_zone", "write_verdicts", "zone_table"]
