"""What the queries read out of a run folder written by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.common.types import NEVER
from sim.report.data import RunTables
from sim.study.parts import SCHEMA, copy_out, parquet, write_table
from sim.study.rows import names


def columns(table: str, rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    kinds = SCHEMA[table]
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    return {
        name: names(list(values)) if kind == "VARCHAR" else np.array(values, dtype=float)
        for (name, kind), values in zip(kinds.items(), by_column, strict=True)
    }


def demand(
    layout: str, replication: int, kind: str, state: int, arrived: float, unreachable: float = 0.0
) -> tuple[Any, ...]:
    return (
        layout,
        replication,
        0,
        kind,
        "Z0",
        1.0,
        0.0,
        0.0,
        0.0,
        arrived,
        NEVER,
        arrived,
        NEVER,
        state,
        1,
        0.0,
        0.0,
        unreachable,
    )


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[RunTables]:
    measures = [
        *(("a", r, "deaths_later", "", v) for r, v in enumerate([5.0, 1.0, 9.0])),
        *(("a", r, "relief_share_10h", "", v) for r, v in enumerate([0.2, 0.3, math.nan])),
        *(("a", r, "relief_p90_h", "", v) for r, v in enumerate([8.0, NEVER, NEVER])),
        *(("a", r, "relief_p90_h", "Z0", v) for r, v in enumerate([math.nan, 8.0, NEVER])),
    ]
    write_table(tmp_path / "measures.parquet", "measures", columns("measures", measures))
    write_table(
        tmp_path / "raw.parquet", "curves", columns("curves", [("a", 0, "c", 0.0, 1.0), ("a", 0, "c", 15.0, 3.0)])
    )
    band = "value AS mean, value - 1 AS p10, value AS p50, value + 1 AS p90"
    query = f"SELECT layout, curve, minute, {band} FROM {parquet([tmp_path / 'raw.parquet'])}"
    copy_out(query, tmp_path / "curves.parquet")
    demands = [
        demand("a", 0, "fire", 2, 10.0),
        demand("a", 0, "fire", 1, NEVER, 30.0),
        demand("a", 1, "fire", 1, 20.0, 90.0),
        demand("a", 1, "fire", 0, NEVER),  # prevented: never became real
    ]
    write_table(tmp_path / "demands.parquet", "demands", columns("demands", demands))
    relief = [
        ("a", 0, "S", "Z0", 10, 0.0, 700.0, "food"),
        ("a", 1, "S", "Z0", 30, 0.0, NEVER, "food"),
        ("a", 1, "S", "Z1", 7, 0.0, 600.0, "bed"),
        ("a", 1, "S", "Z1", 50, 2500.0, NEVER, "bed"),  # the limit lies beyond the horizon
    ]
    write_table(tmp_path / "relief.parquet", "relief", columns("relief", relief))
    evacuation = [
        ("a", 0, 0, "Z0", 100, 60.0, 30.0, 50.0, 20.0),
        ("a", 1, 0, "Z0", 100, 90.0, 40.0, 0.0, 60.0),
        ("a", 1, 1, "Z1", 50, NEVER, 50.0, 0.0, 0.0),  # never struck
    ]
    chain = [
        ("a", 0, 0, "earthquake", "", "", -1, 0.0, 1),
        ("a", 0, 1, "earthquake", "", "", 0, 60.0, 1),  # an aftershock
        ("a", 0, 2, "release", "", "", 0, 5.0, 1),
        ("a", 0, 3, "release", "", "", 0, 6.0, 1),
        ("a", 0, 4, "fire", "", "", 2, 9000.0, 1),  # beyond the horizon
        ("a", 1, 0, "earthquake", "", "", -1, 0.0, 1),
        ("a", 1, 1, "release", "", "", 0, 5.0, 1),
        ("a", 1, 2, "fire", "", "", 1, 30.0, 1),
        ("a", 1, 3, "explosion", "", "", 2, 60.0, 0),
    ]
    write_table(tmp_path / "chain.parquet", "chain", columns("chain", chain))
    write_table(tmp_path / "evacuation.parquet", "evacuation", columns("evacuation", evacuation))
    crews = [
        ("a", 0, "T1", 10, 0.0, 100.0, 200.0, 0.0, 2),
        ("a", 0, "T1", 30, 500.0, 0.0, 500.0, 0.0, 1),
        ("a", 0, "T9", 5, NEVER, 0.0, 0.0, 0.0, 0),
        ("a", 1, "T1", 40, 0.0, 0.0, 0.0, 0.0, 0),
    ]
    write_table(tmp_path / "crews.parquet", "crews", columns("crews", crews))
    found = RunTables(tmp_path)
    yield found
    found.close()


def test_never_stays_never_and_nan_is_left_out(tables: RunTables) -> None:
    city = tables.city()
    assert city["a", "relief_p90_h"].mean == NEVER
    assert city["a", "relief_p90_h"].p50 == NEVER
    assert city["a", "relief_p90_h"].never_share == pytest.approx(2 / 3)
    assert city["a", "relief_share_10h"].n == 2
    assert city["a", "relief_share_10h"].mean == pytest.approx(0.25)


def test_zones_have_mean_and_median_of_the_replications_that_concern_them(tables: RunTables) -> None:
    assert tables.zones()["a", "relief_p90_h"]["Z0"] == (NEVER, 8.0)


def test_kinds_count_per_replication_and_leave_out_the_prevented(tables: RunTables) -> None:
    row = tables.kinds(7200.0)["a", "fire"]
    assert (row.demands, row.open, row.unserved, row.unreachable) == (1.5, 1.0, 0.5, 1.0)
    assert row.unreachable_min == pytest.approx(60.0)
    assert row.prevented == 0.5


def test_people_short_are_those_beyond_the_limit_by_zone_and_line(tables: RunTables) -> None:
    rows = tables.short(600.0, 3000.0)["a"]
    assert [(row.zone, row.line, row.people) for row in rows] == [("Z0", "food", 20.0)]


def test_utilisation_is_weighted_by_people_and_counts_from_availability(tables: RunTables) -> None:
    (row,) = tables.teams(1000.0)["a"]
    available = 10 * 1000.0 + 30 * 500.0 + 40 * 1000.0
    assert row.team == "T1"
    assert row.people == 40.0
    assert row.travel_share == pytest.approx(10 * 100.0 / available)
    assert row.work_share == pytest.approx((10 * 200.0 + 30 * 500.0) / available)
    assert row.jobs == 1.5


def test_the_middle_replication_is_that_with_the_middle_of_the_deaths(tables: RunTables) -> None:
    assert tables.middle_replication("a") == 0


def test_curves_come_in_the_order_of_time(tables: RunTables) -> None:
    curve = tables.curves()["a", "c"]
    assert curve.minute.tolist() == [0.0, 15.0]
    assert curve.mean.tolist() == [1.0, 3.0]
    assert curve.p90.tolist() == [2.0, 4.0]


def test_evacuation_is_per_replication_of_the_dangers_that_struck(tables: RunTables) -> None:
    found = tables.evacuation(2880.0)
    assert set(found) == {"a"}
    assert set(found["a"]) == {"Z0"}
    row = found["a"]["Z0"]
    n = tables.detail_replications()
    assert (row.people, row.by_themselves, row.by_bus, row.exposed) == (200 / n, 70 / n, 50 / n, 80 / n)
    assert row.strike_min == 60.0


def test_the_chain_is_counted_without_aftershocks_and_within_the_horizon(tables: RunTables) -> None:
    n = tables.detail_replications()
    found = {kind: (row.mean, row.averted, row.share) for (_, kind), row in tables.chain(2880.0).items()}
    assert found == {
        "earthquake": (2 / n, 0.0, 2 / n), "release": (3 / n, 0.0, 2 / n), "fire": (1 / n, 0.0, 1 / n),
        "explosion": (0.0, 1 / n, 0.0),
    }
    assert tables.longest_chain("a", 2880.0) == 1
    assert tables.longest_chain("b", 2880.0) == -1
