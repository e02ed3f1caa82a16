"""What each layout changes for each township: paired differences on the same disasters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.common.types import Floats
from sim.measure.statistics import FEW
from sim.measure.verdict import ZoneDifference, difference_confidence, zone_difference
from sim.study.samples import read_zone_pairs

MEASURES = (
    "relief_share_10h", "arrival_from_real_p50_min", "rescued_alive_share_72h", "report_share_in_time",
    "exposed_people",
)
"""Compared township by township. Arrival counts from the onset: a layout that reports faster must not look slower."""

OFTEN = 0.1
"""A township counts if it is concerned, under both layouts, in this share of the replications."""


def zone_differences(
    folder: Path, layouts: Sequence[str], zones: Sequence[str], replications: int, confidence: float
) -> Iterator[ZoneDifference]:
    """Give measure by measure and layout by layout the difference to the first layout in every township that counts.

    *confidence* is that of one measure under one layout: all its townships' intervals hold together with it
    (Bonferroni over the townships that count).
    """
    for measure in MEASURES:
        for layout in layouts[1:]:
            pairs = read_zone_pairs(folder, measure, (layout, layouts[0]), zones, replications)
            counted = [(zone, *both) for zone, both in zip(zones, pairs, strict=True) if _counts(both[0], replications)]
            each = difference_confidence(confidence, 1 + len(counted))
            for zone, ours, theirs in counted:
                yield zone_difference(measure, layout, zone, ours, theirs, each)


def _counts(values: Floats, replications: int) -> bool:
    """Tell whether so many pairs are enough to speak of the township; few replications must all concern it."""
    return len(values) >= max(OFTEN * replications, min(FEW, replications), 1)


def worst_first(rows: Sequence[ZoneDifference], effect: str) -> list[ZoneDifference]:
    """Return the *rows* with this *effect* (``better`` or ``worse``), the greatest changes first."""
    return sorted((row for row in rows if row.effect == effect), key=lambda row: (-size_of(row), row.measure, row.zone))


def size_of(row: ZoneDifference) -> float:
    """Return how great a change is, between 0 and 1, so that shares, times and people can stand in one order.

    Shares: the difference itself; the rest in proportion to the larger of the two values; 1 for a time that becomes
    or ceases to be never.
    """
    if "_share" in row.measure:
        return abs(row.difference)
    if not np.isfinite(row.difference):
        return 1.0
    largest = max(abs(row.reference), abs(row.reference + row.difference))
    return min(1.0, abs(row.difference) / largest) if np.isfinite(largest) and largest > 0.0 else 1.0


__all__ = ["MEASURES", "size_of", "worst_first", "zone_differences"]
