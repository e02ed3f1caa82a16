"""Verdicts: when a target is met, missed, or not yet decided."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import tiny_world as tw

from sim.common.types import NEVER
from sim.measure.verdict import (
    difference_confidence,
    judge,
    judge_value,
    measure_row,
    more_is_better,
    needs_every,
    pairs_of,
    target_difference,
    zone_difference,
)
from sim.plan.model import Target


def target(measure: str, statistic: str, sense: str, limit: float, assurance: float = 0.9) -> Target:
    return Target(
        target_id="t", name=tw.text("t"), clause=tw.text("c"), source="", kind="simulated", measure=measure,
        statistic=statistic, sense=sense, limit=limit, unit=tw.text("h"), assurance=assurance,
    )


IN_TEN_HOURS = target("relief_p100_h", "share_of_replications", "<=", 10.0)


def hours(kept: int, n: int) -> Any:
    return np.array([9.0] * kept + [NEVER] * (n - kept))


@pytest.mark.parametrize(
    ("kept", "n", "state"),
    [(36, 36, "met"), (35, 35, "undecided"), (97, 100, "met"), (95, 100, "undecided"), (80, 100, "missed"),
     (3, 3, "undecided"), (0, 1, "undecided"), (0, 2, "missed")],
)
def test_share_of_replications_against_the_assurance(kept: int, n: int, state: str) -> None:
    interval, found = judge(IN_TEN_HOURS, hours(kept, n), 0.95)
    assert interval.estimate == kept / n
    assert found == state


def test_the_limit_itself_is_kept() -> None:
    assert judge(IN_TEN_HOURS, np.full(40, 10.0), 0.95)[1] == "met"
    assert judge(target("x", "share_of_replications", "<", 10.0), np.full(40, 10.0), 0.95)[1] == "missed"


WARNED = target("warning_coverage_share", "mean", ">=", 0.9)
REPORTED = target("report_share_in_time", "mean", ">=", 1.0)


def test_mean_share() -> None:
    rng = np.random.default_rng(1)
    assert judge(WARNED, 0.95 + rng.uniform(-0.03, 0.03, 40), 0.95)[1] == "met"
    assert judge(WARNED, 0.90 + rng.uniform(-0.03, 0.03, 40), 0.95)[1] == "undecided"
    assert judge(WARNED, 0.85 + rng.uniform(-0.03, 0.03, 40), 0.95)[1] == "missed"


def test_three_perfect_replications_decide_nothing() -> None:
    assert judge(WARNED, np.ones(3), 0.95)[1] == "undecided"
    assert judge(REPORTED, np.ones(3), 0.95)[1] == "undecided"
    assert judge(WARNED, np.array([1.0]), 0.95)[1] == "undecided"


def test_a_hundred_per_cent_needs_every_replication() -> None:
    assert judge(REPORTED, np.ones(28), 0.95)[1] == "undecided"
    assert judge(REPORTED, np.ones(29), 0.95)[1] == "met"
    assert judge(REPORTED, np.append(np.ones(500), 0.999), 0.95)[1] == "missed"


def test_zero_as_a_limit_is_an_end_as_well() -> None:
    none_left = target("unserved_demands", "mean", "<=", 0.0)
    assert judge(none_left, np.zeros(29), 0.95)[1] == "met"
    assert judge(none_left, np.append(np.zeros(28), 1.0), 0.95)[1] == "missed"


def test_ninth_decile() -> None:
    p90 = target("arrival_p90_min.fire", "p90", "<=", 30.0)
    assert judge(p90, np.linspace(1, 29, 50), 0.95)[1] == "met"
    assert judge(p90, np.linspace(1, 29, 30), 0.95)[1] == "undecided"
    assert judge(p90, np.linspace(1, 300, 50), 0.95)[1] == "missed"
    assert judge(p90, np.full(50, NEVER), 0.95)[1] == "missed"


def test_a_mean_that_is_infinite_misses_an_upper_limit() -> None:
    assert judge(target("x_h", "mean", "<=", 10.0), np.append(np.ones(50), NEVER), 0.95)[1] == "missed"


def test_nobody_concerned_is_no_verdict() -> None:
    interval, state = judge(WARNED, np.zeros(0), 0.95)
    assert state == "none"
    assert math.isnan(interval.estimate)


def test_ledger_numbers_are_met_or_missed() -> None:
    assert judge_value(target("x", "value", ">=", 7800.0), 7800.0) == "met"
    assert judge_value(target("x", "value", ">=", 7800.0), 7799.0) == "missed"
    assert judge_value(target("x", "value", "=", 0.0), 0.0) == "met"


# ---- against the reference -----------------------------------------------------------------


def test_difference_of_the_share_of_replications_is_paired() -> None:
    ours, theirs = np.array([9.0] * 60 + [12.0] * 40), np.array([9.0] * 30 + [12.0] * 70)
    gap = target_difference(IN_TEN_HOURS, ours, theirs, 0.95, seed=1)
    assert gap.estimate == pytest.approx(0.3)
    # 30 pairs differ by 1: sd sqrt(.3 * .7 * 100 / 99), t(0.975; 99) = 1.984217.
    assert gap.high - 0.3 == pytest.approx(1.984217 * math.sqrt(0.21 * 100 / 99) / 10, rel=1e-5)


def test_the_interval_covers_the_true_difference_as_often_as_promised() -> None:
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(500):
        luck = rng.normal(0, 0.1, 40)
        theirs = np.clip(0.5 + luck, 0, 1)
        ours = np.clip(theirs + 0.05 + rng.normal(0, 0.02, 40), 0, 1)
        gap = target_difference(WARNED, ours, theirs, 0.95, seed=1)
        covered += gap.low <= 0.05 <= gap.high
    assert 0.92 < covered / 500 < 0.98


def test_confidence_is_split_over_the_layouts() -> None:
    assert difference_confidence(0.95, 2) == pytest.approx(0.95)
    assert difference_confidence(0.95, 6) == pytest.approx(0.99)
    assert difference_confidence(0.95, 1) == pytest.approx(0.95)


def test_times_are_summed_up_by_their_median() -> None:
    ours = np.array([5.0, 6, 7, 8, 9, 10, 11, NEVER, NEVER, math.nan])
    theirs = np.array([6.0, 7, 8, 9, 10, 11, 12, NEVER, 20, math.nan])
    row = measure_row("relief_p90_h", "b", ours, theirs, 0.95, 0.95)
    assert (row.statistic, row.n, row.estimate) == ("median", 9, 9.0)
    assert row.never_share == pytest.approx(2 / 9)
    assert row.difference == -1.0
    assert math.isnan(measure_row("relief_p90_h", "a", ours, None, 0.95, 0.95).difference)


def test_a_difference_that_is_small_in_most_replications_is_not_blown_up() -> None:
    theirs = np.linspace(0.2, 0.6, 30)
    row = measure_row("relief_share_10h", "b", theirs + np.array([0.0] * 25 + [0.01] * 5), theirs, 0.95, 0.95)
    assert -0.001 < row.difference_low < row.difference < row.difference_high < 0.004


def test_a_count_that_is_zero_in_all_of_many_replications() -> None:
    row = measure_row("still_trapped", "a", np.zeros(30), None, 0.95, 0.95)
    assert (row.estimate, row.low, row.high) == (0.0, 0.0, 0.0)
    assert measure_row("still_trapped", "a", np.zeros(3), None, 0.95, 0.95).high == NEVER


def test_counts_are_summed_up_by_their_mean() -> None:
    row = measure_row("deaths_later", "b", np.arange(12.0), np.arange(12.0) + 2.0, 0.95, 0.95)
    assert (row.statistic, row.estimate, row.difference) == ("mean", 5.5, -2.0)
    assert (row.difference_low, row.difference_high) == (-2.0, -2.0)


def test_pairs_are_counted_by_which_way_is_better() -> None:
    ours, theirs = np.array([1.0, 2.0, 3.0, NEVER, NEVER]), np.array([2.0, 2.0, 2.0, NEVER, 5.0])
    down = pairs_of(ours, theirs, up=False)
    assert (down.better, down.worse, down.equal, down.n) == (1, 2, 2, 5)
    up = pairs_of(ours, theirs, up=True)
    assert (up.better, up.worse) == (2, 1)
    row = measure_row("deaths_later", "b", np.array([1.0, 5.0]), np.array([2.0, 2.0]), 0.95, 0.95)
    assert (row.pairs.better, row.pairs.worse) == (1, 1)


def test_a_difference_of_shares_never_exceeds_one() -> None:
    ours, theirs = np.array([1.0, 0.0, 1.0]), np.array([0.0, 0.4, 0.0])
    row = measure_row("relief_share_10h", "b", ours, theirs, 0.95, 0.95)
    assert (row.difference_low, row.difference_high) == (-1.0, 1.0)
    gap = target_difference(WARNED, ours, theirs, 0.95, 1)
    assert (gap.low, gap.high) == (-1.0, 1.0)
    assert measure_row("deaths", "b", 9.0 * ours, theirs, 0.95, 0.95).difference_high > 1.0


def test_a_single_miss_decides_targets_of_all_and_of_none() -> None:
    assert needs_every(REPORTED)
    assert not needs_every(WARNED)
    assert needs_every(target("unserved_demands", "mean", "<=", 0.0))
    assert not needs_every(IN_TEN_HOURS)


def test_a_township_that_loses_is_seen_in_shares_and_in_times() -> None:
    rng = np.random.default_rng(4)
    before = rng.uniform(0.8, 1.0, 40)
    share = zone_difference("relief_share_10h", "b", "Z1", before - 0.4, before, 0.999)
    assert share.effect == "worse"
    assert (share.difference, share.reference) == (pytest.approx(-0.4), pytest.approx(before.mean()))
    assert (share.pairs.better, share.pairs.worse) == (0, 40)
    time = zone_difference("arrival_from_real_p50_min", "b", "Z1", np.full(40, NEVER), np.full(40, 60.0), 0.95)
    assert (time.effect, time.difference, time.reference) == ("worse", NEVER, 60.0)
    people = zone_difference("exposed_people", "b", "Z1", rng.uniform(0, 5, 40), rng.uniform(20, 30, 40), 0.95)
    assert people.effect == "better"


def test_few_or_mostly_equal_pairs_prove_nothing_of_a_township() -> None:
    few = zone_difference("relief_share_10h", "b", "Z1", np.zeros(2), np.ones(2), 0.99)
    assert (few.difference, few.effect) == (-1.0, "")
    rare = np.array([1.0] * 2 + [0.0] * 38)
    assert zone_difference("report_share_in_time", "b", "Z1", rare, np.zeros(40), 0.99).effect == ""
    assert more_is_better("prevented_demands")
    assert more_is_better("explosions_averted")
    assert not more_is_better("gas_exposed_people")
