"""Verdicts: what many replications say of a target, and of a layout against the reference layout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.common.types import Bools, Floats
from sim.measure.quantiles import quantiles
from sim.measure.statistics import (
    NOTHING,
    Interval,
    bootstrap_quantile_difference,
    differences,
    least_share,
    mean_interval,
    quantile_interval,
    share_interval,
    t_interval,
)
from sim.plan.model import Target

State = Literal["met", "missed", "undecided", "stated", "none"]
"""``undecided``: more replications would tell; ``none``: nothing to judge (nobody concerned, nothing entered)."""

P90 = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """In how many of the same disasters a layout does better than the reference, worse, or just the same."""

    better: int = 0
    worse: int = 0
    equal: int = 0

    @property
    def n(self) -> int:
        """Pairs in all."""
        return self.better + self.worse + self.equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a study says of one target under one layout.

    *estimate* and its interval are those of the target's statistic: for ``share_of_replications`` the share of the
    replications in which the limit holds.
    """

    target_id: str
    layout_id: str
    n: int
    """Replications that count: those in which anybody was concerned; 1 for a ledger target."""
    estimate: float
    low: float
    high: float
    state: State
    difference: float
    """This layout minus the reference, on the same disasters; nan for the reference itself."""
    difference_low: float
    difference_high: float
    worst_zone: str
    """Code of the township that fares worst; empty if the measure is not by township or none stands out."""
    worst_value: float
    """The measure there: its mean over the replications, or its median for times (see :func:`is_time`)."""
    median: float
    """The measure itself in the middle one of the replications, ``inf`` if never."""
    pairs: Pairs = Pairs()
    """By the measure itself, whatever the target's statistic; none for the reference and for a ledger target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """A measure beside the targets under one layout, with the same paired statistics."""

    measure: str
    layout_id: str
    statistic: Literal["mean", "median"]
    """``median`` for times, which may be infinite; the difference is then the median of the paired differences."""
    n: int
    never_share: float
    """Share of the replications in which it never happened (``inf``)."""
    estimate: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    pairs: Pairs = Pairs()


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDifference:
    """What a layout changes for one township, on the same disasters."""

    measure: str
    layout_id: str
    zone: str
    reference: float
    """The measure there under the reference layout: mean, or median for times; of the pairs that count."""
    difference: float
    """Mean of the paired differences; for times, which may be ``inf``, their median."""
    low: float
    high: float
    effect: str
    """``better`` or ``worse`` if the interval leaves out zero, else empty."""
    pairs: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Equity:
    """How a measure spreads over the townships under one layout; people-weighted."""

    measure: str
    layout_id: str
    zones: int
    """Townships concerned often enough to count."""
    worst_zone: str
    worst_value: float
    worst_fifth: float
    """Mean of the fifth of the people who fare worst; ``best_fifth`` of those who fare best."""
    best_fifth: float
    gini: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that a study concludes."""

    verdicts: tuple[Verdict, ...]
    """Target by target, layouts in the order of the study."""
    measures: tuple[MeasureRow, ...]
    """Measure by measure, layouts in the order of the study."""
    equity: tuple[Equity, ...]
    variance_ratio: Mapping[tuple[str, str], float]
    """By (measure, layout id): how many times smaller the same disasters make the variance of the difference."""
    not_shown: tuple[str, ...]
    """Yearly targets: one kind of disaster cannot show them."""
    zones: tuple[ZoneDifference, ...]
    """Measure by measure, layout by layout, township by township; only townships that are often concerned."""
    reference: str
    confidence: float
    difference_confidence: float
    """Confidence of each single difference, so that all layouts' together have *confidence* (Bonferroni)."""
    n: int


# ---- what a measure is ---------------------------------------------------------------------


def is_share(measure: str) -> bool:
    """Tell whether *measure* lies between 0 and 1."""
    return "_share" in measure.split(".")[0]


def is_time(measure: str) -> bool:
    """Tell whether *measure* is a quantile of times, which may be ``inf`` and is summed up by its median."""
    return any(mark in measure for mark in ("_p50_", "_p90_", "_p100_"))


