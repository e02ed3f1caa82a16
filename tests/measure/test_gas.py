"""Measures of accidents at plants: hand-made clouds and chains, and small leaks that a real response has played."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import clouds
import hand_logs
import numpy as np
import pytest
import tiny_world as tw
from tiny_release import release as still_release

from sim.common.types import NEVER
from sim.hazard.release import Burst, Release
from sim.hazard.scenario import AvoidableLoss, Event
from sim.measure.exposure import as_it_came, happened
from sim.measure.gas import chain_depths, exposed_people, is_closed
from sim.measure.measures import Measures, measure
from sim.response.log import DIED_EXPOSED, DONE, OPEN, PREVENTED, SAVED, SPARED, Log, WarningLog
from sim.response.respond import respond

GAS = (
    "gas_red_people", "gas_orange_people", "gas_yellow_people", "gas_exposed_people", "gas_hurt", "gas_aired_kg",
    "gas_washed_kg", "leak_flow_min", "leaks", "leaks_closed_by_crews",
)
CHAIN = ("explosions", "explosions_averted", "plant_fires", "events_happened", "chain_depth", "responders_hurt")
SPOTS = ((0, 0, 60.0), (0, 1, 20.0), (1, 1, 100.0), (2, 1, 7.0), (3, 0, 5.0))
"""Cells of every level: red 80, orange 100, yellow 7, none 5."""
LEVELS, PEOPLE = (3, 2, 1, 0), (5.0, 7.0, 100.0, 80.0)


def measured(log: Log, scenario: Any) -> Measures:
    city = tw.city()
    return measure(log, city, tw.plan(), tw.layout(), scenario)


def event(kind: str, parent: int = -1, only_if: int = -1, start_min: float = 0.0) -> Event:
    return Event(
        name=tw.text(kind), start_min=start_min, parent=parent, lon=106.0, lat=39.0, size=1.0, kind=kind,
        only_if=only_if,
    )


# ---- who was in the way ------------------------------------------------------------------------


def cloud(**changes: Any) -> Release:
    fields = {
        "spots": SPOTS, "delay_min": (0.0, 2.5, 1.0, 1.0), "edges_min": np.arange(7.0), "air_kg": [10.0] * 6,
    }
    return clouds.release(**(fields | changes))


def test_people_by_level_and_zone() -> None:
    scenario = tw.scenario(tw.city(), [{}], releases=(cloud(),))
    m = measured(hand_logs.log([{}], gas=(hand_logs.gas_log(LEVELS, PEOPLE, 6),)), scenario)
    names = ("gas_red_people", "gas_orange_people", "gas_yellow_people")
    assert [m.values[name] for name in names] == [80.0, 100.0, 7.0]
    assert m.by_zone["gas_orange_people"].tolist() == [60.0, 120.0]
    assert m.by_zone["gas_orange_people"].sum() == m.values["gas_red_people"] + m.values["gas_orange_people"]


def test_protected_is_who_had_acted_when_the_gas_was_there() -> None:
    sheltered, away = np.zeros((6, 4)), np.zeros((6, 4))
    sheltered[1:, 3], away[2:, 2], away[3:, 2] = 40.0, 25.0, 100.0
    row = hand_logs.gas_log(LEVELS, PEOPLE, 6, rate_kg_min=np.full(6, 10.0), sheltered=sheltered, away=away)
    # Red: gas at once, nobody had acted. Orange: gas after 2.5 min, a quarter had left by minute 2.
    assert exposed_people(cloud(), row) == pytest.approx(80.0 + 75.0)
    everybody = np.tile(PEOPLE, (6, 1))
    assert exposed_people(cloud(), dataclasses.replace(row, sheltered=everybody, away=0.0 * away)) == 0.0


def test_gas_comes_later_where_the_wind_turns_to_later() -> None:
    turning = cloud(slot=tw.ints([0, 0, 0, 1, 1, 1]))
    reach = np.array([[1.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0]])
    turning = dataclasses.replace(
        turning, cells=dataclasses.replace(turning.cells, reach_mg_m3=reach), wind_from_deg=np.zeros(2)
    )
    away = np.zeros((6, 4))
    away[5, 2] = 100.0
    row = hand_logs.gas_log(LEVELS, PEOPLE, 6, rate_kg_min=np.full(6, 10.0), away=away)
    assert exposed_people(turning, row) == pytest.approx(80.0)  # slot 1 from minute 3, 2.5 min on the way
    assert exposed_people(cloud(), row) == pytest.approx(180.0)


def test_what_comes_out_at_once_is_there_after_the_way() -> None:
    puff = cloud()
    puff = dataclasses.replace(
        puff, puff_kg=5.0, cells=dataclasses.replace(puff.cells, puff_mg_m3=np.full(4, 9.0), puff_min=np.full(4, 1.0))
    )
    away = np.zeros((6, 4))
    away[2:, 2] = 100.0
    row = hand_logs.gas_log(LEVELS, PEOPLE, 6, rate_kg_min=np.zeros(6), away=away)
    assert exposed_people(puff, row) == pytest.approx(80.0)
    # Without it nothing but traces ever came: whoever was protected in the end is.
    assert exposed_people(cloud(), dataclasses.replace(row, sheltered=np.tile((0.0, 0.0, 0.0, 30.0), (6, 1)))) == 50.0


def test_who_is_in_two_clouds_counts_twice_and_a_leak_that_never_began_has_no_row() -> None:
    scenario = tw.scenario(tw.city(), [{}], releases=(cloud(), cloud(), cloud()))
    rows = tuple(hand_logs.gas_log(LEVELS, PEOPLE, 6, release=number, aired_kg=5.0) for number in (0, 2))
    v = measured(hand_logs.log([{}], gas=rows), scenario).values
    assert (v["leaks"], v["gas_red_people"], v["gas_aired_kg"]) == (2, 160, 10)
    none = measured(hand_logs.log([{"state": PREVENTED}]), scenario).values
    assert (none["leaks"], none["gas_red_people"], none["gas_exposed_people"]) == (0, 0, 0)
    assert math.isnan(none["leak_flow_min"])


def test_hurt_by_gas_are_those_whom_a_cloud_harmed_within_the_horizon() -> None:
    people: list[dict[str, Any]] = [{}, *({"real_min": NEVER} for _ in range(4))]
    fate: list[dict[str, Any]] = [
        {"outcome": SAVED}, {"hurt": 5.0, "outcome": SAVED}, {"hurt": 9.0, "death": 9.0, "outcome": DIED_EXPOSED},
        {"hurt": NEVER, "outcome": SPARED}, {"hurt": 8000.0},
    ]
    scenario = tw.scenario(
        tw.city(), casualties=tw.casualties(people), releases=(still_release(1, 2), still_release(3, 2))
    )
    v = measured(hand_logs.log(casualties=fate), scenario).values
    assert (v["gas_hurt"], v["died_exposed"]) == (2, 1)


def test_nothing_of_gas_or_chains_without_them() -> None:
    city = tw.city()
    shocks = (event("earthquake"), event("earthquake", parent=0, start_min=90.0))
    m = measured(hand_logs.log(), tw.scenario(city, events=shocks))
    assert all(math.isnan(m.values[name]) for name in (*GAS, *CHAIN))
    assert np.isnan(m.by_zone["gas_orange_people"]).all()
    assert {name for name in m.values if name.startswith(("gas_", "leak"))} == set(GAS)


# ---- how long it flowed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demand", "flow_ended_min", "closed"),
    [
        ({"done": 3.5, "state": DONE}, 3.5, True),
        ({"done": 6.0, "state": DONE}, 6.0, False),     # empty, and then nobody was needed
        ({"done": 30.0, "state": DONE}, 6.0, False),
        ({"state": OPEN}, NEVER, False),
    ],
)
def test_closed_by_crews_is_what_they_close_before_it_is_empty(
    demand: dict[str, Any], flow_ended_min: float, closed: bool
) -> None:
    row = hand_logs.gas_log(LEVELS, PEOPLE, 6, flow_ended_min=flow_ended_min)
    scenario = tw.scenario(tw.city(), [{}], releases=(cloud(),))
    log = hand_logs.log([demand], gas=(row,))
    assert is_closed(log, scenario, row) is closed
    v = measured(log, scenario).values
    assert v["leaks_closed_by_crews"] == closed
    assert v["leak_flow_min"] == min(flow_ended_min, 7200.0)


def test_a_release_that_hangs_on_nobodys_work_is_closed_by_nobody() -> None:
    row = hand_logs.gas_log(LEVELS, PEOPLE, 6, flow_ended_min=2.0, began_min=1.0)
    scenario = tw.scenario(tw.city(), releases=(cloud(demand=-1),))
    v = measured(hand_logs.log(gas=(row,)), scenario).values
    assert (v["leaks_closed_by_crews"], v["leak_flow_min"]) == (0, 1.0)


# ---- what came about ---------------------------------------------------------------------------


CHAIN_EVENTS = (
    event("release"), event("fire", 0, only_if=1, start_min=5.0), event("explosion", 1, only_if=2, start_min=20.0),
    event("release", 2, only_if=3, start_min=20.0), event("explosion", 1, only_if=4, start_min=40.0),
    event("fire", 0, only_if=5, start_min=9000.0),
)
CHAIN_ROWS = [
    {"real_min": 0.0}, {"real_min": 5.0}, {"real_min": 20.0}, {"real_min": 20.0}, {"real_min": 40.0},
    {"real_min": 9000.0},
]


def chained(prevented: Sequence[int], **changes: Any) -> tuple[Log, Any]:
    bursts = tuple(Burst(demand=d, warned_min=0.0, crews_hurt_share=0.1, place="C1") for d in (2, 4))
    fields = {"events": CHAIN_EVENTS, "bursts": bursts}
    scenario = tw.scenario(tw.city(), CHAIN_ROWS, **(fields | changes))
    states = [{"state": PREVENTED if d in prevented else OPEN} for d in range(len(CHAIN_ROWS))]
    return hand_logs.log(states, crews_hurt=1.5), scenario


@pytest.mark.parametrize(
    ("prevented", "depths", "explosions", "averted"),
    [
        ((), [1, 2, 3, 4, 3, 0], 2, 0),
        ((4,), [1, 2, 3, 4, 0, 0], 1, 1),
        ((2, 3), [1, 2, 0, 0, 3, 0], 1, 1),
        ((2, 3, 4), [1, 2, 0, 0, 0, 0], 0, 2),
        ((1, 2, 3, 4), [1, 0, 0, 0, 0, 0], 0, 2),
    ],
)
def test_the_chain_that_came_about(
    prevented: Sequence[int], depths: list[int], explosions: int, averted: int
) -> None:
    log, scenario = chained(prevented)
    assert chain_depths(log, scenario) == depths
    v = measured(log, scenario).values
    assert v["chain_depth"] == max(depths)
    assert v["events_happened"] == sum(depth > 0 for depth in depths)
    assert (v["explosions"], v["explosions_averted"]) == (explosions, averted)
    assert v["plant_fires"] == (depths[1] > 0)
    assert v["responders_hurt"] == 1.5


def test_a_burst_due_after_the_horizon_is_neither_an_explosion_nor_averted() -> None:
    burst = Burst(demand=5, warned_min=0.0, crews_hurt_share=0.1, place="C1")
    log, scenario = chained((), bursts=(burst,))
    assert not happened(log, scenario, 5)
    v = measured(log, scenario).values
    assert (v["explosions"], v["explosions_averted"]) == (0, 0)


def test_one_kind_that_leads_to_another_is_a_chain() -> None:
    log, scenario = chained((), events=(event("earthquake"), event("flood", 0)), bursts=())
    v = measured(log, scenario).values
    assert (v["chain_depth"], v["events_happened"], v["plant_fires"]) == (2, 2, 0)


def burst_dangers() -> tuple[Any, ...]:
    return tuple(
        tw.Danger(
            event=number, issue_from_min=0.0, deadline_min=strike, strike_min=strike, evacuate=True,
            zones=tw.ints([0]), people=tw.ints([people]),
        )
        for number, strike, people in ((2, 20.0, 100), (4, 40.0, 300))
    )


def test_nobody_is_struck_by_what_was_prevented_or_was_to_be_warned_of_it() -> None:
    rows = hand_logs.evacuations([(0, 0, 100, 20.0, 30.0, 0.0), (1, 0, 300, 40.0, 60.0, 0.0)])
    warnings = [
        WarningLog(danger=number, issued_min=6.0, reached_share=tw.floats([share]), by_channel={})
        for number, share in ((0, 0.5), (1, 0.9))
    ]

    def play(prevented: Sequence[int]) -> tuple[Log, Measures]:
        log, scenario = chained(prevented, dangers=burst_dangers())
        log = dataclasses.replace(log, evacuations=rows, warnings=tuple(warnings))
        return as_it_came(log, scenario), measured(log, scenario)

    _, both = play(())
    assert (both.values["people_in_danger"], both.values["exposed_people"]) == (400, 310)
    assert both.values["warning_coverage_share"] == pytest.approx((50 + 270) / 400)
    log, one = play((4,))
    assert (one.values["people_in_danger"], one.values["exposed_people"]) == (100, 70)
    assert one.values["warning_coverage_share"] == 0.5
    assert one.by_zone["exposed_people"].tolist() == [70.0, 0.0]
    assert [(row.strike_min, row.exposed) for row in log.evacuations] == [(20.0, 70.0), (NEVER, 0.0)]
    _, none = play((2, 3, 4))
    assert none.values["exposed_people"] == 0
    assert math.isnan(none.values["warning_coverage_share"])


def test_loss_is_avoided_by_work_in_time_or_as_it_never_came_to_that() -> None:
    losses = tuple(AvoidableLoss(demand=d, by_min=20.0, zone=0, loss_yuan=10.0**d) for d in range(5))
    scenario = tw.scenario(tw.city(), [{}] * 5, avoidable=losses, loss_yuan=tw.floats([1e6, 0.0]))
    states: list[dict[str, Any]] = [
        {"done": 20.0, "state": DONE}, {"done": 21.0, "state": DONE}, {"state": PREVENTED}, {"state": OPEN},
        {"state": PREVENTED},
    ]
    v = measured(hand_logs.log(states), scenario).values
    assert v["loss_avoided_yuan"] == 1.0 + 100.0 + 10_000.0
    assert v["loss_yuan"] == 1e6 - 10_101.0


# ---- small leaks, played -----------------------------------------------------------------------


KINDS = (
    tw.kind("leak", law="entry", skills=(("hazmat", 1.0, True),)), tw.kind("curtain", law="hold"), tw.kind("cover"),
)


def played(work: float, rows: Sequence[dict[str, Any]] = (), teams: int = 2, **changes: Any) -> tuple[Log, Measures]:
    """A leak at the station's door: 600 kg straight into the air and onto the ground in two hours, unless closed."""
    fields: dict[str, Any] = {
        "spots": SPOTS, "delay_min": (0.0, 2.0, 10.0, 10.0), "edges_min": np.arange(0.0, 241.0, 2.0),
        "air_kg": [5.0] * 60 + [0.0] * 60, "pool_kg": [5.0] * 60 + [0.0] * 60, "held_kg": 640.0, "puff_kg": 20.0,
        "evaporation_kg_min_m2": 0.05, "pool_m2_per_kg": 0.2, "bund_m2": 15.0, "curtain_share": 0.6,
        "level_mg_m3": np.array([[0.2, 0.2], [0.9, 0.9], [2.1, 2.1]]),
    }
    leak = clouds.release(**(fields | changes))
    city = tw.city()
    scenario = tw.scenario(
        city, [{"kind": "leak", "work": work, "max_crews": 2}, *rows], releases=(leak,), horizon_min=400.0
    )
    crews = [
        tw.team(f"H{i}", node=1, capabilities=("hazmat",), turnout_min=0.0, type="fire") for i in range(teams)
    ] + [tw.team(f"F{i}", node=1, turnout_min=0.0) for i in range(2)]
    plan, layout = tw.plan(kinds=KINDS), tw.layout(crews)
    log = respond(city, plan, layout, scenario)
    return log, measure(log, city, plan, layout, scenario)


