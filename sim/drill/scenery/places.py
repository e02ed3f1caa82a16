"""What is on the map of a drill, with the exercise minutes in which it is there and who may see it beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.city.model import City
from sim.city.travel import edge_minutes, path, shortest_times
from sim.common.types import Floats, Text
from sim.drill.clocks import TimeMap, ex_at
from sim.drill.copies import Copy
from sim.drill.expected import Action
from sim.drill.model import Inject, Place, Unit
from sim.drill.scenery.places_hazard import Spell, hazard_zones
from sim.drill.scenery.rings import DECIMALS, clean
from sim.drill.scenery.scenery_words import scenery_text
from sim.drill.scenery.spells import closure_spells
from sim.hazard.scenario import VEHICLES
from sim.plan.model import Layout, Plan

CONTROLLER, PLAYER = "controller", "player"


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """What the places of a drill are made from."""

    city: City
    plan: Plan
    layout: Layout
    copy: Copy
    """The one that the drill's states are of."""
    injects: Sequence[Inject]
    actions: Sequence[Action]
    units: Sequence[Unit]
    time_map: TimeMap
    endex_min: float


def places(drawn: Map) -> tuple[Place, ...]:
    """Return every place of a drill, layer by layer.

    Beforehand players may see only what stands there anyway: districts, hospitals, shelters, their own bases. Where a
    cordon runs is known only for the isolation distance around a leak; rally points are nowhere in the data and are
    left to the designer. Roads are those that are shut or slow in this copy at some minute of the drill; what falls
    into a time jump as a whole is left out. A route is the fastest way from the base of the unit that is to arrive, on
    the roads at the minute in which its crew was ordered; where no open road led there, there is no route.
    """
    layers = (_districts, _facilities, _bases, _incidents, _hazards, _roads, _routes)
    return tuple(place for layer in layers for place in layer(drawn))


def _standing(drawn: Map, layer: str, place_id: str, name: Text, node: int, **about: str) -> Place:
    roads = drawn.city.roads
    return _point(drawn, layer, place_id, name, float(roads.node_lon[node]), float(roads.node_lat[node]), **about)


def _point(drawn: Map, layer: str, place_id: str, name: Text, lon: float, lat: float, **about: str) -> Place:
    return Place(
        layer=layer, place_id=place_id, name=name, geometry="Point",
        coordinates=((round(lon, DECIMALS), round(lat, DECIMALS)),), from_ex_min=0.0, to_ex_min=drawn.endex_min,
        audience=PLAYER, properties=tuple(about.items()),
    )


def _districts(drawn: Map) -> Iterator[Place]:
    for outline in drawn.city.county_outlines:
        ring = clean(outline.rings[0]) if outline.rings else None
        if ring is not None:
            yield Place(
                layer="district", place_id=outline.code, name=outline.name, geometry="Polygon", coordinates=ring,
                from_ex_min=0.0, to_ex_min=drawn.endex_min, audience=PLAYER, properties=(),
            )


def _facilities(drawn: Map) -> Iterator[Place]:
    hospitals, shelters = drawn.city.hospitals, drawn.city.shelters
    for i, hospital in enumerate(hospitals.hospital_id):
        yield _standing(
            drawn, "hospital", hospital, hospitals.name[i], int(hospitals.node[i]), beds=str(int(hospitals.beds[i])),
        )
    for i, shelter in enumerate(shelters.shelter_id):
        yield _standing(
            drawn, "shelter", shelter, shelters.name[i], int(shelters.node[i]), places=str(int(shelters.capacity[i])),
        )


def _bases(drawn: Map) -> Iterator[Place]:
    for unit in drawn.units:
        if unit.teams and unit.node:
            yield _point(
                drawn, "team_base", unit.unit_id, unit.name, unit.lon, unit.lat, people=str(unit.people),
                teams=" ".join(unit.teams),
            )


def _incidents(drawn: Map) -> Iterator[Place]:
    """Give the place of every inject that has one, from when it is given to ENDEX; reserves have no time."""
    for inject in drawn.injects:
        if inject.kind == "inject" and inject.ex_min is not None and inject.lon is not None and inject.lat is not None:
            yield Place(
                layer="incident", place_id=inject.inject_id, name=inject.title, geometry="Point",
                coordinates=((round(inject.lon, DECIMALS), round(inject.lat, DECIMALS)),),
                from_ex_min=inject.ex_min, to_ex_min=drawn.endex_min, audience=CONTROLLER,
                properties=(("inject_id", inject.inject_id), ("sim_event", inject.sim_event)),
            )


def _during(drawn: Map, from_min: float, to_min: float) -> tuple[float, float] | None:
    """Return a spell of the scenario in exercise minutes; ``None`` if no minute of it is played."""
    start = max(0.0, ex_at(drawn.time_map, from_min))
    end = min(drawn.endex_min, ex_at(drawn.time_map, to_min))
    return (round(start, 1), round(end, 1)) if round(start, 1) < round(end, 1) else None


