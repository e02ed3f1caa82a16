"""Warnings in the Chinese form: the XML of the national release system as practice, and the texts to read out.

The elements are those of the interface as public programs write it (about 2012 to 2018), not of GB/T 35965.1-2018,
which nobody has checked. That system uses neither Exercise nor Draft, so a drill is marked as a test.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from sim.drill.kit.layout import WARNINGS
from sim.drill.kit.say import joined, kit_text, moment
from sim.drill.kit.warnings import COUNTY, check_warnings, codes, counties, lat_lon, marked, stems
from sim.drill.model import Drill, PublicWarning
from sim.drill.papers.page import BLANK, Page, clean
from sim.drill.papers.styles import HANDBOOK
from sim.drill.papers.words import Words

NS = "http://com.icss.amp"
STATUS = "Test"
NO_CITY = "000000"
NO_SECTOR = "00000000"
"""Sector (3), default (3) and default (2) of the sender's code: zeros name nobody, so that nobody seems to send it."""
TEXTS = {"zh": "文本.docx", "en": "Text EN.docx"}


def write_china(drill: Drill, folder: Path) -> list[Path]:
    """Write the forms into ``10_预警/cn`` below *folder* and the texts beside them; equal drills give equal bytes.

    Returns the files: XML by warning, then the paper in Chinese and English. Raises :class:`InputError` with every
    warning whose code, chain, times or area is wrong; then nothing is written.
    """
    place = folder / WARNINGS
    made = {f"cn/{name}": data for name, data in china_forms(drill).items()}
    made |= {name: text_paper(drill, lang) for lang, name in TEXTS.items()}
    for name, data in made.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    return [place / name for name in made]


def china_forms(drill: Drill) -> dict[str, bytes]:
    """Return the form of every warning by file name. Raises :class:`InputError` as :func:`write_china` does."""
    check_warnings(drill)
    names = stems(drill)
    return {f"{names[each.warning_id]}_DRILL.xml": _form(drill, each) for each in drill.warnings}


def text_paper(drill: Drill, lang: str) -> bytes:
    """Return the texts of all warnings as a paper in *lang*; a drill without warnings says so."""
    words = Words(drill=drill, lang=lang)
    page = Page(words, HANDBOOK, "controller")
    page.title(words.of(drill.overview.name), kit_text("form.title", lang))
    page.listed(kit_text(f"form.lead.{key}", lang) for key in ("read", "never", "codes"))
    if not drill.warnings:
        page.body(kit_text("form.none", lang))
    for order, warning in enumerate(drill.warnings):
        if order:
            page.turn()
        page.heading(f"{warning.warning_id} {kit_text(f'form.type.{warning.message_type}', lang)}")
        page.mark(page.say("mark"))
        page.facts(_facts(words, warning), share=0.24)
        page.spoken(
            marked(warning.headline, lang), words.of(warning.description), words.of(warning.instruction),
            kit_text("form.end", lang),
        )
        page.note(kit_text("form.signed", lang, blank=BLANK[:10]))
    return page.data()


def _facts(words: Words, warning: PublicWarning) -> list[tuple[str, str]]:
    lang, overview, row = words.lang, words.drill.overview, codes()[warning.event_code]
    issued, until = (f"{moment(overview, at):%Y-%m-%d %H:%M}" for at in (warning.ex_min, warning.expires_ex_min))
    stem = stems(words.drill)[warning.warning_id]
    values = {
        "inject": warning.inject_id or "—",
        "kind": kit_text("form.code", lang, event=warning.event, oet=row["oet_code"], code=row["type_code"])
        + words.checked(row["checked"] == "1"),
        "color": kit_text(f"form.color.{warning.color}", lang),
        "sender": words.of(overview.host) or BLANK, "issued": f"{issued} ({words.offset(warning.ex_min)})",
        "until": until, "area": words.of(warning.area), "earlier": words.join(list(warning.references)) or "—",
        "channel": BLANK, "files": f"cap/{stem}_EXERCISE.xml\ncn/{stem}_DRILL.xml",
    }
    return [(kit_text(f"form.{key}", lang), value) for key, value in values.items()]


def _form(drill: Drill, warning: PublicWarning) -> bytes:
    overview, host = drill.overview, marked(drill.overview.host, "zh")
    root = etree.Element(f"{{{NS}}}alert", nsmap={None: NS})
    said = clean(f" {kit_text('warning.note', 'zh')} {overview.drill_id} {joined(overview.name)} ")
    root.append(etree.Comment(said.replace("-", "‐")))  # two hyphens would end the comment
    _add(
        root, identifier=_identifier(drill, warning), sender=host, senderCode=_sender(drill),
        sendTime=_time(drill, warning.ex_min), status=STATUS, msgType=warning.message_type, scope="Public",
    )
    etree.SubElement(etree.SubElement(root, f"{{{NS}}}code"), f"{{{NS}}}method")
    first = next((each for each in drill.warnings if each.warning_id in warning.references[:1]), None)
    _add(
        root, secClassification="Inner", note=kit_text("warning.note", "zh"),
        references=_identifier(drill, first) if first else "",
    )
    info = etree.SubElement(root, f"{{{NS}}}info")
    _add(
        info, language="zh-CN", eventType=codes()[warning.event_code]["type_code"], urgency=warning.urgency,
        severity=warning.color.capitalize(), certainty=warning.certainty, effective=_time(drill, warning.ex_min),
        expires=_time(drill, warning.expires_ex_min), senderName=host, headline=marked(warning.headline, "zh"),
        description=marked(warning.description, "zh"), instruction=warning.instruction.zh,
    )
    _area(etree.SubElement(info, f"{{{NS}}}area"), warning)
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _area(place: etree._Element, warning: PublicWarning) -> None:
    _add(place, areaDesc=warning.area.zh)
    for ring in warning.polygons:
        _add(place, polygon=lat_lon(ring))
    _add(place, geocode=",".join(counties(warning)))


def _add(parent: etree._Element, **said: str) -> None:
    """Add an element for each word, in order; those without a text are left out."""
    for name, value in said.items():
        if value:
            etree.SubElement(parent, f"{{{NS}}}{name}").text = clean(value)


def _sender(drill: Drill) -> str:
    """Return 14 digits: the area, zeros if the city does not say its code, and for the office zeros."""
    code = drill.overview.city_code
    return (code if COUNTY.fullmatch(code) and len(code) == len(NO_CITY) else NO_CITY) + NO_SECTOR


def _identifier(drill: Drill, warning: PublicWarning) -> str:
    """Return sender, time and serial number: 31 characters for the first ten messages."""
    return f"{_sender(drill)}_{moment(drill.overview, warning.ex_min):%Y%m%d%H%M%S}_{drill.warnings.index(warning)}"


def _time(drill: Drill, ex_min: float) -> str:
    return moment(drill.overview, ex_min).isoformat(sep=" ", timespec="seconds")
