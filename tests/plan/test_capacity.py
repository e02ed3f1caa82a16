"""What the ledger alone can show, by hand-made stocks."""

from __future__ import annotations

import dataclasses
import math

import pytest
import tiny_world as tw
from folders import CITY

from sim.city.read import read_city
from sim.plan.capacity import ledger_measures, relief_capacity
from sim.plan.layout import ledger_layout
from sim.plan.ledger import Ledger, read_ledger
from sim.plan.model import Depot, Item, KitLine, Plan, Team
from sim.plan.read_plan import read_plan


def item(item_id: str, persons: float) -> Item:
    return Item(
        item_id=item_id, name=tw.text(item_id), unit=tw.text("piece"), persons_per_item=persons, volume_m3=0.1,
        weight_kg=1.0,
    )


def line(line_id: str, *items: str, per_person: float = 1.0, cold_only: bool = False) -> KitLine:
    return KitLine(
        line_id=line_id, name=tw.text(line_id), items=items, per_person=per_person, cold_only=cold_only,
        indoor_free=False,
    )


def depot(depot_id: str, level: str, **stock: int) -> Depot:
    return Depot(
        depot_id=depot_id, name=tw.text(depot_id), level=level, node=0, stock=stock, trucks=1, opens_rank=4,
        opens_after_min=0.0, hourly={}, synthetic=True,
    )


KIT = (line("tent", "big", "small"), line("quilt", "quilt", per_person=2.0), line("coat", "coat", cold_only=True),
       line("water", "water"))
PLAN = tw.plan(kit=KIT, items={i.item_id: i for i in (
    item("big", 10), item("small", 4), item("quilt", 1), item("coat", 1), item("water", 1))})
STORES = (depot("W", "city", big=10, small=25, quilt=300, coat=90), depot("C", "county", quilt=1000, coat=1000),
          depot("S", "supplier", water=5000))


def ledger(*teams: Team, firefighters: int = 0) -> Ledger:
    return Ledger(
        teams=teams, depots=STORES, ambulances={}, buses={}, professional_firefighters=firefighters, doubts={},
    )


def capacity(cold: bool, stores: tuple[Depot, ...] = STORES, plan: Plan = PLAN) -> tuple[float, str, dict[str, float]]:
    found = relief_capacity(tw.layout(depots=stores), plan, ledger(), cold=cold)
    return found.people, found.first_out, found.by_line


def test_the_scarcest_line_decides() -> None:
    # tents: 10 x 10 + 25 x 4 = 200; quilts: 300 / 2 = 150; coats 90, in the cold only; water is never in the stores
    assert capacity(cold=False) == (150.0, "quilt", {"tent": 200.0, "quilt": 150.0})
    assert capacity(cold=True) == (90.0, "coat", {"tent": 200.0, "quilt": 150.0, "coat": 90.0})


def test_a_store_that_a_layout_empties_supplies_nobody() -> None:
    emptied = (depot("W", "city", big=10, small=25, quilt=0, coat=90), *STORES[1:])
    assert capacity(cold=False, stores=emptied)[:2] == (0.0, "quilt")


def test_a_second_city_store_counts_and_county_stores_do_not() -> None:
    more = (*STORES, depot("W2", "city", quilt=40), depot("C2", "county", quilt=400))
    assert capacity(cold=False, stores=more)[0] == 170.0


def test_without_any_store_nobody_is_supplied() -> None:
    nothing = Ledger(teams=(), depots=(), ambulances={}, buses={}, professional_firefighters=0, doubts={})
    assert relief_capacity(tw.layout(), PLAN, nothing, cold=True).people == 0.0


def test_firefighters_follow_the_layout() -> None:
    kept, lost = tw.team("F1", people=30), tw.team("F2", people=10)
    village = tw.team("V1", people=50, tier=4)
    city = tw.city(people=50_000)  # two zones: 100,000 people
    base = ledger(kept, lost, village, firefighters=40)
    added = tw.team("F3", people=20)
    part = dataclasses.replace(kept, team_id="F1/2", people=12)

    def permille(*teams: Team) -> float:
        return ledger_measures(city, PLAN, tw.layout(teams=teams), base)["firefighters_permille"]

    assert permille(kept, lost, village) == pytest.approx(0.4)
    assert permille(kept, village) == pytest.approx(0.3)
    assert permille(kept, lost, village, added) == pytest.approx(0.6)
    assert permille(dataclasses.replace(kept, people=18), part, lost) == pytest.approx(0.4)  # split, not fewer


def test_what_the_planner_states_comes_with_the_measures() -> None:
    plan = dataclasses.replace(PLAN, statements={"ledger_training": 0.97})
    assert ledger_measures(tw.city(), plan, tw.layout(depots=STORES), ledger())["ledger_training"] == 0.97


def test_the_reference_city_has_enough_firefighters_and_too_little_stock() -> None:
    city = read_city(CITY)
    plan = read_plan(city)
    ours = read_ledger(city, plan)
    measures = ledger_measures(city, plan, ledger_layout(ours), ours)
    assert measures["firefighters_permille"] == pytest.approx(1000 * 301 / 751_389)
    cold = relief_capacity(ledger_layout(ours), plan, ours, cold=True)
    warm = relief_capacity(ledger_layout(ours), plan, ours, cold=False)
    assert measures["relief_capacity_people"] == cold.people == min(cold.by_line.values())
    assert cold.people <= warm.people < 7_800
    assert math.isfinite(warm.people)
