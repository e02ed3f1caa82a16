"""A small grid for the tests of batches: two hazards, one of them with two values of a parameter."""

from __future__ import annotations

from pathlib import Path

import pytest
from folders import copy_examples

from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch

GRID = """\
id: grid
name: {zh: 网格, en: A grid}
city: ../scenarios/shizuishan
hazards:
  - ../scenarios/shizuishan/chemicals/release-random.yaml
  - file: ../scenarios/shizuishan/floods/flash-random.yaml
    per_year: 0.5
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
parameters:
  report_deadline_min: [30, 60]
replications: 8
seed: 5
detail_replications: 3
township_replications: 5
"""


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples and the grid."""
    folder = copy_examples(tmp_path_factory.mktemp("here"))
    (folder / "experiments" / "grid.yaml").write_text(GRID, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def study(here: Path) -> BatchStudy:
    return read_batch(here / "experiments" / "grid.yaml")
