"""The decisions of supply as pure functions: where people find a place, who is served first, what goes onto a truck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.common.types import NEVER, Floats
from sim.plan.model import Item, KitLine

FULL = 0.99
"""A truck is full when so much of its payload or volume is used; the search for the best load stops there."""


class Use(NamedTuple):
    """What one piece of an item is worth for a line of the kit."""

    item: str
    people: float
    kg: float
    m3: float


class Portion(NamedTuple):
    """Pieces of one item on a truck, and the kit line for which they are meant."""

    line: int
    use: Use
    pieces: int


def uses_of(line: KitLine, items: Mapping[str, Item], payload_kg: float, volume_m3: float) -> tuple[Use, ...]:
    """Return the items that satisfy *line*, best first; those that serve nobody or fit on no truck are left out."""
    uses = (
        Use(i, items[i].persons_per_item / line.per_person, items[i].weight_kg, items[i].volume_m3) for i in line.items
    )
    return tuple(use for use in uses if use.people > 0.0 and use.kg <= payload_kg and use.m3 <= volume_m3)


# ---- where people find a place -------------------------------------------------------------


def shelters_in_order(
    zone: int,
    zone_of: Sequence[int],
    indoor: Sequence[bool],
    drive_min: Sequence[float],
    reach_min: float,
    *,
    cold: bool,
) -> list[int]:
    """Return the shelters where people of *zone* look for a place, first choice first.

    In the cold a roof comes before everything; then the own zone, then the nearest by road. Shelters of other zones
    farther than *reach_min* are out of the question. *drive_min*: minutes from the zone's node to each shelter.
    """
    near = [k for k, z in enumerate(zone_of) if z == zone or drive_min[k] <= reach_min]
    return sorted(near, key=lambda k: (cold and not indoor[k], zone_of[k] != zone, drive_min[k], k))


# ---- who is served first -------------------------------------------------------------------


def worth(short: Floats, promised: Floats, known: Floats, lines: Floats, supply: Floats) -> Floats:
    """Return how much each depot could do for each site: shape (depots, sites), 0 = nothing, 2 = the whole kit for all.

    Counts the share of the site's kits that the depot can bring, and once more the people who lack only what this
    depot has. *short* and *promised* are people by site and line, shape (sites, lines), *promised* ``inf`` where a
    line is not needed; *known* people and *lines* needed lines by site; *supply* people by depot and line.
    """
    stock = supply[:, None, :]
    part = np.minimum(short, stock).sum(axis=-1) / lines
    here = stock > 0.0
    lowest = np.where(here, promised, NEVER).min(axis=-1)
    raised = np.where(here, promised + stock, NEVER).min(axis=-1)
    elsewhere = np.where(here, NEVER, promised).min(axis=-1)
    whole = np.maximum(np.minimum(np.minimum(raised, elsewhere), known) - lowest, 0.0)
    return np.asarray((part + whole) / known)


def first_served(worth_: Floats, waited_min: Floats, trip_min: Floats) -> tuple[int, int]:
    """Return the (depot, site) for the next truck, or (-1, -1): most worth and longest wait on the shortest trip.

    *worth_* and *trip_min* have the shape (depots, sites); *trip_min* runs from the order until the load is in
    people's hands, ``inf`` if no road leads there. *waited_min* by site since the next in line lost their home.
    """
    score = worth_ * (1.0 + waited_min) / (1.0 + trip_min)
    best = int(score.argmax()) if score.size else 0
    if not score.size or score.flat[best] <= 0.0:
        return -1, -1
    return best // score.shape[1], best % score.shape[1]


# ---- what goes onto a truck ----------------------------------------------------------------


def load_truck(
    promised: Sequence[float],
    known: int,
    uses: Mapping[int, Sequence[Use]],
    stock: Mapping[str, int],
    payload_kg: float,
    volume_m3: float,
) -> list[Portion]:
    """Return what one truck takes for a site: whole kits for as many of its people as payload, volume and stock allow.

    The lines of *uses* are raised together, the least promised first, to the highest common number of people up to
    *known*; so nobody gets a second quilt while the next one has no water. *promised* people by kit line.
    """
    load = _load_to(known, promised, uses, stock)
    above = _used(load, payload_kg, volume_m3)
    if above <= 1.0:
        return load
    low, high, below = int(min(promised[line] for line in uses)), known, 0.0
    bisect = False
    while high - low > 1 and below < FULL:
        step = 0.5 if bisect else (1.0 - below) / (above - below)
        level = min(high - 1, max(low + 1, low + int(step * (high - low))))
        load = _load_to(level, promised, uses, stock)
        share = _used(load, payload_kg, volume_m3)
        if share <= 1.0:
            low, below = level, share
        else:
            high, above = level, share
        bisect = not bisect
    return _as_fits(_load_to(low + 1, promised, uses, stock), payload_kg, volume_m3)


def _load_to(
    level: int, promised: Sequence[float], uses: Mapping[int, Sequence[Use]], stock: Mapping[str, int]
) -> list[Portion]:
    """Return the pieces that bring every line to *level* people, best item first, as far as *stock* allows."""
    load: list[Portion] = []
    taken: dict[str, int] = {}
    for line, items in uses.items():
        people = level - promised[line]
        for use in items:
            if people <= 1e-6:
                break
            left = stock.get(use.item, 0) - taken.get(use.item, 0)
            pieces = min(left, -int(-(people - 1e-6) // use.people))
            if pieces > 0:
                load.append(Portion(line, use, pieces))
                taken[use.item] = taken.get(use.item, 0) + pieces
                people -= pieces * use.people
    return load


def _used(load: Sequence[Portion], payload_kg: float, volume_m3: float) -> float:
    """Return which share of the truck *load* takes, by weight or volume, whichever is more."""
    kg = sum(portion.pieces * portion.use.kg for portion in load)
    m3 = sum(portion.pieces * portion.use.m3 for portion in load)
    return max(kg / payload_kg, m3 / volume_m3)


def _as_fits(load: Sequence[Portion], kg: float, m3: float) -> list[Portion]:
    """Return *load* without the last pieces that find no room."""
    fitting: list[Portion] = []
    for line, use, pieces in load:
        by_weight = int(kg / use.kg + 1e-9) if use.kg > 0.0 else pieces
        by_volume = int(m3 / use.m3 + 1e-9) if use.m3 > 0.0 else pieces
        fits = min(pieces, by_weight, by_volume)
        if fits > 0:
            fitting.append(Portion(line, use, fits))
            kg -= fits * use.kg
            m3 -= fits * use.m3
    return fitting


def join(load: Sequence[Portion], more: Sequence[Portion]) -> list[Portion]:
    """Return both loads as one, each item of each line once."""
    pieces: dict[tuple[int, Use], int] = {}
    for line, use, count in (*load, *more):
        pieces[line, use] = pieces.get((line, use), 0) + count
    return [Portion(line, use, count) for (line, use), count in pieces.items()]
