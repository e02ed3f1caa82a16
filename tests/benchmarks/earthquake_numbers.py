"""Prints what the shipped earthquakes do: the numbers of docs/background/earthquake.md.

From the root of the checkout::

    PYTHONPATH=.:tests python tests/benchmarks/earthquake_numbers.py [REPLICATIONS]

One block per earthquake: mean (10 %, 50 %, 90 %) of 50 replications of seed 1.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import quakes

from sim.hazard.casualties import ma_xie_death_rate, pager_china_death_rate, yin_death_rate
from sim.hazard.draw import draw


def numbers(name: str, replication: int) -> dict[str, float]:
    begun = time.perf_counter()
    s = draw(quakes.spec(name), quakes.city(), 1, replication)
    taken_ms = 1000.0 * (time.perf_counter() - begun)
    k, people = s.casualties, quakes.city().zones.people
    free = k.entrapment == 0
    fallen = s.damage[:, 4:].sum(axis=1) / s.damage.sum(axis=1)
    out = {zone for zone, kind in zip(s.outages.zone.tolist(), s.outages.kind, strict=True) if kind == "power"}
    dark = {zone for zone, kind in zip(s.outages.zone.tolist(), s.outages.kind, strict=True) if kind == "communication"}
    ignited = sum(kind == "fire" and parent < 0 for kind, parent in zip(s.demands.kind, s.demands.parent, strict=True))
    return {
        "magnitude": s.notes["magnitude"], "greatest intensity": s.notes["max_intensity"],
        "mean intensity where people live": float(people @ s.fields["intensity"][0] / people.sum()),
        "dead at once": s.notes["dead_at_once"], "buried alive": s.notes["buried_alive"],
        "of these dead by 72 h unless freed": float((k.trapped_death_min < 72 * 60).sum()),
        "of these entombed": float((k.entrapment == 4).sum()),
        "extrication, crew hours": float(k.work_crew_min.sum() / 60.0),
        "hospital cases not buried": float(free.sum()), "slightly hurt": float(s.slightly_injured.sum()),
        "dwellings in D4, D5": s.notes["collapsed_dwellings"], "dwellings in D3": float(s.damage[:, 3].sum()),
        "need public shelter": s.notes["displaced"], "camp out of fear": float(s.campers.sum()),
        "ignitions": float(ignited), "fires if none is fought": float(s.demands.kind.count("fire")),
        "roads shut or slow": float(len(set(s.closures.edge.tolist()))),
        "bridges damaged": float(len({e for e, r in zip(s.closures.edge.tolist(), s.closures.reason, strict=True)
                                      if r == "bridge"})),
        "townships without power": float(len(out)), "dark townships": float(len(dark)),
        "aftershocks that matter": s.notes["aftershocks"], "loss, 1e9 yuan": s.notes["loss_yuan"] / 1e9,
        "PAGER empirical deaths": float(people @ pager_china_death_rate(s.fields["intensity"][0])),
        "Yin deaths": float(people @ yin_death_rate(fallen)),
        "Ma & Xie deaths": float(people @ ma_xie_death_rate(fallen)),
        "demands": float(len(s.demands)), "milliseconds": taken_ms,
    }


def main(replications: int) -> None:
    for name in quakes.SHIPPED:
        draw(quakes.spec(name), quakes.city(), 1, 0)
        table = [numbers(name, r) for r in range(replications)]
        print(f"\n{name}")
        for key in table[0]:
            values = np.array([row[key] for row in table])
            low, middle, high = np.percentile(values, (10, 50, 90))
            print(f"  {key:36s} {values.mean():12,.4g} ({low:,.4g}, {middle:,.4g}, {high:,.4g})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
