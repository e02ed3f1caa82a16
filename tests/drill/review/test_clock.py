"""The exercise clock: pauses out, watches corrected, a late start is no delay, ENDEX."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drill.review.logs import HEADER, csv_log, event, timed
from drill.sample import sample

from sim.drill.review.review import dry_run

WATCH = (*HEADER, "记录人", "来源", "校时差")


def minutes(path: Path, target: str) -> float | None:
    return next(each.timed.ex_min for each in dry_run(sample(), path) if each.target == target)


def test_a_late_start_is_no_delay(tmp_path: Path) -> None:
    assert minutes(csv_log(tmp_path / "a.csv", [event("开始", "09:10"), timed("A-001-1", "09:28")]), "A-001-1") == 18.0


def test_without_a_mark_the_planned_start_counts(tmp_path: Path) -> None:
    assert minutes(csv_log(tmp_path / "a.csv", [timed("A-001-1", "09:18")]), "A-001-1") == 18.0


@pytest.mark.parametrize(
    ("noted", "expected"),
    [("09:18", 18.0), ("09:25", 20.0), ("09:35", 20.0), ("09:45", 25.0), ("T+45", 25.0), ("10:35", 65.0)],
)
def test_pauses_are_taken_out(tmp_path: Path, noted: str, expected: float) -> None:
    rows = [event("暂停", "09:20"), event("恢复", "09:40"), event("暂停", "10:20"), event("恢复", "10:30"),
            timed("A-001-1", noted)]
    assert minutes(csv_log(tmp_path / "a.csv", rows), "A-001-1") == expected


def test_an_exercise_clock_has_no_pauses(tmp_path: Path) -> None:
    header = (*HEADER, "时间基准")
    rows = [(*event("暂停", "09:20"), ""), (*event("恢复", "09:40"), ""), (*timed("A-001-1", "T+45"), "演练时间")]
    assert minutes(csv_log(tmp_path / "a.csv", rows, header), "A-001-1") == 45.0


def test_a_fast_watch_is_set_back(tmp_path: Path) -> None:
    rows = [(*timed("A-001-1", "09:18"), "甲", "", "120"), (*timed("A-001-2", "09:20"), "甲", "", ""),
            (*timed("A-002-1", "09:20"), "乙", "", "-1分")]
    path = csv_log(tmp_path / "a.csv", rows, WATCH)
    assert minutes(path, "A-001-1") == pytest.approx(16.0)
    assert minutes(path, "A-001-2") == pytest.approx(18.0), "a recorder's error holds for all his rows"
    assert minutes(path, "A-002-1") == pytest.approx(21.0)


def test_a_common_mark_sets_every_watch(tmp_path: Path) -> None:
    rows = [(*event("开始", "09:03"), "甲", "", ""), (*event("开始", "09:00"), "", "controller", ""),
            (*timed("A-001-1", "09:21"), "甲", "", ""), (*timed("A-001-2", "09:21"), "乙", "", "")]
    path = csv_log(tmp_path / "a.csv", rows, WATCH)
    assert minutes(path, "A-001-1") == 18.0
    assert minutes(path, "A-001-2") == 21.0


def test_a_night_drill_goes_past_midnight(tmp_path: Path) -> None:
    drill = sample()
    night = replace(drill, overview=replace(drill.overview, start="23:00"))
    rows = [event("开始", "23:05"), timed("A-001-1", "00:20"), timed("A-001-2", "2027-05-12T16:30Z")]
    path = csv_log(tmp_path / "a.csv", rows)
    found = {each.target: each.timed.ex_min for each in dry_run(night, path)}
    assert found["A-001-1"] == 75.0
    assert found["A-001-2"] == 85.0


def test_another_zone_of_the_drill(tmp_path: Path) -> None:
    drill = sample()
    west = replace(drill, overview=replace(drill.overview, utc_offset="+06:00"))
    path = csv_log(tmp_path / "a.csv", [timed("A-001-1", "2027-05-12T11:18+08:00"), timed("A-001-2", "09:20")])
    assert [each.timed.ex_min for each in dry_run(west, path)] == [18.0, 20.0]
