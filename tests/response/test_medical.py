"""Medical care in tiny worlds: who drives, who waits, who is treated first, who dies of waiting."""

from __future__ import annotations

import numpy as np
import pytest
import tiny_world as tw

from sim.response.log import (
    DIED_IN_CARE,
    DIED_TRAPPED,
    DIED_WAITING,
    IN_CARE,
    SAVED,
    TRAPPED,
    WAITING,
)
from sim.response.respond import respond

QUICK = {
    "ambulance_turnout_min": 1.0, "ambulance_call_min": 10.0, "stabilise_2_min": 5.0, "stabilise_3_min": 5.0,
    "handover_2_min": 10.0, "handover_3_min": 10.0, "treat_2_min": 60.0, "surgery_3_min": 90.0, "free_bed_share": 1.0,
    "theatres_level_3": 1.0, "theatres_level_2": 0.0, "treat_places_share": 0.1, "private_2_share": 0.0,
    "private_3_share": 0.0, "care_clock_factor": 2.0, "treated_survival": 0.9,
}


def play(people, *, hospitals=((0, 3, 10),), ambulances=None, teams=(), rows=(), kinds=(), scenario=None, **numbers):
    city = tw.city(hospitals=hospitals)
    plan = tw.plan(kinds or (tw.kind("job"),), **(QUICK | numbers))
    layout = tw.layout(teams, ambulances={"H0": 1} if ambulances is None else ambulances)
    changes = {"casualties": tw.casualties(people)} | (scenario or {})
    return respond(city, plan, layout, tw.scenario(city, rows, **changes), timeline=True).casualties


def test_one_patient_from_the_call_to_the_end_of_treatment():
    log = play([{"zone": 0, "severity": 2}])
    # called at 10, out at 11, 30 min of road, 5 to stabilise, 30 back, treated for 60
    assert log.care_min.tolist() == [41.0]
    assert log.hospital_min.tolist() == [76.0]
    assert log.treated_min.tolist() == [136.0]
    assert log.outcome.tolist() == [SAVED]


def test_an_ambulance_carries_one_in_danger_or_two_others():
    two = play([{"severity": 2}, {"severity": 2}, {"severity": 2}])
    assert two.hospital_min.tolist()[:2] == [76.0, pytest.approx(76.0 + 3.0)]  # the entrance takes 20 an hour
    assert two.hospital_min[2] == pytest.approx(76.0 + 10.0 + 1.0 + 30.0 + 5.0 + 30.0)
    worst_first = play([{"severity": 2}, {"severity": 3, "dies_after_min": 1000.0}])
    assert worst_first.hospital_min[1] == 76.0
    assert worst_first.hospital_min[0] > 140.0


def test_whoever_gets_worse_is_fetched_first():
    log = play([{"severity": 2}, {"severity": 2}, {"severity": 2, "worsens_after_min": 20.0, "dies_after_min": 500.0}])
    assert log.hospital_min[2] == 76.0
    assert log.treated_min[2] == 76.0 + 90.0  # the theatre, not the treatment place


def test_care_on_the_spot_doubles_the_time_that_is_left():
    # dies at 60 untreated; care at 41 leaves 38 more minutes: 79, after the door at 76 another 3 are too few
    died = play([{"severity": 3, "dies_after_min": 60.0}], hospitals=((0, 3, 10),), theatres_level_3=0.0)
    assert died.death_min.tolist() == [79.0]
    assert died.outcome.tolist() in ([DIED_WAITING], [DIED_IN_CARE])
    late = play([{"severity": 3, "dies_after_min": 40.0}])
    assert late.death_min.tolist() == [40.0]
    assert late.outcome.tolist() == [DIED_WAITING]


def test_surgery_saves_nine_in_ten():
    saved = play([{"severity": 3, "dies_after_min": 300.0, "treat_draw": 0.89}])
    lost = play([{"severity": 3, "dies_after_min": 300.0, "treat_draw": 0.91}])
    assert saved.outcome.tolist() == [SAVED]
    assert lost.outcome.tolist() == [DIED_IN_CARE]
    assert lost.death_min.tolist() == saved.treated_min.tolist() == [76.0 + 90.0]


def test_theatres_are_a_queue():
    people = [{"severity": 3, "dies_after_min": 5000.0}] * 3
    log = play(people, ambulances={"H0": 3})
    assert sorted(log.treated_min.tolist()) == [166.0, 256.0, 346.0]


def test_neighbours_drive_while_there_is_a_road():
    log = play([{"severity": 2, "self_draw": 0.5}], private_2_share=1.0, private_delay_min=40.0, ambulances={})
    assert log.hospital_min.tolist() == [40.0 * (0.5 + 0.5) + 30.0]
    shut = {"closures": tw.closures([(0, 0.0, 600.0, 0.0)])}
    cut_off = play([{"severity": 2, "self_draw": 0.5}], private_2_share=1.0, scenario=shut)
    assert 600.0 < cut_off.hospital_min[0] < 680.0


