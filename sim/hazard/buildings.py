"""What shaking does to buildings: the macroseismic method, by class and township."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import Bools, Floats, frozen
from sim.hazard.tables import rows

STATES = 6
GRADES = np.arange(STATES)


def mean_damage(intensity: Floats | float, v: Floats | float, q: float) -> Floats:
    """Return the mean damage grade 0..5 (Lagomarsino & Giovinazzi 2006)."""
    return np.asarray(2.5 * (1.0 + np.tanh((np.asarray(intensity) + 6.25 * np.asarray(v) - 13.1) / q)))


def damage_shares(mean: Floats) -> Floats:
    """Return the binomial shares of D0..D5 for mean damage; the last axis has the six states."""
    p = np.clip(np.asarray(mean) / 5.0, 0.0, 1.0)
    q = 1.0 - p
    p2, q2 = p * p, q * q
    shares = [q2 * q2 * q, 5.0 * p * q2 * q2, 10.0 * p2 * q2 * q, 10.0 * p2 * p * q2, 5.0 * p2 * p2 * q, p2 * p2 * p]
    return np.stack(shares, axis=-1)


def fragility(pga_g: Floats | float, median_g: Floats | float, beta: float) -> Floats:
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
    single_storey: Bools
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
        names=tuple(r["class"] for r in classes), v=frozen(v), masonry=_flag(classes, "masonry"),
        earth=_flag(classes, "earth"), single_storey=_flag(classes, "single_storey"), dwellings=frozen(dwellings),
        buildings=frozen(np.maximum(np.round(dwellings / per_building), (dwellings > 0).astype(float))),
        home_share=frozen(home), work_share=frozen(np.array([float(r["work_share"]) for r in classes])),
        school_share=frozen(np.array([float(r["school_share"]) for r in classes])),
        storeys=frozen(np.where(per_building > 1, dwellings, 0.0)),
    )


def _flag(classes: Sequence[Mapping[str, str]], column: str) -> Bools:
    return frozen(np.array([row[column] == "1" for row in classes]))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """The damage after a shock and what the shock did to the buildings that stood (D0..D3) before it."""

    states: Floats
    """Share of all buildings in D0..D5, shape (zones, classes, 6)."""
    expected: Floats
    """The same without the luck of the draw."""
    light: Floats
    """Of what stands after it: the shares that it has brought to D1, D2, D3; shape (zones, classes, 3)."""
    d4: Floats
    """Of what stood before it: the share that it has brought to D4; shape (zones, classes)."""
    d5: Floats

    @property
    def standing(self) -> Floats:
        """Share of all buildings in D0..D3, shape (zones, classes)."""
        return np.asarray(self.states[..., :4].sum(axis=-1))


def whole(stock: Stock) -> Damage:
    """Return the state of buildings before the first shock."""
    states = np.zeros((*stock.dwellings.shape, STATES))
    states[..., 0] = 1.0
    none = np.zeros(stock.dwellings.shape)
    return Damage(states=states, expected=states, light=np.zeros((*none.shape, 3)), d4=none, d5=none)


def first_damage(intensity: Floats, stock: Stock, c: Coefficients, rng: np.random.Generator) -> Damage:
    """Draw the damage of the mainshock to buildings that are whole."""
    shares = damage_shares(mean_damage(intensity[:, None], stock.v, c["macroseismic_q"]))
    drawn = sample_damage(shares, stock.buildings, c["spread_sample"], rng)
    stands = np.maximum(drawn[..., :4].sum(axis=-1, keepdims=True), 1e-12)
    return Damage(states=drawn, expected=shares, light=drawn[..., 1:4] / stands, d4=drawn[..., 4], d5=drawn[..., 5])


def further_damage(before: Damage, intensity: Floats, stock: Stock, c: Coefficients) -> Damage:
    """Return what another shock adds to the damage *before*.

    A building keeps its rank among its like: it suffers what a building of its rank suffers, from a vulnerability that
    rises with each grade it has already, and never gets better. So a weaker shock adds little, where fresh dice for
    every aftershock would bring down in the end what the mainshock had left alone. The chances of going from one grade
    to a worse one follow from the expected damage and are applied to the damage that was drawn.
    """
    v = stock.v[..., None] + c["damage_v_per_grade"] * GRADES
    shares = damage_shares(mean_damage(intensity[:, None, None], v, c["macroseismic_q"]))
    worse = _transitions(before.expected, np.cumsum(shares, axis=-1))
    moved = before.states[..., None] * worse
    states = moved.sum(axis=-2)
    brought = np.stack([moved[..., :j, j].sum(axis=-1) for j in (1, 2, 3)], axis=-1)
    stands = np.maximum(states[..., :4].sum(axis=-1, keepdims=True), 1e-12)
    fallen = moved[..., :4, 4:].sum(axis=-2) / np.maximum(before.standing[..., None], 1e-12)
    expected = (before.expected[..., None] * worse).sum(axis=-2)
    return Damage(states=states, expected=expected, light=brought / stands, d4=fallen[..., 0], d5=fallen[..., 1])


def _transitions(expected: Floats, reached: Floats) -> Floats:
    """Return the chance of a building in grade k (axis -2) to be in grade j (axis -1) afterwards.

    *expected* are the shares of the grades so far; *reached* [k, j] is P(damage <= j) of the new shock for buildings of
    grade k. Ranks run from the least to the most damaged.
    """
    top = np.cumsum(expected, axis=-1)[..., None]
    low = top - expected[..., None]
    up_to = np.clip(np.minimum(top, reached) - low, 0.0, expected[..., None]) * (GRADES[:, None] <= GRADES)
    up_to[..., 5] = expected
    chance = np.diff(up_to, axis=-1, prepend=0.0) / np.maximum(expected[..., None], 1e-300)
    return np.asarray(np.where(expected[..., None] > 1e-12, chance, np.eye(STATES)))
