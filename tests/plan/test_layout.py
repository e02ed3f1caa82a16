"""Layouts: the ledger plus a short list of changes; every change that does not fit, by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import CITY, LAYOUTS

from sim.city.model import City
from sim.city.read import read_city
from sim.common.errors import InputError
from sim.plan.layout import ledger_layout, read_layout
from sim.plan.ledger import Ledger, read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan

World = tuple[City, Plan, Ledger]


@pytest.fixture(scope="module")
def world() -> World:
    city = read_city(CITY)
    plan = read_plan(city)
    return city, plan, read_ledger(city, plan)


def layout(tmp_path: Path, world: World, *changes: str) -> Layout:
    lines = ["id: mine", "name: {zh: 我的, en: mine}", "changes:", *(f"  - {change}" for change in changes)]
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_layout(path, *world)


def teams(of: Layout) -> dict[str, tuple[int, int, int]]:
    return {team.team_id: (team.people, team.ready_people, team.node) for team in of.teams}


def stock(of: Layout | Ledger, depot: str, item: str) -> int:
    return next(d.stock.get(item, 0) for d in of.depots if d.depot_id == depot)


def test_no_change_is_the_ledger(world: World, tmp_path: Path) -> None:
    _, _, ledger = world
    bare = ledger_layout(ledger)
    for same in (read_layout(LAYOUTS / "current.yaml", *world), bare):
        assert same.teams == ledger.teams
        assert same.depots == ledger.depots
        assert same.ambulances == ledger.ambulances
        assert same.changes == ()


@pytest.mark.parametrize("name", ["forward-depots", "spread-rescue"])
def test_the_shipped_layouts_move_what_there_is_and_add_nothing(name: str, world: World) -> None:
    _, _, ledger = world
    moved = read_layout(LAYOUTS / f"{name}.yaml", *world)
    assert sum(team.people for team in moved.teams) == 6_100
    assert sum(sum(d.stock.values()) for d in moved.depots) == sum(sum(d.stock.values()) for d in ledger.depots)
    assert sum(d.trucks for d in moved.depots) == sum(d.trucks for d in ledger.depots)
    assert len(moved.changes) >= 10
    for said in moved.changes:
        assert said.zh
        assert said.en
        assert said.zh != said.en


def test_a_whole_team_moves(world: World, tmp_path: Path) -> None:
    city, _, ledger = world
    before = teams(ledger_layout(ledger))
    after = teams(layout(tmp_path, world, 'move: {team: T02, to: "640221100"}'))
    node = city.roads.node("640221100")
    assert after.pop("T02") == (*before.pop("T02")[:2], node)
    assert after == before


def test_part_of_a_team_splits_off_and_takes_its_share_of_people_on_duty(world: World, tmp_path: Path) -> None:
    city, _, ledger = world
    people, ready, home = teams(ledger_layout(ledger))["T01"]
    assert (people, ready) == (65, 44)
    changed = layout(
        tmp_path, world, 'move: {team: T01, to: "640221100", people: 20}',
        'move: {team: T01, to: "640205003", people: 10}',
    )
    after = teams(changed)
    assert after["T01/2"] == (20, 14, city.roads.node("640221100"))  # 44 x 20 / 65 = 13.5
    assert after["T01/3"] == (10, 7, city.roads.node("640205003"))  # 30 x 10 / 45 = 6.7
    assert after["T01"] == (35, 23, home)
    assert sum(team[0] for team in after.values()) == 6_100


def test_staff_add_and_remove(world: World, tmp_path: Path) -> None:
    changed = layout(
        tmp_path, world, "staff: {team: T02, people: 40, ready_people: 30, turnout_min: 0.5}", "remove: T60",
        "add: {id: N1, name: {zh: 新队, en: New}, type: fire, people: 12, ready_people: 8, turnout_min: 1,"
        ' at: "640221100", capabilities: [fire]}',
    )
    by_id = {team.team_id: team for team in changed.teams}
    assert (by_id["T02"].people, by_id["T02"].ready_people, by_id["T02"].turnout_min) == (40, 30, 0.5)
    assert "T60" not in by_id
    assert (by_id["N1"].people, by_id["N1"].tier, by_id["N1"].capabilities) == (12, 2, ("fire",))
    assert len(changed.changes) == 3


def test_stock_trucks_and_ambulances_change_their_place_or_are_new(world: World, tmp_path: Path) -> None:
    _, _, ledger = world
    changed = layout(
        tmp_path, world, 'depot: {id: F1, name: {zh: 前置, en: Forward}, at: "640221106"}',
        "stock: {item: I04, from: W1, to: F1, count: 200}", "stock: {item: I04, to: F1, count: 50}",
        "trucks: {from: W1, to: F1, count: 2}", "ambulances: {from: H01, to: H02, count: 1}",
        "ambulances: {to: H02, count: 3}", "rule: {duty_officers: 9, retask: false}",
        "rule: {works_mutual_aid: true}",
    )
    assert stock(changed, "W1", "I04") == stock(ledger, "W1", "I04") - 200
    assert stock(changed, "F1", "I04") == 250
    trucks = {depot.depot_id: depot.trucks for depot in changed.depots}
    assert (trucks["W1"], trucks["F1"]) == (10, 2)
    assert changed.ambulances["H01"] == ledger.ambulances["H01"] - 1
    assert changed.ambulances["H02"] == ledger.ambulances["H02"] + 4
    assert (changed.rules.duty_officers, changed.rules.retask, changed.rules.dispatch) == (9, False, "closest_idle")
    assert changed.rules.works_mutual_aid
    assert not layout(tmp_path, world, "rule: {duty_officers: 9}").rules.works_mutual_aid


@pytest.mark.parametrize(
    ("change", "code", "value"),
    [
        ('move: {team: T99, to: "640221100"}', "no_such", "T99"),
        ("move: {team: T01, to: nowhere}", "no_such", "nowhere"),
        ('move: {team: T01, to: "640221100", people: 66}', "more_than_there_is", "66"),
        ("staff: {team: T01, ready_people: 66}", "more_than_there_is", "66"),
        ("remove: T99", "no_such", "T99"),
        ("stock: {item: I99, from: W1, to: W2, count: 1}", "no_such", "I99"),
        ("stock: {item: I04, from: W9, to: W2, count: 1}", "no_such", "W9"),
        ("stock: {item: I04, from: W1, to: W2, count: 999999}", "more_than_there_is", "999999"),
        ("trucks: {from: W1, to: W2, count: 13}", "more_than_there_is", "13"),
        ("ambulances: {to: H99, count: 1}", "no_such", "H99"),
        ("ambulances: {from: H01, to: H02, count: 99}", "more_than_there_is", "99"),
        ('depot: {id: W1, name: {zh: a, en: a}, at: "640221106"}', "already_there", "W1"),
        ("remove: {team: T01}", "bad_value", "{team: T01}"),
        ("mvoe: {team: T01, to: x}", "unknown_key", "{team: T01, to: x}"),
        ("stock: {item: I04, from: W1, to: W2, count: 0}", "bad_value", "0"),
        ("move: {to: x}", "key_missing", ""),
    ],
)
def test_a_change_that_does_not_fit_is_told_with_its_line(
    change: str, code: str, value: str, world: World, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "rule: {duty_officers: 7}", change)
    (problem,) = raised.value.problems
    assert (problem.code, problem.value, problem.row, problem.file) == (code, value, 5, "mine.yaml")
    for lang in ("zh", "en"):
        assert problem.line(lang)


def test_two_changes_in_one_item_are_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "remove: T01\n    rule: {retask: true}")
    assert [problem.row for problem in raised.value.problems] == [4]


def test_all_changes_that_do_not_fit_are_told_at_once(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "remove: T98", "rule: {retask: true}", "remove: T99")
    assert [(problem.value, problem.row) for problem in raised.value.problems] == [("T98", 4), ("T99", 6)]


def test_a_team_removed_before_cannot_be_moved(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "remove: T01", 'move: {team: T01, to: "640221100"}')
    assert [problem.code for problem in raised.value.problems] == ["no_such"]


@pytest.mark.parametrize("content", ["", "- a\n", "id: [x\n", "just words\n"])
def test_a_file_that_is_no_layout_is_told(content: str, world: World, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_layout(path, *world)
    assert len(raised.value.problems) == 1


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        ("move: {team: [T01], to: x}", "应为一段文字", "should be a single text"),
        ("move: {team: T01, to: x, people: many}", "不是整数", "not a whole number"),
        ("move: {team: T01, to: x, people: 0}", "至少应为 1", "give at least 1"),
        ("staff: {team: T01, turnout_min: soon}", "不是数字", "not a number"),
        ("add: {capabilities: []}", "至少写一项", "give at least one"),
        ("staff: 5", "“键: 值”", "'key: value'"),
        ("rule: {retask: perhaps}", "true（是）", "true or false"),
        ("depot: {id: F, name: {zh: a, en: a}, at: x, level: town}", "city, county, village", "city, county, village"),
        ("{remove: T01, rule: {retask: true}}", "只写一种变更", "one change per list item"),
    ],
)
def test_a_form_speaks_our_words_in_both_languages(
    change: str, zh: str, en: str, world: World, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "rule: {duty_officers: 7}", change)
    problem = next(found for found in raised.value.problems if found.code == "bad_value")
    assert zh in problem.line("zh")
    assert en in problem.line("en")
    for found in raised.value.problems:
        assert not {"Input", "Value"} & set(found.line("zh").replace("“", " ").split())
    assert problem.item == ("changes", 2)


def test_the_place_of_a_mistake_is_the_item_and_its_key(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        layout(tmp_path, world, "remove: T60", "move: {team: T01, to: [x]}")
    (problem,) = raised.value.problems
    assert problem.line("en").startswith("mine.yaml, row 5, item 2 of changes, column move.to: ")
    assert problem.line("zh").startswith("mine.yaml，第 5 行，changes 第 2 项，“move.to”列: ")


def test_an_id_of_digits_needs_no_quotes(world: World, tmp_path: Path) -> None:
    quoted, bare = (layout(tmp_path, world, f"move: {{team: T02, to: {to}}}") for to in ('"640221100"', "640221100"))
    assert quoted == bare


def test_changes_are_told_with_names_and_in_the_right_number(world: World, tmp_path: Path) -> None:
    city, _, ledger = world
    depots = {depot.depot_id: depot.name for depot in ledger.depots}
    hospitals = dict(zip(city.hospitals.hospital_id, city.hospitals.name, strict=True))
    said = layout(
        tmp_path, world, "trucks: {from: W1, to: W2, count: 1}", "trucks: {to: W2, count: 2}",
        "ambulances: {from: H01, to: H02, count: 1}", "rule: {duty_officers: 16, retask: false}",
        "rule: {retask: true, dispatch: closest_idle}",
    ).changes
    assert said[0].en == f"1 truck from {depots['W1'].en} to {depots['W2'].en}"
    assert said[0].zh == f"运输车 1 辆由{depots['W1'].zh}调至{depots['W2'].zh}"
    assert said[1].en == f"2 new trucks for {depots['W2'].en}"
    assert said[2].en == f"1 ambulance from {hospitals['H01'].en} to {hospitals['H02'].en}"
    assert said[3] == ("市值班室接报席位改为 16 个", "16 duty officers take down reports")
    agreed, waits = layout(
        tmp_path, world, "rule: {works_mutual_aid: true}", "rule: {works_mutual_aid: false}"
    ).changes
    assert agreed.en == "Works call the brigades of neighbouring works by themselves"
    assert (agreed.zh, agreed.en) != (waits.zh, waits.en)
    for line in (*said[3:], agreed, waits):
        assert "works_mutual_aid" not in line.zh + line.en
        assert "duty_officers" not in line.zh + line.en
        assert "retask" not in line.zh + line.en
        assert "closest_idle" not in line.zh + line.en
