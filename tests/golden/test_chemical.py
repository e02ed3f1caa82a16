"""The main numbers of the shipped chemical accidents, frozen: a change that moves them must say so.

After a change that is meant, write them anew from the root of the checkout and look at what differs::

    PYTHONPATH=.:tests python tests/golden/test_chemical.py
    git diff tests/golden/chemical.json
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import chemicals
import numpy as np
import pytest
import quakes

from sim.hazard.draw import draw
from sim.hazard.release import Release

FROZEN = Path(__file__).with_name("chemical.json")
SEED = 2021
REPLICATIONS = (0, 1)


def digest(name: str, replication: int) -> dict[str, Any]:
    """Counts and single numbers (nine digits) of one scenario, and a checksum of its whole-number columns."""
    s = draw(chemicals.spec(name), quakes.city(), SEED, replication)
    d, k = s.demands, s.casualties
    columns = (d.zone, d.node, d.event, d.parent, d.max_crews, k.demand, k.zone, k.severity, k.only_if,
               s.closures.edge, s.closures.lasts_with, *(r.exposed.cell for r in s.releases))
    whole = hashlib.sha256(b"".join(np.ascontiguousarray(column, dtype="<i8").tobytes() for column in columns))
    return {
        "notes": {key: f"{value:.9g}" for key, value in s.notes.items()},
        "events": [f"{e.kind} {e.start_min:.9g} {e.parent} {e.only_if}" for e in s.events],
        "demands": dict(sorted(Counter(d.kind).items())),
        "releases": {r.vessel: _of(r) for r in s.releases},
        "casualties": len(k), "closures": len(s.closures), "bursts": len(s.bursts),
        "dangers": {str(i): f"{x.people.sum()} {x.issue_from_min:.9g} {x.strike_min:.9g}"
                    for i, x in enumerate(s.dangers)},
        "avoidable_yuan": f"{sum(a.loss_yuan for a in s.avoidable):.9g}",
        "work_crew_min": f"{d.work_crew_min.sum():.9g}",
        "report_draws": f"{s.draws['report'].sum():.9g}",
        "whole_numbers": whole.hexdigest()[:16],
    }


def _of(r: Release) -> dict[str, str]:
    """The sums of one release."""
    e = r.exposed
    acts, hurt = np.minimum(e.acts_after_min, 1e6).sum(), np.log(e.hurt_load).sum()
    return {
        "puff_air_pool_kg": f"{r.puff_kg:.9g} {r.air_kg.sum():.9g} {r.pool_kg.sum():.9g}",
        "cells": f"{len(r.cells.lon)} {r.cells.reach_mg_m3.sum():.9g} {r.cells.delay_min.sum():.9g}",
        "people": f"{r.spots.people.sum():.9g} {len(e)} {acts:.9g} {hurt:.9g}",
    }


@pytest.mark.parametrize("name", chemicals.SHIPPED)
@pytest.mark.parametrize("replication", REPLICATIONS)
def test_the_shipped_accidents_are_as_frozen(name: str, replication: int) -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert digest(name, replication) == frozen[f"{name}/{replication}"]


def test_nothing_else_is_frozen() -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert set(frozen) == {f"{name}/{replication}" for name in chemicals.SHIPPED for replication in REPLICATIONS}


if __name__ == "__main__":
    table = {f"{name}/{r}": digest(name, r) for name in chemicals.SHIPPED for r in REPLICATIONS}
    FROZEN.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
