"""The main numbers of the shipped floods, frozen: a change that moves them must say so.

After a change that is meant, write them anew from the root of the checkout and look at what differs::

    PYTHONPATH=.:tests python tests/golden/test_flood.py
    git diff tests/golden/flood.json
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import floods
import numpy as np
import pytest
import quakes

from sim.hazard.draw import draw

FROZEN = Path(__file__).with_name("flood.json")
SEED = 2021
NAMES = ("dawukou-50y-night", "storm-2018-07-22", "yellow-river-20y", "ice-jam-february", "flash-random")
REPLICATIONS = (0, 1)


def digest(name: str, replication: int) -> dict[str, Any]:
    """Counts and single numbers (nine digits) of one scenario, and a checksum of its whole-number columns."""
    s = draw(floods.spec(name), quakes.city(), SEED, replication)
    d, k = s.demands, s.casualties
    columns = (d.zone, d.node, d.event, d.parent, d.max_crews, d.closure, d.outage, k.demand, k.zone, k.severity,
               k.entrapment, s.closures.edge, s.closures.prevented_by, s.outages.zone, s.displaced.zone,
               s.displaced.people, s.displaced.prevented_by, s.slightly_injured)
    whole = hashlib.sha256(b"".join(np.ascontiguousarray(column, dtype="<i8").tobytes() for column in columns))
    return {
        "notes": {key: f"{value:.9g}" for key, value in s.notes.items()},
        "demands": dict(sorted(Counter(d.kind).items())),
        "casualties": {str(key): n for key, n in sorted(Counter(k.entrapment.tolist()).items())},
        "closures": dict(sorted(Counter(s.closures.reason).items())),
        "outages": dict(sorted(Counter(s.outages.kind).items())),
        "dangers": {str(i): f"{x.people.sum()} {x.issue_from_min:.9g} {x.strike_min:.9g}"
                    for i, x in enumerate(s.dangers)},
        "alerts": len(s.alerts), "facilities": len(s.facilities),
        "avoidable_yuan": f"{sum(a.loss_yuan for a in s.avoidable):.9g}",
        "work_crew_min": f"{d.work_crew_min.sum():.9g}",
        "report_draws": f"{s.draws['report'].sum():.9g}",
        "whole_numbers": whole.hexdigest()[:16],
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("replication", REPLICATIONS)
def test_the_shipped_floods_are_as_frozen(name: str, replication: int) -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert digest(name, replication) == frozen[f"{name}/{replication}"]


def test_nothing_else_is_frozen() -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert set(frozen) == {f"{name}/{replication}" for name in NAMES for replication in REPLICATIONS}


if __name__ == "__main__":
    table = {f"{name}/{r}": digest(name, r) for name in NAMES for r in REPLICATIONS}
    FROZEN.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
