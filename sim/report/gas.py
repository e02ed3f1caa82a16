"""Gas of the largest accidents of the replication played again: where it went, how strong it was there, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Floats, Ints
from sim.hazard.release import Release
from sim.plan.dispatch import level_reached
from sim.report import leaks
from sim.report.figures import gas as drawing
from sim.report.figures.shapes import shapes_of
from sim.report.figures.style import Figure, Title
from sim.report.leaks import StepRow, ZoneRow
from sim.report.replay import story_of
from sim.report.source import Source
from sim.response.log import GasLog

SHOWN = 2
"""Releases that are shown, the largest first."""

MOMENTS = 6
"""Pictures of the cloud as it comes and goes."""

GROWING = 3
"""Of these, so many while it grows."""

LEFT_SHARE = 0.03
"""Of its greatest area: a smaller rest of the cloud, around the vessel, is not drawn."""

IN_DANGER = "people_in_danger"
"""What a release tells the response levels: its people in danger of life."""

STAY_MIN = 60.0
"""Bands of concentration are those of the zones for a stay of an hour."""

COMPASS = 16
"""Directions of the wind that have a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the report shows of one release."""

    name: str
    text: str
    level: str
    """Why the response level that opened is lower than the orange zone suggests; empty if it is not."""
    footprint: Figure | None
    """``None`` if the gas came to no level anywhere."""
    moments: list[Figure]
    zones: list[ZoneRow]
    courses: list[Figure]
    lanes: Figure
    steps: list[StepRow]
    flow: Figure | None


def gas_panels(source: Source) -> list[Panel]:
    """Return the largest releases that began under the reference layout; empty if there was none."""
    return [_panel(source, row, number + 1) for number, row in enumerate(largest(source.played.logs[0].gas))]


def largest(rows: tuple[GasLog, ...]) -> list[GasLog]:
    """Return the releases to show: those that reached most people in the orange and red zones, then most gas."""
    return sorted(rows, key=lambda row: (-float(row.people[2:].sum()), -row.aired_kg, row.release))[:SHOWN]


def _panel(source: Source, row: GasLog, number: int) -> Panel:
    words, release = source.words, source.played.scenario.releases[row.release]
    name = source.played.scenario.events[release.event].name.of(words.lang)
    footprint, moments = _maps(source, release, row, number)
    return Panel(
        name=name, text=_text(source, release, row), level=_level(source, row), footprint=footprint, moments=moments,
        zones=leaks.zone_rows(source, row.release), courses=leaks.course_figures(source, row.release, number),
        lanes=leaks.lane_figure(source, row.release, number), steps=leaks.step_rows(source, row.release),
        flow=leaks.flow_figure(source, row.release, number),
    )


def _text(source: Source, release: Release, row: GasLog) -> str:
    words = source.words
    story = story_of(source.inputs, source.played, source.inputs.layouts[0], source.played.logs[0], words.lang)
    return words(
        "gas.text", when=story.clock(row.began_min), held=words.tonnes(release.held_kg),
        aired=words.tonnes(row.aired_kg),
        wind=_wind(source, release, float(release.wind_from_deg[0])), stability=release.stability,
    )


def _level(source: Source, row: GasLog) -> str:
    words, levels = source.words, source.inputs.plan.levels
    people = float(row.people[2:].sum())
    opened = min((rank for _, rank in source.played.logs[0].levels), default=0)
    name = next((level.name for level in levels if level.rank == opened), None)
    higher = (lv for lv in levels if lv.rank < opened and level_reached(dict(lv.indicators), {IN_DANGER: people}))
    if name is None or not any(higher):
        return ""
    return words("gas.level", level=words.of(name), people=words.people(people))


def _wind(source: Source, release: Release, from_deg: float) -> str:
    words = source.words
    direction = words(f"gas.from.{round(from_deg / 360.0 * COMPASS) % COMPASS}")
    return words("gas.wind", direction=direction, speed=words.number(release.wind_ms, 1))


# ---- maps -------------------------------------------------------------------------------------------------


def concentration(release: Release, rate_kg_min: Floats, minute: float) -> Floats:
    """Return the mg/m3 in each cell *minute* minutes after a release began that has fed *rate_kg_min* by step.

    What is in a cell left the vessel as long before as the gas needs to get there; what came out at once passes.
    """
    cells = release.cells
    left = minute - cells.delay_min
    step = np.searchsorted(release.edges_min[: len(rate_kg_min) + 1], left, side="right") - 1
    safe = np.clip(step, 0, len(rate_kg_min) - 1)
    rate = np.where((step >= 0) & (step < len(rate_kg_min)), rate_kg_min[safe], 0.0)
    steady = rate * cells.reach_mg_m3[release.slot[safe], np.arange(len(safe))]
    passes = (left >= 0.0) & (left < cells.puff_min)
    return np.asarray(steady + np.where(passes, cells.puff_mg_m3, 0.0))


def band(release: Release, mg_m3: Floats) -> Ints:
    """Return 0, or 1 to 3 where a stay of an hour in such a concentration is that of the yellow, orange or red zone."""
    limits = [
        np.exp(np.interp(np.log(STAY_MIN), np.log(release.level_min), np.log(row))) for row in release.level_mg_m3
    ]
    return np.asarray(sum(((mg_m3 >= limit).astype(np.int64) for limit in limits), np.zeros(len(mg_m3), np.int64)))


def moments(release: Release, row: GasLog) -> list[float]:
    """Return the minutes since the release began to draw, six at most, none if no gas comes to any zone.

    As the cloud grows by equal steps of its area, then as time goes by to the last gas.
    """
    square = release.cells.radius_m**2
    middle = 0.5 * (row.edges_min[1:] + row.edges_min[:-1])
    area = np.array([
        float(square[band(release, concentration(release, row.rate_kg_min, minute)) > 0].sum())
        for minute in middle.tolist()
    ])
    there = np.flatnonzero((area > 0.0) & (area >= LEFT_SHARE * area.max()))
    if not len(there):
        return []
    peak = int(area.argmax())
    grown = [int(np.argmax(area >= area[peak] * (i + 1) / GROWING)) for i in range(GROWING)]
    later = np.linspace(middle[peak], middle[there[-1]], MOMENTS - GROWING + 1)[1:]
    found = {*grown, *(int(there[np.abs(middle[there] - when).argmin()]) for when in later.tolist())}
    return [float(middle[step]) for step in sorted(found)]


def _maps(source: Source, release: Release, row: GasLog, number: int) -> tuple[Figure | None, list[Figure]]:
    """Return what each cell came to, and the cloud at some moments, in one frame."""
    shown = moments(release, row)
    bands = [band(release, concentration(release, row.rate_kg_min, minute)) for minute in shown]
    reached = (np.maximum.reduce([row.cell_level, *bands]) if bands else row.cell_level) > 0
    if not reached.any():
        return None, []
    ground, shapes = source.ground, shapes_of(release)
    x, y = ground.flat([release.lon], [release.lat])
    here = float(x[0]), float(y[0])
    frame = drawing.frame_of([shapes[i] for i in np.flatnonzero(reached).tolist()], here)

    def scene(level: Ints, step: int) -> drawing.Scene:
        from_deg = float(release.wind_from_deg[release.slot[step]])
        return drawing.Scene(
            shapes=shapes, level=level, source=here, name=source.words.of(release.name), wind_from_deg=from_deg,
            wind=_wind(source, release, from_deg),
        )

    whole = drawing.cloud_map(ground, frame, scene(row.cell_level, 0), _footprint_title(source, row, number), 1,
                              detail=True)
    figures = []
    for i, (minute, level) in enumerate(zip(shown, bands, strict=True)):
        step = int(np.searchsorted(row.edges_min, minute, side="right")) - 1
        title = _moment_title(source, row, minute, level, f"gas-{number}-moment-{i + 1}")
        figures.append(drawing.cloud_map(ground, frame, scene(level, step), title, len(shown), detail=False))
    return whole, figures


def _footprint_title(source: Source, row: GasLog, number: int) -> Title:
    words = source.words
    people = words.listed([
        f"{words(f'gas.zone.{level}')}{words('list.colon')}{words.people(float(row.people[level]))}"
        for level in (3, 2, 1)
    ])
    layout = source.layouts[0].label
    return Title(
        f"gas-{number}-footprint", words("gas.footprint.caption", layout=layout),
        words("alt.gas.footprint", layout=layout, people=people),
    )


def _moment_title(source: Source, row: GasLog, minute: float, level: Ints, name: str) -> Title:
    words = source.words
    story = story_of(source.inputs, source.played, source.inputs.layouts[0], source.played.logs[0], words.lang)
    caption = story.clock(row.began_min + minute)
    area = np.pi * (source.played.scenario.releases[row.release].cells.radius_m / 1e3) ** 2
    red, orange, yellow = (words.number(float(area[level == k].sum()), 1) for k in (3, 2, 1))
    return Title(name, caption, words("alt.gas.moment", when=caption, red=red, orange=orange, yellow=yellow))
