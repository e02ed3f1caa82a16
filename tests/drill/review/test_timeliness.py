"""Times against the simulated law: percentiles, limits, own and inherited delay, what is not known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drill.review.logs import csv_log, event, timed
from drill.sample import of_values, sample

from sim.drill import model as m
from sim.drill.review.law import at_least, mid_rank, share_span
from sim.drill.review.model import Span, Timeliness
from sim.drill.review.review import review_drill
from sim.drill.review.scores import action_score


def judged(tmp_path: Path, *rows: tuple[str, ...], drill: m.Drill | None = None) -> dict[str, Timeliness]:
    result = review_drill(drill or sample(), csv_log(tmp_path / "log.csv", rows), tmp_path)
    return {each.action.action_id: each for each in result.timeliness}


def test_mid_rank_counts_ties_half_and_never_as_longest() -> None:
    assert mid_rank((1.0, 2.0, 2.0, None), 2.0) == 0.5
    assert mid_rank((1.0, None), 1e9) == 0.5


@pytest.mark.parametrize(("n", "low", "high"), [(100, 0.83, 0.95), (200, 0.85, 0.94), (500, 0.87, 0.925)])
def test_the_law_of_n_copies_leaves_the_known_range(n: int, low: float, high: float) -> None:
    """Order statistics (exercises, table of P90): N = 100 -> 84-96, 200 -> 86-95, 500 -> 87-93."""
    values = tuple(float(v) for v in range(n))
    t = 0.9 * n - 0.5
    found = share_span(values, Span(value=t, low=t, high=t))
    assert found.low == pytest.approx(low, abs=0.015)
    assert found.high == pytest.approx(high, abs=0.015)


def test_binomial_chance() -> None:
    assert at_least(2, 30, 0.1) == pytest.approx(1 - 0.9**30 - 30 * 0.1 * 0.9**29)
    assert at_least(0, 5, 0.1) == 1.0


def test_a_minute_is_a_minute_wide(tmp_path: Path) -> None:
    found = judged(tmp_path, event("收到", "09:05", "I-001"), timed("A-001-1", "09:17"))["A-001-1"]
    assert found.t == Span(value=12.0, low=11.0, high=13.0)
    assert found.u is not None
    assert found.u.low < found.u.value < found.u.high


def test_own_and_inherited_delay_add_up(tmp_path: Path) -> None:
    found = judged(
        tmp_path, event("收到", "09:15", "I-001"), timed("A-001-1", "09:50"), timed("A-001-2", "09:58"),
    )
    first, second = found["A-001-1"], found["A-001-2"]
    assert first.inherited_min == 10.0, "the inject came ten minutes late"
    assert first.own_min is not None
    assert second.own_min is not None
    assert second.inherited_min == pytest.approx(first.inherited_min + first.own_min, abs=0.5)
    assert abs(second.own_min) < 2.0, "a team that is quick is not late because another was"
    for each in (first, second):
        assert each.ex_min is not None
        assert each.expected_min is not None
        late = each.ex_min - each.expected_min
        assert (each.own_min or 0.0) + (each.inherited_min or 0.0) == pytest.approx(late, abs=0.51)


def test_slower_is_never_better(tmp_path: Path) -> None:
    given = event("收到", "09:05", "I-001")
    found = [judged(tmp_path, given, timed("A-001-1", f"T+{m}"))["A-001-1"] for m in range(6, 60, 6)]
    shares = [each.u.value for each in found if each.u]
    scores = [each.score for each in found if each.score is not None]
    assert shares == sorted(shares)
    assert scores == sorted(scores, reverse=True)
    assert {each.band for each in found} >= {"good", "very_slow"}
    assert found[0].within_limit is True
    assert found[-1].within_limit is False


def test_a_limit_that_the_precision_leaves_open_is_undecided(tmp_path: Path) -> None:
    assert judged(tmp_path, event("收到", "09:05", "I-001"), timed("A-001-1", "09:35"))["A-001-1"].within_limit is None


def test_what_was_only_said_has_no_time(tmp_path: Path) -> None:
    found = judged(tmp_path, timed("A-001-1", "09:08", "口述"))["A-001-1"]
    assert found.state == "notional"
    assert (found.t, found.u, found.score, found.ex_min, found.band) == (None, None, None, None, "")


def test_not_done_is_a_lower_bound_and_not_seen_is_nothing(tmp_path: Path) -> None:
    found = judged(tmp_path, event("收到", "09:05", "I-001"), timed("A-001-1", "", "未做"), event("结束", "09:45"))
    missed, unseen = found["A-001-1"], found["A-001-3"]
    assert missed.state == "censored"
    assert missed.t is not None
    assert (missed.t.low, missed.t.high) == (40.0, float("inf"))
    assert missed.u is not None
    assert missed.u.high == 1.0
    assert missed.score == 0.0
    assert (unseen.state, unseen.score, unseen.u) == ("not_observed", None, None)


def test_done_without_a_time_is_done(tmp_path: Path) -> None:
    found = judged(tmp_path, timed("A-001-1", "", "完成"))["A-001-1"]
    assert (found.state, found.t, found.score) == ("done", None, None)


def test_no_times_at_all(tmp_path: Path) -> None:
    found = judged(tmp_path, *(timed(each.action_id, "", "完成") for each in sample().actions))
    assert {each.state for each in found.values()} == {"done"}


def test_a_time_jump_makes_it_incomparable(tmp_path: Path) -> None:
    found = judged(tmp_path, event("收到", "09:05", "I-001"), timed("A-001-1", "10:10"))["A-001-1"]
    assert found.t is None
    assert "across_jump" in found.notes


def test_what_is_beyond_the_window_or_untimed_has_no_law(tmp_path: Path) -> None:
    found = judged(tmp_path, timed("A-002-1", "10:20"), timed("A-002-2", "11:30"))["A-002-2"]
    assert (found.u, found.band, found.score) == (None, "", None)


def test_since_t0_counts_in_the_story(tmp_path: Path) -> None:
    found = judged(tmp_path, timed("A-002-1", "10:20:00"))["A-002-1"]
    assert found.t0 is not None
    assert found.t0.low == pytest.approx(260.0), "T+80 is minute 260 of the story: three hours were jumped"


def test_scores() -> None:
    action = sample().actions[0]
    action = replace(action, benchmark=of_values(np.array([10.0] * 101 + [20.0] * 100), 30.0))
    knots = {9.0: 100.0, 10.0: 100.0, 20.0: 80.0, 30.0: 60.0, 45.0: 30.0, 60.0: 0.0, 90.0: 0.0}
    assert {t: action_score(action, t, "timed") for t in knots} == knots
    assert action_score(replace(action, limit_min=8.0), 9.0, "timed") == pytest.approx(60 * (2 - 9 / 8))
    assert action_score(action, None, "censored") == 0.0
    assert action_score(action, 5.0, "notional") is None


def test_the_best_fitting_row_counts(tmp_path: Path) -> None:
    rows = [
        ("A-001-3", "", "出动", "09:40", "", "", ""), ("A-001-3", "", "到达", "09:52", "", "", ""),
        ("A-001-3", "", "观察", "09:30", "", "", ""),
    ]
    found = judged(tmp_path, *rows)["A-001-3"]
    assert found.ex_min == 52.0
    assert len(found.rows) == 3


def test_what_came_before_its_trigger_is_not_compared(tmp_path: Path) -> None:
    given = event("收到", "09:05", "I-001")
    found = judged(tmp_path, given, timed("A-001-1", "09:30"), timed("A-001-2", "09:20"))["A-001-2"]
    assert (found.t, found.u, found.score) == (None, None, None)
    assert found.notes == ("before_trigger",)


def test_an_inject_counts_from_its_first_receipt(tmp_path: Path) -> None:
    given = [event("收到", "09:12", "I-001"), event("收到", "09:07", "I-001"), event("情况下达", "09:05", "I-001")]
    assert judged(tmp_path, *given, timed("A-001-1", "09:20"))["A-001-1"].trigger_min == 7.0


def test_at_the_very_jump_nothing_is_compared(tmp_path: Path) -> None:
    given = event("收到", "09:05", "I-001")
    assert judged(tmp_path, given, timed("A-001-1", "10:00"))["A-001-1"].t is None
    assert judged(tmp_path, given, timed("A-001-1", "09:59"))["A-001-1"].t is not None
