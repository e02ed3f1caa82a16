"""Reads what the replications of a batch have measured as strata of a year: deaths, affected people, loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.errors import InputError, Problem
from sim.common.types import Floats
from sim.study.allocation import LEAST, allocate
from sim.study.batch.model import BatchStudy
from sim.study.batch.status import status_of
from sim.study.batch.tables import Run, reading
from sim.study.catalogue import Catalogue, read_catalogue
from sim.study.samples import floats, tell_places
from sim.study.strata import Stratum

HURT = ("deaths", "saved", "still_waiting", "still_trapped")
COUNTED = ("displaced_people", "people_in_danger", *HURT, "loss_yuan")
DEATHS, AFFECTED, LOSS = "deaths", "affected", "loss"
LEAST_PLAYED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSamples:
    """The strata of a year, with what their replications have measured."""

    catalogue: Catalogue
    hazards: tuple[str, ...]
    """Ids of the strata."""
    kinds: tuple[str, ...]
    """Kind of hazard of each."""
    layouts: tuple[str, ...]
    values: Mapping[tuple[str, str], tuple[Floats, ...]]
    """By (measure, layout): for each stratum one value per replication."""
    cpu_s: tuple[float, ...]
    """Of one replication of each stratum, all layouts."""

    def strata(self, measure: str, layout: str, *, kinds: Sequence[str] = (), without: Sequence[str] = ()
               ) -> list[Stratum]:
        """Return the strata for a *measure* under *layout*, of these *kinds* of hazard, or of all *without* some."""
        return [
            Stratum(
                name=hazard, per_year=self.catalogue.rates[hazard].per_year, values=values,
                group=self.catalogue.rates[hazard].group,
            )
            for hazard, kind, values in zip(self.hazards, self.kinds, self.values[measure, layout], strict=True)
            if kind not in without and (not kinds or kind in kinds)
        ]

    def advised(self, layout: str) -> list[tuple[str, int, int]]:
        """Return (stratum, replications played, best for the yearly deaths at the same cost) (Neyman 1934).

        Costs and spread are those of the replications that are there.
        """
        strata = self.strata(DEATHS, layout)
        played = [len(stratum.values) for stratum in strata]
        cost = np.maximum(np.array(self.cpu_s), 1e-4)
        spread = np.array([float(stratum.values.std(ddof=1)) for stratum in strata])
        budget = max(float((cost * played).sum()), LEAST * float(cost.sum()))
        best = allocate(np.array([stratum.per_year for stratum in strata]), spread, budget, cost=cost)
        return [(s.name, n, int(b)) for s, n, b in zip(strata, played, best, strict=True)]


def read_year(run: Run, study: BatchStudy) -> YearSamples:
    """Return the strata of the batch in *run*, played for *study*.

    Raises :class:`InputError` for a run that is no batch, has several cells of one hazard, has a stratum that was not
    sampled, or no rates.
    """
    if not run.is_batch:
        raise InputError([Problem(code="yearly.no_batch", file=str(run.folder))])
    with reading(run) as connection:
        cells = connection.execute("SELECT cell, hazard, kind, replications FROM cells").fetchall()
    known = _own_rates(study, [str(row[1]) for row in cells])
    catalogue = read_catalogue(study, [(str(row[1]), known[i]) for i, row in enumerate(cells)])
    problems = [*_several(run, [str(row[1]) for row in cells]), *_unsampled(run, cells, catalogue)]
    if problems:
        raise InputError(problems)
    layouts = tuple(str(name) for name in run.manifest["layouts"])
    costs = {cell.cell: cell.cpu_s / max(1, cell.done) for cell in status_of(run.folder).cells}
    return YearSamples(
        catalogue=catalogue, hazards=tuple(str(row[1]) for row in cells), kinds=tuple(str(row[2]) for row in cells),
        layouts=layouts, values=_values(run, [str(row[0]) for row in cells], layouts),
        cpu_s=tuple(costs[str(row[0])] for row in cells),
    )


def _own_rates(study: BatchStudy, hazards: Sequence[str]) -> list[float | None]:
    """Return the rate that the study itself gives each of the *hazards* of its grid, which stand in its order."""
    distinct = list(dict.fromkeys(hazards))
    given = [entry.per_year for entry in study.hazards]
    by_id = dict(zip(distinct, given, strict=False))
    return [by_id.get(hazard) for hazard in hazards]


def _several(run: Run, hazards: Sequence[str]) -> list[Problem]:
    twice = sorted({hazard for hazard in hazards if hazards.count(hazard) > 1})
    return [Problem(code="yearly.several_cells", file=str(run.folder), value=hazard) for hazard in twice]


def _unsampled(run: Run, cells: Sequence[tuple[object, ...]], catalogue: Catalogue) -> list[Problem]:
    total = sum(rate.per_year for rate in catalogue.rates.values())
    problems = []
    for _, hazard, _, played in cells:
        rate = catalogue.rates[str(hazard)].per_year
        if int(str(played)) < LEAST_PLAYED:
            params = {"rate": f"{rate:.3g}", "share": f"{100.0 * rate / total if total else 0.0:.2g}"}
            problems.append(Problem(code="yearly.unsampled", file=str(run.folder), value=str(hazard), params=params))
    return problems


def _values(run: Run, cells: Sequence[str], layouts: Sequence[str]) -> dict[tuple[str, str], tuple[Floats, ...]]:
    with reading(run, locked=False) as connection:
        for table, words in (("places", cells), ("compared", layouts), ("wanted", COUNTED)):
            tell_places(connection, table, words)
        found = connection.execute(
            "SELECT p.place AS cell, l.place AS layout, w.place AS measure, m.replication, m.value FROM measures m "
            "JOIN places p ON m.cell = p.name JOIN compared l ON m.layout = l.name JOIN wanted w "
            "ON m.measure = w.name WHERE m.zone = ''"
        ).fetchnumpy()
    cell, layout, measure, replication = (np.asarray(found[key], dtype=np.int64) for key in
                                          ("cell", "layout", "measure", "replication"))
    value = np.nan_to_num(floats(found["value"]))
    cubes = []
    for i in range(len(cells)):
        rows = cell == i
        played, place = np.unique(replication[rows], return_inverse=True)  # a run that was stopped may have gaps
        cube = np.zeros((len(COUNTED), len(layouts), len(played)))
        cube[measure[rows], layout[rows], place] = value[rows]
        cubes.append(cube)
    return _summed(cubes, layouts)


def _summed(cubes: Sequence[Floats], layouts: Sequence[str]) -> dict[tuple[str, str], tuple[Floats, ...]]:
    """Return deaths, affected people and loss. A person may be hurt, in danger and homeless: the largest counts."""
    at = {name: i for i, name in enumerate(COUNTED)}
    found = {}
    for n, layout in enumerate(layouts):
        hurt = [sum((cube[at[name], n] for name in HURT), np.zeros(cube.shape[2])) for cube in cubes]
        found[DEATHS, layout] = tuple(cube[at["deaths"], n] for cube in cubes)
        found[LOSS, layout] = tuple(cube[at["loss_yuan"], n] for cube in cubes)
        found[AFFECTED, layout] = tuple(
            np.maximum.reduce([cube[at["displaced_people"], n], cube[at["people_in_danger"], n], h])
            for cube, h in zip(cubes, hurt, strict=True)
        )
    return found
