"""The grid: which cells there are, what each is played with, and what decides its numbers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from folders import cell as change_cell
from folders import copy_examples
from folders import replace as change_text

from sim.common.errors import InputError
from sim.hazard.draw import draw
from sim.study.batch.cells import HAZARD, fingerprint, identity, load_grid
from sim.study.batch.model import BatchStudy, HazardEntry, cell_id, hazard_seed
from sim.study.batch.read import read_batch
from sim.study.folder import differences
from sim.study.inputs import load

CITY = Path("scenarios", "shizuishan")


@pytest.fixture
def mine(here: Path, tmp_path: Path) -> Path:
    """A copy of the examples and the grid, to spoil."""
    copy_examples(tmp_path)
    shutil.copy(here / "experiments" / "grid.yaml", tmp_path / "experiments")
    return tmp_path


def grid_in(folder: Path) -> BatchStudy:
    return read_batch(folder / "experiments" / "grid.yaml")


def test_cells_are_all_combinations_hazard_by_hazard(study: BatchStudy) -> None:
    asked = replace(study, parameters={"report_deadline_min": (30.0, 60.0), "kit_cold_c": (1.0, 2.0)})
    points = [(cell.hazard_id, cell.kind, *cell.point.values()) for cell in load_grid(asked).cells]
    ours = [("release-random", "chemical", a, b) for a in (30.0, 60.0) for b in (1.0, 2.0)]
    assert points == ours + [("flash-random", "flood", *values[2:]) for values in ours]


def test_a_parameter_that_a_hazard_does_not_know_does_not_multiply_its_cells(study: BatchStudy) -> None:
    grid = load_grid(replace(study, parameters={"town_people_per_km2": (4000.0, 8000.0)}))
    assert [(cell.hazard_id, dict(cell.point)) for cell in grid.cells] == [
        ("release-random", {"town_people_per_km2": 4000.0}), ("release-random", {"town_people_per_km2": 8000.0}),
        ("flash-random", {}),
    ]
    assert [inputs.hazard.coefficients.get("town_people_per_km2") for inputs in grid.inputs] == [4000.0, 8000.0, None]


def test_a_cell_is_played_with_what_a_study_with_its_numbers_would_be(study: BatchStudy) -> None:
    asked = replace(
        study, parameters={"report_deadline_min": (30.0,), "town_people_per_km2": (4000.0,)},
        overrides={"kit_cold_c": 1.0},
    )
    grid = load_grid(asked)
    alone = load(
        study.city, study.hazards[0].file, study.layouts,
        {"report_deadline_min": 30.0, "town_people_per_km2": 4000.0, "kit_cold_c": 1.0}, str(study.file),
    )
    ours = grid.inputs[0]
    assert dict(ours.plan.coefficients) == dict(alone.plan.coefficients)
    assert dict(ours.hazard.coefficients) == dict(alone.hazard.coefficients)
    assert [layout.layout_id for layout in ours.layouts] == [layout.layout_id for layout in alone.layouts]
    assert len({id(inputs.city) for inputs in grid.inputs}) == 1


def test_the_dice_depend_on_seed_and_hazard_alone(study: BatchStudy) -> None:
    seeds = [cell.seed for cell in load_grid(study).cells]
    assert seeds[0] == seeds[1] != seeds[2] == seeds[3]
    assert seeds[0] == hazard_seed(5, "release-random")
    assert [cell.seed for cell in load_grid(replace(study, hazards=study.hazards[1:])).cells] == seeds[2:]
    assert load_grid(replace(study, seed=6)).cells[0].seed != seeds[0]
    assert all(0 <= seed < 2**48 for seed in seeds)


def test_points_of_the_parameters_meet_the_same_disasters(study: BatchStudy) -> None:
    grid = load_grid(study)
    for r in range(3):
        first, second = (
            draw(inputs.hazard, inputs.city, cell.seed, r)
            for cell, inputs in zip(grid.cells[2:], grid.inputs[2:], strict=True)
        )
        assert first.demands.kind == second.demands.kind
        assert first.demands.real_min.tolist() == second.demands.real_min.tolist()


def test_a_grid_that_grows_keeps_the_cells_that_it_has(study: BatchStudy) -> None:
    few = load_grid(replace(study, hazards=study.hazards[:1]))
    more = load_grid(replace(study, parameters={"report_deadline_min": (15.0, 30.0, 60.0)}))
    assert {cell.cell_id for cell in few.cells} < {cell.cell_id for cell in more.cells}
    assert len({cell.cell_id for cell in more.cells}) == 6


def test_a_cell_is_another_one_if_its_hazard_or_its_values_are() -> None:
    ids = {
        cell_id("a", "x", {}), cell_id("a", "y", {}), cell_id("a", "x", {"k": 1.0}), cell_id("a", "x", {"k": 2.0}),
        cell_id("b", "x", {}),
    }
    assert len(ids) == 5
    assert cell_id("a/b=c %", "x", {}).startswith("a_b_c__-")
    assert cell_id("a", "x", {"k": 1.0, "l": 2.0}) == cell_id("a", "x", {"l": 2.0, "k": 1.0})


def test_problems_of_all_files_are_told_together(mine: Path) -> None:
    change_text("floods/flash-random.yaml", "hazard: flood", "hazard: flut")(mine / CITY)
    change_text("current.yaml", "changes: []", "changes: [{remove: T99}]")(mine / "experiments" / "layouts")
    with pytest.raises(InputError) as raised:
        load_grid(grid_in(mine))
    assert [problem.file for problem in raised.value.problems] == ["flash-random.yaml", "current.yaml"]


def test_hazards_with_one_id_are_refused(mine: Path) -> None:
    study = grid_in(mine)
    copy = study.hazards[0].file.with_name("again.yaml")
    shutil.copy(study.hazards[0].file, copy)
    with pytest.raises(InputError) as raised:
        load_grid(replace(study, hazards=(*study.hazards, HazardEntry(file=copy))))
    assert [(p.code, p.file) for p in raised.value.problems] == [("study.same_hazard_id", "again.yaml")]


def test_a_coefficient_that_nobody_knows_is_refused(study: BatchStudy) -> None:
    with pytest.raises(InputError) as raised:
        load_grid(replace(study, parameters={"kit_cold": (1.0,)}, overrides={"sigma_event": 0.1}))
    found = [(problem.code, problem.column) for problem in raised.value.problems]
    assert found == [("unknown_coefficient", "overrides.sigma_event"), ("unknown_coefficient", "parameters.kit_cold")]


# ---- what decides the numbers --------------------------------------------------------------


def changed(before: BatchStudy, now: BatchStudy) -> list[str]:
    return differences(identity(before), identity(now), growing=HAZARD)


def test_the_identity_names_what_has_changed(mine: Path, study: BatchStudy) -> None:
    ours = grid_in(mine)
    assert changed(study, ours) == []
    change_cell("teams.csv", 3, "people", "99")(mine / CITY)
    change_text("floods/flash-random.yaml", "en: ", "en: My ")(mine / CITY)
    assert changed(study, ours) == ["city/teams.csv", "hazard/floods/flash-random.yaml"]
    other = replace(study, seed=6, overrides={"kit_cold_c": 1.0}, township_replications=9)
    assert changed(study, other) == ["seed 5 → 6", "overrides.kit_cold_c - → 1.0", "township_replications 5 → 9"]


def test_what_decides_no_number_of_a_cell_is_no_change(study: BatchStudy) -> None:
    for same in (
        replace(study, replications=99), replace(study, parameters={}), replace(study, hazards=study.hazards[1:]),
        replace(study, confidence=0.9),
    ):
        assert changed(study, same) == []
        assert changed(same, study) == []


def test_hazards_that_the_grid_does_not_have_are_no_inputs(mine: Path, study: BatchStudy) -> None:
    (mine / CITY / "own").mkdir()
    (mine / CITY / "own" / "mine.yaml").write_text("hazard: earthquake\n", encoding="utf-8")
    (mine / CITY / "earthquakes" / "m55.yaml").write_text("hazard: earthquake\n", encoding="utf-8")
    names = fingerprint(grid_in(mine))
    assert names == fingerprint(study)
    assert [name for name in names if "flash" in name or "release" in name] == [
        "hazard/chemicals/release-random.yaml", "hazard/floods/flash-random.yaml",
    ]
