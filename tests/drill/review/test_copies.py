"""Synthetic truth through the simulator itself: a drill played from known parameters, written as a log, read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from drill import tiny_drill as td
from scipy import stats

from sim.common.errors import InputError
from sim.drill.model import Drill
from sim.drill.review.calibrate import calibrate, observations
from sim.drill.review.indirect import IDENTIFIED, Case, Inference, factors_of, infer
from sim.drill.review.infer import Played, learn
from sim.drill.review.model import MATCHED, Timeliness
from sim.drill.review.parameters import behind
from sim.drill.review.replay import Run, times_under
from sim.drill.review.review import _judged

DRILL = td.drill()
FIRST = 1000
"""Numbers from here on are copies that no benchmark has seen."""


def held(path: Path, number: int, factors: Mapping[str, float] | None = None) -> tuple[tuple[Timeliness, ...], Played]:
    """Play one drill, write its log, read it back."""
    log = td.log_of(path / "log.csv", DRILL, td.moments(DRILL, number, None, factors))
    outcomes, judged, as_run = _judged(DRILL, log, None, None)
    assert all(each.outcome == MATCHED for each in outcomes)
    return judged, Played(drill=DRILL, stage=td.stage(), as_run=as_run)


def shares(path: Path, factors: Mapping[str, float] | None = None, drills: int = 40) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for number in range(FIRST, FIRST + drills):
        for each in held(path, number, factors)[0]:
            if each.u is not None:
                found.setdefault(each.action.action_id, []).append(each.u.value)
    return found


def test_percentiles_of_unchanged_drills_are_uniform(tmp_path: Path) -> None:
    """By action, since the actions of one drill hang together; no one of 19 may be off by more than chance gives."""
    found = shares(tmp_path)
    assert len(found) == len(DRILL.actions)
    assert all(len(values) == 40 for values in found.values())
    worst = min(stats.kstest(values, "uniform").pvalue for values in found.values())
    assert worst > 0.01 / len(found)
    assert abs(float(np.mean([np.mean(values) for values in found.values()])) - 0.5) < 0.06


def test_a_slower_decision_is_seen_where_it_is_and_nowhere_else(tmp_path: Path) -> None:
    found = shares(tmp_path, {"level_decision": 1.8})
    assert stats.kstest(found.pop("A-000-1"), "uniform", alternative="less").pvalue < 1e-3
    worst = min(stats.kstest(values, "uniform").pvalue for values in found.values())
    assert worst > 0.01 / len(found)


def test_calibration_moves_toward_the_truth_and_seldom_away(tmp_path: Path) -> None:
    """Each single drill: decisions really take 1.8 times, everything else is as believed."""
    after: dict[str, list[float]] = {}
    for number in range(FIRST, FIRST + 25):
        for each in calibrate(observations(DRILL, held(tmp_path, number, {"level_decision": 1.8})[0])):
            after.setdefault(each.step, []).append(each.after)
    assert set(after) == {"level", "report", "arrive"}
    assert np.mean(np.array(after["level"]) < 1.0) <= 0.12, "wrong direction"
    assert 1.05 < float(np.median(after["level"])) < 1.8
    assert abs(np.log(np.median(after["report"]))) < 0.08
    assert max(after["level"]) < 1.8, "one drill does not carry it all the way"


# ---- parameters behind several actions -----------------------------------------------------

UNKNOWN = behind({"report", "level", "arrive"})
DRAWS, TRUTHS = 512, 60


@pytest.fixture(scope="module")
def world() -> tuple[np.ndarray, list[dict[str, float]]]:
    """Draws of the parameters, and what one copy of the drill gives under each; the last ones serve as truths."""
    points = stats.qmc.Sobol(len(UNKNOWN), seed=np.random.default_rng(3)).random(1024)[: DRAWS + TRUTHS]
    factors = factors_of(points, UNKNOWN)
    runs = [
        Run(number=number, factors=dict(zip([each.key for each in UNKNOWN], row, strict=True)))
        for number, row in enumerate(factors.tolist())
    ]
    return factors, times_under(td.CITY, td.PLAN, td.stage(), DRILL, td.NOTHING_DONE, runs)


def learnt(world: tuple[np.ndarray, list[dict[str, float]]], truth: int, discount: float = 1.0) -> Inference:
    factors, times = world
    case = Case(drill_id="d", discount=discount, observed=times[truth], simulated=times[:DRAWS])
    return infer([case], factors[:DRAWS], UNKNOWN)


def test_intervals_hold_the_truth_as_often_as_they_say(world: tuple[np.ndarray, list[dict[str, float]]]) -> None:
    factors, _ = world
    inside, errors, widths = [], [], []
    for truth in range(DRAWS, DRAWS + TRUTHS):
        beliefs = learnt(world, truth).beliefs
        row = factors[truth]
        inside += [each.low <= value <= each.high for each, value in zip(beliefs, row, strict=True)]
        errors.append([np.log(each.after / value) for each, value in zip(beliefs, row, strict=True)])
        widths.append([each.width for each in beliefs])
    assert len(inside) == TRUTHS * len(UNKNOWN)
    assert 0.88 <= np.mean(inside) <= 0.99
    error = np.sqrt(np.mean(np.square(errors), axis=0)) / [each.sigma for each in UNKNOWN]
    known = np.mean(widths, axis=0) <= IDENTIFIED
    assert known.sum() >= 3
    assert (error[known] < 0.9).all(), "nearer to the truth than the value in use"
    assert (error < 1.1).all(), "what is hardly known does not go astray"


def test_the_wrong_direction_is_rare_where_something_is_known(
    world: tuple[np.ndarray, list[dict[str, float]]]
) -> None:
    """Of truths that are off by a third or more, what is identified seldom goes the other way."""
    factors, _ = world
    wrong = []
    for truth in range(DRAWS, DRAWS + TRUTHS):
        for each, value in zip(learnt(world, truth).beliefs, factors[truth], strict=True):
            if each.identified and abs(np.log(value)) > np.log(4 / 3):
                wrong.append(np.log(value) * np.log(each.after) < 0.0)
    assert len(wrong) > 40
    assert np.mean(wrong) < 0.15


def test_an_announced_drill_moves_less_and_a_scripted_one_not_at_all(
    world: tuple[np.ndarray, list[dict[str, float]]]
) -> None:
    truth = DRAWS + int(np.argmax(np.abs(np.log(world[0][DRAWS:, 2]))))
    blind, announced, scripted = (learnt(world, truth, discount).beliefs[2] for discount in (1.0, 0.3, 0.0))
    assert abs(np.log(blind.after)) > abs(np.log(announced.after)) > abs(np.log(scripted.after)) == 0.0
    assert blind.width < announced.width < scripted.width == pytest.approx(1.0)
    assert not scripted.identified


def test_what_the_times_do_not_show_is_not_identified() -> None:
    """One report time of one drill cannot tell the duty room from the links."""
    rng = np.random.default_rng(1)
    two = behind({"report"})
    factors = factors_of(rng.random((600, 2)), two)
    sums = [{"a": float(row.sum() * np.exp(0.02 * rng.standard_normal()))} for row in factors]
    found = infer([Case(drill_id="d", discount=1.0, observed={"a": 3.2}, simulated=sums)], factors, two)
    assert found.beliefs[0].tied == ("report_links",)
    assert found.beliefs[1].tied == ("duty_service_min",)
    noise = [{"a": float(np.exp(0.3 * rng.standard_normal()))} for _ in factors]
    empty = infer([Case(drill_id="d", discount=1.0, observed={"a": 1.4}, simulated=noise)], factors, two)
    assert not any(each.identified for each in empty.beliefs)
    assert all(abs(np.log(each.after)) < 0.15 for each in empty.beliefs)


@pytest.mark.slow
def test_three_drills_show_a_slow_command(tmp_path: Path) -> None:
    slow = {"level_decision": 1.8}
    drills = [held(tmp_path, number, slow)[1] for number in range(FIRST, FIRST + 6)]
    found = learn(td.CITY, td.PLAN, drills, 512)
    assert found.drills == ("tiny",) * 6
    assert found.n == 6 * len(DRILL.actions)
    level = next(each for each in found.beliefs if each.key == "level_decision")
    assert level.identified
    assert 1.2 < level.after < 2.3
    assert level.low > 1.0
    assert found.outside < 0.3 * found.n


def test_too_few_drills_are_refused(tmp_path: Path) -> None:
    played = held(tmp_path, FIRST)[1]
    few = Played(
        drill=played.drill, stage=played.stage,
        as_run=type(played.as_run)(injects=(), units=(), done=(), took=played.as_run.took[:4]),
    )
    with pytest.raises(InputError, match="at least 3"):
        learn(td.CITY, td.PLAN, [few], 256)


def test_the_drill_is_what_the_tests_think() -> None:
    assert isinstance(DRILL, Drill)
    assert len(DRILL.actions) == 19
    assert DRILL.simulation.replications == 200
