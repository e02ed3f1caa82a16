"""Draws one earthquake, whole: shaking, damage, people, fires, lifelines, homes, loss; aftershocks do all of it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from sim.city.facilities import nearest_zones
from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints, Text, frozen
from sim.hazard import sites
from sim.hazard.buildings import Stock, building_stock, damage_shares, mean_damage, sample_damage
from sim.hazard.casualties import day_slot
from sim.hazard.consequences import displaced_people, loss_by_state
from sim.hazard.geometry import apart_km, offset_km
from sim.hazard.intensity import intensity_at, strike_axes
from sim.hazard.lifelines import road_closures, zone_outages
from sim.hazard.motion import pga_of_intensity
from sim.hazard.people import Fate, Hurt, draw_fate, draw_hurt
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Alert, Casualties, Closures, Danger, Displaced, Event, Outages, Scenario
from sim.hazard.source import Moment, Shock, draw_aftershocks, draw_mainshock, draw_moment
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream

RISE = ((15.0, 0.4), (45.0, 0.3), (120.0, 0.3))
"""Minutes after the shock and share of the displaced who have left their homes by then (own assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What of a city an earthquake needs, worked out once."""

    stock: Stock
    edge_lon: Floats
    edge_lat: Floats
    edge_zone: Ints
    site: Floats
    """Intensity that the ground of each zone adds."""
    root: Floats
    """Cholesky factor of the zones' correlation."""


class _City:
    """A city with coefficients, hashed by identity: both are frozen."""

    def __init__(self, city: City, c: Coefficients) -> None:
        self.city, self.c = city, c

    def __hash__(self) -> int:
        return hash((id(self.city), id(self.c)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _City) and other.city is self.city and other.c is self.c


@lru_cache(maxsize=8)
def _ground(key: _City) -> Ground:
    city, c = key.city, key.c
    r, z = city.roads, city.zones
    lon = 0.5 * (r.node_lon[r.u] + r.node_lon[r.v])
    lat = 0.5 * (r.node_lat[r.u] + r.node_lat[r.v])
    apart = np.array([apart_km(x, y, z.lon, z.lat) for x, y in zip(z.lon, z.lat, strict=True)])
    root = np.linalg.cholesky(np.exp(-apart / c["correlation_km"]) + 1e-9 * np.eye(len(z)))
    site = [c.get(f"site_{word.replace(' ', '_')}", c["site_other"]) for word in z.terrain]
    return Ground(
        stock=building_stock(city, c), edge_lon=lon, edge_lat=lat, edge_zone=nearest_zones(lon, lat, z), site=np.array(site), root=root
    )


@dataclass(slots=True)
class _Draft:
    """The scenario while its shocks are drawn one after the other."""

    rows: DemandRows = field(default_factory=DemandRows)
    casualties: list[dict[str, Any]] = field(default_factory=list)
    closures: list[Closures] = field(default_factory=list)
    outages: list[Outages] = field(default_factory=list)
    displaced: list[tuple[Ints, float, Ints]] = field(default_factory=list)
    fields: list[Floats] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)
    dead: Any = 0
    slight: Any = 0
    homeless: Any = 0.0
    buried: int = 0


def draw(spec: EarthquakeSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the earthquake of one replication: the same arguments give the same scenario, bit for bit."""
    c = spec.coefficients
    ground = _ground(_City(city, c))
    moment = draw_moment(spec, seed, replication)
    main = draw_mainshock(spec, city, seed, replication)
    draft = _Draft()
    cumulative = np.zeros((*ground.stock.dwellings.shape, 5)) + 1.0
    for shock in [main, *draw_aftershocks(spec, main, city, seed, replication)]:
        cumulative = _strike(draft, shock, cumulative, city, ground, moment, c, seed, replication)
    return _scenario(draft, spec, main, moment, cumulative, city, ground, seed, replication)


def shaking(shock: Shock, city: City, ground: Ground, c: Coefficients, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the intensity in each zone and on each road: ellipse, ground, one residual of the event, one of each zone."""
    event = c["sigma_event"] * rng.standard_normal()
    zone = c["sigma_zone"] * (ground.root @ rng.standard_normal(len(city.zones)))
    lon = np.concatenate([city.zones.lon, ground.edge_lon])
    lat = np.concatenate([city.zones.lat, ground.edge_lat])
    median = intensity_at(shock.magnitude, *strike_axes(*offset_km(shock.lon, shock.lat, lon, lat), shock.strike_deg))
    added = event + zone + ground.site
    n = len(city.zones)
    return np.clip(median[:n] + added, 0.0, 12.0), np.clip(median[n:] + added[ground.edge_zone], 0.0, 12.0)


def _strike(
    draft: _Draft, shock: Shock, cumulative: Floats, city: City, ground: Ground, moment: Moment, c: Coefficients,
    seed: int, replication: int,
) -> Floats:
    """Add what one shock does; returns the cumulative shares P(damage <= D0..D4) of all buildings after it."""
    event = len(draft.events)
    first = not draft.events
    draws = {name: stream(seed, replication, f"{name}:{shock.minute:.6f}") for name in
             ("shaking", "damage", "people", "fate", "sites", "fires", "tasks", "roads", "outages", "repairs")}
    intensity, edge_intensity = shaking(shock, city, ground, c, draws["shaking"])
    if not first and intensity.max() < c["after_felt"]:
        return cumulative
    draft.events.append(_event(shock, first))
    draft.fields.append(intensity)
    after, new4, new5, light = _damage(intensity, cumulative, ground.stock, c, draws["damage"])
    hurt = _people(draft, shock, intensity, (new4, new5, light, cumulative), city, ground, moment, c, draws["people"], first)
    fate = draw_fate(hurt, shock.minute, city.month_temp_c[moment.month - 1], c, draws["fate"], avoidable=not first)
    fallen = cumulative[..., 3] - after[..., 3]
    collapsed = np.average(fallen, axis=1, weights=ground.stock.storeys + 1e-9)
    closures, opening = road_closures(city, edge_intensity, ground.edge_zone, collapsed, shock.minute, c, draws["roads"])
    weak = (1.0 - after[..., 3])[:, ground.stock.names.index("rc_frame")]
    outages = zone_outages(city, intensity, weak, shock.minute, c, draws["outages"])
    if not first:
        outages = _only_new(outages, draft.outages)
    dark = np.zeros(len(city.zones), dtype=bool)
    dark[[z for z, kind, start in zip(outages.zone, outages.kind, outages.from_min, strict=True)
          if kind == "communication" and start <= shock.minute]] = True
    order, demand = sites.rescue_demands(draft.rows, hurt, fate, event, shock.minute, city, dark, c, draws["sites"])
    _casualty_rows(draft, hurt, fate, order, demand, event, shock.minute)
    winter = city.month_temp_c[moment.month - 1] < c["winter_c"]
    sites.fire_demands(draft.rows, intensity, event, shock.minute, city, winter, city.wind_mean_ms, dark, c, draws["fires"])
    if first:
        sites.zone_tasks(draft.rows, hurt, intensity, event, shock.minute, city, dark, c, draws["tasks"])
    sites.repair_demands(
        draft.rows, closures, opening, ground.edge_zone, sum(map(len, draft.closures)), outages,
        sum(map(len, draft.outages)), event, shock.minute, city, c, draws["repairs"],
    )
    draft.closures.append(closures)
    draft.outages.append(outages)
    _homeless(draft, after, shock, city, ground, c, winter)
    felt = np.flatnonzero(intensity >= c["after_felt"])
    if not first and len(felt):
        draft.dangers.append(
            Danger(event=event, issue_from_min=0.0, deadline_min=shock.minute, zones=felt, people=city.zones.people[felt])
        )
    return after


def _event(shock: Shock, first: bool) -> Event:
    words = ("地震", "earthquake") if first else ("余震", "aftershock")
    return Event(
        name=Text(f"M{shock.magnitude:.1f} {words[0]}", f"M {shock.magnitude:.1f} {words[1]}"), start_min=shock.minute,
        parent=-1 if first else 0, lon=shock.lon, lat=shock.lat, size=shock.magnitude,
    )


def _damage(
    intensity: Floats, cumulative: Floats, stock: Stock, c: Coefficients, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the cumulative damage after a shock, the shares newly in D4 and D5, and those in D1..D3 by this shock.

    Earlier damage weakens: V rises with the mean grade suffered. A building ends in the worse of its old and its
    new state, which multiplies the cumulative shares.
    """
    grade = 5.0 - cumulative.sum(axis=-1)
    v = stock.v + c["damage_v_per_grade"] * grade
    shares = damage_shares(mean_damage(intensity[:, None], v, c["macroseismic_q"]))
    drawn = sample_damage(shares, stock.buildings, c["spread_sample"], rng)
    after = cumulative * np.cumsum(drawn, axis=-1)[..., :5]
    new5 = cumulative[..., 4] - after[..., 4]
    new45 = cumulative[..., 3] - after[..., 3]
    return after, np.maximum(new45 - new5, 0.0), np.maximum(new5, 0.0), drawn[..., 1:4]


def _people(
    draft: _Draft, shock: Shock, intensity: Floats, damage: tuple[Floats, ...], city: City, ground: Ground, moment: Moment,
    c: Coefficients, rng: np.random.Generator, first: bool,
) -> Hurt:
    """Draw who is hurt; after the mainshock only those indoors in what still stands."""
    new4, new5, light, before = damage
    indoors = occupants(city, ground.stock, moment.hour + shock.minute / 60.0, moment.weekend, c)
    if not first:
        indoors = indoors * c["after_indoor_share"] * before[..., 3]
    standing = np.maximum(before[..., 3], 1e-9)
    hurt = draw_hurt(indoors, light, new4 / standing, new5 / standing, intensity, ground.stock, c, rng)
    draft.dead = draft.dead + hurt.dead_at_once
    draft.slight = draft.slight + hurt.slight
    draft.buried += int((hurt.entrapment > 0).sum())
    return hurt


def occupants(city: City, stock: Stock, hour: float, weekend: bool, c: Coefficients) -> Floats:
    """Return the people indoors by zone and class at *hour*; at night shift work keeps industry manned."""
    slot = day_slot(city, hour, weekend=weekend)
    night = hour % 24.0 >= 20.0 or hour % 24.0 < 6.0
    work = max(slot.work, c["industrial_night"] * 0.1) if night else slot.work
    share = slot.home * stock.home_share + work * stock.work_share + slot.school * stock.school_share
    return np.asarray(city.zones.people[:, None] * share)


def _only_new(outages: Outages, earlier: list[Outages]) -> Outages:
    """Leave out what is out already: an aftershock does not cut a line twice."""
    known = {(int(z), k) for old in earlier for z, k in zip(old.zone, old.kind, strict=True)}
    keep = [i for i, (z, k) in enumerate(zip(outages.zone, outages.kind, strict=True)) if (int(z), k) not in known]
    return Outages(
        zone=outages.zone[keep], kind=tuple(outages.kind[i] for i in keep), from_min=outages.from_min[keep],
        to_min=outages.to_min[keep],
    )


def _casualty_rows(draft: _Draft, hurt: Hurt, fate: Fate, order: Ints, demand: Ints, event: int, minute: float) -> None:
    free = np.flatnonzero(hurt.entrapment == 0)
    index = np.concatenate([order, free])
    draft.casualties.append(
        {
            "demand": np.concatenate([demand, np.full(len(free), -1)]), "zone": hurt.zone[index],
            "event": np.full(len(index), event), "real_min": np.full(len(index), minute), "severity": hurt.severity[index],
            "entrapment": hurt.entrapment[index],
            **{name: getattr(fate, name)[index] for name in Fate.__slots__},
        }
    )


def _homeless(
    draft: _Draft, after: Floats, shock: Shock, city: City, ground: Ground, c: Coefficients, winter: bool
) -> None:
    """Add the people who lose their home by this shock and need public shelter (GB/T 18208.4)."""
    by_state = _dwellings(after, ground.stock) * c["household_m2"]
    persons = city.zones.people / np.maximum(city.zones.households, 1)
    total = np.array([
        displaced_people(row[4] + row[5], row[3], row[2], c["household_m2"], p, 0.0)
        for row, p in zip(by_state, persons, strict=True)
    ])
    total = np.minimum(total, city.zones.people) * c["public_shelter_winter" if winter else "public_shelter_summer"]
    more = np.maximum(total - draft.homeless, 0.0)
    draft.homeless = draft.homeless + more
    for after_min, share in RISE:
        people = np.round(more * share).astype(np.int64)
        zones = np.flatnonzero(people)
        if len(zones):
            draft.displaced.append((zones, shock.minute + after_min, people[zones]))


def _dwellings(cumulative: Floats, stock: Stock) -> Floats:
    """Return the dwellings of each zone by damage state, shape (zones, 6)."""
    full = np.concatenate([np.zeros((*cumulative.shape[:2], 1)), cumulative, np.ones((*cumulative.shape[:2], 1))], axis=-1)
    return np.asarray((np.diff(full, axis=-1) * stock.dwellings[..., None]).sum(axis=1))


def _scenario(
    draft: _Draft, spec: EarthquakeSpec, main: Shock, moment: Moment, cumulative: Floats, city: City, ground: Ground,
    seed: int, replication: int,
) -> Scenario:
    c = spec.coefficients
    demands, number, draws = draft.rows.lay_down()
    damage = _dwellings(cumulative, ground.stock)
    intensity = np.array(draft.fields)
    ratios = np.array([c[f"loss_d{k}"] for k in range(6)])
    loss = loss_by_state(damage, ratios - ratios[0], c["household_m2"] * c["yuan_per_m2"])
    alert = stream(seed, replication, "alert").uniform(c["alert_low_min"], c["alert_high_min"])
    dangers = tuple(draft.dangers) or _standing_danger(intensity[0], city, c)
    n = len(city.zones)
    return Scenario(
        scenario_id=f"{spec.hazard_id}-{seed}-{replication}", hazard="earthquake", title=spec.name, seed=seed,
        replication=replication, month=moment.month, hour=moment.hour, weekend=moment.weekend,
        temp_c=city.month_temp_c[moment.month - 1], wind_ms=city.wind_mean_ms, horizon_min=spec.horizon_min,
        events=tuple(draft.events), demands=demands, casualties=_casualties(draft, number),
        closures=_join_closures(draft.closures), outages=_join_outages(draft.outages), displaced=_join_displaced(draft.displaced),
        alerts=(Alert(known_min=alert, indicator="magnitude", value=main.magnitude),
                Alert(known_min=alert, indicator="max_intensity", value=float(intensity[0].max()))),
        dangers=dangers, fields={"intensity": frozen(intensity), "pga_g": frozen(pga_of_intensity(intensity))},
        dead_at_once=np.asarray(draft.dead), slightly_injured=np.asarray(draft.slight), damage=frozen(damage),
        loss_yuan=loss, campers=_campers(intensity[0], city, c),
        draws={**draws, "scout": stream(seed, replication, "scout").random(n)},
        notes={
            "magnitude": main.magnitude, "lon": main.lon, "lat": main.lat, "max_intensity": float(intensity[0].max()),
            "buried_alive": float(draft.buried), "dead_at_once": float(np.sum(draft.dead)),
            "collapsed_dwellings": float(damage[:, 4:].sum()), "displaced": float(np.sum(draft.homeless)),
            "aftershocks": float(len(draft.events) - 1), "loss_yuan": float(loss.sum()),
        },
    )


def _standing_danger(intensity: Floats, city: City, c: Coefficients) -> tuple[Danger, ...]:
    """Where no aftershock matters, people should still hear within the hour to stay out of damaged houses."""
    felt = np.flatnonzero(intensity >= c["after_felt"])
    if not len(felt):
        return ()
    deadline = c["danger_deadline_min"]
    return (Danger(event=0, issue_from_min=0.0, deadline_min=deadline, zones=felt, people=city.zones.people[felt]),)


def _campers(intensity: Floats, city: City, c: Coefficients) -> Ints:
    return np.asarray(np.round(np.where(intensity >= 7.0, c["camper_share"], 0.0) * city.zones.people).astype(np.int64))


def _casualties(draft: _Draft, number: Ints) -> Casualties:
    table = {name: np.concatenate([part[name] for part in draft.casualties]) for name in draft.casualties[0]}
    demand = table["demand"].astype(np.int64)
    table["demand"] = np.where(demand >= 0, number[np.maximum(demand, 0)] if len(number) else demand, -1)
    return Casualties(**table)


def _join_closures(parts: list[Closures]) -> Closures:
    return Closures(
        edge=np.concatenate([p.edge for p in parts]), from_min=np.concatenate([p.from_min for p in parts]),
        to_min=np.concatenate([p.to_min for p in parts]), speed_factor=np.concatenate([p.speed_factor for p in parts]),
        reason=tuple(word for p in parts for word in p.reason),
    )


def _join_outages(parts: list[Outages]) -> Outages:
    return Outages(
        zone=np.concatenate([p.zone for p in parts]).astype(np.int64), kind=tuple(word for p in parts for word in p.kind),
        from_min=np.concatenate([p.from_min for p in parts]), to_min=np.concatenate([p.to_min for p in parts]),
    )


def _join_displaced(parts: list[tuple[Ints, float, Ints]]) -> Displaced:
    if not parts:
        return Displaced(zone=np.zeros(0, dtype=np.int64), from_min=np.zeros(0), people=np.zeros(0, dtype=np.int64))
    return Displaced(
        zone=np.concatenate([zones for zones, _, _ in parts]),
        from_min=np.concatenate([np.full(len(zones), minute) for zones, minute, _ in parts]),
        people=np.concatenate([people for _, _, people in parts]),
    )
