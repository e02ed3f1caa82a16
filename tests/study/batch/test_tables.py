"""Tables, questions, exports and progress of run folders of both kinds."""

from __future__ import annotations

import errno
import gc
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from batches import ask_all, quick, rows_of

from sim.common.errors import InputError
from sim.study.batch import workbook
from sim.study.batch.export import export
from sim.study.batch.model import BatchStudy
from sim.study.batch.query import QueryError, ask
from sim.study.batch.run import run_batch
from sim.study.batch.status import status_of
from sim.study.batch.tables import columns_of, open_run, reading
from sim.study.batch.workbook import unit_of
from sim.study.folder import FolderError
from sim.study.lock import held
from sim.study.model import Study
from sim.study.parts import SCHEMA
from sim.study.run import run_study


@pytest.fixture(scope="module")
def run(study: BatchStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch of which every measure is known."""
    return run_batch(study, workers=1, out=tmp_path_factory.mktemp("run") / "it's 批", play=quick).folder


@pytest.fixture(scope="module")
def compared(study: BatchStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison."""
    asked = Study(
        study_id="c", name=study.name, file=study.file, city=study.city, scenario=study.hazards[0].file,
        layouts=study.layouts, replications=7, seed=1, chunk=2,
    )
    return run_study(asked, workers=1, out=tmp_path_factory.mktemp("compared") / "run", play=quick).folder


# ---- tables --------------------------------------------------------------------------------


def test_the_views_of_a_batch(run: Path) -> None:
    with reading(open_run(run)) as connection:
        columns = columns_of(connection)
    assert list(columns) == ["cells", *SCHEMA, "results"]
    assert all(list(columns[table]) == ["cell", *SCHEMA[table]] for table in SCHEMA)
    assert list(columns["cells"]) == [
        "cell", "hazard", "kind", "name_zh", "name_en", "weight", "per_year", "seed", "report_deadline_min",
        "replications",
    ]
    assert list(columns["results"]) == [
        "cell", "hazard", "kind", "weight", "per_year", "report_deadline_min", *SCHEMA["measures"],
    ]


def test_what_the_cells_are(run: Path) -> None:
    assert ask_all(run, "SELECT hazard, kind, weight, per_year, report_deadline_min, replications FROM cells") == [
        ("release-random", "chemical", None, None, 30.0, 8), ("release-random", "chemical", None, None, 60.0, 8),
        ("flash-random", "flood", None, 0.5, 30.0, 8), ("flash-random", "flood", None, 0.5, 60.0, 8),
    ]


def test_means_by_what_the_cells_are(run: Path) -> None:
    found = ask_all(run, """
        SELECT per_year, layout, avg(value) FROM results WHERE measure = 'm' AND zone = '' AND report_deadline_min = 30
        GROUP BY ALL ORDER BY ALL
    """)
    assert found == [
        (0.5, "current", 1.75), (0.5, "spread-rescue", 2.75), (None, "current", 1.75), (None, "spread-rescue", 2.75),
    ]


def test_the_views_of_a_comparison(compared: Path) -> None:
    with reading(open_run(compared)) as connection:
        columns = columns_of(connection)
    assert list(columns) == list(SCHEMA)
    assert list(columns["measures"]) == list(SCHEMA["measures"])
    assert list(columns["curves"]) == ["layout", "curve", "minute", "mean", "p10", "p50", "p90"]
    assert ask_all(compared, "SELECT count(*), max(replication) FROM measures") == [(42, 6)]


def test_a_run_that_is_not_finished_can_be_asked_too(run: Path, compared: Path, tmp_path: Path) -> None:
    for folder in (run, compared):
        copy = tmp_path / folder.parent.name
        shutil.copytree(folder, copy)
        for path in copy.glob("[a-b,d-z]*.parquet"):
            path.unlink()
        manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
        (copy / "run.json").write_text(json.dumps(manifest | {"finished": None}), encoding="utf-8")
        shutil.rmtree(max(copy.rglob("part-*")))
        count = "SELECT count(*) FROM measures"
        assert 0 < ask_all(copy, count)[0][0] < ask_all(folder, count)[0][0]
        assert ask_all(copy, "FROM demands") == []


@pytest.mark.parametrize("make", [Path.mkdir, lambda folder: None])
def test_what_is_no_run_is_told(make: object, tmp_path: Path) -> None:
    make(tmp_path / "x")  # type: ignore[operator]
    with pytest.raises(FolderError) as raised:
        open_run(tmp_path / "x")
    assert "no run folder" in raised.value.line("en")


# ---- questions -----------------------------------------------------------------------------


def answer(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with ask(open_run(folder), sql) as found:
        return list(found.rows)


def test_an_answer_has_columns_types_and_rows(run: Path) -> None:
    with ask(open_run(run), "SELECT layout, count(*) AS n FROM measures GROUP BY layout ORDER BY layout;") as found:
        assert found.columns == ("layout", "n")
        assert list(found.rows) == [("current", 96), ("spread-rescue", 96)]
    assert len(answer(run, "FROM measures, (SELECT unnest(range(200)))")) == 192 * 200
    assert answer(run, "PIVOT cells ON kind USING count(*) GROUP BY hazard ORDER BY hazard") == [
        ("flash-random", 0, 2), ("release-random", 2, 0),
    ]
    assert answer(run, "DESCRIBE measures")[0][0] == "cell"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "there is no SQL"),
        ("SELECT 1; SELECT 2", "one SELECT statement"),
        ("CREATE TABLE t AS SELECT 1", "read only"),
        ("COPY (SELECT 1) TO 'x.csv'", "read only"),
        ("SET threads = 9", "read only"),
        ("DROP VIEW measures", "read only"),
        ("SELECT * FROM measure", "there is no table 'measure'; there is: measures"),
        ("SELECT * FROM xyz", "there is: cells, measures, scenarios"),
        ("SELECT valeu FROM measures", "there is no column 'valeu'; there is: value"),
        ("SELECT c.hazzard FROM cells c", "there is no column 'hazzard'; there is: hazard"),
        ("SELECT avg(layout) FROM measures", "No function matches"),
        ("SELEKT 1", "syntax error at or near \"SELEKT\""),
        ("SELECT * FROM read_csv('/etc/passwd')", "Cannot access file"),
        ("SELECT * FROM '/etc/passwd'", "there is no table"),
        ("SELECT value + 'x' FROM measures", "Could not convert"),
    ],
)
def test_a_mistake_in_a_question_is_one_line(sql: str, said: str, run: Path) -> None:
    with pytest.raises(QueryError) as raised:
        answer(run, sql)
    assert said in raised.value.line("en")
    assert "\n" not in raised.value.line("zh")


