"""``turnout drill review``: logs as people keep them, doubtful matches, earlier drills; nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from commands import Turnout, speak_english
from drill.review.logs import csv_log
from drill.sample import sample

from sim.drill.store import write_drill

HEAD = ("记录类型", "时间", "行动编号", "情况编号", "单位", "内容", "完成情况")
PLAIN = (
    ("开始", "09:00", "", "", "", "", ""), ("收到", "09:05", "", "I-001", "", "", ""),
    ("", "09:17", "A-001-1", "", "", "", ""), ("", "09:25", "A-001-2", "", "", "", ""),
    ("", "09:40", "A-001-3", "", "", "", ""),
)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_english(monkeypatch)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "package" / "data").mkdir(parents=True)
    write_drill(sample(), tmp_path / "package" / "data" / "drill.json")
    return tmp_path / "package"


def log(package: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEAD, encoding: str = "utf-8") -> Path:
    return csv_log(package / "log.csv", rows, header, encoding)


def workbook(package: Path, rows: Sequence[Sequence[object]], title: str = "") -> Path:
    """A workbook with a merged title over the head."""
    path = package / "log.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("现场记录")
    first = 0
    if title:
        sheet.merge_range(0, 0, 0, len(rows[0]) - 1, title)
        sheet.merge_range(1, 0, 1, len(rows[0]) - 1, "记录人：甲")
        first = 2
    for i, row in enumerate(rows, start=first):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    book.close()
    return path


def outcomes(package: Path) -> list[dict[str, str]]:
    with (package / "aar" / "rows.csv").open(encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def actuals(said: str) -> dict[str, str]:
    """What the table says of each action: the minutes since its trigger."""
    found = {}
    for line in said.splitlines():
        cells = [cell for cell in line.split("  ") if cell.strip()]
        if line.startswith("A-"):
            found[line[:7]] = cells[3].strip()
    return found


def reviewed(turnout: Turnout, path: Path, package: Path, *more: str) -> dict[str, str]:
    """Review *path*; as many rows are told of as the log has."""
    status, said, complaints = turnout("drill", "review", str(path), "--drill", str(package), *more)
    assert status == 0, complaints
    return actuals(said)


TRUTH = {"A-001-1": "12.0", "A-001-2": "8.0", "A-001-3": "15.0"}


def is_the_truth(found: dict[str, str]) -> bool:
    return {key: found[key] for key in TRUTH} == TRUTH


def test_a_plain_log(turnout: Turnout, package: Path) -> None:
    status, said, noted = turnout("drill", "review", str(log(package, PLAIN)))
    assert status == 0
    assert is_the_truth(actuals(said))
    assert "drill: drill-sample" in noted, "which drill was taken"
    assert "5 rows of the log: 5 matched, 0 extra, 0 rejected" in said
    assert "findings: deficiency 0, corrective action 0, improvement " in said
    assert "no stage.json" in noted
    assert {each.name for each in (package / "aar").iterdir()} >= {"AAR-IP.docx", "演练评估报告.docx", "对比表.xlsx"}


def test_a_log_in_chinese(turnout: Turnout, package: Path) -> None:
    status, said, noted = turnout("drill", "review", str(log(package, PLAIN)), "--lang", "zh")
    assert status == 0
    assert "记录 5 行：匹配 5，额外 0，拒收 0" in said
    assert "百分位" in said
    assert "演练：drill-sample" in noted


# ---- logs as people keep them --------------------------------------------------------------


@pytest.mark.parametrize(
    "times",
    [
        ("2027-05-12T10:00+09:00", "2027-05-12T10:05+09:00", "2027-05-12T10:17+09:00", "2027-05-12T10:25+09:00",
         "2027-05-12T10:40+09:00"),
        ("2027-05-12T01:00Z", "2027-05-12T01:05Z", "2027-05-12T01:17Z", "2027-05-12T01:25Z", "2027-05-12T01:40Z"),
        ("10:00+09:00", "10:05+09:00", "10:17+09:00", "10:25+09:00", "10:40+09:00"),
        ("上午9时整", "9时05分", "9点17分", "上午9时25分", "9时40分"),
        ("T+0", "T+5", "+17min", "T+0:25", "D+0 H+0 M+40"),
        ("0900", "0905", "0917", "0925", "0940"),
    ],
)
def test_other_zones_and_ways_to_write_a_time(turnout: Turnout, package: Path, times: tuple[str, ...]) -> None:
    rows = [(row[0], at, *row[2:]) for row, at in zip(PLAIN, times, strict=True)]
    assert is_the_truth(reviewed(turnout, log(package, rows), package))


def test_a_log_in_gb18030(turnout: Turnout, package: Path) -> None:
    assert is_the_truth(reviewed(turnout, log(package, PLAIN, encoding="gb18030"), package))


def test_a_log_with_pauses(turnout: Turnout, package: Path) -> None:
    """A quarter of an hour's break after the report, not ended by noon for the last one."""
    rows = [
        *PLAIN[:3], ("暂停", "09:18", "", "", "", "", ""), ("恢复", "09:33", "", "", "", "", ""),
        ("", "09:40", "A-001-2", "", "", "", ""), ("", "09:55", "A-001-3", "", "", "", ""),
    ]
    assert is_the_truth(reviewed(turnout, log(package, rows), package))


