"""What crews did one after the other in one response, from its timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sim.response.log import Entry

TRAVEL_STARTS = "crew_ordered"
ENDS_WORK = ("crew_left", "retasked", "crew_hurt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a crew's time, ready to draw in row *row*."""

    row: int
    kind: str
    """``travel``, ``work`` or ``rest``."""
    from_min: float
    to_min: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What one crew did from one minute to another."""

    crew: int
    kind: str
    demand: int
    from_min: float
    to_min: float


def stretches(timeline: Iterable[Entry], horizon_min: float) -> list[Stretch]:
    """Return the travel, work and rest of every crew that *timeline* names, in the order in which they ended.

    A drive ends with the arrival, with another order, with a road that is cut, or when its demand is done by others;
    the way home is not on record and is left blank.
    """
    found: list[Stretch] = []
    doing: dict[int, tuple[str, int, float]] = {}

    def end(crew: int, minute: float) -> None:
        if crew in doing:
            kind, demand, since = doing.pop(crew)
            if minute > since:
                found.append(Stretch(crew=crew, kind=kind, demand=demand, from_min=since, to_min=minute))

    for entry in timeline:
        crew, minute = entry.crew, entry.minute
        if entry.what in ("demand_done", "demand_over"):
            for other in [c for c, (kind, demand, _) in doing.items() if kind == "travel" and demand == entry.demand]:
                end(other, minute)
        if crew < 0:
            continue
        if entry.what in (TRAVEL_STARTS, "crew_arrived"):
            end(crew, minute)
            doing[crew] = ("travel" if entry.what == TRAVEL_STARTS else "work", entry.demand, minute)
        elif entry.what in ENDS_WORK or entry.what == "no_road":
            end(crew, minute)
        elif entry.what == "crew_rest":
            end(crew, minute)
            until = min(entry.value, horizon_min)
            found.append(Stretch(crew=crew, kind="rest", demand=-1, from_min=minute, to_min=until))
    for crew in sorted(doing):
        end(crew, horizon_min)
    return found


def busiest_crews(done: Iterable[Stretch], most: int) -> list[int]:
    """Return the *most* crews with the longest travel and work, in the order in which they first left."""
    minutes: dict[int, float] = {}
    first: dict[int, float] = {}
    for stretch in done:
        if stretch.kind != "rest":
            minutes[stretch.crew] = minutes.get(stretch.crew, 0.0) + stretch.to_min - stretch.from_min
            first[stretch.crew] = min(first.get(stretch.crew, stretch.from_min), stretch.from_min)
    chosen = sorted(minutes, key=lambda crew: (-minutes[crew], crew))[:most]
    return sorted(chosen, key=lambda crew: (first[crew], crew))


def drawn(done: Iterable[Stretch], crews: list[int], say: Callable[[Stretch], str]) -> list[Span]:
    """Return the stretches of *crews* as spans of one row per crew; *say* makes the words."""
    row = {crew: i for i, crew in enumerate(crews)}
    return [
        Span(row=row[s.crew], kind=s.kind, from_min=s.from_min, to_min=s.to_min, text=say(s))
        for s in done
        if s.crew in row
    ]
