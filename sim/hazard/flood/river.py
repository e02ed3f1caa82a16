"""A river in flood: wave, rating, dykes that overtop or break, and the ground behind them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.city.model import City
from sim.city.water_model import Stations
from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Bools, Floats, Ints
from sim.hazard.flood.field import SHARES, Breach, Wall
from sim.hazard.flood.ground import RIVER_STEP_MIN, FloodGround
from sim.hazard.flood.gullies import work_crew_min
from sim.hazard.flood.inundation import level_of
from sim.hazard.flood.routing import muskingum
from sim.hazard.flood.tables import flood_relations

PARTS = 6
"""Parts of a step in which the ground behind a dyke is filled."""


def wave_m3s(minutes: Floats, base_m3s: float, peak_m3s: float, rise_h: float, shape: float) -> Floats:
    """Return a flood wave that rises from *base_m3s* to *peak_m3s* in *rise_h*: ``(x exp(1 - x))^shape``."""
    x = np.asarray(minutes) / (60.0 * rise_h)
    return np.asarray(base_m3s + max(peak_m3s - base_m3s, 0.0) * (x * np.exp(1.0 - x)) ** shape)


def stage_m(flow_m3s: Floats, stations: Stations) -> Floats:
    """Return the stage (T, stations) from the flow: the inverse of ``Q = c (h - h0)^1.6``."""
    power = 1.0 / flood_relations()["rating_exponent"]
    return np.asarray(stations.zero_flow_m + (np.maximum(flow_m3s, 0.0) / stations.rating_c) ** power)


def rated_m3s(stage: Floats, stations: Stations) -> Floats:
    """Return the flow at *stage* (T, stations) in open water."""
    head = np.maximum(stage - stations.zero_flow_m, 0.0)
    return np.asarray(stations.rating_c * head ** flood_relations()["rating_exponent"])


def river_flow_m3s(upstream_m3s: Floats, stations: Stations, c: Coefficients) -> Floats:
    """Route the wave at the first station on to the others (Muskingum), shape (T, stations)."""
    flow = [upstream_m3s]
    for km in np.diff(stations.chainage_km).tolist():
        travel_h = km / (3.6 * c["river_celerity_ms"])
        flow.append(muskingum(flow[-1], travel_h, c["muskingum_x_river"], RIVER_STEP_MIN / 60.0))
    return np.stack(flow, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DykeFate:
    """What befalls each dyke, shapes (dykes,): minutes, ``inf`` if never; the highest water before it."""

    overtopped_min: Floats
    torn_min: Floats
    highest_m: Floats


def dyke_fate(stage: Floats, ground: FloodGround, draws: Floats, c: Coefficients) -> DykeFate:
    """Return what the stages (T, stations) do to the dykes; each fails at a level of its own, fixed by its draw.

    A dyke has failed at stage h with probability ``Phi((h - crest + 0.5)/0.4)``, so with the uniform draw u it
    fails at ``crest - 0.5 + 0.4 Phi^-1(u)``.
    """
    d = ground.water.dykes
    before = stage[:, d.station]
    fails_at = d.crest_m - c["dyke_shift_m"] + c["dyke_sigma_m"] * ndtri(draws)
    wet = before > d.ground_m
    return DykeFate(
        overtopped_min=_first(before > d.crest_m), torn_min=_first((before >= fails_at) & wet),
        highest_m=before.max(axis=0) if len(before) else np.zeros(len(d)),
    )


def _first(happens: Bools) -> Floats:
    step = np.argmax(happens, axis=0) * RIVER_STEP_MIN
    return np.asarray(np.where(happens.any(axis=0), step, NEVER), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Water behind dykes, shapes (T, zones)."""

    standing_m3: Floats
    level_m: Floats
    inflow_m3s: Floats
    """Through and over the dykes, mean of each step."""
    from_river_m3: float
    back_m3: float
    """Through the breach or the drains as the river falls."""


