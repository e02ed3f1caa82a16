"""When a cell of a batch has enough replications: looks at fixed numbers of them, so that no machine decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from sim.common.types import Floats
from sim.measure.verdict import measure_range
from sim.study.batch.model import BatchStudy
from sim.study.halfwidth import Wanted, narrow_enough

Enough = Callable[[Mapping[str, Floats]], int | None]
"""Says from the values of a measure, by layout and in the order of the replications (nan where nobody was concerned),
how many of them are enough; ``None`` if more are needed."""

GROWTH = 1.5
"""Each look is at so many times as many replications as the one before."""


def next_look(replications: int, most: int) -> int:
    """Return after how many replications to look again, after a look at *replications* of them: tens, at most *most*.
    """
    return min(most, 10 * math.ceil(GROWTH * replications / 10.0))


def enough_of(study: BatchStudy) -> Enough | None:
    """Return the rule that ends the cells of *study*; ``None`` if they all have the same number of replications.

    The mean of the measure is to be known well enough under every layout (:mod:`sim.study.halfwidth`).
    """
    rule = study.stop
    if rule is None:
        return None
    least, most = measure_range(rule.measure)
    width, relative = (rule.half_width, False) if rule.half_width is not None else (rule.relative or 0.0, True)
    wanted = Wanted(half_width=width, relative=relative, confidence=study.confidence, least=least, most=most)
    fewest = rule.min_replications

    def enough(values: Mapping[str, Floats]) -> int | None:
        stop = narrow_enough(list(values.values()), [wanted] * len(values))
        return None if stop is None else max(fewest, stop.n)

    return enough
