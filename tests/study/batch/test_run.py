"""A batch: the same tables whatever the workers and interruptions; what is finished is kept, damage is mended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from batches import ask_all, quick, rows_of, same_rows
from folders import ROOT

from sim.common.errors import InputError
from sim.study.batch import chunks
from sim.study.batch.model import BatchStudy, StopRule
from sim.study.batch.run import Interrupted, run_batch
from sim.study.batch.store import Damaged
from sim.study.folder import FolderError
from sim.study.lock import held
from sim.study.rows import Rows
from sim.study.run import Progress
from sim.study.work import Job, play_into

EACH = 8
"""Replications of each of the four cells of the grid."""
ALL = 4 * EACH


@pytest.fixture(scope="module")
def whole(study: BatchStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run without interruption, in one process."""
    return run_batch(study, workers=1, out=tmp_path_factory.mktemp("whole") / "run").folder


def parts(folder: Path) -> list[Path]:
    return sorted((folder / "parts").glob("cell=*/part-*"))


# ---- in this process -------------------------------------------------------------------------


def test_a_run_says_how_far_it_is_and_what_it_was_made_of(study: BatchStudy, tmp_path: Path) -> None:
    told: list[Progress] = []
    result = run_batch(study, workers=1, out=tmp_path / "run", progress=told.append, play=quick)
    assert (told[0].done, told[0].left_s, told[-1].done, told[-1].left_s) == (0, None, ALL, 0.0)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    manifest = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
    assert list(manifest["cells"].values()) == [EACH] * 4
    assert manifest["finished"] is not None
    assert manifest["versions"].keys() >= {"python", "turnout", "numpy", "duckdb"}
    assert manifest["identity"]["seed"] == 5
    assert all(len(digest) == 64 for digest in manifest["identity"]["inputs"].values())
    assert [len(list(cell.iterdir())) for cell in (result.folder / "parts").iterdir()] == [1] * 4


def test_every_cell_has_every_replication_under_every_layout_once(study: BatchStudy, tmp_path: Path) -> None:
    folder = run_batch(study, workers=1, out=tmp_path / "run", play=quick).folder
    found = ask_all(folder, "SELECT hazard, layout, replication, value FROM results WHERE measure = 'm' AND zone = ''")
    assert found == [
        (hazard, layout, r, r / 2 + n)
        for hazard in ("release-random", "flash-random") for _ in range(2) for r in range(EACH)
        for n, layout in enumerate(("current", "spread-rescue"))
    ]


def test_the_tables_do_not_depend_on_the_chunks(
    study: BatchStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "BLOCK", 5)
    monkeypatch.setattr("sim.study.batch.source.BLOCK", 5)
    a = run_batch(study, workers=1, out=tmp_path / "a", play=quick).folder
    assert len(parts(a)) == 8  # 0-4 and 5-7 of each
    monkeypatch.undo()
    monkeypatch.setattr(chunks, "FIRST", 7)
    same_rows(run_batch(study, workers=1, out=tmp_path / "b", play=quick).folder, a)


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(study: BatchStudy, tmp_path: Path) -> None:
    played: list[tuple[int, int, float]] = []
    stops = [14]

    def stops_once(rows: Rows, job: Job, replication: int) -> None:
        if stops and len(played) == stops[0]:
            stops.clear()
            raise KeyboardInterrupt
        played.append((job.seed, replication, job.inputs.plan.coefficients["report_deadline_min"]))
        quick(rows, job, replication)

    with pytest.raises(Interrupted) as raised:
        run_batch(study, workers=1, out=tmp_path / "run", play=stops_once)
    assert 0 < raised.value.done <= 14
    assert raised.value.total == ALL
    assert not list((tmp_path / "run").rglob(".tmp-*"))
    assert not (tmp_path / "run" / "run.lock").exists()
    kept = {path: path.stat().st_mtime_ns for path in parts(tmp_path / "run")}
    result = run_batch(study, workers=1, out=tmp_path / "run", play=stops_once)
    assert result.reused == raised.value.done
    assert len(set(played)) == ALL
    assert len(played) == ALL + 14 - result.reused  # the chunk that was under way is played again, nothing else
    assert len(kept) > 1
    same_rows(result.folder, run_batch(study, workers=1, out=tmp_path / "one", play=quick).folder)


def test_a_finished_run_plays_nothing(study: BatchStudy, tmp_path: Path) -> None:
    run_batch(study, workers=1, out=tmp_path / "run", play=quick)
    before = {path: path.stat().st_mtime_ns for path in parts(tmp_path / "run")}

    def never(rows: Rows, job: Job, replication: int) -> None:
        raise AssertionError

    assert run_batch(study, workers=1, out=tmp_path / "run", play=never).reused == ALL
    assert {path: path.stat().st_mtime_ns for path in parts(tmp_path / "run")} == before


