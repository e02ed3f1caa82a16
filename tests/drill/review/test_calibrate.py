"""The conjugate update: moves, does not jump; announced drills count less; too little is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.common.errors import InputError
from sim.drill.review.calibrate import (
    DISCOUNT,
    Observation,
    calibrate,
    prior,
    read_observations,
    require_indirect,
    update,
    write_observations,
)


@pytest.mark.parametrize(
    ("drills", "median"), [([18], 13.3), ([18, 21, 16], 14.8), ([18, 21, 16, 19, 22, 17], 16.1)]
)
def test_a_prior_of_twelve_minutes_against_slower_drills(drills: list[float], median: float) -> None:
    after = update(prior(12.0, 0.3), drills, [1.0] * len(drills))
    assert round(float(np.exp(after.mu)), 1) == median


@given(st.floats(0.2, 5.0), st.floats(0.0, 1.0), st.floats(0.05, 1.0))
def test_it_never_passes_the_data_nor_turns_away(factor: float, weight: float, spread: float) -> None:
    after = float(np.exp(update(prior(1.0, spread), [factor], [weight]).mu))
    low, high = sorted((1.0, factor))
    assert low - 1e-9 <= after <= high + 1e-9
    assert abs(np.log(after)) <= abs(np.log(factor)) / 4 + 1e-9, "one drill against three"


def one(drill: str, factor: float, notice: str = "blind", step: str = "arrive", number: int = 1) -> Observation:
    return Observation(
        drill_id=drill, notice=notice, action_id=f"A-00{number}-1", step=step, t_min=10.0 * factor, p50_min=10.0,
        log_sd=0.4,
    )


def test_what_was_announced_counts_less_and_a_script_not_at_all() -> None:
    after = {notice: calibrate([one("d", 2.0, notice)])[0] for notice in DISCOUNT}
    assert after["blind"].after > after["window"].after > after["announced"].after > after["scripted"].after
    assert after["scripted"].after == pytest.approx(1.0)
    assert after["scripted"].learnt == 0.0


def test_many_actions_of_one_drill_are_one_drill() -> None:
    (few,) = calibrate([one("d", 2.0)])
    (many,) = calibrate([one("d", 2.0, number=i) for i in range(9)])
    assert few.after == pytest.approx(many.after)
    assert (many.drills, many.n) == (1, 9)


def test_the_interval_narrows_with_drills_that_agree() -> None:
    widths = []
    for n in (1, 3, 10):
        (found,) = calibrate([one(f"d{i}", 1.5) for i in range(n)])
        widths.append(found.high - found.low)
        assert found.low < found.after < found.high
    assert widths == sorted(widths, reverse=True)


def test_indirect_parameters_are_refused_from_too_little() -> None:
    with pytest.raises(InputError, match="at least 3"):
        require_indirect(2, 7, "log.csv")
    require_indirect(3, 3, "log.csv")
    require_indirect(1, 8, "log.csv")


def test_observations_come_back(tmp_path: Path) -> None:
    found = [one("d1", 1.5), one("d2", 0.7, "announced")]
    write_observations(found, tmp_path / "o.csv")
    assert read_observations(tmp_path / "o.csv") == found
    said = (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "o.csv").write_text(said.replace("15.000", "-1").replace("announced", "loud"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_observations(tmp_path / "o.csv")
    assert [problem.row for problem in caught.value.problems] == [2, 3]
