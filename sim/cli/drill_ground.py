"""What a review simulates on: the stage of the drill, and those of earlier drills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.city.model import City
from sim.city.read import read_city
from sim.cli.examples import find
from sim.cli.progress import counted
from sim.cli.say import here, remark, voice
from sim.common.errors import InputError, Problem
from sim.drill.copies import Stage
from sim.drill.model import Drill
from sim.drill.recipe import read_recipe, stage_of
from sim.drill.review.earlier import earlier_at
from sim.drill.review.find import drill_in, recipe_near
from sim.drill.review.indirect import Inference
from sim.drill.review.infer import Played, learn
from sim.drill.review.kept import read_as_run
from sim.drill.review.model import AsRun, Learn, Resimulate
from sim.drill.review.replay import resimulator
from sim.drill.store import read_drill
from sim.plan.model import Plan
from sim.plan.read_plan import read_plan
from sim.study.run import cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The city, its plan, and the stage of one drill."""

    city: City
    plan: Plan
    stage: Stage
    city_name: str
    """As the stage's file names it."""


def ground_of(drill_file: Path, city: Path | None, *, needed: bool) -> Ground | None:
    """Return what the drill in *drill_file* was simulated on; ``None`` if it is not there and not *needed*.

    Raises :class:`InputError` if it is needed, or if the disaster is no longer the same.
    """
    at = recipe_near(drill_file)
    if at is None:
        if needed:
            raise InputError([Problem(code="review.no_stage", file=str(drill_file.parent))])
        remark(voice.text("drill.no_stage"))
        return None
    recipe = read_recipe(at)
    drill = read_drill(drill_file)
    if recipe.scenario_sha256 != drill.simulation.scenario_sha256:
        raise InputError([Problem(code="review.other_stage", file=str(at), value=drill.overview.drill_id)])
    read = read_city(find(city or Path(recipe.city), "city"))
    plan = read_plan(read)
    return Ground(city=read, plan=plan, stage=stage_of(recipe, read, plan, at), city_name=recipe.city)


def again(ground: Ground, copies: int | None, workers: int | None) -> Resimulate:
    """Return what simulates a drill as it was run, and shows how far it is."""

    def resimulate(drill: Drill, as_run: AsRun) -> dict[str, tuple[float | None, ...]]:
        with counted("as_run") as tell:
            play = resimulator(
                ground.city, ground.plan, ground.stage, first=drill.simulation.first_replication,
                copies=copies or drill.simulation.replications, workers=workers or cores(), progress=tell,
            )
            return dict(play(drill, as_run))

    return resimulate


def learning(ground: Ground, earlier: Sequence[Path], draws: int, workers: int | None) -> Learn:
    """Return what infers parameters from a drill and those of *earlier* whose stage and record are there."""

    def told(drill: Drill, as_run: AsRun) -> Inference:
        held = [Played(drill=drill, stage=ground.stage, as_run=as_run), *_earlier(ground, earlier, drill)]
        with counted("learn") as tell:
            return learn(ground.city, ground.plan, held, draws, workers=workers or cores(), progress=tell)

    return told


def _earlier(ground: Ground, earlier: Sequence[Path], drill: Drill) -> list[Played]:
    held: dict[str, Played] = {}
    for path in earlier:
        review = earlier_at(path)
        try:
            file = drill_in(review.folder.parent)
        except InputError:
            file = None
        recipe = recipe_near(file) if file is not None else None
        if file is None or recipe is None or review.as_run is None:
            remark(voice.text("drill.no_earlier_stage", folder=here(review.folder)))
            continue
        read, other = read_recipe(recipe), read_drill(file)
        if read.city != ground.city_name:
            remark(voice.text("drill.other_city", folder=here(review.folder), city=read.city))
        elif other.overview.drill_id != drill.overview.drill_id:
            stage = stage_of(read, ground.city, ground.plan, recipe)
            held[other.overview.drill_id] = Played(drill=other, stage=stage, as_run=read_as_run(review.as_run))
    return list(held.values())
