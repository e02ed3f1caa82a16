"""The flood that an earthquake brings about: embankments torn by the shaking, their water, and what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.assemble import only_new
from sim.hazard.flood import alarm, homes, tasks
from sim.hazard.flood.field import FloodField
from sim.hazard.flood.flooded_roads import water_closures, wet_roads
from sim.hazard.flood.ground import FloodGround, ground_of
from sim.hazard.flood.held import held_of
from sim.hazard.flood.quake_water import quake_fields
from sim.hazard.flood.rescue import rescue_demands, waterside_nodes
from sim.hazard.flood.scenario import slightly_hurt, victims_of
from sim.hazard.flood.shaken_walls import Shock, torn_walls
from sim.hazard.flood.victims import fate_of
from sim.hazard.flood.wet import Wet, wet_of
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Alert, Closures, Danger, Event, FacilityOut, Outages
from sim.hazard.source import Moment
from sim.hazard.streams import stream

MODELS = ("residents", "users", "fate", "rescue", "tasks", "outages", "repairs")
"""Each model has a stream of its own, named ``quake flood <model>``."""
NO_WALLS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuakeFlood:
    """What the floods of one earthquake add to its scenario; demands by their provisional numbers."""

    loss_yuan: Floats
    """Direct loss by zone, beyond what the shaking has cost."""
    slightly_injured: Ints
    """By zone."""
    max_depth_m: Floats
    """Deepest water of any share of each zone."""
    casualties: list[dict[str, Any]] = field(default_factory=list)
    closures: list[Closures] = field(default_factory=list)
    outages: list[Outages] = field(default_factory=list)
    displaced: list[tuple[Ints, float, Ints]] = field(default_factory=list)
    """(zones, minute, people)."""
    dangers: list[Danger] = field(default_factory=list)
    facilities: list[FacilityOut] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What all floods of one earthquake share."""

    city: City
    c: Coefficients
    ground: FloodGround
    rows: DemandRows
    events: list[Event]
    dice: dict[str, np.random.Generator]
    stands: Floats
    outages: Sequence[Outages]


def flood_after_quake(
    shocks: Sequence[Shock], city: City, moment: Moment, horizon_min: float, rows: DemandRows, events: list[Event],
    stands: Floats, outages: Sequence[Outages], c: Coefficients, seed: int, replication: int,
) -> QuakeFlood | None:
    """Return what the water of torn embankments does, ``None`` if all hold or the city has none.

    Appends to *rows* the demands and to *events* one flood for each torn embankment, child of its shock; *events* has
    to hold the shocks. *stands* is the share of each zone's homes that are fit to live in after the shaking, (zones,);
    *outages* are those of the scenario so far: new ones are counted on from them.
    """
    if city.water is None:
        return None
    torn = torn_walls(shocks, city, city.water, moment.month, horizon_min, c, seed, replication)
    if not torn:
        return None
    zones = len(city.zones)
    ground = ground_of(city, city.water, c)
    place = _Place(
        city=city, c=c, ground=ground, rows=rows, events=events, stands=stands, outages=outages,
        dice={name: stream(seed, replication, f"quake flood {name}") for name in MODELS},
    )
    flood = QuakeFlood(
        loss_yuan=np.zeros(zones), slightly_injured=np.zeros(zones, dtype=np.int64), max_depth_m=np.zeros(zones)
    )
    for shock, water in quake_fields(torn, city, ground, moment, horizon_min, c):
        _strike(place, flood, water, _events(place, water, shock.event))
    _alert(flood)
    return flood


def _events(place: _Place, water: FloodField, shock: int) -> Ints:
    """Append one event for each breach; returns the event that floods each zone."""
    city, events, breaches = place.city, place.events, water.breaches
    number = np.array([shock, *range(len(events), len(events) + len(breaches))])
    for breach in breaches:
        found = alarm.breach_event(breach, water, city, place.ground.water, shock)
        events.append(replace(found, kind="flood"))
    return np.asarray(number[alarm.event_of_zones(water, breaches, len(city.zones))])


