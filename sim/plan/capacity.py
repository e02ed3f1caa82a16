"""What the ledger alone can show: how many people the city's own stock supplies, and how many firefighters it has."""

from __future__ import annotations

from dataclasses import dataclass

from sim.city.model import City
from sim.plan.ledger import Ledger
from sim.plan.model import Layout, Plan, Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many people a stock supplies with each line of the kit."""

    by_line: dict[str, float]
    """People whom the stock supplies, by kit line; lines that the store is not meant to hold are left out."""
    people: float
    """The least of them: people who get every line."""
    first_out: str
    """The line that runs out first."""


def relief_capacity(layout: Layout, plan: Plan, ledger: Ledger, *, cold: bool) -> Capacity:
    """Return how many people the city's own stores (``level`` city) supply with every line of the kit.

    Lines none of whose items any store of the ledger holds (water, food) come from agreed suppliers and are not
    counted here.
    """
    stores = [depot for depot in layout.depots if depot.level in ("city", "county", "village")]
    held = {item for depot in ledger.depots if depot.level in ("city", "county", "village") for item in depot.stock}
    city_stock: dict[str, int] = {}
    for depot in stores:
        if depot.level == "city":
            for item, pieces in depot.stock.items():
                city_stock[item] = city_stock.get(item, 0) + pieces
    by_line = {
        line.line_id: sum(city_stock.get(i, 0) * plan.items[i].persons_per_item for i in line.items) / line.per_person
        for line in plan.kit
        if (cold or not line.cold_only) and any(item in held for item in line.items)
    }
    if not by_line:
        return Capacity(by_line={}, people=0.0, first_out="")
    first = min(by_line, key=lambda line: by_line[line])
    return Capacity(by_line=by_line, people=by_line[first], first_out=first)


def is_firefighters(team: Team) -> bool:
    """Tell whether *team* is a fire team of the main force."""
    return team.type == "fire" and team.tier == 1


def ledger_measures(city: City, plan: Plan, layout: Layout, ledger: Ledger) -> dict[str, float]:
    """Return the measures that need no simulation, by name; those that the planner has entered come with them.

    ``relief_capacity_people`` is that of the cold season, in which the kit has the most lines.
    """
    base = {team.team_id for team in ledger.teams}
    added = sum(t.people for t in layout.teams if is_firefighters(t) and t.team_id.split("/")[0] not in base)
    kept = {team.team_id.split("/")[0] for team in layout.teams}
    lost = sum(t.people for t in ledger.teams if is_firefighters(t) and t.team_id not in kept)
    firefighters = ledger.professional_firefighters + added - lost
    return {
        "firefighters_permille": 1000.0 * firefighters / float(city.zones.people.sum()),
        "relief_capacity_people": relief_capacity(layout, plan, ledger, cold=True).people,
        **plan.statements,
    }
