"""Flood files: what they may say, and what is said of their mistakes, in both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import floods
import pytest
import quakes

from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.hazard.flood.spec import FloodSpec, read_flood

HEAD = "hazard: flood\nid: f\nname: {zh: 洪水, en: flood}\n"


def read(tmp_path: Path, body: str, city: City | None = None, **overrides: float) -> FloodSpec:
    path = tmp_path / "f.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    return read_flood(path, city or quakes.city(), overrides or None)


def problems(tmp_path: Path, body: str, city: City | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, body, city)
    for lang in ("zh", "en"):
        for line in caught.value.lines(lang):
            assert "Input should" not in line
            assert "pydantic" not in line
            assert "{" not in line.replace("{lon", "").replace("{gully", "")
    return list(caught.value.problems)


@pytest.mark.parametrize("name", floods.SHIPPED)
def test_shipped_files_are_read(name: str) -> None:
    spec = floods.spec(name)
    assert spec.hazard_id.endswith(name)
    assert spec.name.zh
    assert spec.name.en


@pytest.mark.parametrize(("kind", "hours"), [("flash", 72), ("river", 240), ("ice", 240)])
def test_everything_left_out_is_drawn(tmp_path: Path, kind: str, hours: float) -> None:
    spec = read(tmp_path, f"kind: {kind}\n")
    drawn = (spec.total_mm, spec.return_period_y, spec.lon, spec.gully, spec.month, spec.peak_m3s, spec.surcharge_m)
    assert drawn == (None,) * 7
    assert spec.horizon_min == 60.0 * hours


def test_everything_given_is_kept(tmp_path: Path) -> None:
    spec = read(
        tmp_path,
        "kind: flash\nstorm: {total_mm: 120, duration_h: 4, centre: {gully: G03}, towards_deg: 45, speed_kmh: 5, "
        "area_km2: 200}\nwhen: {month: 8, hour: 22.5, weekend: true}\nhorizon_h: 24\noverrides: {fan_loss_mm_h: 12}\n",
    )
    assert (spec.total_mm, spec.duration_h, spec.gully, spec.towards_deg) == (120.0, 4.0, 2, 45.0)
    assert (spec.speed_kmh, spec.area_km2, spec.month, spec.hour, spec.weekend) == (5.0, 200.0, 8, 22.5, True)
    assert spec.horizon_min == 1440.0
    assert spec.coefficients["fan_loss_mm_h"] == 12.0
    river = read(tmp_path, "kind: river\nriver: {peak_m3s: 4000}\n", breach_formation_h=1.0, gr_b=0.9)
    assert (river.peak_m3s, river.coefficients["breach_formation_h"]) == (4000.0, 1.0)
    ice = read(tmp_path, "kind: ice\nice: {surcharge_m: 1.3, station: YR2}\n")
    assert (ice.surcharge_m, ice.station) == (1.3, 1)


@pytest.mark.parametrize(
    ("body", "code", "row"),
    [
        ("kind: tsunami\n", "flood.kind", 4),
        ("kind: flash\nstorm: {total_mm: 5000}\n", "flood.range", 5),
        ("kind: flash\nstorm: {total_mm: viel}\n", "flood.range", 5),
        ("kind: flash\nstorm: {total_mm: 100, return_period_y: 50}\n", "flood.given_twice", 5),
        ("kind: river\nriver: {peak_m3s: 4000, return_period_y: 50}\n", "flood.given_twice", 5),
        ("kind: flash\nstorm:\n  centre: {gully: G99}\n", "flood.no_such_gully", 6),
        ("kind: flash\nstorm:\n  centre: {lon: 106.3}\n", "flood.centre_form", 6),
        ("kind: flash\nstorm:\n  centre: somewhere\n", "flood.centre_form", 6),
        ("kind: flash\nstorm:\n  centre: {lon: 39.0, lat: 39.0}\n", "flood.too_far", 6),
        ("kind: flash\nriver: {peak_m3s: 4000}\n", "flood.wrong_part", 5),
        ("kind: ice\nwhen: {month: 7}\n", "flood.ice_season", 5),
        ("kind: flash\nwhen: {month: 1}\n", "flood.rain_season", 5),
        ("kind: flash\nwhen: {month: 13}\n", "month_range", 5),
        ("kind: ice\nice: {station: YR9}\n", "flood.no_such_station", 5),
        ("kind: ice\nice: {surcharge_m: 20}\n", "flood.range", 5),
        ("kind: flash\nhorizon_h: 0\n", "flood.range", 5),
        ("kind: flash\noverrides: {fan_los: 1}\n", "unknown_override", 5),
        ("kind: flash\noverrides: {breach_probability: 2}\n", "bad_override", 5),
        ("kind: flash\noverrides: {fan_loss_mm_h: much}\n", "override_number", 5),
        ("kind: flash\nwind: 3\n", "unknown_key", 5),
        ("{}\n", "", 0),
    ],
)
def test_mistakes(tmp_path: Path, body: str, code: str, row: int) -> None:
    if not code:
        body, code, row = "", "key_missing", 0
    found = problems(tmp_path, body)
    assert [problem.code for problem in found] == [code]
    assert (found[0].row or 0) == row


def test_another_hazard_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("hazard: quake\nkind: flash\nid: f\nname: {zh: 洪水}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_flood(path, quakes.city())
    assert [problem.code for problem in caught.value.problems] == ["flood.hazard_kind"]


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, "kind: ice\nstorm: {total_mm: 10}\nice: {station: X}\nwhen: {month: 6}\n")
    assert {problem.code for problem in found} == {"flood.wrong_part", "flood.no_such_station", "flood.ice_season"}


def without(**parts: Any) -> City:
    city = quakes.city()
    assert city.water is not None
    return replace(city, water=replace(city.water, **parts) if parts else None)


def test_a_city_without_gullies_or_river_says_so(tmp_path: Path) -> None:
    assert [p.code for p in problems(tmp_path, "kind: flash\n", without())] == ["flood.no_gullies"]
    assert [p.code for p in problems(tmp_path, "kind: river\n", without())] == ["flood.no_river"]
