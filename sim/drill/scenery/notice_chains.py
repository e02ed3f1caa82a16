"""Which warnings of a log belong together, and which messages they make: alert, updates, all clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.common.types import NEVER
from sim.drill.copies import Copy
from sim.drill.scenery.places_hazard import WET_M
from sim.drill.scenery.spells import real_spells
from sim.hazard.scenario import Danger, Scenario

SAME_MIN = 1.0
"""Warnings that go out within a minute are one message."""
ALERT, UPDATE, CANCEL = "Alert", "Update", "Cancel"
LOWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a chain."""

    chain: str
    kind: str
    """Row of ``warning_kinds.csv``."""
    type: str
    minute: float
    """Minutes after T0."""
    rank: int
    """Response level that was open; 4 if there was none."""
    dangers: tuple[int, ...]
    """All that the chain warns of so far."""
    new: tuple[int, ...]
    """Of them, those that this message is the first to name."""


def kind_of(danger: Danger, scenario: Scenario) -> str:
    """Return what a danger is: the row of ``warning_kinds.csv``.

    Which flood it is the scenario's notes say: a surcharge is of an ice jam, a storm's total of a flash flood; water
    that an earthquake lets loose comes down a river.
    """
    event = scenario.events[danger.event]
    if danger.release >= 0:
        return "gas"
    if event.kind == "earthquake":
        return "aftershock"
    if event.kind != "flood":
        return "explosion"
    if "surcharge_m" in scenario.notes:
        return "ice_jam"
    return "flash_flood" if "total_mm" in scenario.notes else "river_flood"


def messages(copy: Copy) -> Iterator[Message]:
    """Give the messages of every chain, by time.

    Dangers of one kind are one chain, but for those of leaks and plants, which are one for each. A chain begins with
    its first warning in the log; it is updated when more dangers are warned of, and when a higher response level opens;
    it is cancelled when the log or the scenario says that it is over: the gas is gone, the water has drained, the tank
    that might have burst is cool. The threat of aftershocks has no end on record.
    """
    chains: dict[str, list[tuple[float, int]]] = {}
    for each in copy.log.warnings:
        if each.issued_min <= copy.log.horizon_min:
            chains.setdefault(_chain(each.danger, copy.scenario), []).append((each.issued_min, each.danger))
    made = [message for chain, issued in chains.items() for message in _chain_messages(copy, chain, sorted(issued))]
    yield from sorted(made, key=lambda message: (message.minute, message.chain))


def _chain(number: int, scenario: Scenario) -> str:
    danger = scenario.dangers[number]
    kind = kind_of(danger, scenario)
    if kind == "gas":
        return f"gas:{danger.release}"
    return f"explosion:{danger.event}" if kind == "explosion" else kind


def _chain_messages(copy: Copy, chain: str, issued: list[tuple[float, int]]) -> Iterator[Message]:
    kind = kind_of(copy.scenario.dangers[issued[0][1]], copy.scenario)
    groups: list[tuple[float, list[int]]] = []
    for minute, danger in issued:
        if groups and minute - groups[-1][0] <= SAME_MIN:
            groups[-1][1].append(danger)
        else:
            groups.append((minute, [danger]))
    first = groups[0][0]
    moments: dict[float, list[int]] = {minute: [] for minute, _ in copy.log.levels if minute > first} | dict(groups)
    ends = _ends_min(copy, chain, tuple(danger for _, danger in issued))
    told: tuple[int, ...] = ()
    best = LOWEST + 1
    for minute in sorted(minute for minute in moments if minute < ends):
        new, rank = tuple(moments[minute]), _rank(copy, minute)
        if not new and rank >= best:
            continue
        told, best = (*told, *new), min(best, rank)
        yield Message(
            chain=chain, kind=kind, type=ALERT if minute == first else UPDATE, minute=minute, rank=best, dangers=told,
            new=new,
        )
    if told and ends <= copy.log.horizon_min:
        yield Message(chain=chain, kind=kind, type=CANCEL, minute=ends, rank=best, dangers=told, new=())


def _rank(copy: Copy, minute: float) -> int:
    return min((rank for opened, rank in copy.log.levels if opened <= minute), default=LOWEST)


def _ends_min(copy: Copy, chain: str, dangers: tuple[int, ...]) -> float:
    """Return when the danger of a chain is over; ``inf`` if nothing says so."""
    kind, _, number = chain.partition(":")
    if kind == "gas":
        return next((row.ended_min for row in copy.log.gas if row.release == int(number)), NEVER)
    if kind == "explosion":
        return _averted_min(copy, int(number))
    return NEVER if kind == "aftershock" else _dry_min(copy, dangers)


def _averted_min(copy: Copy, event: int) -> float:
    """Return when what would have led to the explosion was over; ``inf`` if it came to it, or nothing did."""
    scenario, cause = copy.scenario, copy.scenario.events[event].only_if
    if cause < 0 or real_spells(scenario, copy.log)[cause, 0] < NEVER:
        return NEVER
    before = int(scenario.demands.parent[cause])
    return float(copy.log.demands.done_min[before]) if before >= 0 else NEVER


def _dry_min(copy: Copy, dangers: tuple[int, ...]) -> float:
    """Return when the last water has gone from the townships that were warned; ``inf`` if it stays, or never came."""
    series = copy.scenario.series.get("depth_m")
    if series is None:
        return NEVER
    zones = np.unique(np.concatenate([copy.scenario.dangers[number].zones for number in dangers]))
    wet = np.flatnonzero((series.value[:, zones] >= WET_M).any(axis=1))
    last = int(wet[-1]) + 1 if len(wet) else len(series.minute)
    return float(series.minute[last]) if last < len(series.minute) else NEVER
