"""A drill's stage, kept in a file and set again: the same disaster to the last bit, or a refusal; a review on it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from commands import speak_english
from drill.review.logs import csv_log

from sim.cli import main
from sim.common.errors import InputError
from sim.common.types import Text
from sim.drill.ask.read import DrillInputs, read_design, read_inputs
from sim.drill.build.build import World, build_drill
from sim.drill.build.provenance import scenario_sha256
from sim.drill.copies import Stage, play_copy
from sim.drill.design import Choice, Design
from sim.drill.moments import READERS, moment_min
from sim.drill.recipe import FILE, Recipe, read_recipe, recipe_of, stage_of, write_recipe
from sim.drill.seek.search import stage_of as stage_of_choice
from sim.drill.store import write_drill

ROOT = Path(__file__).resolve().parents[3]
DESIGN = """
id: small
name: {{zh: 小演练, en: Small drill}}
city: {root}/scenarios/shizuishan
hazard: {root}/scenarios/shizuishan/earthquakes/m55.yaml
layout: {root}/experiments/layouts/current.yaml
date: 2026-05-12
notice: blind
stress:
  - {{kind: reporting, deadline_min: 30, until_min: 360, band: [0.0, 1.0]}}
"""
NOTHING = Text("", "")
CHOICE = Choice(
    number=1, seed=1, replication=0, changes={"magnitude": 5.6}, teams_out=("T01",), stresses=(), realism=0.5,
    realism_text=NOTHING, differs=NOTHING,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, DrillInputs, Stage]:
    file = tmp_path_factory.mktemp("design") / "small.yaml"
    file.write_text(DESIGN.format(root=ROOT), encoding="utf-8")
    design = read_design(file)
    inputs = read_inputs(design)
    return design, inputs, stage_of_choice(design, inputs, CHOICE)


def kept(made: tuple[Design, DrillInputs, Stage], folder: Path) -> Recipe:
    design, _, stage = made
    write_recipe(recipe_of(design, CHOICE, stage), folder / FILE)
    return read_recipe(folder / FILE)


def test_the_same_stage_comes_back(made: tuple[Design, DrillInputs, Stage], tmp_path: Path) -> None:
    _, inputs, stage = made
    recipe = kept(made, tmp_path)
    again = stage_of(recipe, inputs.city, inputs.plan, tmp_path / FILE)
    assert scenario_sha256(again.scenario) == scenario_sha256(stage.scenario)
    assert [team.team_id for team in again.layout.teams] == [team.team_id for team in stage.layout.teams]
    assert "T01" not in {team.team_id for team in again.layout.teams}
    assert dict(again.spread) == dict(stage.spread)
    assert again.seed == stage.seed
    assert str(ROOT) not in (tmp_path / FILE).read_text(encoding="utf-8"), "no path of this machine"


def test_another_disaster_is_refused(made: tuple[Design, DrillInputs, Stage], tmp_path: Path) -> None:
    recipe = replace(kept(made, tmp_path), seed=2)
    with pytest.raises(InputError, match="--no-as-run"):
        stage_of(recipe, made[1].city, made[1].plan, tmp_path / FILE)


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"format": "1.0"}'])
def test_what_is_no_recipe_is_refused(said: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(said, encoding="utf-8")
    with pytest.raises(InputError, match=r"stage\.json"):
        read_recipe(tmp_path / FILE)


def test_a_recipe_of_tomorrow_is_refused(made: tuple[Design, DrillInputs, Stage], tmp_path: Path) -> None:
    kept(made, tmp_path)
    tree = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps({**tree, "format": "9"}), encoding="utf-8")
    with pytest.raises(InputError, match="9"):
        read_recipe(tmp_path / FILE)


def clock(ex_min: float) -> str:
    seconds = round((540.0 + ex_min) * 60)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


@pytest.mark.slow
def test_a_whole_drill_of_the_reference_city_is_reviewed_as_run(
    made: tuple[Design, DrillInputs, Stage], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A copy that nobody has seen is written down as a log, every inject ten minutes late, and reviewed."""
    speak_english(monkeypatch)
    design, inputs, stage = made
    world = World(city=inputs.city, plan=inputs.plan, stage=stage)
    drill = build_drill(design, CHOICE, world, replications=8, workers=1)
    (tmp_path / "data").mkdir()
    write_drill(drill, tmp_path / "data" / "drill.json")
    kept(made, tmp_path)
    copy = play_copy(inputs.city, inputs.plan, stage, 900)
    injects = {each.inject_id: each for each in drill.injects if each.kind == "inject"}
    rows = [("开始", clock(0.0), "", "")]
    rows += [("收到", clock((each.ex_min or 0.0) + 10.0), "", key) for key, each in injects.items()]
    for action in drill.actions:
        told = injects[action.inject_id]
        if action.timed and action.trace.step in READERS and told.ex_min is not None and told.sim_min is not None:
            at = told.ex_min + 10.0 + moment_min(action.trace, copy.scenario, copy.log) - told.sim_min
            if np.isfinite(at):
                rows.append(("", clock(at), action.action_id, ""))
    log = csv_log(tmp_path / "log.csv", rows, ("记录类型", "时间", "行动编号", "情况编号"))
    with pytest.raises(SystemExit) as left:
        main(["drill", "review", str(log), "--as-run", "--workers", "1", "--replications", "8"])
    said = capsys.readouterr()
    assert left.value.code in (0, None), said.err
    assert "percentile (as run)" in said.out
    assert "as run: 8 of 8 copies" in said.err
    played = json.loads((tmp_path / "aar" / "as_run.json").read_text(encoding="utf-8"))
    assert len(played["injects"]) == len(injects)
    assert (tmp_path / "aar" / "AAR-IP.docx").is_file()
