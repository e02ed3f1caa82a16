"""Sensitivity studies: the file, the ranges, the run through the batch machinery, and what it finds."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from folders import copy_examples

from sim.common.errors import InputError
from sim.report.sensitivity import write_sensitivity_page
from sim.study.batch.tables import open_run, reading
from sim.study.finding_files import write_sensitivity
from sim.study.inputs import load
from sim.study.morris import morris_design, screen
from sim.study.rows import Rows, names
from sim.study.run import Interrupted, Progress
from sim.study.sensitivity import run as stages
from sim.study.sensitivity.findings import finding_of, idle_of
from sim.study.sensitivity.model import Output, SensitivityStudy
from sim.study.sensitivity.ranges import parameters_of
from sim.study.sensitivity.read import read_sensitivity
from sim.study.sensitivity.run import SensitivityRun, run_sensitivity
from sim.study.work import Job

FILE = """\
id: small
name: {zh: 小, en: Small}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/chemicals/release-random.yaml
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
measures: [deaths_later]
parameters:
  direct_call_share:
  fatigue_after_h: [6, 16]
  report_deadline_min: [30, 60]
replications: 2
trajectories: 4
top: 2
sobol_rows: 8
seed: 5
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_examples(tmp_path_factory.mktemp("here")) / "experiments"


def study_of(here: Path, text: str = FILE) -> SensitivityStudy:
    file = here / "small.yaml"
    file.write_text(text, encoding="utf-8")
    return read_sensitivity(file)


def known(rows: Rows, job: Job, replication: int) -> None:
    """Play a formula: fatigue counts, the share counts half as much, the deadline not at all; disasters differ."""
    c = job.inputs.plan.coefficients
    for n, layout in enumerate(job.inputs.layouts):
        value = 10.0 + replication + job.seed % 7 + (1 - 2 * n) * (c["fatigue_after_h"] - 11.0) + c["direct_call_share"]
        rows.add("measures", layout.layout_id, replication, {
            "measure": names(["deaths_later"]), "zone": names([""]), "value": np.array([value]),
        })


@pytest.fixture
def formula(monkeypatch: pytest.MonkeyPatch) -> None:
    real = stages.run_batch
    monkeypatch.setattr(stages, "run_batch", lambda *args, **options: real(*args, play=known, **options))


@pytest.fixture
def run(here: Path, tmp_path: Path, formula: None) -> SensitivityRun:
    return run_sensitivity(study_of(here), workers=1, out=tmp_path / "run")


def test_a_known_formula_is_ranked(run: SensitivityRun) -> None:
    difference, current, _ = run.result.findings
    assert difference.output.versus == "current"
    assert difference.effects[0].key == "fatigue_after_h"
    assert difference.effects[0].mu == pytest.approx(-20.0)
    assert difference.effects[0].flips > 0
    assert difference.low < 0.0 < difference.high
    effects = {effect.key: effect for effect in current.effects}
    assert effects["fatigue_after_h"].mu == pytest.approx(10.0)
    assert effects["fatigue_after_h"].sigma == pytest.approx(0.0, abs=1e-9)
    assert effects["fatigue_after_h"].at_high - effects["fatigue_after_h"].at_low == pytest.approx(20.0 / 3.0)
    assert run.result.idle == ("report_deadline_min",)
    assert set(run.result.top) == {"fatigue_after_h", "direct_call_share"}
    assert current.shares[0].key == "fatigue_after_h"
    assert current.shares[0].total > 0.9


def test_points_are_cells_that_can_be_asked(run: SensitivityRun) -> None:
    with reading(open_run(run.folder / "screening")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM cells").fetchall()[0]
        seeds = connection.execute("SELECT count(DISTINCT seed) FROM cells").fetchall()[0][0]
        same = connection.execute("SELECT count(DISTINCT fatigue_after_h) FROM results").fetchall()[0][0]
    assert (count, seeds) == (16, 4)
    assert same in (3, 4)


def test_a_run_that_was_stopped_goes_on_and_ends_the_same(here: Path, tmp_path: Path, formula: None) -> None:
    whole = run_sensitivity(study_of(here), workers=1, out=tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run_sensitivity(study_of(here), workers=1, out=tmp_path / "run", progress=stop)
    again = run_sensitivity(study_of(here), workers=1, out=tmp_path / "run")
    assert again.reused >= 10
    assert again.result == whole.result


@pytest.mark.slow
def test_workers_do_not_change_the_result(here: Path, tmp_path: Path) -> None:
    one, two = (run_sensitivity(study_of(here), workers=n, out=tmp_path / str(n)) for n in (1, 2))
    assert one.result == two.result


def test_files_and_pages(run: SensitivityRun) -> None:
    write_sensitivity(run.folder, run.result)
    told = json.loads((run.folder / "sensitivity.json").read_text(encoding="utf-8"))
    assert told["idle"] == ["report_deadline_min"]
    with (run.folder / "sensitivity.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 9
    assert rows[0]["parameter"] == "fatigue_after_h"
    for lang in ("zh", "en"):
        page = run.folder / f"{lang}.html"
        write_sensitivity_page(run.result, lang, page)
        assert "fatigue_after_h" in page.read_text(encoding="utf-8")


def test_the_ishigami_function_is_screened() -> None:
    """Morris on the function of which all is known: x3 counts only together with x1, a fourth input not at all."""
    design = morris_design(4, 60, 1)
    x = np.pi * (2.0 * design.points - 1.0)
    y = np.sin(x[..., 0]) + 7.0 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
    keys = ("x1", "x2", "x3", "x4")
    found = finding_of(Output(measure="m", layout="a"), keys, design, y, screen(design, y), (), None)
    assert found.effects[-1].key == "x4"
    assert idle_of([screen(design, y)], keys) == ("x4",)
    assert next(effect for effect in found.effects if effect.key == "x3").sigma > 1.0


# ---- bad input -----------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "code"), [
    ("[6, 16]", "[16, 6]", "sensitivity.range"),
    ("[6, 16]", "[6]", "sensitivity.range"),
    ("sobol_rows: 8", "sobol_rows: 7", "sensitivity.rows"),
    ("top: 2", "tops: 2", "study.unknown_key"),
    ("  direct_call_share:\n  fatigue_after_h: [6, 16]\n", "", "sensitivity.few"),
])
def test_a_bad_file_is_refused(old: str, new: str, code: str, here: Path) -> None:
    with pytest.raises(InputError) as refused:
        study_of(here, FILE.replace(old, new))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert "{" not in problem.line("zh") + problem.line("en")


def test_unknown_keys_and_measures_come_with_near_ones(here: Path, tmp_path: Path) -> None:
    study = study_of(here)
    with pytest.raises(InputError) as refused:
        run_sensitivity(replace(study, parameters={"fatigue_after": None, "work_h": (0.0, 1.0)}), out=tmp_path / "a")
    assert [problem.code for problem in refused.value.problems] == ["sensitivity.unknown_key"] * 2
    assert "fatigue_after_h" in refused.value.problems[0].line("en")
    with pytest.raises(InputError) as refused:
        run_sensitivity(replace(study, measures=("deaths_latter",)), out=tmp_path / "b")
    assert refused.value.problems[0].code == "study.no_measure"
    assert "deaths_later" in refused.value.problems[0].line("en")


def test_all_judgements_with_a_range_are_varied_by_default(here: Path) -> None:
    study = study_of(here)
    inputs = load(study.city, study.scenario, study.layouts, {}, "study")
    every = parameters_of(replace(study, parameters=None), inputs)
    assert len(every) > 100
    assert all(parameter.evidence == "J" and parameter.low < parameter.high for parameter in every)
