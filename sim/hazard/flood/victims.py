"""Who gets into trouble in the water: swept away, cut off, under a fallen house, hurt; one row for each person."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.special import betaincinv, ndtri

from sim.city.model import City
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Bools, Floats, Ints
from sim.hazard.casualties import buried_states, day_slot, triangular
from sim.hazard.flood.field import SHARES, FloodField
from sim.hazard.flood.flooded_roads import WetRoads, caught_vehicles, lost_m
from sim.hazard.flood.ground import FloodGround
from sim.hazard.flood.people import death_share
from sim.hazard.flood.wet import Wet, first_minute
from sim.hazard.people import Hurt, draw_fate
from sim.hazard.tables import earthquake_coefficients

SWIFT, BOAT, LIGHT, VOID, FREE = range(5)
"""What frees them: a team in fast water, a boat, hands, a squad; or nobody has to."""
ENTRAPMENT = np.array([1, 1, 2, 3, 0])
KINDS = ("swift_rescue", "water_rescue", "rescue_light", "rescue_void")


@dataclass(frozen=True, slots=True, kw_only=True)
class Victims:
    """One row per person, in no order; ``group`` numbers those who are in trouble together, -1 for nobody."""

    zone: Ints
    minute: Floats
    way: Ints
    """One of ``SWIFT``, ``BOAT``, ``LIGHT``, ``VOID``, ``FREE``."""
    severity: Ints
    dies_min: Floats
    """Dies in place at this minute if nobody comes; ``inf``: holds out."""
    wall: Ints
    """Wall that alone would spare this person; -1 for none."""
    group: Ints
    edge: Ints
    """Road on which it happens; -1 elsewhere."""

    def __len__(self) -> int:
        return len(self.zone)


def joined(parts: list[Victims]) -> Victims:
    """Return the rows of all *parts*; groups of different parts stay apart."""
    shift = 0
    columns: dict[str, list[Any]] = {part.name: [] for part in fields(Victims)}
    for part in parts:
        for name, column in columns.items():
            values = getattr(part, name)
            column.append(np.where(values >= 0, values + shift, -1) if name == "group" else values)
        shift += int(part.group.max(initial=-1)) + 1
    return Victims(**{name: np.concatenate(column) for name, column in columns.items()})


def kept(victims: Victims, horizon_min: float) -> Victims:
    """Return the rows of *victims* who are in trouble before the horizon."""
    now = victims.minute < horizon_min
    return Victims(**{part.name: getattr(victims, part.name)[now] for part in fields(Victims)})


def _rows(zone: Ints, minute: Floats, way: int | Ints, dies_min: Floats, **more: Ints) -> Victims:
    n = len(zone)
    none = np.full(n, -1, dtype=np.int64)
    return Victims(
        zone=zone.astype(np.int64), minute=minute, way=np.broadcast_to(np.asarray(way), n).astype(np.int64),
        dies_min=dies_min, severity=more.get("severity", np.ones(n, dtype=np.int64)), wall=more.get("wall", none),
        group=more.get("group", none), edge=more.get("edge", none),
    )


def holds_out(minute: Floats, doomed: Bools, c: Coefficients, rng: np.random.Generator, median_min: float) -> Floats:
    """Return when each person dies in place: part at once, the other *doomed* lognormal around *median_min*."""
    at_once = rng.random(len(minute)) < c["at_once_share"]
    later = median_min * np.exp(c["hold_sigma"] * rng.standard_normal(len(minute)))
    return np.asarray(np.where(doomed, minute + np.where(at_once, 0.0, later), NEVER))


# ---- residents -----------------------------------------------------------------------------


def draw_residents(
    wet: Wet, wall: Ints, fallen_wall: Ints, adobe: Floats, city: City, month: int, breach_min: Floats,
    c: Coefficients, rng: np.random.Generator,
) -> list[Victims]:
    """Draw the residents of the wet zones who get into trouble if they have not left.

    *wall* and *fallen_wall* say for each share which wall would keep it out of class H3 or its earth houses up;
    *adobe* is the share of earth houses, *breach_min* the minute at which a dyke before the zone tears (wet zones,).
    """
    low, high = np.round(wet.ground_people).astype(np.int64), np.round(wet.people - wet.ground_people).astype(np.int64)
    cut = np.isfinite(wet.cut_off_min)
    worst = np.clip(wet.hazard, 3, 5)
    mortality = death_share(
        wet.depth_m, wet.velocity_ms, wet.rise_m_per_h[:, None], c, breach=np.isfinite(breach_min)[:, None]
    )
    dead = rng.binomial(low, np.where(cut, mortality * (1.0 - c["roof_share"]), 0.0))
    fallen = np.isfinite(wet.fallen_min) & (wet.depth_m >= c["low_hazard_m"])
    buried = np.minimum(rng.binomial(low, np.where(fallen, adobe[:, None] * c["fallen_stay"], 0.0)), low - dead)
    rest = low - dead - buried
    peril = np.choose(worst - 3, [0.0, c["peril_4"], c["peril_5"]])
    swept = rng.binomial(rest, np.where(cut, peril, 0.0))
    calls = np.choose(worst - 3, [c["calls_3"], c["calls_4"], c["calls_5"]])
    waiting = rng.binomial(rest - swept, np.where(cut, calls, 0.0))
    above = rng.binomial(high, np.where(cut & (wet.hazard >= 4), c["upper_floor_calls"], 0.0))
    fast = wet.hazard >= 5
    cold = city.month_temp_c[month - 1] < c["cold_below_c"]
    return [
        *_drowning(wet, wall, dead, fast, c, rng), _swept(wet, wall, swept, c, rng),
        _cut_off(wet, wall, waiting + above, c, rng, cold=cold), _under_houses(wet, fallen_wall, buried, c, rng),
        _injured(wet, wall, dead, rest - swept - waiting, c, rng),
    ]


def _where(count: Ints) -> tuple[Ints, Ints]:
    """Return (wet zone, share) of each of *count* persons."""
    j, k = np.nonzero(count)
    times = count[j, k]
    return np.repeat(j, times), np.repeat(k, times)


def _drowning(
    wet: Wet, wall: Ints, dead: Ints, fast: Bools, c: Coefficients, rng: np.random.Generator
) -> list[Victims]:
    """Those who die if nobody comes: in fast water within the hour, in standing water within half a day."""
    parts = []
    for way, which, median in ((SWIFT, fast, c["hold_min"]), (BOAT, ~fast, c["hold_still_min"])):
        j, k = _where(np.where(which, dead, 0))
        minute = np.maximum(wet.cut_off_min, wet.home_min)[j, k]
        dies = holds_out(minute, np.ones(len(j), dtype=bool), c, rng, median)
        group = np.arange(len(j)) if way == SWIFT else np.full(len(j), -1)
        parts.append(_rows(wet.zones[j], minute, way, dies, wall=wall[j, k], group=group,
                           severity=np.full(len(j), 3)))
    return parts


def _swept(wet: Wet, wall: Ints, count: Ints, c: Coefficients, rng: np.random.Generator) -> Victims:
    """Those whom fast water has carried to a tree or a wall, by household; they hold out."""
    j, k = _where(count)
    severity = np.where(rng.random(len(j)) < c["swept_hurt"], 2, 1)
    rank = np.arange(len(j)) - np.searchsorted(j * SHARES + k, j * SHARES + k, side="left")
    key = (j * SHARES + k) * (len(j) + 1) + rank // max(1, int(c["household_people"]))
    group = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return _rows(wet.zones[j], wet.cut_off_min[j, k], SWIFT, np.full(len(j), NEVER), wall=wall[j, k], group=group,
                 severity=severity)


def _cut_off(
    wet: Wet, wall: Ints, count: Ints, c: Coefficients, rng: np.random.Generator, *, cold: bool
) -> Victims:
    """Those on roofs and upper floors; in frost some of them do not last."""
    j, k = _where(count)
    minute = wet.cut_off_min[j, k]
    freezing = rng.random(len(j)) < (c["cold_share"] if cold else 0.0)
    deep = wet.depth_m[j, k] >= c["low_hazard_m"]
    hours = c["cold_hold_min"] * np.exp(c["hold_sigma"] * rng.standard_normal(len(j)))
    return _rows(wet.zones[j], minute, BOAT, np.where(freezing & deep, minute + hours, NEVER), wall=wall[j, k])


def _under_houses(wet: Wet, wall: Ints, count: Ints, c: Coefficients, rng: np.random.Generator) -> Victims:
    """Those in earth houses when they fall; states of single-storey houses, the dead among them at once."""
    j, k = _where(count)
    minute = wet.fallen_min[j, k]
    way = np.where(rng.random(len(j)) < c["fallen_void"], VOID, LIGHT)
    state = np.searchsorted(np.cumsum(buried_states("single_storey")), rng.random(len(j)), side="right")
    severity = np.array([3, 3, 2, 1, 1])[state]
    return _rows(wet.zones[j], minute, way, np.where(state == 0, minute, np.nan), wall=wall[j, k], severity=severity)


def _injured(
    wet: Wet, wall: Ints, dead: Ints, room: Ints, c: Coefficients, rng: np.random.Generator
) -> Victims:
    """The gravely and seriously injured who need nobody to free them, in proportion to the deaths of their zone."""
    parts = []
    for severity in (2, 3):
        count = np.minimum(rng.poisson(c[f"injured_{severity}"] * dead), room // 2)
        j, k = _where(count)
        minute = np.maximum(wet.cut_off_min, wet.home_min)[j, k]
        parts.append(_rows(wet.zones[j], minute, FREE, np.full(len(j), NEVER), wall=wall[j, k],
                           severity=np.full(len(j), severity)))
    return joined(parts)


# ---- who is out ----------------------------------------------------------------------------


def draw_users(
    field: FloodField, roads: WetRoads, city: City, ground: FloodGround, c: Coefficients, rng: np.random.Generator
) -> list[Victims]:
    """Draw the people on roads and in the beds of gullies whom the water catches."""
    slot = day_slot(city, field.begin_hour, weekend=field.weekend)
    deep = field.road_depth_m.max(axis=0) >= c["low_hazard_m"]
    edge, minute, felt = caught_vehicles(roads, deep, city, slot.road_outdoor, c, rng)
    lost = felt >= lost_m()
    chance = np.where(lost, betaincinv(c["group_shape"], 1.0, rng.random(len(edge))), c["stalled_death"])
    group = np.repeat(np.arange(len(edge)), round(c["people_per_vehicle"]))
    minute = minute[group]
    doomed = rng.random(len(group)) < chance[group]
    on_roads = _rows(ground.edge_zone[edge[group]], minute, SWIFT, holds_out(minute, doomed, c, rng, c["hold_min"]),
                     group=group, edge=edge[group], severity=np.where(lost[group], 2, 1))
    return [on_roads, _in_gullies(field, ground, c, rng)] if field.kind == "flash" else [on_roads]


def _in_gullies(
    field: FloodField, ground: FloodGround, c: Coefficients, rng: np.random.Generator
) -> Victims:
    """Herders, campers and walkers in the bed when the flood comes down."""
    g = ground.water.gullies
    sweeps = field.discharge_m3s >= c["gully_flow_share"] * g.q20_m3s
    minute = first_minute(sweeps, field.step_min)
    night = not 6.0 <= field.begin_hour % 24.0 < 20.0
    mean = c["gully_people_night" if night else "gully_people_day"] * c["gully_caught"]
    mean *= c["gully_weekend"] if field.weekend else 1.0
    u, normal = rng.random((2, len(g))), rng.random((3, 8, len(g)))
    count = np.where(np.isfinite(minute), np.minimum(_count(u[0], mean), 8), 0)
    chance = betaincinv(c["group_shape"], 1.0, u[1])
    gully = np.repeat(np.arange(len(g)), count)
    rank = np.arange(len(gully)) - np.repeat(np.cumsum(count) - count, count)
    doomed = normal[0, rank, gully] < chance[gully]
    holds = c["hold_min"] * np.exp(c["hold_sigma"] * ndtri(np.clip(normal[1, rank, gully], 1e-9, 1.0 - 1e-9)))
    at_once = normal[2, rank, gully] < c["at_once_share"]
    when = minute[gully]
    dies = np.where(doomed, when + np.where(at_once, 0.0, holds), NEVER)
    zone = np.array([zones[0] for zones in g.zones], dtype=np.int64)[gully]
    return _rows(zone, when, SWIFT, dies, group=gully, severity=np.where(doomed, 3, 2))


def _count(u: Floats, mean: float) -> Ints:
    """Return the Poisson variate at probability *u*, up to 8."""
    k = np.arange(9)
    terms = np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / k[1:]]))
    return np.asarray(np.searchsorted(np.cumsum(terms), u, side="right"))


# ---- fate ----------------------------------------------------------------------------------


def fate_of(
    victims: Victims, field: FloodField, temp_c: float, c: Coefficients, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return the columns of the casualties that say how much work each is and how long each can wait.

    The clocks of wounds, and of those under fallen houses, are those of an earthquake; boats and teams in fast water
    have work of their own, more of it at night and among ice.
    """
    n = len(victims)
    earth = (victims.way == LIGHT) | (victims.way == VOID)
    hurt = Hurt(
        dead_at_once=np.zeros(0, dtype=np.int64), slight=np.zeros(0, dtype=np.int64), zone=victims.zone,
        severity=victims.severity, entrapment=ENTRAPMENT[victims.way], rc=np.zeros(n, dtype=bool), earth=earth,
    )
    fate = draw_fate(hurt, 0.0, temp_c, earthquake_coefficients(), rng, avoidable=True)
    columns = {part.name: getattr(fate, part.name) for part in fields(fate)}
    u = rng.random(n)
    word = np.where(victims.way == SWIFT, 0, 1)
    low, mode, high = (
        np.choose(word, [c[f"swift_{end}_min"], c[f"boat_{end}_min"]]) for end in ("low", "mode", "high")
    )
    clock = (field.hour + victims.minute / 60.0) % 24.0
    slower = np.where((clock >= 20.0) | (clock < 6.0), c["night_work_factor"], 1.0)
    slower = slower * (c["ice_work_factor"] if field.kind == "ice" else 1.0)
    water = (victims.way == SWIFT) | (victims.way == BOAT)
    columns["work_crew_min"] = np.where(water, triangular(u, low, mode, high) * slower, columns["work_crew_min"])
    buried = np.where(np.isnan(victims.dies_min), victims.minute + columns["trapped_death_min"], victims.dies_min)
    columns["trapped_death_min"] = np.where(victims.way == FREE, NEVER, buried)
    return columns
