"""Builds a drill: rehearses the disaster, chooses the news, fits it to the window, and writes everything down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim import __version__
from sim.city.model import City
from sim.common.errors import InputError, Problem
from sim.drill.build.actions import Ground, actions
from sim.drill.build.acts import Act, acts_of, settled
from sim.drill.build.aims import aims
from sim.drill.build.benchmarks import late_shares
from sim.drill.build.branches import branches
from sim.drill.build.cast import cast
from sim.drill.build.difficulty import difficulties, overall
from sim.drill.build.injects import admin, contingencies, news, reserves, spare
from sim.drill.build.lines import told_to
from sim.drill.build.moves import jumps, moves
from sim.drill.build.names import Names
from sim.drill.build.overview import overview
from sim.drill.build.plot import Plot, plot
from sim.drill.build.provenance import provenance, scenario_sha256
from sim.drill.build.questions import questions
from sim.drill.build.rehearsal import CHUNK, Rehearsal, Task, rehearse, traces_of
from sim.drill.build.scenes import Scene, scenes
from sim.drill.copies import Copy, Play, Stage, play_copy, players
from sim.drill.design import Choice, Design
from sim.drill.model import COLORS, SCHEMA_VERSION, Drill, Inject, PublicWarning, Simulation, Stress
from sim.drill.scenery.notices import notices
from sim.drill.scenery.places import Map, places
from sim.drill.scenery.states import states
from sim.drill.seek.stress import is_simulated, taken_part
from sim.plan.model import Plan

Progress = Callable[[str, int, int], None]
"""Called with a step (``copies``, ``without``, ``papers``), how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The city, its plan and the stage of one drill."""

    city: City
    plan: Plan
    stage: Stage


def build_drill(
    design: Design, choice: Choice, world: World, *, replications: int, workers: int, progress: Progress | None = None
) -> Drill:
    """Return the drill of *choice*; equal input gives an equal record, whatever the number of workers.

    Raises :class:`InputError` if nothing happens before the design's span ends.
    """
    with players(world.city, world.plan, min(workers, -(-replications // CHUNK))) as play:
        return _build(design, choice, world, play, replications, progress)


def _build(
    design: Design, choice: Choice, world: World, play: Play, replications: int, progress: Progress | None
) -> Drill:
    names = Names(world.city, world.plan, world.stage.layout, world.stage.scenario)
    task, rehearsal, played = _rehearse(design, world, names, play, replications, progress)
    story = plot(design, world.plan, rehearsal, played)
    told = [told_to(line.acts) for line in story.order.lines]
    company = cast([act for line in story.order.lines for act in line.acts], told, design, names)
    ground = Ground(plan=world.plan, rehearsal=rehearsal, cast=company, order=story.order)
    aim = aims(ground, design)
    expected = actions(ground, aim.of)
    hard = difficulties(expected)
    page = overview(design, choice, names, rehearsal, story.order.endex_min, overall(hard))
    typical = play_copy(world.city, world.plan, world.stage, representative(rehearsal), timeline=True)
    named = moves(story.moves, typical, world.plan)
    given = news(ground, names, expected, page, aim.objectives[0].objective_id)
    public = _public(world, typical, story)
    goals = [each.objective_id for each in aim.objectives]
    free = reserves(ground, page.hazard, goals, story.moves[0].move_id)
    free += spare(ground, names, story.dropped, len(free) + 1, goals, story.moves[0].move_id)
    choices = branches(ground, names, play, task, _breakdown(free), _part(progress, "without"))
    injects = _in_order([
        *admin(ground, page, story.moves[0].move_id, story.moves[-1].move_id), *_linked(given, public),
        *jumps(ground, page, named), *contingencies(ground, given, expected), *free,
    ])
    return Drill(
        schema_version=SCHEMA_VERSION, overview=replace(page, warning_color=_color(public)),
        simulation=Simulation(
            turnout_version=__version__, scenario_sha256=scenario_sha256(world.stage.scenario),
            layout_id=world.stage.layout.layout_id, seed=world.stage.seed, replications=rehearsal.copies,
            first_replication=0, late_shares=late_shares(expected),
        ),
        objectives=aim.objectives, targets=aim.targets, units=company.units,
        moves=named, injects=injects, actions=expected, warnings=public,
        places=places(Map(
            city=world.city, plan=world.plan, layout=world.stage.layout, copy=typical, injects=injects,
            actions=expected, units=company.units, time_map=story.time_map, endex_min=story.order.endex_min,
        )),
        states=states(world.city, world.plan, typical, story.time_map),
        stresses=(*choice.stresses, *_participation(design, ground, world)), difficulties=hard,
        questions=questions(expected), branches=choices,
        provenance=provenance(design, choice, world.stage, world.plan), time_map=story.time_map,
        evaluation_template=design.evaluation_template,
    )


def _rehearse(
    design: Design, world: World, names: Names, play: Play, replications: int, progress: Progress | None
) -> tuple[Task, Rehearsal, dict[Scene, tuple[Act, ...]]]:
    """Play the copies; return them with every scene on which they agree and what is expected then."""
    found = scenes(world.city, world.stage, design.avoid)
    traces = traces_of(world.stage, found, [level.rank for level in world.plan.levels])
    demands = tuple(scene.number for scene in found if scene.event.startswith("demand"))
    task = Task(stage=world.stage, traces=traces, demands=demands, first=0, count=replications)
    rehearsal = rehearse(play, task, _part(progress, "copies"))
    played: dict[Scene, tuple[Act, ...]] = {}
    for scene in found:
        acts = acts_of(settled(scene, rehearsal), world.plan, names, rehearsal)
        if acts:
            played[acts[0].scene] = acts
    if not any(act.trace is not None for acts in played.values() for act in acts):
        raise InputError([Problem(code="drill.nothing_happens", file=str(design.file), column="span_h",
                                  value=f"{design.span_h:g}")])
    return task, rehearsal, played


def _part(progress: Progress | None, step: str) -> Callable[[int, int], None] | None:
    return partial(progress, step) if progress is not None else None


def representative(rehearsal: Rehearsal) -> int:
    """Return the number of the copy whose moments lie nearest to the medians: the controller's ground truth."""
    horizon = rehearsal.stage.scenario.horizon_min
    table = np.stack([np.minimum(rehearsal.minutes(trace), horizon) for trace in rehearsal.traces], axis=1)
    return int(np.argmin(np.abs(table - np.median(table, axis=0)).mean(axis=1)))