def fill_behind(stage: Floats, ground: FloodGround, fate: DykeFate, c: Coefficients, held: int = -1) -> Behind:
    """Fill the zones behind the dykes and empty them when the river is low again.

    If a dyke is *held* it lets nothing in, and only the zone behind it is filled by the others.
    """
    d, zones = ground.water.dykes, len(ground.people_height_m)
    shape = (len(stage), zones)
    standing, level, inflow = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    into = back = 0.0
    leaks = np.minimum(fate.overtopped_min, fate.torn_min) < NEVER
    if held >= 0:
        leaks = leaks & (d.zone == d.zone[held])
    for z in np.unique(d.zone[leaks]).tolist():
        dykes = [k for k in np.flatnonzero(leaks & (d.zone == z)).tolist() if k != held]
        if dykes:
            standing[:, z], inflow[:, z], came, went = _fill_zone(z, dykes, stage, ground, fate, c)
            level[:, z] = _level(ground, z, standing[:, z])
            into, back = into + came, back + went
    return Behind(standing_m3=standing, level_m=level, inflow_m3s=inflow, from_river_m3=into, back_m3=back)


def _level(ground: FloodGround, z: int, volume: Floats) -> Floats:
    levels, local = ground.water.levels, ground.water.drainage.local_area_km2
    return level_of(volume, levels.height_m, levels.area_share[z] * local[z], ground.below_m3[z])


@dataclass(frozen=True, slots=True)
class _Leak:
    """One dyke that lets water in, as plain numbers: the loop over minutes is too short for arrays."""

    stage_m: list[float]
    crest_m: float
    ground_m: float
    stretch_m: float
    width_m: float
    torn_min: float
    growth_min: float
    weir: float

    def flow_m3s(self, river_m: float, inside_m: float, minute: float) -> float:
        """Return the flow into the zone; negative where the zone empties through the breach."""
        flow = 0.0
        if river_m > self.crest_m:
            flow = self.weir * self.stretch_m * (river_m - self.crest_m) ** 1.5
        if minute >= self.torn_min:
            width = self.weir * self.width_m * min((minute - self.torn_min) / self.growth_min, 1.0)
            behind = inside_m + self.ground_m
            if river_m >= behind:
                flow += width * (river_m - behind) ** 1.5
            elif flow == 0.0:
                flow = -width * (behind - max(river_m, self.ground_m)) ** 1.5
        return flow


def _leak(k: int, stage: Floats, ground: FloodGround, fate: DykeFate, c: Coefficients) -> _Leak:
    d = ground.water.dykes
    return _Leak(
        stage[:, d.station[k]].tolist(), float(d.crest_m[k]), float(d.ground_m[k]), float(d.low_stretch_m[k]),
        float(d.breach_width_m[k]), float(fate.torn_min[k]), 60.0 * c["breach_formation_h"], flood_relations()["weir"],
    )


def _fill_zone(
    z: int, dykes: Sequence[int], stage: Floats, ground: FloodGround, fate: DykeFate, c: Coefficients
) -> tuple[Floats, Floats, float, float]:
    """Return standing water, inflow, all that came in and all that went back, for one zone.

    Water never rises above the river by what comes in, nor falls below it by what goes back within a part of a step.
    """
    leaks = [_leak(k, stage, ground, fate, c) for k in dykes]
    seconds = RIVER_STEP_MIN * 60.0 / PARTS
    drain = float(ground.water.drainage.drain_m3s[z]) * seconds
    heights, volumes = _curve(ground, z)
    start = min(min(float(fate.overtopped_min[k]), float(fate.torn_min[k])) for k in dykes)
    volume = came = went = 0.0
    standing, inflow = np.zeros(len(stage)), np.zeros(len(stage))
    for t in range(int(start / RIVER_STEP_MIN), len(stage)):
        # What comes in and goes back within a part of a step is limited by the room up to the river's level.
        room_to = max(_between(leak.stage_m[t] - leak.ground_m, heights, volumes) for leak in leaks)
        entered = 0.0
        for part in range(PARTS):
            minute = (t + part / PARTS) * RIVER_STEP_MIN
            inside = _between(volume, volumes, heights)
            room = room_to - volume
            gain = seconds * sum(leak.flow_m3s(leak.stage_m[t], inside, minute) for leak in leaks)
            gain = min(gain, max(room, 0.0)) if gain > 0.0 else max(gain, min(room, 0.0))
            loss = min(drain, volume + gain) if gain <= 0.0 and room <= 0.0 else 0.0
            volume += gain - loss
            entered += max(gain, 0.0)
            went += loss - min(gain, 0.0)
        came += entered
        standing[t], inflow[t] = volume, entered / (RIVER_STEP_MIN * 60.0)
    return standing, inflow, came, went


