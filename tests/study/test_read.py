"""Study files: read whole, written so that they can be run again, every mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import CITY, LAYOUTS, ROOT

from sim.common.errors import InputError
from sim.study.read import read_study, write_study

LINES = [
    "id: mine",
    "name: {zh: 我的, en: mine}",
    f"city: {CITY}",
    f"scenario: {CITY}/earthquakes/m55.yaml",
    f"layouts: [{LAYOUTS}/current.yaml, {LAYOUTS}/spread-rescue.yaml]",
    "replications: 12",
    "seed: 7",
]


def study(folder: Path, **changes: str | None) -> Path:
    """Write the plain study with lines changed, added or (``None``) left out."""
    lines = {line.split(":")[0]: line for line in LINES}
    for key, line in changes.items():
        lines[key] = line if line is not None else "#"
    path = folder / "study.yaml"
    path.write_text("\n".join(lines.values()) + "\n", encoding="utf-8")
    return path


def test_a_study_is_read_and_can_be_written_and_read_again(tmp_path: Path) -> None:
    first = read_study(study(tmp_path, overrides="overrides: {kit_cold_c: 3}", confidence="confidence: 0.9"))
    assert (first.study_id, first.replications, first.seed, first.confidence) == ("mine", 12, 7, 0.9)
    assert first.overrides == {"kit_cold_c": 3.0}
    assert first.layouts[1] == LAYOUTS / "spread-rescue.yaml"
    (tmp_path / "run").mkdir()
    write_study(first, tmp_path / "run" / "study.yaml")
    again = read_study(tmp_path / "run" / "study.yaml")
    for field in first.__dataclass_fields__:
        if field != "file":
            assert getattr(again, field) == getattr(first, field), field


OTHERS = ("batch-", "sensitivity-", "year")
"""How files of other kinds begin."""
STUDIES = [path for path in sorted((ROOT / "experiments").glob("*.yaml")) if not path.name.startswith(OTHERS)]


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_every_shipped_study_can_be_read_and_has_both_names(path: Path) -> None:
    shipped = read_study(path)
    assert shipped.study_id == path.stem
    assert shipped.name.zh != shipped.name.en
    assert shipped.layouts[0].name == "current.yaml"


def test_a_study_in_gb18030_is_read(tmp_path: Path) -> None:
    path = study(tmp_path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert read_study(path).name.zh == "我的"


@pytest.mark.parametrize(
    ("key", "line", "code", "row"),
    [
        ("replications", "replications: 0", "form.at_least", 6),
        ("replications", "replications: -3", "form.at_least", 6),
        ("replications", "replications: 1.5", "form.not_an_integer", 6),
        ("replications", 'replications: "12"', "form.not_an_integer", 6),
        ("replications", "replications: 99999999", "form.at_most", 6),
        ("replications", None, "study.missing_key", None),
        ("seed", "seed: -1", "form.at_least", 7),
        ("confidence", "confidence: 1", "form.less_than", 8),
        ("confidence", "confidence: .nan", "form.not_a_number", 8),
        ("id", "id: a b", "form.bad_id", 1),
        ("id", "id: ../up", "form.bad_id", 1),
        ("name", "name: mine", "form.not_a_mapping", 2),
        ("name", "name: {zh: 我的}", "study.missing_key", 2),
        ("city", "city: nowhere", "study.missing_city", 3),
        ("scenario", "scenario: nowhere.yaml", "study.missing_path", 4),
        ("layouts", "layouts: []", "form.empty_list", 5),
        ("layouts", "layouts: one.yaml", "form.not_a_list", 5),
        ("layouts", "layouts: [one.yaml]", "study.missing_path", 5),
        ("layouts", f"layouts: [{LAYOUTS}/current.yaml, {LAYOUTS}/../layouts/current.yaml]", "study.layout_twice", 5),
        ("extra", "replication: 3", "study.unknown_key", 8),
        ("overrides", "overrides: {a: x}", "form.not_a_number", 8),
        ("seed", "seed: 7\nseed: 8", "bad_yaml", 8),
        ("seed", "seed: [7", "bad_yaml", 8),
    ],
)
def test_a_mistake_is_told_with_its_line(
    key: str, line: str | None, code: str, row: int | None, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as raised:
        read_study(study(tmp_path, **{key: line}))
    (problem,) = raised.value.problems
    assert (problem.code, problem.row) == (code, row)
    assert problem.line("zh")
    assert problem.line("en")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = study(tmp_path, city="city: nowhere", replications="replications: 0", seed="seeds: 1")
    with pytest.raises(InputError) as raised:
        read_study(path)
    codes = [problem.code for problem in raised.value.problems]
    assert codes == ["study.missing_key", "study.missing_city", "form.at_least", "study.unknown_key"]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "study.empty_file"), (b"# nothing yet\n", "study.empty_file"),
    (b"- a", "form.not_a_mapping"), (b"\xff\xff\xff\xff", "study.encoding"),
])
def test_a_file_that_is_no_study_is_told(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as raised:
        read_study(path)
    assert [problem.code for problem in raised.value.problems] == [code]


def test_a_problem_that_the_form_cannot_see_stands_in_its_line(tmp_path: Path) -> None:
    path = study(tmp_path, layouts="layouts: [one.yaml]", city="city: nowhere")
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[::-1]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_study(path)
    rows = [problem.row or 0 for problem in raised.value.problems]
    assert len(rows) == 2
    assert rows == sorted(rows)


def test_a_large_limit_is_told_with_all_its_digits(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_study(study(tmp_path, replications="replications: 99999999999"))
    assert "10000000" in raised.value.lines("en")[0]


def test_a_file_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_study(tmp_path / "none.yaml")
    assert [problem.code for problem in raised.value.problems] == ["study.missing_file"]