def _hazards(drawn: Map) -> Iterator[Place]:
    for number, spell in enumerate(hazard_zones(drawn.city, drawn.copy)):
        during = _during(drawn, spell.from_min, spell.to_min)
        if during is not None:
            yield _hazard(spell, f"Z-{number + 1}", during)


def _hazard(spell: Spell, place_id: str, during: tuple[float, float]) -> Place:
    return Place(
        layer=spell.layer, place_id=place_id, geometry="Polygon", coordinates=spell.ring, from_ex_min=during[0],
        to_ex_min=during[1], audience=CONTROLLER, properties=spell.about,
        name=scenery_text(f"place.{spell.key}", place=spell.name, value=spell.value),
    )


def _roads(drawn: Map) -> Iterator[Place]:
    roads, closures = drawn.city.roads, drawn.copy.scenario.closures
    spells = closure_spells(drawn.copy.scenario, drawn.copy.log)
    for row, (start, end) in enumerate(spells.tolist()):
        during = _during(drawn, start, end)
        if during is None:
            continue
        edge = int(closures.edge[row])
        shut = bool((closures.speed_factor[row] == 0.0).all())
        u, v = int(roads.u[edge]), int(roads.v[edge])
        yield Place(
            layer="road_closed", place_id=f"{roads.edge_id[edge]}-{row}", geometry="LineString",
            name=scenery_text(
                "place.road_shut" if shut else "place.road_slow", start=roads.node_name[u], end=roads.node_name[v],
            ),
            coordinates=_line(drawn, [u, v]), from_ex_min=during[0], to_ex_min=during[1], audience=CONTROLLER,
            properties=(("reason", closures.reason[row]), ("edge", roads.edge_id[edge])),
        )


def _routes(drawn: Map) -> Iterator[Place]:
    """Give the way of every unit with a base to each demand where it is expected."""
    scenario, log = drawn.copy.scenario, drawn.copy.log
    units = {unit.unit_id: unit for unit in drawn.units if unit.teams and unit.node}
    for action in drawn.actions:
        d = action.trace.demand
        if action.trace.step != "arrive" or action.unit_id not in units or d < 0:
            continue
        unit = units[action.unit_id]
        during = _during(drawn, float(log.demands.dispatched_min[d]), float(log.demands.arrived_min[d]))
        nodes, minutes = _way(drawn, unit, int(scenario.demands.node[d]), float(log.demands.dispatched_min[d]))
        if during is None or len(nodes) < 2:
            continue
        yield Place(
            layer="route", place_id=f"{unit.unit_id}-{action.action_id}", geometry="LineString",
            name=scenery_text("place.route", unit=unit.name, action=action.inject_id), coordinates=_line(drawn, nodes),
            from_ex_min=during[0], to_ex_min=during[1], audience=CONTROLLER,
            properties=(
                ("unit_id", unit.unit_id), ("inject_id", action.inject_id), ("drive_min", f"{minutes:.1f}"),
                *_law(action),
            ),
        )


def _law(action: Action) -> tuple[tuple[str, str], ...]:
    law = action.benchmark
    named = (("p50_min", law.p50 if law else None), ("p90_min", law.p90 if law else None))
    return tuple((key, f"{value:g}") for key, value in named if value is not None)


def _way(drawn: Map, unit: Unit, to_node: int, minute: float) -> tuple[list[int], float]:
    """Return the nodes of the fastest way at *minute* and its minutes; no nodes if there is none."""
    if not np.isfinite(minute):
        return [], minute
    team = next(team for team in drawn.layout.teams if team.team_id == unit.teams[0])
    vehicle = drawn.plan.crew_types[team.type].vehicle
    factor = _road_factors(drawn, VEHICLES.index(vehicle), minute)
    times, before = shortest_times(drawn.city.roads, edge_minutes(drawn.city.roads, factor))
    base = drawn.city.roads.node_id.index(unit.node)
    scale = drawn.plan.coefficients[f"vehicle_{vehicle}_factor"]
    return path(before, base, to_node), float(times[base, to_node]) / scale


def _road_factors(drawn: Map, vehicle: int, minute: float) -> Floats:
    closures, spells = drawn.copy.scenario.closures, closure_spells(drawn.copy.scenario, drawn.copy.log)
    factor = np.ones(len(drawn.city.roads.edge_id))
    on = (spells[:, 0] <= minute) & (minute < spells[:, 1])
    np.minimum.at(factor, closures.edge[on], closures.speed_factor[on, vehicle])
    return factor


def _line(drawn: Map, nodes: Sequence[int]) -> tuple[tuple[float, float], ...]:
    lon, lat = drawn.city.roads.node_lon, drawn.city.roads.node_lat
    return tuple((round(float(lon[node]), DECIMALS), round(float(lat[node]), DECIMALS)) for node in nodes)
