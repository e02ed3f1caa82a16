"""What struck, as maps: shaking, collapsed dwellings, greatest depth of water, and the water as it rose and fell."""

from __future__ import annotations

import math

import numpy as np

from sim.common.types import Floats
from sim.hazard.scenario import Series
from sim.report.figures import maps
from sim.report.figures.style import Figure, Title
from sim.report.replay import story_of
from sim.report.source import Source
from sim.report.townships import values_of
from sim.report.words import Words

FIELDS = (("intensity", "intensity"), ("depth", "max_depth_m"), ("collapsed", "collapsed_dwellings"))
"""Name of the map and measure; a map of what the scenario does not have is not drawn."""

WET_M = 0.01
"""Shallower water, as a mean over a township's people, is not drawn."""

LEAST_SCALE_M = 0.2
"""The scale of depth reaches at least so far, that a puddle does not look like a flood."""

WATER = ("#cfe3f3", "#6aaed6", "#2676b8", "#08306b")
"""Colours of shallow to deep water; the shallowest can still be told from dry land."""

MOMENTS = 6
"""Pictures of the water as it rises and falls."""

LEAST = {"collapsed": 0.5}
"""A map of less, as a mean of the disasters in the worst township, says nothing."""


def hazard_maps(source: Source) -> list[Figure]:
    """Return how hard it struck and what fell, under the reference layout."""
    first, words, found = source.layouts[0].layout_id, source.words, []
    for name, measure in FIELDS:
        values = values_of(source.zone_values, first, measure)
        if any(value > LEAST.get(name, 0.0) for value in values.values()):
            found.append((name, values))
    figures = []
    for name, values in found:
        theme = _theme(name, max(v for v in values.values() if math.isfinite(v)), words)
        what = words(f"map.{name}")
        alt = words("alt.map", what=what, worst=maps.extreme(source.ground, values, theme))
        figures.append(maps.themed(source.ground, values, theme, Title(f"map-{name}", what, alt), len(found)))
    return figures


def _theme(name: str, most: float, words: Words) -> maps.Theme:
    def shaken(value: float) -> str:
        return words("hover.intensity", value=words.number(value, 1))

    def fallen(value: float) -> str:
        return words("hover.collapsed", value=words.count(value))

    if name == "depth":
        return depth_theme(most, words)
    title = words(f"scale.{name}")
    if name == "intensity":
        return maps.Theme(scale="YlOrRd", low=min(5.0, most), high=max(10.0, most), title=title, show=shaken)
    return maps.Theme(scale="YlOrBr", low=0.0, high=most, title=title, show=fallen)


def depth_theme(most_m: float, words: Words) -> maps.Theme:
    """Return the colours of depths up to *most_m*."""
    return maps.Theme(
        scale=WATER,
        low=0.0,
        high=max(LEAST_SCALE_M, most_m),
        least=WET_M,
        title=words("scale.depth"),
        show=lambda value: words("hover.depth", value=words.value("depth_m", value)),
    )


# ---- water over time --------------------------------------------------------------------------------------


def water_maps(source: Source) -> list[Figure]:
    """Return the depth of water at some moments of the replication played again, on one scale.

    Who touches a township reads who was to leave it, and how many were still there under each layout. Empty if the
    scenario has no water.
    """
    series = source.played.scenario.series.get("depth_m")
    if series is None:
        return []
    shown = moments(series)
    theme = depth_theme(float(series.value.max()), source.words) if shown else None
    notes = exposure_notes(source)
    figures = []
    for number, moment in enumerate(shown):
        values = dict(zip(source.city.zones.code, series.value[moment].tolist(), strict=True))
        assert theme is not None
        figures.append(_water_map(source, float(series.minute[moment]), values, theme, notes, number, len(shown)))
    return figures


def _water_map(
    source: Source, minute: float, values: dict[str, float], theme: maps.Theme, notes: dict[str, str], number: int,
    columns: int,
) -> Figure:
    words = source.words
    story = story_of(source.inputs, source.played, source.inputs.layouts[0], source.played.logs[0], words.lang)
    caption = story.clock(minute)
    what = words("water.what", when=caption)
    alt = words("alt.map", what=what, worst=maps.extreme(source.ground, values, theme))
    title = Title(f"map-water-{number + 1}", caption, alt)
    return maps.themed(source.ground, values, theme, title, columns, notes=notes)


def moments(series: Series) -> list[int]:
    """Return the rows of *series* to draw, six at most: as the water rises by equal steps, then as time goes by.

    From the first water over the peak to the last; fewer where they fall together, none where it stays dry.
    """
    wet = np.flatnonzero(series.value.max(axis=1) >= WET_M)
    if len(wet) == 0:
        return []
    total, minute = series.value.sum(axis=1), series.minute
    first, last, peak = int(wet[0]), int(wet[-1]), int(total.argmax())
    falls = last > peak
    rising = 0 if peak <= first else 2 if falls else MOMENTS - 1
    steps = total[first] + (total[peak] - total[first]) * np.arange(rising) / max(1, rising)
    shown = {first + int(np.argmax(total[first:] >= step)) for step in steps.tolist()}
    later = np.linspace(minute[peak], minute[max(peak, last)], MOMENTS - rising)
    return sorted(shown | {_nearest(minute, when) for when in later.tolist()})


def _nearest(minute: Floats, when: float) -> int:
    return int(np.abs(minute - when).argmin())


def exposure_notes(source: Source) -> dict[str, str]:
    """Return for each zone that was to be left who was in danger, since when, and who was still there, in words."""
    words, codes = source.words, source.city.zones.code
    story = story_of(source.inputs, source.played, source.inputs.layouts[0], source.played.logs[0], words.lang)
    people: dict[int, int] = {}
    strike: dict[int, float] = {}
    exposed: dict[int, list[float]] = {}
    for number, log in enumerate(source.played.logs):
        for row in log.evacuations:
            if row.strike_min > log.horizon_min or source.played.scenario.dangers[row.danger].release >= 0:
                continue
            exposed.setdefault(row.zone, [0.0] * len(source.layouts))[number] += row.exposed
            if number == 0:
                people[row.zone] = people.get(row.zone, 0) + row.people
                strike[row.zone] = min(strike.get(row.zone, math.inf), row.strike_min)
    return {
        codes[zone]: words(
            "hover.exposed",
            people=words.number(people[zone]),
            when=story.clock(strike[zone]),
            exposed=words.listed(
                [f"{layout.tag} {words.number(n)}" for layout, n in zip(source.layouts, left, strict=True)]
            ),
        )
        for zone, left in exposed.items()
    }
