"""The store: parts are joined row for row, nothing is counted twice, and what is damaged is found out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from sim.study.batch import store
from sim.study.parts import SUMS, connect, parquet, part_name, parts_of, publishing, write_part
from sim.study.rows import names


def measures(first: int, last: int) -> dict[str, Any]:
    rows = [(layout, r) for r in range(first, last + 1) for layout in ("a", "b")]
    n = len(rows)
    return {
        "layout": names([layout for layout, _ in rows]), "replication": np.array([r for _, r in rows]),
        "measure": names(["deaths"] * n), "zone": names([""] * n),
        "value": np.array([np.nan if r == 3 else r + 0.1 * (layout == "b") for layout, r in rows]),
    }


def put(folder: Path, *parts: tuple[int, int]) -> None:
    for first, last in parts:
        chain: dict[str, Any] = {
            "layout": names(["a"]), "replication": np.array([first]), "event": np.zeros(1), "kind": names(["k"]),
            "name_zh": names(["名"]), "name_en": names(["n"]), "parent": np.array([-1]), "start_min": np.zeros(1),
            "happened": np.ones(1),
        }
        detail = {"chain": chain} if first < 2 else {}
        write_part(folder, first, last, {"measures": measures(first, last), **detail}, 1.5)


def read(folder: Path, table: str = "measures") -> list[tuple[str, ...]]:
    files = [path / f"{table}.parquet" for _, _, path in parts_of(folder) if (path / f"{table}.parquet").exists()]
    with connect() as connection:
        rows = connection.execute(f"SELECT * FROM {parquet(files)}").fetchall()
    return [tuple(str(value) for value in row) for row in rows]


def test_parts_are_joined_row_for_row(tmp_path: Path) -> None:
    put(tmp_path, (0, 1), (2, 2), (3, 9))
    before, chain = read(tmp_path), read(tmp_path, "chain")
    assert store.join(tmp_path, [(0, 1), (2, 2), (3, 9)]) == (0, 9)
    assert store.ranges(tmp_path) == [(0, 9)]
    assert read(tmp_path) == before
    assert read(tmp_path, "chain") == chain
    assert store.cost(tmp_path, [(0, 9)]) == 4.5
    assert list(store.tidy(tmp_path)) == []


def test_a_run_that_is_killed_when_it_has_just_joined_counts_nothing_twice(tmp_path: Path) -> None:
    put(tmp_path, (0, 1), (2, 2), (3, 9))
    before = read(tmp_path)
    aside = tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(tmp_path, aside)
    store.join(tmp_path, [(0, 1), (2, 2), (3, 9)])
    for left in ((2, 2), (3, 9), (0, 1)):
        shutil.copytree(aside / part_name(*left), tmp_path / part_name(*left))
        assert read(tmp_path) == before
    assert list(store.tidy(tmp_path)) == []
    assert [path.name for path in tmp_path.iterdir()] == [part_name(0, 9)]


def test_a_join_that_goes_wrong_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, (0, 1), (2, 2))
    before = read(tmp_path)

    def full(*_: object) -> float:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "cost", full)
    with pytest.raises(OSError, match="No space"):
        store.join(tmp_path, [(0, 1), (2, 2)])
    assert read(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == 2


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def flip(file: Path) -> None:
    """Change one bit in the middle, which a reader of Parquet may not notice."""
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 3] ^= 1
    file.write_bytes(raw)


@pytest.mark.parametrize("spoil", [cut, flip, Path.unlink, lambda file: file.write_bytes(b"")])
@pytest.mark.parametrize("name", ["measures.parquet", "cpu_s.txt", SUMS])
def test_a_damaged_part_is_named_and_thrown_away(spoil: Callable[[Path], object], name: str, tmp_path: Path) -> None:
    put(tmp_path, (0, 1), (2, 2), (3, 9))
    spoil(tmp_path / part_name(2, 2) / name)
    (damaged,) = store.tidy(tmp_path)
    assert damaged.part == tmp_path / part_name(2, 2)
    assert damaged.file == name or name == SUMS
    assert store.ranges(tmp_path) == [(0, 1), (3, 9)]


def test_a_joined_part_that_is_damaged_gives_way_to_those_that_it_was_made_of(tmp_path: Path) -> None:
    put(tmp_path, (0, 1), (2, 9))
    before = read(tmp_path)
    aside = tmp_path.with_name(f"{tmp_path.name}-aside")
    shutil.copytree(tmp_path, aside)
    store.join(tmp_path, [(0, 1), (2, 9)])
    shutil.copytree(aside, tmp_path, dirs_exist_ok=True)
    cut(tmp_path / part_name(0, 9) / "measures.parquet")
    assert [damaged.part.name for damaged in store.tidy(tmp_path)] == [part_name(0, 9)]
    assert store.ranges(tmp_path) == [(0, 1), (2, 9)]
    assert read(tmp_path) == before


def test_drafts_are_cleared(tmp_path: Path) -> None:
    put(tmp_path, (0, 1))
    (tmp_path / ".tmp-part-0000002-0000002-77-ab").mkdir()
    assert list(store.tidy(tmp_path)) == []
    assert [path.name for path in tmp_path.iterdir()] == [part_name(0, 1)]


def test_a_part_that_somebody_else_has_published_stays(tmp_path: Path) -> None:
    put(tmp_path, (0, 1))
    written = (tmp_path / part_name(0, 1) / "measures.parquet").stat().st_mtime_ns
    put(tmp_path, (0, 1))
    assert (tmp_path / part_name(0, 1) / "measures.parquet").stat().st_mtime_ns == written
    assert len(list(tmp_path.iterdir())) == 1


def test_values_are_read_by_layout_in_the_order_of_the_replications(tmp_path: Path) -> None:
    put(tmp_path, (0, 1), (2, 2), (3, 9))
    values = store.read_values(tmp_path, store.ranges(tmp_path), "deaths", ["b", "a", "c"], 5)
    assert list(values) == ["b", "a"]
    assert np.array_equal(values["a"], [0.0, 1.0, 2.0, np.nan, 4.0], equal_nan=True)
    assert np.array_equal(values["b"], [0.1, 1.1, 2.1, np.nan, 4.1], equal_nan=True)
    assert store.read_values(tmp_path, store.ranges(tmp_path), "lives", ["a"], 5) == {}
    assert store.measures_of(tmp_path, (2, 2)) == ["deaths"]


def test_other_tools_find_the_cell_in_the_name_of_its_folder(tmp_path: Path) -> None:
    folder = store.cell_folder(tmp_path, "m55-1")
    folder.mkdir()
    put(folder, (0, 1))
    found = duckdb.sql(f"SELECT DISTINCT cell FROM read_parquet('{tmp_path}/*/*/measures.parquet')").fetchall()
    assert found == [("m55-1",)]


def test_a_draft_that_somebody_clears_away_meanwhile_becomes_no_part(tmp_path: Path) -> None:
    def publish() -> None:
        with publishing(tmp_path, 0, 1, ["a", "b"]) as draft:
            (draft / "a").write_text("a", encoding="utf-8")
            (draft / "b").write_text("b", encoding="utf-8")
            (draft / "a").unlink()

    with pytest.raises(FileNotFoundError):
        publish()
    assert list(tmp_path.iterdir()) == []
