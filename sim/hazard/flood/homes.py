"""What the water does to homes, power, masts, hospitals and purses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.facilities import nearest_zones
from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.field import SHARES, FloodField
from sim.hazard.flood.held import Held
from sim.hazard.flood.loss import crop_loss_yuan, house_loss_yuan
from sim.hazard.flood.people import damage_share
from sim.hazard.flood.wet import Wet, first_minute, last_minute
from sim.hazard.scenario import AvoidableLoss, FacilityOut, Outages


@dataclass(frozen=True, slots=True, kw_only=True)
class Homeless:
    """People who need public shelter and the kit, by zone, minute and the wall that would save their homes."""

    zone: Ints
    minute: Floats
    people: Ints
    wall: Ints


def near_ground(city: City, c: Coefficients) -> Floats:
    """Return the share of each zone's people who live near enough to the ground to have water in their home."""
    z = city.zones
    town = z.people_urban / np.maximum(z.people, 1)
    return np.asarray(1.0 - town + town * c["ground_floor_share_urban"])


def adobe_share(city: City, zones: Ints) -> Floats:
    """Return the share of earth houses among the dwellings of each of *zones*."""
    z = city.zones
    found = []
    for zone in zones.tolist():
        town = float(z.people_urban[zone]) / max(1, int(z.people[zone]))
        county = z.county[zone]
        shares = [city.building_mix.get((county, area), {}).get("adobe", 0.0) for area in ("urban", "rural")]
        found.append(town * shares[0] + (1.0 - town) * shares[1])
    return np.array(found)


def homeless(wet: Wet, wall: Ints, city: City, month: int, c: Coefficients) -> Homeless:
    """Return who loses the home: water of ``homes_depth_m`` in it, or an earth house fallen.

    *wall* says which wall alone would save the homes of each share. Others who left return when the water has gone.
    """
    z = city.zones
    season = "winter" if city.month_temp_c[month - 1] < c["cold_below_c"] else "summer"
    each = z.people[wet.zones] * near_ground(city, c)[wet.zones] / SHARES
    deep = np.isfinite(wet.home_min)
    earth = np.isfinite(wet.fallen_min) & ~deep
    lost = np.where(deep, each[:, None], np.where(earth, each[:, None] * adobe_share(city, wet.zones)[:, None], 0.0))
    lost = lost * c[f"shelter_flood_{season}"]
    minute = np.where(deep, wet.home_min, wet.fallen_min)
    rows = []
    for j, zone in enumerate(wet.zones.tolist()):
        for w in np.unique(wall[j][lost[j] > 0.0]).tolist():
            which = (wall[j] == w) & (lost[j] > 0.0)
            count = round(float(lost[j, which].sum()))
            if count:
                rows.append((float(minute[j, which].min()), zone, count, w))
    rows.sort()
    return Homeless(
        zone=np.array([row[1] for row in rows], dtype=np.int64),
        minute=np.array([row[0] for row in rows], dtype=np.float64),
        people=np.array([row[2] for row in rows], dtype=np.int64),
        wall=np.array([row[3] for row in rows], dtype=np.int64),
    )


def dwellings_by_state(wet: Wet, city: City, c: Coefficients) -> Floats:
    """Return the dwellings of every zone by D0..D5, (zones, 6).

    By depth D1 from ``flood_d1_m`` to D4 from ``flood_d4_m``; D5 are earth houses that have fallen; what lies above
    the lowest floors of a town stays D0.
    """
    z = city.zones
    states = np.zeros((len(z), 6))
    states[:, 0] = z.households
    limits = np.array([c[f"flood_d{k}_m"] for k in range(1, 5)])
    each = z.households[wet.zones] * near_ground(city, c)[wet.zones] / SHARES
    state = np.searchsorted(limits, wet.depth_m, side="right")
    fallen = np.isfinite(wet.fallen_min) * each[:, None] * adobe_share(city, wet.zones)[:, None]
    for j, zone in enumerate(wet.zones.tolist()):
        counts = np.bincount(state[j], weights=each[j] - fallen[j], minlength=6)
        states[zone, 1:] += counts[1:]
        states[zone, 5] += fallen[j].sum()
        states[zone, 0] -= counts[1:].sum() + fallen[j].sum()
    return states


def loss_by_zone(field: FloodField, city: City, c: Coefficients, stands: Floats | float = 1.0) -> Floats:
    """Return the direct loss of each zone: homes, crops, and a factor for roads, channels, plants and shops.

    *stands* is the share of its homes that were whole before the water came, (zones,).
    """
    own = house_loss_yuan(field, city, c) * stands + crop_loss_yuan(field, city, c)
    return np.asarray(own * (1.0 + c["loss_beyond_flood"]))


