"""Accidents of the open literature, put through the models with nobody to help: see docs/background/sense.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import tiny_world as tw

from sim.city.model import ChemicalSites, City, DaySlot, Vessels
from sim.city.substances import substances
from sim.common.coefficients import package_table, read_coefficients
from sim.common.types import NEVER, Floats
from sim.hazard.cascade import NONE
from sim.hazard.chemical.accident import ALONE, Accidents, Weather, accidents
from sim.hazard.chemical.escalation import failure_min
from sim.hazard.chemical.exposure import worst_loads
from sim.hazard.chemical.heat import fireball_diameter_m, fireball_s
from sim.hazard.chemical.leak import break_open
from sim.hazard.chemical.source import Hole
from sim.hazard.chemical.tables import chemical_coefficients
from sim.hazard.chemical.toxic import death_share, toxicity
from sim.hazard.chemical.victims import fireball_harm
from sim.hazard.chemical.weather import Air
from sim.hazard.geometry import offset_km
from sim.hazard.release import Release
from sim.hazard.rows import DemandRows
from sim.hazard.source import Moment
from sim.response.cloud import DEAD, GONE, GRAVE, HURT, Cloud
from sim.response.cloud import Air as Houses

C = chemical_coefficients()
NOBODY = np.zeros(1)
AROUND_KM = 12.0
"""Radius within which people live evenly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known or assumed of one accident; the pages say which is which."""

    substance: str
    mass_kg: float
    temp_c: float
    hole: Hole
    wind_ms: float
    stability: str
    people_per_km2: float
    outdoors_share: float
    diameter_m: float = 2.6
    hours: float = 6.0
    closed_min: float = NEVER
    """Minutes until somebody stops it."""
    workers: int = 0
    """At the plant, on one ground around the vessel."""
    warm: bool = False
    """Windows stand open as in summer."""
    flee: bool = False
    """Residents who act of their own accord leave instead of shutting the windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toll:
    """What the models make of it."""

    rate_kg_s: float
    """Out of the vessel, mean until it was closed or empty; 0 if all of it came at once."""
    dead: int
    """Of the dose, whatever medicine does."""
    hurt: int
    """Severity 2 and 3, alive so far."""
    dead_workers: int
    red_km2: float
    orange_km2: float
    half_die_m: float
    """How far from the vessel the dose out of doors kills half, and one in a hundred."""
    one_dies_m: float


FESTUS_2002 = Past(
    substance="chlorine", mass_kg=81_600, temp_c=25, hole=Hole(kind="hole", mm=25.4), wind_ms=3, stability="C",
    people_per_km2=0, outdoors_share=0.12, closed_min=180, warm=True,
)
POTCHEFSTROOM_1973 = Past(
    substance="ammonia", mass_kg=38_000, temp_c=15, hole=Hole(kind="at_once"), wind_ms=2, stability="D",
    people_per_km2=300, outdoors_share=0.12, diameter_m=2.9, workers=350,
)
HUAIAN_2005 = Past(
    substance="chlorine", mass_kg=20_000, temp_c=12, hole=Hole(kind="hole", mm=50), wind_ms=7, stability="D",
    people_per_km2=650, outdoors_share=0.12, diameter_m=2.2, closed_min=120,
)
GRANITEVILLE_2005 = Past(
    substance="chlorine", mass_kg=54_900, temp_c=10, hole=Hole(kind="one_hour"), wind_ms=2, stability="F",
    people_per_km2=664, outdoors_share=0.01,
)
CASES: dict[str, tuple[Past, ...]] = {
    "Festus 2002": (FESTUS_2002,),
    "Potchefstroom 1973": (
        POTCHEFSTROOM_1973, replace(POTCHEFSTROOM_1973, stability="B"), replace(POTCHEFSTROOM_1973, wind_ms=1.5),
    ),
    "Huai'an 2005": (
        HUAIAN_2005, replace(HUAIAN_2005, wind_ms=5), replace(HUAIAN_2005, wind_ms=10),
        replace(HUAIAN_2005, hole=Hole(kind="one_hour")),
    ),
    "Graniteville 2005": (
        GRANITEVILLE_2005, replace(GRANITEVILLE_2005, wind_ms=3, stability="D"),
        replace(GRANITEVILLE_2005, hole=Hole(kind="ten_minutes")), replace(GRANITEVILLE_2005, flee=True),
    ),
}
"""The best guess of what is not known first, then other guesses."""


