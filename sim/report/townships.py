"""The table of townships: how each was hit, and what each layout did for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.city.model import City
from sim.measure.verdict import is_time
from sim.report.layouts import Named
from sim.report.words import DASH, Words

ZoneTable = Mapping[tuple[str, str], Mapping[str, tuple[float, float]]]
"""(mean, median) by (layout, measure) and zone."""

HIT = (
    "intensity", "max_depth_m", "people_in_danger", "collapsed_dwellings", "displaced_people", "trapped_people",
)
"""How hard it was struck, under the reference layout."""

ANSWER = (
    "exposed_share", "arrival_from_real_p50_min", "arrival_p50_min", "relief_share_10h", "rescued_alive_share_72h",
    "deaths_later",
)
"""One column for each layout."""

OF_SOME = ("intensity", "max_depth_m", "people_in_danger", "exposed_share")
"""Measures that only some hazards have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number to show, and to sort by."""

    text: str
    sort: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A row of the table."""

    name: str
    county: str
    people: Cell
    cells: tuple[Cell, ...]


def value_of(table: ZoneTable, layout: str, measure: str, zone: str) -> float:
    """Return what stands for *measure* in *zone*: the mean, or the middle where some replications have never."""
    mean, median = table.get((layout, measure), {}).get(zone, (math.nan, math.nan))
    return median if is_time(measure) else mean


def values_of(table: ZoneTable, layout: str, measure: str) -> dict[str, float]:
    """Return :func:`value_of` for every zone that has one."""
    return {zone: value_of(table, layout, measure, zone) for zone in table.get((layout, measure), {})}


def columns(measures: Sequence[str], table: ZoneTable, layouts: Sequence[Named]) -> list[str]:
    """Return those of *measures* that this disaster has."""
    return [m for m in measures if m not in OF_SOME or any(table.get((layout.layout_id, m)) for layout in layouts)]


def township_rows(city: City, table: ZoneTable, layouts: Sequence[Named], words: Words) -> list[Township]:
    """Return the townships in the order of the city's file, cells in the order of :func:`columns`."""
    counties = {outline.code: words.of(outline.name) for outline in city.county_outlines}
    hit, answer = (columns(measures, table, layouts) for measures in (HIT, ANSWER))
    rows = []
    for code, name, county, people in zip(
        city.zones.code, city.zones.name, city.zones.county, city.zones.people.tolist(), strict=True
    ):
        first = layouts[0].layout_id
        cells = [_cell(measure, value_of(table, first, measure, code), words) for measure in hit]
        cells += [
            _cell(measure, value_of(table, layout.layout_id, measure, code), words)
            for measure in answer
            for layout in layouts
        ]
        rows.append(
            Township(
                name=words.of(name),
                county=counties.get(county, county),
                people=Cell(text=f"{people:,}", sort=str(people)),
                cells=tuple(cells),
            )
        )
    return rows


def _cell(measure: str, value: float, words: Words) -> Cell:
    if math.isnan(value):
        return Cell(text=DASH, sort="")
    text = words.number(value, 1) if measure == "intensity" else words.value(measure, value)
    return Cell(text=text, sort="1e99" if math.isinf(value) else f"{value:.6g}")
