"""Selecting while it runs: a planted best is found, nothing is played for those that left, stops change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from folders import copy_examples

from sim.common.errors import InputError
from sim.study.folder import FolderError
from sim.study.model import Study
from sim.study.read import read_study
from sim.study.rows import Rows, names
from sim.study.run import Interrupted
from sim.study.select import FILE, SelectResult, rules_for, run_select
from sim.study.work import Job, Play

FOUR = """\
id: four
name: {zh: 四个布局, en: four layouts}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m55.yaml
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml, layouts/winter-reserve.yaml, layouts/duty-room.yaml]
replications: 400
seed: 5
chunk: 7
"""
AHEAD = {"current": 0.0, "spread-rescue": -0.3, "winter-reserve": 0.08, "duty-room": 0.0}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    here = copy_examples(tmp_path_factory.mktemp("here"))
    (here / "experiments" / "four.yaml").write_text(FOUR, encoding="utf-8")
    return read_study(here / "experiments" / "four.yaml")


def planted(seen: list[tuple[int, int]] | None = None, sign: float = 1.0, stop_at: int = -1) -> Play:
    """Play nothing: a share that all layouts have in common by disaster, and each one's lead with some noise."""

    def play(rows: Rows, job: Job, replication: int) -> None:
        if replication == stop_at:
            raise KeyboardInterrupt
        if seen is not None:
            seen.append((replication, len(job.inputs.layouts)))
        common = np.random.default_rng((1, replication)).normal(0.5, 0.2)
        for layout in job.inputs.layouts:
            own = np.random.default_rng((len(layout.layout_id), ord(layout.layout_id[0]), replication))
            noise = own.normal(0.0, 0.1)
            rows.add("measures", layout.layout_id, replication, {
                "measure": names(["x_share", "yes"]), "zone": names(["", ""]),
                "value": np.array([sign * (common + AHEAD[layout.layout_id] + noise), float(replication % 2)]),
            })

    return play


def select(
    study: Study, out: Path, play: Play, measure: str = "x_share", delta: float = 0.04, more: bool = True,
    most: int | None = None,
) -> SelectResult:
    rules = rules_for(study, measure, delta, 0.05, more)
    return run_select(study, measure, rules, most=most, out=out, play=play, workers=1)


def told(result: SelectResult) -> object:
    return result.outcome, result.best, result.fates, result.replications


def test_the_best_is_found_and_those_that_left_are_not_played(study: Study, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    result = select(study, tmp_path / "run", planted(seen))
    assert (result.outcome, result.best) == ("selected", "winter-reserve")
    played = {fate.layout_id: fate.played for fate in result.fates}
    assert played["spread-rescue"] == 20 < played["winter-reserve"] == result.replications
    assert sum(layouts for _, layouts in seen) == result.plays < result.plays_of_all
    difference = {fate.layout_id: fate.difference for fate in result.fates}
    assert difference["spread-rescue"] == pytest.approx(-0.38, abs=0.05)
    assert json.loads((tmp_path / "run" / FILE).read_text(encoding="utf-8"))["best"] == "winter-reserve"


def test_chunks_do_not_change_the_answer(study: Study, tmp_path: Path) -> None:
    one = select(study, tmp_path / "a", planted())
    other = select(replace(study, chunk=3), tmp_path / "b", planted())
    assert told(one) == told(other)


def test_a_run_that_was_stopped_goes_on_to_the_same_answer(study: Study, tmp_path: Path) -> None:
    whole = select(study, tmp_path / "whole", planted())
    with pytest.raises(Interrupted):
        select(study, tmp_path / "run", planted(stop_at=25))
    seen: list[tuple[int, int]] = []
    resumed = select(study, tmp_path / "run", planted(seen))
    assert told(resumed) == told(whole)
    assert resumed.reused >= 20
    assert min(replication for replication, _ in seen) >= 20


def test_a_finished_selection_plays_nothing_again(study: Study, tmp_path: Path) -> None:
    first = select(study, tmp_path / "run", planted())
    seen: list[tuple[int, int]] = []
    assert told(select(study, tmp_path / "run", planted(seen))) == told(first)
    assert seen == []


def test_less_of_the_opposite_is_the_same(study: Study, tmp_path: Path) -> None:
    one = select(study, tmp_path / "a", planted())
    other = select(study, tmp_path / "b", planted(sign=-1.0), more=False)
    assert (one.best, one.replications) == (other.best, other.replications)
    assert [fate.played for fate in one.fates] == [fate.played for fate in other.fates]


def test_the_order_of_the_layouts_does_not_matter(study: Study, tmp_path: Path) -> None:
    one = select(study, tmp_path / "a", planted())
    other = select(replace(study, layouts=study.layouts[::-1]), tmp_path / "b", planted())
    assert one.best == other.best
    assert {f.layout_id: f.played for f in one.fates} == {f.layout_id: f.played for f in other.fates}


def test_too_few_disasters_leave_it_undecided(study: Study, tmp_path: Path) -> None:
    result = select(study, tmp_path / "run", planted(), delta=0.001, most=30)
    assert result.outcome == "undecided"
    assert result.best == "winter-reserve"
    assert sum(fate.inside for fate in result.fates) > 1


def test_yes_or_no_is_refused(study: Study, tmp_path: Path) -> None:
    result = select(study, tmp_path / "run", planted(), measure="yes")
    assert (result.outcome, result.refusal, result.best) == ("refused", "yes_no", "")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda s: rules_for(s, "x_share", 0.0, 0.9, None), {"select.delta", "select.alpha"}),
        (lambda s: rules_for(s, "x_share", float("nan"), 0.05, None), {"select.delta"}),
        (lambda s: rules_for(replace(s, layouts=s.layouts[:1]), "x_share", 0.1, 0.05, None), {"select.one_layout"}),
        (lambda s: rules_for(s, "x_share", 0.1, 0.05, None, 19), {"select.few"}),
    ],
)
def test_rules_that_promise_nothing_are_refused(
    study: Study, change: Callable[[Study], object], codes: set[str]
) -> None:
    with pytest.raises(InputError) as caught:
        change(study)
    assert {problem.code for problem in caught.value.problems} == codes


def test_an_unknown_measure_is_named_with_the_nearest(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        select(study, tmp_path / "run", planted(), measure="x_shar")
    assert caught.value.problems[0].params["known"] == "x_share"


def test_an_unknown_measure_is_told_before_anything_is_played(study: Study, tmp_path: Path) -> None:
    rules = rules_for(study, "relief_share_10", 0.04, 0.05, None)
    with pytest.raises(InputError) as caught:
        run_select(study, "relief_share_10", rules, out=tmp_path / "run", workers=1)
    assert [(p.code, p.file) for p in caught.value.problems] == [("study.no_measure", "--measure")]
    assert not (tmp_path / "run").exists()


def test_a_folder_of_other_rules_is_refused(study: Study, tmp_path: Path) -> None:
    select(study, tmp_path / "run", planted())
    with pytest.raises(FolderError):
        select(study, tmp_path / "run", planted(), delta=0.05)


@pytest.mark.slow
def test_two_workers_select_as_one_does(study: Study, tmp_path: Path) -> None:
    rules = rules_for(study, "report_share_in_time", 0.05, 0.05, None)
    results = [
        run_select(study, "report_share_in_time", rules, most=30, workers=n, out=tmp_path / f"w{n}") for n in (1, 2)
    ]
    assert told(results[0]) == told(results[1])
