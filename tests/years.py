"""A small year for tests: three strata whose replications cost nothing, two layouts, classes that are not played."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from folders import copy_examples

from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch
from sim.study.batch.run import run_batch
from sim.study.rows import Rows, names
from sim.study.work import Job

YEAR = """\
id: small-year
name: {zh: 小年, en: A small year}
city: ../scenarios/shizuishan
rates: ../scenarios/shizuishan/catalogue/strata.csv
classes: ../scenarios/shizuishan/catalogue/classes.csv
hazards:
  - ../scenarios/shizuishan/catalogue/year-m65-70.yaml
  - {file: ../scenarios/shizuishan/catalogue/year-storm-20.yaml, replications: 60}
  - ../scenarios/shizuishan/catalogue/year-release-large.yaml
layouts: [layouts/current.yaml, layouts/hazmat-forward.yaml]
replications: 40
seed: 5
"""
N = {"earthquake": 40, "flood": 60, "chemical": 40}


def pretend(rows: Rows, job: Job, replication: int) -> None:
    """Play nothing: an earthquake kills 100 or 300, a storm 0 or 1, an accident 12 in the first one of eight.

    The second layout halves the deaths of the accidents, and changes nothing else.
    """
    kind = type(job.inputs.hazard).__name__.removesuffix("Spec").lower()
    odd = replication % 2
    dead = {"earthquake": 100.0 + 200.0 * odd, "flood": float(odd), "chemical": 12.0 * (replication % 8 == 0)}[kind]
    loss = {"earthquake": 1e9 * (1 + odd), "flood": 4e6 * odd, "chemical": 1e6}[kind]
    homeless = {"earthquake": 5000.0, "flood": 30.0, "chemical": np.nan}[kind]
    danger = {"earthquake": np.nan, "flood": 80.0, "chemical": 7.0}[kind]
    for n, layout in enumerate(job.inputs.layouts):
        deaths = dead / 2.0 if n and kind == "chemical" else dead
        table = {"deaths": deaths, "loss_yuan": loss, "displaced_people": homeless, "people_in_danger": danger,
                 "saved": 2.0, "still_waiting": 0.0, "still_trapped": 0.0}
        rows.add("measures", layout.layout_id, replication, {
            "measure": names(list(table)), "zone": names([""] * len(table)), "value": np.array(list(table.values())),
        })


def small_year(folder: Path, text: str = YEAR) -> BatchStudy:
    """Copy the examples to *folder* and return the small year there."""
    file = copy_examples(folder) / "experiments" / "small-year.yaml"
    file.write_text(text, encoding="utf-8")
    return read_batch(file)


def played(study: BatchStudy, out: Path) -> Path:
    """Play *study* for nothing and return its run folder."""
    return run_batch(study, workers=1, out=out, play=pretend).folder
