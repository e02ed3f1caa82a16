"""The reference city and its chemical accidents, and a tiny city with one plant, for the tests of releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import quakes
import tiny_world as tw

from sim.city.model import City
from sim.common.types import Text
from sim.hazard.cascade import cascade_of
from sim.hazard.chemical.accident import Accidents, accidents
from sim.hazard.chemical.scenario import draw_chemical, draw_moment, draw_weather
from sim.hazard.chemical.spec import ChemicalSpec, read_chemical
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.rows import DemandRows
from sim.hazard.scenario import Event, Scenario

FOLDER = quakes.REFERENCE / "chemicals"
SHIPPED = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
EAST, NORTH = 1.0 / 86.41, 1.0 / 111.195
"""Degrees to a kilometre at 39 degrees north."""


@cache
def spec(name: str) -> ChemicalSpec:
    return read_chemical(FOLDER / f"{name}.yaml", quakes.city())


@cache
def drawn(name: str, replication: int = 0, seed: int = 1) -> Scenario:
    return draw_chemical(spec(name), quakes.city(), seed, replication)


def made(overrides: Mapping[str, float] | None = None, **given: Any) -> ChemicalSpec:
    """An accident of which only *given* is known beside a still summer morning with a steady wind of 3 m/s."""
    c = chemical_coefficients()
    fields: dict[str, Any] = {
        "vessels": (0,), "size": None, "hole_mm": None, "valve": None, "fire": False, "ignites": None, "wind_ms": 3.0,
        "from_deg": 270.0, "stability": "D", "turns": False, "month": 7, "hour": 10.0, "weekend": False,
        "cascade": cascade_of(True), "horizon_min": 1440.0,
    }
    return ChemicalSpec(
        hazard_id="test", name=Text("泄漏", "release"), note=Text("", ""),
        coefficients=c.with_overrides(dict(overrides), "test") if overrides else c, **(fields | given),
    )


def vessel(number: int, **changes: Any) -> dict[str, Any]:
    """A lying tank of 10 t of chlorine without a valve, at the city's first zone's latitude."""
    fields: dict[str, Any] = {
        "vessel_id": f"V{number}", "name": tw.text(f"tank {number}"), "site": 0, "substance": "chlorine",
        "mass_kg": 10_000.0, "storage": "pressure", "temp_c": 20.0, "pressure_bar": 6.8, "diameter_m": 1.6,
        "height_m": 1.6, "volume_m3": 9.0, "bund_m2": 20.0, "shape": "bullet", "anchored": True,
        "shutoff_valve": False, "curtain": False, "fill_pipe_mm": 50.0, "store_above_ground_m": 0.0, "lon": 106.0,
        "lat": 39.0,
    }
    return fields | changes


def city(
    vessels: Sequence[Mapping[str, Any]] = (), zones: Sequence[tuple[float, float]] = ((2.0, 0.0),),
    people: int = 3000, workers: int = 50, outdoors: float = 0.2, sites: Sequence[tuple[float, float]] = ((0.0, 0.0),),
    **world: Any,
) -> City:
    """A tiny city: *zones* and *sites* are kilometres east and north of the place where the tanks stand.

    The road runs through the nodes from the plant's on; each zone has the next node.
    """
    n = len(zones)
    made_ = tw.city(
        nodes=n + 1, zone_nodes=range(1, n + 1), people=people, area_km2=4.0,
        **({"edges": [(i, i + 1, 10.0) for i in range(n)]} | world),
    )
    lon, lat = (tw.floats([start + degree * z[axis] for z in zones]) for axis, (start, degree) in
                enumerate(((106.0, EAST), (39.0, NORTH))))
    r = made_.roads
    roads = replace(
        r, node_lon=tw.floats([106.0, *lon.tolist(), *r.node_lon[n + 1 :].tolist()]),
        node_lat=tw.floats([39.0, *lat.tolist(), *r.node_lat[n + 1 :].tolist()]),
    )
    made_ = replace(made_, zones=replace(made_.zones, lon=lon, lat=lat), roads=roads)
    return tw.with_plants(
        made_, vessels or [vessel(0)], workers=workers, outdoors=outdoors,
        sites=[(106.0 + EAST * east, 39.0 + NORTH * north) for east, north in sites],
    )


def accidents_of(chemical: ChemicalSpec, city_: City, replication: int = 0, seed: int = 1) -> Accidents:
    """The accidents of one replication of *chemical* before anything has happened."""
    moment, c = draw_moment(chemical, seed, replication), chemical.coefficients
    weather = draw_weather(
        city_, moment, chemical.horizon_min, c, seed, replication, wind_ms=chemical.wind_ms,
        from_deg=chemical.from_deg, stability=chemical.stability, turns=chemical.turns,
    )
    events: list[Event] = []
    return accidents(
        city_, c, chemical.cascade, weather, moment, city_.month_temp_c[moment.month - 1], chemical.horizon_min,
        DemandRows(), events, 0, seed, replication,
    )