def _strike(place: _Place, flood: QuakeFlood, water: FloodField, event_of: Ints) -> None:
    """Add what the water of one field does."""
    city, c, ground, dice, rows = place.city, place.c, place.ground, place.dice, place.rows
    wet = wet_of(water, city, ground, c)
    np.maximum(flood.max_depth_m, water.deepest_m().max(axis=1), out=flood.max_depth_m)
    if not len(wet.zones):
        return
    # A film of water over a fan spoils no harvest.
    flood.loss_yuan[wet.zones] += homes.loss_by_zone(water, city, c, place.stands)[wet.zones]
    roads, held = wet_roads(water, ground, c), held_of(water, wet)
    victims, residents = victims_of(water, wet, held, water.breaches, city, ground, roads, c, dice)
    fate = fate_of(victims, water, city.month_temp_c[water.month - 1], c, dice["fate"])
    node = waterside_nodes(roads, city, c)
    flood.casualties.extend(rescue_demands(rows, victims, fate, event_of, NO_WALLS, node, city, c, dice["rescue"]))
    nobody = np.full(len(city.zones), -1)
    tasks.zone_tasks(rows, water, wet, victims, nobody, event_of, node, city, c, dice["tasks"])
    slight = slightly_hurt(victims, len(city.zones), c)
    np.add(flood.slightly_injured, slight, out=flood.slightly_injured)
    flood.closures.append(water_closures(roads, city, nobody[ground.edge_zone], c))
    _lines(place, flood, wet, event_of)
    _displaced(place, flood, water, wet)
    flood.facilities.extend(homes.facilities_out(water, wet, held, NO_WALLS, city, c))
    for danger in alarm.dangers_of(water, wet, victims, residents, event_of, alarm.NO_SIGNS, c):
        seen = place.events[danger.event].start_min + c["quake_seen_min"]
        flood.dangers.append(replace(danger, issue_from_min=min(seen, danger.strike_min)))


def _lines(place: _Place, flood: QuakeFlood, wet: Wet, event_of: Ints) -> None:
    """Add the power and the masts that the water takes, as far as the shaking has left them, and their repair."""
    earlier = [*place.outages, *flood.outages]
    out = only_new(homes.flood_outages(wet, place.city, place.c, place.dice["outages"]), earlier)
    first = sum(map(len, earlier))
    for event in np.unique(event_of[out.zone]).tolist():
        which = np.flatnonzero(event_of[out.zone] == event)
        part = Outages(
            zone=out.zone[which], kind=tuple(out.kind[i] for i in which.tolist()), from_min=out.from_min[which],
            to_min=out.to_min[which],
        )
        tasks.repair_demands(place.rows, part, place.city, place.dice["repairs"], event, first)
        flood.outages.append(part)
        first += len(part)


def _displaced(place: _Place, flood: QuakeFlood, water: FloodField, wet: Wet) -> None:
    """Add who loses a home to the water that the shaking has left fit to live in."""
    none = np.full(wet.depth_m.shape, -1, dtype=np.int64)
    found = homes.homeless(wet, none, place.city, water.month, place.c)
    people = np.round(found.people * place.stands[found.zone]).astype(np.int64)
    flood.displaced.extend(
        (found.zone[i : i + 1], float(found.minute[i]), people[i : i + 1]) for i in np.flatnonzero(people).tolist()
    )


def _alert(flood: QuakeFlood) -> None:
    """Tell the duty room how many people stand in the way of the water, as soon as it can be known."""
    people = float(sum(int(danger.people.sum()) for danger in flood.dangers))
    if people:
        shown = min(danger.issue_from_min for danger in flood.dangers)
        flood.alerts.append(Alert(known_min=shown, indicator="people_in_danger", value=people))
