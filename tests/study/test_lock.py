"""The lock of a run folder: one run at a time, and none for ever."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from sim.study.folder import LOCK, FolderError
from sim.study.lock import held, is_alive, refuse_if_busy


def locked(folder: Path, process: int, host: str) -> None:
    (folder / LOCK).write_text(json.dumps({"process": process, "host": host}), encoding="utf-8")


def gone() -> int:
    """Return the id of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait(30)
    return done.pid


def test_a_folder_is_held_by_one_run_and_free_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "run"
    with held(folder):
        with pytest.raises(FolderError) as raised, held(folder):
            pass
        for lang in ("zh", "en"):
            assert str(os.getpid()) in raised.value.line(lang)
            assert str(folder) in raised.value.line(lang)
        assert (folder / LOCK).exists()
    assert list(folder.iterdir()) == []
    with held(folder):
        pass


def test_it_is_free_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), held(tmp_path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, "", "{", "[]"])
def test_the_lock_of_a_process_that_is_gone_is_taken_over(content: str | None, tmp_path: Path) -> None:
    if content is None:
        locked(tmp_path, gone(), platform.node())
    else:
        (tmp_path / LOCK).write_text(content, encoding="utf-8")
    with held(tmp_path):
        assert json.loads((tmp_path / LOCK).read_text(encoding="utf-8"))["process"] == os.getpid()
        assert len(list(tmp_path.iterdir())) == 1


def test_the_lock_of_another_machine_is_not_taken_over(tmp_path: Path) -> None:
    locked(tmp_path, gone(), "elsewhere")
    with pytest.raises(FolderError) as raised, held(tmp_path):
        pass
    assert "elsewhere" in raised.value.line("en")
    assert (tmp_path / LOCK).exists()


def test_a_file_in_place_of_a_folder_is_held_by_nobody_and_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("", encoding="utf-8")
    refuse_if_busy(tmp_path / "run")
    with pytest.raises(FolderError) as raised, held(tmp_path / "run"):
        pass
    assert raised.value.code == "not_writable"


def test_a_process_is_alive_until_it_ends() -> None:
    assert is_alive(os.getpid())
    assert not is_alive(gone())
