"""Inputs of a study: read once, checked whole; their fingerprint changes with whatever decides a result."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from folders import cell, copy_examples
from folders import replace as change_text

from sim.common.errors import InputError
from sim.study.inputs import _modules, fingerprint, load_inputs
from sim.study.model import Study
from sim.study.read import read_study

THREE = """\
id: three
name: {zh: 三, en: three}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m65-day.yaml
layouts: [layouts/current.yaml, layouts/forward-depots.yaml, layouts/spread-rescue.yaml]
replications: 5
seed: 1
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    copy_examples(tmp_path)
    (tmp_path / "experiments" / "three.yaml").write_text(THREE, encoding="utf-8")
    return tmp_path


def demo(here: Path) -> Study:
    return read_study(here / "experiments" / "three.yaml")


def test_everything_is_read(here: Path) -> None:
    inputs = load_inputs(demo(here))
    assert [layout.layout_id for layout in inputs.layouts] == ["current", "forward-depots", "spread-rescue"]
    assert inputs.hazard.magnitude == 6.5
    assert len(inputs.ledger.teams) == 60


def test_overrides_find_their_table_and_unknown_ones_are_told(here: Path) -> None:
    study = demo(here)
    inputs = load_inputs(replace(study, overrides={"kit_cold_c": -3.0, "sigma_event": 0.0}))
    assert inputs.plan.coefficients["kit_cold_c"] == -3.0
    assert inputs.hazard.coefficients["sigma_event"] == 0.0
    with pytest.raises(InputError) as raised:
        load_inputs(replace(study, overrides={"kit_cold": -3.0}))
    assert [(p.code, p.column) for p in raised.value.problems] == [("unknown_coefficient", "overrides.kit_cold")]


def test_problems_of_ledger_layouts_and_hazard_are_told_together(here: Path) -> None:
    city = here / "scenarios" / "shizuishan"
    change_text("m65-day.yaml", "magnitude: 6.5", "magnitude: 11")(city / "earthquakes")
    change_text("current.yaml", "changes: []", "changes: [{remove: T99}]")(here / "experiments" / "layouts")
    change_text("spread-rescue.yaml", "id: spread-rescue", "id: forward-depots")(here / "experiments" / "layouts")
    with pytest.raises(InputError) as raised:
        load_inputs(demo(here))
    files = [problem.file for problem in raised.value.problems]
    assert files == ["m65-day.yaml", "current.yaml", "spread-rescue.yaml"]
    cell("teams.csv", 3, "people", "-1")(city)
    with pytest.raises(InputError) as raised:
        load_inputs(demo(here))
    assert {problem.file for problem in raised.value.problems} == {"m65-day.yaml", "teams.csv"}


def test_the_fingerprint_follows_what_decides_a_result(here: Path) -> None:
    study = demo(here)
    before = fingerprint(study)
    assert before == fingerprint(study)
    city = here / "scenarios" / "shizuishan"
    for path, name in (
        (city / "teams.csv", "city/teams.csv"), (city / "plan" / "targets.csv", "city/plan/targets.csv"),
        (city / "earthquakes" / "m65-day.yaml", "scenario/m65-day.yaml"),
        (here / "experiments" / "layouts" / "current.yaml", "layout/0/current.yaml"),
    ):
        content = path.read_bytes()
        path.write_bytes(content + b"\n")
        after = fingerprint(study)
        assert {key for key in before if before[key] != after[key]} == {name}
        path.write_bytes(content)
    assert fingerprint(study) == before


def test_the_fingerprint_leaves_out_what_does_not(here: Path) -> None:
    study = demo(here)
    before = fingerprint(study)
    city = here / "scenarios" / "shizuishan"
    (city / "earthquakes" / "m55.yaml").write_text("another hazard", encoding="utf-8")
    (city / ".DS_Store").write_bytes(b"x")
    (city / "~$teams.xlsx").write_bytes(b"x")
    (here / "experiments" / "layouts" / "mine.yaml").write_text("another layout", encoding="utf-8")
    assert fingerprint(study) == before


def test_the_program_is_part_of_the_fingerprint(here: Path) -> None:
    hashes = fingerprint(demo(here))
    assert len(hashes["program"]) == 64
    assert "table/plan/response.csv" in hashes
    assert any(name.startswith("table/hazard/") for name in hashes)


def test_the_program_is_hashed_with_the_packages_inside_its_layers() -> None:
    names = [path for path, _ in _modules(files("sim").joinpath("hazard"), "hazard")]
    assert "hazard/earthquake.py" in names
    assert "hazard/flood/river.py" in names
    assert len(names) == len(set(names))
