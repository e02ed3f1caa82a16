"""Synthetic truth: drills whose times come from a known law, written as logs and read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from drill.review.logs import csv_log
from drill.sample import action, inject, of_values, sample
from scipy import stats

from sim.drill import model as m
from sim.drill.review.calibrate import Observation, calibrate, observations
from sim.drill.review.model import MATCHED
from sim.drill.review.review import _judged

MEDIANS = (6.0, 9.0, 12.0, 16.0, 22.0)
SPREAD = 0.4
CHAINS = 8


def drill(notice: str = "blind", drill_id: str = "truth", copies: int = 1000) -> m.Drill:
    """Eight injects with a chain of five actions each; every law is lognormal."""
    rng = np.random.default_rng(20270512)
    base = sample()
    injects, actions = [], []
    for i in range(1, CHAINS + 1):
        ids = [f"A-{i:03d}-{k}" for k in range(1, len(MEDIANS) + 1)]
        injects.append(inject(f"I-{i:03d}", "inject", 7.0 * i, 7.0 * i, action_ids=tuple(ids)))
        for k, median in enumerate(MEDIANS):
            values = median * np.exp(SPREAD * rng.standard_normal(copies))
            actions.append(
                action(
                    ids[k], f"I-{i:03d}", "U-02", ("report", "order", "arrive", "start", "done")[k], median,
                    clock="previous" if k else "received", predecessor=ids[k - 1] if k else "",
                    benchmark=of_values(np.round(values, 1), None), since_t0=None,
                )
            )
    overview = replace(base.overview, notice=notice, drill_id=drill_id, endex_min=900.0, window_min=950.0)
    return replace(
        base, overview=overview, injects=tuple(injects), actions=tuple(actions), moves=base.moves[:1],
        time_map=((0.0, 0.0), (900.0, 900.0)), evaluation_template="hseep_eeg",
    )


def run(plan: m.Drill, path: Path, rng: np.random.Generator, factor: float = 1.0) -> Path:
    """Play *plan* with its law times *factor*, late injects included, and write the log, to the second."""
    done: dict[str, float] = {}
    rows = []
    for each in plan.injects:
        at = (each.ex_min or 0.0) + rng.uniform(0, 15)
        done[each.inject_id] = at
        rows.append(("", each.inject_id, "收到", clock(at)))
    for each in plan.actions:
        median = MEDIANS[int(each.action_id[-1]) - 1]
        begin = done[each.predecessor or each.inject_id]
        done[each.action_id] = begin + factor * median * np.exp(SPREAD * rng.standard_normal())
        rows.append((each.action_id, "", "", clock(done[each.action_id])))
    rng.shuffle(rows)
    return csv_log(path, rows, ("行动编号", "情况编号", "记录类型", "时间"))


def clock(ex_min: float) -> str:
    seconds = round((540.0 + ex_min) * 60)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def test_percentiles_of_the_truth_are_uniform(tmp_path: Path) -> None:
    plan, rng, shares = drill(), np.random.default_rng(1), []
    for _ in range(8):
        outcomes, judged, _ = _judged(plan, run(plan, tmp_path / "log.csv", rng), None, None)
        assert all(each.outcome == MATCHED for each in outcomes)
        shares += [each.u.value for each in judged if each.u]
    assert len(shares) == 8 * CHAINS * len(MEDIANS)
    assert stats.kstest(shares, "uniform").pvalue > 0.01


def test_a_slower_truth_is_seen(tmp_path: Path) -> None:
    plan = drill()
    _, judged, _ = _judged(plan, run(plan, tmp_path / "log.csv", np.random.default_rng(2), 1.3), None, None)
    shares = [each.u.value for each in judged if each.u]
    assert stats.kstest(shares, "uniform", alternative="less").pvalue < 0.01


def found(plan: m.Drill, path: Path, rng: np.random.Generator, factor: float) -> list[Observation]:
    _, judged, _ = _judged(plan, run(plan, path, rng, factor), None, None)
    return observations(plan, judged)


def test_calibration_moves_toward_the_truth_and_seldom_away(tmp_path: Path) -> None:
    """Truth: everything takes 1.4 times as long. 25 single drills, four kinds of step each."""
    plan, rng = drill(), np.random.default_rng(3)
    after = [
        each.after for _ in range(25) for each in calibrate(found(plan, tmp_path / "log.csv", rng, 1.4))
    ]
    assert len(after) == 100
    assert np.mean(np.array(after) < 1.0) < 0.05, "wrong direction"
    assert 1.0 < float(np.mean(after)) < 1.4
    assert max(after) < 1.4, "one drill does not carry it all the way"


def test_more_drills_come_nearer(tmp_path: Path) -> None:
    rng, seen, gaps = np.random.default_rng(4), [], []
    for i in range(12):
        seen += found(drill(drill_id=f"d{i}"), tmp_path / "log.csv", rng, 1.4)
        if i in (0, 2, 11):
            (arrive,) = [each for each in calibrate(seen) if each.step == "arrive"]
            gaps.append(abs(np.log(arrive.after / 1.4)))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.12


def test_an_announced_drill_is_believed_less(tmp_path: Path) -> None:
    moves = []
    for notice in ("blind", "announced", "scripted"):
        seen = found(drill(notice), tmp_path / "log.csv", np.random.default_rng(5), 1.4)
        moves.append(float(np.mean([each.after for each in calibrate(seen)])))
    assert moves[0] > moves[1] > moves[2] == 1.0