def _city(past: Past) -> City:
    """Return one township with one vessel in the middle of it."""
    one, yes, no = np.ones(1), np.ones(1, dtype=bool), np.zeros(1, dtype=bool)
    city = tw.city(nodes=2, edges=((0, 1, 30.0),), zone_nodes=(1,))
    sites = ChemicalSites(
        site_id=("P",), name=(tw.text("plant"),), node=tw.ints([0]), zone=tw.ints([0]), lon=tw.floats([106.0]),
        lat=tw.floats([39.0]), main_chemical=(past.substance,), main_quantity_t=one, chemicals=(past.substance,),
        major_hazard=yes, workers=tw.ints([past.workers]),
    )
    vessels = Vessels(
        vessel_id=("V",), name=(tw.text("tank"),), site=tw.ints([0]), substance=(past.substance,),
        mass_kg=past.mass_kg * one, storage=("pressure",), temp_c=past.temp_c * one, pressure_bar=one,
        diameter_m=past.diameter_m * one, height_m=past.diameter_m * one, volume_m3=100.0 * one, bund_m2=0.0 * one,
        shape=("bullet",), anchored=yes, shutoff_valve=no, curtain=no, fill_pipe_mm=0.0 * one,
        store_above_ground_m=0.0 * one, lon=tw.floats([106.0]), lat=tw.floats([39.0]),
    )
    day = DaySlot(slot="all", weekend=False, from_hour=0, to_hour=24, home=1.0, work=0.0, school=0.0, road_outdoor=0.0)
    return replace(city, chemical_sites=sites, vessels=vessels, day_slots=(day,))


def opened(past: Past, replication: int = 0) -> Accidents:
    """Return the accident, drawn: what comes out, where it goes, who is in the way."""
    air = Air(wind_ms=past.wind_ms, stability=past.stability, temp_c=past.temp_c)
    moment = Moment(month=1, hour=2.0, weekend=False)
    weather = Weather(air=air, from_deg=np.zeros(int(past.hours)))
    a = accidents(
        _city(past), C, NONE, weather, moment, past.temp_c, 60.0 * past.hours, DemandRows(), [], 0, 1, replication
    )
    people = past.people_per_km2 * np.pi * AROUND_KM**2
    a.crowd = replace(
        a.crowd, zone=tw.ints([0, 0]), east_km=tw.floats([0.0, 0.0]), north_km=tw.floats([0.0, 0.0]),
        radius_km=tw.floats([AROUND_KM, C["plant_radius_m"] / 1e3]), people=tw.floats([people, past.workers]),
        outdoors_share=past.outdoors_share, at_work=np.array([False, True]), plant_workers=tw.floats([past.workers]),
    )
    leak = break_open(a, 0, 0.0, past.hole, NEVER, ALONE)
    assert leak is not None
    return a


def metres(release: Release) -> Floats:
    """Return how far each cell is from the vessel."""
    return 1e3 * np.hypot(*offset_km(release.lon, release.lat, release.cells.lon, release.cells.lat))


