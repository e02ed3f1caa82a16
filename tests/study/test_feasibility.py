"""Which layouts meet the targets, and the best of those that do."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.common.types import Floats
from sim.study.feasibility import (
    BestFeasible,
    Feasibility,
    Limit,
    best_start,
    best_step,
    check,
    check_constants,
    check_step,
)
from sim.study.selection import Rules
from sim.study.sequences import beta_binomial_sequence, decided
from sim.study.spread import SAME

NAN = math.nan
AT_MOST = Limit(limit=10.0, tolerance=0.5)
AT_LEAST = Limit(limit=10.0, tolerance=0.5, at_least=True)
NINE_TENTHS = Limit(limit=0.9, statistic="share", at_least=True)


def normal(seed: int, means: list[float], n: int = 2000) -> Floats:
    rng = np.random.default_rng(seed)
    return np.asarray(np.array(means) + rng.normal(size=(n, 1)) + rng.normal(size=(n, len(means))))


def run(values: Floats, *limits: Limit, **rules: int) -> Feasibility:
    cube = values[:, :, None] if values.ndim == 2 else values
    return check_step(cube, check(limits, cube.shape[1], **rules))


def test_constants() -> None:
    eta, h2 = check_constants(0.05, 20)
    assert eta == pytest.approx(0.5 * (0.1 ** (-2 / 19) - 1))
    assert h2 == pytest.approx(2 * eta * 19)


def test_by_hand() -> None:
    # Values 0.1, 0.3, ..., 1.9 around 1, variance 0.36667. One answer at 5 %: h2 = 6.0129 with ten replications. The
    # sum of the excess over the limit 0.9 is 1 after ten, 2 after twenty; with a tolerance of 0.2 the answer takes
    # 6.0129 * 0.36667 / 0.4 - 0.1 n = 4.51, 3.51, 2.51, ...: 3 after thirty.
    values = np.tile(0.1 + 0.2 * np.arange(10), 5)[:, None]
    over = run(values, Limit(limit=0.9, tolerance=0.2), first=10)
    assert (over.answers.tolist(), over.answered_at.tolist(), over.groups) == ([[-1]], [[30]], ("fails",))
    under = run(values, Limit(limit=0.9, tolerance=0.2, at_least=True), first=10)
    assert (under.answers.tolist(), under.answered_at.tolist()) == ([[1]], [[30]])


def test_three_groups() -> None:
    values = normal(1, [9.0, 11.0, 10.0])
    state = run(values[:20], AT_MOST)
    assert state.groups == ("meets", "fails", "undecided")
    assert not state.decided
    assert state.read == 20
    assert run(values[:20], AT_LEAST).groups == ("fails", "meets", "undecided")
    assert run(values, AT_MOST).decided  # at the limit either answer will do, but it comes


def test_a_share_is_answered_by_its_sequence() -> None:
    kept = (np.random.default_rng(2).random((600, 2)) < np.array([0.97, 0.8])).astype(float)
    state = run(kept, NINE_TENTHS, first=20, batch=1)
    assert state.groups == ("meets", "fails")
    for layout, answer in ((0, "met"), (1, "missed")):
        n = int(state.answered_at[layout, 0])
        for seen, expected in ((n, answer), (n - 1, "undecided")):
            share = beta_binomial_sequence(int(kept[:seen, layout].sum()), seen, state.risk)
            assert decided(share, 0.9) == expected


def test_one_target_missed_fails_and_all_must_be_met() -> None:
    means = normal(3, [9.0, 9.0, 11.0])
    kept = (np.random.default_rng(4).random((2000, 3)) < np.array([0.99, 0.7, 0.99])).astype(float)
    state = run(np.stack([means, kept], axis=2), AT_MOST, NINE_TENTHS)
    assert state.groups == ("meets", "fails", "fails")
    assert state.risk == pytest.approx(0.05 / 6)


def test_resuming_changes_nothing() -> None:
    values = normal(5, [9.6, 10.3, 10.1])[:, :, None]
    whole = run(values, AT_MOST)
    state = check((AT_MOST,), 3)
    for end in (3, 20, 31, 77, 78, 150, 2000):
        state = check_step(values[:end], state)
    assert state.answered_at.tolist() == whole.answered_at.tolist()
    assert np.array_equal(state.spread.total, whole.spread.total)


def test_replications_that_do_not_count() -> None:
    values = normal(6, [9.6, 10.4])
    plain = run(values, AT_MOST, batch=1)
    holes = np.insert(values, np.arange(5, 15), NAN, axis=0)
    assert run(holes, AT_MOST, batch=1).answered_at.tolist() == plain.answered_at.tolist()
    assert run(np.full((300, 1), NAN), AT_MOST).groups == ("undecided",)


def test_never_breaks_an_upper_limit() -> None:
    values = normal(7, [5.0, 5.0])
    values[3, 1] = math.inf
    assert run(values, AT_MOST).groups == ("meets", "fails")
    assert run(values, AT_LEAST).groups == ("fails", "meets")


def test_values_that_are_all_equal_are_believed_when_they_are_many() -> None:
    values = np.full((SAME + 20, 1), 9.0)
    assert run(values[: SAME - 10], AT_MOST).groups == ("undecided",)
    assert run(values, AT_MOST).answered_at.tolist() == [[SAME]]


def test_a_rare_lapse_waits() -> None:
    values = np.full((900, 1), 1.0)
    values[19::40] = 0.0
    limit = Limit(limit=0.99, tolerance=0.005, at_least=True)
    assert run(values[:300], limit).groups == ("undecided",)
    assert run(values, limit).groups == ("fails",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tolerance": 0.0}, {"tolerance": NAN}, {"statistic": "share", "at_least": False},
        {"statistic": "share", "at_least": True, "limit": 1.0},
    ],
)
def test_limits_that_cannot_be_asked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"tolerance|share"):
        Limit(**{"limit": 0.5, "tolerance": 1.0} | wrong)  # type: ignore[arg-type]


def test_a_share_of_something_else_than_yes_or_no() -> None:
    with pytest.raises(ValueError, match="must be 1"):
        run(np.full((30, 1), 0.5), NINE_TENTHS)


# ---- the best of those that meet the targets -----------------------------------------------


def search(goal: Floats, target: Floats, *, delta: float = 0.5) -> BestFeasible:
    return best_step(goal, target[:, :, None], best_start(goal.shape[1], Rules(delta=delta), (AT_MOST,)))


def test_the_risk_is_shared_half_and_half() -> None:
    state = best_start(4, Rules(delta=1.0, alpha=0.1), (AT_MOST, NINE_TENTHS))
    assert (state.selection.rules.alpha, state.feasibility.alpha) == (0.05, 0.05)
    assert state.feasibility.risk == pytest.approx(0.05 / 8)


def test_the_best_that_misses_a_target_is_not_selected_and_drops_nobody() -> None:
    goal, target = normal(8, [3.0, 1.0, 0.0]), normal(9, [11.0, 9.0, 9.0])
    found = search(goal, target)
    assert (found.state, found.winner) == ("decided", 1)
    assert found.feasibility.groups[:2] == ("fails", "meets")
    # The best one is far ahead from the first look on, the third is dropped by the second only.
    assert found.selection.left_at[2] >= found.feasibility.answered_at[1, 0]


def test_nobody_meets_the_target() -> None:
    found = search(normal(10, [3.0, 1.0]), normal(11, [11.0, 12.0]))
    assert (found.state, found.winner) == ("none", -1)


def test_a_single_layout_is_only_checked() -> None:
    assert search(normal(12, [0.0]), normal(13, [9.0])).winner == 0
    assert search(normal(12, [0.0]), normal(13, [12.0])).state == "none"


def test_the_winner_is_known_to_meet_the_target() -> None:
    """The last layout left is not announced while its target is open."""
    goal, target = normal(14, [1.0, 0.0]), normal(15, [9.9, 12.0])
    early = search(goal[:40], target[:40])
    assert early.selection.inside.tolist() == [True, False]
    assert (early.state, early.feasibility.groups) == ("running", ("undecided", "fails"))
    assert search(goal, target).winner == 0


def test_of_twins_the_one_that_meets_the_target_is_selected() -> None:
    goal = normal(16, [0.0])
    both = np.hstack([goal, goal])
    found = search(both, normal(17, [12.0, 9.0]))
    assert (found.winner, found.twins) == (1, ())
    found = search(both, normal(18, [9.0, 9.0]))
    assert (found.winner, found.twins, found.selection.n) == (0, (1,), SAME)


def test_a_goal_that_cannot_be_compared_is_refused() -> None:
    goal = normal(19, [0.0, 0.0])
    goal[5, 0] = math.inf
    found = search(goal, normal(20, [9.0, 9.0]))
    assert (found.state, found.selection.refusal) == ("refused", "never")


def test_resuming_the_search_changes_nothing() -> None:
    goal, target = normal(21, [0.0, 0.3, 0.6]), normal(22, [9.8, 9.7, 10.2])[:, :, None]
    whole = best_step(goal, target, best_start(3, Rules(delta=0.3), (AT_MOST,)))
    assert whole.state == "decided"
    state = best_start(3, Rules(delta=0.3), (AT_MOST,))
    for end in (15, 20, 33, 90, 2000):
        state = best_step(goal[:end], target[:end], state)
    assert (state.winner, state.selection.n, state.selection.left_at.tolist()) == (
        whole.winner, whole.selection.n, whole.selection.left_at.tolist(),
    )
