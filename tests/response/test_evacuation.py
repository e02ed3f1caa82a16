"""Warning against the water in tiny worlds: who leaves, who is still there; what a dyke that holds spares."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import tiny_world as tw

from sim.hazard.scenario import FacilityOut
from sim.response.log import DONE, PREVENTED, SPARED, WAITING
from sim.response.respond import respond
from sim.response.warning import mobilised_share

LEVEL = tw.Level(rank=4, name=tw.text("IV"), indicators={"rain": 1.0}, decision_min=0.0, recalls_off_duty=False)
ALERT = (tw.Alert(known_min=0.0, indicator="rain", value=2.0),)
EVERYBODY = tw.Channel(
    channel="all", name=tw.text("all"), cap_day=1.0, cap_night=1.0, p_per_min=1e6, q_per_min=0.0, people_per_device=0.0,
    device="", needs_power=False, needs_communication=False,
)
QUICK = {
    "warning_decision_min": 0.0, "comply_share": 1.0, "bus_call_min": 0.0, "bus_wait_min": 5.0, "bus_load_min": 10.0,
    "high_ground_share": 0.05, "assist_share": 0.0,
}


def danger(strike_min=600.0, people=1000, zone=0, **changes):
    fields = {"event": 0, "issue_from_min": 0.0, "deadline_min": strike_min, "strike_min": strike_min, "evacuate": True,
              "zones": tw.ints([zone]), "people": tw.ints([people])}
    return tw.Danger(**(fields | changes))


def play(
    dangers, *, buses=None, shelters=((1, 5000, True),), scenario=None, plan=None, layout=None, rows=(), **numbers
):
    city = tw.city(shelters=shelters)
    plan = plan or tw.plan(levels=[LEVEL], channels=[EVERYBODY], **(QUICK | numbers))
    layout = layout or tw.layout([], buses=buses)
    drawn = tw.scenario(city, rows, alerts=ALERT, dangers=tuple(dangers), **(scenario or {}))
    return respond(city, plan, layout, drawn, timeline=True)


def test_those_with_cars_leave_by_the_warnings_curve_and_the_others_need_buses():
    log = play([danger(strike_min=60.0)], car_share=0.4, walk_limit_km=1.0)
    row = log.evacuations[0]
    plan = tw.plan(**QUICK)
    left = mobilised_share(30.0, plan.coefficients["mobilise_a"], plan.coefficients["mobilise_b"])
    # 30 minutes of road to the shelter in the other zone: who left by minute 30 is out at 60
    assert row.by_themselves == pytest.approx(1000 * 0.4 * left, rel=0.06)  # ten steps of the curve
    assert row.by_bus == 0.0
    assert row.exposed == pytest.approx(1000 - row.by_themselves)


def test_a_near_shelter_is_reached_on_foot():
    log = play([danger(strike_min=900.0)], walk_limit_km=40.0, walk_kmh=60.0)
    assert log.evacuations[0].exposed == pytest.approx(0.0, abs=2.0)


def test_buses_carry_45_at_a_time_and_come_back():
    log = play([danger(strike_min=300.0, people=180)], buses={"N1": 1}, car_share=0.0, walk_limit_km=1.0)
    left = [(entry.minute, entry.value) for entry in log.timeline if entry.what == "bus_left"]
    assert left[0][0] == 5.0  # waits 5 minutes for those who are slow
    assert [people for _, people in left[1:3]] == [45.0, 45.0]
    trips = np.diff([minute for minute, _ in left[:3]])
    speed = tw.plan().coefficients["vehicle_truck_factor"]
    assert speed == 1.0
    assert trips.min() >= 60.0 + 10.0  # there and back, and loading
    assert log.evacuations[0].by_bus == sum(people for _, people in left)


def test_no_bus_takes_more_than_its_seats_and_nobody_twice():
    for buses in (1, 3, 50):
        log = play([danger(strike_min=240.0, people=500)], buses={"N0": buses}, car_share=0.2, walk_limit_km=1.0)
        left = [entry.value for entry in log.timeline if entry.what == "bus_left"]
        row = log.evacuations[0]
        assert max(left) <= 45
        assert row.by_bus == sum(left)
        assert row.by_themselves + row.by_bus + row.exposed == pytest.approx(row.people)


def test_more_buses_never_leave_more_people_behind():
    exposed = [
        play([danger(strike_min=200.0, people=900)], buses={"N0": n}, car_share=0.2, walk_limit_km=1.0)
        .evacuations[0].exposed for n in (0, 1, 2, 5, 20)
    ]
    assert exposed == sorted(exposed, reverse=True)
    assert exposed[-1] < exposed[0]


def test_a_later_warning_never_means_fewer_people_exposed():
    exposed = [
        play([danger(strike_min=240.0, people=900, issue_from_min=issue)], buses={"N0": 4}, car_share=0.3,
             walk_limit_km=1.0).evacuations[0].exposed
        for issue in (0.0, 60.0, 120.0, 200.0, 239.0, 300.0)
    ]
    assert exposed == sorted(exposed)
    assert exposed[-1] == 900.0


def test_time_and_buses_without_end_leave_nobody_behind_who_complies():
    log = play([danger(strike_min=7000.0, people=900)], buses={"N0": 200}, comply_share=0.8, walk_limit_km=1.0,
               scenario={"horizon_min": 7200.0})
    assert log.evacuations[0].exposed == pytest.approx(900 * 0.2, abs=1.0)


def test_whoever_has_left_is_not_hurt():
    people = [{"zone": 0, "real_min": 240.0, "severity": 2, "avoid_draw": u} for u in (0.1, 0.5, 0.95)]
    shared = {"scenario": {"casualties": tw.casualties(people)}, "car_share": 0.6, "walk_limit_km": 1.0}
    log = play([danger(strike_min=240.0)], **shared)
    assert log.casualties.outcome.tolist() == [SPARED, SPARED, WAITING]
    unwarned = play([danger(strike_min=240.0, issue_from_min=300.0)], **shared)
    assert unwarned.casualties.outcome.tolist() == [WAITING] * 3


def test_where_no_place_is_out_of_danger_everybody_is_exposed():
    log = play([danger(zone=0), danger(zone=1)], buses={"N0": 50})
    assert [row.exposed for row in log.evacuations] == [1000.0, 1000.0]


def test_a_dyke_that_is_ready_in_time_spares_what_lies_behind_it():
    kinds = [tw.kind("dyke_work"), tw.kind("rescue", law="rescue")]
    rows = [{"kind": "dyke_work", "work": 60.0}, {"kind": "rescue", "real_min": 200.0, "work": 30.0, "parent": 0}]
    people = [{"demand": 1, "work": 30.0, "real_min": 200.0, "severity": 1, "entrapment": 1}]
    displaced, closures = tw.displaced([(0, 200.0, 300)]), tw.closures([(1, 200.0, 900.0, 0.0)])
    scenario = {
        "casualties": tw.casualties(people),
        "displaced": dataclasses.replace(displaced, prevented_by=tw.ints([0])),
        "closures": dataclasses.replace(closures, prevented_by=tw.ints([0])),
    }
    plan = tw.plan(kinds, levels=[LEVEL], channels=[EVERYBODY], **QUICK)
    done = play([], scenario=scenario, plan=plan, layout=tw.layout([tw.team()]), rows=rows)
    assert done.demands.state.tolist() == [DONE, PREVENTED]
    assert done.relief.people.sum() == 0
    assert done.casualties.outcome.tolist() == [SPARED]
    late = play([], scenario=scenario, plan=plan, layout=tw.layout([tw.team(turnout_min=150.0)]), rows=rows)
    assert late.demands.state[1] == DONE
    assert late.relief.people.sum() == 300


def test_a_hospital_under_water_takes_nobody_in():
    out = FacilityOut(kind="hospital", place="H0", from_min=0.0, to_min=500.0, prevented_by=-1)
    city = tw.city(hospitals=((0, 3, 50), (2, 3, 50)))
    plan = tw.plan(private_2_share=0.0, private_3_share=0.0, ambulance_call_min=0.0)
    people = tw.casualties([{"zone": 0, "severity": 2}])
    layout = tw.layout([], ambulances={"H0": 1})
    dry = respond(city, plan, layout, tw.scenario(city, casualties=people)).casualties
    wet = respond(city, plan, layout, tw.scenario(city, casualties=people, facilities=(out,))).casualties
    assert dry.hospital.tolist() == [0]
    assert wet.hospital.tolist() == [1]


def test_a_team_whose_base_is_flooded_stays_until_the_water_has_gone():
    out = FacilityOut(kind="team_place", place="N0", from_min=0.0, to_min=100.0, prevented_by=-1)
    log = play(
        [], scenario={"facilities": (out,)}, layout=tw.layout([tw.team(turnout_min=0.0)]),
        rows=[{"work": 10.0, "real_min": 5.0}],
    )
    assert log.demands.arrived_min.tolist() == [130.0]
    assert not math.isinf(log.demands.done_min[0])


def test_where_most_of_a_township_stays_dry_people_walk_to_higher_ground():
    log = play([danger(strike_min=60.0, people=300)], buses={"N0": 5}, high_ground_km=1.0, walk_kmh=6.0,
               high_ground_share=0.8)
    plan = tw.plan(**QUICK)
    left = mobilised_share(50.0, plan.coefficients["mobilise_a"], plan.coefficients["mobilise_b"])
    row = log.evacuations[0]
    assert row.by_bus == 0.0
    assert row.by_themselves == pytest.approx(300 * left, rel=0.06)


def test_a_full_shelter_sends_people_to_the_next():
    def exposed(near_places: int) -> float:
        shelters = ((1, near_places, True), (1, 5000, True))
        city = tw.city(nodes=4, edges=((0, 1, 10.0), (1, 2, 10.0), (2, 3, 40.0)), zone_nodes=(1, 2), shelters=shelters)
        far = dataclasses.replace(city.shelters, node=tw.ints([2, 3]))
        plan = tw.plan(levels=[LEVEL], channels=[EVERYBODY], **(QUICK | {"car_share": 1.0, "walk_limit_km": 1.0}))
        drawn = tw.scenario(city, [], alerts=ALERT, dangers=(danger(strike_min=70.0),))
        return respond(dataclasses.replace(city, shelters=far), plan, tw.layout([]), drawn).evacuations[0].exposed

    assert exposed(1000) < exposed(10)


def test_an_order_agreed_beforehand_goes_out_sooner():
    city = tw.city(shelters=((1, 5000, True),))
    plan = tw.plan(levels=[LEVEL], channels=[EVERYBODY], **(QUICK | {"warning_decision_min": 15.0}))
    drawn = tw.scenario(city, [], alerts=ALERT, dangers=(danger(),))
    usual = respond(city, plan, tw.layout([]), drawn)
    agreed = respond(city, plan, tw.layout([], warning_delay_min=5.0), drawn)
    assert [log.warnings[0].issued_min for log in (usual, agreed)] == [15.0, 5.0]


def test_dry_again_is_not_yet_allowed_to_go():
    out = FacilityOut(kind="team_place", place="N0", from_min=0.0, to_min=100.0, prevented_by=-1)
    log = play([], scenario={"facilities": (out,)}, layout=tw.layout([tw.team(opens_rank=1)]), rows=[{"work": 10.0}])
    assert math.isinf(log.crews.available_min[0])  # the level that would send it never opens
