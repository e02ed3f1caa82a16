"""When a flood happens, and what is drawn of its storm, wave or jam where the file leaves it open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from sim.city.model import City
from sim.city.water_model import Water
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.flood.cell import Storm, cell_for_area
from sim.hazard.flood.ice import ICE_MONTHS, Jam
from sim.hazard.flood.pearson import quantile, return_period_y, shorter_depth_mm
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.geometry import moved
from sim.hazard.source import Moment
from sim.hazard.streams import stream

HOURS = ((0, 8), (8, 16), (16, 20), (20, 24))
MONTHS = {"flash": (5, 6, 7, 8, 9), "river": (7, 8, 9, 10), "ice": ICE_MONTHS}


def draw_moment(spec: FloodSpec, seed: int, replication: int) -> Moment:
    """Return month, hour and weekend of T0, drawn where the spec leaves them open."""
    c, kind = spec.coefficients, spec.kind
    u = stream(seed, replication, "flood moment").random(4)
    months = MONTHS[kind]
    month = months[_pick([c[f"{kind}_month_{m}"] for m in months], u[0])]
    hour = 24.0 * float(u[1])
    if kind == "flash":
        spans = [c[f"flash_hours_{a:02d}_{b:02d}"] for a, b in HOURS]
        a, b = HOURS[_pick(spans, u[1])]
        hour = a + (b - a) * float(u[3])
    if kind == "ice":
        hour = c["ice_first_hour"] + (c["ice_last_hour"] - c["ice_first_hour"]) * float(u[1])
    return Moment(
        month=spec.month if spec.month is not None else month, hour=spec.hour if spec.hour is not None else hour,
        weekend=spec.weekend if spec.weekend is not None else bool(u[2] < c["weekend_share_flood"]),
    )


def _pick(weights: list[float], u: float) -> int:
    total = np.cumsum(weights)
    return int(np.searchsorted(total, u * total[-1], side="right"))


def _rarity(low_y: float, high_y: float, u: float) -> float:
    """Return a return period between two, each year's exceedance alike: uniform in 1/T."""
    return 1.0 / (1.0 / low_y + u * (1.0 / high_y - 1.0 / low_y))


def draw_storm(spec: FloodSpec, city: City, water: Water, seed: int, replication: int) -> Storm:
    """Return the storm, drawn where the spec leaves it open.

    A return period holds for the point rain at the centre. With a gully as centre and nothing said of the cell, the
    cell stands still over the catchment and is as large as the area reduction asks: the gully's design storm.
    """
    c = spec.coefficients
    rng = stream(seed, replication, "flood storm")
    u, normal = rng.random(8), rng.standard_normal(3)
    hours = spec.duration_h if spec.duration_h is not None else c["storm_hours"]
    total, rare = _size(spec, hours, float(u[0]))
    gully = spec.gully
    design = gully is not None and spec.return_period_y is not None
    area = c["cell_km2"] * exp(c["cell_sigma"] * normal[0])
    speed = c["cell_speed_low_kmh"] + u[1] * (c["cell_speed_high_kmh"] - c["cell_speed_low_kmh"])
    if gully is not None and design:
        area = cell_for_area(float(water.gullies.catchment_km2[gully]), c["area_reduction"], c["cell_axis_ratio"])
        speed = 0.0
    area = spec.area_km2 if spec.area_km2 is not None else area
    lon, lat = _centre(spec, city, water, area, u[2:5], normal[1:])
    return Storm(
        total_mm=total, return_period_y=rare, duration_min=60.0 * hours, lon=lon, lat=lat,
        towards_deg=spec.towards_deg if spec.towards_deg is not None else 360.0 * float(u[5]),
        speed_kmh=spec.speed_kmh if spec.speed_kmh is not None else float(speed), cell_km2=area,
    )


def _size(spec: FloodSpec, hours: float, u: float) -> tuple[float, float]:
    """Return the total at the centre and its return period."""
    c = spec.coefficients
    mean, cv = c["pearson_mean_mm"], c["pearson_cv"]
    if spec.total_mm is not None:
        shorter = float(shorter_depth_mm(1.0, hours, c))
        return spec.total_mm, float(return_period_y(mean, cv, spec.total_mm / shorter))
    rare = spec.return_period_y
    if rare is None:
        rare = _rarity(c["storm_min_return_y"], c["storm_max_return_y"], u)
    return float(shorter_depth_mm(quantile(mean, cv, rare), hours, c)), rare


def _centre(
    spec: FloodSpec, city: City, water: Water, area_km2: float, u: Floats, normal: Floats
) -> tuple[float, float]:
    """Return where the cell stands at the peak: given, over a gully, or drawn by area."""
    c, g, z = spec.coefficients, water.gullies, city.zones
    if spec.lon is not None and spec.lat is not None:
        return spec.lon, spec.lat
    if spec.gully is not None:
        return float(g.centroid_lon[spec.gully]), float(g.centroid_lat[spec.gully])
    if u[0] < c["plain_storm_share"]:
        i = _pick(z.area_km2.tolist(), u[1])
        lon, lat = float(z.lon[i]), float(z.lat[i])
    else:
        i = _pick(g.catchment_km2.tolist(), u[1])
        lon, lat = float(g.centroid_lon[i]), float(g.centroid_lat[i])
    scatter = (area_km2 / np.pi) ** 0.5 / 2.0
    return moved(lon, lat, scatter * float(normal[0]), scatter * float(normal[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """The flood of a river at its first station."""

    peak_m3s: float
    return_period_y: float


def draw_wave(spec: FloodSpec, seed: int, replication: int) -> Wave:
    """Return the wave, drawn where the spec leaves it open."""
    c = spec.coefficients
    u = float(stream(seed, replication, "flood wave").random())
    mean, cv = c["river_mean_m3s"], c["river_cv"]
    if spec.peak_m3s is not None:
        return Wave(peak_m3s=spec.peak_m3s, return_period_y=float(return_period_y(mean, cv, spec.peak_m3s)))
    rare = spec.return_period_y
    if rare is None:
        rare = _rarity(c["river_min_return_y"], c["river_max_return_y"], u)
    return Wave(peak_m3s=float(quantile(mean, cv, rare)), return_period_y=rare)


def draw_jam(spec: FloodSpec, water: Water, seed: int, replication: int) -> Jam:
    """Return the jam, drawn where the spec leaves it open."""
    rng = stream(seed, replication, "flood jam")
    any_jam = jam_of(water, rng.random(4), float(rng.standard_normal()), spec.coefficients)
    return replace(
        any_jam, station=spec.station if spec.station is not None else any_jam.station,
        surcharge_m=spec.surcharge_m if spec.surcharge_m is not None else any_jam.surcharge_m,
    )


def jam_of(water: Water, u: Floats, normal: float, c: Coefficients) -> Jam:
    """Return the jam to which the uniform numbers *u* (at least three) and a *normal* one lead."""
    return Jam(
        station=_pick(water.stations.jam_weight.tolist(), float(u[0])),
        surcharge_m=c["ice_surcharge_m"] * exp(c["ice_surcharge_sigma"] * normal),
        rise_h=_uniform(c["ice_rise_low_h"], c["ice_rise_high_h"], u[1]),
        last_h=24.0 * _uniform(c["ice_last_low_d"], c["ice_last_high_d"], u[2]),
    )


def _uniform(low: float, high: float, u: float) -> float:
    return low + (high - low) * float(u)
