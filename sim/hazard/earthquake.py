"""Draws one earthquake, whole: shaking, damage, people, fires, lifelines, homes, loss; aftershocks do it again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints, Text
from sim.hazard import sites
from sim.hazard.aftermath import Shaken, draw_aftermath, with_aftermath
from sim.hazard.assemble import join_casualties, join_closures, join_displaced, join_outages, locked, only_new
from sim.hazard.buildings import Damage, Stock, first_damage, further_damage, whole
from sim.hazard.casualties import day_slot
from sim.hazard.chemical.triggers import Shaking
from sim.hazard.consequences import displaced_people, loss_by_state
from sim.hazard.ground import Ground, ground_of, median_intensity, shaking
from sim.hazard.intensity import attenuation
from sim.hazard.lifelines import road_closures, zone_outages
from sim.hazard.motion import pga_of_intensity
from sim.hazard.people import Fate, Hurt, draw_fate, draw_hurt
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Alert, Closures, Danger, Demands, Event, Outages, Scenario
from sim.hazard.source import Moment, Shock, draw_aftershocks, draw_mainshock, draw_moment
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream

MODELS = ("shaking", "damage", "people", "fate", "sites", "fires", "tasks", "roads", "outages", "road_tasks", "repairs")
"""Each model has a stream of its own; the mainshock draws first from each."""


@dataclass(slots=True)
class _Draft:
    """The scenario while its shocks are drawn one after the other."""

    city: City
    c: Coefficients
    ground: Ground
    moment: Moment
    dice: dict[str, np.random.Generator]
    dead: Ints
    slight: Ints
    homeless: Floats
    damage: Damage
    """As it is so far."""
    rows: DemandRows = field(default_factory=DemandRows)
    casualties: list[dict[str, Any]] = field(default_factory=list)
    closures: list[Closures] = field(default_factory=list)
    outages: list[Outages] = field(default_factory=list)
    displaced: list[tuple[Ints, float, Ints]] = field(default_factory=list)
    fields: list[Floats] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    dangers: list[Danger] = field(default_factory=list)
    shaken: list[Shaking] = field(default_factory=list)
    """What the plants feel of each shock."""

    @property
    def temp_c(self) -> float:
        return self.city.month_temp_c[self.moment.month - 1]


def draw(spec: EarthquakeSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the earthquake of one replication: the same arguments give the same scenario, bit for bit."""
    c = spec.coefficients
    ground = ground_of(city, c)
    main = draw_mainshock(spec, city, seed, replication)
    shocks = [main, *draw_aftershocks(spec, main, city, seed, replication)]
    n = len(city.zones)
    draft = _Draft(
        city=city, c=c, ground=ground, moment=draw_moment(spec, seed, replication),
        dice={name: stream(seed, replication, name) for name in MODELS}, dead=np.zeros(n, dtype=np.int64),
        slight=np.zeros(n, dtype=np.int64), homeless=np.zeros(n), damage=whole(ground.stock),
    )
    for shock, median in zip(shocks, median_intensity(shocks, ground, attenuation(spec.attenuation)), strict=True):
        intensity, on_roads = shaking(median, ground, c, draft.dice["shaking"])
        if shock is main or intensity.max() >= c["after_felt"]:
            _strike(draft, shock, intensity, on_roads)
    if not spec.cascade.links:
        return locked(_scenario(draft, spec, main, draft.rows.lay_down(spec.horizon_min), seed, replication))
    shaken = Shaken(
        city=city, moment=draft.moment, temp_c=draft.temp_c, shocks=draft.shaken, rows=draft.rows, events=draft.events,
        outages=draft.outages, dwellings=_dwellings(draft), casualties=sum(len(p["zone"]) for p in draft.casualties),
    )
    aftermath = draw_aftermath(shaken, spec, seed, replication)
    laid = draft.rows.lay_down(spec.horizon_min)
    return locked(with_aftermath(_scenario(draft, spec, main, laid, seed, replication), shaken, aftermath, laid[1]))


