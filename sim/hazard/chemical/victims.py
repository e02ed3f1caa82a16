"""Who is hurt when something bursts or explodes: by heat out of doors, by the blast, under what it brings down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.chemical.accident import Accidents
from sim.hazard.chemical.blast import collapse_share, glass_share, lung_death_share, overpressure_kpa, reach_m
from sim.hazard.chemical.exposure import free_rows
from sim.hazard.chemical.heat import (
    dose_death_share,
    escape_dose,
    fireball_diameter_m,
    fireball_flux_kw_m2,
    fireball_s,
    probit_share,
)
from sim.hazard.geometry import offset_km

RINGS, SECTORS = 24, 16
AT_ONCE_MIN = 1e-3
"""Minutes in which those die whom nobody can help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What a burst does at a distance: shares of the people who die and who are hurt, out of doors and in."""

    reach_m: float
    tnt_kg: float
    """Of the blast, for what it breaks."""
    dies_out: Callable[[Floats], Floats]
    hurt_out: Callable[[Floats], Floats]
    dies_in: Callable[[Floats], Floats]
    hurt_in: Callable[[Floats], Floats]


def fireball_harm(mass_kg: float, combustion_mj_kg: float, c: Coefficients) -> Harm:
    """Return what a ball of fire does: burns out of doors, everybody inside the ball; who is indoors is shielded."""
    across, seconds = fireball_diameter_m(mass_kg), fireball_s(mass_kg)

    def dose(metres: Floats) -> Floats:
        return escape_dose(lambda x: fireball_flux_kw_m2(mass_kg, combustion_mj_kg, x, c), metres, seconds, c)

    def dies_out(metres: Floats) -> Floats:
        return np.asarray(np.where(metres <= across / 2.0, 1.0, dose_death_share(dose(metres))))

    def hurt_out(metres: Floats) -> Floats:
        return probit_share(dose(metres), c["burn_probit_a"], c["burn_probit_b"])

    def dies_in(metres: Floats) -> Floats:
        return np.asarray(np.where(metres <= across / 2.0, c["fireball_indoor_death"], 0.0))

    def hurt_in(metres: Floats) -> Floats:
        return np.asarray(np.where(metres <= across / 2.0, 1.0, 0.0))

    return Harm(
        reach_m=c["fireball_reach"] * across, tnt_kg=c["bleve_tnt_share"] * mass_kg, dies_out=dies_out,
        hurt_out=hurt_out, dies_in=dies_in, hurt_in=hurt_in,
    )


def explosion_harm(tnt: float, c: Coefficients) -> Harm:
    """Return what a blast does: lungs out of doors, walls and roofs and glass indoors."""

    def kpa(metres: Floats) -> Floats:
        return overpressure_kpa(tnt, np.maximum(metres, 1.0))

    def dies_in(metres: Floats) -> Floats:
        return np.asarray(collapse_share(kpa(metres)) * c["collapse_death_share"])

    def hurt_in(metres: Floats) -> Floats:
        return np.asarray(np.maximum(
            collapse_share(kpa(metres)) * c["collapse_hurt_share"], glass_share(kpa(metres)) * c["glass_hurt_share"]
        ))

    return Harm(
        reach_m=reach_m(tnt, c["blast_harmless_kpa"]), tnt_kg=tnt,
        dies_out=lambda metres: lung_death_share(kpa(metres)),
        hurt_out=lambda metres: np.asarray(np.minimum(1.0, kpa(metres) / c["blast_throws_kpa"]) ** 2), dies_in=dies_in,
        hurt_in=hurt_in,
    )


def burst_victims(
    a: Accidents, vessel: int, event: int, minute: float, seen_min: float, demand: int, harm: Harm
) -> tuple[dict[str, Any], Floats]:
    """Return the casualty rows of a burst, and the people by zone within its reach.

    *seen_min* is how long the fire or the leak before it has been there for everybody at the plants to see.
    """
    spots = _around(a, vessel, harm.reach_m, seen_min)
    rng = a.dice["burst"]
    out = spots.people * a.crowd.outdoors_share
    inside = spots.people - out
    dead, hurt = np.zeros(len(a.city.zones)), np.zeros(len(a.city.zones))
    for people, dies, hurts in ((out, harm.dies_out, harm.hurt_out), (inside, harm.dies_in, harm.hurt_in)):
        d = np.clip(dies(spots.metres), 0.0, 1.0)
        h = np.clip(hurts(spots.metres), 0.0, 1.0) * (1.0 - d)
        np.add.at(dead, spots.zone, people * d)
        np.add.at(hurt, spots.zone, people * h)
    killed, wounded = rng.poisson(dead), rng.poisson(hurt)
    zone = np.concatenate([np.repeat(np.arange(len(dead)), killed), np.repeat(np.arange(len(hurt)), wounded)])
    gravely = rng.random(int(wounded.sum())) < a.c["burst_grave_share"]
    severity = np.concatenate([np.full(int(killed.sum()), 3), np.where(gravely, 3, 2)])
    rows = free_rows(zone, event, np.full(len(zone), minute), severity, a.temp_c, rng, only_if=demand)
    rows["dies_after_min"] = np.where(np.arange(len(zone)) < killed.sum(), AT_ONCE_MIN, rows["dies_after_min"])
    rows["avoid_draw"] = rng.random(len(zone))
    within = np.zeros(len(a.city.zones))
    np.add.at(within, spots.zone, spots.people)
    return rows, within


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spots:
    zone: Any
    people: Floats
    metres: Floats


def _around(a: Accidents, vessel: int, reach: float, seen_min: float) -> _Spots:
    """Return everybody within *reach* metres of *vessel*: who lives there, and the shifts of the plants.

    At plants near a fire nearly all have gone to the muster place after some minutes.
    """
    v, crowd = a.vessels, a.crowd
    here_east, here_north = offset_km(crowd.lon0, crowd.lat0, float(v.lon[vessel]), float(v.lat[vessel]))
    edges = np.linspace(0.0, max(reach, 1.0), RINGS + 1)
    middle = np.repeat(np.sqrt(0.5 * (edges[1:] ** 2 + edges[:-1] ** 2)), SECTORS)
    angle = np.tile((np.arange(SECTORS) + 0.5) * 2.0 * np.pi / SECTORS, RINGS)
    area = np.repeat(np.pi * (edges[1:] ** 2 - edges[:-1] ** 2) / SECTORS, SECTORS) / 1e6
    east, north = here_east + middle / 1e3 * np.sin(angle), here_north + middle / 1e3 * np.cos(angle)
    discs, density = crowd.near(east, north)
    people = density * area
    found, cell = np.nonzero(people > 0.0)
    disc = discs[found]
    apart = 1e3 * np.hypot(crowd.east_km - here_east, crowd.north_km - here_north)
    mustered = np.interp(seen_min, (0.0, a.c["worker_acts_high_min"]), (0.0, 1.0 - a.c["muster_stays_share"]))
    left = np.where(crowd.at_work & (apart <= a.c["domino_most_m"]), mustered, 0.0)
    return _Spots(zone=crowd.zone[disc], people=people[found, cell] * (1.0 - left[disc]), metres=middle[cell])
