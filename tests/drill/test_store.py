"""drill.json: what is written comes back, equal drills give equal bytes, and every mistake is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from drill.sample import sample

from sim.common.errors import InputError
from sim.drill.store import dumps, read_drill, schema, write_drill


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "drill.json"
    write_drill(sample(), file)
    assert read_drill(file) == sample()
    assert dumps(read_drill(file)) == file.read_text(encoding="utf-8")


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    tree = json.loads(dumps(sample()))
    tree["overview"]["window_min"] = "three hours"
    del tree["injects"][0]["mode"]
    tree["units"][1]["colour"] = "red"
    tree["actions"][0]["benchmark"]["values"] = 3
    file = tmp_path / "drill.json"
    file.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_drill(file)
    found = {(problem.code, problem.column) for problem in caught.value.problems}
    assert found == {
        ("drill.wrong_field", "overview.window_min"), ("drill.missing_field", "injects[0].mode"),
        ("drill.unknown_field", "units[1].colour"), ("drill.wrong_field", "actions[0].benchmark.values"),
    }


@pytest.mark.parametrize("words", ["", "[1", '{"schema_version": "0.1"}', "[]"])
def test_what_is_no_drill_is_refused(tmp_path: Path, words: str) -> None:
    file = tmp_path / "drill.json"
    file.write_text(words, encoding="utf-8")
    with pytest.raises(InputError):
        read_drill(file)


def test_the_schema_knows_every_record() -> None:
    found = schema()
    assert {"Drill", "Inject", "Action", "Benchmark", "PublicWarning", "Text"} <= set(found["$defs"])
    assert found["$ref"] == "#/$defs/Drill"
    assert "p95" in found["$defs"]["Benchmark"]["required"]
