"""Prints the simulated numbers of docs/background/sense.md, as the rows of its tables: earthquakes, then floods.

From the root of the checkout::

    PYTHONPATH=.:tests python tests/benchmarks/sense_numbers.py [REPLICATIONS [REPLICATIONS OF M 8]]

Seed 1, current ledger; of earthquakes each number is the median of the replications, of floods their mean, as most of
them bring no deaths (and the 10 % and 90 % values).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise

import floods
import numpy as np
import quakes

from sim.city.travel import edge_minutes, path, shortest_times
from sim.common.types import Floats
from sim.hazard.draw import draw
from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.loss import affected_people
from sim.hazard.scenario import VEHICLES, Scenario
from sim.measure.measures import measure
from sim.measure.people import DEAD
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan
from sim.response.log import DIED_TRAPPED, Log
from sim.response.respond import respond

QUAKES = ("m55", "m65-day", "m80-1739-night")
FLOODS = ("storm-2018-07-22", "dawukou-50y-night", "flash-random", "yellow-river-20y", "river-100y", "ice-jam-february")
TRUCK = VEHICLES.index("truck")


def way_km(origin: int, target: int, before: Floats, km: dict[tuple[int, int], float]) -> float:
    nodes = path(before, origin, target)
    return sum(km[pair] for pair in pairwise(nodes))


def convoy_kmh(log: Log, layout: Layout) -> list[float]:
    """Speed of every loaded trip to a shelter at least 5 km away, by the way that is fastest on free roads."""
    roads, city = quakes.city().roads, quakes.city()
    _, before = shortest_times(roads, edge_minutes(roads))
    km: dict[tuple[int, int], float] = {}
    for u, v, length in zip(roads.u.tolist(), roads.v.tolist(), roads.length_km.tolist(), strict=True):
        for pair in ((u, v), (v, u)):
            km[pair] = min(length, km.get(pair, length))
    depots = {depot.depot_id: depot.node for depot in layout.depots}
    trips = {(d.convoy, d.depot, d.shelter, d.arrived_min - d.left_min) for d in log.deliveries if d.shelter >= 0}
    speeds = []
    for _, depot, shelter, minutes in sorted(trips):
        length = way_km(depots[depot], int(city.shelters.node[shelter]), before, km)
        if length >= 5.0 and minutes > 0.0:
            speeds.append(60.0 * length / minutes)
    return speeds


def share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def numbers(s: Scenario, log: Log, plan: Plan, layout: Layout) -> dict[str, float]:
    values = measure(log, quakes.city(), plan, layout, s).values
    buried = s.casualties.demand >= 0
    outcome = log.casualties.outcome
    out_min = log.casualties.freed_min
    freed = buried & (out_min <= log.horizon_min) & (out_min < s.casualties.trapped_death_min)
    hours = (out_min - s.casualties.real_min)[freed] / 60.0
    died = np.isin(outcome, DEAD)
    speeds = convoy_kmh(log, layout)
    return {
        "buried alive": float(buried.sum()),
        "of the buried alive, died later (M5), %": 100 * share((died & buried).sum(), buried.sum()),
        "of these under the rubble, %": 100 * share((outcome[buried] == DIED_TRAPPED).sum(), (died & buried).sum()),
        "freed alive": float(freed.sum()),
        "of the freed, out within 24 h, %": 100 * share((hours <= 24.0).sum(), len(hours)),
        "freed alive within 72 h, % of the buried": 100 * values["rescued_alive_share_72h"],
        "fires: drive of the first engine, mean min": values["travel_mean_min.fire"],
        "fires: engine within 5 min of the order, %": 100 * values["arrival_within_limit_share.fire"],
        "lightly trapped: first crew, median min": values["arrival_p50_min.rescue_light"],
        "reports known, median min": values["report_p50_min"],
        "to the hospital's door, 90 % by h": values["hospital_p90_min"] / 60.0,
        "loaded convoys, median km/h": float(np.median(speeds)) if speeds else float("nan"),
        "displaced people": values["displaced_people"],
        "relieved within 10 h, %": 100 * values["relief_share_10h"],
        "half of the displaced relieved by h": values["relief_p50_h"],
        "warned before the first dangerous aftershock, %": 100 * values["warning_coverage_share"],
    }


def flood_numbers(name: str, replication: int, plan: Plan, layout: Layout) -> dict[str, float]:
    city, spec = quakes.city(), floods.spec(name)
    field, s = draw_water(spec, city, 1, replication), draw(spec, city, 1, replication)
    values = measure(respond(city, plan, layout, s), city, plan, layout, s).values
    in_danger = values["people_in_danger"]
    return {
        "affected (0.1 m of water), people": float(affected_people(field, city, spec.coefficients).sum()),
        "in danger, people": 0.0 if np.isnan(in_danger) else in_danger,
        "reached by a warning before it strikes, %": 100 * values["warning_coverage_share"],
        "still there when it strikes, %": 100 * values["exposed_share"],
        "cut off, swept away or buried": values["trapped_people"],
        "deaths if nobody acts": float((s.casualties.trapped_death_min <= s.horizon_min).sum()),
        "deaths": values["deaths"],
        "homeless in shelter": values["displaced_people"],
        "relieved within 10 h, %": 100 * values["relief_share_10h"],
        "reports in time, %": 100 * values["report_share_in_time"],
        "direct loss, million yuan": values["loss_yuan"] / 1e6,
        "loss avoided by walls, million yuan": float(np.nan_to_num(values["loss_avoided_yuan"])) / 1e6,
    }


def shown_mean(values: Floats) -> str:
    known = values[~np.isnan(values)]
    if not len(known):
        return "-"
    low, high = np.quantile(known, (0.1, 0.9))
    return f"{word(float(known.mean()))} ({word(float(low))}, {word(float(high))})"


def shown(values: Floats) -> str:
    known = values[~np.isnan(values)]
    if not len(known):
        return "-"
    low, middle, high = (word(float(np.quantile(known, q, method="higher"))) for q in (0.1, 0.5, 0.9))
    return f"{middle} ({low}, {high})"


def word(value: float) -> str:
    if np.isinf(value):
        return "never"
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def table(columns: dict[str, list[dict[str, float]]], cell: Callable[[Floats], str]) -> None:
    print("| | " + " | ".join(f"{name} ({len(rows)})" for name, rows in columns.items()) + " |")
    print("|---|" + "---|" * len(columns))
    for key in next(iter(columns.values()))[0]:
        cells = [cell(np.array([row[key] for row in rows])) for rows in columns.values()]
        print(f"| {key} | " + " | ".join(cells) + " |")


def main(replications: int, of_the_largest: int) -> None:
    city = quakes.city()
    plan = read_plan(city)
    layout = read_layout(quakes.ROOT / "experiments" / "layouts" / "current.yaml", city, plan, read_ledger(city, plan))
    columns: dict[str, list[dict[str, float]]] = {}
    for name in QUAKES:
        count = of_the_largest if name == QUAKES[-1] else replications
        drawn = (quakes.draw(quakes.spec(name), city, 1, r) for r in range(count))
        columns[name] = [numbers(s, respond(city, plan, layout, s), plan, layout) for s in drawn]
    table(columns, shown)
    print()

    def times(name: str) -> int:
        """A storm anywhere mostly floods nobody: three times as many."""
        return (3 if name == "flash-random" else 1) * replications

    wet = {name: [flood_numbers(name, r, plan, layout) for r in range(times(name))] for name in FLOODS}
    table(wet, shown_mean)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 50, given[1] if len(given) > 1 else 10)
