"""Gullies from catchment to township: mouth, guide dykes, detention basin, and the walls that could hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.common.coefficients import Coefficients
from sim.common.types import NEVER, Floats, Ints
from sim.hazard.flood.field import Breach, Wall
from sim.hazard.flood.ground import FLASH_STEP_MIN, FloodGround
from sim.hazard.flood.routing import BreachRule, Pooled, level_pool
from sim.hazard.flood.zone_water import zone_water


@dataclass(frozen=True, slots=True, kw_only=True)
class GullyFlow:
    """Water below the mouths, mean of each step."""

    channel_m3s: Floats
    """What stays between the guide dykes, (T, gullies)."""
    over_m3s: Floats
    """What leaves them."""
    pooled: tuple[Pooled, ...]
    """What each basin did."""

    def sources_m3s(self) -> Floats:
        """Return what runs into the flood paths, (T, gullies + basins)."""
        return np.column_stack([self.over_m3s, *(pooled.spill_m3s for pooled in self.pooled)])


def through(runoff_mm: Floats, kernels: tuple[Floats, ...], steps: int) -> Floats:
    """Return the flow (steps, places) that follows from the runoff of each step (T, places); later flow is cut off."""
    flow = np.zeros((steps, len(kernels)))
    for i, kernel in enumerate(kernels):
        if runoff_mm[:, i].any():
            whole = np.convolve(runoff_mm[:, i], kernel)[:steps]
            flow[: len(whole), i] = whole
    return flow


def rule_of(draw: float, c: Coefficients) -> BreachRule:
    """Return when an embankment fails, with the chance *draw*."""
    return BreachRule(
        over_m=c["breach_over_m"], after_min=c["breach_after_min"], probability=c["breach_probability"],
        formation_h=c["breach_formation_h"], draw=draw,
    )


def gully_flow(ground: FloodGround, below_m3s: Floats, draws: Floats, c: Coefficients) -> GullyFlow:
    """Split the flow *below_m3s* (T, gullies) at the guide dykes and route it through the basins."""
    channel = np.minimum(below_m3s, ground.water.gullies.channel_m3s)
    pooled = tuple(_pool(ground, channel, b, float(draws[b]), c) for b in range(len(ground.pools)))
    return GullyFlow(channel_m3s=channel, over_m3s=below_m3s - channel, pooled=pooled)


def _pool(ground: FloodGround, channel_m3s: Floats, b: int, draw: float, c: Coefficients) -> Pooled:
    pool = ground.pools[b]
    inflow = channel_m3s[:, ground.water.gullies.basin == b].sum(axis=1)
    return level_pool(inflow, FLASH_STEP_MIN, pool, rule_of(draw, c), c["basin_full_share"] * pool.storage_m3)


def zones_below(ground: FloodGround, origin: int) -> Ints:
    """Return the zones that the paths of a gully (or basin) lead to, sorted."""
    paths = ground.water.paths
    return np.unique(paths.zone[paths.origin == origin])


def gully_breaches(ground: FloodGround, flow: GullyFlow) -> list[Breach]:
    """Return the guide dykes and basins that did not hold."""
    g, b = ground.water.gullies, ground.water.basins
    found = []
    for i in np.flatnonzero(flow.over_m3s.any(axis=0)).tolist():
        minute = float(np.argmax(flow.over_m3s[:, i] > 0.0)) * FLASH_STEP_MIN
        zones = zones_below(ground, i)
        found.append(
            Breach(kind="guide_dyke", place=g.gully_id[i], zones=zones, overtopped_min=minute, torn_min=NEVER)
        )
    for j, pooled in enumerate(flow.pooled):
        if pooled.overtopped_min < NEVER:
            found.append(
                Breach(kind="basin", place=ground.water.bodies.wb_id[int(b.body[j])],
                       zones=zones_below(ground, len(g) + j), overtopped_min=pooled.overtopped_min,
                       torn_min=pooled.breach_min)
            )
    return found


def gully_walls(
    ground: FloodGround, flow: GullyFlow, own_m3s: Floats, draws: Floats, c: Coefficients
) -> list[Wall]:
    """Return every guide dyke and basin whose overtopping a bag wall could stop, with the depths if it does."""
    left = np.flatnonzero(flow.over_m3s.any(axis=0)).tolist()
    walls = [_guide_wall(ground, flow, own_m3s, i, draws, c) for i in left]
    over = [j for j, pooled in enumerate(flow.pooled) if pooled.overtopped_min < NEVER]
    walls += [_basin_wall(ground, flow, own_m3s, j, c) for j in over]
    return [wall for wall in walls if wall is not None]


def _guide_wall(
    ground: FloodGround, flow: GullyFlow, own_m3s: Floats, i: int, draws: Floats, c: Coefficients
) -> Wall | None:
    """A guide dyke that holds sends all the gully's water to its basin, which may spill the more."""
    g = ground.water.gullies
    carried = flow.channel_m3s[:, i] + flow.over_m3s[:, i]
    # In a wide channel the flow grows with the depth to 5/3 (Manning).
    deeper = float((carried.max() / g.channel_m3s[i]) ** 0.6) if g.channel_m3s[i] > 0.0 else np.inf
    height = float(g.channel_depth_m[i]) * (deeper - 1.0)
    if not 0.0 < height <= c["wall_height_m"]:
        return None
    channel = flow.channel_m3s.copy()
    channel[:, i] = carried
    sources = flow.sources_m3s()
    sources[:, i] = 0.0
    zones, b = zones_below(ground, i), int(g.basin[i])
    if b >= 0:
        sources[:, len(g) + b] = _pool(ground, channel, b, float(draws[b]), c).spill_m3s
        zones = np.union1d(zones, zones_below(ground, len(g) + b))
    minute = float(np.argmax(flow.over_m3s[:, i] > 0.0)) * FLASH_STEP_MIN
    return Wall(
        kind="guide_dyke", place=g.gully_id[i], name=g.name[i], lon=float(g.mouth_lon[i]), lat=float(g.mouth_lat[i]),
        zones=zones, deadline_min=minute, length_m=float(g.low_dyke_m[i]), height_m=max(height, c["wall_least_m"]),
        work_crew_min=work_crew_min(float(g.low_dyke_m[i]), height, c),
        depth_m=zone_water(ground, sources, own_m3s, zones, c).depth_m,
    )


