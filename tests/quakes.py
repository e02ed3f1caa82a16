"""The reference city and its earthquakes for the tests of the hazard layer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.model import City
from sim.city.read import read_city
from sim.hazard.draw import draw
from sim.hazard.read import read_hazard
from sim.hazard.scenario import Scenario
from sim.hazard.spec import EarthquakeSpec

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "scenarios" / "shizuishan"
SHIPPED = tuple(sorted(path.stem for path in (REFERENCE / "earthquakes").glob("*.yaml")))


@cache
def city() -> City:
    return read_city(REFERENCE)


@cache
def spec(name: str) -> EarthquakeSpec:
    return read_hazard(REFERENCE / "earthquakes" / f"{name}.yaml", city())


@cache
def drawn(name: str, seed: int = 1, replication: int = 0) -> Scenario:
    return draw(spec(name), city(), seed, replication)


def arrays(part: Any, where: str = "") -> dict[str, np.ndarray]:
    """Every array of a record by its path."""
    if isinstance(part, np.ndarray):
        return {where: part}
    found: dict[str, np.ndarray] = {}
    if isinstance(part, dict):
        for key, value in part.items():
            found |= arrays(value, f"{where}.{key}")
    elif isinstance(part, tuple):
        for i, value in enumerate(part):
            found |= arrays(value, f"{where}[{i}]")
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            found |= arrays(getattr(part, name), f"{where}.{name}")
    return found
