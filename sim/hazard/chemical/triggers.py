"""What breaks vessels from outside: shaking, and water in a store of carbide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.city.substances import substances
from sim.common.types import Floats, Ints
from sim.hazard.chemical.accident import Accidents, Cause, draw_shut_min
from sim.hazard.chemical.fire import after_leak, burn
from sim.hazard.chemical.fragility import tank_exceedance
from sim.hazard.chemical.leak import break_open
from sim.hazard.chemical.source import Hole
from sim.hazard.motion import pga_of_intensity

EXTENSIVE, COMPLETE = 2, 3
"""Damage states of a tank that may release."""
ACETYLENE = "acetylene"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaking:
    """One shock at the plants."""

    event: int
    minute: float
    intensity: Floats
    """By zone."""


def broken_by_shaking(a: Accidents, shocks: Sequence[Shaking], rng: np.random.Generator) -> None:
    """Open what the *shocks* break: each vessel at the first shock that is more than it bears.

    Tanks by the fragilities of Hazus 6.1; vessels for pressure releases more rarely; beside them the plants' pipes.
    """
    v, c = a.vessels, a.c
    u = rng.random((5, len(v)))
    pipe = rng.random((3, len(a.city.chemical_sites.site_id)))
    found: list[tuple[float, int, Hole, Shaking]] = []
    for shock in shocks:
        pga = pga_of_intensity(shock.intensity)[a.city.chemical_sites.zone[v.site]]
        delay = c["shaken_delay_min"] * u[3]
        for vessel in np.flatnonzero(_state(a, pga, u[0]) >= EXTENSIVE).tolist():
            hole = _hole(a, vessel, float(pga[vessel]), u[:, vessel])
            if hole is not None:
                found.append((shock.minute + float(delay[vessel]), vessel, hole, shock))
        found += _pipes(a, shock, pipe)
    for minute, vessel, hole, shock in sorted(found, key=lambda entry: entry[:2]):
        cause = Cause(event=shock.event, demand=-1)
        leak = break_open(a, vessel, minute, hole, draw_shut_min(a, vessel), cause)
        if leak is not None:
            after_leak(a, leak, None, near_fire=False)


def _state(a: Accidents, pga: Floats, u: Floats) -> Ints:
    """Return the damage state of each vessel, -1 for none: the worst whose chance of being reached is above *u*."""
    anchored = a.vessels.anchored
    reach = np.where(anchored[:, None], tank_exceedance(pga, anchored=True), tank_exceedance(pga, anchored=False))
    return np.asarray((reach > u[:, None]).sum(axis=1) - 1)


def _hole(a: Accidents, vessel: int, pga: float, u: Floats) -> Hole | None:
    """Return how a vessel with extensive or complete damage opens; ``None`` if it holds."""
    c, v = a.c, a.vessels
    if v.storage[vessel] == "solid":
        return None
    tough = c["shaken_pressure_factor"] if a.equipment(vessel) == "pressurised" else 1.0
    complete = tank_exceedance(np.array([pga]), anchored=bool(v.anchored[vessel]))[0, COMPLETE] > u[0]
    if complete:
        if u[1] >= tough:
            return None
        return Hole(kind="ten_minutes" if u[2] < c["shaken_ten_minutes_share"] else "one_hour")
    if u[1] >= tough * c["shaken_leak_share"]:
        return None
    low, high = c["shaken_hole_low_mm"], c["shaken_hole_high_mm"]
    return Hole(kind="hole", mm=low + (high - low) * float(u[2]))


def _pipes(a: Accidents, shock: Shaking, u: Floats) -> list[tuple[float, int, Hole, Shaking]]:
    """Return the leaks from pipes: one of a plant's vessels runs out through a broken connection."""
    sites, v, c = a.city.chemical_sites, a.vessels, a.c
    at = shock.intensity[sites.zone]
    chance = np.interp(at, (6.0, 7.0, 8.0, 9.0), (0.0, c["pipe_leak_7"], c["pipe_leak_8"], c["pipe_leak_9"]))
    found = []
    for site in np.flatnonzero(u[0] < chance).tolist():
        ours = [i for i in np.flatnonzero(v.site == site).tolist() if v.storage[i] != "solid"]
        if ours:
            vessel = ours[min(int(u[1, site] * len(ours)), len(ours) - 1)]
            minute = shock.minute + c["shaken_delay_min"] * float(u[2, site])
            found.append((minute, vessel, Hole(kind="hole", mm=c["pipe_leak_mm"]), shock))
    return found


def wetted_stores(
    a: Accidents, event_of_zone: Ints, minutes: Floats, depth_m: Floats, rng: np.random.Generator
) -> None:
    """Set stores of calcium carbide on fire into which the water has come.

    *depth_m* has the shape (minutes, zones, strips of ground): which strip a plant stands on is drawn.
    """
    v, sites, c = a.vessels, a.city.chemical_sites, a.c
    u = rng.random((2, len(v)))
    strip = rng.random(len(sites.site_id))
    for vessel in [i for i in range(len(v)) if v.substance[i] == "calcium carbide"]:
        zone = int(sites.zone[v.site[vessel]])
        ground = int(strip[v.site[vessel]] * depth_m.shape[2])
        inside = depth_m[:, zone, ground] - float(v.store_above_ground_m[vessel])
        chance = c["carbide_fire_share"] * np.clip(inside / c["carbide_fire_depth_m"], 0.0, 1.0)
        wet = np.flatnonzero(u[0, vessel] < chance)
        if len(wet):
            minute = float(minutes[wet[0]]) + c["carbide_delay_min"] * float(u[1, vessel])
            if minute < a.horizon_min:
                cause = Cause(event=int(event_of_zone[zone]), demand=-1)
                burn(a, vessel, minute, cause, fuel=substances()[ACETYLENE])
