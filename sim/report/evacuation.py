"""Who was still there when a danger struck: by layout as a figure, by township as a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.report.data import EvacuationRow
from sim.report.figures import evacuation as drawing
from sim.report.figures.style import Figure, Title
from sim.report.source import Source
from sim.report.townships import Cell
from sim.report.words import DASH

LEAST_PEOPLE = 0.5
"""Townships with fewer people in danger, as a mean of the disasters, are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    """A township that people were to leave."""

    name: str
    people: Cell
    strikes: Cell
    exposed: tuple[Cell, ...]
    """People still there, one cell for each layout."""
    shares: tuple[str, ...]
    """Of the people in danger there under that layout, with their number: layouts may keep a danger from striking."""


def evacuation_figure(source: Source) -> Figure | None:
    """Return for each layout who left, alone or by bus, who shut themselves in and who was exposed.

    ``None`` if nobody was to leave. Means over the replications kept row by row.
    """
    words = source.words
    rows = [list(source.evacuation.get(layout.layout_id, {}).values()) for layout in source.layouts]
    if not any(row.people > 0.0 for ours in rows for row in ours):
        return None
    parts = [_total(ours) for ours in rows]
    left = [f"{label} {words.people(part[-1])}" for label, part in zip(source.labels, parts, strict=True)]
    alt = words("alt.evacuation", exposed=words.listed(left))
    title = Title("evacuation-ways", words("evacuation.caption"), alt)
    return drawing.stacked(parts, source.labels, words, title)


def _total(rows: list[EvacuationRow]) -> drawing.Parts:
    return (
        sum(row.by_themselves for row in rows), sum(row.by_bus for row in rows), sum(row.shut_in for row in rows),
        sum(row.exposed for row in rows),
    )


def exposure_rows(source: Source) -> list[ExposureRow]:
    """Return the townships that people were to leave, those with most people left behind first."""
    words = source.words
    tables = [source.evacuation.get(layout.layout_id, {}) for layout in source.layouts]
    names = dict(zip(source.city.zones.code, source.city.zones.name, strict=True))
    zones = [zone for zone, row in tables[0].items() if row.people >= LEAST_PEOPLE]
    zones.sort(key=lambda zone: (-tables[0][zone].exposed, -tables[0][zone].people, zone))
    return [
        ExposureRow(
            name=words.of(names[zone]),
            people=_count(tables[0][zone].people, source),
            strikes=Cell(
                text=words.duration(tables[0][zone].strike_min), sort=f"{tables[0][zone].strike_min:.6g}"
            ),
            exposed=tuple(_count(table[zone].exposed, source) if zone in table else EMPTY for table in tables),
            shares=tuple(_share(table[zone], source) if zone in table else "" for table in tables),
        )
        for zone in zones
    ]


EMPTY = Cell(text=DASH, sort="")


def _count(people: float, source: Source) -> Cell:
    return Cell(text=source.words.people(people), sort=f"{people:.6g}")


def _share(row: EvacuationRow, source: Source) -> str:
    words, share = source.words, row.exposed / row.people if row.people > 0.0 else math.nan
    return words("exposure.share", share=words.percent(share, 0), people=words.people(row.people))


def exposed_by_zone(source: Source) -> list[dict[str, float]]:
    """Return for each layout the people of every zone who were still there, as means like those of the table.

    Disasters without a danger there count as nobody; empty if there was none anywhere.
    """
    if not source.evacuation:
        return []
    tables = [source.evacuation.get(layout.layout_id, {}) for layout in source.layouts]
    codes = source.city.zones.code
    return [{zone: table[zone].exposed if zone in table else 0.0 for zone in codes} for table in tables]


FIRES = ("fire", "explosion")


def is_unwarned_fire(source: Source) -> bool:
    """Tell whether the accident begins with fires or bursts alone: of those nobody around is warned."""
    roots = {event.kind for event in source.played.scenario.events if event.parent < 0}
    return bool(roots) and roots <= set(FIRES)
