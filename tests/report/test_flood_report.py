"""The report of a flood: nothing about shaking, water over time, who was still there when it struck."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import floods
import numpy as np
import pytest

from sim.common.texts import catalogue
from sim.hazard.assumptions import assumptions_of
from sim.hazard.flood.tables import flood_coefficients
from sim.hazard.scenario import Series
from sim.measure.verdict import Comparison
from sim.report import evacuation, hazard, pictures, townships
from sim.report.source import Source
from sim.study.run import RunResult

Maker = Callable[[str], Source]
PageMaker = Callable[[str], str]


def figures(page: str) -> dict[str, dict[str, Any]]:
    found = re.findall(r'<script type="application/json" data-for="([^"]+)">(.*?)</script>', page, re.S)
    return {figure: json.loads(content) for figure, content in found}


def words_of(page: str) -> str:
    """Return what stands in the page for people to read, figures included, without scripts of the page itself."""
    return re.sub(r"<style>.*?</style>|<script>.*?</script>", "", page, flags=re.S)


@pytest.fixture(params=["zh", "en"])
def page(request: pytest.FixtureRequest, flood_page_in: PageMaker) -> str:
    return flood_page_in(request.param)


def test_maps_are_of_water_and_not_of_shaking(page: str) -> None:
    names = set(figures(page))
    assert "map-depth" in names
    assert not names & {"map-intensity", "map-collapsed"}
    assert {"map-exposed-A", "map-exposed-B", "evacuation-ways"} <= names
    assert len([name for name in names if name.startswith("map-water-")]) == 6


def test_every_id_of_the_page_is_there_once(page: str) -> None:
    """A figure with the id of a section would be looked for in the wrong place."""
    ids = re.findall(r'<[a-z][^<>]* id="([^"]+)"', re.sub(r"<script.*?</script>", "", page, flags=re.S))
    assert len(ids) == len(set(ids)) > 10


def test_nothing_is_said_about_shocks_and_rubble(flood_page_in: PageMaker) -> None:
    """Coefficients and methods at the end are those of the models, not of this flood."""
    chinese, english = (words_of(flood_page_in(lang)).split('id="origins"')[0] for lang in ("zh", "en"))
    assert not re.search("震后|主震|烈度|废墟|断裂", chinese)
    assert not re.search(r"after the shock|mainshock|rubble|intensity|\bfaults?\b", english)


def test_no_text_of_the_report_takes_every_disaster_for_an_earthquake() -> None:
    of_earthquakes = ("report.map.intensity", "report.method.model_earthquake.text")
    for key, said in catalogue("zh").items():
        if key.startswith("report.") and key not in of_earthquakes:
            assert "震后" not in said, key
            assert "主震" not in said, key
    assert not [key for key, said in catalogue("en").items() if "the shock" in said and key.startswith("report.")]


def test_the_page_of_the_flood_leaves_no_blank_and_no_raw_number(page: str) -> None:
    words = re.sub(r"<script.*?</script>|<style>.*?</style>|<[^>]+>", " ", page, flags=re.S)
    assert not re.search(r"\b(nan|inf|None)\b(?! meets all)", words)
    assert "{" not in words


def test_evacuation_stands_in_the_contents_of_a_flood_alone(
    flood_page_in: PageMaker, page_in: PageMaker
) -> None:
    assert 'href="#evacuation"' in flood_page_in("en")
    assert "evacuation" not in page_in("en").split("<main")[0]
    assert 'id="evacuation"' not in page_in("en")


def test_bars_of_a_layout_sum_to_the_people_in_danger(flood_source_in: Maker) -> None:
    source = flood_source_in("en")
    figure = evacuation.evacuation_figure(source)
    assert figure is not None
    alone, by_bus, exposed = (np.array(trace["x"]) for trace in json.loads(figure.json)["data"])
    np.testing.assert_allclose(alone + by_bus + exposed, [900.0, 900.0], rtol=1e-3)
    assert by_bus[1] > by_bus[0] > 0.0  # six buses against one
    assert exposed[1] < exposed[0]


def test_the_table_of_exposure_has_the_worst_township_first(flood_source_in: Maker) -> None:
    rows = evacuation.exposure_rows(flood_source_in("en"))
    assert [row.name for row in rows] == ["zone 2", "zone 1"]
    assert [row.people.text for row in rows] == ["600", "300"]
    assert rows[0].strikes.text == "2.2 h"  # 120 to 145 minutes, the lower of the two in the middle
    for row in rows:
        for cell, share in zip(row.exposed, row.shares, strict=True):
            percent, people = share.split("% of ")
            assert people == row.people.text
            assert float(percent) == pytest.approx(
                100.0 * float(cell.sort) / float(row.people.sort), abs=0.51
            )


def test_map_and_table_of_the_exposed_are_means_over_the_same_disasters(flood_source_in: Maker) -> None:
    """A danger that strikes in few disasters weighs as little on the map as in the table."""
    source = flood_source_in("en")
    rows = {zone: replace(row, people=0.4 * row.people, exposed=0.4 * row.exposed)
            for zone, row in source.evacuation["a"].items()}
    few = replace(source, evacuation={**source.evacuation, "a": rows})
    table = {row.name: float(row.exposed[0].sort) for row in evacuation.exposure_rows(few)}
    drawn = evacuation.exposed_by_zone(few)[0]
    assert drawn["Z0"] == 0.0
    assert {"zone 1": drawn["Z1"], "zone 2": drawn["Z2"]} == pytest.approx(table, rel=1e-5)
    assert evacuation.exposure_rows(few)[0].people.text == "240"
    assert evacuation.exposure_rows(few)[0].shares[1].endswith("% of 600")  # its own, not that of the reference
    said = few.words("hover.exposed_people", people=few.words.people(drawn["Z2"]))
    assert said in pictures.answer_maps(few, "exposed_people")[0].json


def test_hovering_over_the_water_tells_who_was_still_there(flood_source_in: Maker) -> None:
    source = flood_source_in("en")
    notes = hazard.exposure_notes(source)
    assert set(notes) == {"Z1", "Z2"}
    logs = [log.evacuations for log in source.played.logs]
    exposed = [next(row.exposed for row in rows if row.zone == 2) for rows in logs]
    assert notes["Z2"].startswith("600 people to leave, struck day 1 12:")
    assert notes["Z2"].endswith(f"still there: A {exposed[0]:,.0f}, B {exposed[1]:,.0f}")
    first = json.loads(hazard.water_maps(source)[0].json)
    assert any(notes["Z2"] in str(trace.get("text")) for trace in first["data"])


def test_moments_go_from_the_first_water_over_the_peak_to_the_last() -> None:
    minute = np.arange(0.0, 601.0, 30.0)
    depth = np.interp(minute, [60.0, 180.0, 480.0], [0.0, 1.0, 0.0])[:, None]
    shown = minute[hazard.moments(Series(minute=minute, value=depth))].tolist()
    assert shown == [90.0, 150.0, 180.0, 270.0, 360.0, 450.0]
    assert hazard.moments(Series(minute=minute, value=np.full((len(minute), 2), 0.005))) == []


def test_water_that_only_rises_is_shown_by_equal_steps_of_its_rise() -> None:
    minute = np.arange(0.0, 1001.0, 10.0)
    depth = 1.0 - np.exp(-minute / 100.0)
    shown = hazard.moments(Series(minute=minute, value=depth[:, None]))
    assert len(shown) == 6
    np.testing.assert_allclose(np.diff(depth[shown]), np.diff(depth[shown]).mean(), atol=0.1)


def test_a_flood_that_stands_from_the_start_has_fewer_moments() -> None:
    minute = np.array([0.0, 60.0])
    assert hazard.moments(Series(minute=minute, value=np.ones((2, 1)))) == [0, 1]


def test_the_scale_of_all_moments_is_the_same(flood_source_in: Maker) -> None:
    scales = set()
    for figure in hazard.water_maps(flood_source_in("en")):
        markers = [trace.get("marker", {}) for trace in json.loads(figure.json)["data"]]
        bar = next(marker for marker in markers if marker.get("showscale"))
        scales.add((bar["cmin"], bar["cmax"]))
    assert scales == {(0.0, 1.5)}


def test_townships_have_depth_and_people_to_leave(flood_source_in: Maker) -> None:
    source = flood_source_in("en")
    assert townships.columns(townships.HIT, source.zone_values, source.layouts)[:2] == [
        "max_depth_m", "people_in_danger",
    ]
    rows = townships.township_rows(source.city, source.zone_values, source.layouts, source.words)
    assert [row.cells[0].text for row in rows] == ["0.00 m", "0.60 m", "1.50 m"]
    assert [row.cells[1].text for row in rows] == ["0", "300", "600"]


def test_key_measures_tell_exposure_and_the_loss_avoided(flooded: tuple[RunResult, Comparison]) -> None:
    rows = {(row.measure, row.layout_id): row for row in flooded[1].measures}
    near, far = rows["loss_avoided_yuan", "a"], rows["loss_avoided_yuan", "b"]
    assert {near.estimate, far.estimate} <= {0.0, 2e8}
    assert near.estimate != far.estimate  # the dyke holds under one of the two
    assert rows["exposed_share", "b"].difference < 0.0
    assert rows["evacuated_people", "b"].difference > 0.0
    assert any(e.measure == "exposed_share" and e.worst_zone == "Z2" for e in flooded[1].equity)


def test_an_earthquake_has_no_row_for_what_concerns_nobody(page_in: PageMaker) -> None:
    page = page_in("en")
    assert catalogue("en")["report.measure.exposed_share"] not in page
    assert catalogue("en")["report.measure.loss_avoided_yuan"] not in page


def test_assumptions_of_a_flood_are_those_of_water_first() -> None:
    flood = floods.made("flash")
    keys = [row.key for row in assumptions_of(flood)]
    shipped = list(flood_coefficients().rows)
    assert keys[: len(shipped)] == shipped
    assert "flood_damage: 0.5 damage_share" in keys
    assert not [key for key in keys if key.startswith(("attenuation", "fragility"))]
    assert all(row.source and row.evidence for row in assumptions_of(flood))
