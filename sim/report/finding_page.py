"""A page of findings: facts, then sections with sentences, figures and a table; one file that never calls out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.common.texts import catalogue, text
from sim.report.figures.style import Figure
from sim.report.page import rendered
from sim.study.folder import write_text, writing

LONG = 16
"""Rows of a table beyond which it is folded."""
NUMBERS = ("", *"0123456789-−+–[<>≤≥∞")
"""What a number begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page."""

    title: str
    lines: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    @property
    def is_long(self) -> bool:
        """Tell whether the table is folded away until somebody asks for it."""
        return len(self.rows) > LONG

    @property
    def are_numbers(self) -> list[bool]:
        """Tell for each column whether it is one of numbers, which stand on the right."""
        return [all(row[i][:1] in NUMBERS for row in self.rows) for i in range(len(self.columns))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page shows, in one language."""

    title: str
    kicker: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def write_page(page: Page, lang: str, path: Path) -> None:
    """Write *page* in *lang* to the HTML file *path*."""
    folded = {len(section.rows): text("finding.folded", lang, count=len(section.rows)) for section in page.sections}
    content = rendered("finding.html.j2", lang, page=page, folded=folded)
    with writing(path.parent):
        write_text(path, content)


def measure_name(measure: str, lang: str) -> str:
    """Return the name of *measure*, with what it is of in code type; its own name if there is none."""
    base, _, tail = measure.partition(".")
    key = f"report.measure.{base}"
    if key not in catalogue(lang):
        return measure
    return text(key, lang, what=tail or text("report.all_kinds", lang))
