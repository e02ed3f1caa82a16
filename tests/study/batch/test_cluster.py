"""A Dask cluster of separate processes gives the same tables, also when a worker is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from batches import same_rows
from folders import ROOT

from sim.study.batch.model import BatchStudy
from sim.study.batch.run import run_batch
from sim.study.cluster import ClusterError, Judged, connected, judge
from sim.study.cluster_worker import look, versions

pytestmark = pytest.mark.skipif(
    find_spec("distributed") is None and not os.environ.get("REQUIRE_CLUSTER"), reason="needs the extra cluster"
)
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONWARNINGS": "ignore"}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start processes that end with the test, whatever happens."""
    processes: list[subprocess.Popen[str]] = []

    def call(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            env=ENVIRONMENT, start_new_session=True,
        )
        processes.append(process)
        return process

    yield call
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def address(start: Start, tmp_path: Path) -> str:
    """A scheduler on loopback; returns its address."""
    file = tmp_path / "scheduler.json"
    start(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-jupyter",
        "--scheduler-file", str(file),
    )
    for _ in range(600):
        if file.exists() and file.read_text(encoding="utf-8").endswith("}"):
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        time.sleep(0.05)
    pytest.fail("no scheduler in time")


def worker(start: Start, address: str, folder: Path) -> subprocess.Popen[str]:
    words = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return start("distributed.cli.dask_worker", address, *words)


def wait_for(address: str, count: int) -> None:
    for _ in range(100):
        with suppress(ClusterError), connected(address) as cluster:  # as long as there is none, it is told
            if len(cluster.there()) >= count:
                return
        time.sleep(0.3)
    pytest.fail("no workers in time")


def parts(folder: Path) -> list[Path]:
    return list((folder / "parts").glob("cell=*/part-*"))


@pytest.mark.filterwarnings("ignore")  # those of Dask are its own
def test_a_cluster_gives_the_same_tables_though_a_worker_is_killed(
    study: BatchStudy, start: Start, address: str, tmp_path: Path
) -> None:
    workers = [worker(start, address, tmp_path / f"w{n}") for n in range(3)]
    local = run_batch(study, workers=1, out=tmp_path / "local").folder
    wait_for(address, 3)
    run = start("sim", "--lang", "en", "batch", str(study.file), "--cluster", address, "--out", str(tmp_path / "far"))
    for _ in range(3000):
        if len(parts(tmp_path / "far")) >= 2:
            break
        assert run.poll() is None, run.communicate()
        time.sleep(0.01)
    workers[1].send_signal(signal.SIGKILL)
    _, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    assert "Traceback" not in err
    same_rows(tmp_path / "far", local)
    assert not list((tmp_path / "far").rglob(".tmp-*"))


def test_a_cluster_that_does_not_answer_is_told_within_ten_seconds() -> None:
    with socket.socket() as silent, socket.socket() as closed:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        closed.bind(("127.0.0.1", 0))
        for place in (silent, closed):
            began = time.monotonic()
            with pytest.raises(ClusterError) as raised, connected(f"127.0.0.1:{place.getsockname()[1]}"):
                pass
            assert time.monotonic() - began < 10.0
            assert raised.value.code == "unreachable"
            assert str(place.getsockname()[1]) in raised.value.line("zh")
    with pytest.raises(ClusterError, match="missing port"), connected("nowhere"):
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_without_workers_is_told(study: BatchStudy, address: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as raised:
        run_batch(study, cluster=address, out=tmp_path / "run")
    assert "has no worker" in raised.value.line("en")
    assert not (tmp_path / "run").exists()


def test_a_worker_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "seen"
    file.write_text("seen", encoding="utf-8")
    said = look(str(file))
    judge("w", said, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["seen"]
    assert versions().keys() >= {"python", "numpy", "program", "arithmetic"}
    wrong: list[tuple[Judged, str]] = [
        (look(str(tmp_path / "elsewhere" / "seen")), "cannot read and write the folder"),
        (said | {"versions": versions() | {"numpy": "1.0"}}, "numpy 1.0 / "),
        (said | {"versions": {}}, "python None / "),
        (ModuleNotFoundError("No module named 'sim'"), "has no sim in its Python"),
        (ValueError("odd"), "cannot answer (odd)"), (None, "cannot answer"),
    ]
    for answer, words in wrong:
        with pytest.raises(ClusterError) as raised:
            judge("tcp://w:1", answer, tmp_path)
        assert words in raised.value.line("en")
        assert "tcp://w:1" in raised.value.line("zh")