def test_a_drill_past_midnight(turnout: Turnout, package: Path) -> None:
    drill = sample()
    late = replace(drill, overview=replace(drill.overview, start="23:30"))
    write_drill(late, package / "data" / "drill.json")
    times = ("23:30", "23:35", "23:47", "23:55", "00:10")
    rows = [(row[0], at, *row[2:]) for row, at in zip(PLAIN, times, strict=True)]
    assert is_the_truth(reviewed(turnout, log(package, rows), package))


def test_a_workbook_with_merged_titles(turnout: Turnout, package: Path) -> None:
    path = workbook(package, [HEAD, *PLAIN], "某市地震演练现场记录表")
    assert is_the_truth(reviewed(turnout, path, package))
    assert [row["row"] for row in outcomes(package)] == ["4", "5", "6", "7", "8"], "lines as the workbook counts them"


def test_a_workbook_with_serial_times(turnout: Turnout, package: Path) -> None:
    minutes = (540, 545, 557, 565, 580)
    rows = [(row[0], at / 1440.0, *row[2:]) for row, at in zip(PLAIN, minutes, strict=True)]
    assert is_the_truth(reviewed(turnout, workbook(package, [HEAD, *rows]), package))


def test_a_wide_log(turnout: Turnout, package: Path) -> None:
    """One row for each action, plan beside actual; without a mark the planned STARTEX and inject times stand in."""
    header = ("行动编号", "应采取的行动", "计划时间", "实际完成时间", "完成情况", "备注")
    rows = [
        ("A-001-1", "接报", "09:17", "09:17", "完成", ""), ("A-001-2", "下令", "09:25", "09:25", "完成", ""),
        ("A-001-3", "到场", "09:40", "09:40", "完成", ""), ("A-002-1", "预警", "10:25", "", "未做", "系统故障"),
        ("A-002-2", "救援", "", "", "", ""),
    ]
    found = reviewed(turnout, log(package, rows, header), package)
    assert {key: found[key] for key in ("A-001-2", "A-001-3")} == {"A-001-2": "8.0", "A-001-3": "15.0"}
    assert float(found["A-001-1"]) == pytest.approx(12.0, abs=0.5)
    assert found["A-002-1"].startswith("> ")
    assert len(outcomes(package)) == 5


def test_a_log_without_times_says_what_was_done_and_not_how_fast(turnout: Turnout, package: Path) -> None:
    header = ("行动编号", "完成情况", "内容")
    rows = [("A-001-1", "完成", ""), ("A-001-2", "部分", ""), ("", "完成", "给记者打了电话")]
    status, said, _ = turnout("drill", "review", str(log(package, rows, header)), "--drill", str(package))
    assert status == 0
    assert set(actuals(said).values()) <= {"—", "> 155.0"}
    assert "3 rows of the log: 2 matched, 1 extra, 0 rejected" in said
    assert "done, not timed" in said


