"""Why the verdicts are as they are: where the time goes, what ran out, which roads were cut, what stayed undone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.report.data import KindRow
from sim.report.figures import times
from sim.report.figures.style import Figure, Title
from sim.report.layouts import Named
from sim.report.replay import StockOut, stock_outs, story_of
from sim.report.source import Source

STOCK_OUTS_SHOWN = 8
SHORT_SHOWN = 6
STEPS = ("report_mean_min", "wait_mean_min", "travel_mean_min")


def time_parts(source: Source, layout: Named) -> dict[str, tuple[float, float, float]]:
    """Return the mean minutes of reporting, waiting and driving by kind, for kinds that crews reached."""
    parts = {}
    for kind in source.inputs.plan.kinds:
        report, wait, travel = (source.spread(layout, f"{step}.{kind}").mean for step in STEPS)
        if all(math.isfinite(value) for value in (report, wait, travel)):
            parts[kind] = (report, wait, travel)
    return parts


def time_figures(source: Source) -> list[Figure]:
    """Return one figure of stacked bars for each layout, on one scale."""
    words = source.words
    parts = [time_parts(source, layout) for layout in source.layouts]
    kinds = [kind for kind in source.inputs.plan.kinds if any(kind in row for row in parts)]
    longest = max((sum(value) for row in parts for value in row.values()), default=0.0)
    if not kinds:
        return []
    figures = []
    for layout, row in zip(source.layouts, parts, strict=True):
        alt = words("alt.time", layout=layout.label, slowest=_slowest(row, source))
        title = Title(f"time-{layout.tag}", layout.label, alt)
        figures.append(times.stacked(row, kinds, longest, words, title))
    return figures


def _slowest(row: dict[str, tuple[float, float, float]], source: Source) -> str:
    if not row:
        return source.words("nothing")
    kind = max(row, key=lambda kind: sum(row[kind]))
    return source.words.listed([source.words.tail(kind), source.words.duration(sum(row[kind]))])


# ---- relief -----------------------------------------------------------------------------------------


def short_rows(source: Source) -> list[dict[str, float]]:
    """Return for each layout the people whom each kit line kept waiting beyond the limit, per replication."""
    return [
        {line: source.spread(layout, f"relief_short_people.{line}").mean for line in source.words.kit}
        for layout in source.layouts
    ]


def short_figure(source: Source) -> Figure | None:
    """Return the bars of people short by kit line; ``None`` if nobody was."""
    rows = [{line: people for line, people in row.items() if not math.isnan(people)} for row in short_rows(source)]
    if not any(people > 0.0 for row in rows for people in row.values()):
        return None
    words = source.words
    worst = [max(row, key=lambda line: row[line]) if row else "" for row in rows]
    said = words.listed([f"{label}: {words.tail(line)}" for label, line in zip(source.labels, worst, strict=True)])
    title = Title("short", words("short.caption"), words("alt.short", lines=said))
    return times.short_by_line(rows, source.labels, words, title)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortSpot:
    """A township where many waited too long for a kit line."""

    zone: str
    line: str
    people: str


def short_spots(source: Source, layout: Named) -> list[ShortSpot]:
    """Return where most people of *layout* waited beyond the limit, and for which line."""
    names = dict(zip(source.city.zones.code, source.city.zones.name, strict=True))
    return [
        ShortSpot(
            zone=source.words.of(names[row.zone]) if row.zone in names else row.zone,
            line=source.words.tail(row.line) if row.line else source.words("nothing"),
            people=source.words.count(row.people),
        )
        for row in source.short.get(layout.layout_id, [])[:SHORT_SHOWN]
    ]


def ran_out(source: Source, number: int) -> tuple[list[StockOut], int]:
    """Return what ran out first under layout *number* in the replication played again, and how many more did."""
    layout, log = source.inputs.layouts[number], source.played.logs[number]
    found = stock_outs(story_of(source.inputs, source.played, layout, log, source.words.lang), log)
    return found[:STOCK_OUTS_SHOWN], max(0, len(found) - STOCK_OUTS_SHOWN)


# ---- demands that waited ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCell:
    """What one layout left of a kind."""

    open: str
    unserved: str
    unreachable: str
    prevented: str
    wait: str
    """How long they waited for a road."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindLine:
    """A kind of demand across the layouts, per disaster."""

    name: str
    demands: str
    cells: tuple[KindCell, ...]


def kind_lines(source: Source) -> list[KindLine]:
    """Return the kinds that came up at all, with what was open, never reached and cut off at the horizon."""
    words, lines = source.words, []
    for kind, about in source.inputs.plan.kinds.items():
        rows = [source.kinds.get((layout.layout_id, kind)) for layout in source.layouts]
        if rows[0] is None:
            continue
        cells = tuple(_kind_cell(row, source) for row in rows)
        lines.append(KindLine(name=words.of(about.name), demands=words.count(rows[0].demands), cells=cells))
    return lines


def _kind_cell(row: KindRow | None, source: Source) -> KindCell:
    words = source.words
    if row is None:
        nothing = words("nothing")
        return KindCell(open=nothing, unserved=nothing, unreachable=nothing, prevented=nothing, wait="")
    wait = "" if math.isnan(row.unreachable_min) else words("kinds.cut_off", wait=words.duration(row.unreachable_min))
    return KindCell(
        open=words.count(row.open),
        unserved=words.count(row.unserved),
        unreachable=words.count(row.unreachable),
        prevented=words.count(row.prevented),
        wait=wait,
    )
