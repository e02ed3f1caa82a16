"""Chunks: every replication once, small at first, then some seconds each; cells come on evenly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.study.batch.chunks import BLOCK, FIRST, GROWTH, LEAST_S, TARGET_S, CellWork, Pace, Planner, Task, gaps

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=8)


def planner(ends: list[int], workers: int = 2, hazards: str = "abcdef") -> Planner:
    cells = [CellWork(hazard=hazards[n], end=0) for n in range(len(ends))]
    for cell, end in zip(cells, ends, strict=True):
        cell.want(end)
    return Planner(cells, workers)


def play(plan: Planner, cost_s: float, at_once: int = 1) -> list[Task]:
    """Do all chunks, *at_once* at a time, at *cost_s* for each replication."""
    under_way: list[Task] = []
    tasks: list[Task] = []
    while True:
        while len(under_way) < at_once and (task := plan.take()) is not None:
            under_way.append(task)
            tasks.append(task)
        if not under_way:
            return tasks
        done = under_way.pop(0)
        plan.done(done, cost_s * (done[2] - done[1] + 1))


def disjoint(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges that do not overlap, in order."""
    kept: list[tuple[int, int]] = []
    for first, more in sorted(found):
        if not kept or first > kept[-1][1]:
            kept.append((first, first + more))
    return kept


@given(have=RANGES.map(disjoint), end=st.integers(0, 80))
def test_gaps_and_what_is_there_make_the_whole(have: list[tuple[int, int]], end: int) -> None:
    there = {r for first, last in have for r in range(first, last + 1)}
    missing = [r for first, last in gaps(have, end) for r in range(first, last + 1)]
    assert missing == [r for r in range(end) if r not in there]


@given(
    ends=st.lists(st.integers(1, 2500), min_size=1, max_size=4), cost_s=st.sampled_from([1e-9, 0.003, 0.4, 7.0, 60.0]),
    at_once=st.integers(1, 5), have=RANGES.map(disjoint),
)
def test_every_replication_is_played_once(
    ends: list[int], cost_s: float, at_once: int, have: list[tuple[int, int]]
) -> None:
    plan = planner(ends, at_once)
    there = {r for first, last in have for r in range(first, last + 1)}
    plan.cells[0].have = list(have)
    plan.cells[0].want(ends[0])
    tasks = play(plan, cost_s, at_once)
    for number, end in enumerate(ends):
        played = sorted(r for n, first, last in tasks if n == number for r in range(first, last + 1))
        assert played == [r for r in range(end) if number or r not in there]
    assert all(cell.reached for cell in plan.cells)
    assert all(first // BLOCK == last // BLOCK for _, first, last in tasks)
    assert plan.left_cpu_s() in (0.0, None)


def test_the_first_chunk_is_small_and_the_later_ones_take_some_seconds() -> None:
    tasks = play(planner([1000]), 0.1)
    sizes = [last - first + 1 for _, first, last in tasks]
    assert sizes[0] == FIRST
    assert all(after <= GROWTH * sum(sizes[: n + 1]) for n, after in enumerate(sizes[1:]))
    assert max(sizes) == TARGET_S / 0.1
    assert sizes.count(TARGET_S / 0.1) >= 5
    assert sizes[-1] <= 2 * LEAST_S / 0.1


def test_what_is_slow_comes_one_by_one_and_what_is_fast_in_blocks() -> None:
    assert {last - first for _, first, last in play(planner([20]), 40.0)} == {0, FIRST - 1}
    assert max(last - first + 1 for _, first, last in play(planner([9000]), 1e-6)) == BLOCK


def test_cells_come_on_evenly() -> None:
    plan, reached = planner([500, 500, 500]), [0, 0, 0]
    for number, _, last in play(plan, 0.5):
        reached[number] = last + 1
        assert max(reached) - min(reached) <= 2 * TARGET_S / 0.5


def test_a_cell_learns_from_another_one_of_its_hazard() -> None:
    plan = planner([100, 100], hazards="aa")
    first = plan.take()
    assert first == (0, 0, FIRST - 1)
    plan.done(first, 2.0)
    assert plan.take() == (1, 0, GROWTH * FIRST - 1)
    alone = planner([100, 100], hazards="ab")
    task = alone.take()
    assert task is not None
    alone.done(task, 2.0)
    assert alone.take() == (1, 0, FIRST - 1)


def test_the_time_left_counts_each_hazard_at_its_own_cost() -> None:
    plan = planner([10, 10], hazards="ab")
    assert plan.left_cpu_s() is None
    plan.cells[0].pace.add(2, 2.0)
    plan.by_hazard["a"].add(2, 2.0)
    assert plan.left_cpu_s() == 20.0  # of b nothing is known: like the mean of all
    plan.by_hazard["b"].add(2, 20.0)
    assert plan.left_cpu_s() == 110.0


def test_what_earlier_runs_have_cost_counts() -> None:
    cell = CellWork(hazard="a", end=0, have=[(0, 9)], pace=Pace(10, 5.0))
    cell.want(100)
    assert Planner([cell], 1).take() == (0, 10, 10 + 20 - 1)
