"""Matching by words, unit and time: a sample of eight rows and eight actions, aliases, what a person confirms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drill.review.logs import HEADER, csv_log
from drill.sample import action, sample, text

from sim.drill import model as m
from sim.drill.review.match import normal, unit_score
from sim.drill.review.model import EXTRA, MATCHED
from sim.drill.review.review import dry_run, review_drill

UNITS = {"U-1": "市应急指挥部", "U-2": "消防救援支队", "U-3": "市急救中心", "U-4": "公安交警支队", "U-5": "生态环境局"}
EXPECTED = [
    ("A-1", "U-1", "向省应急管理厅电话报告灾情", 12.0), ("A-2", "U-1", "启动三级应急响应", 20.0),
    ("A-3", "U-2", "派出抢险救援编组赶赴坍塌现场", 15.0), ("A-4", "U-3", "派出救护车到现场接收伤员", 18.0),
    ("A-5", "U-4", "对事故路段实施交通管制", 25.0), ("A-6", "U-5", "开展下风向大气应急监测", 40.0),
    ("A-7", "U-2", "对泄漏储罐实施堵漏", 60.0), ("A-8", "U-1", "发布公众转移避险通知", 35.0),
]
NOTED = [
    ("09:17", "指挥部", "电话向省厅报告灾情", "A-1"), ("09:26", "市应急指挥部", "启动Ⅲ级响应", "A-2"),
    ("09:21", "消防支队", "抢险救援编组出发前往坍塌现场", "A-3"), ("09:22", "120", "救护车派往现场接伤员", "A-4"),
    ("09:33", "交警", "事故路段交通管制已实施", "A-5"), ("09:50", "环保局", "下风向空气监测开始", "A-6"),
    ("10:05", "消防救援支队", "储罐堵漏完成", "A-7"), ("09:45", "宣传部", "接受记者采访，答复网络传言", ""),
]


def drill() -> m.Drill:
    base = sample()
    units = tuple(replace(base.units[1], unit_id=key, name=text(name)) for key, name in UNITS.items())
    actions = tuple(
        action(number, "I-001", unit, "order", median, action=text(words)) for number, unit, words, median in EXPECTED
    )
    return replace(base, units=units, actions=actions)


def test_eight_rows_seven_pairs_one_extra_one_missing(tmp_path: Path) -> None:
    rows = [("", "", "", at, unit, words, "") for at, unit, words, _ in NOTED]
    found = dry_run(drill(), csv_log(tmp_path / "log.csv", rows))
    assert [each.target for each in found] == [expected for *_, expected in NOTED]
    assert [each.outcome for each in found] == [MATCHED] * 7 + [EXTRA]
    assert "A-8" not in {each.target for each in found}


def test_one_action_is_matched_once(tmp_path: Path) -> None:
    twice = [("", "", "", "09:26", "市应急指挥部", "启动Ⅲ级响应", "")] * 2
    found = dry_run(drill(), csv_log(tmp_path / "log.csv", twice))
    assert [each.target for each in found].count("A-2") == 1


def test_aliases_say_one_thing_in_one_word() -> None:
    assert normal("启动Ⅲ级响应") == normal("启动三级响应") == normal("启动 III级 响应") == normal("启动3级响应")
    assert normal("消防支队") == normal("消防救援支队")
    assert unit_score("120", ["急救中心"]) == unit_score("市急救中心", ["急救"]) == 1.0
    assert normal("交警") == normal("公安交警")
    assert normal("启动二级响应") != normal("启动三级响应")
    assert normal("120分钟内到达") == "120分钟内到达", "a number is no telephone"


def test_doubtful_matches_are_confirmed_by_a_person_and_kept(tmp_path: Path) -> None:
    rows = [("", "", "", "10:40", "指挥部", "通知公众避险", "")]
    log = csv_log(tmp_path / "log.csv", rows, HEADER)
    (found,) = dry_run(drill(), log)
    assert (found.target, found.to_confirm) == ("A-8", True)
    assert found.confidence < 0.65
    result = review_drill(drill(), log, tmp_path)
    ask = next(file for file in result.files if file.name == "to_confirm.csv")
    said = ask.read_text(encoding="utf-8-sig")
    (again,) = dry_run(drill(), log, ask)
    assert again.to_confirm, "nothing is confirmed by leaving it blank"
    ask.write_text(said.rstrip("\n") + "1\n", encoding="utf-8")
    (sure,) = dry_run(drill(), log, ask)
    assert (sure.target, sure.confidence, sure.to_confirm) == ("A-8", 1.0, False)
    assert not result.updates, "an unconfirmed match changes no parameter"
