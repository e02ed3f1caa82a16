"""What a worker of a Dask cluster does: it plays chunks, and says what it sees and with what it computes."""

from __future__ import annotations

import hashlib
import json
import pickle
import platform
import threading
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from sim.study.inputs import product_hashes
from sim.study.work import Chunk, Job, Jobs, do_chunk

ONE_AT_A_TIME = threading.Lock()
"""A worker with several threads has one core's worth of Python all the same, and our caches are for one thread."""


class _Withdrawn:
    """The file of the job is gone: the run that gave the chunk has ended."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def is_set(self) -> bool:
        return not self.file.exists()


def play_chunk(file: str, chunk: Chunk) -> Chunk:
    """Play *chunk* of the job in *file* and write its part; returns the chunk."""
    with ONE_AT_A_TIME:
        return do_chunk(_job(file), chunk, _Withdrawn(Path(file)))


@lru_cache(maxsize=1)
def _job(file: str) -> Job | Jobs:
    job: Job | Jobs = pickle.loads(Path(file).read_bytes())
    return job


def look(file: str) -> dict[str, Any]:
    """Say whether this worker sees *file*, may write beside it, and with what it computes."""
    path = Path(file)
    try:
        beside = path.with_name(f"{path.name}-{token_hex(8)}")
        beside.write_text("", encoding="utf-8")
        beside.unlink()
        sees = path.read_text(encoding="utf-8") == path.name
    except OSError:
        sees = False
    return {"sees": sees, "versions": versions()}


def versions() -> dict[str, str]:
    """Return what must be the same everywhere for the same last digit, as short texts by name."""
    program = json.dumps(product_hashes(), sort_keys=True).encode()
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: version(name) for name in ("numpy", "scipy", "simpy")},
        "program": hashlib.sha256(program).hexdigest()[:8],
        "arithmetic": _arithmetic(),
    }


def _arithmetic() -> str:
    """Return a hash of many values of elementary functions: some processors give other last digits than others."""
    x = np.linspace(1e-3, 30.0, 20_011)
    values = [np.exp(-x), np.log(x), np.sin(x), np.cos(x), np.tanh(x), np.power(x, 0.37), np.cumsum(x)]
    return hashlib.sha256(b"".join(value.tobytes() for value in values)).hexdigest()[:8]