def _public(world: World, typical: Copy, story: Plot) -> tuple[PublicWarning, ...]:
    """Return the public warnings; each goes out with the inject after which it is decided."""
    of_danger = {
        act.trace.danger: line.inject_id
        for line in story.order.lines for act in line.acts if act.trace is not None and act.step == "warn"
    }
    return notices(world.city, typical, story.time_map, of_danger)


def _participation(design: Design, ground: Ground, world: World) -> list[Stress]:
    """Return what only the finished plan can show: whether everybody who takes part has enough to do."""
    busy = [
        (ground.cast.ids[act.unit], line.ex_min + ground.rehearsal.middle(act.trace) - line.scene.sim_min)
        for line in ground.order.lines for act in line.acts
        if act.trace is not None and ground.order.timed(line, act, ground.cast, ground.rehearsal)
    ]
    units = [unit.unit_id for unit in ground.cast.units if unit.role in ("command", "player")]
    return [
        taken_part(wish, busy, units, ground.order.endex_min, world.city, world.plan)
        for wish in design.wishes if not is_simulated(wish)
    ]


def _linked(given: Sequence[Inject], public: Sequence[PublicWarning]) -> list[Inject]:
    first: dict[str, str] = {}
    for warning in public:
        first.setdefault(warning.inject_id, warning.warning_id)
    return [replace(inject, warning=first.get(inject.inject_id, "")) for inject in given]


def _color(public: Sequence[PublicWarning]) -> str:
    return min((warning.color for warning in public), key=COLORS.index, default="")


def _breakdown(free: Sequence[Inject]) -> str:
    return next((inject.inject_id for inject in free if inject.theme == "vehicle"), "")


def _in_order(injects: Sequence[Inject]) -> tuple[Inject, ...]:
    """Return *injects* by exercise time; those without a time last."""
    kinds = ("admin", "move", "inject", "contingency", "reserve")
    return tuple(sorted(injects, key=lambda inject: (
        inject.ex_min is None, inject.ex_min or 0.0, kinds.index(inject.kind), inject.inject_id,
    )))
