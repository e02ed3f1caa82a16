"""The page: complete in itself, safe, in both languages, with everything that it promises."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from sim.common.texts import catalogue
from sim.measure.verdict import Comparison, Pairs, ZoneDifference
from sim.report import origins, pictures, townships, why, write_report
from sim.report.figures.style import columns_of
from sim.report.source import Source, gather
from sim.report.write import render
from sim.study.run import RunResult

Maker = Callable[[str], Source]
PageMaker = Callable[[str], str]
REPORT = Path(origins.__file__).parent
SECTIONS = ("conclusion", "layouts", "verdicts", "why", "maps", "curves", "teams", "replay", "townships", "origins")


class Page(HTMLParser):
    """What a browser would find in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.words.append(data)


def figures(page: str) -> dict[str, dict[str, Any]]:
    found = re.findall(r'<script type="application/json" data-for="([^"]+)">(.*?)</script>', page, re.S)
    return {figure: json.loads(content) for figure, content in found}


def settings(page: str) -> dict[str, Any]:
    found = re.search(r'id="plot-config">(.*?)</script>', page, re.S)
    assert found is not None
    return dict(json.loads(found.group(1)))


@pytest.fixture(params=["zh", "en"])
def page(request: pytest.FixtureRequest, page_in: PageMaker) -> str:
    return page_in(request.param)


