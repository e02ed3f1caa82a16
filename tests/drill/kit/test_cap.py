"""CAP messages: valid, an exercise whatever the drill says, chained, with areas that are where they should be."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from drill.kit.warned import chain, changed
from drill.sample import sample, text
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sim.common.errors import InputError
from sim.drill.kit import cap, warnings
from sim.drill.kit.cap import cap_messages, schema_faults, write_cap
from sim.drill.model import Drill

NS = {"c": cap.NS}
OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
SQUARE = ((106.3, 38.9), (106.5, 38.9), (106.5, 39.1), (106.3, 39.1), (106.3, 38.9))
BOW = ((106.3, 38.9), (106.5, 39.1), (106.5, 38.9), (106.3, 39.1), (106.3, 38.9))


def messages(drill: Drill) -> dict[str, etree._Element]:
    return {name: etree.fromstring(data) for name, data in cap_messages(drill).items()}


def said(tree: etree._Element, path: str) -> list[str]:
    return [each.text or "" for each in tree.findall(path, NS)]


def codes(drill: Drill) -> list[str]:
    with pytest.raises(InputError) as error:
        cap_messages(drill)
    for problem in error.value.problems:
        assert problem.line("zh") != problem.line("en")
    return [problem.code.removeprefix("kit.warning.") for problem in error.value.problems]


def test_names_say_drill_inject_type_and_exercise() -> None:
    assert list(cap_messages(chain())) == [
        "drill-sample_I-002_ALERT_EXERCISE.xml", "drill-sample_W-2_UPDATE_EXERCISE.xml",
        "drill-sample_I-002_CANCEL_EXERCISE.xml",
    ]


def test_two_warnings_of_a_kind_with_one_inject_are_two_files() -> None:
    drill = sample()
    again = replace(drill.warnings[0], warning_id="W-2", ex_min=70.0)
    names = list(cap_messages(replace(drill, warnings=(*drill.warnings, again))))
    assert names == ["drill-sample_I-002_ALERT_EXERCISE.xml", "drill-sample_I-002_ALERT-2_EXERCISE.xml"]


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    written = write_cap(changed(inject_id="../../I-1"), tmp_path)
    assert [file.parent for file in written] == [tmp_path / "10_预警" / "cap"]
    assert all(file.is_file() for file in written)


def test_the_profile_of_a_drill() -> None:
    for tree in messages(chain()).values():
        assert said(tree, "c:status") == ["Exercise"]
        assert said(tree, "c:scope") == ["Restricted"]
        assert said(tree, "c:restriction") == ["演练参演单位"]
        assert said(tree, "c:note") == ["【演练】本消息仅用于演练"]
        assert said(tree, "c:incidents") == ["drill-sample"]
        assert said(tree, "c:info/c:language") == ["zh-CN", "en-US"]
        assert all(each.startswith("【演练】") for each in said(tree, "c:info/c:headline"))
        assert all(each.startswith("【演练】") for each in said(tree, "c:info/c:description"))
        assert len(said(tree, "c:info/c:headline")) == len(said(tree, "c:info/c:description")) == 2
        assert set(said(tree, "c:info/c:eventCode/c:value")) == {"OET-068", "11C"}
        assert set(said(tree, "c:info/c:area/c:geocode/c:valueName")) == {"GB/T 2260"}
        assert set(said(tree, "c:info/c:area/c:geocode/c:value")) == {"640202"}
    colors = [said(tree, "c:info/c:parameter/c:value")[0] for tree in messages(chain()).values()]
    assert colors == ["ORANGE", "RED", "ORANGE"]


def test_there_is_no_other_status_in_the_code() -> None:
    for module in (cap, warnings):
        assert "actual" not in inspect.getsource(module).lower()
    assert len(re.findall(r"\bSTATUS\b", inspect.getsource(cap))) == 2
    assert list(inspect.signature(cap_messages).parameters) == ["drill"]
    assert list(inspect.signature(write_cap).parameters) == ["drill", "folder"]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from(["Alert", "Actual", "Error", "Ack"]))
def test_no_word_of_a_drill_makes_a_message_that_is_meant(headline: str, event: str, kind: str) -> None:
    drill = changed(headline=text("</headline><status>Actual</status>" + headline, headline), message_type=kind,
                    event=text(event or "x", event or "x"))
    if kind != "Alert":
        assert codes(drill) == ["type"]
        return
    for data in cap_messages(drill).values():
        assert re.findall(rb"<status>\s*(\w+)", data) == [b"Exercise"]
        assert not schema_faults(data)


def test_times_have_a_numeric_offset() -> None:
    for offset, end in (("+08:00", "+08:00"), ("+00:00", "-00:00"), ("", "+08:00"), ("-03:30", "-03:30")):
        for tree in messages(chain(utc_offset=offset)).values():
            for path in ("c:sent", "c:info/c:effective", "c:info/c:expires"):
                for each in said(tree, path):
                    assert OFFSET.fullmatch(each)
                    assert each.endswith(end)


def test_a_chain_is_made_by_references() -> None:
    first, update, cancel = messages(chain()).values()
    name = [",".join(said(each, f"c:{key}")[0] for key in ("sender", "identifier", "sent")) for each in (first, update)]
    assert said(first, "c:references") == []
    assert said(update, "c:references") == [name[0]]
    assert said(cancel, "c:references") == [" ".join(name)]
    assert set(said(cancel, "c:info/c:responseType")) == {"AllClear"}
    assert said(first, "c:info/c:responseType") == []


def test_identifiers_hold_nothing_that_cap_forbids() -> None:
    for tree in messages(chain(drill_id="a b,c<d&e\u3000f")).values():
        for path in ("c:identifier", "c:sender"):
            assert re.fullmatch(r"[^\s,<&]+", said(tree, path)[0])


def test_areas_are_latitude_first_and_closed() -> None:
    for tree in messages(chain()).values():
        for ring in said(tree, "c:info/c:area/c:polygon"):
            points = [tuple(map(float, point.split(","))) for point in ring.split()]
            assert points[0] == points[-1]
            assert len(points) >= 4
            assert all(38.0 < lat < 40.0 and 106.0 < lon < 107.0 for lat, lon in points)


@pytest.mark.parametrize(
    ("ring", "fault"),
    [
        (SQUARE[:-1], "open"), ((SQUARE[0], SQUARE[1], SQUARE[0]), "open"), ((), "open"), (BOW, "crossing"),
        ((SQUARE[0], SQUARE[1], SQUARE[2], SQUARE[0], SQUARE[0]), "crossing"),
        (tuple((lon + 1.0, lat) for lon, lat in SQUARE), "far"), (tuple((lat, lon) for lon, lat in SQUARE), "degrees"),
        (((106.3, float("nan")), *SQUARE[1:-1], (106.3, float("nan"))), "open"),
    ],
)
def test_an_area_that_is_unsound_is_refused(ring: Sequence[tuple[float, float]], fault: str) -> None:
    assert codes(changed(polygons=(SQUARE, tuple(ring)))) == [f"ring.{fault}"]


def test_swapped_degrees_near_the_equator_are_far_away() -> None:
    drill = sample()
    moved = replace(drill.places[0], geometry="Point", coordinates=((10.0, 20.0),))
    ring = ((20.0, 10.0), (20.01, 10.0), (20.01, 10.01), (20.0, 10.0))
    warning = replace(drill.warnings[0], polygons=(ring,))
    assert codes(replace(drill, places=(moved,), warnings=(warning,))) == ["ring.far"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event_code": "locusts"}, "event_code"), ({"color": "purple"}, "color"), ({"message_type": "Ack"}, "type"),
        ({"references": ("W-9",)}, "references"), ({"message_type": "Cancel"}, "references"),
        ({"expires_ex_min": 65.0}, "expires"), ({"severity": "Terrible"}, "schema"),
        ({"event": text("", "")}, "schema"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], code: str) -> None:
    assert set(codes(changed(**change))) == {code}


def test_everything_wrong_is_told_at_once() -> None:
    drill = sample()
    bad = replace(drill.warnings[0], color="purple", event_code="locusts", polygons=(BOW,))
    assert codes(replace(drill, warnings=(bad, bad))) == [
        "event_code", "color", "ring.crossing", "twice", "event_code", "color", "ring.crossing",
    ]


def test_nothing_is_written_if_one_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_cap(changed(severity="Terrible"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_schema_refuses_what_it_should() -> None:
    data = next(iter(cap_messages(sample()).values()))
    assert not schema_faults(data)
    assert schema_faults(data.replace(b"+08:00</sent>", b"Z</sent>"))
    assert schema_faults(data.replace(b"<scope>Restricted</scope>", b""))
    assert schema_faults(data[:-20])


def test_equal_drills_give_equal_bytes_and_a_new_version_a_new_number() -> None:
    assert cap_messages(chain()) == cap_messages(chain())
    ids = [said(tree, "c:identifier") for drill in (chain(), chain(version=2)) for tree in messages(drill).values()]
    assert len({each[0] for each in ids}) == 6


def test_a_drill_without_warnings_has_no_messages(tmp_path: Path) -> None:
    assert write_cap(replace(sample(), warnings=()), tmp_path) == []


def test_control_characters_of_pasted_text_go() -> None:
    tree = next(iter(messages(changed(instruction=text("甲\x0b乙", "a\x0bb"))).values()))
    assert said(tree, "c:info/c:instruction") == ["甲乙", "ab"]


def test_the_schema_goes_with_its_notice() -> None:
    folder = files("sim.drill.kit").joinpath("schema")
    notice = folder.joinpath("NOTICE.txt").read_text(encoding="utf-8")
    assert "Copyright OASIS Open 2010" in folder.joinpath("CAP-v1.2.xsd").read_text(encoding="utf-8")
    assert "may be copied and furnished to others" in notice
