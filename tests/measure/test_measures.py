"""Measures of one replication against numbers worked out by hand."""

from __future__ import annotations

import math
import time
from typing import Any

import hand_logs
import numpy as np
import pytest
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_release import release

from sim.common.types import NEVER
from sim.hazard.scenario import AvoidableLoss
from sim.measure.curves import curve_grid
from sim.measure.measures import Measures, measure
from sim.plan.model import KitLine
from sim.response.log import (
    DIED_EXPOSED,
    DIED_IN_CARE,
    DIED_TRAPPED,
    DIED_WAITING,
    DONE,
    OPEN,
    PREVENTED,
    SAVED,
    SPARED,
    TRAPPED,
    WAITING,
    WarningLog,
)

KIT = tuple(
    KitLine(line_id=line, name=tw.text(line), items=(line,), per_person=1.0, cold_only=False, indoor_free=False)
    for line in ("tent", "water")
)


def measured(log: Any, city: Any = None, plan: Any = None, layout: Any = None, scenario: Any = None) -> Measures:
    city = city or tw.city()
    return measure(log, city, plan or tw.plan(kit=KIT), layout or tw.layout(), scenario or tw.scenario(city))


# ---- relief --------------------------------------------------------------------------------


def test_relief_counts_each_person_from_their_own_displacement() -> None:
    relief = [
        (0, 60, 0.0, 300.0, 0),     # 5 h
        (0, 30, 60.0, 660.0, 1),    # 10 h exactly: in time
        (1, 8, 0.0, 720.0, 1),      # 12 h: late by the water
        (1, 2, 0.0, NEVER, 0),      # never: no tent came
    ]
    m = measured(hand_logs.log(relief=relief))
    v = m.values
    assert v["displaced_people"] == 100
    assert v["relieved_people"] == 98
    assert v["relief_share_10h"] == pytest.approx(0.90)
    assert (v["relief_p50_h"], v["relief_p90_h"], v["relief_p100_h"]) == (5.0, 10.0, NEVER)
    assert v["relief_short_people.tent"] == 2
    assert v["relief_short_people.water"] == 8
    assert m.by_zone["relief_share_10h"].tolist() == [1.0, 0.0]
    assert m.by_zone["relief_p90_h"].tolist() == [10.0, NEVER]
    assert m.by_zone["relieved_people"].tolist() == [90, 8]


def test_relief_after_the_horizon_is_never() -> None:
    v = measured(hand_logs.log(relief=[(0, 10, 0.0, 7300.0, 0)])).values
    assert v["relieved_people"] == 0
    assert v["relief_p50_h"] == NEVER
    assert v["relief_share_10h"] == 0.0


def test_people_whose_limit_lies_beyond_the_horizon_are_counted_but_not_judged() -> None:
    v = measured(hand_logs.log(relief=[(0, 10, 0.0, 60.0, 0), (0, 5, 7000.0, NEVER, 0)])).values
    assert v["displaced_people"] == 15
    assert v["relief_share_10h"] == 1.0
    assert v["relief_p100_h"] == 1.0
    assert v["relief_short_people.tent"] == 0


def test_nobody_displaced_is_nan_and_not_a_success() -> None:
    v = measured(hand_logs.log()).values
    assert v["displaced_people"] == 0
    assert math.isnan(v["relief_share_10h"])
    assert math.isnan(v["relief_p90_h"])


def test_the_limit_is_a_coefficient() -> None:
    log = hand_logs.log(relief=[(0, 10, 0.0, 300.0, 0)])
    assert measured(log, plan=tw.plan(kit=KIT, relief_limit_h=4.0)).values["relief_share_10h"] == 0.0


groups = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(1, 50), st.floats(0, 3000), st.one_of(st.floats(0, 4000), st.just(NEVER)),
        st.integers(-1, 1),
    ),
    min_size=1, max_size=12,
)


@given(groups, st.data())
@settings(max_examples=60, deadline=None)
def test_more_relief_never_lowers_the_share(rows: list[Any], data: Any) -> None:
    rows = [(zone, people, out, out + took, line) for zone, people, out, took, line in rows]
    sooner = [(z, p, out, data.draw(st.floats(out, min(back, 8000.0))), line) for z, p, out, back, line in rows]
    before = measured(hand_logs.log(relief=rows))
    after = measured(hand_logs.log(relief=sooner))
    assert after.values["relief_share_10h"] >= before.values["relief_share_10h"]
    for name in ("relief_p50_h", "relief_p90_h", "relief_p100_h"):
        assert after.values[name] <= before.values[name]
    assert (after.curves["relieved_people"] >= before.curves["relieved_people"]).all()


