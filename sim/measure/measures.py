"""What one response is worth in numbers: every measure of one replication, from its log alone.

Hours end in ``_h``, minutes in ``_min``, shares are in [0, 1]; ``inf`` = never; nan = nobody was concerned. A demand
or a person left unserved is a miss in every measure and never a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.city.model import City
from sim.common.types import Floats
from sim.hazard.scenario import Scenario
from sim.measure.arrivals import answered, demand_measures, prevented_demands
from sim.measure.curves import curve_grid, curves
from sim.measure.evacuation import evacuation_measures
from sim.measure.exposure import as_it_came, loss_measures, scenario_measures, warning_measures
from sim.measure.forces import force_measures
from sim.measure.gas import chain_measures, gas_measures
from sim.measure.people import fates, people_measures, washing_measures
from sim.measure.quantiles import Part
from sim.measure.relief import relief_measures
from sim.plan.model import Layout, Plan
from sim.response.log import Log


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures of one replication."""

    values: Mapping[str, float]
    """Of the whole city, by name; a name ends in ``.<kind>``, ``.<kit line>`` or ``.tier<k>`` where there are many."""
    by_zone: Mapping[str, Floats]
    """Of each zone, shape (zones,)."""
    curve_min: Floats
    """Minutes since T0 at which the curves are read."""
    curves: Mapping[str, Floats]
    """People so far, at each minute of ``curve_min``."""


def measure(log: Log, city: City, plan: Plan, layout: Layout, scenario: Scenario) -> Measures:
    """Return what the response *log* of *layout* to *scenario* is worth; no clock, no chance."""
    zones = len(city.zones)
    log = as_it_came(log, scenario)
    people = fates(log, scenario, plan.coefficients["rescue_limit_h"])
    groups: tuple[Part, ...] = (
        relief_measures(log, plan, zones),
        demand_measures(answered(log, plan, scenario), plan, zones, log.horizon_min),
        (prevented_demands(log, plan, scenario), {}),
        warning_measures(log, scenario, zones),
        evacuation_measures(log, zones),
        people_measures(people, scenario, zones),
        (washing_measures(log, scenario), {}),
        gas_measures(log, scenario, zones),
        (chain_measures(log, scenario), {}),
        (force_measures(log, layout), {}),
        (loss_measures(log, scenario), scenario_measures(scenario, zones)),
    )
    grid = curve_grid(log.horizon_min)
    return Measures(
        values={name: value for values, _ in groups for name, value in values.items()},
        by_zone={name: column for _, by_zone in groups for name, column in by_zone.items()},
        curve_min=grid,
        curves=curves(people, log.relief, grid),
    )
