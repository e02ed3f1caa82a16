"""The timetable: quiet gaps only are cut, pacing holds, protected minutes stay, and what does not fit is said."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.drill.build.pacing import Pacing, shipped_pacing
from sim.drill.build.window import Fitted, Slot, fit

PLAIN = Pacing(
    gap_min=5.0, per_hour=12, first_min=5.0, last_free_min=15.0, lead_min=3.0, least_cut_min=0.0,
    longest_hold_min=20.0, protected_cap_min=60.0,
)
EPS = 1e-6


def slots(times: list[float], protected: float = 0.0, cells: int = 1) -> list[Slot]:
    return [
        Slot(key=f"I-{i:03d}", sim_min=t, protected_min=protected, weight=float(i), cell=f"U-{i % cells}")
        for i, t in enumerate(times)
    ]


def chance(seed: int, count: int = 14, hours: float = 10.0) -> list[Slot]:
    rng = np.random.default_rng(seed)
    return [
        Slot(
            key=f"I-{i:03d}", sim_min=float(t), protected_min=float(rng.choice([0.0, 8.0, 20.0, 45.0])),
            weight=float(rng.integers(1, 5)), cell=f"U-{rng.integers(3)}", fixed=bool(rng.random() < 0.2),
        )
        for i, t in enumerate(rng.uniform(0.0, 60.0 * hours, count))
    ]


def ex_of(made: Fitted, sim_min: float) -> float:
    sim, ex = np.array(made.time_map).T
    return float(np.interp(sim_min, sim, ex))


def test_nothing_is_cut_where_the_disaster_is_shorter_than_the_window() -> None:
    made = fit(slots([0.0, 20.0, 50.0]), window_min=180.0, hotwash_min=20.0, pacing=PLAIN)
    assert dict(made.ex_min) == {"I-000": 5.0, "I-001": 25.0, "I-002": 55.0}
    assert made.cuts == ()
    assert made.cap_min is None
    assert made.endex_min == 70.0
    assert made.time_map == ((-5.0, 0.0), (65.0, 70.0))


def test_one_cap_on_all_quiet_gaps_fills_the_window() -> None:
    """600 min of disaster in 160: the cap solves the equation that a planner can check by hand."""
    gaps = [6.0, 9.0, 12.0, 150.0, 14.0, 180.0, 8.0, 149.0, 72.0]
    made = fit(
        slots(np.cumsum([0.0, *gaps]).tolist(), cells=3), window_min=180.0, hotwash_min=20.0, pacing=PLAIN,
    )
    assert sum(gaps) == 600.0
    cap = (160.0 - 20.0 - 6.0 - 9.0 - 12.0 - 14.0 - 8.0) / 4
    assert made.cap_min == pytest.approx(cap, abs=0.1)
    assert made.endex_min == pytest.approx(160.0, abs=0.4)
    assert made.endex_min <= 160.0
    kept = [min(gap, made.cap_min or 0.0) for gap in gaps]
    assert np.diff(list(made.ex_min.values())) == pytest.approx(kept)
    assert len(made.cuts) == 4
    assert len(made.stretches) == 5


def test_a_cut_leaves_time_to_read_out_the_new_situation() -> None:
    made = fit(slots([0.0, 300.0], protected=10.0), window_min=60.0, hotwash_min=20.0, pacing=PLAIN)
    (start, stop), = made.cuts
    assert stop == 297.0
    assert start >= 10.0
    assert ex_of(made, 300.0) == made.ex_min["I-001"]
    assert made.stretches[1].ex_from_min == made.ex_min["I-001"] - 3.0
    assert [made.move_of(key) for key in made.ex_min] == [1, 2]


def test_news_to_the_same_cell_is_held_back_and_news_to_others_is_not() -> None:
    same = fit(slots([0.0, 1.0]), window_min=180.0, hotwash_min=20.0, pacing=PLAIN)
    others = fit(slots([0.0, 1.0], cells=2), window_min=180.0, hotwash_min=20.0, pacing=PLAIN)
    assert same.ex_min["I-001"] == 10.0
    assert same.holds == (("I-001", 4.0),)
    assert others.ex_min["I-001"] == 6.0
    assert others.holds == ()
    assert same.time_map == ((-5.0, 0.0), (1.0, 6.0), (1.0, 10.0), (16.0, 25.0))


def test_a_window_that_is_too_short_loses_the_lightest() -> None:
    wanted = [replace(slot, fixed=slot.key == "I-000") for slot in slots([float(10 * i) for i in range(10)])]
    made = fit(wanted, window_min=60.0, hotwash_min=20.0, pacing=PLAIN)
    assert made.ex_min
    assert made.endex_min <= 40.0
    assert made.short_min == 0.0
    assert [left.key for left in made.dropped] == ["I-001", "I-002", "I-003", "I-004", "I-005"]
    assert {left.code for left in made.dropped} == {"window"}


def test_of_news_that_comes_too_thick_the_lightest_is_left_out() -> None:
    """Eight at once to one cell would hold the clock for 35 min; five hold it for 20."""
    made = fit(slots([10.0] * 8), window_min=300.0, hotwash_min=20.0, pacing=PLAIN)
    assert [(left.key, left.code) for left in made.dropped] == [(f"I-00{i}", "crowd") for i in range(3)]
    assert sum(minutes for _, minutes in made.holds) == 20.0
    fixed = [replace(slot, fixed=True) for slot in slots([10.0] * 8)]
    assert not fit(fixed, window_min=300.0, hotwash_min=20.0, pacing=PLAIN).dropped
    minutes = [2.0 * i for i in range(14)]
    many = fit(slots(minutes, cells=14), window_min=300.0, hotwash_min=20.0, pacing=PLAIN)
    assert {left.code for left in many.dropped} == {"crowd"}
    assert sum(held for _, held in many.holds) <= 20.0


def test_protection_goes_before_the_drill_does_not_fit() -> None:
    fixed = [replace(slot, fixed=True) for slot in slots([0.0, 100.0, 200.0], protected=40.0)]
    made = fit(fixed, window_min=110.0, hotwash_min=20.0, pacing=PLAIN)
    assert not made.dropped
    assert made.short_min == 0.0
    assert [left.key for left in made.unprotected] == ["I-000", "I-001"]
    assert len(made.ex_min) == 3
    weights = {"I-000": 10.0, "I-001": 30.0, "I-002": 40.0}
    uneven = [replace(slot, protected_min=weights[slot.key]) for slot in fixed]
    assert [left.key for left in fit(uneven, window_min=90.0, hotwash_min=20.0, pacing=PLAIN).unprotected] == ["I-001"]
    tight = fit(fixed, window_min=40.0, hotwash_min=20.0, pacing=PLAIN)
    assert tight.short_min == pytest.approx(5.0 + 5.0 + 5.0 + 15.0 - 20.0)
    assert "10" in tight.note.en
    assert "10" in tight.note.zh


def test_a_jump_too_short_to_announce_is_not_made() -> None:
    pacing = replace(PLAIN, least_cut_min=10.0)
    wanted = slots([0.0, 55.0, 110.0, 170.0], cells=4)
    plain = fit(wanted, window_min=200.0, hotwash_min=20.0, pacing=PLAIN)
    made = fit(wanted, window_min=200.0, hotwash_min=20.0, pacing=pacing)
    assert len(plain.cuts) == 3
    assert [stop - start for start, stop in made.cuts] == [10.0]
    assert made.endex_min == 180.0


@pytest.mark.parametrize("seed", range(60))
def test_what_always_holds(seed: int) -> None:
    wanted = chance(seed)
    window = float(np.random.default_rng(seed + 1000).uniform(60.0, 300.0))
    pacing = shipped_pacing()
    made = fit(wanted, window_min=window, hotwash_min=20.0, pacing=pacing)
    assert made == fit(list(reversed(wanted)), window_min=window, hotwash_min=20.0, pacing=pacing)
    by_key = {slot.key: slot for slot in wanted}
    kept = [by_key[key] for key in made.ex_min]
    times = list(made.ex_min.values())
    assert {*made.ex_min} | {left.key for left in made.dropped} == {*by_key}
    assert not any(by_key[left.key].fixed for left in made.dropped)
    assert [slot.sim_min for slot in kept] == sorted(slot.sim_min for slot in kept)
    assert made.endex_min - made.short_min <= window - 20.0 + EPS
    assert times[0] <= 5.0
    assert times[-1] <= made.endex_min - 15.0 + EPS
    assert all(b - a >= -EPS for a, b in pairwise(times))
    for cell in {slot.cell for slot in kept}:
        own = [made.ex_min[slot.key] for slot in kept if slot.cell == cell]
        assert all(b - a >= 5.0 - EPS for a, b in pairwise(own))
    assert all(times[i + 12] - times[i] >= 60.0 - EPS for i in range(len(times) - 12))
    bare = {left.key for left in made.unprotected}
    for slot in kept:
        end = round(slot.sim_min, 1) + min(60.0, slot.protected_min)
        inside = [cut for cut in made.cuts if cut[0] < end - 0.11 and slot.sim_min < cut[1] - 0.11]
        assert not inside or slot.key in bare
        assert ex_of(made, round(slot.sim_min, 1)) <= made.ex_min[slot.key] + EPS
    for (sim, ex), (later_sim, later_ex) in pairwise(made.time_map):
        assert later_sim >= sim - EPS
        assert later_ex >= ex - EPS
        assert later_sim > sim + EPS or later_ex > ex + EPS
        alike = abs((later_sim - sim) - (later_ex - ex)) < EPS
        assert alike or later_ex - ex < EPS or later_sim - sim < EPS
    assert made.stretches[0].ex_from_min == 0.0
    assert made.stretches[-1].ex_to_min == made.endex_min
    for before, after in pairwise(made.stretches):
        assert before.ex_to_min == after.ex_from_min
        assert before.sim_to_min < after.sim_from_min


@pytest.mark.parametrize("seed", range(10))
def test_a_longer_window_keeps_more_and_cuts_less(seed: int) -> None:
    def jumped(made: Fitted) -> float:
        return sum(stop - start for start, stop in made.cuts)

    wanted = [replace(slot, fixed=True) for slot in chance(seed, count=8)]
    short, long = (fit(wanted, window_min=w, hotwash_min=20.0, pacing=PLAIN) for w in (200.0, 400.0))
    assert jumped(long) <= jumped(short)
    assert len(long.unprotected) <= len(short.unprotected)


def test_equal_keys_and_no_scenes_are_refused() -> None:
    for bad in ([], [*slots([0.0]), *slots([5.0])]):
        with pytest.raises(ValueError, match="keys of their own"):
            fit(bad, window_min=60.0, hotwash_min=0.0, pacing=PLAIN)
