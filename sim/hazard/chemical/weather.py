"""The air of the day: wind, stability, and how the wind turns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import gamma

import numpy as np

from sim.city.model import City, WindRose
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations
from sim.hazard.tables import rows

STABILITIES = ("A", "B", "C", "D", "E", "F")
"""Pasquill's classes, from very unstable to stable."""
LIGHTS = ("strong", "moderate", "slight", "night")
"""Insolation by day, or night."""
COLD_MONTHS = (11, 12, 1, 2)
"""The months of inversions."""
CELSIUS_K = 273.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The air that a cloud moves in."""

    wind_ms: float
    """At 10 m, as recorded; :attr:`speed_ms` is what the formulas use."""
    stability: str
    temp_c: float
    urban: bool = False

    def __post_init__(self) -> None:
        if self.stability not in STABILITIES:
            msg = f"stability {self.stability!r} is none of {', '.join(STABILITIES)}"
            raise ValueError(msg)

    @property
    def speed_ms(self) -> float:
        """The wind that the formulas use: at least 1 m/s, for below that they do not hold."""
        return max(self.wind_ms, chemical_relations()["wind_floor_ms"])

    @property
    def temp_k(self) -> float:
        """Temperature in K."""
        return self.temp_c + CELSIUS_K

    @property
    def density_kg_m3(self) -> float:
        """Density of dry air at the standard pressure."""
        return vapour_kg_m3(chemical_relations()["cloud_air_g_mol"], self.temp_k)


def vapour_kg_m3(molar_mass_g: float, temp_k: float) -> float:
    """Return the density of an ideal gas at the standard pressure."""
    k = chemical_relations()
    return k["cloud_pressure_pa"] * molar_mass_g / 1e3 / (k["cloud_gas_constant"] * temp_k)


def wind_at(air: Air, height_m: Floats | float) -> Floats:
    """Return the wind (m/s) at a height, ``u10 (z/10)^p`` with p by class and ground (US EPA), shape of *height_m*."""
    k = chemical_relations()
    ground = "urban" if air.urban else "rural"
    power = k[f"wind_power_{ground}_{air.stability}"]
    return np.asarray(air.speed_ms * (np.asarray(height_m, dtype=float) / k["wind_height_m"]) ** power)


@cache
def pasquill_table() -> tuple[tuple[float, dict[str, str]], ...]:
    """Return the lines of Pasquill's table: the wind up to which one holds, and its classes by light."""
    columns = ("strong", "moderate", "slight", "night_cloud", "night_clear")
    return tuple(
        (float(row["below_ms"]), {name: row[name] for name in columns}) for row in rows("chemical_pasquill")
    )


def pasquill(wind_ms: float, light: str, *, cloud: bool = False) -> str:
    """Return the stability class of a wind (at 10 m) under a *light* of :data:`LIGHTS` (Pasquill 1961).

    Where the table gives two classes (A-B) the more stable one holds. By night *cloud* decides between the two
    columns; by day it lowers the insolation by a step, and slight insolation to neutral air.
    """
    if light not in LIGHTS:
        msg = f"light {light!r} is none of {', '.join(LIGHTS)}"
        raise ValueError(msg)
    table = pasquill_table()
    line = next((classes for below, classes in table if wind_ms < below), table[-1][1])
    if light == "night":
        return line["night_cloud" if cloud else "night_clear"]
    if cloud and light == "slight":
        return "D"
    column = LIGHTS[LIGHTS.index(light) + 1] if cloud else light
    return line[column][-1]


def sun_elevation_deg(hour: float, month: int, c: Coefficients | None = None) -> float:
    """Return how high the sun stands in the middle of *month* at clock time *hour* (Cooper 1969)."""
    c, k = c or chemical_coefficients(), chemical_relations()
    day = 365.0 * (month - 0.5) / 12.0
    tilt = np.radians(k["sun_tilt_deg"]) * np.sin(2.0 * np.pi * (k["sun_tilt_day"] + day) / 365.0)
    latitude = np.radians(c["sun_latitude_deg"])
    turn = np.radians(15.0 * (hour - c["sun_noon_h"]))
    return float(
        np.degrees(np.arcsin(np.sin(latitude) * np.sin(tilt) + np.cos(latitude) * np.cos(tilt) * np.cos(turn)))
    )


