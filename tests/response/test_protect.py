"""Warning of a gas cloud in tiny worlds: when it goes out, who leaves, who shuts himself in; cars that share a road."""

from __future__ import annotations

import dataclasses
from typing import Any

import clouds
import hand_logs
import numpy as np
import pytest
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.common.types import NEVER
from sim.measure.evacuation import evacuation_measures
from sim.response.clock import run_events
from sim.response.congestion import ExitRoad, car_share, lanes_out
from sim.response.drive import Traffic
from sim.response.evacuation import Evacuation
from sim.response.warning import Warnings
from sim.response.world import World

EVERYBODY = tw.Channel(
    channel="all", name=tw.text("all"), cap_day=1.0, cap_night=1.0, p_per_min=1e6, q_per_min=0.0, people_per_device=0.0,
    device="", needs_power=False, needs_communication=False,
)
SIREN = dataclasses.replace(EVERYBODY, cap_day=0.75, cap_night=0.6, p_per_min=0.15, q_per_min=0.05)
WORD = dataclasses.replace(EVERYBODY, channel="word", cap_day=0.8, cap_night=0.8, p_per_min=0.002, q_per_min=0.06)
DOOR = dataclasses.replace(EVERYBODY, channel="door", cap_day=1.0, cap_night=0.95, p_per_min=0.0)
QUICK = {
    "warning_decision_min": 0.0, "comply_share": 1.0, "bus_call_min": 0.0, "bus_wait_min": 5.0, "bus_load_min": 10.0,
    "assist_share": 0.0, "walk_limit_km": 1.0, "car_share": 0.4, "air_shut_per_h": 0.5,
}
LEAK = [{"kind": "job", "zone": 0}]
FAR = {"delay_min": (300.0,)}


class Case:
    """One world with a warning and an evacuation, in which the level opens and the leak is told of when asked."""

    def __init__(
        self, dangers: Any, releases: Any = (), *, known: float | None = 0.0, level: float | None = 0.0,
        city: Any = None, channels: Any = (EVERYBODY,), layout: Any = None, hour: float = 10.0,
        rows: Any = LEAK, **numbers: float,
    ) -> None:
        city = city or tw.city(shelters=((1, 5000, True),))
        drawn = tw.scenario(city, rows, dangers=tuple(dangers), releases=tuple(releases), hour=hour)
        plan = tw.plan(channels=channels, **(QUICK | numbers))
        self.world = World(city, plan, layout or tw.layout([]), drawn, timeline=True)
        self.warnings = Warnings(self.world)
        self.evacuation = Evacuation(self.world, self.warnings, Traffic(self.world))
        if level is not None:
            self.world.at(level, self.world.open_level, 4)
        if known is not None:
            self.world.at(known, self.warnings.demand_known, 0)
        run_events(self.world.env, self.world.horizon_min)

    @property
    def issued(self) -> float:
        return self.warnings.issued_min[0]

    def rows(self) -> Any:
        return self.evacuation.finish([False] * len(self.world.scenario.demands))

    def safe(self, number: int = 0, zone: int = 0, minute: float = 60.0) -> float:
        gone = self.evacuation.share_gone(number, zone, minute)
        return gone + self.warnings.share_sheltered(number, zone, minute)


# ---- when the warning goes out -------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "known", "issued"), [(0.0, 40.0, 55.0), (90.0, 40.0, 105.0), (0.0, None, NEVER), (None, 40.0, NEVER)]
)
def test_a_cloud_is_warned_of_once_the_leak_is_known_and_a_level_open(level: Any, known: Any, issued: float) -> None:
    case = Case([clouds.danger()], [clouds.release()], level=level, known=known, warning_decision_min=15.0)
    assert case.issued == issued


def test_ordinary_dangers_do_not_wait_for_a_report() -> None:
    flood = clouds.danger(release=-1, evacuate=True, strike_min=500.0, issue_from_min=20.0)
    case = Case([flood, clouds.danger()], [clouds.release()], known=70.0)
    assert case.warnings.issued_min == [20.0, 70.0]


