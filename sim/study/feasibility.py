"""Which layouts meet the targets, and the best of those that do, while replications come in.

A mean is held against its limit by F_B (Andradottir & Kim 2010; Batur & Kim 2010): right with the probability promised
if the mean lies at least ``tolerance`` away from the limit; nearer than that, either answer is as good. A share of
disasters is held against its limit by the exact sequence of :mod:`sim.study.sequences`: normal theory does not suit
yes/no outcomes. The risk is divided over all layouts and targets.

The best of those that meet the targets (Healey, Andradottir & Kim 2014): both questions on the same replications, half
of the risk for each. Only a layout that is known to meet the targets may drop a worse one; otherwise the second best
would be lost to a best that later turns out to miss a target.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sim.common.types import Bools, Floats, Ints
from sim.measure.statistics import FEW
from sim.study.selection import Rules, Selection, decide, drop, look, next_rows, start
from sim.study.sequences import beta_binomial_evidence
from sim.study.spread import Spread

Group = Literal["meets", "fails", "undecided"]

MEETS, FAILS = 1, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one target asks of a number per replication. Raises ``ValueError`` for what cannot be asked."""

    limit: float
    statistic: Literal["mean", "share"] = "mean"
    """``share``: values are 1 (kept in this disaster) and 0, and at least *limit* of all disasters must keep it."""
    at_least: bool = False
    """The mean must not be below the limit; else it must not be above. A share must always be ``at_least``."""
    tolerance: float = math.nan
    """Distance from the limit at which a mean must be told right, in its unit; fixed before results are seen."""

    def __post_init__(self) -> None:
        if self.statistic == "mean" and not self.tolerance > 0.0:
            msg = f"the mean needs a tolerance above 0, not {self.tolerance}"
            raise ValueError(msg)
        if self.statistic == "share" and not (self.at_least and 0.0 < self.limit < 1.0):
            msg = f"a share must be at least something between 0 and 1, not {self.limit}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """How far the check of the targets is; arrays have the shape (layouts, targets)."""

    limits: tuple[Limit, ...]
    alpha: float
    """Risk that any answer is wrong."""
    first: int
    batch: int
    spread: Spread
    never: Ints
    """Replications with an infinite value, those with a negative one taken off."""
    answers: Ints
    """1 = meets, -1 = fails, 0 = not known yet."""
    answered_at: Ints
    """Replications that had counted when the answer was found, 0 before."""
    read: int = 0

    @property
    def groups(self) -> tuple[Group, ...]:
        """Say of each layout whether it meets all targets, fails one, or is undecided yet."""
        fails, meets = (self.answers == FAILS).any(axis=1), (self.answers == MEETS).all(axis=1)
        return tuple("fails" if no else "meets" if yes else "undecided" for no, yes in zip(fails, meets, strict=True))

    @property
    def decided(self) -> bool:
        """Tell whether every layout has its group."""
        return "undecided" not in self.groups

    @property
    def risk(self) -> float:
        """The risk of each single answer (Bonferroni)."""
        return self.alpha / self.answers.size


def check(
    limits: tuple[Limit, ...], layouts: int, *, alpha: float = 0.05, first: int = 20, batch: int = 10
) -> Feasibility:
    """Return a check of *limits* for *layouts* that has seen nothing yet; numbers as in :class:`Rules`."""
    if not limits or layouts < 1 or not 0.0 < alpha < 0.5 or first < FEW or batch < 1:
        msg = f"cannot check {len(limits)} targets of {layouts} layouts with {alpha=}, {first=}, {batch=}"
        raise ValueError(msg)
    shape = (layouts, len(limits))
    none = np.zeros(shape, dtype=np.int64)
    return Feasibility(
        limits=limits, alpha=alpha, first=first, batch=batch, spread=Spread.empty(shape), never=none, answers=none,
        answered_at=none,
    )


def check_step(values: Floats, state: Feasibility) -> Feasibility:
    """Hold every whole batch of *values* that *state* has not seen against the limits; return what is then known.

    *values*: all replications so far in the order of their numbers, shape (replications, layouts, targets); nan where
    nobody was concerned or a layout was not played. As in :func:`sim.study.selection.kn_step`, the answer depends on
    the values alone. A layout that fails one target needs no more replications.
    """
    while not state.decided:
        rows = next_rows(values, state.read, state.first, state.batch)
        if rows is None:
            break
        state = held_against(rows, state)
    return state


def held_against(rows: Floats, state: Feasibility) -> Feasibility:
    """Return *state* after the replications *rows*, shape (replications, layouts, targets)."""
    shares = rows[:, :, [limit.statistic == "share" for limit in state.limits]]
    if not np.isin(shares[~np.isnan(shares)], (0.0, 1.0)).all():
        msg = "the values of a share must be 1 (kept in this disaster), 0 or nan"
        raise ValueError(msg)
    spread = state.spread.with_rows(np.where(np.isinf(rows), np.nan, rows), state.first)
    never = state.never + np.isposinf(rows).sum(axis=0) - np.isneginf(rows).sum(axis=0)
    state = replace(state, read=state.read + len(rows), spread=spread, never=never)
    new = np.stack([_answers(state, target) for target in range(len(state.limits))], axis=1)
    found = (state.answers == 0) & (new != 0)
    return replace(
        state,
        answers=np.where(found, new, state.answers),
        answered_at=np.where(found, spread.n + np.abs(never), state.answered_at),
    )


def _answers(state: Feasibility, target: int) -> Ints:
    """Return what each layout's replications say of one target; shape (layouts,)."""
    limit, spread = state.limits[target], state.spread
    n, mean = spread.n[:, target], spread.mean[:, target]
    if limit.statistic == "share":
        return _share_answers(np.round(np.where(n > 0, mean, 0.0) * n), n, limit.limit, state.risk)
    sign = -1.0 if limit.at_least else 1.0
    over = sign * np.where(n > 0, n * (mean - limit.limit), 0.0)
    reach = _reach(spread.variance[:, target], n, limit.tolerance, state)
    finite = np.where(over <= -reach, MEETS, np.where(over >= reach, FAILS, 0))
    endless = sign * state.never[:, target]
    return np.where(endless > 0, FAILS, np.where(endless < 0, MEETS, finite))


