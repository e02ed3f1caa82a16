"""What the papers look like: Chinese official papers after GB/T 9704-2012 (to be checked), plain English ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONTS = (
    ("方正小标宋简体", "SimSun", "86", "roman"),
    ("仿宋_GB2312", "FangSong", "86", "modern"),
    ("楷体_GB2312", "KaiTi", "86", "modern"),
    ("黑体", "SimHei", "86", "modern"),
    ("宋体", "SimSun", "86", "roman"),
    ("Times New Roman", "Liberation Serif", "00", "roman"),
    ("Arial", "Liberation Sans", "00", "swiss"),
)
"""Font, what stands in for it where it is not installed, character set and family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Fonts and sizes of one kind of paper; sizes in points, margins (top, bottom, left, right) in mm."""

    latin: str
    title: str
    body: str
    first: str
    second: str
    table: str
    title_pt: float
    body_pt: float
    table_pt: float
    line_pt: float
    """Exact line pitch; 0 for a single spaced paper."""
    indent: bool
    """First lines are moved in by two characters."""
    margins: tuple[float, float, float, float]


OFFICIAL = Look(
    latin="Times New Roman", title="方正小标宋简体", body="仿宋_GB2312", first="黑体", second="楷体_GB2312",
    table="宋体", title_pt=22, body_pt=16, table_pt=10.5, line_pt=28, indent=True, margins=(37, 35, 28, 26),
)
"""Title size 2, text size 3, 22 lines on a page (GB/T 9704-2012)."""
HANDBOOK = Look(
    latin="Times New Roman", title="方正小标宋简体", body="仿宋_GB2312", first="黑体", second="楷体_GB2312",
    table="宋体", title_pt=20, body_pt=12, table_pt=9.5, line_pt=20, indent=True, margins=(25, 20, 20, 20),
)
"""For handbooks that are carried around: the same fonts, small size 4."""
ENGLISH = Look(
    latin="Arial", title="宋体", body="宋体", first="黑体", second="黑体", table="宋体",
    title_pt=20, body_pt=10.5, table_pt=9, line_pt=0, indent=False, margins=(25, 20, 20, 20),
)
SCRIPT = replace(HANDBOOK, table_pt=8.5)
"""For the table of the script, which has many columns."""
CARD = replace(HANDBOOK, body_pt=14, table_pt=12)
"""For cards, which are read at arm's length."""


def english(look: Look) -> Look:
    """Return the look of the English paper that stands beside a Chinese one of *look*."""
    if look is CARD:
        return replace(ENGLISH, body_pt=13, table_pt=12)
    return replace(ENGLISH, table_pt=8) if look is SCRIPT else ENGLISH


def dress(document: Document, look: Look, lang: str) -> None:
    """Give *document* the styles of *look*, the fonts' stand-ins and the language of proofing."""
    styles = document.styles
    normal = _paragraph(styles["Normal"])
    _fonts(normal, look.latin, look.body, look.body_pt)
    normal.paragraph_format.space_after = Pt(0)
    _pitch(normal, look.line_pt)
    _title(_paragraph(styles["Title"]), look, look.title, look.title_pt, Pt(4))
    _title(_paragraph(styles["Subtitle"]), look, look.second, look.title_pt - 4, Pt(14))
    for level, font in enumerate((look.first, look.second, look.body), start=1):
        extra = 0 if look is OFFICIAL else 5 - 2 * level
        _heading(_paragraph(styles[f"Heading {level}"]), look, font, look.body_pt + extra)
    _added(document, look)
    _language(document, lang)
    _font_table(document)
    _no_thumbnail(document)


def _paragraph(style: Any) -> ParagraphStyle:
    if not isinstance(style, ParagraphStyle):
        msg = f"{style.name} is not a paragraph style"
        raise TypeError(msg)
    return style


def _fonts(style: ParagraphStyle, latin: str, east: str, size: float, bold: bool = False) -> None:
    """Set all four fonts of *style*: without ``w:eastAsia`` Word ignores a Chinese font.

    The hint gives quotes and dashes, which both scripts share, their Chinese width in Chinese papers.
    """
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for key, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east)):
        fonts.set(qn(f"w:{key}"), name)
    if latin != ENGLISH.latin:
        fonts.set(qn("w:hint"), "eastAsia")


def _pitch(style: ParagraphStyle, line_pt: float) -> None:
    if line_pt:
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = Pt(line_pt)
    else:
        style.paragraph_format.line_spacing = 1.1


def _title(style: ParagraphStyle, look: Look, font: str, size: float, below: Length) -> None:
    _fonts(style, look.latin, font, size, bold=look.line_pt == 0)
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style.paragraph_format.line_spacing = 1.15
    style.paragraph_format.space_after = below
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.get_or_add_pPr().remove(border)


def _heading(style: ParagraphStyle, look: Look, font: str, size: float) -> None:
    _fonts(style, look.latin, font, size, bold=look.line_pt == 0)
    style.paragraph_format.space_before = Pt(8)
    style.paragraph_format.space_after = Pt(3)
    style.paragraph_format.keep_with_next = True
    if look.indent:
        _move_in(style)


def _move_in(style: ParagraphStyle) -> None:
    style.paragraph_format.first_line_indent = Pt(2 * (style.font.size or Pt(12)).pt)
    style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def _added(document: Document, look: Look) -> None:
    """Add the styles that Word has not: body text, cells, heads of cells, notes, pictures, words to be read out."""
    sizes = {"Body": look.body_pt, "Cell": look.table_pt, "Head": look.table_pt, "Note": look.table_pt,
             "Picture": look.table_pt, "Line": 9.0, "Spoken": max(look.body_pt, 14.0), "Mark": 22.0}
    for name, size in sizes.items():
        style = _paragraph(document.styles.add_style(f"Drill {name}", WD_STYLE_TYPE.PARAGRAPH))
        style.base_style = document.styles["Normal"]
        east = {"Body": look.body, "Spoken": look.body, "Head": look.first, "Mark": look.first}.get(name, look.table)
        _fonts(style, look.latin, east, size, bold=name in ("Head", "Mark"))
        style.paragraph_format.line_spacing = 1.05 if name in ("Cell", "Head", "Note", "Line") else 1.2
        if name == "Body":
            _pitch(style, look.line_pt)
            style.paragraph_format.space_after = Pt(0 if look.line_pt else 5)
            if look.indent:
                _move_in(style)
        if name == "Mark":
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            style.font.color.rgb = RGBColor(0xC0, 0, 0)


def _language(document: Document, lang: str) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    found = [] if defaults is None else list(defaults.iter(qn("w:lang")))
    for each in found:
        each.set(qn("w:val"), "en-US")
        each.set(qn("w:eastAsia"), "zh-CN")
        each.set(qn("w:bidi"), "ar-SA")
    document.core_properties.language = "zh-CN" if lang == "zh" else "en-US"


def _font_table(document: Document) -> None:
    """Name for every font what may stand in for it, so that a machine without it shows no boxes."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, other, charset, family in FONTS
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{W}">{rows}</w:fonts>'
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            parse_xml(table.encode())
            part._blob = table.encode()  # noqa: SLF001 - python-docx offers no other way to this part


def _no_thumbnail(document: Document) -> None:
    """Drop the preview picture of the library's own template: it shows another paper."""
    links = document.part.package.rels
    for key in [key for key, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[key]


def margins_of(look: Look) -> tuple[Any, Any, Any, Any]:
    """Return the margins of *look* (top, bottom, left, right) as lengths."""
    top, bottom, left, right = look.margins
    return Mm(top), Mm(bottom), Mm(left), Mm(right)