def test_no_row_is_lost_and_each_bad_one_has_its_reason(turnout: Turnout, package: Path) -> None:
    rows = [
        *PLAIN, ("", "9:77", "A-002-1", "", "", "", ""), ("跳舞", "09:50", "", "", "", "", ""),
        ("收到", "09:51", "", "I-099", "", "", ""), ("", "06:58", "", "", "市应急指挥部", "提前到场", ""),
        ("", "09:55", "A-999-9", "", "", "", ""), ("", "09:56", "", "", "路人", "有人围观", ""),
    ]
    status, said, _ = turnout("drill", "review", str(log(package, rows)), "--drill", str(package), "--dry-run")
    assert status == 0
    assert "11 rows of the log: 5 matched, 2 extra, 4 rejected" in said
    assert "its time cannot be read" in said
    assert not (package / "aar").exists(), "a dry run writes nothing"
    reviewed(turnout, log(package, rows), package, "--yes")
    found = outcomes(package)
    assert [int(row["row"]) for row in found] == list(range(2, 13))
    assert all(row["reason"] for row in found if row["outcome"] == "rejected")
    assert all(row["outcome"] in ("matched", "extra", "rejected") for row in found)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("log.csv", "甲,乙\n1,2\n".encode(), "no header"),
        ("log.csv", b"", "no header"),
        ("log.xlsx", b"this is no workbook", "log.xlsx"),
        ("log.csv", "记录类型,时间,行动编号\n".encode(), "log.csv"),
    ],
)
def test_a_file_that_is_no_log_is_refused_in_a_line(
    turnout: Turnout, package: Path, name: str, content: bytes, said: str
) -> None:
    (package / name).write_bytes(content)
    status, _, complaint = turnout("drill", "review", str(package / name), "--drill", str(package))
    assert status == 2
    assert said in complaint
    assert len(complaint.strip().splitlines()) == 1
    assert not (package / "aar").exists()


# ---- which drill ---------------------------------------------------------------------------


