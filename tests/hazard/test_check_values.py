"""Every published or independently computed value of the earthquake models, to the printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from sim.common.coefficients import package_table
from sim.hazard import aftershocks, buildings, casualties, fires, magnitude, motion
from sim.hazard.consequences import displaced_people
from sim.hazard.intensity import attenuation, epicentral, intensity_at, on_axis, radius_km, regions
from sim.hazard.tables import WIDE, assumptions, earthquake_coefficients, rows

C = earthquake_coefficients()
G = 9.80665


def digits(value: float, places: int) -> float:
    """Half a unit of the last printed place."""
    return pytest.approx(value, abs=0.5000001 * 10.0**-places)


# ---- magnitude -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("b", "values"),
    [
        (0.68, (5, 5.4369, 6.4202, 7.5303, 7.9341, 8)),
        (0.85, (5, 5.3527, 6.1637, 7.2272, 7.8452, 8)),
        (1.00, (5, 5.3006, 5.9961, 6.9590, 7.6992, 8)),
    ],
)
def test_truncated_gutenberg_richter_quantiles(b: float, values: tuple[float, ...]) -> None:
    for u, m in zip((0, 0.5, 0.9, 0.99, 0.999, 1), values, strict=True):
        assert magnitude.sample_magnitude(u, b, 5, 8) == digits(m, 4)


@pytest.mark.parametrize(
    ("b", "mean", "above_6", "above_7"),
    [(0.68, 5.6111, 0.201649, 0.034849), (0.85, 5.5025, 0.138827, 0.017183), (1.0, 5.4313, 0.099099, 0.009009)],
)
def test_truncated_gutenberg_richter_mean_and_tail(b: float, mean: float, above_6: float, above_7: float) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    assert magnitude.sample_magnitude(u, b, 5, 8).mean() == digits(mean, 4)
    assert magnitude.share_above(6, b, 5, 8) == digits(above_6, 6)
    assert magnitude.share_above(7, b, 5, 8) == digits(above_7, 6)


@pytest.mark.parametrize(
    ("b", "yearly", "counts"),
    [
        (0.68, 0.0344, ((5.5, 1.56e-2), (6, 6.94e-3), (6.5, 3.0e-3), (7, 1.20e-3), (7.5, 3.8e-4))),
        (0.85, 0.0595, ((5.5, 2.23e-2), (6, 8.26e-3), (6.5, 3.0e-3), (7, 1.02e-3), (7.5, 2.8e-4))),
    ],
)
def test_rates_of_the_graben(b: float, yearly: float, counts: tuple[tuple[float, float], ...]) -> None:
    anchored = 0.003 / magnitude.share_above(6.5, b, 5, 8)
    assert anchored == digits(yearly, 4)
    for m, rate in counts:
        assert anchored * magnitude.share_above(m, b, 5, 8) == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize(
    ("m", "length", "normal", "any_slip"),
    [
        (6, 13.18, 112.20, 93.33), (7, 41.69, 741.31, 758.58), (7.5, 74.13, 1905.46, 2162.72),
        (8, 131.83, 4897.79, 6165.95),
    ],
)
def test_rupture_size(m: float, length: float, normal: float, any_slip: float) -> None:
    assert magnitude.rupture_length_km(m) == digits(length, 2)
    assert magnitude.rupture_area_km2(m) == digits(normal, 2)
    assert magnitude.rupture_area_km2(m, normal=False) == digits(any_slip, 2)


# ---- intensity -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("m", "centre", "major", "minor"),
    [
        (5, 6.528, (5.901, 5.059, 4.248, 3.529), (5.650, 4.688, 3.875, 3.203)),
        (6, 7.890, (7.263, 6.421, 5.610, 4.892), (7.013, 6.051, 5.237, 4.565)),
        (7, 9.253, (8.626, 7.784, 6.973, 6.254), (8.376, 7.414, 6.600, 5.928)),
        (8, 10.616, (9.989, 9.146, 8.335, 7.617), (9.738, 8.776, 7.962, 7.290)),
    ],
)
def test_intensity_on_the_axes(m: float, centre: float, major: tuple[float, ...], minor: tuple[float, ...]) -> None:
    assert epicentral(m) == digits(centre, 3)
    for r, a, b in zip((10.0, 30.0, 60.0, 100.0), major, minor, strict=True):
        assert on_axis(m, r, major=True) == digits(a, 3)
        assert on_axis(m, r, major=False) == digits(b, 3)
        assert intensity_at(m, np.array(r), np.array(0.0)) == pytest.approx(a, abs=1e-3)
        assert intensity_at(m, np.array(0.0), np.array(r)) == pytest.approx(b, abs=1e-3)


@pytest.mark.parametrize(
    ("m", "x", "y", "expected"),
    [
        (7, 20, 0, 8.1577), (7, 0, 20, 7.8205), (7, 20, 20, 7.6269), (7.5, 40, 10, 8.0867),
        (6.5, 14.142, 14.142, 7.2788), (8, 30, 30, 8.5421),
    ],
)
def test_intensity_off_the_axes(m: float, x: float, y: float, expected: float) -> None:
    assert intensity_at(m, np.array(float(x)), np.array(float(y))) == digits(expected, 4)


def test_intensity_of_many_shocks_at_once_is_that_of_each() -> None:
    x, y = np.array([0.0, 3.0, 40.0, 150.0]), np.array([0.0, 9.0, 10.0, 20.0])
    together = intensity_at(np.array([[5.5], [7.5]]), x, y)
    assert np.array_equal(together, np.array([intensity_at(5.5, x, y), intensity_at(7.5, x, y)]))
    assert together[0, 0] == pytest.approx(epicentral(5.5), abs=1e-3)


@pytest.mark.parametrize(
    ("m", "degree", "major", "minor"),
    [(7, 7, 58.8, 43.3), (7, 8, 24.0, 16.4), (7, 9, 3.6, 2.3), (8, 9, 34.5, 24.2), (8, 10, 9.8, 6.4)],
)
def test_radii_of_isoseismals(m: float, degree: float, major: float, minor: float) -> None:
    assert radius_km(m, degree, major=True) == digits(major, 1)
    assert radius_km(m, degree, major=False) == digits(minor, 1)


@pytest.mark.parametrize("region", regions())
def test_both_axes_agree_at_the_centre_in_every_region(region: str) -> None:
    law = attenuation(region)
    assert on_axis(7, 0.0, major=True, law=law) == pytest.approx(float(on_axis(7, 0.0, major=False, law=law)), abs=6e-4)


# ---- motion --------------------------------------------------------------------------------

DISTANCES = (1, 10, 20, 50, 100)


@pytest.mark.parametrize(
    ("m", "pga"),
    [
        (5.0, (0.0802, 0.0645, 0.0416, 0.0126, 0.0036)), (6.0, (0.2248, 0.1886, 0.1310, 0.0462, 0.0145)),
        (6.5, (0.3641, 0.3115, 0.2246, 0.0860, 0.0285)), (7.0, (0.4392, 0.3830, 0.2864, 0.1192, 0.0421)),
        (7.5, (0.5189, 0.4606, 0.3566, 0.1614, 0.0611)), (8.0, (0.6021, 0.5432, 0.4345, 0.2137, 0.0869)),
    ],
)
def test_yu_2013_pga_on_the_major_axis(m: float, pga: tuple[float, ...]) -> None:
    for r, g in zip(DISTANCES, pga, strict=True):
        assert motion.median_motion("pga", m, r) / motion.G_CM_S2 == digits(g, 4)


def test_yu_2013_pgv_and_the_near_field() -> None:
    for r, v in zip(DISTANCES, (29.20, 25.79, 19.80, 8.93, 3.47), strict=True):
        assert motion.median_motion("pgv", 7.0, r) == digits(v, 2)
    for m, g in ((6.5, 0.91), (7, 0.96), (7.5, 1.00), (8, 1.05)):
        assert motion.median_motion("pga", m, 1.0, near_km=0.0) / motion.G_CM_S2 == digits(g, 2)


@pytest.mark.parametrize(
    ("angle", "pga"),
    [(45, (0.4388, 0.3651, 0.2576, 0.1008, 0.0357)), (90, (0.4385, 0.3497, 0.2358, 0.0883, 0.0314))],
)
def test_yu_2013_off_the_major_axis(angle: float, pga: tuple[float, ...]) -> None:
    for r, g in zip(DISTANCES, pga, strict=True):
        x, y = r * np.cos(np.radians(angle)), r * np.sin(np.radians(angle))
        assert motion.motion_at("pga", 7.0, float(x), float(y)) / motion.G_CM_S2 == digits(g, 4)


@pytest.mark.parametrize(
    ("degree", "pga", "pgv", "ia", "iv"),
    [
        (6, 0.653, 0.0557, 6.003, 6.008), (7, 1.35, 0.120, 7.003, 7.008), (8, 2.79, 0.258, 8.003, 8.005),
        (9, 5.77, 0.555, 9.003, 9.003), (10, 11.9, 1.19, 9.999, 9.997),
    ],
)
def test_instrumental_intensity_gives_the_standards_means(
    degree: float, pga: float, pgv: float, ia: float, iv: float
) -> None:
    parts = motion.intensity_parts(pga, pgv)
    assert parts == (digits(ia, 3), digits(iv, 3))
    assert motion.intensity_of_motion(pga, pgv) == pytest.approx(degree, abs=0.01)


def test_instrumental_intensity_examples_and_inverse() -> None:
    assert motion.intensity_parts(1.96133, 0.20) == (digits(7.517, 3), digits(7.673, 3))
    assert motion.intensity_of_motion(1.96133, 0.20) == digits(7.673, 3)
    below = motion.intensity_of_motion(0.2, 0.02)
    assert below == pytest.approx(np.mean(motion.intensity_parts(0.2, 0.02)))
    assert motion.intensity_of_motion(1e-9, 1e-9) == 1.0
    inverse = motion.pga_of_intensity(np.array([6.0, 7.0, 8.0, 9.0])) * G
    assert inverse == pytest.approx([0.651, 1.347, 2.785, 5.758], abs=5.1e-4)


def test_worden_2012() -> None:
    pga = (3.31708696, 4.05662491, 5.76917533, 6.88298631, 7.53452397, 7.9967973, 8.35536434)
    for g, mmi in zip((0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5), pga, strict=True):
        assert motion.worden_intensity(g) == digits(mmi, 8)
    pgv = (3.78, 4.48136824, 6.05, 7.00125479, 7.55770316, 7.95250957, 8.25874521)
    for v, mmi in zip((1, 3, 10, 20, 30, 40, 50), pgv, strict=True):
        assert motion.worden_intensity(v, velocity=True) == digits(mmi, 8)


# ---- buildings -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("v", "degree", "mean", "shares"),
    [
        (0.84, 8, 2.6628, (0.0223, 0.1271, 0.2897, 0.3300, 0.1880, 0.0428)),
        (0.74, 8, 1.9909, (0.0789, 0.2612, 0.3456, 0.2287, 0.0756, 0.0100)),
        (0.616, 8, 1.2610, (0.2339, 0.3943, 0.2660, 0.0897, 0.0151, 0.0010)),
        (0.64, 9, 2.3914, (0.0387, 0.1772, 0.3248, 0.2978, 0.1365, 0.0250)),
        (0.48, 9, 1.3879, (0.1968, 0.3780, 0.2905, 0.1116, 0.0214, 0.0016)),
        (0.40, 8, 0.4721, (0.6090, 0.3175, 0.0662, 0.0069, 0.0004, 0.0000)),
    ],
)
def test_macroseismic_damage(v: float, degree: float, mean: float, shares: tuple[float, ...]) -> None:
    mu = buildings.mean_damage(degree, v, C["macroseismic_q"])
    assert mu == digits(mean, 4)
    assert buildings.damage_shares(mu) == pytest.approx(shares, abs=5.1e-5)


@pytest.mark.parametrize(
    ("name", "fitted"),
    [
        ("adobe", (0.172, 0.516, 0.824)), ("brick_wood", (0.084, 0.354, 0.714)),
        ("brick_plain", (0.010, 0.092, 0.374)), ("brick_fortified", (0.001, 0.012, 0.103)),
        ("rc_frame", (0.001, 0.012, 0.101)), ("rc_infill", (0.001, 0.013, 0.111)), ("rc_wall", (0.0, 0.001, 0.020)),
        ("steel", (0.0, 0.001, 0.015)),
    ],
)
def test_collapse_of_each_class_as_fitted_to_pager(name: str, fitted: tuple[float, ...]) -> None:
    row = next(r for r in rows("building_classes") if r["class"] == name)
    mu = buildings.mean_damage(np.array([7.0, 8.0, 9.0]), float(row["v"]), C["macroseismic_q"])
    assert buildings.damage_shares(mu)[:, 4:].sum(axis=1) == pytest.approx(fitted, abs=1.1e-3)


def states_of(kind: str, pga_g: float) -> np.ndarray:
    row = next(r for r in rows("fragility_pga") if r["type"] == kind)
    names = ("slight", "moderate", "extensive", "complete")
    reach = [float(buildings.fragility(pga_g, float(row[name]), float(row["beta"]))) for name in names]
    return -np.diff([1.0, *reach, 0.0])


def test_hazus_fragility() -> None:
    for g, shares in (
        (0.2, (0.1407, 0.2015, 0.4018, 0.1939, 0.0620)), (0.3, (0.0183, 0.0595, 0.2825, 0.3397, 0.3000)),
        (0.4, (0.0025, 0.0137, 0.1245, 0.2820, 0.5773)),
    ):
        assert states_of("URM low-rise pre", g) == pytest.approx(shares, abs=5.1e-5)
    assert states_of("C1 mid-rise low", 0.3) == pytest.approx((0.0110, 0.0668, 0.4863, 0.3651, 0.0709), abs=5.1e-5)
    assert states_of("URM low-rise pre", 0.3)[4] * 0.15 == digits(0.0450, 4)


@pytest.mark.parametrize("row", rows("fragility_pga"), ids=lambda row: row["type"])
def test_worse_states_need_stronger_shaking(row: dict[str, str]) -> None:
    medians = [float(row[name]) for name in ("slight", "moderate", "extensive", "complete")]
    assert medians == sorted(medians)


def test_hazus_bridges() -> None:
    assert [buildings.fragility(0.5, m, 0.6) for m in (0.25, 0.35, 0.45, 0.70)] == pytest.approx(
        [0.876, 0.7239, 0.5697, 0.2875], abs=5.1e-5
    )
    medians = [C[f"bridge_{state}_g"] for state in ("slight", "moderate", "extensive", "complete")]
    assert [buildings.fragility(0.7, m, C["bridge_beta"]) for m in medians] == pytest.approx(
        [0.6014, 0.3377, 0.2256, 0.1020], abs=5.1e-5
    )


# ---- people --------------------------------------------------------------------------------


def test_hazus_casualties_of_a_thousand_people() -> None:
    none, slight, moderate, extensive, complete = states_of("URM low-rise pre", 0.3)
    shares = np.array([none, slight, moderate, extensive, 0.85 * complete, 0.15 * complete])
    hurt = 1000.0 * shares @ casualties.hazus_rates("masonry")
    assert hurt == pytest.approx([51.317, 14.894, 2.311, 4.561], abs=5.1e-4)


def test_pager_china() -> None:
    rates = casualties.pager_china_death_rate(np.array([6.0, 7.0, 8.0, 9.0, 10.0]))
    assert rates == pytest.approx([2.84e-8, 5.053e-5, 5.333e-3, 8.436e-2, 0.3732], rel=1e-3)
    losses = casualties.pager_china_loss_rate(np.array([6.0, 7.0, 8.0, 9.0]))
    assert losses == pytest.approx([0.01258, 0.2412, 0.7352, 0.9643], rel=4e-4)


def test_yin_and_ma_xie() -> None:
    collapsed = np.array([0.05, 0.2, 0.5, 1.0])
    assert casualties.yin_death_rate(collapsed) == pytest.approx([3.98e-4, 3.91e-3, 2.13e-2, 8.51e-2], rel=3e-3)
    assert casualties.ma_xie_death_rate(collapsed) == pytest.approx([8.88e-5, 2.11e-3, 2.21e-2, 1.51e-1], rel=3e-3)


def test_coburn_spence_shares() -> None:
    masonry = casualties.buried_share(np.array([6.0, 7.0, 7.5, 8.0, 9.0, 10.0, 11.0]), np.array(True), 0.7)
    assert masonry == pytest.approx([0, 0.05, 0.175, 0.30, 0.60, 0.70, 0.70])
    assert casualties.buried_share(np.array([6.0]), np.array(False), 0.7) == pytest.approx([0.7])
    assert casualties.buried_states("masonry") == pytest.approx([0.2, 0.3, 0.3, 0.2])
    assert casualties.buried_states("rc") == pytest.approx([0.4, 0.1, 0.4, 0.1])
    one_storey = casualties.buried_states("single_storey")
    assert one_storey[0] == 0.1
    assert one_storey[1:] / one_storey[1:].sum() == pytest.approx([0.375, 0.375, 0.25])
    for name in ("masonry", "rc", "single_storey"):
        assert casualties.buried_states(name).sum() == pytest.approx(1.0)


def test_survival_curves() -> None:
    hours = np.array([0.5, 24, 48, 72, 96, 120])
    assert casualties.survival(hours) == pytest.approx([0.999, 0.811, 0.554, 0.338, 0.188, 0.097], abs=6e-4)
    kobe = casualties.survival(np.array([12.0, 36, 60, 84, 108]), "kobe")
    assert kobe == pytest.approx([0.757, 0.364, 0.159, 0.065, 0.026], abs=6e-4)
    scale, shape = C["weibull_earth_h"], C["weibull_earth_k"]
    assert scale * np.log(2.0) ** (1.0 / shape) == digits(4.0, 1)


# ---- fire, aftershocks, homes --------------------------------------------------------------


def test_ignitions() -> None:
    pga = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    per_m2 = fires.ignitions_per_million_m2(pga, C)
    assert per_m2 == pytest.approx([0.0309, 0.1872, 0.4686, 0.8754, 1.4074, 2.0647], abs=5.1e-5)
    per_ft2 = [0.00287, 0.01739, 0.04354, 0.08133, 0.13075, 0.19182]
    assert per_m2 / fires.FT2_PER_M2 == pytest.approx(per_ft2, abs=5.1e-6)
    assert fires.ignitions_per_million_m2(0.0506, C) == pytest.approx(0.0, abs=1e-5)
    assert fires.ignitions_per_million_m2(0.03, C) == 0.0
    assert fires.ignitions_per_million_m2(5.0, C) == fires.ignitions_per_million_m2(C["ignition_pga_cap_g"], C)
    chinese = fires.ren_xie_per_million_m2(np.array([0.2, 0.3, 0.4]))
    assert chinese / 10.0 == pytest.approx([0.1177, 0.2098, 0.2850], abs=5.1e-5)


def test_fire_growth_reaches_a_megawatt_on_time() -> None:
    for alpha, seconds in ((0.00293, 600), (0.01172, 300), (0.04689, 150), (0.1876, 75)):
        assert fires.heat_release_kw(seconds, alpha) == pytest.approx(1055, rel=1e-3)


def test_reasenberg_jones() -> None:
    for below, counts in (
        (0, (0.0734, 0.1110, 0.1361)), (1, (0.5967, 0.9025, 1.1060)), (2, (4.8505, 7.3357, 8.9897)),
        (3, (39.4263, 59.6269, 73.0707)),
    ):
        got = [aftershocks.expected_count(below, 0.0, days, C) for days in (1, 7, 30)]
        assert got == pytest.approx(counts, abs=5.1e-5)
    assert aftershocks.expected_count(2, 0.01, 7, C) == digits(7.0108, 4)
    assert aftershocks.rate_per_day(2, 1.0, C) == digits(1.34003, 5)
    times = aftershocks.sample_times_d(np.array([0.1, 0.5, 0.9]), 0.0, 30.0, C)
    assert times == pytest.approx([0.03336, 0.76754, 13.334], rel=2e-4)


def test_displaced_people() -> None:
    assert displaced_people(10_000, 20_000, 30_000, 100, 3, 10) == pytest.approx(1340)


# ---- the tables themselves -----------------------------------------------------------------


def test_every_number_of_every_table_is_listed_with_source_and_evidence() -> None:
    listed = assumptions()
    files = {p.name[:-4] for p in package_table("hazard", "x").parent.iterdir() if p.name.endswith(".csv")}
    earthquake = files & {"earthquake", "relations", *WIDE}
    assert earthquake == {"earthquake", "relations", *WIDE}
    for name in WIDE:
        assert any(entry.key.startswith(f"{name}: ") for entry in listed), name
    assert len({entry.key for entry in listed}) == len(listed)
    for entry in listed:
        assert entry.evidence in "LCKJ", entry.key
        assert entry.source, entry.key


def test_every_default_lies_in_its_own_range() -> None:
    for row in C.rows.values():
        assert row.low is None or row.low <= row.value, row.key
        assert row.high is None or row.value <= row.high, row.key


def test_people_are_spread_over_the_classes_whole() -> None:
    table = rows("building_classes")
    for column in ("work_share", "school_share"):
        assert sum(float(row[column]) for row in table) == pytest.approx(1.0)
    for area in ("urban", "rural"):
        for structure in ("RC", "brick-concrete", "brick-wood", "adobe"):
            shares = [float(row[f"{area}_share"]) for row in table if row[f"{area}_of"] == structure]
            assert sum(shares) == pytest.approx(1.0), (area, structure)


@pytest.mark.parametrize("row", rows("extrication_hours"), ids=lambda row: f"{row['entrapment']} {row['material']}")
def test_extrication_hours(row: dict[str, str]) -> None:
    low, mode, high = (float(row[k]) for k in ("low", "mode", "high"))
    assert low < mode < high
    u = (np.arange(20_000) + 0.5) / 20_000
    hours = casualties.triangular(u, np.array(low), np.array(mode), np.array(high))
    assert hours.min() >= low
    assert hours.max() <= high
    assert hours.mean() == pytest.approx((low + mode + high) / 3.0, rel=1e-3)
