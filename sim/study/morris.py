"""Morris screening: which of many inputs matter at all, from few points.

A trajectory starts somewhere in the space of the inputs and changes one input after the other; what the output does at
each step is an elementary effect. Morris 1991; mean of the absolute effects: Campolongo, Cariboni & Saltelli 2007.

Inputs lie between 0 and 1; the caller maps them to values. ``u >= 0.5`` makes a yes/no input, which then flips at its
step in every trajectory. Play the same disasters at all points of a trajectory, so that an input without effect shows
none, and other disasters in the next trajectory: the intervals then cover the chance of the disasters as well. An
output that is the mean of three to five replications is steadier than that of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from sim.common.types import Bools, Floats, Ints

RESAMPLES = 2000
"""Resamples of the bootstrap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MorrisDesign:
    """Where to play: trajectories through a grid of levels."""

    points: Floats
    """Shape (trajectories, inputs + 1, inputs), between 0 and 1."""
    step: Ints
    """Step of the trajectory at which an input changes, from 0; shape (trajectories, inputs)."""
    up: Bools
    """Whether it changes upwards; same shape."""
    jump: float
    """By how much."""

    @property
    def trajectories(self) -> int:
        """Number of trajectories."""
        return len(self.points)

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.points.shape[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What each input does to the output when it crosses its whole range, in the unit of the output.

    All arrays have the shape (inputs,).
    """

    mu: Floats
    """Mean effect; near 0 with a large ``mu_star`` if it goes up here and down there."""
    mu_star: Floats
    """Mean size of the effect: how much the input matters."""
    mu_star_low: Floats
    mu_star_high: Floats
    sigma: Floats
    """Standard deviation of the effects: how much they depend on the other inputs, or on where the input stands."""
    sigma_low: Floats
    sigma_high: Floats
    moved: Ints
    """Trajectories in which the output changed at all. 0 of n does not prove an input idle: it may still change the
    output from a share of ``1 - risk^(1/n)`` of all starting points."""

    def order(self) -> Ints:
        """Return the inputs by how much they matter, the first one most."""
        return np.argsort(-self.mu_star, kind="stable").astype(np.int64)


def morris_design(inputs: int, trajectories: int, seed: int, levels: int = 4) -> MorrisDesign:
    """Return *trajectories* through a grid of *levels* (even) per input; the same *seed* gives the same ones.

    (inputs + 1) × trajectories points are to be played; 20 to 40 trajectories are usual.
    """
    if inputs < 1 or trajectories < 2:
        msg = f"there must be an input and two trajectories at least, not {inputs} and {trajectories}"
        raise ValueError(msg)
    if levels < 2 or levels % 2:
        msg = f"levels must be an even number, not {levels}"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    shape = (trajectories, inputs)
    lower = rng.integers(0, levels // 2, shape)
    up = rng.integers(0, 2, shape) == 1
    step = np.argsort(rng.random(shape), axis=1)
    changed = step[:, None, :] < np.arange(inputs + 1)[None, :, None]
    raised = changed == up[:, None, :]
    points = (lower[:, None, :] + levels // 2 * raised) / (levels - 1)
    return MorrisDesign(points=points, step=step, up=up, jump=levels / (2.0 * (levels - 1)))


def elementary_effects(design: MorrisDesign, outputs: Floats) -> Floats:
    """Return the effect of every input in every trajectory, per whole range of the input; (trajectories, inputs).

    *outputs*: one for each point of the design, shape (trajectories, inputs + 1), finite.
    """
    expected = design.points.shape[:2]
    if outputs.shape != expected:
        msg = f"outputs must have the shape (trajectories, inputs + 1) = {expected}, not {outputs.shape}"
        raise ValueError(msg)
    if not np.isfinite(outputs).all():
        msg = "outputs must be finite: take a measure that every replication has and that is never infinite"
        raise ValueError(msg)
    gain = np.take_along_axis(np.diff(outputs, axis=1), design.step, axis=1)
    return np.asarray(np.where(design.up, gain, -gain) / design.jump)


def screen(design: MorrisDesign, outputs: Floats, confidence: float = 0.95, seed: int = 0) -> Screening:
    """Return what the *outputs* of the *design* say of each input; shapes as in :func:`elementary_effects`.

    Intervals: whole trajectories are drawn anew (percentile bootstrap, widened for few trajectories: Hesterberg 2015).
    Each of them has *confidence*, not all together.
    """
    effects = elementary_effects(design, outputs)
    n = len(effects)
    rows = np.random.default_rng(seed).integers(0, n, size=(RESAMPLES, n))
    drawn = effects[rows]
    ends = _ends(n, confidence)
    mu_star_low, mu_star_high = np.quantile(np.abs(drawn).mean(axis=1), ends, axis=0)
    sigma_low, sigma_high = np.quantile(drawn.std(axis=1, ddof=1), ends, axis=0)
    return Screening(
        mu=effects.mean(axis=0), mu_star=np.abs(effects).mean(axis=0), mu_star_low=mu_star_low,
        mu_star_high=mu_star_high, sigma=effects.std(axis=0, ddof=1), sigma_low=sigma_low, sigma_high=sigma_high,
        moved=(effects != 0.0).sum(axis=0),
    )


def _ends(n: int, confidence: float) -> tuple[float, float]:
    """Return the quantiles of a bootstrap of *n* that make an interval as wide as Student's, not as the normal law's.
    """
    low = float(ndtr(stdtrit(n - 1, (1.0 - confidence) / 2.0) * np.sqrt(n / (n - 1.0))))
    return low, 1.0 - low
