"""What a year says of the plan's indicators: by hand on replications that are known, and what bad runs get."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from batches import ask_all, same_rows
from folders import edit
from years import YEAR, N, played, small_year

from sim.common.errors import InputError
from sim.measure.statistics import Interval
from sim.study.batch.model import BatchStudy
from sim.study.batch.run import run_batch
from sim.study.indicators import NATURE, NO_QUAKES, QUAKES, state_of
from sim.study.loss_classes import LossClass, largest_loss
from sim.study.loss_curves import RETURN_YEARS, loss_curve
from sim.study.strata import Stratum
from sim.study.year_result import YearResult, write_indicators, year_of

QUAKE_RATE, STORM_RATE, LEAK_RATE = 0.0018, 0.24, 0.028
PEOPLE, GDP = 751_389.0, 617.0e8


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> BatchStudy:
    return small_year(tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def folder(study: BatchStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(study, tmp_path_factory.mktemp("run") / "r")


@pytest.fixture(scope="module")
def result(study: BatchStudy, folder: Path) -> YearResult:
    return year_of(folder, study, None)


def state(result: YearResult, target: str, layout: str, scope: str = "") -> str:
    return next(
        v.state for v in result.verdicts if (v.target_id, v.layout, v.scope) == (target, layout, scope)
    )


# ---- by hand -------------------------------------------------------------------------------


def test_each_hazard_has_as_many_replications_as_it_asks_for(result: YearResult) -> None:
    sizes = [len(values) for values in result.samples.values["deaths", "current"]]
    assert sizes == [N[kind] for kind in result.samples.kinds]


def test_a_year_is_the_sum_of_rate_times_mean(result: YearResult) -> None:
    deaths = {scope: result.figures["deaths", "current", scope] for scope in (NATURE, NO_QUAKES, QUAKES)}
    assert deaths[QUAKES].yearly.estimate == pytest.approx(QUAKE_RATE * 200.0, rel=1e-3)
    assert deaths[NO_QUAKES].yearly.estimate == pytest.approx(STORM_RATE * 0.5)
    whole = deaths[QUAKES].yearly.estimate + deaths[NO_QUAKES].yearly.estimate
    assert deaths[NATURE].yearly.estimate == pytest.approx(whole)
    assert deaths[NATURE].rated.estimate == pytest.approx(whole * 1e6 / PEOPLE)
    for made in deaths.values():
        assert made.yearly.low < made.yearly.estimate < made.yearly.high


def test_the_loss_and_the_affected_have_the_classes_with_them(result: YearResult) -> None:
    laws = result.samples.catalogue.laws
    own = sum(law.per_year * law.mean for law in laws)
    loss = result.figures["loss", "current", NO_QUAKES]
    assert loss.yearly.estimate == pytest.approx(own + STORM_RATE * 2e6)
    assert loss.rated.estimate == pytest.approx(loss.yearly.estimate / GDP)
    affected = sum(kind.rate.per_year * kind.affected for kind in result.samples.catalogue.classes)
    assert result.figures["affected", "current", NO_QUAKES].yearly.estimate == pytest.approx(affected + STORM_RATE * 80)


def test_nobody_is_affected_twice(result: YearResult) -> None:
    quake, storm, leak = result.samples.values["affected", "current"]
    assert set(quake) == {5000.0}
    assert set(storm) == {80.0}
    assert set(leak) == {7.0, 14.0}  # 12 dead and 2 saved are more than the 7 in danger


def test_an_accident_layout_meets_a_target_that_its_half_of_the_deaths_reaches(result: YearResult) -> None:
    assert state(result, "accident_deaths", "hazmat-forward") == "met"
    assert state(result, "accident_deaths_per_gdp", "hazmat-forward") == "met"
    assert state(result, "accident_deaths", "current") == "none"
    value = next(v.value for v in result.verdicts if (v.target_id, v.layout) == ("accident_deaths", "hazmat-forward"))
    assert (value.estimate, value.low, value.high) == pytest.approx((-0.5, -0.5, -0.5))


def test_the_other_way_round_the_deaths_double(study: BatchStudy, folder: Path) -> None:
    turned = year_of(folder, study, "hazmat-forward")
    assert state(turned, "accident_deaths", "current") == "missed"
    assert state(turned, "accident_deaths", "hazmat-forward") == "none"


def test_major_accidents_count_from_ten_deaths(result: YearResult) -> None:
    rate = {v.layout: v.value.estimate for v in result.verdicts if v.target_id == "major_accidents"}
    assert rate == pytest.approx({"current": LEAK_RATE / 8, "hazmat-forward": 0.0})
    assert state(result, "major_accidents", "current") == "missed"
    assert state(result, "major_accidents", "hazmat-forward") == "undecided"  # none seen proves nothing


def test_earthquakes_and_the_rest_are_judged_apart(result: YearResult) -> None:
    assert state(result, "death_rate", "current", NO_QUAKES) == "met"
    assert state(result, "loss_share", "current", NATURE) == "met"
    assert state(result, "ledger_training", "current") == "none"
    assert state(result, "firefighters", "current") == "met"
    assert {v.target_id for v in result.verdicts} == set(result.targets)


@pytest.mark.parametrize(("ends", "sense", "told"), [
    ((0.1, 0.9), "<", "met"), ((0.1, 1.0), "<", "undecided"), ((1.0, 2.0), "<", "missed"),
    ((0.1, 1.0), "<=", "met"), ((1.1, 2.0), "<=", "missed"), ((1.0, 2.0), ">=", "met"), ((0.1, 0.9), ">=", "missed"),
    ((0.9, math.inf), ">=", "undecided"), ((0.0, math.inf), "<", "undecided"),
])
def test_only_a_whole_interval_decides(ends: tuple[float, float], sense: str, told: str) -> None:
    assert state_of(Interval(estimate=0.5, low=ends[0], high=ends[1]), sense, 1.0) == told


# ---- direction and theory ------------------------------------------------------------------


def test_a_rate_twice_as_high_doubles_what_it_adds(study: BatchStudy, folder: Path) -> None:
    rates = [entry if n else replace(entry, per_year=0.0019) for n, entry in enumerate(study.hazards)]
    more = year_of(folder, replace(study, hazards=tuple(rates)), None)
    assert more.figures["deaths", "current", QUAKES].yearly.estimate == pytest.approx(0.0019 * 200.0)


def test_the_curve_of_classes_alone_is_their_closed_form() -> None:
    law = LossClass(name="natural", per_year=3.6, mean=13.83e6, cv=2.0)
    nothing = Stratum(name="none", per_year=0.0, values=np.zeros(40))
    curve = loss_curve("nature", "a", [nothing], [law], 0.95, 1)
    for years, level in zip(RETURN_YEARS, curve.largest_level, strict=True):
        assert level == pytest.approx(largest_loss([law], years), rel=0.07)  # of the grid of sizes
    assert curve.total_level[:3] / 1e6 == pytest.approx([109.5, 211.0, 268.0], rel=0.1)  # 400,000 years
    assert (np.diff(curve.largest) <= 0.0).all()
    assert (curve.largest_low <= curve.largest).all()
    assert (curve.total[curve.loss_yuan < 1e8] >= curve.largest[curve.loss_yuan < 1e8] - 0.02).all()


def test_the_advice_spends_no_more_and_leaves_nobody_below_thirty(result: YearResult) -> None:
    advised = result.samples.advised("current")
    assert all(best >= 30 for _, _, best in advised)
    cost = dict(zip(result.samples.hazards, np.maximum(result.samples.cpu_s, 1e-4), strict=True))
    spent, budget = (sum(cost[row[0]] * row[i] for row in advised) for i in (2, 1))
    assert spent <= max(budget, 30 * sum(cost.values())) + 1e-9


# ---- files ---------------------------------------------------------------------------------


def test_the_files_hold_every_verdict_and_are_plain(result: YearResult) -> None:
    json_file, csv_file = write_indicators(result)
    told = json.loads(json_file.read_text(encoding="utf-8"), parse_constant=lambda word: pytest.fail(word))
    assert len(told["verdicts"]) == len(result.verdicts)
    assert {check["name"] for check in told["calibration"]} == {"deaths", "affected_per_100000", "loss_yuan", "events"}
    with csv_file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(result.verdicts) + len(result.figures)
    assert {row["layout"] for row in rows} == {"current", "hazmat-forward"}


# ---- bad input -----------------------------------------------------------------------------


def refused(study: BatchStudy, folder: Path, baseline: str | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        year_of(folder, study, baseline)
    return [problem.code for problem in caught.value.problems]


def test_a_baseline_that_is_no_layout_is_refused(study: BatchStudy, folder: Path) -> None:
    assert refused(study, folder, "nowhere") == ["yearly.no_baseline"]


def test_a_stratum_without_replications_is_named_with_what_may_be_missing(study: BatchStudy, tmp_path: Path) -> None:
    hazards = [replace(entry, replications=1) if n == 0 else entry for n, entry in enumerate(study.hazards)]
    short = replace(study, hazards=tuple(hazards))
    with pytest.raises(InputError) as caught:
        year_of(played(short, tmp_path / "r"), short, None)
    (problem,) = caught.value.problems
    assert (problem.code, problem.value) == ("yearly.unsampled", "year-m65-70")
    assert "0.0018 a year" in problem.line("en")


def test_several_cells_of_a_hazard_make_no_year(tmp_path: Path) -> None:
    study = small_year(tmp_path, YEAR + "parameters: {report_deadline_min: [30, 60]}\n")
    assert set(refused(study, played(study, tmp_path / "r"))) == {"yearly.several_cells"}


def test_a_city_without_gdp_is_refused(tmp_path: Path) -> None:
    study = small_year(tmp_path)
    run = played(study, tmp_path / "r")

    def without(rows: list[dict[str, str]]) -> None:
        rows[:] = [row for row in rows if row["indicator_en"] != "GDP"]

    edit(study.city / "annual_indicators.csv", without)
    assert refused(study, run) == ["yearly.no_gdp"]


# ---- replications of their own ------------------------------------------------------------


def test_hazards_with_replications_of_their_own_are_the_same_for_any_executor(tmp_path: Path) -> None:
    text = YEAR.replace("  - ../scenarios/shizuishan/catalogue/year-m65-70.yaml\n", "")
    study = small_year(tmp_path, text.replace("replications: 60", "replications: 5").replace(
        "replications: 40", "replications: 3"
    ))
    alone = run_batch(study, workers=1, out=tmp_path / "a").folder
    pool = run_batch(study, workers=2, out=tmp_path / "b").folder
    same_rows(pool, alone)
    counts = ask_all(alone, "SELECT hazard, replications FROM cells")
    assert counts == [("year-storm-20", 5), ("year-release-large", 3)]
    again = run_batch(study, workers=1, replications=4, out=tmp_path / "c")
    assert set(again.replications.values()) == {4}  # the command line speaks for all