def test_a_long_queue_at_the_door_sends_cars_on():
    crowd = [{"severity": 2, "self_draw": 0.5}] * 60
    hospitals = ((0, 3, 400), (1, 3, 400))
    near_only = play(crowd, hospitals=hospitals[1:], private_2_share=1.0, ambulances={})
    both = play(crowd, hospitals=hospitals[::-1], private_2_share=1.0, ambulances={}, hospital_divert_min=30.0)
    assert set(both.hospital.tolist()) == {0, 1}
    assert both.hospital_min.max() < near_only.hospital_min.max()


def test_a_house_without_a_theatre_passes_on():
    hospitals = ((1, 1, 10), (0, 3, 10))
    log = play(
        [{"severity": 3, "self_draw": 0.5, "dies_after_min": 5000.0, "worsens_after_min": 0.0}],
        hospitals=hospitals, private_3_share=1.0, ambulances={"H1": 1},
    )
    assert log.hospital.tolist() == [1]
    assert log.outcome.tolist() == [SAVED]


def test_no_ambulance_goes_where_nobody_has_called_from():
    dark = {"outages": tw.outages([(0, "communication", 0.0, 300.0)])}
    log = play([{"severity": 2}], scenario=dark)
    assert log.hospital_min.tolist() == [300.0 + 1.0 + 30.0 + 5.0 + 30.0]


def test_freed_people_become_patients_and_light_wounds_do_not():
    kind = tw.kind("rescue", law="rescue")
    people = [
        {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 1, "trapped_death_min": 1000.0},
        {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 2, "trapped_death_min": 1000.0},
        {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 2, "trapped_death_min": 90.0},
    ]
    log = play(people, rows=[{"kind": "rescue", "work": 90.0}], kinds=[kind], teams=[tw.team()])
    assert log.outcome.tolist() == [SAVED, SAVED, DIED_TRAPPED]
    assert np.isinf(log.hospital_min[0])
    assert log.hospital_min[1] > log.freed_min[1] == 91.0


def test_medics_on_the_spot_spare_the_one_in_five_whom_the_rubble_kills_later():
    kind = tw.kind("rescue", law="rescue", skills=(("fire", 1.0, True), ("medical", 0.1, False)))
    person = {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 3, "trapped_death_min": 1000.0,
              "dies_after_min": 600.0, "medic_draw": 0.1}
    rows = [{"kind": "rescue", "work": 30.0, "max_crews": 2}]
    # the only ambulance stands too far away to come within the hour
    far = {"hospitals": ((2, 3, 10),), "kinds": [kind], "rows": rows, "ambulance_turnout_min": 60.0}
    alone = play([person], teams=[tw.team()], **far)
    assert alone.outcome.tolist() == [DIED_WAITING]
    assert alone.death_min.tolist() == [alone.freed_min[0] + 60.0]
    medic = tw.team("medic", capabilities=["medical"], node=1, turnout_min=0.0)
    cared = play([person], teams=[tw.team(), medic], crew_goal_min=15.0, **far)
    assert cared.outcome.tolist() == [SAVED]


def test_the_unserved_are_alive_and_unserved():
    nobody = play([{"severity": 2}], ambulances={})
    assert nobody.outcome.tolist() == [WAITING]
    kind = tw.kind("rescue", law="rescue")
    person = {"demand": 0, "work": 30.0, "entrapment": 1, "severity": 2, "trapped_death_min": 1e6}
    trapped = play([person], rows=[{"kind": "rescue", "work": 30.0}], kinds=[kind])
    assert trapped.outcome.tolist() == [TRAPPED]
    treated = play([{"severity": 3, "dies_after_min": 1e6}], scenario={"horizon_min": 100.0})
    assert treated.outcome.tolist() == [IN_CARE]


def test_more_ambulances_never_bring_people_later_on_the_whole():
    rng = np.random.default_rng(3)
    people = [
        {"severity": int(s), "zone": int(z), "dies_after_min": float(d), "worsens_after_min": float(w)}
        for s, z, d, w in zip(rng.integers(2, 4, 60), rng.integers(0, 2, 60), rng.uniform(200, 900, 60),
                              rng.uniform(100, 3000, 60), strict=True)
    ]
    saved = []
    for count in (1, 2, 4, 16):
        log = play(people, ambulances={"H0": count}, theatres_level_3=4.0)
        saved.append(int((log.outcome == SAVED).sum()))
    assert saved == sorted(saved)
    assert saved[-1] > saved[0]
