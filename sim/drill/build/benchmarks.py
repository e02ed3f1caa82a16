"""The law of an action: how long it takes over the simulated copies, how often too long, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.common.types import NEVER, Floats
from sim.drill.expected import Action, Benchmark
from sim.measure.statistics import order_ranks

DECIMALS = 1
"""Nobody reads a watch better than to 0.1 min."""
CONFIDENCE = 0.95
FEW = 100
"""Of fewer copies P95 is not shown: its interval would reach from P90 to the largest value."""


def law(values: Sequence[float], limit_min: float | None) -> Benchmark:
    """Return what *values* say, minutes, one per copy, ``inf`` = never done.

    Values are rounded first and everything else follows from the rounded ones, so that whoever reads the record comes
    to the same numbers. Quantiles are order statistics (the higher neighbour, no interpolation), so that *never* stays
    itself; a value equal to the limit keeps it. Intervals are distribution-free (order statistics, binomial), 95 %.
    Raises ``ValueError`` for no values, nan or negative ones.
    """
    minutes: Floats = np.round(np.array(values, dtype=np.float64), DECIMALS).astype(np.float64)
    if not len(minutes) or not (minutes >= 0.0).all():
        msg = "a law needs minutes that are not negative"
        raise ValueError(msg)
    done = minutes[np.isfinite(minutes)]
    p50_low, p50_high = _around(minutes, 0.5)
    p90_low, p90_high = _around(minutes, 0.9)
    return Benchmark(
        values=tuple(_known(minute) for minute in minutes.tolist()),
        p05=quantile(minutes, 0.05), p10=quantile(minutes, 0.1), p25=quantile(minutes, 0.25),
        p50=quantile(minutes, 0.5), p75=quantile(minutes, 0.75), p80=quantile(minutes, 0.8),
        p90=quantile(minutes, 0.9), p95=quantile(minutes, 0.95) if len(minutes) >= FEW else None,
        mean=_rounded(float(done.mean())) if len(done) else None,
        sd=_rounded(float(done.std(ddof=1))) if len(done) > 1 else None,
        p50_low=p50_low, p50_high=p50_high, p90_low=p90_low, p90_high=p90_high,
        p_not_done=_share(int((~np.isfinite(minutes)).sum()), len(minutes)),
        p_meet_limit=None if limit_min is None else _share(int((minutes <= limit_min).sum()), len(minutes)),
    )


def quantile(minutes: Floats, share: float) -> float | None:
    """Return the quantile *share* as an order statistic; ``None`` if it is *never*."""
    return _known(float(np.quantile(minutes, share, method="higher")))


def _around(minutes: Floats, share: float) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the quantile *share*; ``None`` where the copies bound nothing, or for *never*."""
    low, high = order_ranks(len(minutes), share, CONFIDENCE)
    ordered = np.sort(minutes)
    return (
        _known(float(ordered[low - 1])) if low >= 1 else None,
        _known(float(ordered[high - 1])) if high <= len(ordered) else None,
    )


def _known(minute: float) -> float | None:
    return minute if minute < NEVER else None


def _rounded(value: float) -> float:
    return round(value, 2)


def _share(hits: int, n: int) -> float:
    return round(hits / n, 4)


def minutes_of(benchmark: Benchmark) -> Floats:
    """Return the values of *benchmark*, ``inf`` for never, in the order of the copies."""
    return np.array([NEVER if value is None else value for value in benchmark.values], dtype=np.float64)


def late_shares(actions: Sequence[Action]) -> tuple[int, ...]:
    """Return of each copy how many timed actions were beyond their own P90; what was never done is.

    An action whose P90 is *never* cannot be beyond it, in a copy or in a drill, and does not count. Raises
    ``ValueError`` if actions have other numbers of copies.
    """
    laws = [action.benchmark for action in actions if action.timed and action.benchmark is not None]
    if not laws:
        return ()
    late = np.zeros(len(laws[0].values), dtype=np.int64)
    for each in laws:
        if len(each.values) != len(late):
            msg = "all actions come from the same copies"
            raise ValueError(msg)
        if each.p90 is not None:
            late += minutes_of(each) > each.p90
    return tuple(late.tolist())