def light_of(hour: float, month: int, c: Coefficients | None = None) -> str:
    """Return the insolation (Turner 1964) or ``night``, by season and clock time."""
    k, high = chemical_relations(), sun_elevation_deg(hour, month, c)
    if high < k["sun_night_deg"]:
        return "night"
    return "strong" if high > k["sun_strong_deg"] else "moderate" if high > k["sun_moderate_deg"] else "slight"


def stability_of(wind_ms: float, hour: float, month: int, clear: bool, c: Coefficients | None = None) -> str:
    """Return the stability class of a wind at an hour of a month, under a clear or a clouded sky."""
    return pasquill(wind_ms, light_of(hour, month, c), cloud=not clear)


def draw_air(
    city: City, month: int, hour: float, rng: np.random.Generator, *, wind_ms: float | None = None,
    from_deg: float | None = None, stability: str | None = None, c: Coefficients | None = None,
) -> tuple[Air, float]:
    """Draw the air over *city* and the direction (deg) from which the wind comes.

    Direction and speed come from the wind rose; by night, inversions (class F) hold in a set share of the hours, with
    light winds. What is given is taken as it is. The same number of draws is made whatever is given, so that giving
    one leaves the others alone.
    """
    c = c or chemical_coefficients()
    luck = rng.random(5)
    night = light_of(hour, month, c) == "night"
    f_share = c["night_f_share"] if month in COLD_MONTHS else c["night_f_share_mild"]
    inversion = night and bool(luck[0] < f_share)
    drawn_ms, drawn_deg = draw_wind(city.wind_rose, luck[1:4], night, c)
    light = min(drawn_ms, c["night_f_wind_ms"]) if inversion else drawn_ms
    wind = light if wind_ms is None else wind_ms
    clear = bool(luck[4] < c["night_clear_share" if night else "day_clear_share"])
    if stability is None:
        stability = drawn_stability(wind, hour, month, clear, inversion, c)
    air = Air(wind_ms=float(wind), stability=stability, temp_c=float(city.month_temp_c[month - 1]))
    return air, float(drawn_deg if from_deg is None else from_deg)


def drawn_stability(wind_ms: float, hour: float, month: int, clear: bool, inversion: bool, c: Coefficients) -> str:
    """Return the class of a drawn hour: F in an inversion, if the wind lets it be, and at no other time."""
    found = stability_of(wind_ms, hour, month, clear, c)
    if inversion and stability_of(wind_ms, hour, month, True, c) == "F":
        return "F"
    return "E" if found == "F" else found


def draw_wind(rose: WindRose, luck: Floats, night: bool, c: Coefficients) -> tuple[float, float]:
    """Return a wind (m/s) and where it comes from (deg), from three even chances.

    The speed is Weibull about the mean of the sector, the direction even within it; a calm is a light wind from
    anywhere. A city without a rose has the winds that are usual to assume, from anywhere.
    """
    if not len(rose.share) or rose.share.sum() + rose.calm_share <= 0.0:
        return (c["night_f_wind_ms"] if night else c["no_data_day_wind_ms"]), 360.0 * float(luck[2])
    share = np.append(rose.share, rose.calm_share)
    sector = int(np.searchsorted(np.cumsum(share), luck[0] * share.sum(), side="right"))
    if sector >= len(rose.share):
        return c["calm_wind_ms"] * float(luck[1]), 360.0 * float(luck[2])
    shape = chemical_relations()["weibull_shape"]
    scale = rose.speed_ms[sector] / mean_of_unit_weibull(shape)
    speed = scale * (-np.log1p(-luck[1])) ** (1.0 / shape)
    width = 360.0 / len(rose.share)
    return float(speed), float((rose.from_deg[sector] + width * (luck[2] - 0.5)) % 360.0)


def mean_of_unit_weibull(shape: float) -> float:
    """Return the mean of a Weibull law of scale 1, ``Gamma(1 + 1/shape)``."""
    return gamma(1.0 + 1.0 / shape)


def turning(from_deg: float, slots: int, rng: np.random.Generator, c: Coefficients) -> Floats:
    """Draw where the wind comes from (deg) in each of *slots*: it begins at *from_deg* and wanders by small steps."""
    steps = rng.normal(0.0, c["wind_turn_deg"], size=slots)
    return np.asarray((from_deg + np.cumsum(steps) - steps[:1]) % 360.0)
