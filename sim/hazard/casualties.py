"""Who is hurt: occupancy by hour, Hazus rates for those not buried, and the buried one by one."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import ndtr

from sim.city.model import City, DaySlot
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, Ints
from sim.hazard.tables import relations, rows


def day_slot(city: City, hour: float, *, weekend: bool) -> DaySlot:
    """Return where people are at *hour*; the narrowest slot that covers it, of the other kind of day if none does."""
    at = [slot for slot in city.day_slots if slot.from_hour <= hour % 24.0 < slot.to_hour]
    at = [slot for slot in at if slot.weekend == weekend] or at or list(city.day_slots)
    return min(at, key=lambda slot: slot.to_hour - slot.from_hour)


@cache
def hazus_rates(material: str) -> Floats:
    """Return the share of occupants hurt, shape (states D0..D5, severities 1..4) (Hazus 6.1)."""
    table = np.zeros((6, 4))
    for row in rows("casualty_rates"):
        if row["material"] == material:
            table[int(row["state"])] = [float(row[f"severity_{s}"]) for s in range(1, 5)]
    return table


def buried_share(intensity: Floats, masonry: Bools, rc: float) -> Floats:
    """Return P(buried | D5), M3 of Coburn & Spence 2002: by intensity for masonry, a constant for RC."""
    at = np.array([float(r["intensity"]) for r in rows("buried_share")])
    share = np.array([float(r["masonry"]) for r in rows("buried_share")])
    return np.asarray(np.where(masonry, np.interp(intensity, at, share), rc))


@cache
def buried_states(material: str) -> Floats:
    """Return the shares dead, severity 3, 2, 1 of the buried at once (M4 of Coburn, Spence & Pomonis 1992)."""
    row = next(r for r in rows("buried_states") if r["material"] == material)
    return np.array([float(row[k]) for k in ("dead", "severity_3", "severity_2", "severity_1")])


def pager_china_death_rate(intensity: Floats | float) -> Floats:
    """Return deaths per exposed person, USGS PAGER empirical for China; an upper bound for today."""
    k = relations()
    return np.asarray(ndtr(np.log(np.asarray(intensity) / k["pager_death_theta"]) / k["pager_death_beta"]))


def pager_china_loss_rate(intensity: Floats | float) -> Floats:
    """Return the economic loss rate of USGS PAGER for China."""
    k = relations()
    return np.asarray(ndtr(np.log(np.asarray(intensity) / k["pager_loss_theta"]) / k["pager_loss_beta"]))


def yin_death_rate(collapsed: Floats | float) -> Floats:
    """Return deaths per person from the collapsed share of buildings (Yin 1991)."""
    k = relations()
    return np.asarray(10.0 ** (k["yin_slope"] * np.asarray(collapsed) ** 0.1 + k["yin_constant"]))


def ma_xie_death_rate(collapsed: Floats | float) -> Floats:
    """Return deaths per person from the collapsed share, before density and night factors (Ma & Xie 2000)."""
    k = relations()
    return np.asarray(10.0 ** (k["ma_xie_slope"] * np.asarray(collapsed) ** 0.1 + k["ma_xie_constant"]))


def survival(hours: Floats | float, curve: str = "tangshan") -> Floats:
    """Return the share of the buried alive after *hours* (Weibull fits: ``tangshan`` 1976 or ``kobe`` 1995)."""
    k = relations()
    return np.asarray(np.exp(-((np.asarray(hours) / k[f"{curve}_scale_h"]) ** k[f"{curve}_shape"])))


def sample_death_h(u: Floats, severity: Ints, earth: Bools, c: Coefficients, temp_c: float) -> Floats:
    """Return the hours after which each buried person dies in place, from uniform numbers *u*.

    By severity, so that triage matters; together the curve of Tangshan 1976. Earth buildings suffocate
    sooner; cold nights and hot afternoons shorten what is left. *temp_c* is the mean of the month.
    """
    scale = np.choose(np.clip(severity, 1, 3) - 1, [c[f"weibull_h_severity_{s}"] for s in (1, 2, 3)])
    scale = np.where(earth, c["weibull_earth_h"], scale)
    shape = np.where(earth, c["weibull_earth_k"], c["weibull_k"])
    if temp_c - c["night_drop_c"] < c["cold_c"] or temp_c + c["night_drop_c"] > c["hot_c"]:
        scale = scale * c["cold_factor"]
    return np.asarray(scale * (-np.log1p(-u)) ** (1.0 / shape))


def triangular(u: Floats, low: Floats, mode: Floats, high: Floats) -> Floats:
    """Return the triangular variate at probability *u*."""
    cut = (mode - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mode - low))
    right = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < cut, left, right))


@cache
def extrication_table() -> Floats:
    """Return low, mode, high hours of extrication, shape (entrapment 0..4, masonry or rc, 3)."""
    names = ("free", "surface", "light", "void", "entombed")
    table = np.tile(np.array([0.0, 0.5, 1.0]), (5, 2, 1))
    for row in rows("extrication_hours"):
        hours = [float(row[k]) for k in ("low", "mode", "high")]
        table[names.index(row["entrapment"]), int(row["material"] == "rc")] = hours
    return table