def _reach(variance: Floats, n: Ints, tolerance: float, state: Feasibility) -> Floats:
    """Return how far the sum may lie from the limit before F_B answers; ``inf`` while the variance is not known."""
    h2 = check_constants(state.risk, state.first)[1]
    known = np.where(np.isnan(variance), np.inf, variance)
    return np.maximum(0.0, h2 * known / (2.0 * tolerance) - tolerance * n / 2.0)


def check_constants(risk: float, first: int) -> tuple[float, float]:
    """Return eta and h² of F_B for one answer that may be wrong with probability *risk*."""
    eta = 0.5 * ((2.0 * risk) ** (-2.0 / (first - 1)) - 1.0)
    return eta, 2.0 * eta * (first - 1)


def _share_answers(kept: Floats, n: Ints, limit: float, risk: float) -> Ints:
    """Answer as soon as the limit lies outside the confidence sequence of the share."""
    outside = beta_binomial_evidence(kept, n.astype(np.float64), limit) > -math.log(risk)
    return np.where(outside, np.where(kept > limit * n, MEETS, FAILS), 0)


# ---- the best of those that meet the targets -----------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BestFeasible:
    """How far the search for the best layout among those that meet the targets is."""

    selection: Selection
    """Inside are the layouts that neither fail a target nor are dropped by a better one that meets them."""
    feasibility: Feasibility
    state: Literal["running", "decided", "none", "refused"] = "running"
    """``none``: every layout fails a target; ``refused``: see ``selection.refusal``."""
    winner: int = -1
    twins: tuple[int, ...] = ()
    """Layouts that gave the very same as the winner, and are not known to fail a target."""


def best_start(layouts: int, rules: Rules, limits: tuple[Limit, ...]) -> BestFeasible:
    """Return a search that has seen nothing yet; the risk of *rules* is shared half and half."""
    half = replace(rules, alpha=rules.alpha / 2.0)
    feasibility = check(limits, layouts, alpha=half.alpha, first=rules.first, batch=rules.batch)
    return BestFeasible(selection=start(layouts, half), feasibility=feasibility)


def best_step(goal: Floats, targets: Floats, state: BestFeasible) -> BestFeasible:
    """Look at every whole batch of replications that *state* has not seen, and return what is then known.

    *goal*: shape (replications, layouts), as in :func:`sim.study.selection.kn_step`; *targets*: shape (replications,
    layouts, targets), as in :func:`check_step`. Only layouts in ``selection.inside`` need more replications.
    """
    while state.state == "running":
        read, rules = state.selection.read, state.selection.rules
        rows = next_rows(goal, read, rules.first, rules.batch)
        held = next_rows(targets, read, rules.first, rules.batch)
        if rows is None or held is None:
            break
        state = _looked(rows, held, state)
    return state


def _looked(goal: Floats, targets: Floats, state: BestFeasible) -> BestFeasible:
    inside = state.selection.inside
    feasibility = held_against(np.where(inside[:, None], targets, np.nan), state.feasibility)
    groups = feasibility.groups
    selection = look(goal, state.selection, beats=_are(groups, "meets"))
    selection = drop(selection, _are(groups, "fails"))
    state = replace(state, selection=selection, feasibility=feasibility)
    if selection.state == "refused":
        return replace(state, state="refused")
    if not selection.inside.any():
        return replace(state, state="none")
    left = decide(selection)
    known = [i for i in (left.winner, *left.twins) if left.state == "decided" and groups[i] == "meets"]
    if not known:
        return state
    others = tuple(i for i in (left.winner, *left.twins) if i != known[0])
    return replace(state, selection=left, state="decided", winner=known[0], twins=others)


def _are(groups: tuple[Group, ...], group: Group) -> Bools:
    return np.array([each == group for each in groups])
