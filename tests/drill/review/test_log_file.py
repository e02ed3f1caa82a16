"""A log as it comes: encodings, titles above, any order of columns, English heads, wide forms; no row is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from drill.review.logs import HEADER, csv_log, event, timed
from drill.sample import sample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.common.errors import InputError
from sim.drill.review.log_file import read_log
from sim.drill.review.model import EXTRA, MATCHED, REJECTED
from sim.drill.review.review import dry_run

ROWS = [event("开始", "09:00"), event("收到", "9时06分", "I-001"), timed("A-001-1", "09:18", "完成")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    rows = read_log(csv_log(tmp_path / "log.csv", ROWS, encoding=encoding), sample())
    assert [row.event for row in rows] == ["startex", "received", ""]
    assert rows[2].status == "done"
    assert rows[2].end is not None
    assert rows[2].end.minutes == 558.0


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    book.close()
    return path


def test_a_workbook_with_titles_and_another_sheet_before(tmp_path: Path) -> None:
    title: list[list[object]] = [["现场记录表（样例演练）"], [], ["填表说明：时间写北京时间"]]
    log = [*title, list(HEADER), *map(list, ROWS)]
    path = workbook(tmp_path / "log.xlsx", {"概览": [["演练名称", "样例"]], "现场记录": log})
    rows = read_log(path, sample())
    assert [row.row for row in rows] == [5, 6, 7], "line numbers are those of the spreadsheet"
    assert rows[2].action_id == "A-001-1"


def test_a_merged_title_over_the_head(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("任意")
    sheet.merge_range(0, 0, 0, 6, "某市演练现场记录")
    sheet.write_row(1, 0, HEADER)
    sheet.write_row(2, 0, ("A-001-1", "", "", 558 / 1440))
    book.close()
    rows = read_log(path, sample())
    assert len(rows) == 1
    assert rows[0].end is not None
    assert rows[0].end.minutes == 558.0


def test_english_heads_any_order_unknown_columns(tmp_path: Path) -> None:
    header = ("weather", "status", "time_actual", "code", "unit")
    rows = read_log(csv_log(tmp_path / "log.csv", [("fine", "done", "09:18", "a-001-1", "U")], header), sample())
    assert ("weather", "fine") in rows[0].cells
    assert dry_run(sample(), tmp_path / "log.csv")[0].target == "A-001-1"


def test_bilingual_heads(tmp_path: Path) -> None:
    header = ("行动编号 Action ID", "时间 Time", "完成情况 Status")
    rows = read_log(csv_log(tmp_path / "log.csv", [("A-001-1", "09:18", "完成 done")], header), sample())
    assert (rows[0].action_id, rows[0].status) == ("A-001-1", "done")


def test_the_wide_form_has_plan_and_actual(tmp_path: Path) -> None:
    header = ("行动编号", "期望行动", "计划时间", "实际时间")
    rows = read_log(csv_log(tmp_path / "log.csv", [("A-001-1", "报告", "09:17", "09:18")], header), sample())
    assert rows[0].end is not None
    assert rows[0].end.minutes == 558.0


def test_an_activity_log_of_time_and_activity(tmp_path: Path) -> None:
    path = csv_log(tmp_path / "log.csv", [("09:18", "what A-001-1 asks for")], ("Date/Time", "Notable Activities"))
    assert dry_run(sample(), path)[0].target == "A-001-1"


def test_without_a_header_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no header"):
        read_log(csv_log(tmp_path / "log.csv", [("1", "2")], ("a", "b")), sample())
    with pytest.raises(InputError):
        read_log(tmp_path / "missing.csv", sample())
    (tmp_path / "bad.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(InputError):
        read_log(tmp_path / "bad.xlsx", sample())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (timed("A-001-1", "99:99"), "bad_time"), (timed("A-001-1", "09:18", "也许"), "bad_status"),
        (timed("A-999-9", "09:18"), "unknown_action"), (event("收到", "09:05", "I-777"), "unknown_inject"),
        (event("暂停", ""), "no_time"), (event("恢复", ""), "no_time"),
        (event("飞行", "09:05"), "bad_event_type"),
        (("", "", "", "09:05", "消防", "", ""), "no_content"), (timed("A-001-1", "07:30"), "before_start"),
    ],
)
def test_reasons(tmp_path: Path, row: tuple[str, ...], reason: str) -> None:
    (found,) = dry_run(sample(), csv_log(tmp_path / "log.csv", [row]))
    assert (found.outcome, found.reason) == (REJECTED, reason)


def test_a_printed_line_left_blank_is_no_mistake(tmp_path: Path) -> None:
    rows = [event("开始", ""), event("情况下达", "", "I-001"), timed("A-001-1", ""), timed("A-001-2", "09:20")]
    found = dry_run(sample(), csv_log(tmp_path / "log.csv", rows))
    assert [each.outcome for each in found] == [MATCHED] * 4
    assert found[3].timed.ex_min == 20.0, "the planned start stands in"


def test_the_log_of_another_drill_is_rejected(tmp_path: Path) -> None:
    path = csv_log(tmp_path / "log.csv", [("other", "A-001-1", "09:18")], ("演练编号", "行动编号", "时间"))
    assert dry_run(sample(), path)[0].reason == "other_drill"


CELL = st.sampled_from(
    ["", "A-001-1", "A-001-2", "A-9", "I-001", "开始", "暂停", "恢复", "收到", "到达", "09:10", "9时40分", "T+50",
     "坏", "完成", "未做", "消防救援一站", "A-001-3 应采取的行动", "路人围观"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[CELL] * 7), min_size=1, max_size=12))
def test_no_row_is_dropped(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    kept = [row for row in rows if any(row)]
    if not kept:
        return
    found = dry_run(sample(), csv_log(tmp_path / "log.csv", rows))
    assert len(found) == len(kept)
    assert all(each.outcome in (MATCHED, EXTRA, REJECTED) for each in found)
    assert all(bool(each.reason) == (each.outcome == REJECTED) for each in found)
    assert all(bool(each.target) == (each.outcome == MATCHED) for each in found)


@pytest.mark.parametrize(
    ("column", "said", "reason"),
    [("时间基准", "月球时间", "bad_time_basis"), ("校时差", "快一点", "bad_clock_offset"),
     ("precision_s", "fine", "bad_precision_s")],
)
def test_what_a_time_rests_on_is_not_guessed(tmp_path: Path, column: str, said: str, reason: str) -> None:
    path = csv_log(tmp_path / "log.csv", [("A-001-1", "09:18", said)], ("行动编号", "时间", column))
    assert dry_run(sample(), path)[0].reason == reason


def test_one_column_of_numbers_for_news_and_actions(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("时间,编号,内容\n09:05,I-001,来电\n09:18,A-001-1,已报告\n", encoding="utf-8")
    found = {each.timed.row.row: (each.outcome, each.target) for each in dry_run(sample(), log)}
    assert found == {2: (MATCHED, "I-001"), 3: (MATCHED, "A-001-1")}