def test_another_report_is_no_news_of_the_leak() -> None:
    case = Case([clouds.danger()], [clouds.release(demand=1)], rows=[*LEAK, *LEAK], known=5.0)
    assert case.issued == NEVER


def test_of_a_cloud_that_nobody_can_stop_any_of_its_tasks_tells() -> None:
    case = Case([clouds.danger()], [clouds.release(demand=-1, monitoring=0)], known=25.0)
    assert case.issued == 25.0
    silent = Case([clouds.danger(issue_from_min=3.0)], [clouds.release(demand=-1)], known=25.0)
    assert silent.issued == 3.0


# ---- how it spreads ------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [10.0, 23.0])
def test_the_course_is_the_curve_of_the_channels(hour: float) -> None:
    city = tw.city(shelters=((1, 5000, True),), communities=2)
    case = Case([clouds.danger()], [clouds.release(**FAR)], known=20.0, city=city, channels=(SIREN, WORD, DOOR),
                hour=hour, comply_share=0.8)
    course = case.warnings._course(0, 0, 700.0)
    for minute in (0, 1, 3, 17, 80, 300, 700):
        assert course.heard[minute] == pytest.approx(case.warnings.reached_share(0, 0, 20.0 + minute), abs=1e-9)


def test_half_of_those_who_hear_at_once_have_left_after_twelve_minutes_by_day_and_45_by_night() -> None:
    for hour, median in ((10.0, 12.0), (23.0, 45.0)):
        case = Case([clouds.danger()], [clouds.release(**FAR)], hour=hour)
        assert case.warnings.share_left(0, 0, median + 0.5) == pytest.approx(0.5, abs=0.01)  # heard within a minute


def test_the_course_is_long_enough_for_whoever_asks_and_never_falls() -> None:
    case = Case([clouds.danger()], [clouds.release(**FAR)], channels=(SIREN, WORD), comply_share=0.8)
    shares = [case.warnings.share_left(0, 0, minute) for minute in np.arange(0.0, 3000.0, 0.7)]
    assert (np.diff(shares) >= -1e-12).all()
    assert shares[0] == 0.0
    assert shares[-1] == pytest.approx(0.8 * case.warnings.reached_share(0, 0, 3000.0), abs=1e-6)
    again = Case([clouds.danger()], [clouds.release(**FAR)], channels=(SIREN, WORD), comply_share=0.8)
    for minute in (2000.0, 5.3, 255.9, 256.0, 511.5):
        assert again.warnings.share_left(0, 0, minute) == pytest.approx(
            case.warnings.share_left(0, 0, minute), abs=1e-9)


# ---- leave or stay in ----------------------------------------------------------------------


def test_near_and_short_stay_in_far_and_long_leave() -> None:
    releases = [clouds.release(spots=[(0, 0, 100.0), (1, 1, 100.0)], delay_min=(10.0, 300.0))]
    case = Case([clouds.danger(zones=(0, 1), people=(100, 100))], releases)
    assert [case.evacuation.action_of(0, zone) for zone in (0, 1)] == ["shelter", "leave"]
    assert [row.action for row in case.rows()] == ["shelter", "leave"]
    assert [row.strike_min for row in case.rows()] == [10.0, 300.0]
    short = [clouds.release(edges_min=(0.0, 30.0), **FAR)]
    assert Case([clouds.danger()], short).evacuation.action_of(0, 0) == "shelter"
    assert Case([clouds.danger()], short, air_shut_per_h=0.9).evacuation.action_of(0, 0) == "leave"


@pytest.mark.parametrize("rule", ["shelter", "leave"])
def test_the_layout_may_settle_it(rule: str) -> None:
    case = Case([clouds.danger()], [clouds.release()], layout=tw.layout([], protect=rule))
    assert case.evacuation.action_of(0, 0) == rule
    told = {"shelter": "told_to_stay_in", "leave": "told_to_leave"}[rule]
    assert [entry.what for entry in case.world.timeline or ()].count(told) == 1


