"""The file of a batch: read whole, written so that it can be run again, every mistake with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from folders import CITY, LAYOUTS, ROOT

from sim.common.errors import InputError
from sim.study.batch.model import HazardEntry, StopRule
from sim.study.batch.read import MOST_CELLS, read_batch, write_batch

LINES = [
    "id: mine",
    "name: {zh: 我的, en: mine}",
    f"city: {CITY}",
    f"hazards: [{CITY}/earthquakes/m55.yaml, {{file: {CITY}/earthquakes/m65-day.yaml, weight: 2, per_year: 0.01}}]",
    f"layouts: [{LAYOUTS}/current.yaml, {LAYOUTS}/spread-rescue.yaml]",
    "parameters: {report_deadline_min: [30, 60.5], kit_cold_c: [3]}",
    "replications: 12",
    "seed: 7",
]
STOP = "stop: {measure: deaths, relative: 0.1, min_replications: 20, max_replications: 400}"


def batch(folder: Path, **changes: str | None) -> Path:
    """Write the plain batch with lines changed, added or (``None``) left out."""
    lines = {line.split(":")[0]: line for line in LINES}
    for key, line in changes.items():
        lines[key] = line if line is not None else "#"
    path = folder / "batch.yaml"
    path.write_text("\n".join(lines.values()) + "\n", encoding="utf-8")
    return path


def problems(path: Path) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as raised:
        read_batch(path)
    for lang in ("zh", "en"):
        assert all(raised.value.lines(lang))
    return [(problem.code, problem.row, problem.column) for problem in raised.value.problems]


def test_a_batch_is_read(tmp_path: Path) -> None:
    study = read_batch(batch(tmp_path, overrides="overrides: {relief_limit_h: 9}"))
    assert (study.study_id, study.replications, study.seed, study.stop) == ("mine", 12, 7, None)
    assert study.hazards == (
        HazardEntry(file=CITY / "earthquakes" / "m55.yaml"),
        HazardEntry(file=CITY / "earthquakes" / "m65-day.yaml", weight=2.0, per_year=0.01),
    )
    assert study.parameters == {"report_deadline_min": (30.0, 60.5), "kit_cold_c": (3.0,)}
    assert study.overrides == {"relief_limit_h": 9.0}


def test_a_rule_to_stop_says_how_many_replications_there_are_at_most(tmp_path: Path) -> None:
    study = read_batch(batch(tmp_path, replications=None, stop=STOP))
    assert study.replications == 400
    assert study.stop == StopRule(measure="deaths", half_width=None, relative=0.1, min_replications=20)


@pytest.mark.parametrize("changes", [{}, {"replications": None, "stop": STOP}, {"overrides": "overrides: {kit_h: 9}"}])
def test_it_can_be_written_and_read_again(changes: dict[str, str | None], tmp_path: Path) -> None:
    first = read_batch(batch(tmp_path, **changes))
    (tmp_path / "run").mkdir()
    write_batch(first, tmp_path / "run" / "study.yaml")
    assert replace(read_batch(tmp_path / "run" / "study.yaml"), file=first.file) == first


@pytest.mark.parametrize("path", sorted((ROOT / "experiments").glob("batch-*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_batch_can_be_read_and_has_both_names(path: Path) -> None:
    shipped = read_batch(path)
    assert shipped.study_id == path.stem
    assert shipped.name.zh != shipped.name.en


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"seed": None}, ("study.missing_key", None, "seed")),
        ({"speed": "speed: 3"}, ("study.unknown_key", 9, "speed")),
        ({"hazards": "hazards: []"}, ("form.empty_list", 4, "hazards")),
        ({"hazards": "hazards: m55.yaml"}, ("form.not_a_list", 4, "hazards")),
        ({"hazards": "hazards: [none.yaml]"}, ("study.missing_path", 4, "hazards")),
        ({"hazards": "hazards: [{file: none.yaml}]"}, ("study.missing_path", 4, "hazards")),
        ({"hazards": f"hazards: [{CITY}/earthquakes/m55.yaml, {{file: {CITY}/earthquakes/m55.yaml}}]"},
         ("study.file_twice", 4, "hazards")),
        ({"hazards": f"hazards: [{{file: {CITY}/earthquakes/m55.yaml, weight: 0}}]"}, ("form.more_than", 4, "weight")),
        ({"layouts": f"layouts: [{LAYOUTS}/current.yaml, {LAYOUTS}/current.yaml]"},
         ("study.layout_twice", 5, "layouts")),
        ({"parameters": "parameters: {kit_cold_c: 3}"}, ("form.not_a_list", 6, "parameters.kit_cold_c")),
        ({"parameters": "parameters: {kit_cold_c: []}"}, ("form.empty_list", 6, "parameters.kit_cold_c")),
        ({"parameters": "parameters: {kit_cold_c: [3, 4, 3]}"}, ("study.value_twice", 6, "parameters.kit_cold_c")),
        ({"overrides": "overrides: {kit_cold_c: 1}"}, ("study.override_and_parameter", 6, "parameters.kit_cold_c")),
        ({"parameters": f"parameters: {{kit_cold_c: {list(range(MOST_CELLS))}}}"}, ("study.many_cells", 6, None)),
        ({"replications": None}, ("study.no_replications", None, "replications")),
        ({"stop": STOP}, ("study.replications_and_stop", 7, "replications")),
        ({"replications": None, "stop": STOP.replace("relative: 0.1, ", "")}, ("study.how_narrow", 9, "stop")),
        ({"replications": None, "stop": STOP.replace("relative: 0.1", "relative: 0.1, half_width: 2")},
         ("study.how_narrow", 9, "stop")),
        ({"replications": None, "stop": STOP.replace("20", "19")}, ("form.at_least", 9, "stop.min_replications")),
    ],
)
def test_every_mistake_is_told_with_its_line(
    changes: dict[str, str | None], found: tuple[str, int | None, str | None], tmp_path: Path
) -> None:
    assert problems(batch(tmp_path, **changes)) == [found]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = batch(tmp_path, hazards="hazards: [none.yaml]", seed="seed: -1", layouts="layouts: [no.yaml]")
    assert [code for code, _, _ in problems(path)] == ["study.missing_path", "study.missing_path", "form.at_least"]


def test_an_unknown_key_of_a_hazard_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_batch(batch(tmp_path, hazards=f"hazards: [{{file: {CITY}/earthquakes/m55.yaml, wait: 1}}]"))
    assert "known: weight" in raised.value.lines("en")[0]
