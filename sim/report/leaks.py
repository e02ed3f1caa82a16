"""One leak under every layout: the steps towards its end, what flowed, and who was out of the gas's way in time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER, Floats, Ints
from sim.hazard.release import Release
from sim.report.figures import leaks as drawing
from sim.report.figures.style import Figure, Title
from sim.report.source import Source
from sim.report.words import DASH
from sim.response.log import DONE, GasLog, Log
from sim.response.works import WORKS

TRACE_SHARE = 0.02
"""Of the lowest yellow concentration: thinner gas has not come yet."""

STEPS = ("noticed", "known", "works", "city", "curtain", "lanes", "stopped", "closed", "spent", "gone")
"""Steps of a leak, in the order in which most leaks take them; it is closed by crews, or spent before any came."""

ZONES = (3, 2, 1)
"""Levels from the worst down."""


# ---- who was where ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneLine:
    """People of one zone under one layout when the gas came to them."""

    zone: str
    level: int
    people: str
    away: str
    shut_in: str
    neither: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRow:
    """The three zones under one layout."""

    label: str
    lines: tuple[ZoneLine, ...]


def row_of(log: Log, release: int) -> GasLog | None:
    """Return what became of *release*; ``None`` if it did not begin."""
    return next((row for row in log.gas if row.release == release), None)


def came_in_step(release: Release, row: GasLog) -> Ints:
    """Return the step in which gas first is in each cell; the last for a cell to which never more than traces came."""
    cells, steps = release.cells, len(row.rate_kg_min)
    trace = TRACE_SHARE * float(release.level_mg_m3[0].min())
    there = row.rate_kg_min[:, None] * cells.reach_mg_m3[release.slot[:steps]] > trace
    left = np.where(there.any(axis=0), row.edges_min[:-1][there.argmax(axis=0)], NEVER)
    left = np.where(cells.puff_mg_m3 > trace, 0.0, left)
    came = np.searchsorted(row.edges_min, left + cells.delay_min, side="right") - 1
    return np.asarray(np.minimum(came, steps - 1))


def safe_people(release: Release, row: GasLog) -> tuple[Floats, Floats]:
    """Return how many of each level had left, and how many had shut themselves in, when gas came to their cell.

    Of a cell's people as many count as of all people of its level in that step.
    """
    spots, away, shut = release.spots, np.zeros(4), np.zeros(4)
    if not len(spots.cell) or not len(row.rate_kg_min):
        return away, shut
    level, step = row.cell_level[spots.cell], came_in_step(release, row)[spots.cell]
    share = np.divide(spots.people, row.people[level], out=np.zeros(len(level)), where=row.people[level] > 0.0)
    np.add.at(away, level, share * row.away[step, level])
    np.add.at(shut, level, share * row.sheltered[step, level])
    return away, shut


def zone_rows(source: Source, release: int) -> list[ZoneRow]:
    """Return for each layout the people of the zones, who of them had left and who had shut themselves in."""
    words, found = source.words, []
    for label, log in zip(source.labels, source.played.logs, strict=True):
        row = row_of(log, release)
        if row is None:
            continue
        away, shut = safe_people(source.played.scenario.releases[release], row)
        found.append(ZoneRow(label=label, lines=tuple(
            ZoneLine(
                zone=words(f"gas.zone.{level}"), level=level, people=words.people(float(row.people[level])),
                away=words.people(float(away[level])), shut_in=words.people(float(shut[level])),
                neither=words.people(max(0.0, float(row.people[level] - away[level] - shut[level]))),
            )
            for level in ZONES
        )))
    return found


def course_figures(source: Source, release: int, number: int) -> list[Figure]:
    """Return for each layout who was out of the gas's way over time; empty if nobody lives in any zone."""
    words, courses = source.words, []
    for layout, named in enumerate(source.layouts):
        row = row_of(source.played.logs[layout], release)
        if row is not None and len(row.rate_kg_min):
            courses.append((named, _course(source, layout, row)))
    most = max((course.all for _, course in courses), default=0.0)
    if most <= 0.0:
        return []
    figures = []
    for named, course in courses:
        safe = float(course.away[-1] + course.sheltered[-1])
        alt = words("alt.gas.course", layout=named.label, people=words.people(course.all), safe=words.people(safe))
        title = Title(f"gas-{number}-course-{named.tag}", named.label, alt)
        figures.append(drawing.courses(course, most, words, title))
    return figures


