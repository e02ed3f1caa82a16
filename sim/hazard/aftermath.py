"""What an earthquake leads to beside its aftershocks: torn embankments with their floods, plants that leak and burn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.city.model import City
from sim.common.types import Floats, Ints
from sim.hazard.assemble import both, join_casualties, join_closures, join_displaced, join_outages, numbered
from sim.hazard.chemical.accident import Accidents, accidents, with_accidents
from sim.hazard.chemical.scenario import draw_weather
from sim.hazard.chemical.triggers import Shaking, broken_by_shaking
from sim.hazard.flood.after_quake import QuakeFlood, flood_after_quake
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Event, Outages, Scenario
from sim.hazard.source import Moment
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaken:
    """An earthquake as its cascades see it. Rows and events are shared with it and grow."""

    city: City
    moment: Moment
    temp_c: float
    shocks: Sequence[Shaking]
    rows: DemandRows
    events: list[Event]
    outages: Sequence[Outages]
    dwellings: Floats
    """By zone and damage state, shape (zones, 6)."""
    casualties: int
    """Rows of casualties so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What followed; demands by their provisional numbers."""

    flood: QuakeFlood | None
    plants: Accidents | None
    shocks: int
    floods: int
    """Events of each; the shocks are the first, then the floods, then what happened at plants."""


def draw_aftermath(s: Shaken, spec: EarthquakeSpec, seed: int, replication: int) -> Aftermath:
    """Draw what the hazard file allows to follow from the shocks."""
    shocks = len(s.events)
    flood = _flood(s, spec, seed, replication) if spec.cascade.allows("earthquake", "flood") else None
    floods = len(s.events) - shocks
    before = s.casualties + (sum(len(part["zone"]) for part in flood.casualties) if flood else 0)
    plants = _plants(s, spec, before, seed, replication) if spec.cascade.allows("earthquake", "release") else None
    return Aftermath(flood=flood, plants=plants, shocks=shocks, floods=floods)


def _flood(s: Shaken, spec: EarthquakeSpec, seed: int, replication: int) -> QuakeFlood | None:
    whole = s.dwellings[:, 0] + s.dwellings[:, 1] + 0.5 * s.dwellings[:, 2]
    stands = whole / np.maximum(s.dwellings.sum(axis=1), 1e-9)
    return flood_after_quake(
        s.shocks, s.city, s.moment, spec.horizon_min, s.rows, s.events, stands, s.outages, spec.coefficients, seed,
        replication,
    )


def _plants(s: Shaken, spec: EarthquakeSpec, before: int, seed: int, replication: int) -> Accidents | None:
    """Let shaken plants leak and burn, if the city has vessels; without power no valve shuts by itself."""
    city, c = s.city, spec.coefficients
    if city.vessels is None:
        return None
    powerless = np.zeros(len(city.zones))
    for out in s.outages:
        at_once = np.array([kind == "power" for kind in out.kind], dtype=bool) & (out.from_min <= c["shaken_delay_min"])
        powerless[out.zone[at_once]] = 1.0
    weather = draw_weather(city, s.moment, spec.horizon_min, c, seed, replication)
    a = accidents(
        city, c, spec.cascade, weather, s.moment, s.temp_c, spec.horizon_min, s.rows, s.events, before, seed,
        replication, powerless,
    )
    broken_by_shaking(a, s.shocks, stream(seed, replication, "chemical shaking"))
    return a


def with_aftermath(scenario: Scenario, s: Shaken, aftermath: Aftermath, number: Ints) -> Scenario:
    """Return *scenario*, whose events are the shocks, with all that followed; *number* renumbers the demands."""
    if aftermath.flood:
        floods = tuple(s.events[aftermath.shocks : aftermath.shocks + aftermath.floods])
        scenario = _with_flood(scenario, aftermath.flood, floods, number)
    return with_accidents(scenario, aftermath.plants, number) if aftermath.plants else scenario


def _with_flood(scenario: Scenario, flood: QuakeFlood, floods: Sequence[Event], number: Ints) -> Scenario:
    shocks, zones = len(scenario.events), len(flood.max_depth_m)
    depth = np.zeros((shocks + len(floods), zones))
    depth[shocks] = flood.max_depth_m
    padding = np.zeros((len(floods), zones))
    displaced = join_displaced(flood.displaced, scenario.horizon_min)
    return replace(
        scenario, events=(*scenario.events, *floods),
        casualties=(
            both(scenario.casualties, join_casualties(flood.casualties, number)) if flood.casualties
            else scenario.casualties
        ),
        closures=both(scenario.closures, numbered(join_closures(flood.closures), number)),
        outages=both(scenario.outages, join_outages(flood.outages)) if flood.outages else scenario.outages,
        displaced=both(scenario.displaced, displaced), dangers=(*scenario.dangers, *flood.dangers),
        alerts=tuple(sorted((*scenario.alerts, *flood.alerts), key=lambda alert: alert.known_min)),
        facilities=(*scenario.facilities, *flood.facilities), loss_yuan=scenario.loss_yuan + flood.loss_yuan,
        slightly_injured=scenario.slightly_injured + flood.slightly_injured,
        notes={**scenario.notes, "loss_yuan": float(scenario.loss_yuan.sum() + flood.loss_yuan.sum())},
        fields={**{name: np.concatenate([v, padding]) for name, v in scenario.fields.items()}, "max_depth_m": depth},
    )
