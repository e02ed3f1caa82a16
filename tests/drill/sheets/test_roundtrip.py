"""What a designer edits comes back as exactly that: nothing more, nothing less, nothing silently."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from drill.sample import sample
from drill.sheets.edits import (
    HEAD,
    NAMES,
    WHOLE,
    Cells,
    Serial,
    cells_of,
    exported,
    new_row,
    place,
    put,
    reordered,
    row_of,
    save,
    two_goals,
)

from sim.common.errors import InputError
from sim.common.types import Text
from sim.drill import model as m
from sim.drill.sheets.apply import share_within
from sim.drill.sheets.columns import columns
from sim.drill.sheets.data_files import FILES
from sim.drill.sheets.diff import Diff
from sim.drill.sheets.roundtrip import apply, read_msel
from sim.drill.sheets.write import write_sheets
from sim.drill.store import dumps


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    exported(two_goals(), folder)
    return folder


@pytest.fixture
def cells(written: Path) -> Cells:
    return cells_of(next(written.glob("03*.xlsx")))


def back(cells: Cells, tmp_path: Path) -> Diff:
    return read_msel(save(cells, tmp_path / "edited.xlsx"), two_goals())


def changed(diff: Diff) -> set[tuple[str, str, object]]:
    return {(each.item_id, each.field, each.after) for each in diff.changes}


def nothing_else(diff: Diff, *but: str) -> bool:
    parts = {"changes", "added", "removed", "kept", "problems"} - set(but)
    return not any(getattr(diff, part) for part in parts)


def codes(diff: Diff) -> list[str]:
    return [each.code.removeprefix("sheets.") for each in diff.problems]


def cautioned(diff: Diff) -> list[str]:
    return [each.code.removeprefix("sheets.") for each in diff.cautions]


def inject(drill: m.Drill, item: str) -> m.Inject:
    return next(each for each in drill.injects if each.inject_id == item)


# ---- nothing edited ------------------------------------------------------------------------


def test_what_is_written_comes_back_without_a_difference(written: Path) -> None:
    drill = two_goals()
    for file in [next(written.glob("03*.xlsx")), *(written / "data" / f"{name}.csv" for name in FILES)]:
        diff = read_msel(file, drill)
        assert diff.empty, (file.name, diff)
        assert apply(drill, diff) is drill


def test_another_program_that_saves_it_changes_nothing(cells: Cells, tmp_path: Path) -> None:
    assert back(cells, tmp_path).empty


def test_odd_numbers_and_times_come_back_too(tmp_path: Path) -> None:
    drill = two_goals()
    odd = replace(
        inject(drill, "I-001"), ex_min=5.4999, lon=106.123456789, lat=-0.0000004, controller="  周  ", mode="",
        title=Text("a\r\nb", "\tx\x07"), message=Text("_x0041_", "=1+1"),
    )
    late = replace(inject(drill, "I-002"), ex_min=15 * 60.0 + 7)
    early = replace(drill.actions[0], limit_min=12.345678)
    whole = {"I-001": odd, "I-002": late}
    drill = replace(
        drill, injects=tuple(whole.get(each.inject_id, each) for each in drill.injects),
        actions=(early, *drill.actions[1:]),
    )
    file = exported(drill, tmp_path)
    for each in [file, *(tmp_path / "data" / f"{name}.csv" for name in FILES)]:
        diff = read_msel(each, drill)
        assert diff.empty, (each.name, diff)


@pytest.mark.parametrize("seed", range(4))
def test_order_of_rows_and_columns_and_columns_of_ones_own(seed: int, cells: Cells, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for name in (NAMES["msel"], NAMES["actions"]):
        rows = reordered(cells[name], lambda places: chance.sample(places, len(places)))
        below = rows[HEAD + 1 :]
        chance.shuffle(below)
        cells[name] = [*rows[: HEAD + 1], *below]
    cells[NAMES["msel"]][HEAD].append("我的备注")
    cells[NAMES["msel"]][HEAD + 1].append("看这里")
    diff = back(cells, tmp_path)
    assert [(each.reason, each.field) for each in diff.kept] == [("column", "我的备注")]
    assert nothing_else(diff, "kept")


@pytest.mark.parametrize("language", ["zh", "en", "zh en", "key", "en/zh"])
def test_heads_in_one_language_or_both(language: str, cells: Cells, tmp_path: Path) -> None:
    for sheet, name in NAMES.items():
        heads = {
            "zh": [each.name.zh for each in columns(sheet)], "en": [each.name.en.upper() for each in columns(sheet)],
            "zh en": [f"{each.name.zh} {each.name.en}" for each in columns(sheet)],
            "key": [each.key for each in columns(sheet)],
            "en/zh": [f"{each.name.en}/{each.name.zh}" for each in columns(sheet)],
        }[language]
        cells[name][HEAD] = list(heads)
    put(cells, "msel", "I-001", "mode", "电台")
    diff = back(cells, tmp_path)
    assert changed(diff) == {("I-001", "mode", "radio")}
    assert not diff.kept
    assert not diff.problems


def test_titles_above_and_sheets_of_ones_own(cells: Cells, tmp_path: Path) -> None:
    name = NAMES["msel"]
    cells[name] = [["某市演练"], [], *cells[name]]
    renamed = {"我的清单" if each == name else each: rows for each, rows in cells.items()}
    put(renamed | {name: renamed["我的清单"]}, "actions", "A-001-1", "evaluator", "评估员甲")
    diff = back({"随便": [["a", "b"], ["1", "2"]], **renamed}, tmp_path)
    assert changed(diff) == {("A-001-1", "evaluator", "评估员甲")}


def test_sheets_may_be_missing_and_say_nothing_then(cells: Cells, tmp_path: Path) -> None:
    only = {NAMES["actions"]: cells[NAMES["actions"]]}
    put(only, "actions", "A-001-1", "limit_min", "20 分钟")
    diff = back(only, tmp_path)
    assert changed(diff) == {("A-001-1", "limit_min", 20.0)}
    assert not diff.removed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_of_the_list(encoding: str, written: Path, tmp_path: Path) -> None:
    said = (written / "data" / "injects.csv").read_text(encoding="utf-8-sig")
    file = tmp_path / "injects.csv"
    file.write_bytes(said.replace("I-001：某街道居民楼坍塌", "I-001：某街道学校坍塌").encode(encoding))
    diff = read_msel(file, two_goals())
    assert changed(diff) == {("I-001", "message_zh", "I-001：某街道学校坍塌，多人被困。")}
    assert not diff.kept


# ---- edits ---------------------------------------------------------------------------------

EDITS = [
    ("msel", "I-001", "title_zh", "学校坍塌", "学校坍塌"), ("msel", "I-001", "message_en", "=1+1 two\nlines", None),
    ("msel", "I-001", "mode", "微信", "chat"), ("msel", "I-001", "mode", "social_media", "social_media"),
    ("msel", "I-001", "from_role_en", "a caller", None), ("msel", "I-001", "to_unit", "消防救援一站", "U-02"),
    ("msel", "I-001", "to_unit", "u-02", "U-02"), ("msel", "I-001", "to_unit", "Fire station 1", "U-02"),
    ("msel", "I-001", "to_role_zh", "指挥长", None), ("msel", "I-001", "controller", "导调员乙", None),
    ("msel", "I-001", "location_zh", "某学校", None), ("msel", "I-001", "plan_zh", "防震预案", None),
    ("msel", "I-001", "quote", "", ""), ("msel", "I-001", "checked", "是", True),
    ("msel", "R-01", "condition_zh", "视进展", None), ("msel", "I-002", "objective", "O-1，O-2", ("O-1", "O-2")),
    ("msel", "I-002", "capability", "搜索与救援", "mass_search_rescue"),
    ("msel", "I-002", "materials", "a.png; b c.mp3", ("a.png", "b c.mp3")),
    ("actions", "A-001-2", "standard_en", "told to all", None), ("actions", "A-001-2", "evaluator", "甲", None),
    ("actions", "A-001-1", "limit_min", 25.0, 25.0), ("actions", "A-001-1", "limit_min", "", None),
    ("actions", "A-001-2", "action_zh", "下令出动", None), ("actions", "A-001-1", "clause", "5.1", None),
    ("overview", "name", "value_zh", "夜间强震演练", None), ("overview", "safety_word", "value_en", "STOP", None),
]


@pytest.mark.parametrize(("sheet", "item", "key", "cell", "after"), EDITS)
def test_an_edited_cell_is_that_difference_and_is_applied(
    sheet: str, item: str, key: str, cell: object, after: object, cells: Cells, tmp_path: Path
) -> None:
    drill = two_goals()
    put(cells, sheet, item, key, cell)
    diff = back(cells, tmp_path)
    wanted = after if after is not None or cell == "" else cell
    assert changed(diff) == {(item, key, wanted)}
    assert nothing_else(diff, "changes")
    made = apply(drill, diff)
    assert made.overview.version == drill.overview.version + 1
    assert made != replace(drill, overview=made.overview) or sheet == "overview"
    assert read_msel(exported(made, tmp_path / "again"), made).empty
    again = read_msel(tmp_path / "edited.xlsx", made)
    assert not again.applies, "what was applied is no difference any more"


TIMES = [
    ("09:12", 12.0), ("9时12分", 12.0), ("T+12", 12.0), ("+12min", 12.0), (Serial(9.2 / 24), 12.0), ("0912", 12.0),
    ("2027-05-12 09:12", 12.0), ("D+0 H+0 M+12", 12.0), ("09:12:30", 12.5),
]


@pytest.mark.parametrize(("cell", "minutes"), TIMES)
def test_times_are_read_as_people_write_them(cell: object, minutes: float, cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "ex_time", cell)
    diff = back(cells, tmp_path)
    assert changed(diff) == {("I-001", "ex_time", minutes)}
    made = apply(two_goals(), diff)
    assert inject(made, "I-001").ex_min == minutes
    assert inject(made, "I-001").sim_min == 4.0, "the scenario time stays"
    assert made.time_map == two_goals().time_map
    assert read_msel(exported(made, tmp_path / "again"), made).empty


@pytest.mark.parametrize("cell", ["T+100", 100, "100", "100分钟"])
def test_minutes_alone_move_an_inject_too(cell: object, cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-002", "offset_min", cell)
    assert changed(back(cells, tmp_path)) == {("I-002", "ex_time", 100.0)}


def test_both_columns_of_time_must_agree(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-002", "ex_time", "10:40")
    put(cells, "msel", "I-002", "offset_min", 100)
    assert changed(back(cells, tmp_path)) == {("I-002", "ex_time", 100.0)}
    put(cells, "msel", "I-002", "offset_min", 90)
    diff = back(cells, tmp_path)
    assert codes(diff) == ["time_mixed"]
    assert not diff.changes


def test_a_moved_inject_takes_its_warning_and_place_along_and_keeps_the_order(cells: Cells, tmp_path: Path) -> None:
    drill = two_goals()
    put(cells, "msel", "I-001", "ex_time", "10:55")
    put(cells, "msel", "I-001", "lon", 106.5)
    put(cells, "msel", "I-001", "lat", 38.9)
    put(cells, "msel", "I-001", "title_zh", "改")
    put(cells, "msel", "I-002", "ex_time", "10:20")
    made = apply(drill, back(cells, tmp_path))
    assert [each.inject_id for each in made.injects] == ["X-01", "C-001", "M-1", "I-002", "I-001", "R-01"]
    assert inject(made, "I-001").move_id == "M-2"
    assert (made.warnings[0].ex_min, made.warnings[0].expires_ex_min) == (80.0, 180.0)
    spot = next(each for each in made.places if each.place_id == "I-001")
    assert (spot.from_ex_min, spot.coordinates, spot.name.zh) == (115.0, ((106.5, 38.9),), "改")


def test_what_a_move_breaks_is_said(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "ex_time", "10:55")
    put(cells, "msel", "I-002", "ex_time", "12:50")
    said = cautioned(back(cells, tmp_path))
    assert "over_jump" in said
    assert "spare_stays" in said
    assert "after_endex" in said
    put(cells, "msel", "I-002", "ex_time", "10:05")
    assert "order" in cautioned(back(cells, tmp_path))
    put(cells, "msel", "I-001", "ex_time", "09:50")
    assert cautioned(back(cells, tmp_path)) == ["cut_window", "spare_stays"]


def test_an_action_told_before_what_it_counts_from(cells: Cells, tmp_path: Path) -> None:
    drill = two_goals()
    chained = replace(drill.actions[3], clock="previous", predecessor="A-001-1")
    drill = replace(drill, actions=(*drill.actions[:3], chained, drill.actions[4]))
    put(cells, "msel", "I-001", "ex_time", "11:00")
    diff = read_msel(save(cells, tmp_path / "edited.xlsx"), drill)
    assert "before_predecessor" in cautioned(diff)


def test_a_limit_set_by_hand_is_counted_against_the_law(cells: Cells, tmp_path: Path) -> None:
    put(cells, "actions", "A-001-3", "limit_min", 10)
    diff = back(cells, tmp_path)
    assert {"limit_clause", "stale"} <= set(cautioned(diff))
    made = apply(two_goals(), diff)
    law = made.actions[2].benchmark
    assert law is not None
    within = [value for value in law.values if value is not None and value <= 10]
    assert law.p_meet_limit == len(within) / len(law.values)
    assert law.p_meet_limit < (two_goals().actions[2].benchmark or law).p_meet_limit  # type: ignore[operator]
    never = replace(law, values=(5.0, None, None, 20.0))
    assert share_within(never, 10.0) == 0.25
    assert share_within(never, None) is None


def test_one_language_alone_is_pointed_out(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "title_zh", "学校坍塌")
    assert cautioned(back(cells, tmp_path)) == ["one_language"]
    put(cells, "msel", "I-001", "title_en", "A school has collapsed")
    assert not cautioned(back(cells, tmp_path))


# ---- what the record does not hold ---------------------------------------------------------

KEPT = [
    ("msel", "I-001", "status", "已下达", "fill"), ("msel", "I-001", "delivered_at", Serial(0.4), "fill"),
    ("msel", "I-001", "notes", "迟了", "fill"), ("msel", "I-001", "scenario_time", "2027-01-15 23:00", "auto"),
    ("msel", "I-001", "kind", "备用", "auto"), ("msel", "I-001", "seq", 99, "auto"),
    ("msel", "I-001", "timed", "否", "auto"), ("msel", "I-001", "expected_actions", "A-001-1", "auto"),
    ("msel", "A-001-1", "title_zh", "改", "mirror"), ("msel", "A-001-1", "ex_time", "09:59", "mirror"),
    ("actions", "A-001-1", "p50", 3.0, "auto"), ("actions", "A-001-1", "unit", "U-02", "auto"),
    ("actions", "A-001-1", "actual_time", "09:20", "fill"), ("participants", "U-01", "contact", "0952-1234567", "fill"),
    ("participants", "U-01", "people", 60, "sheet"), ("overview", "date", "value_zh", "2027-06-01", "auto"),
    ("overview", "commander", "value_zh", "某某", "fill"),
]


@pytest.mark.parametrize(("sheet", "item", "key", "cell", "reason"), KEPT)
def test_what_is_not_taken_over_is_listed(
    sheet: str, item: str, key: str, cell: object, reason: str, cells: Cells, tmp_path: Path
) -> None:
    put(cells, sheet, item, key, cell)
    diff = back(cells, tmp_path)
    assert [(each.reason, each.item_id, each.field) for each in diff.kept] == [(reason, item, key)]
    assert nothing_else(diff, "kept")
    assert apply(two_goals(), diff) == two_goals()


def test_rows_of_other_sheets_that_come_or_go_are_listed(cells: Cells, tmp_path: Path) -> None:
    rows = cells[NAMES["participants"]]
    rows.append(["U-09", "新单位"])
    del rows[HEAD + 2]
    diff = back(cells, tmp_path)
    assert [(each.reason, each.item_id) for each in diff.kept] == [("missing", "U-02"), ("new", "")]
    assert not diff.applies


# ---- rows ----------------------------------------------------------------------------------


def test_a_row_without_an_id_is_a_new_inject(cells: Cells, tmp_path: Path) -> None:
    drill = two_goals()
    row = new_row(cells, **WHOLE)
    diff = back(cells, tmp_path)
    (new,) = diff.added
    assert (new.row, new.inject.inject_id, new.inject.ex_min, new.inject.mode) == (row, "I-003", 30.0, "phone")
    assert (new.inject.to_unit, new.inject.move_id, new.inject.sim_min) == ("U-01", "M-1", 29.0)
    assert nothing_else(diff, "added")
    made = apply(drill, diff)
    assert [each.inject_id for each in made.injects] == ["X-01", "I-001", "I-003", "C-001", "M-1", "I-002", "R-01"]
    assert {each.inject_id for each in drill.injects} < {each.inject_id for each in made.injects}
    assert read_msel(exported(made, tmp_path / "again"), made).empty


def test_new_ids_are_the_next_free_ones_of_their_kind(cells: Cells, tmp_path: Path) -> None:
    new_row(cells, **WHOLE)
    new_row(cells, **WHOLE, inject_id="i-003")
    new_row(cells, **(WHOLE | {"kind": "备用", "ex_time": "机动"}))
    new_row(cells, **(WHOLE | {"kind": "应急情况"}), inject_id="C-002")
    new_row(cells, **(WHOLE | {"kind": ""}))
    diff = back(cells, tmp_path)
    assert not diff.problems
    assert [each.inject.inject_id for each in diff.added] == ["I-004", "I-003", "R-02", "C-002", "I-005"]
    assert [each.inject.kind for each in diff.added] == ["inject", "inject", "reserve", "contingency", "inject"]


def test_what_a_new_row_cannot_set_is_listed(cells: Cells, tmp_path: Path) -> None:
    row = new_row(cells, **WHOLE, seq=12, scenario_time="2027-01-15 22:30", notes="x", offset_min=30)
    diff = back(cells, tmp_path)
    assert len(diff.added) == 1
    assert [(each.reason, each.field, each.row) for each in diff.kept] == [
        ("auto", "seq", row), ("auto", "scenario_time", row), ("fill", "notes", row),
    ]


BAD_ROWS = [
    ({"mode": ""}, "incomplete"), ({"title_zh": "", "title_en": ""}, "incomplete"), ({"ex_time": ""}, "incomplete"),
    ({"ex_time": "早上"}, "bad_time"), ({"to_unit": "外星人"}, "unknown_unit"), ({"mode": "烟"}, "unknown_word"),
    ({"objective": "O-9"}, "unknown_objective"), ({"inject_id": "I001"}, "bad_id"), ({"lon": 106.0}, "half_point"),
    ({"kind": "期望行动"}, "new_action"), ({"kind": "时间跳跃"}, "new_move"), ({"clause": "4.1"}, "clause_plan"),
    ({"kind": "应急情况"}, "contingency_id"), ({"kind": "应急情况", "inject_id": "C-077"}, "contingency_id"),
    ({"ex_time": "08:50"}, "before_start"), ({"offset_min": 50}, "time_mixed"),
    ({"lon": 39.0, "lat": 106.0}, "bad_coordinate"),
]


@pytest.mark.parametrize(("said", "code"), BAD_ROWS)
def test_a_row_that_is_no_inject_is_a_problem(
    said: dict[str, object], code: str, cells: Cells, tmp_path: Path
) -> None:
    row = new_row(cells, **(WHOLE | said))
    diff = back(cells, tmp_path)
    assert codes(diff) == [code]
    assert diff.problems[0].row == row
    assert not diff.applies
    for lang in ("zh", "en"):
        assert diff.problems[0].line(lang)


def test_a_row_that_is_gone_is_listed_with_all_that_hangs_on_it(cells: Cells, tmp_path: Path) -> None:
    drill = two_goals()
    cells[NAMES["msel"]].remove(row_of(cells, "msel", "I-002"))
    for item in ("A-002-1", "A-002-2"):
        cells[NAMES["msel"]].remove(row_of(cells, "msel", item))
        cells[NAMES["actions"]].remove(row_of(cells, "actions", item))
    diff = back(cells, tmp_path)
    assert [(each.item_id, each.along) for each in diff.removed] == [("I-002", ("A-002-1", "A-002-2", "W-1"))]
    assert nothing_else(diff, "removed")
    assert "stale" in cautioned(diff)
    made = apply(drill, diff)
    assert len(made.injects) == len(drill.injects) - 1
    assert {each.action_id for each in made.actions} == {"A-001-1", "A-001-2", "A-001-3"}
    assert made.warnings == ()
    assert made.branches[0].injects == ((), ("R-01",))
    assert inject(made, "I-001") == inject(drill, "I-001")
    assert read_msel(exported(made, tmp_path / "again"), made).empty


def test_an_action_that_is_gone_leaves_its_inject(cells: Cells, tmp_path: Path) -> None:
    cells[NAMES["actions"]].remove(row_of(cells, "actions", "A-002-2"))
    cells[NAMES["msel"]].remove(row_of(cells, "msel", "R-01"))
    diff = back(cells, tmp_path)
    assert [(each.what, each.item_id) for each in diff.removed] == [("inject", "R-01"), ("action", "A-002-2")]
    made = apply(two_goals(), diff)
    assert inject(made, "I-002").action_ids == ("A-002-1",)
    assert "R-01" not in {each.inject_id for each in made.injects}


def test_what_others_count_from_stays(cells: Cells, tmp_path: Path) -> None:
    for item in ("A-001-1", "A-001-2"):
        cells[NAMES["actions"]].remove(row_of(cells, "actions", item))
    for item in ("X-01", "M-1"):
        cells[NAMES["msel"]].remove(row_of(cells, "msel", item))
    diff = back(cells, tmp_path)
    assert codes(diff) == ["stays", "stays", "held", "held"]
    assert not diff.removed


def test_two_rows_of_one_id_are_both_left_alone(cells: Cells, tmp_path: Path) -> None:
    rows = cells[NAMES["msel"]]
    copy = list(row_of(cells, "msel", "I-001"))
    copy[place("msel", "title_zh")] = "改"
    rows.insert(HEAD + 4, copy)
    diff = back(cells, tmp_path)
    assert codes(diff) == ["twice"]
    assert not diff.applies


# ---- cells that mean nothing ---------------------------------------------------------------

BAD = [
    ("msel", "I-001", "ex_time", "早上", "bad_time"), ("msel", "I-001", "ex_time", "", "needs_time"),
    ("msel", "I-001", "ex_time", "08:30", "before_start"), ("msel", "M-1", "ex_time", "10:30", "fixed_time"),
    ("msel", "X-01", "ex_time", "09:05", "fixed_time"), ("msel", "I-001", "mode", "烟", "unknown_word"),
    ("msel", "I-001", "mode", "", "needed"), ("msel", "I-001", "to_unit", "外星人", "unknown_unit"),
    ("msel", "I-001", "to_unit", "U-02 市应急指挥部", "unit_mixed"), ("msel", "I-001", "lon", "东", "bad_coordinate"),
    ("msel", "I-001", "lat", "", "half_point"), ("msel", "I-001", "lat", 106.4, "bad_coordinate"),
    ("msel", "I-001", "objective", "O-1, O-7", "unknown_objective"), ("msel", "I-001", "objective", "全部", "no_ids"),
    ("msel", "I-001", "checked", "也许", "unknown_word"), ("msel", "I-001", "capability", "飞行", "unknown_word"),
    ("msel", "X-01", "clause", "4.1", "clause_plan"), ("actions", "A-001-1", "limit_min", "很快", "bad_limit"),
    ("actions", "A-001-1", "limit_min", 0, "bad_limit"), ("actions", "A-001-1", "limit_min", -5, "bad_limit"),
]


@pytest.mark.parametrize(("sheet", "item", "key", "cell", "code"), BAD)
def test_a_cell_that_cannot_be_taken_over_is_a_problem_with_its_place(
    sheet: str, item: str, key: str, cell: object, code: str, cells: Cells, tmp_path: Path
) -> None:
    put(cells, sheet, item, key, cell)
    diff = back(cells, tmp_path)
    assert codes(diff) == [code]
    assert nothing_else(diff, "problems")
    (problem,) = diff.problems
    assert problem.row == cells[NAMES[sheet]].index(row_of(cells, sheet, item)) + 1
    for lang in ("zh", "en"):
        line = problem.line(lang)
        assert problem.column is not None
        assert problem.column in line
    assert apply(two_goals(), diff) == two_goals()


def test_texts_that_are_needed_cannot_be_emptied_in_both_languages(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "title_en", "")
    assert changed(back(cells, tmp_path)) == {("I-001", "title_en", "")}
    put(cells, "msel", "I-001", "title_zh", "")
    diff = back(cells, tmp_path)
    assert codes(diff) == ["needed"]
    assert not diff.changes


def test_other_edits_of_the_row_are_taken_over_beside_a_problem(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "mode", "烟")
    put(cells, "msel", "I-001", "controller", "甲")
    put(cells, "msel", "I-001", "notes", "x")
    diff = back(cells, tmp_path)
    assert changed(diff) == {("I-001", "controller", "甲")}
    assert codes(diff) == ["unknown_word"]
    assert len(diff.kept) == 1


# ---- files ---------------------------------------------------------------------------------


def test_the_workbook_of_another_drill_is_refused(cells: Cells, tmp_path: Path) -> None:
    other = replace(two_goals(), overview=replace(two_goals().overview, drill_id="another"))
    with pytest.raises(InputError) as caught:
        read_msel(save(cells, tmp_path / "edited.xlsx"), other)
    assert caught.value.problems[0].code == "sheets.other_drill"


def test_the_workbook_of_an_older_version_is_pointed_out(cells: Cells, tmp_path: Path) -> None:
    put(cells, "msel", "I-001", "controller", "甲")
    diff = back(cells, tmp_path)
    newer = apply(two_goals(), diff)
    assert "other_version" in cautioned(read_msel(tmp_path / "edited.xlsx", newer))


def test_two_sheets_of_one_kind(cells: Cells, tmp_path: Path) -> None:
    copy = [list(row) for row in cells[NAMES["msel"]]]
    diff = back({"副本": copy, **cells}, tmp_path)
    assert codes(diff) == ["second_sheet"]
    assert diff.problems[0].value == "副本", "the one with its own name is read"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", "标题,情况内容\n甲,乙\n".encode(), b"\x00\xff\xfe"])
def test_a_file_without_a_head_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(InputError):
        read_msel(file, two_goals())
    with pytest.raises(InputError):
        read_msel(tmp_path / "nobody.xlsx", two_goals())


def test_the_record_is_equal_after_no_change(written: Path) -> None:
    drill = two_goals()
    assert dumps(apply(drill, read_msel(next(written.glob("03*.xlsx")), drill))) == dumps(drill)
    assert datetime.fromisoformat(drill.overview.revised_at)


def test_a_limit_set_by_hand_changes_the_difficulty(cells: Cells, tmp_path: Path) -> None:
    drill = two_goals()
    limited = next(action for action in drill.actions if action.limit_min is not None and action.benchmark is not None)
    put(cells, "actions", limited.action_id, "limit_min", 0.1)
    made = apply(drill, back(cells, tmp_path))
    hard = next(each for each in made.difficulties if each.capability == limited.capability)
    assert hard.missed == 1.0
    assert made.overview.difficulty == hard.band == "hopeless"


def test_a_log_is_no_list_of_injects(tmp_path: Path) -> None:
    write_sheets(sample(), tmp_path)
    with pytest.raises(InputError) as refused:
        read_msel(next(tmp_path.glob("07*.xlsx")), sample())
    assert [problem.code for problem in refused.value.problems] == ["sheets.a_log"]