def test_before_the_warning_nobody_has_been_told_anything() -> None:
    case = Case([clouds.danger(strike_min=50.0)], [clouds.release()], known=None)
    assert case.evacuation.action_of(0, 0) == ""
    (row,) = case.rows()
    assert (row.action, row.exposed, row.sheltered) == ("", 100.0, 0.0)
    assert case.safe() == 0.0


def test_those_who_hear_are_shut_in_three_minutes_later() -> None:
    case = Case([clouds.danger(strike_min=60.0)], [clouds.release(edges_min=(0.0, 30.0))], known=20.0,
                channels=(SIREN,), comply_share=0.8)
    assert case.warnings.share_sheltered(0, 0, 22.9) == 0.0
    for minute in (30.0, 33.4, 90.0):
        heard = case.warnings.reached_share(0, 0, minute - 3.0)
        assert case.warnings.share_sheltered(0, 0, minute) == pytest.approx(0.8 * heard, rel=0.01)
    assert case.evacuation.share_gone(0, 0, 90.0) == 0.0
    (row,) = case.rows()
    assert row.sheltered + row.exposed == pytest.approx(row.people)
    assert row.by_themselves == row.by_bus == 0.0


def test_who_stays_in_keeps_no_place_in_a_shelter() -> None:
    case = Case([clouds.danger(people=(1000,))], [clouds.release()])
    assert case.evacuation.room == [5000]
    assert not case.evacuation.flights


def test_people_walk_out_of_the_way_and_buses_fetch_the_others_before_the_gas() -> None:
    case = Case([clouds.danger(people=(200,), strike_min=200.0)], [clouds.release()], assist_share=0.5,
                layout=tw.layout([], buses={"N0": 3}))
    (row,) = case.rows()
    assert row.action == "leave"
    assert row.by_bus == 100.0
    assert row.exposed == pytest.approx(0.0, abs=0.1)
    left = [entry.minute for entry in case.world.timeline or () if entry.what == "bus_left"]
    assert max(left) < 200.0


def test_no_bus_goes_where_the_gas_is() -> None:
    case = Case([clouds.danger(people=(200,), strike_min=20.0)], [clouds.release()], assist_share=0.5,
                layout=tw.layout([], buses={"N0": 3}, protect="leave"))
    assert case.evacuation.trips == 0
    assert case.rows()[0].by_bus == 0.0


def test_a_leak_that_never_came_about_exposes_nobody() -> None:
    case = Case([clouds.danger(strike_min=50.0)], [clouds.release()], known=None)
    assert case.evacuation.finish([True])[0].strike_min == NEVER
    assert case.evacuation.finish([True])[0].exposed == 0.0
    assert case.warnings.finish([True]) == ()
    assert len(case.warnings.finish([False])) == 1


@given(
    known=st.floats(0, 200), later=st.floats(0, 200), strike=st.floats(1, 400), minute=st.floats(0, 500),
    rule=st.sampled_from(["shelter", "leave"]),
)
@settings(max_examples=40, deadline=None)
def test_an_earlier_warning_never_means_fewer_in_safety(
    known: float, later: float, strike: float, minute: float, rule: str
) -> None:
    def safe(known: float) -> float:
        return Case([clouds.danger(strike_min=strike, people=(900,))], [clouds.release()], known=known,
                    channels=(SIREN, WORD), layout=tw.layout([], protect=rule)).safe(minute=minute)

    assert safe(known) >= safe(known + later) - 1e-9