def test_fewer_or_more_replications_are_the_same_ones(study: BatchStudy, tmp_path: Path) -> None:
    def rows(count: int) -> list[tuple[object, ...]]:
        run_batch(study, replications=count, workers=1, out=tmp_path / "run", play=quick)
        query = "SELECT cell, layout, replication, value FROM measures WHERE measure = 'm' AND zone = '' ORDER BY ALL"
        return ask_all(tmp_path / "run", query)

    four, nine = rows(4), rows(9)
    assert [row for row in nine if row[2] < 4] == four
    assert len(nine) == 9 * 8  # of four cells and two layouts
    assert rows(4) == four
    assert ask_all(tmp_path / "run", "SELECT DISTINCT replications FROM cells") == [(4,)]


def test_a_grid_may_grow_and_shrink_in_its_folder(study: BatchStudy, tmp_path: Path) -> None:
    small = replace(study, hazards=study.hazards[:1], parameters={"report_deadline_min": (30.0,)})
    run_batch(small, workers=1, out=tmp_path / "run", play=quick)
    grown = run_batch(study, workers=1, out=tmp_path / "run", play=quick)
    assert grown.reused == EACH
    assert len(ask_all(tmp_path / "run", "FROM cells")) == 4
    again = run_batch(small, workers=1, out=tmp_path / "run", play=quick)
    assert again.reused == EACH
    assert ask_all(tmp_path / "run", "SELECT hazard, report_deadline_min FROM cells") == [("release-random", 30.0)]


def test_a_folder_of_other_inputs_is_refused_and_the_input_is_named(study: BatchStudy, tmp_path: Path) -> None:
    run_batch(study, replications=1, workers=1, out=tmp_path / "run", play=quick)
    with pytest.raises(FolderError) as raised:
        run_batch(replace(study, layouts=study.layouts[1:]), workers=1, out=tmp_path / "run", play=quick)
    assert "layout/0/current.yaml, layout/0/spread-rescue.yaml, layout/1/spread-rescue.yaml" in raised.value.line("en")
    with pytest.raises(FolderError) as raised:
        run_batch(replace(study, seed=6), workers=1, out=tmp_path / "run", play=quick)
    assert "seed 5 → 6" in raised.value.line("zh")
    assert run_batch(replace(study, seed=6), replications=1, workers=1, out=tmp_path / "run", fresh=True, play=quick)


def test_another_program_is_told_in_words(study: BatchStudy, tmp_path: Path) -> None:
    run_batch(study, replications=1, workers=1, out=tmp_path / "run", play=quick)
    file = tmp_path / "run" / "run.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["identity"]["inputs"]["program"] = "other"
    manifest["identity"]["numpy"] = "1.0"
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(FolderError) as raised:
        run_batch(study, workers=1, out=tmp_path / "run", play=quick)
    assert "the program itself" in raised.value.line("en")
    assert "程序本身" in raised.value.line("zh")
    assert "numpy 1.0 → " in raised.value.line("en")


def test_a_second_run_is_told_before_anything_is_read(study: BatchStudy, tmp_path: Path) -> None:
    wrong = replace(study, overrides={"nobody": 1.0})
    with pytest.raises(InputError):
        run_batch(wrong, workers=1, out=tmp_path / "run")
    with held(tmp_path / "run"), pytest.raises(FolderError) as raised:
        run_batch(wrong, workers=1, out=tmp_path / "run")
    assert raised.value.code == "busy"


