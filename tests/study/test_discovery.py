"""Scenario discovery in run folders: planted boxes are found, noise is not, and what cannot be told is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.common.errors import InputError
from sim.study.batch.tables import open_run
from sim.study.discovery import Found, Question, discover_in
from sim.study.parts import write_part
from sim.study.rows import names


def run_with(folder: Path, n: int, *, planted: bool, facts: bool = True) -> Path:
    """Make the folder of a comparison in which relief fails when bridges are shut in the cold, or at random."""
    rng = np.random.default_rng(3)
    x = {
        "temp_c": rng.uniform(-20.0, 30.0, n), "bridges_closed": rng.integers(0, 6, n).astype(float),
        "is_night": rng.integers(0, 2, n).astype(float),
    }
    cold = (x["temp_c"] < 0.0) & (x["bridges_closed"] >= 3.0)
    missed = np.where(cold, rng.random(n) < 0.9, rng.random(n) < 0.05) if planted else rng.random(n) < 0.3
    rows = np.arange(n, dtype=np.int32)
    tables = {
        "measures": {
            "layout": names(["a"] * n), "replication": rows, "measure": names(["m"] * n), "zone": names([""] * n),
            "value": np.where(missed, np.inf, 1.0),
        },
    }
    if facts:
        tables["scenarios"] = {
            "replication": np.repeat(rows, 3), "fact": names(list(x) * n),
            "value": np.array(list(x.values())).T.ravel(),
        }
    (folder / "parts").mkdir()
    write_part(folder / "parts", 0, n - 1, tables, 1.0)
    manifest = {"kind": "study", "identity": {"inputs": {}}, "seed": 1, "layouts": ["a"], "finished": None}
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def ask(folder: Path, **question: object) -> Found:
    return discover_in(open_run(folder), replace(Question(measure="m", sense="<=", limit=10.0), **question))


def test_a_planted_box_is_found_and_holds_on_fresh_disasters(tmp_path: Path) -> None:
    found = ask(run_with(tmp_path, 600, planted=True))
    assert found.is_finding
    assert {(limit.input, limit.kind) for limit in found.box.limits} == {
        ("temp_c", "at_most"), ("bridges_closed", "at_least"),
    }
    assert next(limit.value for limit in found.box.limits if limit.input == "bridges_closed") == 3.0
    assert abs(next(limit.value for limit in found.box.limits if limit.input == "temp_c")) < 2.0
    assert found.fresh.coverage > 0.7
    assert found.fresh.density > 0.7 > 2 * found.fresh.base_rate
    assert found.chance == 0.01


def test_noise_is_no_finding(tmp_path: Path) -> None:
    assert not ask(run_with(tmp_path, 400, planted=False)).is_finding


def test_the_same_question_has_the_same_answer(tmp_path: Path) -> None:
    folder = run_with(tmp_path, 400, planted=True)
    assert ask(folder).box == ask(folder).box


@pytest.mark.parametrize(("n", "facts", "question", "code"), [
    (400, False, {}, "discovery.no_facts"),
    (50, True, {}, "discovery.small"),
    (400, True, {"limit": np.inf}, "discovery.none"),
    (400, True, {"limit": 0.5}, "discovery.all"),
    (400, True, {"measure": "n"}, "study.no_measure"),
    (400, True, {"layout": "b"}, "discovery.no_layout"),
])
def test_what_cannot_be_told_is_refused(
    n: int, facts: bool, question: dict[str, object], code: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        ask(run_with(tmp_path, n, planted=True, facts=facts), **question)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert "{" not in problem.line("zh") + problem.line("en")