@given(
    known=st.floats(0, 100), delay=st.floats(0, 300), flow=st.floats(1, 300), minute=st.floats(0, 600),
    people=st.integers(0, 1000), hour=st.sampled_from([3.0, 12.0]),
)
@settings(max_examples=40, deadline=None)
def test_nobody_is_both_gone_and_shut_in(
    known: float, delay: float, flow: float, minute: float, people: int, hour: float
) -> None:
    release = clouds.release(delay_min=(delay,), edges_min=(0.0, flow))
    case = Case([clouds.danger(people=(people,), strike_min=delay)], [release], known=known, channels=(SIREN, WORD),
                hour=hour, layout=tw.layout([], buses={"N0": 5}), assist_share=0.3)
    gone = case.evacuation.share_gone(0, 0, minute)
    shut = case.warnings.share_sheltered(0, 0, minute)
    assert min(gone, shut) == 0.0
    assert 0.0 <= gone + shut <= 1.0
    (row,) = case.rows()
    assert row.by_themselves + row.by_bus + row.sheltered + row.exposed == pytest.approx(row.people)
    assert row.exposed >= -1e-9


def test_sheltered_people_are_counted_when_the_gas_comes() -> None:
    (row,) = hand_logs.evacuations([(0, 0, 1000, 60.0, 0.0, 0.0)])
    shut_in = dataclasses.replace(row, action="shelter", sheltered=700.0, exposed=300.0)
    late = dataclasses.replace(shut_in, strike_min=NEVER, sheltered=900.0, exposed=0.0)
    values, _ = evacuation_measures(hand_logs.log(evacuations=(shut_in, late)), 2)
    assert (values["sheltered_people"], values["exposed_people"], values["evacuated_people"]) == (700.0, 300.0, 0.0)
    assert np.isnan(evacuation_measures(hand_logs.log(evacuations=(row,)), 2)[0]["sheltered_people"])


# ---- congestion ----------------------------------------------------------------------------

NARROW = {"high_ground_share": 0.05, "lane_cars_per_min": 1.0, "people_per_car": 2.0}
"""Everybody drives to a far shelter; 2 lanes, one of them outbound: 2 people a minute."""


def flood(zone: int, people: int = 1000) -> Any:
    return clouds.danger(zones=(zone,), people=(people,), release=-1, evacuate=True, strike_min=6000.0)


def star() -> Any:
    """Zones 0 and 1 at one node and zone 2 beyond a far shelter's road; zone 3 holds the shelter."""
    return tw.city(nodes=4, edges=((0, 1, 30.0), (1, 2, 30.0), (2, 3, 30.0)), zone_nodes=(0, 0, 3, 2),
                   shelters=((3, 50000, True),))


def gone(dangers: Any, number: int, minutes: Any, **numbers: float) -> Any:
    dangers = list(dangers)
    case = Case(dangers, city=star(), known=None, **(NARROW | numbers))
    (zone,) = dangers[number].zones.tolist()
    return np.array([case.evacuation.share_gone(number, zone, minute) for minute in minutes])


MINUTES = np.arange(0.0, 900.0, 7.0)


def test_a_road_takes_no_more_than_its_lanes() -> None:
    shares = gone([flood(0)], 0, MINUTES)
    assert shares[-1] == pytest.approx(0.4)  # those who have cars
    on_the_way = (MINUTES - 60.0).clip(0.0) * 2.0 / 1000.0
    assert (shares <= on_the_way + 1e-9).all()
    np.testing.assert_allclose(shares[MINUTES == 161.0], 0.202)


def test_two_zones_on_one_road_are_slower_than_each_alone_and_all_are_out_in_the_end() -> None:
    both, alone = gone([flood(0), flood(1)], 0, MINUTES), gone([flood(0)], 0, MINUTES)
    free = gone([flood(0)], 0, MINUTES, lane_cars_per_min=1e6)
    assert (both <= alone + 1e-12).all()
    assert (alone <= free + 1e-12).all()
    assert both[MINUTES == 161.0] == pytest.approx(0.101)
    assert both[-1] == alone[-1] == free[-1] == pytest.approx(0.4)
    other = gone([flood(0), flood(2)], 0, MINUTES)  # zone 2 leaves by another road
    np.testing.assert_array_equal(other, alone)


