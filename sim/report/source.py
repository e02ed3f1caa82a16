"""Everything that the sections of a report draw on, read once from a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.city.model import City
from sim.measure.verdict import Comparison
from sim.report.data import NOTHING, ChainRow, Curve, EvacuationRow, KindRow, RunTables, ShortRow, Spread, TeamRow
from sim.report.figures.ground import Ground
from sim.report.layouts import Named, named
from sim.report.replay import Replay, replay
from sim.report.townships import ZoneTable
from sim.report.words import Words
from sim.study.model import Inputs
from sim.study.run import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A run, what its tables say, and one replication played again."""

    run: RunResult
    comparison: Comparison
    words: Words
    layouts: tuple[Named, ...]
    city_values: Mapping[tuple[str, str], Spread]
    zone_values: ZoneTable
    curves: Mapping[tuple[str, str], Curve]
    kinds: Mapping[tuple[str, str], KindRow]
    short: Mapping[str, list[ShortRow]]
    teams: Mapping[str, list[TeamRow]]
    evacuation: Mapping[str, Mapping[str, EvacuationRow]]
    """By layout and zone."""
    chain: Mapping[tuple[str, str], ChainRow]
    """Events by layout and kind."""
    detail_replications: int
    played: Replay
    chained: Replay
    """For what led to what: the one played again, or if nothing led to anything there, that of the longest chain."""
    ground: Ground

    @property
    def inputs(self) -> Inputs:
        """What was run."""
        return self.run.inputs

    @property
    def city(self) -> City:
        """Where it happened."""
        return self.run.inputs.city

    @property
    def shakes(self) -> bool:
        """Tell whether the ground shook."""
        return "intensity" in self.played.scenario.fields

    @property
    def labels(self) -> list[str]:
        """Letter and name of every layout."""
        return [layout.label for layout in self.layouts]

    def spread(self, layout: Named, measure: str) -> Spread:
        """Return a measure of the whole city; :data:`NOTHING` if no replication has it."""
        return self.city_values.get((layout.layout_id, measure), NOTHING)

    def curve(self, curve: str) -> list[Curve | None]:
        """Return one curve of every layout."""
        return [self.curves.get((layout.layout_id, curve)) for layout in self.layouts]


def gather(run: RunResult, comparison: Comparison, lang: str) -> Source:
    """Read the tables of *run* and play its middle replication again."""
    inputs = run.inputs
    words = Words(lang, inputs.plan)
    tables = RunTables(run.folder)
    try:
        middle = tables.middle_replication(inputs.layouts[0].layout_id)
        played = replay(inputs, run.study.seed, middle)
        return Source(
            run=run,
            comparison=comparison,
            words=words,
            layouts=tuple(named(inputs.layouts, words)),
            city_values=tables.city(),
            zone_values=tables.zones(),
            curves=tables.curves(),
            kinds=tables.kinds(played.scenario.horizon_min),
            short=tables.short(60.0 * inputs.plan.coefficients["relief_limit_h"], played.scenario.horizon_min),
            teams=tables.teams(played.scenario.horizon_min),
            evacuation=tables.evacuation(played.scenario.horizon_min),
            chain=tables.chain(played.scenario.horizon_min),
            detail_replications=tables.detail_replications(),
            played=played,
            chained=_chained(tables, inputs, run.study.seed, played),
            ground=Ground(inputs.city, words, faults="intensity" in played.scenario.fields),
        )
    finally:
        tables.close()


def _chained(tables: RunTables, inputs: Inputs, seed: int, played: Replay) -> Replay:
    events = played.scenario.events
    if any(event.parent >= 0 and event.kind not in ("", "earthquake") for event in events):
        return played
    longest = tables.longest_chain(inputs.layouts[0].layout_id, played.scenario.horizon_min)
    return replay(inputs, seed, longest) if longest >= 0 else played
