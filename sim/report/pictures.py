"""The maps of the layouts, curves, utilisation and timetable of a report as figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from sim.report.data import Curve
from sim.report.evacuation import exposed_by_zone
from sim.report.figures import crews, curves, maps
from sim.report.figures.curves import Mark
from sim.report.figures.style import Figure, Title
from sim.report.layouts import team_names
from sim.report.replay import story_of
from sim.report.source import Source
from sim.report.spans import Stretch, busiest_crews, drawn, stretches
from sim.report.townships import values_of
from sim.report.words import Words
from sim.response.log import Entry
from sim.study.story import AID, LOCAL, Story, first_convoys

CREWS_SHOWN = 40
TEAMS_SHOWN = 12
TIERS = range(6)
WIDE = {
    "level_opened": 9,
    "aid_arrived": 9,
    "warning_issued": 3,
    "flow_ended": 3,
    "hospital_shut": 3,
    "crew_hurt": 3,
    "crews_withdrawn": 3,
    "danger_averted": 3,
    "bus_left": 1,
    "zone_scouted": 5,
    "road_opened": 5,
    "stock_out": 6,
    "person_freed": 1,
    "handed_out": 1,
}
"""Entries of the timeline that concern the whole city, and how many of each are told."""

ANSWERS = {"arrival_p50_min": "arrival", "relief_share_10h": "relief", "exposed_people": "exposed"}
"""Measures that are mapped for each layout, and what the map is called."""

EXPOSED = ("#fee0b6", "#fdae61", "#d95f0e", "#7f2704")
"""Colours of few to many people exposed; few can still be told from nobody."""

LEAST_RANGE = 0.02
"""Of the longest wait: a scale that spans less would have ticks that differ in decimals that say nothing."""

DAILY = ("person_freed", "handed_out", "bus_left")
"""Of these only the first is news."""


# ---- maps -----------------------------------------------------------------------------------------------


def position_maps(source: Source) -> list[Figure]:
    """Return where the teams and stores of each layout stand."""
    layouts, words = source.inputs.layouts, source.words
    titles = [
        Title(f"map-positions-{named.tag}", named.label, words("alt.positions", layout=named.label))
        for named in source.layouts
    ]
    return [
        maps.positions(source.ground, layout, title, len(layouts))
        for title, layout in zip(titles, layouts, strict=True)
    ]


def answer_maps(source: Source, measure: str) -> list[Figure]:
    """Return one map of *measure* (a key of :data:`ANSWERS`) for each layout, on one scale."""
    words, name = source.words, ANSWERS[measure]
    if name == "exposed":
        values = exposed_by_zone(source)
    else:
        values = [values_of(source.zone_values, layout.layout_id, measure) for layout in source.layouts]
    finite = [v for row in values for v in row.values() if math.isfinite(v)]
    if not finite:
        return []
    themes = {"arrival": _arrival_theme, "exposed": _exposed_theme, "relief": _relief_theme}
    theme = themes[name](finite, words)
    overlay = maps.stores_of if name == "relief" else maps.teams_of
    figures = []
    for named, layout, row in zip(source.layouts, source.inputs.layouts, values, strict=True):
        what = f"{words(f'map.{name}')} ({named.label})"
        alt = words("alt.map", what=what, worst=maps.extreme(source.ground, row, theme))
        title = Title(f"map-{name}-{named.tag}", named.label, alt)
        figures.append(maps.themed(source.ground, row, theme, title, len(source.layouts), overlay(layout)))
    return figures


def _arrival_theme(minutes: Sequence[float], words: Words) -> maps.Theme:
    """Return a scale that holds every value of every layout; from zero where they are all about the same."""
    low, high = min(minutes) / 60.0, max(minutes) / 60.0
    return maps.Theme(
        scale="YlGnBu",
        low=low if high - low > LEAST_RANGE * high else 0.0,
        high=high or 1.0,
        title=words("scale.arrival"),
        factor=1.0 / 60.0,
        show=lambda v: words("hover.arrival", value=words.duration(v)),
    )


def _relief_theme(_shares: Sequence[float], words: Words) -> maps.Theme:
    return maps.Theme(
        scale="Blues",
        low=0.0,
        high=100.0,
        title=words("scale.relief"),
        factor=100.0,
        worst_is_high=False,
        show=lambda v: words("hover.relief", value=words.percent(v)),
    )


def _exposed_theme(people: Sequence[float], words: Words) -> maps.Theme:
    return maps.Theme(
        scale=EXPOSED,
        low=0.0,
        high=max(1.0, *people),
        title=words("axis.people"),
        least=0.5,
        show=lambda v: words("hover.exposed_people", people=words.people(v)),
    )


# ---- curves -----------------------------------------------------------------------------------------------


def curve_figures(source: Source) -> list[Figure]:
    """Return people rescued alive, the dead, and the relieved as people and as a share, over time."""
    words, c = source.words, source.inputs.plan.coefficients
    rescue, relief = (
        Mark(hour=c[key], label=words(f"mark.{name}", hours=words.trimmed(c[key])), height=height)
        for name, key, height in (("rescue", "rescue_limit_h", 0.03), ("relief", "relief_limit_h", 0.9))
    )
    relieved, displaced = source.curve("relieved_people"), source.curve("displaced_people")

    def title(name: str) -> Title:
        return Title(f"curve-{name}", words(f"curve.{name}"), words("alt.curve", what=words(f"curve.{name}")))

    def banded(name: str, rows: list[Curve | None], mark: Mark | None, need: Curve | None = None) -> Figure:
        return curves.banded(rows, source.labels, words("axis.people"), words, title(name), mark, need)

    return [
        banded("rescued", source.curve("rescued_alive"), rescue if source.shakes else None),
        banded("deaths", source.curve("deaths_later"), None),
        curves.shares(relieved, displaced, source.labels, words, title("relief"), relief),
        banded("relieved", relieved, relief, displaced[0]),
    ]


# ---- teams ------------------------------------------------------------------------------------------------


def tier_figure(source: Source) -> Figure:
    """Return how busy each tier was."""
    words = source.words
    shares = [
        {tier: source.spread(layout, f"utilisation_share.tier{tier}").mean for tier in TIERS}
        for layout in source.layouts
    ]
    return crews.by_tier(shares, source.labels, words, Title("crews-tier", words("crews.tier"), words("alt.tier")))


def team_figures(source: Source) -> list[Figure]:
    """Return the busiest teams of each layout."""
    words, figures = source.words, []
    for named, layout in zip(source.layouts, source.inputs.layouts, strict=True):
        rows = [row for row in source.teams.get(named.layout_id, []) if not row.team.startswith(LOCAL)]
        rows.sort(key=lambda row: -(row.travel_share + row.work_share))
        names = team_names(source.city, source.inputs.plan, layout, words)
        if rows:
            alt = words("alt.teams", layout=named.label, team=names.get(rows[0].team, rows[0].team))
            title = Title(f"crews-{named.tag}", named.label, alt)
            figures.append(crews.busiest(rows[:TEAMS_SHOWN], names, words, title))
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
    caption = words("timetable.caption", layout=source.layouts[0].label)
    title = Title("timetable", caption, words("alt.timetable", crews=len(shown)))
    return crews.gantt(spans, labels, log.horizon_min / 60.0, words, title)


def _crew_label(story: Story, crew: int) -> str:
    team = story.team_of.get(crew, "").removeprefix(AID)
    return f"{crews.shortened(story.word(team), 28)} #{story.number_of.get(crew, crew)}"


def _said(story: Story, source: Source, s: Stretch) -> str:
    words = source.words
    what = words(
        "hover.span",
        crew=story.crew(s.crew),
        what=words(f"span.{s.kind}"),
        start=story.clock(s.from_min),
        minutes=words.duration(s.to_min - s.from_min),
    )
    return f"{what}<br>{story.demand(s.demand)}" if s.demand >= 0 else what


def headlines(source: Source) -> list[tuple[str, list[str], int]]:
    """Return for each layout (label, what concerns the whole city in words, how many lines are left out)."""
    told = []
    for named, layout, log in zip(source.layouts, source.inputs.layouts, source.played.logs, strict=True):
        story = story_of(source.inputs, source.played, layout, log, source.words.lang)
        entries, left_out = milestones(log.timeline, story.depot_levels)
        told.append((named.label, story.lines(entries), left_out))
    return told


def milestones(timeline: Sequence[Entry], depot_levels: Mapping[str, str]) -> tuple[list[Entry], int]:
    """Return the entries that concern the whole city, and how many more of them are left out.

    Of each sort the first few are told; of the hundreds of people freed the first and the last, of relief the first
    hand-out, and the first goods from each outside store and level of suppliers (*depot_levels* by depot id).
    """
    shown: list[Entry] = first_convoys(timeline, depot_levels)
    told: Counter[str] = Counter()
    last_freed: Entry | None = None
    for entry in timeline:
        most = WIDE.get(entry.what, 0)
        if most and told[entry.what] < most:
            shown.append(entry)
        elif entry.what == "person_freed":
            last_freed = entry
        told[entry.what] += 1
    left_out = sum(max(0, told[what] - most) for what, most in WIDE.items() if what not in DAILY)
    if last_freed is not None:
        shown.append(last_freed)
    return sorted(shown, key=lambda entry: entry.minute), left_out
