"""Fires at plants and what they lead to: heated vessels that burst, clouds that explode, blasts that break the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.substances import Substance
from sim.common.types import Floats, Ints, Text
from sim.hazard.cascade import DEPTH
from sim.hazard.chemical.accident import Accidents, Cause
from sim.hazard.chemical.blast import overpressure_kpa, tnt_kg
from sim.hazard.chemical.escalation import blast_failure_share, cooling_l_min, failure_min, heat_failure_share
from sim.hazard.chemical.heat import jet_fire_flux_kw_m2, pool_fire_flux_kw_m2
from sim.hazard.chemical.leak import Leak, break_open
from sim.hazard.chemical.source import Hole
from sim.hazard.chemical.tasks import Adder
from sim.hazard.chemical.toxic import toxicity
from sim.hazard.chemical.victims import Harm, burst_victims, explosion_harm, fireball_harm
from sim.hazard.geometry import apart_km
from sim.hazard.release import Burst
from sim.hazard.scenario import Danger, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """A fire at a plant: where, since when, how strong."""

    vessel: int
    event: int
    demand: int
    minute: float
    pool_m: float
    """Diameter of the burning pool; 0 for a jet."""
    jet_kg_s: float
    combustion_mj_kg: float


def may_burn(a: Accidents, vessel: int) -> bool:
    """Tell whether what leaks from *vessel* may burn: it burns, and is not one of the gases that poison first."""
    return a.substance(vessel).burns and toxicity(a.vessels.substance[vessel]) is None


def after_leak(a: Accidents, leak: Leak, ignites: bool | None, near_fire: bool) -> None:
    """Let what leaks catch fire, at once or later, if it may; a large cloud that waits explodes."""
    c, u = a.c, a.dice["ignition"].random(4)
    if not may_burn(a, leak.vessel) or a.depth(leak.event) >= DEPTH:
        return
    chance = c["ignition_near_fire_share"] if near_fire else c["ignition_share"]
    if ignites is False or (ignites is None and u[0] >= chance):
        return
    at_once = u[1] < c["ignition_at_once_share"]
    minute = leak.minute + (0.0 if at_once else -c["ignition_later_min"] * float(np.log1p(-u[2])))
    if minute >= a.horizon_min or not _still_flows(leak, minute):
        return
    cause = Cause(event=leak.event, demand=leak.demand)
    cloud = _cloud_kg(leak, minute)
    if not at_once and cloud >= c["explosion_least_kg"] and a.cascade.allows("release", "explosion"):
        explode(a, leak.vessel, minute, cloud, cause)
    elif a.cascade.allows("release", "fire"):
        burn(a, leak.vessel, minute, cause, leak)


def _still_flows(leak: Leak, minute: float) -> bool:
    step = int(np.searchsorted(leak.edges_min, minute - leak.minute, side="right")) - 1
    return step < len(leak.rate_kg_min) and bool(leak.rate_kg_min[step] > 0.0)


def _cloud_kg(leak: Leak, minute: float) -> float:
    """Return the vapour in the air at *minute*: what came out in the last minutes, before it is too thin to burn."""
    age = minute - leak.minute - leak.edges_min[1:]
    recent = (age >= -1.0) & (age < 5.0)
    steps = np.diff(leak.edges_min)
    puff = leak.source.puff_kg if minute - leak.minute < 5.0 else 0.0
    return float((leak.rate_kg_min * steps)[recent].sum()) + puff


def burn(
    a: Accidents, vessel: int, minute: float, cause: Cause, leak: Leak | None = None, fuel: Substance | None = None
) -> Fire:
    """Add a fire beside *vessel*: the fire itself, the cooling of what it heats, and what bursts if nobody cools.

    *fuel* is what burns if it is not what the vessel holds.
    """
    c, substance = a.c, fuel or a.substance(vessel)
    v = a.vessels
    bund = float(v.bund_m2[vessel])
    area = bund if bund > 0.0 else c["fire_pool_m2"]
    jet = v.storage[vessel] in ("pressure", "gas")
    rate = float(leak.source.rate_kg_s) if leak is not None else c["fire_jet_kg_s"]
    event = a.add_event(Event(
        name=Text(f"{v.name[vessel].zh}起火", f"fire at {v.name[vessel].en}"), start_min=minute, parent=cause.event,
        lon=float(v.lon[vessel]), lat=float(v.lat[vessel]), kind="fire",
        size=substance.combustion_mj_kg * (rate if jet else c["burning_kg_m2_s"] * area),
    ))
    add = Adder(a, vessel, minute, minute + c["fire_notice_min"], event)
    work = c["plant_fire_base_min"] + c["plant_fire_min_per_m2"] * (c["jet_area_m2"] if jet else area)
    demand = add("tank_fire", work, parent=cause.demand, quantity=area, max_crews=c["plant_fire_crews"],
                 people_at_stake=float(a.crowd.plant_workers[int(v.site[vessel])]))
    if cause.demand >= 0:
        a.only_if(event, demand)
        a.avoidable_loss(demand, minute, a.place(vessel)[0], c["fire_loss_yuan"])
    a.loss_yuan[a.place(vessel)[0]] += c["fire_loss_yuan"]
    fire = Fire(
        vessel=vessel, event=event, demand=demand, minute=minute,
        pool_m=0.0 if jet else 2.0 * float(np.sqrt(area / np.pi)), jet_kg_s=rate if jet else 0.0,
        combustion_mj_kg=substance.combustion_mj_kg,
    )
    if a.depth(event) < DEPTH and a.cascade.allows("fire", "explosion"):
        _heat(a, fire, add)
    return fire


def flux_at(a: Accidents, fire: Fire, metres: Floats) -> Floats:
    """Return the heat of *fire* at some distances, kW/m2."""
    if fire.jet_kg_s > 0.0:
        return jet_fire_flux_kw_m2(fire.jet_kg_s, fire.combustion_mj_kg, metres, a.c)
    return pool_fire_flux_kw_m2(fire.pool_m, fire.combustion_mj_kg, metres, a.c)


def heated(a: Accidents, fire: Fire) -> list[tuple[int, float, bool]]:
    """Return the vessels that *fire* may bring to failure, the minutes each would take, and whether it does.

    A fire takes some minutes to grow to its full heat. The vessel in it stands in the flames, whole or in part; its
    neighbours get what radiates so far. Whether a vessel fails is drawn once each: the plant's own means may save it,
    and nobody on the spot can know.
    """
    v, c = a.vessels, a.c
    metres = 1e3 * apart_km(float(v.lon[fire.vessel]), float(v.lat[fire.vessel]), v.lon, v.lat)
    near = np.flatnonzero((metres <= c["domino_most_m"]) & (v.mass_kg > 0.0))
    (flames, slow), u = a.dice["heat"].random(2).tolist(), a.dice["heat"].random(len(v))
    engulfed = c["engulfed_low_kw_m2"] + flames * (c["engulfed_high_kw_m2"] - c["engulfed_low_kw_m2"])
    builds_up = c["fire_builds_low_min"] + slow * (c["fire_builds_high_min"] - c["fire_builds_low_min"])
    flux = np.where(near == fire.vessel, engulfed, flux_at(a, fire, metres[near]))
    found = []
    for vessel, q in zip(near.tolist(), flux.tolist(), strict=True):
        kind = a.equipment(vessel)
        if kind is None or (vessel == fire.vessel and v.storage[vessel] not in ("pressure", "gas")):
            continue
        minutes = float(failure_min(q, float(v.volume_m3[vessel]), kind == "pressurised", c))
        if minutes < np.inf:
            found.append((vessel, builds_up + minutes, bool(u[vessel] < float(heat_failure_share(minutes)))))
    return sorted(found, key=lambda pair: pair[1])


def _heat(a: Accidents, fire: Fire, add: Adder) -> None:
    """Add the cooling of all that *fire* heats, then what each does that is not cooled in time."""
    threatened = heated(a, fire)
    if not threatened:
        return
    c = a.c
    v = a.vessels
    water = sum(cooling_l_min(float(v.diameter_m[i]), float(v.height_m[i]), c) for i, _, _ in threatened)
    engines = min(c["cooling_crews"], float(np.ceil(water / c["engine_l_min"])))
    cooling = add(
        "tank_cooling", c["cooling_base_min"] * engines, parent=fire.demand, quantity=float(len(threatened)),
        max_crews=engines,
        people_at_stake=float(a.crowd.plant_workers[int(a.vessels.site[fire.vessel])]),
    )
    cause = Cause(event=fire.event, demand=cooling)
    failing = [(vessel, minutes) for vessel, minutes, fails in threatened if fails]
    for vessel, minutes in failing[: int(c["domino_cap"])]:
        if fire.minute + minutes < a.horizon_min:
            burst(a, vessel, fire.minute + minutes, cause)


def burst(a: Accidents, vessel: int, minute: float, cause: Cause) -> None:
    """Add what *vessel* does when the heat breaks it: a ball of fire, or its contents in the air at once.

    Nothing, if it is one that bursts already.
    """
    v = a.vessels
    if vessel in a.burst:
        return
    a.burst.add(vessel)
    held = float(v.mass_kg[vessel]) * (a.c["bleve_held_share"] if vessel in a.gone else 1.0)
    fireball = a.substance(vessel).burns and v.storage[vessel] in ("pressure", "gas")
    harm = (
        fireball_harm(held, a.substance(vessel).combustion_mj_kg, a.c) if fireball
        else explosion_harm(a.c["burst_tnt_kg"], a.c)
    )
    words = ("爆炸（BLEVE）", "bursts in a ball of fire") if fireball else ("受热破裂", "bursts in the heat")
    event, demand = _bang(a, vessel, minute, cause, harm, words, held)
    spills = not fireball and vessel not in a.gone
    if fireball:
        a.gone.add(vessel)
    _next(a, vessel, minute, harm, Cause(event=event, demand=demand), spills=spills)


def explode(a: Accidents, vessel: int, minute: float, cloud_kg: float, cause: Cause) -> None:
    """Add the explosion of the cloud that has come out of *vessel*."""
    tnt = tnt_kg(cloud_kg, a.substance(vessel).combustion_mj_kg, a.c)
    harm = explosion_harm(tnt, a.c)
    event, demand = _bang(a, vessel, minute, cause, harm, ("蒸气云爆炸", "vapour cloud explodes"), cloud_kg)
    _next(a, vessel, minute, harm, Cause(event=event, demand=demand), spills=False)


def _bang(
    a: Accidents, vessel: int, minute: float, cause: Cause, harm: Harm, words: tuple[str, str], size: float
) -> tuple[int, int]:
    v, c = a.vessels, a.c
    event = a.add_event(Event(
        name=Text(f"{v.name[vessel].zh}{words[0]}", f"{v.name[vessel].en} {words[1]}"), start_min=minute,
        parent=cause.event, lon=float(v.lon[vessel]), lat=float(v.lat[vessel]), size=size, kind="explosion",
    ))
    add = Adder(a, vessel, minute, minute, event)
    demand = add("burst", c["burst_work_min"], parent=cause.demand, max_crews=c["burst_crews"],
                 people_at_stake=float(a.crowd.plant_workers[int(v.site[vessel])]))
    a.only_if(event, demand)
    u = a.dice["burst"].random(2)
    a.bursts.append(Burst(
        demand=demand, warned_min=c["burst_sign_min"] if u[0] < c["burst_sign_share"] else 0.0,
        crews_hurt_share=c["burst_crew_low"] + float(u[1]) * (c["burst_crew_high"] - c["burst_crew_low"]),
        place=a.place(vessel)[2],
    ))
    seen_min = minute - a.events[cause.event].start_min if cause.event >= 0 else 0.0
    victims, danger = burst_victims(a, vessel, event, minute, seen_min, demand, harm)
    a.casualties.append(victims)
    _danger(a, event, minute, danger)
    zone = a.place(vessel)[0]
    a.loss_yuan[zone] += c["burst_loss_yuan"]
    a.avoidable_loss(demand, minute, zone, c["burst_loss_yuan"])
    return event, demand


def _danger(a: Accidents, event: int, minute: float, people: Floats) -> None:
    """People around a fire are to leave before something bursts."""
    zones: Ints = np.flatnonzero(people >= 0.5)
    seen = a.events[a.events[event].parent].start_min + a.c["fire_notice_min"]
    for zone in zones.tolist():
        a.dangers.append(Danger(
            event=event, issue_from_min=min(minute, seen),
            deadline_min=minute, strike_min=minute, evacuate=True, zones=np.array([zone]),
            people=np.array([int(np.ceil(people[zone]))]),
        ))


def _next(a: Accidents, vessel: int, minute: float, harm: Harm, cause: Cause, *, spills: bool) -> None:
    """Let the blast break vessels nearby, and let what a burst tank held run out."""
    if not a.cascade.allows("explosion", "release") or a.depth(cause.event) >= DEPTH:
        return
    found: list[tuple[int, Hole]] = [(vessel, Hole(kind="at_once"))] if spills else []
    v = a.vessels
    if harm.tnt_kg > 0.0:
        metres = 1e3 * apart_km(float(v.lon[vessel]), float(v.lat[vessel]), v.lon, v.lat)
        u = a.dice["blast"].random(len(v))
        for other in np.flatnonzero((metres <= a.c["domino_most_m"]) & (v.mass_kg > 0.0)).tolist():
            kind = a.equipment(other)
            if other == vessel or kind is None:
                continue
            kpa = overpressure_kpa(harm.tnt_kg, max(float(metres[other]), 5.0))
            if u[other] < float(blast_failure_share(kpa, kind)):
                found.append((other, Hole(kind="ten_minutes")))
    for other, hole in found[: int(a.c["domino_cap"])]:
        leak = break_open(a, other, minute, hole, np.inf, cause)
        if leak is not None:
            after_leak(a, leak, None, near_fire=True)
