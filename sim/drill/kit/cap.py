"""Warnings as CAP 1.2 messages. Their status is Exercise: this module has no other word for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

from sim.common.errors import InputError, Problem
from sim.drill.kit.layout import WARNINGS
from sim.drill.kit.say import kit_text, moment
from sim.drill.kit.warnings import CANCEL, check_warnings, codes, counties, lat_lon, marked, stems
from sim.drill.model import Drill, PublicWarning
from sim.drill.papers.page import clean

NS = "urn:oasis:names:tc:emergency:cap:1.2"
STATUS = "Exercise"
SCOPE = "Restricted"
LANGUAGES = (("zh", "zh-CN"), ("en", "en-US"))


def write_cap(drill: Drill, folder: Path) -> list[Path]:
    """Write a message for every warning into ``10_预警/cap`` below *folder*; equal drills give equal bytes.

    Returns the files. Raises as :func:`cap_messages` does; then nothing is written.
    """
    made = cap_messages(drill)
    place = folder / WARNINGS / "cap"
    for name, data in made.items():
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return [place / name for name in made]


def cap_messages(drill: Drill) -> dict[str, bytes]:
    """Return every message of *drill* by file name, each checked against the schema of OASIS.

    Raises :class:`InputError` with all warnings whose code, chain, times or area is wrong, or, if there is none of
    these, with all that the schema refuses.
    """
    check_warnings(drill)
    names = stems(drill)
    made = {f"{names[each.warning_id]}_EXERCISE.xml": _message(drill, each) for each in drill.warnings}
    problems = [
        Problem(code="kit.warning.schema", file=name, value=fault)
        for name, data in made.items() for fault in schema_faults(data)
    ]
    if problems:
        raise InputError(problems)
    return made


def schema_faults(data: bytes) -> list[str]:
    """Return what the schema of CAP 1.2 has against a message, one line each; none if it is valid."""
    schema = _schema()
    try:
        tree = etree.fromstring(data)
    except etree.XMLSyntaxError as error:
        return [str(error)]
    return [] if schema.validate(tree) else [str(each.message) for each in schema.error_log]


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(files("sim.drill.kit").joinpath("schema", "CAP-v1.2.xsd").read_bytes()))


def _message(drill: Drill, warning: PublicWarning) -> bytes:
    overview = drill.overview
    root = etree.Element(f"{{{NS}}}alert", nsmap={None: NS})
    _add(root, [
        ("identifier", _identifier(drill, warning)), ("sender", _sender(drill)), ("sent", _sent(drill, warning)),
        ("status", STATUS), ("msgType", warning.message_type), ("scope", SCOPE),
        ("restriction", kit_text("warning.restriction", "zh")), ("note", kit_text("warning.note", "zh")),
        ("references", _references(drill, warning)), ("incidents", overview.drill_id),
    ])
    for lang, tag in LANGUAGES:
        _info(drill, warning, lang, etree.SubElement(root, f"{{{NS}}}info"), tag)
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _info(drill: Drill, warning: PublicWarning, lang: str, info: etree._Element, tag: str) -> None:
    """Fill *info* in the order that the schema asks for."""
    row, over = codes()[warning.event_code], warning.message_type == CANCEL
    _add(info, [
        ("language", tag), ("category", row["category"]), ("event", warning.event.of(lang)),
        ("responseType", "AllClear" if over else ""), ("urgency", warning.urgency),
        ("severity", warning.severity), ("certainty", warning.certainty),
    ])
    _values(info, "eventCode", [("OET:v1.2", row["oet_code"]), ("CN:eventType", row["type_code"])])
    _add(info, [
        ("effective", _sent(drill, warning)), ("expires", _time(moment(drill.overview, warning.expires_ex_min))),
        ("senderName", marked(drill.overview.host, lang)), ("headline", marked(warning.headline, lang)),
        ("description", marked(warning.description, lang)), ("instruction", warning.instruction.of(lang)),
    ])
    _values(info, "parameter", [("CN:warningColor", warning.color.upper())])
    place = etree.SubElement(info, f"{{{NS}}}area")
    _add(place, [("areaDesc", warning.area.of(lang) or drill.overview.city.of(lang))])
    _add(place, [("polygon", lat_lon(ring)) for ring in warning.polygons])
    _values(place, "geocode", [("GB/T 2260", code) for code in counties(warning)])


def _add(parent: etree._Element, pairs: Iterable[tuple[str, str]]) -> None:
    """Add an element for each pair, in order; those without a text are left out."""
    for name, said in pairs:
        if said:
            etree.SubElement(parent, f"{{{NS}}}{name}").text = clean(said)


def _values(parent: etree._Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for key, value in pairs:
        _add(etree.SubElement(parent, f"{{{NS}}}{name}"), [("valueName", key), ("value", value)])


def _identifier(drill: Drill, warning: PublicWarning) -> str:
    """Return a number without blanks, commas and brackets, which CAP forbids; a new version is a new message."""
    said = f"{drill.overview.drill_id}-v{drill.overview.version}-{warning.warning_id}-EXERCISE"
    return "".join("-" if letter.isspace() or letter in ",<&" else letter for letter in said)


def _sender(drill: Drill) -> str:
    """Return an address that can reach nobody: names that end in ``.invalid`` never exist (RFC 2606)."""
    code = drill.overview.city_code
    return f"exercise.{code if code.isdigit() else 'city'}@turnout.invalid"


def _references(drill: Drill, warning: PublicWarning) -> str:
    earlier = {each.warning_id: each for each in drill.warnings}
    return " ".join(
        f"{_sender(drill)},{_identifier(drill, earlier[each])},{_sent(drill, earlier[each])}"
        for each in warning.references
    )


def _sent(drill: Drill, warning: PublicWarning) -> str:
    return _time(moment(drill.overview, warning.ex_min))


def _time(when: datetime) -> str:
    """Return *when* with a numeric offset: CAP refuses ``Z`` and writes UTC as ``-00:00``."""
    return when.isoformat(timespec="seconds").replace("+00:00", "-00:00")
