"""The ledgers: the reference city's totals, Chinese headers and numbers with words, every mistake with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import CITY, Spoil, as_workbook, cell, copy_city, edit, put, replace, without

from sim.city.read import read_city
from sim.common.errors import InputError
from sim.plan.ledger import Ledger, digits_of, ledger_doubts, ledger_lines, read_ledger
from sim.plan.read_plan import read_plan


def read(folder: Path) -> Ledger:
    city = read_city(folder)
    return read_ledger(city, read_plan(city))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return read(CITY)


def test_teams_are_those_of_the_plan(ledger: Ledger) -> None:
    assert len(ledger.teams) == 60
    assert sum(team.people for team in ledger.teams) == 6_100
    assert ledger.professional_firefighters == 301
    assert {team.tier for team in ledger.teams} == {1, 2, 3, 4}


def test_the_city_store_holds_the_items_of_the_plan_in_20_kinds(ledger: Ledger) -> None:
    city_stores = [depot for depot in ledger.depots if depot.level == "city"]
    assert sum(sum(depot.stock.values()) for depot in city_stores) == 23_448
    assert len(city_stores[0].stock) == 20


def test_suppliers_open_later_and_producers_make_more(ledger: Ledger) -> None:
    for depot in ledger.depots:
        assert (depot.opens_after_min > 0) == (depot.level not in ("city", "county", "village"))
    assert any(depot.hourly for depot in ledger.depots if depot.level == "producer")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("60 支，6,100 人", "23,448 件")), ("en", ("60 teams, 6,100", "23,448"))]
)
def test_the_ledger_is_told_in_both_languages(ledger: Ledger, lang: str, words: tuple[str, ...]) -> None:
    said = "\n".join(value for _, value in ledger_lines(ledger, lang))
    assert all(word in said for word in words)
    assert any("teams.csv" in line for line in ledger_doubts(ledger, lang))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("约30人", "30"), ("6100余", "6100"), ("1,200件", "1200"), ("1，200", "1200"), ("12.5", "12.5"), ("30", "30"),
     ("-3", "-3"), ("三十人", "三十人"), ("30-40", "30-40"), ("", "")],
)
def test_numbers_are_found_in_the_cells_of_a_ledger(written: str, meant: str) -> None:
    assert digits_of(written) == meant


def test_a_ledger_in_chinese_with_a_title_above_the_header_is_the_same_ledger(ledger: Ledger, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    text = (folder / "teams.csv").read_text(encoding="utf-8")
    header, rest = text.split("\n", 1)
    chinese = {"name_zh": "队伍名称", "people": "人数", "equipment_zh": "主要装备", "category_zh": "队伍类别"}
    header = ",".join(chinese.get(name, name) for name in header.split(","))
    title = "全市应急救援队伍台账" + "," * header.count(",")
    (folder / "teams.csv").write_bytes(f"{title}\n{header}\n{rest}".encode("gb18030"))
    assert read(folder).teams == ledger.teams


@pytest.mark.parametrize(
    ("spoil", "code", "file", "row", "column"),
    [
        (cell("teams.csv", 4, "base_node", "640299999"), "unknown_reference", "teams.csv", 4, "base_node"),
        (lambda city: edit(city / "teams.csv", lambda rows: rows[2].update(base_node="", lon="", lat="")), "no_place",
         "teams.csv", 4, "base_node"),
        (lambda city: edit(city / "teams.csv", lambda rows: rows[2].update(category_en="", category_zh="英雄")),
         "unknown_reference", "teams.csv", 4, "category_zh"),
        (cell("teams.csv", 4, "people", ""), "empty_cell", "teams.csv", 4, "people"),
        (cell("teams.csv", 4, "type", ""), "unknown_reference", "teams.csv", 4, "type"),
        (cell("teams.csv", 4, "people", "-2"), "out_of_range", "teams.csv", 4, "people"),
        (cell("teams.csv", 4, "people", "三十"), "not_an_integer", "teams.csv", 4, "people"),
        (cell("teams.csv", 4, "people", "5"), "more_ready_than_people", "teams.csv", 4, "ready_people"),
        (cell("teams.csv", 4, "type", "wizards"), "unknown_reference", "teams.csv", 4, "type"),
        (cell("teams.csv", 4, "category_en", "heroes"), "unknown_reference", "teams.csv", 4, "category_en"),
        (cell("teams.csv", 4, "team_id", "T01"), "repeated_id", "teams.csv", 4, "team_id"),
        (cell("warehouses.csv", 3, "item_id", "I99"), "unknown_reference", "warehouses.csv", 3, "item_id"),
        (cell("warehouses.csv", 3, "quantity", "-1"), "out_of_range", "warehouses.csv", 3, "quantity"),
        (cell("plan/trucks.csv", 2, "depot_id", "W99"), "unknown_reference", "trucks.csv", 2, "depot_id"),
        (cell("plan/ambulances.csv", 2, "hospital_id", "H99"), "unknown_reference", "ambulances.csv", 2, "hospital_id"),
        (cell("plan/suppliers.csv", 2, "level", "friend"), "not_a_choice", "suppliers.csv", 2, "level"),
        (put("teams.csv", ""), "empty_file", "teams.csv", None, None),
        (replace("teams.csv", "turnout_min", "turnout"), "unknown_column", "teams.csv", 1, "turnout"),
        (replace("teams.csv", ",people,", ",persons,"), "missing_column", "teams.csv", 1, "people"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    spoil: Spoil, code: str, file: str, row: int | None, column: str | None, tmp_path: Path
) -> None:
    folder = copy_city(tmp_path)
    spoil(folder)
    with pytest.raises(InputError) as raised:
        read(folder)
    assert (code, file, row, column) in {(p.code, p.file, p.row, p.column) for p in raised.value.problems}
    for lang in ("zh", "en"):
        assert all(raised.value.lines(lang))


def test_a_missing_column_is_told_once_and_not_for_every_row(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    replace("warehouses.csv", ",node,", ",basis,")(folder)
    with pytest.raises(InputError) as raised:
        read(folder)
    assert [(p.code, p.column) for p in raised.value.problems] == [
        ("missing_column", "node"), ("unknown_column", "basis"),
    ]


def test_what_kind_of_thing_is_missing_is_said_in_the_language_of_the_reader(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    cell("teams.csv", 4, "base_node", "X")(folder)
    with pytest.raises(InputError) as raised:
        read(folder)
    assert "道路节点" in raised.value.lines("zh")[0]
    assert "node" not in raised.value.lines("zh")[0].replace("base_node", "")


def test_an_item_that_no_store_holds_is_no_mistake(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    without("warehouses.csv", lambda row: row["item_id"] == "I04")(folder)
    assert all("I04" not in depot.stock for depot in read(folder).depots if depot.level in ("city", "county"))


TEMPLATE = CITY / "ledger_templates" / "应急救援队伍台账_模板.csv"


def filled(folder: Path, *rows: dict[str, str]) -> Path:
    """Fill the office's template in and put it into the place of the ledger."""
    header = TEMPLATE.read_text(encoding="utf-8-sig").strip()
    lines = [",".join(row.get(name, "") for name in header.split(",")) for row in rows]
    (folder / "teams.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")
    return folder