def _strike(draft: _Draft, shock: Shock, intensity: Floats, on_roads: Floats) -> None:
    """Add what one shock does."""
    city, c, ground, dice = draft.city, draft.c, draft.ground, draft.dice
    first = not draft.events
    blow = sites.Blow(event=len(draft.events), minute=shock.minute, city=city, c=c, intensity=intensity)
    draft.events.append(_event(shock, first))
    draft.fields.append(intensity)
    draft.shaken.append(Shaking(event=blow.event, minute=shock.minute, intensity=intensity))
    stood = draft.damage.standing
    draft.damage = (
        first_damage(intensity, ground.stock, c, dice["damage"])
        if first else further_damage(draft.damage, intensity, ground.stock, c)
    )
    hurt = _people(draft, shock, intensity, stood)
    fate = draw_fate(hurt, shock.minute, draft.temp_c, c, dice["fate"], avoidable=not first)
    order, demand = sites.rescue_demands(draft.rows, hurt, fate, blow, dice["sites"])
    draft.casualties.append(_casualty_rows(hurt, fate, order, demand, blow))
    sites.fire_demands(draft.rows, blow, draft.temp_c, city.wind_mean_ms, dice["fires"])
    if first:
        sites.zone_tasks(draft.rows, hurt, blow, dice["tasks"])
    _lifelines(draft, blow, on_roads, stood)
    _homeless(draft, shock.minute)
    felt = np.flatnonzero(intensity >= c["after_felt"])
    if not first and len(felt):
        draft.dangers.append(
            Danger(event=blow.event, issue_from_min=0.0, deadline_min=shock.minute, strike_min=shock.minute,
                   evacuate=False, zones=felt, people=city.zones.people[felt])
        )


def _event(shock: Shock, first: bool) -> Event:
    words = ("地震", "earthquake") if first else ("余震", "aftershock")
    return Event(
        name=Text(f"M{shock.magnitude:.1f} {words[0]}", f"M {shock.magnitude:.1f} {words[1]}"), kind="earthquake",
        start_min=shock.minute, parent=-1 if first else 0, lon=shock.lon, lat=shock.lat, size=shock.magnitude,
    )


def _people(draft: _Draft, shock: Shock, intensity: Floats, stood: Floats) -> Hurt:
    """Draw who is hurt; after the mainshock only those who are indoors in spite of it, in what still *stood*."""
    c, stock, moment, damage = draft.c, draft.ground.stock, draft.moment, draft.damage
    indoors = occupants(draft.city, stock, moment.hour + shock.minute / 60.0, moment.weekend, c)
    if draft.casualties:
        indoors = indoors * c["after_indoor_share"] * stood
    hurt = draw_hurt(indoors, damage.light, damage.d4, damage.d5, intensity, stock, c, draft.dice["people"])
    draft.dead = draft.dead + hurt.dead_at_once
    draft.slight = draft.slight + hurt.slight
    return hurt


def occupants(city: City, stock: Stock, hour: float, weekend: bool, c: Coefficients) -> Floats:
    """Return the people indoors by zone and class at *hour*; everybody works and learns in the own township.

    Part of the work of country people is out of doors.
    """
    slot = day_slot(city, hour, weekend=weekend)
    z = city.zones
    rural = z.people_rural / np.maximum(z.people, 1)
    work = slot.work * (1.0 - c["rural_work_outdoors"] * rural)
    share = slot.home * stock.home_share + work[:, None] * stock.work_share + slot.school * stock.school_share
    return np.asarray(z.people[:, None] * share)


def _lifelines(draft: _Draft, blow: sites.Blow, on_roads: Floats, stood: Floats) -> None:
    """Add roads shut, lines cut, and the work of opening and repairing them."""
    city, c, ground, dice = draft.city, draft.c, draft.ground, draft.dice
    stands = draft.damage.standing
    collapsed = np.average(np.maximum(stood - stands, 0.0), axis=1, weights=ground.stock.storeys + 1e-9)
    closures, opening = road_closures(city, ground, on_roads, collapsed, blow.minute, c, dice["roads"])
    weak = (1.0 - stands)[:, ground.stock.names.index("rc_frame")]
    outages = only_new(zone_outages(city, blow.intensity, weak, blow.minute, c, dice["outages"]), draft.outages)
    first_closure, first_outage = sum(map(len, draft.closures)), sum(map(len, draft.outages))
    sites.road_demands(draft.rows, closures, opening, ground.edge_zone, first_closure, blow, dice["road_tasks"])
    sites.outage_demands(draft.rows, outages, first_outage, blow, dice["repairs"])
    draft.closures.append(closures)
    draft.outages.append(outages)


def _casualty_rows(hurt: Hurt, fate: Fate, order: Ints, demand: Ints, blow: sites.Blow) -> dict[str, Any]:
    free = np.flatnonzero(hurt.entrapment == 0)
    index = np.concatenate([order, free])
    return {
        "demand": np.concatenate([demand, np.full(len(free), -1)]), "zone": hurt.zone[index],
        "event": np.full(len(index), blow.event), "real_min": np.full(len(index), blow.minute),
        "severity": hurt.severity[index], "entrapment": hurt.entrapment[index],
        **{name: getattr(fate, name)[index] for name in Fate.__slots__},
    }