CURTAIN = {"kind": "curtain", "work": 6.0, "parent": 0}
COVER = {"kind": "cover", "work": 25.0, "parent": 0}


@pytest.mark.parametrize("work", [0.5, 7.3, 60.0, 5000.0])
@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        ((), {}),
        ((CURTAIN,), {"curtain": 1}),
        ((CURTAIN, COVER), {"curtain": 1, "cover": 2}),
        ((), {"fixed_curtain_min": 3.0, "bund_m2": 400.0, "evaporation_kg_min_m2": 5.0}),
        ((), {"air_kg": [0.0] * 120, "pool_kg": [0.0] * 120, "puff_kg": 640.0}),
    ],
)
def test_every_kilogram_is_somewhere(work: float, rows: Sequence[dict[str, Any]], changes: dict[str, Any]) -> None:
    log, m = played(work, rows, **changes)
    (row,) = log.gas
    assert row.aired_kg + row.washed_kg + row.vessel_kg + row.pool_kg == pytest.approx(640.0)
    assert min(row.aired_kg, row.washed_kg, row.vessel_kg, row.pool_kg) >= 0.0
    assert (m.values["gas_aired_kg"], m.values["gas_washed_kg"]) == (row.aired_kg, row.washed_kg)
    if not {"curtain", "fixed_curtain_min"} & changes.keys():
        assert row.washed_kg == 0.0
    elif work > 6.0:
        assert row.washed_kg > 0.0


