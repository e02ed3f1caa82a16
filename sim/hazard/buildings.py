"""What shaking does to buildings: the macroseismic method, by class and township."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from scipy.special import ndtr

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, frozen
from sim.hazard.tables import rows

STATES = 6
_BINOMIAL = np.array([comb(5, k) for k in range(STATES)], dtype=float)


def mean_damage(intensity: Floats, v: Floats, q: float = 2.3) -> Floats:
    """Return the mean damage grade 0..5 (Lagomarsino & Giovinazzi 2006)."""
    return np.asarray(2.5 * (1.0 + np.tanh((np.asarray(intensity) + 6.25 * np.asarray(v) - 13.1) / q)))


def damage_shares(mean: Floats) -> Floats:
    """Return the binomial shares of D0..D5 for mean damage; the last axis has the six states."""
    p = np.clip(np.asarray(mean) / 5.0, 0.0, 1.0)[..., None]
    k = np.arange(STATES)
    return np.asarray(_BINOMIAL * p**k * (1.0 - p) ** (5 - k))


def fragility(pga_g: Floats | float, median_g: Floats, beta: float) -> Floats:
    """Return P(damage >= state) of lognormal fragilities (Hazus): Phi(ln(PGA / median) / beta)."""
    with np.errstate(divide="ignore"):
        return np.asarray(ndtr(np.log(np.asarray(pga_g) / np.asarray(median_g)) / beta))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The buildings of a city by zone and class; shapes (zones, classes) or (classes,)."""

    names: tuple[str, ...]
    v: Floats
    """Vulnerability index with fortification."""
    masonry: Bools
    earth: Bools
    dwellings: Floats
    buildings: Floats
    home_share: Floats
    """Share of a zone's residents who live in each class."""
    work_share: Floats
    school_share: Floats
    storeys: Floats
    """Dwellings in buildings of several dwellings, by zone and class: what can throw debris into a street."""


def building_stock(city: City, c: Coefficients) -> Stock:
    """Spread each zone's urban and rural dwellings over the building classes by the county's mix.

    ``other`` structures count as brick-wood. The design PGA of the zone lowers V of fortified classes.
    """
    classes = rows("building_classes")
    z = city.zones
    share_urban = z.people_urban / np.maximum(z.people, 1)
    home = np.zeros((len(z), len(classes)))
    for i in range(len(z)):
        for area, weight in (("urban", share_urban[i]), ("rural", 1.0 - share_urban[i])):
            mix = dict(city.building_mix[z.county[i], area])
            mix["brick-wood"] = mix.get("brick-wood", 0.0) + mix.pop("other", 0.0)
            for j, row in enumerate(classes):
                if row[f"{area}_of"]:
                    home[i, j] += weight * mix.get(row[f"{area}_of"], 0.0) * float(row[f"{area}_share"])
    dwellings = home * z.households[:, None]
    per_building = np.array([float(r["dwellings_per_building"]) for r in classes])
    fortified = np.array([r["fortified"] == "1" for r in classes])
    strength = np.where(z.design_pga_g >= 0.2, c["fortified_8"], np.where(z.design_pga_g >= 0.1, c["fortified_7"], 0.0))
    v = np.array([float(r["v"]) for r in classes]) + c["stock_shift_v"] - np.where(fortified, strength[:, None], 0.0)
    return Stock(
        names=tuple(r["class"] for r in classes), v=frozen(v), masonry=frozen(np.array([r["masonry"] == "1" for r in classes])),
        earth=frozen(np.array([r["earth"] == "1" for r in classes])), dwellings=frozen(dwellings),
        buildings=frozen(np.maximum(np.round(dwellings / per_building), (dwellings > 0).astype(float))),
        home_share=frozen(home), work_share=frozen(np.array([float(r["work_share"]) for r in classes])),
        school_share=frozen(np.array([float(r["school_share"]) for r in classes])), storeys=frozen(np.where(per_building > 1, dwellings, 0.0)),
    )


def sample_damage(shares: Floats, buildings: Floats, effective: float, rng: np.random.Generator) -> Floats:
    """Return the drawn share of buildings in each state; shapes (zones, classes, 6).

    Counts are multinomial around shares that are themselves spread (Dirichlet with *effective* buildings), so that
    many neighbouring buildings do not average out.
    """
    gamma = rng.standard_gamma(np.maximum(effective * shares, 1e-12))
    spread = gamma / np.maximum(gamma.sum(axis=-1, keepdims=True), 1e-300)
    counts = rng.multinomial(buildings.astype(np.int64), spread / spread.sum(axis=-1, keepdims=True))
    total = np.maximum(buildings, 1.0)[..., None]
    return np.asarray(np.where(buildings[..., None] > 0, counts / total, shares))
