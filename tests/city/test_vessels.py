"""The vessels of the plants and the wind: what is read, and what is said of mistakes."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from folders import CITY, Spoil, cell, copy_city, edit, put

from sim.city.inventory import inventory_lines
from sim.city.model import City, Vessels
from sim.city.places import is_inside, km_apart, km_outside
from sim.city.read import read_city
from sim.city.substances import substances
from sim.city.vessel_checks import most_kg, storages, vapour_bar
from sim.common.errors import InputError, Problem


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(CITY)


@pytest.fixture(scope="module")
def vessels(city: City) -> Vessels:
    assert city.vessels is not None
    return city.vessels


def problems(folder: Path) -> list[Problem]:
    with pytest.raises(InputError) as raised:
        read_city(folder)
    assert all("{" not in line for lang in ("zh", "en") for line in raised.value.lines(lang))
    return list(raised.value.problems)


def row_where(column: str, value: str) -> int:
    """Return the line of the first shipped vessel whose *column* is *value*."""
    with (CITY / "vessels.csv").open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    return next(i for i, row in enumerate(lines, start=2) if row[column] == value)


CHLORINE = row_where("substance", "chlorine")
HYDROGEN = row_where("substance", "hydrogen")
CARBIDE = row_where("substance", "calcium carbide")
SPHERE = row_where("shape", "sphere")


# ---- the reference city --------------------------------------------------------------------


def test_the_vessels_hold_what_the_ledger_of_the_plants_says(city: City, vessels: Vessels) -> None:
    ledger: dict[tuple[int, str], float] = {}
    for site, words in enumerate(city.chemical_sites.chemicals):
        for part in words.split(";"):
            key, _, tonnes = part.rpartition(":")
            ledger[site, key] = ledger.get((site, key), 0.0) + 1000.0 * float(tonnes.removesuffix("t"))
    held: dict[tuple[int, str], float] = {}
    for site, key, mass in zip(vessels.site.tolist(), vessels.substance, vessels.mass_kg.tolist(), strict=True):
        held[site, key] = held.get((site, key), 0.0) + mass
    assert held == pytest.approx(ledger, abs=1e-6)
    assert len({site for site, _ in held}) == 54


def test_the_vessels_are_possible(vessels: Vessels) -> None:
    for i, key in enumerate(vessels.substance):
        s = substances()[key]
        row = {
            "storage": vessels.storage[i], "volume_m3": vessels.volume_m3[i], "temp_c": vessels.temp_c[i],
            "pressure_bar": vessels.pressure_bar[i],
        }
        assert vessels.storage[i] in storages(s)
        assert 0.4 * most_kg(s, row) < vessels.mass_kg[i] <= most_kg(s, row), vessels.vessel_id[i]
        if vessels.storage[i] == "pressure":
            assert vessels.pressure_bar[i] == pytest.approx(s.psat_20c_bar, rel=0.01)
        if vessels.storage[i] == "gas" and s.psat_20c_bar > 0.0:
            assert vessels.pressure_bar[i] < s.psat_20c_bar


def test_a_shape_has_the_volume_of_its_measures(vessels: Vessels) -> None:
    for i, shape in enumerate(vessels.shape):
        d, h, volume = vessels.diameter_m[i], vessels.height_m[i], vessels.volume_m3[i]
        if shape == "sphere":
            assert volume == pytest.approx(math.pi / 6.0 * d**3, rel=0.02)
        elif shape == "bullet":
            assert h == d
            assert 3.0 < volume / (math.pi / 4.0 * d**2) / d < 6.0
        else:
            assert volume == pytest.approx(math.pi / 4.0 * d**2 * h, rel=0.02)


def test_only_carbide_stores_have_a_floor_above_the_ground(vessels: Vessels) -> None:
    carbide = np.array(vessels.substance) == "calcium carbide"
    assert ((vessels.store_above_ground_m > 0.0) == carbide).all()
    assert {vessels.shape[i] for i in np.flatnonzero(carbide)} == {"store"}


def test_the_vessels_stand_in_their_plants(city: City, vessels: Vessels) -> None:
    sites = city.chemical_sites
    for i, s in enumerate(vessels.site):
        assert km_apart(vessels.lon[i], vessels.lat[i], sites.lon[s], sites.lat[s]) < 0.121
    assert 110 <= len(vessels) <= 180


def test_the_vessels_count_as_invented(city: City) -> None:
    (table,) = (p for p in city.provenance if p.file == "vessels.csv")
    assert set(table.confidence) == {"synthetic"}
    assert all(source.startswith("derived for this data set from the synthetic inventory") for source in table.sources)


def test_the_inventory_counts_them(city: City, vessels: Vessels) -> None:
    for lang, word in (("zh", f"{len(vessels)} 台"), ("en", f"{len(vessels)} vessels with 18,213 t")):
        assert word in "\n".join(value for _, value in inventory_lines(city, lang))


def test_a_city_without_vessels_is_a_city(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    (folder / "vessels.csv").unlink()
    read = read_city(folder)
    assert read.vessels is None
    assert len(inventory_lines(read, "en")) == len(inventory_lines(read_city(CITY), "en")) - 1


def test_a_table_of_vessels_without_rows_counts_as_none(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    header = (folder / "vessels.csv").read_text(encoding="utf-8").splitlines()[0]
    (folder / "vessels.csv").write_text(f"{header}\n", encoding="utf-8")
    assert read_city(folder).vessels is None


@pytest.mark.parametrize(("temp_c", "bar"), [(0.0, 3.7), (20.0, 6.76), (40.0, 11.4)])
def test_the_vapour_pressure_of_chlorine_is_that_of_the_tables(temp_c: float, bar: float) -> None:
    assert vapour_bar(substances()["chlorine"], temp_c) == pytest.approx(bar, rel=0.06)


def test_vessels_cannot_be_changed_by_a_reader(vessels: Vessels) -> None:
    with pytest.raises(ValueError, match="read-only"):
        vessels.mass_kg[0] = 1.0


# ---- how things are kept -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "ways"),
    [
        ("calcium carbide", ("solid",)), ("toluene", ("liquid",)), ("hydrogen", ("cold", "gas")),
        ("chlorine", ("pressure", "cold", "gas")), ("LNG", ("cold", "gas")),
        ("hydrogen fluoride", ("pressure", "cold", "gas")),
    ],
)
def test_ways_of_keeping_follow_from_how_a_substance_boils(key: str, ways: tuple[str, ...]) -> None:
    assert storages(substances()[key]) == ways


def test_a_gas_weighs_what_the_gas_law_says() -> None:
    hydrogen = substances()["hydrogen"]
    row = {"storage": "gas", "volume_m3": 100.0, "pressure_bar": 20.0, "temp_c": 0.0}
    by_law = 20e5 * 100.0 * 2.016e-3 / (8.314462618 * 273.15)
    assert most_kg(hydrogen, row) == pytest.approx(by_law, rel=0.003)
    assert most_kg(hydrogen, row | {"pressure_bar": 40.0}) == pytest.approx(2.0 * most_kg(hydrogen, row))


def test_a_liquefied_gas_is_denser_when_cold() -> None:
    row = {"volume_m3": 10.0, "pressure_bar": 6.8, "temp_c": 20.0}
    chlorine = substances()["chlorine"]
    assert most_kg(chlorine, row | {"storage": "pressure"}) == pytest.approx(0.95 * 10.0 * 1408.2)
    assert most_kg(chlorine, row | {"storage": "cold"}) == pytest.approx(0.95 * 10.0 * 1565.0)


# ---- mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "code", "told_row", "told_column"),
    [
        ("vessels.csv", 4, "substance", "chlorin", "vessel.unknown_substance", 4, "substance"),
        ("vessels.csv", 4, "site_id", "C99", "unknown_reference", 4, "site_id"),
        ("vessels.csv", 4, "vessel_id", "C01-01", "repeated_id", 4, "vessel_id"),
        ("vessels.csv", CHLORINE, "mass_kg", "60000", "vessel.too_heavy", CHLORINE, "mass_kg"),
        ("vessels.csv", CARBIDE, "volume_m3", "40", "vessel.too_heavy", CARBIDE, "mass_kg"),
        ("vessels.csv", HYDROGEN, "pressure_bar", "2", "vessel.gas_too_heavy", HYDROGEN, "mass_kg"),
        ("vessels.csv", HYDROGEN, "temp_c", "90", "vessel.gas_too_heavy", HYDROGEN, "mass_kg"),
        ("vessels.csv", CARBIDE, "storage", "pressure", "vessel.wrong_storage", CARBIDE, "storage"),
        ("vessels.csv", HYDROGEN, "storage", "pressure", "vessel.wrong_storage", HYDROGEN, "storage"),
        ("vessels.csv", 4, "lon", "106.9", "vessel.far_from_plant", 4, "lon"),
        ("vessels.csv", CHLORINE, "pressure_bar", "60", "vessel.off_pressure", CHLORINE, "pressure_bar"),
        ("vessels.csv", CHLORINE, "temp_c", "200", "vessel.off_pressure", CHLORINE, "pressure_bar"),
        ("vessels.csv", CHLORINE, "temp_c", "-270", "vessel.off_pressure", CHLORINE, "pressure_bar"),
        ("vessels.csv", SPHERE, "diameter_m", "20", "vessel.off_volume", SPHERE, "volume_m3"),
        ("vessels.csv", CARBIDE, "height_m", "0.5", "vessel.off_volume", CARBIDE, "volume_m3"),
        ("vessels.csv", 4, "storage", "warm", "not_a_choice", 4, "storage"),
        ("vessels.csv", 4, "shape", "cube", "not_a_choice", 4, "shape"),
        ("vessels.csv", 4, "anchored", "2", "out_of_range", 4, "anchored"),
        ("vessels.csv", 4, "mass_kg", "0", "out_of_range", 4, "mass_kg"),
        ("vessels.csv", 4, "mass_kg", "45 t", "not_a_number", 4, "mass_kg"),
        ("vessels.csv", 2, "bund", "1", "unknown_column", 1, "bund"),
        ("chemical_sites.csv", 3, "lon", "105.0", "vessel.plant_outside", 3, "lon"),
        ("chemical_sites.csv", 3, "lon", "nan", "not_a_number", 3, "lon"),
        ("wind_rose.csv", 3, "direction_from", "NO", "wind.unknown_direction", 3, "direction_from"),
        ("wind_rose.csv", 3, "direction_from", "N", "repeated_id", 3, "direction_from"),
        ("wind_rose.csv", 3, "mean_speed_ms", "", "wind.no_speed", 3, "mean_speed_ms"),
        ("wind_rose.csv", 3, "frequency_pct", "90", "shares_do_not_add_up", None, "frequency_pct"),
    ],
)
def test_a_mistake_is_told_once_with_its_place(
    file: str, row: int, column: str, value: str, code: str, told_row: int | None, told_column: str, tmp_path: Path
) -> None:
    folder = copy_city(tmp_path)
    cell(file, row, column, value)(folder)
    assert [(p.code, p.file, p.row, p.column) for p in problems(folder)] == [(code, file, told_row, told_column)]


def lines(folder: Path, lang: str) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_city(folder)
    return raised.value.lines(lang)


@pytest.mark.parametrize(
    ("spoil", "zh", "en"),
    [
        (cell("vessels.csv", CHLORINE, "mass_kg", "60000"), "至多 53,512 千克", "it holds 53,512 kg at most"),
        (cell("vessels.csv", HYDROGEN, "pressure_bar", "2"), "至多 108 千克", "but 108 kg at most"),
        (cell("vessels.csv", 4, "substance", "chlorin"), "是 chlorine；可填：chlo", "nearest: chlorine; known: chlo"),
        (cell("vessels.csv", CARBIDE, "storage", "cold"), "可填：solid", "is not kept as 'cold'; possible: solid"),
        (cell("vessels.csv", 4, "site_id", "C99"), "不是本市已有的化工企业", "is no chemical plant of this city"),
        (cell("vessels.csv", 4, "lon", "106.9"), "距所属企业 C01 10.0 公里", "10.0 km from its plant C01"),
        (cell("wind_rose.csv", 3, "direction_from", "NO"), "可填：N, NNE", "no point of the compass; known: N, NNE"),
        (cell("wind_rose.csv", 3, "frequency_pct", "90"), "各项占比之和为 181.0", "all winds and calms make 181.0"),
    ],
)
def test_a_mistake_is_told_with_the_way_out(spoil: Spoil, zh: str, en: str, tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    spoil(folder)
    assert zh in lines(folder, "zh")[0]
    assert en in lines(folder, "en")[0]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    cell("vessels.csv", 4, "substance", "chlorin")(folder)
    cell("vessels.csv", 5, "site_id", "C99")(folder)
    cell("vessels.csv", HYDROGEN, "pressure_bar", "2")(folder)
    cell("chemical_sites.csv", 40, "lat", "50")(folder)
    cell("wind_rose.csv", 3, "direction_from", "NO")(folder)
    assert {p.code for p in problems(folder)} == {
        "vessel.unknown_substance", "unknown_reference", "vessel.gas_too_heavy", "vessel.plant_outside",
        "wind.unknown_direction",
    }


def test_an_empty_table_of_vessels_is_told(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    put("vessels.csv", "")(folder)
    assert [(p.code, p.file) for p in problems(folder)] == [("empty_file", "vessels.csv")]


def test_a_missing_column_is_told_without_what_follows_from_it(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    edit(folder / "vessels.csv", lambda rows: [row.pop("substance") for row in rows[1:]])
    text = (folder / "vessels.csv").read_text(encoding="utf-8").replace("substance", "stuff", 1)
    (folder / "vessels.csv").write_text(text, encoding="utf-8")
    assert {p.code for p in problems(folder)} == {"missing_column", "unknown_column"}


# ---- plants and townships ------------------------------------------------------------------


def test_where_townships_have_no_outline_their_centres_count(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    put("townships_voronoi.geojson", '{"type": "FeatureCollection", "features": []}')(folder)
    read_city(folder)
    cell("chemical_sites.csv", 3, "lat", "39.9")(folder)
    assert [(p.code, p.row) for p in problems(folder)] == [("vessel.plant_outside", 3)]


def test_a_plant_just_outside_a_rough_outline_is_let_pass(city: City, tmp_path: Path) -> None:
    north = max(lat for outline in city.zone_outlines for ring in outline.rings for _, lat in ring)
    lon = next(
        x for outline in city.zone_outlines for ring in outline.rings for x, lat in ring if lat == north
    )
    folder = copy_city(tmp_path)
    for away_km, told in ((2.5, False), (3.5, True)):
        cell("chemical_sites.csv", 3, "lon", str(lon))(folder)
        cell("chemical_sites.csv", 3, "lat", str(north + away_km / 111.195))(folder)
        (folder / "vessels.csv").unlink(missing_ok=True)
        if told:
            assert [(p.code, p.row) for p in problems(folder)] == [("vessel.plant_outside", 3)]
        else:
            read_city(folder)


SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
HOLE = ((0.5, 0.5), (1.5, 0.5), (1.5, 1.5), (0.5, 1.5))


def test_a_hole_of_an_outline_is_outside() -> None:
    assert is_inside(1.0, 1.0, [SQUARE])
    assert not is_inside(1.0, 1.0, [SQUARE, HOLE])
    assert is_inside(0.2, 1.0, [SQUARE, HOLE])
    assert not is_inside(3.0, 1.0, [SQUARE])


def test_distances_to_an_outline_are_those_to_its_nearest_side_or_corner() -> None:
    assert km_outside(1.0, 1.0, [SQUARE]) == 0.0
    assert km_outside(1.0, -1.0, [SQUARE]) == pytest.approx(111.195)
    assert km_outside(2.3, 2.4, [SQUARE]) == pytest.approx(0.5 * 111.195, rel=0.001)
    assert km_outside(1.0, 1.0, []) == math.inf


# ---- the wind ------------------------------------------------------------------------------


def test_the_rose_of_the_reference_city(city: City) -> None:
    rose = city.wind_rose
    assert rose.from_deg.tolist() == [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0]
    assert rose.share.sum() + rose.calm_share == pytest.approx(1.0, abs=1e-12)
    assert rose.calm_share == pytest.approx(0.14)
    assert (rose.speed_ms > 0.0).all()
    assert city.wind_mean_ms == pytest.approx(float(rose.share @ rose.speed_ms), abs=1e-12)


def test_a_rose_of_sixteen_points_is_read_in_any_case(tmp_path: Path) -> None:
    folder = copy_city(tmp_path)
    words = ["n", "nne", "ne", "ene", "e", "ese", "se", "sse", "s", "ssw", "sw", "wsw", "w", "wnw", "nw", "nnw"]
    rows = [f"{word},6,3.0,test,measured" for word in words]
    head = "direction_from,frequency_pct,mean_speed_ms,source,confidence"
    put("wind_rose.csv", "\n".join([head, *rows, "Calm,4.2,,test,measured"]) + "\n")(folder)
    rose = read_city(folder).wind_rose
    assert rose.from_deg.tolist() == [22.5 * i for i in range(16)]
    assert rose.calm_share == pytest.approx(4.2 / 100.2)
    assert rose.share.sum() + rose.calm_share == pytest.approx(1.0, abs=1e-12)
