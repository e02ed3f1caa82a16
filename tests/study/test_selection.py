"""Selection by KN: constants, what is refused, and that the answer depends on the values alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.common.types import Floats
from sim.study.selection import Rules, Selection, kn_constants, kn_step, start
from sim.study.spread import MOVES, SAME, Spread

NAN = math.nan
DELTA = 1 / math.sqrt(10)


def normal(seed: int, means: list[float], n: int = 2000, correlation: float = 0.0) -> Floats:
    rng = np.random.default_rng(seed)
    shared, own = rng.normal(size=(n, 1)), rng.normal(size=(n, len(means)))
    return np.asarray(np.array(means) + math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own)


def select(values: Floats, rules: Rules) -> Selection:
    return kn_step(values, start(values.shape[1], rules))


def same(one: Selection, two: Selection) -> bool:
    """Tell whether every number of two selections is the very same."""
    arrays = [
        (one.inside, two.inside), (one.left_at, two.left_at),
        *((getattr(one.spread, name), getattr(two.spread, name)) for name in Spread.__dataclass_fields__),
    ]
    plain = [(s.read, s.n, s.state, s.refusal, s.winner, s.twins, s.most) for s in (one, two)]
    return plain[0] == plain[1] and all(np.array_equal(a, b, equal_nan=True) for a, b in arrays)


@pytest.mark.parametrize(
    ("layouts", "alpha", "first", "eta", "h2"),
    [
        (2, 0.05, 10, 0.33405, 6.0129), (5, 0.05, 10, 0.63497, 11.4294), (10, 0.05, 10, 0.85908, 15.4635),
        (100, 0.05, 10, 1.81562, 32.6811), (10, 0.05, 20, 0.30293, 11.5115), (20, 0.05, 20, 0.36864, 14.0082),
        (10, 0.10, 20, 0.24644, 9.3646),
    ],
)
def test_constants(layouts: int, alpha: float, first: int, eta: float, h2: float) -> None:
    found = kn_constants(layouts, Rules(delta=1.0, alpha=alpha, first=first))
    assert (round(found[0], 5), round(found[1], 4)) == (eta, h2)


def test_two_layouts_by_hand() -> None:
    # Differences 1.1, 1.3, ..., 2.9: mean 2, first-stage variance 0.04 * 110/12 = 0.36667. With delta 1, h2 = 6.0129
    # and n = 10 a layout may lie behind by (6.0129 * 0.36667 - 10) / 20 < 0: nothing, so the second leaves at once.
    gaps, base = np.tile(1.1 + 0.2 * np.arange(10), 2), np.arange(20.0)
    values = np.stack([base + gaps, base], axis=1)
    quick = select(values, Rules(delta=1.0, first=10))
    assert (quick.state, quick.winner, quick.n, quick.left_at.tolist()) == ("decided", 0, 10, [0, 10])
    # With delta 0.05: by (881.89 - 10) * 0.05 / 20 = 2.180 at n = 10, (881.89 - 20) * 0.05 / 40 = 1.077 at n = 20.
    slow = start(2, Rules(delta=0.05, first=10))
    assert kn_step(values[:10], slow).inside.tolist() == [True, True]
    assert kn_step(values, slow).left_at.tolist() == [0, 20]
    # Nothing is allowed any more from 882 replications on, looked at every ten.
    assert kn_step(values[:10], slow).most == 890


@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_resuming_changes_nothing(correlation: float) -> None:
    values = normal(3, [0, 0.1, 0.2, 0.1, 0.3], correlation=correlation)
    rules = Rules(delta=0.1)
    whole = select(values, rules)
    assert whole.state == "decided"
    rng = np.random.default_rng(4)
    state = start(5, rules)
    for end in np.sort(rng.integers(0, len(values), 60)).tolist():
        state = kn_step(values[:end], state)
    assert same(kn_step(values, state), whole)
    assert same(kn_step(np.asfortranarray(values), start(5, rules)), whole)


def test_a_layout_that_has_left_need_not_be_played() -> None:
    values = normal(5, [0, 0.5, 1.0, 0.9], correlation=0.5)
    rules = Rules(delta=0.1)
    whole = select(values, rules)
    thin, state = values.copy(), start(4, rules)
    while state.state == "running":
        thin[state.read :, ~state.inside] = NAN
        state = kn_step(thin[: state.read + (10 if state.read else 20)], state)
    assert np.isnan(thin[: whole.read]).any()
    assert (state.winner, state.n, state.left_at.tolist()) == (whole.winner, whole.n, whole.left_at.tolist())


def test_a_layout_that_has_left_drops_nobody() -> None:
    """The third is dropped by the first at once; its early lead over the second, who ends up best, means nothing."""
    noise = 3.0 * np.tile(np.linspace(-1.7, 1.7, 20), 20)
    turn = 0.01 * np.sin(np.arange(400.0))
    second = np.where(np.arange(400) < 20, 0.0, 2.5) + noise
    state = select(np.stack([2.0 + turn, second, 1.0 - turn], axis=1), Rules(delta=0.5))
    assert (state.winner, state.left_at[2]) == (1, 20)
    assert state.n > 100


def test_replications_in_which_nobody_was_concerned_do_not_count() -> None:
    values = normal(6, [0, 0.1, 0.3], correlation=0.6)
    state = select(values, Rules(delta=0.1))
    gaps = np.insert(values, 10, np.full((10, 3), NAN), axis=0)
    other = select(gaps, Rules(delta=0.1))
    assert (other.winner, other.state, other.read - other.n) == (state.winner, "decided", 10)


@given(st.permutations(range(5)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_layouts_does_not_matter(order: list[int]) -> None:
    values = normal(7, [0, 0.1, 0.2, 0.1, 0.3], correlation=0.5, n=600)
    straight, mixed = (select(v, Rules(delta=0.15)) for v in (values, values[:, order]))
    assert straight.state == "decided"
    assert order[mixed.winner] == straight.winner
    assert mixed.left_at.tolist() == straight.left_at[order].tolist()


def test_less_is_better_is_the_mirror_of_more() -> None:
    values = normal(8, [0, 0.1, 0.2, 0.1, 0.3], correlation=0.5)
    more = select(values, Rules(delta=0.15))
    less = select(-values, Rules(delta=0.15, more_is_better=False))
    assert (more.winner, more.n, more.left_at.tolist()) == (less.winner, less.n, less.left_at.tolist())


def test_more_replications_never_change_a_decision() -> None:
    values = normal(9, [0, 0.2, 0.5])
    done = select(values, Rules(delta=0.2))
    assert kn_step(np.vstack([values, values + 9.0 * np.arange(3)[::-1]]), done) is done


def test_the_bound_is_never_passed() -> None:
    for seed in range(30):
        values = normal(100 + seed, [0.0, 0.0, 0.0, 0.05], correlation=0.3, n=3000)
        first = kn_step(values[:20], start(4, Rules(delta=0.2)))
        assert first.most is not None
        done = select(values, Rules(delta=0.2))
        assert done.state == "decided"
        assert done.n <= first.most


# ---- guards --------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_yes_or_no_is_refused(share: float) -> None:
    values = (np.random.default_rng(1).random((60, 3)) < share).astype(float)
    assert select(values, Rules(delta=0.1)).refusal == "yes_no"
    assert select(100.0 * values + 3.0, Rules(delta=0.1)).state == "refused"


def test_yes_or_no_is_refused_as_soon_as_it_shows() -> None:
    values = np.ones((200, 2))
    assert select(values[:60], Rules(delta=0.1)).state == "running"
    values[[63, 95], 0] = 0.0
    late = select(values, Rules(delta=0.1))
    assert (late.refusal, late.n) == ("yes_no", 100)


def test_one_odd_value_does_not_make_it_yes_or_no() -> None:
    values = np.ones((20, 2))
    values[7, 0] = 0.83
    assert select(values, Rules(delta=0.1)).state == "running"


def test_never_has_no_mean() -> None:
    values = normal(10, [0, 0.1])
    values[25, 1] = math.inf
    state = select(values, Rules(delta=0.01))
    assert (state.state, state.refusal, state.winner) == ("refused", "never", -1)


def test_a_hole_is_refused() -> None:
    values = normal(11, [0, 0.1])
    values[25, 1] = NAN
    assert select(values, Rules(delta=0.01)).refusal == "gap"


def test_infinite_values_of_a_layout_that_has_left_do_not_matter() -> None:
    values = normal(12, [0, 0.02, -3.0], correlation=0.5)
    values[20:, 2] = np.where(np.arange(1980) % 2, math.inf, -math.inf)
    state = select(values, Rules(delta=0.2))
    assert (state.state, int(state.left_at[2])) == ("decided", 20)
    assert state.n > 20


def test_a_layout_that_has_left_does_not_make_a_replication_count() -> None:
    values = normal(12, [0, 0.02, -3.0], correlation=0.5)
    values[20:25, :2] = NAN
    state = select(values, Rules(delta=0.2))
    assert (state.state, state.refusal, state.read - state.n) == ("decided", "", 5)


def test_layouts_that_hardly_differ_wait() -> None:
    """Two disasters in a hundred tell them apart; the first of them must not decide."""
    rng = np.random.default_rng(13)
    base = rng.lognormal(size=1000)
    other = base + np.where(np.arange(1000) % 50 == 49, 1.0 + rng.random(1000), 0.0)
    values = np.stack([base, other], axis=1)
    assert select(values[:450], Rules(delta=0.01)).inside.all()
    assert select(values[:450], Rules(delta=0.01)).most is None
    done = select(values, Rules(delta=0.01))
    assert done.winner == 1
    assert done.n >= 50 * MOVES


def test_a_constant_difference_is_believed_after_many_replications() -> None:
    base = normal(14, [0.0])[:, 0]
    values = np.stack([base, base + 1.0], axis=1)  # 1 but for rounding
    assert select(values[: SAME - 10], Rules(delta=0.5)).state == "running"
    done = select(values[:SAME], Rules(delta=0.5))
    assert (done.state, done.winner, done.n) == ("decided", 1, SAME)


def test_twins_are_selected_together() -> None:
    values = normal(15, [0.0, 0.5, 0.3], correlation=0.8)
    values = np.column_stack([values, values[:, 1]])
    early = select(values[: SAME - 50], Rules(delta=0.05))
    assert early.inside.tolist() == [False, True, False, True]
    assert (early.state, early.most) == ("running", SAME)
    done = select(values, Rules(delta=0.05))
    assert (done.winner, done.twins, done.n) == (1, (3,), SAME)


def test_rounding_makes_no_difference() -> None:
    values = normal(18, [0.0, -3.0])
    other = values[:, 0] * (1.0 + 1e-15)
    assert (other != values[:, 0]).any()
    done = select(np.column_stack([other, values]), Rules(delta=0.5))
    assert (done.winner, done.twins, done.n) == (0, (1,), SAME)


def test_twins_that_part_late_start_from_nothing() -> None:
    """Many equal replications are no reason to believe the first difference."""
    base = normal(16, [0.0], n=900)[:, 0]
    values = np.stack([base, base.copy()], axis=1)
    values[SAME - 50, 1] += 0.1
    state = select(values, Rules(delta=0.05))
    assert (state.state, state.inside.tolist()) == ("running", [True, True])


def test_one_layout_needs_no_replication() -> None:
    assert select(np.zeros((0, 1)), Rules(delta=1.0)).winner == 0


@pytest.mark.parametrize(
    "wrong", [{"delta": 0.0}, {"delta": math.inf}, {"alpha": 0.5}, {"first": 9}, {"batch": 0}]
)
def test_rules_that_promise_nothing(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong.values()))}"):
        Rules(**{"delta": 1.0} | wrong)  # type: ignore[arg-type]


def test_values_of_other_layouts() -> None:
    with pytest.raises(ValueError, match="3 columns"):
        kn_step(np.zeros((20, 2)), start(3, Rules(delta=1.0)))


# ---- spread --------------------------------------------------------------------------------


def test_spread_agrees_with_numpy() -> None:
    rows = np.random.default_rng(17).gamma(2.0, 1e6, (90, 3))
    rows[10:40, 1] = NAN
    spread = Spread.empty((3,))
    for first in range(0, 90, 9):
        spread = spread.with_rows(rows[first : first + 9], 200)
    assert spread.n.tolist() == [90, 60, 90]
    assert spread.mean == pytest.approx(np.nanmean(rows, axis=0))
    assert np.isnan(spread.variance).all()  # the first stage has not ended
    assert Spread.empty((3,)).with_rows(rows, 60).variance == pytest.approx(np.nanvar(rows, axis=0, ddof=1))


def test_a_rare_move_leaves_the_variance_unknown() -> None:
    rows = np.zeros((100, 1))
    rows[10 * np.arange(10), 0] = 4.0
    spread = Spread.empty((1,)).with_rows(rows[:90], 20)
    assert (spread.moves.tolist(), spread.mean.tolist()) == ([9], [0.4])
    assert np.isnan(spread.variance[0])
    assert not spread.always(0.0)[0]
    assert spread.with_rows(rows[90:], 20).variance[0] == pytest.approx(rows.var(ddof=1))
