"""Turns what a shock has done into demands: collapse sites, fires, posts, checks, repairs, roads to open."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, Ints
from sim.hazard.fires import ignitions_per_million_m2, minutes_to_limit
from sim.hazard.motion import pga_of_intensity
from sim.hazard.people import ENTOMBED, VOID, Fate, Hurt
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Closures, Outages

STAGES = ("rescue_light", "rescue_void", "rescue_entombed")


def first_calls(zones: Ints, minute: float, city: City, dark: Bools, c: Coefficients, rng: np.random.Generator) -> Floats:
    """Return the minute of the first emergency call from each of *zones*; *dark* says which zones have no telephone."""
    urban = city.zones.people_urban[zones] >= city.zones.people_rural[zones]
    mean = np.where(urban, c["call_urban_min"], c["call_rural_min"])
    bright = rng.exponential(1.0, len(zones)) * mean
    late = c["call_dark_min"] * np.exp(c["call_dark_sigma"] * rng.standard_normal(len(zones)))
    return np.asarray(minute + np.where(dark[zones], late, bright))


def group_into_sites(hurt: Hurt, c: Coefficients, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return (order, site): the buried in the order of rescue and the site of each, numbered from 0.

    The buried of one zone, construction and stage share sites of about the table's size. Where there would be more than
    ``sites_cap``, neighbouring sites are merged; a merged site takes as many crews as its parts would have.
    """
    trapped = np.flatnonzero(hurt.entrapment > 0)
    stage = np.select([hurt.entrapment[trapped] == ENTOMBED, hurt.entrapment[trapped] == VOID], [2, 1], 0)
    key = (hurt.zone[trapped] * 2 + hurt.rc[trapped]) * 3 + stage
    shuffled = np.lexsort((rng.random(len(trapped)), key))
    key, trapped = key[shuffled], trapped[shuffled]
    groups, start, count = np.unique(key, return_index=True, return_counts=True)
    size = np.where((groups // 3) % 2 == 1, c["victims_per_site_rc"], c["victims_per_site_masonry"])
    sites = np.clip(np.ceil(count / size), 1, c["sites_cap"]).astype(np.int64)
    rank = np.arange(len(trapped)) - np.repeat(start, count)
    within = rank * np.repeat(sites, count) // np.repeat(count, count)
    site = within + np.repeat(np.cumsum(sites) - sites, count)
    order = np.lexsort((-hurt.severity[trapped], hurt.entrapment[trapped], site))
    return trapped[order], site[order]


def rescue_demands(
    rows: DemandRows, hurt: Hurt, fate: Fate, event: int, minute: float, city: City, dark: Bools, c: Coefficients,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """Add the collapse sites of one shock; returns (casualty order, provisional demand of each)."""
    order, site = group_into_sites(hurt, c, rng)
    if not len(order):
        return order, site
    starts = np.flatnonzero(np.r_[True, site[1:] != site[:-1]])
    people = np.diff(np.r_[starts, len(order)])
    zone = hurt.zone[order[starts]]
    stage = np.clip(hurt.entrapment[order[starts]] - 2, 0, 2)
    work = np.add.reduceat(fate.work_crew_min[order], starts)
    crews = np.clip(np.ceil(people / c["victims_per_crew"]), 1, c["max_crews_cap"]).astype(np.int64)
    noticed = first_calls(zone, minute, city, dark, c, rng)
    demand = np.zeros(len(starts), dtype=np.int64)
    for number, kind in enumerate(STAGES):
        which = np.flatnonzero(stage == number)
        demand[which] = rows.add(
            kind, rng, zone=zone[which], node=city.zones.node[zone[which]], event=event, real_min=minute,
            noticed_min=noticed[which], quantity=people[which], work_crew_min=work[which], max_crews=crews[which],
            people_at_stake=people[which],
        )
    return order, np.repeat(demand, people)


def fire_demands(
    rows: DemandRows, intensity: Floats, event: int, minute: float, city: City, winter: bool, wind_ms: float, dark: Bools,
    c: Coefficients, rng: np.random.Generator,
) -> None:
    """Add ignitions and the fires to which they spread if nobody puts them out in time."""
    floor = city.zones.people * c["floor_m2_per_person"] / 1e6
    mean = ignitions_per_million_m2(pga_of_intensity(intensity), c) * floor * (c["ignition_winter"] if winter else 1.0)
    excess = max(c["ignition_dispersion"] - 1.0, 1e-9)
    count = np.where(mean > 0, rng.poisson(np.where(mean > 0, rng.gamma(np.maximum(mean, 1e-12) / excess) * excess, 0.0)), 0)
    zone = np.repeat(np.arange(len(count)), count)
    at_once = rng.random(len(zone)) < c["ignition_at_once"]
    later = 60.0 * np.minimum(c["ignition_median_h"] * np.exp(c["ignition_sigma"] * rng.standard_normal(len(zone))), c["ignition_cut_h"])
    real = minute + np.where(at_once, 0.0, later)
    parent = np.full(len(zone), -1)
    for _generation in range(3):
        numbers = _add_fires(rows, zone, real, parent, event, city, dark, c, rng)
        spreads, after = _spread(len(zone), wind_ms, c, rng)
        zone, real, parent = zone[spreads], real[spreads] + after, numbers[spreads]


def _add_fires(
    rows: DemandRows, zone: Ints, real: Floats, parent: Ints, event: int, city: City, dark: Bools, c: Coefficients,
    rng: np.random.Generator,
) -> Ints:
    area = c["fire_limit_m2_median"] * np.exp(c["fire_limit_sigma"] * rng.standard_normal(len(zone)))
    start = np.minimum(c["fire_start_m2"], area)
    grows_min = minutes_to_limit(area, c)
    per_m2 = c["fire_work_min_per_m2"]
    return rows.add(
        "fire", rng, zone=zone, node=city.zones.node[zone], event=event, parent=parent, real_min=real,
        noticed_min=real + first_calls(zone, 0.0, city, dark, c, rng), quantity=area,
        work_crew_min=np.maximum(c["fire_work_least_min"], start * per_m2), growth_per_min=(area - start) * per_m2 / grows_min,
        growth_until_min=real + grows_min, max_crews=np.clip(np.ceil(area / 60.0), 1, 6), people_at_stake=3.0,
    )


def _spread(n: int, wind_ms: float, c: Coefficients, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Return which of *n* fires spread and after how many minutes: a chance every ten minutes, by separation."""
    u = rng.random((2, n))
    chance = c["spread_per_10min"] * (1.0 + c["spread_wind"] * wind_ms)
    near = np.where(u[0] < c["spread_close_share"], chance, np.where(u[0] < c["spread_close_share"] + c["spread_half_share"], chance / 2, 0.0))
    with np.errstate(divide="ignore"):
        tens = np.ceil(np.log1p(-u[1]) / np.log1p(-np.minimum(near, 0.99)))
    after = 10.0 * np.where(near > 0, np.maximum(tens, 1.0), np.inf)
    spreads = np.flatnonzero(after <= c["spread_hours"] * 60.0)
    return spreads, after[spreads]


def zone_tasks(
    rows: DemandRows, hurt: Hurt, intensity: Floats, event: int, minute: float, city: City, dark: Bools, c: Coefficients,
    rng: np.random.Generator,
) -> None:
    """Add what each shaken township needs: a medical post, a gas check, water repair, and the plants' checks."""
    z = city.zones

    def add(kind: str, zones: Ints, work: Any, **more: Any) -> None:
        rows.add(
            kind, rng, zone=zones, node=z.node[zones], event=event, real_min=minute,
            noticed_min=first_calls(zones, minute, city, dark, c, rng), work_crew_min=work, **more,
        )

    patients = np.bincount(hurt.zone[hurt.severity >= 2], minlength=len(z))
    worst = np.bincount(hurt.zone[hurt.severity >= 3], minlength=len(z))
    posts = np.flatnonzero(patients > 0)
    add("medical_post", posts, patients[posts] * c["post_work_min_per_patient"], quantity=patients[posts],
        max_crews=np.clip(np.ceil(patients[posts] / 20.0), 1, 8), people_at_stake=worst[posts])
    gas = np.flatnonzero((intensity >= 7.0) & (z.people_urban > 0))
    add("gas_check", gas, z.people_urban[gas] / 1000.0 * c["gas_work_min_per_1000"], max_crews=4)
    water = np.flatnonzero(intensity >= 8.0)
    add("water_repair", water, c["water_work_min"], max_crews=3)
    sites = city.chemical_sites
    hit = np.flatnonzero(intensity[sites.zone] >= 6.0)
    rows.add(
        "hazmat_check", rng, places=[sites.site_id[i] for i in hit], zone=sites.zone[hit], node=sites.node[hit], event=event,
        real_min=minute, noticed_min=minute + rng.exponential(3.0, len(hit)), max_crews=2,
        work_crew_min=np.where(sites.major_hazard[hit], c["hazmat_work_major_min"], c["hazmat_work_min"]),
        people_at_stake=sites.major_hazard[hit] * 10.0,
    )


def repair_demands(
    rows: DemandRows, closures: Closures, opening: list[str], edge_zone: Ints, first_closure: int, outages: Outages,
    first_outage: int, event: int, minute: float, city: City, c: Coefficients, rng: np.random.Generator,
) -> None:
    """Add the roads that crews can open and the outages that crews can end."""
    able = np.array([i for i, word in enumerate(opening) if word], dtype=np.int64)
    zone = edge_zone[closures.edge[able]]
    rows.add(
        "road_opening", rng, places=[city.roads.edge_id[e] for e in closures.edge[able]], zone=zone,
        node=city.roads.u[closures.edge[able]], event=event, real_min=minute,
        noticed_min=minute + rng.exponential(2.0 * c["call_rural_min"], len(able)),
        work_crew_min=np.array([c[f"opening_{opening[i]}_min"] for i in able]), max_crews=3, closure=first_closure + able,
        people_at_stake=city.zones.people[zone] / 1000.0,
    )
    for kind, name in (("communication", "comms"), ("power", "power")):
        which = np.array([i for i, word in enumerate(outages.kind) if word == kind], dtype=np.int64)
        zones = outages.zone[which]
        rows.add(
            f"{name}_repair", rng, zone=zones, node=city.zones.node[zones], event=event, real_min=outages.from_min[which],
            noticed_min=outages.from_min[which] + 5.0, work_crew_min=c[f"{name}_work_min"], max_crews=2,
            outage=first_outage + which, watched=True, people_at_stake=city.zones.people[zones] / 1000.0,
        )

