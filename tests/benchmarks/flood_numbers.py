"""Prints what the shipped floods do: the numbers of docs/background/flood.md.

Run: ``PYTHONPATH=.:tests python tests/benchmarks/flood_numbers.py``
"""

from __future__ import annotations

import time
from collections.abc import Callable

import floods
import numpy as np
import quakes

from sim.hazard.flood.draw import draw_water
from sim.hazard.flood.field import FloodField
from sim.hazard.flood.loss import affected_people, crop_loss_yuan, house_loss_yuan
from sim.hazard.flood.pearson import quantile, shorter_depth_mm
from sim.hazard.flood.rational import rational_peak
from sim.hazard.flood.tables import flood_coefficients

C, CITY = flood_coefficients(), quakes.city()
REPLICATIONS = 30
ROWS: dict[str, Callable[[FloodField], float]] = {
    "people affected": lambda f: float(affected_people(f, CITY, C).sum()),
    "homes, million yuan": lambda f: float(house_loss_yuan(f, CITY, C).sum()) / 1e6,
    "harvest, million yuan": lambda f: float(crop_loss_yuan(f, CITY, C).sum()) / 1e6,
    "under water, km2": lambda f: float(f.flooded_km2.sum()),
    "deepest, m": lambda f: float(f.depth_m.max()),
    "fastest, m/s": lambda f: float(f.velocity_ms.max()),
    "townships reached": lambda f: float(np.isfinite(f.arrival_min).sum()),
    "first arrival, h": lambda f: float(f.arrival_min.min()) / 60.0,
    "roads above 0.3 m": lambda f: float((f.road_depth_m.max(axis=0) > 0.3).sum()),
    "overtopped or torn": lambda f: float(len(f.breaches)),
    "bag walls that could hold": lambda f: float(len(f.walls)),
}


def floods_() -> None:
    for name in floods.SHIPPED:
        fields = [floods.flood(name, r) for r in range(REPLICATIONS)]
        print(f"\n{name}: mean (10 %, median, 90 %) of {REPLICATIONS}")
        for word, of in ROWS.items():
            values = np.array([of(field) for field in fields])
            finite = values[np.isfinite(values)]
            if len(finite):
                low, mid, high = np.quantile(finite, [0.1, 0.5, 0.9])
                print(f"  {word:28s} {finite.mean():10.4g} ({low:.4g}, {mid:.4g}, {high:.4g})")
        times = []
        for replication in range(REPLICATIONS):
            start = time.perf_counter()
            draw_water(floods.spec(name), CITY, 1, replication)
            times.append(time.perf_counter() - start)
        print(f"  {'draw_water, ms':28s} {1e3 * float(np.median(times)):10.3g}")


def peaks() -> None:
    g = floods.water().gullies
    print("\ngully: modelled peak / peak of the data for 20, 50, 100 years; rational formula for 50 years")
    hour = float(shorter_depth_mm(quantile(C["pearson_mean_mm"], C["pearson_cv"], 50.0), 1.0, C))
    for i, name in enumerate(g.gully_id):
        words = []
        for years, data in ((20.0, g.q20_m3s), (50.0, g.q50_m3s), (100.0, g.q100_m3s)):
            field = floods.run(floods.made("flash", gully=i, return_period_y=years))
            words.append(f"{field.discharge_m3s[:, i].max():6.0f} / {data[i]:.0f}")
        area = float(g.catchment_km2[i])
        second = rational_peak(
            area, float(g.length_km[i]), float(g.slope[i]), 1.2, C["depth_exponent_long"],
            hour * float(np.exp(-C["area_reduction"] * area**0.5)), 6.0,
        )
        print(f"  {name}  {'   '.join(words)}   {second.peak_m3s:.0f}")


if __name__ == "__main__":
    peaks()
    floods_()
