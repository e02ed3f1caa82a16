"""A run: the same tables whatever the number of workers and interruptions; what is finished is kept."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from folders import ROOT, copy_examples

from sim.study.executors import WorkersDiedError, run_pool
from sim.study.folder import FolderError
from sim.study.model import Study
from sim.study.parts import SCHEMA, parts_of, quoted
from sim.study.read import read_study
from sim.study.rows import Rows, names
from sim.study.run import Interrupted, Progress, run_study
from sim.study.work import Job

SMALL = """\
id: small
name: {zh: 小, en: small}
city: ../scenarios/shizuishan
scenario: ../scenarios/shizuishan/earthquakes/m55.yaml
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
replications: 12
seed: 5
chunk: 1
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    here = copy_examples(tmp_path_factory.mktemp("here"))
    (here / "experiments" / "small.yaml").write_text(SMALL, encoding="utf-8")
    return read_study(here / "experiments" / "small.yaml")


@pytest.fixture(scope="module")
def whole(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run without interruption, in one process."""
    return run_study(study, workers=1, out=tmp_path_factory.mktemp("whole") / "run").folder


def tables(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every final table, as it stands there; texts, so that not-a-number equals itself."""
    found = {}
    for table in SCHEMA:
        rows = duckdb.sql(f"SELECT * FROM read_parquet({quoted(folder / f'{table}.parquet')})").fetchall()
        found[table] = [tuple(str(value) for value in row) for row in rows]
    return found


def same_tables(a: Path, b: Path) -> None:
    ours, theirs = tables(a), tables(b)
    for table in SCHEMA:
        assert ours[table] == theirs[table], table
        assert ours[table] or table in ("relief", "evacuation", "gas"), table


def quick(rows: Rows, job: Job, replication: int) -> None:
    """Play nothing: one measure that tells the replication."""
    rows.add("measures", "a", replication, {
        "measure": names(["m"]), "zone": names([""]), "value": np.array([replication / 2]),
    })
    rows.add("curves", "a", replication, {"curve": names(["c"]), "minute": np.zeros(1), "value": np.ones(1)})


# ---- in this process -------------------------------------------------------------------------


def test_a_run_says_how_far_it_is_and_what_it_was_made_of(study: Study, tmp_path: Path) -> None:
    told: list[Progress] = []
    result = run_study(study, workers=1, out=tmp_path / "run", progress=told.append, play=quick)
    assert [progress.done for progress in told] == list(range(13))
    assert all(progress.total == 12 for progress in told)
    assert told[0].left_s is None
    assert told[-1].left_s == 0.0
    manifest = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
    assert manifest["replications"] == 12
    assert manifest["finished"] is not None
    assert manifest["identity"]["seed"] == 5
    assert manifest["layouts"] == ["current", "spread-rescue"]
    again = read_study(result.folder / "study.yaml")
    assert replace(again, file=study.file) == study
    values = duckdb.sql(f"SELECT value FROM read_parquet({quoted(result.folder / 'measures.parquet')})").fetchall()
    assert [value for (value,) in values] == [r / 2 for r in range(12)]


def test_an_interrupted_run_keeps_what_is_finished_and_goes_on(study: Study, tmp_path: Path) -> None:
    played: list[int] = []
    stops = [5]

    def stops_at_five(rows: Rows, job: Job, replication: int) -> None:
        if replication in stops:
            stops.clear()
            raise KeyboardInterrupt
        played.append(replication)
        quick(rows, job, replication)

    with pytest.raises(Interrupted) as raised:
        run_study(study, workers=1, out=tmp_path / "run", play=stops_at_five)
    assert (raised.value.done, raised.value.total, raised.value.folder) == (5, 12, tmp_path / "run")
    assert not (tmp_path / "run" / "measures.parquet").exists()
    result = run_study(study, workers=1, out=tmp_path / "run", play=stops_at_five)
    assert result.reused == 5
    assert played == list(range(12))
    one_go = run_study(study, workers=1, out=tmp_path / "one", play=quick)
    assert tables(result.folder)["measures"] == tables(one_go.folder)["measures"]


def test_a_fault_in_a_replication_says_which_one_and_keeps_the_others(study: Study, tmp_path: Path) -> None:
    def breaks(rows: Rows, job: Job, replication: int) -> None:
        if replication == 3:
            msg = "a fault"
            raise RuntimeError(msg)
        quick(rows, job, replication)

    with pytest.raises(RuntimeError, match="a fault") as raised:
        run_study(study, workers=1, out=tmp_path / "run", play=breaks)
    assert raised.value.__notes__ == ["in replication 3 of seed 5"]
    assert [first for first, _, _ in parts_of(tmp_path / "run" / "parts")] == [0, 1, 2]


def test_fewer_or_more_replications_are_the_same_ones(study: Study, tmp_path: Path) -> None:
    def values(count: int) -> list[tuple[Any, ...]]:
        run_study(study, replications=count, workers=1, out=tmp_path / "run", play=quick)
        return tables(tmp_path / "run")["measures"]

    four, nine = values(4), values(9)
    assert nine[:4] == four
    assert values(4) == four


def test_a_full_disk_is_told_and_what_is_finished_is_kept(study: Study, tmp_path: Path) -> None:
    def full(rows: Rows, job: Job, replication: int) -> None:
        if replication == 2:
            raise OSError(28, "No space left on device")
        quick(rows, job, replication)

    with pytest.raises(FolderError) as raised:
        run_study(study, workers=1, out=tmp_path / "run", play=full)
    assert raised.value.code == "disk_full"
    assert run_study(study, workers=1, out=tmp_path / "run", play=quick).reused == 2


def test_a_run_does_not_depend_on_the_chunk(study: Study, whole: Path, tmp_path: Path) -> None:
    result = run_study(replace(study, chunk=5), workers=1, out=tmp_path / "run")
    same_tables(result.folder, whole)


# ---- with workers ----------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [2, 4])
def test_a_run_does_not_depend_on_the_number_of_workers(
    workers: int, study: Study, whole: Path, tmp_path: Path
) -> None:
    result = run_study(study, workers=workers, out=tmp_path / "run")
    same_tables(result.folder, whole)


def test_workers_that_are_killed_again_and_again_end_the_run(tmp_path: Path) -> None:
    job: Any = _Deadly(tmp_path)
    with pytest.raises(WorkersDiedError) as raised:
        run_pool(job, [(0, 0), (1, 1)], lambda chunk: None, 2)
    assert "--workers 1" in raised.value.line("en")
    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_a_worker_is_raised_here_and_says_where_it_was(tmp_path: Path) -> None:
    job: Any = _Faulty(tmp_path)
    with pytest.raises(ZeroDivisionError) as raised:
        run_pool(job, [(0, 0), (1, 1)], lambda chunk: None, 2)
    assert "in do_chunk" in str(raised.value.__cause__)
    assert list(tmp_path.iterdir()) == []


class _Deadly:
    """A job that kills the process which looks into it."""

    def __init__(self, parts: Path) -> None:
        self.parts = parts

    @property
    def inputs(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


class _Faulty(_Deadly):
    """A job that cannot be played."""

    @property
    def inputs(self) -> Any:
        return 1 // 0


# ---- as a process that is stopped or killed ----------------------------------------------------

LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for workers in /proc")


def start(study: Study, out: Path, workers: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim", "--lang", "en", "compare", str(study.file), "--no-report"]
    return subprocess.Popen(
        [*command, "--out", str(out), "--workers", str(workers)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        encoding="utf-8", env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}, start_new_session=True,
    )


def wait_for_parts(out: Path, count: int, run: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if len(parts_of(out / "parts")) >= count:
            return
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    pytest.fail("no part in time")


def children(pid: int) -> list[int]:
    """Return the worker processes of *pid*."""
    words = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [int(word) for word in words if b"spawn_main" in Path(f"/proc/{word}/cmdline").read_bytes()]


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


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
@pytest.mark.parametrize(("workers", "number"), list(itertools.product((1, 2), (signal.SIGINT, signal.SIGTERM))))
def test_stopped_by_the_user_it_keeps_what_is_finished_and_the_same_command_goes_on(
    workers: int, number: signal.Signals, study: Study, whole: Path, tmp_path: Path,
    running: list[subprocess.Popen[str]],
) -> None:
    out = tmp_path / "run"
    running.append(run := start(study, out, workers))
    wait_for_parts(out, 2, run)
    helpers = children(run.pid)
    run.send_signal(number)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert "of 12 replications are finished and kept in" in err
    assert "Traceback" not in err
    kept = len(parts_of(out / "parts"))
    assert 2 <= kept < 12
    assert not list((out / "parts").glob(".tmp-*"))
    assert not any(is_alive(pid) for pid in helpers)
    running.append(again := start(study, out, workers))
    said, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert f"{kept} replications were there already" in said
    same_tables(out, whole)


@LINUX
@pytest.mark.parametrize("after_s", [0.2, 0.7, 1.2])
def test_ctrl_c_on_a_terminal_reaches_the_workers_too_and_still_ends_in_one_line(
    after_s: float, study: Study, tmp_path: Path, running: list[subprocess.Popen[str]]
) -> None:
    out = tmp_path / "run"
    running.append(run := start(study, out, 2))
    for _ in range(1000):
        if (out / "parts").exists():
            break
        time.sleep(0.01)
    time.sleep(after_s)  # workers are starting, or at their first chunk
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert "Traceback" not in err
    assert "finished and kept" in err


@LINUX
def test_a_worker_that_is_killed_costs_its_chunk_only(
    study: Study, whole: Path, tmp_path: Path, running: list[subprocess.Popen[str]]
) -> None:
    out = tmp_path / "run"
    running.append(run := start(study, out, 2))
    wait_for_parts(out, 1, run)
    before = {path: path.stat().st_mtime_ns for _, _, path in parts_of(out / "parts")}
    victim, *others = children(run.pid)
    os.kill(victim, signal.SIGKILL)
    time.sleep(0.3)
    assert all(is_alive(pid) for pid in others) or run.poll() is not None
    _, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    assert {path: path.stat().st_mtime_ns for path in before} == before
    same_tables(out, whole)


@LINUX
def test_a_run_that_is_killed_leaves_no_worker_and_can_be_gone_on_with(
    study: Study, whole: Path, tmp_path: Path, running: list[subprocess.Popen[str]]
) -> None:
    out = tmp_path / "run"
    running.append(run := start(study, out, 2))
    wait_for_parts(out, 1, run)
    helpers = children(run.pid)
    assert helpers
    run.kill()
    run.communicate(timeout=60)
    for _ in range(500):
        if not any(is_alive(pid) for pid in helpers):
            break
        time.sleep(0.02)
    assert not any(is_alive(pid) for pid in helpers)
    result = run_study(study, workers=1, out=out)
    assert result.reused >= 1
    same_tables(out, whole)
