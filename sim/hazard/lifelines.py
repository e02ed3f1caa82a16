"""What shaking does to roads, bridges, power and communication."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats
from sim.hazard.buildings import fragility
from sim.hazard.ground import Ground
from sim.hazard.motion import pga_of_intensity
from sim.hazard.scenario import VEHICLES, Closures, Outages


def step_rate(intensity: Floats, stem: str, from_level: int, c: Coefficients) -> Floats:
    """Return a rate given at whole intensities (``<stem>_8`` ...), linear between, 0 one below the first."""
    levels = [level for level in range(from_level, 11) if f"{stem}_{level}" in c]
    rates = [c[f"{stem}_{level}"] for level in levels]
    return np.asarray(np.interp(intensity, [levels[0] - 1, *levels], [0.0, *rates]))


def road_closures(
    city: City, ground: Ground, on_roads: Floats, collapsed: Floats, minute: float, c: Coefficients,
    rng: np.random.Generator,
) -> tuple[Closures, list[str]]:
    """Draw the roads that one shock shuts or slows; returns them with the kind of opening work (empty: none).

    *on_roads* is the intensity by road, *collapsed* the share of D4 and D5 by zone. Bridges by Hazus fragility on
    Sa(1.0); rockfall on mountain roads, debris in streets, settlement on the plain by rates per km. Flyovers that the
    graph does not flag are ignored.
    """
    n = len(city.roads.edge_id)
    u = rng.random((3, n))
    factor = np.ones((n, len(VEHICLES)))
    reason = np.array([""] * n, dtype=object)
    length_km, soft = city.roads.length_km, ground.edge_soft

    slow = u[0] < 1.0 - np.exp(-step_rate(on_roads, "deformation", 8, c) * length_km * soft)
    factor[slow], reason[slow] = c["deformation_factor"], "deformation"
    frontage = c["frontage_per_km"] * length_km * c["frontage_reach"]
    stands = 1.0 - np.clip(collapsed[ground.edge_zone], 0.0, 1.0)
    debris = ground.edge_street & (u[0] < 1.0 - stands**frontage)
    factor[debris], reason[debris] = 0.0, "debris"
    fallen = ground.edge_mountain & (u[0] < 1.0 - np.exp(-step_rate(on_roads, "rockfall", 7, c) * length_km))
    factor[fallen], reason[fallen] = 0.0, "rockfall"
    site = np.where(soft, c["sa1_soft"], np.where(ground.edge_rock, c["sa1_rock"], 1.0))
    _bridges(city, pga_of_intensity(on_roads) * site, u[1:], factor, reason, c)

    hit = np.flatnonzero(reason != "")
    closures = Closures(
        edge=hit, from_min=np.full(len(hit), minute),
        to_min=np.where(reason[hit] == "bridge", NEVER, minute + c["rockfall_days"] * 1440.0),
        speed_factor=factor[hit], reason=tuple(str(word) for word in reason[hit]), prevented_by=np.full(len(hit), -1),
        lasts_with=np.full(len(hit), -1),
    )
    return closures, ["" if word == "bridge" else str(word) for word in reason[hit]]


def _bridges(city: City, sa_g: Floats, u: Floats, factor: Floats, reason: NDArray[Any], c: Coefficients) -> None:
    """Write into *factor* and *reason*: moderate damage halves the speed, extensive lets ambulances pass at times."""
    beta = c["bridge_beta"]
    reach = [fragility(sa_g, c[f"bridge_{state}_g"], beta) for state in ("moderate", "extensive", "complete")]
    moderate, extensive, complete = (city.roads.is_bridge & (u[0] < p) for p in reach)
    factor[moderate] = np.minimum(factor[moderate], c["bridge_moderate_factor"])
    factor[extensive] = 0.0
    ambulances = extensive & ~complete & (u[1] < c["bridge_ambulance_share"])
    factor[ambulances, VEHICLES.index("ambulance")] = c["bridge_moderate_factor"]
    reason[moderate] = "bridge"


def zone_outages(
    city: City, intensity: Floats, weak: Floats, minute: float, c: Coefficients, rng: np.random.Generator
) -> Outages:
    """Draw which zones lose power and communication, and when each comes back by itself.

    *weak* is the share of D4 and D5 among the zone's RC frames, which carry the masts. A mast fails with its building,
    with its backhaul, or when the power is out longer than its battery.
    """
    n = len(city.zones)
    u = rng.random((4, n))
    z = rng.standard_normal((2, n))
    urban = city.zones.people_urban >= city.zones.people_rural
    sigma = c["restoration_sigma"]
    power_h = np.where(urban, c["power_urban_h"], c["power_rural_h"]) * np.exp(sigma * z[0])
    comm_h = np.where(urban, c["comm_urban_h"], c["comm_rural_h"]) * np.exp(sigma * z[1])
    no_power = u[0] < fragility(pga_of_intensity(intensity), c["substation_g"], c["substation_beta"])
    at_once = u[1] < 1.0 - (1.0 - weak) * (1.0 - step_rate(intensity, "backhaul", 8, c))
    battery_min = 60.0 * (c["battery_low_h"] + u[2] * (c["battery_high_h"] - c["battery_low_h"]))
    later = no_power & (power_h * 60.0 > battery_min)
    dark = at_once | later
    from_min = np.where(at_once, 0.0, battery_min)
    to_min = np.where(at_once, comm_h * 60.0, np.maximum(power_h * 60.0, battery_min + 1.0))
    out, silent = np.flatnonzero(no_power), np.flatnonzero(dark)
    return Outages(
        zone=np.concatenate([out, silent]), kind=("power",) * len(out) + ("communication",) * len(silent),
        from_min=minute + np.concatenate([np.zeros(len(out)), from_min[silent]]),
        to_min=minute + np.concatenate([power_h[out] * 60.0, to_min[silent]]),
    )
