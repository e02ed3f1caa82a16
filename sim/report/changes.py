"""Who gains and who loses: the townships for which a layout clearly changes something, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.common.types import Text
from sim.measure.verdict import Comparison, ZoneDifference, is_time
from sim.report.layouts import Named
from sim.report.words import Words
from sim.study.model import Inputs
from sim.study.zone_differences import worst_first

TOLD = 3
"""Townships named in the conclusion for each layout and direction."""

LISTED = 8
"""Lines of the table for each layout and direction."""

EFFECTS = ("worse", "better")
"""The harmed first: the means of the city do not show them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChange:
    """One line of the table."""

    label: str
    effect: str
    zone: str
    measure: str
    reference: str
    difference: str
    interval: str
    pairs: str


def zone_sayings(layout: Named, comparison: Comparison, inputs: Inputs, words: Words) -> list[str]:
    """Return a sentence on the townships that clearly lose under *layout* and one on those that gain.

    One sentence that there is none of either; nothing if no township could be compared.
    """
    rows = [row for row in comparison.zones if row.layout_id == layout.layout_id]
    if not rows:
        return []
    said = []
    for effect in EFFECTS:
        found = _once(worst_first(rows, effect))
        if found:
            parts = [_part(row, _names(inputs), words) for row in found[:TOLD]]
            more = words("conclusion.zones.more", count=len(found) - TOLD) if len(found) > TOLD else ""
            zones = words("list.semicolon").join(parts) + more
            said.append(words(f"conclusion.zones.{effect}", layout=layout.label, zones=zones))
    return said or [words("conclusion.zones.none", layout=layout.label)]


def _once(rows: Sequence[ZoneDifference]) -> list[ZoneDifference]:
    """Return the first of *rows* of each township."""
    first: dict[str, ZoneDifference] = {}
    for row in rows:
        first.setdefault(row.zone, row)
    return list(first.values())


def _part(row: ZoneDifference, names: Mapping[str, Text], words: Words) -> str:
    gap = " ".join(_gap(row, words)).strip()
    if is_time(row.measure):
        gap = words("median_gap", difference=gap)
    return words("conclusion.zone", zone=words.of(names[row.zone]), measure=words.measure(row.measure), difference=gap)


def _gap(row: ZoneDifference, words: Words) -> tuple[str, str]:
    return words.gap(row.measure, row.difference, row.low, row.high, pairs=row.pairs, median=is_time(row.measure))


def _names(inputs: Inputs) -> dict[str, Text]:
    return dict(zip(inputs.city.zones.code, inputs.city.zones.name, strict=True))


def zone_changes(
    comparison: Comparison, inputs: Inputs, layouts: Sequence[Named], words: Words
) -> tuple[list[ZoneChange], int]:
    """Return the lines of the table, layout by layout, and how many more are left out."""
    names, lines, left_out = _names(inputs), [], 0
    for layout in layouts[1:]:
        rows = [row for row in comparison.zones if row.layout_id == layout.layout_id]
        for effect in EFFECTS:
            found = worst_first(rows, effect)
            left_out += max(0, len(found) - LISTED)
            lines += [_line(row, layout, names, words) for row in found[:LISTED]]
    return lines, left_out


def _line(row: ZoneDifference, layout: Named, names: Mapping[str, Text], words: Words) -> ZoneChange:
    gap, interval = _gap(row, words)
    return ZoneChange(
        label=layout.label,
        effect=row.effect,
        zone=words.of(names[row.zone]),
        measure=words.measure(row.measure),
        reference=words.value(row.measure, row.reference),
        difference=gap,
        interval=interval,
        pairs=words(
            "changes.pairs", better=words.number(row.pairs.better), worse=words.number(row.pairs.worse),
            n=words.number(row.pairs.n),
        ),
    )
