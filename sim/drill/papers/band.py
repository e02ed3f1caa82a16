"""The band of an action: P10 - P50 - P80 - P95 of its simulated copies as a picture, with the limit in red."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, log10

from sim.drill.model import Benchmark
from sim.drill.papers.canvas import Canvas, Color, width_of

WIDTH, HEIGHT = 1500, 226
LEFT, RIGHT = 40, 1440
TOP, BOTTOM = 78, 136
"""Upper and lower edge of the band."""
HIGH = 24
"""Height of the figures."""
INK: Color = (60, 60, 60)
RED: Color = (200, 0, 0)
SHADES: tuple[Color, ...] = ((198, 219, 239), (107, 174, 214), (33, 113, 181), (8, 48, 107))
MARKS = ("P10", "P50", "P80", "P95")


@lru_cache(maxsize=256)
def band_png(benchmark: Benchmark, limit_min: float | None) -> bytes | None:
    """Return the picture, the same in both languages; ``None`` if the median is no time (most copies never did it).

    A quantile that is *never*, or P95 of too few copies, is not drawn: the band then ends at the last one that is.
    """
    if benchmark.p50 is None:
        return None
    found = (benchmark.p10, benchmark.p50, benchmark.p80, benchmark.p95)
    known = [(name, value) for name, value in zip(MARKS, found, strict=True) if value is not None]
    longest = max([value for _, value in known] + ([limit_min] if limit_min is not None else []))
    step = _step(longest)
    span = max(step, ceil(longest * 1.04 / step) * step)
    canvas = Canvas(WIDTH, HEIGHT)
    _axis(canvas, span, step)
    for shade, (_, start), (_, end) in zip(SHADES, known, known[1:], strict=False):
        canvas.box(_x(start, span), TOP, max(_x(end, span), _x(start, span) + 1), BOTTOM, shade)
    _marks(canvas, known, span)
    if limit_min is not None:
        at = _x(limit_min, span)
        canvas.line((at, TOP - 6), (at, BOTTOM + 14), 8, RED)
        for aside in (-14, 14):
            canvas.line((at + aside, 8), (at, 26), 8, RED)
    return canvas.png()


def _x(minutes: float, span: float) -> float:
    return LEFT + (RIGHT - LEFT) * minutes / span


def _step(longest: float) -> float:
    """Return the distance of the figures on the axis: 1, 2 or 5 times a power of ten, for five to twelve of them."""
    power = 10 ** floor(log10(max(longest, 0.5) / 5))
    return float(next(each * power for each in (1, 2, 5, 10) if longest / (each * power) <= 10))


def _axis(canvas: Canvas, span: float, step: float) -> None:
    canvas.line((LEFT, BOTTOM + 14), (RIGHT, BOTTOM + 14), 3, INK)
    for order in range(round(span / step) + 1):
        at = _x(order * step, span)
        canvas.line((at, BOTTOM + 14), (at, BOTTOM + 24), 3, INK)
        canvas.figures(f"{order * step:g}", at, BOTTOM + 66, HIGH, INK)


def _marks(canvas: Canvas, known: list[tuple[str, float]], span: float) -> None:
    """Draw the quantiles; a name that would run into the one before it is left out, the table holds the figures."""
    free = 0.0
    for name, value in known:
        at = _x(value, span)
        canvas.line((at, TOP - 8), (at, BOTTOM + 8), 4, INK)
        half = width_of(name, HIGH) / 2
        if at - half >= free:
            canvas.figures(name, at, TOP - 16, HIGH, INK)
            free = at + half + 14