def _curve(ground: FloodGround, z: int) -> tuple[list[float], list[float]]:
    """Return heights and volumes of a zone, dense enough for straight lines; far above the last height too."""
    h = ground.water.levels.height_m
    heights = np.unique(np.concatenate([h, np.linspace(0.0, h[-1], 121), [10.0 * h[-1]]]))
    area = np.interp(heights, h, ground.water.levels.area_share[z]) * ground.water.drainage.local_area_km2[z] * 1e6
    slices = np.diff(heights) * (area[1:] + area[:-1]) / 2.0
    return heights.tolist(), [0.0, *np.cumsum(slices).tolist()]


def _between(value: float, at: list[float], curve: list[float]) -> float:
    """Return *curve* where *at* (rising) reaches *value*, on straight lines; the ends beyond them."""
    i = bisect_right(at, value)
    if i == 0 or i == len(at):
        return curve[0] if i == 0 else curve[-1]
    return curve[i - 1] + (value - at[i - 1]) / (at[i] - at[i - 1]) * (curve[i] - curve[i - 1])


def plain_depth_m(stage: Floats, ground: FloodGround) -> tuple[Floats, Ints]:
    """Return the depth on the inhabited floodplains, (T, zones, SHARES), and how many shares live there, (zones,)."""
    f, zones = ground.water.floodplains, len(ground.people_height_m)
    depth, shares = np.zeros((len(stage), zones, SHARES)), np.zeros(zones, dtype=np.int64)
    for i, z in enumerate(f.zone.tolist()):
        k = round(float(f.people_share[i]) * SHARES)
        rank = (np.arange(k) + 0.5) / max(k, 1)
        height = f.ground_low_m[i] + rank * (f.ground_high_m[i] - f.ground_low_m[i])
        over = np.maximum(stage[:, f.station[i], None] - height, 0.0)
        depth[:, z, :k] = np.maximum(depth[:, z, :k], over)
        shares[z] = max(shares[z], k)
    return depth, shares


def river_breaches(ground: FloodGround, fate: DykeFate) -> list[Breach]:
    """Return the dykes that did not hold."""
    d = ground.water.dykes
    leaks = np.flatnonzero(np.minimum(fate.overtopped_min, fate.torn_min) < NEVER)
    return [
        Breach(kind="river_dyke", place=d.dyke_id[k], zones=d.zone[k : k + 1],
               overtopped_min=float(fate.overtopped_min[k]), torn_min=float(fate.torn_min[k]))
        for k in leaks.tolist()
    ]


def river_walls(
    ground: FloodGround, city: City, stage: Floats, fate: DykeFate, plain_m: Floats, c: Coefficients
) -> list[Wall]:
    """Return every dyke that bags could hold (raised, or its weak stretch covered), with the depths if they do."""
    d, walls = ground.water.dykes, []
    for k in np.flatnonzero(np.minimum(fate.overtopped_min, fate.torn_min) < NEVER).tolist():
        height = float(fate.highest_m[k] - d.crest_m[k])
        if height > c["wall_height_m"]:
            continue
        z = d.zone[k : k + 1]
        # Only the zone behind changes; the other dykes of the same zone still let their water in.
        held = fill_behind(stage, ground, fate, c, held=k)
        depth = np.maximum(held.level_m[:, z, None] - ground.people_height_m[z][None], 0.0)
        walls.append(
            Wall(kind="river_dyke", place=d.dyke_id[k], name=d.name[k], lon=float(city.zones.lon[z[0]]),
                 lat=float(city.zones.lat[z[0]]), zones=z,
                 deadline_min=float(min(fate.overtopped_min[k], fate.torn_min[k])),
                 length_m=float(d.low_stretch_m[k]), height_m=max(height, c["wall_least_m"]),
                 work_crew_min=work_crew_min(float(d.low_stretch_m[k]), height, c),
                 depth_m=np.maximum(depth, plain_m[:, z]))
        )
    return walls