@given(groups, st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(rows: list[Any], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, two = (measured(hand_logs.log(relief=order)) for order in (rows, shuffled))
    assert one.values == pytest.approx(two.values, nan_ok=True)
    for name, column in one.by_zone.items():
        np.testing.assert_allclose(column, two.by_zone[name])


# ---- demands -------------------------------------------------------------------------------

KINDS = (tw.kind("fire", law="fire", arrival_limit_min=5.0), tw.kind("rescue", law="rescue"), tw.kind("gas"))


def demand_case(**changes: Any) -> Measures:
    """Three fires, four rescues; what became of them stands beside them."""
    rows: list[dict[str, Any]] = [
        {"kind": "fire", "zone": 0}, {"kind": "fire", "zone": 0}, {"kind": "fire", "zone": 1},
        {"kind": "fire", "zone": 1},
        {"kind": "rescue", "zone": 0}, {"kind": "rescue", "zone": 0}, {"kind": "rescue", "zone": 1},
        {"kind": "rescue", "zone": 1}, {"kind": "gas", "zone": 1, "watched": True},
        {"kind": "gas", "zone": 1, "real_min": 8000.0},
    ]
    logged: list[dict[str, Any]] = [
        {"known": 10.0, "dispatched": 10.0, "arrived": 14.0, "done": 60.0, "state": DONE},  # 4 min after the order
        {"known": 20.0, "dispatched": 50.0, "arrived": 58.0, "done": 90.0, "state": DONE},  # waited 30, drove 8
        {"known": 90.0, "unreachable": 500.0, "left_work": 120.0},               # reported late, never reached
        {"state": PREVENTED},                                                               # never became real
        {"known": 30.0, "dispatched": 40.0, "arrived": 70.0, "done": 100.0, "state": DONE},
        {"known": 30.0, "local": 20.0, "done": 80.0, "state": DONE},                      # dug out by neighbours
        {"known": 90.0, "done": 80.0, "state": DONE},                                       # over before it was known
        {"left_work": 60.0},                                                                # never even known
        {"known": 100.0, "dispatched": 100.0, "arrived": 130.0, "state": OPEN},  # told by instruments
        {},                                                                                 # after the horizon
    ]
    city = tw.city()
    scenario = tw.scenario(city, rows, **changes)
    return measured(hand_logs.log(logged), city, tw.plan(KINDS, kit=KIT), scenario=scenario)


def test_reports() -> None:
    m = demand_case()
    # Reportable: 3 fires and 4 rescues. In time (60 min): 10, 20, 30, 30; late: 90, 90, never.
    assert m.values["report_share_in_time"] == pytest.approx(4 / 7)
    assert m.values["report_p50_min"] == 30.0
    assert m.values["report_p90_min"] == NEVER
    np.testing.assert_allclose(m.by_zone["report_share_in_time"], [1.0, 0.0])


def test_a_report_whose_deadline_lies_beyond_the_horizon_is_not_judged() -> None:
    city = tw.city()
    scenario = tw.scenario(city, [{"real_min": 7190.0}])
    assert math.isnan(measured(hand_logs.log([{}]), city, scenario=scenario).values["report_share_in_time"])


def test_unserved_and_unreachable_demands_are_counted() -> None:
    m = demand_case()
    assert m.values["demands"] == 8
    assert m.values["unserved_demands"] == 3
    assert m.values["unreachable_demands"] == 1
    assert m.values["left_work_crew_h"] == pytest.approx(3.0)
    assert m.by_zone["unserved_demands"].tolist() == [0, 3]


def test_arrivals_by_kind_count_the_unserved_as_never() -> None:
    v = demand_case().values
    # Fires: 4, 38, never. Rescues: 40 (crew), 50 (neighbours had all out), never; the fourth was over before known.
    assert (v["arrival_p50_min.fire"], v["arrival_p90_min.fire"]) == (38.0, NEVER)
    assert (v["arrival_p50_min.rescue"], v["arrival_p90_min.rescue"]) == (50.0, NEVER)
    assert v["arrival_p90_min.gas"] == 30.0
    assert v["arrival_within_limit_share.fire"] == pytest.approx(1 / 3)
    assert "arrival_within_limit_share.rescue" not in v
    # Zone 0: 4, 38, 40, 50. Zone 1: fire never, rescue never, gas 30.
    assert demand_case().by_zone["arrival_p50_min"].tolist() == [38.0, NEVER]


def test_arrivals_from_the_onset_count_the_same_demands_for_every_layout() -> None:
    m = demand_case()
    # All became real at 0. Fires: 14, 58, never. Rescues: 70, 80 and 80 (neighbours, known or not), never.
    assert m.values["arrival_from_real_p50_min.fire"] == 58.0
    assert m.values["arrival_from_real_p50_min.rescue"] == 80.0
    # All eight: 14, 58, 70, 80, 80, 130, never, never. Zone 0: 14, 58, 70, 80; zone 1: 80, 130, never, never.
    assert m.values["arrival_from_real_p50_min"] == 80.0
    assert m.by_zone["arrival_from_real_p50_min"].tolist() == [58.0, 130.0]


def test_who_reports_faster_looks_slower_from_known_but_not_from_the_onset() -> None:
    city = tw.city()
    scenario = tw.scenario(city, [{"zone": 0}])
    slow, fast = (
        measured(hand_logs.log([{"known": known, "arrived": arrived, "done": 200.0, "state": DONE}]), city,
                 scenario=scenario).by_zone
        for known, arrived in ((60.0, 100.0), (20.0, 90.0))
    )
    assert (slow["arrival_p50_min"][0], fast["arrival_p50_min"][0]) == (40.0, 70.0)
    assert (slow["arrival_from_real_p50_min"][0], fast["arrival_from_real_p50_min"][0]) == (100.0, 90.0)


def test_prevented_demands_are_counted_by_kind_within_the_horizon() -> None:
    v = demand_case().values
    assert (v["prevented_demands"], v["prevented_demands.fire"], v["prevented_demands.rescue"]) == (1.0, 1.0, 0.0)
    city = tw.city()
    late = tw.scenario(city, [{"real_min": 8000.0}])
    assert measured(hand_logs.log([{"state": PREVENTED}]), city, scenario=late).values["prevented_demands"] == 0.0


def test_a_kind_that_does_not_occur_is_nan() -> None:
    city = tw.city()
    v = measured(hand_logs.log(), city, tw.plan(KINDS)).values
    assert math.isnan(v["arrival_p50_min.fire"])
    assert math.isnan(v["arrival_within_limit_share.fire"])
    assert v["unserved_demands"] == 0


def test_where_the_time_goes() -> None:
    v = demand_case().values
    assert v["report_mean_min.fire"] == pytest.approx(15.0)
    assert v["wait_mean_min.fire"] == pytest.approx(15.0)
    assert v["travel_mean_min.fire"] == pytest.approx(6.0)
    assert v["travel_mean_min.rescue"] == pytest.approx(30.0)


# ---- people --------------------------------------------------------------------------------


def people_case() -> Measures:
    people: list[dict[str, Any]] = [
        {"demand": 0, "zone": 0, "trapped_death_min": 6000.0, "severity": 2},
        {"demand": 0, "zone": 0, "trapped_death_min": NEVER, "severity": 3},
        {"demand": 0, "zone": 0, "trapped_death_min": 100.0, "severity": 3},
        {"demand": 1, "zone": 1, "trapped_death_min": NEVER, "severity": 1},
        {"demand": 1, "zone": 1, "trapped_death_min": NEVER, "severity": 3},
        {"demand": -1, "zone": 1, "severity": 2},
        {"demand": -1, "zone": 1, "severity": 3},
        {"demand": -1, "zone": 1, "severity": 3, "real_min": 50.0},
        {"demand": -1, "zone": 1, "severity": 2, "real_min": NEVER},
        {"demand": -1, "zone": 0, "severity": 2, "real_min": NEVER},
    ]
    fate: list[dict[str, Any]] = [
        {"freed": 4320.0, "hospital": 4400.0, "outcome": SAVED},                    # 72 h exactly
        {"freed": 4321.0, "death": 5000.0, "outcome": DIED_WAITING},                # alive, but a minute too late
        {"freed": 200.0, "death": 100.0, "outcome": DIED_TRAPPED},                  # a body
        {"outcome": TRAPPED},
        {"outcome": SPARED, "hurt": NEVER, "severity": 0},                          # was not there
        {"freed": 0.0, "hospital": 30.0, "outcome": SAVED},
        {"freed": 0.0, "hospital": 90.0, "death": 400.0, "outcome": DIED_IN_CARE},
        {"freed": 50.0, "outcome": WAITING, "hurt": 50.0},
        {"hurt": 60.0, "hospital": 100.0, "death": 130.0, "outcome": DIED_EXPOSED, "severity": 3},
        {"hurt": NEVER, "severity": 0, "outcome": SPARED},                          # the cloud never came
    ]
    city = tw.city()
    scenario = tw.scenario(
        city, [{"kind": "job"}] * 2, casualties=tw.casualties(people), dead_at_once=tw.ints([5, 2]),
        loss_yuan=tw.floats([1e6, 2e6]), releases=(release(first=8, people=2),),
    )
    log = hand_logs.log([{}, {}], fate, hospital_shut=((100.0, 0),), washed=1)
    return measured(log, city, scenario=scenario)


def test_who_died_and_who_was_saved() -> None:
    v = people_case().values
    assert (v["deaths"], v["dead_at_once"], v["deaths_later"]) == (11, 7, 4)
    assert (v["died_trapped"], v["died_waiting"], v["died_in_care"], v["died_exposed"]) == (1, 1, 1, 1)
    assert (v["still_trapped"], v["still_waiting"], v["spared"], v["saved"]) == (1, 1, 1, 2)


def test_the_golden_hours_count_everybody_buried_alive() -> None:
    m = people_case()
    assert m.values["trapped_people"] == 4
    assert m.values["rescued_alive"] == 2
    assert m.values["rescued_alive_share_72h"] == pytest.approx(1 / 4)
    np.testing.assert_allclose(m.by_zone["rescued_alive_share_72h"], [1 / 3, 0.0])
    assert m.by_zone["deaths"].tolist() == [7, 4]
    assert m.by_zone["deaths_later"].tolist() == [2, 2]


def test_way_to_hospital() -> None:
    # Reached: 4400, 30, 90 and 40 minutes after the injury.
    assert people_case().values["hospital_p90_min"] == 4400.0


def test_people_hurt_after_the_horizon_are_in_no_measure() -> None:
    city = tw.city()
    scenario = tw.scenario(city, casualties=tw.casualties([{"real_min": 9000.0}]))
    v = measured(hand_logs.log(casualties=[{"outcome": WAITING, "hurt": 9000.0}]), city, scenario=scenario).values
    assert v["still_waiting"] == 0


def test_washing_is_counted_where_anybody_could_need_it() -> None:
    v = measured(hand_logs.log()).values
    assert all(math.isnan(v[name]) for name in ("washed", "hospitals_contaminated", "died_exposed"))
    city = tw.city()
    scenario = tw.scenario(city, casualties=tw.casualties([{"real_min": NEVER, "contaminated": True}]))
    log = hand_logs.log(casualties=[{"hurt": 3.0}], hospital_shut=((9.0, 0), (10.0, 1)), washed=1)
    v = measured(log, city, scenario=scenario).values
    assert (v["washed"], v["hospitals_contaminated"]) == (1, 2)


# ---- forces, warning, exposure -------------------------------------------------------------


def test_utilisation_is_weighted_by_people_and_time() -> None:
    layout = tw.layout([tw.team("A", tier=1), tw.team("B", tier=2)])
    crews = [
        ("A", 6, 0.0, 100.0, 900.0), ("A", 2, 500.0, 0.0, 500.0), ("B", 8, NEVER, 0.0, 0.0),
        ("local:Z0", 6, 200.0, 0.0, 400.0), ("aid:region", 10, 800.0, 100.0, 0.0),
    ]
    log = hand_logs.log(crews=crews, horizon_min=1000.0, levels=((30.0, 3), (60.0, 2)), reopened=((5.0, 0),))
    v = measured(log, layout=layout).values
    assert v["utilisation_share.tier1"] == pytest.approx((6 * 1000 + 2 * 500) / (6 * 1000 + 2 * 500))
    assert v["utilisation_share.tier0"] == pytest.approx(0.5)
    assert v["utilisation_share.tier5"] == pytest.approx(0.5)
    assert math.isnan(v["utilisation_share.tier2"])
    assert (v["level_rank"], v["aid_crews"], v["roads_reopened"]) == (2, 1, 1)


def test_no_level_is_five() -> None:
    assert measured(hand_logs.log()).values["level_rank"] == 5


def test_warning_coverage_is_weighted_by_people() -> None:
    city = tw.city()
    dangers = tuple(
        tw.Danger(
            event=0, issue_from_min=0.0, deadline_min=strike, strike_min=strike, evacuate=False, zones=tw.ints(zones),
            people=tw.ints(people),
        )
        for strike, zones, people in ((60.0, [0, 1], [900, 100]), (90.0, [1], [1000]))
    )
    warnings = [
        WarningLog(danger=0, issued_min=10.0, reached_share=tw.floats([0.5, 1.0]), by_channel={}),
        WarningLog(danger=1, issued_min=10.0, reached_share=tw.floats([0.25]), by_channel={}),
    ]
    m = measured(hand_logs.log(warnings=warnings), city, scenario=tw.scenario(city, dangers=dangers))
    assert m.values["warning_coverage_share"] == pytest.approx((450 + 100 + 250) / 2000)
    np.testing.assert_allclose(m.by_zone["warning_coverage_share"], [0.5, 350 / 1100])
    assert math.isnan(measured(hand_logs.log()).values["warning_coverage_share"])


def test_exposure_of_the_zones() -> None:
    city = tw.city()
    outages = tw.outages([
        (0, "communication", 100.0, 300.0), (0, "communication", 200.0, 400.0), (0, "power", 0.0, 5000.0),
        (1, "communication", 7000.0, NEVER),
    ])
    scenario = tw.scenario(
        city, outages=outages, damage=np.array([[0, 0, 0, 9, 4, 3], [0, 0, 0, 0, 0, 1.0]]),
        fields={"intensity": np.array([[8.0, 7.0], [5.0, 5.5]])}, loss_yuan=tw.floats([1e6, 2e6]),
    )
    m = measured(hand_logs.log(), city, scenario=scenario)
    assert m.by_zone["dark_min"].tolist() == [300.0, 200.0]
    assert m.by_zone["collapsed_dwellings"].tolist() == [7.0, 1.0]
    assert m.by_zone["intensity"].tolist() == [8.0, 7.0]
    assert m.values["loss_yuan"] == 3e6


def test_depth_is_the_greatest_of_all_events_and_shaking_is_unknown_without_it() -> None:
    city = tw.city()
    scenario = tw.scenario(city, fields={"max_depth_m": np.array([[0.2, 0.0], [1.5, 0.4]])})
    m = measured(hand_logs.log(), city, scenario=scenario)
    assert m.by_zone["max_depth_m"].tolist() == [1.5, 0.4]
    assert np.isnan(m.by_zone["intensity"]).all()
    assert np.isnan(measured(hand_logs.log()).by_zone["max_depth_m"]).all()


def test_loss_is_less_by_what_was_done_in_time() -> None:
    city = tw.city()
    rows = [{"zone": 0}, {"zone": 1}, {"zone": 1}]
    avoidable = tuple(
        AvoidableLoss(demand=demand, by_min=100.0, zone=1, loss_yuan=yuan)
        for demand, yuan in enumerate((1e5, 2e5, 4e5))
    )
    logged = [{"done": 100.0, "state": DONE}, {"done": 101.0, "state": DONE}, {}]  # in time, too late, never
    scenario = tw.scenario(city, rows, loss_yuan=tw.floats([1e6, 2e6]), avoidable=avoidable)
    v = measured(hand_logs.log(logged), city, scenario=scenario).values
    assert v["loss_yuan"] == 2.9e6
    assert v["loss_avoided_yuan"] == 1e5
    assert math.isnan(measured(hand_logs.log()).values["loss_avoided_yuan"])


# ---- evacuation ----------------------------------------------------------------------------


def test_evacuation_counts_people_at_the_moment_the_danger_strikes() -> None:
    rows = [(0, 0, 1000, 60.0, 300.0, 90.0), (0, 1, 200, 90.0, 200.0, 0.0), (1, 1, 500, 400.0, 100.0, 45.0)]
    m = measured(hand_logs.log(evacuations=hand_logs.evacuations(rows)))
    v = m.values
    assert v["people_in_danger"] == 1700
    assert v["evacuated_people"] == 735
    assert v["evacuated_by_bus"] == 135
    assert v["exposed_people"] == 965
    assert v["exposed_share"] == pytest.approx(965 / 1700)
    assert m.by_zone["people_in_danger"].tolist() == [1000, 700]
    assert m.by_zone["exposed_people"].tolist() == [610, 355]
    np.testing.assert_allclose(m.by_zone["exposed_share"], [0.61, 355 / 700])


def test_a_danger_that_does_not_strike_within_the_horizon_exposes_nobody() -> None:
    rows = [(0, 0, 1000, NEVER, 400.0, 0.0), (1, 0, 50, 8000.0, 0.0, 0.0)]
    m = measured(hand_logs.log(evacuations=hand_logs.evacuations(rows), horizon_min=7200.0))
    assert (m.values["people_in_danger"], m.values["evacuated_people"], m.values["exposed_people"]) == (0, 0, 0)
    assert math.isnan(m.values["exposed_share"])
    assert m.by_zone["exposed_people"].tolist() == [0, 0]
    assert np.isnan(m.by_zone["exposed_share"]).all()


def test_no_order_to_leave_is_nan_and_not_a_success() -> None:
    m = measured(hand_logs.log())
    for name in ("people_in_danger", "evacuated_people", "evacuated_by_bus", "exposed_people", "exposed_share"):
        assert math.isnan(m.values[name])
    assert np.isnan(m.by_zone["exposed_people"]).all()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1)), min_size=1))
