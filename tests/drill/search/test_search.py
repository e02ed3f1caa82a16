"""A whole search on the reference city, small: same for any number of workers, proved on copies of its own, honest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drill.search.designs import SMALL, written

from sim.common.errors import InputError
from sim.drill.ask.read import DrillInputs, read_design, read_inputs
from sim.drill.design import Design, Found
from sim.drill.seek import search as module
from sim.drill.seek.found import found_lines, read_found, write_found
from sim.drill.seek.search import idle_teams, search, stage_of
from sim.drill.seek.stress import summed, values_of
from sim.drill.seek.tried import FRESH, copy_seed

FEWER = {
    "PRIOR": 16, "SCREEN": 8, "FIRST_COPIES": 2, "SECOND_COPIES": 4, "GENERATIONS": 1, "LITTER": 8, "CHILDREN": 3,
    "SHORT_LIST": 4, "ROOTS": 1, "ROUNDS": 2, "POINTS": 2,
}
ONE_KNOB = "vary: {release.hole_mm: [8, 30]}\nspan_h: 2\nalternatives: 2\nreplications: 20\n"
TWO_WISHES = SMALL + "  - {kind: utilisation, capability: hazmat, band: [0.0, 0.5]}\n"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FEWER.items():
        monkeypatch.setattr(module, name, value)


def found_in(folder: Path, body: str, more: str, workers: int = 1) -> tuple[Design, DrillInputs, Found]:
    design = read_design(written(folder, body, more))
    inputs = read_inputs(design)
    return design, inputs, search(design, inputs, workers=workers)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_search_is_the_same_with_any_number_of_workers_and_its_proof_can_be_played_again(tmp_path: Path) -> None:
    design, inputs, found = found_in(tmp_path, SMALL, ONE_KNOB)
    assert search(design, inputs, workers=2) == found
    assert len(found.choices) == 2
    assert found.copies > 40
    assert found.screened >= 8
    choice = found.choices[0]
    stage = replace(stage_of(design, inputs, choice), seed=copy_seed(design.seed))
    again = [
        values_of(design.wishes, inputs.city, inputs.plan, stage, FRESH + number)[0][0]
        for number in range(design.replications)
    ]
    proof = summed(design.wishes[0], np.array(again))
    stress = choice.stresses[0]
    assert (stress.achieved, stress.low, stress.high) == tuple(
        round(value, 4) for value in (proof.estimate, proof.low, proof.high)
    )
    assert stress.met == (0.4 <= stress.achieved <= 0.6)
    assert stress.replications == 20
    assert all(0.01 < each.realism <= 1.0 for each in found.choices)


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_several_wishes_breed_teams_may_be_out_and_what_was_found_is_kept(tmp_path: Path) -> None:
    more = ONE_KNOB + "teams_out: 2\nunits: [T01, T13]\n"
    design, inputs, found = found_in(tmp_path, TWO_WISHES, more)
    assert not {team for choice in found.choices for team in choice.teams_out} & set(design.units)
    for choice in found.choices:
        stage = stage_of(design, inputs, choice)
        assert not {team.team_id for team in stage.layout.teams} & set(choice.teams_out)
        assert (stage.seed, stage.scenario.horizon_min) == (design.seed, 120.0)
    file = tmp_path / "alternatives.json"
    write_found(found, file)
    first = file.read_bytes()
    assert read_found(file, design) == found
    write_found(read_found(file, design), file)
    assert file.read_bytes() == first
    for lang in ("zh", "en"):
        said = "\n".join(found_lines(found, lang))
        assert "{" not in said
        assert str(found.choices[0].replication) in said
    design.file.write_text(design.file.read_text(encoding="utf-8") + "seed: 9\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_found(file, design)
    assert [problem.code for problem in caught.value.problems] == ["found.other_design"]


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_a_band_that_nothing_reaches_is_told_honestly(tmp_path: Path) -> None:
    body = SMALL.replace("measure: gas_hurt, limit: 20", "measure: gas_hurt, limit: 1000000")
    _, _, found = found_in(tmp_path, body, ONE_KNOB)
    assert found.choices
    assert not any(stress.met for choice in found.choices for stress in choice.stresses)
    assert "40%" in found.nearest.en
    assert "40%" in found.nearest.zh
    assert found.explained == ("", "")


def test_wishes_that_only_the_plan_can_show_are_no_search(tmp_path: Path) -> None:
    body = SMALL[: SMALL.index("  - {kind")] + "  - {kind: participation, band: [0.5, 1.0]}\n"
    design = read_design(written(tmp_path, body))
    with pytest.raises(InputError) as caught:
        search(design, read_inputs(design))
    assert caught.value.problems[0].code == "design.no_simulated"


def test_teams_that_take_part_are_never_out_of_service(tmp_path: Path) -> None:
    body = SMALL[: SMALL.index("  - {kind")] + "  - {kind: utilisation, capability: hazmat, band: [0.5, 1.0]}\n"
    design = read_design(written(tmp_path, body, "units: [T13]\nteams_out: 3\n"))
    inputs = read_inputs(design)
    idle = idle_teams(design, inputs.plan, inputs.layout)
    has = {team.team_id: team.capabilities for team in inputs.layout.teams}
    assert idle
    assert "T13" not in idle
    assert all("hazmat" in has[team] for team in idle)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": "9"}', '{"version": "1.0"}'])
def test_a_broken_file_of_alternatives_is_said(content: str, tmp_path: Path) -> None:
    file = tmp_path / "alternatives.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_found(file, read_design(written(tmp_path)))
    assert all(line for lang in ("zh", "en") for line in caught.value.lines(lang))
    with pytest.raises(InputError):
        read_found(tmp_path / "none.json", read_design(written(tmp_path)))


@pytest.mark.parametrize(
    ("draws", "order"),
    [([1, 2, 3], [0, 1, 2]), ([1, 1, 1, 2], [0, 1, 3, 2]), ([], []), ([5, 5, 5, 5], [0, 1, 2, 3])],
)
def test_no_draw_takes_the_places_of_the_others(draws: list[int], order: list[int]) -> None:
    assert module._spread_over_draws(draws, range(len(draws))) == order
