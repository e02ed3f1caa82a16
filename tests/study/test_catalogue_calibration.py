"""The reference city's year without earthquakes beside the record of 2016 to 2020: really played, so rather slow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from folders import ROOT

from sim.study.batch.read import read_batch
from sim.study.batch.run import run_batch
from sim.study.year_result import CALIBRATION, year_of

EACH = 100
"""Replications of each stratum: enough for the bands, which are wide."""


@pytest.mark.slow
def test_a_year_without_earthquakes_is_like_those_on_record(tmp_path: Path) -> None:
    study = read_batch(ROOT / "experiments" / "year.yaml")
    study = replace(
        study, layouts=study.layouts[:1],
        hazards=tuple(hazard for hazard in study.hazards if not hazard.file.stem.startswith("year-m")),
    )
    folder = run_batch(study, replications=EACH, out=tmp_path / "r").folder
    checks = {check.name: check for check in year_of(folder, study, None).checks}
    assert set(checks) == set(CALIBRATION)
    for name in ("affected_per_100000", "loss_yuan", "events"):
        assert checks[name].inside, checks[name]
    deaths = checks["deaths"]  # few, so that a hundred storms may err by half
    assert deaths.value.low < deaths.high
    assert deaths.value.high > deaths.low
