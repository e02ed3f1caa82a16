"""The decisions of supply as pure functions: where people find a place, who is served first, what goes onto a truck."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.common.types import NEVER, Floats
from sim.plan.model import Item, KitLine

DUST = 1e-6
"""People; less than this is the rounding of sums, nobody who lacks anything."""

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


def truckload_people(kit: Iterable[Sequence[Use]], payload_kg: float, volume_m3: float) -> float:
    """Return for how many people a truck carries the whole *kit* of each line's best item; at least one."""
    best = [uses[0] for uses in kit if uses]
    kg, m3 = sum(use.kg / use.people for use in best), sum(use.m3 / use.people for use in best)
    return max(1.0, min(payload_kg / kg if kg else NEVER, volume_m3 / m3 if m3 else NEVER))


def worth(short: Floats, promised: Floats, known: Floats, supply: Floats, truckload: float) -> Floats:
    """Return how much each site needs each depot: shape (depots, sites), 0 = not at all, 2 = everybody, only that.

    Counts the share of the site's people who lack something that this depot has, and once more those who lack nothing
    else; less if the stock is not even enough for a truck of *truckload* people. *short* and *promised* are people by
    line and site, shape (lines, sites), *promised* ``inf`` where a line is not needed; *known* people by site;
    *supply* people by line and depot.
    """
    short, promised, stock = short[:, None, :], promised[:, None, :], supply[:, :, None]
    filled = np.minimum(stock / np.clip(short, 1.0, truckload), 1.0)
    lack = (short * filled).max(axis=0)
    here = stock > 0.0
    lowest = np.where(here, promised, NEVER).min(axis=0)
    elsewhere = np.where(here, NEVER, promised).min(axis=0)
    least = np.where(here & (short > 0.0), filled, 1.0).min(axis=0)
    whole = np.maximum(np.minimum(elsewhere, known) - lowest, 0.0) * least
    return np.asarray((lack + whole) / known)


def first_served(worth_: Floats, waited_min: Floats, trip_min: Floats) -> tuple[int, int]:
    """Return the (depot, site) for the next truck, or (-1, -1): most worth and longest wait on the shortest trip.

    Worth counts squared: a far place that has nothing goes before a near one that is half served.
    *worth_* and *trip_min* have the shape (depots, sites); *trip_min* runs from the order until the load is in
    people's hands, ``inf`` if no road leads there. *waited_min* by site since the next in line lost their home.
    """
    score = worth_**2 * (1.0 + waited_min) / (1.0 + trip_min)
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
    """Return what a truck takes for a site: whole kits for as many of its people as its room and the stock allow.

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
        level = min(high - 1, max(low + 1, low + int(step * (high - low) + 1e-9)))
        load = _load_to(level, promised, uses, stock)
        share = _used(load, payload_kg, volume_m3)
        if share <= 1.0:
            low, below = level, share
        else:
            high, above = level, share
        bisect = not bisect
    load = _load_to(low, promised, uses, stock)
    return load or _as_fits(_load_to(low + 1, promised, uses, stock), payload_kg, volume_m3)


def _load_to(
    level: int, promised: Sequence[float], uses: Mapping[int, Sequence[Use]], stock: Mapping[str, int]
) -> list[Portion]:
    """Return the pieces that bring every line to *level* people, best item first, as far as *stock* allows."""
    load: list[Portion] = []
    taken: dict[str, int] = {}
    for line, items in uses.items():
        people = level - promised[line]
        for use in items:
            if people <= DUST:
                break
            left = stock.get(use.item, 0) - taken.get(use.item, 0)
            pieces = min(left, -int(-(people - DUST) // use.people))
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


def pieces_of(load: Sequence[Portion]) -> Counter[str]:
    """Return the pieces on *load* by item."""
    pieces: Counter[str] = Counter()
    for portion in load:
        pieces[portion.use.item] += portion.pieces
    return pieces
