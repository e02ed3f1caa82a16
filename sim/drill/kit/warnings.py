"""What both forms of a warning share: codes, file names, texts with the mark, and areas that are sound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sim.common.errors import InputError, Problem
from sim.common.types import Text
from sim.drill.csv_rows import shipped
from sim.drill.kit.say import kit_text
from sim.drill.model import COLORS, Drill, PublicWarning
from sim.drill.papers.page import clean
from sim.drill.scenery.rings import area, is_simple

Point = tuple[float, float]

ALERT, UPDATE, CANCEL = TYPES = ("Alert", "Update", "Cancel")
NEAR_DEGREES = 0.1
"""An area reaches no farther out of the box around all places of the drill: outlines differ a little by source."""
LEAST = 4
"""Points of a closed ring."""
COUNTY = re.compile(r"(\d{6})(\d{3}(\d{3})?)?")
"""A county (GB/T 2260), and behind it perhaps the township and the village."""


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the rows of ``tables/warning_codes.csv`` by key."""
    return {row["key"]: row for row in shipped("warning_codes.csv")}


def stems(drill: Drill) -> dict[str, str]:
    """Return how the file names of each warning begin, by its id: drill, inject, type, from the second on a number.

    A warning that goes with no inject has its own id in the name.
    """
    made: dict[str, str] = {}
    used: dict[str, int] = {}
    for each in drill.warnings:
        parts = (drill.overview.drill_id, each.inject_id or each.warning_id, each.message_type.upper())
        stem = "_".join(re.sub(r"[^\w.-]", "-", part) for part in parts)
        used[stem] = used.get(stem, 0) + 1
        made[each.warning_id] = stem if used[stem] == 1 else f"{stem}-{used[stem]}"
    return made


def marked(said: Text, lang: str) -> str:
    """Return *said* behind the mark of an exercise."""
    return clean(kit_text("warning.marked", lang, said=said))


def counties(warning: PublicWarning) -> list[str]:
    """Return the six digits of every county that the warning names (GB/T 2260); other codes have none."""
    found = (COUNTY.fullmatch(zone) for zone in warning.zones)
    return list(dict.fromkeys(match[1] for match in found if match))


def lat_lon(ring: Sequence[Point]) -> str:
    """Return *ring* as CAP wants it: ``lat,lon`` with blanks between, about to the metre."""
    return " ".join(f"{lat:.5f},{lon:.5f}" for lon, lat in ring)


def check_warnings(drill: Drill) -> None:
    """Raise :class:`InputError` with every warning whose code, chain, times or area is wrong."""
    problems = [each for number, _ in enumerate(drill.warnings) for each in _wrong(drill, number)]
    if problems:
        raise InputError(problems)


def _wrong(drill: Drill, number: int) -> Iterator[Problem]:
    warning, earlier = drill.warnings[number], {each.warning_id for each in drill.warnings[:number]}
    lost = [each for each in warning.references if each not in earlier]
    if warning.warning_id in earlier:
        yield _problem(number, "twice", warning.warning_id)
    if warning.event_code not in codes():
        yield _problem(number, "event_code", warning.event_code, known=", ".join(codes()))
    if warning.message_type not in TYPES:
        yield _problem(number, "type", warning.message_type, known=", ".join(TYPES))
    if warning.color not in COLORS:
        yield _problem(number, "color", warning.color, known=", ".join(COLORS))
    if lost or (warning.message_type in (UPDATE, CANCEL) and not warning.references):
        yield _problem(number, "references", ", ".join(lost) or warning.warning_id)
    if not warning.expires_ex_min > warning.ex_min:
        yield _problem(number, "expires", warning.warning_id)
    for order, ring in enumerate(warning.polygons, start=1):
        fault = ring_fault(ring, drill)
        if fault:
            yield _problem(number, fault, warning.warning_id, ring=order)


def _problem(number: int, code: str, value: str, **params: object) -> Problem:
    return Problem(
        code=f"kit.warning.{code}", file="drill.json", item=("warnings", number + 1), value=value, params=params
    )


def ring_fault(ring: Sequence[Point], drill: Drill) -> str:
    """Return what is wrong with a ring of (lon, lat); empty if it is sound.

    The schema of CAP takes rings that are open, cross themselves or have longitude and latitude swapped, so all this is
    asked here. Where a drill has no places at all, only the range of degrees can be asked.
    """
    if len(ring) < LEAST or ring[0] != ring[-1]:
        return "ring.open"
    if not all(abs(lon) <= 180.0 and abs(lat) <= 90.0 for lon, lat in ring):
        return "ring.degrees"
    if not is_simple(ring[:-1]) or area(ring[:-1]) == 0.0:
        return "ring.crossing"
    return "ring.far" if _is_far(ring, [spot for place in drill.places for spot in place.coordinates]) else ""


def _is_far(ring: Sequence[Point], spots: Sequence[Point]) -> bool:
    if not spots:
        return False
    low = [min(each[axis] for each in spots) - NEAR_DEGREES for axis in (0, 1)]
    high = [max(each[axis] for each in spots) + NEAR_DEGREES for axis in (0, 1)]
    return not all(low[axis] <= point[axis] <= high[axis] for point in ring for axis in (0, 1))
