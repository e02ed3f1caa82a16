"""The law of an action: order statistics, never, intervals; how hard a capability is, copy by copy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drill.sample import action

from sim.common.types import NEVER, Text
from sim.drill.build.benchmarks import late_shares, law
from sim.drill.build.difficulty import band_of, difficulties, overall
from sim.drill.model import DIFFICULTIES, Action


def test_quantiles_are_values_that_were_seen() -> None:
    found = law([float(i) for i in range(100, 0, -1)], 50.0)
    assert (found.p10, found.p50, found.p90, found.p95) == (11.0, 51.0, 91.0, 96.0)
    assert found.p_meet_limit == 0.5
    assert found.p_not_done == 0.0
    assert found.mean == 50.5
    assert found.sd == pytest.approx(29.01, abs=0.01)
    assert found.values[0] == 100.0
    assert len(found.values) == 100


@pytest.mark.parametrize(("n", "low", "high"), [(100, 84, 96), (200, 86, 95), (500, 87, 93)])
def test_interval_of_p90_is_that_of_the_reference(n: int, low: int, high: int) -> None:
    """Ranks in per cent, as the reference gives them to whole per cents."""
    found = law([float(i) for i in range(1, n + 1)], None)
    assert found.p90_low is not None
    assert found.p90_high is not None
    assert 100.0 * found.p90_low / n == pytest.approx(low, abs=0.6)
    assert 100.0 * found.p90_high / n == pytest.approx(high, abs=0.6)


def test_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    laws = [law(rng.exponential(100.0, 100).tolist(), None) for _ in range(1500)]
    for share, low, high in ((0.5, "p50_low", "p50_high"), (0.9, "p90_low", "p90_high")):
        true = -100.0 * np.log(1.0 - share)
        held = [getattr(each, low) <= true <= getattr(each, high) for each in laws]
        assert 0.94 <= np.mean(held) <= 0.985


def test_never_stays_never() -> None:
    found = law([10.0] * 80 + [NEVER] * 20, 30.0)
    assert found.p50 == 10.0
    assert found.p75 == 10.0
    assert found.p90 is None
    assert found.p95 is None
    assert found.p_not_done == 0.2
    assert found.p_meet_limit == 0.8
    assert found.mean == 10.0
    assert found.values[-1] is None
    assert found.p90_high is None
    nothing = law([NEVER, NEVER], None)
    assert nothing.p05 is None
    assert nothing.mean is None
    assert nothing.sd is None
    assert nothing.p_not_done == 1.0


def test_few_copies_bound_little() -> None:
    assert law([float(i) for i in range(99)], None).p95 is None
    few = law([float(i) for i in range(1, 31)], None)
    assert few.p90_low == 23.0
    assert few.p90_high is None
    with pytest.raises(ValueError, match="not negative"):
        law([float("nan")], None)
    with pytest.raises(ValueError, match="not negative"):
        law([], None)


def test_values_are_rounded_before_anything_is_counted() -> None:
    found = law([20.04, 20.06], 20.0)
    assert found.values == (20.0, 20.1)
    assert found.p_meet_limit == 0.5


def timed(number: str, values: list[float], limit: float | None, capability: str = "mass_search_rescue") -> Action:
    made = action(number, "I-001", "U-01", "arrive", 10.0, capability=capability)
    return replace(made, benchmark=law(values, limit), limit_min=limit)


def test_late_shares_count_each_copy_for_itself() -> None:
    values = [float(i) for i in range(1, 101)]
    together = (timed("A", values, None), timed("B", values, None))
    apart = (timed("A", values, None), timed("B", values[::-1], None))
    assert sum(late_shares(together)) == sum(late_shares(apart)) == 18
    assert max(late_shares(together)) == 2
    assert max(late_shares(apart)) == 1
    assert late_shares(()) == ()
    never = timed("C", [NEVER] * 100, None)
    assert late_shares((*together, never)) == late_shares(together)
    with pytest.raises(ValueError, match="same copies"):
        late_shares((*together, timed("D", [1.0], None)))


def test_difficulty_is_joint_over_the_copies() -> None:
    """Two actions that miss in the same 30 copies: 0.3; in other copies: 0.6; not 1 - 0.7^2."""
    early, late = [5.0] * 70 + [20.0] * 30, [20.0] * 30 + [5.0] * 70
    together, = difficulties((timed("A", early, 10.0), timed("B", early, 10.0)))
    apart, = difficulties((timed("A", early, 10.0), timed("B", late, 10.0)))
    assert together.missed == 0.3
    assert together.band == "standard"
    assert apart.missed == 0.6
    assert apart.band == "advanced"
    assert (round(together.low, 3), round(together.high, 3)) == (0.219, 0.396)
    assert overall((together, apart)) == "advanced"
    assert overall(()) == "ungraded"


def test_never_is_a_miss_and_the_reason_names_the_worst() -> None:
    often = replace(timed("A-9", [5.0] * 5 + [NEVER] * 5, 10.0), binding=Text("破拆组", "cutting crews"))
    found = difficulties((timed("A-1", [5.0] * 10, 10.0), often, timed("B", [99.0] * 10, None, "planning")))
    assert [row.capability for row in found] == ["mass_search_rescue"]
    assert found[0].missed == 0.5
    assert "A-9" in found[0].reason.en
    assert "cutting crews" in found[0].reason.en
    assert "破拆组" in found[0].reason.zh
    assert "50%" in found[0].reason.zh
    easy, = difficulties((timed("A-1", [5.0] * 10, 10.0),))
    assert easy.missed == 0.0
    assert easy.band == "none"
    assert "no limit" in easy.reason.en


def test_bands_have_no_hole() -> None:
    at = [band_of(share) for share in (0.0, 0.049, 0.05, 0.2, 0.45, 0.7, 0.9, 1.0)]
    assert at == ["none", "none", "entry", "standard", "advanced", "extreme", "hopeless", "hopeless"]
    assert tuple(dict.fromkeys(at)) == DIFFICULTIES[1:]
