"""Leave or stay in: the table of decisions, when a cloud comes and how long it stays."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import clouds
import pytest
import tiny_world as tw
from folders import CITY
from hypothesis import given
from hypothesis import strategies as st

from sim.city.read import read_city
from sim.common.errors import InputError
from sim.common.types import NEVER
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.protect import Limits, arrival_min, flow_min, passage_min, protective_action
from sim.plan.read_plan import read_plan

LIMITS = Limits(passage_min=60.0, air_changes_per_h=0.5, lead_min=15.0)


@pytest.mark.parametrize(
    ("arrival", "passage", "air", "move", "expected"),
    [
        (100.0, 59.0, 0.5, 10.0, "shelter"),  # a short cloud and tight houses, however much time there is
        (100.0, 59.0, 0.6, 10.0, "leave"),  # draughty houses
        (100.0, 60.0, 0.5, 10.0, "leave"),  # a long cloud
        (25.1, 600.0, 0.5, 10.0, "leave"),
        (25.0, 600.0, 0.5, 10.0, "shelter"),  # not more than 15 minutes to spare
        (0.0, 600.0, 2.0, 0.0, "shelter"),  # the gas is there
        (-20.0, 600.0, 2.0, 0.0, "shelter"),
        (100.0, 600.0, 2.0, NEVER, "shelter"),  # no way out
    ],
)
def test_the_table_of_decisions(arrival: float, passage: float, air: float, move: float, expected: str) -> None:
    assert protective_action("auto", arrival, passage, air, move, LIMITS) == expected


@given(st.floats(-100, 500), st.floats(0, 500), st.floats(0, 5), st.floats(0, 200))
def test_a_rule_settles_it(arrival: float, passage: float, air: float, move: float) -> None:
    assert protective_action("leave", arrival, passage, air, move, LIMITS) == "leave"
    assert protective_action("shelter", arrival, passage, air, move, LIMITS) == "shelter"
    assert protective_action("leave", arrival, passage, air, NEVER, LIMITS) == "shelter"


@given(st.floats(-100, 500), st.floats(0, 500), st.floats(0, 5), st.floats(0, 200), st.floats(0, 300))
def test_more_time_never_turns_leave_into_shelter(
    arrival: float, passage: float, air: float, move: float, more: float
) -> None:
    if protective_action("auto", arrival, passage, air, move, LIMITS) == "leave":
        assert protective_action("auto", arrival + more, passage, air, move, LIMITS) == "leave"


def test_the_limits_are_coefficients() -> None:
    changed = Limits.of(tw.coefficients(shelter_passage_min=90.0, leave_lead_min=20.0))
    assert (changed.passage_min, changed.lead_min) == (90.0, 20.0)
    assert changed.air_changes_per_h == tw.coefficients()["shelter_air_changes_per_h"]


def danger(zones: Any = (0, 1), strike: float = NEVER) -> tw.Danger:
    return clouds.danger(zones=zones, people=[100] * len(zones), strike_min=strike)


def test_gas_arrives_when_half_of_the_zones_people_have_it() -> None:
    release = clouds.release(start_min=30.0, spots=[(0, 0, 10.0), (1, 0, 10.0), (2, 0, 30.0), (0, 1, 5.0)],
                             delay_min=(4.0, 20.0, 50.0))
    assert arrival_min(danger(), release, 0) == 80.0
    assert arrival_min(danger(), release, 1) == 34.0
    assert arrival_min(danger((0, 7)), release, 7) == NEVER


def test_a_danger_of_one_zone_says_when_it_strikes() -> None:
    assert arrival_min(danger((0,), strike=44.0), clouds.release(), 0) == 44.0


def test_gas_flows_from_the_vessel_and_from_the_pool() -> None:
    steps = {"edges_min": (0.0, 10.0, 20.0, 60.0), "air_kg": (5.0, 5.0, 0.0)}
    assert flow_min(clouds.release(**steps)) == 20.0
    pool = steps | {"pool_kg": (100.0, 0.0, 0.0), "pool_m2_per_kg": 0.5, "evaporation_kg_min_m2": 0.1}
    assert flow_min(clouds.release(**pool, bund_m2=1000.0)) == pytest.approx(20.0)  # 50 m2 give off 5 kg/min
    assert flow_min(clouds.release(**pool, bund_m2=10.0)) == pytest.approx(100.0)
    dry = clouds.release(**(steps | {"air_kg": (0.0, 0.0, 0.0)}))
    assert flow_min(dry) == 0.0


def test_the_passage_is_what_is_left_of_it() -> None:
    release = clouds.release(start_min=30.0, edges_min=(0.0, 40.0, 60.0), air_kg=(1.0, 0.0))
    assert passage_min(release, 0, arrival=50.0, now=0.0) == 40.0
    assert passage_min(release, 0, arrival=50.0, now=70.0) == 20.0
    assert passage_min(release, 0, arrival=50.0, now=200.0) == 0.0
    assert passage_min(release, 0, arrival=NEVER, now=0.0) == 0.0
    puff = clouds.release(air_kg=(0.0,), edges_min=(0.0, 10.0), puff_kg=50.0, puff_min=(7.0,))
    assert passage_min(puff, 0, arrival=5.0, now=0.0) == 7.0
    assert not math.isnan(passage_min(puff, 3, arrival=5.0, now=0.0))


# ---- the layout's rule ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Any:
    city = read_city(CITY)
    plan = read_plan(city)
    return city, plan, read_ledger(city, plan)


def layout(tmp_path: Path, world: Any, rule: str) -> Any:
    path = tmp_path / "mine.yaml"
    path.write_text(f"id: mine\nname: {{zh: 我的, en: mine}}\nchanges:\n  - rule: {rule}\n", encoding="utf-8")
    return read_layout(path, *world)


def test_each_rule_is_read_and_said_in_both_languages(world: Any, tmp_path: Path) -> None:
    said = []
    for rule in ("auto", "shelter", "leave"):
        mine = layout(tmp_path, world, f"{{protect: {rule}}}")
        assert mine.rules.protect == rule
        (sentence,) = mine.changes
        said += [sentence.zh, sentence.en]
    assert len(set(said)) == 6
    assert layout(tmp_path, world, "{duty_officers: 7}").rules.protect == "auto"


def test_another_rule_is_refused(world: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "{protect: hide}")
    (problem,) = raised.value.problems
    for lang in ("zh", "en"):
        assert "auto, shelter, leave" in problem.line(lang)
