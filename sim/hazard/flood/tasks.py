"""The work that a flood makes beside rescue: dykes, pumps, posts, lines, gas, roads under debris."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.alarm import Signs
from sim.hazard.flood.field import FloodField
from sim.hazard.flood.ground import FloodGround
from sim.hazard.flood.held import Held
from sim.hazard.flood.victims import BOAT, Victims
from sim.hazard.flood.wet import Wet
from sim.hazard.geometry import apart_km
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Closures, Outages
from sim.hazard.sites import Blow, outage_demands
from sim.hazard.tables import earthquake_coefficients


def dyke_demands(
    rows: DemandRows, held: Held, wet: Wet, signs: Signs, event: int, city: City, c: Coefficients,
    rng: np.random.Generator,
) -> Ints:
    """Add one demand for each wall, real as soon as gauges or the forecast show it; returns their numbers."""
    walls, roads = held.walls, city.roads
    if not walls:
        return np.zeros(0, dtype=np.int64)
    real = np.array([signs.shown_min(wall.deadline_min) for wall in walls])
    node = [int(np.argmin(apart_km(wall.lon, wall.lat, roads.node_lon, roads.node_lat))) for wall in walls]
    danger = c["danger_depth_m"]
    spared = (wet.depth_m >= danger) & (held.depth_m < danger)
    length = np.array([wall.length_m for wall in walls])
    return rows.add(
        "dyke_work", rng, places=[wall.place for wall in walls], zone=np.array([int(wall.zones[0]) for wall in walls]),
        node=np.array(node), event=event, real_min=real, noticed_min=real, watched=True,
        work_crew_min=np.array([wall.work_crew_min for wall in walls]),
        max_crews=np.clip(np.ceil(length / c["dyke_people_per_crew"]), 1, c["dyke_crews_cap"]),
        people_at_stake=np.where(spared, wet.people, 0.0).sum(axis=(1, 2)),
    )


def zone_tasks(
    rows: DemandRows, field: FloodField, wet: Wet, victims: Victims, dry_by: Ints, event_of: Ints, node: Ints,
    city: City, c: Coefficients, rng: np.random.Generator,
) -> None:
    """Add what each flooded township needs; *dry_by* is the demand that would have kept it dry, (zones,)."""
    z, own = city.zones, earthquake_coefficients()

    def add(kind: str, zones: Ints, real: Floats, work: Any, **more: Any) -> None:
        rows.add(
            kind, rng, zone=zones, node=node[zones], event=event_of[zones], real_min=real, work_crew_min=work,
            noticed_min=real + c["notice_min"] * rng.exponential(1.0, len(zones)), parent=dry_by[zones], **more,
        )

    patients = np.bincount(victims.zone[victims.severity >= 2], minlength=len(z))
    boats = np.bincount(victims.zone[victims.way == BOAT], minlength=len(z))
    worst = np.bincount(victims.zone[victims.severity >= 3], minlength=len(z))
    count = patients + np.round(c["post_cut_off_share"] * boats).astype(np.int64)
    posts = np.flatnonzero(count > 0)
    first = np.full(len(z), np.inf)
    np.minimum.at(first, victims.zone, victims.minute)
    crews = np.clip(np.ceil(count[posts] / own["post_patients_per_crew"]), 1, own["post_crews_cap"])
    add("medical_post", posts, first[posts], count[posts] * own["post_work_min_per_patient"], quantity=count[posts],
        max_crews=crews, people_at_stake=worst[posts])
    # What the river leaves on its own floodplain runs off by itself.
    kept_in = (event_of[wet.zones] > 0) | (field.kind == "flash")
    wide = np.flatnonzero((wet.share_deeper(c["danger_depth_m"]) >= c["wet_people_share"]) & kept_in)
    zones = wet.zones[wide]
    peak: Floats = field.step_min[field.depth_m[:, zones, 0].argmax(axis=0)]
    work = field.flooded_km2[zones] * c["drainage_share"] * c["drainage_crew_min_per_km2"]
    work = np.clip(work, c["drainage_least_min"], c["drainage_most_min"])
    add("drainage", zones, peak, work,
        max_crews=c["drainage_crews"])
    town = z.people_urban[wet.zones] > 0
    gas = np.flatnonzero((wet.share_deeper(c["power_deep_m"]) >= c["gas_people_share"]) & town)
    zones = wet.zones[gas]
    add("gas_check", zones, wet.dry_min[gas].max(axis=1, initial=0.0),
        z.people_urban[zones] / 1000.0 * own["gas_work_min_per_1000"], max_crews=own["gas_crews"])


def repair_demands(
    rows: DemandRows, outages: Outages, city: City, rng: np.random.Generator, event: int = 0, first_outage: int = 0
) -> None:
    """Add the outages that crews can end, with the numbers that hold after an earthquake too."""
    calm = np.zeros(len(city.zones))
    blow = Blow(event=event, minute=0.0, city=city, c=earthquake_coefficients(), intensity=calm)
    outage_demands(rows, outages, first_outage, blow, rng)


def debris_demands(
    rows: DemandRows, debris: Closures, first_closure: int, ground: FloodGround, city: City, c: Coefficients,
    rng: np.random.Generator,
) -> None:
    """Add the crossings that a gully has left under mud and boulders."""
    edge = debris.edge
    zone = ground.edge_zone[edge]
    rows.add(
        "road_opening", rng, places=[city.roads.edge_id[e] for e in edge.tolist()], zone=zone,
        node=city.roads.u[edge], event=0, real_min=debris.from_min,
        noticed_min=debris.from_min + 2.0 * c["notice_min"] * rng.exponential(1.0, len(edge)),
        closure=first_closure + np.arange(len(edge)), max_crews=c["debris_crews"], work_crew_min=c["debris_work_min"],
        people_at_stake=city.zones.people[zone] / 1000.0,
    )
