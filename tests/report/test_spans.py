"""What crews did, from a hand-made timeline."""

from __future__ import annotations

from sim.report.pictures import WIDE, milestones
from sim.report.spans import Stretch, busiest_crews, stretches
from sim.response.log import Entry


def e(minute: float, what: str, crew: int = -1, demand: int = -1, value: float = 0.0) -> Entry:
    return Entry(minute=minute, what=what, crew=crew, demand=demand, value=value)


def plain(done: list[Stretch]) -> list[tuple[int, str, float, float]]:
    return [(s.crew, s.kind, s.from_min, s.to_min) for s in done]


def test_a_crew_drives_works_and_rests() -> None:
    timeline = [
        e(10, "crew_ordered", 0, 5),
        e(30, "crew_arrived", 0, 5),
        e(90, "crew_left", 0, 5),
        e(120, "crew_rest", 0, value=600.0),
    ]
    assert plain(stretches(timeline, 1000.0)) == [(0, "travel", 10, 30), (0, "work", 30, 90), (0, "rest", 120, 600)]


def test_a_drive_ends_when_others_have_done_the_demand() -> None:
    timeline = [
        e(0, "crew_ordered", 0, 5),
        e(0, "crew_ordered", 1, 6),
        e(20, "demand_done", demand=5),
        e(300, "crew_ordered", 0, 7),
        e(310, "crew_arrived", 0, 7),
    ]
    done = plain(stretches(timeline, 400.0))
    assert (0, "travel", 0, 20) in done
    assert (0, "travel", 300, 310) in done
    assert (1, "travel", 0, 400) in done


def test_pulling_a_crew_away_ends_its_work_and_a_cut_road_its_drive() -> None:
    timeline = [
        e(0, "crew_arrived", 0, 1),
        e(50, "retasked", 0, 2),
        e(50, "crew_ordered", 0, 2),
        e(60, "no_road", 0, 2),
        e(70, "no_road", demand=9),
    ]
    assert plain(stretches(timeline, 100.0)) == [(0, "work", 0, 50), (0, "travel", 50, 60)]


def test_nothing_lasts_beyond_the_horizon() -> None:
    timeline = [e(0, "crew_arrived", 0, 1), e(80, "crew_rest", 1, value=500.0)]
    assert max(s.to_min for s in stretches(timeline, 100.0)) == 100.0


def test_the_busiest_crews_are_those_with_most_travel_and_work_not_rest() -> None:
    timeline = [
        e(5, "crew_arrived", 0, 1),
        e(10, "crew_left", 0, 1),
        e(0, "crew_rest", 1, value=900.0),
        e(0, "crew_arrived", 2, 1),
        e(50, "crew_left", 2, 1),
        e(3, "crew_arrived", 3, 1),
        e(40, "crew_left", 3, 1),
    ]
    done = stretches(sorted(timeline, key=lambda entry: entry.minute), 1000.0)
    assert busiest_crews(done, 2) == [2, 3]


def test_milestones_tell_the_first_few_and_the_last_person_freed() -> None:
    timeline = [e(1, "level_opened", value=4.0), *(e(10 + i, "stock_out") for i in range(20))]
    timeline += [e(5, "person_freed", demand=1), e(40, "person_freed", demand=1), e(50, "person_freed", demand=1)]
    timeline += [e(8, "crew_ordered", 0, 1)]
    told, left_out = milestones(timeline, {})
    assert [entry.minute for entry in told if entry.what == "person_freed"] == [5, 50]
    assert sum(entry.what == "stock_out" for entry in told) == WIDE["stock_out"]
    assert left_out == 20 - WIDE["stock_out"]
    assert [entry.minute for entry in told] == sorted(entry.minute for entry in told)
    assert not any(entry.what == "crew_ordered" for entry in told)


def test_milestones_tell_the_first_goods_from_outside() -> None:
    timeline = [
        Entry(minute=float(minute), what=what, zone=0, word=depot)
        for minute, what, depot in (
            (10, "convoy_loading", "C"), (60, "convoy_loading", "A"), (70, "convoy_loading", "A"),
            (90, "convoy_arrived", "C"), (120, "convoy_arrived", "A"),
        )
    ]
    told, _ = milestones(timeline, {"C": "city", "A": "aid"})
    assert [(entry.minute, entry.what) for entry in told] == [(60.0, "convoy_loading"), (120.0, "convoy_arrived")]
