"""Draws the percentiles of several drills, one small picture for each capability."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sim.drill.papers.words import Words
from sim.drill.review.model import Point, ReviewResult
from sim.drill.review.say import say
from sim.drill.review.svg import FONTS, label
from sim.drill.review.trend import ENOUGH, drills_of, middle

ACROSS, WIDTH, HEIGHT, TOP, GAP = 3, 380.0, 210.0, 90.0, 20.0
LEFT, RIGHT, ABOVE, BELOW = 44.0, 12.0, 30.0, 42.0
GUIDES = (0.5, 0.8, 0.95)
"""Percentiles at which the bands of a review change."""
DRAWN, LATE, OPEN = "#1f5fa8", "#c00000", "#57606a"


def trend_svg(result: ReviewResult, lang: str) -> str:
    """Return the picture as SVG; equal results give equal text."""
    drills = drills_of(result.trend)
    capabilities = sorted({each.capability for each in result.trend})
    down = math.ceil(len(capabilities) / ACROSS)
    width, height = ACROSS * (WIDTH + GAP) + GAP, TOP + down * (HEIGHT + GAP) + 30.0
    mark = say("mark", lang)
    key = "trend.with_line" if len(drills) >= ENOUGH else "trend.only_points"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="{FONTS}">',
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
        label(GAP, 26, f"{mark} {say('trend.title', lang)}", size=16, bold=True),
        label(GAP, 48, say("trend.legend", lang)), label(GAP, 68, say(key, lang, count=len(drills), enough=ENOUGH)),
    ]
    words = Words(drill=result.drill, lang=lang)
    for i, capability in enumerate(capabilities):
        x, y = GAP + (i % ACROSS) * (WIDTH + GAP), TOP + (i // ACROSS) * (HEIGHT + GAP)
        mine = [each for each in result.trend if each.capability == capability]
        parts += _panel(x, y, words.capability(capability), mine, drills)
    parts += [label(GAP, height - 10, mark, color=LATE, bold=True), "</svg>"]
    return "\n".join(parts) + "\n"


def _panel(x: float, y: float, title: str, points: Sequence[Point], drills: Sequence[str]) -> Iterator[str]:
    left, top = x + LEFT, y + ABOVE
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - ABOVE - BELOW
    yield f'<rect x="{x:g}" y="{y:g}" width="{WIDTH:g}" height="{HEIGHT:g}" fill="none" stroke="#e3e6ea"/>'
    yield label(x + 8, y + 20, title, bold=True)
    for share in (0.0, *GUIDES, 1.0):
        at = top + high * (1.0 - share)
        yield f'<line x1="{left:.1f}" y1="{at:.1f}" x2="{left + wide:.1f}" y2="{at:.1f}" stroke="#e3e6ea"/>'
        if share < 1.0:
            yield label(left - 4, at + 4, f"{share:g}", anchor="end", color=OPEN, size=10)
    slot = wide / len(drills)
    middles = []
    for k, drill in enumerate(drills):
        here = [each for each in points if each.drill_id == drill]
        centre = left + slot * (k + 0.5)
        said = drill if len(drill) * 6.0 <= slot else f"{k + 1}"
        yield label(centre, y + HEIGHT - 22, said, anchor="middle", color=OPEN, size=10)
        for j, each in enumerate(here):
            beside = centre + slot * 0.6 * ((j + 0.5) / len(here) - 0.5)
            yield _dot(beside, top + high * (1.0 - each.u), each)
        level = middle(here)
        if level is not None:
            middles.append((centre, top + high * (1.0 - level)))
    if len(middles) >= ENOUGH:
        for one, other in pairwise(middles):
            yield (
                f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}" '
                f'stroke="{DRAWN}" stroke-width="1.5"/>'
            )


def _dot(x: float, y: float, each: Point) -> str:
    """Full: done, at this percentile; empty: not done, at least this percentile."""
    color = LATE if each.u > GUIDES[-1] or each.state == "censored" else DRAWN
    fill = "#ffffff" if each.state == "censored" else color
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}" stroke="{color}"/>'
