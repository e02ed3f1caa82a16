"""One cloud, step by step: what is left in the vessel and the pool, what is in the air, what everybody has taken in.

Plain arithmetic on arrays; the clock is in :mod:`sim.response.gas`. Minutes count from the start of the release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Bools, Floats, Ints
from sim.hazard.chemical.levels import Reached, reached
from sim.hazard.chemical.source import pool_step
from sim.hazard.scenario import Release

OUT, IN, SHUT, GONE = range(4)
"""Where somebody is: out of doors, indoors, indoors with everything shut, out of the cloud's way."""

UNHARMED, HURT, GRAVE, DEAD = range(4)
"""What the load has done to somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """How fast the air in houses changes, times an hour."""

    open_per_h: float
    shut_per_h: float
    airing_per_h: float
    """With every window open, once it is told that the cloud has gone."""


def share_in(edges: tuple[float, float], start: float | Floats, end: float | Floats) -> Floats:
    """Return the minutes that the spell from *start* to *end* shares with the step between *edges*."""
    return np.asarray(np.maximum(np.minimum(edges[1], end) - np.maximum(edges[0], start), 0.0))


class Cloud:
    """The state of one release. ``emit`` and ``expose`` are called once per step, in this order."""

    def __init__(self, release: Release, air: Air) -> None:
        r, n = release, len(release.slot)
        self.release, self.air = r, air
        self.vessel_kg = r.held_kg - r.puff_kg
        self.pool_kg = self.washed_kg = 0.0
        self.aired_kg = r.puff_kg
        self.rate_kg_min = np.zeros(n)
        """In the air per minute, by step."""
        self.vessel_course_kg, self.pool_course_kg = np.zeros(n), np.zeros(n)
        self.steps = 0
        self.harms = r.toxic_n > 0.0 and len(r.exposed) > 0
        self.source = self._sources() if self.harms else np.zeros((0, 0), dtype=np.int64)
        self.house_mg_m3 = np.zeros(len(r.cells.lon))
        """Inside an ordinary house of each cell."""
        people = len(r.exposed)
        self.load, self.inside_mg_m3 = np.zeros(people), np.zeros(people)
        self.place: Ints = np.where(r.exposed.outdoors, OUT, IN).astype(np.int64)
        self.harm: Ints = np.zeros(people, dtype=np.int64)

    def _sources(self) -> Ints:
        """Return the step in which the gas in each cell at the middle of each step came out; -1: none yet."""
        edges = self.release.edges_min
        middle = 0.5 * (edges[1:] + edges[:-1])
        left = middle[:, None] - self.release.cells.delay_min
        found = np.searchsorted(edges, left, side="right") - 1
        return np.asarray(np.minimum(found, len(middle) - 1))

    # ---- what comes out --------------------------------------------------------------------

    def emit(self, k: int, open_share: float, cover_share: float, curtain_share: float) -> None:
        """Let step *k* pass at the vessel.

        The hole is open for *open_share* of it, the pool covered for *cover_share*; a curtain runs for *curtain_share*.
        """
        r = self.release
        minutes = float(r.edges_min[k + 1] - r.edges_min[k])
        air, spilt = float(r.air_kg[k]) * open_share, float(r.pool_kg[k]) * open_share
        self.vessel_kg = max(0.0, self.vessel_kg - air - spilt)
        boiled, self.pool_kg = pool_step(self.pool_kg, spilt, r, minutes * (1.0 - cover_share))
        raw = air + boiled
        held_back = raw * r.curtain_share * curtain_share
        self.washed_kg += held_back
        self.aired_kg += raw - held_back
        self.rate_kg_min[k] = (raw - held_back) / minutes
        self.vessel_course_kg[k], self.pool_course_kg[k] = self.vessel_kg, self.pool_kg
        self.steps = k + 1

    def flows_after(self, k: int) -> bool:
        """Tell whether anything can still come out of the vessel after step *k* while the hole is open."""
        r = self.release
        return bool(r.air_kg[k + 1 :].any() or r.pool_kg[k + 1 :].any())

    def lingers(self, k: int) -> bool:
        """Tell whether gas is still on its way to some cell, or indoors, after step *k*."""
        edge = float(self.release.edges_min[k + 1])
        cells = self.release.cells
        came_out = np.flatnonzero(self.rate_kg_min[: k + 1])
        if not len(cells.delay_min):
            return False
        last = float(self.release.edges_min[came_out[-1] + 1]) if len(came_out) else -np.inf
        puff = float((cells.delay_min + cells.puff_min).max()) if self.release.puff_kg else -np.inf
        if edge < max(last + float(cells.delay_min.max()), puff):
            return True
        inside = (self.place == IN) | (self.place == SHUT)
        worst = self.inside_mg_m3[inside].max(initial=0.0)
        return bool(worst > 0.1 * float(self.release.level_mg_m3[0].min(initial=np.inf)))

    # ---- what people take in ---------------------------------------------------------------

    def concentration(self, k: int) -> Floats:
        """Return the concentration of what has come steadily in each cell during step *k*, mg/m3."""
        r, source = self.release, self.source[k]
        safe = np.maximum(source, 0)
        rate = np.where(source >= 0, self.rate_kg_min[safe], 0.0)
        reach = r.cells.reach_mg_m3[r.slot[safe], np.arange(len(safe))]
        return np.asarray(rate * reach)

    def expose(self, k: int, *, aired_out: bool) -> Ints:
        """Let step *k* pass in the cells; returns the people whose harm has become worse, by number.

        *aired_out*: people have been told that the cloud has gone, and open their windows once the air outside is
        better.
        """
        if not self.harms:
            return np.zeros(0, dtype=np.int64)
        r, exposed = self.release, self.release.exposed
        minutes = float(r.edges_min[k + 1] - r.edges_min[k])
        steady = self.concentration(k)
        passing = share_in(
            (float(r.edges_min[k]), float(r.edges_min[k + 1])), r.cells.delay_min,
            r.cells.delay_min + r.cells.puff_min,
        ) if r.puff_kg else np.zeros(len(steady))
        mean = steady + r.cells.puff_mg_m3 * passing / minutes
        self.house_mg_m3 += (mean - self.house_mg_m3) * -np.expm1(-self.air.open_per_h * minutes / 60.0)
        outdoors = steady**r.toxic_n * minutes + r.cells.puff_mg_m3**r.toxic_n * passing
        indoors = self._indoors(mean[exposed.cell], minutes, aired_out=aired_out)
        taken = np.where(self.place == OUT, outdoors[exposed.cell], indoors**r.toxic_n * minutes)
        self.load += np.where(self.place == GONE, 0.0, taken)
        return self._worse()

    def _indoors(self, outside: Floats, minutes: float, *, aired_out: bool) -> Floats:
        """Return the mean concentration around each person as if indoors, and keep that at the end of the step."""
        changes = np.where(self.place == SHUT, self.air.shut_per_h, self.air.open_per_h)
        if aired_out:
            changes = np.where(outside < self.inside_mg_m3, self.air.airing_per_h, changes)
        fresh = -np.expm1(-changes * minutes / 60.0)
        end = self.inside_mg_m3 + (outside - self.inside_mg_m3) * fresh
        mean = 0.5 * (self.inside_mg_m3 + end)
        self.inside_mg_m3 = end
        return np.asarray(mean)

    def _worse(self) -> Ints:
        e = self.release.exposed
        harm = np.where(
            self.load >= e.lethal_load, DEAD,
            np.where(self.load >= e.grave_load, GRAVE, np.where(self.load >= e.hurt_load, HURT, UNHARMED)),
        )
        worse = np.flatnonzero(harm > self.harm)
        self.harm = np.maximum(self.harm, harm)
        return worse

    # ---- what people do --------------------------------------------------------------------

    def act(self, k: int, gone: Floats, shut: Floats) -> None:
        """Let people act at the start of step *k*: those of each zone who have left or shut themselves in by now.

        *gone* and *shut* are shares by zone. Whoever notices the gas acts too: at a plant people go to the muster place,
        elsewhere they go indoors and shut the windows.
        """
        r, e = self.release, self.release.exposed
        if not len(e):
            return
        came = float(r.edges_min[k]) - r.cells.delay_min[e.cell]
        alone = came >= e.acts_after_min
        zone = self.zone_of
        self._go_inside((e.heed_draw < shut[zone]) | (alone & ~e.at_work))
        self.place[(e.heed_draw < gone[zone]) | (alone & e.at_work)] = GONE

    def _go_inside(self, who: Bools) -> None:
        from_outside = who & (self.place == OUT)
        self.inside_mg_m3[from_outside] = self.house_mg_m3[self.release.exposed.cell[from_outside]]
        self.place[who & (self.place != GONE)] = SHUT

    zone_of: Ints
    """Zone of each exposed person; set by whoever knows the casualties."""

    # ---- what is left of it ----------------------------------------------------------------

    def reached(self) -> Reached:
        """Return what each cell has come to so far."""
        r, n = self.release, self.steps
        return reached(self.rate_kg_min[:n], r.edges_min[: n + 1], r.slot[:n], r.cells, r.level_min, r.level_mg_m3)