def test_a_part_that_is_damaged_is_named(run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    file = min((tmp_path / "run" / "parts").rglob("measures.parquet"))
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(FolderError) as raised:
        answer(tmp_path / "run", "FROM measures")
    assert str(file) in raised.value.line("en")
    with pytest.raises(FolderError):
        export(open_run(tmp_path / "run"), "csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_text("broken")])
def test_cells_that_are_damaged_or_gone_are_named(spoil: Callable[[Path], object], run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "run")
    spoil(tmp_path / "run" / "cells.parquet")
    for asked in (status_of, open_run):
        with pytest.raises(FolderError) as raised:
            asked(tmp_path / "run")
        assert "cells.parquet" in raised.value.line("zh")


def test_parts_that_are_joined_while_we_ask_are_looked_for_again(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.study.batch import tables

    real, gone = tables.parts_of, [Path("/nowhere/part-0000000-0000009")]

    def once(folder: Path) -> list[tuple[int, int, Path]]:
        return [(0, 9, gone.pop())] if gone else real(folder)

    monkeypatch.setattr(tables, "parts_of", once)
    assert answer(run, "SELECT count(*) FROM measures") == [(192,)]
    assert not gone


# ---- exports -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_are_exported_as_they_are(form: str, run: Path, tmp_path: Path) -> None:
    files = export(open_run(run), form, tmp_path / "deep" / "out")
    assert [file.stem for file in files] == ["cells", "curves", "measures"]  # those that have rows
    again = duckdb.sql(f"SELECT * FROM '{files[-1]}'").fetchall()
    assert len(again) == 192
    assert {str(row[-1]) for row in again} >= {"inf", "None"}
    named = export(open_run(run), form, tmp_path / "named", ["gas", "results"])
    assert [file.stem for file in named] == ["gas", "results"]


def test_a_comparison_is_exported_too(compared: Path, tmp_path: Path) -> None:
    export(open_run(compared), "xlsx", tmp_path / "c.xlsx")
    sheets = pd.read_excel(tmp_path / "c.xlsx", sheet_name=None, engine="calamine")
    assert list(sheets) == ["measures", "townships", "curves"]
    assert list(sheets["measures"].columns) == ["layout", "replication", "m [number]", "n [number]"]
    assert len(sheets["measures"]) == 14


def test_a_workbook_has_a_sheet_per_table_and_units_in_its_columns(run: Path, tmp_path: Path) -> None:
    (file,) = export(open_run(run), "xlsx", tmp_path / "out.xlsx")
    sheets = pd.read_excel(file, sheet_name=None, engine="calamine", keep_default_na=False)
    assert list(sheets) == ["cells", "measures", "townships", "curves"]
    wide = sheets["measures"]
    assert list(wide.columns) == [
        "cell", "layout", "replication", "hazard", "report_deadline_min [min]", "m [number]", "n [number]",
    ]
    expected = ask_all(run, "SELECT cell, layout, replication, value FROM measures WHERE measure = 'm' AND zone = ''")
    columns = ["cell", "layout", "replication", "m [number]"]
    assert [tuple(row) for row in wide[columns].itertuples(index=False)] == expected
    assert set(sheets["townships"]["m [number]"]) == {"inf", ""}
    assert list(sheets["townships"].columns)[3] == "zone"


def test_what_is_too_long_for_excel_is_refused_with_the_way_out(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 63)
    with pytest.raises(InputError) as raised:
        export(open_run(run), "xlsx", tmp_path / "out.xlsx")
    said = raised.value.lines("en")
    assert [line.split(":")[0] for line in said] == ["measures", "townships", "curves"] or len(said) == 2
    assert "64 rows" in said[0]
    assert "--to csv" in said[0]
    assert list(tmp_path.iterdir()) == []
    assert export(open_run(run), "xlsx", tmp_path / "out.xlsx", ["cells"])


class FullDisk(FileIO):
    """A file on a disk that has room for a kilobyte."""

    def write(self, content: Any) -> int:
        if self.tell() > 1_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(bytes(content)[:600])


def test_a_workbook_on_a_full_disk_is_told_and_leaves_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(workbook, "opened", lambda file: FullDisk(file, "x"))
    with pytest.raises(FolderError) as raised:
        export(open_run(run), "xlsx", tmp_path / "out" / "big.xlsx")
    gc.collect()  # the warning of an archive that cannot be ended would be an error here
    assert raised.value.code == "disk_full"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_text_that_looks_like_a_formula_stays_a_text(run: Path, tmp_path: Path) -> None:
    with reading(open_run(run), locked=False) as connection:
        connection.execute("CREATE VIEW odd AS SELECT '=1+1' AS a, 'http://x' AS b, 1 AS c_min, NULL AS d, true AS e")
        workbook.write_workbook(connection, ["odd"], tmp_path / "odd.xlsx")
    sheet = pd.read_excel(tmp_path / "odd.xlsx", engine="calamine")
    assert list(sheet.columns) == ["a", "b", "c_min [min]", "d", "e"]
    assert sheet.iloc[0, :3].tolist() == ["=1+1", "http://x", 1]


@pytest.mark.parametrize(
    ("form", "out", "tables", "said"),
    [
        ("xls", "out", [], "there is no form 'xls'"), ("csv", "here", [], "exists already"),
        ("csv", "out", ["gases", "cells"], "there is no table 'gases'"),
    ],
)
def test_what_cannot_be_exported_is_told(
    form: str, out: str, tables: list[str], said: str, run: Path, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(InputError) as raised:
        export(open_run(run), form, tmp_path / out, tables)
    assert said in raised.value.lines("en")[0]
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_units_are_told_by_the_names() -> None:
    units = {
        "relief_p50_h": "h", "arrival_p90_min.fire": "min", "loss_yuan": "yuan", "relief_share_10h": "share",
        "gas_aired_kg": "kg", "max_depth_m": "m", "deaths": "number",
    }
    assert {name: unit_of(name) for name in units} == units


# ---- progress ------------------------------------------------------------------------------


def test_how_far_a_batch_is(study: BatchStudy, tmp_path: Path) -> None:
    run_batch(replace(study, hazards=study.hazards[1:]), workers=1, out=tmp_path / "run", play=quick)
    shutil.rmtree(min((tmp_path / "run" / "parts").rglob("part-*")))
    with held(tmp_path / "run"):
        status = status_of(tmp_path / "run")
    assert sorted((cell.hazard, cell.done, cell.wanted) for cell in status.cells) == [
        ("flash-random", 0, 8), ("flash-random", 8, 8),
    ]
    assert [dict(cell.point) for cell in status.cells] == [{"report_deadline_min": 30.0}, {"report_deadline_min": 60.0}]
    assert status.process is not None
    assert status.size_bytes > sum(cell.size_bytes for cell in status.cells) > 0
    assert status_of(tmp_path / "run").process is None


def test_replications_that_are_not_wanted_any_more_cost_nothing(study: BatchStudy, tmp_path: Path) -> None:
    few = replace(study, hazards=study.hazards[1:])
    run_batch(few, workers=1, out=tmp_path / "run", play=quick)
    whole = [cell.cpu_s for cell in status_of(tmp_path / "run").cells]
    run_batch(few, replications=2, workers=1, out=tmp_path / "run", play=quick)
    cells = status_of(tmp_path / "run").cells
    assert [(cell.done, cell.wanted) for cell in cells] == [(2, 2)] * len(cells)
    assert all(0.0 <= cell.cpu_s <= all_ / 2.0 for cell, all_ in zip(cells, whole, strict=True))


def test_how_far_a_comparison_is(compared: Path) -> None:
    status = status_of(compared)
    (cell,) = status.cells
    assert (cell.cell, cell.done, cell.wanted) == ("", 7, 7)
    assert not status.run.is_batch


def test_rows_of_all_tables_can_be_read(run: Path) -> None:
    assert len(rows_of(run)["results"]) == 192
