"""Measures of what struck whom: warning coverage, shaking, water, collapsed dwellings, time in the dark, loss."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from sim.common.types import NEVER, Floats
from sim.hazard.scenario import Outages, Scenario
from sim.measure.quantiles import Part, ratio, share_of
from sim.response.log import PREVENTED, Log

COLLAPSED_FROM = 4
"""Damage states D4 and D5 count as collapsed."""


def is_real(log: Log, scenario: Scenario, demand: int) -> bool:
    """Tell whether *demand* became real within the horizon."""
    due = bool(scenario.demands.real_min[demand] <= log.horizon_min)
    return due and bool(log.demands.state[demand] != PREVENTED)


def happened(log: Log, scenario: Scenario, event: int) -> bool:
    """Tell whether *event* came about within the horizon: in any case, or because its demand became real."""
    it = scenario.events[event]
    return it.start_min <= log.horizon_min and (it.only_if < 0 or is_real(log, scenario, it.only_if))


def as_it_came(log: Log, scenario: Scenario) -> Log:
    """Return *log* without the dangers that never came: of a burst that was prevented nobody was to be warned.

    Their warnings are left out; they strike never and nobody is exposed to them. Those who left all the same have left.
    """
    events = [danger.event for danger in scenario.dangers]
    averted = {number for number, event in enumerate(events) if not happened(log, scenario, event)}
    if not averted:
        return log
    evacuations = tuple(
        replace(row, strike_min=NEVER, exposed=0.0) if row.danger in averted else row for row in log.evacuations
    )
    warnings = tuple(row for row in log.warnings if row.danger not in averted)
    return replace(log, warnings=warnings, evacuations=evacuations)


def warning_measures(log: Log, scenario: Scenario, zones: int) -> Part:
    """Return the share of the people in danger whom any channel reached in time; nan where nobody was."""
    reached, people = np.zeros(zones), np.zeros(zones)
    for warning in log.warnings:
        danger = scenario.dangers[warning.danger]
        np.add.at(people, danger.zones, danger.people)
        np.add.at(reached, danger.zones, danger.people * warning.reached_share)
    values = {"warning_coverage_share": ratio(float(reached.sum()), float(people.sum()))}
    return values, {"warning_coverage_share": share_of(reached, people)}


def dark_minutes(outages: Outages, zones: int, horizon_min: float) -> Floats:
    """Return how long each zone is without communication within the horizon if nobody repairs anything."""
    minutes, until = np.zeros(zones), np.zeros(zones)
    for row in np.argsort(outages.from_min, kind="stable").tolist():
        if outages.kind[row] == "communication":
            zone = outages.zone[row]
            start = max(float(outages.from_min[row]), until[zone])
            end = min(float(outages.to_min[row]), horizon_min)
            if end > start:
                minutes[zone] += end - start
                until[zone] = end
    return minutes


def greatest_depth_m(scenario: Scenario, zones: int) -> Floats:
    """Return the greatest depth of water in each zone over all events; nan where the scenario has no water."""
    depth = scenario.fields.get("max_depth_m")
    return np.full(zones, np.nan) if depth is None else np.asarray(depth, dtype=np.float64).max(axis=0)


def loss_measures(log: Log, scenario: Scenario) -> dict[str, float]:
    """Return the direct loss, and how much of what could be avoided was; nan where nothing could be.

    Avoided is what hangs on a demand that was done in time, or that never became real as something else was.
    """
    done_min, state = log.demands.done_min, log.demands.state
    avoided = sum(
        part.loss_yuan for part in scenario.avoidable
        if done_min[part.demand] <= part.by_min or state[part.demand] == PREVENTED
    )
    return {
        "loss_yuan": float(scenario.loss_yuan.sum()) - avoided,
        "loss_avoided_yuan": float(avoided) if scenario.avoidable else math.nan,
    }


def scenario_measures(scenario: Scenario, zones: int) -> dict[str, Floats]:
    """Return what the scenario alone says by zone: shaking of the first event, water, collapsed dwellings, darkness."""
    intensity = scenario.fields.get("intensity")
    return {
        "intensity": np.full(zones, np.nan) if intensity is None else np.asarray(intensity[0], dtype=np.float64),
        "max_depth_m": greatest_depth_m(scenario, zones),
        "collapsed_dwellings": scenario.damage[:, COLLAPSED_FROM:].sum(axis=1),
        "dark_min": dark_minutes(scenario.outages, zones, scenario.horizon_min),
    }