GOOD = (
    "rescued_alive", "relieved_people", "saved", "relief_capacity_people", "evacuated_people", "evacuated_by_bus",
    "loss_avoided_yuan", "prevented_demands", "leaks_closed_by_crews", "explosions_averted", "gas_washed_kg",
)
BAD_SHARES = ("exposed_share",)


def more_is_better(measure: str) -> bool:
    """Tell whether a larger value of *measure* is the better one."""
    base = measure.split(".")[0]
    return base in GOOD or (is_share(base) and base not in BAD_SHARES)


def measure_range(measure: str) -> tuple[float, float]:
    """Return the ends of what *measure* can be."""
    return 0.0, 1.0 if is_share(measure) else math.inf


# ---- targets -------------------------------------------------------------------------------


def holds(values: Floats, sense: str, limit: float) -> Bools:
    """Tell for each value whether it keeps the *limit*; *sense* is ``<=``, ``<``, ``>=`` or ``=``."""
    if sense == "<=":
        return np.asarray(values <= limit)
    if sense == "<":
        return np.asarray(values < limit)
    if sense == ">=":
        return np.asarray(values >= limit)
    return np.asarray(values == limit)


def judge(target: Target, values: Floats, confidence: float) -> tuple[Interval, State]:
    """Return what *values*, one per replication and none nan, say of *target*, and whether that decides it.

    Met or missed only if the whole interval is on one side of the limit.
    """
    if len(values) == 0:
        return NOTHING, "none"
    if target.statistic == "share_of_replications":
        kept = int(holds(values, target.sense, target.limit).sum())
        share = share_interval(kept, len(values), confidence)
        return share, _state(share, ">=", target.assurance)
    least, most = measure_range(target.measure)
    if target.statistic == "p90":
        p90 = quantile_interval(values, P90, confidence, least, most)
        return p90, _state(p90, target.sense, target.limit)
    mean = mean_interval(values, confidence, least, most)
    if _is_end(target, least, most):
        return mean, _state_at_the_end(target, values, confidence)
    return mean, _state(mean, target.sense, target.limit)


def judge_value(target: Target, value: float) -> State:
    """Return the verdict on a number that the ledger holds or the planner has entered: there is nothing to doubt."""
    return "met" if bool(holds(np.array([value]), target.sense, target.limit)[0]) else "missed"


def _state(interval: Interval, sense: str, limit: float) -> State:
    low, high = interval.low, interval.high
    ends = holds(np.array([low, high]), sense, limit)
    if sense == "=":
        return "undecided" if low <= limit <= high else "missed"
    if ends.all():
        return "met"
    return "undecided" if ends.any() else "missed"


def needs_every(target: Target) -> bool:
    """Tell whether a single replication that falls short makes *target* missed: 100 % of a share, 0 of a count."""
    mean = target.kind == "simulated" and target.statistic == "mean"
    return mean and _is_end(target, *measure_range(target.measure))


def _is_end(target: Target, least: float, most: float) -> bool:
    """Tell whether a mean keeps the limit only if every single replication does: 100 % of a share, 0 of a count."""
    up = target.sense in (">=", "=") and target.limit >= most
    return up or (target.sense in ("<=", "=") and target.limit <= least)


def _state_at_the_end(target: Target, values: Floats, confidence: float) -> State:
    """One replication that falls short proves a target of 100 % missed. None in *n* proves it met up to the assurance.

    No number of replications can show that there is no exception at all; what can be shown is that at least the share
    ``assurance`` of all disasters has none (exact, one-sided: 29 replications for nine tenths at 95 %).
    """
    kept = holds(values, target.sense, target.limit)
    if not kept.all():
        return "missed"
    return "met" if least_share(len(values), len(values), confidence) >= target.assurance else "undecided"


# ---- against the reference layout ----------------------------------------------------------


def difference_confidence(confidence: float, layouts: int) -> float:
    """Return the confidence that each of the differences to the reference needs (Bonferroni over *layouts* - 1)."""
    return 1.0 - (1.0 - confidence) / max(1, layouts - 1)


