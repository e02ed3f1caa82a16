"""Scenario discovery in a run folder: what sets the disasters apart in which a layout misses a target."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.common.errors import InputError, Problem
from sim.common.near import near
from sim.common.types import Bools, Floats
from sim.study.batch.tables import Run, reading
from sim.study.discovery_rows import Facts, read_facts
from sim.study.prim import Discovery, Tally, by_chance, discover, tally_of

LEAST_ROWS, LEAST_CASES = 100, 20
"""Of fewer replications, or of fewer that miss (or do not), nothing can be told and checked."""
CHANCE = 0.05
"""A box that chance gives at least so often is no finding."""
HOLDS: Mapping[str, Callable[[Floats, float], Bools]] = {
    "<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "=": operator.eq,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which replications are the cases: those whose *measure* under *layout* is not *sense* *limit*."""

    measure: str
    sense: str
    limit: float
    layout: str | None = None
    """``None``: the first one of the run."""
    target: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What sets the cases apart, or that nothing does."""

    question: Question
    layout: str
    names: tuple[str, ...]
    """Facts that were looked at."""
    facts: Floats
    """Shape (replications, facts)."""
    cases: Bools
    half: Bools
    """Replications in which the box was looked for; the others check it."""
    box: Discovery
    fresh: Tally
    """The box on the other half."""
    chance: float
    """How often a box as good turns up where there is nothing to find; 1 without a box."""

    @property
    def is_finding(self) -> bool:
        """Whether the box holds on fresh disasters and is not what chance gives."""
        return bool(self.box.limits) and self.chance < CHANCE and self.fresh.rows > 0 and self.fresh.kappa > 0.0


def discover_in(run: Run, question: Question) -> Found:
    """Answer *question* from the tables of *run*.

    Of a batch, the first cell of each hazard counts: the others have the same disasters again. Raises
    :class:`InputError` for a run without the table of facts, an unknown measure or layout, a run that is too small,
    and one in which all replications are cases, or none.
    """
    layouts = [str(layout) for layout in run.manifest["layouts"]]
    layout = question.layout or layouts[0]
    if layout not in layouts:
        raise _problem(run, "discovery.no_layout", layout, known=near(layout, layouts))
    known = _measures(run)
    if question.measure not in known:
        raise _problem(run, "study.no_measure", question.measure, known=near(question.measure, known))
    facts = read_facts(run, question.measure, layout)
    if not facts.concerned:
        raise _problem(run, "discovery.nobody", question.measure)
    if not len(facts.values):
        raise _problem(run, "discovery.no_facts", str(run.folder.name))
    cases = ~HOLDS[question.sense](facts.outcome, question.limit)
    _check_size(run, cases)
    return _search(question, layout, facts, cases)


def _search(question: Question, layout: str, facts: Facts, cases: Bools) -> Found:
    half = np.zeros(len(cases), dtype=bool)
    half[np.random.default_rng(question.seed).permutation(len(cases))[: len(cases) // 2]] = True
    kept = _telling(facts.values[half])
    names, values = tuple(facts.names[i] for i in kept), facts.values[:, kept]
    box = discover(names, values[half], cases[half])
    chance = by_chance(names, values[half], cases[half], box, question.seed) if box.limits else 1.0
    return Found(
        question=question, layout=layout, names=names, facts=values, cases=cases, half=half, box=box, chance=chance,
        fresh=tally_of(box.limits, names, values[~half], cases[~half]),
    )


def _telling(values: Floats) -> list[int]:
    """Return the facts that differ from disaster to disaster, in a twentieth of them at least, each once."""
    kept: list[int] = []
    for i in range(values.shape[1]):
        _, counts = np.unique(values[:, i], return_counts=True)
        rare = len(values) - int(counts.max()) < max(1.0, len(values) / 20.0)
        if not rare and not any(np.array_equal(values[:, i], values[:, j]) for j in kept):
            kept.append(i)
    return kept


def _check_size(run: Run, cases: Bools) -> None:
    n, hits = len(cases), int(cases.sum())
    if n < LEAST_ROWS:
        raise _problem(run, "discovery.small", str(n), least=LEAST_ROWS)
    if hits in (0, n):
        raise _problem(run, "discovery.all" if hits else "discovery.none", str(n))
    if min(hits, n - hits) < LEAST_CASES:
        raise _problem(run, "discovery.few_cases", str(min(hits, n - hits)), least=LEAST_CASES, n=n)


def _problem(run: Run, code: str, value: str, **params: object) -> InputError:
    return InputError([Problem(code=code, file=str(run.folder.name), value=value, params=params)])


def _measures(run: Run) -> Sequence[str]:
    with reading(run) as connection:
        rows = connection.execute("SELECT DISTINCT measure FROM measures WHERE zone = '' ORDER BY measure").fetchall()
    return [str(row[0]) for row in rows]
