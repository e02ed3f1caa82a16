"""When a cell of a batch has enough replications: looks at fixed numbers of them, so that no machine decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from sim.common.types import Floats
from sim.measure.statistics import FEW, t_half_width
from sim.study.batch.model import BatchStudy, StopRule

Enough = Callable[[Mapping[str, Floats]], bool]
"""Tells from the values of a measure, by layout and in the order of the replications, whether they are enough."""

GROWTH = 1.5
"""Each look is at so many times as many replications as the one before."""


def next_look(replications: int, most: int) -> int:
    """Return after how many replications to look again, after a look at *replications* of them: tens, at most *most*.
    """
    return min(most, 10 * math.ceil(GROWTH * replications / 10.0))


def enough_of(study: BatchStudy) -> Enough | None:
    """Return the rule that ends the cells of *study*; ``None`` if they all have the same number of replications."""
    rule = study.stop
    if rule is None:
        return None
    return lambda values: all(_is_narrow(column, rule, study.confidence) for column in values.values())


def _is_narrow(values: Floats, rule: StopRule, confidence: float) -> bool:
    """Tell whether the mean of the replications in which anybody was concerned is known well enough."""
    known = values[~np.isnan(values)]
    if len(known) < FEW or not np.isfinite(known).all():
        return False
    half = t_half_width(known, confidence)
    return half <= (rule.half_width if rule.half_width is not None else (rule.relative or 0.0) * abs(known.mean()))
