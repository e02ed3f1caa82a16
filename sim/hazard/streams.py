"""Random streams by name: each model has its own, so that a new model moves no other model's dice."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the generator of the stream *name* in one replication; it depends on these three and nothing else."""
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, crc32(name.encode())))
    return np.random.Generator(np.random.PCG64(sequence))