def test_a_full_disk_is_told_and_what_is_finished_is_kept(study: BatchStudy, tmp_path: Path) -> None:
    count = [0]

    def full(rows: Rows, job: Job, replication: int) -> None:
        count[0] += 1
        if count[0] == 11:
            raise OSError(28, "No space left on device")
        quick(rows, job, replication)

    with pytest.raises(FolderError) as raised:
        run_batch(study, workers=1, out=tmp_path / "run", play=full)
    assert raised.value.code == "disk_full"
    assert not list((tmp_path / "run").rglob(".tmp-*"))
    assert 0 < run_batch(study, workers=1, out=tmp_path / "run", play=quick).reused <= 10


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root may make a small disk of its own")
def test_a_disk_that_is_really_full_is_told(study: BatchStudy, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no mounting here")
    try:
        with pytest.raises(FolderError) as raised:
            run_batch(study, replications=3000, workers=1, out=disk / "run", play=quick)
        assert raised.value.code == "disk_full"
        assert not list((disk / "run").rglob(".tmp-*"))
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        result = run_batch(study, replications=3000, workers=1, out=disk / "run", play=quick)
        assert result.reused > 0
        assert ask_all(result.folder, "SELECT count(*), count(DISTINCT replication) FROM measures WHERE measure = 'n'")[
            0] == (3000 * 8, 3000)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_damaged_parts_are_named_and_played_again(study: BatchStudy, tmp_path: Path) -> None:
    folder = run_batch(study, workers=1, out=tmp_path / "run", play=quick).folder
    before = rows_of(folder)
    first, second, *_ = parts(folder)
    (first / "measures.parquet").write_bytes((first / "measures.parquet").read_bytes()[:50])
    (second / "curves.parquet").unlink()
    told: list[Damaged] = []
    result = run_batch(study, workers=1, out=tmp_path / "run", play=quick, on_damaged=told.append)
    assert sorted((damaged.part, damaged.file) for damaged in told) == [
        (first, "measures.parquet"), (second, "curves.parquet"),
    ]
    assert result.reused == 2 * EACH
    assert rows_of(folder) == before


# ---- real replications -----------------------------------------------------------------------


def test_what_is_kept_of_how_many_replications(whole: Path) -> None:
    for table, count in (("demands", 3), ("curves", 5), ("crews", 3)):
        found = ask_all(whole, f"SELECT max(replication) + 1 FROM {table}")
        assert found == [(count,)], table
    query = "SELECT max(replication) + 1, count(DISTINCT measure) FROM measures WHERE zone"
    assert ask_all(whole, f"{query} <> ''")[0][0] == 5
    replications, measures = ask_all(whole, f"{query} = ''")[0]
    assert replications == EACH
    assert measures > 100


def test_parameters_change_what_they_should_and_share_the_rest(whole: Path) -> None:
    query = """
        SELECT avg(value) FILTER (report_deadline_min = 30), avg(value) FILTER (report_deadline_min = 60)
        FROM results WHERE hazard = 'flash-random' AND zone = '' AND measure = '{}' AND NOT isnan(value)
    """
    early, late = ask_all(whole, query.format("report_share_in_time"))[0]
    assert early < late
    early, late = ask_all(whole, query.format("demands"))[0]
    assert early == late > 0


def test_a_run_does_not_depend_on_the_number_of_workers(study: BatchStudy, whole: Path, tmp_path: Path) -> None:
    result = run_batch(study, workers=3, out=tmp_path / "run")
    same_rows(result.folder, whole)
    assert result.reused == 0


def test_a_cell_ends_when_its_mean_is_known_whatever_the_workers(study: BatchStudy, tmp_path: Path) -> None:
    rule = StopRule(measure="report_share_in_time", half_width=0.2, relative=None, min_replications=20)
    asked = replace(study, replications=150, stop=rule, hazards=study.hazards[:1], layouts=study.layouts[:1])
    results = [run_batch(asked, workers=n, out=tmp_path / f"w{n}") for n in (1, 2)]
    assert results[0].replications == results[1].replications
    assert all(20 <= count <= 150 for count in results[0].replications.values())
    assert min(results[0].replications.values()) < 150
    same_rows(results[1].folder, results[0].folder)
    counts = dict(ask_all(results[0].folder, "SELECT cell, count(DISTINCT replication) FROM measures GROUP BY cell"))
    assert counts == dict(results[0].replications)
    again = run_batch(asked, workers=1, out=tmp_path / "w1")
    assert again.reused == sum(results[0].replications.values())


def test_a_measure_that_there_is_not_is_told(study: BatchStudy, tmp_path: Path) -> None:
    rule = StopRule(measure="report_share_in_tim", half_width=0.2, relative=None, min_replications=20)
    with pytest.raises(InputError) as raised:
        run_batch(replace(study, replications=40, stop=rule, hazards=study.hazards[:1]), workers=1, out=tmp_path / "r")
    assert "report_share_in_time" in raised.value.lines("en")[0]
    assert not (tmp_path / "r").exists()  # told before anything is played


# ---- as a process that is stopped or killed ----------------------------------------------------

LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for workers in /proc")


def start(study: BatchStudy, out: Path, workers: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim", "--lang", "en", "batch", str(study.file), "--out", str(out)]
    return subprocess.Popen(
        [*command, "--workers", str(workers)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, start_new_session=True,
    )


def wait_for_parts(out: Path, count: int, run: subprocess.Popen[str]) -> None:
    for _ in range(3000):
        if len(parts(out)) >= count:
            return
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    pytest.fail("no part in time")


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes to end with the test, whatever happens."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_stopped_or_killed_it_keeps_what_is_finished_and_the_same_command_goes_on(
    number: signal.Signals, study: BatchStudy, whole: Path, tmp_path: Path, running: list[subprocess.Popen[str]]
) -> None:
    out = tmp_path / "run"
    running.append(run := start(study, out, 2))
    wait_for_parts(out, 2, run)
    run.send_signal(number)
    _, err = run.communicate(timeout=60)
    if number != signal.SIGKILL:
        assert run.returncode == 130, err
        assert "replications are finished and kept in" in err
    assert "Traceback" not in err
    assert run_batch(study, workers=1, out=out).reused >= 1
    same_rows(out, whole)


def test_the_usual_way_to_play_is_the_one_of_the_workers() -> None:
    assert run_batch.__kwdefaults__ is not None
    assert run_batch.__kwdefaults__["play"] is play_into
