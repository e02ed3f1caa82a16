"""Draws one flood, whole: from the rain, the river or the ice to the depth in every township."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from sim.city.model import City
from sim.city.water_model import Water
from sim.common.coefficients import Coefficients
from sim.common.types import Floats
from sim.hazard.flood.cell import rain_on
from sim.hazard.flood.field import Breach, FloodField, Wall, arrivals, every_min
from sim.hazard.flood.ground import FLASH_STEP_MIN, RIVER_STEP_MIN, FloodGround, ground_of
from sim.hazard.flood.gullies import GullyFlow, gully_breaches, gully_flow, gully_walls, through
from sim.hazard.flood.hyetograph import storm_shares
from sim.hazard.flood.ice import covered_stage_m, jam_stage_m
from sim.hazard.flood.inundation import rise_m_per_h, sheet_depth_m, sheet_velocity_ms
from sim.hazard.flood.river import (
    Behind,
    DykeFate,
    dyke_fate,
    fill_behind,
    plain_depth_m,
    rated_m3s,
    river_breaches,
    river_flow_m3s,
    river_walls,
    stage_m,
    wave_m3s,
)
from sim.hazard.flood.runoff import excess_mm
from sim.hazard.flood.spec import FloodSpec
from sim.hazard.flood.storm import draw_jam, draw_moment, draw_storm, draw_wave
from sim.hazard.flood.zone_water import ZoneWater, filled, zone_water
from sim.hazard.source import Moment
from sim.hazard.streams import stream


def draw_water(spec: FloodSpec, city: City, seed: int, replication: int) -> FloodField:
    """Return the flood of one replication: the same arguments give the same field, bit for bit.

    Raises ``ValueError`` for a city without water; :func:`read_flood` refuses such a file with a clear problem.
    """
    if city.water is None:
        msg = f"city {city.city_id} has no water tables"
        raise ValueError(msg)
    ground = ground_of(city, city.water, spec.coefficients)
    field = (_flash if spec.kind == "flash" else _river)(spec, city, city.water, ground, seed, replication)
    return _locked(field)


def _locked(field: FloodField) -> FloodField:
    for part in fields(field):
        value = getattr(field, part.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    for breach in field.breaches:
        breach.zones.setflags(write=False)
    for wall in field.walls:
        wall.zones.setflags(write=False)
        wall.depth_m.setflags(write=False)
    return field


def _flash(spec: FloodSpec, city: City, water: Water, ground: FloodGround, seed: int, replication: int) -> FloodField:
    c = spec.coefficients
    storm = draw_storm(spec, city, water, seed, replication)
    draws = stream(seed, replication, "flood basins").random(len(water.basins))
    peak, steps = c["hyetograph_peak"], int(np.ceil(spec.horizon_min / FLASH_STEP_MIN))
    shares = storm_shares(c["hyetograph_b_min"], c["depth_exponent_long"], storm.duration_min, peak, FLASH_STEP_MIN)
    rain = rain_on(
        storm, shares, FLASH_STEP_MIN, peak, c["cell_axis_ratio"], ground.lon, ground.lat, ground.disc_east,
        ground.disc_north,
    )[:steps]
    n = len(water.gullies)
    runoff = excess_mm(rain, np.concatenate([water.gullies.curve_number, water.drainage.curve_number]))
    mouth, below = (through(runoff[:, :n], kernels, steps) for kernels in (ground.mouth, ground.below))
    own = through(runoff[:, n:], ground.own, steps)
    flow = gully_flow(ground, below, draws, c)
    zones = np.arange(len(city.zones))
    wet = zone_water(ground, flow.sources_m3s(), own, zones, c)
    return _field(
        spec, city, seed, replication, FLASH_STEP_MIN, depth=wet.depth_m, velocity=wet.velocity_ms,
        road=flash_roads(ground, wet, below, c), discharge=mouth, river=np.tile(water.stations.mean_m3s, (steps, 1)),
        stage=np.tile(stage_m(water.stations.mean_m3s, water.stations), (steps, 1)),
        rain=_padded(rain[:, n:], steps), flooded=flooded_km2(ground, wet.level_m.max(axis=0)) + wet.path_km2,
        breaches=gully_breaches(ground, flow), walls=gully_walls(ground, flow, own, draws, c),
        volumes=_flash_volumes(ground, rain, runoff, below, own, flow, wet, c),
        notes={
            "total_mm": storm.total_mm, "return_period_y": storm.return_period_y, "lon": storm.lon, "lat": storm.lat,
            "duration_min": storm.duration_min, "cell_km2": storm.cell_km2, "speed_kmh": storm.speed_kmh,
            "towards_deg": storm.towards_deg,
        },
    )


def _ends(steps: int, step_min: float) -> Floats:
    """Return the minute at the end of each step."""
    return np.asarray(np.arange(1, steps + 1, dtype=np.float64) * step_min)


def _padded(rain: Floats, steps: int) -> Floats:
    whole = np.zeros((steps, rain.shape[1]))
    whole[: len(rain)] = rain
    return whole


def flooded_km2(ground: FloodGround, level_m: Floats) -> Floats:
    """Return the area under standing water at *level_m* (zones,)."""
    levels, area = ground.water.levels, ground.water.drainage.local_area_km2
    share = [np.interp(h, levels.height_m, row) for h, row in zip(level_m.tolist(), levels.area_share, strict=True)]
    return np.asarray(np.where(level_m > 0.0, area * np.array(share), 0.0))


def flash_roads(ground: FloodGround, wet: ZoneWater, below: Floats, c: Coefficients) -> Floats:
    """Return the water over each road: standing, running through the township, or over a gully's crossing.

    *wet* holds all zones, *below* the flow in the gullies (T, gullies).
    """
    g, zone = ground.water.gullies, ground.edge_zone
    depth = standing_on_roads(ground, wet.level_m)
    path = wet.path_depth_m[:, zone]
    np.maximum(depth, np.maximum(path - ground.road_raise_m, 0.0), out=depth)
    if ground.crossings:
        edge, gully = (np.array(column) for column in zip(*ground.crossings, strict=True))
        over = np.maximum(below - g.culvert_m3s, 0.0)
        ford = sheet_depth_m(over, g.crossing_width_m, g.reach_slope, c["channel_n"])
        np.maximum.at(depth.T, edge, ford[:, gully].T)
    return depth


def standing_on_roads(ground: FloodGround, level_m: Floats) -> Floats:
    """Return the depth over each road, (T, edges), where the water stands at *level_m* (T, zones)."""
    return np.asarray(
        np.maximum(level_m[:, ground.edge_zone] - (ground.road_height_m + ground.road_raise_m), 0.0)
    )


def _flash_volumes(
    ground: FloodGround, rain: Floats, runoff: Floats, below: Floats, own: Floats, flow: GullyFlow, wet: ZoneWater,
    c: Coefficients,
) -> dict[str, float]:
    """Say where every cubic metre of the rain on catchments and on townships' own ground is at the end."""
    water = ground.water
    m3_per_mm = np.concatenate([water.gullies.catchment_km2, water.drainage.local_area_km2]) * 1e3
    fallen, ran = float((rain @ m3_per_mm).sum()), float((runoff @ m3_per_mm).sum())
    seconds = FLASH_STEP_MIN * 60.0
    arrived = (float(below.sum()) + float(own.sum())) * seconds
    before = sum(c["basin_full_share"] * pool.storage_m3 for pool in ground.pools)
    stored = sum(float(pooled.stored_m3[-1]) for pooled in flow.pooled)
    to_drain = float(flow.channel_m3s[:, water.gullies.basin < 0].sum()) * seconds
    outlets = sum(float(pooled.outlet_m3s.sum()) for pooled in flow.pooled) * seconds
    standing = float(wet.standing_m3[-1].sum())
    return {
        "rain": fallen, "infiltrated": fallen - ran + wet.lost_m3, "in_channels": ran - arrived, "zones": standing,
        "basins": stored - before, "outflow": to_drain + outlets + wet.inflow_m3 - standing,
    }