FIRE = {
    "序号": "1", "队伍名称": "城关消防救援站", "队伍类别": "主体", "专业类型": "消防", "专兼职": "专职",
    "人数": "约30人", "主要装备": "水罐车3", "驻地地址": "城关镇", "县区": "平罗县", "乡镇(街道)": "城关镇",
    "经度": "106.541", "纬度": "38.904", "负责人": "张三", "联系电话": "0952-1234567",
    "主管部门": "市消防救援支队", "备注": "无",
}


def test_the_template_of_the_office_loads_when_it_is_filled_in(tmp_path: Path) -> None:
    militia = FIRE | {
        "序号": "2", "队伍名称": "民兵应急连", "队伍类别": "支撑", "专业类型": "militia", "人数": "100",
        "专兼职": "兼职",
    }
    folder = filled(copy_city(tmp_path), FIRE, militia)
    first, second = read(folder).teams
    city = read_city(folder)
    assert (first.team_id, first.type, first.tier, first.people) == ("1", "fire", 1, 30)
    assert first.category == ("主体", "main force")
    assert first.name.of("en") == "城关消防救援站"
    assert (first.ready_people, first.turnout_min) == (18, 1.0)  # 0.6 of 30, from the table of types
    assert first.capabilities == ("fire", "usar")
    assert city.roads.node_id[first.node] == "640221100"
    assert (second.ready_people, second.turnout_min, second.tier) == (30, 120.0, 3)
    assert read(folder).professional_firefighters == 30


TEMPLATE_OF = {
    "team_id": "序号", "name": "队伍名称", "category": "队伍类别", "type": "专业类型", "status": "专兼职",
    "people": "人数", "equipment": "主要装备", "address": "驻地地址", "county": "县区", "township": "乡镇(街道)",
    "leader": "负责人", "contact": "联系电话", "authority": "主管部门", "note": "备注", "lon": "经度", "lat": "纬度",
}


def test_every_alias_of_the_list_is_understood(ledger: Ledger, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    rows: list[dict[str, str]] = []
    edit(folder / "ledger_aliases.csv", rows.extend)
    aliases = {row["field"]: row["aliases_zh"].split("|") for row in rows if row["ledger"] == "team"}
    assert set(aliases) == {*TEMPLATE_OF, "capabilities"}
    for n in range(max(map(len, aliases.values()))):
        names = {field: aliases[field][min(n, len(aliases[field]) - 1)] for field in TEMPLATE_OF}
        header = {name: FIRE[TEMPLATE_OF[field]] for field, name in names.items()}
        text = ",".join(header) + "\n" + ",".join(header.values()) + "\n"
        (folder / "teams.csv").write_text(text, encoding="utf-8")
        assert [team.people for team in read(folder).teams] == [30], header


def test_what_the_ledger_says_goes_before_what_is_usual(ledger: Ledger, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    edit(folder / "teams.csv", lambda rows: rows[0].update(ready_people="", base_node="", capabilities="fire；water"))
    first = read(folder).teams[0]
    assert first.ready_people == 44  # 0.67 of 65
    assert first.node == ledger.teams[0].node
    assert first.capabilities == ("fire", "water")
    edit(folder / "teams.csv", lambda rows: rows[0].update(ready_share="", turnout_min=""))
    assert read(folder).teams[0].ready_people == 39  # 0.6 of 65


def test_a_template_without_a_place_is_told_for_each_row(tmp_path: Path) -> None:
    folder = filled(copy_city(tmp_path), FIRE, FIRE | {"序号": "2", "经度": "", "纬度": ""})
    with pytest.raises(InputError) as raised:
        read(folder)
    assert [(p.code, p.row) for p in raised.value.problems] == [("no_place", 3)]


def test_a_ledger_in_a_workbook_is_read(ledger: Ledger, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    as_workbook(folder / "teams.csv", "teams.xlsx")
    as_workbook(folder / "plan" / "buses.csv", "buses.xlsx")
    as_workbook(folder / "plan" / "targets.csv", "targets.xlsx")
    again = read(folder)
    assert again.teams == ledger.teams
    assert again.buses == ledger.buses
