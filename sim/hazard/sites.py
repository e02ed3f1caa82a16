"""Turns what a shock has done into demands: collapse sites, fires, posts, checks, repairs, roads to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.fires import ignitions_per_million_m2, minutes_to_limit, sample_ignitions, spread_after_min
from sim.hazard.motion import pga_of_intensity
from sim.hazard.people import ENTOMBED, VOID, Fate, Hurt
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Closures, Outages

STAGES = ("rescue_light", "rescue_void", "rescue_entombed")
GENERATIONS = 3
"""How often a fire can jump on; with the mainshock itself the longest chain of causes is four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """One shock as the demands see it: which event it is, when it came, what it met."""

    event: int
    minute: float
    city: City
    c: Coefficients
    intensity: Floats
    """By zone."""


def first_calls(zones: Ints, b: Blow, rng: np.random.Generator) -> Floats:
    """Return the minutes that pass until somebody in each of *zones* calls, were the telephones working.

    What a dark zone does to the report is the business of the response.
    """
    urban = b.city.zones.people_urban[zones] >= b.city.zones.people_rural[zones]
    return np.asarray(rng.exponential(1.0, len(zones)) * np.where(urban, b.c["call_urban_min"], b.c["call_rural_min"]))


def group_into_sites(hurt: Hurt, c: Coefficients, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return (order, site): the buried in the order of rescue and the site of each, numbered from 0.

    The buried of one zone, construction and stage share sites of about the table's size. Where there would be more than
    ``sites_cap``, neighbouring sites are merged; a merged site takes as many crews as its parts would have.
    """
    trapped = np.flatnonzero(hurt.entrapment > 0)
    if not len(trapped):
        return trapped, trapped
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
    rows: DemandRows, hurt: Hurt, fate: Fate, b: Blow, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Add the collapse sites of one shock; returns (casualty order, provisional demand of each)."""
    order, site = group_into_sites(hurt, b.c, rng)
    if not len(order):
        return order, site
    starts = np.flatnonzero(np.r_[True, site[1:] != site[:-1]])
    people = np.diff(np.r_[starts, len(order)])
    zone = hurt.zone[order[starts]]
    stage = np.clip(hurt.entrapment[order[starts]] - 2, 0, 2)
    work = np.add.reduceat(fate.work_crew_min[order], starts)
    crews = np.clip(np.ceil(people / b.c["victims_per_crew"]), 1, b.c["max_crews_cap"]).astype(np.int64)
    noticed = b.minute + first_calls(zone, b, rng)
    demand = np.zeros(len(starts), dtype=np.int64)
    for number, kind in enumerate(STAGES):
        which = np.flatnonzero(stage == number)
        demand[which] = rows.add(
            kind, rng, zone=zone[which], node=b.city.zones.node[zone[which]], event=b.event, real_min=b.minute,
            noticed_min=noticed[which], quantity=people[which], work_crew_min=work[which], max_crews=crews[which],
            people_at_stake=people[which],
        )
    return order, np.repeat(demand, people)


def fire_demands(
    rows: DemandRows, b: Blow, temp_c: float, wind_ms: float, rng: np.random.Generator
) -> None:
    """Add ignitions and the fires to which they spread if nobody puts them out in time."""
    c = b.c
    floor = b.city.zones.people * c["floor_m2_per_person"] / 1e6
    heating = c["ignition_winter"] if temp_c < c["winter_c"] else 1.0
    mean = ignitions_per_million_m2(pga_of_intensity(b.intensity), c) * floor * heating
    count = sample_ignitions(mean, c["ignition_dispersion"], rng)
    zone = np.repeat(np.arange(len(count)), count)
    at_once = rng.random(len(zone)) < c["ignition_at_once"]
    later_h = c["ignition_median_h"] * np.exp(c["ignition_sigma"] * rng.standard_normal(len(zone)))
    real = b.minute + np.where(at_once, 0.0, 60.0 * np.minimum(later_h, c["ignition_cut_h"]))
    parent = np.full(len(zone), -1)
    for _ in range(GENERATIONS):
        if not len(zone):
            return
        numbers = _add_fires(rows, zone, real, parent, b, rng)
        after = spread_after_min(len(zone), wind_ms, c, rng)
        jumps = np.flatnonzero(np.isfinite(after))
        zone, real, parent = zone[jumps], real[jumps] + after[jumps], numbers[jumps]


def _add_fires(rows: DemandRows, zone: Ints, real: Floats, parent: Ints, b: Blow, rng: np.random.Generator) -> Ints:
    c = b.c
    area = c["fire_limit_m2_median"] * np.exp(c["fire_limit_sigma"] * rng.standard_normal(len(zone)))
    start = np.minimum(c["fire_start_m2"], area)
    grows_min = minutes_to_limit(area, c)
    per_m2 = c["fire_work_min_per_m2"]
    return rows.add(
        "fire", rng, zone=zone, node=b.city.zones.node[zone], event=b.event, parent=parent, real_min=real,
        noticed_min=real + first_calls(zone, b, rng), quantity=area,
        work_crew_min=np.maximum(c["fire_work_least_min"], start * per_m2),
        growth_per_min=(area - start) * per_m2 / grows_min, growth_until_min=real + grows_min,
        max_crews=np.clip(np.ceil(area / c["fire_m2_per_crew"]), 1, c["fire_crews_cap"]),
        people_at_stake=c["fire_people_at_stake"],
    )


def zone_tasks(rows: DemandRows, hurt: Hurt, b: Blow, rng: np.random.Generator) -> None:
    """Add what each shaken township needs: a medical post, a gas check, water repair, and the plants' checks."""
    z, c = b.city.zones, b.c

    def add(kind: str, zones: Ints, work: Any, **more: Any) -> None:
        rows.add(
            kind, rng, zone=zones, node=z.node[zones], event=b.event, real_min=b.minute,
            noticed_min=b.minute + first_calls(zones, b, rng), work_crew_min=work, **more,
        )

    patients = np.bincount(hurt.zone[hurt.severity >= 2], minlength=len(z))
    worst = np.bincount(hurt.zone[hurt.severity >= 3], minlength=len(z))
    posts = np.flatnonzero(patients > 0)
    crews = np.clip(np.ceil(patients[posts] / c["post_patients_per_crew"]), 1, c["post_crews_cap"])
    add("medical_post", posts, patients[posts] * c["post_work_min_per_patient"], quantity=patients[posts],
        max_crews=crews, people_at_stake=worst[posts])
    gas = np.flatnonzero((b.intensity >= c["gas_check_intensity"]) & (z.people_urban > 0))
    add("gas_check", gas, z.people_urban[gas] / 1000.0 * c["gas_work_min_per_1000"], max_crews=c["gas_crews"])
    water = np.flatnonzero(b.intensity >= c["water_repair_intensity"])
    add("water_repair", water, c["water_work_min"], max_crews=c["water_crews"])
    _plant_checks(rows, b, rng)


def _plant_checks(rows: DemandRows, b: Blow, rng: np.random.Generator) -> None:
    sites, c = b.city.chemical_sites, b.c
    hit = np.flatnonzero(b.intensity[sites.zone] >= c["hazmat_check_intensity"])
    major = sites.major_hazard[hit]
    rows.add(
        "hazmat_check", rng, places=[sites.site_id[i] for i in hit], zone=sites.zone[hit], node=sites.node[hit],
        event=b.event, real_min=b.minute, max_crews=c["hazmat_crews"],
        noticed_min=b.minute + rng.exponential(1.0, len(hit)) * c["hazmat_notice_min"],
        work_crew_min=np.where(major, c["hazmat_work_major_min"], c["hazmat_work_min"]),
        people_at_stake=major * c["hazmat_people_at_stake"],
    )


def road_demands(
    rows: DemandRows, closures: Closures, opening: list[str], edge_zone: Ints, first_closure: int, b: Blow,
    rng: np.random.Generator,
) -> None:
    """Add the roads that crews can open; *opening* says with what work (empty: not at all)."""
    able = np.array([i for i, word in enumerate(opening) if word], dtype=np.int64)
    if not len(able):
        return
    edge = closures.edge[able]
    zone, c = edge_zone[edge], b.c
    rows.add(
        "road_opening", rng, places=[b.city.roads.edge_id[e] for e in edge], zone=zone, node=b.city.roads.u[edge],
        event=b.event, real_min=b.minute, closure=first_closure + able, max_crews=c["opening_crews"],
        noticed_min=b.minute + rng.exponential(1.0, len(able)) * c["road_notice_factor"] * c["call_rural_min"],
        work_crew_min=np.array([c[f"opening_{opening[i]}_min"] for i in able]),
        people_at_stake=b.city.zones.people[zone] / 1000.0,
    )


def outage_demands(
    rows: DemandRows, outages: Outages, first_outage: int, b: Blow, rng: np.random.Generator
) -> None:
    """Add the outages that crews can end; the network's control room sees them by itself."""
    z, c = b.city.zones, b.c
    for kind, name in (("communication", "comms"), ("power", "power")):
        which = np.array([i for i, word in enumerate(outages.kind) if word == kind], dtype=np.int64)
        if not len(which):
            continue
        zones = outages.zone[which]
        rows.add(
            f"{name}_repair", rng, zone=zones, node=z.node[zones], event=b.event, real_min=outages.from_min[which],
            noticed_min=outages.from_min[which] + c["repair_notice_min"], work_crew_min=c[f"{name}_work_min"],
            max_crews=c["repair_crews"], outage=first_outage + which, watched=True,
            people_at_stake=z.people[zones] / 1000.0,
        )
