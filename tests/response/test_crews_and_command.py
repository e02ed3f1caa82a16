"""Tiny worlds, minute by minute: what crews do, computed by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tiny_world as tw

from sim.response.log import DIED_TRAPPED, DONE, OPEN, PREVENTED
from sim.response.respond import respond


def story(log, *words):
    return [(e.minute, e.what, e.demand, e.crew) for e in log.timeline if e.what in words]


def play(scenario, layout, plan=None, city=None):
    return respond(city or tw.city(), plan or tw.plan(), layout, scenario, timeline=True)


def test_one_crew_two_zones():
    city = tw.city()
    rows = [{"work": 60.0}, {"work": 30.0, "zone": 1, "real_min": 5.0}]
    log = play(tw.scenario(city, rows), tw.layout([tw.team(turnout_min=1.0)]))
    assert story(log, "crew_ordered", "crew_arrived", "demand_done") == [
        (0.0, "crew_ordered", 0, 0),
        (31.0, "crew_arrived", 0, 0),  # 1 min turnout + 30 min road
        (91.0, "demand_done", 0, -1),
        (91.0, "crew_ordered", 1, 0),  # straight on, no turnout
        (121.0, "crew_arrived", 1, 0),
        (151.0, "demand_done", 1, -1),
    ]
    assert log.crews.travel_min.tolist() == [120.0]  # 30 + 30 + 60 home
    assert log.crews.work_min.tolist() == [90.0]


def test_two_crews_share_the_work_from_the_minute_each_arrives():
    city = tw.city()
    teams = [tw.team("near", node=1, turnout_min=0.0), tw.team("far", node=0, turnout_min=10.0)]
    log = play(tw.scenario(city, [{"work": 600.0, "max_crews": 2}]), tw.layout(teams))
    # 40 crew-minutes alone, then 560 shared: 40 + 280
    assert log.demands.done_min.tolist() == [320.0]
    assert log.demands.crew_min.tolist() == [320.0 + 280.0]


def test_fires_grow_until_a_crew_begins():
    city = tw.city()
    kind = tw.kind("fire", law="fire")
    rows = [{"kind": "fire", "work": 30.0, "growth": 2.0, "growth_until": 20.0}]
    log = play(tw.scenario(city, rows), tw.layout([tw.team()]), tw.plan([kind]))
    assert log.demands.quantity_end.tolist() == [70.0]  # 30 + 2 * 20: the fuel ends at minute 20, the crew comes at 31
    assert log.demands.done_min.tolist() == [101.0]


def test_a_fire_does_not_spread_from_one_that_is_out():
    city = tw.city()
    kind = tw.kind("fire", law="fire")
    rows = [
        {"kind": "fire", "work": 30.0},
        {"kind": "fire", "work": 30.0, "parent": 0, "real_min": 62.0},
        {"kind": "fire", "work": 30.0, "parent": 1, "real_min": 90.0},
    ]
    log = play(tw.scenario(city, rows), tw.layout([tw.team()]), tw.plan([kind]))
    assert log.demands.state.tolist() == [DONE, PREVENTED, PREVENTED]
    late = tw.layout([tw.team(turnout_min=20.0)])
    log = play(tw.scenario(city, rows), late, tw.plan([kind]))
    assert log.demands.state.tolist() == [DONE, DONE, DONE]


def test_people_come_out_one_by_one_and_bystanders_help():
    city = tw.city()
    kind = tw.kind("rescue", law="rescue", bystander_rate=0.5)
    people = [
        {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 1, "trapped_death_min": 1000.0},
        {"demand": 0, "work": 90.0, "entrapment": 2, "severity": 1, "trapped_death_min": 50.0},
    ]
    scenario = tw.scenario(city, [{"kind": "rescue", "work": 120.0}], casualties=tw.casualties(people))
    log = play(scenario, tw.layout([tw.team()]), tw.plan([kind], bystander_delay_min=10.0))
    # Bystanders: 21 min at 0.5 = 10.5 of 30; then 19.5 at 1.5 = 13 min. The second: 90 / 1.5 = 60 min, dead at 50.
    assert log.casualties.freed_min.tolist() == [44.0, 104.0]
    assert log.casualties.outcome[1] == DIED_TRAPPED


def test_the_dead_cost_only_the_search():
    city = tw.city()
    kind = tw.kind("rescue", law="rescue")
    people = [{"demand": 0, "work": 100.0, "entrapment": 2, "severity": 1, "trapped_death_min": 5.0}]
    scenario = tw.scenario(city, [{"kind": "rescue", "work": 100.0}], casualties=tw.casualties(people))
    log = play(scenario, tw.layout([tw.team()]), tw.plan([kind], dead_search_share=0.25))
    assert log.casualties.freed_min.tolist() == [31.0 + 25.0]


def test_no_work_without_the_capability():
    city = tw.city()
    log = play(tw.scenario(city, [{}]), tw.layout([tw.team(capabilities=["medical"])]))
    assert log.demands.state.tolist() == [OPEN]
    assert log.demands.left_work.tolist() == [60.0]
    assert log.crews.jobs.tolist() == [0]


def test_support_waits_for_a_lead():
    city = tw.city()
    skills = (("usar", 1.0, True), ("engineering", 1.0, False))
    kind = tw.kind("heavy", skills=skills, helper="engineering", without_helper=0.5)
    digger = tw.team("crane", node=1, turnout_min=0.0, capabilities=["engineering"])
    usar = tw.team("usar", node=0, turnout_min=0.0, capabilities=["usar"])
    rows = [{"kind": "heavy", "work": 120.0, "max_crews": 2}]
    both = play(tw.scenario(city, rows), tw.layout([digger, usar]), tw.plan([kind], crew_goal_min=60.0))
    assert both.demands.started_min.tolist() == [30.0]
    assert both.demands.done_min.tolist() == [90.0]
    alone = play(tw.scenario(city, rows), tw.layout([usar]), tw.plan([kind], crew_goal_min=60.0))
    assert alone.demands.done_min.tolist() == [30.0 + 240.0]
    nobody = play(tw.scenario(city, rows), tw.layout([digger]), tw.plan([kind], crew_goal_min=60.0))
    assert nobody.demands.state.tolist() == [OPEN]


def test_priority_goes_before_arrival():
    city = tw.city()
    kinds = [tw.kind("urgent", priority=1), tw.kind("later", priority=3)]
    rows = [
        {"kind": "later", "work": 60.0},
        {"kind": "later", "work": 60.0, "real_min": 1.0},
        {"kind": "urgent", "work": 60.0, "real_min": 2.0},
    ]
    log = play(tw.scenario(city, rows), tw.layout([tw.team()]), tw.plan(kinds))
    assert log.demands.done_min.tolist() == [91.0, 211.0, 151.0]


def test_a_reinforcement_is_pulled_away_to_higher_priority():
    city = tw.city()
    kinds = [tw.kind("urgent", priority=1), tw.kind("later", priority=3)]
    teams = [tw.team("A", node=1, turnout_min=0.0), tw.team("B", node=1, turnout_min=0.0)]
    rows = [{"kind": "later", "work": 600.0, "max_crews": 2}, {"kind": "urgent", "work": 60.0, "real_min": 100.0}]
    log = play(tw.scenario(city, rows), tw.layout(teams), tw.plan(kinds))
    assert log.demands.arrived_min[1] == 100.0
    assert log.demands.done_min[1] == 160.0
    # 200 done by both in 100 min, 60 by one alone, the rest shared again
    assert log.demands.done_min[0] == pytest.approx(160.0 + (600.0 - 200.0 - 60.0) / 2)
    kept = play(tw.scenario(city, rows), tw.layout(teams, retask=False), tw.plan(kinds))
    assert kept.demands.arrived_min[1] == 300.0


def test_a_tired_crew_works_slower_and_then_rests():
    city = tw.city()
    rows = [{"work": 1000.0, "zone": 0, "max_crews": 2}]
    team = tw.team(node=1, turnout_min=0.0)
    plan = tw.plan(fatigue_after_h=10.0, fatigue_factor=0.5, duty_limit_h=20.0)
    log = play(tw.scenario(city, rows), tw.layout([team]), plan)
    # 600 in ten fresh hours, 300 in ten tired ones, eight hours of rest, 100 more
    assert log.demands.done_min.tolist() == [pytest.approx(1200.0 + 480.0 + 100.0)]
    assert log.crews.rest_min.tolist() == [480.0]


def test_a_road_that_closes_ahead_turns_the_crew_to_the_next_best_way():
    city = tw.city(nodes=3, edges=[(0, 1, 30.0), (1, 2, 30.0), (0, 2, 80.0)], zone_nodes=(2,))
    closed = tw.closures([(1, 20.0, 5000.0, 0.0)])
    log = play(tw.scenario(city, [{}], closures=closed), tw.layout([tw.team(turnout_min=0.0)]), city=city)
    assert [e[1] for e in story(log, "rerouted")] == ["rerouted"]
    # On to the node 1 ahead (minute 30), back over node 0 and round: 30 + 80
    assert log.demands.arrived_min.tolist() == [pytest.approx(30.0 + 110.0)]


def test_a_crew_cut_off_waits_and_goes_when_the_road_opens():
    city = tw.city()
    closed = tw.closures([(1, 40.0, 500.0, 0.0)])
    log = play(tw.scenario(city, [{"zone": 1}], closures=closed), tw.layout([tw.team()]))
    assert log.demands.unreachable_min.tolist() == [460.0]
    assert 500.0 < log.demands.arrived_min[0] <= 561.0


def test_nobody_can_get_there_is_a_miss_not_a_gap():
    city = tw.city()
    closed = tw.closures([(1, 0.0, tw.NEVER, 0.0)])
    log = play(tw.scenario(city, [{"zone": 1}], closures=closed, horizon_min=1000.0), tw.layout([tw.team()]))
    assert log.demands.state.tolist() == [OPEN]
    assert log.demands.unreachable_min.tolist() == [1000.0]
    assert np.isinf(log.demands.arrived_min[0])


def test_crews_open_a_road_and_others_pass():
    city = tw.city()
    kinds = [tw.kind("road_opening", skills=(("road", 1.0, True),)), tw.kind("job")]
    closed = tw.closures([(1, 0.0, tw.NEVER, 0.0)])
    rows = [{"kind": "road_opening", "work": 45.0, "closure": 0, "node": 2}, {"kind": "job", "zone": 1, "work": 10.0}]
    teams = [tw.team("road", capabilities=["road"], turnout_min=0.0), tw.team("fire", turnout_min=0.0)]
    log = play(tw.scenario(city, rows, closures=closed), tw.layout(teams), tw.plan(kinds))
    assert log.reopened == ((75.0, 0),)  # from the near end: 30 min of road, 45 of work
    assert log.demands.arrived_min[1] == 75.0 + 60.0


def test_levels_open_tiers_and_call_help_from_outside():
    city = tw.city()
    level = tw.Level(
        rank=2, name=tw.text("II"), indicators={"magnitude": 6.0}, decision_min=15.0, recalls_off_duty=False
    )
    aid = tw.AidGroup(
        group_id="G", name=tw.text("G"), rank=2, entry_nodes=(0,), after_min=60.0, type="aid", crews=1,
        capabilities=("fire",), trucks=0, ambulances=0,
    )
    army = tw.team("army", node=1, opens_rank=2, turnout_min=0.0)
    alerts = (tw.Alert(known_min=5.0, indicator="magnitude", value=6.5),)
    plan = tw.plan(levels=[level], aid=[aid])
    rows = [{"work": 100.0}, {"work": 100.0}]
    log = play(tw.scenario(city, rows, alerts=alerts), tw.layout([army]), plan)
    assert log.levels == ((20.0, 2),)
    assert log.demands.arrived_min.tolist() == [20.0, 110.0]  # army at 20; outside help at 20 + 60 + 30
    assert log.crews.team == ("army", "aid:G")


def test_reports_from_a_dark_zone_come_late_or_by_scouts_or_when_the_link_is_back():
    city = tw.city()
    link = tw.ReportLink(link="all", name=tw.text("all"), median_min=4.0, dark_median_min=100.0, sigma=0.5)
    plan = tw.plan(report_links=[link], scout_min=1e5)

    def known(outages):
        scenario = tw.scenario(city, [{"noticed_min": 3.0}], outages=tw.outages(outages))
        return play(scenario, tw.layout([tw.team()]), plan).demands.known_min[0]

    assert known([]) == pytest.approx(7.0)
    assert known([(0, "communication", 0.0, 5000.0)]) == pytest.approx(103.0)
    assert known([(0, "communication", 0.0, 50.0)]) == pytest.approx(54.0)
    assert known([(1, "communication", 0.0, 5000.0)]) == pytest.approx(7.0)


def test_duty_officers_are_a_queue():
    city = tw.city()
    rows = [{}, {}, {}]
    log = play(tw.scenario(city, rows), tw.layout([tw.team()], duty_officers=2), tw.plan(duty_service_min=2.0))
    assert log.demands.known_min.tolist() == [2.0, 2.0, 4.0]


def test_the_same_inputs_give_the_same_log():
    city = tw.city()
    rows = [{"work": 10.0 + i, "zone": i % 2, "real_min": float(i)} for i in range(20)]
    logs = [play(tw.scenario(city, rows), tw.layout([tw.team(), tw.team("T2", node=2)])) for _ in range(2)]
    for field in dataclasses.fields(logs[0].demands):
        np.testing.assert_array_equal(getattr(logs[0].demands, field.name), getattr(logs[1].demands, field.name))
    assert logs[0].timeline == logs[1].timeline


def test_a_disaster_that_is_large_at_once_opens_the_high_level_alone():
    city = tw.city()
    levels = [
        tw.Level(
            rank=rank, name=tw.text(str(rank)), indicators={"magnitude": m}, decision_min=d, recalls_off_duty=False
        )
        for rank, m, d in ((4, 4.0, 10.0), (3, 5.0, 15.0), (2, 6.0, 20.0))
    ]
    alerts = (tw.Alert(known_min=5.0, indicator="magnitude", value=6.5),)
    log = play(tw.scenario(city, [], alerts=alerts), tw.layout([]), tw.plan(levels=levels))
    assert log.levels == ((25.0, 2),)
    grows = tuple(
        tw.Alert(known_min=minute, indicator="magnitude", value=value) for minute, value in ((5.0, 4.5), (60.0, 6.1))
    )
    log = play(tw.scenario(city, [], alerts=grows), tw.layout([]), tw.plan(levels=levels))
    assert log.levels == ((15.0, 4), (80.0, 2))


def test_one_call_tells_of_several_demands_of_a_township():
    city = tw.city()
    rows = [{"zone": 0}, {"zone": 0}, {"zone": 1}, {"zone": 0}, {"zone": 0}]
    numbers = {"duty_service_min": 2.0, "duty_reports_per_call": 2}
    log = play(tw.scenario(city, rows), tw.layout([tw.team()], duty_officers=1), tw.plan(**numbers))
    # the first call holds what has come so far; the others wait in line, two demands of a township to a call
    assert log.demands.known_min.tolist() == [2.0, 4.0, 6.0, 4.0, 8.0]


def test_whoever_gets_through_to_the_emergency_number_needs_no_chain():
    city = tw.city()
    link = tw.ReportLink(link="all", name=tw.text("all"), median_min=30.0, dark_median_min=100.0, sigma=0.5)
    kinds = [tw.kind("fire", law="fire", direct_call=True), tw.kind("job")]
    numbers = {"direct_call_min": 2.0, "direct_call_share": 0.6, "duty_service_min": 5.0}
    plan = tw.plan(kinds, report_links=[link], **numbers)
    rows = [{"kind": kind, "noticed_min": 3.0} for kind in ("fire", "fire", "job")]
    draws = {"report": np.array([[0.5] * 4, [0.7] * 4, [0.5] * 4]), "scout": tw.floats([0.5] * 2),
             "access": tw.floats([0.0] * 3)}
    log = play(tw.scenario(city, rows, draws=draws), tw.layout([tw.team()]), plan)
    assert log.demands.known_min[0] == pytest.approx(5.0)  # no desk of the duty room in between
    assert log.demands.known_min[1] > 35.0
    assert log.demands.known_min[2] == pytest.approx(3.0 + 30.0 + 5.0)
    dark = tw.scenario(city, rows, draws=draws, outages=tw.outages([(0, "communication", 0.0, 5000.0)]))
    assert play(dark, tw.layout([tw.team()]), plan).demands.known_min[0] > 90.0


def test_a_crew_that_has_finished_among_others_is_not_pulled_away_and_its_work_counts_once():
    city = tw.city()
    rows = [{"work": 60.0, "max_crews": 2}, {"work": 30.0, "zone": 1, "real_min": 5.0, "max_crews": 2}]
    log = play(tw.scenario(city, rows), tw.layout([tw.team(turnout_min=1.0)]))
    assert story(log, "retasked") == []
    assert log.crews.work_min.tolist() == [90.0]
    assert log.demands.crew_min.tolist() == [60.0, 30.0]


def test_a_spent_crew_that_is_withdrawn_leaves_on_record():
    city = tw.city()
    log = play(tw.scenario(city, [{"work": 5000.0, "max_crews": 2}]), tw.layout([tw.team(turnout_min=0.0)]))
    left = [(e.demand, e.crew, e.word) for e in log.timeline if e.what == "crew_left"]
    assert left[0] == (0, 0, "spent")


def test_neighbours_who_begin_before_a_crew_are_on_record():
    city = tw.city()
    kind = tw.kind("rescue", law="rescue", bystander_rate=0.5)
    rows = [{"kind": "rescue", "work": 600.0}]
    log = play(tw.scenario(city, rows), tw.layout([tw.team(turnout_min=60.0)]), tw.plan([kind]))
    (began,) = [e.minute for e in log.timeline if e.what == "neighbours_begin"]
    assert began < log.demands.arrived_min[0]
