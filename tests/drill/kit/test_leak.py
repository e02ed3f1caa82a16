"""What players get tells them nothing that is the controllers': in no kind of file, however it is written there."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
import xlsxwriter
from drill.sample import benchmark, sample, text
from icalendar import Calendar, Event

from sim.drill import model as m
from sim.drill.kit.leak import leaks, leaks_in, secrets_of
from sim.drill.kit.unpack import UnreadableError, texts
from sim.drill.papers.words import Words
from sim.drill.papers.write import PAPERS

MESSAGE = "I-001：某街道居民楼坍塌，多人被困。"
TITLE = "I-001 secret title"
LAW = "12.3 14.8 19.6"


def drill() -> m.Drill:
    """The sample, with a law whose P50, P80 and P95 are those of :data:`LAW`."""
    base = sample()
    law = replace(benchmark(12.0, None), p50=12.3, p80=14.8, p95=19.6)
    return replace(base, actions=(replace(base.actions[0], benchmark=law), *base.actions[1:]))


def word(*said: str) -> bytes:
    document = docx.Document()
    for each in said:
        paragraph = document.add_paragraph()
        for half in (each[: len(each) // 2], each[len(each) // 2 :]):
            paragraph.add_run(half)
    made = BytesIO()
    document.save(made)
    with zipfile.ZipFile(BytesIO(made.getvalue())) as old, zipfile.ZipFile(bare := BytesIO(), "w") as new:
        for name in old.namelist():
            if not name.endswith(".jpeg"):
                new.writestr(name, old.read(name))
    return bare.getvalue()


def excel(*said: str) -> bytes:
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, each in enumerate(said):
        for column, part in enumerate(each.split()):
            number = part.replace(".", "", 1).isdigit()
            sheet.write(row, column, float(part) if number else each)
    book.close()
    return made.getvalue()


def calendar(*said: str) -> bytes:
    made = Calendar()
    event = Event()
    event.add("summary", "exercise; players, all")
    event.add("description", "\n".join(said))
    made.add_component(event)
    return bytes(made.to_ical())


def page(*said: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>{'</p><p>'.join(said)}</p></body></html>".encode()


def script(*said: str) -> bytes:
    return f"<html><script>var hidden = {json.dumps(said)};</script></html>".encode()


def picture(*said: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><text>{"</text><text>".join(said)}</text></svg>'.encode()


def attribute(*said: str) -> bytes:
    return "".join(f'<svg xmlns="http://www.w3.org/2000/svg" aria-label="{each}"/>' for each in said).encode()


def comment(*said: str) -> bytes:
    return f"<html><!-- {' '.join(said)} --></html>".encode()


def layers(*said: str) -> bytes:
    features = [{"properties": {"name": each}} for each in said]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def plain(*said: str) -> bytes:
    return "\n".join(said).encode()


def packed(*said: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        new.writestr("inner.md", plain(*said))
    return made.getvalue()


KINDS = [
    ("a.docx", word), ("a.xlsx", excel), ("a.ics", calendar), ("a.html", page), ("b.html", script),
    ("c.html", comment), ("a.svg", picture), ("b.svg", attribute), ("a.geojson", layers), ("a.md", plain),
    ("a.csv", plain), ("a.zip", packed),
]


@pytest.mark.parametrize(("name", "make"), KINDS, ids=[f"{name}-{make.__name__}" for name, make in KINDS])
def test_a_planted_message_title_and_law_are_found_in_every_kind_of_file(name, make) -> None:
    secrets = secrets_of(drill())
    for planted, kind in ((MESSAGE, "text"), (TITLE, "text"), ("A-001-2", "number"), (LAW, "figures")):
        found = leaks_in(name, make("exercise", planted), secrets)
        assert kind in {leak.kind for leak in found}, (planted, found)
    assert leaks_in(name, make("exercise", "消防救援一站"), secrets) == []


@pytest.mark.parametrize(("name", "make"), KINDS[5:], ids=[f"{name}-{make.__name__}" for name, make in KINDS[5:]])
def test_a_planted_position_is_found_in_either_order(name, make) -> None:
    base = sample()
    moved = tuple(replace(each, lon=106.41234, lat=39.01234) for each in base.injects)
    secrets = secrets_of(replace(base, injects=moved))
    for planted in ("106.41234, 39.01234", "39.0123, 106.4123"):
        assert "place" in {leak.kind for leak in leaks_in(name, make(planted), secrets)}
    assert leaks_in(name, make("106.39, 39.02"), secrets) == []


def test_a_name_of_a_file_may_tell_as_well() -> None:
    secrets = secrets_of(sample())
    assert {leak.kind for leak in leaks_in("I-001.md", b"", secrets)} == {"number"}
    assert {leak.kind for leak in leaks_in("a.zip", packed(""), secrets)} == set()


def test_everything_of_the_controllers_is_a_secret() -> None:
    said = secrets_of(sample()).said
    for hidden in (
        "I-001机密标题", "C-001secrettitle", "若45分钟时仍未见A-001-2", "被困约6人", "A-001-1应采取的行动",
        "主震后有火灾和余震。",
        "Twelvepeoplewerebroughtoutmeanwhile.", "某市发布余震橙色预警", "15分钟内未到达的概率",
        "A-001-3islatemostoften", "trapped(people)", "Anearthquakeofmagnitude6.5.",
    ):
        assert hidden in said, hidden


def test_what_players_may_read_is_no_secret_though_an_inject_says_it() -> None:
    base = sample()
    told = replace(base.injects[1], title=base.units[1].name, message=text("演练中不得使用真实报警电话"))
    allowed = text("演练中不得使用真实报警电话")
    open_drill = replace(
        base, injects=(base.injects[0], told, *base.injects[2:]),
        overview=replace(base.overview, forbidden=(allowed,)),
    )
    said = secrets_of(open_drill).said
    assert "消防救援一站" not in said
    assert allowed.zh not in said


def test_questions_are_secret_until_they_are_those_of_a_tabletop() -> None:
    base = sample()
    inject = replace(base.injects[1], message=base.questions[0].text)
    field = replace(base, injects=(base.injects[0], inject))
    tabletop = replace(field, overview=replace(base.overview, form="tabletop"))
    asked = "首报应包含哪些要素？"
    assert asked in secrets_of(field).said
    assert asked not in secrets_of(tabletop).said


@pytest.mark.parametrize("name", ["a.png", "a.exe", "a", "a.docx", "a.geojson", "a.html"])
def test_what_cannot_be_searched_is_a_leak(name: str) -> None:
    data = b"\xff\xfe\x00broken"
    with pytest.raises(UnreadableError):
        list(texts(name, data))
    assert [leak.kind for leak in leaks([(name, data)], sample())] == ["unreadable"]


@pytest.mark.parametrize(
    ("form", "notice", "lang"),
    [
        ("field", "announced", "zh"), ("tabletop", "window", "en"), ("field", "blind", "zh"),
        ("tabletop", "scripted", "en"),
    ],
)
def test_the_players_paper_leaks_nothing_and_every_other_paper_would(form: str, notice: str, lang: str) -> None:
    base = sample()
    shown = replace(base, overview=replace(base.overview, form=form, notice=notice))
    for paper in PAPERS:
        data = paper.write(Words(drill=shown, lang=lang))
        found = leaks([(paper.file("en").replace("R-", ""), data)], shown)
        assert bool(found) == (paper.audience != "player"), (paper.name_en, found)


@pytest.mark.parametrize(
    ("notice", "said", "hidden"),
    [
        ("blind", "2027-05-12", True), ("blind", "DTSTART:20270512T010000Z", True), ("blind", "于2027年5月12日", True),
        ("blind", "09:00开始", True), ("window", "09:00", True), ("window", "2027-05-12", False),
        ("announced", "2027-05-12 09:00", False), ("blind", "2000-01-01T09:00:00Z", False), ("blind", "109:00", False),
    ],
)
def test_day_and_hour_are_secret_as_far_as_the_notice_says(notice: str, said: str, hidden: bool) -> None:
    base = sample()
    made = replace(base, overview=replace(base.overview, notice=notice))
    assert [leak.kind for leak in leaks([("a.md", said.encode())], made)] == (["moment"] if hidden else [])


def test_place_and_background_of_a_blind_drill_are_secret() -> None:
    base = sample()
    blind = replace(base, overview=replace(base.overview, notice="blind"))
    for said in ("市应急指挥中心", "冬夜，零下10度。"):
        assert said in secrets_of(blind).said
        assert said not in secrets_of(base).said


def test_the_day_of_a_blind_drill_stands_in_no_property_of_the_players_paper() -> None:
    base = sample()
    blind = replace(base, overview=replace(base.overview, notice="blind", revised_at=base.overview.date))
    paper = next(each for each in PAPERS if each.audience == "player")
    assert leaks([("05.docx", paper.write(Words(drill=blind, lang="zh")))], blind) == []
