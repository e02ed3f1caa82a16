"""One Word paper as it grows: headings, text, tables that repeat their head, pictures, the drill's mark on pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

from sim.drill.papers.repack import repack
from sim.drill.papers.styles import Look, W, dress, english, margins_of
from sim.drill.papers.words import Words

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
"""Upright paper sizes, mm."""
BLANK = "________________"
"""A line to fill in."""
NO_DAY = "2000-01-01"
"""Stands in the properties of papers whose readers must not know the day."""
HEAD_SHADE = "E7E6E6"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


class Page:
    """A paper being written; :meth:`data` gives the finished file."""

    def __init__(self, words: Words, look: Look, audience: str, *, size: str = "A4", wide: bool = False) -> None:
        self.say = words
        self.look = look if words.lang == "zh" else english(look)
        self.document = docx.Document()
        overview = words.drill.overview
        secret = audience == "player" and overview.notice == "blind"
        self._dated = NO_DAY if secret else overview.revised_at[:10]
        dress(self.document, self.look, words.lang)
        self._turned = False
        self._mark(self._shape(self.document.sections[0], size, wide), audience)

    def section(self, audience: str, *, size: str = "A4", wide: bool = False) -> None:
        """Begin a new page for *audience*, with its own mark."""
        section = self._shape(self.document.add_section(WD_SECTION.NEW_PAGE), size, wide)
        section.header.is_linked_to_previous = False
        section.footer.is_linked_to_previous = False
        self._mark(section, audience)

    def title(self, said: str, below: str = "") -> None:
        """Write the title of the paper and a line below it."""
        self._add(said, "Title")
        if below:
            self._add(below, "Subtitle")

    def heading(self, said: str, level: int = 1) -> None:
        """Write a heading of *level* 1 to 3."""
        self._add(said, f"Heading {level}")

    def body(self, *lines: str) -> None:
        """Write each of *lines* as a paragraph; empty ones are left out."""
        self._lines("Drill Body", lines)

    def note(self, *lines: str) -> None:
        """Write each of *lines* in the size of tables; empty ones are left out."""
        self._lines("Drill Note", lines)

    def spoken(self, *lines: str) -> None:
        """Write each of *lines* in large type, to be read aloud; empty ones are left out."""
        self._lines("Drill Spoken", lines)

    def mark(self, said: str) -> None:
        """Write *said* large, red and centred."""
        self._add(said, "Drill Mark")

    def listed(self, lines: Iterable[str]) -> None:
        """Write *lines* as a numbered list."""
        full = self.say.lang == "zh"
        self.body(*(f"（{i}）{each}" if full else f"{i}. {each}" for i, each in enumerate(lines, start=1)))

    def table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *, least_mm: float = 0.0
    ) -> None:
        """Write a table; *widths* are relative. The head repeats on every page, no row breaks across two.

        *least_mm* is the least height of a row, for tables that are filled in by hand.
        """
        total = self._text_width()
        grid = [max(1, round(total * each / sum(widths))) for each in widths]
        made = [_row(heads, grid, "DrillHead", HEAD_SHADE, head=True)] if any(heads) else []
        made += [_row(row, grid, "DrillCell", "", least_mm=least_mm) for row in rows]
        self._append(_table(made, grid))

    def facts(self, pairs: Iterable[tuple[str, str]], *, share: float = 0.25) -> None:
        """Write a table of two columns, name and value; *share* is the part of the width that names take."""
        total = self._text_width()
        grid = [round(total * share), total - round(total * share)]
        self._append(_table([_pair(name, value, grid) for name, value in pairs], grid))

    def picture(self, data: bytes, width_mm: float, said: str) -> None:
        """Put in a PNG; *said* is what is read out to those who cannot see it."""
        paragraph = self._add("", "Drill Picture")
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(data), width=Mm(width_mm))
        shape._inline.docPr.set("descr", said)  # noqa: SLF001 - python-docx has no other way to say it

    def hold(self) -> None:
        """Keep the last paragraph on the page of what follows it."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def turn(self) -> None:
        """Let the next paragraph begin a new page; no empty one stands between, so no page stays empty."""
        self._turned = True

    def data(self) -> bytes:
        """Return the file; equal papers give equal bytes."""
        overview = self.say.drill.overview
        properties = self.document.core_properties
        properties.title = f"{overview.drill_id} v{overview.version}"
        properties.author = properties.last_modified_by = "Turnout"
        properties.comments = self.say("mark")
        properties.created = properties.modified = datetime.fromisoformat(self._dated)
        made = BytesIO()
        self.document.save(made)
        return repack(made.getvalue(), self._dated)

    def _lines(self, style: str, lines: Iterable[str]) -> None:
        for line in lines:
            for part in clean(line).split("\n"):
                if part:
                    self._add(part, style)

    def _add(self, said: str, style: str) -> Paragraph:
        paragraph = self.document.add_paragraph(clean(said))
        paragraph._p.style = style.replace(" ", "")  # noqa: SLF001 - looking a style up by its name takes long
        if self._turned:
            paragraph.paragraph_format.page_break_before = True
            self._turned = False
        return paragraph

    def _append(self, table: Any) -> None:
        """Put *table* at the end, with a small paragraph behind it: Word joins two tables that touch.

        What stands before it stays on its page.
        """
        body = self.document.element.body
        before = body[-2] if len(body) > 1 else None
        if before is not None and before.tag == qn("w:p"):
            Paragraph(before, self.document).paragraph_format.keep_with_next = True
        body.insert(len(body) - 1, table)
        gap = self.document.add_paragraph(style="Drill Line")
        gap.paragraph_format.line_spacing = Mm(2)

    def _shape(self, section: Section, size: str, wide: bool) -> Section:
        short, long = SIZES[size]
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(long), Mm(short)) if wide else (Mm(short), Mm(long))
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins_of(self.look)
        if wide:
            section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(15)
        section.header_distance = section.footer_distance = Mm(8)
        return section

    def _text_width(self) -> int:
        """Return the width between the margins, in twentieths of a point."""
        last = self.document.sections[-1]
        lengths = (last.page_width, last.left_margin, last.right_margin)
        page, left, right = (Length(0) if each is None else each for each in lengths)
        return int((page - left - right) / 635)

    def _mark(self, section: Section, audience: str) -> None:
        overview = self.say.drill.overview
        said = self.say(
            "header", id=overview.drill_id, version=overview.version, audience=self.say(f"audience.{audience}")
        )
        for part in (section.header, section.footer):
            paragraph = part.paragraphs[0]
            paragraph.style = self.document.styles["Drill Line"]
            paragraph.alignment = 1
            paragraph.add_run(said)
        foot = section.footer.paragraphs[0]
        before, between, after = self.say("page").split("|")
        foot.add_run(f"   {before}")
        _field(foot, "PAGE")
        foot.add_run(between)
        _field(foot, "NUMPAGES")
        foot.add_run(after)


