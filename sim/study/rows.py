"""Turns logs and measures of many replications into the columns of the tables of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.model import City
from sim.hazard.scenario import Scenario
from sim.measure.exposure import as_it_came, happened
from sim.measure.gas import ORANGE, RED, YELLOW, died_exposed, exposed_people, hurt_people, is_closed
from sim.measure.measures import Measures
from sim.plan.model import Plan
from sim.response.log import Log
from sim.study.facts import facts_of
from sim.study.parts import SCHEMA

CITY = ""
"""What stands in the column ``zone`` for the whole city."""


def names(values: Sequence[str]) -> NDArray[np.object_]:
    """Return *values* as a column of texts."""
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column


def _sites(city: City) -> dict[str, str]:
    """Return the plant of each vessel of *city*."""
    vessels, sites = city.vessels, city.chemical_sites.site_id
    if vessels is None:
        return {}
    return {vessel: sites[site] for vessel, site in zip(vessels.vessel_id, vessels.site.tolist(), strict=True)}


class Rows:
    """Collects the rows of a chunk, table by table."""

    def __init__(self, city: City, plan: Plan) -> None:
        self.city = city
        self.zone = names([*city.zones.code, CITY])
        self.shelter = names([*city.shelters.shelter_id, ""])
        self.line = names([*(line.line_id for line in plan.kit), ""])
        self.site_of = _sites(city)
        self.blocks: dict[str, list[Mapping[str, NDArray[Any]]]] = {table: [] for table in SCHEMA}

    def add(self, table: str, layout: str, replication: int, columns: Mapping[str, Any]) -> None:
        """Add rows to *table*; *columns* are arrays of one length."""
        n = len(next(iter(columns.values())))
        ours = {"layout": names([layout] * n), "replication": np.full(n, replication, dtype=np.int32)}
        self.blocks[table].append({**ours, **columns})

    def add_measures(self, layout: str, replication: int, measures: Measures) -> None:
        """Add the measures of one replication: of the whole city, of each zone, and the curves."""
        values = measures.values
        self.add("measures", layout, replication, {
            "measure": names(list(values)), "zone": names([CITY] * len(values)),
            "value": np.array(list(values.values())),
        })
        for measure, by_zone in measures.by_zone.items():
            zones = self.zone[:-1]
            self.add("measures", layout, replication, {
                "measure": names([measure] * len(zones)), "zone": zones, "value": np.asarray(by_zone, dtype=np.float64),
            })
        for curve, points in measures.curves.items():
            self.add("curves", layout, replication, {
                "curve": names([curve] * len(points)), "minute": measures.curve_min, "value": points,
            })

    def add_scenario(self, replication: int, scenario: Scenario) -> None:
        """Add the facts of the disaster of one replication, which is the same for all layouts."""
        facts = facts_of(scenario, self.city)
        self.blocks["scenarios"].append({
            "replication": np.full(len(facts), replication, dtype=np.int32), "fact": names(list(facts)),
            "value": np.array(list(facts.values()), dtype=np.float64),
        })

    def add_log(self, layout: str, replication: int, log: Log, scenario: Scenario) -> None:
        """Add demands, relief, crews, evacuation, gas and the chain of events of one replication row by row."""
        self.add("demands", layout, replication, self._demands(log, scenario))
        self.add("relief", layout, replication, {
            "shelter": self.shelter[log.relief.shelter], "zone": self.zone[log.relief.zone],
            "people": log.relief.people,
            "displaced_min": log.relief.displaced_min, "relieved_min": log.relief.relieved_min,
            "last_line": self.line[log.relief.last_line],
        })
        crews = log.crews
        self.add("crews", layout, replication, {
            "team": names(crews.team), "people": crews.people, "available_min": crews.available_min,
            "travel_min": crews.travel_min, "work_min": crews.work_min, "rest_min": crews.rest_min, "jobs": crews.jobs,
        })
        self.add("evacuation", layout, replication, self._evacuation(as_it_came(log, scenario)))
        self.add("gas", layout, replication, self._gas(log, scenario))
        self.add("chain", layout, replication, self._chain(log, scenario))

    def _evacuation(self, log: Log) -> dict[str, Any]:
        rows = log.evacuations
        zone = np.array([row.zone for row in rows], dtype=np.int64)
        numbers = ("danger", "people", "strike_min", "by_themselves", "by_bus", "exposed")
        return {"zone": self.zone[zone], **{name: np.array([getattr(row, name) for row in rows]) for name in numbers}}

    def _gas(self, log: Log, scenario: Scenario) -> dict[str, Any]:
        rows, releases = log.gas, [scenario.releases[row.release] for row in log.gas]
        numbers = (
            "release", "began_min", "flow_ended_min", "ended_min", "aired_kg", "washed_kg", "vessel_kg", "pool_kg",
        )
        people = np.array([row.people for row in rows]).reshape(len(rows), RED + 1)
        pairs = list(zip(releases, rows, strict=True))
        return {
            **{name: np.array([getattr(row, name) for row in rows]) for name in numbers},
            "event": np.array([release.event for release in releases]),
            "vessel": names([release.vessel for release in releases]),
            "substance": names([release.substance for release in releases]),
            "site": names([self.site_of.get(release.vessel, "") for release in releases]),
            "held_kg": np.array([release.held_kg for release in releases]),
            "red_people": people[:, RED], "orange_people": people[:, ORANGE], "yellow_people": people[:, YELLOW],
            "exposed_people": np.array([exposed_people(release, row) for release, row in pairs]),
            "hurt": np.array([hurt_people(log, release) for release in releases]),
            "died_exposed": np.array([died_exposed(log, release) for release in releases]),
            "closed_by_crews": np.array([is_closed(log, scenario, row) for row in rows]),
        }

    def _chain(self, log: Log, scenario: Scenario) -> dict[str, Any]:
        events = scenario.events
        return {
            "event": np.arange(len(events)), "kind": names([event.kind for event in events]),
            "name_zh": names([event.name.zh for event in events]),
            "name_en": names([event.name.en for event in events]),
            "parent": np.array([event.parent for event in events]),
            "start_min": np.array([event.start_min for event in events]),
            "happened": np.array([happened(log, scenario, number) for number in range(len(events))]),
        }

    def _demands(self, log: Log, scenario: Scenario) -> dict[str, Any]:
        ours, theirs = log.demands, scenario.demands
        return {
            "demand": np.arange(len(theirs)), "kind": names(theirs.kind), "zone": self.zone[theirs.zone],
            "quantity": theirs.quantity, "real_min": theirs.real_min, "known_min": ours.known_min,
            "dispatched_min": ours.dispatched_min, "arrived_min": ours.arrived_min,
            "local_arrived_min": ours.local_arrived_min, "started_min": ours.started_min, "done_min": ours.done_min,
            "state": ours.state, "crews_sent": ours.crews_sent, "crew_min": ours.crew_min,
            "left_work_crew_min": ours.left_work, "unreachable_min": ours.unreachable_min,
        }

    def tables(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return the columns of every table that got rows, blocks one after the other."""
        return {
            table: {column: np.concatenate([block[column] for block in blocks]) for column in SCHEMA[table]}
            for table, blocks in self.blocks.items()
            if blocks
        }
