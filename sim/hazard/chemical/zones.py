"""Where to keep out: guideline levels, and the distances of the responders' guidebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.city.substances import substances
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.chemical.toxic import lethal_mg_m3, mg_m3_of_ppm, toxicity
from sim.hazard.tables import rows

AEGL_MINUTES = (10, 30, 60, 240, 480)
WINDS = ("low", "mid", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erg:
    """A row of the guidebook: isolate all around, then protect downwind; by day and night, by low, mid, high wind."""

    isolate_m: float
    day_km: tuple[float, ...]
    night_km: tuple[float, ...]


@cache
def aegl_ppm(key: str, level: int) -> tuple[float, ...] | None:
    """Return the AEGL of *level* 1 to 3 for the minutes of :data:`AEGL_MINUTES`; ``None`` if there is none."""
    for row in rows("chemical_aegl"):
        if row["key"] == key and row["level"] == f"aegl_{level}":
            return tuple(float(row[f"ppm_{minutes}_min"]) for minutes in AEGL_MINUTES)
    return None


def aegl_mg_m3(key: str, level: int, minutes: float) -> float | None:
    """Return the AEGL (mg/m3 at 20 C) for an exposure of *minutes*, linear in log time, flat beyond 10 min and 8 h."""
    ppm = aegl_ppm(key, level)
    if ppm is None:
        return None
    at = float(np.interp(np.log(max(minutes, AEGL_MINUTES[0])), np.log(AEGL_MINUTES), ppm))
    return float(mg_m3_of_ppm(at, substances()[key].molar_mass_g))


@cache
def guideline_mg_m3(key: str, name: str) -> float | None:
    """Return a guideline of one time only: ``erpg_1`` to ``erpg_3`` (one hour) or ``idlh``; ``None`` if none."""
    column = "ppm_30_min" if name == "idlh" else "ppm_60_min"
    for row in rows("chemical_aegl"):
        if row["key"] == key and row["level"] == name:
            return float(mg_m3_of_ppm(float(row[column]), substances()[key].molar_mass_g))
    return None


def zone_thresholds(key: str, minutes: float) -> tuple[float, float, float] | None:
    """Return the concentrations (mg/m3) at which the yellow, the orange and the red zone begin.

    AEGL-1, 2 and 3 for the time that the cloud stays; red at what kills one in a hundred in that time, at least half an
    hour, if that is more. Without an AEGL-1 there is no yellow ring: it begins where orange does. ``None`` without
    guideline levels.
    """
    yellow, orange, red = (aegl_mg_m3(key, level, minutes) for level in (1, 2, 3))
    if orange is None or red is None:
        return None
    k, tox = chemical_relations(), toxicity(key)
    if tox is not None:
        red = max(red, float(lethal_mg_m3(k["red_death_share"], max(k["red_minutes"], minutes), tox)))
    return (orange if yellow is None else yellow), orange, red


@cache
def erg(key: str) -> Mapping[str, Erg] | None:
    """Return the guidebook's rows by size of the spill: ``small`` (to 200 L), ``large``, for some also ``rail``."""
    found = {row["size"]: _erg(row) for row in rows("chemical_erg") if row["key"] == key}
    return found or None


def _erg(row: Mapping[str, str]) -> Erg:
    day, night = (tuple(float(row[f"{time}_{wind}_km"]) for wind in WINDS) for time in ("day", "night"))
    return Erg(isolate_m=float(row["isolate_m"]), day_km=day, night_km=night)


def initial_isolation_m(key: str, large: bool) -> float | None:
    """Return the radius to clear at once all around the spill; ``None`` if the guidebook names none here."""
    found = erg(key)
    return None if found is None else found["large" if large else "small"].isolate_m


def protective_km(key: str, large: bool, night: bool, wind_ms: float | None = None) -> float | None:
    """Return the side of the square downwind of the isolated circle in which people are to be protected.

    Without a wind the distance of the low wind, which is the greatest; ``None`` if the guidebook names none here.
    """
    found, k = erg(key), chemical_relations()
    if found is None:
        return None
    row = found["large" if large else "small"]
    speed = 0.0 if wind_ms is None else wind_ms
    band = 0 if speed < k["erg_low_wind_ms"] else 1 if speed <= k["erg_high_wind_ms"] else 2
    return (row.night_km if night else row.day_km)[band]
