"""Flow on its way: Muskingum reaches, basins with level pool, spillway and breach."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np

from sim.common.types import NEVER, Floats
from sim.hazard.flood.tables import flood_relations


def celerity_ms(radius_m: float, slope: float, roughness: float) -> float:
    """Return the speed of a flood wave, 5/3 of Manning's ``R^(2/3) S^(1/2)/n`` (kinematic wave)."""
    return float(flood_relations()["celerity_per_velocity"] * radius_m ** (2.0 / 3.0) * slope**0.5 / roughness)


def muskingum_coefficients(travel: float, x: float, step: float) -> tuple[float, float, float]:
    """Return C1, C2, C3 for a travel time and a step in the same unit (Chow, Maidment & Mays 1988, 8.4)."""
    d = 2.0 * travel * (1.0 - x) + step
    return (step - 2.0 * travel * x) / d, (step + 2.0 * travel * x) / d, (2.0 * travel * (1.0 - x) - step) / d


def muskingum_split(travel: float, x: float, step: float) -> tuple[int, int]:
    """Return into how many reaches and how many parts of a step to divide, so that no coefficient is negative.

    Needs ``2 K X <= step <= 2 K (1 - X)`` for each part; X at most 0.5.
    """
    reaches = max(1, ceil(2.0 * travel * x / step - 1e-12))
    parts = max(1, ceil(step / (2.0 * travel / reaches * (1.0 - x)) - 1e-12))
    return reaches, parts


def muskingum(inflow: Floats, travel: float, x: float, step: float, first: float | None = None) -> Floats:
    """Return the outflow of a reach, shape of *inflow* (T,); the sum is kept once the wave has passed.

    *first* is the outflow before the first step (default: the first inflow, a reach in balance); the first value
    of the result is then *first*, as in textbooks. The reach and the step are divided where the method needs it.
    """
    if travel <= 0.0:
        return inflow
    reaches, parts = muskingum_split(travel, x, step)
    c1, c2, c3 = muskingum_coefficients(travel / reaches, x, step / parts)
    flow = inflow.tolist()
    for _ in range(reaches):
        out = flow[0] if first is None else first
        routed = [out]
        for before, now in pairwise(flow):
            for part in range(parts):
                early = before + (now - before) * part / parts
                late = before + (now - before) * (part + 1) / parts
                out = c1 * late + c2 * early + c3 * out
            routed.append(out)
        flow = routed
    return np.array(flow)


