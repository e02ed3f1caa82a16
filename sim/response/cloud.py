"""One cloud, step by step: what is left in the vessel and the pool, what is in the air, what everybody has taken in.

Plain arithmetic on arrays; the clock is in :mod:`sim.response.gas`. Minutes count from the start of the release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.types import Bools, Floats, Ints
from sim.hazard.chemical.levels import Reached, reached
from sim.hazard.chemical.source import pool_step
from sim.hazard.geometry import apart_km
from sim.hazard.release import Release

OUT, IN, SHUT, GONE = range(4)
"""Where somebody is: out of doors, indoors, indoors with everything shut, out of the cloud's way."""

UNHARMED, HURT, GRAVE, DEAD = range(4)
"""What the load has done to somebody."""

FAINT = 0.1
"""Of the lowest level for the longest stay: below that a cloud counts as gone."""
DENSEST_MG_M3 = 1e9
"""As dense as water: a level beyond is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """How fast the air in houses changes, times an hour."""

    open_per_h: float
    shut_per_h: float
    airing_per_h: float
    """With every window open, once it is told that the cloud has gone."""
    airs_alone_min: float
    """People open them without being told when they have noticed no gas outside for so long."""


def share_in(edges: tuple[float, float], start: float | Floats, end: float | Floats) -> Floats:
    """Return the minutes that the spell from *start* to *end* shares with the step between *edges*."""
    return np.asarray(np.maximum(np.minimum(edges[1], end) - np.maximum(edges[0], start), 0.0))


def breathed(
    inside: Floats, outside: Floats, changes_per_h: Floats | float, minutes: float
) -> tuple[Floats, Floats]:
    """Return the mean concentration inside during *minutes* of a constant one *outside*, and that at their end."""
    renewed = np.asarray(changes_per_h) * minutes / 60.0
    fresh = -np.expm1(-renewed)
    gap = inside - outside
    return np.asarray(outside + gap * fresh / renewed), np.asarray(inside - gap * fresh)


class Cloud:
    """The state of one release. ``emit`` and ``expose`` are called once per step, in this order."""

    def __init__(self, release: Release, air: Air, zone: Ints) -> None:
        """*zone* is that of each exposed person."""
        r, e, n, people = release, release.exposed, len(release.slot), len(release.exposed)
        self.release, self.air, self.zone = r, air, zone
        self.vessel_kg = r.held_kg - r.puff_kg
        self.pool_kg = self.washed_kg = 0.0
        self.aired_kg = r.puff_kg
        self.rate_kg_min = np.zeros(n)
        """In the air per minute, by step."""
        self.vessel_course_kg, self.pool_course_kg = np.zeros(n), np.zeros(n)
        self.faint_kg_min = self._faint_kg_min()
        self.steps = 0
        self.harms = r.toxic_n > 0.0 and people > 0
        self.used, self.at = np.unique(e.cell, return_inverse=True)
        """Cells with anybody whom the gas could harm, and where among them each person is."""
        self.house_mg_m3 = np.zeros(len(self.used))
        """Inside an ordinary house of each of these cells."""
        self.isolated = self._within(r.isolation_m) if self.harms else np.zeros(people, dtype=bool)
        self.load, self.inside_mg_m3 = np.zeros(people), np.zeros(people)
        self.better_min = np.zeros(people)
        """How long the gas outside has been too thin to be noticed."""
        self.unnoticed_mg_m3 = float(r.level_mg_m3[0].min(initial=np.inf))
        self.place: Ints = np.where(e.outdoors, OUT, IN).astype(np.int64)
        self.harm: Ints = np.zeros(people, dtype=np.int64)

    def _within(self, metres: float) -> Bools:
        """Tell of each person whether they are nearer to the vessel than *metres*."""
        r, cell = self.release, self.release.exposed.cell
        return np.asarray(1e3 * apart_km(r.lon, r.lat, r.cells.lon[cell], r.cells.lat[cell]) <= metres)

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
        came_out = np.flatnonzero(self.rate_kg_min[: k + 1] > self.faint_kg_min)
        if not len(cells.delay_min):
            return False
        last = float(self.release.edges_min[came_out[-1] + 1]) if len(came_out) else -np.inf
        puff = float((cells.delay_min + cells.puff_min).max()) if self.release.puff_kg else -np.inf
        if edge < max(last + float(cells.delay_min.max()), puff):
            return True
        inside = (self.place == IN) | (self.place == SHUT)
        worst = self.inside_mg_m3[inside].max(initial=0.0)
        return bool(worst > FAINT * float(self.release.level_mg_m3[0].min(initial=np.inf)))

    def _faint_kg_min(self) -> float:
        """Return the rate at which the gas is nowhere more than a faint share of the lowest level; 0 without levels."""
        level = float(self.release.level_mg_m3[0].min(initial=np.inf))
        most = max((float(reach.max(initial=0.0)) for reach in self.release.cells.reach_mg_m3), default=0.0)
        return FAINT * level / most if most > 0.0 and level < DENSEST_MG_M3 else 0.0

    # ---- what people take in ---------------------------------------------------------------

    def passes(self, k: int) -> tuple[Floats, Floats]:
        """Return what has come steadily during step *k*: by used cell mg/m3 min, and the load that this is.

        The gas in a cell is what came out its delay before, for exactly as long as it came out.
        """
        r, edges = self.release, self.release.edges_min
        delay = r.cells.delay_min[self.used]
        begin, end = edges[k] - delay, edges[k + 1] - delay
        step = np.maximum(np.searchsorted(edges, begin, side="right") - 1, 0)
        dose, load = np.zeros(len(delay)), np.zeros(len(delay))
        while (here := (step <= k) & (edges[step] < end)).any():
            out = np.minimum(step, k)
            minutes = np.where(here, np.minimum(edges[out + 1], end) - np.maximum(edges[out], begin), 0.0)
            there = self.rate_kg_min[out] * r.cells.reach_mg_m3[r.slot[out], self.used]
            dose += there * minutes
            load += there**r.toxic_n * minutes
            step = np.minimum(step + 1, k + 1)
        return dose, load

    def expose(self, k: int, *, aired_out: bool) -> Ints:
        """Let step *k* pass in the cells; returns the people whose harm has become worse, by number.

        *aired_out*: people have been told that the cloud has gone, and open their windows once the air outside is
        better.
        """
        if not self.harms:
            return np.zeros(0, dtype=np.int64)
        r, at = self.release, self.at
        edges = (float(r.edges_min[k]), float(r.edges_min[k + 1]))
        minutes = edges[1] - edges[0]
        dose, load = self.passes(k)
        if r.puff_kg > 0.0:
            puff, delay = r.cells.puff_mg_m3[self.used], r.cells.delay_min[self.used]
            passing = share_in(edges, delay, delay + r.cells.puff_min[self.used])
            dose, load = dose + puff * passing, load + puff**r.toxic_n * passing
        outside = dose / minutes
        _, self.house_mg_m3 = breathed(self.house_mg_m3, outside, self.air.open_per_h, minutes)
        indoors = self._indoors(outside[at], minutes, aired_out=aired_out)
        taken = np.where(self.place == OUT, load[at], indoors**r.toxic_n * minutes)
        self.load += np.where(self.place == GONE, 0.0, taken)
        return self._worse()

    def _indoors(self, outside: Floats, minutes: float, *, aired_out: bool) -> Floats:
        """Return the mean concentration around each person as if indoors, and keep that at the end of the step."""
        changes = np.where(self.place == SHUT, self.air.shut_per_h, self.air.open_per_h)
        better = outside < (self.inside_mg_m3 if aired_out else self.unnoticed_mg_m3)
        self.better_min = np.where(better, self.better_min + minutes, 0.0)
        airs = better if aired_out else self.better_min > self.air.airs_alone_min
        changes = np.where(airs, self.air.airing_per_h, changes)
        mean, self.inside_mg_m3 = breathed(self.inside_mg_m3, outside, changes, minutes)
        return mean

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

    def act(self, k: int, gone: Floats, shut: Floats, *, shut_off: bool = False) -> None:
        """Let people act at the start of step *k*: those of each zone who have left or shut themselves in by now.

        *gone* and *shut* are shares by zone. Whoever notices the gas acts too: at a plant people go to the muster
        place, elsewhere some leave, the others go indoors and shut the windows. Once the place is *shut_off*, nobody is
        out of doors within the isolation distance.
        """
        r, e = self.release, self.release.exposed
        if not len(e):
            return
        came = float(r.edges_min[k]) - r.cells.delay_min[e.cell]
        alone = came >= e.acts_after_min
        zone = self.zone
        self._go_inside((e.heed_draw < shut[zone]) | (alone & ~e.leaves))
        self.place[(e.heed_draw < gone[zone]) | (alone & e.leaves)] = GONE
        if shut_off:
            self.place[self.isolated & (self.place == OUT)] = GONE

    def _go_inside(self, who: Bools) -> None:
        from_outside = who & (self.place == OUT)
        self.inside_mg_m3[from_outside] = self.house_mg_m3[self.at[from_outside]]
        self.place[who & (self.place != GONE)] = SHUT

    # ---- what is left of it ----------------------------------------------------------------

    def reached(self) -> Reached:
        """Return what each cell has come to so far."""
        r, n = self.release, self.steps
        return reached(self.rate_kg_min[:n], r.edges_min[: n + 1], r.slot[:n], r.cells, r.level_min, r.level_mg_m3)