def _course(source: Source, layout: int, row: GasLog) -> drawing.Course:
    words, times, warnings = source.words, _times(source, layout, row), source.played.logs[layout].warnings
    warned = min((w.issued_min for w in warnings if _is_about(source, w.danger, row.release)), default=NEVER)
    marks = [
        (times.get("known", NEVER), words("gas.mark.known")), (warned - row.began_min, words("gas.mark.warned")),
        (times.get("stopped", NEVER), words("gas.mark.stopped")),
    ]
    return drawing.Course(
        minute=row.edges_min[:-1], away=row.away[:, 1:].sum(axis=1), sheltered=row.sheltered[:, 1:].sum(axis=1),
        all=float(row.people[1:].sum()), marks=sorted((max(0.0, at), label) for at, label in marks if at < NEVER),
    )


def _is_about(source: Source, danger: int, release: int) -> bool:
    return source.played.scenario.dangers[danger].release == release


# ---- step by step -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a leak, or what came of it, under every layout."""

    name: str
    cells: tuple[str, ...]


def _times(source: Source, layout: int, row: GasLog) -> dict[str, float]:
    """Return when each step was taken under a layout, minutes since the leak began; what never happened is missing."""
    log = source.played.logs[layout]
    release, d = source.played.scenario.releases[row.release], log.demands
    found = {"stopped": row.flow_ended_min, "gone": row.ended_min}
    found["curtain"] = min(_laid(source, layout, release.curtain), row.began_min + release.fixed_curtain_min)
    found["lanes"] = _laid(source, layout, release.decontamination)
    asked = [n for n in (release.demand, release.cover, release.curtain, release.decontamination) if n >= 0]
    if release.demand >= 0:
        found["noticed"] = float(source.played.scenario.demands.noticed_min[release.demand])
        found["known"] = float(d.known_min[release.demand])
        if d.state[release.demand] == DONE:
            came = d.arrived_min[release.demand] <= d.done_min[release.demand]
            found["closed" if came else "spent"] = float(d.done_min[release.demand])
    found["works"], found["city"] = _first_there(source, layout, asked)
    return {step: minute - row.began_min for step, minute in found.items() if minute <= log.horizon_min}


def _laid(source: Source, layout: int, demand: int) -> float:
    """Return when crews had put *demand* in place; what they would have stayed for ends with its leak, laid or not."""
    if demand < 0:
        return NEVER
    log, kind = source.played.logs[layout], source.played.scenario.demands.kind[demand]
    if source.inputs.plan.kinds[kind].law != "hold":
        return float(log.demands.done_min[demand])
    stayed = (entry.minute for entry in log.timeline if entry.what == "crews_stay" and entry.demand == demand)
    return min(stayed, default=NEVER)


def _first_there(source: Source, layout: int, demands: Iterable[int]) -> tuple[float, float]:
    """Return when the first crew of a works' brigade, and the first of any other team, came to any of *demands*."""
    log = source.played.logs[layout]
    works = {team.team_id for team in source.inputs.layouts[layout].teams if team.type == WORKS}
    wanted, first = set(demands), {True: NEVER, False: NEVER}
    for entry in log.timeline:
        if entry.what == "crew_arrived" and entry.demand in wanted:
            ours = log.crews.team[entry.crew] in works
            first[ours] = min(first[ours], entry.minute)
    return first[True], first[False]


