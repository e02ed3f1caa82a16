"""Measures of what struck whom: warning coverage, shaking, water, collapsed dwellings, time in the dark, loss."""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import Floats
from sim.hazard.scenario import Outages, Scenario
from sim.measure.quantiles import Part, ratio, share_of
from sim.response.log import Log

COLLAPSED_FROM = 4
"""Damage states D4 and D5 count as collapsed."""


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
    """Return the direct loss, and how much of what could be avoided was; nan where nothing could be."""
    done_min = log.demands.done_min
    avoided = sum(part.loss_yuan for part in scenario.avoidable if done_min[part.demand] <= part.by_min)
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
