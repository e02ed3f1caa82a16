"""The Chinese form: a test by name and mark, sent by nobody, and texts that begin and end as an exercise."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from drill.kit.warned import chain, changed
from drill.sample import sample, text
from lxml import etree

from sim.common.errors import InputError
from sim.drill.csv_rows import shipped
from sim.drill.kit.china import NS, china_forms, text_paper, write_china
from sim.drill.model import Drill

IDENTIFIER = re.compile(r"\d{14}_\d{14}_\d")


def forms(drill: Drill) -> list[etree._Element]:
    return [etree.fromstring(data) for data in china_forms(drill).values()]


def said(tree: etree._Element, path: str) -> str:
    return str(tree.findtext("/".join(f"{{{NS}}}{part}" for part in path.split("/"))) or "")


def test_the_files_of_a_drill(tmp_path: Path) -> None:
    written = [file.relative_to(tmp_path).as_posix() for file in write_china(chain(), tmp_path)]
    assert written == [
        "10_预警/cn/drill-sample_I-002_ALERT_DRILL.xml", "10_预警/cn/drill-sample_W-2_UPDATE_DRILL.xml",
        "10_预警/cn/drill-sample_I-002_CANCEL_DRILL.xml", "10_预警/文本.docx", "10_预警/Text EN.docx",
    ]
    assert all((tmp_path / name).stat().st_size for name in written)


def test_a_form_is_a_test_without_a_channel() -> None:
    for tree in forms(chain()):
        assert said(tree, "status") == "Test"
        method = tree.find(f"{{{NS}}}code/{{{NS}}}method")
        assert method is not None
        assert not method.text
        assert len(method) == 0
        assert said(tree, "info/headline").startswith("【演练】")
        assert said(tree, "info/description").startswith("【演练】")
        assert said(tree, "note").startswith("【演练】")
        assert said(tree, "sendTime").endswith("+08:00")


def test_no_form_is_meant() -> None:
    for data in china_forms(changed(headline=text("</headline><status>Actual</status>"))).values():
        assert re.findall(rb"<status>(\w+)", data) == [b"Test"]


def test_numbers_name_the_area_and_no_office() -> None:
    first, update, cancel = forms(chain())
    ids = [said(tree, "identifier") for tree in (first, update, cancel)]
    assert all(IDENTIFIER.fullmatch(each) and len(each) == 31 for each in ids)
    assert len(set(ids)) == 3
    assert ids[0].startswith("64020000000000_20270512100500_")
    assert said(first, "references") == ""
    assert said(update, "references") == said(cancel, "references") == ids[0]


@pytest.mark.parametrize("code", ["", "x", "640", "640200000"])
def test_a_city_without_its_code_gives_zeros(code: str) -> None:
    tree = forms(chain(city_code=code))[0]
    assert said(tree, "senderCode") == "0" * 14


def test_colour_and_area() -> None:
    first, update, _ = forms(chain())
    assert said(first, "info/severity") == "Orange"
    assert said(update, "info/severity") == "Red"
    assert said(first, "info/area/geocode") == "640202"
    assert said(first, "info/area/polygon").startswith("38.9")


def test_wrong_warnings_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_china(changed(event_code="locusts"), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_begins_and_ends_as_an_exercise(lang: str) -> None:
    drill = chain()
    document = docx.Document(BytesIO(text_paper(drill, lang)))
    spoken = [each.text for each in document.paragraphs if each.style.name == "Drill Spoken"]
    assert len(spoken) == 4 * len(drill.warnings)
    for order, warning in enumerate(drill.warnings):
        block = spoken[4 * order : 4 * order + 4]
        assert block[0].startswith("【演练】")
        assert block[0].endswith(warning.headline.of(lang))
        assert block[1:3] == [warning.description.of(lang), warning.instruction.of(lang)]
        assert block[3].startswith("【演练】")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_codes_that_nobody_has_checked_say_so(lang: str) -> None:
    document = docx.Document(BytesIO(text_paper(sample(), lang)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    mark = "待核对" if lang == "zh" else "to be checked"
    assert any("11C" in cell and mark in cell for cell in cells)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_drill_without_warnings_says_so(lang: str) -> None:
    document = docx.Document(BytesIO(text_paper(replace(sample(), warnings=()), lang)))
    assert any(("没有预警" if lang == "zh" else "No warning") in each.text for each in document.paragraphs)


def test_equal_drills_give_equal_bytes() -> None:
    assert china_forms(chain()) == china_forms(chain())
    assert text_paper(chain(), "zh") == text_paper(chain(), "zh")


def test_every_kind_of_warning_has_its_codes() -> None:
    known = {row["key"] for row in shipped("warning_codes.csv")}
    assert {row["event_code"] for row in shipped("warning_kinds.csv")} <= known
    for row in shipped("warning_codes.csv"):
        assert all(row[column] for column in ("name_zh", "name_en", "category", "oet_code", "type_code", "source"))
        assert row["checked"] in ("0", "1")