def test_the_later_a_leak_is_closed_the_more_it_does() -> None:
    course = [played(work)[1].values for work in (1.0, 5.0, 10.0, 30.0, 60.0, 100.0, 300.0)]
    assert [v["leaks_closed_by_crews"] for v in course] == [1, 1, 1, 1, 1, 1, 0]
    worse = ("gas_red_people", "gas_orange_people")
    for counted in (("gas_aired_kg",), ("leak_flow_min",), worse[:1], worse, ("gas_exposed_people",)):
        values = [sum(v[name] for name in counted) for v in course]
        assert values == sorted(values)
        assert values[0] < values[-1]
    assert course[0]["leak_flow_min"] == pytest.approx(1.0)
    assert course[-1]["leak_flow_min"] == pytest.approx(120.0)


def test_a_curtain_and_a_cover_leave_less_in_the_air() -> None:
    alone, curtain, both = (
        played(90.0)[1].values, played(90.0, (CURTAIN,), curtain=1)[1].values,
        played(90.0, (CURTAIN, COVER), curtain=1, cover=2)[1].values,
    )
    assert alone["gas_aired_kg"] > curtain["gas_aired_kg"] > both["gas_aired_kg"]
    assert alone["gas_washed_kg"] == 0.0
    assert curtain["gas_washed_kg"] > both["gas_washed_kg"] > 0.0