def avoidable_losses(
    held: Held, wet: Wet, demand: Ints, loss_yuan: Floats
) -> tuple[AvoidableLoss, ...]:
    """Return what each wall would save in each zone; several walls of one zone share what the zone loses.

    *demand* holds the final number of each wall's demand, -1 where it comes to nothing within the horizon.
    """
    whole = damage_share(wet.depth_m).mean(axis=1)
    left = damage_share(held.depth_m).mean(axis=2)
    saved = np.where(whole > 0.0, 1.0 - left / np.where(whole > 0.0, whole, 1.0), 0.0)
    saved = np.clip(saved, 0.0, 1.0)
    saved = saved / np.maximum(saved.sum(axis=0), 1.0)
    yuan = saved * loss_yuan[wet.zones]
    return tuple(
        AvoidableLoss(demand=int(demand[w]), by_min=wall.deadline_min, zone=zone, loss_yuan=float(yuan[w, j]))
        for w, wall in enumerate(held.walls) for j, zone in enumerate(wet.zones.tolist())
        if demand[w] >= 0 and yuan[w, j] > 0.0
    )


# ---- lines and houses ----------------------------------------------------------------------


def flood_outages(wet: Wet, city: City, c: Coefficients, rng: np.random.Generator) -> Outages:
    """Draw which wet zones lose power and communication.

    Power fails with the chance of the share of people in deep water and comes back some hours after it has gone; a
    mast falls silent with its cabinet, or when its battery is empty.
    """
    n = len(city.zones)
    u, normal = rng.random((4, n))[:, wet.zones], rng.standard_normal(n)[wet.zones]
    z = city.zones
    urban = z.people_urban[wet.zones] >= z.people_rural[wet.zones]
    share = wet.share_deeper(c["power_deep_m"])
    fails = (share >= c["power_people_share"]) & (u[0] < share)
    start = np.where(fails, np.min(wet.home_min, axis=1, initial=np.inf), np.inf)
    repair = np.where(urban, c["flood_power_urban_h"], c["flood_power_rural_h"]) * np.exp(c["power_sigma"] * normal)
    end = wet.dry_min.max(axis=1, initial=0.0) + 60.0 * repair
    battery = 60.0 * (c["battery_flood_low_h"] + u[1] * (c["battery_flood_high_h"] - c["battery_flood_low_h"]))
    drowned = (share > 0.0) & (u[2] < c["mast_flooded"] * share)
    silent_from = np.where(drowned, np.min(wet.home_min, axis=1, initial=np.inf), start + battery)
    silent = drowned | (fails & (silent_from < end))
    return Outages(
        zone=np.concatenate([wet.zones[fails], wet.zones[silent]]),
        kind=("power",) * int(fails.sum()) + ("communication",) * int(silent.sum()),
        from_min=np.concatenate([start[fails], silent_from[silent]]),
        to_min=np.concatenate([end[fails], np.maximum(end, silent_from + 60.0)[silent]]),
    )


def facilities_out(
    field: FloodField, wet: Wet, held: Held, demand: Ints, city: City, c: Coefficients
) -> tuple[FacilityOut, ...]:
    """Return hospitals, and places of depots and teams, that stand in the water for a time.

    What a layout has at a node is not known here, so every node in such a township is named.
    """
    k = round(c["facility_share"] * SHARES)
    limit = c["facility_depth_m"]
    roads, found = city.roads, []
    node_zone = nearest_zones(roads.node_lon, roads.node_lat, city.zones)
    for j in np.flatnonzero(wet.depth_m[:, k] >= limit).tolist():
        zone = int(wet.zones[j])
        over = field.depth_m[:, zone, k] >= limit
        start, end = float(first_minute(over, field.step_min)), float(last_minute(over, field.step_min))
        spares = [int(demand[w]) for w in range(len(held.walls)) if held.depth_m[w, j, k] < limit]
        by = next((d for d in spares if d >= 0), -1)
        h = city.hospitals
        places = [("hospital", h.hospital_id[i]) for i in np.flatnonzero(h.zone == zone).tolist()]
        for node in np.flatnonzero(node_zone == zone).tolist():
            places += [("depot_place", roads.node_id[node]), ("team_place", roads.node_id[node])]
        found += [
            FacilityOut(kind=kind, place=place, from_min=start, to_min=end + field.every_min, prevented_by=by)
            for kind, place in places
        ]
    return tuple(found)
