"""What led to what: the chain of events of one disaster as a tree, and of all disasters as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.hazard.scenario import Event, Scenario
from sim.measure.exposure import happened
from sim.report.figures import chain as drawing
from sim.report.figures.style import Figure, Title
from sim.report.replay import story_of
from sim.report.source import Source
from sim.response.log import Log

ROWS = 18
"""Events that a tree shows at most; those on the longer branches go before those that led to nothing more."""

KINDS = ("earthquake", "flood", "release", "fire", "explosion")
"""Kinds of events that the table lists, in this order."""

AT_PLANTS = ("release", "fire", "explosion")


def chain_figures(source: Source) -> tuple[list[Figure], int]:
    """Return a tree for each layout, and how many events no tree shows; no tree of a single event."""
    shown = events_shown(source.chained.scenario)
    if len(shown) < 2:
        return [], 0
    chosen = most_telling(source.chained.scenario, shown)
    kept = [event for event, _ in chosen]
    last = max(source.chained.scenario.events[event].start_min for event in kept)
    figures = []
    for number, (named, log) in enumerate(zip(source.layouts, source.chained.logs, strict=True)):
        nodes = _nodes(source, number, chosen)
        averted = source.words.listed([node.name for node in nodes if not node.came]) or source.words("nothing")
        came = sum(happened(log, source.chained.scenario, event) for event in kept)
        alt = source.words("alt.chain", layout=named.label, came=came, averted=averted)
        title = Title(f"chain-{named.tag}", named.label, alt)
        figures.append(drawing.tree(nodes, last, source.words, title))
    return figures, max(0, len(shown) - ROWS)


def events_shown(scenario: Scenario) -> list[tuple[int, int]]:
    """Return (event, depth) of those that lead on or were led to, each behind what led to it.

    Aftershocks to which nothing is due are left out, as is everything beyond the horizon.
    """
    events = scenario.events
    children: dict[int, list[int]] = {}
    for number, event in enumerate(events):
        if event.start_min <= scenario.horizon_min:
            children.setdefault(event.parent, []).append(number)
    shown: list[tuple[int, int]] = []

    def visit(number: int, depth: int) -> None:
        if not _is_mute(number, events, children):
            shown.append((number, depth))
            for child in sorted(children.get(number, ()), key=lambda n: (events[n].start_min, n)):
                visit(child, depth + 1)

    for first in children.get(-1, ()):
        visit(first, 0)
    return shown


def most_telling(scenario: Scenario, shown: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the rows to draw, in their order: what leads on or stands far down a chain first, then what came first."""
    leads = {scenario.events[event].parent for event, _ in shown}

    def rank(row: int) -> tuple[bool, float, int]:
        event, depth = shown[row]
        return event not in leads and depth < 2, scenario.events[event].start_min, row

    return [shown[row] for row in sorted(sorted(range(len(shown)), key=rank)[:ROWS])]


def _is_mute(number: int, events: Sequence[Event], children: dict[int, list[int]]) -> bool:
    """Tell whether an event is only one more of its parent's kind (an aftershock) and leads to nothing."""
    event = events[number]
    same = event.parent >= 0 and event.kind == events[event.parent].kind and event.kind not in AT_PLANTS
    return same and not children.get(number)


def _nodes(source: Source, number: int, shown: Sequence[tuple[int, int]]) -> list[drawing.Node]:
    words, scenario, log = source.words, source.chained.scenario, source.chained.logs[number]
    story = story_of(source.inputs, source.chained, source.inputs.layouts[number], log, words.lang)
    rows = {event: row for row, (event, _) in enumerate(shown)}
    return [
        drawing.Node(
            name=words.of(scenario.events[event].name), kind=scenario.events[event].kind,
            minute=scenario.events[event].start_min, parent=rows.get(scenario.events[event].parent, -1), depth=depth,
            came=happened(log, scenario, event),
            note=_note(source, log, event, story.clock(scenario.events[event].start_min)),
        )
        for event, depth in shown
    ]


def _note(source: Source, log: Log, event: int, clock: str) -> str:
    """Return the clock, the size if it has a unit of its own, and that it was averted if it was."""
    words, it = source.words, source.chained.scenario.events[event]
    size = ""
    if it.kind in ("release", "explosion"):
        size = words("chain.size.held", size=words.tonnes(it.size))
    elif it.kind == "fire":
        size = words("unit.value", value=words.number(it.size), unit=words("unit.mw"))
    averted = "" if happened(log, source.chained.scenario, event) else words("chain.averted")
    return " · ".join(part for part in (clock, size, averted) if part)


# ---- over many disasters ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainCell:
    """Events of one kind under one layout."""

    mean: str
    share: str
    averted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLine:
    """Events of one kind across the layouts."""

    name: str
    cells: tuple[ChainCell, ...]


def chain_lines(source: Source) -> list[ChainLine]:
    """Return the kinds of events that came about or were averted; empty where one kind alone is known."""
    words, lines = source.words, []
    for kind in KINDS:
        rows = [source.chain.get((layout.layout_id, kind)) for layout in source.layouts]
        if any(row is not None for row in rows):
            cells = tuple(
                ChainCell(mean=words.count(0.0), share=words.percent(0.0, 0), averted=words.count(0.0))
                if row is None
                else ChainCell(
                    mean=words.count(row.mean), share=words.percent(row.share, 0), averted=words.count(row.averted)
                )
                for row in rows
            )
            lines.append(ChainLine(name=words(f"chain.kind.{kind}"), cells=cells))
    plants = any((layout.layout_id, kind) in source.chain for layout in source.layouts for kind in AT_PLANTS)
    return lines if plants or len(lines) > 1 else []