@settings(max_examples=60, deadline=None)
def test_everybody_in_danger_is_either_out_or_exposed(drawn: list[Any]) -> None:
    rows = [(0, zone, n, 60.0, n * a, n * (1 - a) * b) for zone, n, a, b in drawn]
    m = measured(hand_logs.log(evacuations=hand_logs.evacuations(rows)))
    v = m.values
    assert v["evacuated_people"] + v["exposed_people"] == pytest.approx(v["people_in_danger"])
    assert v["evacuated_by_bus"] <= v["evacuated_people"] + 1e-9
    assert m.by_zone["exposed_people"].sum() == pytest.approx(v["exposed_people"])


# ---- curves --------------------------------------------------------------------------------


def test_the_grid_is_close_at_first_and_ends_at_the_horizon() -> None:
    grid = curve_grid(7200.0)
    assert grid[:3].tolist() == [0.0, 15.0, 30.0]
    assert grid[48:51].tolist() == [720.0, 780.0, 840.0]
    assert grid[-1] == 7200.0
    assert curve_grid(100.0).tolist() == [0, 15, 30, 45, 60, 75, 90, 100]
    assert (np.diff(curve_grid(1000.0)) > 0).all()


def test_curves_end_at_the_totals() -> None:
    m = people_case()
    assert m.curves["rescued_alive"][-1] == m.values["rescued_alive"]
    assert m.curves["deaths_later"][-1] == m.values["deaths_later"]
    at_72h = int(np.flatnonzero(m.curve_min == 4320.0)[0])
    assert m.curves["rescued_alive"][at_72h] == 1
    assert m.curves["rescued_alive"][at_72h + 1] == 2
    relief = measured(hand_logs.log(relief=[(0, 4, 0.0, 15.0, 0), (1, 6, 20.0, NEVER, 0)]))
    assert relief.curves["displaced_people"][:3].tolist() == [4, 4, 10]
    assert relief.curves["relieved_people"][:3].tolist() == [0, 4, 4]
    assert relief.curves["relieved_people"][-1] == relief.values["relieved_people"]


