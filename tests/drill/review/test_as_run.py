"""The drill simulated as it was run: late news, decisions taken, teams that did not come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_world as tw
from drill import tiny_drill as td

from sim.drill.review.as_run import changes_of, possible, staged
from sim.drill.review.model import AsRun, ReviewResult
from sim.drill.review.replay import resimulator
from sim.drill.review.review import _judged, review_drill

DRILL = td.drill()
STAGE = td.stage()
AGAIN = resimulator(td.CITY, td.PLAN, STAGE, first=0, copies=60)


def run(**known: object) -> AsRun:
    return AsRun(**{"injects": (), "units": (), "done": (), **known})


def p50(values: tuple[float | None, ...]) -> float:
    return float(np.median([np.inf if each is None else each for each in values]))


def test_a_drill_that_went_as_planned_has_its_own_band_again() -> None:
    """Same copies, same chances, nothing changed: the as-run values are the benchmark, value by value."""
    given = tuple((each.inject_id, each.ex_min) for each in DRILL.injects if each.ex_min is not None)
    found = AGAIN(DRILL, run(injects=given))
    assert set(found) == {each.action_id for each in DRILL.actions}
    for each in DRILL.actions:
        assert each.benchmark is not None
        assert found[each.action_id] == each.benchmark.values[:60]


def test_late_news_is_noticed_later_and_counts_from_then() -> None:
    changes = possible(changes_of(DRILL, run(injects=(("I-002", 47.0), ("I-000", 12.0)))), STAGE.scenario, [])
    assert changes.late == {"demand:1": 15.0, "alert:0": 10.0}
    assert changes.injects == ("I-000", "I-002")
    moved = staged(STAGE, td.PLAN, changes).scenario
    assert moved.demands.noticed_min[1] == 47.0
    assert moved.demands.real_min[1] == STAGE.scenario.demands.real_min[1], "the disaster does not wait"
    assert moved.alerts[0].known_min == 12.0
    found = AGAIN(DRILL, run(injects=(("I-002", 47.0),)))
    law = next(each.benchmark for each in DRILL.actions if each.action_id == "A-002-1")
    assert law is not None
    assert law.p50 is not None
    assert p50(found["A-002-1"]) == pytest.approx(law.p50, abs=0.5), "counted from when it was given"


def test_news_cannot_come_before_it_is_true() -> None:
    changes = possible(changes_of(DRILL, run(injects=(("I-002", 20.0),))), STAGE.scenario, [])
    assert changes.late == {"demand:1": -2.0}


def test_news_that_comes_when_the_crews_are_busy_waits() -> None:
    """The first news comes with the second one: both crews are out for longer when the third one comes."""
    bunched = AGAIN(DRILL, run(injects=(("I-001", 33.0),)))
    law = next(each.benchmark for each in DRILL.actions if each.action_id == "A-003-2")
    assert law is not None
    assert law.p50 is not None
    assert p50(bunched["A-003-2"]) > law.p50 + 10.0


def test_a_unit_that_did_not_come_is_not_there() -> None:
    changes = changes_of(DRILL, run(absent=("U-04",)))
    assert changes.teams == {"T2"}
    assert [team.team_id for team in staged(STAGE, td.PLAN, changes).layout.teams] == ["T1"]
    alone = AGAIN(DRILL, run(absent=("U-04",)))
    for action_id in ("A-002-2", "A-003-2"):
        law = next(each.benchmark for each in DRILL.actions if each.action_id == action_id)
        assert law is not None
        assert law.p50 is not None
        assert p50(alone[action_id]) > law.p50


def test_a_decision_that_was_taken_is_no_luck_any_more() -> None:
    known = run(took=(("A-000-1", 33.0),), done=(("A-000-1", 35.0), ("A-001-1", 40.0)))
    changes = changes_of(DRILL, known)
    assert changes.levels == {3: 33.0}
    assert changes.known == {0: 40.0}
    assert changes.fixed == {"A-000-1", "A-001-1"}
    assert not changes.fixed & set(AGAIN(DRILL, known))
    opened = [td.play(staged(STAGE, td.PLAN, changes), number, {3: 33.0}) for number in range(5)]
    assert [log.levels[0][0] for log in opened] == [35.0] * 5
    assert all(36.0 <= log.demands.known_min[0] <= 50.0 for log in opened), "taken down within one call"


def test_a_report_after_a_time_jump_is_not_taken_over() -> None:
    jumped = replace(DRILL, moves=(*DRILL.moves, replace(DRILL.moves[0], move_id="M-2", ex_from_min=20.0)))
    assert changes_of(jumped, run(done=(("A-001-1", 40.0),))).known == {}


def test_news_of_a_shelter_moves_its_township() -> None:
    scenario = replace(STAGE.scenario, displaced=tw.displaced([(1, 30.0, 50), (2, 10.0, 20)]))
    told = replace(DRILL, injects=tuple(
        replace(each, sim_event="shelter:0") if each.inject_id == "I-001" else each for each in DRILL.injects
    ))
    changes = possible(changes_of(told, run(injects=(("I-001", 16.0),))), scenario, [1])
    moved = staged(replace(STAGE, scenario=scenario), td.PLAN, changes).scenario
    assert moved.displaced.from_min.tolist() == [36.0, 10.0]
    assert np.array_equal(moved.demands.noticed_min, scenario.demands.noticed_min)


# ---- the fair band -------------------------------------------------------------------------


def test_a_drill_without_a_team_is_fair_as_run_and_slow_by_plan(tmp_path: Path) -> None:
    alone = replace(STAGE, layout=replace(STAGE.layout, teams=STAGE.layout.teams[:1]))
    planned, fair = [], []
    for number in range(1000, 1012):
        log = td.log_of(tmp_path / "log.csv", DRILL, td.moments(DRILL, number, alone), absent="第二队")
        _, judged, as_run = _judged(DRILL, log, None, AGAIN)
        assert as_run.absent == ("U-04",)
        late = [each for each in judged if each.action.action_id in ("A-002-2", "A-003-2")]
        planned += [each.u.value for each in late if each.u]
        fair += [each.u_as_run.value for each in late if each.u_as_run]
    assert np.mean(planned) > 0.8
    assert 0.3 < np.mean(fair) < 0.7


def result(tmp_path: Path) -> ReviewResult:
    done = td.moments(DRILL, 1000)
    return review_drill(DRILL, td.log_of(tmp_path / "log.csv", DRILL, done), tmp_path, resimulate=AGAIN)


def test_the_review_shows_both_bands(tmp_path: Path) -> None:
    found = result(tmp_path)
    assert found.simulated_as_run
    shown = [each for each in found.timeliness if each.u_as_run is not None]
    assert len(shown) == 12, "arrivals and ends; reports and the level are taken from the log"
    assert (tmp_path / "aar" / "as_run.json").is_file()
