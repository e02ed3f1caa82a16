"""A second opinion on flood peaks: the rational formula of the Chinese water research institute (推理公式)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.hazard.flood.tables import flood_relations

STEPS, CLOSE = 500, 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class RationalPeak:
    """Peak flow, time of travel, duration of runoff; where ``travel_h > runoff_h`` only part of the basin adds up."""

    peak_m3s: float
    travel_h: float
    runoff_h: float


def rational_peak(
    area_km2: float, length_km: float, slope: float, m: float, n: float, rain_mm_h: float, loss_mm_h: float
) -> RationalPeak:
    """Return the peak of a catchment; *rain_mm_h* is the depth of the worst hour, *m* the regional parameter.

    ``Qm = 0.278 (Sp/tau^n - mu) F`` while the travel time ``tau = 0.278 L/(m J^(1/3) Qm^(1/4))`` is at most the
    duration of runoff ``tc = ((1 - n) Sp/mu)^(1/n)``, else ``Qm = 0.278 n Sp tc^(1-n)/tau F``; by bisection on Qm.
    """
    k = flood_relations()["rational_a"]
    runoff_h = ((1.0 - n) * rain_mm_h / loss_mm_h) ** (1.0 / n)

    def travel_h(peak: float) -> float:
        return float(k * length_km / (m * slope ** (1.0 / 3.0) * peak**0.25))

    low, high = 1e-9, k * rain_mm_h * area_km2 * 1e3
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        travel = travel_h(middle)
        whole, part = rain_mm_h / travel**n - loss_mm_h, n * rain_mm_h * runoff_h ** (1.0 - n) / travel
        given = k * area_km2 * (whole if travel <= runoff_h else part)
        low, high = (middle, high) if given > middle else (low, middle)
        if high - low < CLOSE * high:
            break
    return RationalPeak(peak_m3s=high, travel_h=travel_h(high), runoff_h=runoff_h)
