"""Ground truth for the controller, every quarter of an hour: whoever is asked the same question says the same."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from sim.city.model import City
from sim.common.types import NEVER, Bools, Floats, Text
from sim.drill.clocks import TimeMap, sim_at
from sim.drill.copies import Copy
from sim.drill.model import State
from sim.drill.scenery.scenery_words import scenery_text
from sim.drill.scenery.spells import closure_spells, outage_spells, real_spells
from sim.drill.scenery.states_crews import DOINGS, crews_doing
from sim.measure.gas import ORANGE, RED, YELLOW
from sim.plan.model import Plan

ROMAN = {4: "Ⅳ", 3: "Ⅲ", 2: "Ⅱ", 1: "Ⅰ"}
NONE = "-"
WET_M = 0.01
"""From so deep on water counts."""

Facts = Iterator[tuple[str, str]]
"""Key of the texts ``scenery.state.*``, value."""


def states(city: City, plan: Plan, copy: Copy, time_map: TimeMap, every_min: float = 15.0) -> tuple[State, ...]:
    """Return what is so in *copy* every *every_min* exercise minutes from STARTEX to ENDEX (the end of *time_map*).

    Every number is of this one copy and not a mean: it hangs together. All states have the same facts, those that the
    disaster can have; a moment beyond what the copy was played for is left out. Just at a time jump the state is that
    after it. Raises ``ValueError`` if the copy was played without its timeline.
    """
    if len(copy.log.crews.team) and not copy.log.timeline and copy.log.demands.crews_sent.any():
        msg = "what crews do stands in the timeline: play the copy with it"
        raise ValueError(msg)
    truth = _Truth(city, plan, copy)
    moments = np.arange(0.0, time_map[-1][1] + 1e-9, every_min).tolist()
    made = [(ex_min, sim_at(time_map, ex_min)) for ex_min in moments]
    return tuple(
        State(ex_min=ex_min, sim_min=round(sim_min, 1), facts=truth.at(sim_min))
        for ex_min, sim_min in made if sim_min <= copy.log.horizon_min
    )


def count(number: float) -> str:
    """Return a whole number as it stands in a table."""
    return f"{round(float(number)):d}"


class _Truth:
    """One copy, asked at one minute after the other."""

    def __init__(self, city: City, plan: Plan, copy: Copy) -> None:
        self.city, self.plan, self.scenario, self.log = city, plan, copy.scenario, copy.log
        self.real = real_spells(self.scenario, self.log)
        self.closed = closure_spells(self.scenario, self.log)
        self.out = outage_spells(self.scenario, self.log)
        self.shut = (self.scenario.closures.speed_factor == 0.0).all(axis=1)
        self.is_fire = np.array([plan.kinds[kind].law == "fire" for kind in self.scenario.demands.kind], dtype=bool)

    def at(self, minute: float) -> tuple[tuple[Text, str], ...]:
        """Return all facts."""
        parts = (
            self.command, self.incidents, self.people, self.networks, self.crews, self.relief, self.gas, self.water,
        )
        return tuple((scenery_text(f"state.{key}"), value) for part in parts for key, value in part(minute))

    def command(self, minute: float) -> Facts:
        """Give the response level and the warnings."""
        rank = min((rank for opened, rank in self.log.levels if opened <= minute), default=0)
        yield "level", ROMAN.get(rank, NONE)
        if self.scenario.dangers:
            yield "warnings", count(sum(each.issued_min <= minute for each in self.log.warnings))

    def incidents(self, minute: float) -> Facts:
        """Give how many there are, and how far the answer to them has come."""
        d, there = self.log.demands, self.real[:, 0] <= minute
        on = holds(self.real, minute)
        known = d.known_min <= minute
        yield "unknown", count((on & ~known).sum())
        yield "known", count((there & known).sum())
        yield "waiting", count((on & known & (d.arrived_min > minute)).sum())
        yield "worked_on", count((on & (d.started_min <= minute)).sum())
        yield "done", count((there & (d.done_min <= minute)).sum())
        if self.is_fire.any():
            yield "fires", count((on & self.is_fire).sum())

    def people(self, minute: float) -> Facts:
        """Give what has become of those who are hurt; the dead at once have no minute of their own in a scenario."""
        c, s = self.log.casualties, self.scenario.casualties
        hurt, alive = c.hurt_min <= minute, c.death_min > minute
        buried, freed = hurt & (s.demand >= 0), c.freed_min <= minute
        if (s.demand >= 0).any():
            yield "trapped", count((buried & alive & ~freed).sum())
            yield "freed", count((buried & freed & (c.freed_min < s.trapped_death_min)).sum())
        if len(s):
            ill = hurt & alive & freed & (c.severity >= 2)
            yield "no_care", count((ill & (np.minimum(c.care_min, c.hospital_min) > minute)).sum())
            yield "not_in_hospital", count((ill & (c.hospital_min > minute)).sum())
            yield "in_hospital", count((ill & (c.hospital_min <= minute) & (c.treated_min > minute)).sum())
            yield "treated", count((ill & (c.treated_min <= minute)).sum())
            yield "dead_later", count((c.death_min <= minute).sum())
        if self.scenario.dead_at_once.sum():
            yield "dead_at_once", count(self.scenario.dead_at_once.sum() if minute >= 0.0 else 0)

    def networks(self, minute: float) -> Facts:
        """Give roads, and zones without power or telephone."""
        if len(self.scenario.closures):
            edge, on = self.scenario.closures.edge, holds(self.closed, minute)
            shut = np.unique(edge[on & self.shut])
            yield "roads_shut", count(len(shut))
            yield "roads_slow", count(len(np.setdiff1d(edge[on], shut)))
        for kind, key in (("power", "zones_power"), ("communication", "zones_communication")):
            ours = np.array([each == kind for each in self.scenario.outages.kind], dtype=bool)
            if ours.any():
                yield key, count(len(np.unique(self.scenario.outages.zone[ours & holds(self.out, minute)])))

    def crews(self, minute: float) -> Facts:
        """Give how many crews of the ledger and of outside help do what."""
        doing = crews_doing(self.log, minute)
        for what, key in DOINGS.items():
            yield key, count(doing[what])

    def relief(self, minute: float) -> Facts:
        """Give who has lost their home, who has the whole kit, and what ran out."""
        r = self.log.relief
        if len(r.people):
            out = r.displaced_min <= minute
            yield "displaced", count(r.people[out].sum())
            yield "relieved", count(r.people[out & (r.relieved_min <= minute)].sum())
            yield "no_shelter", count(r.people[out & (r.shelter < 0)].sum())
            yield "stock_out", count(sum(when <= minute for when in self.log.stock_out_min.values()))

    def gas(self, minute: float) -> Facts:
        """Give what the releases together have let out and whom they may reach in all their course."""
        if not self.scenario.releases:
            return
        rows = [row for row in self.log.gas if row.began_min <= minute]
        yield "leaks_running", count(sum(row.flow_ended_min > minute for row in rows))
        yield "clouds", count(sum(row.ended_min > minute for row in rows))
        aired = sum(self._aired_kg(row.release, minute) for row in rows)
        yield "aired", f"{aired / 1000.0:.1f}"
        for level, key in ((RED, "gas_red"), (ORANGE, "gas_orange"), (YELLOW, "gas_yellow")):
            yield key, count(sum(float(row.people[level]) for row in rows))
        for key, courses in (("gas_away", [r.away for r in rows]), ("gas_sheltered", [r.sheltered for r in rows])):
            safe = [_at_step(row.edges_min, course, minute - row.began_min)
                    for row, course in zip(rows, courses, strict=True)]
            yield key, count(sum(safe))

    def _aired_kg(self, release: int, minute: float) -> float:
        row = next(row for row in self.log.gas if row.release == release)
        n = len(row.rate_kg_min)
        spent = np.clip(minute - row.began_min - row.edges_min[:n], 0.0, np.diff(row.edges_min[: n + 1]))
        return self.scenario.releases[release].puff_kg + float((spent * row.rate_kg_min).sum())

    def water(self, minute: float) -> Facts:
        """Give how many townships the water has come to and how deep it is."""
        series = self.scenario.series.get("depth_m")
        if series is None:
            return
        row = int(np.searchsorted(series.minute, minute, side="right")) - 1
        depth = series.value[row] if row >= 0 else np.zeros(len(self.city.zones))
        yield "zones_wet", count((depth >= WET_M).sum())
        yield "deepest", f"{float(depth.max(initial=0.0)):.1f}"


def holds(spell: Floats, minute: float) -> Bools:
    """Tell which spells hold at *minute*."""
    return np.asarray((spell[:, 0] <= minute) & (minute < spell[:, 1]) & (spell[:, 0] < NEVER))


def _at_step(edges_min: Floats, course: Floats, since: float) -> float:
    """Return the people of the orange and red zones by the start of the step that *since* lies in."""
    if not len(course):
        return math.nan
    step = min(max(0, int(np.searchsorted(edges_min, since, side="right")) - 1), len(course) - 1)
    return float(course[step, ORANGE:].sum())
