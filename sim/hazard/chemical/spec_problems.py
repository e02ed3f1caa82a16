"""Says the mistakes of a chemical accident file in words of our own, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.city.model import City, Vessels
from sim.city.substances import substances
from sim.city.table import nearest
from sim.common.errors import Problem
from sim.hazard.cascade import Cascade
from sim.hazard.chemical.toxic import toxicity
from sim.hazard.form_problems import Wording, problem, said_once

LOW = {"release.hole_mm": 1.0, "weather.wind_ms": 0.5, "weather.from_deg": 0.0, "horizon_h": 1.0}
HIGH = {"release.hole_mm": 500.0, "weather.wind_ms": 30.0, "weather.from_deg": 360.0, "horizon_h": 168.0}
"""What the models hold for; a cloud in still air, say, goes nowhere."""
WORDING = Wording(
    codes={
        "hazard": "chemical.hazard_kind", "release.size": "chemical.size", "release.fire": "yes_or_no",
        "release.ignites": "yes_or_no", "release.valve": "yes_or_no", "weather.stability": "chemical.stability",
        "weather.turns": "yes_or_no",
    },
    low=LOW, high=HIGH, out_of_range="chemical.range",
)
NEAR = 3
"""Ids that are suggested for one that the city does not have."""
ALONE_WITHOUT_FIRE = ("size", "hole_mm", "valve", "ignites")
"""What a file says of a leak, and not of a fire."""


def in_our_words(problems: Iterable[Problem]) -> list[Problem]:
    """Return *problems* of the form with clearer codes; those that have a good sentence stay as they are."""
    return said_once(problems, _clear)


def _clear(found: Problem) -> Problem:
    """Say of a calm how it is written; the rest as every hazard does."""
    clearer = WORDING.clear(found)
    if clearer.code == "chemical.range" and clearer.column == "weather.wind_ms" and _is_calm(found.value):
        return replace(clearer, code="chemical.calm")
    return clearer


def _is_calm(value: str | None) -> bool:
    try:
        return 0.0 <= float(value or "") < LOW["weather.wind_ms"]
    except ValueError:
        return False


# ---- the place -----------------------------------------------------------------------------


def place_problems(
    site: str | None, vessel: str | None, substance: str | None, city: City, path: Path, nodes: Any
) -> list[Problem]:
    """Refuse a city without vessels, places that it does not have, and places that do not fit each other."""
    v, sites = city.vessels, city.chemical_sites.site_id
    if v is None or not len(v):
        return [problem("chemical.no_vessels", path, nodes, ("hazard",), "chemical")]
    held = set(v.substance)
    found = []
    if site is not None and site not in sites:
        near = nearest(site, sites, NEAR)
        found.append(problem("chemical.no_such_site", path, nodes, ("site",), site, near=near, count=len(sites)))
    if vessel is not None and vessel not in v.vessel_id:
        near = nearest(vessel, v.vessel_id, NEAR)
        found.append(problem("chemical.no_such_vessel", path, nodes, ("vessel",), vessel, near=near, count=len(v)))
    if substance is not None and substance not in held:
        known = ", ".join(sorted(held))
        found.append(problem("chemical.no_such_substance", path, nodes, ("substance",), substance, known=known))
    return found or _misfits(site, vessel, substance, v, sites, path, nodes)


def _misfits(
    site: str | None, vessel: str | None, substance: str | None, v: Vessels, sites: Sequence[str], path: Path,
    nodes: Any,
) -> list[Problem]:
    """Refuse a vessel that stands elsewhere, a substance that the place does not hold, and what never leaks."""
    if vessel is not None and site is not None:
        home = sites[int(v.site[v.vessel_id.index(vessel)])]
        if home != site:
            there = ", ".join(v.vessel_id[i] for i in chosen(site, None, None, v, sites)) or "-"
            params = {"home": home, "site": site, "known": there}
            return [problem("chemical.other_site", path, nodes, ("vessel",), vessel, **params)]
    place = chosen(site, vessel, None, v, sites)
    if not place:
        return [problem("chemical.empty_site", path, nodes, ("site",), site)]
    held = sorted({v.substance[i] for i in place})
    if substance is not None and substance not in held:
        place_id, known = vessel or site, ", ".join(held)
        return [problem("chemical.not_held", path, nodes, ("substance",), substance, place=place_id, known=known)]
    left = chosen(site, vessel, substance, v, sites)
    if not any(leaks(v, i) for i in left):
        solid = ", ".join(sorted({v.substance[i] for i in left}))
        given = vessel or site or substance
        key = "vessel" if vessel else "site" if site else "substance" if substance else "hazard"
        return [problem("chemical.nothing_leaks", path, nodes, (key,), given or "chemical", solid=solid)]
    return []


def chosen(
    site: str | None, vessel: str | None, substance: str | None, v: Vessels, sites: Sequence[str]
) -> tuple[int, ...]:
    """Return the vessels that fit what is given, all of them if nothing is."""
    return tuple(
        i for i in range(len(v))
        if (vessel is None or v.vessel_id[i] == vessel) and (site is None or sites[int(v.site[i])] == site)
        and (substance is None or v.substance[i] == substance)
    )


def leaks(v: Vessels, vessel: int) -> bool:
    """Tell whether what *vessel* holds can run or blow out of it: a store of a solid waits for water or fire."""
    return v.storage[vessel] != "solid"


# ---- the release and the fire --------------------------------------------------------------


def release_problems(given: Collection[str], fire: bool, path: Path, nodes: Any) -> list[Problem]:
    """Refuse a hole given twice, and a hole of a vessel beside which a fire begins; *given* are keys of ``release``."""
    if fire:
        loc = ("release", "fire")
        extra = [key for key in ALONE_WITHOUT_FIRE if key in given]
        return [problem("chemical.fire_alone", path, nodes, loc, ", ".join(extra))] if extra else []
    if {"size", "hole_mm"} <= set(given):
        return [problem("chemical.given_twice", path, nodes, ("release", "hole_mm"), "size, hole_mm")]
    return []


def fire_problems(
    fire: bool, ignites: bool | None, vessels: Iterable[int], v: Vessels, cascade: Cascade, path: Path, nodes: Any
) -> list[Problem]:
    """Refuse a fire, or vapour that catches fire, where nothing of what *vessels* hold can burn so."""
    held = sorted({v.substance[i] for i in vessels})
    if fire and not any(substances()[key].burns for key in held):
        return [problem("chemical.nothing_burns", path, nodes, ("release", "fire"), "true", known=", ".join(held))]
    if not ignites:
        return []
    loc = ("release", "ignites")
    if not any(ignitable(key) for key in held):
        return [problem("chemical.nothing_ignites", path, nodes, loc, "true", known=", ".join(held))]
    if not (cascade.allows("release", "fire") or cascade.allows("release", "explosion")):
        return [problem("chemical.ignites_unlinked", path, nodes, loc, "true")]
    return []


def ignitable(substance: str) -> bool:
    """Tell whether a cloud of *substance* may catch fire: it burns, and does not poison before it does."""
    return substances()[substance].burns and toxicity(substance) is None
