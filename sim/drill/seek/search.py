"""Searches a disaster that stresses what a designer wants stressed, and proves it on copies that it never saw.

Screen the space evenly; turn one knob to its root, or let the best ones breed; play the best again; choose a few that
differ in what comes of them; prove those on fresh copies. Everything depends on the design and its seed alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.common.errors import InputError, Problem
from sim.common.types import Floats, Text
from sim.drill.ask.knobs import Hazards
from sim.drill.ask.read import DrillInputs
from sim.drill.copies import Stage, cut, players
from sim.drill.design import Choice, Design, Found
from sim.drill.seek.diverse import farthest, nearest_other, standardised
from sim.drill.seek.evolve import children, ranks
from sim.drill.seek.guess import guessed_distances
from sim.drill.seek.logistic import seek_root
from sim.drill.seek.play import Played, stage_for, without_teams
from sim.drill.seek.prior import LEAST, Prior
from sim.drill.seek.space import Candidate, Space, space_of, spread_points
from sim.drill.seek.stress import Load, stress_of
from sim.drill.seek.stress_params import KINDS, PROBABILITY, leading
from sim.drill.seek.tell import differs, explained, nearest, nobody, realism_text
from sim.drill.seek.tried import FRESH, Progress, Session, Tried, simulated
from sim.hazard.draw import draw
from sim.plan.model import Layout, Plan

PRIOR, SCREEN = 128, 64
"""Disasters drawn to judge plausibility, and played to begin with; powers of two."""
FIRST_COPIES, SECOND_COPIES = 4, 28
"""Copies of each candidate at first, and of those on the short list."""
GENERATIONS, PARENTS, LITTER, CHILDREN = 3, 10, 64, 12
"""Children are drawn by the litter; those that promise most are played."""
PER_DRAW = 2
"""Of one draw of the hazard file at most so many come before those of others."""
SHORT_LIST = 10
ROOTS, ROUNDS, POINTS = 4, 3, 4
"""With one knob: draws of the hazard file for which its root is sought, in so many rounds of so many points."""
BELOW_1 = float(np.nextafter(1.0, 0.0))
"""The upper end of a side of the cube."""
ENOUGH = 3
"""Breeding ends early once there are so many times as many good candidates as alternatives are asked for."""


def search(
    design: Design, inputs: DrillInputs, *, workers: int = 1, progress: Progress | None = None
) -> Found:
    """Return up to ``design.alternatives`` disasters that answer the wishes, each with its proof.

    The same design and files give the same result with any number of *workers*. Raises :class:`InputError` if no wish
    can be simulated.
    """
    wishes = simulated(design)
    if not wishes:
        raise InputError([Problem(code="design.no_simulated", file=str(design.file), column="stress")])
    space = space_of(design.vary, idle_teams(design, inputs.plan, inputs.layout), design.teams_out, inputs.hazard)
    with players(inputs.city, inputs.plan, workers) as play:
        session = Session(
            design=design, city=inputs.city, layout=inputs.layout, space=space, wishes=wishes, play=play,
            expected=_expected(design), progress=progress,
        )
        prior = _prior(session)
        screened = session.look(spread_points(space.sides, SCREEN, design.seed), FIRST_COPIES)
        if _one_knob(session):
            _turn_the_knob(session, prior, screened)
        _breed(session, prior)
        short = session.again(_best(session, prior, SHORT_LIST), SECOND_COPIES)
        chosen = _apart(session, short)
        proofs = session.fresh([each.candidate for each in chosen], FRESH, design.replications)
    if progress is not None:
        progress(session.expected, session.expected)
    return _found(session, inputs, prior, screened, chosen, proofs)


def stage_of(design: Design, inputs: DrillInputs, choice: Choice) -> Stage:
    """Return what the drill of *choice* is played on: its disaster drawn again, without the teams that are out.

    Copies 0 and on of its seed, the design's own, are for benchmarks: the search has used none of them.
    """
    hazard = Hazards.of(design.hazard, inputs.city).with_numbers(choice.changes)
    scenario = draw(hazard, inputs.city, choice.seed, choice.replication)
    layout = without_teams(inputs.layout, choice.teams_out)
    return stage_for(layout, cut(scenario, 60.0 * design.span_h), design.seed)


def idle_teams(design: Design, plan: Plan, layout: Layout) -> tuple[str, ...]:
    """Return the teams that may be out of service: not those that take part, and of those that bear a stress, if any.
    """
    wanted, types = _bearing(design, plan)
    free = [team for team in layout.teams if team.team_id not in design.units]
    ours = [team for team in free if wanted & set(team.capabilities) or team.type in types]
    return tuple(team.team_id for team in (ours or free))


def _bearing(design: Design, plan: Plan) -> tuple[set[str], set[str]]:
    """Return the capabilities and the types of teams that the wishes name, or that the kinds of demand in them need."""
    capabilities, types = set[str](), set[str]()
    for wish in design.wishes:
        params: Mapping[str, str | float] = wish.params
        capabilities |= {str(params["capability"])} if "capability" in params else set()
        types |= {str(params["team_type"])} if "team_type" in params else set()
        for name in ("arrival", "first", "second"):
            capabilities |= leading(plan, str(params[name])) if name in params else set()
    return capabilities, types


def _expected(design: Design) -> int:
    """Return how many copies a search plays at most."""
    first = SCREEN + GENERATIONS * CHILDREN + ROOTS * (ROUNDS * POINTS + 1)
    return first * FIRST_COPIES + SHORT_LIST * (SECOND_COPIES - FIRST_COPIES) + (
        design.alternatives * design.replications
    )


def _prior(session: Session) -> Prior:
    """Draw disasters as the hazard file and the laws of the numbers that vary have them; nobody answers them."""
    space: Space = session.space
    points = spread_points(space.sides, PRIOR, session.design.seed + 1)
    return Prior(session.features(replace(space.at(u, by_law=True), out=()) for u in points.tolist()))


# ---- one knob ------------------------------------------------------------------------------


def _one_knob(session: Session) -> bool:
    """Tell whether one probability is wanted and there is one number to turn for it."""
    wish = session.wishes[0]
    one = len(session.wishes) == 1 and len(session.design.vary) == 1 and not session.space.teams_out
    return one and wish.kind != "decision" and KINDS[wish.kind].statistic == PROBABILITY


def _turn_the_knob(session: Session, prior: Prior, screened: Sequence[Tried]) -> None:
    """For the draws that came nearest, turn the number to where the probability is in the middle of the band."""
    wish = session.wishes[0]
    draws = dict.fromkeys(each.u[1] for each in _sorted(session, prior, screened))
    for side in list(draws)[:ROOTS]:

        def play(xs: Sequence[float], side: float = side) -> list[tuple[int, int]]:
            points = [(min(x, BELOW_1), side) for x in xs]
            session.look(points, FIRST_COPIES)
            values = [session.tried[session.space.at(point)].played.values[0] for point in points]
            return [(int(each.sum()), len(each)) for each in values]

        root = seek_root(play, 0.0, 1.0, 0.5 * (wish.low + wish.high), rounds=ROUNDS, points=POINTS)
        play([root])


# ---- several wishes ------------------------------------------------------------------------


def _breed(session: Session, prior: Prior) -> None:
    """Play children of the best ones for some generations, until there are plenty of good ones."""
    wishes = session.wishes
    for generation in range(GENERATIONS):
        plausible = [each for each in session.tried.values() if _plausible(prior, each)]
        good = {each.candidate.replication for each in plausible if each.distance(wishes) == 0.0}
        if not plausible or len(good) >= ENOUGH * session.design.alternatives:
            return
        session.look(_worth_playing(session, prior, _litter(session, prior, plausible, generation)), FIRST_COPIES)


def _litter(session: Session, prior: Prior, plausible: Sequence[Tried], generation: int) -> Floats:
    """Return children of those near the bands and of those that no other one beats in everything, as points."""
    costs = np.column_stack([
        [each.distance(session.wishes) for each in plausible],
        [-prior.realism(each.played.features) for each in plausible], -nearest_other(_outcomes(session, plausible)),
    ])
    near = np.argsort(costs[:, 0], kind="stable")
    order = np.lexsort((costs[:, 0], ranks(costs)))
    parents = list(dict.fromkeys([*near[: PARENTS // 2].tolist(), *order.tolist()]))[:PARENTS]
    homes = [plausible[i].u for i in parents]
    return children(homes, LITTER, len(session.space.vary), session.design.seed, generation)


def _worth_playing(session: Session, prior: Prior, points: Floats) -> list[list[float]]:
    """Return those of *points* that promise to be nearest to the bands: drawn, guessed, not yet played.

    Of each draw of the hazard file at most two, so that the search does not end in one corner.
    """
    space = session.space
    new: dict[Candidate, list[float]] = {}
    for u in points.tolist():
        new.setdefault(space.at(u), u)
    fresh = {candidate: u for candidate, u in new.items() if candidate not in session.tried}
    if not fresh:
        return []
    features = session.features(fresh)
    tried = list(session.tried.values())
    far = guessed_distances(
        tried, session.wishes, len(space.vary), FIRST_COPIES, np.array(list(fresh.values())), features
    )
    order = [i for i in np.argsort(far, kind="stable").tolist() if prior.realism(features[i]) > LEAST]
    candidates, sides = list(fresh), list(fresh.values())
    return [sides[i] for i in _spread_over_draws([candidates[i].replication for i in order], order)[:CHILDREN]]


def _spread_over_draws(draws: Sequence[int], items: Sequence[int]) -> list[int]:
    """Return *items* in their order without those whose draw has come twice before; those last."""
    count: dict[int, int] = {}
    first: list[int] = []
    rest: list[int] = []
    for drawn, item in zip(draws, items, strict=True):
        count[drawn] = count.get(drawn, 0) + 1
        (first if count[drawn] <= PER_DRAW else rest).append(item)
    return [*first, *rest]


def _outcomes(session: Session, some: Sequence[Tried]) -> Floats:
    """Return what came of *some*, in standard deviations among all that were played."""
    every = np.array([each.outcome for each in session.tried.values()])
    return standardised(np.array([each.outcome for each in some]), every)


# ---- the best, and which of them -----------------------------------------------------------


def _plausible(prior: Prior, tried: Tried) -> bool:
    return prior.realism(tried.played.features) > LEAST


def _sorted(session: Session, prior: Prior, some: Sequence[Tried]) -> list[Tried]:
    """Return the plausible ones of *some*, nearest to the bands first, of equally near ones the more plausible."""
    plausible = [each for each in some if _plausible(prior, each)]
    return sorted(
        plausible, key=lambda each: (each.distance(session.wishes), -prior.realism(each.played.features))
    )


def _best(session: Session, prior: Prior, count: int) -> list[Tried]:
    ordered = _sorted(session, prior, list(session.tried.values()))
    places = _spread_over_draws([each.candidate.replication for each in ordered], range(len(ordered)))
    return [ordered[i] for i in places[:count]]


def _apart(session: Session, short: Sequence[Tried]) -> list[Tried]:
    """Return as many of the short list as are asked for: of those in every band the ones that differ most.

    Those well inside are taken alone if they are of enough draws; the nearest fill up what is missing.
    """
    count, wishes = session.design.alternatives, session.wishes
    ordered = sorted(short, key=lambda each: each.distance(wishes))
    good = [each for each in ordered if each.meets(wishes)]
    safe = [each for each in good if each.distance(wishes) == 0.0]
    good = safe if len({each.candidate.replication for each in safe}) >= count else good
    if len(good) > count:
        return [good[i] for i in farthest(_outcomes(session, good), count)]
    rest = [each for each in ordered if not each.meets(wishes)]
    return [*good, *rest][:count]


# ---- what was found ------------------------------------------------------------------------


def _found(
    session: Session, inputs: DrillInputs, prior: Prior, screened: Sequence[Tried], chosen: Sequence[Tried],
    proofs: Sequence[Played],
) -> Found:
    """Return the record; alternatives that meet every band on the fresh copies come first."""
    wishes, design = session.wishes, session.design
    pairs = sorted(
        zip(chosen, proofs, strict=True),
        key=lambda pair: sum(Load(wish=w, values=row).gap > 0.0 for w, row in zip(wishes, pair[1].values, strict=True)),
    )
    outcomes = [np.asarray(proof.outcomes.mean(axis=0)) for _, proof in pairs]
    scale = np.array([each.outcome for each in session.tried.values()]).std(axis=0)
    said = realism_text(design, PRIOR)
    choices = tuple(
        Choice(
            number=i + 1, seed=design.seed, replication=tried.candidate.replication,
            changes=dict(tried.candidate.changes), teams_out=tried.candidate.out,
            stresses=tuple(
                stress_of(wish, row, inputs.city, inputs.plan)
                for wish, row in zip(wishes, proof.values, strict=True)
            ),
            realism=round(prior.realism(tried.played.features), 4),
            realism_text=said(prior.realism(tried.played.features)), differs=differs(i, outcomes, scale),
        )
        for i, (tried, proof) in enumerate(pairs)
    )
    return Found(
        design=design, choices=choices, screened=len(session.tried), copies=session.copies,
        explained=explained(design, wishes, screened, FIRST_COPIES),
        nearest=_nearest(session, inputs, choices, pairs),
    )


def _nearest(
    session: Session, inputs: DrillInputs, choices: Sequence[Choice], pairs: Sequence[tuple[Tried, Played]]
) -> Text:
    """Return how near the best one came, if none meets every band; empty if one does."""
    if not choices:
        return nobody(len(session.tried), LEAST)
    if any(all(stress.met for stress in choice.stresses) for choice in choices):
        return Text("", "")
    return nearest(session, inputs.layout, choices[0], pairs[0][1])
