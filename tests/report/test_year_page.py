"""The page of a year: complete, self-contained, in both languages."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from years import played, small_year

from sim.common.texts import catalogue
from sim.measure.statistics import Interval
from sim.report.year_page import render_year, write_page
from sim.report.yearly import YearWords, calibration_lines, target_lines
from sim.study.year_result import Check, YearResult, year_of


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> YearResult:
    study = small_year(tmp_path_factory.mktemp("year"))
    return year_of(played(study, tmp_path_factory.mktemp("run") / "r"), study, None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_has_every_indicator_every_stratum_and_calls_nobody(result: YearResult, lang: str) -> None:
    page = render_year(result, lang)
    for target in result.plan.targets:
        assert target.name.of(lang) in page
    for hazard in result.samples.hazards:
        assert hazard in page
    own = page.replace(page[page.index("<script>") :], "")
    assert not re.search(r"(?:src|href)=[\"']?https?:", own)
    assert "default-src 'none'" in page
    assert page.count('class="plot"') == 3
    for state in ("met", "missed"):
        assert catalogue(lang)[f"report.year.state.{state}"] in page


def test_what_reads_the_same_stands_once(result: YearResult) -> None:
    lines = target_lines(result, YearWords("en", result))
    assert [line.layout for line in lines if line.name.startswith("Full-time")] == ["all layouts"]
    accidents = [line for line in lines if line.name == "Work-accident deaths"]
    assert [line.interval for line in accidents] == [""]  # half of them in every redraw
    assert [line.state for line in lines if line.name == "Major accidents"] == ["missed", "undecided"]


def test_a_language_that_there_is_not(result: YearResult, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'fr'"):
        write_page(result, "fr", tmp_path / "x.html")


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.0, math.inf, "unsure"), (0.01, 0.4, "unsure"), (0.1, 0.4, "inside"), (0.0, 0.2, "inside"),
])
def test_an_interval_wider_than_the_band_agrees_with_nothing(
    low: float, high: float, said: str, result: YearResult
) -> None:
    check = Check(name="deaths", value=Interval(estimate=0.15, low=low, high=high), low=0.05, high=0.3)
    ((*_, told),) = calibration_lines(replace(result, checks=(check,)), YearWords("en", result))
    assert told == catalogue("en")[f"report.year.{said}"]