def test_every_column_has_a_row_per_zone_and_a_big_log_is_quick() -> None:
    rng = np.random.default_rng(1)
    zones, n, m = 36, 10_000, 1_500
    city = tw.city(nodes=40, edges=[(i, i + 1, 5.0) for i in range(39)], zone_nodes=range(zones))
    demand = [{"kind": "rescue", "zone": int(z)} for z in rng.integers(0, zones, m)]
    hurt = [{"demand": int(d), "zone": int(z)} for d, z in rng.integers(0, (m, zones), (n, 2))]
    scenario = tw.scenario(city, demand, casualties=tw.casualties(hurt))
    log = hand_logs.log(
        [{"known": 5.0, "dispatched": 6.0, "arrived": a, "state": DONE, "done": 900.0} for a in rng.uniform(7, 800, m)],
        [{"freed": float(f), "outcome": SAVED} for f in rng.uniform(0, 8000, n)],
        [(int(z), 7, 0.0, float(r), 0) for z, r in rng.integers(0, (zones, 2000), (3000, 2))],
        [("T1", 6, 0.0, 10.0, 10.0)] * 900,
    )
    plan, layout = tw.plan(KINDS, kit=KIT), tw.layout([tw.team("T1")])
    result = measure(log, city, plan, layout, scenario)
    assert all(column.shape == (zones,) for column in result.by_zone.values())
    assert all(curve.shape == result.curve_min.shape for curve in result.curves.values())
    best = min(_seconds(lambda: measure(log, city, plan, layout, scenario)) for _ in range(5))
    assert best < 0.03


def _seconds(call: Any) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began
