"""From runoff to the flow at a gully's mouth: the dimensionless unit hydrograph of the SCS."""

from __future__ import annotations

import numpy as np

from sim.common.types import Floats
from sim.hazard.flood.tables import columns, flood_relations


def concentration_time_h(length_km: Floats | float, slope: Floats | float) -> Floats:
    """Return the time from the farthest point, ``0.0663 L^0.77 S^-0.385`` hours (Kirpich 1940)."""
    k = flood_relations()
    return np.asarray(
        k["kirpich_a"] * np.asarray(length_km) ** k["kirpich_l"] * np.asarray(slope) ** k["kirpich_s"]
    )


def time_to_peak_h(concentration_h: float, step_h: float) -> float:
    """Return ``D/2 + 0.6 tc`` hours for rain of *step_h* (NEH-630 chapter 16)."""
    return step_h / 2.0 + flood_relations()["uh_lag"] * concentration_h


def peak_m3s_per_mm(area_km2: float, peak_h: float) -> float:
    """Return ``0.208 A/Tp``, the peak for one millimetre of runoff."""
    return flood_relations()["uh_peak"] * area_km2 / peak_h


def unit_hydrograph(area_km2: float, concentration_h: float, step_h: float) -> Floats:
    """Return the mean flow (m3/s) of each step after 1 mm of runoff within the first; its volume is area x 1 mm.

    The ordinates of NEH-630 are integrated over each step and scaled to the exact volume.
    """
    ratio, flow = columns("flood_unit_hydrograph", "time_ratio", "flow_ratio")
    peak_h = time_to_peak_h(concentration_h, step_h)
    area = np.concatenate([[0.0], np.cumsum(np.diff(ratio) * (flow[1:] + flow[:-1]) / 2.0)])
    steps = int(np.ceil(ratio[-1] * peak_h / step_h))
    at = np.arange(steps + 1) * step_h / peak_h
    # The curve is linear between the ordinates, so its integral at any point follows from the segment it lies in.
    segment = np.clip(np.searchsorted(ratio, at, side="right") - 1, 0, len(ratio) - 2)
    within = np.minimum(at, ratio[-1]) - ratio[segment]
    tilt = (flow[segment + 1] - flow[segment]) / (ratio[segment + 1] - ratio[segment])
    volume = np.diff(area[segment] + within * (flow[segment] + tilt * within / 2.0))
    return np.asarray(volume / volume.sum() * area_km2 * 1e3 / (step_h * 3600.0))
