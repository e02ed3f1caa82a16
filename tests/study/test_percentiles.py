"""Percentiles over all incidents, replications drawn anew as a whole."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
import pytest

from sim.measure.quantiles import quantiles
from sim.study.percentiles import Incidents, _drawn, _resamples, pooled_percentile, pooled_percentile_difference


def shocks(seed: int, replications: int = 60, each: int = 40) -> Incidents:
    """Every replication has a shock that all its incidents share."""
    rng = np.random.default_rng(seed)
    value = np.exp(rng.normal(size=(replications, 1)) + 0.5 * rng.normal(size=(replications, each)))
    return Incidents(value=value.ravel(), replication=np.repeat(np.arange(replications), each))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.97, 1.0])
def test_every_resample_has_the_percentile_of_its_incidents(share: float, weighted: bool) -> None:
    rng = np.random.default_rng(1)
    replication = rng.integers(0, 30, 1500)
    value = np.round(rng.exponential(10.0, 1500) + 3.0 * rng.normal(size=30)[replication], 1)
    value[rng.random(1500) < 0.05] = math.inf
    weight = 0.1 * rng.integers(0, 5, 1500) if weighted else None
    incidents = Incidents(value=value, replication=replication, weight=weight)
    times = next(_resamples(32, 5))[:100]  # two replications have no incidents
    each = np.ones(1500) if weight is None else weight
    expected = [quantiles(value, (share,), each * row[replication])[0] for row in times]
    assert _drawn(incidents.sorted(), times, share).tolist() == expected


def test_a_resample_without_incidents_says_nothing() -> None:
    incidents = Incidents(value=np.array([3.0, 5.0]), replication=np.array([0, 0]))
    times = np.array([[0.0, 2.0], [1.0, 1.0]])
    assert np.isnan(_drawn(incidents, times, 0.9)[0])
    assert _drawn(incidents, times, 0.9)[1] == 5.0


def test_the_same_seed_gives_the_same_interval() -> None:
    one, again, other = (pooled_percentile(shocks(2), 60, 0.9, 0.95, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert one.low < one.estimate < one.high
    assert one.estimate == quantiles(shocks(2).value, (0.9,))[0]


def test_neither_order_nor_scale_matters() -> None:
    incidents = shocks(3)
    at = np.random.default_rng(4).permutation(len(incidents.value))
    mixed = Incidents(value=incidents.value[at], replication=incidents.replication[at])
    found = pooled_percentile(incidents, 60, 0.9, 0.95, 1)
    assert pooled_percentile(mixed, 60, 0.9, 0.95, 1) == found
    double = pooled_percentile(replace(incidents, value=2.0 * incidents.value), 60, 0.9, 0.95, 1)
    assert (double.low, double.high) == (2.0 * found.low, 2.0 * found.high)
    assert pooled_percentile(replace(incidents, weight=np.full(2400, 7.0)), 60, 0.9, 0.95, 1) == found


def test_teams_that_never_come_make_the_percentile_infinite() -> None:
    incidents = shocks(5)
    value = incidents.value.copy()
    value[incidents.replication < 5] = math.inf  # 8 % on the whole, in some resamples more than 10 %
    found = pooled_percentile(replace(incidents, value=value), 60, 0.9, 0.95, 1)
    assert math.isfinite(found.low)
    assert math.isfinite(found.estimate)
    assert found.high == math.inf


def test_few_replications_bound_nothing() -> None:
    found = pooled_percentile(shocks(6, replications=9), 9, 0.9, 0.95, 1)
    assert (found.low, found.high) == (0.0, math.inf)
    gap = pooled_percentile_difference(shocks(6, replications=9), shocks(7, replications=9), 9, 0.9, 0.95, 1)
    assert (gap.low, gap.high) == (-math.inf, math.inf)


def test_no_incident() -> None:
    nothing = Incidents(value=np.zeros(0), replication=np.zeros(0, dtype=np.int64))
    assert math.isnan(pooled_percentile(nothing, 50, 0.9, 0.95, 1).estimate)
    assert math.isnan(pooled_percentile_difference(nothing, shocks(1), 60, 0.9, 0.95, 1).low)
    weightless = replace(shocks(1), weight=np.zeros(2400))
    assert math.isnan(pooled_percentile(weightless, 60, 0.9, 0.95, 1).high)


def test_differences_are_taken_within_each_resample() -> None:
    theirs = shocks(8)
    ours = replace(theirs, value=theirs.value - 0.25)
    gap = pooled_percentile_difference(ours, theirs, 60, 0.9, 0.95, 1)
    assert (gap.estimate, gap.low, gap.high) == pytest.approx((-0.25,) * 3)
    back = pooled_percentile_difference(theirs, ours, 60, 0.9, 0.95, 1)
    assert back.estimate == pytest.approx(0.25)
    never = replace(theirs, value=np.full(2400, math.inf))
    assert pooled_percentile_difference(never, never, 60, 0.9, 0.95, 1).high == 0.0
    assert pooled_percentile_difference(never, theirs, 60, 0.9, 0.95, 1).low == math.inf


def test_a_large_run_takes_seconds_at_most() -> None:
    incidents = shocks(9, replications=2000, each=200)
    began = time.process_time()
    found = pooled_percentile(incidents, 2000, 0.9, 0.95, 1)
    assert time.process_time() - began < 10.0
    assert found.high - found.low < 0.3 * found.estimate
