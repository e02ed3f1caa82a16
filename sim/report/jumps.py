"""When relief stands still and then jumps: for how long, how many people, and whose goods came."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from sim.report.replay import story_of
from sim.report.source import Source
from sim.response.log import Log

STILL_MIN = 120.0
"""Relief stands still when nobody gets the whole kit for so long, though somebody had it before."""

JUMP_MIN = 60.0
"""What follows counts as one jump for so long."""

LEAST_SHARE = 0.1
"""A jump brings the whole kit to at least this share of the displaced."""

NAMED = 2
"""Stores named for a jump, those with most pieces first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """Nobody from one minute to another, then many at once."""

    from_min: float
    to_min: float
    people: int
    depots: tuple[str, ...]
    """Whose goods were handed out then."""
    first: bool
    """Nothing of theirs had been handed out before."""


def jump_sentences(source: Source) -> list[str]:
    """Return a sentence for each layout under which relief stood still and then jumped, in the played replication."""
    said = []
    for named, layout, log in zip(source.layouts, source.inputs.layouts, source.played.logs, strict=True):
        jump = greatest_jump(log)
        if jump is None:
            continue
        words, story = source.words, story_of(source.inputs, source.played, layout, log, source.words.lang)
        said.append(
            words(
                "jump.first" if jump.first else "jump.more" if jump.depots else "jump.plain",
                layout=named.label,
                start=story.clock(jump.from_min),
                end=story.clock(jump.to_min),
                people=words.number(jump.people),
                depots=words.listed([story.word(depot) for depot in jump.depots]),
            )
        )
    return said


def greatest_jump(log: Log) -> Jump | None:
    """Return the jump that relieved most people after relief had stood still; ``None`` if there was none."""
    relief = log.relief
    some = (relief.relieved_min <= log.horizon_min) & (relief.people > 0)
    order = np.argsort(relief.relieved_min[some], kind="stable")
    minute, people = relief.relieved_min[some][order], relief.people[some][order]
    best: Jump | None = None
    for i in np.flatnonzero(np.diff(minute) >= STILL_MIN).tolist():
        start, end = float(minute[i]), float(minute[i + 1])
        got = int(people[(minute >= end) & (minute <= end + JUMP_MIN)].sum())
        if got >= LEAST_SHARE * relief.people.sum() and (best is None or got > best.people):
            depots, first = _brought(log, end)
            best = Jump(from_min=start, to_min=end, people=got, depots=depots, first=first)
    return best


def _brought(log: Log, minute: float) -> tuple[tuple[str, ...], bool]:
    """Return whose goods were handed out in the jump; those alone that had brought nothing before, if there are any."""
    before = {row.depot for row in log.deliveries if row.handed_min < minute}
    pieces: Counter[str] = Counter()
    for row in log.deliveries:
        if minute <= row.handed_min <= minute + JUMP_MIN:
            pieces[row.depot] += row.pieces
    new = [depot for depot, _ in pieces.most_common() if depot not in before]
    return tuple((new or [depot for depot, _ in pieces.most_common()])[:NAMED]), bool(new)
