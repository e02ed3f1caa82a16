"""Each rule of the builder by itself, on laws made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
import tiny_world as tw
from drill import tiny_stage as ts

from sim.common.types import NEVER, Text
from sim.drill.build.acts import Act, acts_of, settled, since
from sim.drill.build.attach import causes, levels
from sim.drill.build.bind import binding
from sim.drill.build.build import World, build_drill, representative
from sim.drill.build.cast import cast
from sim.drill.build.choose import choose
from sim.drill.build.lines import Line, Order, protected_min
from sim.drill.build.names import Names
from sim.drill.build.plot import Draft, plot
from sim.drill.build.rehearsal import Rehearsal, Seen, Task, look
from sim.drill.build.scenes import Scene, scenes
from sim.drill.copies import play_copy
from sim.drill.expected import Trace
from sim.drill.moments import moment_min
from sim.hazard.redraw import redraw
from sim.plan.model import Level
from sim.response.log import Entry

NOTHING = Text("", "")


def rehearsal(world: World, minutes: Mapping[Trace, Sequence[float]], team: str = "T1") -> Rehearsal:
    """A rehearsal in which each trace happened at these minutes, one for each copy."""
    copies = len(next(iter(minutes.values())))
    demands = tuple(range(len(world.stage.scenario.demands)))
    task = Task(stage=world.stage, traces=tuple(minutes), demands=demands, first=0, count=copies)
    seen = [
        Seen(minutes=np.array([several[n] for several in minutes.values()]), came=(team,) * len(demands),
             hospitals=(-1,) * len(demands), depots=(), dead=0)
        for n in range(copies)
    ]
    return Rehearsal(task, seen)


def demand_law(d: int, report: float, order: float, arrive: float, copies: int = 10) -> dict[Trace, list[float]]:
    """The same minutes in every copy, but for half a minute of difference each."""
    steps = {"report": report, "order": order, "arrive": arrive, "start": arrive, "done": arrive + 30, "care": NEVER}
    return {
        Trace(step=step, demand=d): [minute + 0.5 * n if minute < NEVER else NEVER for n in range(copies)]
        for step, minute in steps.items()
    }


def scene_of(world: World, event: str) -> Scene:
    return next(scene for scene in scenes(world.city, world.stage, ()) if scene.event == event)


def names_of(world: World) -> Names:
    return Names(world.city, world.plan, world.stage.layout, world.stage.scenario)


def act(scene: Scene, trace: Trace, before: Trace | None = None, unit: str = "team:T1", step: str = "arrive") -> Act:
    return Act(scene=scene, step=step, unit=unit, before=before, trace=trace, text=NOTHING, standard=NOTHING,
               task=NOTHING, capability="fire_management")


# ---- acts ----------------------------------------------------------------------------------


def test_what_came_before_its_trigger_took_no_time_and_what_never_came_never_does() -> None:
    world = ts.stage()
    report, arrive = Trace(step="report", demand=2), Trace(step="arrive", demand=2)
    law = rehearsal(world, {report: [50.0, 50.0, 50.0, NEVER], arrive: [45.0, 62.0, NEVER, 70.0]})
    took = since(law, act(scene_of(world, "demand:2"), arrive, before=report))
    assert took.tolist() == [0.0, 12.0, NEVER, NEVER]


def test_news_that_often_reaches_nobody_is_not_given() -> None:
    world = ts.stage()
    scene = scene_of(world, "demand:0")
    sure = demand_law(0, 20.0, 20.0, 40.0)
    half = {**sure, Trace(step="report", demand=0): [20.0] * 5 + [NEVER] * 5}
    assert acts_of(scene, world.plan, names_of(world), rehearsal(world, sure))
    assert acts_of(scene, world.plan, names_of(world), rehearsal(world, half)) == ()


def test_an_order_is_an_action_only_where_crews_are_out() -> None:
    world = ts.stage()
    scene = scene_of(world, "demand:0")
    free = acts_of(scene, world.plan, names_of(world), rehearsal(world, demand_law(0, 20.0, 20.0, 40.0)))
    out = acts_of(scene, world.plan, names_of(world), rehearsal(world, demand_law(0, 20.0, 45.0, 70.0)))
    assert [each.step for each in free][:2] == ["report", "arrive"]
    assert [each.step for each in out][:3] == ["report", "order", "arrive"]
    assert out[2].before == Trace(step="order", demand=0)


def test_what_a_leak_asks_for_is_told_once_the_leak_is_known() -> None:
    world = ts.stage()
    law = rehearsal(world, demand_law(1, 21.0, 21.0, 40.0))
    own = scene_of(world, "demand:1")
    with_leak = replace(own, told_by=0)
    assert settled(own, law) is own
    assert settled(with_leak, law).sim_min == law.middle(Trace(step="report", demand=1))
    assert "report" not in [each.step for each in acts_of(with_leak, world.plan, names_of(world), law)]


def test_late_for_want_of_crews_or_for_the_way() -> None:
    world = ts.stage()
    scene, arrive, report = scene_of(world, "demand:0"), Trace(step="arrive", demand=0), Trace(step="report", demand=0)
    waiting = rehearsal(world, demand_law(0, 20.0, 80.0, 90.0))
    driving = rehearsal(world, demand_law(0, 20.0, 22.0, 90.0))
    assert "crews" in binding(act(scene, arrive, before=report), waiting).en
    assert "way" in binding(act(scene, arrive, before=report), driving).en


# ---- time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("cuts", "timed"), [((), True), (((60.0, 100.0),), False), (((200.0, 300.0),), True)])
def test_an_action_that_a_jump_cuts_is_not_timed(cuts: tuple[tuple[float, float], ...], timed: bool) -> None:
    world = ts.stage()
    scene, arrive = scene_of(world, "demand:2"), Trace(step="arrive", demand=2)
    line = Line(scene=scene, inject_id="I-001", ex_min=5.0, move_id="M-1", acts=(act(scene, arrive),))
    order = Order(lines=(line,), cuts=cuts, endex_min=160.0)
    law = rehearsal(world, demand_law(2, 50.0, 50.0, 80.0))
    company = cast(line.acts, (), ts.design(), names_of(world))
    assert order.timed(line, line.acts[0], company, law) is timed


def test_an_action_mostly_done_after_endex_is_not_timed() -> None:
    world = ts.stage()
    scene, arrive = scene_of(world, "demand:2"), Trace(step="arrive", demand=2)
    line = Line(scene=scene, inject_id="I-001", ex_min=5.0, move_id="M-1", acts=(act(scene, arrive),))
    law = rehearsal(world, demand_law(2, 50.0, 50.0, 80.0))
    company = cast(line.acts, (), ts.design(), names_of(world))
    half = law.middle(arrive) - scene.sim_min
    assert Order(lines=(line,), cuts=(), endex_min=6.0 + half).timed(line, line.acts[0], company, law)
    assert not Order(lines=(line,), cuts=(), endex_min=4.0 + half).timed(line, line.acts[0], company, law)


def test_what_is_protected_ends_with_the_last_action_and_with_the_cap() -> None:
    world = ts.stage()
    scene = scene_of(world, "demand:2")
    law = rehearsal(world, demand_law(2, 50.0, 50.0, 60.0))
    acts = (act(scene, Trace(step="report", demand=2)), act(scene, Trace(step="arrive", demand=2)))
    assert protected_min(acts, scene, law, 60.0) == pytest.approx(60.0 + 0.5 * 8.1 - scene.sim_min)
    assert protected_min(acts, scene, law, 10.0) == 10.0
    assert protected_min((), scene, law, 60.0) == 0.0


def test_news_far_from_the_rest_goes_if_it_takes_the_clock_from_the_others() -> None:
    world = ts.stage()
    early = ts.stage().stage.scenario.demands
    late = replace(
        early, noticed_min=np.array([2.0, 4.0, 6.0, 330.0]), real_min=np.array([0.0, 0.0, 5.0, 329.0]),
    )
    world = replace(world, stage=replace(world.stage, scenario=replace(world.stage.scenario, demands=late)))
    laws: dict[Trace, list[float]] = {Trace(step="level", rank=rank): [NEVER] * 10 for rank in (4, 3)}
    for d, begun in enumerate((2.0, 4.0, 6.0, 330.0)):
        laws |= demand_law(d, begun + 20.0, begun + 20.0, begun + 70.0)
    law = rehearsal(world, laws)
    names = names_of(world)
    played = {
        scene: acts for scene in scenes(world.city, world.stage, ())
        if (acts := acts_of(scene, world.plan, names, law)) and any(each.trace for each in acts)
    }
    design = ts.design(window_min=170.0)
    made = plot(design, world.plan, law, played)
    draft = Draft(design, world.plan, law, played, frozenset({next(iter(played))}))
    everything = draft.plot(list(played))
    assert len(everything.order.cuts) == 1
    assert "demand:3" not in {line.scene.event for line in made.order.lines}
    assert draft.worth(made) > draft.worth(everything)


# ---- choice and decisions ------------------------------------------------------------------


def test_of_two_alike_the_one_with_the_invited_team_is_taken() -> None:
    world = ts.stage()
    base = scene_of(world, "demand:0")
    opening = scene_of(world, "alert:0")
    others = [replace(base, event=f"demand:{n}", number=n, kind="fire") for n in (0, 1)]
    played = {opening: (act(opening, Trace(step="level", rank=3), step="level", unit="command"),)}
    played |= {
        scene: (act(scene, Trace(step="arrive", demand=scene.number), unit=f"team:T{scene.number + 1}"),)
        for scene in others
    }
    for team, wanted in (("T1", "demand:0"), ("T2", "demand:1")):
        chosen = choose(played, {opening}, ts.design(units=(team,), window_min=60.0))
        assert chosen[1].event == wanted


def test_a_reading_too_low_for_a_level_is_not_its_cause() -> None:
    world = ts.stage(alerts=(tw.Alert(known_min=3.0, indicator="magnitude", value=4.5),))
    trapped = Level(
        rank=3, name=tw.text("III"), indicators={"magnitude": 6.0, "people_trapped": 1.0}, decision_min=15.0,
        recalls_off_duty=False,
    )
    plan = replace(world.plan, levels=(trapped,))
    laws = {**demand_law(0, 20.0, 20.0, 40.0), Trace(step="level", rank=3): [35.0 + 0.5 * n for n in range(10)]}
    law = rehearsal(world, laws)
    alarm, fallen = scene_of(world, "alert:0"), scene_of(world, "demand:0")
    acts = acts_of(fallen, plan, names_of(world), law)
    (found,) = levels(plan, causes((alarm, fallen), acts, plan, law), law)
    assert found.scene.event == "demand:0"
    assert levels(plan, causes((alarm,), (), plan, law), law) == []


def test_the_controllers_truth_is_the_copy_nearest_to_the_medians() -> None:
    world = ts.stage()
    law = rehearsal(world, {
        Trace(step="report", demand=0): [90.0, 20.0, 21.0, NEVER],
        Trace(step="arrive", demand=0): [99.0, 70.0, 41.0, 40.0],
    })
    assert representative(law) == 2


# ---- copies and moments --------------------------------------------------------------------


def test_a_level_that_was_skipped_opened_with_the_higher_one() -> None:
    world = ts.stage()
    log = play_copy(world.city, world.plan, world.stage, 0).log
    only = replace(log, levels=((18.0, 3),))
    assert moment_min(Trace(step="level", rank=4), world.stage.scenario, only) == 18.0
    assert moment_min(Trace(step="level", rank=3), world.stage.scenario, only) == 18.0
    assert moment_min(Trace(step="level", rank=2), world.stage.scenario, only) == NEVER


def test_slower_traffic_is_a_later_arrival() -> None:
    still = ts.stage(spread=0.0)
    world = replace(still, stage=replace(still.stage, spread={**still.stage.spread, "travel_sigma": 0.5}))
    arrive, order = Trace(step="arrive", demand=0), Trace(step="order", demand=0)
    pairs = []
    for number in range(12):
        copy = play_copy(world.city, world.plan, world.stage, number)
        drive = moment_min(arrive, copy.scenario, copy.log) - moment_min(order, copy.scenario, copy.log)
        factor = redraw(world.stage.scenario, world.stage.spread, ("T1", "T2", "T3"), (), world.stage.seed, number)
        pairs.append((factor.travel_factor, drive))
    factors, drives = np.array(pairs).T
    assert np.corrcoef(factors, drives)[0, 1] > 0.99


def test_the_first_crew_is_the_one_that_counts_and_villagers_are_none() -> None:
    world = ts.stage()
    copy = play_copy(world.city, world.plan, world.stage, 0, timeline=True)
    crews = replace(copy.log.crews, team=("local:0", "T2", "T1", *copy.log.crews.team[3:]))
    came = tuple(
        Entry(minute=minute, what="crew_arrived", demand=0, crew=crew)
        for minute, crew in ((1.0, 0), (5.0, 1), (9.0, 2))
    )
    seen = look(replace(copy, log=replace(copy.log, crews=crews, timeline=came)), (), (0, 1))
    assert seen.came == ("T2", "")


# ---- what waits for a limit ----------------------------------------------------------------


def test_a_nudge_waits_for_the_limit_where_that_is_longer_than_nine_copies_in_ten() -> None:
    world = ts.stage()
    kinds = {**world.plan.kinds, "fire": replace(world.plan.kinds["fire"], arrival_limit_min=75.0)}
    drill = build_drill(
        ts.design(), ts.CHOICE, replace(world, plan=replace(world.plan, kinds=kinds)), replications=20, workers=1,
    )
    limited = next(a for a in drill.actions if a.limit_min == 75.0)
    given = next(i for i in drill.injects if i.inject_id == limited.inject_id)
    nudge = next(i for i in drill.injects if i.inject_id == "C" + given.inject_id[1:])
    assert given.ex_min is not None
    assert nudge.ex_min == pytest.approx(given.ex_min + 75.0, abs=0.5)