def muskingum_kernel(kernel: Floats, travel_h: float, x: float, step_h: float) -> Floats:
    """Return the mean flow of each step behind a reach that *kernel* enters; the volume is kept exactly.

    Both reach and step are divided as the method needs; the tail is followed until it is nothing.
    """
    if travel_h <= 0.0:
        return kernel
    reaches, parts = muskingum_split(travel_h, x, step_h)
    c1, c2, c3 = muskingum_coefficients(travel_h / reaches, x, step_h / parts)
    tail = ceil(40.0 * reaches * max(travel_h / reaches, step_h / parts) / step_h)
    fine = np.repeat(np.concatenate([kernel, np.zeros(tail)]), parts).tolist()
    for _ in range(reaches):
        out, before, routed = 0.0, 0.0, []
        for now in fine:
            out = c1 * now + c2 * before + c3 * out
            before = now
            routed.append(out)
        fine = routed
    coarse = np.array(fine).reshape(-1, parts).mean(axis=1)
    return np.asarray(coarse * (kernel.sum() / coarse.sum()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A basin behind an earth embankment; heights above its floor."""

    storage_m3: float
    """Held up to the spillway."""
    spill_height_m: float
    crest_height_m: float
    spill_width_m: float
    overtop_width_m: float
    outlet_m3s: float
    shape: float
    """Storage grows with height to this power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRule:
    """When an overtopped embankment fails; *draw* below *probability* says that this one does."""

    over_m: float
    after_min: float
    probability: float
    formation_h: float
    draw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What a basin did: stored volume at the end of each step, mean flows of each step, minutes of what befell it."""

    stored_m3: Floats
    outlet_m3s: Floats
    spill_m3s: Floats
    """Over spillway and crest, and through the breach."""
    overtopped_min: float
    breach_min: float
    highest_m: float


def weir_m3s(width_m: Floats | float, head_m: Floats | float) -> Floats:
    """Return the flow over a broad crest, ``1.7 B h^1.5``."""
    return np.asarray(flood_relations()["weir"] * np.asarray(width_m) * np.maximum(head_m, 0.0) ** 1.5)


def froehlich_peak_m3s(stored_m3: float, head_m: float) -> float:
    """Return the peak through a breached embankment, ``0.607 V^0.295 h^1.24`` (Froehlich 1995)."""
    k = flood_relations()
    return float(k["froehlich_a"] * stored_m3 ** k["froehlich_v"] * head_m ** k["froehlich_h"])


def spill_law_m3s(pool: Pool, height_m: Floats) -> Floats:
    """Return what runs over spillway and crest with the water at *height_m*."""
    over_crest = weir_m3s(pool.overtop_width_m, height_m - pool.crest_height_m)
    return np.asarray(weir_m3s(pool.spill_width_m, height_m - pool.spill_height_m) + over_crest)


def _table(pool: Pool) -> tuple[Floats, Floats, Floats, Floats]:
    """Return heights, storage, outlet flow and spill, fine enough to read between the lines."""
    low = np.linspace(0.0, pool.spill_height_m, 60)
    height = np.concatenate([low, np.linspace(pool.spill_height_m, 3.0 * pool.crest_height_m, 240)[1:]])
    ratio = height / pool.spill_height_m
    return height, pool.storage_m3 * ratio**pool.shape, pool.outlet_m3s * ratio**0.5, spill_law_m3s(pool, height)


def level_pool(
    inflow_m3s: Floats, step_min: float, pool: Pool, rule: BreachRule, stored_m3: float = 0.0, *, torn: bool = False
) -> Pooled:
    """Route *inflow_m3s* (T,) through a basin, ``dS/dt = I - O(h)``, each step by its end (never negative, conserving).

    The embankment breaches once the water has stood ``over_m`` above the crest for ``after_min``, if the draw says
    so; from then on the breach grows to Froehlich's peak and empties the basin. If it is *torn* it breaches at once.
    """
    dt = step_min * 60.0
    height, storage, outlet, spill = _table(pool)
    s, h = storage.tolist(), height.tolist()
    end = (storage + (outlet + spill) * dt).tolist()
    spilled = spill.tolist()
    stored, over_min, overtopped, breach = stored_m3, 0.0, NEVER, NEVER
    highest, peak, head = 0.0, 0.0, 0.0
    if torn and stored_m3 > 0.0:
        breach, head = 0.0, _read(stored_m3, s, h)[0]
        highest, peak = head, froehlich_peak_m3s(stored_m3, head)
    rows = []
    for i, given in enumerate(inflow_m3s.tolist()):
        full = stored + given * dt
        if breach == NEVER:
            level, after, over = _read(full, end, h, s, spilled)
            total = max(full - after, 0.0) / dt
            over = min(over, total)
            highest = max(highest, level)
            if level > pool.crest_height_m and overtopped == NEVER:
                overtopped = i * step_min
            over_min = over_min + step_min if level >= pool.crest_height_m + rule.over_m else 0.0
            if over_min >= rule.after_min and rule.draw < rule.probability:
                breach, head = (i + 1) * step_min, level
                peak = froehlich_peak_m3s(after, level)
        else:
            level = _read(full, s, h, s, spilled)[0]
            grown = min((i * step_min - breach + step_min) / (60.0 * rule.formation_h), 1.0)
            total = over = min(peak * grown * (min(level / head, 1.0)) ** 1.5, full / dt)
            after = full - total * dt
        stored = after
        rows.append((stored, total - over, over))
    table = np.array(rows).reshape(-1, 3)
    return Pooled(
        stored_m3=table[:, 0], outlet_m3s=table[:, 1], spill_m3s=table[:, 2], overtopped_min=overtopped,
        breach_min=breach, highest_m=highest,
    )


def _read(value: float, at: list[float], *curves: list[float]) -> tuple[float, ...]:
    """Return each of *curves* where *at* (rising) reaches *value*, on straight lines, the last one prolonged."""
    i = min(max(bisect_right(at, value) - 1, 0), len(at) - 2)
    part = (value - at[i]) / (at[i + 1] - at[i])
    return tuple(curve[i] + part * (curve[i + 1] - curve[i]) for curve in curves)
