"""What the papers are made of: the self-check, the band, the zip without a clock, the templates."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from drill.sample import action, benchmark, inject, sample

from sim.drill import model as m
from sim.drill.papers.band import RED, band_png
from sim.drill.papers.canvas import Canvas
from sim.drill.papers.check import self_check, unchecked
from sim.drill.papers.repack import repack
from sim.drill.papers.template import answering, names, read_template
from sim.drill.papers.words import Words
from sim.drill.papers.write import PAPERS


def failing(drill: m.Drill) -> dict[str, tuple[str, ...]]:
    return {each.key: each.missing for each in self_check(drill) if not each.passed}


def with_injects(*more: m.Inject) -> m.Drill:
    drill = sample()
    return replace(drill, injects=(*drill.injects, *more))


def test_the_sample_holds_together() -> None:
    assert failing(sample()) == {}


@pytest.mark.parametrize(
    ("drill", "key", "missing"),
    [
        (with_injects(inject("I-009", "inject", 20.0, 19.0)), "timed_injects", ("I-009",)),
        (with_injects(inject("I-009", "inject", 9.0, 8.0, objective_ids=(), timed=False)), "inject_fields", ("I-009",)),
        (with_injects(inject("I-009", "inject", 70.0, 19.0, timed=False)), "durations", ("I-009",)),
        (with_injects(inject("I-009", "inject", 20.0, 9.0, timed=False, mode="smoke")), "inject_form", ("I-009",)),
        (with_injects(inject("C-009", "contingency", 20.0, None)), "evolution", ("C-009",)),
        (replace(sample(), overview=replace(sample().overview, window_min=170.0)), "window", ("ENDEX",)),
        (replace(sample(), overview=replace(sample().overview, evolution=m.Text("", ""))), "scenario", ("evolution",)),
        (replace(sample(), stresses=(replace(sample().stresses[0], met=False),)), "stress", ("breach",)),
        (replace(sample(), actions=sample().actions[:1]), "units", ("U-02",)),
    ],
)
def test_what_is_wrong_is_named(drill: m.Drill, key: str, missing: tuple[str, ...]) -> None:
    assert failing(drill)[key] == missing


def test_an_action_that_waits_for_itself_or_for_nobody_is_found() -> None:
    drill = sample()
    first, second, *rest = drill.actions
    ring = replace(drill, actions=(replace(first, predecessor="A-001-2"), second, *rest))
    assert set(failing(ring)["action_links"]) == {"A-001-1", "A-001-2", "A-001-3"}
    lost = replace(drill, actions=(first, replace(second, predecessor="A-777-1"), *rest))
    assert failing(lost)["action_links"] == ("A-001-2", "A-001-3")


def test_clauses_nobody_checked_are_listed_once() -> None:
    drill = sample()
    assert len(unchecked(drill)) == 1
    sure = replace(drill.targets[0].clause, checked=True)
    assert replace(drill, targets=()).targets == ()
    assert sure not in unchecked(drill)


# ---- the band -------------------------------------------------------------------------------


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_band_is_the_same_picture_every_time_and_moves_with_the_limit() -> None:
    law = benchmark(15.0, 20.0)
    once = band_png(law, 20.0)
    assert once is not None
    assert once == band_png(law, 20.0)
    assert once != band_png(law, 12.0)
    assert once != band_png(law, None)
    assert size_of(once) == (1500, 226)


def test_a_law_without_a_median_has_no_band_and_one_without_a_tail_a_shorter_one() -> None:
    assert band_png(benchmark(15.0, None, never=0.6), None) is None
    open_ended = benchmark(15.0, None, never=0.1)
    assert open_ended.p95 is None
    assert band_png(open_ended, None) is not None


@pytest.mark.parametrize("median", [0.1, 1.0, 9.99, 480.0])
def test_any_span_of_time_can_be_drawn(median: float) -> None:
    assert band_png(benchmark(median, 3.0), 3.0) is not None


def test_a_law_that_is_zero_can_be_drawn() -> None:
    law = replace(benchmark(15.0, None), p10=0.0, p50=0.0, p80=0.0, p95=0.0)
    assert band_png(law, None) is not None


def test_lines_and_boxes_stay_where_they_are_put() -> None:
    canvas = Canvas(40, 20)
    canvas.line((10, 10), (30, 10), 4, RED)
    canvas.box(0, 0, 3, 3, (0, 0, 0))
    canvas.line((-90, -90), (-80, -80), 4, RED)
    assert tuple(canvas.pixels[10, 20]) == RED
    assert tuple(canvas.pixels[2, 2]) == (0, 0, 0)
    assert tuple(canvas.pixels[18, 38]) == (255, 255, 255)


# ---- the zip --------------------------------------------------------------------------------


def test_a_repacked_file_has_no_clock_and_still_opens() -> None:
    made = BytesIO()
    docx.Document().save(made)
    packed = repack(made.getvalue(), "2027-05-12")
    assert repack(packed, "2027-05-12") == packed
    with zipfile.ZipFile(BytesIO(packed)) as opened:
        assert opened.namelist()[0] == "[Content_Types].xml"
        assert {each.date_time for each in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2027-05-12T00:00:00Z" in opened.read("docProps/core.xml")
    assert docx.Document(BytesIO(packed)).core_properties.created is not None


def test_every_style_of_the_papers_names_a_chinese_font_and_what_stands_in_for_it() -> None:
    data = next(each for each in PAPERS if each.audience == "player").write(Words(drill=sample(), lang="zh"))
    document = docx.Document(BytesIO(data))
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None}
    used |= {p.style.name for t in document.tables for p in t.rows[0].cells[0].paragraphs if p.style is not None}
    fonts = {document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in used}
    assert {"方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"} <= fonts
    with zipfile.ZipFile(BytesIO(data)) as opened:
        table = opened.read("word/fontTable.xml").decode()
        assert not [name for name in opened.namelist() if "thumbnail" in name]
    for font in fonts:
        assert f'w:name="{font}"><w:altName w:val=' in table


# ---- the templates --------------------------------------------------------------------------


def test_templates_that_ship_are_whole() -> None:
    assert names() == ["aqt9009_field", "aqt9009_tabletop", "hseep_eeg", "score100"]
    for name in names():
        template = read_template(name)
        assert bool(template.items) == template.sheet
        assert len({item.id for item in template.items}) == len(template.items)
        for item in template.items:
            assert item.group.zh
            assert item.group.en
            assert item.point.zh
            assert item.point.en
    assert sum(item.weight for item in read_template("score100").items) == 100


def test_timed_actions_answer_the_items_of_their_step() -> None:
    items = {item.id: item for item in read_template("aqt9009_field").items}
    drill = sample()
    assert [each.action_id for each in answering(items["1.7"], drill)] == ["A-001-1"]
    assert [each.action_id for each in answering(items["2.4"], drill)] == ["A-001-2", "A-001-3"]
    untimed = replace(drill, actions=(action("A-001-1", "I-001", "U-01", "report", 12.0, timed=False),))
    assert answering(items["1.7"], untimed) == []
