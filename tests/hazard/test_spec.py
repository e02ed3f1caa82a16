"""Earthquake files: what they may say, and what is said of their mistakes, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import quakes

from sim.common.errors import InputError, Problem
from sim.common.texts import catalogue
from sim.hazard.read import read_hazard
from sim.hazard.spec import EarthquakeSpec

HEAD = "hazard: earthquake\nid: e\nname: {zh: 震, en: quake}\n"


def read(tmp_path: Path, body: str, **overrides: float) -> EarthquakeSpec:
    path = tmp_path / "e.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    spec = read_hazard(path, quakes.city(), overrides or None)
    assert isinstance(spec, EarthquakeSpec)
    return spec


def problems(tmp_path: Path, body: str) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, body)
    for lang in ("zh", "en"):
        for line in caught.value.lines(lang):
            assert "pydantic" not in line
            assert "Input should" not in line
            assert "{" not in line.replace("{law", "").replace("{lon", "").replace("{fault", "")
    return list(caught.value.problems)


@pytest.mark.parametrize("name", quakes.SHIPPED)
def test_shipped_files_are_read(name: str) -> None:
    spec = quakes.spec(name)
    assert spec.hazard_id == name
    assert spec.name.zh
    assert spec.name.en


def test_everything_left_out_is_drawn(tmp_path: Path) -> None:
    spec = read(tmp_path, "")
    assert (spec.magnitude, spec.lon, spec.fault, spec.month, spec.hour, spec.weekend) == (None,) * 6
    assert (spec.magnitude_min, spec.magnitude_max) == (5.0, 8.0)
    assert spec.horizon_min == 7200.0
    assert spec.attenuation == "eastern strong"


def test_everything_given_is_kept(tmp_path: Path) -> None:
    spec = read(
        tmp_path,
        "magnitude: 6\nepicentre: {fault: F4}\nstrike_deg: 40\nattenuation: moderate\n"
        "when: {month: 2, hour: 23.5, weekend: true}\naftershocks: false\nhorizon_h: 24\noverrides: {gr_b: 0.9}\n",
    )
    assert (spec.magnitude, spec.fault, spec.strike_deg, spec.attenuation) == (6.0, 3, 40.0, "moderate")
    assert (spec.month, spec.hour, spec.weekend, spec.aftershocks, spec.horizon_min) == (2, 23.5, True, False, 1440.0)
    assert spec.coefficients["gr_b"] == 0.9
    assert spec.coefficients.rows["gr_b"].evidence == "U"


def test_limits_of_the_law_come_from_the_table_unless_given(tmp_path: Path) -> None:
    spec = read(tmp_path, "magnitude: {law: regional, min: 5.5}\noverrides: {gr_max: 7.5}\n")
    assert (spec.magnitude_min, spec.magnitude_max) == (5.5, 7.5)


def test_overrides_of_a_study_go_before_those_of_the_file(tmp_path: Path) -> None:
    spec = read(tmp_path, "overrides: {gr_b: 0.9}\n", gr_b=1.1, something_of_the_response=3.0)
    assert spec.coefficients["gr_b"] == 1.1


MISTAKES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("magnitude: 9.9", "magnitude_range", "magnitude", {}),
    ("magnitude: 3", "magnitude_range", "magnitude", {}),
    ("magnitude: .nan", "magnitude_range", "magnitude", {}),
    ("magnitude: big", "magnitude_form", "magnitude", {}),
    ("magnitude: [6, 7]", "magnitude_form", "magnitude", {}),
    ("magnitude: {law: local}", "magnitude_form", "magnitude.law", {}),
    ("magnitude: {law: regional, min: 9}", "magnitude_range", "magnitude.min", {}),
    ("magnitude: {law: regional, min: 7, max: 6}", "magnitude_order", "magnitude.min", {"max": 6.0}),
    ("magnitude: {law: regional, least: 6}", "unknown_key", "magnitude.least", {}),
    ("epicentre: here", "epicentre_form", "epicentre", {}),
    ("epicentre: [106.5, 38.9]", "epicentre_form", "epicentre", {}),
    ("epicentre: {lon: 106.5}", "key_missing", "epicentre.lat", {}),
    ("epicentre: {lon: 106.5, lat: 106.5}", "epicentre_form", "epicentre.lat", {}),
    ("epicentre: {lon: 38.9, lat: 38.9}", "too_far", "epicentre", {"limit": "200"}),
    ("epicentre: {fault: F9}", "no_such_fault", "epicentre.fault", {"known": "F1, F2, F3, F4, F5"}),
    ("epicentre: {fault: [F1]}", "epicentre_form", "epicentre.fault", {}),
    ("strike_deg: 360", "strike_range", "strike_deg", {}),
    ("when: {month: 13}", "month_range", "when.month", {}),
    ("when: {month: January}", "month_range", "when.month", {}),
    ("when: {month: 6.5}", "month_range", "when.month", {}),
    ("when: {hour: 24}", "hour_range", "when.hour", {}),
    ("when: {hour: noon}", "hour_range", "when.hour", {}),
    ("when: {weekend: perhaps}", "weekend_form", "when.weekend", {}),
    ("aftershocks: some", "yes_or_no", "aftershocks", {}),
    ("horizon_h: 0", "horizon_range", "horizon_h", {}),
    ("horizon_h: .inf", "horizon_range", "horizon_h", {}),
    ("overrides: {gr_b: steep}", "override_number", "overrides.gr_b", {}),
    ("overrides: {gr_b: .nan}", "bad_override", "overrides.gr_b", {}),
    ("overrides: {entrap_void: 1.5}", "bad_override", "overrides.entrap_void", {}),
    ("overrides: {sigma_zone: 0.3, spread_sample: -1}", "bad_override", "overrides.spread_sample", {}),
    ("overrides: {no_such_number: 1}", "unknown_override", "overrides.no_such_number", {}),
    ("magnitud: 6", "unknown_key", "magnitud", {}),
]


@pytest.mark.parametrize(("body", "code", "column", "params"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_once_with_its_line(
    tmp_path: Path, body: str, code: str, column: str, params: dict[str, Any]
) -> None:
    found = problems(tmp_path, body + "\n")
    assert [(p.code, p.column, p.row) for p in found] == [(code, column, 4)]
    for key, value in params.items():
        assert found[0].params[key] == value


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "magnitude: big\nepicentre: here\nwhen: {month: 0, hour: 25}\nhorizon_h: -1\n")
    assert [(p.code, p.row) for p in found] == [
        ("magnitude_form", 4), ("epicentre_form", 5), ("month_range", 6), ("hour_range", 6), ("horizon_range", 7),
    ]
    found = problems(tmp_path, "epicentre: {fault: F9}\nattenuation: moon\noverrides: {gr_b: .inf, nothing: 1}\n")
    assert [p.code for p in found] == ["no_such_fault", "no_such_region", "bad_override", "unknown_override"]


def test_another_hazard_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    path.write_text("hazard: comet\nid: e\nname: {zh: 彗星, en: comet}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_hazard(path, quakes.city())
    assert caught.value.problems[0].row == 1


def test_both_languages_have_the_same_sentences() -> None:
    zh, en = (
        {key for key in catalogue(lang) if key.startswith("problem.")} for lang in ("zh", "en")
    )
    assert zh == en
