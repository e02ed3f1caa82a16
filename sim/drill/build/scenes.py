"""What a disaster offers as news for a drill: alarms, reports, dangers, people who want relief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.city.model import City
from sim.common.types import NEVER, Text
from sim.drill.copies import Stage
from sim.drill.csv_rows import shipped
from sim.hazard.scenario import Scenario

PER_KIND = 12
"""Demands of one kind that are looked at, those with most at stake: a drill gives a handful of each."""
SHELTERS = 6
"""Shelters whose supply is looked at, the largest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One piece of news that a drill may give."""

    event: str
    """``demand:17``, ``alert:0``, ``danger:2``, ``event:1`` (an aftershock) or ``shelter:4``."""
    kind: str
    """Row of ``scene_kinds.csv``."""
    sim_min: float
    """When somebody on the spot would first tell, minutes after T0."""
    zone: int
    """-1 for the whole city."""
    site: int
    """Index of the plant; -1 for none."""
    lon: float
    lat: float
    count: float
    """People, m2 ... as the kind's unit says."""
    stake: float
    """People whose life or safety hangs on it."""
    place: str
    """Id of a plant or road, as the scenario names it; may be empty."""
    told_by: int = -1
    """Demand of the leak with whose report it is told of; -1 if it is news of its own."""
    number: int
    """Of the demand, alert, danger, event or shelter."""


@cache
def kinds() -> Mapping[str, dict[str, str]]:
    """Return the rows of ``scene_kinds.csv`` by kind."""
    return {row["kind"]: row for row in shipped("scene_kinds.csv")}


def words_of(row: dict[str, str], column: str) -> Text:
    """Return a column of ``scene_kinds.csv`` in both languages."""
    return Text(row[f"{column}_zh"], row[f"{column}_en"])


def scenes(city: City, stage: Stage, avoid: tuple[str, ...]) -> tuple[Scene, ...]:
    """Return every scene of the stage's disaster before its horizon, by time; none of a kind or township of *avoid*."""
    scenario = stage.scenario
    found = [*_alerts(city, scenario), *_demands(city, scenario), *_dangers(city, scenario),
             *_aftershocks(scenario), *_shelters(city, scenario)]
    wanted = [
        scene for scene in found
        if scene.sim_min < scenario.horizon_min and scene.kind not in avoid
        and (scene.zone < 0 or city.zones.code[scene.zone] not in avoid)
    ]
    return tuple(sorted(wanted, key=lambda scene: (scene.sim_min, scene.event)))


def _centre(city: City) -> tuple[float, float]:
    """Where the largest township is: news of the whole city has no place of its own."""
    zone = int(np.argmax(city.zones.people))
    return float(city.zones.lon[zone]), float(city.zones.lat[zone])


def _alerts(city: City, scenario: Scenario) -> Iterator[Scene]:
    """Give what instruments tell; of readings at the same minute the first one, which names them all."""
    seen: set[float] = set()
    lon, lat = _centre(city)
    for number, alert in enumerate(scenario.alerts):
        if alert.known_min in seen:
            continue
        seen.add(alert.known_min)
        yield Scene(
            event=f"alert:{number}", kind=f"alert.{scenario.hazard}", sim_min=alert.known_min, zone=-1, site=-1,
            lon=lon, lat=lat, count=alert.value, stake=0.0, place=alert.indicator, number=number,
        )


def _demands(city: City, scenario: Scenario) -> Iterator[Scene]:
    demands, sites = scenario.demands, city.chemical_sites.site_id
    kept: dict[str, int] = {}
    leaks = {d: release.demand for release in scenario.releases for d in release.tasks if d != release.demand}
    order = sorted(range(len(demands)), key=lambda d: (-float(demands.people_at_stake[d]), d))
    for d in order:
        kind = demands.kind[d]
        if demands.noticed_min[d] >= scenario.horizon_min or kind not in kinds() or kept.get(kind, 0) >= PER_KIND:
            continue
        kept[kind] = kept.get(kind, 0) + 1
        node, place = int(demands.node[d]), demands.place[d].split(" ")[0]
        site = sites.index(place) if place in sites else -1
        lon, lat = city.chemical_sites.lon, city.chemical_sites.lat
        yield Scene(
            event=f"demand:{d}", kind=kind, sim_min=float(demands.noticed_min[d]), zone=int(demands.zone[d]),
            site=site, lon=float(lon[site] if site >= 0 else city.roads.node_lon[node]),
            lat=float(lat[site] if site >= 0 else city.roads.node_lat[node]), count=float(demands.quantity[d]),
            stake=float(demands.people_at_stake[d]), place=demands.place[d], number=d, told_by=leaks.get(d, -1),
        )


def _dangers(city: City, scenario: Scenario) -> Iterator[Scene]:
    """Give the dangers that people have to leave; several of one event and one hour are one piece of news."""
    seen: set[tuple[int, float]] = set()
    for number, danger in enumerate(scenario.dangers):
        key = (danger.event, danger.issue_from_min)
        coming = danger.evacuate and danger.release < 0 and danger.issue_from_min < NEVER and len(danger.zones)
        if not coming or key in seen:
            continue
        seen.add(key)
        zone = int(danger.zones[int(np.argmax(danger.people))])
        yield Scene(
            event=f"danger:{number}", kind="danger.evacuate", sim_min=danger.issue_from_min, zone=zone, site=-1,
            lon=float(city.zones.lon[zone]), lat=float(city.zones.lat[zone]), count=float(danger.people.sum()),
            stake=float(danger.people.sum()), place="", number=number,
        )


def _aftershocks(scenario: Scenario) -> Iterator[Scene]:
    for number, event in enumerate(scenario.events):
        if event.parent >= 0 and event.kind == "earthquake":
            yield Scene(
                event=f"event:{number}", kind="event.earthquake", sim_min=event.start_min, zone=-1, site=-1,
                lon=event.lon, lat=event.lat, count=event.size, stake=0.0, place="", number=number,
            )


def _shelters(city: City, scenario: Scenario) -> Iterator[Scene]:
    """Give the largest shelters in the townships that people have to leave, when half of theirs have left."""
    displaced = scenario.displaced
    people = np.zeros(len(city.zones))
    np.add.at(people, displaced.zone, displaced.people)
    shelters = city.shelters
    order = sorted(
        (s for s in range(len(shelters.shelter_id)) if people[int(shelters.zone[s])] >= 1.0),
        key=lambda s: (-min(float(shelters.capacity[s]), people[int(shelters.zone[s])]), s),
    )
    for s in order[:SHELTERS]:
        zone = int(shelters.zone[s])
        own = displaced.zone == zone
        first = float(np.min(displaced.from_min[own]))
        yield Scene(
            event=f"shelter:{s}", kind="shelter", sim_min=first, zone=zone, site=-1,
            lon=float(city.roads.node_lon[int(shelters.node[s])]),
            lat=float(city.roads.node_lat[int(shelters.node[s])]),
            count=min(float(shelters.capacity[s]), float(people[zone])), stake=float(people[zone]),
            place=shelters.shelter_id[s], number=s,
        )
