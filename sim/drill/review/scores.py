"""Scores of timeliness, and the one statement about all actions together; quality stays the evaluator's."""

from __future__ import annotations

from collections.abc import Sequence

from sim.common.types import Text
from sim.drill.model import Action, Drill
from sim.drill.papers.template import read_template
from sim.drill.review.law import at_least
from sim.drill.review.model import Overall, SubScore, Timeliness

FULL, PASS = 100.0, 60.0
BEYOND = 0.10


def action_score(action: Action, t: float | None, state: str) -> float | None:
    """Return 100 up to P50, falling to 60 at the limit (or P90), to 0 at twice the limit or if not done.

    Where the limit is at or below P50, keeping it scores 100 and beyond it the score falls from 60. ``None`` for what
    was not observed, said only, or has no law.
    """
    law = action.benchmark
    if law is None or not action.timed:
        return None
    if state == "censored":
        return 0.0
    limit = action.limit_min if action.limit_min is not None else law.p90
    if t is None or state != "timed" or limit is None:
        return None
    p50 = law.p50 if law.p50 is not None else limit
    if t <= min(p50, limit):
        return FULL
    if t <= limit:
        return FULL - (FULL - PASS) * (t - p50) / (limit - p50)
    return max(0.0, PASS * (2.0 - t / limit)) if limit > 0 else 0.0


def sub_scores(drill: Drill, judged: Sequence[Timeliness]) -> tuple[SubScore, ...]:
    """Return a score per item of the evaluation template that names steps, else per objective."""
    items = [item for item in read_template(drill.evaluation_template).items if item.steps]
    if items:
        groups = [
            (Text(item.point.zh, item.point.en), item.weight, [e for e in judged if e.action.trace.step in item.steps])
            for item in items
        ]
    else:
        groups = [
            (each.task, each.weight, [e for e in judged if e.action.objective_id == each.objective_id])
            for each in drill.objectives
        ]
    return tuple(_sub_score(name, weight, actions) for name, weight, actions in groups)


def _sub_score(name: Text, weight: float, actions: Sequence[Timeliness]) -> SubScore:
    expected = [each for each in actions if each.action.timed]
    scores = [each.score for each in expected if each.score is not None]
    score = sum(scores) / len(scores) if scores else None
    return SubScore(name=name, weight=weight, score=score, judged=len(scores), expected=len(expected))


def total_score(scores: Sequence[SubScore]) -> float | None:
    """Return the weighted mean of the sub-scores that exist; ``None`` if none does."""
    known = [(each.weight, each.score) for each in scores if each.score is not None]
    return sum(w * s for w, s in known) / sum(w for w, _ in known) if known else None


def unseen_share(judged: Sequence[Timeliness]) -> float:
    """Return the share of the timed actions whose time is not known as performance."""
    timed = [each for each in judged if each.action.timed]
    return sum(each.score is None for each in timed) / len(timed) if timed else 1.0


def overall(drill: Drill, judged: Sequence[Timeliness]) -> Overall:
    """Return how many actions are beyond their own P90, and how often that happens by chance.

    Each simulated copy counts all timed actions of the drill; if fewer were seen, the share of copies is too large
    (on the careful side), never too small.
    """
    known = [
        each.t.value > each.action.benchmark.p90
        for each in judged
        if each.t and each.u and each.action.benchmark and each.action.benchmark.p90 is not None
    ]
    beyond = sum(known)
    copies = drill.simulation.late_shares
    return Overall(
        judged=len(known), beyond_p90=beyond, p_binomial=at_least(beyond, len(known), BEYOND),
        p_joint=sum(each >= beyond for each in copies) / len(copies) if copies else None,
        joint_actions=sum(action.timed and action.benchmark is not None for action in drill.actions),
    )
