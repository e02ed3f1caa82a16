"""Several drills side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.common.errors import InputError
from sim.drill.review.model import Point
from sim.drill.review.trend import COLUMNS, as_csv, drills_of, joined, middle, read_trend


def point(drill_id: str, date: str, action_id: str = "A-001-1", u: float = 0.5, **change: object) -> Point:
    fields = {
        "drill_id": drill_id, "date": date, "notice": "blind", "capability": "c", "step": "report",
        "action_id": action_id, "u": u, "low": u / 2, "high": 1.0, "fair": None, "state": "timed",
    }
    return Point(**{**fields, **change})


def test_points_stand_by_date_and_a_drill_counts_once() -> None:
    old = [point("b", "2026-02-01", u=0.9), point("a", "2026-01-01"), point("now", "2026-03-01", u=0.1)]
    own = [point("now", "2026-03-01", u=0.7), point("now", "2026-03-01", "A-001-2")]
    found = joined(own, [*old, *old])
    assert [each.drill_id for each in found] == ["a", "b", "now", "now"]
    assert found[2].u == 0.7, "reviewed again: the new review counts"
    assert drills_of(found) == ["a", "b", "now"]
    assert middle([each for each in found if each.drill_id == "now"]) == pytest.approx(0.6)
    assert middle([]) is None


def test_points_come_back_from_their_file(tmp_path: Path) -> None:
    points = (point("a", "2026-01-01", fair=0.25), point("b", "2026-02-01", u=0.875, state="censored"))
    (tmp_path / "trend.csv").write_text(as_csv(points), encoding="utf-8-sig")
    back = read_trend(tmp_path / "trend.csv")
    assert [(each.u, each.fair, each.state) for each in back] == [(0.5, 0.25, "timed"), (0.875, None, "censored")]


def test_rows_that_are_none_are_named(tmp_path: Path) -> None:
    good = as_csv([point("a", "2026-01-01")])
    (tmp_path / "trend.csv").write_text(good + ",".join("x" for _ in COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_trend(tmp_path / "trend.csv")
    assert [problem.row for problem in caught.value.problems] == [3]
