"""Draws the people whom one shock hurts: dead at once, injured, and buried alive with their fate if nobody comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Bools, Floats, Ints
from sim.hazard.buildings import Stock
from sim.hazard.casualties import (
    buried_share,
    buried_states,
    extrication_table,
    hazus_rates,
    sample_death_h,
    triangular,
)

VOID, ENTOMBED = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Hurt:
    """Whom one shock hurts. Arrays of the last block have one row per person of severity 2, 3 or buried."""

    dead_at_once: Ints
    """By zone."""
    slight: Ints
    """By zone: first aid only, not buried."""
    zone: Ints
    severity: Ints
    entrapment: Ints
    rc: Bools
    """Buried in concrete, not in masonry."""
    earth: Bools


def draw_hurt(
    occupants: Floats, light: Floats, d4: Floats, d5: Floats, intensity: Floats, stock: Stock, c: Coefficients,
    rng: np.random.Generator,
) -> Hurt:
    """Draw who is hurt by one shock.

    *occupants* are the people indoors in what stood before, shape (zones, classes); *light* the shares of D1..D3 among
    the buildings that stand after, shape (zones, classes, 3); *d4* and *d5* the shares of what stood that fall to D4
    and D5; *intensity* by zone.
    """
    people = np.round(occupants).astype(np.int64)
    in5 = rng.binomial(people, np.clip(d5, 0.0, 1.0))
    in4 = rng.binomial(people - in5, np.clip(d4 / np.maximum(1.0 - d5, 1e-12), 0.0, 1.0))
    m3 = buried_share(intensity[:, None], stock.masonry, c["buried_rc"])
    buried4, buried5 = rng.binomial(in4, c["buried_d4_share"] * m3), rng.binomial(in5, m3)
    buried = buried4 + buried5
    dead, alive = _buried(buried, stock, rng)
    zone, severity, entrapment, rc, earth = _rows(alive, stock, c, rng)
    free = _free(people - in4 - in5, light, in4 + in5 - buried, stock, rng)
    free_zone = np.concatenate([np.repeat(np.arange(len(people)), free[:, s]) for s in (1, 2)])
    free_severity = np.concatenate([np.full(int(free[:, s].sum()), s + 1) for s in (1, 2)])
    k = len(free_zone)
    return Hurt(
        dead_at_once=dead + free[:, 3], slight=free[:, 0], zone=np.concatenate([zone, free_zone]),
        severity=np.concatenate([severity, free_severity]),
        entrapment=np.concatenate([entrapment, np.zeros(k, dtype=np.int64)]),
        rc=np.concatenate([rc, np.zeros(k, dtype=bool)]), earth=np.concatenate([earth, np.zeros(k, dtype=bool)]),
    )


def _buried(buried: Ints, stock: Stock, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return the buried who are dead at once by zone, and the living by (zone, class, severity 3, 2, 1)."""
    material = np.where(stock.single_storey, "single_storey", np.where(stock.masonry, "masonry", "rc"))
    shares = np.array([buried_states(str(name)) for name in material])
    drawn = rng.multinomial(buried, np.broadcast_to(shares, (*buried.shape, 4)))
    return np.asarray(drawn[..., 0].sum(axis=1)), np.asarray(drawn[..., 1:])


def _rows(
    alive: Ints, stock: Stock, c: Coefficients, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints, Bools, Bools]:
    """Spread the living buried over the entrapment classes, one row per person."""
    shares = np.array([c[f"entrap_{name}"] for name in ("surface", "light", "void", "entombed")])
    drawn = rng.multinomial(alive, np.broadcast_to(shares / shares.sum(), (*alive.shape, 4)))
    index = np.indices(drawn.shape).reshape(4, -1)
    zone, cls, severity, entrapment = np.repeat(index, drawn.ravel(), axis=1)
    return zone, 3 - severity, entrapment + 1, ~stock.masonry[cls], stock.earth[cls]


def _free(standing: Ints, light: Floats, beside: Ints, stock: Stock, rng: np.random.Generator) -> Ints:
    """Draw the injured who are not buried, by zone and severity 1..4; *beside*: in D4 and D5 but not buried."""
    total = np.zeros((len(standing), 4), dtype=np.int64)
    intact = np.clip(1.0 - light.sum(axis=-1, keepdims=True), 0.0, 1.0)
    shaken = rng.multinomial(standing, np.concatenate([light, intact], axis=-1))[..., :3]
    for material, which in (("masonry", stock.masonry), ("other", ~stock.masonry)):
        rates = hazus_rates(material)
        exposed = np.concatenate([shaken[:, which].sum(axis=1), beside[:, which].sum(axis=1)[:, None]], axis=1)
        shares = np.concatenate([rates[1:5], 1.0 - rates[1:5].sum(axis=1, keepdims=True)], axis=1)
        total += rng.multinomial(exposed, np.broadcast_to(shares, (*exposed.shape, 5)))[..., :4].sum(axis=1)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of each row of :class:`Hurt` if nobody comes, and the uniform numbers of their care."""

    work_crew_min: Floats
    trapped_death_min: Floats
    worsens_after_min: Floats
    dies_after_min: Floats
    medic_draw: Floats
    treat_draw: Floats
    self_draw: Floats
    avoid_draw: Floats


def draw_fate(
    hurt: Hurt, minute: float, temp_c: float, c: Coefficients, rng: np.random.Generator, *, avoidable: bool
) -> Fate:
    """Draw extrication work and the clocks of the trapped and of the wounded.

    *temp_c* is the mean temperature of the month; *avoidable* says that people could be warned of this shock.
    """
    n = len(hurt.zone)
    u = rng.random((8, n))
    trapped = hurt.entrapment > 0
    hours = extrication_table()[hurt.entrapment, hurt.rc.astype(np.int64)]
    team = np.choose(np.clip(hurt.entrapment, 1, 2) - 1, [c["crew_share_surface"], c["crew_share_light"]])
    team = np.where(hurt.entrapment >= VOID, 1.0, team)
    work = triangular(u[0], hours[:, 0], hours[:, 1], hours[:, 2]) * 60.0 * team
    death_h = sample_death_h(u[1], hurt.severity, hurt.earth, c, temp_c)
    normal = ndtri(np.clip(u[3], 1e-12, 1.0 - 1e-12))
    return Fate(
        work_crew_min=np.where(trapped, work, 0.0),
        trapped_death_min=np.where(trapped, minute + 60.0 * death_h, NEVER),
        worsens_after_min=np.where(hurt.severity == 2, -np.log1p(-u[2]) / c["severity_2_worsens_per_h"] * 60.0, NEVER),
        dies_after_min=60.0 * c["severity_3_median_h"] * np.exp(c["severity_3_sigma"] * normal),
        medic_draw=u[4], treat_draw=u[5], self_draw=u[6], avoid_draw=u[7] if avoidable else np.ones(n),
    )
