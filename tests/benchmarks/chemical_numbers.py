"""Prints the numbers of docs/background/chemical.md and of the chemical part of docs/background/sense.md.

From the root of the checkout::

    PYTHONPATH=.:tests python tests/benchmarks/chemical_numbers.py [REPLICATIONS [REPLICATIONS OF M 8]]

First accidents of the open literature beside the models, then the shipped scenarios: seed 1, current ledger, mean of
the replications (and the 10 % and 90 % values).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache

import past_accidents as past
import quakes

from sim.hazard.draw import HazardSpec, draw
from sim.hazard.read import read_hazard
from sim.hazard.scenario import Scenario
from sim.measure.measures import measure
from sim.plan.layout import read_layout
from sim.plan.ledger import read_ledger
from sim.plan.model import Layout, Plan
from sim.plan.read_plan import read_plan
from sim.response.cloud import DEAD
from sim.response.respond import respond
from tests.benchmarks.sense_numbers import shown_mean, table

CHEMICALS = ("chlorine-night", "ammonia-day", "vcm-fire", "release-random")
CASCADES = ("1739-with-releases", "carbide-flash-flood")
COLUMNS = {
    "in the orange or red zone if nobody acts, people": ("people_in_gas", 1.0),
    "of the people in the way: reached by a warning in time, %": ("warning_coverage_share", 100.0),
    "left in time": ("evacuated_people", 1.0),
    "shut in in time": ("sheltered_people", 1.0),
    "red zone as it came, people": ("gas_red_people", 1.0),
    "orange zone as it came, people": ("gas_orange_people", 1.0),
    "hurt by gas, those who died included": ("gas_hurt", 1.0),
    "died of what they took in": ("died_exposed", 1.0),
    "deaths in all": ("deaths", 1.0),
    "washed": ("washed", 1.0),
    "hospital doors shut": ("hospitals_contaminated", 1.0),
    "leaks": ("leaks", 1.0),
    "closed by crews": ("leaks_closed_by_crews", 1.0),
    "flow, mean min": ("leak_flow_min", 1.0),
    "in the air, t": ("gas_aired_kg", 1e-3),
    "held back by curtains, t": ("gas_washed_kg", 1e-3),
    "fires at plants": ("plant_fires", 1.0),
    "explosions": ("explosions", 1.0),
    "explosions averted": ("explosions_averted", 1.0),
    "crew members hurt": ("responders_hurt", 1.0),
}
"""Row of the table: measure or note of the scenario, and what it is multiplied by."""


@cache
def spec(name: str) -> HazardSpec:
    return read_hazard(next(quakes.REFERENCE.glob(f"*/{name}.yaml")), quakes.city())


def untended_deaths(s: Scenario) -> float:
    """Return how many the clouds would kill by their dose if nobody closed, warned or fetched anybody."""
    warm = s.temp_c >= 10.0
    return float(sum((past.played(release, warm=warm).harm == DEAD).sum() for release in s.releases))


def numbers(s: Scenario, plan: Plan, layout: Layout) -> dict[str, float]:
    city = quakes.city()
    values = {**s.notes, **measure(respond(city, plan, layout, s), city, plan, layout, s).values}
    found = {row: factor * values.get(key, float("nan")) for row, (key, factor) in COLUMNS.items()}
    return {"died of the gas if no help came": untended_deaths(s) if s.releases else float("nan"), **found}


def span(values: Sequence[float], digits: int = 0) -> str:
    low, high = f"{min(values):,.{digits}f}", f"{max(values):,.{digits}f}"
    return low if low == high else f"{low} to {high}"


def of_the_past(replications: int) -> None:
    """Print what the models make of past accidents, each case a row."""
    print("| | out of the vessel, kg/s | dead of the dose | workers among them | hurt | half die within, m "
          "| one in 100 dies within, m | red, km2 | orange, km2 |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, case, tolls in past.all_tolls(replications):
        how = case.hole.kind.replace("_", " ") + (f" of {case.hole.mm:g} mm" if case.hole.mm else "")
        words = f"{name}: {how}, {case.wind_ms:g} m/s {case.stability}" + (", people flee" if case.flee else "")
        cells = [
            span([t.rate_kg_s for t in tolls], 1), span([t.dead for t in tolls]),
            span([t.dead_workers for t in tolls]), span([t.hurt for t in tolls]),
            span([t.half_die_m for t in tolls]), span([t.one_dies_m for t in tolls]),
            span([t.red_km2 for t in tolls], 1), span([t.orange_km2 for t in tolls], 1),
        ]
        print(f"| {words} | " + " | ".join(cells) + " |")
    print(f"\nFeyzin 1966: {past.feyzin_1966()}\n")


def main(replications: int, of_the_largest: int) -> None:
    of_the_past(5)
    city = quakes.city()
    plan = read_plan(city)
    layout = read_layout(quakes.ROOT / "experiments" / "layouts" / "current.yaml", city, plan, read_ledger(city, plan))
    columns = {}
    for name in (*CHEMICALS, *CASCADES):
        count = of_the_largest if name.startswith("1739") else replications * (4 if name == "release-random" else 1)
        columns[name] = [numbers(draw(spec(name), city, 1, r), plan, layout) for r in range(count)]
    table(columns, shown_mean)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(given[0] if given else 50, given[1] if len(given) > 1 else 10)
