"""Finds what the JSON files of a saved scenario refer to: demands, events, townships, releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sized
from dataclasses import dataclass
from typing import NamedTuple

from sim.city.table import Problems, nearest
from sim.common.errors import Problem
from sim.hazard import saved_tables as t

PLACES = {"hospital": "hospital", "depot_place": "node", "team_place": "node"}
"""What a place of each kind is, as the catalogue calls it."""


class Place(NamedTuple):
    """Where a reference stands: the file, the list, and the number (from 0) of the item in it."""

    file: str
    list: str
    number: int

    def problem(self, code: str, column: str, value: object, **params: object) -> Problem:
        """Return a problem of this item."""
        item = (self.list, self.number + 1)
        return Problem(code=code, file=self.file, item=item, column=column, value=str(value), params=params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer:
    """What there is to refer to; a reference that leads nowhere is a problem."""

    zones: Mapping[str, int]
    """Index of each township by its code."""
    demands: Mapping[int, int]
    """Index of each demand by its number in the file."""
    kinds: Mapping[int, str]
    """Kind of each demand by its number in the file."""
    places: Mapping[str, Collection[str]]
    """The ids of the places of each kind that can fail."""
    events: Sized
    releases: Sized
    problems: Problems

    def demand(self, number: int, place: Place, column: str) -> int:
        """Return the index of the demand with *number*; -1 stays what it is, none."""
        if number >= 0 and number not in self.demands:
            self.problems.append(place.problem("saved.no_such_row", column, number, table=f"{t.DEMAND}s.csv"))
        return self.demands.get(number, -1)

    def task(self, number: int, place: Place, column: str, kinds: Collection[str]) -> int:
        """Return the index of the demand with *number*, which must be of one of *kinds*; -1 stays what it is, none."""
        kind = self.kinds.get(number)
        if kind is not None and kind not in kinds:
            choices = ", ".join(kinds)
            self.problems.append(place.problem("saved.other_task", column, number, kind=kind, choices=choices))
        return self.demand(number, place, column)

    def place(self, kind: str, name: str, place: Place) -> str:
        """Return *name*, which is that of a place of the *kind*."""
        if name not in self.places[kind]:
            near = nearest(name, self.places[kind])
            self.problems.append(place.problem("unknown_reference", "place", name, what=PLACES[kind], near=near))
        return name

    def zone(self, code: str, place: Place, column: str) -> int:
        """Return the index of the township with *code*."""
        if code not in self.zones:
            near = nearest(code, self.zones)
            self.problems.append(place.problem("unknown_reference", column, code, what=t.ZONE, near=near))
        return self.zones.get(code, 0)

    def event(self, number: int, place: Place, column: str = "event") -> int:
        """Return *number*, which is that of an event or -1."""
        if number >= len(self.events):
            self.problems.append(place.problem("saved.no_such_event", column, number))
        return number

    def release(self, number: int, place: Place, column: str = "release") -> int:
        """Return *number*, which is that of a release or -1."""
        if number >= len(self.releases):
            self.problems.append(place.problem("saved.no_such_release", column, number, count=len(self.releases)))
        return number