def test_two_dangers_do_not_put_the_same_people_on_the_road_twice() -> None:
    np.testing.assert_array_equal(gone([flood(0), flood(0)], 0, MINUTES), gone([flood(0)], 0, MINUTES))


def test_whoever_walks_does_not_queue() -> None:
    for walking in ({"walk_limit_km": 100.0}, {"high_ground_share": 1.0}):
        narrow = gone([flood(0)], 0, MINUTES, **walking)
        np.testing.assert_array_equal(narrow, gone([flood(0)], 0, MINUTES, lane_cars_per_min=1e6, **walking))


def test_a_wide_road_changes_nothing_at_all() -> None:
    case = Case([flood(0)], city=star(), known=None, high_ground_share=0.05, lane_cars_per_min=1e6)
    flight = case.evacuation.flights[0, 0]
    assert flight.road is not None
    for minute in MINUTES.tolist():
        free = 0.4 * case.warnings.share_left(0, 0, minute - flight.move_min)
        assert case.evacuation.share_gone(0, 0, minute) == free


@given(
    st.lists(st.tuples(st.floats(0, 300), st.integers(0, 4), st.floats(1, 500)), min_size=1, max_size=8),
    st.floats(0.5, 50),
)
@settings(max_examples=100, deadline=None)
def test_a_road_serves_everybody_at_no_more_than_its_rate(orders: Any, rate: float) -> None:
    orders = [(minute, i, people) for i, (minute, _, people) in enumerate(sorted(orders))]
    road = ExitRoad(rate)
    for minute, zone, people in orders:
        road.join(minute, zone, people)
    minutes = np.linspace(0.0, 300.0 + sum(people for _, _, people in orders) / rate, 200)
    out = np.zeros(len(minutes))
    for joined, _, people in orders:
        passed = np.array([road.passed(joined, minute) if minute > joined else 0.0 for minute in minutes])
        assert (np.diff(passed) >= -1e-9).all()
        assert passed[-1] == 1.0
        out += people * passed
    # nobody passes faster than the road's rate, apart from those who are rounded off at the end of their line
    assert (np.diff(out) <= rate * np.diff(minutes) * (1 + 1e-6) + 1e-6).all()


def test_later_orders_do_not_take_back_what_has_passed() -> None:
    road = ExitRoad(10.0)
    road.join(0.0, 0, 100.0)
    assert road.passed(0.0, 5.0) == 0.5
    road.join(5.0, 1, 50.0)
    assert road.passed(0.0, 5.0) == 0.5
    assert road.passed(0.0, 8.75) == pytest.approx(0.75)  # two thirds of 10 a minute are theirs
    assert road.passed(0.0, 12.5) == 1.0
    assert road.passed(5.0, 12.5) == pytest.approx(0.5)
    assert road.passed(5.0, 15.0) == 1.0  # now they have the road to themselves
    assert road.passed(5.0, 1000.0) == 1.0


def test_the_share_out_by_car() -> None:
    assert car_share(0.3, 0.8, 0.5) == 0.3
    assert car_share(0.7, 0.8, 0.5) == 0.4
    assert car_share(0.7, 0.8, 1.0) == 0.7


def test_the_lanes_that_lead_out() -> None:
    roads = tw.city(nodes=3, edges=((0, 1, 30.0), (1, 2, 30.0), (0, 1, 20.0))).roads
    roads = dataclasses.replace(roads, lanes=tw.ints([8, 1, 4]), bidirectional=np.array([True, True, True]))
    assert lanes_out(roads, 0, 1, 0.5) == lanes_out(roads, 1, 0, 0.5) == 2.0  # the quicker of the two
    assert lanes_out(roads, 1, 2, 0.5) == 1.0
    one_way = dataclasses.replace(roads, bidirectional=np.array([True, True, False]))
    assert lanes_out(one_way, 0, 1, 0.5) == 4.0
    assert lanes_out(one_way, 1, 0, 0.5) == 4.0  # back by the other road: 8 lanes, half of them
