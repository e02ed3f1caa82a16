"""A diff in words: every difference has its line or its number, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from drill.sheets.edits import HEAD, NAMES, WHOLE, cells_of, exported, new_row, put, row_of, save, two_goals

from sim.drill.sheets.diff import Diff
from sim.drill.sheets.diff_text import diff_lines
from sim.drill.sheets.roundtrip import read_msel


@pytest.fixture(scope="module")
def diff(tmp_path_factory: pytest.TempPathFactory) -> Diff:
    folder = tmp_path_factory.mktemp("diff")
    cells = cells_of(exported(two_goals(), folder))
    put(cells, "msel", "I-001", "ex_time", "09:12")
    put(cells, "msel", "I-001", "mode", "radio")
    put(cells, "msel", "I-001", "title_en", "")
    put(cells, "msel", "C-001", "to_unit", "外星人")
    put(cells, "overview", "venues", "value_zh", "新的指挥中心")
    new_row(cells, **WHOLE)
    cells[NAMES["msel"]].remove(row_of(cells, "msel", "I-002"))
    for row in cells[NAMES["msel"]][HEAD + 1 :]:
        row[0] = 77
    return read_msel(save(cells, folder / "edited.xlsx"), two_goals())


def test_chinese(diff: Diff) -> None:
    said = "\n".join(diff_lines(diff, "zh"))
    for wanted in (
        "改动 4 处：", "I-001 演练时间：09:05 (T+5) → 09:12 (T+12)", "I-001 注入方式：电话 → 电台",
        "标题（英文）：I-001 secret title → （空）", "地点 内容（中文）：市应急指挥中心 → 新的指挥中心",
        "新增情况 1 条：", "I-003（情况，09:30 (T+30)）记者来电", "I-002，连同 A-002-1, A-002-2, W-1", "外星人",
        "MSEL主清单·序号：11 处，由记录生成", "另 5 处",
    ):
        assert wanted in said, wanted


def test_english(diff: Diff) -> None:
    said = "\n".join(diff_lines(diff, "en"))
    for wanted in (
        "4 changes:", "I-001, Exercise Time (wall): 09:05 (T+5) → 09:12 (T+12)", "phone → radio", "→ (empty)",
        "1 new inject:", "I-003 (inject, 09:30 (T+30)) The press calls", "I-002, and with it A-002-1, A-002-2, W-1",
        "[MSEL主清单 MSEL]", "there is no unit", "MSEL, Event No.: 11, made from the record", "5 more",
    ):
        assert wanted in said, wanted
    changes = [line for line in said.splitlines() if "→" in line and not line.lstrip().startswith("MSEL")]
    assert not [line for line in changes if "演练时间" in line]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_has_a_heading_with_its_number(diff: Diff, lang: str) -> None:
    lines = diff_lines(diff, lang)
    heads = [line for line in lines[1:] if not line.startswith("  ")]
    counts = [len(each) for each in (diff.changes, diff.added, diff.removed, diff.problems, diff.cautions, diff.kept)]
    assert len(heads) == sum(map(bool, counts))
    for head, count in zip(heads, filter(None, counts), strict=True):
        assert str(count) in head


def test_no_difference_is_one_line() -> None:
    for lang in ("zh", "en"):
        (line,) = diff_lines(Diff(file="03.xlsx"), lang)
        assert "03.xlsx" in line


def test_values_are_told_short(tmp_path: Path) -> None:
    cells = cells_of(exported(two_goals(), tmp_path))
    put(cells, "msel", "I-001", "message_zh", "长" * 500 + "\n" + "句")
    diff = read_msel(save(cells, tmp_path / "e.xlsx"), two_goals())
    (change,) = [line for line in diff_lines(diff, "zh") if "→" in line]
    assert len(change) < 200