def test_the_page_holds_all_sections_in_order(page: str) -> None:
    ids = [attrs.get("id") for tag, attrs in Page(page).tags if tag == "section"]
    assert ids == list(SECTIONS)


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    tags = Page(page).tags
    assert [attrs for tag, attrs in tags if tag in ("link", "img", "iframe", "object", "embed")] == []
    assert [attrs for tag, attrs in tags if "src" in attrs] == []
    assert all((attrs["href"] or "").startswith("#") for tag, attrs in tags if tag == "a")
    policy = next(attrs["content"] for _, attrs in tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_plotly_is_inline_once_and_never_calls_out(page: str) -> None:
    assert page.count("plotly.js v") == 1
    config = settings(page)
    assert config["showSendToCloud"] is False
    assert config["displaylogo"] is False
    assert config["plotlyServerURL"] == ""
    kinds = {trace["type"] for figure in figures(page).values() for trace in figure["data"]}
    assert kinds <= {"bar", "scatter"}


def test_only_the_chinese_page_brings_a_chinese_mode_bar(page_in: PageMaker) -> None:
    chinese, english = settings(page_in("zh")), settings(page_in("en"))
    assert chinese["locale"] == "zh-CN"
    assert chinese["locales"]["zh-CN"]["dictionary"]["Zoom"] == "框选放大"
    assert "locale" not in english


def test_every_figure_has_words_for_those_who_cannot_see_it(page: str) -> None:
    plots = [attrs for _, attrs in Page(page).tags if attrs.get("class") == "plot"]
    assert {attrs["id"] for attrs in plots} == set(figures(page))
    assert all(len(attrs["aria-label"] or "") > 10 for attrs in plots)


def test_names_are_escaped_everywhere(page_in: PageMaker) -> None:
    page = page_in("en")
    assert "near <by>" not in page
    assert "near &lt;by&gt;" in page
    assert "near \\u003cby" in page  # inside the figures


def test_verdicts_say_their_state_in_words_and_symbol_beside_the_colour(page_in: PageMaker) -> None:
    page = page_in("en")
    assert re.search(r'class="state missed"><span aria-hidden="true">✘</span> missed<', page)
    assert re.search(r'class="state met"><span aria-hidden="true">✔</span> met<', page)
    assert re.search(r'class="state undecided"><span aria-hidden="true">\?</span> undecided<', page)


def test_no_text_is_left_unfilled_and_no_number_is_raw(page: str) -> None:
    words = " ".join(Page(page).words)
    assert not re.search(r"\b(nan|inf|None)\b(?! meets all)", words)
    assert "{" not in words


def test_the_report_says_what_is_synthetic_and_that_outlines_are_schematic(page_in: PageMaker) -> None:
    page = page_in("en")
    assert "Of 5 rows of input data, 2 are synthetic" in page
    assert "schematic" in page
    maps = [figure for name, figure in figures(page).items() if name.startswith("map-")]
    assert len(maps) == 2 + 3 * 2
    for figure in maps:
        notes = [note["text"] for note in figure["layout"]["annotations"]]
        assert "schematic, not an approved map" in notes
        assert figure["layout"]["yaxis"]["scaleanchor"] == "x"


def test_a_run_in_which_nothing_happens_to_one_layout_says_so(source_in: Maker) -> None:
    source = source_in("en")
    nobody = replace(
        source,
        layouts=source.layouts[:1],
        comparison=replace(
            source.comparison,
            verdicts=(),
            measures=tuple(replace(row, n=0) for row in source.comparison.measures),
            equity=(),
        ),
        city_values={},
        zone_values={},
        curves={},
        kinds={},
        short={},
        teams={},
        run=replace(source.run, inputs=replace(source.inputs, layouts=source.inputs.layouts[:1])),
        played=replace(source.played, logs=(replace(source.played.logs[0], timeline=(), stock_out_min={}),)),
    )
    page = render(nobody)
    words = " ".join(Page(page).words)
    for sentence in ("No target can be judged.", "No store was emptied", "Nothing came up that needed a crew."):
        assert sentence in words
    assert "Nobody waited beyond the limit for a line of the kit." in words
    assert not [name for name in figures(page) if name.startswith(("time-", "map-arrival", "map-relief", "crews-A"))]


def test_same_inputs_same_page(played: tuple[RunResult, Comparison], page_in: PageMaker) -> None:
    assert page_in("en") == render(gather(*played, "en"))


def test_write_report_writes_one_file_and_refuses_an_unknown_language(
    played: tuple[RunResult, Comparison], drawn_by_hand: None, tmp_path: Path
) -> None:
    path = tmp_path / "new" / "report.html"
    write_report(*played, "en", path)
    assert [entry.name for entry in path.parent.iterdir()] == ["report.html"]
    assert 4_000_000 < path.stat().st_size < 8_000_000
    with pytest.raises(ValueError, match="no report in the language 'fr'"):
        write_report(*played, "fr", path)


# ---- what stands in the parts -----------------------------------------------------------------------


def test_time_parts_are_the_means_of_the_run(source_in: Maker) -> None:
    source = source_in("en")
    assert why.time_parts(source, source.layouts[0])["job"] == (0.0, 0.0, 61.0)
    assert why.time_parts(source, source.layouts[1])["rescue"] == (0.0, 0.0, 1.0)


def test_relief_stuck_names_line_place_and_people(source_in: Maker) -> None:
    source = source_in("en")
    near, far = source.layouts
    assert [(spot.zone, spot.line, spot.people) for spot in why.short_spots(source, near)] == [
        ("zone 0", "bedding", "75.0"),
        ("zone 2", "bedding", "5.0"),
    ]
    assert why.short_spots(source, far) == []
    rows, more = why.ran_out(source, 0)
    assert ("store", "I1") in [(row.depot, row.item) for row in rows]
    assert more == 0


def test_the_share_relieved_is_relieved_over_displaced(source_in: Maker) -> None:
    source = source_in("en")
    relief = next(figure for figure in pictures.curve_figures(source) if figure.title.figure_id == "curve-relief")
    line = next(trace for trace in json.loads(relief.json)["data"] if trace["name"] == "A near <by>")
    assert line["y"][-1] == pytest.approx(40.0 / 120.0, rel=1e-3)


def test_the_timetable_has_a_row_for_each_busy_crew(source_in: Maker) -> None:
    figure = pictures.timetable(source_in("en"))
    assert figure is not None
    content = json.loads(figure.json)
    rows = {row for trace in content["data"] for row in trace["y"]}
    assert len(content["layout"]["yaxis"]["ticktext"]) == len(rows) > 0


def test_townships_show_middle_times_and_mean_shares(source_in: Maker) -> None:
    source = source_in("en")
    rows = townships.township_rows(source.city, source.zone_values, source.layouts, source.words)
    hit, answer = (
        townships.columns(measures, source.zone_values, source.layouts)
        for measures in (townships.HIT, townships.ANSWER)
    )
    assert "max_depth_m" not in hit  # a disaster without water
    columns = [*hit, *(f"{m}/{layout.tag}" for m in answer for layout in source.layouts)]
    last = dict(zip(columns, (cell.text for cell in rows[2].cells), strict=True))
    assert rows[2].name == "zone 2"
    assert rows[2].county == "County C"
    assert last["intensity"] == "8.0"
    assert last["arrival_p50_min/A"] == "91 min"
    assert last["arrival_p50_min/B"] == "1.0 min"
    assert last["trapped_people"] == "3.0"


def test_assumptions_hold_response_rules_and_hazard_and_mark_what_the_user_changed(source_in: Maker) -> None:
    rows = origins.assumption_rows(source_in("en").inputs, source_in("en").words)
    assert {row.group for row in rows} == {"response", "rules", "hazard"}
    by_key = {row.key: row for row in rows}
    assert by_key["relief_limit_h"].value == "10"
    assert by_key["relief_limit_h"].unit == "h"
    assert by_key["vehicle_truck_factor"].overridden  # the tiny world sets it
    assert not by_key["relief_limit_h"].overridden
    assert by_key["crew_types: fire crew_size"].value == "7"
    assert all(row.evidence for row in rows)


# ---- texts ------------------------------------------------------------------------------------------


def test_every_text_of_the_report_is_used_and_every_used_text_exists() -> None:
    ours = {key.removeprefix("report.") for key in catalogue("en") if key.startswith("report.")}
    # the page of a batch has words of its own, which the test of all texts looks after
    pages = [path for path in [*REPORT.rglob("*.py"), *REPORT.rglob("*.j2")] if path.name != "batch_page.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    literal = set(
        re.findall(r'\b(?:words|t|self|source\.words|ground\.words)\(\s*f?["\']([a-z_0-9.]+)["\'][,)\s]', source)
    )
    assert {key for key in literal if not key.endswith(".")} - ours == set()
    stems = set(re.findall(r'["\']([a-z_.]+\.)(?:\{|["\'] ~)', source))
    unused = {
        key
        for key in ours
        if f'"{key}"' not in source and f"'{key}'" not in source and not any(key.startswith(stem) for stem in stems)
    }
    assert unused == set()


def test_both_languages_fill_the_same_blanks() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    ours = [key for key in en if key.startswith("report.")]
    assert set(ours) == {key for key in zh if key.startswith("report.")}
    for key in ours:
        assert set(re.findall(r"\{(\w+)", zh[key])) == set(re.findall(r"\{(\w+)", en[key])), key


def test_four_maps_stand_two_by_two_and_leave_no_hole() -> None:
    assert [columns_of(n) for n in (1, 2, 3, 4, 5, 6)] == [1, 2, 3, 2, 3, 3]


def test_the_worst_township_is_named_at_the_middle_of_its_outline(source_in: Maker) -> None:
    ground = source_in("en").ground
    x, y = ground.outlines["Z0"]
    corners = ([p for p in line if p is not None] for line in (x, y))
    east, north = ((min(line) + max(line)) / 2.0 for line in corners)
    assert ground.middle(0) == pytest.approx((east, north), abs=0.02)  # a square
    assert ground.middle(1) == (float(ground.zone_x[1]), float(ground.zone_y[1]))  # it has no outline


def test_the_scale_of_arrival_holds_every_value_of_every_layout(source_in: Maker) -> None:
    source = source_in("en")
    waits = {("a", "arrival_p50_min"): {f"Z{i}": (0.0, 60.0 * i) for i in range(3)},
             ("b", "arrival_p50_min"): {"Z0": (0.0, 6000.0)}}
    first, second = pictures.answer_maps(replace(source, zone_values=waits), "arrival_p50_min")
    for figure in (first, second):
        bars = [trace["marker"] for trace in json.loads(figure.json)["data"] if "colorbar" in trace.get("marker", {})]
        assert [(bar["cmin"], bar["cmax"]) for bar in bars] == [(0.0, 100.0)]


def test_the_scale_of_a_single_arrival_starts_at_zero(source_in: Maker) -> None:
    waits = {("a", "arrival_p50_min"): {"Z0": (0.0, 3.697)}, ("b", "arrival_p50_min"): {"Z0": (0.0, 3.698)}}
    drawn = pictures.answer_maps(replace(source_in("en"), zone_values=waits), "arrival_p50_min")[0]
    (bar,) = [trace["marker"] for trace in json.loads(drawn.json)["data"] if "colorbar" in trace.get("marker", {})]
    assert bar["cmin"] == 0.0
    assert bar["cmax"] == pytest.approx(3.698 / 60.0)


def test_townships_that_lose_stand_in_the_page(source_in: Maker) -> None:
    source = source_in("en")
    row = ZoneDifference(
        measure="relief_share_10h", layout_id="b", zone="Z1", reference=0.9, difference=-0.4, low=-0.5, high=-0.3,
        effect="worse", pairs=Pairs(better=0, worse=6),
    )
    page = render(replace(source, comparison=replace(source.comparison, zones=(row,))))
    words = " ".join(" ".join(Page(page).words).split())
    assert "Townships that clearly lose under B far & away: zone 1: share relieved within 10 h −40.0 points" in words
    assert "away loses zone 1 share relieved within 10 h 90.0% −40.0 points [−50.0 to −30.0] better in 0" in words
    assert "Did not happen (prevented)" in words
    assert "Another township is the slowest in another disaster" in words
