"""Parts of a run: what is missing, written whole or not at all, joined row for row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.parts import (
    SCHEMA,
    clear_drafts,
    copy_out,
    join_parts,
    missing_chunks,
    part_name,
    parts_of,
    quoted,
    write_part,
    write_table,
)
from sim.study.rows import names


def measures(*replications: int) -> dict[str, Any]:
    n = len(replications)
    return {
        "layout": names(["a"] * n), "replication": np.array(replications), "measure": names(["deaths"] * n),
        "zone": names([""] * n), "value": np.array([float(r) if r else np.inf for r in replications]),
    }


def curves(*replications: int) -> dict[str, Any]:
    n = len(replications)
    return {
        "layout": names(["a"] * n), "replication": np.array(replications), "curve": names(["freed"] * n),
        "minute": np.zeros(n), "value": np.array(replications, dtype=float),
    }


def crews(*replications: int) -> dict[str, Any]:
    n = len(replications)
    numbers = {name: np.ones(n) for name in ("people", "available_min", "travel_min", "work_min", "rest_min", "jobs")}
    return {"layout": names(["a"] * n), "replication": np.array(replications), "team": names(["T1"] * n), **numbers}


def make(folder: Path, first: int, last: int) -> None:
    replications = range(first, last + 1)
    write_part(
        folder, first, last,
        {"measures": measures(*replications), "curves": curves(*replications), "crews": crews(*replications)}, 1.5,
    )


def rows(path: Path, columns: str = "*") -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {columns} FROM read_parquet({quoted(path)})").fetchall()


def test_what_is_missing_is_cut_at_multiples_of_the_chunk(tmp_path: Path) -> None:
    assert missing_chunks(tmp_path, 25, 10) == [(0, 9), (10, 19), (20, 24)]
    for first, last in ((0, 9), (12, 13)):
        (tmp_path / part_name(first, last)).mkdir()
    assert missing_chunks(tmp_path, 25, 10) == [(10, 11), (14, 19), (20, 24)]
    assert missing_chunks(tmp_path, 12, 10) == [(10, 11)]
    assert missing_chunks(tmp_path, 10, 10) == []


@given(
    done=st.sets(st.integers(0, 39)), replications=st.integers(1, 40), chunk=st.integers(1, 13),
)
def test_every_replication_is_played_once(
    done: set[int], replications: int, chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    for r in done:
        (folder / part_name(r, r)).mkdir()
    missing = missing_chunks(folder, replications, chunk)
    played = [r for first, last in missing for r in range(first, last + 1)]
    assert played == [r for r in range(replications) if r not in done]
    assert all(last // chunk == first // chunk for first, last in missing)


def test_a_part_appears_whole(tmp_path: Path) -> None:
    make(tmp_path, 0, 2)
    assert parts_of(tmp_path) == [(0, 2, tmp_path / "part-0000000-0000002")]
    assert {path.name for path in parts_of(tmp_path)[0][2].iterdir()} == {
        "measures.parquet", "curves.parquet", "crews.parquet", "cpu_s.txt", "sums.json",
    }


def test_a_part_that_goes_wrong_leaves_nothing(tmp_path: Path) -> None:
    broken = measures(0, 1) | {"value": np.array(["x", "y"], dtype=object)}
    with pytest.raises(duckdb.ConversionException):
        write_part(tmp_path, 0, 1, {"measures": broken}, 0.0)
    assert list(tmp_path.iterdir()) == []


def test_drafts_of_a_killed_run_are_cleared_and_parts_are_kept(tmp_path: Path) -> None:
    make(tmp_path, 0, 0)
    (tmp_path / ".tmp-part-0000001-0000001-77").mkdir()
    (tmp_path / ".tmp-part-0000001-0000001-77" / "measures.parquet").write_bytes(b"half")
    (tmp_path / ".tmp-run.json").write_text("{", encoding="utf-8")
    clear_drafts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [part_name(0, 0)]


def test_joined_tables_are_in_the_order_of_the_replications_whatever_the_parts(tmp_path: Path) -> None:
    for folder, cuts in (("a", [(0, 4)]), ("b", [(3, 4), (0, 0), (1, 2)])):
        (tmp_path / folder / "parts").mkdir(parents=True)
        for first, last in cuts:
            make(tmp_path / folder / "parts", first, last)
        join_parts(tmp_path / folder / "parts", tmp_path / folder, 5, 2)
    assert rows(tmp_path / "a" / "relief.parquet") == []
    for table in ("measures", "crews", "curves"):
        assert rows(tmp_path / "a" / f"{table}.parquet") == rows(tmp_path / "b" / f"{table}.parquet")
    assert rows(tmp_path / "a" / "measures.parquet", "replication, value") == [
        (0, np.inf), (1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0),
    ]
    assert [row[0] for row in rows(tmp_path / "a" / "crews.parquet", "replication")] == [0, 1]  # detail: 2 replications


def test_fewer_replications_than_there_are_parts_leave_the_rest_out(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    make(tmp_path / "parts", 0, 9)
    join_parts(tmp_path / "parts", tmp_path, 4, 99)
    assert [row[0] for row in rows(tmp_path / "measures.parquet", "replication")] == [0, 1, 2, 3]
    ((mean, p10, p50, p90),) = rows(tmp_path / "curves.parquet", "mean, p10, p50, p90")
    assert (mean, p50) == (1.5, 1.5)
    assert (p10, p90) == (pytest.approx(0.3), pytest.approx(2.7))


def test_a_table_that_cannot_be_written_keeps_the_one_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    copy_out("SELECT 1 AS a", path)
    with pytest.raises(duckdb.Error):
        copy_out("SELECT error('stop') AS a", path)
    assert rows(path) == [(1,)]
    assert [entry.name for entry in tmp_path.iterdir()] == ["t.parquet"]


def test_paths_with_quotes_and_chinese_work(tmp_path: Path) -> None:
    folder = tmp_path / "石嘴山 'x'"
    folder.mkdir()
    write_table(folder / "measures.parquet", "measures", measures(1, 2))
    assert len(rows(folder / "measures.parquet")) == 2


def test_every_table_has_layout_and_replication_first() -> None:
    for table, columns in SCHEMA.items():
        first = ["replication"] if table == "scenarios" else ["layout", "replication"]  # a disaster has no layout
        assert list(columns)[: len(first)] == first
