"""Reads the tables of a saved scenario and checks that they fit together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import City
from sim.city.table import Column, Problems, Table, check_unique, read_table
from sim.common.errors import InputError, Problem
from sim.common.types import Floats, Ints, Text, frozen
from sim.hazard import saved_tables as t
from sim.hazard.saved_about import load_about
from sim.hazard.saved_form import MIDDLE, OF_ZONES, OWN_NUMBER, AboutForm, draw_cells
from sim.hazard.saved_refer import Refer
from sim.hazard.saved_release_load import check_people, load_releases
from sim.hazard.saved_releases import RELEASES, ReleaseForm, read_releases
from sim.hazard.scenario import Casualties, Closures, Demands, Displaced, Outages, Scenario, Series

WORK_TOLERANCE = 1e-6
"""By how much the work of a demand may differ from that of its people: rounding of an office program."""


TORN = ("missing_column", "repeated_column", "encoding", "unreadable_file", "empty_file", "saved.missing_table")
POINTERS = {"demand", "closure", "outage", "zone", "event", "minute"}
"""Columns by which rows find each other: with one that cannot be read, nothing more can be said of other rows."""

FOLLOW = (
    "saved.parent_later", "saved.noticed_early", "saved.people_apart", "saved.exposed_trapped", "saved.exposed_hurt",
)
"""Problems that compare a cell with another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A scenario from a folder, and what its editor should know."""

    scenario: Scenario
    labels: tuple[int, ...]
    """The number that each demand has in the file."""
    notes: tuple[Problem, ...]
    """What was put right in reading."""


class Loader:
    """Reads the tables of one saved scenario; every problem of one step is raised at once.

    The steps: the tables by themselves, then the numbers that rows carry, then what refers to what. A step is left out
    only if an earlier one has left nothing to go by.
    """

    def __init__(self, folder: Path, about: AboutForm, city: City, kinds: Sequence[str] | None = None) -> None:
        self.folder, self.about, self.city, self.kinds = folder, about, city, kinds
        self.places = t.places(city)
        self.problems: Problems = []
        self.notes: Problems = []
        self.tables = self._tables()
        self.releases = self._release_forms()
        self.spoilt = {(problem.file, problem.row) for problem in self.problems}
        self._check_kinds()
        if any(p.code in TORN or p.column in POINTERS or p.file == RELEASES for p in self.problems):
            self._end_of_step()
        self.order = np.argsort(self._values("demands", "real_min"), kind="stable")
        known = len(self.problems)
        self.rows = {own: self._numbers(name) for name, own in OWN_NUMBER.items()}
        self.zone_order = self._zone_order()
        if len(self.problems) > known:
            self._end_of_step()
        self.refer = Refer(
            zones=self.places[t.ZONE], demands=self.rows[t.DEMAND], events=about.events, releases=self.releases,
            kinds=dict(zip(self._values("demands", t.DEMAND), self._values("demands", "kind"), strict=True)),
            places=self._facilities(), problems=self.problems,
        )

    def _facilities(self) -> dict[str, Collection[str]]:
        nodes = self.places[t.NODE]
        return {"hospital": self.city.hospitals.hospital_id, "depot_place": nodes, "team_place": nodes}

    def saved(self) -> Saved:
        """Return the whole scenario; raises :class:`InputError` if its parts do not fit together."""
        numbers = self._values("demands", OWN_NUMBER["demands"])
        labels = tuple(numbers[row] for row in self.order.tolist())
        return Saved(scenario=self._scenario(), labels=labels, notes=tuple(self.notes))

    def _scenario(self) -> Scenario:
        about = self.about
        demands, casualties = self._demands(), Casualties(**self._of("casualties", t.CASUALTIES))
        demands = self._with_people(demands, casualties)
        closures, outages = self._closures(), Outages(**self._of("outages", t.OUTAGES))
        displaced = Displaced(**self._of("displaced", t.DISPLACED))
        releases = load_releases(self.releases, self.refer)
        self.problems += check_people(self.releases, casualties, self.tables["casualties"])
        named, fields = load_about(about, self.refer), self._fields()
        self._end_of_step()
        return Scenario(
            scenario_id=about.scenario_id, hazard=about.hazard, title=Text(about.title.zh, about.title.en),
            seed=about.seed, replication=about.replication, month=about.month, hour=float(about.hour),
            weekend=about.weekend, temp_c=float(about.temp_c), wind_ms=float(about.wind_ms),
            horizon_min=float(about.horizon_min), demands=demands, casualties=casualties, closures=closures,
            outages=outages, displaced=displaced, fields=fields, series=self._series(), draws=self._draws(),
            releases=releases, **named, **self._by_zone(),
        )

    # ---- the tables by themselves --------------------------------------------------------------

    def _tables(self) -> dict[str, Table]:
        draws = {name: draw_cells(name, count) for name, count in self.about.draws.items()}
        of_zones = [cell for name, cells in draws.items() if name in OF_ZONES for cell in cells]
        of_demands = [cell for name, cells in draws.items() if name not in OF_ZONES for cell in cells]
        tables = {
            "demands": self._read("demands", t.DEMANDS, of_demands),
            "casualties": self._read("casualties", t.CASUALTIES),
            "closures": self._read("closures", t.CLOSURES + t.FACTORS),
            "outages": self._read("outages", t.OUTAGES),
            "displaced": self._read("displaced", t.DISPLACED),
            "zones": self._read("zones", t.ZONES + t.DAMAGE, of_zones),
        }
        if self.about.fields:
            tables["fields"] = self._read("fields", (*t.WHERE, *self._field_cells()))
        if self.about.series:
            cells = tuple(t.Cell(name, t.NUMBER, 0) for name in self.about.series)
            tables["series"] = self._read("series", (*t.SERIES, *cells))
        return tables

    def _release_forms(self) -> list[ReleaseForm]:
        path = self.folder / RELEASES
        if path.is_file():
            return read_releases(path, self.problems)
        if self.about.releases:
            self.problems.append(Problem(code="saved.missing_table", file=RELEASES, value=str(self.folder)))
        return []

    def _read(self, name: str, cells: tuple[t.Cell, ...], draws: list[t.Cell] | None = None) -> Table:
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            self.problems.append(Problem(code="saved.missing_table", file=path.name, value=str(self.folder)))
            return Table(path.name)
        columns = [t.column(cell, len(self.about.events)) for cell in cells]
        columns += [Column(cell.name, float, cell.low, cell.high, blank=MIDDLE) for cell in draws or []]
        columns += [Column(OWN_NUMBER[name], int, 0)] if name in OWN_NUMBER else []
        columns += [Column("zone_name", required=False)] if any(cell.form == t.ZONE for cell in cells) else []
        found: Problems = []
        table = read_table(path, columns, found)
        self.problems += [problem for problem in found if problem.code != "no_rows"]
        return table

    def _field_cells(self) -> tuple[t.Cell, ...]:
        return tuple(t.Cell(name, t.NUMBER) for name in self.about.fields)

    def _check_kinds(self) -> None:
        """Report every demand of a kind that nobody knows."""
        for i, kind in enumerate(self._values("demands", "kind") if self.kinds is not None else []):
            if kind not in (self.kinds or ()):
                params = {"known": ", ".join(self.kinds or ())}
                self.problems.append(self.tables["demands"].problem("saved.unknown_kind", i, "kind", **params))

    def _end_of_step(self) -> None:
        """Raise what was found; what follows from a cell of the same row that cannot be read is left out."""
        if self.problems:
            raise InputError(p for p in self.problems if p.code not in FOLLOW or (p.file, p.row) not in self.spoilt)

    # ---- the numbers that rows carry -----------------------------------------------------------

    def _values(self, table: str, column: str) -> list[Any]:
        return self.tables[table].values.get(column, [])

    def _numbers(self, name: str) -> dict[int, int]:
        """Return the index that each row of the table *name* gets, by the number that it carries."""
        table, own = self.tables[name], OWN_NUMBER[name]
        check_unique(table, own, self.problems)
        numbers = self._values(name, own)
        order = self.order.tolist() if name == "demands" else range(len(numbers))
        return {numbers[row]: i for i, row in enumerate(order)}

    def _zone_order(self) -> Ints:
        """Return the row of ``zones.csv`` that belongs to each zone of the city."""
        table = self.tables["zones"]
        check_unique(table, "zone", self.problems)
        row = {code: i for i, code in enumerate(self._values("zones", "zone"))}
        missing = [code for code in self.city.zones.code if code not in row]
        if missing:
            params = {"zones": ", ".join(missing[:5])}
            self.problems.append(Problem(code="saved.zones_missing", file=table.file, column="zone", params=params))
        self._column("zones", t.ZONES[0])
        return t.ints([row.get(code, 0) for code in self.city.zones.code])

    # ---- what refers to what -------------------------------------------------------------------

    def _column(self, table: str, cell: t.Cell) -> Any:
        return t.array(self.tables[table], cell, self.places, self.rows, self.problems)

    def _of(self, table: str, cells: tuple[t.Cell, ...]) -> dict[str, Any]:
        return {cell.name: self._column(table, cell) for cell in cells}

    def _demands(self) -> Demands:
        columns, order = self._of("demands", t.DEMANDS), self.order
        columns = {
            name: tuple(values[i] for i in order.tolist()) if isinstance(values, tuple) else frozen(values[order])
            for name, values in columns.items()
        }
        # A row that a designer adds without it is noticed when it becomes real.
        noticed, real = columns["noticed_min"], columns["real_min"]
        columns["noticed_min"] = frozen(np.where(np.isinf(noticed), real, noticed))
        demands = Demands(**columns)
        table = self.tables["demands"]
        for i in np.flatnonzero(demands.parent >= np.arange(len(demands))).tolist():
            self.problems.append(table.problem("saved.parent_later", int(order[i]), "parent"))
        for i in np.flatnonzero(demands.noticed_min < demands.real_min).tolist():
            self.problems.append(table.problem("saved.noticed_early", int(order[i]), "noticed_min"))
        return demands

    def _with_people(self, demands: Demands, casualties: Casualties) -> Demands:
        """Return *demands* with the work of their people, who must stand together; where it differs, say so."""
        of, table = casualties.demand, self.tables["casualties"]
        seen: set[int] = set()
        for i, demand in enumerate(of.tolist()):
            if demand >= 0 and demand in seen and of[i - 1] != demand:
                self.problems.append(table.problem("saved.people_apart", i, "demand"))
            seen.add(demand)
        work = np.zeros(len(demands))
        np.add.at(work, of[of >= 0], casualties.work_crew_min[of >= 0])
        wrong = (work > 0.0) & (np.abs(work - demands.work_crew_min) > WORK_TOLERANCE * np.maximum(1.0, work))
        for i in np.flatnonzero(wrong).tolist():
            row = int(self.order[i])
            self.notes.append(
                self.tables["demands"].problem("saved.work_differs", row, "work_crew_min", sum=f"{work[i]:g}")
            )
        if not wrong.any():
            return demands
        return replace(demands, work_crew_min=frozen(np.where(wrong, work, demands.work_crew_min)))

    def _closures(self) -> Closures:
        factors = [self._column("closures", cell) for cell in t.FACTORS]
        return Closures(speed_factor=frozen(np.stack(factors, axis=1)), **self._of("closures", t.CLOSURES))

    def _by_zone(self) -> dict[str, Any]:
        columns = {cell.name: self._column("zones", cell) for cell in t.ZONES[1:]}
        damage = np.stack([self._column("zones", cell) for cell in t.DAMAGE], axis=1)
        return {name: frozen(values[self.zone_order]) for name, values in (columns | {"damage": damage}).items()}

    def _draws(self) -> dict[str, Floats]:
        draws = {}
        for name, count in self.about.draws.items():
            table, order = ("zones", self.zone_order) if name in OF_ZONES else ("demands", self.order)
            cells = draw_cells(name, count)
            values = np.array([self._values(table, cell.name) for cell in cells], dtype=np.float64)[:, order]
            draws[name] = frozen(values.T.copy() if count else values[0])
        return draws

    def _fields(self) -> dict[str, Floats]:
        """Return the fields by name, shape (events, zones); every pair must stand in the table once."""
        if not self.about.fields:
            return {}
        events, zones, table = len(self.about.events), len(self.city.zones), self.tables["fields"]
        place = self._column("fields", t.WHERE[0]) * zones + self._column("fields", t.WHERE[1])
        if not np.array_equal(np.sort(place), np.arange(events * zones)):
            params = {"events": events, "zones": zones}
            self.problems.append(Problem(code="saved.fields_incomplete", file=table.file, params=params))
            return {}
        order = np.argsort(place).reshape(events, zones)
        return {cell.name: frozen(self._column("fields", cell)[order]) for cell in self._field_cells()}

    def _series(self) -> dict[str, Series]:
        """Return the fields over time by name; every zone must stand once at every minute."""
        if not self.about.series:
            return {}
        minutes = np.array(self._values("series", "minute"), dtype=np.float64)
        zone, zones, table = self._column("series", t.SERIES[1]), len(self.city.zones), self.tables["series"]
        steps, step = np.unique(minutes, return_inverse=True)
        place = step * zones + zone
        if not np.array_equal(np.sort(place), np.arange(len(steps) * zones)):
            params = {"events": len(steps), "zones": zones}
            self.problems.append(Problem(code="saved.fields_incomplete", file=table.file, params=params))
            self._end_of_step()
        order = np.argsort(place).reshape(len(steps), zones)
        values = {name: self._column("series", t.Cell(name, t.NUMBER, 0))[order] for name in self.about.series}
        return {name: Series(minute=frozen(steps.copy()), value=frozen(value)) for name, value in values.items()}
