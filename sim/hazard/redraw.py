"""The same disaster with new chances of execution: what is broken stays; how fast people work and report changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sim.common.coefficients import Coefficients, package_table, read_coefficients
from sim.hazard.scenario import Scenario
from sim.hazard.streams import stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One copy of a disaster: factors have the median 1; who plays it applies those of turnout and travel."""

    scenario: Scenario
    turnout_factor: Mapping[str, float]
    """By team id; multiplies ``Team.turnout_min``."""
    travel_factor: float
    """Multiplies every driving time of this copy."""
    task_factor: Mapping[str, float]
    """By the names that the caller gave; multiplies how long this task of offices and stores takes in this copy."""


@cache
def execution_coefficients() -> Coefficients:
    """Return ``execution.csv``: how much execution differs between copies."""
    return read_coefficients(package_table("hazard", "execution.csv"))


def redraw(
    scenario: Scenario, spread: Mapping[str, float], teams: Iterable[str], tasks: Iterable[str], seed: int,
    replication: int,
) -> Execution:
    """Return *scenario* with new chances of execution; *spread* has the keys of ``execution.csv``.

    Each chance has a stream of its own, a team's by its id: another team moves no other's dice.
    """

    def rng(name: str) -> np.random.Generator:
        return stream(seed, replication, f"execution.{name}")

    demands, casualties = scenario.demands, scenario.casualties
    factor = np.exp(spread["work_sigma"] * rng("work").standard_normal(len(demands)))
    own = np.ones(len(casualties))
    trapped = casualties.demand >= 0
    own[trapped] = factor[casualties.demand[trapped]]
    draws = {name: rng(name).random(scenario.draws[name].shape) for name in ("report", "scout")}
    return Execution(
        scenario=replace(
            scenario,
            demands=replace(demands, work_crew_min=demands.work_crew_min * factor),
            casualties=replace(
                casualties, work_crew_min=casualties.work_crew_min * own,
                medic_draw=rng("medic_draw").random(len(casualties)),
                treat_draw=rng("treat_draw").random(len(casualties)),
                self_draw=rng("self_draw").random(len(casualties)),
            ),
            draws={**scenario.draws, **draws},
        ),
        turnout_factor={
            team: float(np.exp(spread["turnout_sigma"] * rng(f"turnout.{team}").standard_normal())) for team in teams
        },
        travel_factor=float(np.exp(spread["travel_sigma"] * rng("travel").standard_normal())),
        task_factor={
            task: float(np.exp(spread["task_sigma"] * rng(f"task.{task}").standard_normal())) for task in tasks
        },
    )
