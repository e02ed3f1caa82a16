"""Percentiles over all incidents of all replications, with intervals that know that one disaster is one observation.

Incidents of one disaster share its hour, its weather and its queue: they are far from independent, and an interval that
takes them so is much too narrow. Whole replications are drawn anew instead (cluster bootstrap, percentile method:
Davison & Hinkley 1997, ch. 3.8).

Three questions sound alike and have different answers: the mean over the disasters of each one's percentile
(:func:`sim.measure.statistics.mean_interval`), the percentile over all incidents (here), and the share of disasters in
which the percentile keeps a limit (:func:`sim.measure.statistics.share_interval`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats, Ints
from sim.measure.quantiles import ROUNDING, quantiles
from sim.measure.statistics import BOOTSTRAP, FEW, NOTHING, Interval, differences

KNOTS = 256
"""Places at which all resamples are read first, to find the few incidents among which their percentiles lie."""

BLOCK = 4_000_000
"""Numbers held at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """One number of every incident of every replication under one layout."""

    value: Floats
    """May be ``inf`` (nobody ever came) but not nan."""
    replication: Ints
    """From 0; replications without incidents count too."""
    weight: Floats | None = None
    """What each incident counts, such as its people; 1 if ``None``."""

    def sorted(self) -> Incidents:
        """Return the incidents in the order of their values."""
        weight = np.ones(len(self.value)) if self.weight is None else self.weight
        order = np.argsort(self.value, kind="stable")
        return Incidents(value=self.value[order], replication=self.replication[order], weight=weight[order])


def pooled_percentile(
    incidents: Incidents, replications: int, share: float, confidence: float, seed: int,
    least: float = 0.0, most: float = math.inf,
) -> Interval:
    """Return the percentile *share* over all *incidents* of so many *replications*, with its bootstrap interval.

    *share* is above 0 and at most 1. Fewer than ten replications bound nothing but the ends *least* and *most* of what
    a value can be. The same *seed* gives the same answer.
    """
    if len(incidents.value) == 0:
        return NOTHING
    estimate = quantiles(incidents.value, (share,), incidents.weight)[0]
    if replications < FEW:
        return Interval(estimate=estimate, low=least, high=most)
    ordered = incidents.sorted()
    drawn = np.concatenate([_drawn(ordered, times, share) for times in _resamples(replications, seed)])
    return _interval(estimate, drawn, confidence)


def pooled_percentile_difference(
    ours: Incidents, theirs: Incidents, replications: int, share: float, confidence: float, seed: int
) -> Interval:
    """Return the difference of the percentile *share* between two layouts on the same disasters, with its interval.

    Whole replications are drawn anew, both layouts together; fewer than ten bound nothing.
    """
    if len(ours.value) == 0 or len(theirs.value) == 0:
        return NOTHING
    both = [quantiles(each.value, (share,), each.weight) for each in (ours, theirs)]
    estimate = float(differences(np.array(both[0]), np.array(both[1]))[0])
    if replications < FEW:
        return Interval(estimate=estimate, low=-math.inf, high=math.inf)
    first, second = ours.sorted(), theirs.sorted()
    drawn = np.concatenate(
        [
            differences(_drawn(first, times, share), _drawn(second, times, share))
            for times in _resamples(replications, seed)
        ]
    )
    return _interval(estimate, drawn, confidence)


def _interval(estimate: float, drawn: Floats, confidence: float) -> Interval:
    """Return the middle part of what the resamples gave; a resample without any incident says nothing."""
    half = (1.0 - confidence) / 2.0
    low, high = quantiles(drawn[~np.isnan(drawn)], (half, 1.0 - half))
    return Interval(estimate=estimate, low=low, high=high)


def _resamples(replications: int, seed: int) -> Iterator[Floats]:
    """Give in blocks how often each replication was drawn, shape (resamples, replications)."""
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK // replications)
    even = np.full(replications, 1.0 / replications)
    for first in range(0, BOOTSTRAP, block):
        size = min(block, BOOTSTRAP - first)
        yield rng.multinomial(replications, even, size=size).astype(np.float64)


def _drawn(ordered: Incidents, times: Floats, share: float) -> Floats:
    """Return the percentile of each resample, shape (resamples,); nan where it has no incidents.

    The weight below a few places is read for all resamples at once; the incidents between the places where the
    resamples pass *share* are then gone through one by one.
    """
    value, replication = ordered.value, ordered.replication
    weight = np.ones(len(value)) if ordered.weight is None else ordered.weight
    ends = np.unique(np.linspace(0, len(value), KNOTS + 1).round().astype(np.int64))
    below = times @ _weight_below(replication, weight, ends, times.shape[1]).T
    wanted = share * below[:, -1] * (1.0 - ROUNDING)
    passed = np.argmax(below >= wanted[:, None], axis=1)
    found = np.full(len(times), np.nan)
    for knot in np.unique(passed):
        rows = np.flatnonzero((passed == knot) & (below[:, -1] > 0.0))
        first, last = int(ends[max(knot - 1, 0)]), int(ends[knot])
        step = max(1, BLOCK // max(last - first, 1))
        for some in (rows[i : i + step] for i in range(0, len(rows), step)):
            inside = np.cumsum(times[np.ix_(some, replication[first:last])] * weight[first:last], axis=1)
            reached = below[some, max(knot - 1, 0), None] + inside >= wanted[some, None]
            found[some] = value[first + np.argmax(reached, axis=1)]
    return found


def _weight_below(replication: Ints, weight: Floats, ends: Ints, replications: int) -> Floats:
    """Return the weight of each replication among the incidents before each of *ends*, shape (ends, replications)."""
    part = np.searchsorted(ends, np.arange(len(replication)), side="right") - 1
    cells = part * replications + replication
    each = np.bincount(cells, weights=weight, minlength=(len(ends) - 1) * replications)
    table = np.cumsum(each.reshape(len(ends) - 1, replications), axis=0)
    return np.vstack([np.zeros(replications), table])
