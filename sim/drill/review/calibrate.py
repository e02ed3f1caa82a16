"""What drills teach about durations: a conjugate update that moves and does not jump; a proposal, never applied.

The logarithm of a factor on the simulated duration is normal with unknown mean and variance; their prior is
normal-inverse-gamma with the value in use (factor 1) worth :data:`KAPPA0` drills. A drill that was announced counts
less (power prior, Ibrahim and Chen 2000), one that was scripted not at all.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.common.errors import InputError, Problem
from sim.drill.csv_rows import given
from sim.drill.model import Drill
from sim.drill.review.law import student
from sim.drill.review.model import Timeliness, Update

KAPPA0 = 3.0
"""Drills that the value in use is worth."""
ALPHA0 = 2.0
"""Half the pseudo-observations behind the spread in use, plus one half: a spread that three drills can move."""
DISCOUNT = {"blind": 1.0, "window": 0.6, "announced": 0.3, "scripted": 0.0}
"""How much of a real night one drill is, by how much was known before it (judgement)."""
STEPS_LEARNT = ("report", "level", "order", "arrive", "start", "warn", "load", "leave")
"""Steps whose own time is one duration; the others wait for supplies, roads or patients."""
INDIRECT_DRILLS, INDIRECT_ACTIONS = 3, 8
LEAST_SPREAD = 0.05
WAIT_MIN = 1.0
"""A step that a tenth of the copies take no time for is a wait for a free crew or officer, not a duration."""
COLUMNS = ("drill_id", "notice", "action_id", "step", "t_min", "p50_min", "log_sd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One timed action of one drill."""

    drill_id: str
    notice: str
    action_id: str
    step: str
    t_min: float
    p50_min: float
    log_sd: float
    """Spread of the simulated durations, of their natural logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Normal-inverse-gamma: mean of the logarithm, its weight, and the spread's shape and scale."""

    mu: float
    kappa: float
    alpha: float
    beta: float

    def interval(self, level: float, *, new: bool = False) -> tuple[float, float]:
        """Return the interval of the mean, or of one *new* observation, on the scale of the logarithm."""
        width = (1.0 if new else 0.0) + 1.0 / self.kappa
        reach = student(0.5 + level / 2.0, 2.0 * self.alpha) * math.sqrt(self.beta / self.alpha * width)
        return self.mu - reach, self.mu + reach


def prior(median: float, log_sd: float) -> Posterior:
    """Return the belief before any drill: *median* is worth :data:`KAPPA0` drills."""
    spread = max(log_sd, LEAST_SPREAD)
    return Posterior(mu=math.log(median), kappa=KAPPA0, alpha=ALPHA0, beta=(ALPHA0 - 1.0) * spread**2)


def update(before: Posterior, values: Sequence[float], weights: Sequence[float]) -> Posterior:
    """Return *before* after *values* (positive), each worth its weight (0 to 1) of an observation."""
    total = sum(weights)
    if total <= 0.0:
        return before
    logs, shares = np.log(np.asarray(values)), np.asarray(weights)
    mean = float(np.sum(shares * logs) / total)
    squares = float(np.sum(shares * (logs - mean) ** 2))
    kappa = before.kappa + total
    return Posterior(
        mu=(before.kappa * before.mu + total * mean) / kappa, kappa=kappa, alpha=before.alpha + total / 2.0,
        beta=before.beta + squares / 2.0 + before.kappa * total * (mean - before.mu) ** 2 / (2.0 * kappa),
    )


def observations(drill: Drill, judged: Iterable[Timeliness]) -> list[Observation]:
    """Return the timed actions that teach a duration; what was only said does not.

    Nor does a time whose trigger is only planned, or a match that nobody confirmed. Actions that were not done are left
    out, so the factors are on the low side where many were not.
    """
    made = []
    for each in judged:
        law, action = each.action.benchmark, each.action
        usable = each.state == "timed" and each.t is not None and law is not None and (law.p10 or 0.0) >= WAIT_MIN
        if not usable or action.trace.step not in STEPS_LEARNT or each.t is None or law is None or law.p50 is None:
            continue
        if each.t.value <= 0.0 or each.trigger_assumed or "to_confirm" in each.notes:
            continue
        known = np.array([value for value in law.values if value is not None and value > 0.0])
        spread = float(np.std(np.log(known))) if len(known) > 1 else LEAST_SPREAD
        made.append(
            Observation(
                drill_id=drill.overview.drill_id, notice=drill.overview.notice, action_id=action.action_id,
                step=action.trace.step, t_min=each.t.value, p50_min=law.p50, log_sd=spread,
            )
        )
    return made


def calibrate(found: Sequence[Observation]) -> tuple[Update, ...]:
    """Return what *found* says about each kind of step: one value per drill, the mean of its actions' factors.

    Actions of one drill share crews, weather and notice; counted one by one they would pretend to be drills.
    """
    return tuple(
        _update(step, here) for step in STEPS_LEARNT if (here := [each for each in found if each.step == step])
    )


def _update(step: str, found: Sequence[Observation]) -> Update:
    drills = sorted({each.drill_id for each in found})
    per_drill = [[each for each in found if each.drill_id == drill] for drill in drills]
    factors = [math.exp(float(np.mean([math.log(e.t_min / e.p50_min) for e in here]))) for here in per_drill]
    weights = [DISCOUNT[here[0].notice] for here in per_drill]
    before = prior(1.0, float(np.mean([each.log_sd for each in found])))
    after = update(before, factors, weights)
    low, high = after.interval(0.95)
    foretold = before.interval(0.90, new=True)
    return Update(
        step=step, drills=len(drills), n=len(found), weight=sum(weights), before=1.0, after=math.exp(after.mu),
        low=math.exp(low), high=math.exp(high), learnt=sum(weights) / after.kappa,
        outside=sum(not foretold[0] <= math.log(factor) <= foretold[1] for factor in factors),
        actions=tuple(each.action_id for each in found),
    )


def require_indirect(drills: int, actions: int, file: str) -> None:
    """Refuse to infer parameters that lie behind several actions from too little.

    Raises ``InputError`` under three drills, unless they have eight timed actions.
    """
    if drills < INDIRECT_DRILLS and actions < INDIRECT_ACTIONS:
        params = {"drills": drills, "actions": actions, "least": INDIRECT_DRILLS, "least_actions": INDIRECT_ACTIONS}
        raise InputError([Problem(code="review.too_little", file=file, params=params)])


def write_observations(found: Sequence[Observation], path: Path) -> None:
    """Write *found* as a CSV that later reviews take as earlier drills."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([
            (e.drill_id, e.notice, e.action_id, e.step, f"{e.t_min:.3f}", f"{e.p50_min:.3f}", f"{e.log_sd:.4f}")
            for e in found
        ])


def read_observations(path: Path) -> list[Observation]:
    """Return what :func:`write_observations` wrote. Raises ``InputError`` naming every row that is wrong."""
    rows = given(path)
    made, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            found = Observation(
                drill_id=row["drill_id"], notice=row["notice"], action_id=row["action_id"], step=row["step"],
                t_min=float(row["t_min"]), p50_min=float(row["p50_min"]), log_sd=float(row["log_sd"]),
            )
        except (KeyError, TypeError, ValueError):
            problems.append(Problem(code="review.observation", file=path.name, row=number))
            continue
        if found.notice not in DISCOUNT or not (found.t_min > 0 and found.p50_min > 0 and math.isfinite(found.t_min)):
            problems.append(Problem(code="review.observation", file=path.name, row=number))
            continue
        made.append(found)
    if problems:
        raise InputError(problems)
    return made