def test_a_log_elsewhere_names_its_drill(
    turnout: Turnout, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    kept = home / "results" / "drills" / "drill-sample" / "drill-sample" / "data"
    kept.mkdir(parents=True)
    write_drill(sample(), kept / "drill.json")
    desk = tmp_path / "desk" / "today" / "in"
    desk.mkdir(parents=True)
    rows = [(*row, "drill-sample") for row in PLAIN]
    path = csv_log(desk / "log.csv", rows, (*HEAD, "演练编号"))
    monkeypatch.chdir(home)
    status, said, noted = turnout("drill", "review", str(path), "--out", str(tmp_path / "out"))
    assert status == 0, noted
    assert is_the_truth(actuals(said))
    assert "results/drills/drill-sample/drill-sample/data/drill.json" in noted
    assert (tmp_path / "out" / "aar" / "findings.csv").is_file()


def test_a_log_of_nobody_asks_for_its_drill(
    turnout: Turnout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    path = csv_log(tmp_path / "a" / "b" / "c" / "log.csv", PLAIN, HEAD)
    status, _, complaint = turnout("drill", "review", str(path))
    assert status == 2
    assert "--drill" in complaint


def test_the_log_of_another_drill_is_not_taken(turnout: Turnout, package: Path) -> None:
    path = csv_log(package / "log.csv", [(*row, "drill-2025") for row in PLAIN], (*HEAD, "演练编号"))
    status, _, complaint = turnout("drill", "review", str(path))
    assert status == 2
    assert "drill-2025" in complaint


def test_a_damaged_neighbour_is_no_hindrance(turnout: Turnout, tmp_path: Path) -> None:
    """Three folders down, so that what other tests leave around this one's folder is out of sight."""
    here = tmp_path / "a" / "b" / "c"
    (here / "another").mkdir(parents=True)
    (here / "another" / "drill.json").write_text("{", encoding="utf-8")
    named = csv_log(here / "log.csv", [(*row, "drill-2025") for row in PLAIN], (*HEAD, "演练编号"))
    status, _, complaint = turnout("drill", "review", str(named))
    assert status == 2
    assert "drill-2025" in complaint
    mute = csv_log(here / "log.csv", PLAIN, HEAD)
    status, _, complaint = turnout("drill", "review", str(mute))
    assert status == 2
    assert "another" in complaint


# ---- doubtful matches ----------------------------------------------------------------------

DOUBT = (*PLAIN[:2], ("", "09:16", "", "", "公安局", "A-001-1 电话询问并记录时间", ""))


def test_doubtful_matches_wait_for_a_person(turnout: Turnout, package: Path) -> None:
    path = log(package, DOUBT)
    status, said, complaint = turnout("drill", "review", str(path))
    assert status == 2
    assert "电话询问" in said
    assert "--confirmed" in complaint
    assert not (package / "aar" / "AAR-IP.docx").exists()
    sheet = package / "aar" / "to_confirm.csv"
    with sheet.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows] == ["4"]
    target = rows[0]["action_id"]
    filled = sheet.read_text(encoding="utf-8-sig").rstrip("\n") + "1\n"
    answers = package / "answers.csv"
    answers.write_bytes(filled.encode("gb18030"))
    status, said, _ = turnout("drill", "review", str(path), "--confirmed", str(answers))
    assert status == 0
    assert actuals(said)[target] != "—"
    answers.write_bytes(filled.replace(",1\n", ",0\n").encode("gb18030"))
    status, said, _ = turnout("drill", "review", str(path), "--confirmed", str(answers))
    assert status == 0
    assert actuals(said)[target] == "—", "a person said that it is something else"


@pytest.mark.parametrize("answer", [True, False])
def test_at_a_terminal_it_is_asked(
    turnout: Turnout, package: Path, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda said: asked.append(said) or answer)
    status, said, _ = turnout("drill", "review", str(log(package, DOUBT)))
    assert status == 0
    assert len(asked) == 1
    assert "row 4 '公安局 A-001-1 电话询问并记录时间'" in asked[0]
    assert f"{3 if answer else 2} matched, {0 if answer else 1} extra" in said


def test_yes_is_remembered(turnout: Turnout, package: Path) -> None:
    path = log(package, DOUBT)
    assert turnout("drill", "review", str(path), "--yes")[0] == 0
    status, said, noted = turnout("drill", "review", str(path))
    assert status == 0
    assert "confirmed.csv" in noted
    assert "3 matched" in said
    assert "3 rows" in said


# ---- several drills ------------------------------------------------------------------------


def held_before(turnout: Turnout, folder: Path, number: int) -> Path:
    drill = sample()
    (folder / "data").mkdir(parents=True)
    overview = replace(drill.overview, drill_id=f"drill-{number}", date=f"2026-0{number}-10")
    write_drill(replace(drill, overview=overview), folder / "data" / "drill.json")
    assert turnout("drill", "review", str(log(folder, PLAIN)), "--drill", str(folder))[0] == 0
    return folder


def test_earlier_drills_stand_beside_this_one(turnout: Turnout, package: Path, tmp_path: Path) -> None:
    before = [held_before(turnout, tmp_path / f"d{number}", number) for number in (1, 2, 3, 4)]
    words = [word for folder in before for word in ("--earlier", str(folder))]
    reviewed(turnout, log(package, PLAIN), package, *words)
    with (package / "aar" / "trend.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["drill_id"] for row in rows][::3] == ["drill-1", "drill-2", "drill-3", "drill-4", "drill-sample"]
    picture = (package / "aar" / "trend-en.svg").read_text(encoding="utf-8")
    assert picture.count("<circle") == len(rows)
    assert 'stroke-width="1.5"' in picture, "five drills: a line"
    few = [word for folder in before[:2] for word in ("--earlier", str(folder))]
    reviewed(turnout, log(package, PLAIN), package, *few)
    assert 'stroke-width="1.5"' not in (package / "aar" / "trend-en.svg").read_text(encoding="utf-8")
    assert (package / "aar" / "params.calibrated.yaml").read_text(encoding="utf-8").count("    drills: 3") == 3


def test_a_folder_without_a_review_is_refused(turnout: Turnout, package: Path, tmp_path: Path) -> None:
    status, _, complaint = turnout(
        "drill", "review", str(log(package, PLAIN)), "--earlier", str(tmp_path / "package" / "data")
    )
    assert status == 2
    assert "observations.csv" in complaint


def test_without_a_stage_nothing_can_be_simulated(turnout: Turnout, package: Path) -> None:
    for option in ("--as-run", "--calibrate"):
        status, _, complaint = turnout("drill", "review", str(log(package, PLAIN)), option)
        assert status == 2
        assert "stage.json" in complaint
    assert turnout("drill", "review", str(log(package, PLAIN)), "--no-as-run")[0] == 0


def test_times_of_another_day_are_doubted(turnout: Turnout, package: Path) -> None:
    rows = [(row[0], f"2027-05-13T{row[1]}", *row[2:]) for row in PLAIN[1:]]  # nobody wrote when it began
    status, _, noted = turnout("drill", "review", str(log(package, rows)), "--drill", str(package), "--dry-run")
    assert status == 0
    assert "4 of 4 rows with a time lie more than 2 h" in noted
    assert "lie more than" not in turnout("drill", "review", str(log(package, PLAIN)), "--dry-run")[2]
