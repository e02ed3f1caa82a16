"""What a year brings: by hand, against closed forms, and whether intervals keep their promise under simulation."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import stdtrit

from sim.common.types import NEVER, Floats
from sim.measure.statistics import share_interval, t_half_width
from sim.study.loss_classes import LossClass, rate_of
from sim.study.yearly import (
    LEAST_EFFECTIVE,
    Stratum,
    _unskewed,
    annual_by_group,
    annual_difference,
    annual_mean,
    effective_size,
    event_probability,
    exceedance,
)

NATURAL = LossClass(name="natural", per_year=3.6, mean=13.83, cv=2.0, group="weather")


def stratum(name: str, per_year: float, values: object, group: str = "", weights: Floats | None = None) -> Stratum:
    return Stratum(name=name, per_year=per_year, values=np.array(values, dtype=float), group=group, weights=weights)


def gate(promised: float, runs: int) -> float:
    return 4.0 * math.sqrt(promised * (1.0 - promised) / runs)


# ---- means by hand -------------------------------------------------------------------------


def test_a_year_by_hand() -> None:
    # Means 2 and 30, variances 1 and 100 with n - 1; rates 2 and 1/10.
    year = annual_mean([stratum("often", 2.0, [1, 2, 3]), stratum("seldom", 0.1, [20, 30, 40])], 0.95)
    assert year.estimate == pytest.approx(2 * 2 + 0.1 * 30)
    assert year.variance == pytest.approx(4 * 1 / 3 + 0.01 * 100 / 3)
    assert year.year_variance == pytest.approx(2 * 14 / 3 + 0.1 * 2900 / 3)
    assert year.per_year == pytest.approx(2.1)
    # No skewness; freedom (4/3 + 1/3)^2 / ((4/3)^2 / 2 + (1/3)^2 / 2).
    freedom = (5 / 3) ** 2 / ((16 / 9 + 1 / 9) / 2)
    half = float(stdtrit(freedom, 0.975)) * math.sqrt(5 / 3)
    assert (year.low, year.high) == pytest.approx((7 - half, 7 + half))


def test_one_stratum_without_skewness_is_students_t() -> None:
    values = np.array([1.0, 2, 3, 4, 5] * 2)
    year = annual_mean([stratum("a", 0.5, values)], 0.9)
    assert year.high - year.estimate == pytest.approx(0.5 * t_half_width(values, 0.9))


def test_a_skewed_interval_reaches_further_up_than_down() -> None:
    year = annual_mean([stratum("a", 1.0, [0.0] * 50 + [1.0] * 5 + [20.0])], 0.95)
    assert year.high - year.estimate > 1.5 * (year.estimate - year.low)
    mirror = annual_mean([stratum("a", 1.0, [0.0] * 50 + [-1.0] * 5 + [-20.0])], 0.95)
    assert (mirror.low, mirror.high) == pytest.approx((-year.high, -year.low))


@pytest.mark.parametrize("skew", [0.0, 1e-7, 0.5, -1.2])
def test_halls_transformation_leads_back(skew: float) -> None:
    for point in (-2.0, 0.0, 1.96):
        t = _unskewed(point, skew)
        assert t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / 6 == pytest.approx(point, abs=1e-6)


def test_groups_and_closed_forms_add_up() -> None:
    strata = [stratum("m5", 0.03, [1, 5, 3], "earthquake"), stratum("m6", 0.004, [80, 100, 120], "earthquake"),
              stratum("leak", 0.4, [0, 0, 1], "accident")]
    whole = annual_mean(strata, 0.9, classes=[NATURAL], least=0.0)
    groups = annual_by_group(strata, 0.9, classes=[NATURAL], least=0.0)
    assert list(groups) == ["earthquake", "accident", "weather"]
    assert sum(group.estimate for group in groups.values()) == pytest.approx(whole.estimate)
    assert sum(group.variance for group in groups.values()) == pytest.approx(whole.variance)
    assert sum(group.year_variance for group in groups.values()) == pytest.approx(whole.year_variance)
    weather = groups["weather"]
    assert (weather.low, weather.estimate, weather.high) == pytest.approx((49.788, 49.788, 49.788))
    assert (weather.variance, round(math.sqrt(weather.year_variance), 2)) == (0.0, 58.68)
    assert groups["accident"].low == 0.0


def test_what_never_varied_is_named() -> None:
    year = annual_mean([stratum("calm", 2.0, np.zeros(59)), stratum("storm", 0.5, np.arange(20.0))], 0.95, least=0.0)
    assert year.still == ("calm",)
    assert year.unseen_per_year == pytest.approx(2.0 * (1 - 0.05 ** (1 / 59)))  # .99 in 59 replications
    assert year.unseen_per_year == pytest.approx(0.099, abs=0.001)
    few = annual_mean([stratum("calm", 2.0, np.zeros(9)), stratum("storm", 0.5, np.arange(20.0))], 0.95, least=0.0)
    assert (few.low, few.high) == (0.0, NEVER)


# ---- means under simulation ----------------------------------------------------------------

RATES, MEANS = (1.9, 0.5, 0.1, 0.01), (1.0, 5.0, 30.0, 300.0)


def laws(cv: float) -> list[LossClass]:
    return [LossClass(name=f"{m:g}", per_year=r, mean=m, cv=cv) for r, m in zip(RATES, MEANS, strict=True)]


def played(kinds: list[LossClass], n: int, rng: np.random.Generator) -> list[Stratum]:
    return [stratum(kind.name, kind.per_year, rng.lognormal(kind.mu, kind.sigma, n)) for kind in kinds]


def test_means_are_unbiased_and_know_their_variance() -> None:
    rng, runs, kinds = np.random.default_rng(1), 2000, laws(1.0)
    years = [annual_mean(played(kinds, 40, rng), 0.95) for _ in range(runs)]
    estimates, variances = np.array([y.estimate for y in years]), np.array([y.variance for y in years])
    truth = sum(r * r * m * m / 40 for r, m in zip(RATES, MEANS, strict=True))
    assert abs(estimates.mean() - 10.4) < 4 * math.sqrt(truth / runs)
    assert abs(variances.mean() - truth) < 4 * variances.std() / math.sqrt(runs)
    spread = estimates.var() / truth - 1.0
    assert abs(spread) < 4 * math.sqrt(2.5 / runs)
    moments = np.array([y.year_variance for y in years])
    assert abs(moments.mean() - sum(r * 2 * m * m for r, m in zip(RATES, MEANS, strict=True))) < (
        4 * moments.std() / math.sqrt(runs)
    )


def test_intervals_of_steady_measures_cover_exactly() -> None:
    rng, runs = np.random.default_rng(2), 2000
    covered = 0
    for _ in range(runs):
        strata = [stratum(f"{m:g}", r, rng.normal(m, m, 30)) for r, m in zip(RATES, MEANS, strict=True)]
        year = annual_mean(strata, 0.9)
        covered += year.low <= 10.4 <= year.high
    assert abs(covered / runs - 0.9) < gate(0.9, runs)


@pytest.mark.parametrize(("cv", "n", "least"), [(1.0, 30, 0.93), (2.0, 30, 0.91), (2.0, 200, 0.93)])
def test_intervals_of_skewed_losses_cover_nearly_and_on_both_sides(cv: float, n: int, least: float) -> None:
    rng, runs, kinds = np.random.default_rng(3), 2000, laws(cv)
    years = [annual_mean(played(kinds, n, rng), 0.95) for _ in range(runs)]
    above, below = (np.mean([y.low > 10.4 for y in years]), np.mean([y.high < 10.4 for y in years]))
    assert least - gate(least, runs) / 2 < 1.0 - above - below < 0.95 + gate(0.95, runs)
    plain = np.mean([y.estimate + 2.0 * math.sqrt(y.variance) < 10.4 for y in years])
    assert below < 0.75 * plain  # Student's interval ends too low far more often


# ---- rates ---------------------------------------------------------------------------------


def test_exceedance_by_hand() -> None:
    strata = [stratum("a", 2.0, [0, 1, 2, 3]), stratum("b", 0.1, [2, 4, 6, NEVER])]
    curve = exceedance(strata, np.array([0.0, 2.0, 3.5, 100.0]), 0.95)
    assert curve.per_year == pytest.approx([2.1, 1.1, 0.075, 0.025])
    assert curve.return_years == pytest.approx(1 / curve.per_year)
    assert curve.probability()[0] == pytest.approx(1 - np.exp(-curve.per_year))
    assert exceedance(strata[:1], np.array([9.0]), 0.95).return_years.tolist() == [NEVER]


def test_one_stratum_has_the_exact_interval() -> None:
    values = np.arange(50.0)
    curve = exceedance([stratum("a", 0.2, values)], np.array([5.0, 50.0, 0.0]), 0.95)
    exact = [share_interval(hits, 50, 0.95) for hits in (45, 0, 50)]
    assert curve.low == pytest.approx([0.2 * share.low for share in exact])
    assert curve.high == pytest.approx([0.2 * share.high for share in exact])
    assert round(curve.low[0] / 0.2, 6) == 0.781865
    assert round(curve.high[0] / 0.2, 6) == 0.966725


def test_intervals_of_strata_are_put_together() -> None:
    one = stratum("a", 1.0, [0.0] * 30 + [1.0] * 10)
    two = stratum("b", 1.0, [0.0] * 30 + [1.0] * 10)
    single, both = (exceedance(s, np.array([1.0]), 0.95) for s in ([one], [one, two]))
    assert both.high[0] - both.per_year[0] == pytest.approx(math.sqrt(2) * (single.high[0] - single.per_year[0]))
    assert both.per_year[0] - both.low[0] == pytest.approx(math.sqrt(2) * (single.per_year[0] - single.low[0]))


def test_the_yearly_probability_of_a_grave_accident() -> None:
    strata = [stratum("small", 0.35, [0.0] * 60), stratum("large", 0.05, [0.0] * 45 + [10.0] * 10 + [30.0] * 5)]
    found = event_probability(strata, 10.0, 0.9)
    assert found.estimate == pytest.approx(1 - math.exp(-0.05 * 15 / 60))
    assert 0.0 < found.low < found.estimate < found.high
    nothing = event_probability(strata[:1], 10.0, 0.9)
    assert (nothing.estimate, nothing.low) == (0.0, 0.0)
    assert nothing.high == pytest.approx(1 - math.exp(-0.35 * (1 - 0.05 ** (1 / 60))))


def test_closed_forms_join_the_curve() -> None:
    sizes = np.array([0.0, 68.2, 208.1])
    strata = [stratum("a", 0.5, [0.0, 100.0])]
    curve = exceedance(strata, sizes, 0.95, classes=[NATURAL])
    assert curve.per_year == pytest.approx(rate_of([NATURAL], sizes) + np.array([0.5, 0.25, 0.0]))
    alone = exceedance([], sizes, 0.95, classes=[NATURAL])
    assert alone.probability()[0] == pytest.approx([1 - 0.02732, 0.1, 0.01], abs=1e-4)
    assert (alone.low == alone.high).all()


def test_rates_are_unbiased_and_intervals_cover() -> None:
    rng, runs, kinds = np.random.default_rng(4), 1500, laws(2.0)
    sizes = np.array([1.0, 10.0, 100.0, 1000.0])
    truth = rate_of(kinds, sizes)
    curves = [exceedance(played(kinds, 60, rng), sizes, 0.9) for _ in range(runs)]
    rates = np.array([curve.per_year for curve in curves])
    assert (np.abs(rates.mean(axis=0) - truth) < 4 * rates.std(axis=0) / math.sqrt(runs)).all()
    covered = np.mean([(curve.low <= truth) & (truth <= curve.high) for curve in curves], axis=0)
    assert (covered > 0.9 - gate(0.9, runs)).all()
    assert covered.max() < 0.99


# ---- weights -------------------------------------------------------------------------------

SLOPE, LEAST, SPAN = math.log(10.0), 5.0, 2.5
"""Magnitudes of the toy law: Gutenberg-Richter with b = 1, from 5 to 7.5."""
WHOLE = 1.0 - math.exp(-SLOPE * SPAN)
TOY_MEAN = (
    SLOPE / WHOLE * math.exp(2.3 * (5.0 - 6.2) + 0.18) * math.expm1((2.3 - SLOPE) * SPAN) / (2.3 - SLOPE)
)


def toy_loss(magnitude: Floats, rng: np.random.Generator) -> Floats:
    return np.exp(2.3 * (magnitude - 6.2) + 0.6 * rng.normal(size=len(magnitude)))


def toy_uniform(n: int, rng: np.random.Generator) -> Stratum:
    magnitude = LEAST + SPAN * rng.random(n)
    density = SLOPE * np.exp(-SLOPE * (magnitude - LEAST)) / WHOLE
    return stratum("toy", 1.0, toy_loss(magnitude, rng), weights=density * SPAN)


def toy_bands(n: int, rng: np.random.Generator) -> list[Stratum]:
    ends = np.exp(-SLOPE * SPAN * np.linspace(0, 1, 11))
    strata = []
    for i, (high, low) in enumerate(pairwise(ends)):
        magnitude = LEAST - np.log(high - rng.random(n // 10) * (high - low)) / SLOPE
        strata.append(stratum(str(i), (high - low) / WHOLE, toy_loss(magnitude, rng)))
    return strata


def toy_crude(n: int, rng: np.random.Generator) -> Floats:
    return toy_loss(LEAST - np.log1p(-WHOLE * rng.random(n)) / SLOPE, rng)


def test_strata_and_weights_of_the_toy_law() -> None:
    rng, runs = np.random.default_rng(5), 2000
    crude = toy_crude(2_000_000, rng)
    assert abs(crude.mean() - TOY_MEAN) < 4 * crude.std() / math.sqrt(2_000_000)
    alone = crude.var() / 256
    for draw, printed in ((lambda: toy_bands(250, rng), 30.0), (lambda: [toy_uniform(256, rng)], 31.0)):
        years = [annual_mean(draw(), 0.9) for _ in range(runs)]
        estimates = np.array([year.estimate for year in years])
        assert abs(estimates.mean() - TOY_MEAN) < 4 * estimates.std() / math.sqrt(runs)
        assert alone / estimates.var() == pytest.approx(printed, rel=0.25)
        covered = np.mean([year.low <= TOY_MEAN <= year.high for year in years])
        assert abs(covered - 0.9) < gate(0.9, runs)


def test_a_tail_that_crude_draws_hardly_see() -> None:
    rng, runs, size = np.random.default_rng(6), 400, np.array([60.0])
    tail = 3.1e-5
    bands = np.array([exceedance(toy_bands(250, rng), size, 0.9).per_year[0] for _ in range(runs)])
    weighted = np.array([exceedance([toy_uniform(256, rng)], size, 0.9).per_year[0] for _ in range(runs)])
    for rates in (bands, weighted):
        assert abs(rates.mean() - tail) < 4 * rates.std() / math.sqrt(runs)
        assert tail / 256 / rates.var() > 11


def test_weighted_rates_cover() -> None:
    rng, runs = np.random.default_rng(7), 1000
    sizes = np.array([0.1, 1.0, 5.0])
    truth = np.array([(toy_crude(2_000_000, rng) >= size).mean() for size in sizes])
    curves = [exceedance([toy_uniform(256, rng)], sizes, 0.9) for _ in range(runs)]
    covered = np.mean([(curve.low <= truth) & (truth <= curve.high) for curve in curves], axis=0)
    assert (covered > 0.9 - gate(0.9, runs)).all(), covered
    rates = np.array([curve.per_year for curve in curves])
    widths = np.array([curve.high - curve.low for curve in curves])
    assert widths.mean(axis=0)[:2] == pytest.approx(2 * 1.645 * rates.std(axis=0)[:2], rel=0.15)
    assert (np.abs(rates.mean(axis=0) - truth) < 4.5 * rates.std(axis=0) / math.sqrt(runs)).all()


def test_a_value_that_is_always_the_same_comes_out_as_it_is() -> None:
    toy = toy_uniform(256, np.random.default_rng(8))
    same = toy.holding(np.full(256, 7.0), toy.weights)
    assert annual_mean([same], 0.95).estimate == pytest.approx(7.0)
    curve = exceedance([toy], np.array([0.0, 1e9]), 0.95)
    assert curve.per_year.tolist() == [1.0, 0.0]
    assert curve.high[1] > 4 / 256  # the heaviest replication counts for more than five


def test_equal_weights_change_nothing() -> None:
    values = np.random.default_rng(9).gamma(1, 5, 60)
    plain, weighted = stratum("a", 0.3, values), stratum("a", 0.3, values, weights=np.ones(60))
    assert annual_mean([weighted], 0.9).estimate == pytest.approx(annual_mean([plain], 0.9).estimate)
    assert annual_mean([weighted], 0.9).high == pytest.approx(annual_mean([plain], 0.9).high, rel=0.01)
    one, two = (exceedance([s], np.array([4.0]), 0.9) for s in (plain, weighted))
    assert two.per_year == pytest.approx(one.per_year)
    assert two.high == pytest.approx(one.high, rel=0.02)


def test_weights_that_are_worth_too_little_are_refused() -> None:
    assert effective_size(np.ones(40)) == 40.0
    assert effective_size(np.array([3.0, 1.0])) == pytest.approx(1.6)
    assert effective_size(np.zeros(3)) == 0.0
    weights = np.array([1e-3] * 99 + [99.0])
    assert effective_size(weights) < 1.01 < LEAST_EFFECTIVE
    with pytest.raises(ValueError, match=r"far: .* are worth 1\.0 plain ones only; 30 are needed"):
        stratum("far", 1.0, np.arange(100.0), weights=weights)
    with pytest.raises(ValueError, match=r"ratios of densities, whose mean is 1, not 0\.01"):
        stratum("shares", 1.0, np.arange(100.0), weights=np.full(100, 0.01))


# ---- two layouts ---------------------------------------------------------------------------


def test_differences_within_strata() -> None:
    rng = np.random.default_rng(10)
    luck = [rng.gamma(0.5, 40, 60), rng.gamma(0.5, 400, 60)]
    theirs = [stratum("a", 2.0, luck[0]), stratum("b", 0.1, luck[1])]
    ours = [stratum("a", 2.0, luck[0] - rng.random(60)), stratum("b", 0.1, luck[1])]
    gap = annual_difference(ours, theirs, 0.95)
    assert gap.estimate == pytest.approx(annual_mean(ours, 0.9).estimate - annual_mean(theirs, 0.9).estimate)
    assert gap.high < 0.0
    assert gap.still == ("b",)
    assert 1000 * gap.variance < annual_mean(ours, 0.9).variance + annual_mean(theirs, 0.9).variance
    back = annual_difference(theirs, ours, 0.95)
    assert (back.low, back.high) == pytest.approx((-gap.high, -gap.low))


def test_a_fall_by_fifteen_per_cent() -> None:
    rng = np.random.default_rng(11)
    theirs = [stratum("a", 0.4, rng.gamma(2, 1, 200))]
    for fall, shown in ((0.2, True), (0.1, False)):
        ours = [stratum("a", 0.4, (1 - fall) * theirs[0].values)]
        assert (annual_difference(ours, theirs, 0.95, factor=0.85).high < 0.0) is shown


def test_intervals_of_differences_cover() -> None:
    rng, runs, covered = np.random.default_rng(12), 1500, 0
    for _ in range(runs):
        luck = [rng.lognormal(0, 1, 30) for _ in RATES]
        pairs = list(zip(RATES, luck, strict=True))
        theirs = [stratum(f"{r}", r, v) for r, v in pairs]
        ours = [stratum(f"{r}", r, 0.7 * v + rng.normal(0, 1, 30)) for r, v in pairs]
        gap = annual_difference(ours, theirs, 0.9)
        covered += gap.low <= -0.3 * math.exp(0.5) * sum(RATES) <= gap.high
    assert covered / runs == pytest.approx(0.9, abs=gate(0.9, runs))


def test_layouts_on_other_disasters_are_not_compared() -> None:
    ours = [stratum("a", 2.0, [1, 2, 3])]
    for other in (stratum("b", 2.0, [1, 2, 3]), stratum("a", 1.0, [1, 2, 3]), stratum("a", 2.0, [1, 2])):
        with pytest.raises(ValueError, match="the same strata, with the same rates and replications"):
            annual_difference(ours, [other], 0.95)


# ---- what cannot be ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"per_year": -0.1}, "events a year must be 0 or more"),
        ({"per_year": math.nan}, "events a year must be 0 or more"),
        ({"values": np.ones(1)}, "two replications at least"),
        ({"values": np.array([1.0, math.nan])}, "none of them nan"),
        ({"weights": np.ones(3)}, "one weight for each replication"),
        ({"weights": np.array([2.0, -1.0])}, "finite and not negative"),
    ],
)
def test_strata_that_cannot_be(numbers: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=f"flood: .*{words}"):
        Stratum(**({"name": "flood", "per_year": 1.0, "values": np.array([1.0, 2.0])} | numbers))


def test_what_has_no_mean() -> None:
    with pytest.raises(ValueError, match=r"infinite in some replication have no mean: \['a'\]"):
        annual_mean([stratum("a", 1.0, [1.0, NEVER])], 0.95)
    with pytest.raises(ValueError, match="a name of its own"):
        annual_mean([stratum("a", 1.0, [1.0, 2.0])] * 2, 0.95)
    with pytest.raises(ValueError, match="there must be strata or classes"):
        exceedance([], np.array([1.0]), 0.95)
