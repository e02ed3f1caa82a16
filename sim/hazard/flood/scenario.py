"""Draws one flood, whole: the water, who is in it, what it breaks, what there is to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.assemble import join_casualties, join_closures, locked, numbered
from sim.hazard.chemical.accident import Accidents, accidents, with_accidents
from sim.hazard.chemical.scenario import draw_weather
from sim.hazard.chemical.triggers import wetted_stores
from sim.hazard.flood import alarm, homes, tasks
from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.field import Breach, FloodField
from sim.hazard.flood.flooded_roads import WetRoads, debris_closures, water_closures, wet_roads
from sim.hazard.flood.ground import FloodGround, ground_of
from sim.hazard.flood.held import Held, dry_zones, held_of
from sim.hazard.flood.loss import affected_people
from sim.hazard.flood.rescue import rescue_demands, waterside_nodes
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.flood.victims import Victims, draw_residents, draw_users, fate_of, joined, kept
from sim.hazard.flood.wet import Wet, wet_of
from sim.hazard.rows import DemandRows, renumbered
from sim.hazard.scenario import Displaced, Event, Scenario, Series
from sim.hazard.source import Moment
from sim.hazard.streams import stream

MODELS = ("residents", "users", "fate", "signs", "rescue", "tasks", "outages", "repairs", "debris", "dyke work")
"""Each model has a stream of its own, named ``flood <model>``."""
SERIES_MIN = {"flash": 30.0, "river": 60.0, "ice": 60.0}


def draw_flood(spec: FloodSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the flood of one replication: the same arguments give the same scenario, bit for bit."""
    if city.water is None:
        msg = f"city {city.city_id} has no water tables"
        raise ValueError(msg)
    c = spec.coefficients
    field = draw_water(spec, city, seed, replication)
    ground = ground_of(city, city.water, c)
    dice = {name: stream(seed, replication, f"flood {name}") for name in MODELS}
    wet = wet_of(field, city, ground, c)
    held = held_of(field, wet)
    breaches = tuple(b for b in field.breaches if alarm.begins_min(b) < spec.horizon_min)
    event_of = alarm.event_of_zones(field, breaches, len(city.zones))
    signs = alarm.signs_of(field, c, dice["signs"])
    roads = wet_roads(field, ground, c)
    victims, residents = victims_of(field, wet, held, breaches, city, ground, roads, c, dice)
    temp_c = city.month_temp_c[field.month - 1]
    fate = fate_of(victims, field, temp_c, c, dice["fate"])
    dangers = alarm.dangers_of(field, wet, victims, residents, event_of, signs, c)

    rows = DemandRows()
    wall_demand = tasks.dyke_demands(rows, held, wet, signs, 0, city, c, dice["dyke work"])
    node = waterside_nodes(roads, city, c)
    parts = rescue_demands(rows, victims, fate, event_of, wall_demand, node, city, c, dice["rescue"])
    dry_wall = dry_zones(held, wet, ground, len(city.zones), c)
    dry_by = _of_wall(dry_wall, wall_demand)
    tasks.zone_tasks(rows, field, wet, victims, dry_by, event_of, node, city, c, dice["tasks"])
    kept_open = dry_by[ground.edge_zone]
    kept_open[roads.ford] = -1
    water = water_closures(roads, city, kept_open, c)
    debris = debris_closures(roads, water, c)
    tasks.debris_demands(rows, debris, len(water), ground, city, c, dice["debris"])
    outages = homes.flood_outages(wet, city, c, dice["outages"])
    tasks.repair_demands(rows, outages, city, dice["repairs"])

    events = list(alarm.events_of(field, breaches, city, city.water))
    known = len(events)
    plants = _plants(spec, city, field, rows, events, event_of, parts, seed, replication)
    demands, number, draws = rows.lay_down(spec.horizon_min)
    final = renumbered(wall_demand, number)
    closures = join_closures([water, debris])
    loss = homes.loss_by_zone(field, city, c)
    scenario = Scenario(
        scenario_id=f"{spec.hazard_id}-{seed}-{replication}", hazard="flood", title=spec.name, seed=seed,
        replication=replication, month=field.month, hour=field.hour, weekend=field.weekend, temp_c=temp_c,
        wind_ms=city.wind_mean_ms, horizon_min=spec.horizon_min,
        events=tuple(events[:known]), demands=demands,
        casualties=join_casualties(parts, number),
        closures=numbered(closures, number), outages=outages,
        displaced=_displaced(spec, field, wet, held, final, city), dangers=dangers,
        alerts=alarm.alerts_of(field, city.water, dangers, signs, c),
        fields={"max_depth_m": _fields(field, breaches)}, dead_at_once=np.zeros(len(city.zones), dtype=np.int64),
        slightly_injured=slightly_hurt(victims, len(city.zones), c), damage=homes.dwellings_by_state(wet, city, c),
        loss_yuan=loss, campers=np.zeros(len(city.zones), dtype=np.int64),
        draws={**draws, "scout": stream(seed, replication, "scout").random(len(city.zones))}, notes={},
        facilities=homes.facilities_out(field, wet, held, final, city, c),
        avoidable=homes.avoidable_losses(held, wet, final, loss), series={"depth_m": _series(field)},
    )
    scenario = replace(scenario, notes=_notes(scenario, field, city, spec))
    return locked(with_accidents(scenario, plants, number) if plants else scenario)


