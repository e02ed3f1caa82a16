"""``turnout report``: the report of a finished comparison, written anew; what cannot be reported is told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Turnout
from folders import copy_examples

from sim.study.read import read_study
from sim.study.run import run_study

SMALL = """\
id: small
name: {zh: 小试验, en: A small study}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m55.yaml
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
replications: 3
seed: 5
chunk: 1
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished comparison without a report, beside its inputs."""
    here = copy_examples(tmp_path_factory.mktemp("here"))
    study = here / "experiments" / "small.yaml"
    study.write_text(SMALL, encoding="utf-8")
    return run_study(read_study(study), workers=1, out=here / "finished").folder


@pytest.fixture
def run(finished: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the finished comparison that may be spoiled."""
    monkeypatch.chdir(finished.parent)
    copy = finished.with_name("run")
    shutil.copytree(finished, copy)
    yield copy
    shutil.rmtree(copy)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_report_is_that_of_compare(run: Path, turnout: Turnout) -> None:
    before = contents(run)
    assert turnout("report", "run", "--lang", "zh")[0] == 0
    again = contents(run)
    assert {name: again[name] for name in before} == before
    assert set(again) - set(before) == {"report-zh.html"}

    given = ("compare", "experiments/small.yaml", "-w", "1", "-o", "run", "--lang", "zh")
    assert turnout(*given)[0] == 0
    theirs = (run / "report-zh.html").read_text(encoding="utf-8")
    ours = again["report-zh.html"].decode()
    date = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
    assert date.sub("", ours) == date.sub("", theirs)


def test_no_run(tmp_path: Path, turnout: Turnout) -> None:
    status, _, said = turnout("report", str(tmp_path), "--lang", "en")
    assert status == 2
    assert "is no run folder" in said


def test_unknown_language(tmp_path: Path, turnout: Turnout) -> None:
    status, _, said = turnout("report", str(tmp_path), "--lang", "fr")
    assert status == 2
    assert "no language 'fr'" in said


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("finished", None, "is not finished"), ("seed", 6, "other inputs")],
)
def test_what_cannot_be_reported(run: Path, turnout: Turnout, key: str, value: object, words: str) -> None:
    manifest = json.loads((run / "run.json").read_text(encoding="utf-8"))
    (manifest["identity"] if key == "seed" else manifest)[key] = value
    (run / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    before = contents(run)
    status, _, said = turnout("report", "run", "--lang", "en")
    assert status == 2
    assert words in said
    assert contents(run) == before
