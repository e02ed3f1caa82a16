"""Draws one chemical accident, whole: the vessel, the weather, the cloud, the fire, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from sim.city.model import City, Vessels
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.assemble import NO_CLOSURES, join_casualties, locked
from sim.hazard.chemical.accident import (
    ALONE,
    Accidents,
    Weather,
    accidents,
    draw_hole,
    draw_shut_min,
    with_accidents,
)
from sim.hazard.chemical.exposure import free_rows
from sim.hazard.chemical.fire import after_leak, burn
from sim.hazard.chemical.leak import SLOT_MIN, break_open
from sim.hazard.chemical.spec import ChemicalSpec
from sim.hazard.chemical.spec_problems import leaks
from sim.hazard.chemical.weather import draw_air, turning
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Displaced, Event, Outages, Scenario
from sim.hazard.source import Moment
from sim.hazard.streams import stream

DAY = 24
"""Hours for which the wind is drawn; what still leaks after that drifts with the last of them."""


def draw_moment(spec: ChemicalSpec, seed: int, replication: int) -> Moment:
    """Return the moment, drawn where the spec leaves it open: more accidents happen while people work."""
    c, u = spec.coefficients, stream(seed, replication, "chemical moment").random(4)
    by_day = u[1] < c["accidents_by_day"]
    hour = 8.0 + 10.0 * u[2] if by_day else (18.0 + 14.0 * u[2]) % 24.0
    return Moment(
        month=spec.month if spec.month is not None else 1 + int(12 * u[0]),
        hour=spec.hour if spec.hour is not None else float(hour),
        weekend=spec.weekend if spec.weekend is not None else bool(u[3] < 2.0 / 7.0),
    )


def draw_weather(
    city: City, moment: Moment, horizon_min: float, c: Coefficients, seed: int, replication: int, *,
    wind_ms: float | None = None, from_deg: float | None = None, stability: str | None = None, turns: bool = True,
) -> Weather:
    """Return the air and the wind of every hour; what is given is taken as it is."""
    rng = stream(seed, replication, "chemical weather")
    air, first = draw_air(
        city, moment.month, moment.hour, rng, wind_ms=wind_ms, from_deg=from_deg, stability=stability, c=c
    )
    slots = min(DAY, max(1, int(np.ceil(horizon_min / SLOT_MIN))))
    wandering = turning(first, slots, rng, c)
    return Weather(air=air, from_deg=wandering if turns else np.full(slots, first))


def draw_vessel(spec: ChemicalSpec, city: City, seed: int, replication: int) -> int:
    """Return which vessel is hit: by the yearly rate of its kind, among those that the file leaves open."""
    v = city.vessels
    if v is None:
        msg = f"city {city.city_id} has no vessels"
        raise ValueError(msg)
    rate = _rates(v, spec.vessels, spec.coefficients)
    u = float(stream(seed, replication, "chemical vessel").random())
    total = np.cumsum(rate)
    return spec.vessels[min(int(np.searchsorted(total, u * total[-1], side="right")), len(rate) - 1)]


def _rates(v: Vessels, which: Iterable[int], c: Coefficients) -> Floats:
    return np.array([c[f"rate_{v.storage[i]}"] for i in which])


def accidents_per_year(spec: ChemicalSpec, city: City) -> float:
    """Return how often such an accident needs help from outside: the city's rate, shared out by the vessels' rates."""
    v, c = city.vessels, spec.coefficients
    if v is None:
        return 0.0
    all_that_leak = [i for i in range(len(v)) if leaks(v, i)]
    share = _rates(v, spec.vessels, c).sum() / _rates(v, all_that_leak, c).sum()
    return float(c["accidents_per_year"] * share)


def draw_chemical(spec: ChemicalSpec, city: City, seed: int, replication: int) -> Scenario:
    """Return the accident of one replication: the same arguments give the same scenario, bit for bit."""
    c, moment = spec.coefficients, draw_moment(spec, seed, replication)
    weather = draw_weather(
        city, moment, spec.horizon_min, c, seed, replication, wind_ms=spec.wind_ms, from_deg=spec.from_deg,
        stability=spec.stability, turns=spec.turns,
    )
    vessel = draw_vessel(spec, city, seed, replication)
    rows, events = DemandRows(), list[Event]()
    temp_c = city.month_temp_c[moment.month - 1]
    a = accidents(
        city, c, spec.cascade, weather, moment, temp_c, spec.horizon_min, rows, events, 0, seed, replication
    )
    if spec.fire:
        burn(a, vessel, 0.0, ALONE)
    else:
        hole = draw_hole(a, vessel, spec.size, spec.hole_mm)
        leak = break_open(a, vessel, 0.0, hole, draw_shut_min(a, vessel, spec.valve), ALONE)
        if leak is not None:
            after_leak(a, leak, spec.ignites, near_fire=False)
    return _scenario(spec, a, moment, seed, replication)


def _scenario(spec: ChemicalSpec, a: Accidents, moment: Moment, seed: int, replication: int) -> Scenario:
    n = len(a.city.zones)
    demands, number, draws = a.rows.lay_down(spec.horizon_min)
    none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
    calm = Scenario(
        scenario_id=f"{spec.hazard_id}-{seed}-{replication}", hazard="chemical", title=spec.name, seed=seed,
        replication=replication, month=moment.month, hour=moment.hour, weekend=moment.weekend, temp_c=a.temp_c,
        wind_ms=a.weather.air.wind_ms, horizon_min=spec.horizon_min, events=(), demands=demands,
        casualties=join_casualties([nobody(a)], number), closures=NO_CLOSURES,
        outages=Outages(zone=whole, kind=(), from_min=none, to_min=none),
        displaced=Displaced(zone=whole, from_min=none, people=whole, prevented_by=whole), alerts=(), dangers=(),
        fields={}, dead_at_once=np.zeros(n, dtype=np.int64), slightly_injured=np.zeros(n, dtype=np.int64),
        damage=np.zeros((n, 6)), loss_yuan=np.zeros(n), campers=np.zeros(n, dtype=np.int64),
        draws={**draws, "scout": stream(seed, replication, "scout").random(n)}, notes={},
    )
    whole_one = with_accidents(calm, a, number)
    yearly = {"accidents_per_year": accidents_per_year(spec, a.city)}
    return locked(replace(whole_one, notes={**whole_one.notes, **yearly}))


def nobody(a: Accidents) -> dict[str, Any]:
    """Return casualty rows of nobody."""
    none: Ints = np.zeros(0, dtype=np.int64)
    return free_rows(none, 0, np.zeros(0), none, a.temp_c, a.dice["people"])
