"""``turnout indicators`` as a user gives it: what it prints and writes, and what bad input gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import Turnout, speak_english
from folders import edit
from years import YEAR, small_year

STUDY = "experiments/small-year.yaml"
QUICK = YEAR.replace("year-m65-70", "year-m50-55").replace("replications: 60", "replications: 4").replace(
    "replications: 40", "replications: 3"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples and a small year, in which the commands are given."""
    small_year(tmp_path, QUICK)
    monkeypatch.chdir(tmp_path)
    speak_english(monkeypatch)
    return tmp_path


def test_a_study_is_played_told_and_written_and_its_folder_tells_the_same(here: Path, turnout: Turnout) -> None:
    status, told, _ = turnout("indicators", STUDY, "-w", "1", "-o", "r")
    assert status == 0
    assert "Yearly disaster deaths" in told
    assert "3 at least in each stratum" in told
    first = json.loads((here / "r" / "indicators.json").read_text(encoding="utf-8"))
    status, again, _ = turnout("indicators", "r", "--lang", "zh")
    assert status == 0
    assert "规划指标" in again
    assert json.loads((here / "r" / "indicators.json").read_text(encoding="utf-8")) == first
    names = {path.name for path in (here / "r").glob("indicators*")}
    assert names == {"indicators.json", "indicators.csv", "indicators-en.html", "indicators-zh.html"}
    status, _, said = turnout("indicators", "r", "--baseline", "nowhere", "--no-report")
    assert (status, "choose one of: current, hazmat-forward" in said) == (2, True)


def test_a_year_without_rates_is_refused_before_anything_is_played(here: Path, turnout: Turnout) -> None:
    file = here / STUDY
    text = "\n".join(line for line in QUICK.splitlines() if not line.startswith("rates:"))
    file.write_text(text + "\n", encoding="utf-8")
    status, _, said = turnout("indicators", STUDY, "-w", "1", "-o", "r")
    assert status == 2
    assert said.count("has no yearly rate") == 3
    assert not (here / "r").exists()


def test_a_city_without_gdp_is_refused_before_anything_is_played(here: Path, turnout: Turnout) -> None:
    table = here / "scenarios" / "shizuishan" / "annual_indicators.csv"
    edit(table, lambda rows: [row.update(indicator_en="GNP") for row in rows if row["indicator_en"] == "GDP"])
    status, _, said = turnout("indicators", STUDY, "-w", "1", "-o", "r")
    assert (status, "has no GDP of the city" in said, (here / "r").exists()) == (2, True, False)


def test_the_run_of_a_comparison_is_told_what_it_lacks(here: Path, turnout: Turnout) -> None:
    (here / "c").mkdir()
    (here / "c" / "run.json").write_text('{"study": "demo", "identity": {"inputs": {}}}', encoding="utf-8")
    status, _, said = turnout("indicators", "c")
    assert (status, "is no run of a batch" in said) == (2, True)


@pytest.mark.parametrize("words", [("nowhere.yaml",), ("experiments/demo.yaml",)])
def test_what_is_no_year_gets_a_line(here: Path, turnout: Turnout, words: tuple[str, ...]) -> None:
    status, _, said = turnout("indicators", *words)
    assert status == 2
    assert "Traceback" not in said
    assert said.strip()