def _homeless(draft: _Draft, minute: float) -> None:
    """Add the people who lose their home by this shock and need public shelter (GB/T 18208.4)."""
    c, z = draft.c, draft.city.zones
    m2 = _dwellings(draft) * c["household_m2"]
    persons = z.people / np.maximum(z.households, 1)
    dead = draft.dead.astype(float)
    total = displaced_people(m2[:, 4] + m2[:, 5], m2[:, 3], m2[:, 2], c["household_m2"], persons, dead)
    season = "winter" if draft.temp_c < c["winter_c"] else "summer"
    total = np.minimum(total, z.people) * c[f"public_shelter_{season}"]
    more = np.maximum(total - draft.homeless, 0.0)
    draft.homeless = draft.homeless + more
    gone = np.zeros(len(z), dtype=np.int64)
    share = 0.0
    for when, part in (("at_once", c["homeless_at_once"]), ("within_h", c["homeless_within_h"]), ("late", 1.0)):
        share = min(share + part, 1.0)
        people = np.round(more * share).astype(np.int64) - gone
        gone = gone + people
        zones = np.flatnonzero(people)
        draft.displaced.append((zones, minute + c[f"homeless_{when}_min"], people[zones]))


def _dwellings(draft: _Draft) -> Floats:
    """Return the dwellings of each zone by damage state, shape (zones, 6)."""
    return np.asarray((draft.damage.states * draft.ground.stock.dwellings[..., None]).sum(axis=1))


def _scenario(
    draft: _Draft, spec: EarthquakeSpec, main: Shock, laid: tuple[Demands, Ints, dict[str, Floats]], seed: int,
    replication: int,
) -> Scenario:
    """Return the earthquake and its aftershocks alone; *laid* are all demands, those of its cascades among them."""
    c, city, moment = draft.c, draft.city, draft.moment
    demands, number, draws = laid
    casualties = join_casualties(draft.casualties, number)
    damage = _dwellings(draft)
    intensity = np.array(draft.fields)
    ratios = np.array([c[f"loss_d{k}"] for k in range(6)])
    per_dwelling = c["household_m2"] * c["yuan_per_m2"] * (1.0 + c["loss_beyond_homes"])
    alert = float(stream(seed, replication, "alert").uniform(c["alert_low_min"], c["alert_high_min"]))
    scout = stream(seed, replication, "scout").random(len(city.zones))
    scenario = Scenario(
        scenario_id=f"{spec.hazard_id}-{seed}-{replication}", hazard="earthquake", title=spec.name, seed=seed,
        replication=replication, month=moment.month, hour=moment.hour, weekend=moment.weekend,
        temp_c=draft.temp_c, wind_ms=city.wind_mean_ms, horizon_min=spec.horizon_min,
        events=tuple(draft.events[: len(draft.fields)]), demands=demands, casualties=casualties,
        closures=join_closures(draft.closures),
        outages=join_outages(draft.outages), displaced=join_displaced(draft.displaced, spec.horizon_min),
        alerts=(Alert(known_min=alert, indicator="magnitude", value=main.magnitude),
                Alert(known_min=alert, indicator="max_intensity", value=float(intensity[0].max()))),
        dangers=tuple(draft.dangers) or _standing_danger(intensity[0], city, c),
        fields={"intensity": intensity, "pga_g": pga_of_intensity(intensity)}, dead_at_once=draft.dead,
        slightly_injured=draft.slight, damage=damage, loss_yuan=loss_by_state(damage, ratios, per_dwelling),
        campers=_campers(intensity[0], city, c), draws={**draws, "scout": scout}, notes={},
    )
    return replace(scenario, notes=_notes(scenario, main))


def _notes(s: Scenario, main: Shock) -> dict[str, float]:
    return {
        "magnitude": main.magnitude, "lon": main.lon, "lat": main.lat,
        "max_intensity": float(s.fields["intensity"][0].max()),
        "buried_alive": float((s.casualties.entrapment > 0).sum()), "dead_at_once": float(s.dead_at_once.sum()),
        "collapsed_dwellings": float(s.damage[:, 4:].sum()), "displaced": float(s.displaced.people.sum()),
        "aftershocks": float(len(s.events) - 1), "loss_yuan": float(s.loss_yuan.sum()),
    }


def _standing_danger(intensity: Floats, city: City, c: Coefficients) -> tuple[Danger, ...]:
    """Where no aftershock matters, people should still hear within the hour to stay out of damaged houses."""
    felt = np.flatnonzero(intensity >= c["after_felt"])
    if not len(felt):
        return ()
    return (
        Danger(event=0, issue_from_min=0.0, deadline_min=c["danger_deadline_min"], strike_min=NEVER, evacuate=False,
               zones=felt, people=city.zones.people[felt]),
    )


def _campers(intensity: Floats, city: City, c: Coefficients) -> Ints:
    share = np.where(intensity >= c["camper_intensity"], c["camper_share"], 0.0)
    return np.asarray(np.round(share * city.zones.people).astype(np.int64))