def clean(said: str) -> str:
    """Return *said* without the control characters that XML cannot hold; they come with text pasted into a sheet."""
    return CONTROL.sub("", said.replace("\r\n", "\n").replace("\r", "\n"))


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    shown = OxmlElement("w:t")
    shown.text = "1"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields


def _table(rows: Sequence[str], grid: Sequence[int]) -> Any:
    edges = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>' for edge in EDGES)
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
    return parse_xml(
        f'<w:tbl xmlns:w="{W}"><w:tblPr><w:tblW w:w="{sum(grid)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="28" w:type="dxa"/>'
        f'<w:left w:w="60" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(
    cells: Sequence[str], grid: Sequence[int], style: str, shade: str, *, head: bool = False, least_mm: float = 0.0
) -> str:
    """Return a row as XML. Raises ``ValueError`` if the cells are not as many as the columns."""
    made = "".join(_cell(said, width, style, shade) for said, width in zip(cells, grid, strict=True))
    height = f'<w:trHeight w:val="{round(least_mm * 56.7)}" w:hRule="atLeast"/>' if least_mm else ""
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{repeated}</w:trPr>{made}</w:tr>"


def _pair(name: str, value: str, grid: Sequence[int]) -> str:
    made = _cell(name, grid[0], "DrillHead", HEAD_SHADE) + _cell(value, grid[1], "DrillCell", "")
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{made}</w:tr>"


def _cell(said: str, width: int, style: str, shade: str) -> str:
    filled = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    kept = "<w:keepNext/>" if style == "DrillHead" else ""
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{kept}</w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in clean(said).split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{filled}<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
