"""The maps, curves, utilisation and timetable of a report as figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.report.figures import crews, curves, maps
from sim.report.figures.curves import Mark
from sim.report.figures.style import Figure
from sim.report.layouts import Named, team_names
from sim.report.replay import story_of
from sim.report.source import Source
from sim.report.spans import Stretch, busiest_crews, drawn, stretches
from sim.report.townships import values_of
from sim.study.story import AID, LOCAL, Story

CREWS_SHOWN = 40
TEAMS_SHOWN = 12
TIERS = range(6)


# ---- maps -----------------------------------------------------------------------------------------------


def position_maps(source: Source) -> list[Figure]:
    """Return where the teams and stores of each layout stand."""
    words = source.words
    return [
        maps.positions(source.ground, layout, f"map-positions-{named.tag}", named.label, words("alt.positions", layout=named.label))
        for named, layout in zip(source.layouts, source.inputs.layouts, strict=True)
    ]


def hazard_maps(source: Source) -> list[Figure]:
    """Return how the ground shook and what fell, which no layout changes."""
    words, first = source.words, source.layouts[0].layout_id
    shaking = values_of(source.zone_values, first, "intensity")
    fallen = values_of(source.zone_values, first, "collapsed_dwellings")
    most = max((value for value in shaking.values() if math.isfinite(value)), default=0.0)
    scales = (
        ("intensity", shaking, maps.Theme(
            scale="YlOrRd", low=min(5.0, most), high=max(10.0, most), title=words("scale.intensity"),
            show=lambda v: words("hover.intensity", value=words.number(v, 1)),
        )),
        ("collapsed", fallen, maps.Theme(
            scale="YlOrBr", low=0.0, high=max(fallen.values(), default=1.0), title=words("scale.collapsed"),
            show=lambda v: words("hover.collapsed", value=words.count(v)),
        )),
    )
    return [
        maps.themed(
            source.ground, values, theme, f"map-{name}", words(f"map.{name}"),
            words("alt.map", what=words(f"map.{name}"), worst=_extreme(source, values, theme)), name_worst=True,
        )
        for name, values, theme in scales
    ]


def answer_maps(source: Source, measure: str) -> list[Figure]:
    """Return one map of *measure* (``arrival_p50_min`` or ``relief_share_10h``) for each layout, on one scale."""
    words = source.words
    values = [values_of(source.zone_values, layout.layout_id, measure) for layout in source.layouts]
    finite = [v for row in values for v in row.values() if math.isfinite(v)]
    if not finite:
        return []
    if measure == "arrival_p50_min":
        theme = maps.Theme(
            scale="Cividis_r", low=0.0, high=max(finite) / 60.0, title=words("scale.arrival"), factor=1.0 / 60.0,
            show=lambda v: words("hover.arrival", value=words.duration(v)),
        )
    else:
        theme = maps.Theme(
            scale="Blues", low=0.0, high=100.0, title=words("scale.relief"), factor=100.0, worst_is_high=False,
            show=lambda v: words("hover.relief", value=words.percent(v)),
        )
    name, show = ("arrival", "teams") if measure == "arrival_p50_min" else ("relief", "stores")
    return [
        maps.themed(
            source.ground, row, theme, f"map-{name}-{named.tag}", named.label,
            words("alt.map", what=f"{words(f'map.{name}')} ({named.label})", worst=_extreme(source, row, theme)), layout,
            name_worst=True, show=show,
        )
        for named, layout, row in zip(source.layouts, source.inputs.layouts, values, strict=True)
    ]


def _extreme(source: Source, values: dict[str, float], theme: maps.Theme) -> str:
    """Return the township at the bad end, with its value."""
    known = {zone: v for zone, v in values.items() if not math.isnan(v) and zone in source.city.zones.code}
    if not known:
        return source.words("nothing")
    zone = (max if theme.worst_is_high else min)(known, key=lambda code: known[code])
    name = source.words.of(source.city.zones.name[source.city.zones.code.index(zone)])
    return source.words.listed([name, theme.show(known[zone])])


# ---- curves -----------------------------------------------------------------------------------------------


def curve_figures(source: Source) -> list[Figure]:
    """Return people rescued alive, the share relieved, and the dead, over time."""
    words, c = source.words, source.inputs.plan.coefficients
    rescue = Mark(hour=c["rescue_limit_h"], label=words("mark.rescue", hours=words.hours(c["rescue_limit_h"])))
    relief = Mark(hour=c["relief_limit_h"], label=words("mark.relief", hours=words.hours(c["relief_limit_h"])))
    rescued, relieved, displaced, dead = (
        source.curve(name) for name in ("rescued_alive", "relieved_people", "displaced_people", "deaths_later")
    )
    figures = []
    if any(rescued):
        figures.append(curves.banded(rescued, source.labels, words("axis.people"), words, "curve-rescued",
                                     words("curve.rescued"), words("alt.curve", what=words("curve.rescued")), rescue))
    if any(relieved):
        figures.append(curves.shares(relieved, displaced, source.labels, words, "curve-relief",
                                     words("curve.relief"), words("alt.curve", what=words("curve.relief")), relief))
    if any(dead):
        figures.append(curves.banded(dead, source.labels, words("axis.people"), words, "curve-deaths",
                                     words("curve.deaths"), words("alt.curve", what=words("curve.deaths"))))
    return figures


# ---- teams ------------------------------------------------------------------------------------------------


def tier_figure(source: Source) -> Figure:
    """Return how busy each tier was."""
    words = source.words
    shares = [
        {tier: source.spread(layout, f"utilisation_share.tier{tier}").mean for tier in TIERS} for layout in source.layouts
    ]
    return crews.by_tier(shares, source.labels, words, "crews-tier", words("crews.tier"), words("alt.tier"))


def team_figures(source: Source) -> list[Figure]:
    """Return the busiest teams of each layout."""
    words, figures = source.words, []
    for named, layout in zip(source.layouts, source.inputs.layouts, strict=True):
        rows = [row for row in source.teams.get(named.layout_id, []) if not row.team.startswith(LOCAL)]
        rows.sort(key=lambda row: -(row.travel_share + row.work_share))
        names = team_names(source.city, source.inputs.plan, layout, words)
        if rows:
            alt = words("alt.teams", layout=named.label, team=names.get(rows[0].team, rows[0].team))
            figures.append(crews.busiest(rows[:TEAMS_SHOWN], names, words, f"crews-{named.tag}", named.label, alt))
    return figures


# ---- one replication --------------------------------------------------------------------------------------


def timetable(source: Source) -> Figure | None:
    """Return what the busiest crews of the reference did in the replication played again."""
    layout, log = source.inputs.layouts[0], source.played.logs[0]
    words = source.words
    story = story_of(source.inputs, source.played, layout, log, words.lang)
    done = stretches(log.timeline, log.horizon_min)
    shown = busiest_crews(done, CREWS_SHOWN)
    if not shown:
        return None
    spans = drawn(done, shown, lambda s: _said(story, source, s))
    labels = [_crew_label(story, crew) for crew in shown]
    return crews.gantt(
        spans, labels, log.horizon_min / 60.0, words, "timetable", words("timetable.caption", layout=source.layouts[0].label),
        words("alt.timetable", crews=len(shown)),
    )


def _crew_label(story: Story, crew: int) -> str:
    team = story.team_of.get(crew, "").removeprefix(AID)
    return f"{story.word(team)} {story.number_of.get(crew, crew)}"


def _said(story: Story, source: Source, s: Stretch) -> str:
    words = source.words
    what = words("hover.span", crew=story.crew(s.crew), what=words(f"span.{s.kind}"), start=story.clock(s.from_min),
                 minutes=words.duration(s.to_min - s.from_min))
    return f"{what}<br>{story.demand(s.demand)}" if s.demand >= 0 else what


def headlines(source: Source, named: Sequence[Named], most: int) -> list[tuple[str, list[str], int]]:
    """Return (layout, the first headlines of its story, how many more there are)."""
    told = []
    for number, layout in enumerate(named):
        story = story_of(source.inputs, source.played, source.inputs.layouts[number], source.played.logs[number], source.words.lang)
        lines = story.headlines()
        told.append((layout.label, lines[:most], max(0, len(lines) - most)))
    return told
