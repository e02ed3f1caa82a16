"""Says the mistakes of a flood file in words of our own, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.city.model import City
from sim.city.water_model import Water
from sim.common.errors import Problem
from sim.hazard.flood.ice import ICE_MONTHS
from sim.hazard.form_problems import Wording, problem, said_once
from sim.hazard.geometry import apart_km

LOW = {
    "storm.total_mm": 1.0, "storm.return_period_y": 1.01, "storm.duration_h": 0.5, "storm.towards_deg": 0.0,
    "storm.speed_kmh": 0.0, "storm.area_km2": 1.0, "river.peak_m3s": 1.0, "river.return_period_y": 1.01,
    "ice.surcharge_m": 0.0, "horizon_h": 1.0,
}
HIGH = {
    "storm.total_mm": 600.0, "storm.return_period_y": 10000.0, "storm.duration_h": 24.0, "storm.towards_deg": 360.0,
    "storm.speed_kmh": 80.0, "storm.area_km2": 10000.0, "river.peak_m3s": 30000.0, "river.return_period_y": 10000.0,
    "ice.surcharge_m": 6.0, "horizon_h": 720.0,
}
"""What the models hold for; a greater storm, say, is more than has ever fallen in such a country."""
FARTHEST_KM = 100.0
"""A storm farther away than this wets nothing in the city."""
RAIN_MONTHS = range(4, 11)
"""From April to October: outside them it snows."""
SECTIONS = {"flash": "storm", "river": "river", "ice": "ice"}
WORDING = Wording(
    codes={
        "hazard": "flood.hazard_kind", "kind": "flood.kind", "storm.centre": "flood.centre_form",
        "storm.centre.lon": "flood.centre_form", "storm.centre.lat": "flood.centre_form",
        "storm.centre.gully": "flood.centre_form",
    },
    low=LOW, high=HIGH, out_of_range="flood.range",
)


def in_our_words(problems: Iterable[Problem]) -> list[Problem]:
    """Return *problems* of the form with clearer codes; those that have a good sentence stay as they are."""
    return said_once(problems, WORDING.clear)


def form_problems(
    kind: str, given: Mapping[str, bool], water: Water | None, path: Path, nodes: Any
) -> list[Problem]:
    """Refuse the section of another kind, and a kind for which the city has no data."""
    found = []
    for other, section in SECTIONS.items():
        if other != kind and given[other]:
            found.append(problem("flood.wrong_part", path, nodes, (section,), kind, section=section))
    if kind == "flash" and (water is None or not len(water.gullies)):
        found.append(problem("flood.no_gullies", path, nodes, ("kind",), kind))
    if kind != "flash" and (water is None or not len(water.stations)):
        found.append(problem("flood.no_river", path, nodes, ("kind",), kind))
    return found


def centre_problems(
    lon: float | None, lat: float | None, gully: str | None, city: City, path: Path, nodes: Any
) -> list[Problem]:
    """Refuse half a place, two places, an unknown gully, and a place too far away to matter."""
    loc = ("storm", "centre")
    if (lon is None) != (lat is None) or (gully is not None and lon is not None):
        return [problem("flood.centre_form", path, nodes, loc, _said(lon, lat, gully))]
    known = city.water.gullies.gully_id if city.water else ()
    if gully is not None and gully not in known:
        return [problem("flood.no_such_gully", path, nodes, (*loc, "gully"), gully, known=", ".join(known) or "-")]
    if lon is not None and lat is not None:
        far = float(apart_km(lon, lat, city.zones.lon, city.zones.lat).min())
        if far > FARTHEST_KM:
            return [problem("flood.too_far", path, nodes, loc, f"{far:.0f}", limit=f"{FARTHEST_KM:.0f}")]
    return []


def _said(lon: float | None, lat: float | None, gully: str | None) -> str:
    parts = {"lon": lon, "lat": lat, "gully": gully}
    return ", ".join(f"{key}: {value}" for key, value in parts.items() if value is not None)


def season_problems(kind: str, month: int | str, path: Path, nodes: Any) -> list[Problem]:
    """Refuse a month in which a flood of this *kind* does not happen."""
    if isinstance(month, str):
        return []
    if kind == "ice" and month not in ICE_MONTHS:
        return [problem("flood.ice_season", path, nodes, ("when", "month"), month)]
    if kind == "flash" and month not in RAIN_MONTHS:
        return [problem("flood.rain_season", path, nodes, ("when", "month"), month)]
    return []
