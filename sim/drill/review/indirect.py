"""What drills say about parameters that lie behind several actions: approximate Bayesian computation.

Parameters are drawn from what is believed of them, the drill is simulated once for each draw (with injects and teams
as they were), and the draws whose action times come nearest to the real ones are kept (rejection: Beaumont, Zhang and
Balding 2002). Near means: in a few summaries of the times, one for each parameter, that a linear regression of the
parameter on all times gives (Fearnhead and Prangle 2012), each scaled by its median absolute deviation over the draws;
what is kept is moved along a local regression to the real times. The first half of the draws serves the summaries, the
second half the rest: one and the same draw would be believed twice. What a drill with notice says counts less (power
posterior): see ``DISCOUNT``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import ndtri

from sim.common.types import Floats
from sim.drill.review.parameters import Parameter

KEPT = 0.4
"""Share of the second half that is kept; in trials 93 to 98 of 100 intervals of 95 % held the truth."""
LEAST_KEPT = 40
IDENTIFIED = 0.8
"""A posterior that is wider than this share of the prior says nothing of its own."""
TIED = 0.6
"""Two parameters whose posteriors are correlated so are known together only."""
RIDGE = 0.1
"""Weight of the ridge in the regression, by draw: times of one drill hang together."""
FLOOR_MIN = 0.5
"""Times are compared by their logarithm; shorter ones are alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The times of one drill, and those simulated for it under each draw; by action, minutes."""

    drill_id: str
    discount: float
    observed: Mapping[str, float]
    simulated: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of one factor after the drills."""

    key: str
    steps: tuple[str, ...]
    after: float
    low: float
    high: float
    """95 %."""
    width: float
    """Spread of the posterior by that of the prior: 1 is nothing learnt."""
    identified: bool
    tied: tuple[str, ...]
    """Parameters that the times do not tell it apart from."""
    in_use: float | None = None
    """The coefficient that the factor multiplies; ``None`` if it is several numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """What the drills say of all of them."""

    drills: tuple[str, ...]
    n: int
    """Times that were compared."""
    draws: int
    kept: int
    beliefs: tuple[Belief, ...]
    outside: int
    """Times outside the 90 % range that the kept draws foretell: about a tenth of them if the model is right."""


def factors_of(points: Floats, parameters: Sequence[Parameter]) -> Floats:
    """Return factors for *points* of the unit cube, shape (draws, parameters): lognormal around 1."""
    sigma = np.array([each.sigma for each in parameters])
    return np.asarray(np.exp(sigma * ndtri(np.clip(points, 1e-9, 1.0 - 1e-9))))


def infer(cases: Sequence[Case], factors: Floats, parameters: Sequence[Parameter]) -> Inference:
    """Return the beliefs after *cases*, whose simulated times were made with *factors*, row by row."""
    real, simulated = _times(cases)
    thetas, pilot = np.log(factors), len(factors) // 2
    mean = simulated[:pilot].mean(axis=0)
    slopes = _regression(simulated[:pilot] - mean, thetas[:pilot] - thetas[:pilot].mean(axis=0))
    thetas, simulated = thetas[pilot:], simulated[pilot:]
    summary, target = (simulated - mean) @ slopes, (real - mean) @ slopes
    kept = _nearest(summary, target)
    moved = _adjusted(summary[kept], thetas[kept], target)
    discount = float(np.mean([case.discount for case in cases]))
    low, high = np.quantile(simulated[kept], (0.05, 0.95), axis=0)
    return Inference(
        drills=tuple(case.drill_id for case in cases), n=len(real), draws=len(factors), kept=len(kept),
        beliefs=_beliefs(moved, parameters, discount), outside=int(((real < low) | (real > high)).sum()),
    )


def _times(cases: Sequence[Case]) -> tuple[Floats, Floats]:
    """Return the logarithms of the real times, shape (times,), and of the simulated ones, shape (draws, times)."""
    real, columns = [], []
    for case in cases:
        for action_id, minutes in case.observed.items():
            column = np.array([each.get(action_id, np.inf) for each in case.simulated])
            done = np.isfinite(column)
            if done.mean() < 0.5:
                continue
            column = np.where(done, column, column[done].max())
            real.append(math.log(max(minutes, FLOOR_MIN)))
            columns.append(np.log(np.maximum(column, FLOOR_MIN)))
    return np.array(real), np.array(columns).T.reshape(len(cases[0].simulated), len(real))


def _regression(times: Floats, thetas: Floats) -> Floats:
    """Return the ridge regression of the parameters on scaled times, shape (times, parameters)."""
    scale = np.maximum(times.std(axis=0), 1e-9)
    scaled = times / scale
    gram = scaled.T @ scaled + RIDGE * len(scaled) * np.eye(scaled.shape[1])
    return np.asarray(np.linalg.solve(gram, scaled.T @ thetas) / scale[:, None])


def _nearest(summary: Floats, target: Floats) -> Floats:
    spread = np.median(np.abs(summary - np.median(summary, axis=0)), axis=0)
    distance = np.sqrt((((summary - target) / np.maximum(spread, 1e-9)) ** 2).sum(axis=1))
    count = min(len(summary), max(LEAST_KEPT, round(KEPT * len(summary))))
    return np.asarray(np.argsort(distance, kind="stable")[:count])


def _adjusted(summary: Floats, thetas: Floats, target: Floats) -> Floats:
    """Return the kept parameters, moved along the local regression to where the real times are."""
    design = np.column_stack([np.ones(len(summary)), summary - target])
    slopes = np.linalg.lstsq(design, thetas, rcond=None)[0][1:]
    return np.asarray(thetas - (summary - target) @ slopes)


def _beliefs(moved: Floats, parameters: Sequence[Parameter], discount: float) -> tuple[Belief, ...]:
    correlated = np.atleast_2d(np.corrcoef(moved, rowvar=False))
    pairs = {
        (i, j) for i, j in combinations(range(len(parameters)), 2) if abs(float(correlated[i, j])) >= TIED
    }
    free = math.sqrt((len(moved) - 1.0) / max(1.0, len(moved) - 1.0 - len(parameters)))
    made = []
    for i, parameter in enumerate(parameters):
        found = float(moved[:, i].std(ddof=1)) * free
        middle, spread = _tempered(float(moved[:, i].mean()), found, parameter.sigma, discount)
        made.append(Belief(
            key=parameter.key, steps=parameter.steps, after=math.exp(middle), low=math.exp(middle - 1.96 * spread),
            high=math.exp(middle + 1.96 * spread), width=spread / parameter.sigma,
            identified=spread / parameter.sigma <= IDENTIFIED,
            tied=tuple(parameters[j if k == i else k].key for k, j in sorted(pairs) if i in (k, j)),
        ))
    return tuple(made)


def _tempered(middle: float, spread: float, sigma: float, discount: float) -> tuple[float, float]:
    """Return mean and spread when the drills' evidence counts *discount*, all taken as normal."""
    prior, after = 1.0 / sigma**2, 1.0 / max(spread, 1e-6) ** 2
    evidence = max(0.0, after - prior)
    precision = prior + discount * evidence
    return (discount * middle * after / precision if evidence else 0.0), math.sqrt(1.0 / precision)