def untended(past: Past, replication: int = 0) -> Toll:
    """Return what becomes of everybody if no help comes: people act of their own accord only."""
    release = opened(past, replication).releases[0]
    cloud = played(release, warm=past.warm, closed_min=past.closed_min, flee=past.flee)
    levels = cloud.reached().level
    flow = (release.air_kg + release.pool_kg) * np.clip(
        (past.closed_min - release.edges_min[:-1]) / np.diff(release.edges_min), 0.0, 1.0
    )
    minutes = np.diff(release.edges_min)[flow > 0.0].sum()
    area = np.pi * release.cells.radius_m**2 / 1e6
    half, one = (_farthest(release, cloud, share, past.substance) for share in (0.5, 0.01))
    work = release.exposed.at_work
    return Toll(
        rate_kg_s=0.0 if release.puff_kg else float(flow.sum() / minutes) / 60.0,
        dead=int((cloud.harm == DEAD).sum()), hurt=int(((cloud.harm == HURT) | (cloud.harm == GRAVE)).sum()),
        dead_workers=int(((cloud.harm == DEAD) & work).sum()), red_km2=float(area[levels == 3].sum()),
        orange_km2=float(area[levels == 2].sum()), half_die_m=half, one_dies_m=one,
    )


def played(release: Release, *, warm: bool, closed_min: float = NEVER, flee: bool = False) -> Cloud:
    """Step a cloud through its time, as the response does, with nobody at work on it and nobody warned."""
    c = read_coefficients(package_table("plan", "response.csv"))
    houses = Houses(
        open_per_h=c["air_summer_per_h" if warm else "air_winter_per_h"], shut_per_h=c["air_shut_per_h"],
        airing_per_h=c["air_airing_per_h"], airs_alone_min=c["air_airs_alone_min"],
    )
    edges, e = release.edges_min, release.exposed
    cloud = Cloud(release, houses, np.zeros(len(e), dtype=np.int64))
    for k in range(len(release.slot)):
        open_share = float(np.clip((closed_min - edges[k]) / (edges[k + 1] - edges[k]), 0.0, 1.0))
        cloud.emit(k, open_share, 0.0, 0.0)
        cloud.act(k, NOBODY, NOBODY)
        if flee:
            cloud.place[edges[k] - release.cells.delay_min[e.cell] >= e.acts_after_min] = GONE
        cloud.expose(k, aired_out=False)
    return cloud


def _farthest(release: Release, cloud: Cloud, share: float, substance: str) -> float:
    """Return the greatest distance at which the load of the open air kills *share*."""
    tox = toxicity(substance)
    assert tox is not None
    loads = worst_loads(cloud.rate_kg_min, release.edges_min, release.slot, release.cells, tox.n)
    return float(metres(release)[death_share(loads, tox) >= share].max(initial=0.0))


# ---- the burst at Feyzin -------------------------------------------------------------------

FEYZIN_M3, FEYZIN_FILLED = 1200.0, 0.6
LPG = substances()["LPG"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ball:
    """A ball of fire by the models."""

    mass_t: float
    across_m: float
    seconds: float
    fails_from_min: float
    """Minutes from the beginning of the fire until the sphere fails: in the fiercest and in the weakest flames."""
    fails_to_min: float
    half_die_m: float
    half_burnt_m: float
    """How far out of doors half die, and half are burnt so that they need a hospital."""


def feyzin_1966() -> Ball:
    """Return what the models make of the propane sphere at Feyzin."""
    mass = FEYZIN_M3 * FEYZIN_FILLED * LPG.liquid_kg_m3 * C["bleve_held_share"]
    harm = fireball_harm(mass, LPG.combustion_mj_kg, C)
    x = np.linspace(1.0, harm.reach_m, 4000)
    times = [
        C[f"fire_builds_{slow}_min"] + float(failure_min(C[f"engulfed_{flames}_kw_m2"], FEYZIN_M3, True, C))
        for slow, flames in (("low", "high"), ("high", "low"))
    ]
    return Ball(
        mass_t=mass / 1e3, across_m=fireball_diameter_m(mass), seconds=fireball_s(mass), fails_from_min=times[0],
        fails_to_min=times[1], half_die_m=float(x[harm.dies_out(x) >= 0.5].max()),
        half_burnt_m=float(x[harm.hurt_out(x) >= 0.5].max()),
    )


def all_tolls(replications: int = 3) -> Iterator[tuple[str, Past, list[Toll]]]:
    """Give every case and its tolls."""
    for name, cases in CASES.items():
        for past in cases:
            yield name, past, [untended(past, r) for r in range(replications)]
