"""From a disaster to a drill: what is news, what is expected, what can be timed, and that the record holds together."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_world as tw
from drill import tiny_stage as ts

from sim.common.errors import InputError
from sim.drill.build.acts import Act, acts_of, since
from sim.drill.build.attach import Cause, cause_of, levels
from sim.drill.build.attach import causes as causes_of
from sim.drill.build.benchmarks import law
from sim.drill.build.build import World, build_drill
from sim.drill.build.choose import choose
from sim.drill.build.names import Names
from sim.drill.build.rehearsal import Rehearsal, Task, rehearse, traces_of
from sim.drill.build.scenes import Scene, scenes
from sim.drill.copies import players
from sim.drill.design import Wish
from sim.drill.expected import Trace
from sim.drill.model import Drill
from sim.drill.papers.check import self_check
from sim.drill.store import dumps

COPIES = 40
ROOT = Path(__file__).parents[3]


def rehearsed(world: World, copies: int = COPIES, workers: int = 1) -> tuple[tuple[Scene, ...], Rehearsal]:
    found = scenes(world.city, world.stage, ())
    task = Task(
        stage=world.stage, traces=traces_of(world.stage, found, [4, 3]), first=0, count=copies,
        demands=tuple(scene.number for scene in found if scene.event.startswith("demand")),
    )
    with players(world.city, world.plan, workers) as play:
        return found, rehearse(play, task)


def played(world: World) -> tuple[dict[Scene, tuple[Act, ...]], Rehearsal]:
    found, rehearsal = rehearsed(world)
    names = Names(world.city, world.plan, world.stage.layout, world.stage.scenario)
    all_acts = {scene: acts_of(scene, world.plan, names, rehearsal) for scene in found}
    return {scene: acts for scene, acts in all_acts.items() if acts}, rehearsal


@pytest.fixture(scope="module")
def drill() -> Drill:
    return build_drill(ts.design(), ts.CHOICE, ts.stage(), replications=COPIES, workers=1)


# ---- scenes and acts -----------------------------------------------------------------------


def test_scenes_are_what_is_noticed_in_time_and_not_avoided() -> None:
    world = ts.stage()
    events = {scene.event: scene for scene in scenes(world.city, world.stage, ())}
    assert set(events) == {"alert:0", "demand:0", "demand:1", "demand:2", "demand:3"}
    assert events["demand:2"].sim_min == 42.0
    assert {scene.kind for scene in scenes(world.city, world.stage, ("fire", "Z0"))} == {
        "alert.earthquake", "rescue_light",
    }
    short = replace(world.stage, scenario=replace(world.stage.scenario, horizon_min=50.0))
    assert "demand:3" not in {scene.event for scene in scenes(world.city, short, ())}


def test_who_reports_who_comes_and_since_when() -> None:
    by_event = {scene.event: acts for scene, acts in played(ts.stage())[0].items()}
    report, arrive, *_ = by_event["demand:0"]
    assert (report.step, report.unit, report.before) == ("report", "zone:0", None)
    assert (arrive.step, arrive.before) == ("arrive", report.trace)
    assert arrive.unit.startswith("team:T")
    assert next(act for act in by_event["demand:2"] if act.step == "arrive").limit_min == 5.0


def test_times_are_since_the_own_trigger_and_never_below_zero() -> None:
    acts, rehearsal = played(ts.stage())
    for act in (act for several in acts.values() for act in several if act.trace is not None):
        took = since(rehearsal, act)
        assert (took >= 0.0).all()
        began = act.scene.sim_min if act.before is None else rehearsal.minutes(act.before)
        done = np.isfinite(took)
        assert np.allclose((began + took)[done], rehearsal.minutes(act.trace)[done])


def test_with_one_team_there_is_a_queue_and_nobody_comes_sooner() -> None:
    few, alone = played(ts.stage(teams=1))
    many, together = played(ts.stage(teams=4))
    assert any(act.step == "order" for acts in few.values() for act in acts)
    assert not any(act.step == "order" for acts in many.values() for act in acts)
    for d in range(3):
        arrive = Trace(step="arrive", demand=d)
        assert alone.middle(arrive) >= together.middle(arrive) - 1e-9


def test_the_same_copies_whatever_the_number_of_workers() -> None:
    _, one = rehearsed(ts.stage(), copies=12, workers=1)
    _, two = rehearsed(ts.stage(), copies=12, workers=2)
    assert all(np.array_equal(one.minutes(trace), two.minutes(trace)) for trace in one.traces)


def test_without_spread_only_reporting_differs() -> None:
    """The chain of reports has its own chances; with them fixed every copy would be the same."""
    _, rehearsal = rehearsed(ts.stage(spread=0.0))
    level = rehearsal.minutes(Trace(step="level", rank=3))
    assert np.ptp(level) == 0.0
    assert level[0] == 3.0 + 15.0


# ---- decisions -----------------------------------------------------------------------------


def test_a_level_follows_a_reading_that_is_high_enough() -> None:
    acts, rehearsal = played(ts.stage())
    plan = ts.stage().plan
    decided = levels(plan, causes_of(acts, (), plan, rehearsal), rehearsal)
    assert [(act.trace.rank, act.scene.event) for act in decided if act.trace is not None] == [(3, "alert:0")]
    weak, quiet = played(ts.stage(alerts=(tw.Alert(known_min=3.0, indicator="magnitude", value=4.5),)))
    decided = levels(plan, causes_of(weak, (), plan, quiet), quiet)
    assert [act.trace.rank for act in decided if act.trace is not None] == [4]


def test_the_steadiest_cause_wins_and_no_effect_precedes_it() -> None:
    scene = scenes(ts.stage().city, ts.stage().stage, ())[0]
    rng = np.random.default_rng(1)
    effect = 50.0 + rng.normal(0.0, 5.0, 100)
    steady = Cause(scene=scene, before=Trace(step="report", demand=0), minutes=effect - 15.0 + rng.normal(0, 0.1, 100))
    loose = Cause(scene=scene, before=None, minutes=np.full(100, 10.0))
    after = Cause(scene=scene, before=Trace(step="report", demand=1), minutes=effect + 0.5)
    assert cause_of(effect, [loose, after, steady]) is steady
    assert cause_of(effect, [after]) is None


# ---- choice --------------------------------------------------------------------------------


def test_choice_prefers_who_is_invited_and_never_repeats_a_kind_for_nothing() -> None:
    acts, _ = played(ts.stage())
    opening = next(iter(acts))
    small = choose(acts, {opening}, ts.design(window_min=60.0))
    assert len({scene.kind for scene in small}) == len(small)
    fire = next(scene for scene in acts if scene.kind == "fire")
    team = next(act.unit for act in acts[fire] if act.step == "arrive").partition(":")[2]
    invited = choose(acts, {opening}, ts.design(units=(team,)))
    assert any(act.unit == f"team:{team}" for act in acts[invited[1]])


# ---- the record ----------------------------------------------------------------------------


def test_the_record_holds_together(drill: Drill) -> None:
    assert [check.key for check in self_check(drill) if not check.passed] == []
    minutes = [inject.ex_min for inject in drill.injects if inject.ex_min is not None]
    assert minutes == sorted(minutes)
    assert drill.overview.endex_min + drill.overview.hotwash_min <= drill.overview.window_min
    assert any(action.timed for action in drill.actions)


def test_benchmarks_come_again_from_the_stored_seed(drill: Drill) -> None:
    world = ts.stage()
    again, rehearsal = rehearsed(world, copies=drill.simulation.replications)
    assert again
    ids = {action.action_id: action for action in drill.actions}
    injects = {inject.inject_id: inject for inject in drill.injects}
    assert world.stage.seed == drill.simulation.seed
    for action in (action for action in drill.actions if action.timed):
        start = (
            rehearsal.minutes(ids[action.predecessor].trace) if action.predecessor
            else injects[action.inject_id].sim_min
        )
        took = np.maximum(0.0, rehearsal.minutes(action.trace) - np.asarray(start))
        assert law(np.where(np.isfinite(took), took, np.inf).tolist(), action.limit_min) == action.benchmark


def test_equal_input_gives_equal_bytes(drill: Drill) -> None:
    again = build_drill(ts.design(), ts.CHOICE, ts.stage(), replications=COPIES, workers=2)
    assert dumps(again) == dumps(drill)


def test_equal_input_gives_equal_bytes_in_every_process(drill: Drill) -> None:
    """What stands in sets comes in another order in each process unless somebody sorts it."""
    program = (
        "from drill import tiny_stage as ts; from sim.drill.build.build import build_drill;"
        "from sim.drill.store import dumps; import sys;"
        f"sys.stdout.write(dumps(build_drill(ts.design(), ts.CHOICE, ts.stage(), replications={COPIES}, workers=1)))"
    )
    paths = os.pathsep.join(str(ROOT / part) for part in ("", "tests"))
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths, "PYTHONUTF8": "1"}
        made = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True)
        assert made.stdout.decode("utf-8").replace("\r\n", "\n") == dumps(drill)


def test_contingencies_wait_for_the_limit_and_for_nine_copies_in_ten(drill: Drill) -> None:
    nudges = [inject for inject in drill.injects if inject.kind == "contingency"]
    assert nudges
    for nudge in nudges:
        action = next(a for a in drill.actions if a.action_id in nudge.condition.en)
        given = next(i for i in drill.injects if i.inject_id == action.inject_id)
        assert nudge.ex_min is not None
        assert given.ex_min is not None
        assert nudge.ex_min - given.ex_min >= (action.limit_min or 0.0) - 0.5
        assert "I" + nudge.inject_id[1:] == action.inject_id


def test_teams_left_out_are_played_by_the_control_cell_and_not_timed() -> None:
    drill = build_drill(ts.design(units=("T1",)), ts.CHOICE, ts.stage(), replications=20, workers=1)
    roles = {unit.teams[0]: unit.role for unit in drill.units if unit.teams}
    assert roles.get("T1", "player") == "player"
    others = {unit.unit_id for unit in drill.units if unit.role == "simulator"}
    assert others
    assert not any(action.timed for action in drill.actions if action.unit_id in others)


def test_participation_is_judged_on_the_finished_plan() -> None:
    def wish(actions: float) -> Wish:
        return Wish(kind="participation", low=0.9, high=1.0, params={"actions": actions, "idle_min": 300.0})

    design = ts.design(wishes=(wish(1.0), wish(9.0)))
    one, nine = build_drill(design, ts.CHOICE, ts.stage(), replications=20, workers=1).stresses
    assert one.kind == nine.kind == "participation"
    assert one.achieved > nine.achieved
    assert not nine.met


def test_the_branch_says_what_the_loss_of_a_team_costs(drill: Drill) -> None:
    (branch,) = drill.branches
    assert len(branch.options) == len(branch.injects) == 2
    assert "40" in branch.effect.en
    (told,) = branch.injects[1]
    assert next(inject for inject in drill.injects if inject.inject_id == told).theme == "vehicle"


def test_a_disaster_in_which_nothing_happens_is_refused() -> None:
    world = ts.stage()
    quiet = replace(world.stage.scenario, horizon_min=1.0, alerts=())
    with pytest.raises(InputError) as refused:
        build_drill(
            ts.design(), ts.CHOICE, replace(world, stage=replace(world.stage, scenario=quiet)), replications=5,
            workers=1,
        )
    assert [problem.code for problem in refused.value.problems] == ["drill.nothing_happens"]


def test_a_window_too_short_says_by_how_much() -> None:
    with pytest.raises(InputError) as refused:
        build_drill(ts.design(window_min=30.0), ts.CHOICE, ts.stage(), replications=10, workers=1)
    (problem,) = refused.value.problems
    assert problem.code == "drill.window_short"
    assert float(problem.params["minutes"]) > 0


def test_news_without_room_is_kept_as_a_reserve() -> None:
    drill = build_drill(ts.design(window_min=60.0, hotwash_min=10.0), ts.CHOICE, ts.stage(), replications=20, workers=1)
    given = {inject.sim_event for inject in drill.injects if inject.kind == "inject"}
    kept = [inject for inject in drill.injects if inject.kind == "reserve" and inject.theme == "story"]
    assert kept
    assert not given & {inject.sim_event for inject in kept}
    numbers = [inject.inject_id for inject in drill.injects if inject.kind == "reserve"]
    assert len(numbers) == len(set(numbers))
    assert [check.key for check in self_check(drill) if not check.passed] == []
