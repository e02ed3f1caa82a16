"""The parameters that lie behind several actions, and a plan in which they are other than they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from sim.drill.copies import Stage
from sim.drill.csv_rows import shipped
from sim.hazard.scenario import VEHICLES
from sim.plan.model import Plan

LEVELS, LINKS, TURNOUT, TRAVEL = "level_decision", "report_links", "turnout", "travel"
"""Parameters that are several numbers at once: one factor on all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One unknown factor; 1 is the value in use."""

    key: str
    """A coefficient of ``response.csv``, or one of the names above."""
    steps: tuple[str, ...]
    """Steps of actions that it is behind."""
    sigma: float
    """How sure the value in use is: spread of the factor's logarithm before any drill."""


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return the rows of ``tables/calibrated.csv``."""
    return tuple(
        Parameter(key=row["key"], steps=tuple(row["steps"].split()), sigma=float(row["sigma"]))
        for row in shipped("calibrated.csv")
    )


def behind(steps: Iterable[str]) -> tuple[Parameter, ...]:
    """Return the parameters that are behind at least one of *steps*."""
    seen = set(steps)
    return tuple(each for each in parameters() if seen & set(each.steps))


def changed(plan: Plan, stage: Stage, factors: Mapping[str, float]) -> tuple[Plan, Stage]:
    """Return *plan* and *stage* with each parameter times its factor."""
    own = plan.coefficients
    numbers = {key: own[key] * factor for key, factor in factors.items() if key in own}
    if TRAVEL in factors:
        driven = [*(f"vehicle_{vehicle}_factor" for vehicle in VEHICLES), "access_speed_kmh"]
        numbers |= {key: own[key] / factors[TRAVEL] for key in driven}
    slow, link = factors.get(LEVELS, 1.0), factors.get(LINKS, 1.0)
    levels = tuple(replace(each, decision_min=each.decision_min * slow) for each in plan.levels)
    links = tuple(
        replace(each, median_min=each.median_min * link, dark_median_min=each.dark_median_min * link)
        for each in plan.report_links
    )
    turnout = factors.get(TURNOUT, 1.0)
    teams = tuple(replace(team, turnout_min=team.turnout_min * turnout) for team in stage.layout.teams)
    return (
        replace(plan, levels=levels, report_links=links, coefficients=own.with_overrides(numbers, "review")),
        replace(stage, layout=replace(stage.layout, teams=teams)),
    )
