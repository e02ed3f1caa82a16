"""Numbers as readers see them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import tiny_world as tw

from sim.common.types import NEVER, Text
from sim.measure.verdict import Pairs, more_is_better
from sim.plan.model import Target
from sim.report.words import DASH, Words

EN, ZH = Words("en", tw.plan()), Words("zh", tw.plan())


def target(statistic: str, unit: Text, sense: str = "<=", limit: float = 10.0) -> Target:
    return Target(
        target_id="t",
        name=tw.text("t"),
        clause=tw.text("c"),
        source="",
        kind="simulated",
        measure="relief_p90_h",
        statistic=statistic,
        sense=sense,
        limit=limit,
        unit=unit,
        assurance=0.9,
    )


HOURS, SHARE = Text("小时", "h"), Text("比例", "share")


@pytest.mark.parametrize(
    ("measure", "value", "shown"),
    [
        ("displaced_people", 88910.4, "88,910"),
        ("deaths_later", 7.25, "7.2"),
        ("deaths_later", 0.0, "0"),
        ("deaths_later", 0.01, "<0.1"),
        ("relief_share_10h", 0.2561, "25.6%"),
        ("report_p90_min", 9.94, "9.9 min"),
        ("report_p90_min", 80.4, "80 min"),
        ("report_p90_min", 150.0, "2.5 h"),
        ("relief_p90_h", NEVER, "never"),
        ("relief_p90_h", math.nan, DASH),
        ("loss_avoided_yuan", 2.5e7, "0.25 × 100 million yuan"),
        ("max_depth_m", 1.234, "1.23 m"),
        ("exposed_share", 0.25, "25.0%"),
        ("loss_yuan", 1.0928e10, "109.28 × 100 million yuan"),
    ],
)
def test_a_value_is_shown_in_the_unit_that_its_name_tells(measure: str, value: float, shown: str) -> None:
    assert EN.value(measure, value) == shown


def test_people_are_whole() -> None:
    assert [EN.people(n) for n in (0.0, 0.4, 1.0, 12.6, 1234.5)] == ["0", "<1", "1", "13", "1,234"]


def test_chinese_says_never_and_units_in_chinese() -> None:
    assert ZH.value("relief_p90_h", NEVER) == "始终未完成"
    assert ZH.value("relief_p90_h", 12.34) == "12.3 小时"


def test_a_difference_of_shares_is_in_points_with_its_sign() -> None:
    assert EN.gap("relief_share_10h", 0.0321, -0.004, 0.0682) == ("+3.2 points", "[−0.4 to +6.8]")


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert EN.gap("relief_share_10h", -0.0001, -0.0102, 0.0001) == ("0.0 points", "[−1.0 to 0.0]")
    assert EN.gap("relief_share_10h", -0.0001, -0.0002, 0.0001) == ("hardly any difference", "")


def test_a_difference_in_minutes_becomes_hours_with_its_whole_interval() -> None:
    assert EN.gap("hospital_p90_min", 30.0, -30.0, 180.0) == ("+0.5 h", "[−0.5 to +3.0]")
    assert EN.gap("hospital_p90_min", 30.0, -30.0, 90.0) == ("+30 min", "[−30 to +90]")


def test_a_difference_of_loss_has_its_unit() -> None:
    assert EN.gap("loss_yuan", -2e8, -3e8, 1e7) == ("−2.00 × 100 million yuan", "[−3.00 to +0.10]")


def test_no_difference_and_no_number_are_said_apart() -> None:
    assert EN.gap("deaths", 0.0, 0.0, 0.0) == ("no difference", "")
    assert EN.gap("deaths", math.nan, math.nan, math.nan) == ("", "")
    assert EN.gap("deaths", 2.0, 1.0, NEVER) == ("+2.0", "[+1.0 to no bound]")


def test_no_difference_only_where_every_pair_is_equal() -> None:
    mixed, equal = Pairs(better=19, worse=36, equal=44), Pairs(equal=99)
    assert EN.gap("relief_p90_h", 0.0, 0.0, 0.0, pairs=mixed, median=True) == (
        "median difference 0 (worse in 36, better in 19 of 99)", "",
    )
    assert ZH.gap("deaths", 0.0, 0.0, 0.0, pairs=mixed)[0] == "差值 0（99 次中更差 36 次、更好 19 次）"
    assert EN.gap("relief_p90_h", 0.0, 0.0, 0.0, pairs=equal, median=True) == ("no difference", "")


def test_an_interval_that_says_nothing_says_so() -> None:
    assert EN.gap("deaths", 2.0, -NEVER, NEVER) == ("+2.0", "too few replications for an interval")
    assert EN.gap("relief_share_10h", 0.2, -1.0, 1.0)[1] == "too few replications for an interval"
    assert ZH.gap("deaths", 2.0, -NEVER, NEVER)[1] == "重复次数太少，无法给出区间"


def test_what_the_ledger_says_for_certain_has_no_interval() -> None:
    assert EN.gap("relief_capacity_people", 4520.0, 4520.0, 4520.0, "people") == ("+4,520 people", "")


def test_a_time_that_becomes_never_is_no_number() -> None:
    assert EN.gap("relief_p90_h", NEVER, 1.0, NEVER) == ("becomes never", "")
    assert EN.gap("relief_p90_h", -NEVER, -NEVER, 1.0) == ("is no longer never", "")


def test_a_target_of_all_says_that_one_miss_is_a_miss() -> None:
    all_of_it = replace(target("mean", SHARE, ">=", 1.0), measure="report_share_in_time")
    assert EN.limit(all_of_it) == "≥ 100% in every disaster; one miss is a miss"
    assert ZH.limit(all_of_it) == "每次灾害均 ≥ 100%，一次不满足即未达标"


def test_intervals_have_open_ends_for_counts_and_never_for_times() -> None:
    assert EN.span("deaths", 0.0, NEVER) == "[0 to no bound]"
    assert EN.span("relief_p90_h", 12.0, NEVER) == "[12.0 h to never]"
    assert EN.span("deaths", 3.0, 3.0) == ""
    assert EN.span("deaths", math.nan, math.nan) == ""


def test_a_limit_says_its_statistic() -> None:
    assert EN.limit(target("share_of_replications", HOURS)) == "≤ 10 h in at least 90% of the disasters"
    assert EN.limit(target("mean", SHARE, ">=", 0.9)) == "≥ 90% on average"
    assert EN.limit(target("value", Text("‰", "per mille"), ">=", 0.4)) == "≥ 0.4 per mille"
    assert ZH.limit(target("mean", SHARE, ">=", 1.0)) == "平均 ≥ 100%"


def test_the_estimate_of_a_share_of_disasters_is_a_share_whatever_the_unit() -> None:
    assert EN.estimate(target("share_of_replications", HOURS), 0.417) == "41.7%"
    assert EN.estimate(target("mean", HOURS), 9.5) == "9.5 h"


def test_measures_are_named_with_their_kind_and_unknown_ones_stay_as_they_are() -> None:
    assert EN.measure("arrival_p90_min.job") == "job: arrival from known (nine in ten)"
    assert EN.measure("arrival_p50_min") == "all demands: arrival from known (half)"
    assert EN.measure("a_new_measure") == "a_new_measure"


@pytest.mark.parametrize(
    ("measure", "up"),
    [
        ("relief_share_10h", True),
        ("rescued_alive", True),
        ("deaths_later", False),
        ("arrival_p90_min.fire", False),
        ("arrival_within_limit_share.fire", True),
        ("unserved_demands", False),
        ("exposed_share", False),
        ("evacuated_people", True),
        ("prevented_demands", True),
        ("loss_avoided_yuan", True),
    ],
)
def test_which_way_is_better(measure: str, up: bool) -> None:
    assert more_is_better(measure) is up
