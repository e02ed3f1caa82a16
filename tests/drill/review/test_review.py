"""The folder ``aar``: complete, equal for equal input, marked on every page, every row and finding in it."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from drill.review.logs import csv_log, event, timed
from drill.sample import sample
from python_calamine import CalamineWorkbook
from ruamel.yaml import YAML

from sim.common.texts import catalogue
from sim.drill import model as m
from sim.drill.review.model import AsRun, ReviewResult
from sim.drill.review.review import review_drill

MARK = "【演练】"
NAMES = {
    "as_run.json", "trend.csv", "演练评估报告.docx", "AAR-IP.docx", "对比表.xlsx", "整改台账.xlsx",
    "timeline.svg", "timeline-en.svg", "findings.csv", "rows.csv", "to_confirm.csv", "params.calibrated.yaml",
    "observations.csv",
}
ROWS = [
    event("开始", "09:00"), event("收到", "09:05", "I-001"), timed("A-001-1", "09:40"), timed("A-001-2", "09:45"),
    ("", "", "到达", "10:40", "消防一站", "A-001-3 应采取的行动", ""), timed("A-002-1", "", "未做"),
    ("", "", "观察", "10:00", "媒体", "记者到场采访", ""), timed("A-001-1", "99:99"),
]


def review(out: Path, drill: m.Drill | None = None) -> ReviewResult:
    out.mkdir(exist_ok=True)
    return review_drill(drill or sample(), csv_log(out / "log.csv", ROWS), out)


def test_everything_is_written_and_equal_for_equal_input(tmp_path: Path) -> None:
    first, second = review(tmp_path / "a"), review(tmp_path / "b")
    assert {file.name for file in first.files} == NAMES
    for one, other in zip(first.files, second.files, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_every_row_is_counted(tmp_path: Path) -> None:
    result = review(tmp_path)
    assert (result.count("matched"), result.count("extra"), result.count("rejected")) == (6, 1, 1)
    rows = list(csv.DictReader((tmp_path / "aar" / "rows.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == len(ROWS)


def test_every_paper_carries_the_mark(tmp_path: Path) -> None:
    for file in review(tmp_path).files:
        if file.suffix == ".docx":
            parts = zipfile.ZipFile(file)
            marked = [name for name in parts.namelist() if name.startswith(("word/header", "word/footer"))]
            assert len(marked) >= 2
            assert all(MARK in parts.read(name).decode() for name in marked)
        elif file.suffix == ".xlsx":
            parts = zipfile.ZipFile(file)
            for name in parts.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    assert parts.read(name).decode().count(MARK) >= 2, "header and footer"
        elif file.suffix == ".svg":
            assert MARK in file.read_text(encoding="utf-8")


def test_findings_name_clause_evidence_and_measure(tmp_path: Path) -> None:
    result = review(tmp_path)
    kinds = {each.action.action_id: each.kind for each in result.findings if each.action}
    assert kinds["A-001-1"] == "deficiency", "35 minutes against a limit of 30"
    assert kinds["A-002-1"] == "deficiency", "not done"
    for each in result.findings:
        assert all((*each.issue, *each.evidence, *each.measure, *each.unit))
        assert each.start < each.due
    late = next(each for each in result.findings if each.action and each.action.action_id == "A-001-1")
    assert "待核对" in late.clause.zh
    assert "to be checked" in late.clause.en
    assert "35.0" in late.evidence.en


def test_a_late_trigger_is_no_finding(tmp_path: Path) -> None:
    result = review(tmp_path)
    assert "A-001-2" not in {each.action.action_id for each in result.findings if each.action}


def test_the_comparison_holds_every_action_in_both_languages(tmp_path: Path) -> None:
    review(tmp_path)
    book = CalamineWorkbook.from_path(str(tmp_path / "aar" / "对比表.xlsx"))
    assert book.sheet_names == ["对比", "记录各行", "Comparison", "Rows", "整改台账", "Improvement plan"]
    for name in ("对比", "Comparison"):
        rows = book.get_sheet_by_name(name).to_python()
        assert [row[0] for row in rows[2:]] == [each.action_id for each in sample().actions]


def test_suggested_parameters_are_never_accepted_by_themselves(tmp_path: Path) -> None:
    review(tmp_path)
    said = YAML(typ="safe").load((tmp_path / "aar" / "params.calibrated.yaml").read_text(encoding="utf-8"))
    assert said["applied"] is False
    assert said["factors"]
    assert not any(each["accept"] for each in said["factors"])
    assert all(each["interval95"][0] < each["after"] < each["interval95"][1] for each in said["factors"])


def test_earlier_drills_count(tmp_path: Path) -> None:
    review(tmp_path / "a")
    drill = sample()
    again = replace(drill, overview=replace(drill.overview, drill_id="drill-second"))
    log = csv_log(tmp_path / "log.csv", ROWS)
    result = review_drill(again, log, tmp_path / "b", earlier=[tmp_path / "a" / "aar" / "observations.csv"])
    assert {each.drills for each in result.updates} == {2}
    same = review_drill(drill, log, tmp_path / "c", earlier=[tmp_path / "a" / "aar" / "observations.csv"])
    assert {each.drills for each in same.updates} == {1}, "a drill is not its own predecessor"


def test_a_simulation_of_the_drill_as_it_was_run_goes_beside(tmp_path: Path) -> None:
    seen: list[AsRun] = []

    def resimulate(drill: m.Drill, as_run: AsRun) -> Mapping[str, tuple[float | None, ...]]:
        seen.append(as_run)
        return {"A-001-1": tuple(float(v) for v in range(100))}

    log = csv_log(tmp_path / "log.csv", ROWS)
    result = review_drill(sample(), log, tmp_path, resimulate=resimulate)
    assert seen[0].injects == (("I-001", 5.0),)
    assert dict(seen[0].done)["A-001-1"] == 40.0
    first = result.timeliness[0]
    assert first.u_as_run is not None
    assert first.u_as_run.value == pytest.approx(0.355, abs=0.01)
    assert review(tmp_path / "plain").timeliness[0].u_as_run is None


def test_what_was_only_said_shows_no_figure(tmp_path: Path) -> None:
    log = csv_log(tmp_path / "log.csv", [timed("A-001-1", "09:08", "口述")])
    result = review_drill(sample(), log, tmp_path)
    book = CalamineWorkbook.from_path(str(tmp_path / "aar" / "对比表.xlsx"))
    rows = book.get_sheet_by_name("Comparison").to_python()
    said = dict(zip(rows[1], rows[2], strict=True))
    assert said["Time (min)"] == said["Actual T+ (min)"] == said["Percentile u"] == said["Score"] == ""
    assert result.overall.judged == 0
    assert not result.updates


def test_templates_with_items_score_by_item(tmp_path: Path) -> None:
    result = review(tmp_path, replace(sample(), evaluation_template="score100"))
    assert sum(each.expected for each in result.scores) == 4
    assert result.total is not None
    known = [each for each in result.scores if each.score is not None]
    assert result.total == pytest.approx(sum(e.weight * (e.score or 0) for e in known) / sum(e.weight for e in known))


def test_both_languages_have_the_same_sentences() -> None:
    keys = [{key for key in catalogue(lang) if "review." in key} for lang in ("zh", "en")]
    assert keys[0] == keys[1]


def test_how_many_are_late_by_chance(tmp_path: Path) -> None:
    drill = sample()
    copies = replace(drill.simulation, late_shares=(0, 0, 0, 0, 0, 1, 1, 1, 2, 3))
    log = [event("收到", "09:05", "I-001")]
    log += [timed("A-001-1", "09:40"), timed("A-001-2", "09:45"), timed("A-001-3", "09:58")]
    result = review_drill(replace(drill, simulation=copies), csv_log(tmp_path / "log.csv", log), tmp_path)
    assert (result.overall.judged, result.overall.beyond_p90) == (3, 1), "35 min, P90 is 20; the others keep theirs"
    assert result.overall.p_binomial == pytest.approx(1 - 0.9**3)
    assert result.overall.p_joint == 0.5
    assert result.overall.joint_actions == 4
    none = replace(drill, simulation=replace(drill.simulation, late_shares=()))
    assert review_drill(none, tmp_path / "log.csv", tmp_path).overall.p_joint is None


def test_the_issue_says_what_was_wrong(tmp_path: Path) -> None:
    issues = {each.action.action_id: each.issue.en for each in review(tmp_path).findings if each.action}
    assert "missed the limit" in issues["A-001-1"]
    assert "not done by the end" in issues["A-002-1"]
