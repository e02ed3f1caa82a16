"""What the current ledger makes of the shipped disasters, frozen: a change that moves an outcome must say so.

After a change that is meant, write them anew from the root of the checkout and look at what differs::

    PYTHONPATH=.:tests python tests/golden/test_response.py
    git diff tests/golden/response.json
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import pytest

from sim.hazard.draw import draw
from sim.measure.measures import measure
from sim.response.respond import respond
from sim.study.inputs import load
from sim.study.model import Inputs

ROOT = Path(__file__).resolve().parents[2]
FROZEN = Path(__file__).with_name("response.json")
SEED = 2021
HAZARDS = tuple(sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("scenarios/*/*/*.yaml")))


@cache
def inputs(hazard: str) -> Inputs:
    path = ROOT / hazard
    return load(path.parents[1], path, (ROOT / "experiments" / "layouts" / "current.yaml",), {}, "golden")


def digest(hazard: str) -> dict[str, str]:
    """Every measure of one replication, with nine digits; those of concern to nobody are left out."""
    i = inputs(hazard)
    drawn = draw(i.hazard, i.city, SEED, 0)
    log = respond(i.city, i.plan, i.layouts[0], drawn)
    values = measure(log, i.city, i.plan, i.layouts[0], drawn).values
    known = {key: f"{value:.9g}" for key, value in sorted(values.items()) if not math.isnan(value)}
    return {"events": str(log.events)} | known


@pytest.mark.parametrize("hazard", HAZARDS)
def test_the_outcome_is_as_frozen(hazard: str) -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert digest(hazard) == frozen[hazard]


def test_nothing_else_is_frozen() -> None:
    assert set(json.loads(FROZEN.read_text(encoding="utf-8"))) == set(HAZARDS)


if __name__ == "__main__":
    table = {hazard: digest(hazard) for hazard in HAZARDS}
    FROZEN.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
