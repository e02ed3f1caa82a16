"""One vessel opens: what comes out if nobody acts, where it goes, who is in the way, what there is to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.common.types import NEVER, Floats, Ints, Text, frozen
from sim.hazard.chemical.accident import Accidents, Cause, stored
from sim.hazard.chemical.cloud import reach_m
from sim.hazard.chemical.exposure import draw_exposed, least_loads, worst_loads
from sim.hazard.chemical.footprint import Source as FootSource
from sim.hazard.chemical.footprint import footprint, spots_of
from sim.hazard.chemical.levels import reached
from sim.hazard.chemical.roads import gas_closures
from sim.hazard.chemical.source import Hole, Source, pool_step, source_of
from sim.hazard.chemical.strength import Release0
from sim.hazard.chemical.tables import chemical_relations
from sim.hazard.chemical.tasks import LeakTasks, Stakes, leak_tasks
from sim.hazard.chemical.toxic import toxicity
from sim.hazard.chemical.zones import initial_isolation_m, zone_thresholds
from sim.hazard.release import Cells, Exposed, Release, Spots
from sim.hazard.scenario import Danger, Event

SPANS = ((60.0, 1.0), (180.0, 2.0), (720.0, 5.0), (1440.0, 10.0), (10080.0, 30.0))
"""Steps of a release: up to this minute, so many minutes long."""
SLOT_MIN = 60.0
"""The wind is one for so long, and turns on the hour after T0."""
DURATIONS_MIN = (10.0, 30.0, 60.0, 240.0, 480.0)
ORANGE, RED = 2, 3
"""From the first level on people are in danger, from the second in danger of life."""
NO_LEVEL = 1e12
"""mg/m3 that no cloud has, for a level that a substance does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """What came of a vessel that opened, for what may follow from it."""

    vessel: int
    event: int
    demand: int
    minute: float
    source: Source
    rate_kg_min: Floats
    """Into the air by step if nobody acts."""
    edges_min: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A vessel that opens at *minute*: what comes out if nobody acts, by steps, and with which wind."""

    vessel: int
    minute: float
    source: Source
    edges_min: Floats
    rate_kg_min: Floats
    """Into the air."""
    from_deg: Floats
    """Wind by hour of the clock, from the hour in which the vessel opens."""
    slot: Ints
    """Hour of each step."""
    levels: Floats
    """Concentrations of the three zones by duration."""


def edges_until(minutes: float) -> Floats:
    """Return the edges of the steps of a release that is followed for *minutes*."""
    edges = [0.0]
    for end, step in SPANS:
        while edges[-1] < min(end, minutes) - 1e-9:
            edges.append(min(edges[-1] + step, minutes))
    return np.array(edges if len(edges) > 1 else [0.0, max(minutes, 1e-3)])


def in_the_air(source: Source, edges: Floats) -> Floats:
    """Return the kg a minute that get into the air in each step if nobody acts: the hole's and the pool's."""
    rate, pool = np.zeros(len(edges) - 1), 0.0
    for k, minutes in enumerate(np.diff(edges).tolist()):
        boiled, pool = pool_step(pool, float(source.pool_kg[k]), source, minutes)
        rate[k] = (float(source.air_kg[k]) + boiled) / minutes
    return rate


def opening(a: Accidents, vessel: int, minute: float, hole: Hole, shut_min: float) -> Opening:
    """Return what comes out of *vessel* through *hole* from *minute* to the horizon."""
    edges = edges_until(a.horizon_min - minute)
    source = source_of(stored(a, vessel), hole, edges, shut_min, a.weather.air.wind_ms, a.temp_c, a.c)
    hours = len(a.weather.from_deg)
    first = min(int(minute // SLOT_MIN), hours - 1)
    slot = np.floor((minute + edges[:-1]) / SLOT_MIN).astype(np.int64)
    return Opening(
        vessel=vessel, minute=minute, source=source, edges_min=edges, rate_kg_min=in_the_air(source, edges),
        from_deg=a.weather.from_deg[first:], slot=np.minimum(slot, hours - 1) - first,
        levels=_levels(a.vessels.substance[vessel]),
    )


def break_open(a: Accidents, vessel: int, minute: float, hole: Hole, shut_min: float, cause: Cause) -> Leak | None:
    """Add what *vessel* does when it opens at *minute*; ``None`` if it has opened before or the horizon is past."""
    if vessel in a.gone or minute >= a.horizon_min:
        return None
    a.gone.add(vessel)
    o = opening(a, vessel, minute, hole, shut_min)
    event = _event(a, vessel, minute, cause)
    cells, spots, level = _footprint(a, o)
    exposed = _expose(a, o, event, cells, spots)
    a.in_gas[event] = _in_gas(spots, level, len(a.city.zones))
    stakes = Stakes(
        in_gas=float(a.in_gas[event].sum()), in_red=float(_in_gas(spots, level, len(a.city.zones), RED).sum()),
        exposed=len(exposed),
    )
    tasks = leak_tasks(a, vessel, minute, hole, o.source, event, cause, stakes)
    if cause.demand >= 0:
        a.only_if(event, tasks.leak)
        a.avoidable_loss(tasks.leak, minute, a.place(vessel)[0], a.c["leak_loss_yuan"])
    a.releases.append(_release(a, o, event, tasks, cells, spots, exposed))
    _dangers(a, event, minute, cells, spots, level)
    last = _flow_end_min(o.rate_kg_min, o.edges_min)
    a.closures.append(gas_closures(a, vessel, minute, last, cells, level, tasks.leak))
    a.loss_yuan[a.place(vessel)[0]] += a.c["leak_loss_yuan"]
    return Leak(
        vessel=vessel, event=event, demand=tasks.leak, minute=minute, source=o.source, rate_kg_min=o.rate_kg_min,
        edges_min=o.edges_min,
    )


def _event(a: Accidents, vessel: int, minute: float, cause: Cause) -> int:
    v, name = a.vessels, a.vessels.name[vessel]
    what = a.substance(vessel).name
    return a.add_event(Event(
        name=Text(f"{name.zh}泄漏（{what.zh}）", f"{what.en} leaks: {name.en}"), start_min=minute, parent=cause.event,
        lon=float(v.lon[vessel]), lat=float(v.lat[vessel]), size=float(v.mass_kg[vessel]), kind="release",
    ))


def _expose(a: Accidents, o: Opening, event: int, cells: Cells, spots: Spots) -> Exposed:
    """Draw whom the cloud could harm, and add their rows to the casualties."""
    worst = worst_loads(o.rate_kg_min, o.edges_min, o.slot, cells, _exponent(a, o.vessel))
    tox = toxicity(a.vessels.substance[o.vessel])
    floors = least_loads(a.vessels.substance[o.vessel], DURATIONS_MIN, _exponent(a, o.vessel))
    exposed, rows = draw_exposed(spots, worst, tox, floors, a.rows_so_far(), event, a.temp_c, a.c, a.dice["people"])
    a.casualties.append(rows)
    return exposed


def _in_gas(spots: Spots, level: Ints, zones: int, least: int = ORANGE) -> Floats:
    """Return the people by zone where the cloud comes to the level *least* or a worse one."""
    there = level[spots.cell] >= least
    return np.bincount(spots.zone[there], weights=spots.people[there], minlength=zones).astype(float)


def _exponent(a: Accidents, vessel: int) -> float:
    found = toxicity(a.vessels.substance[vessel])
    return found.n if found is not None else 0.0


def _levels(substance: str) -> Floats:
    """Return the concentrations of the yellow, orange and red zone by duration, shape (3, durations).

    A substance without guideline levels harms nobody by its gas.
    """
    found = [zone_thresholds(substance, minutes) or (NO_LEVEL,) * 3 for minutes in DURATIONS_MIN]
    return np.array(found, dtype=np.float64).T


def _is_large(o: Opening) -> bool:
    """Tell whether the guidebook calls the spill large: more than a drum of 200 L."""
    spilt = o.source.puff_kg + float(o.source.air_kg.sum() + o.source.pool_kg.sum())
    return spilt > chemical_relations()["erg_large_kg"]


def _flow_end_min(rate: Floats, edges: Floats) -> float:
    flows = np.flatnonzero(rate > 0.0)
    return float(edges[flows[-1] + 1]) if len(flows) else 0.0


def _footprint(a: Accidents, o: Opening) -> tuple[Cells, Spots, Ints]:
    """Return the cells, the people in them, and the worst level of each cell if nobody acts."""
    v, air, source = a.vessels, a.weather.air, o.source
    strongest = float(o.rate_kg_min.max()) / 60.0
    foot = FootSource(
        lon=float(v.lon[o.vessel]), lat=float(v.lat[o.vessel]), rate_kg_s=strongest, puff_kg=source.puff_kg,
        release=Release0(substance=a.substance(o.vessel), temp_k=source.cloud_temp_k,
                         aerosol_share=source.aerosol_share),
    )
    lowest = float(o.levels[0].min())
    if lowest >= NO_LEVEL or (strongest <= 0.0 and source.puff_kg <= 0.0):
        return nothing(len(o.from_deg))
    equal = max(strongest, source.puff_kg / a.c["puff_as_rate_s"])
    reach = reach_m(lowest, equal, foot.release, air, a.c)
    if reach <= 0.0:
        return nothing(len(o.from_deg))
    flowing = int(o.slot[np.flatnonzero(o.rate_kg_min)[-1]]) + 1 if o.rate_kg_min.any() else 1
    fan, cells = footprint(foot, air, o.from_deg[:flowing], reach, a.c)
    cells = _all_slots(cells, len(o.from_deg))
    level = reached(o.rate_kg_min, o.edges_min, o.slot, cells, np.array(DURATIONS_MIN), o.levels).level
    return cells, spots_of(fan, foot, a.crowd), level


def _all_slots(cells: Cells, slots: int) -> Cells:
    """Return *cells* for every slot; after the last in which anything flows nothing matters."""
    missing = slots - len(cells.reach_mg_m3)
    more = np.repeat(cells.reach_mg_m3[-1:], missing, axis=0)
    return replace(cells, reach_mg_m3=np.concatenate([cells.reach_mg_m3, more])) if missing > 0 else cells


def nothing(slots: int) -> tuple[Cells, Spots, Ints]:
    """Return no cells and nobody in them: what comes out poisons nobody."""
    none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
    cells = Cells(lon=none, lat=none, radius_m=none, reach_mg_m3=np.zeros((slots, 0)), delay_min=none,
                  puff_mg_m3=none, puff_min=none)
    spots = Spots(cell=whole, zone=whole, people=none, at_work=none.astype(bool), outdoors_share=none)
    return cells, spots, whole


def _release(
    a: Accidents, o: Opening, event: int, tasks: LeakTasks, cells: Cells, spots: Spots, exposed: Exposed
) -> Release:
    v, air, source, vessel = a.vessels, a.weather.air, o.source, o.vessel
    return Release(
        vessel=v.vessel_id[vessel], name=v.name[vessel], substance=v.substance[vessel], event=event,
        demand=tasks.leak, cover=tasks.cover, curtain=tasks.curtain, decontamination=tasks.decontamination,
        monitoring=tasks.monitoring, cordon=tasks.cordon,
        isolation_m=initial_isolation_m(v.substance[vessel], large=_is_large(o)) or 0.0,
        curtain_share=tasks.curtain_share,
        fixed_curtain_min=a.c["fixed_curtain_min"] if v.curtain[vessel] and tasks.curtain_share > 0.0 else NEVER,
        start_min=o.minute, lon=float(v.lon[vessel]), lat=float(v.lat[vessel]), wind_from_deg=o.from_deg,
        wind_ms=air.wind_ms, stability=air.stability, held_kg=float(v.mass_kg[vessel]), puff_kg=source.puff_kg,
        edges_min=frozen(o.edges_min), slot=o.slot, air_kg=source.air_kg, pool_kg=source.pool_kg,
        evaporation_kg_min_m2=source.evaporation_kg_min_m2, pool_m2_per_kg=source.pool_m2_per_kg,
        bund_m2=source.bund_m2, toxic_n=_exponent(a, vessel), level_min=np.array(DURATIONS_MIN),
        level_mg_m3=o.levels, cells=cells, spots=spots, exposed=exposed,
    )


def _dangers(a: Accidents, event: int, minute: float, cells: Cells, spots: Spots, level: Ints) -> None:
    """Add a danger for each zone with people in the orange or red zone; it strikes when half of them have gas."""
    if not len(spots.cell):
        return
    there = level[spots.cell] >= ORANGE
    for zone in np.unique(spots.zone[there]).tolist():
        ours = there & (spots.zone == zone)
        people = int(np.ceil(spots.people[ours].sum()))
        if people < 1:
            continue
        delay = cells.delay_min[spots.cell[ours]]
        order = np.argsort(delay, kind="stable")
        so_far = np.cumsum(spots.people[ours][order])
        half = float(delay[order][int(np.searchsorted(so_far, 0.5 * so_far[-1]))])
        strike = minute + half
        if strike < a.horizon_min:
            a.dangers.append(Danger(
                event=event, issue_from_min=minute, deadline_min=strike, strike_min=strike, evacuate=False,
                zones=np.array([zone]), people=np.array([people]), release=len(a.releases) - 1,
            ))
