"""Queries over a run folder: what its tables say, as plain records."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.common.types import Floats
from sim.response.log import PREVENTED
from sim.study.parts import connect, quoted

TABLES = ("measures", "curves", "demands", "relief", "crews", "evacuation", "chain")
PER_LAYOUT = "WITH n AS (SELECT layout, count(DISTINCT replication) AS n FROM crews GROUP BY layout) "
"""Replications kept in detail; every replication has crews, though it may have no demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A measure of the whole city over the replications of a layout; ``nan`` replications are left out."""

    n: int
    mean: float
    """``inf`` as soon as one replication never gets there."""
    p10: float
    p50: float
    p90: float
    never_share: float
    """Share of the replications that never get there."""


NOTHING = Spread(n=0, mean=math.nan, p10=math.nan, p50=math.nan, p90=math.nan, never_share=math.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRow:
    """What became of the demands of one kind under one layout, per replication."""

    demands: float
    open: float
    """Not done at the horizon."""
    unserved: float
    """No crew of the ledger or from outside ever came."""
    unreachable: float
    """Waited for a time because no open road led there."""
    unreachable_min: float
    """Mean wait of those for a road."""
    prevented: float
    """Never became real, because something was done in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortRow:
    """People of one zone without one kit line at the limit, per replication."""

    zone: str
    line: str
    people: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """How busy the crews of one team were, over the replications kept in detail."""

    team: str
    people: float
    """People in its crews, per replication."""
    travel_share: float
    work_share: float
    """Shares of the people's time from their availability to the horizon."""
    jobs: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvacuationRow:
    """Who of one zone was where when a danger struck it, per replication."""

    people: float
    by_themselves: float
    by_bus: float
    shut_in: float
    """At home behind closed windows when a cloud of gas came, on a warning."""
    exposed: float
    strike_min: float
    """When it struck, in the middle one of the replications in which it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """Events of one kind under one layout, over the replications kept in detail."""

    mean: float
    """Number that came about in a disaster."""
    averted: float
    """Number that would have come about, had nobody done anything."""
    share: float
    """Of the disasters in which at least one came about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve over the replications."""

    minute: Floats
    mean: Floats
    p10: Floats
    p90: Floats


class RunTables:
    """Reads the tables of the run in *folder*; the files stay as they are."""

    def __init__(self, folder: Path) -> None:
        self.connection = connect()
        for table in TABLES:
            path = quoted(folder / f"{table}.parquet")
            self.connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({path})")

    def close(self) -> None:
        """Let go of the files."""
        self.connection.close()

    def _rows(self, query: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values or []).fetchall()

    def city(self) -> dict[tuple[str, str], Spread]:
        """Return every measure of the whole city by (layout, measure)."""
        rows = self._rows(
            "SELECT layout, measure, count(*), avg(value), quantile_disc(value, 0.1), quantile_disc(value, 0.5), "
            "quantile_disc(value, 0.9), avg(CASE WHEN isinf(value) THEN 1.0 ELSE 0.0 END) "
            "FROM measures WHERE zone = '' AND NOT isnan(value) GROUP BY layout, measure"
        )
        return {
            (layout, measure): Spread(n=n, mean=mean, p10=p10, p50=p50, p90=p90, never_share=never)
            for layout, measure, n, mean, p10, p50, p90, never in rows
        }

    def zones(self) -> dict[tuple[str, str], Mapping[str, tuple[float, float]]]:
        """Return by (layout, measure) for each zone (mean, median) over the replications that concern it."""
        table: dict[tuple[str, str], dict[str, tuple[float, float]]] = {}
        for layout, measure, zone, mean, median in self._rows(
            "SELECT layout, measure, zone, avg(value), quantile_disc(value, 0.5) FROM measures "
            "WHERE zone <> '' AND NOT isnan(value) GROUP BY layout, measure, zone"
        ):
            table.setdefault((layout, measure), {})[zone] = (mean, median)
        return dict(table)

    def curves(self) -> dict[tuple[str, str], Curve]:
        """Return the curves by (layout, curve)."""
        rows = self._rows("SELECT layout, curve, minute, mean, p10, p90 FROM curves ORDER BY layout, curve, minute")
        groups: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        for layout, curve, *point in rows:
            groups.setdefault((layout, curve), []).append(tuple(point))
        return {
            key: Curve(**dict(zip(("minute", "mean", "p10", "p90"), np.array(points, dtype=float).T, strict=True)))
            for key, points in groups.items()
        }

    def kinds(self, horizon_min: float) -> dict[tuple[str, str], KindRow]:
        """Return what became of the demands, prevented or real, by (layout, kind)."""
        rows = self._rows(
            f"{PER_LAYOUT}SELECT layout, kind, count(*) FILTER (state <> 0) / any_value(n), "
            "count(*) FILTER (state = 1) / any_value(n), "
            "count(*) FILTER (isinf(arrived_min) AND isinf(local_arrived_min) AND state = 1) / any_value(n), "
            "count(*) FILTER (unreachable_min > 0) / any_value(n), avg(unreachable_min) FILTER (unreachable_min > 0), "
            f"count(*) FILTER (state = {PREVENTED} AND real_min <= ?) / any_value(n) "
            "FROM demands JOIN n USING (layout) WHERE state <> 0 OR real_min <= ? GROUP BY layout, kind",
            [horizon_min, horizon_min],
        )
        return {
            (layout, kind): KindRow(
                demands=all_,
                open=open_,
                unserved=unserved,
                unreachable=cut,
                unreachable_min=math.nan if wait is None else wait,
                prevented=prevented,
            )
            for layout, kind, all_, open_, unserved, cut, wait, prevented in rows
        }

    def short(self, limit_min: float, horizon_min: float) -> dict[str, list[ShortRow]]:
        """Return for each layout who lacked the whole kit *limit_min* after displacement, by zone and last line.

        Groups whose limit lies beyond the horizon are not judged.
        """
        table: dict[str, list[ShortRow]] = {}
        for layout, zone, line, people in self._rows(
            f"{PER_LAYOUT}SELECT layout, zone, last_line, sum(people) / any_value(n) AS short "
            "FROM relief JOIN n USING (layout) "
            "WHERE relieved_min - displaced_min > ? AND displaced_min + ? <= ? "
            "GROUP BY layout, zone, last_line ORDER BY layout, short DESC",
            [limit_min, limit_min, horizon_min],
        ):
            table.setdefault(layout, []).append(ShortRow(zone=zone, line=line, people=people))
        return table

    def teams(self, horizon_min: float) -> dict[str, list[TeamRow]]:
        """Return for each layout how busy each team was; crews whose level never opened are left out."""
        table: dict[str, list[TeamRow]] = {}
        for layout, team, people, travel, work, jobs in self._rows(
            f"{PER_LAYOUT}SELECT layout, team, sum(people) / any_value(n), "
            "sum(people * travel_min) / sum(people * (? - available_min)), "
            "sum(people * work_min) / sum(people * (? - available_min)), sum(jobs) / any_value(n) FROM crews "
            "JOIN n USING (layout) WHERE available_min < ? GROUP BY layout, team ORDER BY layout, team",
            [horizon_min, horizon_min, horizon_min],
        ):
            table.setdefault(layout, []).append(
                TeamRow(team=team, people=people, travel_share=travel, work_share=work, jobs=jobs)
            )
        return table

    def evacuation(self, horizon_min: float) -> dict[str, dict[str, EvacuationRow]]:
        """Return by layout and zone who had left and who was exposed, over the replications kept in detail."""
        table: dict[str, dict[str, EvacuationRow]] = {}
        for layout, zone, people, alone, by_bus, shut_in, exposed, strike in self._rows(
            f"{PER_LAYOUT}SELECT layout, zone, sum(people) / any_value(n), sum(by_themselves) / any_value(n), "
            "sum(by_bus) / any_value(n), sum(greatest(0, people - by_themselves - by_bus - exposed)) / any_value(n), "
            "sum(exposed) / any_value(n), quantile_disc(strike_min, 0.5) "
            "FROM evacuation JOIN n USING (layout) WHERE strike_min <= ? GROUP BY layout, zone ORDER BY layout, zone",
            [horizon_min],
        ):
            table.setdefault(layout, {})[zone] = EvacuationRow(
                people=people, by_themselves=alone, by_bus=by_bus, shut_in=shut_in, exposed=exposed, strike_min=strike
            )
        return table

    def chain(self, horizon_min: float) -> dict[tuple[str, str], ChainRow]:
        """Return the events by (layout, kind), aftershocks left out; over the replications kept in detail."""
        rows = self._rows(
            f"{PER_LAYOUT}, counted AS (SELECT layout, kind, replication, "
            "count(*) FILTER (happened <> 0) AS came, count(*) FILTER (happened = 0) AS averted "
            "FROM chain WHERE kind <> '' AND start_min <= ? AND NOT (kind = 'earthquake' AND parent >= 0) "
            "GROUP BY layout, kind, replication) "
            "SELECT layout, kind, sum(came) / any_value(n), sum(averted) / any_value(n), "
            "count(*) FILTER (came > 0) / any_value(n) FROM counted JOIN n USING (layout) GROUP BY layout, kind",
            [horizon_min],
        )
        return {
            (layout, kind): ChainRow(mean=mean, averted=averted, share=share)
            for layout, kind, mean, averted, share in rows
        }

    def longest_chain(self, layout: str, horizon_min: float) -> int:
        """Return the replication in which most events have a cause, came about or averted; -1 if none has."""
        rows = self._rows(
            "SELECT replication FROM chain WHERE layout = ? AND parent >= 0 AND kind NOT IN ('', 'earthquake') "
            "AND start_min <= ? GROUP BY replication ORDER BY count(*) DESC, replication LIMIT 1",
            [layout, horizon_min],
        )
        return int(rows[0][0]) if rows else -1

    def detail_replications(self) -> int:
        """Return how many replications are kept row by row."""
        return int(self._rows("SELECT count(DISTINCT replication) FROM crews")[0][0])

    def middle_replication(self, layout: str) -> int:
        """Return the replication in the middle of *layout*'s replications.

        They are ordered by later deaths, then by relief, then by the people in strong gas.
        """
        rows = self._rows(
            "SELECT replication FROM measures WHERE layout = ? AND zone = '' "
            "AND measure IN ('deaths_later', 'relief_share_10h', 'gas_orange_people') GROUP BY replication "
            "ORDER BY coalesce(max(value) FILTER (measure = 'deaths_later' AND NOT isnan(value)), 0), "
            "coalesce(max(value) FILTER (measure = 'relief_share_10h' AND NOT isnan(value)), 1) DESC, "
            "coalesce(max(value) FILTER (measure = 'gas_orange_people' AND NOT isnan(value)), 0), replication",
            [layout],
        )
        return int(rows[len(rows) // 2][0]) if rows else 0
