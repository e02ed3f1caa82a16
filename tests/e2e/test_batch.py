"""``turnout batch | status | query | export`` as a user gives them: what they print, and what bad input gets."""

from __future__ import annotations

import csv
import io
import json
import os
import platform
from importlib.util import find_spec
from pathlib import Path

import pytest
from commands import Result, Turnout, speak_english
from folders import Spoil, cell, copy_examples, put, replace

GRID = """\
id: grid
name: {zh: 小网格, en: A small grid}
city: ../scenarios/shizuishan
hazards:
  - ../scenarios/shizuishan/chemicals/release-random.yaml
  - {file: ../scenarios/shizuishan/floods/flash-random.yaml, per_year: 0.5}
layouts: [layouts/current.yaml]
parameters: {report_deadline_min: [30, 60]}
replications: 3
seed: 5
"""
NO_CLUSTER = "no Dask scheduler answers at nowhere" if find_spec("distributed") else 'pip install "turnout[cluster]"'
RUN = ("batch", "experiments/grid.yaml", "-w", "1", "-o", "r")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and a small grid, in which the commands are given."""
    copy_examples(tmp_path)
    (tmp_path / "experiments" / "grid.yaml").write_text(GRID, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    speak_english(monkeypatch)
    return tmp_path


def test_a_batch_is_run_asked_exported_and_gone_on_with(here: Path, turnout: Turnout) -> None:
    status, out, err = turnout(*RUN)
    assert status == 0, err
    assert "2 hazards × 1 parameter × 1 layout, up to 3 replications of each cell" in out
    assert out.count("flash-random") >= 2
    assert "results: r (" in out
    assert "12/12 replications" in err
    assert not (here / "r" / "run.lock").exists()

    status, out, _ = turnout("status", "r")
    assert status == 0
    assert "12 of 12 replications done" in out
    assert "\nfinished\n" in out
    assert "numpy" in out

    status, out, err = turnout("query", "r", "SELECT hazard, count(*) AS n FROM cells GROUP BY hazard ORDER BY hazard")
    assert (status, err) == (0, "")
    assert out.split() == ["hazard", "n", "flash-random", "2", "release-random", "2"]
    status, out, _ = turnout("query", "r", "SELECT cell, value FROM measures WHERE zone = '' LIMIT 300", "--csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["cell", "value"]
    assert len(rows) == 301
    status, out, err = turnout("query", "r", "FROM measures")
    assert "more rows; print all with --csv" in err
    assert "results: cell varchar, hazard varchar" in turnout("query", "r")[1]
    assert "no rows" in turnout("query", "r", "FROM cells WHERE false")[2]

    status, out, _ = turnout("export", "r", "tables.xlsx", "--to", "xlsx", "--table", "cells", "--table", "measures")
    assert (status, out.split()[0]) == (0, "tables.xlsx")
    status, out, _ = turnout("export", "r", "tables", "--to", "csv")
    assert {path.name for path in (here / "tables").iterdir()} >= {"cells.csv", "measures.csv", "demands.csv"}

    status, out, err = turnout(*RUN, "-n", "4", "--lang", "zh")
    assert status == 0
    assert "沿用已有的 12 次重复" in out
    assert "全部 16 次重复已有结果" in turnout(*RUN, "-n", "4", "--lang", "zh")[1]


def test_without_a_folder_it_goes_to_the_runs_and_is_found_there_by_name(here: Path, turnout: Turnout) -> None:
    status, _, err = turnout("batch", "grid", "-w", "1", "-n", "1")
    assert status == 0, err
    folder = next((here / "results" / "runs").glob("grid-*"))
    assert "4 of 4" in turnout("status", folder.name)[1]


def test_a_comparison_can_be_asked_too(here: Path, turnout: Turnout) -> None:
    study = "id: c\nname: {zh: 比, en: c}\ncity: ../scenarios/shizuishan\nlayouts: [layouts/current.yaml]\nseed: 5\n"
    study += "replications: 2\nscenario: ../scenarios/shizuishan/chemicals/release-random.yaml\n"
    (here / "experiments" / "c.yaml").write_text(study, encoding="utf-8")
    assert turnout("compare", "experiments/c.yaml", "-w", "1", "-o", "c", "--no-report")[0] == 0
    assert "2 of 2 replications done" in turnout("status", "c")[1]
    status, out, _ = turnout("query", "c", "SELECT count(DISTINCT replication) AS n FROM measures")
    assert (status, out.split()) == (0, ["n", "2"])
    assert turnout("export", "c", "out", "--to", "parquet")[0] == 0
    assert (here / "out" / "measures.parquet").exists()


def test_a_damaged_part_is_named_and_played_again(here: Path, turnout: Turnout) -> None:
    assert turnout(*RUN)[0] == 0
    part = min((here / "r" / "parts").glob("cell=*/part-*"))
    (part / "measures.parquet").write_bytes(b"PAR1")
    status, _, err = turnout("query", "r", "FROM measures")
    assert status == 2
    assert str(part / "measures.parquet") in err
    status, out, err = turnout(*RUN)
    assert status == 0
    assert f"{part.relative_to(here)} is damaged (measures.parquet); it is played again" in err
    assert "9 replications were there already" in out
    assert turnout("query", "r", "SELECT count(*) FROM measures")[0] == 0


def refused(result: Result, *words: str, lines: int = 1) -> None:
    """Check that a command was refused as it should be, with *words* in its complaint."""
    status, _, err = result
    assert status == 2, err
    assert "Traceback" not in err
    for word in words:
        assert word in err
    assert len(err.splitlines()) == lines, err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("batch", "nowhere.yaml"), "nowhere.yaml: the file does not exist"),
        ((*RUN, "-n", "0"), "--replications: 0 is too small"),
        ((*RUN, "--cluster", "127.0.0.1:1"), "with --cluster the cluster's workers play; leave --workers out"),
        (("batch", "experiments/grid.yaml", "--cluster", "nowhere", "-o", "r"), NO_CLUSTER),
        (("status", "nowhere"), "nowhere is no run folder"),
        (("query", "experiments", "SELECT 1"), "experiments is no run folder"),
        (("export", "nowhere", "out", "--to", "csv"), "nowhere is no run folder"),
        (("export", "nowhere", "out"), "'--to' is missing"),
    ],
)
def test_wrong_words_are_one_line(words: tuple[str, ...], said: str, here: Path, turnout: Turnout) -> None:
    refused(turnout(*words), said)
    assert not (here / "r").exists()
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("spoil", "said", "lines"),
    [
        (replace("grid.yaml", "replications: 3", "replications: 0"), ["row 9, column replications: 0 is too small"], 1),
        (replace("grid.yaml", "per_year: 0.5", "per_yaer: 0.5"), ["there is no key 'per_yaer'; known: per_year"], 1),
        (replace("grid.yaml", "floods/flash-random", "floods/none"), ["row 6", "none.yaml' not found"], 1),
        (replace("grid.yaml", "report_deadline_min", "report_deadline"), ["no coefficient of this name"], 1),
        (replace("grid.yaml", "hazards:", "hazard:"), ["there is no key 'hazard'", "the key 'hazards' is missing"], 2),
        (put("grid.yaml", ""), ["the file is empty"], 1),
        (cell("../scenarios/shizuishan/hospitals.csv", 3, "beds", "-7"), ["hospitals.csv, row 3, column beds"], 1),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(
    spoil: Spoil, said: list[str], lines: int, here: Path, turnout: Turnout
) -> None:
    spoil(here / "experiments")
    refused(turnout(*RUN), *said, lines=lines)
    assert not (here / "r").exists()


def test_a_folder_of_other_inputs_says_which_one(here: Path, turnout: Turnout) -> None:
    assert turnout(*RUN, "-n", "1")[0] == 0
    cell("teams.csv", 3, "people", "99")(here / "scenarios" / "shizuishan")
    refused(turnout(*RUN, "-n", "1"), "r holds a run of other inputs (different: city/teams.csv)")
    replace("grid.yaml", "seed: 5", "seed: 6")(here / "experiments")
    status, _, err = turnout(*RUN, "-n", "1", "--lang", "zh")
    assert status == 2
    assert "seed 5 → 6、city/teams.csv" in err
    assert turnout(*RUN, "-n", "1", "--fresh")[0] == 0


def test_a_folder_in_which_a_run_is_writing_is_refused_at_once(here: Path, turnout: Turnout) -> None:
    (here / "r").mkdir()
    lock = here / "r" / "run.lock"
    lock.write_text(json.dumps({"process": os.getppid(), "host": platform.node()}), encoding="utf-8")
    refused(turnout(*RUN), f"another run (process {os.getppid()}) is writing here")
    assert [path.name for path in (here / "r").iterdir()] == ["run.lock"]


def test_a_question_with_a_mistake_is_one_line_in_both_languages(here: Path, turnout: Turnout) -> None:
    assert turnout(*RUN, "-n", "1")[0] == 0
    refused(turnout("query", "r", "SELECT valeu FROM measures"), "there is no column 'valeu'; there is: value")
    refused(turnout("query", "r", "FROM measurs", "--lang", "zh"), "没有名为“measurs”的表；可用：measures")
    refused(turnout("query", "r", "DROP VIEW measures"), "one SELECT statement")
