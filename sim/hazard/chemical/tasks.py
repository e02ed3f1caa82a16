"""The work that a leak makes: the hole, the curtain, the pool, the washing, the cordon, the measuring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from sim.hazard.casualties import triangular
from sim.hazard.chemical.accident import Accidents, Cause
from sim.hazard.chemical.source import Hole, Source
from sim.hazard.tables import rows

PUMPED = ("tank_fire", "tank_cooling", "water_curtain")
"""Work that lives on the works' water, which stops with the power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakTasks:
    """Provisional numbers of the demands of one leak; -1: there is none."""

    leak: int
    cover: int
    curtain: int
    decontamination: int
    monitoring: int
    cordon: int
    curtain_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """Who is in the way of a cloud if nobody acts."""

    in_gas: float
    """In the orange or red zone."""
    in_red: float
    """In danger of life."""
    exposed: int
    """Whom it could harm out of doors."""


def curtain_range(substance: str) -> tuple[float, float]:
    """Return the least and the greatest share of a gas that a water curtain holds back; zeros if it does nothing."""
    for row in rows("chemical_curtain"):
        if row["substance"] == substance:
            return float(row["low"]), float(row["high"])
    return 0.0, 0.0


def method_of(a: Accidents, hole: Hole, u: float) -> str:
    """Return how the leak can be stopped: at a valve, with a plug, by pumping over; ``empty``: nothing is left to do.

    A hole in a pipe has a valve before it more often than not; what a plug cannot fill has to be pumped over.
    """
    c = a.c
    if hole.kind != "hole":
        return "empty" if hole.kind == "at_once" else "transfer"
    if u < c["valve_at_hand_share"]:
        return "valve"
    return "plug" if hole.mm <= c["plug_most_mm"] else "transfer"


def leak_tasks(
    a: Accidents, vessel: int, minute: float, hole: Hole, source: Source, event: int, cause: Cause, stakes: Stakes
) -> LeakTasks:
    """Add the demands of a leak and return their numbers.

    What is at stake are those in danger of life: by them the duty room judges how large a disaster it is. A plant with
    a major hazard source is wired to the duty room; elsewhere a worker calls.
    """
    c, rng, stake = a.c, a.dice["tasks"], stakes.in_red
    u = rng.random(8)
    low, high = ("detect_low_min", "detect_high_min")
    noticed = minute + c[low] + float(u[0]) * (c[high] - c[low])
    add = Adder(a, vessel, minute, noticed, event)
    recon = c["recon_low_min"] + float(u[1]) * (c["recon_high_min"] - c["recon_low_min"])
    work = recon + _method_min(a, method_of(a, hole, float(u[2])), float(u[3]))
    leak = add("leak_control", work, parent=cause.demand, max_crews=c["leak_crews"], people_at_stake=stake)
    least, most = curtain_range(a.vessels.substance[vessel])
    cut = least + float(u[4]) * (most - least)
    curtain = add("water_curtain", c["curtain_work_min"], parent=leak, max_crews=c["curtain_crews"],
                  people_at_stake=stake) if cut > 0.0 and hole.kind != "at_once" else -1
    pool = float(source.pool_kg.sum()) * source.pool_m2_per_kg
    area = min(pool, source.bund_m2)
    cover = add("pool_cover", c["cover_base_min"] + area * c["cover_min_per_m2"], parent=leak, quantity=area,
                max_crews=c["cover_crews"]) if area >= c["cover_least_m2"] else -1
    wash = add("decontamination", c["wash_work_min"], parent=leak, max_crews=c["wash_crews"],
               people_at_stake=min(stakes.exposed, stake)) if stakes.exposed else -1
    spreads = stakes.in_gas >= 1.0
    cordon = add("cordon", c["cordon_work_min"], parent=leak, max_crews=c["cordon_crews"],
                 people_at_stake=stake) if spreads else -1
    watch = add("gas_monitoring", c["monitoring_work_min"], parent=leak, max_crews=1) if spreads else -1
    return LeakTasks(leak=leak, cover=cover, curtain=curtain, decontamination=wash, monitoring=watch, cordon=cordon,
                     curtain_share=cut)


def _method_min(a: Accidents, method: str, u: float) -> float:
    c = a.c
    low, mode, high = (np.array([60.0 * c[f"{method}_{end}_h"]]) for end in ("low", "mode", "high"))
    return float(triangular(np.array([u]), low, mode, high)[0])


class Adder:
    """Adds demands at one plant that are noticed together.

    Each kind has dice of its own: whether there is a pool to cover, say, does not move the report of the leak.
    """

    def __init__(self, a: Accidents, vessel: int, minute: float, noticed: float, event: int) -> None:
        self.seed = int(a.dice["tasks"].integers(2**63))
        self.a, self.minute, self.noticed, self.event = a, minute, noticed, event
        self.zone, self.node, self.place = a.place(vessel)
        self.watched = bool(a.city.chemical_sites.major_hazard[int(a.vessels.site[vessel])])

    def __call__(self, kind: str, work_min: float, **more: Any) -> int:
        """Add one demand; returns its provisional number."""
        rng = np.random.default_rng([self.seed, crc32(kind.encode())])
        if kind in PUMPED:
            work_min *= 1.0 + (self.a.c["water_short_factor"] - 1.0) * float(self.a.power_out_share[self.zone])
        number = self.a.rows.add(
            kind, rng, places=[self.place], access=self.a.c["plant_access_draw"],
            zone=np.array([self.zone]), node=np.array([self.node]), event=self.event, real_min=self.minute,
            noticed_min=self.noticed, work_crew_min=work_min, watched=self.watched, **more,
        )
        return int(number[0])
