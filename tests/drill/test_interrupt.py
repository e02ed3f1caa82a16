"""Ctrl-C while copies are played: the command ends at once, and no worker stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "experiments" / "drills" / "earthquake-day.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [2.0, 4.0, 9.0])
def test_an_interrupted_search_ends_soon(after_s: float, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sim", "drill", "design", str(DESIGN), "--out", str(tmp_path / "out"), "-w", "2"]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TURNOUT_LANG": "en"}
    with subprocess.Popen(
        words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as command:
        time.sleep(after_s)
        os.killpg(command.pid, signal.SIGINT)
        try:
            command.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(command.pid, signal.SIGKILL)
            pytest.fail("the command does not end")
    assert command.returncode != 0
    until = time.monotonic() + 10.0
    while left := _group(command.pid):
        assert time.monotonic() < until, left
        time.sleep(0.2)


def _group(pid: int) -> str:
    """Return the processes of the group that are still there."""
    found = subprocess.run(["pgrep", "-a", "-g", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()
