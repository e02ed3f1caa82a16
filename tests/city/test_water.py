"""The water of a city: what is read, and what is said of its mistakes."""

from __future__ import annotations

from pathlib import Path

import folders
import numpy as np
import pytest
from folders import Spoil, cell, without

from sim.city.model import City
from sim.city.read import read_city
from sim.common.errors import InputError, Problem

NO_CHANNEL = without("gully_channels.csv", lambda row: row["gully_id"] == "G05")
NO_DRAINS = without("zone_drainage.csv", lambda row: row["code"] == "640202003")


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(folders.CITY)


def problems(tmp_path: Path, spoil: Spoil) -> list[Problem]:
    folder = folders.copy_city(tmp_path)
    spoil(folder)
    with pytest.raises(InputError) as caught:
        read_city(folder)
    assert all("{" not in line for lang in ("zh", "en") for line in caught.value.lines(lang))
    return list(caught.value.problems)


def test_the_reference_city_has_its_gullies_and_its_river(city: City) -> None:
    water = city.water
    assert water is not None
    assert len(water.gullies) == 14
    assert water.gullies.catchment_km2[:6].sum() == 1104.0
    assert len(water.basins) == 6
    assert water.basins.storage_m3[0] == 14e6
    assert [city.zones.code[z] for z in water.gullies.zones[0]] == ["640202008", "640202003", "640202004"]
    assert water.levels.people_share.shape == (36, len(water.levels.height_m))
    assert all((np.diff(share, axis=1) >= 0).all() for share in (water.levels.area_share, water.levels.people_share))
    assert (water.dykes.crest_m > water.dykes.ground_m).all()
    assert any(row["item_en"].startswith("Largest gauged peak") for row in water.hydrology)
    shares = np.bincount(water.paths.origin, water.paths.share)
    assert shares == pytest.approx(np.ones(len(water.gullies) + len(water.basins)))


def test_water_tables_count_as_sources(city: City) -> None:
    files = {p.file: p for p in city.provenance}
    assert set(files["hypsometry.csv"].confidence) == {"synthetic"}
    assert {"gullies.csv", "gully_channels.csv", "flood_paths.csv", "basins.csv", "dykes.csv"} <= set(files)


def test_a_city_without_water_is_a_city(tmp_path: Path) -> None:
    folder = folders.copy_city(tmp_path)
    for name in ("gullies", "river_stations"):
        (folder / f"{name}.csv").unlink()
    assert read_city(folder).water is None


@pytest.mark.parametrize(
    ("spoil", "code", "file", "row"),
    [
        (cell("gullies.csv", 2, "downstream_townships", "640202999"), "unknown_reference", "gullies.csv", 2),
        (cell("gullies.csv", 3, "downstream_townships", ""), "water.feeds_nothing", "gullies.csv", 3),
        (cell("gullies.csv", 3, "gully_id", "G01"), "repeated_id", "gullies.csv", 3),
        (cell("hypsometry.csv", 4, "area_share", "0.0001"), "water.shares_fall", "hypsometry.csv", 4),
        (cell("hypsometry.csv", 4, "height_m", "0.1"), "water.heights", "hypsometry.csv", 2),
        (cell("hypsometry.csv", 4, "people_share", "1.5"), "out_of_range", "hypsometry.csv", 4),
        (cell("basins.csv", 3, "outlet_m3s", "0"), "water.no_outlet", "basins.csv", 3),
        (cell("basins.csv", 3, "spill_width_m", "0"), "water.no_spillway", "basins.csv", 3),
        (cell("basins.csv", 3, "crest_height_m", "1"), "water.crest_below_spillway", "basins.csv", 3),
        (cell("water_bodies.csv", 3, "flood_storage_10k_m3", ""), "water.no_storage", "basins.csv", 3),
        (cell("river_stations.csv", 2, "zero_flow_m", "-1"), "water.stage_below_bed", "river_stations.csv", 2),
        (cell("river_stations.csv", 3, "chainage_km", "0"), "water.not_downstream", "river_stations.csv", 3),
        (cell("dykes.csv", 2, "ground_m", "-3"), "water.stage_below_bed", "dykes.csv", 2),
        (cell("dykes.csv", 2, "crest_m", "1"), "water.crest_below_ground", "dykes.csv", 2),
        (cell("dykes.csv", 2, "station_id", "YR9"), "unknown_reference", "dykes.csv", 2),
        (cell("floodplains.csv", 2, "ground_high_m", "1"), "water.plain_upside_down", "floodplains.csv", 2),
        (cell("flood_paths.csv", 2, "share", "0.1"), "shares_do_not_add_up", "flood_paths.csv", 2),
        (cell("flood_paths.csv", 2, "code", "640202005"), "water.path_elsewhere", "flood_paths.csv", 2),
        (cell("gully_channels.csv", 2, "basin", "WB99"), "unknown_reference", "gully_channels.csv", 2),
        (cell("gully_channels.csv", 2, "slope", "0"), "out_of_range", "gully_channels.csv", 2),
        (cell("roads.csv", 5, "flood_path", "无名沟"), "water.unknown_flood_path", "roads.csv", None),
        (NO_CHANNEL, "water.row_missing", "gully_channels.csv", None),
        (NO_DRAINS, "water.row_missing", "zone_drainage.csv", None),
        (lambda city: (city / "hypsometry.csv").unlink(), "missing_file", "hypsometry.csv", None),
        (lambda city: (city / "dykes.csv").unlink(), "missing_file", "dykes.csv", None),
    ],
)
def test_mistakes(tmp_path: Path, spoil: Spoil, code: str, file: str, row: int | None) -> None:
    found = problems(tmp_path, spoil)
    assert (code, file, row) in {(p.code, p.file, p.row) for p in found}
    # A gully named twice leaves the one that it was without anything of its own.
    assert len(found) <= (6 if code == "repeated_id" else 3)


def test_mistakes_of_several_tables_are_said_at_once(tmp_path: Path) -> None:
    def spoil(folder: Path) -> None:
        cell("gullies.csv", 2, "downstream_townships", "640202999")(folder)
        cell("basins.csv", 3, "outlet_m3s", "0")(folder)
        cell("dykes.csv", 2, "station_id", "YR9")(folder)

    assert {p.file for p in problems(tmp_path, spoil)} == {"gullies.csv", "basins.csv", "dykes.csv"}
