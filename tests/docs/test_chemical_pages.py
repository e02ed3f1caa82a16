"""Numbers that the pages of the chemical accidents tell: the same in both languages, and those of the models."""

from __future__ import annotations

import re

import pytest

from sim.city.substances import substances
from sim.hazard.chemical.exposure import least_loads
from sim.hazard.chemical.leak import DURATIONS_MIN
from sim.hazard.chemical.tables import chemical_coefficients, chemical_relations
from sim.hazard.chemical.toxic import lethal_load, ppm_of_mg_m3, toxicity
from sim.hazard.chemical.zones import aegl_mg_m3, aegl_ppm, initial_isolation_m, zone_thresholds
from sim.hazard.saved_release_load import TASKS
from sim.hazard.saved_releases import CellsForm, ExposedForm, ReleaseForm
from tests.docs.test_docs import ROOT, first_cells, section_of, text_of

PAGES = ("chemical.md", "chemical.zh.md")
SECTIONS = {"chemical.md": "6. Does it make sense?", "chemical.zh.md": "六、结果是否可信"}


def page(name: str) -> str:
    return text_of(ROOT / "docs" / "background" / name)


def shipped(name: str) -> list[list[str]]:
    """Return the cells of the table of the shipped scenarios without its words."""
    rows = [line.split("|")[2:-1] for line in section_of(name, SECTIONS[name]).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if len(row) == 6 and re.search(r"\d \(|- ", "".join(row))]


def ppm(substance: str, mg_m3: float) -> float:
    return float(ppm_of_mg_m3(mg_m3, substances()[substance].molar_mass_g))


def test_both_languages_have_the_same_numbers_of_the_shipped_scenarios() -> None:
    english, chinese = (shipped(name)[1:] for name in PAGES)
    assert len(english) >= 15
    assert english == chinese


@pytest.mark.parametrize("name", PAGES)
def test_the_red_lines_told_are_those_of_the_models(name: str) -> None:
    """Rounded to two figures, as the page tells them; a stay below half an hour counts as half an hour."""
    for minutes, told in ((30.0, 70.0), (60.0, 54.0)):
        found = zone_thresholds("chlorine", minutes)
        assert found is not None
        assert ppm("chlorine", found[2]) == pytest.approx(told, rel=0.01)
        assert re.search(rf"\D{told:g} (ppm|for an hour)", page(name)), told


@pytest.mark.parametrize("name", PAGES)
def test_the_floors_of_harm_told_are_those_of_the_models(name: str) -> None:
    """Where the load grows with time alone, a hundredth of the lethal one is less than AEGL-2 allows over 8 h."""
    for substance, told in (("carbon monoxide gas", 216.0), ("hydrogen chloride", 88.0)):
        tox, levels = toxicity(substance), aegl_ppm(substance, 2)
        assert tox is not None
        assert levels is not None
        assert tox.n == 1.0
        floor = max(level * minutes for level, minutes in zip(levels, DURATIONS_MIN, strict=True))
        usual = ppm(substance, float(lethal_load(0.5, tox))) * chemical_coefficients()["toxic_moderate_r"]
        assert floor > usual
        assert floor / 60.0 == pytest.approx(told, rel=0.01)
        assert f"{told:g}" in page(name)


def test_a_floor_is_the_most_that_its_level_allows() -> None:
    """Chlorine: eight hours of AEGL-2 allow most if time counts like concentration, half an hour if it counts less."""
    mg_m3 = [float(aegl_mg_m3("chlorine", 2, minutes) or 0.0) for minutes in DURATIONS_MIN]
    found = least_loads("chlorine", DURATIONS_MIN, 1.0)[0]
    assert found == pytest.approx(max(c * t for c, t in zip(mg_m3, DURATIONS_MIN, strict=True)))
    assert found == pytest.approx(mg_m3[-1] * DURATIONS_MIN[-1])
    assert least_loads("chlorine", DURATIONS_MIN, 2.75)[0] == pytest.approx(mg_m3[1] ** 2.75 * DURATIONS_MIN[1])
    assert least_loads("chlorine", DURATIONS_MIN, 0.0) == (0.0, 0.0)
    assert least_loads("vinyl chloride", DURATIONS_MIN, 1.0)[0] > 0.0


@pytest.mark.parametrize(("name", "words"), [
    ("chemical.md", "chlorine {} or {} m, ammonia {} or {} m"), ("chemical.zh.md", "氯 {} 或 {} 米，氨 {} 或 {} 米"),
])
def test_the_distances_of_isolation_told_are_those_of_the_guidebook(name: str, words: str) -> None:
    found = [
        f"{initial_isolation_m(substance, large=large):g}"
        for substance in ("chlorine", "ammonia") for large in (False, True)
    ]
    assert words.format(*found) in page(name)
    assert f"{chemical_relations()['erg_large_kg']:g}" in page(name)


def test_keys_of_what_leaks_are_those_of_the_file() -> None:
    table = text_of(ROOT / "docs" / "guides" / "scenarios.md").partition("### What leaks")[2].partition("\n## ")[0]
    told = set(first_cells(table))
    assert set(TASKS) <= told <= set(ReleaseForm.model_fields)
    named = set(re.findall(r"`([a-z]+_[a-z_]+|leaves)`", table))
    assert named - told <= {*CellsForm.model_fields, *ExposedForm.model_fields, *ReleaseForm.model_fields, "real_min"}
    assert "leaves" in named
