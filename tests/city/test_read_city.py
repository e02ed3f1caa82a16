"""The city folder: the reference city's totals, and every mistake with its file, row and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from folders import CITY, Spoil, as_workbook, cell, copy_city, edit, put, replace, without

from sim.city.inventory import doubt_lines, inventory_lines
from sim.city.model import City
from sim.city.read import read_city
from sim.city.travel import edge_minutes, shortest_times
from sim.common.errors import InputError, Problem


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(CITY)


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(InputError) as raised:
        read_city(folder)
    for lang in ("zh", "en"):
        assert len(raised.value.lines(lang)) == len(raised.value.problems)
    return list(raised.value.problems)


# ---- the reference city --------------------------------------------------------------------


def test_people_are_those_of_the_census(city: City) -> None:
    zones = city.zones
    assert int(zones.people.sum()) == 751_389
    assert (zones.people_urban + zones.people_rural).tolist() == zones.people.tolist()
    by_county = dict.fromkeys(zones.county, 0)
    for county, people in zip(zones.county, zones.people.tolist(), strict=True):
        by_county[county] += people
    assert by_county == {"640202": 298_292, "640205": 178_891, "640221": 274_206}


def test_it_has_36_townships_and_the_devices_of_the_plan(city: City) -> None:
    assert len(city.zones) == 36
    assert int(city.devices.loudspeakers.sum()) == 186
    assert int(city.devices.screens.sum()) == 50
    assert int(city.devices.weather_stations.sum()) == 160
    assert len(city.chemical_sites.site_id) == 54


def test_roads_are_one_graph_on_which_every_place_can_be_reached(city: City) -> None:
    assert city.roads.length_km.sum() == pytest.approx(887, abs=1)
    times, _ = shortest_times(city.roads, edge_minutes(city.roads))
    assert np.isfinite(times).all()
    assert len(np.unique(city.zones.node)) == 36


def test_shares_sum_to_one(city: City) -> None:
    assert len(city.building_mix) == 6
    for mix in city.building_mix.values():
        assert sum(mix.values()) == pytest.approx(1.0, abs=1e-12)
    for slot in city.day_slots:
        assert slot.home + slot.work + slot.school + slot.road_outdoor == pytest.approx(1.0, abs=0.005)
    assert city.age_share_under_15 == pytest.approx(0.1542, abs=0.0005)
    assert city.age_share_over_60 == pytest.approx(0.1692, abs=0.0005)


def test_arrays_cannot_be_changed_by_a_reader(city: City) -> None:
    with pytest.raises(ValueError, match="read-only"):
        city.zones.people[0] = 1


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("751,389 人", "186 套", "54 家")), ("en", ("751,389", "186 loud", "54,"))]
)
def test_the_inventory_says_so_in_both_languages(city: City, lang: str, words: tuple[str, ...]) -> None:
    said = "\n".join(value for _, value in inventory_lines(city, lang))
    for word in words:
        assert word in said


def test_doubts_name_every_file_that_is_not_wholly_measured(city: City) -> None:
    lines = doubt_lines(city, "en")
    assert any(line.startswith("chemical_sites.csv: 54 rows, synthetic 54") for line in lines)
    assert not any(line.startswith("population_age.csv") for line in lines)  # measured
    assert len(doubt_lines(city, "zh")) == len(lines)


# ---- encodings and forms -------------------------------------------------------------------


def same_city(a: City, b: City) -> None:
    assert a.zones.name == b.zones.name
    assert a.roads.node_name == b.roads.node_name
    for table in ("zones", "roads", "hospitals", "shelters", "chemical_sites", "devices"):
        ours, theirs = getattr(a, table), getattr(b, table)
        for name in ours.__dataclass_fields__:
            assert np.array_equal(getattr(ours, name), getattr(theirs, name)), f"{table}.{name}"
    assert a.building_mix == b.building_mix
    assert a.faults == b.faults


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_a_city_in_the_encoding_of_an_office_program_is_the_same_city(
    encoding: str, city: City, tmp_path: Path
) -> None:
    folder = copy_city(tmp_path)
    for path in [*folder.glob("*.csv"), *folder.glob("*.geojson")]:
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    same_city(read_city(folder), city)


def test_windows_line_ends_change_nothing(city: City, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    for path in folder.glob("*.csv"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    same_city(read_city(folder), city)


def test_empty_rows_at_the_end_are_no_rows(city: City, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    for name in ("townships", "roads"):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + ",,,,\n\n", encoding="utf-8")
    same_city(read_city(folder), city)


# ---- mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoil", "code", "file", "row", "column"),
    [
        (lambda city: (city / "roads.csv").unlink(), "missing_file", "roads.csv", None, None),
        (put("wind_rose.csv", ""), "empty_file", "wind_rose.csv", None, None),
        (put("wind_rose.csv", b"\xff\xff\xff"), "encoding", "wind_rose.csv", None, None),
        (put("faults.geojson", "{"), "bad_geojson", "faults.geojson", None, None),
        (replace("faults.geojson", '"fault_id"', '"id"'), "bad_geojson", "faults.geojson", None, None),
        (put("city.yaml", "id: [x"), "bad_yaml", "city.yaml", None, None),
        (replace("city.yaml", "datum:", "# datum:"), "missing_key", "city.yaml", None, None),
        (cell("townships.csv", 2, "peple", "1"), "unknown_column", "townships.csv", 1, "peple"),
        (replace("townships.csv", "pop_2020", "people"), "unknown_column", "townships.csv", 1, "people"),
        (cell("townships.csv", 5, "pop_2020", "viele"), "not_an_integer", "townships.csv", 5, "pop_2020"),
        (cell("townships.csv", 5, "pop_2020", "-5"), "out_of_range", "townships.csv", 5, "pop_2020"),
        (cell("townships.csv", 5, "pop_urban", "1"), "people_do_not_add_up", "townships.csv", 5, "pop_2020"),
        (cell("townships.csv", 6, "code", "640202002"), "repeated_id", "townships.csv", 6, "code"),
        (cell("nodes.csv", 4, "lat", "91"), "out_of_range", "nodes.csv", 4, "lat"),
        (cell("roads.csv", 7, "u", "NOWHERE"), "unknown_reference", "roads.csv", 7, "u"),
        (cell("roads.csv", 7, "speed_kmh", ""), "empty_cell", "roads.csv", 7, "speed_kmh"),
        (cell("roads.csv", 7, "speed_kmh", "nan"), "not_a_number", "roads.csv", 7, "speed_kmh"),
        (cell("building_mix.csv", 2, "share_pct", "50"), "shares_do_not_add_up", "building_mix.csv", None, "share_pct"),
        (cell("building_mix.csv", 2, "structure_en", "mud"), "not_a_choice", "building_mix.csv", 2, "structure_en"),
        (cell("time_of_day.csv", 3, "home", "0.9"), "shares_do_not_add_up", "time_of_day.csv", 3, "home"),
        (cell("shelters.csv", 3, "node", "X"), "unknown_reference", "shelters.csv", 3, "node"),
        (cell("hospitals.csv", 3, "beds", "1,000"), "not_an_integer", "hospitals.csv", 3, "beds"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    spoil: Spoil, code: str, file: str, row: int | None, column: str | None, tmp_path: Path
) -> None:
    folder = copy_city(tmp_path)
    spoil(folder)
    found = problems(folder)
    assert (code, file, row, column) in {(p.code, p.file, p.row, p.column) for p in found}


def test_a_road_graph_in_two_pieces_is_told_with_what_is_cut_off(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    rows: list[dict[str, str]] = []
    edit(folder / "roads.csv", rows.extend)
    lone = next(end for end in (row["u"] for row in rows) if sum(end in (row["u"], row["v"]) for row in rows) == 1)
    without("roads.csv", lambda row: lone in (row["u"], row["v"]))(folder)
    (problem,) = problems(folder)
    assert problem.code == "graph_in_pieces"
    assert problem.params["count"] == 2
    assert lone in str(problem.params["pieces"])


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    for spoil in (
        cell("townships.csv", 5, "pop_2020", "-5"), cell("roads.csv", 7, "u", "NOWHERE"),
        cell("shelters.csv", 3, "node", "X"), put("faults.geojson", "{"),
    ):
        spoil(folder)
    files = {problem.file for problem in problems(folder)}
    assert files >= {"townships.csv", "roads.csv", "shelters.csv", "faults.geojson"}


def test_latitude_and_longitude_that_changed_places_are_noticed(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    edit(folder / "townships.csv", lambda rows: rows[3].update(lon=rows[3]["lat"], lat="89.0"))
    assert ("lat_lon_swapped", 5) in {(p.code, p.row) for p in problems(folder)}


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "none")
    assert problem.code == "missing_folder"


def lines(folder: Path, lang: str = "en") -> list[str]:
    return [problem.line(lang) for problem in problems(folder)]


@pytest.mark.parametrize(
    ("spoil", "zh", "en"),
    [
        (cell("hospitals.csv", 3, "beds", "-7"), "-7 超出范围，应不小于 0", "-7 should be 0 or more"),
        (cell("townships.csv", 5, "area_km2", "0"), "0 超出范围，应大于 0", "0 should be more than 0"),
        (cell("roads.csv", 7, "speed_kmh", "900"), "应在 1 与 200 之间", "900 should lie between 1 and 200"),
        (cell("roads.csv", 7, "length_km", "inf"), "“inf”不是数字", "'inf' is not a number"),
    ],
)
def test_what_is_out_of_range_is_told_in_words(spoil: Spoil, zh: str, en: str, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    spoil(folder)
    ((said_zh,), (said_en,)) = lines(folder, "zh"), lines(folder, "en")
    assert zh in said_zh
    assert en in said_en


def test_a_reference_without_anything_near_says_nothing_of_it(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    cell("shelters.csv", 3, "node", "@@@")(folder)
    cell("shelters.csv", 4, "node", "640202")(folder)
    far, near = lines(folder)
    assert far.endswith("'@@@' is no road node of this city")
    assert "; nearest: 640" in near


def test_at_most_three_columns_are_suggested(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    cell("townships.csv", 2, "xyzzy", "1")(folder)
    cell("townships.csv", 2, "pop", "1")(folder)
    far, near = lines(folder)
    assert far.endswith("column xyzzy: is not a known column")
    assert 1 <= near.partition("nearest: ")[2].count(",") + 1 <= 3


@pytest.mark.parametrize(("mark", "word"), [("\t", "tabs"), (";", "semicolons")])
def test_a_file_with_other_separators_gets_one_line(mark: str, word: str, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    path = folder / "climate_monthly.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", mark), encoding="utf-8")
    (said,) = lines(folder)
    assert said.startswith("climate_monthly.csv: ")
    assert word in said


def test_a_workbook_in_the_place_of_a_table_is_read(city: City, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    for name in ("townships", "hospitals", "gullies", "hydrology"):
        as_workbook(folder / f"{name}.csv", f"{name}.xlsx")
    read = read_city(folder)
    same_city(read, city)
    assert read.water is not None
    assert "townships.xlsx" in {table.file for table in read.provenance}


def test_a_workbook_under_the_name_of_a_table_is_told(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    as_workbook(folder / "hospitals.csv", "hospitals.csv")
    assert lines(folder) == [
        "hospitals.csv: this is an Excel file: save it as CSV, or name it hospitals.xlsx"
    ]
    assert "hospitals.xlsx" in lines(folder, "zh")[0]


def test_what_only_follows_from_a_bad_cell_is_not_told(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    cell("townships.csv", 5, "pop_urban", "many")(folder)
    cell("building_mix.csv", 2, "share_pct", "half")(folder)
    cell("time_of_day.csv", 3, "home", "-1")(folder)
    assert [(p.code, p.file, p.row) for p in problems(folder)] == [
        ("not_an_integer", "townships.csv", 5), ("not_a_number", "building_mix.csv", 2),
        ("out_of_range", "time_of_day.csv", 3),
    ]


def test_a_township_without_people_is_told(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    edit(folder / "townships.csv", lambda rows: rows[3].update(pop_2020="0", pop_urban="0", pop_rural="0"))
    assert [(p.code, p.row) for p in problems(folder)] == [("nobody_lives_here", 5)]


@pytest.mark.parametrize("table", ["nodes.csv", "shelters.csv"])
def test_a_latitude_in_the_place_of_a_longitude_is_told_as_such(table: str, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    edit(folder / table, lambda rows: rows[3].update(lon=rows[3]["lat"], lat=rows[3]["lon"]))
    (said,) = lines(folder)
    assert "row 5" in said
    assert said.endswith("swapped?")