def _river(spec: FloodSpec, city: City, water: Water, ground: FloodGround, seed: int, replication: int) -> FloodField:
    c, stations = spec.coefficients, water.stations
    steps = int(np.ceil(spec.horizon_min / RIVER_STEP_MIN))
    minutes = _ends(steps, RIVER_STEP_MIN)
    notes: dict[str, float]
    if spec.kind == "river":
        wave = draw_wave(spec, seed, replication)
        upstream = wave_m3s(minutes, float(stations.mean_m3s[0]), wave.peak_m3s, c["river_rise_h"], c["river_shape"])
        flow = river_flow_m3s(upstream, stations, c)
        stage = stage_m(flow, stations)
        notes = {"peak_m3s": wave.peak_m3s, "return_period_y": wave.return_period_y}
    else:
        jam = draw_jam(spec, water, seed, replication)
        flow = np.full((steps, len(stations)), c["ice_flow_m3s"])
        base = covered_stage_m(stage_m(flow[0], stations), stations.bed_m, c["ice_thickness_m"])
        stage = jam_stage_m(minutes, jam, stations, base, stage_m(stations.bankfull_m3s, stations), c)
        notes = {"surcharge_m": jam.surcharge_m, "station": float(jam.station), "rise_h": jam.rise_h,
                 "last_h": jam.last_h, "open_water_m3s": float(rated_m3s(stage.max(axis=0), stations).max())}
    fate = dyke_fate(stage, ground, stream(seed, replication, "flood dykes").random(len(water.dykes)), c)
    return _behind_dykes(spec, city, ground, flow, stage, fate, seed, replication, notes)


