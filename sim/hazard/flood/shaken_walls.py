"""Which embankments a shaking tears open: basins as far as they are full, river dykes where water stands at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.city.facilities import nearest_zones
from sim.city.model import City
from sim.city.water_model import Stations, Water
from sim.common.coefficients import Coefficients
from sim.common.types import Floats, Ints
from sim.hazard.flood.ground import FLASH_STEP_MIN
from sim.hazard.flood.ice import ICE_MONTHS, Jam, covered_stage_m, jam_stage_m
from sim.hazard.flood.pearson import quantile
from sim.hazard.flood.river import stage_m, wave_m3s
from sim.hazard.flood.storm import jam_of
from sim.hazard.streams import stream

INTENSITIES = (7, 8, 9, 10)
DAYS_PER_MONTH = 365.25 / 12.0


class Shock(Protocol):
    """One shock as embankments feel it."""

    @property
    def event(self) -> int:
        """Index of its event."""

    @property
    def minute(self) -> float:
        """Since T0."""

    @property
    def intensity(self) -> Floats:
        """By zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """The river on the day of the shock: at its mean flow, in a flood, under ice or behind a jam."""

    peak_m3s: float
    """Of the flood that is passing; 0 if there is none."""
    jam: Jam | None
    """The jam that stands; ``None`` if there is none."""
    age_min: float
    """Since the flood or the jam began, at the time of the shock."""
    iced: bool

    def stage_m(self, minutes: Floats, stations: Stations, c: Coefficients) -> Floats:
        """Return the stage (T, stations) so many minutes after the shock, each station at the same flow."""
        if self.iced:
            open_m = stage_m(np.full(len(stations), c["ice_flow_m3s"]), stations)
            base = covered_stage_m(open_m, stations.bed_m, c["ice_thickness_m"])
            if self.jam is None:
                return np.tile(base, (len(minutes), 1))
            return jam_stage_m(
                minutes + self.age_min, self.jam, stations, base, stage_m(stations.bankfull_m3s, stations), c
            )
        flow = np.tile(stations.mean_m3s, (len(minutes), 1))
        if self.peak_m3s:
            wave = wave_m3s(minutes + self.age_min, 0.0, self.peak_m3s, c["river_rise_h"], c["river_shape"])
            flow = np.maximum(flow, wave[:, None])
        return stage_m(flow, stations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Torn:
    """What one shock tears open, by index in the city's tables, and how many minutes after it."""

    shock: Shock
    basin: Ints
    basin_m3: Floats
    """Water in each of these basins."""
    basin_after_min: Floats
    """Whole steps of the basins' water."""
    dyke: Ints
    dyke_after_min: Floats
    river: River


def breach_probability(intensity: Floats, c: Coefficients) -> Floats:
    """Return the chance that an embankment with the water at its top breaches; 0 below VII, straight lines between."""
    known = [c[f"quake_breach_{k}"] for k in INTENSITIES]
    return np.asarray(np.where(intensity >= INTENSITIES[0], np.interp(intensity, INTENSITIES, known), 0.0))


def draw_river(water: Water, month: int, c: Coefficients, rng: np.random.Generator) -> River:
    """Draw how the river stands on a day of *month*.

    The flood of the year passes on this day with the share of it that falls in the month, times how much of a month it
    lasts; its peak follows the law of annual maxima. Jams in the same way, with their number a year.
    """
    u, normal = rng.random(6), float(rng.standard_normal())
    none = River(peak_m3s=0.0, jam=None, age_min=0.0, iced=month in ICE_MONTHS)
    if not len(water.stations):
        return none
    if none.iced:
        jam = jam_of(water, u[2:5], normal, c)
        days = 0.5 * (c["ice_last_low_d"] + c["ice_last_high_d"])
        here = u[0] < c["quake_jams_per_year"] * c[f"ice_month_{month}"] * days / DAYS_PER_MONTH
        return River(peak_m3s=0.0, jam=jam, age_min=60.0 * float(u[1]) * jam.last_h, iced=True) if here else none
    days = c["quake_wave_days"]
    if u[0] >= c.get(f"river_month_{month}", 0.0) * days / DAYS_PER_MONTH:
        return none
    peak = float(quantile(c["river_mean_m3s"], c["river_cv"], 1.0 / (1.0 - u[2])))
    return River(peak_m3s=peak, jam=None, age_min=1440.0 * days * float(u[1]), iced=False)


def wetted_share(river: River, water: Water, c: Coefficients) -> Floats:
    """Return how far up each dyke the river stands at the time of the shock, 0 (at the ground behind) to 1."""
    d = water.dykes
    if not len(d):
        return np.zeros(0)
    over = river.stage_m(np.zeros(1), water.stations, c)[0, d.station] - d.ground_m
    return np.asarray(np.clip(over / (d.crest_m - d.ground_m), 0.0, 1.0))


def torn_walls(
    shocks: Sequence[Shock], city: City, water: Water, month: int, horizon_min: float, c: Coefficients, seed: int,
    replication: int,
) -> list[Torn]:
    """Return what each of *shocks* tears open before the horizon, in their order; others are left out.

    Each embankment has one number for all shocks, so that a weaker shock never tears more, and breaches at most once.
    The chance is that of the intensity times the share of it that is full.
    """
    b, d = water.basins, water.dykes
    n = len(b)
    zone = np.concatenate([nearest_zones(water.bodies.lon[b.body], water.bodies.lat[b.body], city.zones), d.zone])
    shaken = np.array([shock.intensity[zone] for shock in shocks]).reshape(-1, len(zone))
    if not (shaken >= INTENSITIES[0]).any():
        return []
    river = draw_river(water, month, c, stream(seed, replication, "quake flood river"))
    full = c[f"quake_fill_{month}"]
    share = np.concatenate([np.full(n, full), wetted_share(river, water, c)])
    u = stream(seed, replication, "quake flood walls").random((2, len(zone)))
    after = c["quake_breach_low_min"] + u[1] * (c["quake_breach_high_min"] - c["quake_breach_low_min"])
    after[:n] = np.ceil(after[:n] / FLASH_STEP_MIN) * FLASH_STEP_MIN
    minute = np.array([shock.minute for shock in shocks])
    breaks = (u[0] < breach_probability(shaken, c) * share) & (minute[:, None] + after < horizon_min)
    first = np.where(breaks.any(axis=0), breaks.argmax(axis=0), -1)
    found = []
    for s in np.unique(first[first >= 0]).tolist():
        basin, dyke = np.flatnonzero(first[:n] == s), np.flatnonzero(first[n:] == s)
        found.append(Torn(
            shock=shocks[s], basin=basin, basin_m3=full * b.storage_m3[basin], basin_after_min=after[basin],
            dyke=dyke, dyke_after_min=after[n + dyke], river=river,
        ))
    return found
