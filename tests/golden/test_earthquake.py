"""The main numbers of the shipped earthquakes, frozen: a change that moves them must say so.

After a change that is meant, write them anew from the root of the checkout and look at what differs::

    PYTHONPATH=.:tests python tests/golden/test_earthquake.py
    git diff tests/golden/earthquake.json
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import quakes

FROZEN = Path(__file__).with_name("earthquake.json")
SEED = 2021
REPLICATIONS = (0, 1)


def digest(name: str, replication: int) -> dict[str, Any]:
    """Counts and single numbers (nine digits) of one scenario, and a checksum of its whole-number columns."""
    s = quakes.drawn(name, SEED, replication)
    d, k = s.demands, s.casualties
    columns = (d.zone, d.node, d.event, d.parent, d.max_crews, d.closure, d.outage, k.demand, k.zone, k.severity,
               k.entrapment, s.closures.edge, s.outages.zone, s.displaced.zone, s.displaced.people, s.dead_at_once,
               s.slightly_injured, s.campers)
    whole = hashlib.sha256(b"".join(np.ascontiguousarray(column, dtype="<i8").tobytes() for column in columns))
    return {
        "notes": {key: f"{value:.9g}" for key, value in s.notes.items()},
        "demands": dict(sorted(Counter(d.kind).items())),
        "casualties": {str(key): n for key, n in sorted(Counter(k.entrapment.tolist()).items())},
        "closures": dict(sorted(Counter(s.closures.reason).items())),
        "outages": dict(sorted(Counter(s.outages.kind).items())),
        "work_crew_min": f"{d.work_crew_min.sum():.9g}",
        "report_draws": f"{s.draws['report'].sum():.9g}",
        "slightly_injured": int(s.slightly_injured.sum()),
        "whole_numbers": whole.hexdigest()[:16],
    }


@pytest.mark.parametrize("name", quakes.SHIPPED)
@pytest.mark.parametrize("replication", REPLICATIONS)
def test_the_shipped_earthquakes_are_as_frozen(name: str, replication: int) -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert digest(name, replication) == frozen[f"{name}/{replication}"]


def test_nothing_else_is_frozen() -> None:
    frozen = json.loads(FROZEN.read_text(encoding="utf-8"))
    assert set(frozen) == {f"{name}/{replication}" for name in quakes.SHIPPED for replication in REPLICATIONS}


if __name__ == "__main__":
    table = {f"{name}/{r}": digest(name, r) for name in quakes.SHIPPED for r in REPLICATIONS}
    FROZEN.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