def _all_times(source: Source, release: int) -> list[dict[str, float]]:
    rows = [row_of(log, release) for log in source.played.logs]
    return [_times(source, layout, row) if row is not None else {} for layout, row in enumerate(rows)]


def lane_figure(source: Source, release: int, number: int) -> Figure:
    """Return one lane for each layout with the steps of the leak."""
    words, times = source.words, _all_times(source, release)
    ends = words.listed([
        f"{label} {words.duration(row.get('stopped', NEVER))}" for label, row in zip(source.labels, times, strict=True)
    ])
    title = Title(f"gas-{number}-steps", words("leak.lanes.caption"), words("alt.leak.lanes", ends=ends))
    lanes = [[(step, row[step]) for step in STEPS if step in row] for row in times]
    return drawing.lanes(lanes, source.labels, words, title)


def step_rows(source: Source, release: int) -> list[StepRow]:
    """Return when each step was taken under each layout, then where all that the vessel held is at the end."""
    words, times = source.words, _all_times(source, release)
    steps = [
        StepRow(
            name=words(f"leak.step.{step}"),
            cells=tuple(words.duration(row[step]) if step in row else DASH for row in times),
        )
        for step in STEPS if any(step in row for row in times)
    ]
    logs = [row_of(log, release) for log in source.played.logs]
    for amount in ("aired_kg", "washed_kg", "pool_kg", "vessel_kg"):
        cells = tuple(DASH if row is None else words.tonnes(float(getattr(row, amount))) for row in logs)
        steps.append(StepRow(name=words(f"leak.{amount}"), cells=cells))
    return steps


def flow_figure(source: Source, release: int, number: int) -> Figure | None:
    """Return what got into the air over time, a line for each layout; ``None`` if all came out at once."""
    words = source.words
    logs = [row_of(log, release) for log in source.played.logs]
    rows = [None if row is None else drawing.Flow(edges_min=row.edges_min, kg_min=row.rate_kg_min) for row in logs]
    aired = words.listed([
        f"{label} {words.tonnes(row.aired_kg if row is not None else math.nan)}"
        for label, row in zip(source.labels, logs, strict=True)
    ])
    title = Title(f"gas-{number}-flow", words("leak.flow.caption"), words("alt.leak.flow", aired=aired))
    return drawing.flows(rows, source.labels, words, title)


# ---- why the layouts differ ---------------------------------------------------------------------------------

WHY = ("leak_flow_min", "gas_aired_kg", "gas_exposed_people", "gas_hurt", "died_exposed", "hospitals_contaminated",
       "explosions_averted", "responders_hurt")
"""Measures that tell what closing a leak sooner, and warning sooner, was good for."""


def why_sentences(source: Source) -> list[str]:
    """Return what the leaks did under the reference, and what each other layout changed about it.

    Means over the disasters; whether a difference is more than chance stands with the key measures.
    """
    words, reference = source.words, source.layouts[0]
    known = {m: source.spread(reference, m).mean for m in WHY}
    told = [m for m in WHY if math.isfinite(known[m]) and any(
        abs(source.spread(layout, m).mean) > 0.0 for layout in source.layouts
    )]
    if not source.played.scenario.releases or not told:
        return []
    sentences = [words("leak.why.reference", layout=reference.label, values=words.listed(
        [words("leak.why.value", measure=words.measure(m), value=words.value(m, known[m])) for m in told]
    ))]
    for layout in source.layouts[1:]:
        changed = [m for m in told if source.spread(layout, m).mean != known[m]]
        gaps = [
            words("conclusion.change", measure=words.measure(m), difference=words.gap(m, gap, gap, gap)[0])
            for m in changed if math.isfinite(gap := source.spread(layout, m).mean - known[m])
        ]
        key = "leak.why.other" if gaps else "leak.why.same"
        sentences.append(words(key, layout=layout.label, values=words("list.semicolon").join(gaps)))
    return sentences
