"""Where and when an earthquake happens, and the aftershocks that follow it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.hazard.aftershocks import expected_count, sample_times_d
from sim.hazard.geometry import apart_km, moved
from sim.hazard.intensity import attenuation, on_axis
from sim.hazard.magnitude import rupture_length_km, sample_magnitude
from sim.hazard.spec import EarthquakeSpec
from sim.hazard.streams import stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """One earthquake: when, where, how large, which way its ellipse lies."""

    minute: float
    magnitude: float
    lon: float
    lat: float
    strike_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Month, hour and weekend."""

    month: int
    hour: float
    weekend: bool


def draw_moment(spec: EarthquakeSpec, seed: int, replication: int) -> Moment:
    """Return the moment, drawn where the spec leaves it open."""
    u = stream(seed, replication, "moment").random(3)
    return Moment(
        month=spec.month if spec.month is not None else 1 + int(12 * u[0]),
        hour=spec.hour if spec.hour is not None else float(24 * u[1]),
        weekend=spec.weekend if spec.weekend is not None else bool(u[2] < spec.coefficients["weekend_share"]),
    )


def draw_mainshock(spec: EarthquakeSpec, city: City, seed: int, replication: int) -> Shock:
    """Return the mainshock, drawn where the spec leaves it open."""
    c = spec.coefficients
    rng = stream(seed, replication, "source")
    u = rng.random(6)
    jitter = rng.standard_normal()
    magnitude = spec.magnitude
    if magnitude is None:
        magnitude = float(sample_magnitude(u[0], c["gr_b"], spec.magnitude_min, spec.magnitude_max))
    if spec.lon is not None and spec.lat is not None:
        lon, lat = spec.lon, spec.lat
    elif spec.fault is not None or (
        city.faults and (magnitude >= c["piedmont_only_m"] or u[1] >= c["background_share"])
    ):
        lon, lat = _on_fault(_fault(spec, city, magnitude, float(u[2]), c), city, float(u[3]))
    else:
        lon = float(city.zones.lon.min() + u[4] * np.ptp(city.zones.lon))
        lat = float(city.zones.lat.min() + u[5] * np.ptp(city.zones.lat))
    strike = spec.strike_deg if spec.strike_deg is not None else c["strike_deg"] + c["strike_jitter_deg"] * jitter
    return Shock(minute=0.0, magnitude=magnitude, lon=lon, lat=lat, strike_deg=float(strike))


def _fault(spec: EarthquakeSpec, city: City, magnitude: float, u: float, c: Coefficients) -> int:
    """Choose the fault: the given one, else the largest, else (by chance, below its maximum) the second largest."""
    if spec.fault is not None:
        return spec.fault
    order = sorted(range(len(city.faults)), key=lambda i: -city.faults[i].max_magnitude)
    if magnitude >= c["piedmont_only_m"] or u < c["piedmont_share"] or len(order) == 1:
        return order[0]
    buried = [i for i in order[1:] if "buried" in city.faults[i].kind and city.faults[i].max_magnitude >= magnitude]
    return buried[0] if buried else order[0]


def _on_fault(fault: int, city: City, u: float) -> tuple[float, float]:
    """Return a point at share *u* of the fault's trace."""
    trace = np.array(city.faults[fault].trace)
    step = np.array([float(apart_km(a[0], a[1], b[0], b[1])) for a, b in pairwise(trace.tolist())])
    along = np.concatenate([[0.0], np.cumsum(step)])
    at = u * along[-1]
    return float(np.interp(at, along, trace[:, 0])), float(np.interp(at, along, trace[:, 1]))


def draw_aftershocks(spec: EarthquakeSpec, main: Shock, city: City, seed: int, replication: int) -> list[Shock]:
    """Return the aftershocks within the horizon that may be felt in the city, in the order of time.

    Larger than the mainshock less a margin would be another scenario; those that cannot reach the felt intensity
    anywhere, even with two standard deviations more, are left out.
    """
    c = spec.coefficients
    rng = stream(seed, replication, "aftershocks")
    top = main.magnitude - c["after_below_main"]
    if not spec.aftershocks or top <= c["after_min_m"]:
        return []
    days = spec.horizon_min / 1440.0
    count = int(rng.poisson(expected_count(main.magnitude - c["after_min_m"], 0.0, days, c)))
    u = rng.random((2, count))
    spot = rng.standard_normal((2, count)) * c["after_sigma_rld"] * rupture_length_km(main.magnitude)
    minutes = sample_times_d(u[0], 0.0, days, c) * 1440.0
    sizes = sample_magnitude(u[1], c["rj_b"], c["after_min_m"], top)
    shocks = []
    margin = 2.0 * float(np.hypot(c["sigma_event"], c["sigma_zone"]))
    law = attenuation(spec.attenuation)
    for minute, size, east, north in sorted(zip(minutes.tolist(), sizes.tolist(), *spot.tolist(), strict=True)):
        lon, lat = moved(main.lon, main.lat, east, north)
        nearest = float(apart_km(lon, lat, city.zones.lon, city.zones.lat).min())
        if minute > 1.0 and float(on_axis(size, nearest, major=True, law=law)) + margin >= c["after_felt"]:
            shocks.append(Shock(minute=minute, magnitude=size, lon=lon, lat=lat, strike_deg=main.strike_deg))
    return shocks
