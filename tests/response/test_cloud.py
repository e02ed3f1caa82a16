"""One cloud, step by step: mass, doses, houses, and what people do; by hand, and as properties of drawn releases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import chemicals as ch
import clouds
import numpy as np
import pytest
import tiny_world as tw
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.common.types import NEVER, Floats
from sim.hazard.chemical.accident import ALONE
from sim.hazard.chemical.exposure import worst_loads
from sim.hazard.chemical.leak import break_open
from sim.hazard.chemical.source import Hole
from sim.hazard.release import Exposed, Release
from sim.response.cloud import DEAD, GONE, GRAVE, HURT, IN, OUT, SHUT, UNHARMED, Air, Cloud, breathed

AIR = Air(open_per_h=2.0, shut_per_h=0.5, airing_per_h=6.0, airs_alone_min=NEVER)
WINTER = Air(open_per_h=0.7, shut_per_h=0.5, airing_per_h=6.0, airs_alone_min=NEVER)
NOBODY = np.zeros(9)


def exposed(
    cells: Sequence[int], outdoors: Sequence[bool] | bool = True, at_work: bool = False, hurt: float = NEVER,
    grave: float = NEVER, lethal: float = NEVER, acts_after_min: float = NEVER, heed: Sequence[float] | None = None,
    leaves: bool = False,
) -> Exposed:
    n = len(cells)
    return Exposed(
        first=0, cell=tw.ints(cells), outdoors=np.broadcast_to(np.array(outdoors), n).copy(),
        at_work=np.full(n, at_work), hurt_load=np.full(n, hurt), grave_load=np.full(n, grave),
        lethal_load=np.full(n, lethal), acts_after_min=np.full(n, acts_after_min), leaves=np.full(n, leaves),
        heed_draw=tw.floats(heed if heed is not None else [0.5] * n),
    )


def steps(minutes: Sequence[float]) -> list[float]:
    return [0.0, *np.cumsum(minutes).tolist()]


class Play:
    """A cloud that runs while *closed_min* has not come; what else is done begins at the minutes given."""

    def __init__(
        self, release: Release, *, air: Air = AIR, closed_min: float = NEVER, covered_min: float = NEVER,
        curtain_min: float = NEVER, aired_min: float = NEVER,
        gone: Callable[[float], float] = lambda minute: 0.0, shut: Callable[[float], float] = lambda minute: 0.0,
        zone: Sequence[int] | None = None,
    ) -> None:
        people = len(release.exposed)
        self.release = release
        self.cloud = cloud = Cloud(release, air, tw.ints(zone if zone is not None else [0] * people))
        self.loads: list[Floats] = []
        self.worse: list[list[int]] = []
        edges = release.edges_min
        for k in range(len(release.slot)):
            start, end = float(edges[k]), float(edges[k + 1])

            def share(since: float, start: float = start, end: float = end) -> float:
                return min(1.0, max(0.0, end - since) / (end - start))

            cloud.emit(k, 1.0 - share(closed_min), share(covered_min), share(curtain_min))
            cloud.act(k, NOBODY + gone(start), NOBODY + shut(start))
            self.worse.append(cloud.expose(k, aired_out=aired_min <= start).tolist())
            self.loads.append(cloud.load.copy())

    @property
    def balance_kg(self) -> float:
        c = self.cloud
        return c.aired_kg + c.washed_kg + c.vessel_kg + c.pool_kg


@cache
def drawn(
    substance: str = "chlorine", kind: str = "hole", mm: float = 40.0, outdoors: float = 0.3, **given: Any
) -> Release:
    """A release over two townships, 600 m and 2.5 km downwind."""
    storage = {"storage": "liquid", "pressure_bar": 1.013, "height_m": 3.0} if substance == "methanol" else {}
    city = ch.city([ch.vessel(0, substance=substance, **storage)], zones=((0.6, 0.0), (2.5, 0.0)), outdoors=outdoors)
    a = ch.accidents_of(ch.made(**({"horizon_min": 420.0} | given)), city)
    hole = Hole(kind=kind, mm=mm)  # type: ignore[arg-type]
    assert break_open(a, 0, 0.0, hole, np.inf, ALONE) is not None
    return a.releases[0]


RELEASES: tuple[dict[str, Any], ...] = (
    {}, {"mm": 12.0, "stability": "F", "wind_ms": 1.5}, {"kind": "at_once"}, {"kind": "ten_minutes", "turns": True},
    {"substance": "ammonia", "kind": "one_hour"}, {"substance": "hydrogen chloride", "mm": 25.0, "turns": True},
)
WHEN = st.one_of(st.just(NEVER), st.floats(0.0, 300.0))


# ---- mass ----------------------------------------------------------------------------------


@given(
    st.sampled_from([*RELEASES, {"substance": "methanol", "mm": 80.0}, {"substance": "vinyl chloride"}]),
    WHEN, WHEN, WHEN,
)
@settings(max_examples=50, deadline=None)
def test_every_kilogram_is_somewhere(which: dict[str, Any], closed: float, covered: float, curtain: float) -> None:
    r = drawn(**which)
    play = Play(r, closed_min=closed, covered_min=covered, curtain_min=curtain)
    c = play.cloud
    assert play.balance_kg == pytest.approx(r.held_kg, rel=1e-9)
    assert min(c.aired_kg, c.washed_kg, c.vessel_kg, c.pool_kg) >= 0.0
    flown = float((c.rate_kg_min * np.diff(r.edges_min)).sum())
    assert c.aired_kg == pytest.approx(r.puff_kg + flown, rel=1e-9)
    if curtain == NEVER:
        assert c.washed_kg == 0.0
    assert (np.diff(c.vessel_course_kg) <= 1e-9).all()
    assert c.vessel_course_kg[-1] == c.vessel_kg
    assert c.pool_course_kg[-1] == c.pool_kg


def test_the_hole_the_pool_and_the_curtain_by_hand() -> None:
    r = clouds.release(
        edges_min=steps([10.0] * 4), air_kg=[10.0] * 4, pool_kg=[100.0, 0.0, 0.0, 0.0], held_kg=200.0,
        evaporation_kg_min_m2=0.1, pool_m2_per_kg=1.0, bund_m2=5.0, curtain_share=0.4,
    )
    play = Play(r, closed_min=15.0, covered_min=25.0, curtain_min=20.0)
    # A full bund of 5 m2 gives 0.5 kg/min; the hole 1 kg/min for 15 minutes; the curtain takes 0.4 of five minutes.
    assert play.cloud.rate_kg_min.tolist() == [pytest.approx(v) for v in (1.5, 1.0, 0.15, 0.0)]
    assert play.cloud.washed_kg == pytest.approx(0.4 * 2.5)
    assert play.cloud.pool_kg == pytest.approx(100.0 - 12.5)
    assert play.cloud.vessel_kg == pytest.approx(200.0 - 15.0 - 100.0)
    assert play.balance_kg == pytest.approx(200.0)


@pytest.mark.parametrize("which", RELEASES)
def test_covering_closing_and_curtains_never_put_more_into_the_air(which: dict[str, Any]) -> None:
    r = drawn(**which)
    for what in ("closed_min", "covered_min", "curtain_min"):
        aired = [Play(r, **{what: minute}).cloud.aired_kg for minute in (0.0, 7.5, 31.0, 90.0, 400.0, NEVER)]  # type: ignore[arg-type]
        assert aired == sorted(aired)


def test_a_covered_pool_gives_nothing_more() -> None:
    r = drawn(kind="at_once")
    c = Play(r, covered_min=20.0).cloud
    after = r.edges_min[:-1] >= 20.0
    assert c.rate_kg_min[~after].min() > 0.0
    assert not c.rate_kg_min[after].any()
    assert c.pool_kg > 0.0


# ---- doses ---------------------------------------------------------------------------------


def still(delay: Sequence[float], air_kg: Sequence[float], minutes: Sequence[float], **changes: Any) -> Release:
    """Air from a hole by steps of *minutes* over cells *delay* minutes away, with a person out of doors in each."""
    fields: dict[str, Any] = {"exposed": exposed(range(len(delay))), "toxic_n": 1.0}
    return clouds.release(delay_min=delay, edges_min=steps(minutes), air_kg=air_kg, held_kg=1e4, **(fields | changes))


GRID = [1.0] * 60 + [2.0] * 60 + [5.0] * 60


@pytest.mark.parametrize("spell", [1, 7, 60])
@pytest.mark.parametrize("n", [1.0, 2.75])
def test_a_cell_sees_every_minute_of_the_flow_once_however_long_the_steps_are_by_then(spell: int, n: float) -> None:
    """A minute of gas is a minute of gas, be it looked at every five minutes."""
    delay = [0.0, 0.5, 30.3, 61.0, 61.9, 75.25, 119.0, 181.0, 203.7]
    r = still(delay, [3.0] * spell + [0.0] * (180 - spell), GRID, toxic_n=n)
    play = Play(r)
    assert play.cloud.load == pytest.approx(np.full(len(delay), spell * 3.0**n))
    for person, minutes in enumerate(delay):
        first = next(k for k, load in enumerate(play.loads) if load[person] > 0.0)
        assert r.edges_min[first] <= minutes < r.edges_min[first + 1]


@pytest.mark.parametrize("which", RELEASES)
def test_out_of_doors_to_the_end_is_the_worst_load_of_the_scenario(which: dict[str, Any]) -> None:
    r = drawn(**which, outdoors=1.0)
    quiet = replace(r, exposed=replace(r.exposed, acts_after_min=np.full(len(r.exposed), NEVER)))
    c = Play(quiet).cloud
    worst = worst_loads(c.rate_kg_min, r.edges_min, r.slot, r.cells, r.toxic_n)[r.exposed.cell]
    assert len(r.exposed) > 3
    assert (c.load <= worst * (1.0 + 1e-9)).all()
    # What is on its way when the horizon comes is missing.
    assert c.load == pytest.approx(worst, rel=0.02)
    assert (c.harm >= HURT).mean() > 0.97


def test_gas_that_turns_with_the_wind_keeps_the_wind_with_which_it_came_out() -> None:
    r = still([90.0], [1.0] * 180, [1.0] * 180, slot=tw.ints([0] * 60 + [1] * 120))
    r = replace(r, cells=replace(r.cells, reach_mg_m3=np.array([[5.0], [0.0]])))
    play = Play(r)
    assert play.cloud.load[0] == pytest.approx(60 * 5.0)
    assert play.loads[89][0] == 0.0
    assert play.loads[149][0] == pytest.approx(300.0)


def test_a_puff_passes_once() -> None:
    r = clouds.release(
        delay_min=[3.5], puff_min=[4.0], edges_min=steps([1.0] * 20), air_kg=[0.0] * 20, held_kg=100.0, puff_kg=100.0,
        exposed=exposed([0, 0], [True, False]), toxic_n=2.0,
    )
    r = replace(r, cells=replace(r.cells, puff_mg_m3=tw.floats([10.0])))
    play = Play(r)
    out = [load[0] for load in play.loads]
    assert out[2] == 0.0
    assert out[3] == pytest.approx(50.0)
    assert out[7:] == [pytest.approx(400.0)] * 13
    assert 0.0 < play.cloud.load[1] < 400.0


@pytest.mark.parametrize("which", RELEASES)
@pytest.mark.parametrize("factor", [1.0001, 2.0, 10.0])
def test_nobody_takes_in_less_of_a_stronger_cloud(which: dict[str, Any], factor: float) -> None:
    r = drawn(**which)
    more = replace(r, held_kg=factor * r.held_kg, air_kg=factor * r.air_kg, pool_kg=factor * r.pool_kg)
    _never_less(Play(r), Play(more))
    air_only = replace(r, held_kg=r.held_kg + 1e4, air_kg=r.air_kg + 1.0)
    _never_less(Play(r), Play(air_only))


@given(
    st.sampled_from(RELEASES), st.lists(st.floats(0.0, 400.0), min_size=2, max_size=2), WHEN, WHEN,
    st.floats(0.0, 1.0), st.sampled_from([NEVER, 30.0, 120.0]),
)
@settings(max_examples=40, deadline=None)
def test_nobody_takes_in_less_if_the_hole_is_closed_later(
    which: dict[str, Any], closed: list[float], covered: float, curtain: float, shut: float, aired: float
) -> None:
    r, (early, late) = drawn(**which), sorted(closed)
    same: dict[str, Any] = {"covered_min": covered, "curtain_min": curtain, "aired_min": aired,
                            "shut": lambda minute: shut * (minute > 20.0)}
    first, second = Play(r, closed_min=early, **same), Play(r, closed_min=late, **same)
    _never_less(first, second)
    assert (first.cloud.harm <= second.cloud.harm).all()


@given(st.sampled_from(RELEASES), st.lists(st.floats(0.0, 400.0), min_size=2, max_size=2), WHEN)
@settings(max_examples=25, deadline=None)
def test_an_earlier_curtain_or_cover_never_raises_a_load(
    which: dict[str, Any], when: list[float], closed: float
) -> None:
    r, (early, late) = drawn(**which), sorted(when)
    _never_less(Play(r, curtain_min=early, closed_min=closed), Play(r, curtain_min=late, closed_min=closed))
    _never_less(Play(r, covered_min=early, closed_min=closed), Play(r, covered_min=late, closed_min=closed))


def _never_less(less: Play, more: Play) -> None:
    for a, b in zip(less.loads, more.loads, strict=True):
        assert (b >= a * (1.0 - 1e-9)).all()


def test_loads_only_grow() -> None:
    for which in RELEASES:
        loads = np.array(Play(drawn(**which), closed_min=25.0, gone=lambda m: m / 200.0, aired_min=60.0).loads)
        assert (np.diff(loads, axis=0) >= 0.0).all()
        assert np.isfinite(loads).all()


# ---- houses --------------------------------------------------------------------------------


def test_a_house_fills_and_empties_by_the_exponential_law() -> None:
    zero, ten = np.zeros(1), np.full(1, 10.0)
    mean, end = breathed(zero, ten, 2.0, 30.0)
    assert end[0] == pytest.approx(10.0 * (1.0 - np.exp(-1.0)))
    assert mean[0] == pytest.approx(10.0 * np.exp(-1.0))
    mean, out = breathed(end, zero, 6.0, 10.0)
    assert out[0] == pytest.approx(end[0] * np.exp(-1.0))
    assert mean[0] == pytest.approx(end[0] * (1.0 - np.exp(-1.0)))
    small, parts = zero, []
    for _ in range(30):
        mean, small = breathed(small, ten, 2.0, 1.0)
        parts.append(mean[0])
    assert small == pytest.approx(end)
    assert np.mean(parts) == pytest.approx(breathed(zero, ten, 2.0, 30.0)[0][0])


@pytest.mark.parametrize("minutes", [1, 10, 30, 59])
@pytest.mark.parametrize("n", [1.0, 2.0, 2.75])
@pytest.mark.parametrize("air", [AIR, WINTER])
def test_indoors_is_better_than_out_and_shut_better_than_open(minutes: int, n: float, air: Air) -> None:
    """While the cloud passes, and for the hours after it until the house is clean."""
    r = still([5.0], [2.0] * minutes + [0.0] * (400 - minutes), [1.0] * 400, toxic_n=n,
              exposed=exposed([0, 0], [True, False]))
    open_, shut = Play(r, air=air), Play(r, air=air, shut=lambda m: 1.0)
    out, inside, tight = open_.cloud.load[0], open_.cloud.load[1], shut.cloud.load[1]
    tolerance = 1.0 + 1e-6 if n == 1.0 else 1.0
    assert tight <= inside * tolerance <= out * tolerance**2
    past = minutes + 5
    assert shut.loads[past][1] < open_.loads[past][1] < open_.loads[past][0]
    if n >= 2.0:
        assert tight < 0.7 * out


def test_airing_out_after_the_cloud_lowers_the_load_and_airing_during_it_does_not_raise_it() -> None:
    r = still([0.0], [5.0] * 40 + [0.0] * 300, [1.0] * 340, toxic_n=2.0, exposed=exposed([0], False))
    when = (0.0, 20.0, 40.0, 60.0, 200.0, NEVER)
    loads = [Play(r, shut=lambda m: 1.0, aired_min=minute).cloud.load[0] for minute in when]
    assert loads == sorted(loads)
    assert loads[0] == loads[2]
    assert loads[2] < 0.8 * loads[-1]


@given(st.sampled_from(RELEASES), st.floats(0.0, 300.0), st.floats(0.0, 200.0))
@settings(max_examples=30, deadline=None)
def test_airing_out_never_raises_a_load(which: dict[str, Any], aired: float, closed: float) -> None:
    r = drawn(**which)
    for shut in (0.0, 1.0):
        dull, told = (Play(r, closed_min=closed, shut=lambda m, s=shut: s, aired_min=m) for m in (NEVER, aired))  # type: ignore[misc]
        _never_less(told, dull)


def test_who_goes_in_breathes_what_the_house_has_by_then() -> None:
    r = still([0.0, 0.0], [4.0] * 60, [1.0] * 60, exposed=exposed([0, 0], [True, False]))
    play = Play(r, shut=lambda m: float(m >= 30.0))
    c = play.cloud
    house = 4.0 * (1.0 - np.exp(-1.0))
    assert play.loads[29][0] == pytest.approx(120.0)
    assert c.place.tolist() == [SHUT, SHUT]
    assert c.inside_mg_m3[0] == pytest.approx(c.inside_mg_m3[1])
    assert c.inside_mg_m3[0] == pytest.approx(4.0 - (4.0 - house) * np.exp(-0.25))
    never = Play(r).cloud
    assert (c.load < never.load).all()


# ---- what people do ------------------------------------------------------------------------


@pytest.mark.parametrize("which", RELEASES)
def test_if_everybody_has_left_before_the_gas_comes_nobody_takes_any_of_it(which: dict[str, Any]) -> None:
    r = drawn(**which)
    play = Play(r, gone=lambda m: 1.0)
    assert len(r.exposed) > 3
    assert set(play.cloud.place.tolist()) == {GONE}
    assert not play.cloud.load.any()
    assert not play.cloud.harm.any()
    assert not any(play.worse)
    last = float(r.cells.delay_min[r.exposed.cell].min())
    if last > 3.0:
        assert not Play(r, gone=lambda m: float(m >= last - 1.0)).cloud.load.any()


def test_who_heeds_first_leaves_first_and_by_zone() -> None:
    r = still([5.0], [1.0] * 60, [1.0] * 60, exposed=exposed([0] * 4, heed=[0.1, 0.6, 0.1, 0.6]))
    cloud = Cloud(r, AIR, tw.ints([0, 0, 1, 1]))
    cloud.emit(0, 1.0, 0.0, 0.0)
    cloud.act(0, np.array([0.5, 0.0]), np.array([0.0, 0.7]))
    assert cloud.place.tolist() == [GONE, OUT, SHUT, SHUT]
    cloud.act(1, np.array([0.0, 0.2]), np.array([1.0, 0.0]))
    assert cloud.place.tolist() == [GONE, SHUT, GONE, SHUT]  # nobody comes back


@given(st.sampled_from(RELEASES), st.floats(0.0, 1.0), st.floats(0.0, 120.0))
@settings(max_examples=30, deadline=None)
def test_more_who_leave_or_shut_themselves_in_never_means_more_load(
    which: dict[str, Any], share: float, minute: float
) -> None:
    r = drawn(**which)
    none, some, all_ = (Play(r, gone=lambda m, s=s: s * (m >= minute)) for s in (0.0, share, 1.0))  # type: ignore[misc]
    _never_less(some, none)
    _never_less(all_, some)


def test_of_their_own_accord_some_leave_and_others_shut_the_windows() -> None:
    who = exposed([0], acts_after_min=10.0)
    r = still([5.0], [1.0] * 60, [1.0] * 60, exposed=who)
    resident = Play(r)
    assert resident.loads[14][0] == pytest.approx(10.0)
    assert resident.cloud.place.tolist() == [SHUT]
    worker = Play(replace(r, exposed=exposed([0], acts_after_min=10.0, at_work=True, leaves=True)))
    assert worker.cloud.place.tolist() == [GONE]
    assert worker.cloud.load[0] == pytest.approx(10.0)
    assert resident.cloud.load[0] > 10.0


# ---- what it does to them ------------------------------------------------------------------


def test_harm_comes_step_by_step_and_is_told_once() -> None:
    who = exposed([0, 0], [True, True], hurt=10.0, grave=20.0, lethal=30.0)
    r = still([0.0], [1.0] * 60, [1.0] * 60, exposed=replace(who, grave_load=tw.floats([20.0, NEVER])))
    play = Play(r)
    told = {(k, i) for k, people in enumerate(play.worse) for i in people}
    assert told == {(9, 0), (9, 1), (19, 0), (29, 0), (29, 1)}
    assert play.cloud.harm.tolist() == [DEAD, DEAD]
    gentle = Play(r, closed_min=25.0).cloud
    assert gentle.harm.tolist() == [GRAVE, HURT]
    assert Play(r, closed_min=5.0).cloud.harm.tolist() == [UNHARMED, UNHARMED]


def test_the_worst_harm_stays() -> None:
    r = still([0.0], [40.0] + [0.0] * 59, [1.0] * 60, exposed=exposed([0], hurt=10.0, grave=20.0, lethal=30.0))
    play = Play(r)
    assert play.worse == [[0], *([[]] * 59)]
    assert play.cloud.harm.tolist() == [DEAD]


# ---- the end, and nothing at all -----------------------------------------------------------


def test_gas_lingers_until_the_last_cell_and_the_last_house_are_clear() -> None:
    r = still([0.0, 20.5], [1.0] * 5 + [0.0] * 95, [1.0] * 100, level_mg_m3=np.full((3, 2), 1.0),
              exposed=exposed([0, 1]))
    cloud = Cloud(r, AIR, tw.ints([0, 0]))
    ends = []
    for k in range(100):
        cloud.emit(k, 1.0, 0.0, 0.0)
        cloud.expose(k, aired_out=False)
        ends.append(cloud.lingers(k))
    assert ends.index(False) == 25  # 5 + 20.5 min
    indoors = replace(r, exposed=exposed([1], False))
    house = Cloud(indoors, AIR, tw.ints([0]))
    for k in range(100):
        house.emit(k, 1.0, 0.0, 0.0)
        house.expose(k, aired_out=False)
        if not house.lingers(k):
            break
    assert k > 25
    assert house.inside_mg_m3[0] <= 0.1


def test_nobody_and_nothing_are_no_trouble() -> None:
    r = drawn("methanol", mm=80.0)
    play = Play(r)
    assert not len(r.cells.lon)
    assert play.balance_kg == pytest.approx(r.held_kg)
    assert not any(play.worse)
    assert not play.cloud.lingers(len(r.slot) - 1)
    assert play.cloud.reached().level.tolist() == []
    alone = replace(drawn(), exposed=exposed([]))
    assert not any(Play(alone, zone=[]).worse)
    assert Play(alone, zone=[]).cloud.reached().level.max() == 3
    assert Play(still([5.0], [0.0] * 5, [1.0] * 5)).cloud.load.tolist() == [0.0]


def test_cells_come_to_less_if_the_hole_is_closed_soon() -> None:
    r = drawn(mm=12.0, stability="F", wind_ms=1.5)
    soon, late = (Play(r, closed_min=minute).cloud.reached() for minute in (3.0, 300.0))
    assert (soon.level <= late.level).all()
    assert (soon.dose <= late.dose + 1e-9).all()
    assert soon.level.sum() < late.level.sum()


def test_whom_nothing_shields_is_worst_off_in_every_cell() -> None:
    r = drawn(mm=30.0, outdoors=0.5)
    n = len(r.exposed)
    places = {
        place: Play(replace(r, exposed=replace(r.exposed, outdoors=np.full(n, place == OUT),
                                               acts_after_min=np.full(n, NEVER)))).cloud.load for place in (OUT, IN)
    }
    assert (places[IN] <= places[OUT]).all()
