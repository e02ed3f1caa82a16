"""Who could be harmed by one cloud if nobody did anything, and what each of them can bear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.chemical.toxic import Toxicity, lethal_load
from sim.hazard.chemical.zones import aegl_mg_m3
from sim.hazard.people import Hurt, draw_fate
from sim.hazard.release import Cells, Exposed, Spots
from sim.hazard.tables import earthquake_coefficients

PEOPLE_CAP = 200_000
"""More rows than that for one cloud and the model has left the world that it is for."""


def worst_loads(rate_kg_min: Floats, edges_min: Floats, slot: Ints, cells: Cells, n: float) -> Floats:
    """Return the load that each cell's open air takes in if nobody does anything, (mg/m3)^n min."""
    width = np.diff(edges_min)
    total = cells.puff_mg_m3**n * cells.puff_min
    for s in np.unique(slot).tolist():
        flows = (slot == s) & (rate_kg_min > 0.0)
        # The cells see each step for as long as it lasted, only later.
        strength = float((rate_kg_min[flows] ** n * width[flows]).sum())
        if strength > 0.0:
            total = total + strength * cells.reach_mg_m3[s] ** n
    return np.asarray(total)


def least_loads(substance: str, durations_min: Sequence[float], n: float) -> tuple[float, float]:
    """Return the loads below which nobody is hurt for a hospital, and nobody gravely: AEGL-2 and AEGL-3.

    The greatest load that a level allows over any of *durations_min*: gases whose load grows with time alone would
    otherwise hurt people within hours at concentrations that are set to be borne for them. 0 without such a level.
    """
    second, third = (
        max((aegl_mg_m3(substance, level, minutes) or 0.0) ** n * minutes for minutes in durations_min)
        for level in (2, 3)
    )
    return (second, third) if n > 0.0 else (0.0, 0.0)


def draw_exposed(
    spots: Spots, worst: Floats, toxicity: Toxicity | None, floors: tuple[float, float], first: int, event: int,
    temp_c: float, c: Coefficients, rng: np.random.Generator,
) -> tuple[Exposed, dict[str, Any]]:
    """Return the people whom the cloud could harm out of doors, and their rows among the casualties.

    *worst* is the load of each cell, *first* the row of the first of them. Everybody's own lethal load is drawn from
    the probit; severity 2 and 3 come at fixed shares of it, but not below *floors*, what the guideline levels call
    harmless in that way.
    """
    spot = _heads(spots, rng)
    n = len(spot)
    u = rng.random((7, n))
    lethal = lethal_load(u[0], toxicity) if toxicity is not None else np.full(n, NEVER)
    hurt = np.minimum(np.maximum(lethal * c["toxic_moderate_r"], floors[0]), lethal)
    cell = spots.cell[spot]
    could = worst[cell] >= hurt
    spot, cell, u, lethal, hurt = spot[could], cell[could], u[:, could], lethal[could], hurt[could]
    severe = np.minimum(np.maximum(lethal * c["toxic_severe_r"], floors[1]), lethal)
    grave = np.where(u[1] < c["toxic_severe_share"], severe, NEVER)
    work = spots.at_work[spot]
    alone = np.where(
        work, c["worker_acts_low_min"] + u[2] * (c["worker_acts_high_min"] - c["worker_acts_low_min"]),
        c["resident_acts_low_min"] + u[2] * (c["resident_acts_high_min"] - c["resident_acts_low_min"]),
    )
    exposed = Exposed(
        first=first, cell=cell, outdoors=u[4] < spots.outdoors_share[spot], at_work=work, hurt_load=hurt,
        grave_load=grave, lethal_load=lethal, acts_after_min=np.where(u[3] < c["acts_alone_share"], alone, NEVER),
        leaves=work | (u[6] < c["resident_leaves_share"]), heed_draw=u[5],
    )
    return exposed, _casualties(spots.zone[spot], event, temp_c, rng)


def _heads(spots: Spots, rng: np.random.Generator) -> Ints:
    """Return the spot of each head: whole people, of whom the broken rest is drawn."""
    whole = np.floor(spots.people)
    count = (whole + (rng.random(len(whole)) < spots.people - whole)).astype(np.int64)
    if count.sum() > PEOPLE_CAP:
        count = np.minimum(count, np.floor(count * PEOPLE_CAP / count.sum()).astype(np.int64))
    return np.repeat(np.arange(len(count)), count)


def _casualties(zone: Ints, event: int, temp_c: float, rng: np.random.Generator) -> dict[str, Any]:
    n = len(zone)
    return free_rows(zone, event, np.full(n, NEVER), np.full(n, 2), temp_c, rng, contaminated=True)


def free_rows(
    zone: Ints, event: int, real_min: Floats, severity: Ints, temp_c: float, rng: np.random.Generator, *,
    contaminated: bool = False, only_if: int = -1,
) -> dict[str, Any]:
    """Return casualty rows of people who are hurt but not trapped; their wounds run as after any other disaster."""
    n = len(zone)
    none = np.zeros(n, dtype=np.int64)
    hurt = Hurt(
        dead_at_once=none[:0], slight=none[:0], zone=zone, severity=severity, entrapment=none, rc=none.astype(bool),
        earth=none.astype(bool),
    )
    fate = draw_fate(hurt, 0.0, temp_c, earthquake_coefficients(), rng, avoidable=False)
    # Whoever is unharmed so far may be hurt gravely later: the clock of severity 2 runs from then.
    clocks = {part.name: getattr(fate, part.name) for part in fields(fate)}
    return {
        "demand": np.full(n, -1), "zone": zone, "event": np.full(n, event), "real_min": real_min, "severity": severity,
        "entrapment": none, **clocks, "only_if": np.full(n, only_if), "contaminated": np.full(n, contaminated),
    }
