"""Turns people in trouble in the water into demands, and into the rows of casualties that belong to them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.flooded_roads import WetRoads
from sim.hazard.flood.victims import BOAT, ENTRAPMENT, FREE, KINDS, LIGHT, SWIFT, VOID, Victims
from sim.hazard.geometry import apart_km
from sim.hazard.rows import DemandRows


def waterside_nodes(roads: WetRoads, city: City, c: Coefficients) -> Ints:
    """Return for each zone the nearest node to which crews can drive whatever the water: boats are launched there.

    Of the parts into which the flood cuts the roads, the largest.
    """
    own = city.roads
    high = (roads.depth_m.max(axis=0) < c["cut_off_m"]) | roads.detour
    n = len(own.node_id)
    links = coo_matrix((np.ones(int(high.sum())), (own.u[high], own.v[high])), shape=(n, n))
    _, part = connected_components(links, directed=False)
    reached = np.flatnonzero(part == np.bincount(part).argmax())
    z = city.zones
    near = np.argmin(
        [apart_km(float(own.node_lon[i]), float(own.node_lat[i]), own.node_lon[reached], own.node_lat[reached])
         for i in z.node.tolist()], axis=1,
    )
    return np.asarray(reached[near])


def sites_of(victims: Victims, c: Coefficients) -> tuple[Ints, Ints]:
    """Return (order, site): everybody whom others have to free, in the order of rescue, and the site of each.

    People in fast water are sought group by group; the cut off of one zone and one wall share sites of about the
    table's size in the order in which the water comes, as do those under fallen houses.
    """
    order, site = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    number = 0
    for way, size, cap in (
        (SWIFT, 0.0, 0.0), (BOAT, c["water_site_people"], c["water_sites_cap"]),
        (LIGHT, c["fallen_site_people"], c["water_sites_cap"]), (VOID, c["fallen_site_people"], c["water_sites_cap"]),
    ):
        which = np.flatnonzero(victims.way == way)
        if not len(which):
            continue
        key = victims.group[which] if way == SWIFT else _place(victims, which)
        # The gravest first within a site; the clocks of the cut off differ more than their wounds.
        sort = np.lexsort((victims.dies_min[which], victims.minute[which], key))
        which, key = which[sort], key[sort]
        _, start, count = np.unique(key, return_index=True, return_counts=True)
        parts = np.ones(len(count), dtype=np.int64)
        if size:
            parts = np.clip(np.ceil(count / size), 1, cap).astype(np.int64)
        rank = np.arange(len(which)) - np.repeat(start, count)
        within = rank * np.repeat(parts, count) // np.repeat(count, count)
        order.append(which)
        site.append(number + within + np.repeat(np.cumsum(parts) - parts, count))
        number += int(parts.sum())
    return np.concatenate(order), np.concatenate(site)


def _place(victims: Victims, which: Ints) -> Ints:
    return victims.zone[which] * 1000 + victims.wall[which]


def rescue_demands(
    rows: DemandRows, victims: Victims, fate: dict[str, Floats], event_of: Ints, wall_demand: Ints, node: Ints,
    city: City, c: Coefficients, rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Add the demands of all sites; returns the rows of the casualties, those of a demand together.

    *event_of* is the event that floods each zone, *wall_demand* the demand of each wall, *node* the place from which
    each zone is served.
    """
    order, site = sites_of(victims, c)
    parts = [_casualties(victims, fate, np.flatnonzero(victims.way == FREE), -1, None, event_of)]
    if len(order):
        starts = np.flatnonzero(np.r_[True, site[1:] != site[:-1]])
        demand, real = _sites(rows, victims, fate, order, starts, event_of, wall_demand, node, city, c, rng)
        people = np.diff(np.r_[starts, len(order)])
        parts.append(_casualties(victims, fate, order, np.repeat(demand, people), np.repeat(real, people), event_of))
    return parts


def _sites(
    rows: DemandRows, victims: Victims, fate: dict[str, Floats], order: Ints, starts: Ints, event_of: Ints,
    wall_demand: Ints, node: Ints, city: City, c: Coefficients, rng: np.random.Generator,
) -> tuple[Ints, Floats]:
    people = np.diff(np.r_[starts, len(order)])
    first = order[starts]
    zone, way, edge = victims.zone[first], victims.way[first], victims.edge[first]
    # A site begins with the first who is in trouble there.
    real = np.minimum.reduceat(victims.minute[order], starts)
    work = np.add.reduceat(fate["work_crew_min"][order], starts)
    wall = victims.wall[first]
    parent = np.where(wall >= 0, wall_demand[wall], -1) if len(wall_demand) else np.full(len(wall), -1)
    noticed = real + c["notice_min"] * rng.exponential(1.0, len(starts))
    crews = np.clip(np.ceil(people / c["water_people_per_crew"]), 1, c["water_crews_cap"])
    crews = np.where(way == SWIFT, c["swift_crews"], crews)
    demand = np.zeros(len(starts), dtype=np.int64)
    for number, kind in enumerate(KINDS):
        w = np.flatnonzero(way == number)
        demand[w] = rows.add(
            kind, rng, places=[city.roads.edge_id[e] if e >= 0 else "" for e in edge[w].tolist()], zone=zone[w],
            node=node[zone[w]], event=event_of[zone[w]], parent=parent[w], real_min=real[w], noticed_min=noticed[w],
            quantity=people[w], work_crew_min=work[w], max_crews=crews[w], people_at_stake=people[w],
        )
    return demand, np.asarray(real)


def _casualties(
    victims: Victims, fate: dict[str, Floats], index: Ints, demand: int | Ints, real: Floats | None, event_of: Ints
) -> dict[str, Any]:
    zone = victims.zone[index]
    return {
        "demand": np.broadcast_to(np.asarray(demand), len(index)).astype(np.int64), "zone": zone,
        "event": event_of[zone], "real_min": victims.minute[index] if real is None else real,
        "severity": victims.severity[index], "entrapment": ENTRAPMENT[victims.way[index]],
        **{name: column[index] for name, column in fate.items()},
    }
