"""The maps: names that never cover one another, players' data without what is to come, no network, well formed."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from drill.sample import sample, text
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sim.drill.kit.draw import name_labels, sheet_of, svg
from sim.drill.kit.frame import Frame, frame_of, middle, side_by_side
from sim.drill.kit.geojson import geojson_text
from sim.drill.kit.labels import MOST, ZOOMS, Wish, overlap, place_labels, shortened, text_width
from sim.drill.kit.map import map_page, map_svg, write_maps
from sim.drill.kit.symbols import LAYERS, shape_of
from sim.drill.model import Drill, Place

SECRET_LON, SECRET_LAT = 106.471234, 39.035678


def place(layer: str, number: str, geometry: str = "Point", **change: object) -> Place:
    lines = {
        "Point": ((SECRET_LON, SECRET_LAT),),
        "LineString": ((106.41, 38.95), (106.42, 38.99), (SECRET_LON, SECRET_LAT)),
        "Polygon": ((106.41, 38.95), (106.45, 38.95), (SECRET_LON, SECRET_LAT), (106.41, 38.95)),
    }
    made = Place(
        layer=layer, place_id=number, name=text(f"{number}绝密", f"{number} classified"), geometry=geometry,
        coordinates=lines[geometry], from_ex_min=20.0, to_ex_min=90.0, audience="controller",
        properties=(("intensity", "8.1"),) if layer == "hazard_zone" else (("p50_min", "17.1"),),
    )
    return replace(made, **change)


def full() -> Drill:
    """The sample with a place on every layer."""
    shapes = {"hazard_zone": "Polygon", "cordon": "Polygon", "route": "LineString", "road_closed": "LineString"}
    more = tuple(
        place(layer, f"X-{layer}", shapes.get(layer, "Point")) for layer in LAYERS if layer != "district"
    )
    return replace(sample(), places=(*sample().places, *more))


def crowd(count: int) -> Drill:
    here = [
        place("hospital", f"H{i:02d}", name=text(f"第{i}人民医院", f"People's Hospital {i}"), audience="player",
              coordinates=((106.40 + 0.002 * (i % 7), 39.0 + 0.0015 * (i // 7)),))
        for i in range(count)
    ]
    return replace(sample(), places=(*sample().places, *here))


# ---- players ---------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [map_page, map_svg, geojson_text])
def test_players_maps_hold_nothing_of_the_controllers(make: object) -> None:
    made = make(full(), "player")  # type: ignore[operator]
    whole = make(full(), "controller")  # type: ignore[operator]
    for secret in ("绝密", "classified", "X-route", "17.1", "机密标题", "secret title"):
        assert secret in whole or secret == "classified"
        assert secret not in made
    assert "106.47" not in made
    assert "data-from" not in made
    assert "t_from_min" not in made


def test_the_frame_of_players_does_not_tell_where_things_will_happen() -> None:
    far = replace(sample(), places=(*sample().places, place("incident", "I-009", coordinates=((109.0, 42.0),))))
    assert map_svg(far, "player") == map_svg(sample(), "player")
    assert map_svg(far, "controller") != map_svg(sample(), "controller")


def test_maps_lie_in_two_folders_and_blind_players_get_none(tmp_path: Path) -> None:
    names = [file.relative_to(tmp_path).as_posix() for file in write_maps(sample(), tmp_path)]
    assert names == [
        f"08_地图/{folder}{name}" for folder in ("", "player/")
        for name in ("map.html", "map.svg", "map_en.svg", "layers.geojson")
    ]
    blind = replace(sample(), overview=replace(sample().overview, notice="blind"))
    assert not [file for file in write_maps(blind, tmp_path / "b") if "player" in file.as_posix()]


# ---- data ------------------------------------------------------------------------------------


def test_every_feature_has_the_common_properties() -> None:
    tree = json.loads(geojson_text(full(), "controller"))
    assert [feature["id"] for feature in tree["features"]] == [each.place_id for each in full().places]
    for feature, each in zip(tree["features"], full().places, strict=True):
        about = feature["properties"]
        assert about["layer"] == each.layer
        assert (about["id"], about["name_zh"], about["name_en"]) == (each.place_id, each.name.zh, each.name.en)
        assert (about["t_from_min"], about["t_to_min"]) == (each.from_ex_min, each.to_ex_min)
        assert about["drill_id"] == "drill-sample"
        assert about["status"] == "exercise"
        assert about["audience"] == each.audience
        assert about["source"]
    assert "WGS-84" in tree["crs_note"]


# ---- drawing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["controller", "player"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drawings_are_marked_well_formed_and_in_both_languages(audience: str, lang: str) -> None:
    drill = replace(full(), overview=replace(full().overview, name=text("<甲> & 乙", '<A> & "B"')))
    drawn = map_svg(drill, audience, lang)
    said = "".join(etree.fromstring(drawn.encode()).itertext())
    wanted = ("【演练】", "EXERCISE ONLY", "轮廓为示意", "Outlines are schematic", "km", "N", "<甲> & 乙", '<A> & "B"')
    for word in wanted:
        assert word in said


def test_the_page_holds_everything_and_asks_no_network() -> None:
    page = map_page(full(), "controller")
    assert "【演练】 EXERCISE ONLY" in page
    bare = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"(?:src|href)\s*=|url\(|https?://|@import|fetch\(|XMLHttp", bare)
    for each in full().places:
        assert page.count(f'data-id="{each.place_id}"') >= 1
    assert 'id="time"' in page
    assert 'id="time"' not in map_page(full(), "player").split("<script>")[0]
    assert "${" not in page


def test_a_name_cannot_break_out_of_the_page() -> None:
    evil = text("</title><script>alert(1)</script>", "\"><script>alert(2)</script>")
    drill = replace(sample(), places=(*sample().places, place("incident", 'I"<9>', name=evil)))
    page = map_page(drill, "controller")
    assert "<script>alert" not in page
    etree.fromstring(svg(sheet_of(drill, "controller")).encode())


def test_a_drill_without_places_still_has_a_map() -> None:
    bare = replace(sample(), places=())
    assert "km" in map_svg(bare, "controller")
    assert json.loads(geojson_text(bare, "player"))["features"] == []


def test_a_worse_zone_is_drawn_stronger() -> None:
    def strength(key: str, value: str) -> float:
        drawn = shape_of(place("hazard_zone", "Z-1", "Polygon", properties=((key, value),)))
        return float(re.search(r'fill-opacity="([\d.]+)"', drawn)[1])  # type: ignore[index]

    assert strength("intensity", "6.0") < strength("intensity", "7.5") < strength("intensity", "9.0")
    assert strength("max_depth_m", "0.1") < strength("max_depth_m", "1.0")


def test_the_worst_part_of_a_cloud_lies_on_top() -> None:
    cloud = tuple(
        place("hazard_zone", level, "Polygon", properties=(("level", level),)) for level in ("red", "yellow", "orange")
    )
    sheet = sheet_of(replace(sample(), places=(*cloud, *sample().places)), "controller")
    drawn = [each.place_id for each in sheet.places if each.layer == "hazard_zone"]
    assert drawn == ["yellow", "orange", "red"]


# ---- frame -----------------------------------------------------------------------------------


def test_the_scale_is_true() -> None:
    frame = frame_of(sample().places)
    (x0, y0), (x1, y1) = frame.at((106.40, 39.0)), frame.at((106.40, 39.1))
    assert x0 == pytest.approx(x1)
    assert (y0 - y1) / frame.per_km == pytest.approx(11.132, rel=0.001)
    east = frame.at((106.50, 39.0))[0] - x0
    assert east / frame.per_km == pytest.approx(11.132 * math.cos(math.radians(39.0)), rel=0.002)
    assert 0 < frame.bar_km * frame.per_km <= frame.width / 4


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-80, 80)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_every_place_is_inside_the_frame(spots: list[tuple[float, float]]) -> None:
    frame = frame_of([place("incident", "I", coordinates=(spot,)) for spot in spots])
    for spot in spots:
        x, y = frame.at(spot)
        assert 0 <= x <= frame.width
        assert 0 <= y <= frame.height


def test_symbols_of_one_spot_do_not_hide_one_another() -> None:
    moved = side_by_side([(100.0, 100.0)] * 30, 12.0)
    assert moved[0] == (100.0, 100.0)
    assert min(math.dist(a, b) for a, b in combinations(moved, 2)) > 11.0


def test_the_middle_of_a_ring() -> None:
    assert middle([(0, 0), (4, 0), (4, 2), (0, 2), (0, 0)]) == pytest.approx((2, 1))
    assert middle([(0, 0), (2, 0), (0, 0)]) == pytest.approx((2 / 3, 0))


# ---- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("drill", [full(), crowd(60)], ids=["full", "crowd"])
def test_names_never_cover_one_another_at_any_zoom(drill: Drill, lang: str) -> None:
    sheet = sheet_of(drill, "controller")
    labels = name_labels(sheet, lang)
    for zoom in ZOOMS:
        shown = [label.box(zoom) for label in labels if label.zoom <= zoom]
        assert not [pair for pair in combinations(shown, 2) if overlap(*pair)]
    assert sum(label.zoom == 1 for label in labels) <= MOST


def test_a_closer_look_shows_more_names() -> None:
    labels = name_labels(sheet_of(crowd(60), "player"), "zh")
    first = sum(label.zoom == 1 for label in labels)
    assert 5 < first < len(labels)


spots = st.tuples(st.floats(0, 400), st.floats(0, 300), st.text("中文abc", min_size=1, max_size=12))


@given(st.lists(spots, max_size=40))
@settings(max_examples=50, deadline=None)
def test_placed_names_are_apart_inside_and_few(found: list[tuple[float, float, str]]) -> None:
    wishes = [Wish(item=i, said=said, x=x, y=y, size=11.0, gap=8.0) for i, (x, y, said) in enumerate(found)]
    placed = place_labels(wishes, 400.0, 300.0, keep_free=[(200.0, 150.0)], most=10)
    assert len({label.wish.item for label in placed}) == len(placed)
    for zoom in ZOOMS:
        there = [label for label in placed if label.zoom <= zoom]
        assert len(there) <= 10 * zoom
        new = [label for label in placed if label.zoom == zoom]
        for label in new:
            left, top, right, bottom = label.box(zoom)
            assert left >= 0
            assert top >= 0
            assert right <= 400.0 * zoom
            assert bottom <= 300.0 * zoom
            assert not left < 200.0 * zoom < right or not top < 150.0 * zoom < bottom
            assert not [other for other in there if other is not label and overlap(label.box(zoom), other.box(zoom))]


@given(st.text("中文宽a b", max_size=30), st.integers(2, 20))
def test_shortened_names_fit(said: str, most: int) -> None:
    short = shortened(said, float(most))
    assert text_width(short, 1.0) <= most
    assert short == said or short.endswith("…")


def test_frames_are_equal_for_equal_places() -> None:
    assert isinstance(frame_of(sample().places), Frame)
    assert map_page(full(), "controller") == map_page(full(), "controller")