def target_difference(target: Target, ours: Floats, theirs: Floats, confidence: float, seed: int) -> Interval:
    """Return the target's statistic under a layout minus that under the reference; pairs of replications, none nan.

    Means and shares of replications: Student's t on the paired differences, widened as in :func:`mean_interval` for the
    latter, of which most are equal. The ninth decile: paired bootstrap. No share differs by more than 1.
    """
    if target.statistic == "p90":
        return bootstrap_quantile_difference(ours, theirs, P90, confidence, seed)
    if target.statistic == "share_of_replications":
        ours, theirs = (holds(v, target.sense, target.limit).astype(np.float64) for v in (ours, theirs))
        return mean_interval(ours - theirs, confidence, -1.0, 1.0)
    return _clipped(t_interval(differences(ours, theirs), confidence), target.measure)


def _clipped(gap: Interval, measure: str) -> Interval:
    """Return the interval of a difference of *measure* within what it can be: 1 at most for shares."""
    if not is_share(measure):
        return gap
    return Interval(estimate=gap.estimate, low=max(gap.low, -1.0), high=min(gap.high, 1.0))


def pairs_of(ours: Floats, theirs: Floats, *, up: bool) -> Pairs:
    """Count the pairs in which *ours* is better, worse or the same; none nan. *up*: more is better."""
    gap = differences(ours, theirs)
    more, less = int((gap > 0.0).sum()), int((gap < 0.0).sum())
    return Pairs(better=more if up else less, worse=less if up else more, equal=len(gap) - more - less)


def effect_of(low: float, high: float, *, up: bool) -> str:
    """Return ``better`` or ``worse`` if the interval of a difference leaves out zero; *up*: more is better."""
    if math.isnan(low) or math.isnan(high) or low <= 0.0 <= high:
        return ""
    return "better" if (low > 0.0) == up else "worse"


def zone_difference(
    measure: str, layout_id: str, zone: str, ours: Floats, theirs: Floats, confidence: float
) -> ZoneDifference:
    """Return what a layout changes for a township; pairs of replications, none nan.

    *confidence* is that of this one interval. Shares: :func:`mean_interval`, so that few or mostly equal pairs
    prove nothing; other means: Student's t; times: the median by order statistics.
    """
    gaps, up = differences(ours, theirs), more_is_better(measure)
    if is_time(measure):
        gap, reference = quantile_interval(gaps, 0.5, confidence), quantiles(theirs, (0.5,))[0]
    else:
        gap = mean_interval(gaps, confidence, -1.0, 1.0) if is_share(measure) else t_interval(gaps, confidence)
        reference = float(theirs.mean())
    return ZoneDifference(
        measure=measure, layout_id=layout_id, zone=zone, reference=reference, difference=gap.estimate, low=gap.low,
        high=gap.high, effect=effect_of(gap.low, gap.high, up=up), pairs=pairs_of(ours, theirs, up=up),
    )


def paired(ours: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """Return the replications in which somebody was concerned under both layouts."""
    both = ~(np.isnan(ours) | np.isnan(theirs))
    return ours[both], theirs[both]


def measure_row(
    measure: str, layout_id: str, ours: Floats, theirs: Floats | None, confidence: float, each: float
) -> MeasureRow:
    """Return *measure* under one layout and against the reference (*theirs*; ``None`` for the reference itself).

    Values per replication, nan where nobody was concerned; *each* is the confidence of the difference.
    """
    values = ours[~np.isnan(ours)]
    least, most = measure_range(measure)
    both = None if theirs is None else paired(ours, theirs)
    pairs = None if both is None else differences(*both)
    if is_time(measure):
        centre = quantile_interval(values, 0.5, confidence, least, most)
        gap = NOTHING if pairs is None else quantile_interval(pairs, 0.5, each)
    else:
        bounded = is_share(measure)
        centre = mean_interval(values, confidence, least, most) if bounded else t_interval(values, confidence)
        gap = NOTHING if pairs is None else _clipped(t_interval(pairs, each), measure)
    return MeasureRow(
        measure=measure, layout_id=layout_id, statistic="median" if is_time(measure) else "mean", n=len(values),
        never_share=float(np.isinf(values).mean()) if len(values) else math.nan,
        estimate=centre.estimate, low=max(least, centre.low), high=centre.high,
        difference=gap.estimate, difference_low=gap.low, difference_high=gap.high,
        pairs=Pairs() if both is None else pairs_of(*both, up=more_is_better(measure)),
    )
