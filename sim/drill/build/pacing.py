"""How fast news may come in a drill: rules of thumb of its controllers, from ``tables/pacing.csv``."""

from __future__ import annotations

from dataclasses import dataclass

from sim.drill.csv_rows import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """The rules, minutes; see the table for what each means."""

    gap_min: float
    per_hour: int
    first_min: float
    last_free_min: float
    lead_min: float
    least_cut_min: float
    longest_hold_min: float
    protected_cap_min: float


def shipped_pacing() -> Pacing:
    """Return the rules that ship."""
    value = {row["key"]: float(row["value"]) for row in shipped("pacing.csv")}
    return Pacing(
        gap_min=value["gap_min"], per_hour=int(value["per_hour"]), first_min=value["first_min"],
        last_free_min=value["last_free_min"], lead_min=value["lead_min"], least_cut_min=value["least_cut_min"],
        longest_hold_min=value["longest_hold_min"], protected_cap_min=value["protected_cap_min"],
    )
