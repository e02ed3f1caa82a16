"""The page of a batch: its numbers are those that a query gives; partial runs, one layout, one cell, both languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from batches import ask_all
from folders import copy_examples

from sim.cli import main
from sim.report.batch_page import page_of, reliability
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch
from sim.study.batch.run import run_batch
from sim.study.batch.summary import open_batch
from sim.study.folder import FolderError

GRID = """\
id: grid
name: {zh: 网格, en: A grid}
city: ../scenarios/shizuishan
hazards: [../scenarios/shizuishan/chemicals/release-random.yaml]
layouts: [layouts/current.yaml, layouts/spread-rescue.yaml]
parameters: {report_deadline_min: [30, 60]}
replications: 4
seed: 5
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> BatchStudy:
    here = copy_examples(tmp_path_factory.mktemp("here"))
    (here / "experiments" / "grid.yaml").write_text(GRID, encoding="utf-8")
    return read_batch(here / "experiments" / "grid.yaml")


@pytest.fixture(scope="module")
def folder(study: BatchStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_batch(study, workers=1, out=tmp_path_factory.mktemp("run") / "r").folder


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_writes_a_page_that_calls_nobody(folder: Path, lang: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["report", str(folder), "--lang", lang])
    assert not left.value.code
    page = (folder / f"batch-{lang}.html").read_text(encoding="utf-8")
    assert {"zh": "网格", "en": "A grid"}[lang] in page
    with open_batch(folder) as batch:
        name = batch.cells[0].name.of(lang)
    assert {"zh": f"{name}（release-random）", "en": f"{name} (release-random)"}[lang] in page
    assert not re.search(r"(?:src|href)=[\"']?https?:", page[: page.index("<script>")])


def test_numbers_are_those_of_a_query(folder: Path) -> None:
    with open_batch(folder) as batch:
        cell, layout = batch.cells[0], batch.layouts[1].layout_id
        values = batch.values(cell, "deaths")
        targets = [target for target in batch.plan.targets if target.kind == "simulated"]
        rows = {line[0]: line for line in page_of(batch, "en").sections[2].rows}
        kept = {target.target_id: batch.kept(cell, target).get(layout) for target in targets}
    where = f"cell = '{cell.cell}' AND layout = '{layout}' AND zone = ''"
    (mean,) = ask_all(folder, f"SELECT avg(value) FROM measures WHERE {where} AND measure = 'deaths'")[0]
    assert values[:, 1].mean() == pytest.approx(mean)
    assert "deaths" in rows
    for target in targets:
        given = f"FROM measures WHERE {where} AND measure = '{target.measure}' AND NOT isnan(value)"
        (hits,) = ask_all(folder, f"SELECT count(*) {given} AND value {target.sense} {target.limit}")[0]
        assert (kept[target.target_id] or (0, 0))[0] == hits


def test_a_partial_batch_says_so_and_uses_intervals_that_may_be_watched(folder: Path, tmp_path: Path) -> None:
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    before = json.dumps(manifest)
    try:
        (folder / "run.json").write_text(json.dumps(manifest | {"finished": None}), encoding="utf-8")
        with open_batch(folder) as batch:
            page, wide = page_of(batch, "en"), reliability(batch, 3, 4)
    finally:
        (folder / "run.json").write_text(before, encoding="utf-8")
    with open_batch(folder) as batch:
        exact = reliability(batch, 3, 4)
    assert "not finished" in page.sections[0].lines[0]
    assert wide.low < exact.low


def test_one_layout_and_one_cell(study: BatchStudy, tmp_path: Path) -> None:
    small = replace(study, layouts=study.layouts[:1], parameters={}, replications=1)
    with open_batch(run_batch(small, workers=1, out=tmp_path / "r").folder) as batch:
        page = page_of(batch, "en")
    assert len(page.sections) == 6
    assert {row[-1] for row in page.sections[2].rows} <= {"–"}


def test_a_damaged_folder_is_refused(study: BatchStudy, tmp_path: Path) -> None:
    made = run_batch(replace(study, parameters={}, replications=1), workers=1, out=tmp_path / "r").folder
    next(made.rglob("measures.parquet")).write_bytes(b"no table")
    with pytest.raises(FolderError, match=r"measures\.parquet"), open_batch(made) as batch:
        page_of(batch, "en")
