"""Relief that stands still and then jumps: how long, how many, whose goods."""

from __future__ import annotations

from typing import Any

import hand_logs

from sim.common.types import NEVER
from sim.report.jumps import greatest_jump
from sim.response.log import Delivery


def delivery(depot: str, handed_min: float, pieces: int = 100) -> Delivery:
    return Delivery(
        convoy=0, depot=depot, shelter=0, item="I1", pieces=pieces, loaded_min=0.0, left_min=0.0, arrived_min=0.0,
        handed_min=handed_min, trucks=1,
    )


def jump(relieved: list[tuple[int, float]], *deliveries: Delivery) -> Any:
    relief = [(0, people, 0.0, minute, 0) for people, minute in relieved]
    return greatest_jump(hand_logs.log(relief=relief, deliveries=deliveries))


def test_the_jump_names_the_store_whose_goods_came_for_the_first_time() -> None:
    rows = [(100, 60.0), (50, 90.0), (300, 400.0), (200, 430.0), (30, 700.0), (320, NEVER)]
    found = jump(rows, delivery("C", 60.0), delivery("A", 400.0), delivery("C", 410.0, 900), delivery("S", 700.0))
    assert (found.from_min, found.to_min, found.people) == (90.0, 400.0, 500)
    assert (found.depots, found.first) == (("A",), True)


def test_a_store_that_has_served_before_is_said_to_bring_more() -> None:
    found = jump([(100, 60.0), (300, 400.0)], delivery("C", 60.0), delivery("C", 400.0))
    assert (found.depots, found.first) == (("C",), False)


def test_steady_relief_and_small_steps_are_no_jump() -> None:
    assert jump([(10, 60.0 * i) for i in range(1, 20)]) is None
    assert jump([(1000, 60.0), (20, 400.0)]) is None
    assert jump([(1000, 600.0)]) is None  # the wait for the first goods is no standstill
    assert jump([]) is None
