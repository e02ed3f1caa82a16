"""The earthquake against what is known of real ones: the national map, Tangshan, PAGER, the empirical formulas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import quakes

from sim.hazard.buildings import damage_shares, mean_damage
from sim.hazard.casualties import (
    buried_share,
    buried_states,
    ma_xie_death_rate,
    pager_china_death_rate,
    sample_death_h,
    survival,
    yin_death_rate,
)
from sim.hazard.draw import draw
from sim.hazard.geometry import offset_km
from sim.hazard.intensity import intensity_at, strike_axes
from sim.hazard.magnitude import share_above
from sim.hazard.motion import pga_of_intensity
from sim.hazard.source import draw_mainshock
from sim.hazard.tables import earthquake_coefficients, rows

C = earthquake_coefficients()


@pytest.mark.slow
def test_the_475_year_shaking_is_near_that_of_the_national_map() -> None:
    """GB 18306-2015 has 0.20 g for the towns; the sources, the attenuation and its spread must give 0.15-0.25 g."""
    n = 30_000
    spec = replace(quakes.spec("random"), magnitude_min=5.0, magnitude_max=8.0)
    main = [draw_mainshock(spec, quakes.city(), 77, r) for r in range(n)]
    m, lon, lat, strike = (
        np.array([getattr(shock, name) for shock in main]) for name in ("magnitude", "lon", "lat", "strike_deg")
    )
    yearly = 0.003 / share_above(6.5, C["gr_b"], 5.0, 8.0)
    residual = np.hypot(C["sigma_event"], C["sigma_zone"]) * np.random.default_rng(5).standard_normal(n)
    for name, place in (("Dawukou", (106.38, 39.02)), ("Pingluo", (106.541, 38.904))):
        east, north = offset_km(lon, lat, np.array(place[0]), np.array(place[1]))
        degree = np.sort(intensity_at(m, *strike_axes(east, north, strike)) + residual)
        exceeded_once_in_475 = degree[int(n * (1.0 - 1.0 / 475.0 / yearly))]
        assert 0.15 <= pga_of_intensity(exceeded_once_in_475) <= 0.25, name


def test_the_trapped_of_all_severities_together_die_as_at_tangshan() -> None:
    """Daily rescue survival of 1976: 81.0, 53.7, 36.7, 19.0, 7.4 %; half an hour 99.3 %."""
    n = 400_000
    rng = np.random.default_rng(1976)
    severity = rng.choice([3, 2, 1], n, p=buried_states("masonry")[1:] / buried_states("masonry")[1:].sum())
    hours = sample_death_h(rng.random(n), severity, np.zeros(n, dtype=bool), C, 10.0)
    alive = np.array([(hours > t).mean() for t in (0.5, 24, 48, 72, 96, 120)])
    assert alive == pytest.approx([1.000, 0.832, 0.535, 0.327, 0.195, 0.109], abs=0.003)
    assert alive == pytest.approx(survival(np.array([0.5, 24, 48, 72, 96, 120])), abs=0.03)
    assert alive == pytest.approx([0.993, 0.81, 0.537, 0.367, 0.19, 0.074], abs=0.045)


def test_the_wounded_die_first() -> None:
    u = np.linspace(0.01, 0.99, 99)
    brick = np.zeros(99, dtype=bool)
    light, serious, grave = (sample_death_h(u, np.full(99, s), brick, C, 10.0) for s in (1, 2, 3))
    assert np.all(grave < serious)
    assert np.all(serious < light)


CALIBRATION = [
    # class, intensity, fatality rate given collapse in PAGER, late mortality M5 with rescue experts in 36 hours
    ("brick_plain", 9.0, 0.08, 0.45), ("brick_wood", 8.0, 0.06, 0.45), ("adobe", 8.0, 0.06, 0.45),
    ("rc_frame", 9.0, 0.15, 0.70),
]


@pytest.mark.parametrize(("name", "degree", "fatality", "late"), CALIBRATION)
def test_deaths_with_rescue_are_within_a_factor_two_of_pager(
    name: str, degree: float, fatality: float, late: float
) -> None:
    row = next(r for r in rows("building_classes") if r["class"] == name)
    shares = damage_shares(mean_damage(degree, float(row["v"]), C["macroseismic_q"]))
    m3 = float(buried_share(np.array(degree), np.array(row["masonry"] == "1"), C["buried_rc"]))
    buried = m3 * (shares[5] + C["buried_d4_share"] * shares[4])
    material = "single_storey" if row["single_storey"] == "1" else "masonry" if row["masonry"] == "1" else "rc"
    dead = buried_states(material)[0]
    deaths = buried * (dead + (1.0 - dead) * late)
    pager = fatality * (shares[4] + shares[5])
    assert 0.5 <= deaths / pager <= 2.0
    assert buried * dead < pager, "those whom nobody can save are fewer than all who die"


def totals(name: str, n: int = 50) -> dict[str, np.ndarray]:
    """Per replication: dead at once, buried alive, and what three empirical formulas say of the same shaking."""
    people = quakes.city().zones.people
    out: dict[str, list[float]] = {}
    for r in range(n):
        s = draw(quakes.spec(name), quakes.city(), 1, r)
        fallen = s.damage[:, 4:].sum(axis=1) / s.damage.sum(axis=1)
        values = {
            **s.notes, "pager": people @ pager_china_death_rate(s.fields["intensity"][0]),
            "yin": people @ yin_death_rate(fallen), "ma_xie": people @ ma_xie_death_rate(fallen),
            "fires": s.demands.kind.count("fire"), "bridges": sum(word == "bridge" for word in s.closures.reason),
            "entombed": (s.casualties.entrapment == 4).sum(),
            "crew_h": s.casualties.work_crew_min.sum() / 60.0,
            "most": s.notes["dead_at_once"] + s.notes["buried_alive"],
            "power": len({z for z, k in zip(s.outages.zone.tolist(), s.outages.kind, strict=True) if k == "power"}),
        }
        for key, value in values.items():
            out.setdefault(key, []).append(float(value))
    return {key: np.array(values) for key, values in out.items()}


def test_a_moderate_night_earthquake_kills_some_or_none() -> None:
    """M 5.5: Pingyuan 2023 none, Chifeng 2003 (M 5.9) four, Jiujiang 2005 (M 5.7) thirteen."""
    t = totals("m55")
    assert 0 <= np.median(t["dead_at_once"]) <= 15
    assert np.mean(t["dead_at_once"] == 0) > 0.04
    assert np.median(t["fires"]) <= 3
    assert t["bridges"].max() <= 1
    assert np.mean(t["dead_at_once"]) < np.mean(t["pager"])


def test_an_m65_by_day_is_of_the_order_of_baotou() -> None:
    """Baotou 1996, M 6.4 at 11:32: 26 dead, 196,633 homeless of 2.1 million, 0.43 million m2 destroyed."""
    t = totals("m65-day")
    assert 26 / 3 <= np.median(t["dead_at_once"]) <= 26 * 3
    destroyed = t["collapsed_dwellings"] * C["household_m2"]
    assert 0.43e6 / 3 <= np.median(destroyed) <= 0.43e6 * 3
    homeless = np.median(t["displaced"]) / quakes.city().zones.people.sum()
    assert 0.5 <= homeless / (196_633 / 2_100_000) <= 2.0
    assert 2 <= np.median(t["fires"]) <= 30
    assert 0.03 <= t["entombed"].sum() / t["buried_alive"].sum() <= 0.07
    assert 1.5 <= t["crew_h"].sum() / t["buried_alive"].sum() <= 3.0
    assert np.median(t["most"]) < np.median(t["pager"]), "PAGER's empirical curve is an upper bound"


def test_a_repetition_of_1739_kills_tens_of_thousands() -> None:
    """1739: about 50,000 deaths. Yin and Ma & Xie on the drawn collapse; PAGER (Tangshan) as an upper bound."""
    t = totals("m80-1739-night", 20)
    assert 0.3 < np.mean(t["dead_at_once"]) / np.mean(t["yin"]) < 3.0
    assert np.mean(t["dead_at_once"]) < np.mean(t["ma_xie"]) * 3.0 < np.mean(t["pager"])
    assert 20_000 < np.mean(t["most"]) < 150_000
    assert np.mean(t["power"]) > 30
    assert 0.5 <= np.mean(t["bridges"]) <= 3
