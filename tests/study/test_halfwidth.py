"""Just as many replications as a wanted precision takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.types import Floats
from sim.measure.statistics import FEW, mean_interval
from sim.study.halfwidth import Wanted, half_widths, narrow_enough, planned_replications, replications_for

NAN = math.nan


def mean_half(values: Floats, least: float, most: float) -> float:
    """Half the width before it is cut at the ends: the wider side."""
    found = mean_interval(values, 0.95, least, most)
    return max(found.estimate - found.low, found.high - found.estimate)


@pytest.mark.parametrize(
    ("part_of_sd", "replications"), [(0.2, (301, 121, 61)), (0.3, (134, 54, 27)), (0.5, (49, 20, 10))]
)
def test_planning_for_eight_layouts(part_of_sd: float, replications: tuple[int, ...]) -> None:
    """One-sided, Bonferroni over seven; correlations 0, 0.6, 0.8."""
    for correlation, n in zip((0.0, 0.6, 0.8), replications, strict=True):
        sd = math.sqrt(2.0 * (1.0 - correlation))
        assert planned_replications(sd, part_of_sd, 1.0 - 2.0 * 0.05 / 7) == n


def test_half_widths_are_those_of_the_interval() -> None:
    values = np.random.default_rng(1).gamma(2.0, 3.0, 60)
    found = half_widths(values, 0.95)
    assert found[0] == math.inf
    for n in range(FEW, 61):
        assert found[n - 1] == pytest.approx(mean_half(values[:n], -math.inf, math.inf))


@pytest.mark.parametrize("kind", ["mostly all", "all", "smooth", "far away"])
def test_half_widths_of_shares_are_those_of_the_interval(kind: str) -> None:
    rng = np.random.default_rng(2)
    values = {
        "mostly all": np.where(rng.random(80) < 0.8, 1.0, rng.random(80)), "all": np.ones(80),
        "smooth": 0.5 + 0.01 * rng.random(80), "far away": 0.999999 + 1e-9 * rng.random(80),
    }[kind]
    found = half_widths(values, 0.95, 0.0, 1.0)
    for n in range(FEW, 81):
        interval = mean_interval(values[:n], 0.95, 0.0, 1.0)
        inside = [
            max(side, 0.0) for side in (interval.estimate - interval.low, interval.high - interval.estimate)
        ]
        if interval.low > 0.0:
            assert inside[0] == pytest.approx(found[n - 1], rel=1e-4) or inside[0] < found[n - 1]
        assert found[n - 1] >= max(inside) * (1 - 1e-4)


def test_equal_values_without_ends_bound_nothing() -> None:
    values = np.zeros(300)
    assert np.isinf(half_widths(values, 0.95)).all()
    values[50:300:25] = np.arange(1.0, 11.0)
    found = half_widths(values, 0.95)
    assert np.isinf(found[:275]).all()
    assert np.isfinite(found[275:]).all()


def test_one_never_ends_the_precision() -> None:
    values = np.random.default_rng(3).normal(10.0, 1.0, 40)
    values[20] = math.inf
    found = half_widths(values, 0.95)
    assert np.isfinite(found[1:20]).all()
    assert np.isinf(found[20:]).all()
    assert narrow_enough([values], [Wanted(half_width=0.3)]) is None


# ---- where to stop -------------------------------------------------------------------------


def test_narrow_for_five_more() -> None:
    values = np.random.default_rng(4).normal(10.0, 1.0, 400)
    wanted = Wanted(half_width=0.4)
    stop = narrow_enough([values], [wanted])
    assert stop is not None
    half = half_widths(values, 0.95)
    assert (half[stop.n - 6 : stop.n] <= 0.4).all()
    assert stop.n - 6 == FEW - 1 or half[stop.n - 7] > 0.4
    assert stop.intervals[0] == mean_interval(values[: stop.n], 0.95)


def test_no_run_stops_before_ten_and_five_more() -> None:
    stop = narrow_enough([10.0 + 1e-6 * np.arange(40.0)], [Wanted(half_width=1.0)])
    assert stop is not None
    assert stop.n == FEW + 5


def test_beyond_a_hundred_it_looks_further_ahead() -> None:
    values = np.random.default_rng(5).normal(10.0, 1.0, 2000)
    stop = narrow_enough([values], [Wanted(half_width=0.08)])
    assert stop is not None
    half = half_widths(values, 0.95)
    first = 1 + int(np.flatnonzero(half[: stop.n] > 0.08)[-1]) + 1
    assert first > 500
    assert stop.n == first + 5 * first // 100


def test_a_setback_begins_the_look_ahead_anew() -> None:
    values = np.random.default_rng(6).normal(10.0, 1.0, 400)
    quiet = narrow_enough([values], [Wanted(half_width=0.5)])
    assert quiet is not None
    values[quiet.n - 1] = 30.0
    later = narrow_enough([values], [Wanted(half_width=0.5)])
    assert later is not None
    assert later.n > quiet.n + 50


def test_relative_to_the_mean() -> None:
    values = np.random.default_rng(7).normal(10.0, 1.0, 400)
    by_share = narrow_enough([values], [Wanted(half_width=0.03, relative=True)])
    assert by_share is not None
    assert half_widths(values, 0.95)[by_share.n - 1] <= 0.03 * values[: by_share.n].mean()
    same = narrow_enough([-values], [Wanted(half_width=0.03, relative=True)])
    assert same is not None
    assert same.n == by_share.n
    assert narrow_enough([values - values.mean()], [Wanted(half_width=0.03, relative=True)]) is None


def test_several_measures_stop_when_all_hold() -> None:
    rng = np.random.default_rng(8)
    one, two = rng.normal(10.0, 1.0, 600), rng.normal(10.0, 2.0, 600)
    goal = Wanted(half_width=0.3)
    stops = [narrow_enough(list(v), [goal] * len(v)) for v in ((one,), (two,), (one, two))]
    assert [stop is not None for stop in stops] == [True] * 3
    assert stops[2].n == stops[1].n > stops[0].n  # type: ignore[union-attr]
    assert len(stops[2].intervals) == 2  # type: ignore[union-attr]


def test_replications_that_do_not_count() -> None:
    values = np.random.default_rng(9).normal(10.0, 1.0, 100)
    plain = narrow_enough([values], [Wanted(half_width=0.4)])
    gaps = narrow_enough([np.insert(values, np.arange(20), NAN)], [Wanted(half_width=0.4)])
    assert plain is not None
    assert gaps is not None
    assert gaps.n == plain.n + 20
    assert gaps.intervals == plain.intervals
    assert narrow_enough([np.full(50, NAN)], [Wanted(half_width=0.4)]) is None
    assert narrow_enough([np.zeros(0)], [Wanted(half_width=0.4)]) is None


def test_the_answer_does_not_depend_on_when_it_is_asked_for() -> None:
    values = np.random.default_rng(10).gamma(2.0, 5.0, 800)
    wanted = Wanted(half_width=0.1, relative=True)
    answers = {narrow_enough([values[:n]], [wanted]) for n in range(10, 801, 10)} - {None}
    assert len(answers) == 1


def test_shares_that_are_all_one_stop_by_what_has_not_been_seen() -> None:
    stop = narrow_enough([np.ones(400)], [Wanted(half_width=0.02, least=0.0, most=1.0)])
    assert stop is not None
    # The first n with 1 - 0.025^(1/n) <= 0.02 is 183; then 9 more.
    assert stop.n == 192
    assert stop.intervals[0].low == pytest.approx(0.025 ** (1 / 192))


@pytest.mark.parametrize(("half_width", "confidence"), [(0.0, 0.95), (NAN, 0.95), (1.0, 1.0)])
def test_what_cannot_be_wanted(half_width: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="can be reached"):
        Wanted(half_width=half_width, confidence=confidence)


# ---- how many it will take -----------------------------------------------------------------


def test_how_many_it_will_take() -> None:
    values = np.tile([1.0, -1.0], 20) * np.linspace(0.5, 1.5, 40)
    sd = float(values.std(ddof=1))
    n = replications_for(values, 0.2, 0.95)
    assert n is not None
    assert planned_replications(sd, 0.2, 0.95) <= n <= planned_replications(sd, 0.2, 0.95) + 3
    assert half_widths(np.resize(values, 4000), 0.95)[n] == pytest.approx(0.2, rel=0.1)
    assert replications_for(values, 1e6, 0.95) == 2


def test_values_that_tell_nothing() -> None:
    assert replications_for(np.zeros(0), 0.1, 0.95) is None
    assert replications_for(np.zeros(50), 0.1, 0.95) is None
    assert replications_for(np.array([1.0, 2.0, math.inf]), 0.1, 0.95) is None
