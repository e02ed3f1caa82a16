"""The catalogue of a year: the shipped tables, where rates come from, and what bad ones get."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from folders import CITY, ROOT, copy_examples, edit

from sim.common.errors import InputError
from sim.hazard.magnitude import share_above
from sim.hazard.tables import earthquake_coefficients
from sim.study.batch.model import BatchStudy
from sim.study.batch.read import read_batch, write_batch
from sim.study.catalogue import Catalogue, read_catalogue

TABLES = CITY / "catalogue"
RATE_OF_M5 = 0.0344
"""Earthquakes of magnitude 5 and more a year: three of 6.5 and more in 1,000 years, with b = 0.68."""


@pytest.fixture(scope="module")
def shipped() -> BatchStudy:
    return read_batch(ROOT / "experiments" / "year.yaml")


@pytest.fixture
def study(tmp_path: Path) -> BatchStudy:
    return read_batch(copy_examples(tmp_path) / "experiments" / "year.yaml")


def ids(study: BatchStudy) -> list[tuple[str, float | None]]:
    return [(entry.file.stem, entry.per_year) for entry in study.hazards]


def read(study: BatchStudy) -> Catalogue:
    return read_catalogue(study, ids(study))


def codes(study: BatchStudy) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(study)
    for problem in caught.value.problems:
        assert problem.line("zh")
        assert problem.line("en")
    return [problem.code for problem in caught.value.problems]


def spoil(table: Path | None, change: Callable[[list[dict[str, str]]], object]) -> None:
    assert table is not None
    edit(table, change)


def test_every_stratum_of_the_shipped_year_has_a_rate_with_a_source(shipped: BatchStudy) -> None:
    catalogue = read(shipped)
    assert list(catalogue.rates) == [entry.file.stem for entry in shipped.hazards]
    assert {path.stem for path in TABLES.glob("*.yaml")} == set(catalogue.rates)
    for rate in [*catalogue.rates.values(), *(kind.rate for kind in catalogue.classes)]:
        assert rate.low <= rate.per_year <= rate.high
        assert rate.source
        assert rate.words.zh
        assert rate.words.en


def test_the_bands_of_magnitude_share_out_the_rate_of_the_region(shipped: BatchStudy) -> None:
    k, rates = earthquake_coefficients(), read(shipped).rates
    ends = [5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0]
    for low, high in pairwise(ends):
        above = [share_above(m, k["gr_b"], k["gr_min"], k["gr_max"]) for m in (low, high)]
        rate = rates[f"year-m{low * 10:.0f}-{high * 10:.0f}"].per_year
        assert rate == pytest.approx(RATE_OF_M5 * (above[0] - above[1]), abs=1e-6)
    assert sum(rates[f"year-m{m}"].per_year for m in ("65-70", "70-75", "75-80")) == pytest.approx(3e-3, rel=0.01)


def test_storms_and_waves_come_as_often_as_their_return_periods_say(shipped: BatchStudy) -> None:
    rates = {name: rate.per_year for name, rate in read(shipped).rates.items()}
    storms = sum(rates[f"year-storm-{n}"] for n in (20, 50, 200))
    assert storms == pytest.approx(8.0 * (1 / 20 - 1 / 2000))
    assert rates["year-river-10"] + rates["year-river-50"] == pytest.approx(1 / 10 - 1 / 1000)


def test_the_classes_make_the_record_whole(shipped: BatchStudy) -> None:
    laws = {law.name: law for law in read(shipped).laws}
    assert 3.3 <= sum(law.per_year for law in laws.values()) <= 3.6
    assert math.isnan(read(shipped).classes[0].deaths)
    sigma = math.sqrt(math.log(5.0))  # the upper tenth of a lognormal of cv 2 is played
    below = 13.83e6 * 0.5 * (1 + math.erf((1.281552 - sigma) / math.sqrt(2))) / 0.9
    assert laws["rain"].mean == pytest.approx(below, rel=0.01)


def test_a_rate_of_the_study_takes_the_place_of_the_table(study: BatchStudy) -> None:
    rate = read_catalogue(study, [("year-ice", 0.2)]).rates["year-ice"]
    assert (rate.per_year, rate.own) == (0.2, True)
    assert not read(study).rates["year-ice"].own


def test_a_study_without_tables_knows_its_own_rates_only(study: BatchStudy) -> None:
    bare = replace(study, rates=None, classes=None)
    catalogue = read_catalogue(bare, [("a", 0.5)])
    assert (catalogue.rates["a"].per_year, catalogue.classes) == (0.5, ())
    assert set(codes(bare)) == {"yearly.no_rate"}
    assert len(codes(bare)) == len(bare.hazards)


def test_a_rate_outside_its_range_is_refused(study: BatchStudy) -> None:
    with pytest.raises(InputError) as caught:
        read_catalogue(study, [("year-ice", 5.0)])
    assert [problem.code for problem in caught.value.problems] == ["yearly.out_of_range"]
    spoil(study.rates, lambda rows: rows[0].update(per_year="3"))
    spoil(study.classes, lambda rows: rows[1].update(per_year="3"))
    assert codes(study) == ["yearly.rate_range", "yearly.rate_range"]


@pytest.mark.parametrize("value", ["-0.1", "", "often"])
def test_a_rate_that_is_none_is_named_once(study: BatchStudy, value: str) -> None:
    spoil(study.rates, lambda rows: rows[3].update(per_year=value))
    with pytest.raises(InputError) as caught:
        read(study)
    assert [(p.row, p.column) for p in caught.value.problems] == [(5, "per_year")]


def test_wrong_columns_of_the_classes_are_told(study: BatchStudy) -> None:
    assert study.classes is not None
    with study.classes.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[0][rows[0].index("loss_cv")] = "spread"
    with study.classes.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    assert set(codes(study)) <= {"missing_column", "unknown_column"}


def test_weights_must_sum_to_one(study: BatchStudy) -> None:
    halves = [replace(entry, weight=0.5 if n < 3 else None) for n, entry in enumerate(study.hazards)]
    assert codes(replace(study, hazards=tuple(halves))) == ["yearly.weights"]
    halves[0] = replace(halves[0], weight=None)
    assert read(replace(study, hazards=tuple(halves)))


# ---- the file of a batch -------------------------------------------------------------------


def test_replications_of_a_hazard_and_the_tables_survive_writing(study: BatchStudy, tmp_path: Path) -> None:
    file = tmp_path / "experiments" / "again.yaml"
    write_batch(study, file)
    again = read_batch(file)
    assert (again.hazards, again.rates, again.classes) == (study.hazards, study.rates, study.classes)
    assert {entry.replications for entry in study.hazards} > {1500, 40}


def test_replications_of_a_hazard_do_not_go_with_a_rule_to_stop(study: BatchStudy) -> None:
    text = study.file.read_text(encoding="utf-8")
    study.file.write_text(text.replace(
        "\nreplications: 100\n", "\nstop: {measure: deaths, relative: 0.1, max_replications: 100}\n"
    ), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_batch(study.file)
    assert [problem.code for problem in caught.value.problems] == ["study.replications_and_stop"]


def test_a_table_that_is_not_there_is_named(study: BatchStudy) -> None:
    assert study.rates is not None
    study.rates.unlink()
    with pytest.raises(InputError) as caught:
        read_batch(study.file)
    assert [(problem.code, problem.column) for problem in caught.value.problems] == [("study.missing_path", "rates")]
