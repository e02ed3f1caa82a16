"""The decisions of command, by hand-made numbers and as properties."""

from __future__ import annotations

import math

import pytest
import tiny_world as tw
from hypothesis import given
from hypothesis import strategies as st

from sim.plan.dispatch import (
    best_of,
    entry_rate,
    leads,
    least_crews,
    level_reached,
    may_pull_away,
    productivity,
    wanted_crews,
)

RESCUE = tw.kind("rescue", skills=(("usar", 1.0, True), ("fire", 0.6, True), ("engineering", 0.4, False)))


@pytest.mark.parametrize(
    ("capabilities", "own", "worth"),
    [
        (("usar",), 1.0, 1.0), (("fire", "usar"), 1.0, 1.0), (("fire",), 0.5, 0.3), (("medical",), 1.0, 0.0),
        ((), 1.0, 0.0),
    ],
)
def test_a_crew_is_worth_its_best_capability(capabilities: tuple[str, ...], own: float, worth: float) -> None:
    assert productivity(RESCUE, capabilities, own) == pytest.approx(worth)


def test_support_crews_do_not_lead() -> None:
    assert leads(RESCUE, ("engineering", "fire"))
    assert not leads(RESCUE, ("engineering",))


@pytest.mark.parametrize(
    ("work", "most", "goal", "crews"),
    [(60, 4, 60, 1), (61, 4, 60, 2), (240, 4, 60, 4), (9999, 4, 60, 4), (0, 4, 60, 1)],
)
def test_enough_crews_are_wanted_to_end_within_the_goal(work: float, most: int, goal: float, crews: int) -> None:
    assert wanted_crews(work, most, goal) == crews


def test_a_leak_wants_a_crew_to_enter_and_one_to_relieve_it() -> None:
    least = [least_crews(law) for law in ("entry", "fire", "hold", "task", "rescue")]
    assert least == [2, 1, 1, 1, 1]
    wanted = wanted_crews(tw.floats([10.0, 10.0, 500.0]), tw.ints([1, 1, 3]), 100.0, tw.ints([2, 1, 2]))
    assert wanted.tolist() == [2, 1, 3]


@pytest.mark.parametrize(
    ("strength", "people", "rate"), [(1.0, 6, 0.6), (2.0, 12, 1.0), (1.4, 9, 0.84), (1.0, 5, 0.0), (0.0, 12, 0.0)]
)
def test_entry_crews_share_the_air_and_the_room_at_the_valve(strength: float, people: int, rate: float) -> None:
    assert entry_rate(strength, people, 6, 0.6, 1.0) == pytest.approx(rate)


@given(st.floats(0, 5), st.floats(0, 5), st.integers(0, 30), st.integers(0, 30))
def test_another_crew_never_slows_an_entry(strength: float, more: float, people: int, others: int) -> None:
    alone = entry_rate(strength, people, 6, 0.6, 1.0)
    assert alone <= entry_rate(strength + more, people + others, 6, 0.6, 1.0) <= 1.0


def test_a_look_ahead_of_one_is_strict_priority() -> None:
    minutes = [50.0, 10.0, 5.0]
    assert best_of([0, 1, 2], [0, 1, 2], minutes, 1, 10) == (0, 50.0)
    assert best_of([0, 1, 2], [0, 1, 2], minutes, 2, 10) == (1, 10.0)
    assert best_of([0, 1, 2], [0, 1, 2], minutes, 3, 10) == (2, 5.0)


def test_what_no_road_leads_to_is_passed_over_but_not_without_end() -> None:
    minutes = [math.inf, math.inf, 7.0]
    assert best_of([0, 1, 2], [0, 1, 2], minutes, 1, 10) == (2, 7.0)
    assert best_of([0, 1, 2], [0, 1, 2], minutes, 1, 2) == (-1, math.inf)
    assert best_of([], [], minutes, 1, 2) == (-1, math.inf)


@given(st.lists(st.floats(0, 500) | st.just(math.inf), min_size=1, max_size=12), st.integers(1, 12))
def test_looking_further_ahead_never_means_driving_longer(minutes: list[float], look_ahead: int) -> None:
    nodes = range(len(minutes))
    near = best_of(nodes, nodes, minutes, look_ahead, 99)[1]
    far = best_of(nodes, nodes, minutes, look_ahead + 1, 99)[1]
    assert far <= near


def test_crews_are_pulled_away_only_for_what_is_clearly_more_urgent() -> None:
    assert may_pull_away(4, 2, 2)
    assert not may_pull_away(3, 2, 2)
    assert not may_pull_away(2, 4, 2)


def test_any_indicator_opens_a_level() -> None:
    thresholds = {"magnitude": 6.0, "deaths": 50.0}
    assert level_reached(thresholds, {"magnitude": 6.0})
    assert level_reached(thresholds, {"magnitude": 5.9, "deaths": 50})
    assert not level_reached(thresholds, {"magnitude": 5.9, "deaths": 49})
    assert not level_reached(thresholds, {})
