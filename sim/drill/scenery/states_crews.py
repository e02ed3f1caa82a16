"""What the crews do at one minute, read from the timeline of a log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sim.response.log import Entry, Log
from sim.study.story import crews_of_log

DOINGS = {"travel": "crews_travel", "work": "crews_work", "rest": "crews_rest", "other": "crews_other"}
"""What a crew does, with the name of the fact. ``other`` is free, turning out or on the way home: no log tells these
apart.
"""

BEGINS = {"crew_ordered": "travel", "crew_arrived": "work", "crew_rest": "rest"}
ENDS = ("crew_left", "retasked", "crew_hurt", "no_road")
OVER = ("demand_done", "demand_over")
"""Whoever is still on the way to such a demand turns round."""


def crews_doing(log: Log, minute: float) -> Mapping[str, int]:
    """Return how many crews do what at *minute*; villagers, and crews not yet to be sent, are left out."""
    team_of, _ = crews_of_log(log)
    doing: dict[int, tuple[str, int, float]] = {}
    for entry in log.timeline:
        if entry.minute > minute:
            break
        _follow(doing, entry)
    ready = [crew for crew in team_of if log.crews.available_min[crew] <= minute]
    counted = Counter(_now(doing.get(crew), minute) for crew in ready)
    return {what: counted[what] for what in DOINGS}


def _follow(doing: dict[int, tuple[str, int, float]], entry: Entry) -> None:
    if entry.what in OVER:
        for crew in [c for c, (what, demand, _) in doing.items() if what == "travel" and demand == entry.demand]:
            del doing[crew]
    elif entry.crew >= 0 and entry.what in BEGINS:
        doing[entry.crew] = BEGINS[entry.what], entry.demand, entry.value
    elif entry.crew >= 0 and entry.what in ENDS:
        doing.pop(entry.crew, None)


def _now(at: tuple[str, int, float] | None, minute: float) -> str:
    """A rest ends at the minute that its entry names."""
    if at is None or (at[0] == "rest" and at[2] <= minute):
        return "other"
    return at[0]