def _behind_dykes(
    spec: FloodSpec, city: City, ground: FloodGround, flow: Floats, stage: Floats, fate: DykeFate, seed: int,
    replication: int, notes: dict[str, float],
) -> FloodField:
    c = spec.coefficients
    behind = fill_behind(stage, ground, fate, c)
    plain, _ = plain_depth_m(stage, ground)
    depth = np.maximum(filled(behind.level_m, ground.people_height_m), plain)
    f = ground.water.floodplains
    flooded = flooded_km2(ground, behind.level_m.max(axis=0))
    span = np.maximum(f.ground_high_m - f.ground_low_m, 1e-9)
    under = np.clip((stage[:, f.station].max(axis=0) - f.ground_low_m) / span, 0.0, 1.0)
    np.add.at(flooded, f.zone, under * f.area_km2)
    steps = len(stage)
    return _field(
        spec, city, seed, replication, RIVER_STEP_MIN, depth=depth,
        velocity=speed_behind_ms(behind, depth, c), road=standing_on_roads(ground, behind.level_m),
        discharge=np.zeros((steps, len(ground.water.gullies))), river=flow, stage=stage,
        rain=np.zeros((steps, len(city.zones))), flooded=flooded, breaches=river_breaches(ground, fate),
        walls=river_walls(ground, city, stage, fate, plain, c),
        volumes={"from_river": behind.from_river_m3, "zones": float(behind.standing_m3[-1].sum()),
                 "outflow": behind.back_m3},
        notes=notes,
    )


def speed_behind_ms(behind: Behind, depth_m: Floats, c: Coefficients) -> Floats:
    """Return the fastest water in each zone, (T, zones): what runs on from a breach, or drifts where water stands."""
    width, slope = np.array(c["dyke_path_m"]), np.array(c["dyke_path_slope"])
    sheet = sheet_depth_m(behind.inflow_m3s, width, slope, c["fan_n"])
    speed = sheet_velocity_ms(behind.inflow_m3s, width, sheet)
    return np.asarray(np.maximum(speed, np.where(depth_m[:, :, 0] > 0.0, c["ponded_ms"], 0.0)))


def _field(
    spec: FloodSpec, city: City, seed: int, replication: int, step_min: float, *, depth: Floats, velocity: Floats,
    road: Floats, discharge: Floats, river: Floats, stage: Floats, rain: Floats, flooded: Floats,
    breaches: list[Breach], walls: list[Wall], volumes: dict[str, float], notes: dict[str, float],
) -> FloodField:
    return field_of(
        spec.kind, draw_moment(spec, seed, replication), spec.horizon_min, city, _ends(len(depth), step_min),
        spec.coefficients, depth=depth, velocity=velocity, road=road, discharge=discharge, river=river, stage=stage,
        rain=rain, flooded=flooded, breaches=breaches, walls=walls, volumes=volumes, notes=notes,
    )


def field_of(
    kind: str, moment: Moment, horizon_min: float, city: City, minutes: Floats, c: Coefficients, *, depth: Floats,
    velocity: Floats, road: Floats, discharge: Floats, river: Floats, stage: Floats, rain: Floats, flooded: Floats,
    breaches: list[Breach], walls: list[Wall], volumes: dict[str, float], notes: dict[str, float],
) -> FloodField:
    """Return the field of the water at the steps that end at *minutes*; *moment* is that of T0."""
    return FloodField(
        kind=kind, month=moment.month, hour=moment.hour, weekend=moment.weekend, horizon_min=horizon_min,
        step_min=minutes, depth_m=depth, velocity_ms=velocity,
        rise_m_per_h=rise_m_per_h(depth[:, :, 0], every_min(minutes)), road_depth_m=road, discharge_m3s=discharge,
        river_m3s=river, river_stage_m=stage, rain_mm=rain, arrival_min=arrivals(minutes, depth, c["arrival_m"]),
        flooded_km2=np.minimum(flooded, city.zones.area_km2), breaches=tuple(breaches), walls=tuple(walls),
        volumes_m3=volumes, notes=notes,
    )