def victims_of(
    field: FloodField, wet: Wet, held: Held, breaches: tuple[Breach, ...], city: City, ground: FloodGround,
    roads: WetRoads, c: Coefficients, dice: dict[str, np.random.Generator],
) -> tuple[Victims, int]:
    """Return everybody who gets into trouble within the horizon, residents first, and how many of them those are."""
    torn = np.full(len(city.zones), np.inf)
    for breach in breaches:
        torn[breach.zones] = np.minimum(torn[breach.zones], breach.torn_min)
    shallow = np.minimum(c["cut_off_m"], c["cut_off_dv"] / np.maximum(wet.velocity_ms, 1e-9))
    own = draw_residents(
        wet, held.spared_by(shallow, wet), held.spared_by(c["homes_depth_m"], wet), homes.adobe_share(city, wet.zones),
        city, field.month, torn[wet.zones], c, dice["residents"],
    )
    users = draw_users(field, roads, city, ground, c, dice["users"])
    at_home = kept(joined(own), field.horizon_min)
    return joined([at_home, kept(joined(users), field.horizon_min)]), len(at_home)


def _plants(
    spec: FloodSpec, city: City, field: FloodField, rows: DemandRows, events: list[Event], event_of: Ints,
    parts: list[dict[str, Any]], seed: int, replication: int,
) -> Accidents | None:
    """Let stores of carbide burn that the water has come into, if the file asks for it and the city has vessels."""
    if city.vessels is None or not spec.cascade.allows("flood", "fire"):
        return None
    c, moment = spec.coefficients, Moment(month=field.month, hour=field.hour, weekend=field.weekend)
    weather = draw_weather(city, moment, spec.horizon_min, c, seed, replication)
    a = accidents(
        city, c, spec.cascade, weather, moment, city.month_temp_c[field.month - 1], spec.horizon_min, rows, events,
        sum(len(part["zone"]) for part in parts), seed, replication,
    )
    wetted_stores(a, event_of, field.step_min, field.depth_m, stream(seed, replication, "chemical wet stores"))
    return a


def _of_wall(wall: Ints, demand: Ints) -> Ints:
    """Return the demand of each wall of *wall*; -1 stays -1."""
    return renumbered(wall, demand) if len(demand) else wall


def _displaced(
    spec: FloodSpec, field: FloodField, wet: Wet, held: Held, demand: Ints, city: City
) -> Displaced:
    c = spec.coefficients
    found = homes.homeless(wet, held.spared_by(c["homes_depth_m"], wet), city, field.month, c)
    now = found.minute < spec.horizon_min
    return Displaced(
        zone=found.zone[now], from_min=found.minute[now], people=found.people[now],
        prevented_by=_of_wall(found.wall[now], demand),
    )


def slightly_hurt(victims: Victims, zones: int, c: Coefficients) -> Ints:
    """Return the people of each zone who need first aid only, in proportion to those whom the water would kill."""
    dying = np.bincount(victims.zone[np.isfinite(victims.dies_min)], minlength=zones)
    return np.asarray(np.round(c["injured_slight"] * dying).astype(np.int64))


def _fields(field: FloodField, breaches: tuple[Breach, ...]) -> Floats:
    """Return the greatest depth of the whole flood, then for each embankment that in the zones it flooded."""
    deepest = field.deepest_m().max(axis=1)
    values = np.zeros((1 + len(breaches), len(deepest)))
    values[0] = deepest
    for row, breach in enumerate(breaches, start=1):
        values[row, breach.zones] = deepest[breach.zones]
    return values


def _series(field: FloodField) -> Series:
    """Return the mean depth over the people of each zone every half hour or hour."""
    every = max(1, round(SERIES_MIN[field.kind] / float(field.step_min[0])))
    rows = np.arange(every - 1, len(field.step_min), every)
    return Series(minute=field.step_min[rows], value=field.depth_m[rows].mean(axis=2))


def _notes(s: Scenario, field: FloodField, city: City, spec: FloodSpec) -> dict[str, float]:
    own = {key: float(value) for key, value in field.notes.items()}
    doomed = np.isfinite(s.casualties.trapped_death_min)
    return {
        **own, "flooded_km2": float(field.flooded_km2.sum()), "max_depth_m": float(s.fields["max_depth_m"].max()),
        "people_in_danger": float(sum(int(d.people.sum()) for d in s.dangers)),
        "affected_people": float(affected_people(field, city, spec.coefficients).sum()),
        "cut_off": float((s.casualties.demand >= 0).sum()), "drowned_if_nobody_acts": float(doomed.sum()),
        "embankments": float(len(s.events) - 1), "displaced": float(s.displaced.people.sum()),
        "collapsed_dwellings": float(s.damage[:, 4:].sum()), "loss_yuan": float(s.loss_yuan.sum()),
    }