def _basin_wall(ground: FloodGround, flow: GullyFlow, own_m3s: Floats, j: int, c: Coefficients) -> Wall | None:
    """A basin whose embankment is raised still spills over its spillway."""
    pool, g = ground.pools[j], ground.water.gullies
    raised = replace(pool, crest_height_m=pool.crest_height_m + c["wall_height_m"])
    inflow = flow.channel_m3s[:, g.basin == j].sum(axis=1)
    held = level_pool(inflow, FLASH_STEP_MIN, raised, rule_of(1.0, c), c["basin_full_share"] * pool.storage_m3)
    if held.overtopped_min < NEVER:
        return None
    sources = flow.sources_m3s()
    sources[:, len(g) + j] = held.spill_m3s
    zones, body = zones_below(ground, len(g) + j), int(ground.water.basins.body[j])
    bodies, height = ground.water.bodies, held.highest_m - pool.crest_height_m
    return Wall(
        kind="basin", place=bodies.wb_id[body], name=bodies.name[body], lon=float(bodies.lon[body]),
        lat=float(bodies.lat[body]), zones=zones, deadline_min=flow.pooled[j].overtopped_min,
        length_m=pool.overtop_width_m, height_m=max(height, c["wall_least_m"]),
        work_crew_min=work_crew_min(pool.overtop_width_m, height, c),
        depth_m=zone_water(ground, sources, own_m3s, zones, c).depth_m,
    )


def work_crew_min(length_m: float, height_m: float, c: Coefficients) -> float:
    """Return the work of a bag wall; no wall is lower than ``wall_least_m``."""
    return length_m * max(height_m, c["wall_least_m"]) * c["wall_crew_min_per_m2"]
