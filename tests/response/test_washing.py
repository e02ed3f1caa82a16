"""People whom a cloud harms: when their clocks start, who washes them, which doors they shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
import tiny_world as tw
from tiny_release import release

from sim.common.types import NEVER
from sim.hazard.scenario import Closures
from sim.response.clock import run_events
from sim.response.log import DIED_EXPOSED, DIED_WAITING, IN_CARE, SAVED, SPARED, WAITING, Log
from sim.response.respond import Response
from sim.response.world import World

QUICK = {
    "ambulance_turnout_min": 1.0, "ambulance_call_min": 10.0, "stabilise_2_min": 5.0, "stabilise_3_min": 5.0,
    "handover_2_min": 10.0, "handover_3_min": 10.0, "treat_2_min": 60.0, "surgery_3_min": 90.0, "free_bed_share": 1.0,
    "theatres_level_3": 1.0, "theatres_level_2": 1.0, "treat_places_share": 0.1, "private_2_share": 0.0,
    "private_3_share": 0.0, "care_clock_factor": 2.0, "treated_survival": 0.9, "wash_2_min": 3.0, "wash_3_min": 15.0,
    "wash_lanes_per_crew": 1.0, "wash_limit_min": 75.0, "wash_improvised_factor": 2.0, "hospital_wash_min": 45.0,
    "hospital_wash_level": 2.0, "hospital_contaminated_min": 120.0,
}
LANES = 1
LATER = 1e9
"""Demands that stay unreal: what they would set off is set off by hand."""

Cue = tuple[float, str, tuple[Any, ...]]
"""(minute, method of Medical, its arguments)."""
BY_CAR = {"self_draw": 0.5, "contaminated": True}
DRIVE: dict[str, Any] = {"private_2_share": 1.0, "private_3_share": 1.0, "private_delay_min": 20.0}


def play(
    people: Sequence[Mapping[str, Any]], cues: Sequence[Cue] = (), *, hospitals: Any = ((0, 3, 10),),
    ambulances: Mapping[str, int] | None = None, rows: Sequence[Mapping[str, Any]] = (), teams: Any = (),
    closures: Closures | None = None, **numbers: Any,
) -> Log:
    """Play a scenario whose people belong to one release; *cues* do what the cloud and the command would."""
    city = tw.city(hospitals=hospitals)
    layout = tw.layout(teams, ambulances={"H0": 1} if ambulances is None else ambulances)
    everybody = tw.casualties([{"real_min": NEVER, "dies_after_min": 1e6, **person} for person in people])
    rows = rows or [{"real_min": LATER}, {"real_min": LATER, "parent": 0}]
    scenario = tw.scenario(
        city, rows, casualties=everybody, releases=(release(0, len(people), demand=0, decontamination=LANES),),
        closures=closures or tw.closures([]),
    )
    response = Response(World(city, tw.plan(**(QUICK | numbers)), layout, scenario, timeline=True))
    response.prepare()
    response.start()
    for minute, act, args in cues:
        response.world.at(minute, attrgetter(act)(response.medical), *args)
    response.world.events = run_events(response.world.env, scenario.horizon_min)
    log = response.log()
    response.let_go()
    return log


def hurt(minute: float, *severities: int) -> list[Cue]:
    """Cues that poison as many people, from casualty 0 on."""
    return [(minute, "poisoned", (c, severity)) for c, severity in enumerate(severities)]


def lanes(minute: float, crews: int = 1) -> Cue:
    return minute, "lanes_open", (LANES, crews)


# ---- who is hurt, and by what --------------------------------------------------------------


def test_whom_no_cloud_harms_is_spared() -> None:
    c = play([{}, {}], hurt(20.0, 2)).casualties
    assert c.hurt_min.tolist() == [20.0, NEVER]
    assert c.severity.tolist() == [2, 0]
    assert c.outcome.tolist() == [SAVED, SPARED]


def test_the_clock_of_the_poisoned_starts_with_the_harm() -> None:
    # called at 30, out at 31, 30 min of road, 5 to stabilise, 30 back
    log = play([{"severity": 1}], hurt(20.0, 2)).casualties
    assert log.hospital_min.tolist() == [96.0]
    late = play([{"dies_after_min": 40.0}], hurt(20.0, 3)).casualties
    assert late.death_min.tolist() == [60.0]
    assert late.outcome.tolist() == [DIED_WAITING]


def test_who_gets_graver_is_in_danger_from_then_on() -> None:
    graver = (50.0, "poisoned", (0, 3))
    c = play([{"dies_after_min": 30.0}], [*hurt(0.0, 2), graver], ambulances={}).casualties
    assert c.death_min.tolist() == [80.0]
    assert c.severity.tolist() == [3]
    # Of three who wait for the only ambulance the one who has become graver is fetched first.
    people = [{"dies_after_min": 1000.0}] * 3
    c = play(people, [*hurt(0.0, 2, 2, 2), (30.0, "poisoned", (2, 3))]).casualties
    assert c.hospital_min[2] == 76.0
    assert c.treated_min[2] == 76.0 + 60.0  # a treatment place: gas leaves no wound for a surgeon
    assert (c.hospital_min[:2] > 100.0).all()


def test_care_stretches_what_is_left_and_not_the_danger() -> None:
    medic = tw.team("medic", capabilities=["fire"], node=1, turnout_min=0.0)
    cues: list[Cue] = [*hurt(0.0, 2), (10.0, "first_aid_at", (0, 10.0)), (50.0, "poisoned", (0, 3))]
    # Minute 10 is the care; in danger at 50 with 30 left, which care makes 60.
    c = play([{"dies_after_min": 30.0}], cues, ambulances={}, teams=[medic]).casualties
    # First aid takes people out of no cloud by itself: the call at 50 still counts.
    assert c.care_min.tolist() == [10.0]
    assert c.death_min.tolist() == [pytest.approx(110.0)]


def test_the_dose_kills_whatever_medicine_does() -> None:
    cues: list[Cue] = [*hurt(0.0, 2, 2), (5.0, "first_aid_at", (0, 5.0)), (20.0, "killed_by_dose", (0,))]
    c = play([{}, {}, {}], [*cues, (30.0, "killed_by_dose", (2,))]).casualties
    assert c.outcome.tolist() == [DIED_EXPOSED, SAVED, DIED_EXPOSED]
    assert c.death_min.tolist() == [20.0, NEVER, 30.0]
    assert c.hurt_min.tolist() == [0.0, 0.0, 30.0]
    assert np.isinf(c.hospital_min[[0, 2]]).all()


def test_no_cloud_harms_the_dead_or_those_who_have_left() -> None:
    cues: list[Cue] = [*hurt(0.0, 2), (60.0, "poisoned", (0, 3)), (60.0, "killed_by_dose", (0,))]
    c = play([{}], cues).casualties  # the ambulance has been there at 41
    assert (c.outcome.tolist(), c.severity.tolist()) == ([SAVED], [2])
    cues = [*hurt(0.0, 3), (60.0, "killed_by_dose", (0,))]
    c = play([{"dies_after_min": 30.0}], cues, ambulances={}).casualties
    assert (c.outcome.tolist(), c.death_min.tolist()) == ([DIED_WAITING], [30.0])


def test_the_worst_it_got_to_counts_what_came_before_treatment() -> None:
    waits = {"worsens_after_min": 50.0}
    assert play([waits], hurt(0.0, 2), ambulances={}).casualties.severity.tolist() == [3]
    # In the treatment place at 76, before it would have become worse at 100 (doubled from 41 on by care).
    assert play([{"worsens_after_min": 70.0}], hurt(0.0, 2)).casualties.severity.tolist() == [2]


# ---- hurt only if something happens --------------------------------------------------------


@pytest.mark.parametrize(("work", "outcome"), [(30.0, SPARED), (200.0, WAITING)])
def test_people_are_hurt_only_if_the_tank_bursts(work: float, outcome: int) -> None:
    rows = [{"work": work}, {"parent": 0, "real_min": 100.0}]
    people = [{"real_min": 100.0, "only_if": 1, "severity": 2}, {"real_min": 100.0, "severity": 2}]
    c = play(people, rows=rows, teams=[tw.team(node=1)], ambulances={}).casualties
    assert c.outcome.tolist() == [outcome, WAITING]
    assert c.hurt_min.tolist() == [NEVER if outcome == SPARED else 100.0, 100.0]


def test_what_has_not_happened_yet_hurts_nobody() -> None:
    rows = [{"real_min": 100.0}, {"real_min": LATER, "parent": 0}]
    people = [{"real_min": minute, "only_if": 0, "severity": 2} for minute in (99.0, 100.0, 130.0)]
    c = play(people, rows=rows, ambulances={}).casualties
    assert c.outcome.tolist() == [SPARED, WAITING, WAITING]


# ---- washing on the spot -------------------------------------------------------------------

DIRTY: dict[str, Any] = {"contaminated": True}


def test_no_ambulance_before_the_lanes() -> None:
    # In the lane from 20 to 23; calls come through since 10.
    c = play([DIRTY], [*hurt(0.0, 2), lanes(20.0)]).casualties
    assert c.hospital_min.tolist() == [23.0 + 1.0 + 30.0 + 5.0 + 30.0]
    lying = play([DIRTY], [*hurt(0.0, 3), lanes(20.0)]).casualties
    assert lying.hospital_min.tolist() == [35.0 + 1.0 + 30.0 + 5.0 + 30.0]
    clean = play([{}], [*hurt(0.0, 2), lanes(20.0)]).casualties
    assert clean.hospital_min.tolist() == [76.0]


def test_lanes_take_lives_in_danger_first() -> None:
    log = play([DIRTY] * 4, [*hurt(0.0, 2, 2, 3, 2), (10.0, "poisoned", (3, 3)), lanes(20.0)], ambulances={})
    washed = [(e.minute, int(e.value)) for e in log.timeline if e.what == "patient_washed"]
    assert washed == [(35.0, 2), (50.0, 3), (53.0, 0), (56.0, 1)]
    assert log.washed == 4


def test_who_gets_worse_in_the_line_moves_to_the_front() -> None:
    people = [DIRTY, DIRTY, DIRTY | {"worsens_after_min": 19.0}]
    log = play(people, [*hurt(0.0, 2, 2, 2), lanes(20.0)], ambulances={})
    assert [int(e.value) for e in log.timeline if e.what == "patient_washed"] == [2, 0, 1]


def test_more_crews_open_more_lanes() -> None:
    def last(crews: int) -> float:
        log = play([DIRTY] * 6, [*hurt(0.0, *[2] * 6), lanes(0.0, crews)], ambulances={}, wash_lanes_per_crew=2.0)
        return max(e.minute for e in log.timeline if e.what == "patient_washed")

    assert [last(crews) for crews in (1, 2, 3)] == [9.0, 6.0, 3.0]


def test_without_lanes_the_ambulance_washes_after_the_limit() -> None:
    # The limit at 75, out at 76, there at 106, twice 3 min of washing, 5 to stabilise, 30 back.
    log = play([DIRTY], hurt(0.0, 2))
    assert log.casualties.hospital_min.tolist() == [75.0 + 1.0 + 30.0 + 6.0 + 5.0 + 30.0]
    assert log.washed == 1
    assert [e.what for e in log.timeline if e.what.startswith("patient_")][:2] == ["patient_picked", "patient_hosed"]


def test_a_lane_that_opens_after_the_limit_still_helps() -> None:
    log = play([DIRTY], [*hurt(0.0, 2), lanes(90.0)])
    assert log.casualties.hospital_min.tolist() == [75.0 + 1.0 + 30.0 + 5.0 + 30.0]  # washed before it came
    busy = play([DIRTY], [*hurt(0.0, 3), lanes(100.0)])  # the ambulance is there at 106 and waits until 115
    assert busy.casualties.hospital_min.tolist() == [115.0 + 5.0 + 30.0]
    assert busy.washed == 1


def test_the_dead_are_not_washed() -> None:
    cues: list[Cue] = [*hurt(0.0, 2, 3), (10.0, "killed_by_dose", (0,)), lanes(50.0)]
    log = play([DIRTY, DIRTY | {"dies_after_min": 30.0}], cues)
    assert log.washed == 0
    assert log.casualties.outcome.tolist() == [DIED_EXPOSED, DIED_WAITING]


def test_lanes_earlier_never_bring_the_first_patients_later() -> None:
    rng = np.random.default_rng(11)
    severities = rng.integers(2, 4, 30).tolist()
    first = []
    for minute in (NEVER, 120.0, 60.0, 30.0, 0.0):
        log = play([DIRTY] * 30, [*hurt(0.0, *severities), lanes(minute, 2)], ambulances={"H0": 4})
        first.append(np.sort(log.casualties.hospital_min)[:4].max())
        assert log.hospital_shut == ()
    assert first == sorted(first, reverse=True)
    assert first[-1] < first[0]


# ---- the hospital's door -------------------------------------------------------------------


def test_one_who_comes_unwashed_shuts_one_door() -> None:
    # By car at 20 + 30; washed outside; let in when the door opens at 170.
    log = play([BY_CAR], hurt(0.0, 2), ambulances={}, **DRIVE)
    assert log.hospital_shut == ((50.0, 0),)
    assert log.casualties.hospital_min.tolist() == [170.0]
    assert log.casualties.outcome.tolist() == [SAVED]
    assert log.washed == 1
    entry = next(e for e in log.timeline if e.what == "hospital_shut")
    assert (entry.value, entry.word) == (170.0, "H0")


def test_a_crowd_shuts_it_once() -> None:
    log = play([BY_CAR] * 5, hurt(0.0, 2, 2, 3, 2, 2), ambulances={}, **DRIVE)
    assert log.hospital_shut == ((50.0, 0),)
    assert log.washed == 5
    later: list[Cue] = [*hurt(0.0, 2), (400.0, "poisoned", (1, 2))]  # after that the house has a lane
    log = play([BY_CAR] * 2, later, ambulances={}, **DRIVE)
    assert log.hospital_shut == ((50.0, 0),)
    assert log.casualties.hospital_min.tolist() == [170.0, 400.0 + 20.0 + 30.0 + 3.0]


def test_a_house_that_was_told_in_time_washes_at_the_door() -> None:
    told: Cue = (0.0, "leak_known", ())
    log = play([BY_CAR] * 2, [told, *hurt(0.0, 2, 3)], ambulances={}, **DRIVE)
    assert log.hospital_shut == ()
    # One lane: who came first was 3 min in it, the other 15 more.
    assert log.casualties.hospital_min.tolist() == [50.0 + 3.0, 50.0 + 3.0 + 15.0]
    too_late = play([BY_CAR], [(6.0, "leak_known", ()), *hurt(0.0, 2)], ambulances={}, **DRIVE)
    assert too_late.hospital_shut == ((50.0, 0),)
    small = play([BY_CAR], [told, *hurt(0.0, 2)], hospitals=((0, 1, 10),), ambulances={}, **DRIVE)
    assert small.hospital_shut == ((50.0, 0),)


def test_those_inside_are_treated_on_behind_a_shut_door() -> None:
    people = [{"real_min": 0.0, "severity": 2}, BY_CAR]
    log = play(people, [(60.0, "poisoned", (1, 2))], **DRIVE)
    # In at 76, the door shut at 110: the treatment goes on until 136.
    assert log.hospital_shut == ((110.0, 0),)
    assert log.casualties.treated_min[0] == 136.0


CLEAN = {"real_min": 0.0, "severity": 2, "self_draw": 1.0}
TWO = ((0, 3, 10), (2, 3, 10))


def test_a_clean_patient_waits_at_a_shut_door() -> None:
    # The ambulance would choose H0 at 41 and be there at 76; the car shuts it from 50 to 170.
    log = play([BY_CAR, CLEAN], hurt(0.0, 2), **DRIVE)
    assert log.hospital_shut == ((50.0, 0),)
    assert sorted(log.casualties.hospital_min.tolist()) == [170.0, 173.0]  # the entrance takes 20 an hour


def test_an_ambulance_avoids_a_shut_door() -> None:
    # Shut at 35 while the ambulance is on its way; from the spot at 46 to H1 at 76 rather than H0.
    log = play([BY_CAR, CLEAN], hurt(0.0, 2), hospitals=TWO, **DRIVE | {"private_delay_min": 5.0})
    assert log.hospital_shut == ((35.0, 0),)
    assert (log.casualties.hospital[1], log.casualties.hospital_min[1]) == (1, 76.0)


def test_an_ambulance_that_finds_the_door_shut_drives_on() -> None:
    # The ambulance leaves the spot at 46 for H0, the car shuts that door at 70; at 76 it is an hour to H1.
    log = play([BY_CAR, CLEAN], hurt(0.0, 2), hospitals=TWO, **DRIVE | {"private_delay_min": 40.0})
    assert log.hospital_shut == ((70.0, 0),)
    assert (log.casualties.hospital[1], log.casualties.hospital_min[1]) == (1, 136.0)


def test_a_car_that_finds_no_way_leaves_its_patient_to_the_lanes() -> None:
    shut = tw.closures([(0, 30.0, 300.0, 0.0)])
    log = play([BY_CAR], [*hurt(0.0, 2), lanes(40.0)], closures=shut, **DRIVE)
    assert log.hospital_shut == ()
    assert [e.minute for e in log.timeline if e.what == "patient_washed"] == [43.0]
    assert log.casualties.hospital_min.tolist() == [300.0 + 1.0 + 30.0 + 5.0 + 30.0]


def test_nobody_shuts_a_house_that_is_out_of_use() -> None:
    cues: list[Cue] = [*hurt(0.0, 2), (40.0, "hospitals.close", ("H0", True))]
    log = play([BY_CAR], cues, hospitals=TWO, **DRIVE)
    assert log.hospital_shut == ()
    # There at 50; the ambulance of that house is out at 51, washes 6 min, 5 to stabilise, an hour to H1.
    assert log.casualties.hospital_min.tolist() == [122.0]
    assert [e.what for e in log.timeline if e.what == "patient_hosed"] == ["patient_hosed"]


# ---- what always holds ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_whoever_reaches_a_bed_was_washed_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    people = [
        {"zone": int(z), "contaminated": bool(d), "self_draw": float(u), "dies_after_min": float(t),
         "worsens_after_min": float(w)}
        for z, d, u, t, w in zip(rng.integers(0, 2, n), rng.random(n) < 0.8, rng.random(n), rng.uniform(100, 900, n),
                                 rng.uniform(20, 900, n), strict=True)
    ]
    cues: list[Cue] = [lanes(float(rng.uniform(0, 200))), (float(rng.uniform(0, 60)), "leak_known", ())]
    for c in range(n - 10):
        minute = float(rng.uniform(0, 200))
        later = minute + float(rng.uniform(0, 90))
        cues.append((minute, "poisoned", (c, int(rng.integers(2, 4)))))
        cues.append((later, "poisoned", (c, 3)) if c % 5 else (later, "killed_by_dose", (c,)))
    log = play(
        people, cues, hospitals=((0, 3, 40), (2, 1, 20), (1, 2, 20)), ambulances={"H0": 3, "H2": 1},
        private_2_share=0.6, private_3_share=0.3, private_delay_min=20.0,
    )
    fate = log.casualties
    times = Counter(int(e.value) for e in log.timeline if e.what in ("patient_washed", "patient_hosed"))
    assert max(times.values()) == 1
    dirty = np.array([person["contaminated"] for person in people])
    assert set(times) <= set(np.flatnonzero(dirty).tolist())
    in_bed = np.flatnonzero(dirty & (np.isin(fate.outcome, (SAVED, IN_CARE)) | np.isfinite(fate.hospital_min))).tolist()
    assert in_bed
    assert set(in_bed) <= set(times)
    assert log.washed == len(times)
    assert (fate.outcome[n - 10 :] == SPARED).all()
    assert len({house for _, house in log.hospital_shut}) == len(log.hospital_shut)
    assert not (fate.outcome == WAITING).any()
    reached = np.isfinite(fate.hospital_min)
    assert (fate.hospital_min[reached] >= fate.hurt_min[reached]).all()
